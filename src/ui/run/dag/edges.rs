//! The lines between the boxes, their heads and their words.

use crate::engine::picture::PictureView;
use crate::layout::dag::{Align, EdgeKind};
use crate::layout::pane::Area;
use crate::ui::dom::prelude::*;

/// Which lines.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Lines {
    All,
    /// From one box to another.
    Between,
    /// From a box to itself: over the sheets behind it.
    Loops,
}

/// All lines of one kind are one shape: there may be very many.
pub(super) fn edges(view: &PictureView, area: &Area, wanted: Lines) -> View {
    let is_wanted = |kind: EdgeKind| match wanted {
        Lines::All => true,
        Lines::Between => kind != EdgeKind::Loop,
        Lines::Loops => kind == EdgeKind::Loop,
    };
    let kinds = [
        (false, "edge skip", "head-of skip"),
        (true, "edge", "head-of"),
    ];
    let path = |class: &'static str, d: String| {
        (!d.is_empty()).then(|| el::path().class(class).attr("d", d))
    };
    kinds
        .map(|(taken, line, head)| {
            let (mut lines, mut heads, mut long) = (String::new(), String::new(), String::new());
            let edges = view.drawing.edges.iter().zip(&view.edges);
            for (edge, note) in edges {
                let is_one = note.taken == taken && edge.is_drawn() && is_wanted(edge.kind);
                if is_one && area.has_edge(edge) {
                    let lines = match !taken && edge.is_long() {
                        true => &mut long,
                        false => &mut lines,
                    };
                    lines.push_str(&edge.path.d());
                    heads.push_str(&edge.tip.head());
                }
            }
            group()
                .child(path("edge skip long", long))
                .child(path(line, lines))
                .child(path(head, heads))
        })
        .collect_view()
}

pub(super) fn words(view: &PictureView, area: &Area) -> View {
    view.drawing
        .edges
        .iter()
        .zip(&view.edges)
        .filter(|(edge, note)| !note.words.is_empty() && area.has_edge(edge))
        .map(|(edge, note)| {
            let anchor = match edge.label.align {
                Align::Start => "start",
                Align::Middle => "middle",
                Align::End => "end",
            };
            el::text()
                .class("words")
                .class_if("tight", !note.is_roomy)
                .attr("x", edge.label.at.x)
                .attr("y", edge.label.at.y + 4.0)
                .attr("text-anchor", anchor)
                .child(note.words.clone())
        })
        .collect_view()
}
