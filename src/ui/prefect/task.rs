//! All that Prefect knows of a task: each of its options with how it is known.

use super::{chips, fact, faint, recorded, states};
use crate::engine::prefect::task::{
    InputFrom, InputRow, OptionKnown, OptionRow, TaskFactsQuery, TaskFactsView,
};
use crate::model::TaskPath;
use crate::text::human;
use crate::ui::ask::{answer, shown};
use crate::ui::dom::prelude::*;
use crate::ui::parts::facts::{named_pair, pair, pairs, section};
use crate::ui::parts::marks::glyph;
use crate::ui::state::{App, span};

pub fn tab(app: App, task: TaskPath) -> View {
    let asked = task.clone();
    let found = answer(move || {
        Some(TaskFactsQuery {
            task: asked.clone(),
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

fn sections(app: App, task: &TaskPath, view: &TaskFactsView) -> View {
    let mono = |text: &str| el::span().class("mono").child(text.to_owned()).into_view();
    let mut facts = vec![pair("Id", mono(&view.id))];
    facts.extend(recorded(&view.facts));
    if let Some((at, all)) = view.ordinal.filter(|(_, all)| *all > 1) {
        let told = format!("{} of {}", human::count(at + 1), human::count(all));
        let value = el::span()
            .attr("title", "Which item of a map it is, is recorded nowhere.")
            .child(told)
            .child(" ")
            .child(faint("by id, which is no place in a map"));
        facts.push(pair("Among its task's", value.into_view()));
    }
    for (name, at) in &view.times {
        facts.push(fact(name, app.full(*at).into_view()));
    }
    facts.push(pair("At work", span(view.worked).into_view()));
    facts.push(pair("Times started", started(view.run_count).into_view()));
    if let Some(number) = view.flow_attempt.filter(|number| *number > 1) {
        let told = human::count(number);
        facts.push(pair("In the flow's attempt", told.into_view()));
    }
    facts.extend(chips("Tags", &view.tags));
    facts.extend(recorded(&view.labels));
    let mut result = vec![pair("Result", view.result.clone().into_view())];
    if let Some((place, name)) = &view.reused {
        let link = el::a()
            .class("link")
            .attr("href", app.task_href(place))
            .child(name.clone());
        result.push(pair("Taken from", link.into_view()));
    }
    if let Some(told) = &view.transaction {
        result.push(pair("Transaction", told.clone().into_view()));
    }
    let inputs = (!view.inputs.is_empty()).then(|| {
        let rows = view.inputs.iter().map(|row| input(app, task, row));
        let note = el::p()
            .class("faint")
            .child("Where arguments came from; their values are stored nowhere.");
        let rows = group().child(pairs(rows.collect())).child(note);
        section("Arguments", view.inputs.len(), rows.into_view())
    });
    let options = (!view.options.is_empty()).then(|| options(&view.options));
    group()
        .child(section("Task run", 0, pairs(facts)))
        .child(states(app, &view.states))
        .child(inputs)
        .child(section("Left behind", 0, pairs(result)))
        .child(options)
        .into_view()
}

/// How often it was started.
fn started(count: u64) -> String {
    match count {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        count => format!("{} times", human::count(count)),
    }
}

fn input(app: App, task: &TaskPath, row: &InputRow) -> View {
    let value = match &row.from {
        InputFrom::Task { task, name, status } => el::a()
            .class("chip")
            .attr("href", app.task_href(task))
            .child(glyph(*status, "glyph-s"))
            .child(name.clone())
            .into_view(),
        InputFrom::Lost { id } => el::span()
            .attr("title", id.clone())
            .child("a task run that is not among the records")
            .into_view(),
        InputFrom::Parameter(name) => el::a()
            .class("link")
            .attr(
                "href",
                app.route.with_untracked(|route| {
                    let run = task.run_path();
                    let place = crate::route::Place::Run {
                        flow: run.flow,
                        run: run.run,
                    };
                    route.clone().to(place).with_tab("about").to_hash()
                }),
            )
            .child(format!("the flow's parameter {name}"))
            .into_view(),
        InputFrom::Unknown => faint("not recorded"),
    };
    named_pair(row.arguments.clone(), value)
}

/// The options of `prefect.task`: what is known first.
fn options(options: &[OptionRow]) -> View {
    let row = |option: &OptionRow| {
        let (class, known, why) = match &option.known {
            OptionKnown::Recorded => ("chip chip-ok", "recorded", None),
            OptionKnown::Inferred(from) => ("chip chip-mark", "inferred", Some(from.clone())),
            OptionKnown::NotRecorded => ("chip", "not recorded by Prefect", None),
        };
        let value = option.value.clone();
        let value = value.map(|value| el::span().class("mono").child(value));
        let from = why.map(|from| el::p().class("faint").child(format!("from {from}")));
        el::li()
            .class_if("unknown", option.known == OptionKnown::NotRecorded)
            .child(
                el::div()
                    .child(el::b().class("mono").child(option.name.clone()))
                    .child(" ")
                    .child(el::span().class(class).child(known)),
            )
            .child(value)
            .child(from)
            .child(el::p().class("faint").child(option.meaning.clone()))
    };
    let is_known = |option: &&OptionRow| option.known != OptionKnown::NotRecorded;
    let (known, unknown): (Vec<&OptionRow>, Vec<&OptionRow>) = options.iter().partition(is_known);
    let rows = known.into_iter().chain(unknown).map(row).collect_view();
    let list = el::ul().class("options").child(rows);
    section("Options", options.len(), list.into_view())
}
