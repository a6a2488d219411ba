//! What the panel beside the drawing says of the selected step.

use super::super::super::ask::{answer, shown};
use super::super::super::parts::marks::{bar, glyph, percent, spoken_glyph, status_class};
use super::super::super::state::{App, span};
use crate::engine::picture::{StepFactsQuery, StepFactsView};
use crate::model::{RunPath, Status};
use crate::text::human;
use crate::ui::dom::prelude::*;

pub(super) fn inspector(app: App, run: RunPath, step: String) -> View {
    let (asked_run, asked_step) = (run.clone(), step.clone());
    let found = answer(move || {
        Some(StepFactsQuery {
            run: asked_run.clone(),
            step: asked_step.clone(),
        })
    });
    let facts_run = run.clone();
    let draw = shown(found, move |view: &StepFactsView| {
        facts(app, &facts_run, view)
    });
    el::aside()
        .class("side inspector")
        .attr("aria-label", step)
        .child(el::div().class("scroll").child(draw))
        .into_view()
}

fn facts(app: App, run: &RunPath, view: &StepFactsView) -> View {
    let node = &view.node;
    let doc = (!node.doc.is_empty()).then(|| el::p().class("dim").child(node.doc.clone()));
    let chips = node
        .decorators
        .iter()
        .map(|one| el::span().class("chip").child(one.clone()))
        .collect_view();
    let tally = node
        .mix
        .iter()
        .map(|(status, count)| {
            el::li()
                .child(glyph(*status, ""))
                .child(status.word())
                .child(el::span().class("n").child(human::count(*count)))
        })
        .collect_view();
    let mix = node
        .mix
        .iter()
        .map(|(status, count)| {
            el::i()
                .class(match status {
                    Status::Succeeded => "bar".to_owned(),
                    status => format!("bar {}", status_class(*status)),
                })
                .style("--n", *count)
        })
        .collect_view();
    let tasks = human::counted(node.tasks, "task", "tasks");
    let longest = view
        .dots
        .iter()
        .filter_map(|dot| dot.duration)
        .map(|length| length.0)
        .max()
        .unwrap_or(0);
    let bars = view
        .dots
        .iter()
        .take(12)
        .map(|dot| {
            let path = run.task(&dot.step, &dot.id);
            let part = dot
                .duration
                .map_or(0.0, |length| percent(length.0, longest));
            el::li()
                .child(glyph(dot.status, ""))
                .child(
                    el::a()
                        .class("whole cut-end")
                        .attr("href", app.task_href(&path))
                        .child(dot.label.clone()),
                )
                .child(bar(Some(dot.status), part))
                .child(el::span().class("n").child(span(dot.duration)))
        })
        .collect_view();
    let left = view.not_shown + (view.dots.len() as u64).saturating_sub(12);
    let more = (left > 0).then(|| {
        el::p().child(
            el::a()
                .attr("href", app.step_href(run, &node.name))
                .child(format!("{} more", human::count(left))),
        )
    });
    let durations = (!view.dots.is_empty()).then(|| {
        let median = (node.tasks > 1).then(|| {
            el::span()
                .class("faint")
                .child("median ")
                .child(span(view.median))
        });
        el::section()
            .class("sect")
            .child(
                el::div()
                    .class("sect-head")
                    .child(el::h3().child("Tasks"))
                    .child(median),
            )
            .child(el::ol().class("facts-list longest").child(bars))
            .child(more)
    });
    let place = view.place.clone().map(|(file, line)| {
        el::section().class("sect").child(
            el::div()
                .class("sect-head")
                .child(el::h3().child("Source"))
                .child(
                    el::span()
                        .class("mono faint push")
                        .child(format!("{file}:{line}")),
                ),
        )
    });
    let failed = view.first_failure.as_ref().map(|first| {
        let path = run.task(&first.step, &first.id);
        el::section()
            .class("sect")
            .child(
                el::div()
                    .class("sect-head")
                    .child(el::h3().class("fail").child(first.label.clone()))
                    .child(el::span().class("faint").child("first to fail")),
            )
            .child(view.why.clone().map(|why| el::p().class("mono").child(why)))
            .child(
                el::p().child(
                    el::a()
                        .attr("href", app.task_href(&path))
                        .child("Open task"),
                ),
            )
    });
    group()
        .child(
            el::section()
                .class("sect")
                .child(
                    el::div()
                        .class("inspect-head")
                        .child(spoken_glyph(node.status, ""))
                        .child(el::h2().child(node.name.clone()))
                        .child(
                            el::a()
                                .class("btn btn-s")
                                .attr("href", app.step_href(run, &node.name))
                                .child("Open step"),
                        ),
                )
                .child(doc)
                .child(el::div().class("chips").child(chips)),
        )
        .child(
            el::section()
                .class("sect")
                .child(
                    el::div()
                        .class("sect-head")
                        .child(el::h3().child(tasks))
                        .child(el::span().class("faint").child(node.kind.clone())),
                )
                .child(
                    el::div()
                        .class("mix")
                        .attr("aria-hidden", "true")
                        .child(mix),
                )
                .child(el::ul().class("tally").child(tally)),
        )
        .child(failed)
        .child(durations)
        .child(place)
        .into_view()
}
