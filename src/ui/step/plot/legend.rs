//! What the cells mean: in words, and each mark with its name.

use crate::engine::siblings::cells::{Cell, CellsView, Form};
use crate::model::Status;
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::status_class;

/// The statuses whose mark needs a name; that the others went well goes without saying.
const NAMED: [(Status, &str); 8] = [
    (Status::Failed, "failed"),
    (Status::Cancelled, "cancelled"),
    (Status::Running, "running"),
    (Status::Waiting, "waiting"),
    (Status::Unfinished, "unfinished"),
    (Status::Retried, "retried"),
    (Status::Cached, "cached"),
    (Status::Skipped, "not started"),
];

pub(super) fn caption(view: &CellsView, foreach: &[String], by_duration: bool) -> View {
    let has = |status: Status| {
        let cells = || view.cells.iter().filter_map(|byte| Cell::read(*byte));
        let alike = |one: Status| status_class(one) == status_class(status);
        cells().any(|cell| alike(cell.status))
    };
    let marks = NAMED
        .into_iter()
        .filter(|(status, _)| has(*status))
        .map(|(status, name)| el::span().child(mark(status)).child(name));
    let scale = by_duration.then(|| {
        let swatches = (1..=5u32).map(|n| el::i().class("bar swatch").attr("data-d", n));
        el::span()
            .attr("title", "Against the median: below ¾ of it, below 1¼, below twice, below four times, and longer")
            .child("faster ")
            .child(swatches.collect_view())
            .child(" slower")
    });
    let plain =
        (!by_duration).then(|| el::span().child(mark(Status::Succeeded)).child("succeeded"));
    let filtered = (view.matching < view.total).then(|| {
        let told = format!(
            "{} of {} match the filter",
            human::count(view.matching),
            human::count(view.total)
        );
        el::span().child(told)
    });
    el::figcaption()
        .class("legend")
        .child(el::span().child(each(view, foreach)))
        .child(filtered)
        .child(
            el::span()
                .class("push plot-marks")
                .child(scale)
                .child(plain)
                .child(marks.collect_view()),
        )
        .into_view()
}

/// What a cell is, and how they stand.
fn each(view: &CellsView, foreach: &[String]) -> String {
    let (rows, columns) = view.joined;
    let tasks = rows.saturating_mul(columns);
    let one = match tasks {
        0 | 1 => "each cell one task".to_owned(),
        tasks => format!(
            "each cell up to {}, the worst of them",
            human::counted(tasks, "task", "tasks")
        ),
    };
    match (view.form, foreach) {
        (Form::Grid, [outer @ .., inner]) => {
            format!("{one}, {} down, {inner} across", outer.join(" / "))
        }
        (_, []) => one,
        (_, names) => format!("{one}, by {}", names.join(", ")),
    }
}

/// The mark of a status as it is drawn in a cell.
fn mark(status: Status) -> View {
    let path = match status {
        Status::Failed => "M0 0h12v12H0ZM3 3l6 6M9 3 3 9",
        Status::Retried => "M1 1h5l5 5v5H1Z",
        Status::Running => "M1 1h5.5L11 6l-4.5 5H1Z",
        Status::Unfinished | Status::Unknown => "M11 1.5H1.5v9H11",
        Status::Cancelled => "M1 1h10L6.5 6 11 11H1Z",
        Status::Waiting => "M1 1h3.5v10H1ZM7.5 1H11v10H7.5Z",
        Status::Cached => "M1 1h10v1H1ZM1 5h10v6H1Z",
        Status::Skipped => "M1 6h10",
        Status::Succeeded => "M1 1h10v10H1Z",
    };
    el::svg()
        .class(format!("plot-mark {}", status_class(status)))
        .attr("viewBox", "0 0 12 12")
        .attr("aria-hidden", "true")
        .child(el::path().attr("d", path))
        .into_view()
}
