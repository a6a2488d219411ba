//! Below the rows: what the selected range, or the whole run, amounts to, and the critical
//! path. Either opens [beside the rows](super::side) in full.

use super::address::Side;
use super::legend::legend;
use super::look::{Scale, told_stretch};
use super::state::Timeline;
use super::tools::chip;
use crate::engine::picture::seen::short;
use crate::engine::timeline::{PathStep, PathView, TimelineView};
use crate::model::Span;
use crate::sorting::sort_by_key;
use crate::text::human;
use crate::ui::dom::prelude::*;
use std::cmp::Reverse;

/// So many steps are named with the time that they were at work.
const STEPS: usize = 2;

pub(super) fn foot(timeline: Timeline, view: &TimelineView, scale: &Scale) -> View {
    let (app, run) = (timeline.app, timeline.run.get_value());
    let clock = timeline.says.with(|says| says.clock);
    let range = timeline.range(view, scale);
    let sums = &view.sums;
    let length = sums.range.length();
    let percent = share(length, view.whole.length());
    let fact = |name: &'static str, value: View| {
        let is_rare = matches!(name, "At once, mean" | "Most at work");
        el::div()
            .class_if("rare", is_rare)
            .child(el::dt().child(name))
            .child(el::dd().child(value))
    };
    let unknown = || el::span().class("faint").child("unknown").into_view();
    let is_timed = view.untimed < view.total;
    // What has no end was seen so long.
    let has_no_end = !view.is_over && view.now.is_none();
    // An end in the future is none that can be believed.
    let is_ahead = is_ahead(view);
    let whole = match length {
        Span(0) => unknown(),
        _ if is_ahead => unknown(),
        _ => {
            let open = if has_no_end { "> " } else { "" };
            let length = human::span(length.0);
            el::b().child(format!("{open}{length}")).into_view()
        }
    };
    let selected = match range {
        Some(range) => fact(
            "Selected",
            group()
                .child(chip(timeline, told_stretch(app, scale, clock, range)))
                .child(el::b().child(human::span(length.0)))
                .child(match whole_name(view) {
                    _ if is_ahead => String::new(),
                    WHOLE => format!(" {percent} of the run"),
                    _ => format!(" {percent} of all times"),
                })
                .into_view(),
        ),
        None => fact(whole_name(view), whole),
    };
    let tasks = || {
        group()
            .child(el::b().child(human::count(sums.tasks)))
            .child(format!(" of {}", human::count(view.total)))
            .into_view()
    };
    let at_once = || {
        group()
            .child(el::b().child(tenths(sums.at_once)))
            .child(format!(", up to {}", human::count(sums.most_at_once)))
            .into_view()
    };
    let queued = |queued: Span| el::b().child(human::span(queued.0)).into_view();
    let or_unknown = |value: Option<View>| value.unwrap_or_else(unknown);
    // Of what has no length it is not known how long it was at work.
    let busiest = sums.busiest.iter().filter(|busy| busy.worked > Span(0));
    let busiest = busiest.enumerate().map(|(at, busy)| {
        let path = run.task(&busy.step, &busy.id);
        let link = el::a()
            .class("link")
            .attr("href", app.task_href(&path))
            .attr("title", format!("{}, {}", busy.step, busy.name))
            .child(short(&busy.name, 24));
        group()
            .child((at > 0).then_some(", "))
            .child(link)
            .child(" ")
            .child(el::span().child(human::span(busy.worked.0)))
    });
    let busiest = busiest.collect_view();
    let steps = sums.steps.iter().filter(|step| step.worked > Span(0));
    let known = steps.clone().count();
    let by_step = steps.take(STEPS).enumerate().map(|(at, step)| {
        group()
            .child((at > 0).then_some(", "))
            .child(el::b().child(step.step.clone()))
            .child(format!(" {}", human::span(step.worked.0)))
    });
    let more = known.saturating_sub(STEPS) as u64;
    let by_step = group()
        .child(by_step.collect_view())
        .child((more > 0).then(|| {
            group().child(" ").child(
                el::button()
                    .class("link steps-line")
                    .attr("aria-expanded", is_shown(timeline, Side::Steps))
                    .on_click(move |_| timeline.toggle_side(Side::Steps))
                    .child(format!("and {}", human::counted(more, "step", "steps"))),
            )
        }));
    let is_nothing = known == 0;
    let facts = el::dl()
        .class("facts")
        .child(selected)
        .child(fact("Tasks at work", or_unknown(is_timed.then(tasks))))
        .child(fact(
            "At once, mean",
            or_unknown((is_timed && (range.is_some() || !is_ahead)).then(at_once)),
        ))
        .child(fact("Queued, total", or_unknown(sums.queued.map(queued))))
        .child((!is_nothing).then(|| fact("At work, by step", by_step.into_view())))
        .child((!is_nothing).then(|| fact("Most at work", busiest)));
    el::div()
        .class("pane-foot time-foot")
        .attr("aria-label", "Sums")
        .attr("role", "region")
        .child(facts)
        .child(
            el::div()
                .class("foot-head")
                .child(path_line(timeline, view))
                .child(legend(view)),
        )
        .into_view()
}

