//! The bars of one row: waiting to begin, each attempt, the waits between them; of a group
//! how many of its tasks ran.

use super::look::Scale;
use crate::engine::task::not_recorded;
use crate::engine::timeline::{AttemptBar, GroupRow, GroupShape, OnPath, Shape, TaskBar};
use crate::layout::number::{number, write};
use crate::layout::timeline::Stretch;
use crate::model::{AttemptNumber, Status};
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::status_class;

/// Of a lane, in the units of its drawing.
pub(super) const HEIGHT: f64 = 24.0;

/// Where a bar begins and how high it is.
const TOP: f64 = 5.0;
const BAR: f64 = 14.0;

/// The middle of a bar.
const MIDDLE: f64 = TOP + BAR / 2.0;

/// Where the line of the critical path is.
pub(super) const PATH: f64 = 21.0;

/// Words stand in a bar that is wide enough.
const WORDS: f64 = 60.0;

/// A bar of what failed has a cross from this width on.
const CROSSED: f64 = 9.0;

/// A letter, rather too wide than too narrow.
const LETTER: f64 = 6.4;

/// What of a bar the pointer or the keyboard is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Queued,
    Attempt(usize),
    /// Before the attempt at this place.
    Retry(usize),
    /// The same, where attempts in between left no record.
    Gap(usize),
}

/// The parts of a bar in the order of time.
pub(super) fn parts(task: &TaskBar) -> Vec<(Part, Stretch)> {
    let mut parts = Vec::new();
    if let Some(queued) = task.queued {
        parts.push((Part::Queued, queued));
    }
    let mut last: Option<(AttemptNumber, Stretch)> = None;
    for (at, attempt) in task.attempts.iter().enumerate() {
        let Some(time) = attempt.time else { continue };
        if let Some((number, before)) = last {
            let part = match number.saturating_add(1) < attempt.number {
                true => Part::Gap(at),
                false => Part::Retry(at),
            };
            parts.push((part, Stretch::new(before.to, time.from)));
        }
        parts.push((Part::Attempt(at), time));
        last = Some((attempt.number, time));
    }
    parts
}

/// The attempts of which nothing was recorded before the one at a place, in words.
pub(super) fn unrecorded(task: &TaskBar, at: usize) -> String {
    let number = |at: usize| task.attempts.get(at).map(|one| one.number);
    let before = at.checked_sub(1).and_then(number);
    let first = before.map_or(0, |before| before.saturating_add(1));
    not_recorded(first, number(at).unwrap_or(0).saturating_sub(1))
}

/// The bars of a task; `opens` says where an attempt leads to.
pub(super) fn task(
    task: &TaskBar,
    scale: &Scale,
    with_path: bool,
    chosen: Option<usize>,
    opens: &dyn Fn(AttemptNumber) -> String,
) -> Vec<View> {
    let mut drawn = Vec::new();
    let several = task.attempts.len() > 1;
    for (at, (part, time)) in parts(task).into_iter().enumerate() {
        if !scale.sees(time) {
            continue;
        }
        let (x, end) = (scale.x(time.from), scale.x(time.to));
        match part {
            Part::Queued if end - x >= 1.0 => drawn.push(
                el::rect()
                    .class("queued")
                    .attr("x", x)
                    .attr("y", TOP + 2.5)
                    .attr("width", end - x)
                    .attr("height", 9.0)
                    .into_view(),
            ),
            Part::Queued => {}
            Part::Retry(_) => {
                let words = format!("retry in {}", human::span(time.length().0));
                drawn.push(between(x, end, words));
            }
            Part::Gap(nth) => drawn.push(between(x, end, unrecorded(task, nth))),
            Part::Attempt(nth) => {
                if let Some(one) = task.attempts.get(nth) {
                    drawn.push(attempt(one, x, end, several, opens(one.number)));
                }
            }
        }
        if chosen == Some(at) {
            drawn.push(
                el::rect()
                    .class("chosen")
                    .attr("x", x - 2.0)
                    .attr("y", TOP - 3.0)
                    .attr("width", (end - x).max(3.0) + 4.0)
                    .attr("height", BAR + 6.0)
                    .into_view(),
            );
        }
    }
    drawn.extend(beyond(task, scale));
    if let (true, Some(on_path)) = (with_path, &task.on_path) {
        drawn.extend(path(task, on_path, scale));
    }
    drawn
}

