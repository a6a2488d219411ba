//! A run: overview, DAG, tasks, data, about.

mod about;
mod dag;
mod data;
mod overview;
pub mod tasks;

use super::ask::answer;
use super::parts::marks::spoken_glyph;
use super::parts::tabs::{self, Tab};
use super::rail;
use super::state::{App, span};
use crate::engine::overview::{OverviewQuery, OverviewView};
use crate::model::{RunPath, TaskPath};
use leptos::prelude::*;

const TABS: &[&str] = &["overview", "dag", "tasks", "data", "about"];

pub fn page(app: App, flow: String, run: String) -> AnyView {
    let path = RunPath::new(flow, run);
    let asked = path.clone();
    let overview = answer(move || Some(OverviewQuery { run: asked.clone() }));
    let tab = tabs::current(app, TABS);
    let here = path.clone();
    let content = move || {
        let tab = tab.get();
        let now = overview.get();
        let view = match (now.value, now.failure) {
            (_, Some(failure)) => return super::error::in_place(&failure),
            (None, None) => return super::parts::loading(now.progress),
            (Some(view), None) => view,
        };
        let body = match tab {
            "dag" => dag::tab(app, here.clone()),
            "tasks" => tasks::of_run(app, here.clone()),
            "data" => data::tab(app, here.clone()),
            "about" => about::tab(app, here.clone()),
            _ => overview::tab(app, view.clone()),
        };
        let stacked = matches!(tab, "tasks" | "data");
        view! {
            {head(app, &view, tab == "overview")}
            {bar(app, &view, tab)}
            <div class="panel" class:stack=stacked id="panel" role="tabpanel" aria-labelledby=format!("tab-{tab}")>{body}</div>
        }
        .into_any()
    };
    let flows = move || tab.get() == "overview";
    let main =
        view! { <main class="main" class:flows=flows id="main" tabindex="-1">{content}</main> };
    rail::beside(rail::of_run(app, path), main.into_any())
}

fn bar(app: App, view: &OverviewView, tab: &'static str) -> AnyView {
    let count = |word| (word == "tasks").then_some(view.tasks);
    let name = |word| match word {
        "overview" => "Overview",
        "dag" => "DAG",
        "tasks" => "Tasks",
        "data" => "Data",
        _ => "About",
    };
    let tabs = TABS
        .iter()
        .map(|word| Tab {
            word,
            name: name(word),
            count: count(*word),
        })
        .collect();
    tabs::bar(app, "This run", tabs, Memo::new(move |_| tab))
}

/// The title: tall on the overview, a line elsewhere.
fn head(app: App, view: &OverviewView, tall: bool) -> AnyView {
    let mark = spoken_glyph(view.status, "");
    let proof = view.proof.clone();
    if !tall {
        let place = view.failures.first().map(|first| {
            let task: TaskPath = view.run.task(&first.task.step, &first.task.id);
            let label = if first.task.label == first.task.id { String::new() } else { format!(" ({})", first.task.label) };
            view! { <span class="dim">"in "<a class="link" href=app.task_href(&task)>{format!("{}/{}", first.task.step, first.task.id)}</a>{label}</span> }
        });
        let started = view
            .started
            .map(|at| view! { <span title=app.full(at)>{app.started(at)}</span> });
        return view! {
            <div class="head line" title=proof>
                {mark}
                <h1>{view.status.word()}" "<span class="mono">{view.run.run.clone()}</span></h1>
                {place}
                <div class="head-acts"><span>{span(view.duration)}</span><span>{view.user.clone()}</span>{started}</div>
            </div>
        }
        .into_any();
    }
    let fact = |name: &'static str, value: AnyView, rare: bool| {
        view! { <div class:rare=rare><dt>{name}</dt><dd>{value}</dd></div> }.into_any()
    };
    let mut facts = vec![fact(
        "Run",
        view! { <span class="mono">{view.run.run.clone()}</span> }.into_any(),
        false,
    )];
    if let Some(at) = view.started {
        facts.push(fact(
            "Started",
            view! { <span title=app.full(at)>{app.stated(at)}</span> }.into_any(),
            false,
        ));
    }
    if view.duration.is_some() {
        let median = view
            .median
            .map(|median| view! { <span class="faint">"median "{span(Some(median))}</span> });
        facts.push(fact(
            "Duration",
            view! { {span(view.duration)}" "{median} }.into_any(),
            false,
        ));
    }
    if let Some(user) = view.user.clone() {
        facts.push(fact("User", view! { {user} }.into_any(), false));
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
                view! { <a class="chip" href=href>{tag.clone()}</a> }
            })
            .collect_view();
        facts.push(fact(
            "Tags",
            view! { <span class="chips">{tags}</span> }.into_any(),
            false,
        ));
    }
    if !view.ran_with.is_empty() {
        facts.push(fact(
            "Ran with",
            view! { {view.ran_with.join(", ")} }.into_any(),
            true,
        ));
    }
    if let Some(origin) = &view.origin {
        let href = app.run_href(&RunPath::new(&view.run.flow, origin));
        facts.push(fact(
            "Resumes",
            view! { <a class="link mono" href=href>{origin.clone()}</a> }.into_any(),
            false,
        ));
    }
    if !view.previous.is_empty() {
        let glyphs = view
            .previous
            .iter()
            .map(|(run, status)| {
                let href = app.run_href(&RunPath::new(&view.run.flow, run));
                let label = format!("{run}, {}", status.word().to_lowercase());
                view! { <a href=href title=label.clone() aria-label=label>{super::parts::marks::glyph(*status, "glyph-s")}</a> }
            })
            .collect_view();
        facts.push(fact("Previous", glyphs.into_any(), true));
    }
    view! {
        <div class="head">
            <span title=proof>{mark}</span>
            <h1>{view.headline.clone()}</h1>
            <p>{view.evidence.clone()}</p>
            <dl class="facts">{facts}</dl>
        </div>
    }
    .into_any()
}
