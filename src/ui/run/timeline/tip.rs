//! What is said beside the pointer: of the part of a bar that it is at, or of the moment.

use super::address::Clock;
use super::lane::{Part, parts, unrecorded};
use super::look::{Scale, told};
use super::rows::{mark_of, why};
use crate::engine::timeline::{GroupRow, Shape, TaskBar, TimelineRow};
use crate::layout::timeline::Stretch;
use crate::model::pathspec::shown_task;
use crate::model::{Span, Status};
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::state::App;

/// Where the pointer is: in the window, in the lanes, and over which row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pointed {
    pub x: f64,
    pub y: f64,
    pub in_lane: f64,
    pub row: Option<u64>,
    /// Over the curve of the tasks at once.
    pub in_curve: bool,
}

/// A bar is pointed at that is so many pixels away: they may be thin.
const NEAR: f64 = 3.0;

pub(super) fn tip(
    app: App,
    row: Option<&TimelineRow>,
    at: &Pointed,
    scale: &Scale,
    clock: Clock,
    with_path: bool,
) -> Option<View> {
    let moment = scale.at(at.in_lane);
    let time = |at: Span| told(app, scale.zero, clock, at, scale.length());
    let (title, facts) = match row? {
        TimelineRow::Task(task) => {
            let (part, stretch) = part_at(task, at.in_lane, scale)?;
            (
                title_of(task),
                facts_of(task, part, stretch, &time, with_path),
            )
        }
        TimelineRow::Group(group) => (group_title(group)?, group_facts(group, moment, &time)),
        TimelineRow::Rest { .. } => return None,
    };
    Some(beside(at, title, facts))
}

/// How many ran and were queued at the moment that the pointer is at.
pub(super) fn at_once(
    app: App,
    shape: &Shape,
    at: &Pointed,
    scale: &Scale,
    clock: Clock,
) -> Option<View> {
    let drawn = scale.view.from + at.in_lane / scale.width * scale.view.length();
    let part = (drawn - shape.from) / (shape.to - shape.from);
    let column = (part * shape.running.len() as f64) as usize;
    let count = |counts: &[f32]| {
        let tenths = (f64::from(*counts.get(column)?) * 10.0).round() as u64;
        Some(match tenths % 10 {
            0 => human::count(tenths / 10),
            tenth => format!("{}.{tenth}", human::count(tenths / 10)),
        })
    };
    let facts = vec![
        ("Running", count(&shape.running)?),
        ("Queued", count(&shape.queued)?),
    ];
    let moment = told(app, scale.zero, clock, scale.at(at.in_lane), scale.length());
    Some(beside(at, el::b().child(moment).into_view(), facts))
}

fn beside(at: &Pointed, title: View, facts: Facts) -> View {
    let facts = facts.into_iter().map(|(label, value)| {
        group()
            .child(el::dt().child(label))
            .child(el::dd().child(value))
    });
    let tip = el::div()
        .class("tip")
        .attr("role", "tooltip")
        .style("--x", format!("{}px", at.x.round()))
        .style("--y", format!("{}px", at.y.round()))
        // It opens to where there is room.
        .class_if("left", at.x > window_width() * 0.6)
        .class_if("up", at.y > window_height() * 0.7)
        .child(title)
        .child(el::dl().child(facts.collect_view()));
    tip.into_view()
}

fn window_width() -> f64 {
    let width = window().inner_width().ok();
    width.and_then(|width| width.as_f64()).unwrap_or_default()
}

fn window_height() -> f64 {
    let height = window().inner_height().ok();
    height
        .and_then(|height| height.as_f64())
        .unwrap_or_default()
}

/// The part of a bar at a pixel: of several that are close, the last drawn.
fn part_at(task: &TaskBar, x: f64, scale: &Scale) -> Option<(Part, Stretch)> {
    let near = |(_, time): &(Part, Stretch)| {
        scale.sees(*time) && scale.x(time.from) - NEAR <= x && x <= scale.x(time.to) + NEAR
    };
    let mut found = parts(task);
    found.retain(near);
    let is_attempt = |(part, _): &&(Part, Stretch)| matches!(part, Part::Attempt(_));
    found
        .iter()
        .rev()
        .find(is_attempt)
        .or(found.last())
        .copied()
}

