//! A flow run of Prefect: its own log, and what is known of it beyond its tasks.

use super::{chips, fact, recorded, states};
use crate::engine::prefect::run::{
    AssetView, DeploymentView, RunFactsQuery, RunFactsView, RunView,
};
use crate::engine::prefect::task::TaskFactsQuery;
use crate::model::run::BODY;
use crate::model::{RunPath, Span, TaskPath};
use crate::ui::ask::{answer, shown};
use crate::ui::dom::prelude::*;
use crate::ui::parts::facts::{named_pair, pair, pairs, section};
use crate::ui::parts::marks::glyph;
use crate::ui::state::{App, span};
use crate::ui::{parts, task};

/// The log of the flow's own code, and its other attempts.
pub fn log(app: App, run: &RunPath) -> View {
    let body = run.task(BODY, &run.run);
    let asked = body.clone();
    let found = answer(move || {
        Some(crate::engine::task::TaskQuery {
            task: asked.clone(),
            attempt: app.route.with(|route| route.attempt),
        })
    });
    let draw = shown(found, move |view| {
        let all = (view.attempts.len() > 1)
            .then(|| el::div().class("tries").child(task::attempts(app, view)));
        group()
            .child(all)
            .child(task::flow_log(app, &body, view.attempt))
            .into_view()
    });
    group()
        .child(parts::failed_or_waiting(found))
        .child(draw)
        .into_view()
}

pub fn about(app: App, run: RunPath) -> View {
    let asked = run.clone();
    let found = answer(move || Some(RunFactsQuery { run: asked.clone() }));
    let body = run.task(BODY, &run.run);
    let own = answer(move || Some(TaskFactsQuery { task: body.clone() }));
    let told = move || own.value().map(|own| states(app, &own.states));
    let columns = el::div()
        .class("page about")
        .child(shown(found, move |view| sections(app, view)))
        .child(told);
    el::div()
        .class("scroll")
        .attr("tabindex", "0")
        .child(columns)
        .into_view()
}

fn sections(app: App, view: &RunFactsView) -> View {
    let mono = |text: &str| el::span().class("mono").child(text.to_owned()).into_view();
    let mut facts = vec![pair("Id", mono(&view.id))];
    facts.extend(recorded(&view.facts));
    for (name, at) in &view.times {
        facts.push(fact(name, app.full(*at).into_view()));
    }
    // What is less says nothing.
    let late = view.late.filter(|late| *late > Span(1_000_000));
    if late.is_some() {
        facts.push(pair("Late by", span(late).into_view()));
    }
    facts.push(pair("At work", span(view.worked).into_view()));
    facts.extend(chips("Tags", &view.tags));
    facts.extend(recorded(&view.labels));
    let parameter = |(name, value): &(String, String)| {
        let value = el::span().class("mono").child(value.clone());
        named_pair(name.clone(), value.into_view())
    };
    let parameters = match view.parameters.as_slice() {
        [] => el::p().class("faint").child("It has none.").into_view(),
        all => pairs(all.iter().map(parameter).collect()),
    };
    let mut around = Vec::new();
    if let Some((parent, place)) = &view.parent {
        around.push(pair("Called by", called_by(app, parent, place)));
    }
    if !view.subflows.is_empty() {
        let all = view.subflows.iter().map(|one| run_chip(app, one));
        let all = el::span().class("chips").child(all.collect_view());
        around.push(pair("Calls", all.into_view()));
    }
    let deployment = view.deployment.as_ref().map(deployment);
    let assets = (!view.assets.is_empty()).then(|| {
        let rows = view.assets.iter().map(|one| asset(app, one));
        section("Assets", view.assets.len(), pairs(rows.collect()))
    });
    let problems = view.problems.iter().map(parts::problem).collect_view();
    group()
        .child(problems)
        .child(section("Flow run", 0, pairs(facts)))
        .child(section("Parameters", view.parameters.len(), parameters))
        .child((!around.is_empty()).then(|| section("Subflows", 0, pairs(around))))
        .child(deployment)
        .child(assets)
        .into_view()
}

fn run_chip(app: App, one: &RunView) -> View {
    el::a()
        .class("chip")
        .attr("href", app.run_href(&one.run))
        .child(glyph(one.status, "glyph-s"))
        .child(format!("{} / {}", one.run.flow, one.name))
        .into_view()
}

fn called_by(app: App, parent: &RunView, place: &TaskPath) -> View {
    group()
        .child(run_chip(app, parent))
        .child(" ")
        .child(
            el::a()
                .class("link")
                .attr("href", app.task_href(place))
                .child(format!("as {}", place.step)),
        )
        .into_view()
}

fn deployment(view: &DeploymentView) -> View {
    let name = view.name.clone();
    let name = name.unwrap_or_else(|| format!("{} (its name is not among the records)", view.id));
    let mut facts = vec![pair("Name", name.into_view())];
    if !view.description.is_empty() {
        facts.push(pair("Description", view.description.clone().into_view()));
    }
    facts.extend(recorded(&view.facts));
    section("Deployment", 0, pairs(facts))
}

fn asset(app: App, one: &AssetView) -> View {
    let by = one.task.as_ref().map(|(place, name)| {
        el::a()
            .class("link")
            .attr("href", app.task_href(place))
            .child(name.clone())
    });
    let from = (!one.upstream.is_empty()).then(|| {
        el::p()
            .class("faint")
            .child(format!("of {}", one.upstream.join(", ")))
    });
    let tool = one
        .by
        .as_ref()
        .map(|tool| el::p().class("faint").child(format!("by {tool}")));
    let value = group()
        .child(one.what.clone())
        .child(" ")
        .child(by)
        .child(from)
        .child(tool);
    named_pair(one.asset.clone(), value.into_view())
}
