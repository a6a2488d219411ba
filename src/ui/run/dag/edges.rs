//! The lines between the steps, their heads and their words.

use crate::engine::picture::PictureView;
use crate::layout::dag::Align;
use crate::layout::number::number;
use crate::ui::dom::prelude::*;

pub(super) fn edges(view: &PictureView) -> View {
    view.drawing
        .edges
        .iter()
        .zip(&view.edges)
        .map(|(edge, note)| {
            let (line, head) = if note.taken {
                ("edge", "head-of")
            } else {
                ("edge skip", "head-of skip")
            };
            let (tip, to) = (edge.tip.at, edge.tip.towards);
            // A triangle 8 wide and 5 long, its point at the tip.
            let (bx, by) = (tip.x - to.x * 5.0, tip.y - to.y * 5.0);
            let triangle = [
                (bx - to.y * 4.0, by + to.x * 4.0),
                (bx + to.y * 4.0, by - to.x * 4.0),
                (tip.x, tip.y),
            ]
            .map(|(x, y)| format!("{} {}", number(x.into()), number(y.into())))
            .join("L");
            let triangle = format!("M{triangle}Z");
            let d = edge.path.d();
            (!d.is_empty()).then(|| {
                group()
                    .child(el::path().class(line).attr("d", d))
                    .child(el::path().class(head).attr("d", triangle))
            })
        })
        .collect_view()
}

pub(super) fn words(view: &PictureView) -> View {
    view.drawing
        .edges
        .iter()
        .zip(&view.edges)
        .filter(|(_, note)| !note.words.is_empty())
        .map(|(edge, note)| {
            let anchor = match edge.label.align {
                Align::Start => "start",
                Align::Middle => "middle",
                Align::End => "end",
            };
            el::text()
                .class("words")
                .attr("x", edge.label.at.x)
                .attr("y", edge.label.at.y + 4.0)
                .attr("text-anchor", anchor)
                .child(note.words.clone())
        })
        .collect_view()
}
