//! Above the rows: the whole run small, with the part that is looked at, then how many
//! tasks ran at once, over the axis.

use super::address::Clock;
use super::lane::{HEIGHT, PATH};
use super::look::{Scale, labelled, whole_scale};
use crate::engine::timeline::{Lane, Shape, TimelineView};
use crate::layout::number::{number, write};
use crate::layout::timeline::Stretch;
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::state::App;

pub(super) const STRIP: f64 = 32.0;

/// The axis has its labels, then comes the curve.
pub(super) const CURVE: f64 = 64.0;
const LABELS: f64 = 18.0;
/// A letter of a length, rather too wide than too narrow.
const LETTER: f64 = 7.0;

/// The curve shows so many times as much as runs at once; a longer queue is cut there.
const BEYOND: f32 = 3.0;

/// A handle of the frame around what is looked at.
const HANDLE: f64 = 5.0;

/// The whole run: a line for each step, and a frame around what is looked at.
pub(super) fn strip(run: &TimelineView, cut: bool, scale: &Scale) -> View {
    let whole = whole_scale(run, cut, scale.width);
    let count = run.lanes.len().max(1) as f64;
    let room = STRIP - 6.0;
    let step = room / count;
    let height = (step - 0.5).clamp(1.0, 3.0);
    let y = |at: usize| 3.0 + at as f64 * step + (step - height) / 2.0;
    let bars = |pick: fn(&Lane) -> &Vec<(f64, f64)>| {
        let mut d = String::new();
        for (at, lane) in run.lanes.iter().enumerate() {
            for (from, to) in pick(lane) {
                let x = whole.x_of(*from);
                d.push('M');
                write(x, &mut d);
                d.push(' ');
                write(y(at), &mut d);
                d.push('h');
                write((whole.x_of(*to) - x).max(1.0), &mut d);
                d.push('v');
                write(height, &mut d);
                d.push('H');
                write(x, &mut d);
                d.push('Z');
            }
        }
        d
    };
    let from = whole.x_of(scale.view.from).max(0.0);
    let to = whole.x_of(scale.view.to).min(scale.width);
    let handle = |x: f64, class: &'static str| {
        el::rect()
            .class(class)
            .attr("x", x - HANDLE / 2.0)
            .attr("y", STRIP / 2.0 - 7.0)
            .attr("width", HANDLE)
            .attr("height", 14.0)
    };
    group()
        .child(el::path().class("mk").attr("d", bars(|lane| &lane.work)))
        .child(
            el::path()
                .class("mk run")
                .attr("d", bars(|lane| &lane.running)),
        )
        .child(
            el::path()
                .class("mk fail")
                .attr("d", bars(|lane| &lane.failed)),
        )
        .child(
            el::rect()
                .class("frame")
                .attr("x", from.max(1.0))
                .attr("y", 1.0)
                .attr("width", (to - from - 1.0).max(2.0))
                .attr("height", STRIP - 2.0),
        )
        .child(handle(from.max(HANDLE / 2.0), "handle from"))
        .child(handle(to.min(scale.width - HANDLE / 2.0), "handle to"))
        .into_view()
}

/// The labels of the axis and the curve below them.
pub(super) fn curve(app: App, run: &TimelineView, scale: &Scale, clock: Clock) -> View {
    let labels = labelled(app, scale, clock).into_iter().map(|(x, label)| {
        // Cut off it would say something else.
        let fits = x + 4.0 + label.chars().count() as f64 * LETTER <= scale.width;
        group()
            .child(
                el::path()
                    .class("tick")
                    .attr("d", format!("M{} 0V{CURVE}", number(x))),
            )
            .child(fits.then(|| el::text().attr("x", x + 4.0).attr("y", 13.0).child(label)))
    });
    let labels = labels.collect_view();
    let curve = run.shape.as_ref().map(|shape| areas(shape, scale));
    group().child(labels).child(curve).into_view()
}

fn areas(shape: &Shape, scale: &Scale) -> View {
    let both: Vec<f32> = (shape.running.iter().zip(&shape.queued))
        .map(|(running, queued)| running + queued)
        .collect();
    // A long queue does not press what runs to the ground: it goes on above the edge.
    let running = shape.running.iter().copied().fold(1.0, f32::max);
    let most = both
        .iter()
        .copied()
        .fold(1.0, f32::max)
        .min(running * BEYOND);
    let room = CURVE - LABELS - 3.0;
    let y = |height: f32| CURVE - 1.0 - f64::from((height / most).min(1.05)) * room;
    let at_once = shape.most_at_once;
    let limit = (at_once > 1 && at_once as f32 <= most).then(|| {
        let at = number(y(at_once as f32));
        el::path()
            .class("limit")
            .attr("d", format!("M0 {at}H{}", number(scale.width)))
    });
    group()
        .child(
            el::path()
                .class("running")
                .attr("d", area(&shape.running, None, shape, scale, &y)),
        )
        .child(
            el::path()
                .class("queued")
                .attr("d", area(&both, Some(&shape.running), shape, scale, &y)),
        )
        .child(limit)
        .into_view()
}

