//! How long the runs of a flow took, as bars beside one another, and each of their steps.
//!
//! [`tab`] is all of it for a flow, [`block`] one run against those before it. What steps
//! took is asked for where somebody wants to see it: all tasks of all these runs are read.

use super::ask::{Found, answer};
use super::parts;
use super::parts::marks::{glyph, icon, percent, status_class};
use super::state::{App, span};
use crate::engine::history::{Change, HistoryQuery, HistoryView, RunBar, StepBar, StepTrend};
use crate::layout::number::number;
use crate::model::pathspec::shown_run;
use crate::model::{RunPath, Span, Status};
use crate::text::human;
use crate::ui::dom::prelude::*;

/// All about a flow.
pub fn tab(app: App, flow: String) -> View {
    let found = asked(app, flow.clone(), None, Signal::derive(|| true));
    let body = move || {
        let now = found.get();
        if let Some(failure) = now.failure {
            return super::error::in_place(&failure);
        }
        match now.value {
            None => parts::loading(now.progress),
            Some(view) if view.runs.iter().all(|run| run.duration.is_none()) => parts::empty(
                "No durations",
                "Of no run of this flow a beginning and an end were recorded.",
                None,
            ),
            Some(view) => group()
                .child(heading(&view, "Durations of runs"))
                .child(bars(app, &flow, &view, None))
                .child(ahead(&view))
                .child(pending(&view))
                .child(steps(app, &flow, &view, None))
                .into_view(),
        }
    };
    el::div()
        .class("scroll")
        .attr("tabindex", "0")
        .child(el::div().class("page").child(body))
        .into_view()
}

/// One run beside those before it; nothing where there are none.
pub fn block(app: App, run: &RunPath) -> View {
    let wants_steps = Memo::new(move |_| {
        app.route
            .with(|route| route.extra("compare") == Some("steps"))
    });
    let flow = run.flow.clone();
    let this = run.run.clone();
    let found = asked(app, flow.clone(), Some(this.clone()), wants_steps.into());
    let body = move || {
        let view = found.value().filter(|view| view.runs.len() > 1)?;
        let button = el::button()
            .class("btn btn-s push")
            .attr("aria-expanded", move || wants_steps.get().to_string())
            .on_click(move |_| {
                let wanted = (!wants_steps.get_untracked()).then_some("steps");
                app.change(|route| route.with_extra("compare", wanted));
            })
            .child("Compare the steps");
        let steps = wants_steps.get().then(|| {
            group()
                .child(pending(&view))
                .child(steps(app, &flow, &view, Some(&this)))
        });
        let block = el::section()
            .class("block")
            .attr("aria-label", "Against earlier runs")
            .child(heading(&view, "Against earlier runs").child(button))
            .child(bars(app, &flow, &view, Some(&this)))
            .child(ahead(&view))
            .child(steps);
        Some(block)
    };
    group().child(body).into_view()
}

fn asked(app: App, flow: String, run: Option<String>, steps: Signal<bool>) -> Found<HistoryView> {
    answer(move || {
        Some(HistoryQuery {
            flow: flow.clone(),
            run: run.clone(),
            namespace: app.route.with(|route| route.namespace.clone()),
            steps: steps.get(),
        })
    })
}

/// What the last run took beside the usual, in words.
fn heading(view: &HistoryView, title: &'static str) -> Element {
    let last = view.runs.last();
    let length = last.filter(|run| run.duration.is_some()).map(of_run);
    let told = match (length, view.median) {
        (Some(length), median) if has_failed(view) => {
            let told = match last.and_then(|run| run.since) {
                Some(_) => format!("failed, {length}"),
                None => format!("failed after {length}"),
            };
            // Not beside one another: what failed halfway is not measured by what did not.
            let usual = median.map(|median| format!("; {}", of_median(view, median)));
            told + &usual.unwrap_or_default()
        }
        (Some(length), Some(median)) => format!("{length}, {}", of_median(view, median)),
        (Some(length), None) if view.runs.len() == 1 && view.earlier == 0 => {
            format!("{length}, the first run that is recorded")
        }
        (Some(length), None) => format!("{length}, and none before to compare with"),
        (None, _) => String::new(),
    };
    let earlier = (view.earlier > 0).then(|| {
        let earlier = human::counted(view.earlier, "earlier run is", "earlier runs are");
        format!(", {earlier} not shown")
    });
    el::div()
        .class("sect-head")
        .child(el::h2().child(title))
        .child(el::span().class("faint").child(told).child(earlier))
}

