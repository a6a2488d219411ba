//! A step: its tasks as a strip and as a list.

use super::parts::marks::{spoken_glyph, status_class};
use super::parts::table::Scrolled;
use super::parts::tabs::{self, Tab};
use super::rail;
use super::run::tasks;
use super::state::{App, span};
use crate::engine::tasks::{StepHead, StripTask, TasksView};
use crate::model::{RunPath, Status};
use crate::text::human;
use leptos::prelude::*;
use leptos::svg;

pub fn page(app: App, flow: String, run: String, step: String) -> AnyView {
    let path = RunPath::new(flow, run);
    let scrolled = Scrolled::new();
    let found = tasks::asked(app, path.clone(), Some(step.clone()), scrolled);
    let head_of = move || {
        found
            .get()
            .value
            .and_then(|view: TasksView| view.step_facts.map(|facts| head(&facts, &view.foreach)))
    };
    let count = Memo::new(move |_| found.get().value.map(|view| view.total));
    let tab = Memo::new(|_| "tasks");
    let bar = move || {
        tabs::bar(
            app,
            "This step",
            vec![Tab {
                word: "tasks",
                name: "Tasks",
                count: count.get(),
            }],
            tab,
        )
    };
    let strip_run = path.clone();
    let strip = move || {
        found
            .get()
            .value
            .filter(|view| view.strip.len() > 1)
            .map(|view| strip(app, &strip_run, &view))
    };
    let main = view! {
        <main class="main" id="main" tabindex="-1">
            {move || head_of().unwrap_or_else(|| view! { <div class="head line"><h1 class="mono">{step.clone()}</h1></div> }.into_any())}
            {bar}
            <div class="panel stack" id="panel" role="tabpanel" aria-labelledby="tab-tasks">
                {strip}
                {tasks::list(app, path.clone(), found, scrolled, "country=FI, or an id")}
            </div>
        </main>
    };
    rail::beside(rail::of_run(app, path), main.into_any())
}

fn head(facts: &StepHead, foreach: &[String]) -> AnyView {
    let told = match facts.failed {
        0 if facts.tasks == 0 => "not reached".to_owned(),
        0 => human::counted(facts.tasks, "task", "tasks"),
        failed => format!(
            "{} of {} failed",
            human::count(failed),
            human::counted(facts.tasks, "task", "tasks")
        ),
    };
    let over = (!foreach.is_empty())
        .then(|| view! { <span class="faint">{format!("foreach {}", foreach.join(", "))}</span> });
    let kind =
        (!facts.kind.is_empty()).then(|| view! { <span class="faint">{facts.kind.clone()}</span> });
    let chips = facts
        .decorators
        .iter()
        .map(|one| view! { <span class="chip">{one.clone()}</span> })
        .collect_view();
    view! {
        <div class="head line" title=facts.doc.clone()>
            {spoken_glyph(facts.status, "")}
            <h1>{facts.name.clone()}</h1>
            <span>{told}</span>
            {over}
            {kind}
            <span class="chips only-wide">{chips}</span>
            <div class="head-acts"><span>{span(facts.duration)}</span></div>
        </div>
    }
    .into_any()
}

/// One cell for each task in the order of the foreach, as wide as fits; rows of cells
/// where they are many.
fn strip(app: App, run: &RunPath, view: &TasksView) -> AnyView {
    const WIDTH: usize = 1140;
    const NAMED: usize = 40;
    let count = view.strip.len();
    let named = count <= NAMED;
    let each = (WIDTH / count).clamp(10, 95);
    let in_row = (WIDTH / each).max(1);
    let (top, height) = if named { (20, 24) } else { (2, 10) };
    let longest = view
        .strip
        .iter()
        .filter_map(|task| task.duration)
        .map(|length| length.0)
        .max()
        .unwrap_or(1)
        .max(1);
    let cells = view
        .strip
        .iter()
        .enumerate()
        .map(|(at, task)| {
            let (x, y) = (at % in_row * each, top + at / in_row * (height + 3));
            cell(
                app,
                run,
                task,
                x,
                y,
                each - if named { 3 } else { 2 },
                height,
                longest,
                named,
            )
        })
        .collect_view();
    let rows = count.div_ceil(in_row);
    let total = top + rows * (height + 3) + 2;
    let label = format!(
        "{}; the list below says the same",
        human::counted(count as u64, "task", "tasks")
    );
    let swatches = (1..=5)
        .map(|n| view! { <i class="bar swatch" data-d=n.to_string()></i> })
        .collect_view();
    let by = match view.foreach.as_slice() {
        [] => "each cell one task".to_owned(),
        names => format!("each cell one task, by {}", names.join(", ")),
    };
    view! {
        <figure class="strip" aria-label="All tasks">
            <svg viewBox=format!("0 0 {WIDTH} {total}") role="group" aria-label=label>{cells}</svg>
            <figcaption class="legend">
                <span>{by}</span>
                <span class="push">"faster "{swatches}" slower"</span>
                <span>{super::parts::marks::glyph(Status::Retried, "glyph-s")}"retried"</span>
                <span>{super::parts::marks::glyph(Status::Failed, "glyph-s")}"failed"</span>
            </figcaption>
        </figure>
    }
    .into_any()
}

#[allow(
    clippy::too_many_arguments,
    reason = "one cell of a drawing; each argument is one measure of it"
)]
fn cell(
    app: App,
    run: &RunPath,
    task: &StripTask,
    x: usize,
    y: usize,
    width: usize,
    height: usize,
    longest: i64,
    named: bool,
) -> AnyView {
    let path = run.task(&task.step, &task.id);
    let label = format!(
        "{}, {}, {}",
        task.label,
        task.status.word().to_lowercase(),
        span(task.duration)
    );
    let title = label.clone();
    let class = match task.status {
        Status::Succeeded => "mk".to_owned(),
        status => format!("mk {}", status_class(status)),
    };
    // Five strengths by duration, for what went as planned.
    let strength = (task.status == Status::Succeeded).then(|| {
        let part = task.duration.map_or(0, |length| length.0 * 5 / longest);
        (part + 1).clamp(1, 5).to_string()
    });
    let cross = (task.status == Status::Failed && width >= 10).then(|| {
        let (cx, cy) = (x + width / 2, y + height / 2);
        let d = format!(
            "m{} {} 6 6m0-6-6 6",
            cx.saturating_sub(3),
            cy.saturating_sub(3)
        );
        view! { <path class="cross" d=d></path> }
    });
    let name = named.then(|| {
        let short = task.label.rsplit('=').next().unwrap_or_default();
        let most = (width / 7).max(2);
        let text: String = short.chars().take(most).collect();
        view! { <text class:fail=task.status == Status::Failed x=x.to_string() y="12">{text}</text> }
    });
    let mark = view! { <rect class=class data-d=strength x=x.to_string() y=y.to_string() width=width.to_string() height=height.to_string() rx="2"></rect> };
    let link = svg::a()
        .attr("href", app.task_href(&path))
        .attr("aria-label", label)
        .child((svg::title().child(title), mark, cross));
    view! { {link}{name} }.into_any()
}
