//! A run at a glance: the failing task first.

use super::super::ask::{answer, shown};
use super::super::history;
use super::super::parts::lasting::lasting;
use super::super::parts::marks::{bar, glyph, percent};
use super::super::parts::{controls, lines, problems};
use super::super::state::{App, span};
use super::dag;
use crate::engine::failure_card::{FailureCardQuery, FailureCardView};
use crate::engine::overview::{FailureGroup, OverviewView, Siblings, StepTime};
use crate::engine::tasks::StripTask;
use crate::model::pathspec::shown_task;
use crate::model::{RunPath, Span, Status, System, TaskPath};
use crate::route::Place;
use crate::text::human;
use crate::ui::dom::prelude::*;

pub fn tab(app: App, view: &OverviewView) -> View {
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
        (view.failures.is_empty() && !view.longest_steps.is_empty()).then(|| longest(app, view));
    let running = (!view.running.is_empty() && view.failures.is_empty()).then(|| {
        let title = if view.status == Status::Running {
            "Running now"
        } else {
            "Without an end"
        };
        let row = |task: &StripTask| {
            let path = run.task(&task.step, &task.id);
            el::li()
                .child(glyph(task.status, ""))
                .child(
                    el::a()
                        .class("whole mono")
                        .attr("href", app.task_href(&path))
                        .child(shown_task(&task.step, &task.id)),
                )
                .child(
                    el::span()
                        .class("dim cut-end")
                        .child((task.label != task.id).then(|| task.label.clone())),
                )
                .child(
                    el::span()
                        .class("n")
                        .child(lasting(task.status, task.duration, task.since)),
                )
        };
        let rows = view.running.iter().map(row).collect_view();
        el::section()
            .class("block")
            .child(el::div().class("sect-head").child(el::h2().child(title)))
            .child(el::ol().class("facts-list results").child(rows))
    });
    let end = view.has_end.then(|| {
        let href = data_href(app, &run);
        el::p()
            .class("dim")
            .child(
                el::a()
                    .class("link")
                    .attr("href", href)
                    .child("All artifacts"),
            )
            .child(", by the step that set them")
    });
    let problem = problems(&view.problems, view.problems_total);
    let graph = dag::small(app, run.clone());
    let dag_href = tab_href(app, &run, "dag");
    group()
        .child(
            el::div().class("pane").child(
                el::div()
                    .class("scroll page")
                    .child(problem)
                    .child(cards)
                    .child(running)
                    .child(longest)
                    .child(siblings)
                    .child(end)
                    .child(history::block(app, &run)),
            ),
        )
        .child(
            el::aside()
                .class("side wide")
                .attr("aria-label", "Beside this run")
                .child(
                    el::div().class("scroll").child(
                        el::section()
                            .class("sect")
                            .child(
                                el::div()
                                    .class("sect-head")
                                    .child(el::h2().child("Path taken"))
                                    .child(
                                        el::a()
                                            .class("link push")
                                            .attr("href", dag_href)
                                            .child("Open DAG"),
                                    ),
                            )
                            .child(graph),
                    ),
                ),
        )
        .into_view()
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
fn card(app: App, run: &RunPath, group: &FailureGroup) -> View {
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
    let label = format!("{} failed", shown_task(&group.task.step, &group.task.id));
    let draw = shown(found, move |view: &FailureCardView| {
        inside(app, view, attempt, more, &step_href)
    });
    el::article()
        .class("card")
        .attr("aria-label", label)
        .child(draw)
        .into_view()
}

fn inside(
    app: App,
    view: &FailureCardView,
    attempt: RwSignal<Option<u32>>,
    more: u64,
    step_href: &str,
) -> View {
    let task = &view.task;
    let name = shown_task(&task.step, &task.task);
    let chip = view
        .label
        .clone()
        .map(|label| el::span().class("chip chip-fail only-wide").child(label));
    let attempts = (view.attempts.len() > 1).then(|| {
        let parts = view
            .attempts
            .iter()
            .map(|one| {
                let number = one.number;
                let label = format!(
                    "Attempt {number}{}, {}",
                    one.duration
                        .map(|length| format!(" {}", human::span(length.0)))
                        .unwrap_or_default(),
                    one.status.in_sentence()
                );
                let chosen = number == view.attempt;
                el::button()
                    .attr("aria-pressed", chosen.to_string())
                    .attr("aria-label", label)
                    .on_click(move |_| attempt.set(Some(number)))
                    .child(glyph(one.status, "glyph-s"))
                    .child(number)
                    .child(" ")
                    .child(el::span().class("faint").child(span(one.duration)))
            })
            .collect_view();
        el::div()
            .class("seg push")
            .attr("role", "group")
            .attr("aria-label", "Attempt")
            .child(parts)
    });
    let same = match (view.attempts.len(), view.same_in_all) {
        (2, true) => Some("same exception in both"),
        (count, true) if count > 2 => Some("same exception in all"),
        _ => None,
    }
    .map(|text| el::span().class("faint only-wide").child(text));
    let what = match &view.exception {
        Some(exception) => {
            let short = exception
                .kind
                .rsplit('.')
                .next()
                .unwrap_or_default()
                .to_owned();
            el::div()
                .class("exc")
                .child(el::b().attr("title", exception.kind.clone()).child(short))
                .child(el::p().child(exception.message.clone()))
                .into_view()
        }
        None => el::div()
            .class("exc")
            .child(el::b().child("No exception was recorded"))
            .child(el::p().child(view.how.clone()))
            .into_view(),
    };
    let frames_href = app
        .task_route(task)
        .with_attempt(Some(view.attempt))
        .with_tab("exception")
        .to_hash();
    let source = view.exception.as_ref().and_then(|exception| {
        let traceback = exception.traceback.as_ref()?;
        let code = |file: &str, line| {
            crate::ui::code::place(app, task, view.attempt, file, Some(line)).to_hash()
        };
        lines::raised_at(traceback, view.source(), frames_href, code)
    });
    let stderr_href = app
        .task_route(task)
        .with_attempt(Some(view.attempt))
        .with_tab("logs")
        .to_hash();
    let tail = if view.tail.is_empty() {
        let text = match (view.system, view.stderr_recorded) {
            (System::Metaflow, true) => "stderr is there and has 0 bytes.",
            (System::Metaflow, false) => "No stderr was recorded for this attempt.",
            (System::Prefect, true) => "The log has no warnings and no errors of this attempt.",
            (System::Prefect, false) => "There are no logs among these records.",
        };
        el::p().class("card-none faint").child(text).into_view()
    } else {
        let first = view.tail.first().map_or(0, |row| row.number + 1);
        let hot = view.raised_at.clone();
        let (last, all) = match view.system {
            System::Metaflow => ("Last lines of stderr", "All stderr"),
            System::Prefect => ("Last warnings and errors", "Whole log"),
        };
        let range = format!(
            "{} to {} of {}",
            human::count(first),
            human::count(view.lines),
            human::count(view.lines)
        );
        group()
            .child(
                el::div()
                    .class("card-bar")
                    .child(el::span().child(last))
                    .child(el::span().class("faint").child(range))
                    .child(
                        el::a()
                            .class("link push")
                            .attr("href", stderr_href)
                            .child(all),
                    ),
            )
            .child(
                el::div()
                    .class("log")
                    .attr("tabindex", "0")
                    .attr("role", "region")
                    .attr("aria-label", last)
                    .child(lines::log_lines(
                        app,
                        &view.tail,
                        view.lines,
                        true,
                        &move |number| hot.contains(&number),
                    )),
            )
            .into_view()
    };
    let traceback = view
        .exception
        .as_ref()
        .map(|exception| exception.text.clone())
        .filter(|text| !text.is_empty());
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
        el::a()
            .class("link push")
            .attr("href", step_href.to_owned())
            .child(label)
    });
    let open = app
        .task_route(task)
        .with_attempt((view.attempts.len() > 1).then_some(view.attempt))
        .to_hash();
    group()
        .child(
            el::header()
                .child(glyph(Status::Failed, ""))
                .child(el::span().class("mono").child(name))
                .child(chip)
                .child(attempts)
                .child(same),
        )
        .child(what)
        .child(source)
        .child(tail)
        .child(
            el::footer()
                .child(
                    el::a()
                        .class("btn btn-primary btn-s")
                        .attr("href", open)
                        .child("Open task"),
                )
                .child(copy)
                .child(others),
        )
        .into_view()
}

