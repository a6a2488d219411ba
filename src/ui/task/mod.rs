//! A task: its attempts, logs, exception, data, metadata.

mod exception;
mod logs;
mod metadata;

use super::ask::{Answer, answer};
use super::parts::marks::{glyph, icon, spoken_glyph};
use super::parts::tabs::{self, Tab};
use super::state::{App, span};
use super::{artifact, parts, rail};
use crate::engine::task::{TaskQuery, TaskView};
use crate::model::{RunPath, Status, TaskPath};
use crate::route::Place;
use crate::text::human;
use leptos::prelude::*;

const TABS: &[&str] = &["logs", "exception", "data", "metadata"];

pub fn page(app: App, flow: String, run: String, step: String, task: String) -> AnyView {
    let path = RunPath::new(flow, run).task(&step, &task);
    let asked = path.clone();
    let found = answer(move || {
        Some(TaskQuery {
            task: asked.clone(),
            attempt: app.route.with(|route| route.attempt),
        })
    });
    let named = tabs::current(app, TABS);
    // An artifact's address is a place in the data.
    let tab = Memo::new(move |_| {
        let artifact = app
            .route
            .with(|route| matches!(route.place, Place::Artifact { .. }));
        if artifact { "data" } else { named.get() }
    });
    let view_of = Memo::new_with_compare(move |_| found.get().value, |a, b| a != b);
    let attempt = Memo::new(move |_| view_of.with(|view| view.as_ref().map(|view| view.attempt)));
    let here = path.clone();
    let body = move || {
        let Some(attempt) = attempt.get() else {
            return ().into_any();
        };
        let here = here.clone();
        match tab.get() {
            "exception" => exception::tab(app, here, attempt),
            "data" => artifact::tab(app, here, attempt),
            "metadata" => metadata::tab(app, here, attempt),
            _ => logs::tab(app, here, attempt),
        }
    };
    let panel_class = move || match tab.get() {
        "logs" => "panel beside",
        "data" => "panel choose",
        "metadata" => "panel stack",
        _ => "panel",
    };
    let chosen = move || {
        app.route
            .with(|route| matches!(route.place, Place::Artifact { .. }))
            .then_some("")
    };
    let main = move || match found.get() {
        Answer {
            failure: Some(failure),
            ..
        } => parts_error(&failure),
        _ => ().into_any(),
    };
    let loading = move || {
        view_of.with(Option::is_none).then(|| match found.get() {
            Answer {
                failure: None,
                progress,
                ..
            } => parts::loading(progress),
            _ => ().into_any(),
        })
    };
    let has_view = move || view_of.with(Option::is_some);
    let head_path = path.clone();
    let problem = move || {
        view_of
            .get()
            .and_then(|view| parts::problems(&view.problems, view.problems.len() as u64))
    };
    let main = view! {
        <main class="main" id="main" tabindex="-1">
            {main}
            {loading}
            {move || view_of.get().map(|view| head(app, &head_path, &view))}
            {move || view_of.get().map(|view| bar(app, &view, tab))}
            {problem}
            <Show when=has_view>
                <div class=panel_class data-chosen=chosen id="panel" role="tabpanel" aria-labelledby=move || format!("tab-{}", tab.get())>{body.clone()}</div>
            </Show>
        </main>
    };
    rail::beside(rail::of_run(app, path.run_path()), main.into_any())
}

fn parts_error(failure: &crate::engine::ask::Failure) -> AnyView {
    super::error::in_place(failure)
}

fn bar(app: App, view: &TaskView, tab: Memo<&'static str>) -> AnyView {
    let counts = view.counts;
    let tab_of = |word: &'static str| match word {
        "logs" => Tab {
            word,
            name: "Logs",
            count: None,
        },
        "exception" => Tab {
            word,
            name: "Exception",
            count: Some(counts.exceptions),
        },
        "data" => Tab {
            word,
            name: "Data",
            count: Some(counts.artifacts),
        },
        _ => Tab {
            word,
            name: "Metadata",
            count: Some(counts.metadata),
        },
    };
    tabs::bar(
        app,
        "This task",
        TABS.iter().map(|word| tab_of(word)).collect(),
        tab,
    )
}

