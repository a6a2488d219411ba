//! A task: its attempts, logs, exception, data, code, cards, metadata, and all else.

mod about;
mod exception;
mod logs;
mod metadata;

use super::ask::answer;
use super::parts::lasting::so_far;
use super::parts::marks::{glyph, icon, spoken_glyph};
use super::parts::named::run_name;
use super::parts::tabs::{self, Tab};
use super::run::dag;
use super::state::{App, span};
use super::{artifact, cards, code, parts, prefect};
use crate::engine::task::{AttemptView, TaskQuery, TaskView, not_recorded};
use crate::model::pathspec::shown_task;
use crate::model::run::BODY;
use crate::model::{RunPath, Status, Stream, System, TaskPath};
use crate::route::Place;
use crate::text::human;
use crate::ui::dom::prelude::*;
use std::rc::Rc;

const TABS: &[&str] = &[
    "logs",
    "exception",
    "data",
    "code",
    "cards",
    "metadata",
    "about",
];

pub fn page(app: App, flow: String, run: String, step: String, task: String) -> View {
    let path = RunPath::new(flow, run).task(&step, &task);
    let asked = path.clone();
    let found = answer(move || {
        Some(TaskQuery {
            task: asked.clone(),
            attempt: app.route.with(|route| route.attempt),
        })
    });
    // Who reads where one is wants to know it by its values, not by its number alone.
    let of_crumbs = path.clone();
    react(move || {
        let label = found.value().and_then(|view| view.label.clone());
        app.here.set(label.map(|label| (of_crumbs.clone(), label)));
    });
    let named = tabs::current(app, TABS);
    // An artifact's address is a place in the data.
    let tab = Memo::new(move |_| {
        let artifact = app
            .route
            .with(|route| matches!(route.place, Place::Artifact { .. }));
        if artifact { "data" } else { named.get() }
    });
    let attempt = Memo::new(move |_| found.value().map(|view| view.attempt));
    let run = path.run_path();
    let foot: artifact::Foot =
        Rc::new(move || found.value().map(|view| relatives(app, &run, &view)));
    let here = path.clone();
    let panel = move || {
        let attempt = attempt.get()?;
        let here = here.clone();
        let tab = tab.get();
        let system = found.value_untracked()?.system;
        let (class, content) = match tab {
            "about" if system == System::Prefect => ("panel", prefect::task::tab(app, here)),
            "exception" => ("panel", exception::tab(app, here, attempt)),
            "data" => {
                let data = artifact::tab(app, here, attempt, foot.clone());
                ("panel choose", data)
            }
            "code" => {
                let task = Some((here.step.clone(), here.task.clone()));
                ("panel choose", code::tab(app, here.run_path(), task))
            }
            "cards" => {
                let task = Some((here.step.clone(), here.task.clone()));
                ("panel choose", cards::tab(app, here.run_path(), task))
            }
            "metadata" => ("panel stack", metadata::tab(app, here, attempt)),
            "about" => ("panel", about::tab(app, here, attempt)),
            _ => {
                let quiet = |view: &Rc<TaskView>| view.counts.stderr == 0 && view.counts.stdout > 0;
                let first = found.value_untracked().filter(quiet);
                let first = first.map_or(Stream::Stderr, |_| Stream::Stdout);
                let logs = logs::tab(app, here, attempt, system, first, foot.clone());
                ("panel beside", logs)
            }
        };
        let chosen = move || {
            app.route.with(|route| {
                matches!(route.place, Place::Artifact { .. }) || tabs::is_chosen(route, tab)
            })
        };
        Some(
            el::div()
                .key(format!("{tab} {attempt}"))
                .class(class)
                .attr("data-chosen", chosen)
                .attr("id", "panel")
                .attr("role", "tabpanel")
                .attr("aria-labelledby", format!("tab-{tab}"))
                .child(content),
        )
    };
    let head_path = path.clone();
    let problem = move || {
        found
            .value()
            .and_then(|view| parts::problems(&view.problems, view.problems.len() as u64))
    };
    let main = el::main()
        .key(path.to_string())
        .class("main")
        .attr("id", "main")
        .attr("tabindex", "-1")
        .child(parts::failed_or_waiting(found))
        .child(move || found.value().map(|view| head(app, &head_path, &view)))
        .child(move || found.value().map(|view| bar(app, &view, tab)))
        .child(problem)
        .child(panel);
    main.into_view()
}

/// Whether an engine has what a tab shows.
fn is_of(system: System, tab: &str) -> bool {
    match system {
        System::Metaflow => true,
        System::Prefect => !matches!(tab, "code" | "cards" | "metadata"),
    }
}

