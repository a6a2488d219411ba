//! What the engine noted about a task while it ran, in order.

use super::super::ask::answer;
use super::super::parts;
use super::super::parts::controls::{filter_field, nothing_matches, segments};
use super::super::parts::table::{Column, Scrolled, Table, TableRows, plain};
use super::super::state::App;
use crate::engine::task::{MetadataQuery, MetadataRow, MetadataView};
use crate::model::TaskPath;
use crate::text::human;
use crate::ui::dom::prelude::*;

static TABLE: Table = Table {
    class: "metadata",
    label: "Metadata",
    columns: &[
        plain("Time"),
        plain("Field"),
        plain("Value"),
        plain("Type"),
        Column {
            name: "Attempt",
            sort: None,
            class: "num",
        },
    ],
};

pub fn tab(app: App, task: TaskPath, attempt: u32) -> View {
    let scrolled = Scrolled::new();
    let one = Memo::new(move |_| app.route.with(|route| route.extra("as") == Some("attempt")));
    let found = answer(move || {
        Some(MetadataQuery {
            task: task.clone(),
            attempt: one.get().then_some(attempt),
            text: app
                .route
                .with(|route| route.filters.text.clone().unwrap_or_default()),
            window: scrolled.window.get(),
        })
    });
    let rows = move |view: &MetadataView| TableRows {
        total: view.matching,
        first: view.window.first,
        drawn: view.rows.iter().map(|row| event_row(app, row)).collect(),
        empty: match view.total {
            0 if view.bare => parts::empty(
                "No metadata here",
                "This datastore is a copy without them: what was noted of this task only the metadata service knows.",
                None,
            ),
            0 => parts::empty("No metadata", "Nothing was noted of this task.", None),
            total => {
                let all = human::counted(total, "event", "events");
                nothing_matches(app, "No event matches", all)
            }
        },
    };
    let count = move || {
        found
            .get()
            .value
            .map(|view| human::counted(view.matching, "event", "events"))
    };
    let chosen = Signal::derive(move || one.get());
    group()
        .child(
            el::div()
                .class("tools")
                .child(filter_field(app, "Field or value", true))
                .child(segments(
                    "Attempts",
                    &[(false, "All attempts"), (true, "This attempt")],
                    chosen,
                    move |one| app.change(|route| route.with_extra("as", one.then_some("attempt"))),
                    "",
                ))
                .child(el::span().class("push faint only-wide").child(count)),
        )
        .child(TABLE.show(app, scrolled, || None, found, rows))
        .into_view()
}

fn event_row(app: App, row: &MetadataRow) -> View {
    let kind = if row.kind == row.field {
        String::new()
    } else {
        row.kind.clone()
    };
    let kind = if row.from_origin {
        format!("{kind} from the task it was copied from")
            .trim()
            .to_owned()
    } else {
        kind
    };
    el::div()
        .class("row")
        .attr("role", "row")
        .child(
            el::span()
                .attr("role", "cell")
                .class("mono faint k2")
                .attr("title", row.at.map(|at| app.full(at)))
                .child(row.at.map(|at| app.time_millis(at))),
        )
        .child(
            el::span()
                .attr("role", "cell")
                .class("mono strong k1 grow")
                .child(row.field.clone()),
        )
        .child(
            el::span()
                .attr("role", "cell")
                .class("mono k1 cut-end")
                .attr("title", row.value.clone())
                .child(row.value.clone()),
        )
        .child(el::span().attr("role", "cell").class("dim k2").child(kind))
        .child(
            el::span()
                .attr("role", "cell")
                .class("num dim")
                .child(row.attempt),
        )
        .into_view()
}
