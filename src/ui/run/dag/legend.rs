//! What the marks and lines of the drawing mean: of those that are in it.

use super::super::super::parts::marks::glyph;
use crate::engine::picture::PictureView;
use crate::model::Status;
use crate::ui::dom::prelude::*;

/// What is in a drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Drawn {
    statuses: Vec<Status>,
    has_fans: bool,
    has_path: bool,
    not_reached: bool,
    not_taken: bool,
}

impl Drawn {
    pub fn of(view: &PictureView) -> Self {
        let all = view.nodes.iter().flat_map(|node| {
            let mix = node.mix.iter().map(|(status, _)| *status);
            mix.chain([node.status])
        });
        let statuses = Status::tally(all).into_iter().map(|(status, _)| status);
        let not_there = |edge: &(_, &crate::engine::picture::EdgeNote)| !edge.1.taken;
        let edges = || view.drawing.edges.iter().zip(&view.edges);
        let target = |at: u32| view.nodes.get(at as usize);
        let is_reached = |at: u32| target(at).is_some_and(|node| node.status != Status::Skipped);
        let passed = |at: u32| target(at).is_some_and(|node| node.passed_by);
        // A way between two steps that both were reached was not taken.
        let is_left =
            |from: u32, to: u32| passed(to) || passed(from) || (is_reached(from) && is_reached(to));
        Self {
            statuses: statuses
                .filter(|status| *status != Status::Skipped)
                .collect(),
            has_fans: view
                .nodes
                .iter()
                .any(|node| node.is_step() && node.tasks > 1),
            has_path: view.edges.iter().any(|edge| edge.taken),
            not_reached: edges()
                .filter(not_there)
                .any(|(edge, _)| !is_left(edge.from, edge.to)),
            not_taken: edges()
                .filter(not_there)
                .any(|(edge, _)| is_left(edge.from, edge.to)),
        }
    }
}

pub(super) fn legend(drawn: Memo<Option<Drawn>>) -> View {
    let line = |class: &'static str, word: &'static str| {
        el::span()
            .child(
                el::svg()
                    .class("swatch")
                    .attr("viewBox", "0 0 14 9")
                    .child(el::path().class(class).attr("d", "M0 4.5h14")),
            )
            .child(word)
    };
    (move || {
        let drawn = drawn.get()?;
        let statuses = drawn.statuses.iter().map(|status| {
            el::span()
                .child(glyph(*status, "glyph-s"))
                .child(status.in_sentence())
        });
        let not = match (drawn.not_reached, drawn.not_taken) {
            (true, true) => Some("not reached or not taken"),
            (true, false) => Some("not reached"),
            (false, true) => Some("not taken"),
            (false, false) => None,
        };
        let fans = drawn.has_fans;
        let legend = el::div()
            .class("legend")
            .child(statuses.collect_view())
            .child(fans.then(|| el::span().child("tasks × median duration")))
            .child(drawn.has_path.then(|| line("edge", "path taken")))
            .child(not.map(|word| line("edge skip", word)));
        Some(legend)
    })
    .into_view()
}
