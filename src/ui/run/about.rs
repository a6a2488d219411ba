//! Everything about a run that is no task.

use super::super::ask::{answer, shown};
use super::super::parts;
use super::super::parts::facts::{chip_pair, named_pair, pair, pairs, section};
use super::super::state::App;
use super::tags;
use crate::engine::about::{AboutQuery, AboutView, ParameterRow, TriggerRow};
use crate::engine::says::Newest;
use crate::model::RunPath;
use crate::ui::dom::prelude::*;

/// What is said of a flow without metadata.
const ELSEWHERE: &str = "only the metadata service knows";

pub fn tab(app: App, run: RunPath) -> View {
    let asked = run.clone();
    let about = answer(move || {
        Some(AboutQuery {
            run: asked.clone(),
            namespace: app.route.with(|route| route.namespace.clone()),
        })
    });
    // The columns are as high as what is in them: in an element of a fixed height, such as
    // the one that scrolls, what does not fit would go on beside them.
    let columns = el::div()
        .class("page about")
        .child(shown(about, move |view| sections(app, &run, view)));
    el::div().class("scroll").child(columns).into_view()
}

fn sections(app: App, run: &RunPath, view: &AboutView) -> View {
    let parameters = if view.parameters.is_empty() {
        el::p()
            .class("faint")
            .child(match view.has_graph {
                true => "This flow has no parameters.",
                false => "None is recorded.",
            })
            .into_view()
    } else {
        pairs(
            view.parameters
                .iter()
                .map(|row| parameter(app, run, view, row))
                .collect(),
        )
    };
    let not_set = |text: &'static str| el::span().class("faint").child(text).into_view();
    let mut facts = vec![
        pair("Pathspec", mono(run.to_string())),
        pair(
            "User",
            view.user
                .clone()
                .map_or_else(|| not_set("not recorded"), |user| user.into_view()),
        ),
        pair(
            "Started",
            view.started
                .map_or_else(|| not_set("not recorded"), |at| app.full(at).into_view()),
        ),
    ];
    let ended = view.ended.map(|at| app.full(at).into_view());
    facts.push(match view.is_over {
        true => pair("Finished", ended.unwrap_or_else(|| not_set("not recorded"))),
        false => pair(
            "Last sign of life",
            ended.unwrap_or_else(|| not_set("not recorded")),
        ),
    });
    facts.push(pair(
        "Ended by",
        match &view.end_task {
            Some((step, id)) => end_link(app, run, step, id),
            None => not_set("no task of the last step"),
        },
    ));
    facts.push(pair("Python client says", mono(view.client.line())));
    if let Some(at) = view.recorded {
        facts.push(pair("Record written", app.full(at).into_view()));
    }
    facts.push(pair(
        "Resumes",
        match &view.origin {
            Some(origin) => {
                let path = RunPath::new(&run.flow, origin);
                let name = parts::run_link(app, &path, view.origin_here).child(origin.clone());
                let missing = el::span().class("faint").child(" not in this source");
                group()
                    .child(name)
                    .child((!view.origin_here).then_some(missing))
                    .into_view()
            }
            None if view.bare => not_set(ELSEWHERE),
            None => not_set("not a resumed run"),
        },
    ));
    let chips = |texts: &[String]| {
        texts
            .iter()
            .map(|text| el::span().class("chip").child(text.clone()))
            .collect_view()
    };
    // A tag leads to the runs that have it: those of a project, of a branch, of a user.
    let linked = |list: &[String]| {
        if list.is_empty() {
            return not_set(if view.bare { ELSEWHERE } else { "none" });
        }
        list.iter()
            .map(|tag| tags::link(app, run, tag).class("chip"))
            .collect_view()
    };
    let all_tags = vec![
        chip_pair("Set by users", tags::of_users(app, run, view)),
        chip_pair("Set by Metaflow", linked(&view.system_tags)),
    ];
    let git = (!view.git.is_empty()).then(|| {
        let rows = view.git.iter();
        let rows = rows.map(|(name, value)| named_pair(name.clone(), mono(value.clone())));
        section("Git", 0, pairs(rows.collect()))
    });
    let triggers = (!view.triggers.is_empty()).then(|| {
        let rows = view.triggers.iter().map(|row| trigger(app, row));
        section("Set off by", view.triggers.len(), pairs(rows.collect()))
    });
    let mut flow = vec![
        pair("Flow", mono(run.flow.clone())),
        pair(
            "Script",
            if view.file.is_empty() {
                not_set("not recorded")
            } else {
                mono(view.file.clone())
            },
        ),
    ];
    // Of a flow that was only spun there is none.
    let known = |newest: &&Newest| newest.latest.is_some() || newest.client_latest.is_some();
    if let Some(newest) = view.newest.as_ref().filter(known) {
        let link = |id: &Option<String>| match id {
            Some(id) => {
                let path = RunPath::new(&run.flow, id);
                let link = parts::run_link(app, &path, true).child(id.clone());
                let this = (*id == run.run).then(|| el::span().class("faint").child(" this one"));
                group().child(link).child(this).into_view()
            }
            None => not_set("none"),
        };
        flow.push(pair("Latest run", link(&newest.latest)));
        flow.push(pair("Last good run", link(&newest.last_good)));
        if let Some(line) = newest.client_line() {
            let why = "It goes by when a run's record was written, which tagging does anew, and by its own idea of success.";
            let value = group()
                .child(mono(line))
                .child(el::div().class("small faint").child(why));
            flow.push(pair("Python client says", value.into_view()));
        }
    }
    if !view.doc.is_empty() {
        flow.push(pair(
            "Docstring",
            el::span().class("pre").child(view.doc.clone()).into_view(),
        ));
    }
    if !view.decorators.is_empty() {
        flow.push(chip_pair("Decorators", chips(&view.decorators)));
    }
    let constants = (!view.constants.is_empty()).then(|| {
        section(
            "Constants",
            view.constants.len(),
            pairs(
                view.constants
                    .iter()
                    .map(|row| parameter(app, run, view, row))
                    .collect(),
            ),
        )
    });
    let notes = (!view.notes.is_empty()).then(|| {
        let rows = view
            .notes
            .iter()
            .map(|(field, value)| named_pair(field.clone(), mono(value.clone())))
            .collect();
        section("Noted by the scheduler", view.notes.len(), pairs(rows))
    });
    group()
        .child(section(
            match view.has_graph {
                true => "Parameters",
                // Which of them are which only the graph says.
                false => "Parameters and constants",
            },
            view.parameters.len(),
            parameters,
        ))
        .child(section("Run", 0, pairs(facts)))
        .child(section(
            "Tags",
            view.tags.len() + view.system_tags.len(),
            pairs(all_tags),
        ))
        .child(triggers)
        .child(git)
        .child(section("Flow", 0, pairs(flow)))
        .child(constants)
        .child(notes)
        .into_view()
}

