//! Beside the rows: what the end of the run waited for, part by part, or what each step
//! amounts to.

use super::address::Side;
use super::foot::{share, still_waits, worked};
use super::look::{Scale, told_stretch};
use super::state::Timeline;
use crate::engine::timeline::{PathPart, PathStep, StepSum, TimelineView, Untold};
use crate::layout::timeline::critical::Reason;
use crate::model::Span;
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::{bar, glyph, icon, percent};

pub(super) fn side(timeline: Timeline, side: Side, view: &TimelineView, scale: &Scale) -> View {
    match side {
        Side::Path => pane(timeline, "Critical path", path(timeline, view, scale)),
        Side::Steps => pane(timeline, "At work, by step", steps(timeline, view, scale)),
    }
}

fn pane(timeline: Timeline, name: &'static str, inside: View) -> View {
    let close = el::button()
        .class("btn btn-s btn-quiet btn-icon push")
        .attr("aria-label", "Close")
        .attr("title", "Close (Esc)")
        .on_click(move |_| {
            timeline.close_side(true);
        })
        .child(icon("close", ""));
    let head = el::div()
        .class("pane-head")
        .child(el::h2().child(name))
        .child(close);
    let body = el::div()
        .class("scroll")
        .attr("tabindex", "0")
        .child(inside);
    el::aside()
        .class("side inspector time-side")
        .attr("aria-label", name)
        .child(head)
        .child(body)
        .into_view()
}

fn section(name: Option<&'static str>) -> Element {
    let head = name.map(|name| el::h3().class("sect-head").child(name));
    el::section().class("sect").child(head)
}

/// What each step amounts to in the selected range, or the whole run.
fn steps(timeline: Timeline, view: &TimelineView, scale: &Scale) -> View {
    let (app, run) = (timeline.app, timeline.run.get_value());
    let clock = timeline.says.with(|says| says.clock);
    let sums = &view.sums;
    let is_whole = sums.range == view.whole;
    let told = match is_whole {
        true => "The whole run.".to_owned(),
        false => format!("{}.", told_stretch(app, scale, clock, sums.range)),
    };
    let is_filtered = view.matching < view.total;
    let shown = is_filtered.then(|| {
        format!(
            " Only the {} of {} that the filter leaves.",
            human::counted(view.matching, "task", "tasks"),
            human::count(view.total)
        )
    });
    let all = |sum: i64, step: &StepSum| sum.saturating_add(step.worked.0);
    let all = sums.steps.iter().fold(0, all);
    let line = |step: &StepSum| {
        let name = el::a()
            .class("link name cut-end")
            .attr("href", app.step_href(&run, &step.step))
            .attr("title", step.step.clone())
            .child(step.step.clone());
        let tasks = match step.tasks {
            1 => None,
            tasks if step.longest == Span(0) => Some(format!("×{}", human::count(tasks))),
            tasks => Some(format!(
                "×{}, the longest {}",
                human::count(tasks),
                human::span(step.longest.0)
            )),
        };
        let is_known = step.worked > Span(0);
        let part = is_known.then(|| share(step.worked, Span(all)));
        let worked = match is_known {
            true => human::span(step.worked.0),
            false => "unknown".to_owned(),
        };
        el::li()
            .child(
                el::div()
                    .child(name)
                    .child(el::span().class("faint n").child(part))
                    .child(el::b().child(worked)),
            )
            .child(bar(None, percent(step.worked.0, all)))
            .child(tasks.map(|tasks| el::span().class("faint").child(tasks)))
    };
    group()
        .child(section(None).child(el::p().class("faint").child(told).child(shown)))
        .child(
            section(Some("All tasks of a step together")).child(
                el::ul()
                    .class("step-sums")
                    .child(sums.steps.iter().map(line).collect_view()),
            ),
        )
        .into_view()
}

/// What the end of the run waited for, one part after the other.
fn path(timeline: Timeline, view: &TimelineView, scale: &Scale) -> View {
    let path = &view.path;
    let half = path.parts.len() / 2;
    let left_out = path.left_out;
    let parts = path.parts.iter().enumerate().map(|(at, part)| {
        let gap = (left_out > 0 && at == half).then(|| {
            let words = human::counted(left_out, "more task", "more tasks");
            el::li().class("faint").child(words)
        });
        group().child(gap).child(part_line(timeline, part))
    });
    let sum = |pick: fn(&PathStep) -> Span| {
        let all = path.steps.iter().map(pick);
        all.fold(0_i64, |sum, one| sum.saturating_add(one.0))
    };
    let spent = [
        (sum(worked), "at work"),
        (sum(|step| step.retrying), "waiting to retry"),
        (
            sum(|step| step.unrecorded),
            "in attempts that left no record",
        ),
        (sum(|step| step.waited), "waiting to begin"),
        (sum(|step| step.unknown), "unknown"),
    ];
    let spent = spent.into_iter().filter(|(time, _)| *time > 0);
    let spent = spent.map(|(time, what)| format!("{} {what}", human::span(time)));
    let told = spent.collect::<Vec<_>>().join(", ");
    let steps = path.steps.iter().map(|step| {
        el::li()
            .child(el::span().class("name cut-end").child(step.step.clone()))
            .child(el::span().class("faint").child(match step.tasks {
                1 => String::new(),
                tasks => format!("×{}", human::count(tasks)),
            }))
            .child(el::span().class("n").child(match of_step(step) {
                Span(0) => "unknown".to_owned(),
                all => human::span(all.0),
            }))
    });
    let clock = timeline.says.with(|says| says.clock);
    let whole = told_stretch(timeline.app, scale, clock, view.whole);
    let what = match still_waits(view) {
        true => "What the run waits for so far: its end may wait for something else.",
        false => "What the end of the run waited for.",
    };
    const GUESS: &str =
        "A wait for a free place is a guess: a task came late, just as another one ended.";
    group()
        .child(
            section(None)
                .child(el::p().attr("title", whole).child(told))
                .child(el::p().class("faint").child(format!("{what} {GUESS}"))),
        )
        .child(
            section(Some("By step, waits included"))
                .child(el::ul().class("tally").child(steps.collect_view())),
        )
        .child(
            section(Some("Part by part"))
                .child(el::ol().class("path-parts").child(parts.collect_view())),
        )
        .into_view()
}

