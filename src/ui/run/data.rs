//! The artifacts of a run, each with the step that set it.

use super::super::ask::answer;
use super::super::parts;
use super::super::parts::controls::{filter_field, nothing_matches};
use super::super::parts::marks::{icon, kind_icon};
use super::super::parts::table::{Column, Scrolled, Table, TableRows, plain};
use super::super::state::App;
use super::about::end_link;
use crate::engine::data::{RunArtifactRow, RunDataQuery, RunDataView};
use crate::model::RunPath;
use crate::model::pathspec::shown_task;
use crate::text::human;
use crate::ui::dom::prelude::*;

static TABLE: Table = Table {
    class: "artifacts",
    label: "Artifacts",
    columns: &[
        Column {
            name: "",
            sort: None,
            class: "k1",
        },
        plain("Name"),
        plain("Value"),
        plain("Set by"),
        Column {
            name: "Size",
            sort: None,
            class: "num",
        },
    ],
};

pub fn tab(app: App, run: RunPath) -> View {
    let scrolled = Scrolled::new();
    let (asked, at_end) = (run.clone(), run.clone());
    let data = answer(move || {
        Some(RunDataQuery {
            run: asked.clone(),
            text: app
                .route
                .with(|route| route.filters.text.clone().unwrap_or_default()),
            window: scrolled.window.get(),
        })
    });
    let rows = move |view: &RunDataView| TableRows {
        total: view.matching,
        first: view.window.first,
        drawn: view
            .rows
            .iter()
            .map(|row| artifact_row(app, &run, row))
            .collect(),
        empty: match view.total {
            0 => parts::empty("No artifacts", "No task of this run left artifacts.", None),
            total => {
                let all = human::counted(total, "artifact", "artifacts");
                nothing_matches(app, "No artifact matches", all)
            }
        },
    };
    let told = move || {
        data.get().value.map(|view| {
            let (read, all) = view.tasks_read;
            let part = if read < all {
                format!(", of {} of {} tasks", human::count(read), human::count(all))
            } else {
                String::new()
            };
            format!(
                "{}{part}",
                human::counted(view.matching, "artifact", "artifacts")
            )
        })
    };
    // `Run.data` of the client.
    let ended = move || {
        let (step, id) = data.value()?.end_task.clone()?;
        let told = el::span()
            .class("faint only-wide")
            .child("The run ended with the data of ");
        Some(told.child(end_link(app, &at_end, &step, &id)))
    };
    group()
        .child(
            el::div()
                .class("tools")
                .child(filter_field(app, "Name or step", true))
                .child(ended)
                .child(el::span().class("push faint").child(told)),
        )
        .child(TABLE.show(app, scrolled, || None, data, rows))
        .into_view()
}

fn artifact_row(app: App, run: &RunPath, row: &RunArtifactRow) -> View {
    let task = run.task(&row.step, &row.task);
    let href = app.artifact_route(&task, &row.name).to_hash();
    let (value, is_data) = match (&row.value, &row.fault, row.values) {
        (_, None, values) if values > 1 => {
            let told = format!("{} different values", human::count(values));
            (told, false)
        }
        (Some(value), None, _) => (value.clone(), true),
        (Some(value), Some(_), _) => (format!("damaged: {value}"), true),
        (None, Some(fault), _) => (fault.clone(), false),
        (None, None, _) => (row.class.clone(), true),
    };
    let is_bad = row.fault.is_some();
    let set_by = if row.values > 1 {
        row.step.clone()
    } else {
        shown_task(&row.step, &row.task)
    };
    let set_href = if row.values > 1 {
        app.step_href(run, &row.step)
    } else {
        app.task_href(&task)
    };
    el::div()
        .class("row")
        .attr("role", "row")
        .child(
            el::span()
                .attr("role", "cell")
                .class("k1")
                .attr("title", row.class.clone())
                .child(kind_icon(row.kind)),
        )
        .child(
            el::span()
                .attr("role", "cell")
                .class("name mono k1 grow")
                .child(
                    el::a()
                        .class("whole")
                        .attr("href", href)
                        .child(row.name.clone()),
                ),
        )
        .child(
            el::span()
                .attr("role", "cell")
                .class("k2 cut-end")
                .class_if("dim", !is_bad)
                .class_if("fail", is_bad)
                .class_if("mono", is_data)
                .attr("title", row.fault.clone())
                .child(is_bad.then(|| icon("warn", "icon-s")))
                .child(value),
        )
        .child(
            el::span()
                .attr("role", "cell")
                .class("mono k2")
                .child(el::a().class("above").attr("href", set_href).child(set_by)),
        )
        .child(
            el::span()
                .attr("role", "cell")
                .class("num k1 dim")
                .child(row.size.map(human::size)),
        )
        .into_view()
}
