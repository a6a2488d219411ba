//! What the marks, the lines and the numbers of a drawing mean: of those that are in it.

use super::{Absence, PictureView, StandsFor, StepNode};
use crate::model::Status;

/// A mark and what it means.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub mark: Mark,
    pub words: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Status(Status),
    /// A box of tasks of several statuses.
    Several,
    /// A line that the run went along, or that it did not.
    Line {
        taken: bool,
    },
    /// The words explain a number or an order.
    Words,
}

/// The legend of a drawing.
pub fn entries(view: &PictureView) -> Vec<Entry> {
    let nodes = || view.nodes.iter();
    let statuses = nodes().flat_map(|node| {
        let mix = node.mix.iter().map(|(status, _)| *status);
        mix.chain(node.mark())
    });
    let statuses = Status::tally(statuses).into_iter();
    let statuses = statuses.filter(|(status, _)| *status != Status::Skipped);
    let mut entries: Vec<Entry> = statuses
        .map(|(status, _)| Entry {
            mark: Mark::Status(status),
            words: status.in_sentence().to_owned(),
        })
        .collect();
    let mut add = |mark: Mark, words: &str| {
        entries.push(Entry {
            mark,
            words: words.to_owned(),
        });
    };
    if nodes().any(|node| node.mark().is_none()) {
        add(Mark::Several, "of several statuses");
    }
    if nodes().any(|node| node.is_step() && node.tasks > 1) {
        add(
            Mark::Words,
            "first start to last end \u{b7} tasks × median duration",
        );
    }
    let is_mixed = |node: &StepNode| node.fan.as_ref().is_some_and(super::Fan::is_mixed);
    if nodes().any(is_mixed) {
        add(Mark::Words, "tiles: worst first");
    } else if nodes().any(|node| matches!(node.stands_for, StandsFor::More { .. })) {
        add(Mark::Words, "one by one: worst first");
    }
    if view.edges.iter().any(|edge| edge.taken) {
        add(Mark::Line { taken: true }, "path taken");
    }
    let not = not_taken(view);
    if !not.is_empty() {
        add(Mark::Line { taken: false }, &not.join(" or "));
    }
    entries
}

/// Why the run did not go along some of the edges.
fn not_taken(view: &PictureView) -> Vec<&'static str> {
    let edges = view.drawing.edges.iter().zip(&view.edges);
    let left = edges.filter(|(edge, note)| !note.taken && edge.is_drawn());
    let why = |(from, to): (u32, u32)| {
        let ends = [to, from].map(|at| view.nodes.get(at as usize));
        let mut absent = ends.into_iter().flatten();
        // A way between two steps that both were reached was not taken.
        let absent = absent.find(|node| node.status == Status::Skipped);
        absent.map_or(Absence::NotTaken, |node| node.absence)
    };
    let all: Vec<Absence> = left.map(|(edge, _)| why((edge.from, edge.to))).collect();
    let order = [
        Absence::NotReached,
        Absence::NotYet,
        Absence::NotTaken,
        Absence::NoTasks,
        Absence::Lost,
    ];
    let found = order.into_iter().filter(|one| all.contains(one));
    found.map(Absence::words).collect()
}
