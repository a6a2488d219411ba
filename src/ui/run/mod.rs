//! A run: overview, DAG, timeline, tasks, data, what else its engine has of it, about.

mod about;
pub mod dag;
mod data;
mod overview;
mod tags;
pub mod tasks;
mod timeline;

use super::ask::answer;
use super::parts;
use super::parts::lasting::so_far;
use super::parts::marks::spoken_glyph;
use super::parts::tabs::{self, Tab};
use super::state::{App, span};
use super::{cards, code, prefect, sources};
use crate::engine::overview::{OverviewQuery, OverviewView};
use crate::model::pathspec::{shown_run, shown_task};
use crate::model::{RunPath, Status, System, TaskPath};
use crate::ui::dom::prelude::*;

const TABS: &[&str] = &[
    "overview",
    "dag",
    "timeline",
    "tasks",
    "log",
    "data",
    "artifacts",
    "code",
    "cards",
    "about",
];

/// Whether an engine has what a tab shows.
fn is_of(system: System, tab: &str) -> bool {
    match system {
        System::Metaflow => !matches!(tab, "log" | "artifacts"),
        System::Prefect => !matches!(tab, "code" | "cards"),
    }
}

pub fn page(app: App, flow: String, run: String) -> View {
    let path = RunPath::new(flow, run);
    let asked = path.clone();
    let overview = answer(move || {
        Some(OverviewQuery {
            run: asked.clone(),
            namespace: app.route.with(|route| route.namespace.clone()),
        })
    });
    let tab = tabs::current(app, TABS);
    let here = path.clone();
    let there = Memo::new(move |_| overview.value().is_some());
    // What a tab shows follows its own questions: the overview may be asked anew meanwhile.
    let panel = move || {
        let tab = tab.get();
        let body = match tab {
            _ if !there.get() => return View::Nothing,
            "dag" => dag::tab(app, here.clone()),
            "timeline" => timeline::tab(app, here.clone()),
            "tasks" => tasks::of_run(app, here.clone()),
            "data" => data::tab(app, here.clone()),
            "code" => code::tab(app, here.clone(), None),
            "cards" => cards::tab(app, here.clone(), None),
            "log" => prefect::run::log(app, &here),
            "artifacts" => prefect::artifacts::tab(app, here.clone()),
            "about"
                if overview
                    .value_untracked()
                    .is_some_and(|view| view.system == System::Prefect) =>
            {
                prefect::run::about(app, here.clone())
            }
            "about" => about::tab(app, here.clone()),
            _ => {
                let drawn = move || overview.value().map(|view| overview::tab(app, &view));
                group().child(drawn).into_view()
            }
        };
        tabs::panel(tab)
            .class_if("stack", matches!(tab, "tasks" | "data" | "log"))
            .class_if("choose", matches!(tab, "code" | "cards"))
            .attr("data-chosen", move || {
                app.route.with(|route| tabs::is_chosen(route, tab))
            })
            .child(body)
            .into_view()
    };
    let top = move || {
        overview.value().map(|view| {
            let tab = tab.get();
            group()
                .child(head(app, &view, tab == "overview"))
                .child(bar(app, &view, tab))
        })
    };
    let class = move || match tab.get() {
        "overview" => "main flows",
        _ => "main",
    };
    let main = el::main()
        .key(path.to_string())
        .class(class)
        .attr("id", "main")
        .attr("tabindex", "-1")
        .child(super::parts::failed_or_waiting(overview))
        .child(top)
        .child(panel);
    main.into_view()
}

fn bar(app: App, view: &OverviewView, tab: &'static str) -> View {
    let none = |known: Option<bool>| (known == Some(false)).then_some(0);
    let count = |word| match word {
        "tasks" => Some(view.tasks),
        "code" => none(view.has_code),
        "cards" => none(view.has_cards),
        _ => None,
    };
    let name = |word| match word {
        "overview" => "Overview",
        "dag" => "DAG",
        "timeline" => "Timeline",
        "tasks" => "Tasks",
        "log" => "Log",
        "data" => match view.system {
            System::Metaflow => "Data",
            System::Prefect => "Results",
        },
        "artifacts" => "Artifacts",
        "code" => "Code",
        "cards" => "Cards",
        _ => "About",
    };
    let tabs = TABS
        .iter()
        .filter(|word| is_of(view.system, word))
        .map(|word| Tab {
            word,
            name: name(word),
            count: count(*word),
        })
        .collect();
    tabs::bar(app, "This run", tabs, Memo::new(move |_| tab))
}

/// How long it took; of a run without an end only how long it was seen.
fn length(view: &OverviewView) -> View {
    let is_known = view.is_over || view.status == Status::Failed || view.since.is_some();
    match (is_known, view.duration) {
        (false, Some(_)) => format!("> {}", span(view.duration)).into_view(),
        _ => so_far(view.status, view.duration, view.since),
    }
}

