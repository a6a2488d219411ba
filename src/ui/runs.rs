//! The list of runs.

use super::ask::{Answer, answer};
use super::parts::controls::{clear_filters, filter_field, status_filter, wanted_statuses};
use super::parts::marks::{bar, glyph, icon, percent};
use super::parts::table::{Column, Scrolled, TableRows, column, plain, table};
use super::rail;
use super::state::{App, span};
use crate::engine::runs::{History, RunRow, RunsQuery, RunsSort, RunsView};
use crate::model::{RunPath, Status};
use crate::route::Sort;
use crate::text::human;
use leptos::prelude::*;
use std::sync::Arc;

static COLUMNS: [Column; 7] = [
    column("Status", "status"),
    column("Flow", "flow"),
    plain("Run"),
    column("User", "user"),
    plain("Tags"),
    column("Started", "started"),
    column("Duration", "duration"),
];

pub fn page(app: App, flow: Option<String>) -> AnyView {
    let scrolled = Scrolled::new();
    let asked = flow.clone();
    let runs = answer(move || {
        let sort = sorted(app);
        Some(app.route.with(|route| RunsQuery {
            flow: asked.clone(),
            text: route.filters.text.clone().unwrap_or_default(),
            statuses: wanted_statuses(app),
            tags: route.filters.tags.clone(),
            user: route.filters.users.first().cloned(),
            sort: match sort.by.as_str() {
                "status" => RunsSort::Status,
                "flow" => RunsSort::Flow,
                "user" => RunsSort::User,
                "duration" => RunsSort::Duration,
                _ => RunsSort::Started,
            },
            descending: sort.descending,
            window: scrolled.window.get(),
        }))
    });
    let rows = move || {
        let view = runs.get().value.unwrap_or_default();
        let shown = Arc::new(view.clone());
        TableRows {
            total: view.matching,
            first: view.window.first,
            drawn: view.rows.len() as u64,
            draw: Arc::new(move || {
                shown
                    .rows
                    .iter()
                    .map(|row| run_row(app, row))
                    .collect_view()
                    .into_any()
            }),
            empty: (runs.get().value.is_some()).then(|| {
                let total = view.total;
                Arc::new(move || nothing(app, total)) as Arc<dyn Fn() -> AnyView + Send + Sync>
            }),
        }
    };
    let title = flow.clone().unwrap_or_else(|| "Runs".to_owned());
    let is_flow = flow.is_some();
    let count = move || {
        runs.get().value.map(|view| {
            if view.matching == view.total {
                human::counted(view.total, "run", "runs")
            } else {
                format!(
                    "{} of {}",
                    human::count(view.matching),
                    human::count(view.total)
                )
            }
        })
    };
    let pending = move || {
        let pending = runs.get().value.map_or(0, |view| view.pending);
        (pending > 0).then(|| format!("reading {} more", human::count(pending)))
    };
    let main = view! {
        <main class="main" id="main" tabindex="-1">
            <div class="head line">
                <h1 class:mono=is_flow>{title}</h1>
                <span class="faint">{count}</span>
                <div class="head-acts"><span role="status">{pending}</span></div>
            </div>
            <section class="panel stack" aria-label="Runs">
                <div class="tools">
                    {filter_field(app, "Text, id, user or tag", false)}
                    {move || runs.get().value.map(|view| status_filter(app, &view.statuses))}
                    {move || chosen(app)}
                </div>
                {move || match runs.get() {
                    Answer { failure: Some(failure), .. } => super::error::in_place(&failure),
                    Answer { value: None, progress, .. } => super::parts::loading(progress),
                    _ => ().into_any(),
                }}
                {table(app, scrolled, "runs", "Runs", &COLUMNS, move || Some(sorted(app)), rows)}
                {move || runs.get().value.and_then(|view: RunsView| view.history).map(|history| past(app, &history))}
            </section>
        </main>
    };
    rail::beside(rail::of_flows(app, runs, flow), main.into_any())
}

fn sorted(app: App) -> Sort {
    let chosen = app.route.with(|route| route.filters.sort.clone());
    chosen.unwrap_or_else(|| Sort {
        by: "started".to_owned(),
        descending: true,
    })
}

/// Filters that are not buttons of their own: a tag, a user. A click takes one away.
fn chosen(app: App) -> AnyView {
    let (tags, users) = app
        .route
        .with(|route| (route.filters.tags.clone(), route.filters.users.clone()));
    let chip = |text: String, remove: Box<dyn Fn(&mut crate::route::Filters)>| {
        let label = format!("Remove the filter {text}");
        view! {
            <button class="btn btn-s" aria-pressed="true" aria-label=label on:click=move |_| app.change(|mut route| {
                remove(&mut route.filters);
                route
            })>{text}{icon("close", "icon-s")}</button>
        }
        .into_any()
    };
    let mut chips = Vec::new();
    for tag in tags {
        let gone = tag.clone();
        chips.push(chip(
            format!("tag {tag}"),
            Box::new(move |filters| filters.tags.retain(|known| *known != gone)),
        ));
    }
    for user in users {
        let gone = user.clone();
        chips.push(chip(
            format!("user {user}"),
            Box::new(move |filters| filters.users.retain(|known| *known != gone)),
        ));
    }
    chips.collect_view().into_any()
}

