//! Everything about a run that is no task.

use super::super::ask::{answer, shown};
use super::super::state::App;
use crate::engine::about::{AboutQuery, AboutView, ParameterRow};
use crate::model::RunPath;
use leptos::prelude::*;

pub fn tab(app: App, run: RunPath) -> AnyView {
    let asked = run.clone();
    let about = answer(move || Some(AboutQuery { run: asked.clone() }));
    view! { <div class="scroll page about">{shown(about, move |view| sections(app, &run, &view))}</div> }.into_any()
}

fn sections(app: App, run: &RunPath, view: &AboutView) -> AnyView {
    let parameters = if view.parameters.is_empty() {
        view! { <p class="faint">"This flow has no parameters."</p> }.into_any()
    } else {
        pairs(
            view.parameters
                .iter()
                .map(|row| parameter(app, run, view, row))
                .collect(),
        )
    };
    let not_set = |text: &'static str| view! { <span class="faint">{text}</span> }.into_any();
    let mut facts = vec![
        pair("Pathspec", mono(run.to_string())),
        pair(
            "User",
            view.user
                .clone()
                .map_or_else(|| not_set("not recorded"), |user| user.into_any()),
        ),
        pair(
            "Started",
            view.started
                .map_or_else(|| not_set("not recorded"), |at| app.full(at).into_any()),
        ),
    ];
    if let Some(at) = view.recorded {
        facts.push(pair("Record written", app.full(at).into_any()));
    }
    facts.push(pair(
        "Resumes",
        match &view.origin {
            Some(origin) => {
                let href = app.run_href(&RunPath::new(&run.flow, origin));
                view! { <a class="link mono" href=href>{origin.clone()}</a> }.into_any()
            }
            None => not_set("not a resumed run"),
        },
    ));
    let chips = |tags: &[String]| {
        if tags.is_empty() {
            return not_set("none");
        }
        tags.iter()
            .map(|tag| view! { <span class="chip">{tag.clone()}</span> })
            .collect_view()
            .into_any()
    };
    let tags = vec![
        chip_pair("Set by users", chips(&view.tags)),
        chip_pair("Set by Metaflow", chips(&view.system_tags)),
    ];
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
    if !view.doc.is_empty() {
        flow.push(pair(
            "Docstring",
            view! { <span class="pre">{view.doc.clone()}</span> }.into_any(),
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
    view! {
        {section("Parameters", view.parameters.len(), parameters)}
        {section("Run", 0, pairs(facts))}
        {section("Tags", view.tags.len() + view.system_tags.len(), pairs(tags))}
        {section("Flow", 0, pairs(flow))}
        {constants}
        {notes}
    }
    .into_any()
}

fn parameter(app: App, run: &RunPath, view: &AboutView, row: &ParameterRow) -> AnyView {
    let value = match (&row.value, &row.fault) {
        (Some(value), _) if value == "None" => {
            view! { <span class="faint">"not set"</span> }.into_any()
        }
        (Some(value), _) => mono(value.clone()),
        (None, Some(fault)) => view! { <span class="fail">{fault.clone()}</span> }.into_any(),
        (None, None) => view! { <span class="faint">"too large for a line"</span> }.into_any(),
    };
    let kind = (!row.kind.is_empty() && row.kind != "Parameter")
        .then(|| view! { " "<span class="faint">{row.kind.clone()}</span> });
    let open = view.parameters_task.as_ref().map(|(step, id)| {
        let href = app.artifact_route(&run.task(step, id), &row.name).to_hash();
        view! { <a class="link" href=href>{row.name.clone()}</a> }
    });
    view! { <div><dt>{open}{kind}</dt><dd>{value}</dd></div> }.into_any()
}

fn section(title: &'static str, count: usize, content: AnyView) -> AnyView {
    let count = (count > 0).then(|| count.to_string());
    view! { <section><div class="sect-head"><h2>{title}</h2><span class="push">{count}</span></div>{content}</section> }.into_any()
}

fn pairs(rows: Vec<AnyView>) -> AnyView {
    view! { <dl class="pairs">{rows}</dl> }.into_any()
}

fn pair(name: &'static str, value: AnyView) -> AnyView {
    view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any()
}

fn named_pair(name: String, value: AnyView) -> AnyView {
    view! { <div><dt class="mono">{name}</dt><dd>{value}</dd></div> }.into_any()
}

fn chip_pair(name: &'static str, value: AnyView) -> AnyView {
    view! { <div><dt>{name}</dt><dd class="chips">{value}</dd></div> }.into_any()
}

fn mono(text: String) -> AnyView {
    view! { <span class="mono">{text}</span> }.into_any()
}
