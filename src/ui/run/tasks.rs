//! The tasks of a run as rows.

use super::super::ask::{Found, answer};
use super::super::parts;
use super::super::parts::controls::{
    filter_field, nothing_matches, said, status_filter, wanted_statuses,
};
use super::super::parts::lasting::{at_work, lasting};
use super::super::parts::marks::{bar, glyph, percent};
use super::super::parts::table::{Scrolled, Table, TableRows, column, plain};
use super::super::state::App;
use crate::engine::tasks::{TaskRow, TasksQuery, TasksSort, TasksView};
use crate::model::pathspec::shown_task;
use crate::model::{RunPath, Span, Status};
use crate::route::Sort;
use crate::text::human;
use crate::ui::dom::prelude::*;

static TABLE: Table = Table {
    class: "tasks",
    label: "Tasks",
    columns: &[
        column("Status", "status"),
        column("Task", "step"),
        plain("Value or name"),
        column("Attempts", "attempts"),
        column("Duration", "duration"),
        plain("Exception"),
    ],
};

/// What can be typed: words, and conditions on values, durations, attempts and statuses.
const HINT: &str = "Step, value, id, duration>30s";

pub fn of_run(app: App, run: RunPath) -> View {
    let scrolled = Scrolled::new();
    let tasks = asked(app, run.clone(), scrolled);
    list(app, run, tasks, scrolled)
}

/// Asks for the tasks that the address wants.
fn asked(app: App, run: RunPath, scrolled: Scrolled) -> Found<TasksView> {
    answer(move || {
        let sort = sorted(app);
        Some(TasksQuery {
            run: run.clone(),
            step: None,
            text: app
                .route
                .with(|route| route.filters.text.clone().unwrap_or_default()),
            statuses: wanted_statuses(app),
            sort: match sort.as_ref().map(|sort| sort.by.as_str()) {
                Some("status") => TasksSort::Status,
                Some("step") => TasksSort::Step,
                Some("attempts") => TasksSort::Attempts,
                Some("duration") => TasksSort::Duration,
                Some("started") => TasksSort::Started,
                _ => TasksSort::Order,
            },
            descending: sort.is_some_and(|sort| sort.descending),
            window: scrolled.window.get(),
        })
    })
    .while_running(|view| view.rows.iter().any(|row| row.since.is_some()))
}

fn sorted(app: App) -> Option<Sort> {
    app.route.with(|route| route.filters.sort.clone())
}

/// The toolbar and the table.
fn list(app: App, run: RunPath, tasks: Found<TasksView>, scrolled: Scrolled) -> View {
    let rows = move |view: &TasksView| TableRows {
        total: view.matching,
        first: view.window.first,
        drawn: view
            .rows
            .iter()
            .map(|row| task_row(app, &run, row, view.longest))
            .collect(),
        empty: match view.total {
            0 => parts::empty("No tasks", "No task of this place was recorded.", None),
            total => {
                let all = human::counted(total, "task", "tasks");
                nothing_matches(app, "No task matches", all)
            }
        },
    };
    let count = move || {
        tasks
            .get()
            .value
            .map(|view| human::counted(view.matching, "task", "tasks"))
    };
    group()
        .child(
            el::div()
                .class("tools")
                .child(filter_field(app, HINT, true))
                .child(move || {
                    tasks
                        .get()
                        .value
                        .map(|view| status_filter(app, &view.statuses))
                })
                .child(el::span().class("push faint only-wide").child(count)),
        )
        .child(said(move || Some(tasks.value()?.said.clone())))
        .child(TABLE.show(app, scrolled, move || sorted(app), tasks, rows))
        .into_view()
}

fn task_row(app: App, run: &RunPath, row: &TaskRow, longest: Option<Span>) -> View {
    let path = run.task(&row.step, &row.id);
    let word = if row.status == Status::Retried {
        "Retried"
    } else {
        row.status.word()
    };
    let caught = row
        .caught
        .then(|| el::span().class("faint").child("caught"));
    let control = row.control.then(|| {
        el::span()
            .class("faint")
            .attr(
                "title",
                "The control task, which leads the others of its step",
            )
            .child("control")
    });
    let part = row
        .duration
        .zip(longest)
        .map_or(0.0, |(length, longest)| percent(length.0, longest.0));
    // Of a foreach within another the values alone: with their names they would be cut.
    let is_nested = row
        .label
        .as_ref()
        .is_some_and(|label| label.contains(" / "));
    let values = row.values.clone().filter(|_| is_nested);
    let foreach = values.or_else(|| row.label.clone());
    let why = row.why.clone();
    let failed = row.status == Status::Failed;
    el::div()
        .class("row")
        .attr("role", "row")
        .child(
            el::span()
                .attr("role", "cell")
                .class("flex k1")
                .child(glyph(row.status, ""))
                .child(el::span().class_if("fail", failed).child(word))
                .child(caught)
                .child(control),
        )
        .child(
            el::span().attr("role", "cell").class("k1 grow").child(
                el::a()
                    .class("whole mono")
                    .attr("href", app.task_href(&path))
                    .child(shown_task(&row.step, &row.id)),
            ),
        )
        .child(
            el::span()
                .attr("role", "cell")
                .class("k2 dim")
                .attr("title", row.label.clone())
                .child(foreach),
        )
        .child(
            el::span()
                .attr("role", "cell")
                .class("dim")
                .child(row.attempts.len()),
        )
        .child(
            el::span()
                .attr("role", "cell")
                .class("flex k1")
                .child(
                    el::span()
                        .class("span")
                        .child(row.duration.map(|_| bar(Some(row.status), part))),
                )
                .child(
                    el::span()
                        .class("dim")
                        .attr("title", at_work(row.worked))
                        .child(lasting(row.status, row.duration, row.since)),
                ),
        )
        .child(
            el::span()
                .attr("role", "cell")
                .class("why mono cut-end k2")
                .class_if("fail", failed)
                .class_if("dim", !failed)
                .attr("title", why.clone())
                .child(why),
        )
        .into_view()
}