fn nothing(app: App, total: u64) -> AnyView {
    super::parts::empty(
        "No run matches",
        format!(
            "{}, none of them with these filters",
            human::counted(total, "run", "runs")
        ),
        Some(clear_filters(app)),
    )
}

fn run_row(app: App, row: &RunRow) -> AnyView {
    let path = RunPath::new(&row.flow, &row.run);
    let status = match row.status {
        None => view! { <span class="faint">"reading"</span> }.into_any(),
        Some(status) => {
            let word = if status == Status::Retried {
                "Succeeded"
            } else {
                status.word()
            };
            let note = match (&row.step, row.retried) {
                (Some(step), _) => format!("in {step}"),
                (None, 0) => String::new(),
                (None, retried) => human::counted(retried, "retry", "retries"),
            };
            view! { {glyph(status, "")}<span class:fail=status == Status::Failed>{word}</span><span class="faint cut-end">{note}</span> }.into_any()
        }
    };
    let mark = match (row.latest, row.last_good) {
        (true, true) => Some(("latest, last good", "chip chip-ok")),
        (true, false) => Some(("latest", "chip chip-mark")),
        (false, true) => Some(("last good", "chip chip-ok")),
        (false, false) => None,
    };
    let mark = mark.map(|(word, class)| view! { <span class=class>{word}</span> });
    let tags = row
        .tags
        .iter()
        .map(|tag| {
            let href = app.route.with_untracked(|route| {
                let mut route = route.clone();
                if !route.filters.tags.contains(tag) {
                    route.filters.tags.push(tag.clone());
                }
                route.to_hash()
            });
            view! { <a class="chip" href=href>{tag.clone()}</a> }
        })
        .collect_view();
    let started = row.started.map(|at| {
        let ago = app.ago(at).unwrap_or_default();
        view! { <span title=app.full(at)>{app.started(at)}</span>" "<span class="faint">{ago}</span> }
    });
    let length = row.duration.zip(row.longest).map(|(duration, longest)| {
        let marked = leptos::html::span()
            .class("span")
            .child(bar(row.status, percent(duration.0, longest.0)));
        match row.median {
            Some(median) => marked
                .attr("data-m", "")
                .style(("--m", format!("{:.1}%", percent(median.0, longest.0))))
                .into_any(),
            None => marked.into_any(),
        }
    });
    // How long a run without an end has been going is not known, only how long it was seen.
    let open_end = matches!(row.status, Some(Status::Running | Status::Unfinished));
    let duration = match (open_end, row.duration) {
        (true, Some(_)) => format!("> {}", span(row.duration)),
        _ => span(row.duration),
    };
    view! {
        <div class="row" role="row">
            <span role="cell" class="flex k1" title=row.proof.clone()>{status}</span>
            <span role="cell" class="flow k1 grow"><a class="whole" href=app.run_href(&path)>{row.flow.clone()}</a></span>
            <span role="cell" class="flex k2"><span class="mono">{row.run.clone()}</span>{mark}</span>
            <span role="cell" class="dim">{row.user.clone()}</span>
            <span role="cell" class="flex"><span class="chips above">{tags}</span></span>
            <span role="cell" class="flex k2">{started}</span>
            <span role="cell" class="flex k1">{length}<span class="dim">{duration}</span></span>
        </div>
    }
    .into_any()
}

/// The past durations of a flow as bars, oldest first.
fn past(app: App, history: &History) -> AnyView {
    let longest = history
        .bars
        .iter()
        .filter_map(|(_, length, _)| *length)
        .map(|length| length.0)
        .max()
        .unwrap_or(1)
        .max(1);
    let bars = history
        .bars
        .iter()
        .map(|(status, length, run)| {
            let part = length
                .map_or(0.0, |length| percent(length.0, longest))
                .max(6.0);
            let label = format!("{run}, {}, {}", status.word().to_lowercase(), span(*length));
            let class = match status {
                Status::Succeeded => "bar".to_owned(),
                status => format!("bar {}", super::parts::marks::status_class(*status)),
            };
            let href = app.run_href(&RunPath::new(&history.flow, run));
            leptos::html::a()
                .class(class)
                .attr("href", href)
                .attr("title", label.clone())
                .attr("aria-label", label)
                .style(("--v", format!("{part:.0}%")))
        })
        .collect_view();
    let count = history.bars.len();
    let median = history
        .median
        .map(|median| view! { <span>"median "{span(Some(median))}</span> });
    view! {
        <div class="pane-foot past-foot">
            <b>{format!("{}, last {count}", history.flow)}</b>
            <span class="past-bars" role="group" aria-label="Past durations">{bars}</span>
            {median}
            <span>{format!("{} of {count} succeeded first time", history.succeeded_first_time)}</span>
            <span class="push faint only-wide">"The mark on each bar is the flow's median"</span>
        </div>
    }
    .into_any()
}