fn tiles(app: App, run: &RunPath, siblings: &Siblings) -> View {
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
            let short = task.short.clone();
            let label = format!(
                "{}{}, {}",
                task.label,
                task.duration
                    .map(|length| format!(" {}", human::span(length.0)))
                    .unwrap_or_default(),
                task.status.in_sentence()
            );
            let part = task.duration.map(|length| percent(length.0, longest));
            el::a()
                .class("tile")
                .class_if("fail", task.status == Status::Failed)
                .attr("href", app.task_href(&path))
                .attr("aria-label", label)
                .attr("title", task.label.clone())
                .child(
                    el::b()
                        .child(glyph(task.status, "glyph-s"))
                        .child(el::span().class("cut-end").child(short)),
                )
                .child(" ")
                .child(
                    el::span()
                        .class("n")
                        .child(lasting(task.status, task.duration, task.since)),
                )
                .child(part.map(|part| bar(Some(task.status), part)))
        })
        .collect_view();
    let names = siblings.tasks.iter();
    let widest = names.map(|task| task.short.chars().count()).max();
    let title = match &siblings.by {
        Some(by) => format!("{}, by {by}", siblings.step),
        None => siblings.step.clone(),
    };
    let mut told: Vec<String> = siblings
        .statuses
        .iter()
        .map(|(status, count)| {
            let word = if *status == Status::Retried {
                "retried".to_owned()
            } else {
                status.in_sentence().to_owned()
            };
            format!("{} {word}", human::count(*count))
        })
        .collect();
    if siblings.coming > 0 {
        told.push(format!("{} not started", human::count(siblings.coming)));
    }
    let all = format!("All {} tasks", human::count(siblings.total));
    el::section()
        .class("block")
        .child(
            el::div()
                .class("sect-head")
                .child(el::h2().child(title))
                .child(el::span().class("faint").child(told.join(", ")))
                .child(
                    el::a()
                        .class("link push")
                        .attr("href", app.step_href(run, &siblings.step))
                        .child(all),
                ),
        )
        .child(
            el::div()
                .class("tiles")
                .style("--ch", widest.unwrap_or(0).clamp(2, 18))
                .child(tiles),
        )
        .into_view()
}