/// What lies below a curve and above another one or the ground, joined where both keep their
/// heights.
fn area(
    heights: &[f32],
    above: Option<&[f32]>,
    shape: &Shape,
    scale: &Scale,
    y: &impl Fn(f32) -> f64,
) -> String {
    let width = (shape.to - shape.from) / heights.len().max(1) as f64;
    let ground = |at: usize| {
        above
            .and_then(|above| above.get(at))
            .copied()
            .unwrap_or(0.0)
    };
    let top = |at: usize| heights.get(at).copied().unwrap_or(0.0);
    let is_there = |at: &usize| top(*at) - ground(*at) > 0.002;
    let edge = |at: usize| scale.x_of(shape.from + at as f64 * width);
    let place = |height: f32| if height > 0.0 { y(height) } else { CURVE };
    let mut d = String::new();
    let mut at = 0;
    // Nothing is drawn for nothing, not even a line.
    while let Some(from) = (at..heights.len()).find(is_there) {
        let to = (from..heights.len())
            .find(|at| !is_there(at))
            .unwrap_or(heights.len());
        d.push('M');
        write(edge(from), &mut d);
        d.push(' ');
        write(place(ground(from)), &mut d);
        let mut step = |x: usize, height: f32| {
            d.push('H');
            write(edge(x), &mut d);
            d.push('V');
            write(place(height), &mut d);
        };
        let is_new = |one: f32, other: f32| (one - other).abs() > 0.002;
        step(from, top(from));
        for at in from + 1..to {
            if is_new(top(at), top(at - 1)) {
                step(at, top(at));
            }
        }
        step(to, ground(to - 1));
        for at in (from + 1..to).rev() {
            if is_new(ground(at), ground(at - 1)) {
                step(at, ground(at - 1));
            }
        }
        d.push('H');
        write(edge(from), &mut d);
        d.push('Z');
        at = to;
    }
    d
}

/// Behind the rows: the ticks, what is cut, the selected range.
pub(super) fn ground(app: App, scale: &Scale, clock: Clock, range: Option<Stretch>) -> View {
    let ticks: String = (labelled(app, scale, clock).iter())
        .map(|(x, _)| format!("M{} 0V20000", number(*x)))
        .collect();
    let mut cuts = Vec::new();
    for cut in scale.cuts.all().iter().filter(|cut| scale.sees(cut.idle)) {
        let (x, end) = (scale.x(cut.idle.from), scale.x(cut.idle.to));
        cuts.push(
            el::rect()
                .class("cut")
                .attr("x", x)
                .attr("width", (end - x).max(1.0))
                .attr("height", "100%"),
        );
    }
    let selected = range.filter(|range| scale.sees(*range)).map(|range| {
        let (x, end) = (scale.x(range.from), scale.x(range.to));
        group()
            .child(
                el::rect()
                    .class("range")
                    .attr("x", x)
                    .attr("width", (end - x).max(1.0))
                    .attr("height", "100%"),
            )
            .child(el::path().class("edges").attr(
                "d",
                format!("M{} 0V20000M{} 0V20000", number(x), number(end)),
            ))
    });
    group()
        .child(el::path().class("tick").attr("d", ticks))
        .child(cuts.collect_view())
        .child(selected)
        .into_view()
}

/// On the axis: the bar of the selected range, and the lengths of what is cut.
pub(super) fn over_axis(scale: &Scale, range: Option<Stretch>) -> View {
    let bar = range.filter(|range| scale.sees(*range)).map(|range| {
        let (x, end) = (scale.x(range.from), scale.x(range.to));
        el::rect()
            .class("range-bar")
            .attr("x", x)
            .attr("width", (end - x).max(2.0))
            .attr("height", 3.0)
    });
    let mut cuts = Vec::new();
    let all: Vec<_> = scale.cuts.all().iter().collect();
    let mut seen = all.iter().filter(|cut| scale.sees(cut.idle)).peekable();
    while let Some(cut) = seen.next() {
        let (x, end) = (scale.x(cut.idle.from), scale.x(cut.idle.to));
        let after = seen
            .peek()
            .map_or(scale.width, |next| scale.x(next.idle.from));
        let middle = (x + end) / 2.0;
        let zigzag = format!("M{} {LABELS}l4 8l-8 8l8 8l-8 8l4 8", number(middle));
        let words = human::span(cut.idle.length().0);
        let title = format!("Nothing ran for {words}: cut");
        // In full beside it, where the next one leaves room.
        let is_room = end + 4.0 + words.chars().count() as f64 * LETTER < after;
        let beside = is_room.then(|| {
            el::text()
                .class("words")
                .attr("x", end + 4.0)
                .attr("y", LABELS + 12.0)
                .child(words)
        });
        cuts.push(
            el::g()
                .class("cut-mark")
                .child(el::title().child(title))
                .child(
                    el::rect()
                        .class("cut")
                        .attr("x", x)
                        .attr("y", LABELS)
                        .attr("width", (end - x).max(1.0))
                        .attr("height", CURVE - LABELS),
                )
                .child(el::path().class("zigzag").attr("d", zigzag))
                .child(beside),
        );
    }
    group().child(bar).child(cuts.collect_view()).into_view()
}

/// The lines between the rows of the critical path, from where one part ended down or up
/// to where the next one waits.
pub(super) fn links(run: &TimelineView, scale: &Scale, row: f64) -> String {
    let mut d = String::new();
    let first = run.window.first;
    let last = first.saturating_add(run.rows.len() as u64);
    for link in &run.path.links {
        let at = Stretch::new(link.ended, link.ended);
        if !scale.sees(at) {
            continue;
        }
        // Rows that are not drawn are beyond the edge, wherever they are. The lane stands at
        // the foot of its row.
        let y = |at: u64| {
            let at = at.clamp(first.saturating_sub(1), last) as f64 - first as f64;
            (at + 1.0) * row - HEIGHT + PATH
        };
        let (from, to) = (y(link.from), y(link.to));
        d.push_str(&format!(
            "M{} {}V{}",
            number(scale.x(link.ended)),
            number(from),
            number(to)
        ));
    }
    d
}