/// The task that ended a run, by its data: they are what the run left.
pub(super) fn end_link(app: App, run: &RunPath, step: &str, id: &str) -> View {
    let task = run.task(step, id);
    let href = app.task_route(&task).with_tab("data").to_hash();
    el::a()
        .class("link mono")
        .attr("href", href)
        .child(format!("{step}/{id}"))
        .into_view()
}

fn trigger(app: App, row: &TriggerRow) -> View {
    let at = row
        .at
        .map(|at| el::span().class("faint").child(app.full(at)));
    let run = row.run.as_ref();
    let run = run.map(|run| parts::run_link(app, run, row.here).child(run.to_string()));
    let id = row.id.as_ref().map(|id| format!("id {id}"));
    let told: Vec<String> = row.kind.iter().cloned().chain(id).collect();
    let told = match told.is_empty() && row.at.is_none() {
        true => "neither id nor time was noted".to_owned(),
        false => told.join(", "),
    };
    let value = group()
        .child(run)
        .child(" ")
        .child(at)
        .child(el::div().class("small faint").child(told));
    named_pair(row.name.clone(), value.into_view())
}

fn parameter(app: App, run: &RunPath, view: &AboutView, row: &ParameterRow) -> View {
    let value = match (&row.value, &row.fault) {
        (Some(value), _) if value == "None" => {
            el::span().class("faint").child("not set").into_view()
        }
        (Some(value), _) => mono(value.clone()),
        (None, Some(fault)) => el::span().class("fail").child(fault.clone()).into_view(),
        (None, None) => el::span()
            .class("faint")
            .child("too large for a line")
            .into_view(),
    };
    let kind = (!row.kind.is_empty() && row.kind != "Parameter").then(|| {
        group()
            .child(" ")
            .child(el::span().class("faint").child(row.kind.clone()))
    });
    let open = view.parameters_task.as_ref().map(|(step, id)| {
        let href = app.artifact_route(&run.task(step, id), &row.name).to_hash();
        el::a()
            .class("link")
            .attr("href", href)
            .child(row.name.clone())
    });
    el::div()
        .child(el::dt().child(open).child(kind))
        .child(el::dd().child(value))
        .into_view()
}

fn mono(text: String) -> View {
    el::span().class("mono").child(text).into_view()
}