/// The title: tall on the overview, a line elsewhere.
fn head(app: App, view: &OverviewView, tall: bool) -> View {
    let mark = spoken_glyph(view.status, "");
    let proof = view.proof.clone();
    if !tall {
        let place = view.failures.first().map(|first| {
            let task: TaskPath = view.run.task(&first.task.step, &first.task.id);
            let label = if first.task.label == first.task.id {
                String::new()
            } else {
                format!(" ({})", first.task.label)
            };
            el::span()
                .class("dim")
                .child("in ")
                .child(
                    el::a()
                        .class("link")
                        .attr("href", app.task_href(&task))
                        .child(shown_task(&first.task.step, &first.task.id)),
                )
                .child(label)
        });
        let started = view.started.map(|at| {
            el::span()
                .attr("title", app.full(at))
                .child(app.started(at))
        });
        // Of a run that went well it says what did not all the same.
        let title = match view.status {
            Status::Succeeded | Status::Retried | Status::Cached => view.headline.clone(),
            status => status.word().to_owned(),
        };
        return el::div()
            .class("head line")
            .attr("title", proof)
            .child(mark)
            .child(
                el::h1().child(title).child(" ").child(
                    el::span()
                        .class("mono only-wide")
                        .child(shown_run(&view.run.run, view.name.as_deref())),
                ),
            )
            .child(place)
            .child(
                el::div()
                    .class("head-acts")
                    .child(view.duration.map(|_| el::span().child(length(view))))
                    .child(view.user.clone().map(|user| el::span().child(user)))
                    .child(started),
            )
            .into_view();
    }
    let fact = |name: &'static str, value: View, rare: bool| {
        el::div()
            .class_if("rare", rare)
            .child(el::dt().child(name))
            .child(el::dd().child(value))
            .into_view()
    };
    let mut facts = vec![fact(
        "Run",
        el::span()
            .class("mono")
            .attr("title", view.name.as_ref().map(|_| view.run.run.clone()))
            .child(shown_run(&view.run.run, view.name.as_deref()))
            .into_view(),
        false,
    )];
    if let Some(at) = view.started {
        facts.push(fact(
            "Started",
            el::span()
                .attr("title", app.full(at))
                .child(app.stated(at))
                .into_view(),
            false,
        ));
    }
    if let Some(at) = view.ended {
        let name = if view.is_over {
            "Finished"
        } else {
            "Last sign of life"
        };
        let age = app.ago(at).filter(|_| !view.is_over);
        facts.push(fact(
            name,
            el::span()
                .attr("title", app.full(at))
                .child(app.stated(at))
                .child(age.map(|age| el::span().class("faint").child(format!(" {age}"))))
                .into_view(),
            false,
        ));
    }
    if view.duration.is_some() {
        let median = view.median.map(|median| {
            el::span()
                .class("faint")
                .child("median before ")
                .child(span(Some(median)))
        });
        facts.push(fact(
            "Duration",
            group()
                .child(length(view))
                .child(" ")
                .child(median)
                .into_view(),
            false,
        ));
    }
    let sources = sources::names(app);
    if let Some(source) = sources::of_run(&sources, view.source, view.also_in, "of-source") {
        facts.push(fact("Source", source.into_view(), false));
    }
    if let Some(user) = view.user.clone() {
        facts.push(fact("User", group().child(user).into_view(), false));
    }
    let namespace = app.route.with_untracked(|route| route.namespace.clone());
    if let (Some(namespace), Some(is_in)) = (namespace, view.in_namespace) {
        let outside = (!is_in).then(|| {
            el::span()
                .class("fail")
                .child(" this run is not in it: the Python client refuses it there")
        });
        let told = group().child(namespace).child(outside);
        facts.push(fact("Namespace", told.into_view(), is_in));
    }
    if !view.tags.is_empty() {
        let tags = view
            .tags
            .iter()
            .map(|tag| {
                let filters = crate::route::Filters {
                    tags: vec![tag.clone()],
                    ..Default::default()
                };
                let href = app.route.with_untracked(|route| {
                    route
                        .clone()
                        .to(crate::route::Place::Runs { flow: None })
                        .with_filters(filters)
                        .to_hash()
                });
                el::a().class("chip").attr("href", href).child(tag.clone())
            })
            .collect_view();
        facts.push(fact(
            "Tags",
            el::span().class("chips").child(tags).into_view(),
            false,
        ));
    }
    if !view.ran_with.is_empty() {
        facts.push(fact(
            "Ran with",
            group().child(view.ran_with.join(", ")).into_view(),
            true,
        ));
    }
    if let Some(origin) = &view.origin {
        let path = RunPath::new(&view.run.flow, origin);
        let name = parts::run_link(app, &path, view.origin_here).child(origin.clone());
        facts.push(fact("Resumes", name.into_view(), false));
    }
    if view.client.differs_from(view.status) {
        facts.push(fact(
            "Python client says",
            el::span()
                .class("mono")
                .attr("title", "Run.successful and Run.finished, as Metaflow's own client answers them: it knows neither failed nor unfinished.")
                .child(view.client.line())
                .into_view(),
            false,
        ));
    }
    if !view.previous.is_empty() {
        let glyphs = view
            .previous
            .iter()
            .map(|past| {
                let href = app.run_href(&RunPath::new(&view.run.flow, &past.run));
                let name = shown_run(&past.run, past.name.as_deref());
                let label = format!("{name}, {}", past.status.in_sentence());
                el::a()
                    .attr("href", href)
                    .attr("title", label.clone())
                    .attr("aria-label", label)
                    .child(super::parts::marks::glyph(past.status, "glyph-s"))
            })
            .collect_view();
        facts.push(fact("Previous", glyphs.into_view(), true));
    }
    let is_locked = view.locked;
    let again = view.unanswered.then(|| {
        let again = move |_| match is_locked {
            // It cannot be opened, which is where a key is typed in.
            true => app.retry(),
            false => crate::ui::ask::ask_anew(),
        };
        let words = if is_locked {
            "Give the key"
        } else {
            "Try again"
        };
        let button = el::button().class("btn btn-s").on_click(again).child(words);
        group().child(" ").child(button)
    });
    el::div()
        .class("head")
        .child(el::span().attr("title", proof).child(mark))
        .child(el::h1().child(view.headline.clone()))
        .child(el::p().child(view.evidence.clone()).child(again))
        .child(el::dl().class("facts").child(facts))
        .into_view()
}