/// Which way the bars of a task are that cannot be seen.
fn beyond(task: &TaskBar, scale: &Scale) -> Option<View> {
    let all = parts(task).into_iter().map(|(_, time)| time);
    let whole = all.reduce(|whole, time| whole.with(time))?;
    if scale.sees(whole) {
        return None;
    }
    let (top, bottom) = (MIDDLE - 4.0, MIDDLE + 4.0);
    let d = match scale.x(whole.to) < 0.0 {
        true => format!("M7 {top}l-4 4l4 4"),
        false => format!("M{} {bottom}l4 -4l-4 -4", number(scale.width - 7.0)),
    };
    Some(el::path().class("beyond").attr("d", d).into_view())
}

/// What lies between two attempts.
fn between(x: f64, end: f64, words: String) -> View {
    let room = words.chars().count() as f64 * LETTER + 6.0;
    let middle = (x + end) / 2.0;
    let line = |from: f64, to: f64| format!("M{} {MIDDLE}H{}", number(from), number(to));
    let (line, words) = match end - x > room + 16.0 {
        // The line stops where the words are.
        true => {
            let (left, right) = (middle - room / 2.0, middle + room / 2.0);
            let words = el::text()
                .class("mid")
                .attr("x", middle)
                .attr("y", MIDDLE + 4.0)
                .child(words);
            (line(x, left) + &line(right, end), Some(words))
        }
        false => (line(x, end), None),
    };
    let line = el::path().class("retrying").attr("d", line);
    group().child(line).child(words).into_view()
}

fn attempt(one: &AttemptBar, x: f64, end: f64, several: bool, href: String) -> View {
    let class = status_class(one.status);
    let least = if one.status == Status::Failed {
        3.0
    } else {
        2.0
    };
    let width = (end - x).max(least);
    let bar = el::path()
        .class(format!("bar-of {class}"))
        .attr("d", outline(one, x, width));
    let cross = (one.status == Status::Failed && width >= CROSSED).then(|| {
        let after = ((width - 6.0) / 2.0).min(4.0);
        let (left, right) = (number(x + width - after - 6.0), number(x + width - after));
        let (top, bottom) = (number(MIDDLE - 3.0), number(MIDDLE + 3.0));
        el::path().class("cross").attr(
            "d",
            format!("M{left} {top}L{right} {bottom}M{left} {bottom}L{right} {top}"),
        )
    });
    // The length of an only attempt stands in the label already.
    let words = (several && width >= WORDS).then(|| {
        let length = one.time.map(|time| human::span(time.length().0));
        // What begins outside of the view says so inside of it.
        el::text()
            .class(format!("in-bar {class}"))
            .attr("x", x.max(0.0) + 6.0)
            .attr("y", MIDDLE + 4.0)
            .child(el::tspan().child(one.number.to_string()))
            .child(" ")
            .child(length)
    });
    el::a()
        .attr("href", href)
        .attr("tabindex", "-1")
        .attr("draggable", "false")
        .child(bar)
        .child(cross)
        .child(words)
        .into_view()
}

/// What shape says beside colour: an attempt that runs is pointed, one without an end is
/// open there, a cached one is thin below a line.
fn outline(one: &AttemptBar, x: f64, width: f64) -> String {
    let (left, right) = (number(x), number(x + width));
    let (top, bottom) = (TOP, TOP + BAR);
    match one.status {
        Status::Running => {
            let neck = number((x + width - 5.0).max(x));
            format!("M{left} {top}H{neck}L{right} {MIDDLE}L{neck} {bottom}H{left}Z")
        }
        Status::Cancelled => {
            let neck = number((x + width - 5.0).max(x));
            format!("M{left} {top}H{right}L{neck} {MIDDLE}L{right} {bottom}H{left}Z")
        }
        Status::Waiting => {
            let (first, last) = (number(x + width * 0.35), number(x + width * 0.65));
            format!("M{left} {top}H{first}V{bottom}H{left}ZM{last} {top}H{right}V{bottom}H{last}Z")
        }
        Status::Unfinished | Status::Unknown | Status::Skipped => {
            format!("M{right} {top}H{left}V{bottom}H{right}")
        }
        Status::Cached => format!(
            "M{left} {top}H{right}V{}H{left}ZM{left} {}H{right}V{bottom}H{left}Z",
            top + 1.5,
            top + 4.0
        ),
        // What has no room for its cross stands out of the row.
        Status::Failed if width < CROSSED => {
            format!("M{left} {}H{right}V{bottom}H{left}Z", top - 4.0)
        }
        _ if width < 5.0 => format!("M{left} {top}H{right}V{bottom}H{left}Z"),
        _ => format!(
            "M{} {top}H{}q2 0 2 2V{}q0 2 -2 2H{}q-2 0 -2 -2V{}q0 -2 2 -2Z",
            number(x + 2.0),
            number(x + width - 2.0),
            bottom - 2.0,
            number(x + 2.0),
            top + 2.0
        ),
    }
}

