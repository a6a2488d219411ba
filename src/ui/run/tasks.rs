//! Tasks as rows: of a run, or of one step.

use super::super::ask::{Answer, answer};
use super::super::parts::controls::{clear_filters, filter_field, status_filter, wanted_statuses};
use super::super::parts::marks::{bar, glyph, percent};
use super::super::parts::table::{Column, Scrolled, TableRows, column, plain, table};
use super::super::state::{App, span};
use crate::engine::tasks::{TaskRow, TasksQuery, TasksSort, TasksView};
use crate::model::{RunPath, Span, Status};
use crate::route::Sort;
use crate::text::human;
use leptos::prelude::*;
use std::sync::Arc;

static COLUMNS: [Column; 6] = [
    column("Status", "status"),
    column("Task", "step"),
    plain("Foreach"),
    column("Attempts", "attempts"),
    column("Duration", "duration"),
    plain("Exception"),
];

pub fn of_run(app: App, run: RunPath) -> AnyView {
    let scrolled = Scrolled::new();
    let tasks = asked(app, run.clone(), None, scrolled);
    view! { {list(app, run, tasks, scrolled, "Step, foreach value or id")} }.into_any()
}

/// Asks for the tasks that the address wants.
pub fn asked(
    app: App,
    run: RunPath,
    step: Option<String>,
    scrolled: Scrolled,
) -> RwSignal<Answer<TasksView>> {
    answer(move || {
        let sort = sorted(app);
        Some(TasksQuery {
            run: run.clone(),
            step: step.clone(),
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
}

fn sorted(app: App) -> Option<Sort> {
    app.route.with(|route| route.filters.sort.clone())
}

/// The toolbar and the table.
pub fn list(
    app: App,
    run: RunPath,
    tasks: RwSignal<Answer<TasksView>>,
    scrolled: Scrolled,
    hint: &'static str,
) -> AnyView {
    let rows = move || {
        let Some(view) = tasks.get().value else {
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
                    .map(|row| task_row(app, &run, row, shown.longest))
                    .collect_view()
                    .into_any()
            }),
            empty: Some(Arc::new(move || {
                if total == 0 {
                    super::super::parts::empty(
                        "No tasks",
                        "No task of this place was recorded.",
                        None,
                    )
                } else {
                    let text = format!(
                        "{}, none of them with these filters",
                        human::counted(total, "task", "tasks")
                    );
                    super::super::parts::empty("No task matches", text, Some(clear_filters(app)))
                }
            })),
        }
    };
    let count = move || {
        tasks
            .get()
            .value
            .map(|view| human::counted(view.matching, "task", "tasks"))
    };
    view! {
        <div class="tools">
            {filter_field(app, hint, true)}
            {move || tasks.get().value.map(|view| status_filter(app, &view.statuses))}
            <span class="push faint only-wide">{count}</span>
        </div>
        {move || match tasks.get() {
            Answer { failure: Some(failure), .. } => super::super::error::in_place(&failure),
            Answer { value: None, progress, .. } => super::super::parts::loading(progress),
            _ => ().into_any(),
        }}
        {table(app, scrolled, "tasks", "Tasks", &COLUMNS, move || sorted(app), rows)}
    }
    .into_any()
}

fn task_row(app: App, run: &RunPath, row: &TaskRow, longest: Option<Span>) -> AnyView {
    let path = run.task(&row.step, &row.id);
    let word = if row.status == Status::Retried {
        "Retried"
    } else {
        row.status.word()
    };
    let caught = row
        .caught
        .then(|| view! { <span class="faint">"caught"</span> });
    let part = row
        .duration
        .zip(longest)
        .map_or(0.0, |(length, longest)| percent(length.0, longest.0));
    let why = row.why.clone().unwrap_or_default();
    let failed = row.status == Status::Failed;
    view! {
        <div class="row" role="row">
            <span role="cell" class="flex k1">{glyph(row.status, "")}<span class:fail=failed>{word}</span>{caught}</span>
            <span role="cell" class="k1 grow"><a class="whole mono" href=app.task_href(&path)>{format!("{}/{}", row.step, row.id)}</a></span>
            <span role="cell" class="k2" title=row.label.clone()><span class="dim">{row.label.clone()}</span></span>
            <span role="cell" class="dim">{row.attempts.len()}</span>
            <span role="cell" class="flex k1"><span class="span">{bar(Some(row.status), part)}</span><span class="dim">{span(row.duration)}</span></span>
            <span role="cell" class="why mono cut-end" class:fail=failed title=why.clone()>{why.clone()}</span>
        </div>
    }
    .into_any()
}