fn of_median(view: &HistoryView, median: Span) -> String {
    let runs = human::counted(view.measures, "run", "runs");
    format!("median of {runs} before {}", span(Some(median)))
}

fn has_failed(view: &HistoryView) -> bool {
    let last = view.runs.last();
    last.is_some_and(|run| run.status == Some(Status::Failed))
}

/// Whether the heading says what the last run is measured by.
fn is_measured(view: &HistoryView) -> bool {
    let is_known = (view.runs.last()).is_some_and(|run| run.duration.is_some());
    is_known && view.median.is_some()
}

/// How long a run took, as it stands beside others.
fn of_run(run: &RunBar) -> String {
    match (run.duration, run.since) {
        (None, _) if run.status == Some(Status::Unfinished) => "no end".to_owned(),
        (None, _) => "no duration".to_owned(),
        (Some(length), Some(_)) => format!("{} so far", human::span(length.0)),
        (Some(length), None) => seen(length, run.at_least),
    }
}

/// The same of a step.
fn of_step(bar: &StepBar) -> String {
    match bar.duration {
        None if bar.status == Status::Unfinished => "no end".to_owned(),
        None => "unknown".to_owned(),
        Some(length) => seen(length, bar.at_least),
    }
}

/// What has no end was only seen so long.
fn seen(length: Span, is_open: bool) -> String {
    let open = if is_open { "> " } else { "" };
    format!("{open}{}", human::span(length.0))
}

/// Which times say nothing, and why that may be.
fn ahead(view: &HistoryView) -> Option<Element> {
    let count = view.runs.iter().filter(|run| run.is_ahead).count() as u64;
    (count > 0).then(|| {
        let runs = human::counted(count, "run", "runs");
        el::p().class("faint").child(format!(
            "Times of {runs} lie in the future: a clock was ahead, or the one here is behind. Others are not measured by them."
        ))
    })
}

fn pending(view: &HistoryView) -> Option<Element> {
    (view.pending > 0).then(|| {
        let words = human::counted(view.pending, "run", "runs");
        el::p()
            .class("note")
            .attr("role", "status")
            .child(format!("Reading the steps of {words}"))
    })
}

/// A bar for each run, the oldest first, against the longest.
fn bars(app: App, flow: &str, view: &HistoryView, this: Option<&str>) -> View {
    let longest = view.runs.iter().filter_map(|run| run.duration).max();
    let longest = longest.unwrap_or_default().0.max(1);
    let bars = view.runs.iter().map(|run| {
        let path = RunPath::new(flow, &run.run);
        let is_this = this == Some(run.run.as_str());
        let label = format!(
            "{}, {}, {}{}",
            shown_run(&run.run, run.name.as_deref()),
            run.status.map_or("not read", Status::in_sentence),
            of_run(run),
            run.started
                .map(|at| format!(", {}", app.stated(at)))
                .unwrap_or_default()
        );
        el::a()
            .class_if("this", is_this)
            .attr("href", app.run_href(&path))
            .attr("title", label.clone())
            .attr("aria-label", label)
            .attr("aria-current", is_this.then_some("true"))
            .child(column(run.status, run.duration, longest))
    });
    let ends = ends(app, &view.runs);
    let median = view.median.map(|median| {
        el::i()
            .class("median")
            .attr("title", format!("median {}", human::span(median.0)))
            .style(
                "--m",
                number((median.0 as f64 / longest as f64).clamp(0.0, 1.0)),
            )
    });
    el::figure()
        .class("durations")
        .style("--n", view.runs.len())
        .attr(
            "aria-label",
            "Durations, one bar for each run, the oldest first",
        )
        .child(
            el::div()
                .class("scale")
                .attr("aria-hidden", "true")
                .child(el::span().child(human::span(longest)))
                .child(el::span().child("0 s")),
        )
        .child(
            el::div()
                .class("columns")
                .attr("role", "group")
                .attr("aria-label", "Runs")
                .child(bars.collect_view())
                .child(median),
        )
        .child(ends)
        .into_view()
}