fn bar(app: App, view: &TaskView, tab: Memo<&'static str>) -> View {
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
            name: match view.system {
                System::Metaflow => "Data",
                System::Prefect => "Result",
            },
            count: Some(counts.artifacts),
        },
        "code" => Tab {
            word,
            name: "Code",
            count: (!counts.has_code).then_some(0),
        },
        "cards" => Tab {
            word,
            name: "Cards",
            count: Some(counts.cards),
        },
        "about" => Tab {
            word,
            name: "About",
            count: None,
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
        TABS.iter()
            .filter(|word| is_of(view.system, word))
            .map(|word| tab_of(word))
            .collect(),
        tab,
    )
}

fn head(app: App, path: &TaskPath, view: &TaskView) -> View {
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
        (Status::Cancelled, _) => "was cancelled".to_owned(),
        (Status::Waiting, _) => "waits".to_owned(),
        (Status::Unfinished, _) => "has no end".to_owned(),
        (Status::Skipped, _) => "was not reached".to_owned(),
    };
    let chip = view.label.clone().map(|label| {
        let class = if view.status == Status::Failed {
            "chip chip-fail"
        } else {
            "chip"
        };
        group()
            .child(" ")
            .child(el::span().class(class).child(label))
    });
    let neighbour = |id: &Option<String>| {
        id.as_ref().map(|id| {
            app.task_href(&TaskPath {
                task: id.clone(),
                ..path.clone()
            })
        })
    };
    let previous = neighbour(&view.previous).map(|href| {
        el::a()
            .class("btn previous-task")
            .attr("href", href)
            .child(icon("left", ""))
            .child("Previous task")
    });
    let next = neighbour(&view.next).map(|href| {
        el::a()
            .class("btn next-task")
            .attr("href", href)
            .child("Next task")
            .child(icon("right", ""))
    });
    let shown = view
        .attempts
        .iter()
        .find(|attempt| attempt.number == view.attempt);
    let why = shown.map(|attempt| {
        let known = super::state::how_known(
            attempt.status,
            &attempt.evidence,
            attempt.caught,
            view.system,
        );
        let next = view
            .attempts
            .iter()
            .find(|next| next.number > attempt.number);
        let waited = next
            .and_then(|next| next.waited)
            .filter(|waited| waited.0 >= 1_000_000);
        let told = match (&view.raised, waited) {
            (Some(raised), _) if attempt.caught => {
                format!("Raised {raised}, which @catch took")
            }
            (Some(raised), Some(waited)) => {
                format!("Raised {raised}, then waited {}", human::span(waited.0))
            }
            (Some(raised), None) => format!("Raised {raised}"),
            (None, _) => known.clone(),
        };
        el::span().class("why").attr("title", known).child(told)
    });
    let started = shown.and_then(|attempt| attempt.started).map(|at| {
        el::span()
            .attr("title", app.full(at))
            .child("Started ")
            .child(el::b().child(app.started(at)))
    });
    let waited = shown
        .and_then(|attempt| attempt.waited)
        .filter(|waited| waited.0 >= 1_000_000)
        .map(|waited| {
            let word = if view.attempt == 0 {
                "Queued "
            } else {
                "Waited "
            };
            el::span()
                .child(word)
                .child(el::b().child(span(Some(waited))))
        });
    // As the timeline has it: how long it waited is not known then.
    let unrecorded = shown.and_then(|attempt| attempt.missing_before);
    let unrecorded = unrecorded
        .map(|(first, last)| el::span().child(format!("Before it {}", not_recorded(first, last))));
    let origin = view.origin.as_ref().and_then(|origin| {
        let mut parts = origin.split('/');
        let (run, step, task) = (parts.next()?, parts.next()?, parts.next()?);
        let href = app.task_href(&RunPath::new(path.flow.clone(), run).task(step, task));
        Some(
            el::span().class("why").child("Copied from ").child(
                el::a()
                    .class("link mono")
                    .attr("href", href)
                    .child(origin.clone()),
            ),
        )
    });
    let attempt_status = shown.map_or(view.status, |attempt| attempt.status);
    let client = view.client.differs_from(attempt_status).then(|| {
        el::span()
            .class("faint")
            .attr(
                "title",
                "Task.successful and Task.finished, as Metaflow's own client answers them",
            )
            .child(format!("Python client says {}", view.client.line()))
    });
    el::div()
        .class("head")
        .child(spoken_glyph(view.status, ""))
        .child(
            el::h1()
                .child(el::span().class("mono").child(match path.step == BODY {
                    true => run_name(path.run_path()),
                    false => shown_task(&path.step, &path.task).into_view(),
                }))
                .child(" ")
                .child(el::span().class("dim").child(told))
                .child(chip),
        )
        .child(
            el::div()
                .class("head-acts only-wide")
                .child(previous)
                .child(next),
        )
        .child(
            el::div()
                .class("attempts")
                .child(attempts(app, view))
                .child(why)
                .child(origin)
                .child(client)
                .child(
                    el::span()
                        .class("push only-wide")
                        .child(unrecorded)
                        .child(waited)
                        .child(started),
                ),
        )
        .into_view()
}

