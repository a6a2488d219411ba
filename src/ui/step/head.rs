//! The line above everything: what the step is, how it went, and what is around it.

use crate::engine::siblings::head::StepHead;
use crate::model::RunPath;
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::parts::lasting::so_far;
use crate::ui::parts::marks::spoken_glyph;
use crate::ui::state::App;

pub(super) fn head(app: App, run: &RunPath, facts: &StepHead, foreach: &[String]) -> View {
    let finished = facts.finished.map(|at| {
        el::span()
            .class("only-wide")
            .attr("title", app.full(at))
            .child(el::span().class("faint").child("finished "))
            .child(app.time(at))
    });
    // `Step.environment_info` is that of its newest task.
    let environment = facts.newest.as_ref().map(|id| {
        let task = run.task(&facts.name, id);
        let route = app
            .task_route(&task)
            .with_tab("code")
            .with_select(Some("/"));
        el::span().child(
            el::a()
                .class("link")
                .attr("href", route.to_hash())
                .child("environment"),
        )
    });
    // The steps around this one in the flow.
    let around = |word: &'static str, steps: &[String]| {
        (!steps.is_empty()).then(|| {
            let links = steps.iter().zip(0u32..).map(|(name, at)| {
                let sign = if at == 0 { " " } else { ", " };
                group().child(sign).child(
                    el::a()
                        .class("link")
                        .attr("href", app.step_href(run, name))
                        .child(name.clone()),
                )
            });
            el::span()
                .child(el::span().class("faint").child(word))
                .child(links.collect_view())
        })
    };
    let all = facts.tasks.saturating_add(facts.coming);
    let told = match facts.failed {
        0 if facts.tasks == 0 => facts.absence.words().to_owned(),
        0 if facts.coming > 0 => format!(
            "{} of {}, {} not started",
            human::count(facts.tasks),
            human::counted(all, "task", "tasks"),
            human::count(facts.coming)
        ),
        0 => human::counted(facts.tasks, "task", "tasks"),
        failed => format!(
            "{} of {} failed",
            human::count(failed),
            human::counted(all, "task", "tasks")
        ),
    };
    let over = (!foreach.is_empty()).then(|| {
        el::span()
            .class("faint")
            .child(format!("foreach {}", foreach.join(", ")))
    });
    let kind =
        (!facts.kind.is_empty()).then(|| el::span().class("faint").child(facts.kind.clone()));
    let chips = facts
        .decorators
        .iter()
        .map(|one| el::span().class("chip").child(one.clone()))
        .collect_view();
    el::div()
        .class("head line wraps")
        .attr("title", facts.doc.clone())
        .child(spoken_glyph(facts.status, ""))
        .child(el::h1().child(facts.name.clone()))
        .child(el::span().class("told").child(told))
        .child(over)
        .child(kind)
        .child(el::span().class("chips").child(chips))
        .child(
            el::div()
                .class("head-acts")
                .child(around("from", &facts.before))
                .child(around("to", &facts.after))
                .child(environment)
                .child(finished)
                .child(facts.duration.map(|length| {
                    el::span().child(so_far(facts.status, Some(length), facts.since))
                })),
        )
        .into_view()
}
