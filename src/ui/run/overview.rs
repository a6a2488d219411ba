//! A run at a glance: the failing task first.

use super::super::ask::{answer, shown};
use super::super::parts::marks::{bar, glyph, percent};
use super::super::parts::{controls, lines, problems};
use super::super::state::{App, span};
use super::dag;
use crate::engine::failure_card::{FailureCardQuery, FailureCardView};
use crate::engine::overview::{FailureGroup, OverviewView, Siblings};
use crate::engine::tasks::StripTask;
use crate::model::{RunPath, Status, TaskPath};
use crate::route::Place;
use crate::text::human;
use leptos::prelude::*;

pub fn tab(app: App, view: OverviewView) -> AnyView {
    let run = view.run.clone();
    let cards = view
        .failures
        .iter()
        .map(|group| card(app, &run, group))
        .collect_view();
    let siblings = view
        .siblings
        .as_ref()
        .map(|siblings| tiles(app, &run, siblings));
    let longest =
        (view.failures.is_empty() && !view.longest_steps.is_empty()).then(|| longest(app, &view));
    let running = (!view.running.is_empty() && view.failures.is_empty()).then(|| {
        let title = if view.status == Status::Running { "Running now" } else { "Without an end" };
        let row = |task: &StripTask| {
            let path = run.task(&task.step, &task.id);
            view! { <li>{glyph(task.status, "")}<a class="whole mono" href=app.task_href(&path)>{format!("{}/{}", task.step, task.id)}</a><span class="dim cut-end">{(task.label != task.id).then(|| task.label.clone())}</span><span class="n">{span(task.duration)}</span></li> }
        };
        let rows = view.running.iter().map(row).collect_view();
        view! { <section class="block"><div class="sect-head"><h2>{title}</h2></div><ol class="facts-list results">{rows}</ol></section> }
    });
    let end = view.has_end.then(|| {
        let href = data_href(app, &run);
        view! { <p class="dim"><a class="link" href=href>"What the run left"</a>": every artifact, by the step that set it"</p> }
    });
    let problem = problems(&view.problems, view.problems_total);
    let graph = dag::small(app, run.clone());
    let dag_href = tab_href(app, &run, "dag");
    view! {
        <div class="pane"><div class="scroll page">
            {problem}
            {cards}
            {running}
            {longest}
            {siblings}
            {end}
        </div></div>
        <aside class="side wide" aria-label="Beside this run"><div class="scroll">
            <section class="sect">
                <div class="sect-head"><h2>"Path taken"</h2><a class="link push" href=dag_href>"Open DAG"</a></div>
                {graph}
            </section>
        </div></aside>
    }
    .into_any()
}

pub fn tab_href(app: App, run: &RunPath, tab: &str) -> String {
    let place = Place::Run {
        flow: run.flow.clone(),
        run: run.run.clone(),
    };
    app.route
        .with_untracked(|route| route.clone().to(place).with_tab(tab))
        .to_hash()
}

fn data_href(app: App, run: &RunPath) -> String {
    tab_href(app, run, "data")
}

/// What one reads first.
fn card(app: App, run: &RunPath, group: &FailureGroup) -> AnyView {
    let task = run.task(&group.task.step, &group.task.id);
    let attempt = RwSignal::new(None::<u32>);
    let asked = task.clone();
    let found = answer(move || {
        Some(FailureCardQuery {
            task: asked.clone(),
            attempt: attempt.get(),
        })
    });
    let more = group.count.saturating_sub(1);
    let step_href = {
        let filters = crate::route::Filters {
            statuses: vec![Status::Failed.key().to_owned()],
            ..Default::default()
        };
        let place = Place::Step {
            flow: run.flow.clone(),
            run: run.run.clone(),
            step: group.task.step.clone(),
        };
        app.route
            .with_untracked(|route| route.clone().to(place).with_filters(filters))
            .to_hash()
    };
    let label = format!("{}/{} failed", group.task.step, group.task.id);
    let draw = shown(found, move |view: FailureCardView| {
        inside(app, &view, attempt, more, &step_href)
    });
    view! { <article class="card" aria-label=label>{draw}</article> }.into_any()
}

