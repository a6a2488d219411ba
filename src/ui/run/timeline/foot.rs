//! Below the rows: what the selected range, or the whole run, amounts to, and the critical
//! path, which opens as a list of what it waited for.

use super::address::Clock;
use super::look::{Scale, told_stretch};
use crate::engine::picture::seen::short;
use crate::engine::timeline::{PathPart, PathStep, PathView, TimelineView};
use crate::layout::timeline::critical::Reason;
use crate::model::{RunPath, Span};
use crate::sorting::sort_by_key;
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::{glyph, icon};
use crate::ui::state::App;
use std::cmp::Reverse;

/// So many steps are named with the time that they were at work.
const STEPS: usize = 2;

pub(super) fn foot(
    app: App,
    run: &RunPath,
    view: &TimelineView,
    range: Option<View>,
    is_open: RwSignal<bool>,
) -> View {
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
    let whole = match length {
        Span(0) => unknown(),
        _ => {
            let open = if has_no_end { "> " } else { "" };
            let length = human::span(length.0);
            el::b().child(format!("{open}{length}")).into_view()
        }
    };
    let selected = match range {
        Some(chip) => fact(
            "Selected",
            group()
                .child(chip)
                .child(el::b().child(human::span(length.0)))
                .child(format!(" {percent} of the run"))
                .into_view(),
        ),
        None => fact("Whole run", whole),
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
            .child(format!(" of {}", human::count(view.most_at_once)))
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
        .child((more > 0).then(|| format!(" and {}", human::counted(more, "step", "steps"))));
    let is_nothing = known == 0;
    let facts = el::dl()
        .class("facts")
        .child(selected)
        .child(fact("Tasks at work", or_unknown(is_timed.then(tasks))))
        .child(fact("At once, mean", or_unknown(is_timed.then(at_once))))
        .child(fact("Queued, total", or_unknown(sums.queued.map(queued))))
        .child((!is_nothing).then(|| fact("At work, by step", by_step.into_view())))
        .child((!is_nothing).then(|| fact("Most at work", busiest)));
    el::div()
        .class("pane-foot time-foot")
        .attr("aria-label", "Sums")
        .attr("role", "region")
        .child(facts)
        .child(path_line(view, is_open))
        .into_view()
}

/// So many parts of the critical path are named.
const NAMED: usize = 3;

/// What the critical path was spent on, the longest first: steps at work, and waiting.
fn spent(path: &PathView) -> Vec<(String, Span)> {
    let sum = |pick: fn(&PathStep) -> Span| {
        let all = path.steps.iter().map(pick);
        all.fold(Span(0), |sum, one| Span(sum.0.saturating_add(one.0)))
    };
    let at_work = path.steps.iter().map(|step| {
        let worked = Span(step.took.0.saturating_sub(step.retrying.0));
        (step.step.clone(), worked)
    });
    let mut spent: Vec<(String, Span)> = at_work.collect();
    spent.push(("waiting to begin".to_owned(), sum(|step| step.waited)));
    spent.push(("waiting to retry".to_owned(), sum(|step| step.retrying)));
    spent.retain(|(_, time)| *time > Span(0));
    sort_by_key(&mut spent, |(_, time)| Reverse(*time));
    spent
}

/// What the path was spent on, as a button that opens the list of it.
fn path_line(view: &TimelineView, is_open: RwSignal<bool>) -> Option<View> {
    let spent = spent(&view.path);
    let parts = spent
        .iter()
        .take(NAMED)
        .enumerate()
        .map(|(at, (name, time))| {
            let share = share(*time, view.whole.length());
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
        .attr("aria-expanded", move || is_open.get().to_string())
        .on_click(move |_| is_open.update(|is_open| *is_open = !*is_open))
        .child(
            el::span()
                .class("faint")
                .child(el::i().class("ink"))
                .child("Critical path, whole run"),
        )
        .child(
            el::span()
                .child(parts)
                .child((more > 0).then(|| format!(" and {more} more"))),
        );
    (!spent.is_empty()).then(|| line.into_view())
}

/// What the end of the run waited for, one part after the other.
pub(super) fn path_list(
    app: App,
    run: &RunPath,
    view: &TimelineView,
    scale: &Scale,
    clock: Clock,
    is_open: RwSignal<bool>,
) -> View {
    let path = &view.path;
    let half = path.parts.len() / 2;
    let left_out = path.left_out;
    let parts = path.parts.iter().enumerate().map(|(at, part)| {
        let gap = (left_out > 0 && at == half).then(|| {
            let words = human::counted(left_out, "more task", "more tasks");
            el::li().class("faint").child(words)
        });
        group().child(gap).child(part_line(app, run, part))
    });
    let sum = |pick: fn(&crate::engine::timeline::PathStep) -> Span| {
        path.steps
            .iter()
            .fold(0_i64, |sum, step| sum.saturating_add(pick(step).0))
    };
    let (took, retrying, waited) = (
        sum(|step| step.took),
        sum(|step| step.retrying),
        sum(|step| step.waited),
    );
    let told = format!(
        "{} at work, {} waiting to retry, {} waiting to begin",
        human::span(took.saturating_sub(retrying)),
        human::span(retrying),
        human::span(waited)
    );
    let steps = path.steps.iter().map(|step| {
        el::li()
            .child(el::span().class("name cut-end").child(step.step.clone()))
            .child(el::span().class("faint").child(match step.tasks {
                1 => String::new(),
                tasks => format!("×{}", human::count(tasks)),
            }))
            .child(
                el::span()
                    .class("n")
                    .child(human::span(step.took.0.saturating_add(step.waited.0))),
            )
    });
    let whole = told_stretch(app, scale, clock, view.whole);
    el::aside()
        .class("side inspector path-list")
        .attr("aria-label", "Critical path")
        .child(
            el::div()
                .class("pane-head")
                .child(el::h2().child("Critical path"))
                .child(
                    el::button()
                        .class("btn btn-s btn-quiet btn-icon push")
                        .attr("aria-label", "Close")
                        .on_click(move |_| is_open.set(false))
                        .child(icon("close", "")),
                ),
        )
        .child(
            el::div()
                .class("scroll")
                .attr("tabindex", "0")
                .child(
                    el::section()
                        .class("sect")
                        .child(el::p().attr("title", whole).child(told))
                        .child(el::p().class("faint").child(
                            "What the end of the run waited for. A wait for a free place is a guess: a task came late, just as another one ended.",
                        )),
                )
                .child(
                    el::section()
                        .class("sect")
                        .child(el::h3().class("sect-head").child("By step, waits included"))
                        .child(el::ul().class("tally").child(steps.collect_view())),
                )
                .child(
                    el::section()
                        .class("sect")
                        .child(el::h3().class("sect-head").child("Part by part"))
                        .child(el::ol().class("path-parts").child(parts.collect_view())),
                ),
        )
        .into_view()
}

fn part_line(app: App, run: &RunPath, part: &PathPart) -> View {
    let task = run.task(&part.step, &part.id);
    let wait = part.wait.length();
    let waited = (wait > Span(0)).then(|| {
        let why = match part.reason {
            Reason::First => "before it began",
            Reason::Needed => "to begin",
            Reason::Place => "for a place, and to begin",
        };
        el::div()
            .class("waited-for")
            .child(format!("{} {why}", human::span(wait.0)))
    });
    let retrying = (part.retrying > Span(0)).then(|| {
        el::span()
            .class("faint")
            .child(format!(" of it {} to retry", human::span(part.retrying.0)))
    });
    let name =
        (!part.name.is_empty()).then(|| el::span().class("faint").child(format!(" {}", part.name)));
    el::li()
        .child(waited)
        .child(
            el::div()
                .child(glyph(part.status, "glyph-s"))
                .child(
                    el::a()
                        .class("link")
                        .attr("href", app.task_href(&task))
                        .child(part.step.clone())
                        .child(name),
                )
                .child(el::b().child(human::span(part.time.length().0)))
                .child(retrying),
        )
        .into_view()
}

fn share(part: Span, whole: Span) -> String {
    let percent = crate::ui::parts::marks::percent(part.0, whole.0).clamp(0.0, 100.0);
    match percent {
        percent if percent > 0.0 && percent < 1.0 => "under 1%".to_owned(),
        percent => format!("{}%", percent.round() as u64),
    }
}

/// With one digit behind the point.
fn tenths(value: f32) -> String {
    let tenths = (f64::from(value.max(0.0)) * 10.0).round() as u64;
    format!("{}.{}", human::count(tenths / 10), tenths % 10)
}