/// When the first and the last of them began, to the minute.
fn ends(app: App, runs: &[RunBar]) -> View {
    let at = |run: Option<&RunBar>| run.and_then(|run| run.started).map(|at| app.started(at));
    /// Below fewer bars there is no room for two dates beside one another.
    const WIDE: usize = 7;
    let first = el::span().child(at(runs.first()));
    let last = (runs.len() > 1).then(|| at(runs.last())).flatten();
    // Within a minute both are the same: once is enough.
    let last = last.filter(|last| Some(last) != at(runs.first()).as_ref());
    let caption = el::figcaption();
    match last {
        Some(last) if runs.len() < WIDE => caption.child(first.child(" to ").child(last)),
        last => caption
            .child(first)
            .child(last.map(|last| el::span().child(last))),
    }
    .into_view()
}

/// A bar from below, with the mark of a status that stands out.
fn column(status: Option<Status>, duration: Option<Span>, longest: i64) -> View {
    let stands_out = !matches!(status, Some(Status::Succeeded) | None);
    let mark = status
        .filter(|_| stands_out)
        .map(|status| glyph(status, "glyph-s"));
    let class = status.map_or("skip", status_class);
    group()
        .child(
            el::i()
                .class(format!("bar {class}"))
                .style("--v", part(duration.unwrap_or_default(), longest)),
        )
        .child(el::span().class("below").child(mark))
        .into_view()
}

fn part(length: Span, longest: i64) -> String {
    format!("{}%", number(percent(length.0, longest).clamp(0.0, 100.0)))
}

/// What is notably more than usual: half as much again, and a second.
fn is_slow(length: Span, median: Span) -> bool {
    let more = length.0.saturating_sub(median.0);
    more > median.0 / 2 && more > 1_000_000
}

/// A line for each step: its bars over the runs, the last one, the usual, and how they differ.
fn steps(app: App, flow: &str, view: &HistoryView, this: Option<&str>) -> Option<View> {
    if view.steps.is_empty() {
        return None;
    }
    let lines = view.steps.iter().map(|trend| step(app, flow, view, trend));
    let last = this.map_or("Last", |_| "This run");
    let heads = ["Step", "Over the runs", last, "Median before", "Change"];
    let heads = heads.map(|head| el::span().attr("role", "columnheader").child(head));
    let table = el::div()
        .class("table trends")
        .style("--n", view.runs.len())
        .attr("role", "table")
        .attr("aria-label", "Steps over the runs")
        .child(
            el::div()
                .class("thead")
                .attr("role", "row")
                .child(heads.into_iter().collect_view()),
        )
        .child(
            el::div()
                .class("rows")
                .attr("role", "rowgroup")
                .child(lines.collect_view()),
        );
    let title = this.map_or("Steps", |_| "Steps, against earlier runs");
    Some(
        el::section()
            .class("block")
            .child(el::div().class("sect-head").child(el::h3().child(title)))
            .child(table)
            .into_view(),
    )
}

