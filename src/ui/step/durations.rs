//! How long the tasks of a step took, as bars: those that failed on top.

use crate::engine::siblings::SiblingsView;
use crate::layout::axis::{Axis, Labels, View as AxisView};
use crate::layout::number::number;
use crate::layout::spread::{Bar, Histogram};
use crate::model::{Moment, Span};
use crate::text::human;
use crate::ui::dom::prelude::*;

/// The height of the picture, in the units of its drawing: those of a bar's width are one.
const HIGH: f64 = 100.0;

/// What is not nothing is seen.
const LEAST: f64 = 1.4;

/// `is_filtered`: the screen shows some of the tasks, and this is of all.
pub(super) fn section(view: &SiblingsView, is_filtered: bool) -> View {
    let Some((histogram, spread)) = view.histogram.as_ref().zip(view.spread) else {
        return el::section()
            .class("step-part took")
            .attr("aria-label", "Duration")
            .child(head(None))
            .child(
                el::p()
                    .class("faint")
                    .child("No task has a recorded start and end."),
            )
            .into_view();
    };
    // A number and its unit stay together.
    let length = |micros: f64| human::span(micros as i64).replace(' ', "\u{a0}");
    let told = format!(
        "median {}, slowest {}",
        length(spread.median),
        length(spread.high)
    );
    let running = view.head.since.is_some();
    let told = match running {
        true => format!("{told}, of {} that ended", human::count(spread.count)),
        false => told,
    };
    let told = match is_filtered {
        true => format!("{told}, {}", of_all(view.total)),
        false => told,
    };
    let most = histogram.bars.iter().map(|bar| bar.good + bar.failed).max();
    let most = most.unwrap_or(1).max(1) as f64;
    let bars = histogram
        .bars
        .iter()
        .enumerate()
        .map(|(at, bar)| drawn(histogram, at, *bar, most));
    let label = format!(
        "Durations of {}: {told}. The list can be sorted by them.",
        human::counted(spread.count, "task", "tasks")
    );
    let picture = el::svg()
        .class("bars")
        .attr("viewBox", format!("0 0 {} {HIGH}", histogram.bars.len()))
        .attr("preserveAspectRatio", "none")
        .attr("role", "img")
        .attr("aria-label", label)
        .child(bars.collect_view());
    el::section()
        .class("step-part took")
        .attr("aria-label", "Duration")
        .child(head(Some(told)))
        .child(
            el::div()
                .class("bars-of")
                .child(
                    el::span()
                        .class("bars-most faint")
                        .attr("title", "The most tasks in one bar")
                        .child(human::count(most as u64)),
                )
                .child(picture)
                .child(
                    el::div()
                        .class("bars-axis")
                        .attr("aria-hidden", "true")
                        .child(ticks(histogram)),
                ),
        )
        .into_view()
}

/// What is said of a part of the page that follows no filter.
pub(super) fn of_all(total: u64) -> String {
    format!("of all {}", human::counted(total, "task", "tasks"))
}

fn head(told: Option<String>) -> View {
    el::div()
        .class("sect-head")
        .child(el::h2().child("Duration"))
        .child(told.map(|told| el::span().class("faint").child(told)))
        .into_view()
}

/// A bar: what worked from the ground up, what failed above it.
fn drawn(histogram: &Histogram, at: usize, bar: Bar, most: f64) -> View {
    let height = |count: u64| match count {
        0 => 0.0,
        count => (count as f64 / most * (HIGH - 4.0)).max(LEAST),
    };
    let (good, failed) = (height(bar.good), height(bar.failed));
    let part = |class: &'static str, from: f64, high: f64| {
        (high > 0.0).then(|| {
            el::rect()
                .class(class)
                .attr("x", at as f64 + 0.06)
                .attr("y", HIGH - from - high)
                .attr("width", "0.88")
                .attr("height", high)
        })
    };
    // A gap between the two, where both are there.
    let above = if good > 0.0 && failed > 0.0 {
        good + 0.8
    } else {
        good
    };
    let (from, to) = histogram.range(at);
    let is_last = histogram.is_open && at + 1 == histogram.bars.len();
    let range = match is_last {
        true => format!("{} and longer", human::span(from.0)),
        false => format!("{} to {}", human::span(from.0), human::span(to.0)),
    };
    let of_failed = match bar.failed {
        0 => String::new(),
        failed => format!(", {} failed", human::count(failed)),
    };
    let all = human::counted(bar.good + bar.failed, "task", "tasks");
    el::g()
        .child(el::title().child(format!("{range}: {all}{of_failed}")))
        .child(
            el::rect()
                .class("hit")
                .attr("x", at as f64)
                .attr("y", 0.0)
                .attr("width", "1")
                .attr("height", HIGH),
        )
        .child(part("mk", 0.0, good))
        .child(part("mk fail", above, failed))
        .into_view()
}

/// Round times below the bars.
fn ticks(histogram: &Histogram) -> View {
    // What the picture takes where it is narrowest.
    const WIDE: f64 = 240.0;
    const APART: f64 = 60.0;
    let end = histogram.end();
    let axis = Axis::new(&AxisView {
        zero: Moment(0),
        from: histogram.from,
        to: end,
        width: WIDE,
        apart: APART,
        labels: Labels::SinceStart,
        ahead_of_utc: Span(0),
    });
    let range = (end.0.saturating_sub(histogram.from.0)).max(1) as f64;
    let tick = |at: Span| {
        let part = (at.0.saturating_sub(histogram.from.0)) as f64 / range;
        // What would be cut off at the end says nothing.
        let most = if histogram.is_open { 0.72 } else { 0.94 };
        (part <= most).then(|| {
            el::span()
                .style("--at", format!("{}%", number(part * 100.0)))
                .child(human::span(at.0))
        })
    };
    let ticks = axis.ticks.iter().filter_map(|it| tick(it.at));
    let open = histogram
        .is_open
        .then(|| el::span().class("end").child("longer"));
    group().child(ticks.collect_view()).child(open).into_view()
}