fn part_line(timeline: Timeline, part: &PathPart) -> View {
    let task = timeline
        .run
        .with_value(|run| run.task(&part.step, &part.id));
    let waits = waits(part).into_iter();
    let waits = waits.map(|(wait, what)| format!("{} {what}", human::span(wait.0)));
    let waits = unknown(part).into_iter().chain(waits);
    let waits = waits.map(|told| el::div().class("waited-for").child(told));
    let waits = waits.collect_view();
    let other = [
        (part.retrying, "to retry"),
        (part.unrecorded, "not recorded"),
    ];
    let other = other.into_iter().filter(|(time, _)| *time > Span(0));
    let other = other.map(|(time, what)| {
        el::span()
            .class("faint")
            .child(format!(" of it {} {what}", human::span(time.0)))
    });
    let other = other.collect_view();
    let length = part.took.map(|took| human::span(took.0));
    let length = length.unwrap_or_else(|| "unknown".to_owned());
    let over = (part.over > Span(0)).then(|| {
        let over = human::span(part.over.0);
        el::span().class("faint").child(format!(
            " and {over} after what needed it began: two clocks disagree"
        ))
    });
    let name =
        (!part.name.is_empty()).then(|| el::span().class("faint").child(format!(" {}", part.name)));
    el::li()
        .child(waits)
        .child(
            el::div()
                .child(glyph(part.status, "glyph-s"))
                .child(
                    el::a()
                        .class("link")
                        .attr("href", timeline.app.task_href(&task))
                        .child(part.step.clone())
                        .child(name),
                )
                .child(el::b().child(length))
                .child(over)
                .child(other),
        )
        .into_view()
}

/// What a step had of the path, with what was before it.
fn of_step(step: &PathStep) -> Span {
    let before = step.waited.0.saturating_add(step.unknown.0);
    Span(step.took.0.saturating_add(before))
}

/// So many steps are named.
const NAMED: usize = 3;

/// What of the time before a task is not known, and why.
fn unknown(part: &PathPart) -> Option<String> {
    let steps = || {
        let named: Vec<&str> = part.missing.iter().map(String::as_str).collect();
        match named.as_slice() {
            [one] => (*one).to_owned(),
            [rest @ .., last] if named.len() <= NAMED => {
                format!("{} and {last}", rest.join(", "))
            }
            _ => human::counted(named.len() as u64, "step", "steps"),
        }
    };
    if part.is_early() {
        return Some("before the run began: two clocks disagree".to_owned());
    }
    let why = match part.untold {
        None => return None,
        Some(Untold::Clocks) => "two clocks disagree".to_owned(),
        Some(Untold::Ahead) => {
            return Some("after an unknown time: its times lie in the future".to_owned());
        }
        Some(Untold::Lost) => format!("the records of {} are missing", steps()),
        Some(Untold::Untimed) => format!("no times of {} are recorded", steps()),
    };
    Some(match part.unknown {
        Span(0) => why,
        unknown => format!("about {} unknown: {why}", human::span(unknown.0)),
    })
}

/// What a task waited for before it began: as far as it is known when it was handed out, what
/// lies before that for itself. That it waited for a place before the one before it on the path
/// ended, is in the length of that one.
fn waits(part: &PathPart) -> Vec<(Span, &'static str)> {
    let between = |from: Span, to: Span| Span(to.0.saturating_sub(from.0).max(0));
    let (before, to_begin) = match part.handed_out.filter(|_| part.untold.is_none()) {
        Some(at) => (between(part.wait.from, at), between(at, part.wait.to)),
        None => {
            let wait = part.wait.length();
            (Span(0), between(part.unknown, wait))
        }
    };
    if matches!(part.untold, Some(Untold::Clocks | Untold::Ahead)) {
        return Vec::new();
    }
    let (handed_out, begun) = match (part.reason, part.handed_out) {
        (Reason::Place, None) => ("", "to begin, as a place was free"),
        (Reason::Place, Some(_)) => ("to be handed out, as a place was free", "to begin"),
        (Reason::First | Reason::Needed, _) => ("to be handed out", "to begin"),
    };
    let waits = [(before, handed_out), (to_begin, begun)].into_iter();
    waits.filter(|(wait, _)| *wait > Span(0)).collect()
}