fn title_of(task: &TaskBar) -> View {
    let name = match task.name == task.step {
        true => task.step.clone(),
        false => format!("{}, {}", task.step, task.name),
    };
    el::b().child(mark_of(task.status)).child(name).into_view()
}

type Facts = Vec<(&'static str, String)>;

/// What of a part can be told: shared by the tooltip and by who walks over the bars.
pub(super) fn facts_of(
    task: &TaskBar,
    part: Part,
    stretch: Stretch,
    time: &dyn Fn(Span) -> String,
    with_path: bool,
) -> Facts {
    let length = || human::span(stretch.length().0);
    let mut facts: Facts = Vec::new();
    let mut is_begun = true;
    let attempt = match part {
        Part::Queued => {
            facts.push(("Waited to begin", length()));
            None
        }
        Part::Retry(at) => {
            let next = task.attempts.get(at).map(|one| one.number.to_string());
            facts.push(("Waited", length()));
            facts.push(("For attempt", next.unwrap_or_default()));
            None
        }
        Part::Gap(at) => {
            facts.push(("Between", unrecorded(task, at)));
            facts.push(("Length", length()));
            None
        }
        Part::Attempt(at) => task.attempts.get(at),
    };
    if let Some(attempt) = attempt {
        let of = task.attempts.len();
        if of > 1 {
            let nth = task
                .attempts
                .iter()
                .take_while(|one| one.number < attempt.number);
            let nth = nth.count() + 1;
            facts.push(("Attempt", format!("{} ({nth} of {of})", attempt.number)));
        }
        let is_last = task.attempts.last() == Some(attempt);
        let status = attempt.status.word_with(task.caught && is_last);
        facts.push(("Status", status.to_owned()));
        facts.push(match (attempt.status, attempt.is_ended) {
            (Status::Running, _) => ("So far", length()),
            _ if attempt.is_backwards || attempt.is_ahead || !attempt.is_begun => {
                ("Took", "unknown".to_owned())
            }
            (_, true) => ("Took", length()),
            (_, false) => ("Seen for", length()),
        });
        is_begun = attempt.is_begun;
        if let Some(host) = &attempt.host {
            facts.push(("Host", host.to_string()));
        }
    }
    let from = is_begun.then(|| time(stretch.from));
    facts.push(("From", from.unwrap_or_else(|| "unknown".to_owned())));
    facts.push(("To", time(stretch.to)));
    if with_path
        && let Some(on_path) = &task.on_path
        && let Part::Attempt(at) = part
    {
        let before = at.checked_sub(1).and_then(|at| task.attempts.get(at));
        facts.push((
            "Critical path",
            match before {
                None => why(on_path),
                Some(before) => format!("tried again after attempt {}", before.number),
            },
        ));
    }
    facts.push(("Task", shown_task(&task.step, &task.id)));
    facts
}

fn group_title(group: &GroupRow) -> Option<View> {
    let title = el::b()
        .child(mark_of(group.status))
        .child(group.name.clone());
    (group.tasks > 0).then(|| title.into_view())
}

fn group_facts(group: &GroupRow, at: Span, time: &dyn Fn(Span) -> String) -> Facts {
    let mut facts: Facts = vec![("Tasks", human::count(group.tasks))];
    if group.failed > 0 {
        facts.push(("Failed", human::count(group.failed)));
    }
    if let Some(whole) = group.time {
        facts.push(("From", time(whole.from)));
        facts.push(("To", time(whole.to)));
        facts.push((
            "At once",
            format!("up to {}", human::count(group.most_at_once)),
        ));
    }
    facts.push(("Pointer at", time(at)));
    facts
}