/// Below a task of the critical path, dotted below what it waited before and in between.
fn path(task: &TaskBar, on_path: &OnPath, scale: &Scale) -> Vec<View> {
    let mut drawn = Vec::new();
    let mut line = |class: &'static str, time: Stretch| {
        if scale.sees(time) {
            drawn.push(path_line(class, time, scale));
        }
    };
    if on_path.wait.length().0 > 0 {
        line("waited", on_path.wait);
    }
    for (part, time) in parts(task) {
        let time = Stretch::new(time.from, time.to.min(on_path.until));
        match part {
            Part::Queued => {}
            Part::Attempt(_) => line("on-path", time),
            Part::Retry(_) | Part::Gap(_) if time.length().0 > 0 => line("waited", time),
            Part::Retry(_) | Part::Gap(_) => {}
        }
    }
    drawn
}

fn path_line(class: &'static str, time: Stretch, scale: &Scale) -> View {
    let (x, end) = (scale.x(time.from), scale.x(time.to));
    let end = end.max(x + 1.0);
    el::path()
        .class(class)
        .attr("d", format!("M{} {PATH}H{}", number(x), number(end)))
        .into_view()
}

/// How many tasks of a group ran, as a strip, with ticks above it where one failed.
pub(super) fn group_strip(
    row: &GroupRow,
    shape: Option<&Shape>,
    scale: &Scale,
    with_path: bool,
) -> Vec<View> {
    let Some((shape, own)) = shape.and_then(|shape| {
        let own = shape.groups.iter().find(|one| one.group == row.group)?;
        Some((shape, own))
    }) else {
        return Vec::new();
    };
    let width = (shape.to - shape.from) / own.heights.len().max(1) as f64;
    let mut drawn = vec![
        el::path()
            .class(match row.failed == row.tasks && row.tasks > 0 {
                true => "density fail",
                false => "density",
            })
            .attr("d", strip(own, shape, width, scale))
            .into_view(),
    ];
    // What was tried again stands lower and behind what failed in the end.
    for (class, columns, height) in [
        ("failures again", &own.retried, 3),
        ("failures", &own.failed, 5),
    ] {
        let mut ticks = String::new();
        for column in columns {
            let x = scale.x_of(shape.from + (f64::from(*column) + 0.5) * width);
            ticks.push_str(&format!("M{} {}v{height}", number(x), 7 - height));
        }
        if !ticks.is_empty() {
            drawn.push(el::path().class(class).attr("d", ticks).into_view());
        }
    }
    let on_path = row
        .on_path
        .iter()
        .filter(|time| with_path && scale.sees(**time));
    drawn.extend(on_path.map(|time| path_line("on-path", *time, scale)));
    // Beside the end of its last task, where there is room.
    let words = format!("up to {} at once", human::count(row.most_at_once));
    let end = row.time.map_or(0.0, |time| scale.x(time.to)) + 6.0;
    let fits = end > 0.0 && end + words.chars().count() as f64 * LETTER < scale.width;
    if fits && row.most_at_once > 1 {
        drawn.push(
            el::text()
                .class("words")
                .attr("x", end)
                .attr("y", MIDDLE + 4.0)
                .child(words)
                .into_view(),
        );
    }
    drawn
}

/// A strip of at most 12 units of height, joined where it keeps its height.
fn strip(own: &GroupShape, shape: &Shape, width: f64, scale: &Scale) -> String {
    const MOST: f64 = 12.0;
    let bottom = TOP + BAR - 1.0;
    let mut d = String::new();
    let mut before = 0;
    let last = own.heights.len();
    for (at, height) in own.heights.iter().copied().chain([0]).enumerate() {
        if height == before && at < last {
            continue;
        }
        let x = scale.x_of(shape.from + at as f64 * width);
        let y = |height: u8| bottom - (f64::from(height) / 255.0 * MOST).max(1.0);
        match (before, height) {
            (0, 0) => {}
            (0, _) => {
                d.push('M');
                write(x, &mut d);
                d.push(' ');
                write(bottom, &mut d);
                d.push('V');
                write(y(height), &mut d);
            }
            (_, 0) => {
                d.push('H');
                write(x, &mut d);
                d.push('V');
                write(bottom, &mut d);
                d.push('Z');
            }
            _ => {
                d.push('H');
                write(x, &mut d);
                d.push('V');
                write(y(height), &mut d);
            }
        }
        before = height;
    }
    d
}
