//! A step: its tasks as a strip and as a list.

use super::parts::marks::{spoken_glyph, status_class};
use super::parts::table::Scrolled;
use super::run::tasks;
use super::state::{App, span};
use crate::engine::tasks::{StepHead, StripTask, TasksView};
use crate::model::{RunPath, Status};
use crate::text::human;
use crate::ui::dom::prelude::*;

pub fn page(app: App, flow: String, run: String, step: String) -> View {
    let path = RunPath::new(flow, run);
    let scrolled = Scrolled::new();
    let found = tasks::asked(app, path.clone(), Some(step.clone()), scrolled);
    let head_run = path.clone();
    let head_of = move || {
        found.get().value.and_then(|view| {
            Some(head(
                app,
                &head_run,
                view.step_facts.as_ref()?,
                &view.foreach,
            ))
        })
    };
    let strip_run = path.clone();
    let strip = move || {
        found
            .get()
            .value
            .filter(|view| view.strip.len() > 1)
            .map(|view| strip(app, &strip_run, &view))
    };
    let main = el::main()
        .key(format!("{path}/{step}"))
        .class("main")
        .attr("id", "main")
        .attr("tabindex", "-1")
        .child(move || {
            head_of().unwrap_or_else(|| {
                el::div()
                    .class("head line")
                    .child(el::h1().class("mono").child(step.clone()))
                    .into_view()
            })
        })
        .child(
            el::section()
                .class("panel stack")
                .attr("aria-label", "Tasks")
                .child(strip)
                .child(tasks::list(
                    app,
                    path.clone(),
                    found,
                    scrolled,
                    "country=FI, or an id",
                )),
        );
    main.into_view()
}

fn head(app: App, run: &RunPath, facts: &StepHead, foreach: &[String]) -> View {
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
            let links = steps.iter().map(|name| {
                group().child(" ").child(
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
    let told = match facts.failed {
        0 if facts.tasks == 0 => "not reached".to_owned(),
        0 => human::counted(facts.tasks, "task", "tasks"),
        failed => format!(
            "{} of {} failed",
            human::count(failed),
            human::counted(facts.tasks, "task", "tasks")
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
                .child(el::span().child(span(facts.duration))),
        )
        .into_view()
}

/// One cell for each task in the order of the foreach, in as many rows as it takes; the
/// style sheet knows how wide the screen is.
fn strip(app: App, run: &RunPath, view: &TasksView) -> View {
    /// More cells than this stand without their names, and small.
    const NAMED: usize = 40;
    let count = view.strip.len();
    let named = count <= NAMED;
    let longest = view
        .strip
        .iter()
        .filter_map(|task| task.duration)
        .map(|length| length.0)
        .max()
        .unwrap_or(1)
        .max(1);
    let names = view.strip.iter().map(|task| task.short().chars().count());
    let widest = names.max().unwrap_or(0).clamp(4, 12);
    let cells = view
        .strip
        .iter()
        .map(|task| cell(app, run, task, longest, named))
        .collect_view();
    let label = format!(
        "{}; the list below says the same",
        human::counted(count as u64, "task", "tasks")
    );
    let swatches = (1..=5u32)
        .map(|n| el::i().class("bar swatch").attr("data-d", n))
        .collect_view();
    let by = match view.foreach.as_slice() {
        [] => "each cell one task".to_owned(),
        names => format!("each cell one task, by {}", names.join(", ")),
    };
    el::figure()
        .class("strip")
        .attr("aria-label", "All tasks")
        .child(
            el::div()
                .class("cells")
                .class_if("named", named)
                .style("--n", count)
                .style("--ch", widest)
                .attr("role", "group")
                .attr("aria-label", label)
                .child(cells),
        )
        .child(
            el::figcaption()
                .class("legend")
                .child(el::span().child(by))
                .child(
                    el::span()
                        .class("push")
                        .child("faster ")
                        .child(swatches)
                        .child(" slower"),
                )
                .child(
                    el::span()
                        .child(super::parts::marks::glyph(Status::Retried, "glyph-s"))
                        .child("retried"),
                )
                .child(
                    el::span()
                        .child(super::parts::marks::glyph(Status::Failed, "glyph-s"))
                        .child("failed"),
                ),
        )
        .into_view()
}

fn cell(app: App, run: &RunPath, task: &StripTask, longest: i64, named: bool) -> View {
    let path = run.task(&task.step, &task.id);
    let label = format!(
        "{}, {}, {}",
        task.label,
        task.status.in_sentence(),
        span(task.duration)
    );
    let class = match task.status {
        Status::Succeeded => "bar".to_owned(),
        status => format!("bar {}", status_class(status)),
    };
    // Five strengths by duration, for what went as planned.
    let strength = (task.status == Status::Succeeded).then(|| {
        let part = task.duration.map_or(0, |length| length.0 * 5 / longest);
        (part + 1).clamp(1, 5).to_string()
    });
    let name = named.then(|| el::span().class("cut-end").child(task.short().to_owned()));
    el::a()
        .attr("href", app.task_href(&path))
        .attr("title", label.clone())
        .attr("aria-label", label)
        .class_if("fail", task.status == Status::Failed)
        .child(name)
        .child(el::i().class(class).attr("data-d", strength))
        .into_view()
}