fn longest(app: App, view: &OverviewView) -> View {
    let most = view.longest_steps.iter().filter_map(|step| step.duration);
    let most = most.max().map_or(1, |most| most.0);
    let rows = view
        .longest_steps
        .iter()
        .map(|step| {
            el::li()
                .child(glyph(step.status, ""))
                .child(
                    el::a()
                        .class("whole mono")
                        .attr("href", app.step_href(&view.run, &step.step))
                        .child(step.step.clone()),
                )
                .child(match step.duration {
                    Some(length) => bar(Some(step.status), percent(length.0, most)),
                    None => el::span().into_view(),
                })
                .child(
                    el::span()
                        .class("n")
                        .child(lasting(step.status, step.duration, step.since)),
                )
                .child(waits(step))
        })
        .collect_view();
    let all = format!("All {}", human::counted(view.tasks, "task", "tasks"));
    el::section()
        .class("block")
        .child(
            el::div()
                .class("sect-head")
                .child(el::h2().child("Longest steps"))
                .child(
                    el::a()
                        .class("link push")
                        .attr("href", tab_href(app, &view.run, "tasks"))
                        .child(all),
                )
                .child(
                    el::a()
                        .class("link")
                        .attr("href", tab_href(app, &view.run, "timeline"))
                        .child("Open timeline"),
                ),
        )
        .child(el::ol().class("facts-list longest with-waits").child(rows))
        .into_view()
}

/// What the run waited for a step, beside what the step took.
fn waits(step: &StepTime) -> Option<Element> {
    let begin = Some(step.waited).filter(|waited| *waited > Span(0));
    let retry = Some(step.retrying).filter(|waited| *waited > Span(0));
    let told = |waited: Option<Span>, what: &str| Some(format!("{} {what}", span(Some(waited?))));
    let both = told(begin, "for its tasks to begin").into_iter();
    let both: Vec<String> = both.chain(told(retry, "for another attempt")).collect();
    // The longer of the two has the room; waits to be tried again are in what the step took.
    let shown = if step.retrying > step.waited {
        format!("{} to retry", span(retry))
    } else {
        format!("waited {}", span(begin))
    };
    (!both.is_empty()).then(|| {
        let why = format!(
            "On the critical path of the run it waited {}",
            both.join(", and ")
        );
        el::span().class("faint").attr("title", why).child(shown)
    })
}