fn head(app: App, path: &TaskPath, view: &TaskView) -> AnyView {
    let last = view.attempts.last().map_or(0, |attempt| attempt.number);
    let told = match (view.status, view.attempts.len()) {
        (Status::Unknown, _) => "ended in a way that cannot be told".to_owned(),
        (_, 0) => "was never started".to_owned(),
        (Status::Failed, 1) => "failed".to_owned(),
        (Status::Failed, _) => format!("failed on attempt {last}"),
        (Status::Retried, _) => format!("succeeded on attempt {last}"),
        (Status::Succeeded, _) => "succeeded".to_owned(),
        (Status::Cached, _) => "copied from an earlier run".to_owned(),
        (Status::Running, _) => "is running".to_owned(),
        (Status::Unfinished, _) => "has no end".to_owned(),
        (Status::Skipped, _) => "was not reached".to_owned(),
    };
    let chip = view.label.clone().map(|label| {
        let class = if view.status == Status::Failed {
            "chip chip-fail"
        } else {
            "chip"
        };
        view! { " "<span class=class>{label}</span> }
    });
    let neighbour = |id: &Option<String>| {
        id.as_ref().map(|id| {
            app.task_href(&TaskPath {
                task: id.clone(),
                ..path.clone()
            })
        })
    };
    let previous = neighbour(&view.previous).map(|href| view! { <a class="btn previous-task" href=href>{icon("left", "")}"Previous task"</a> });
    let next = neighbour(&view.next).map(
        |href| view! { <a class="btn next-task" href=href>"Next task"{icon("right", "")}</a> },
    );
    let parts = view
        .attempts
        .iter()
        .map(|attempt| {
            let number = attempt.number;
            // The tab and the artifact that are looked at stay.
            let href = move || app.route.with(|route| route.clone().with_attempt(Some(number))).to_hash();
            let chosen = number == view.attempt;
            let word = attempt.status.word();
            view! { <a href=href aria-current=chosen.to_string()>{glyph(attempt.status, "")}<b>{number}</b>" "{word}" "<span class="faint">{span(attempt.duration)}</span></a> }
        })
        .collect_view();
    let shown = view
        .attempts
        .iter()
        .find(|attempt| attempt.number == view.attempt);
    let why = shown.map(|attempt| {
        let known = super::state::how_known(attempt.status, &attempt.evidence, attempt.caught);
        view! { <span class="why">{known}</span> }
    });
    let started = shown
        .and_then(|attempt| attempt.started)
        .map(|at| view! { <span title=app.full(at)>"Started "<b>{app.started(at)}</b></span> });
    let waited = shown
        .and_then(|attempt| attempt.waited)
        .filter(|waited| waited.0 >= 1_000_000)
        .map(|waited| {
            let word = if view.attempt == 0 {
                "Queued "
            } else {
                "Waited "
            };
            view! { <span>{word}<b>{span(Some(waited))}</b></span> }
        });
    let origin = view.origin.as_ref().and_then(|origin| {
        let mut parts = origin.split('/');
        let (run, step, task) = (parts.next()?, parts.next()?, parts.next()?);
        let href = app.task_href(&RunPath::new(path.flow.clone(), run).task(step, task));
        Some(view! { <span class="why">"Copied from "<a class="link mono" href=href>{origin.clone()}</a></span> })
    });
    view! {
        <div class="head">
            {spoken_glyph(view.status, "")}
            <h1><span class="mono">{format!("{}/{}", path.step, path.task)}</span>" "<span class="dim">{told}</span>{chip}</h1>
            <div class="head-acts only-wide">{previous}{next}</div>
            <div class="attempts">
                <div class="seg seg-m" role="group" aria-label="Attempt">{parts}</div>
                {why}
                {origin}
                <span class="push only-wide">{waited}{started}</span>
            </div>
        </div>
    }
    .into_any()
}

/// Where the task stands: what led to it and what it led to.
pub fn relatives(app: App, run: &RunPath, view: &TaskView) -> AnyView {
    let list = |title: &'static str, all: &[crate::engine::task::Relative], total: u64| {
        (total > 0).then(|| {
            let chips = all
                .iter()
                .map(|one| {
                    let href = app.task_href(&run.task(&one.step, &one.id));
                    let label = one.label.clone().unwrap_or_default();
                    view! { <a class="chip" href=href title=label>{glyph(one.status, "glyph-s")}{format!("{}/{}", one.step, one.id)}</a> }
                })
                .collect_view();
            let left = total.saturating_sub(all.len() as u64);
            let more = (left > 0).then(|| view! { <span class="faint">{format!("and {} more", human::count(left))}</span> });
            view! { <span class="faint">{title}</span>{chips}{more} }
        })
    };
    view! { <div class="relatives chips">{list("from", &view.parents, view.parents_total)}{list("to", &view.children, view.children_total)}</div> }.into_any()
}
