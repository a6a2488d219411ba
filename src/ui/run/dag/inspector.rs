//! What the panel beside the drawing says of the selected step.

use super::super::super::ask::{answer, shown};
use super::super::super::parts::marks::{bar, glyph, percent, spoken_glyph, status_class};
use super::super::super::state::{App, span};
use super::lineage_href;
use super::node::several;
use crate::engine::picture::seen::only_status;
use crate::engine::picture::{Absence, StandsFor, StepFactsQuery, StepFactsView, StepNode};
use crate::model::{RunPath, Status};
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::icon;
use std::rc::Rc;

/// What closes the panel.
pub(super) type Close = Rc<dyn Fn()>;

fn closing(close: &Close) -> Element {
    let close = close.clone();
    el::button()
        .class("btn btn-icon btn-s btn-quiet")
        .attr("aria-label", "Close")
        .on_click(move |_| close())
        .child(icon("close", ""))
}

pub(super) fn inspector(app: App, run: RunPath, step: String, close: Close) -> View {
    let (asked_run, asked_step) = (run.clone(), step.clone());
    let found = answer(move || {
        Some(StepFactsQuery {
            run: asked_run.clone(),
            step: asked_step.clone(),
        })
    });
    let facts_run = run.clone();
    let draw = shown(found, move |view: &StepFactsView| {
        facts(app, &facts_run, view, &close)
    });
    el::aside()
        .class("side inspector of-dag")
        .attr("aria-label", step)
        .child(el::div().class("scroll").child(draw))
        .into_view()
}

/// Their bars together are longer than the time at work above them.
const WITH_WAITS: &str = "From first start to last end, waits between attempts included";

fn facts(app: App, run: &RunPath, view: &StepFactsView, close: &Close) -> View {
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
    let coming = (node.tasks > 0 && node.coming > 0).then(|| {
        el::li()
            .child(glyph(Status::Skipped, ""))
            .child("Not started")
            .child(el::span().class("n").child(human::count(node.coming)))
    });
    let caught = (node.caught > 0).then(|| {
        el::li()
            .child(glyph(node.status, ""))
            .child("With an exception caught")
            .child(el::span().class("n").child(human::count(node.caught)))
    });
    let free = (node.coming > 0).then(|| el::i().class("free").style("--n", node.coming));
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
    let tasks = match node.tasks {
        0 => node.status_word(),
        _ if node.coming > 0 => format!("{} tasks", node.how_many()),
        many => human::counted(many, "task", "tasks"),
    };
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
                .child(span(node.median))
        });
        el::section()
            .class("sect")
            .child(
                el::div()
                    .class("sect-head")
                    .child(el::h3().child("Tasks"))
                    .child(median),
            )
            .child(
                view.waited
                    .then(|| el::p().class("small faint").child(WITH_WAITS)),
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
                        .child(status_mark(node))
                        .child(el::h2().child(node.name.clone()))
                        .child(
                            el::a()
                                .class("btn btn-s")
                                .attr("href", app.step_href(run, &node.name))
                                .child("Open step"),
                        )
                        .child(closing(close)),
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
                        .child(mix)
                        .child(free),
                )
                .child(
                    el::ul()
                        .class("tally")
                        .child(tally)
                        .child(caught)
                        .child(coming),
                ),
        )
        .child(times(node))
        .child(failed)
        .child(durations)
        .child(place)
        .into_view()
}

/// A step that was not taken has the mark of one that was not reached, and words beside it
/// that say so; as tasks of several statuses have.
fn status_mark(node: &StepNode) -> View {
    match node.mark() {
        None => several(),
        Some(status) if node.absence != Absence::NotReached => glyph(status, ""),
        Some(status) => spoken_glyph(status, ""),
    }
}

/// How long a step or a task took, and how long it was at work.
fn times(node: &StepNode) -> Option<View> {
    node.duration?;
    let row = |name: &'static str, length: String| {
        el::li()
            .child(name)
            .child(el::span().class("n").child(length))
            .into_view()
    };
    let several = node.tasks > 1;
    let whole = match several || node.worked != node.duration {
        true => "First start to last end",
        false => "Took",
    };
    let rows = [
        Some(row(whole, node.took())),
        several.then(|| row("Median of its tasks", span(node.median))),
        several.then(|| row("At work, all together", span(node.worked))),
        (!several && node.worked != node.duration).then(|| row("At work", span(node.worked))),
    ];
    Some(
        el::section()
            .class("sect")
            .child(el::div().class("sect-head").child(el::h3().child("Time")))
            .child(
                el::ul()
                    .class("tally")
                    .child(rows.into_iter().flatten().collect_view()),
            )
            .into_view(),
    )
}

/// What is known of a box in the lineage of a task.
pub(super) fn of_node(
    app: App,
    run: &RunPath,
    node: &StepNode,
    is_itself: bool,
    close: &Close,
) -> View {
    let (href, open, lineage) = match &node.stands_for {
        StandsFor::Task { step, id, .. } => (
            app.task_href(&run.task(step, id)),
            "Open task",
            Some(lineage_href(app, run, step, id)),
        ),
        StandsFor::More { step } => {
            let route = app.step_route(run, step, only_status(&node.mix));
            (route.to_hash(), "Open step", None)
        }
        StandsFor::Step => (app.step_href(run, &node.name), "Open step", None),
    };
    let line = node.second_line();
    let told = match &node.stands_for {
        StandsFor::Task { label, .. } => label.clone().unwrap_or_default(),
        _ => node.doc.clone(),
    };
    let told = (!told.is_empty()).then(|| el::p().class("dim").child(told));
    let lineage = lineage.filter(|_| !is_itself).map(|href| {
        el::p().child(
            el::a()
                .attr("href", href)
                .child("What led to it, and what it led to"),
        )
    });
    let status = match line.right.is_empty() {
        true => node.status_word(),
        false => format!("{}, {}", node.status_word(), line.right),
    };
    let of_task = matches!(node.stands_for, StandsFor::Task { .. });
    let tally = (!of_task).then(|| {
        let rows = node.mix.iter().map(|(status, count)| {
            el::li()
                .child(glyph(*status, ""))
                .child(status.word())
                .child(el::span().class("n").child(human::count(*count)))
        });
        el::section()
            .class("sect")
            .child(el::ul().class("tally").child(rows.collect_view()))
    });
    let content = el::div()
        .class("scroll")
        .child(
            el::section()
                .class("sect")
                .child(
                    el::div()
                        .class("inspect-head")
                        .child(status_mark(node))
                        .child(el::h2().child(node.name.clone()))
                        .child(el::a().class("btn btn-s").attr("href", href).child(open))
                        .child(closing(close)),
                )
                .child(told)
                .child(of_task.then(|| el::p().child(status)))
                .child(lineage),
        )
        .child(times(node))
        .child(tally);
    el::aside()
        .class("side inspector of-dag")
        .attr("aria-label", node.name.clone())
        .child(content)
        .into_view()
}