fn step(app: App, flow: &str, view: &HistoryView, trend: &StepTrend) -> View {
    let lengths = trend.bars.iter().flatten().filter_map(|bar| bar.duration);
    let longest = lengths.max().unwrap_or_default().0.max(1);
    let columns = view.runs.iter().zip(&trend.bars).map(|(run, bar)| {
        let label = spoken(run, trend, bar.as_ref());
        let path = RunPath::new(flow, &run.run);
        match bar {
            Some(bar) => el::a()
                .attr("href", app.step_href(&path, &trend.step))
                .attr("tabindex", "-1")
                .attr("title", label.clone())
                .attr("aria-label", label)
                .child(column(Some(bar.status), bar.duration, longest)),
            None => el::span().attr("title", label),
        }
    });
    let last = trend.bars.last().copied().flatten();
    let tasks = last.map(|bar| bar.tasks).zip(trend.tasks_before);
    let tasks = tasks.filter(|(now, (fewest, most))| now != fewest || now != most);
    let tasks = tasks.map(|(now, (fewest, most))| {
        let now = human::counted(now, "task", "tasks");
        let before = match fewest == most {
            true => human::count(most),
            false => format!("{} to {}", human::count(fewest), human::count(most)),
        };
        el::span()
            .class("faint")
            .child(format!("{now}, {before} before"))
    });
    let copied = last.filter(|bar| bar.copied).map(|_| {
        let told = "Copied from an earlier run, at least in part: not compared";
        el::span()
            .class("faint")
            .attr("title", told)
            .child("copied")
    });
    // Of few runs nobody knows what is usual; the heading says so of all the steps.
    let is_said = is_measured(view) && trend.measures == view.measures;
    let few = ((1..FEW).contains(&trend.measures) && !is_said)
        .then(|| format!("from {}", human::counted(trend.measures, "run", "runs")));
    let length = last.and_then(|bar| bar.compared());
    let is_slow = (length.zip(trend.median)).is_some_and(|(one, usual)| is_slow(one, usual));
    let change = trend.change().map(|change| {
        let told = told(change);
        match change {
            Change::Slower(_) if is_slow => el::span()
                .class("slow")
                .attr("title", "Notably longer than usual")
                .child(icon("desc", "icon-s"))
                .child(told),
            _ => el::span().class("dim").child(told),
        }
    });
    // What is compared with what.
    let is_compared = !matches!(trend.change(), None | Some(Change::FailedAfter(_)));
    let waits = last.filter(|bar| bar.retrying >= WAIT).map(|bar| {
        let waited = human::span(bar.retrying.0);
        format!("without {waited} to retry")
    });
    let of_what: Vec<String> = few.into_iter().chain(waits).collect();
    let of_what = (is_compared && !of_what.is_empty())
        .then(|| el::span().class("faint").child(of_what.join(", ")));
    let runs = human::counted(trend.measures, "run", "runs");
    let of_median = match trend.has_waits {
        true => format!("Of {runs}, without waits to retry"),
        false => format!("Of {runs}"),
    };
    let link = last.and(view.runs.last()).map(|run| {
        let path = RunPath::new(flow, &run.run);
        el::a()
            .class("link")
            .attr("href", app.step_href(&path, &trend.step))
            .child(trend.step.clone())
    });
    let name = match link {
        Some(link) => link.into_view(),
        None => el::span()
            .class("dim")
            .child(trend.step.clone())
            .into_view(),
    };
    let cell = || el::span().attr("role", "cell");
    el::div()
        .class("row")
        .attr("role", "row")
        .child(cell().class("k1 grow mono").child(name))
        .child(cell().class("k3 columns").child(columns.collect_view()))
        .child(match last {
            Some(bar) => cell().class("k1").child(of_step(&bar)),
            // Of a run that goes on it may be reached yet.
            None if view.runs.last().is_some_and(|run| run.since.is_some()) => {
                cell().class("k1 faint").child("not yet")
            }
            None => cell().class("k1 faint").child("not reached"),
        })
        .child(match trend.median {
            Some(median) => cell()
                .class("dim")
                .attr("title", of_median)
                .child(span(Some(median))),
            None => cell()
                .class("faint")
                .attr(
                    "title",
                    "It went well in no earlier run of which its times are known",
                )
                .child("none"),
        })
        .child(
            cell()
                .class("k2 change")
                .child(change)
                .child(of_what)
                .child(tasks)
                .child(copied),
        )
        .into_view()
}

fn spoken(run: &RunBar, trend: &StepTrend, bar: Option<&StepBar>) -> String {
    match bar {
        Some(bar) => format!(
            "{} in {}, {}, {}, {}",
            trend.step,
            shown_run(&run.run, run.name.as_deref()),
            bar.status.in_sentence(),
            human::counted(bar.tasks, "task", "tasks"),
            of_step(bar)
        ),
        None => format!(
            "{} in {}: not reached, or not read yet",
            trend.step,
            shown_run(&run.run, run.name.as_deref())
        ),
    }
}

/// Medians of fewer runs say so.
const FEW: u64 = 3;

/// Shorter waits to be tried again are not worth a word.
const WAIT: Span = Span(100_000);

/// How many times slower or faster than usual it was.
fn told(change: Change) -> String {
    match change {
        Change::AsUsual => "as usual".to_owned(),
        Change::Slower(times) => format!("×{} slower", tenths(times)),
        Change::Faster(times) => format!("×{} faster", tenths(times)),
        Change::FailedAfter(length) => format!("failed after {}", human::span(length.0)),
    }
}

/// With one digit behind the point, up to what is only absurd.
fn tenths(value: f64) -> String {
    let tenths = (value.clamp(0.0, 99_999.0) * 10.0).round() as u64;
    format!("{}.{}", human::count(tenths / 10), tenths % 10)
}