const WHOLE: &str = "Whole run";

/// What is drawn, where clocks make it longer than the run took.
fn whole_name(view: &TimelineView) -> &'static str {
    let is_longer = view.early.is_some() || view.late.is_some();
    if is_longer { "All times" } else { WHOLE }
}

/// Whether it reaches into the future: what does not even begin before now is just told by
/// another clock.
fn is_ahead(view: &TimelineView) -> bool {
    view.ahead.is_some_and(|ahead| ahead <= view.whole.length())
}

fn is_shown(timeline: Timeline, side: Side) -> impl Fn() -> String {
    move || (timeline.side() == Some(side)).to_string()
}

/// Whether the end of the run is still to come: what it waits for is known only so far.
pub(super) fn still_waits(view: &TimelineView) -> bool {
    view.goes_on || view.now.is_some()
}

/// So many parts of the critical path are named.
const NAMED: usize = 3;

/// What of the path a step was at work for, as far as that was recorded.
pub(super) fn worked(step: &PathStep) -> Span {
    let not = step.retrying.0.saturating_add(step.unrecorded.0);
    Span(step.took.0.saturating_sub(not).max(0))
}

/// What the critical path was spent on, the longest first: steps at work, and waiting.
fn spent(path: &PathView) -> Vec<(String, Span)> {
    let sum = |pick: fn(&PathStep) -> Span| {
        let all = path.steps.iter().map(pick);
        all.fold(Span(0), |sum, one| Span(sum.0.saturating_add(one.0)))
    };
    let at_work = path
        .steps
        .iter()
        .map(|step| (step.step.clone(), worked(step)));
    let mut spent: Vec<(String, Span)> = at_work.collect();
    spent.push(("waiting to begin".to_owned(), sum(|step| step.waited)));
    spent.push(("waiting to retry".to_owned(), sum(|step| step.retrying)));
    spent.push(("not recorded".to_owned(), sum(|step| step.unrecorded)));
    spent.push(("unknown".to_owned(), sum(|step| step.unknown)));
    spent.retain(|(_, time)| *time > Span(0));
    sort_by_key(&mut spent, |(_, time)| Reverse(*time));
    spent
}

/// What the path was spent on, as a button that opens the list of it.
fn path_line(timeline: Timeline, view: &TimelineView) -> Option<View> {
    let spent = spent(&view.path);
    // Of the path: with clocks that disagree a run may look longer than that.
    let all = view.path.length();
    let apart = all.0.abs_diff(view.whole.length().0);
    let is_whole = apart.saturating_mul(100) <= all.0.unsigned_abs();
    let is_known = !is_ahead(view);
    let untold: u64 = view.path.steps.iter().map(|step| step.untold).sum();
    let parts = spent
        .iter()
        .take(NAMED)
        .enumerate()
        .map(|(at, (name, time))| {
            let share = share(*time, all);
            group()
                .child((at > 0).then_some(", "))
                .child(el::b().child(name.clone()))
                .child(format!(" {} ", human::span(time.0)))
                .child(el::span().class("faint").child(share))
        });
    let parts = parts.collect_view();
    let more = spent.len().saturating_sub(NAMED);
    let line = el::button()
        .class("path-line")
        .attr("aria-expanded", is_shown(timeline, Side::Path))
        .on_click(move |_| timeline.toggle_side(Side::Path))
        .child(el::span().class("faint").child(el::i().class("ink")).child(
            match (still_waits(view), is_whole) {
                (true, _) => "Critical path so far".to_owned(),
                (false, _) if !is_known => "Critical path, as far as known".to_owned(),
                (false, true) => "Critical path, whole run".to_owned(),
                (false, false) => format!("Critical path of {}", human::span(all.0)),
            },
        ))
        .child(
            el::span()
                .child(parts)
                .child((more > 0).then(|| format!(" and {more} more")))
                .child((untold > 0).then(|| {
                    let tasks = human::counted(untold, "task", "tasks");
                    format!(", and {tasks} of unknown length")
                })),
        );
    (!spent.is_empty()).then(|| line.into_view())
}

/// How much of a whole something is.
pub(super) fn share(part: Span, whole: Span) -> String {
    let percent = crate::ui::parts::marks::percent(part.0, whole.0).clamp(0.0, 100.0);
    match percent {
        percent if percent > 0.0 && percent < 1.0 => "under 1%".to_owned(),
        percent => format!("{}%", percent.round() as u64),
    }
}

/// With one digit behind the point; what is less but something is said to be.
fn tenths(value: f32) -> String {
    if value > 0.0 && value < 0.05 {
        return "under 0.1".to_owned();
    }
    let tenths = (f64::from(value.max(0.0)) * 10.0).round() as u64;
    format!("{}.{}", human::count(tenths / 10), tenths % 10)
}
