//! What the engine noted about a task while it ran, in order.

use super::super::ask::{Answer, answer};
use super::super::parts::controls::{clear_filters, filter_field, segments};
use super::super::parts::table::{Column, Scrolled, TableRows, plain, table};
use super::super::state::App;
use crate::engine::task::{MetadataQuery, MetadataRow};
use crate::model::TaskPath;
use crate::text::human;
use leptos::prelude::*;
use std::sync::Arc;

static COLUMNS: [Column; 5] = [
    plain("Time"),
    plain("Field"),
    plain("Value"),
    plain("Type"),
    Column {
        name: "Attempt",
        sort: None,
        class: "num",
    },
];

pub fn tab(app: App, task: TaskPath, attempt: u32) -> AnyView {
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
    let rows = move || {
        let Some(view) = found.get().value else {
            return TableRows {
                total: 0,
                first: 0,
                drawn: 0,
                draw: Arc::new(|| ().into_any()),
                empty: None,
            };
        };
        let (total, shown) = (view.total, Arc::new(view.clone()));
        TableRows {
            total: view.matching,
            first: view.window.first,
            drawn: view.rows.len() as u64,
            draw: Arc::new(move || {
                shown
                    .rows
                    .iter()
                    .map(|row| event_row(app, row))
                    .collect_view()
                    .into_any()
            }),
            empty: Some(Arc::new(move || {
                if total == 0 {
                    super::super::parts::empty(
                        "No metadata",
                        "Nothing was noted of this task.",
                        None,
                    )
                } else {
                    let text = format!(
                        "{}, none of them with this text",
                        human::counted(total, "event", "events")
                    );
                    super::super::parts::empty("No event matches", text, Some(clear_filters(app)))
                }
            })),
        }
    };
    let count = move || {
        found
            .get()
            .value
            .map(|view| human::counted(view.matching, "event", "events"))
    };
    let chosen = Signal::derive(move || one.get());
    view! {
        <div class="tools">
            {filter_field(app, "Field or value", true)}
            {segments("Attempts", &[(false, "All attempts"), (true, "This attempt")], chosen, move |one| app.change(|route| route.with_extra("as", one.then_some("attempt"))), "")}
            <span class="push faint only-wide">{count}</span>
        </div>
        {move || match found.get() {
            Answer { failure: Some(failure), .. } => super::super::error::in_place(&failure),
            Answer { value: None, progress, .. } => super::super::parts::loading(progress),
            _ => ().into_any(),
        }}
        {table(app, scrolled, "metadata", "Metadata", &COLUMNS, || None, rows)}
    }
    .into_any()
}

fn event_row(app: App, row: &MetadataRow) -> AnyView {
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
    view! {
        <div class="row" role="row">
            <span role="cell" class="mono faint k2" title=row.at.map(|at| app.full(at))>{row.at.map(|at| app.time_millis(at))}</span>
            <span role="cell" class="mono strong k1 grow">{row.field.clone()}</span>
            <span role="cell" class="mono k1 cut-end" title=row.value.clone()>{row.value.clone()}</span>
            <span role="cell" class="dim k2">{kind}</span>
            <span role="cell" class="num dim">{row.attempt}</span>
        </div>
    }
    .into_any()
}
