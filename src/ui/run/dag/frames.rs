//! The frames around what a foreach repeats.

use super::node::rect;
use crate::engine::picture::PictureView;
use crate::layout::dag::Align;
use crate::ui::dom::prelude::*;

/// With their words, or without them.
pub(super) fn frames(view: &PictureView, says: bool) -> View {
    let frames = view.frames.iter();
    frames
        .map(|frame| {
            let anchor = match frame.align {
                Align::Start => "start",
                Align::Middle => "middle",
                Align::End => "end",
            };
            let words = says.then(|| {
                el::text()
                    .class("words")
                    .class_if("tight", !frame.is_roomy)
                    .attr("x", frame.words_x)
                    .attr("y", frame.words_y + 4.0)
                    .attr("text-anchor", anchor)
                    .child(frame.words.clone())
            });
            el::g()
                .class("around")
                .child(rect("ground", frame.x, frame.y, frame.width, frame.height))
                .child(words)
        })
        .collect_view()
}
