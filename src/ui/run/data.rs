//! The artifacts of a run, each with the step that set it.

use super::super::ask::{Answer, answer};
use super::super::parts::controls::{clear_filters, filter_field};
use super::super::parts::marks::kind_icon;
use super::super::parts::table::{Column, Scrolled, TableRows, plain, table};
use super::super::state::App;
use crate::engine::data::{RunArtifactRow, RunDataQuery};
use crate::model::RunPath;
use crate::text::human;
use leptos::prelude::*;
use std::sync::Arc;

static COLUMNS: [Column; 5] = [
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
];

pub fn tab(app: App, run: RunPath) -> AnyView {
    let scrolled = Scrolled::new();
    let asked = run.clone();
    let data = answer(move || {
        Some(RunDataQuery {
            run: asked.clone(),
            text: app
                .route
                .with(|route| route.filters.text.clone().unwrap_or_default()),
            window: scrolled.window.get(),
        })
    });
    let rows = move || {
        let Some(view) = data.get().value else {
            return TableRows {
                total: 0,
                first: 0,
                drawn: 0,
                draw: Arc::new(|| ().into_any()),
                empty: None,
            };
        };
        let (total, shown, run) = (view.total, Arc::new(view.clone()), run.clone());
        TableRows {
            total: view.matching,
            first: view.window.first,
            drawn: view.rows.len() as u64,
            draw: Arc::new(move || {
                shown
                    .rows
                    .iter()
                    .map(|row| artifact_row(app, &run, row))
                    .collect_view()
                    .into_any()
            }),
            empty: Some(Arc::new(move || {
                if total == 0 {
                    super::super::parts::empty(
                        "No artifacts",
                        "No task of this run left artifacts.",
                        None,
                    )
                } else {
                    let text = format!(
                        "{}, none of them with this name",
                        human::counted(total, "artifact", "artifacts")
                    );
                    super::super::parts::empty(
                        "No artifact matches",
                        text,
                        Some(clear_filters(app)),
                    )
                }
            })),
        }
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
    view! {
        <div class="tools">
            {filter_field(app, "Name or step", true)}
            <span class="push faint">{told}</span>
        </div>
        {move || match data.get() {
            Answer { failure: Some(failure), .. } => super::super::error::in_place(&failure),
            Answer { value: None, progress, .. } => super::super::parts::loading(progress),
            _ => ().into_any(),
        }}
        {table(app, scrolled, "artifacts", "Artifacts", &COLUMNS, || None, rows)}
    }
    .into_any()
}

fn artifact_row(app: App, run: &RunPath, row: &RunArtifactRow) -> AnyView {
    let task = run.task(&row.step, &row.task);
    let href = app.artifact_route(&task, &row.name).to_hash();
    let value = match (&row.value, row.values) {
        (_, values) if values > 1 => format!("{} different values", human::count(values)),
        (Some(value), _) => value.clone(),
        (None, _) => row.class.clone(),
    };
    let set_by = if row.values > 1 {
        row.step.clone()
    } else {
        format!("{}/{}", row.step, row.task)
    };
    let set_href = if row.values > 1 {
        app.step_href(run, &row.step)
    } else {
        app.task_href(&task)
    };
    view! {
        <div class="row" role="row">
            <span role="cell" class="k1" title=row.class.clone()>{kind_icon(row.kind)}</span>
            <span role="cell" class="name mono k1 grow"><a class="whole" href=href>{row.name.clone()}</a></span>
            <span role="cell" class="dim k2 cut-end">{value}</span>
            <span role="cell" class="mono k2"><a class="above" href=set_href>{set_by}</a></span>
            <span role="cell" class="num k1 dim">{row.size.map(human::size)}</span>
        </div>
    }
    .into_any()
}