/// The attempts, each a link to what it left.
pub fn attempts(app: App, view: &TaskView) -> Element {
    let parts = view
        .attempts
        .iter()
        .map(|attempt| {
            let number = attempt.number;
            // The tab and the artifact that are looked at stay.
            let href = move || {
                app.route
                    .with(|route| route.clone().with_attempt(Some(number)))
                    .to_hash()
            };
            let chosen = number == view.attempt;
            let word = attempt.status.word();
            let link = el::a()
                .attr("href", href)
                .attr("aria-current", chosen.to_string())
                .child(glyph(attempt.status, ""))
                .child(el::b().child(number))
                .child(" ")
                .child(word)
                .child(" ")
                .child(el::span().class("faint").child(seen(attempt)));
            let gap = attempt.missing_before;
            let gap = gap.map(|(first, last)| missing(first, last));
            group().child(gap).child(link)
        })
        .collect_view();
    el::div()
        .class("seg seg-m")
        .attr("role", "group")
        .attr("aria-label", "Attempt")
        .child(parts)
}

/// The log of a flow's own code, by itself.
pub fn flow_log(app: App, task: &TaskPath, attempt: u32) -> View {
    logs::of_levels(app, task, attempt)
}

/// How long an attempt took; without a note of its end, how long it was seen.
fn seen(attempt: &AttemptView) -> View {
    let open = !attempt.end_recorded && attempt.duration.is_some_and(|length| length.0 > 0);
    match open && attempt.since.is_none() {
        true => format!("> {}", span(attempt.duration)).into_view(),
        false => so_far(attempt.status, attempt.duration, attempt.since),
    }
}

/// Attempts of which nothing is there, between those that can be looked at.
fn missing(first: u32, last: u32) -> Element {
    let numbers = match last - first {
        0 => first.to_string(),
        _ => format!("{first}–{last}"),
    };
    el::span()
        .class("no-record")
        .attr(
            "title",
            "A later attempt is there: these never got to write a record, or it was deleted",
        )
        .child(numbers)
        .child(" no record")
}

/// Where the task stands: what led to it and what it led to.
fn relatives(app: App, run: &RunPath, view: &TaskView) -> View {
    let list = |title: &'static str, all: &[crate::engine::task::Relative], total: u64| {
        (total > 0).then(|| {
            let mut chips = all.iter().map(|one| {
                let href = app.task_href(&run.task(&one.step, &one.id));
                let label = one.label.clone();
                el::a()
                    .class("chip")
                    .attr("href", href)
                    .attr("title", label.clone())
                    .child(glyph(one.status, "glyph-s"))
                    .child(shown_task(&one.step, &one.id))
                    .child(label.map(|label| {
                        group()
                            .child(" ")
                            .child(el::span().class("faint cut-end").child(label))
                    }))
            });
            // A word never ends a line: it stays with the first of what it is about.
            let first = el::span()
                .child(el::span().class("faint").child(title))
                .child(chips.next());
            let rest = chips.collect_view();
            let left = total.saturating_sub(all.len() as u64);
            let more = (left > 0).then(|| {
                el::span()
                    .class("faint")
                    .child(format!("and {} more", human::count(left)))
            });
            group().child(first).child(rest).child(more)
        })
    };
    if view.is_alone {
        return ().into_view();
    }
    let drawn = (view.parents_total + view.children_total > 0).then(|| {
        let here = &view.task;
        el::a()
            .class("link")
            .attr("href", dag::lineage_href(app, run, &here.step, &here.task))
            .child("Show in the DAG")
    });
    el::div()
        .class("relatives chips")
        .attr("role", "group")
        .attr("aria-label", "Tasks before and after")
        .child(list("from", &view.parents, view.parents_total))
        .child(list("to", &view.children, view.children_total))
        .child(drawn)
        .into_view()
}
