//! Everything about one attempt of a task that has no tab of its own.

use super::super::ask::{answer, shown};
use super::super::parts::facts::{chip_pair, named_pair, pair, pairs, section};
use super::super::parts::marks::glyph;
use super::super::state::{App, how_known, span};
use crate::engine::task::{AttemptView, not_recorded};
use crate::engine::task_about::{TaskAboutQuery, TaskAboutView};
use crate::model::System;
use crate::model::{Host, Moment, TaskPath};
use crate::text::human;
use crate::ui::dom::prelude::*;

pub fn tab(app: App, task: TaskPath, attempt: u32) -> View {
    let asked = task.clone();
    let found = answer(move || {
        Some(TaskAboutQuery {
            task: asked.clone(),
            attempt: Some(attempt),
        })
    });
    let columns = el::div()
        .class("page about")
        .child(shown(found, move |view| sections(app, &task, view)));
    el::div()
        .class("scroll")
        .attr("tabindex", "0")
        .child(columns)
        .into_view()
}

fn sections(app: App, task: &TaskPath, view: &TaskAboutView) -> View {
    let mono = |text: &str| el::span().class("mono").child(text.to_owned()).into_view();
    let faint = |text: &'static str| el::span().class("faint").child(text).into_view();
    let moment = |at: Option<Moment>| match at {
        Some(at) => app.full(at).into_view(),
        None => faint("not recorded"),
    };
    let mut facts = vec![pair("Pathspec", mono(&task.to_string()))];
    if !view.foreach.is_empty() {
        let values = view.foreach.iter();
        let values = values.map(|value| el::span().class("chip").child(value.clone()));
        facts.push(chip_pair("Foreach", values.collect_view()));
    }
    if let Some(index) = view.index {
        facts.push(pair("Index", human::count(index).into_view()));
    }
    if let Some(number) = view.iteration {
        facts.push(pair("Iteration", human::count(number).into_view()));
    }
    if let Some(size) = &view.together {
        let role = if view.control { ", leads them" } else { "" };
        facts.push(pair(
            "Runs together",
            format!("{size} tasks{role}").into_view(),
        ));
    }
    facts.push(pair("Created", moment(view.created)));
    facts.push(pair("Finished", moment(view.finished)));
    facts.push(pair("Python client says", mono(&view.client.line())));
    let attempts = view
        .attempts
        .iter()
        .map(|one| attempt(app, view.system, one));
    let log = |size: Option<u64>| match (size, &view.origin) {
        (Some(0), Some(_)) => faint("with the task that it was copied from"),
        (Some(size), _) => human::size(size).into_view(),
        (None, _) => faint("size not known"),
    };
    let mut left = vec![
        pair("stdout", log(view.stdout)),
        pair("stderr", log(view.stderr)),
        pair(
            "Artifacts",
            format!(
                "{}, {}",
                human::counted(view.artifacts, "value", "values"),
                human::size(view.bytes)
            )
            .into_view(),
        ),
    ];
    let code = app.task_route(task).with_tab("code").to_hash();
    left.push(pair(
        "Code",
        match view.has_code {
            true => el::a()
                .class("link")
                .attr("href", code)
                .child("the package that went with it")
                .into_view(),
            false => faint("none went with it"),
        },
    ));
    let environment = app.task_route(task).with_tab("code").with_select(Some("/"));
    left.push(pair(
        "Environment",
        match view.has_code {
            true => el::a()
                .class("link")
                .attr("href", environment.to_hash())
                .child("in the notes of the package")
                .into_view(),
            false => faint("none: it goes with the code"),
        },
    ));
    let shown = view.attempts.iter().find(|one| one.number == view.attempt);
    let host = shown.and_then(|one| one.host.as_ref().map(Host::to_string));
    let mut ran = Vec::new();
    for (name, value) in [
        ("User", &view.user),
        ("Host", &host),
        ("Runtime", &view.runtime),
        ("Python", &view.python),
        ("Metaflow", &view.metaflow),
    ] {
        if let Some(value) = value {
            ran.push(pair(name, value.clone().into_view()));
        }
    }
    let chips = |texts: &[String]| {
        let chips = texts.iter();
        let chips = chips.map(|text| el::span().class("chip").child(text.clone()));
        chips.collect_view()
    };
    if !view.decorators.is_empty() {
        ran.push(chip_pair("Decorators", chips(&view.decorators)));
    }
    if !view.tags.is_empty() {
        ran.push(chip_pair("Tags of the run", chips(&view.tags)));
    }
    if !view.system_tags.is_empty() {
        ran.push(chip_pair("Set by Metaflow", chips(&view.system_tags)));
    }
    group()
        .child(section("Task", 0, pairs(facts)))
        .child(section(
            "Attempts",
            view.attempts.len(),
            pairs(attempts.collect()),
        ))
        .child(section("Left behind", 0, pairs(left)))
        .child((!ran.is_empty()).then(|| section("Ran with", 0, pairs(ran))))
        .into_view()
}

/// When an attempt began and ended, how it is known, and what it waited for.
fn attempt(app: App, system: System, one: &AttemptView) -> View {
    let mut told = Vec::new();
    if let Some(at) = one.started {
        told.push(format!("started {}", app.full(at)));
    }
    if let Some(at) = one.ended {
        let word = if one.end_recorded {
            "ended"
        } else {
            "last seen"
        };
        told.push(format!("{word} {}", app.time_millis(at)));
    }
    if let Some((first, last)) = one.missing_before {
        told.push(format!("before it {}", not_recorded(first, last)));
    }
    if let Some(waited) = one.waited.filter(|waited| waited.0 > 0) {
        let word = if one.number == 0 { "queued" } else { "waited" };
        told.push(format!("{word} {}", span(Some(waited))));
    }
    if let Some(code) = one.exit_code.filter(|code| *code != 0) {
        let killed = if one.killed { ", killed" } else { "" };
        told.push(format!("exit code {code}{killed}"));
    }
    if let Some(host) = &one.host {
        told.push(format!("on {host}"));
    }
    let known = how_known(one.status, &one.evidence, one.caught, system);
    let value = group()
        .child(
            el::span()
                .class("flex")
                .attr("title", known)
                .child(glyph(one.status, ""))
                .child(one.status.word())
                .child(" ")
                .child(el::span().class("dim").child(span(one.duration))),
        )
        .child(el::div().class("small faint").child(told.join(", ")));
    named_pair(one.number.to_string(), value.into_view())
}
