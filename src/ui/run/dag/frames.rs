//! The frames around what a foreach repeats.

use super::canvas::Canvas;
use super::node::rect;
use crate::engine::picture::PictureView;
use crate::layout::dag::Align;
use crate::ui::dom::prelude::*;

/// With their words as long as those can be read.
pub(super) fn frames(view: &PictureView, canvas: Canvas) -> View {
    let frames = view.frames.iter();
    frames
        .map(|frame| {
            let anchor = match frame.align {
                Align::Start => "start",
                Align::Middle => "middle",
                Align::End => "end",
            };
            let shown = frame.clone();
            let words = move || canvas.frame_scale().map(|scale| shown.words_at(scale));
            let words = el::text()
                .class("words")
                .attr("x", frame.words_x)
                .attr("y", frame.words_y + 4.0)
                .attr("text-anchor", anchor)
                .child(words);
            el::g()
                .class("around")
                .child(rect("ground", frame.x, frame.y, frame.width, frame.height))
                .child(words)
        })
        .collect_view()
}