fn inside(
    app: App,
    view: &FailureCardView,
    attempt: RwSignal<Option<u32>>,
    more: u64,
    step_href: &str,
) -> AnyView {
    let task = &view.task;
    let name = format!("{}/{}", task.step, task.task);
    let chip = view
        .label
        .clone()
        .map(|label| view! { <span class="chip chip-fail only-wide">{label}</span> });
    let attempts = (view.attempts.len() > 1).then(|| {
        let parts = view
            .attempts
            .iter()
            .map(|one| {
                let number = one.number;
                let label = format!("Attempt {number} {}, {}", span(one.duration), one.status.word().to_lowercase());
                let chosen = number == view.attempt;
                view! {
                    <button aria-pressed=chosen.to_string() aria-label=label on:click=move |_| attempt.set(Some(number))>
                        {glyph(one.status, "glyph-s")}{number}" "<span class="faint">{span(one.duration)}</span>
                    </button>
                }
            })
            .collect_view();
        view! { <div class="seg push" role="group" aria-label="Attempt">{parts}</div> }
    });
    let same = match (view.attempts.len(), view.same_in_all) {
        (2, true) => Some("same exception in both"),
        (count, true) if count > 2 => Some("same exception in all"),
        _ => None,
    }
    .map(|text| view! { <span class="faint only-wide">{text}</span> });
    let what = match &view.exception {
        Some(exception) => {
            let short = exception.kind.rsplit('.').next().unwrap_or_default().to_owned();
            view! { <div class="exc"><b title=exception.kind.clone()>{short}</b><p>{exception.message.clone()}</p></div> }.into_any()
        }
        None => view! { <div class="exc"><b>"No exception was recorded"</b><p>{view.how.clone()}</p></div> }.into_any(),
    };
    let source = view
        .exception
        .as_ref()
        .and_then(|exception| lines::raised_at(exception.traceback.as_ref()?));
    let stderr_href = app
        .task_route(task)
        .with_attempt(Some(view.attempt))
        .with_tab("logs")
        .to_hash();
    let tail = if view.tail.is_empty() {
        let text = if view.stderr_recorded {
            "stderr is there and has 0 bytes."
        } else {
            "No stderr was recorded for this attempt."
        };
        view! { <p class="card-none faint">{text}</p> }.into_any()
    } else {
        let first = view.tail.first().map_or(0, |row| row.number + 1);
        let hot = view.raised_at.clone();
        let range = format!(
            "{} to {} of {}",
            human::count(first),
            human::count(view.lines),
            human::count(view.lines)
        );
        view! {
            <div class="card-bar"><span>"Last lines of stderr"</span><span class="faint">{range}</span><a class="link push" href=stderr_href>"All stderr"</a></div>
            <div class="log" tabindex="0" role="region" aria-label="stderr">{lines::log_lines(app, &view.tail, view.lines, true, &move |number| hot.contains(&number))}</div>
        }
        .into_any()
    };
    let traceback = view
        .exception
        .as_ref()
        .map(|exception| exception.text.clone());
    let copy = traceback.map(|text| {
        controls::copy_button(app, "Copy traceback", "Traceback", "btn btn-s", move || {
            text.clone()
        })
    });
    let others = (more > 0).then(|| {
        let label = format!(
            "{} failed the same way",
            human::counted(more, "more task", "more tasks")
        );
        view! { <a class="link push" href=step_href.to_owned()>{label}</a> }
    });
    let open = app
        .task_route(task)
        .with_attempt((view.attempts.len() > 1).then_some(view.attempt))
        .to_hash();
    view! {
        <header>{glyph(Status::Failed, "")}<span class="mono">{name}</span>{chip}{attempts}{same}</header>
        {what}
        {source}
        {tail}
        <footer><a class="btn btn-primary btn-s" href=open>"Open task"</a>{copy}{others}</footer>
    }
    .into_any()
}

fn tiles(app: App, run: &RunPath, siblings: &Siblings) -> AnyView {
    let longest = siblings
        .tasks
        .iter()
        .filter_map(|task| task.duration)
        .map(|length| length.0)
        .max()
        .unwrap_or(1);
    let tiles = siblings
        .tasks
        .iter()
        .map(|task| {
            let path: TaskPath = run.task(&task.step, &task.id);
            let short = task.label.rsplit('=').next().unwrap_or(&task.label).to_owned();
            let label = format!("{} {}, {}", task.label, span(task.duration), task.status.word().to_lowercase());
            let part = task.duration.map_or(0.0, |length| percent(length.0, longest));
            view! {
                <a class="tile" class:fail=task.status == Status::Failed href=app.task_href(&path) aria-label=label title=task.label.clone()>
                    <b>{glyph(task.status, "glyph-s")}<span class="cut-end">{short}</span></b>
                    <span class="n">{span(task.duration)}</span>
                    {bar(Some(task.status), part)}
                </a>
            }
        })
        .collect_view();
    let title = match &siblings.by {
        Some(by) => format!("{}, by {by}", siblings.step),
        None => siblings.step.clone(),
    };
    let told: Vec<String> = siblings
        .statuses
        .iter()
        .map(|(status, count)| {
            let word = if *status == Status::Retried {
                "retried".to_owned()
            } else {
                status.word().to_lowercase()
            };
            format!("{} {word}", human::count(*count))
        })
        .collect();
    let all = format!("All {} tasks", human::count(siblings.total));
    view! {
        <section class="block">
            <div class="sect-head"><h2>{title}</h2><span class="faint">{told.join(", ")}</span><a class="link push" href=app.step_href(run, &siblings.step)>{all}</a></div>
            <div class="tiles">{tiles}</div>
        </section>
    }
    .into_any()
}

fn longest(app: App, view: &OverviewView) -> AnyView {
    let most = view.longest_steps.first().map_or(1, |step| step.duration.0);
    let rows = view
        .longest_steps
        .iter()
        .map(|step| {
            view! {
                <li>{glyph(step.status, "")}<a class="whole mono" href=app.step_href(&view.run, &step.step)>{step.step.clone()}</a>{bar(Some(step.status), percent(step.duration.0, most))}<span class="n">{span(Some(step.duration))}</span></li>
            }
        })
        .collect_view();
    let all = format!("All {}", human::counted(view.tasks, "task", "tasks"));
    view! {
        <section class="block">
            <div class="sect-head"><h2>"Longest steps"</h2><a class="link push" href=tab_href(app, &view.run, "tasks")>{all}</a></div>
            <ol class="facts-list longest">{rows}</ol>
        </section>
    }
    .into_any()
}
