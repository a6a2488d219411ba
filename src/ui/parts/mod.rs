//! What recurs on the screens: marks, chips, tables, empty places.

pub mod controls;
pub mod facts;
pub mod lasting;
pub mod lines;
pub mod locked;
pub mod marks;
pub mod named;
pub mod menu;
pub mod table;
pub mod tabs;
pub mod traceback;

use super::ask::Found;
use super::state::App;
use crate::model::{Problem, RunPath};
use crate::source::{Progress, Unit};
use crate::text::human;
use crate::ui::dom::prelude::*;
use marks::icon;

/// The name of another run: a link where that run is in an opened source. What it is called
/// is still to be put in.
pub fn run_link(app: App, run: &RunPath, here: bool) -> Element {
    match here {
        true => el::a().class("link mono").attr("href", app.run_href(run)),
        false => el::span()
            .class("mono")
            .attr("title", "That run is not in this source"),
    }
}

/// Shown while nothing is known yet; the style sheet holds it back for 300 ms.
pub fn loading(progress: Option<Progress>) -> View {
    let bars = || {
        [14, 90, 72, 130]
            .into_iter()
            .map(|width| {
                el::i()
                    .class("sk")
                    .style("--w", format!("{width}px"))
                    .into_view()
            })
            .collect_view()
    };
    let rows = (0..8).map(|_| el::div().child(bars())).collect_view();
    let told = progress.map(|progress| progress_line(&progress));
    group()
        .child(
            el::div()
                .class("skeleton late")
                .attr("aria-hidden", "true")
                .child(rows),
        )
        .child(told)
        .child(el::p().class("sr").attr("role", "status").child("Reading"))
        .into_view()
}

/// An answer that failed, or the shape of one that is not there yet; nothing beside an
/// answer.
pub fn failed_or_waiting<A: 'static>(found: Found<A>) -> View {
    group()
        .child(failed(found))
        .child(waiting(found))
        .into_view()
}

/// Why there is no answer.
fn failed<A: 'static>(found: Found<A>) -> View {
    let state = move || {
        let failure = found.get().failure;
        failure.map(|failure| super::error::in_place(&failure))
    };
    state.into_view()
}

/// The shape of what is to come.
fn waiting<A: 'static>(found: Found<A>) -> View {
    let state = move || {
        let now = found.get();
        let waits = now.failure.is_none() && now.value.is_none();
        waits.then(|| loading(now.progress))
    };
    state.into_view()
}

/// How far something is, in words and as a bar.
pub fn progress_line(progress: &Progress) -> View {
    let amount = |amount: u64| match progress.unit {
        Unit::Bytes => human::size(amount),
        Unit::Things => human::count(amount),
    };
    let told = match progress.total {
        Some(total) => format!("{} of {}", amount(progress.done), amount(total)),
        None => amount(progress.done),
    };
    let bar = match progress.total {
        Some(total) if total > 0 => el::progress()
            .attr("max", total)
            .attr("value", progress.done)
            .into_view(),
        _ => el::progress().into_view(),
    };
    el::div()
        .class("progress late")
        .child(
            el::p()
                .child(el::span().child(progress.what.clone()))
                .child(el::span().class("push").child(told)),
        )
        .child(bar)
        .into_view()
}

/// What was looked for and is not there, with the way out.
pub fn empty(headline: impl Into<String>, text: impl Into<String>, way_out: Option<View>) -> View {
    el::div()
        .class("empty")
        .child(el::h2().child(headline.into()))
        .child(el::p().child(text.into()))
        .child(way_out)
        .into_view()
}

/// A problem in the place that it concerns.
pub fn problem(problem: &Problem) -> View {
    el::div()
        .class("problem")
        .child(icon("warn", "icon-m"))
        .child(el::h3().child(problem.what.clone()))
        .child(
            el::p()
                .child(el::code().child(problem.place.to_string()))
                .child(" ")
                .child(problem.hint.clone()),
        )
        .into_view()
}

/// The first of some problems, and how to see all.
pub fn problems(list: &[Problem], total: u64) -> Option<View> {
    let app = super::state::app();
    let first = list.first()?;
    let more = (total > 1).then(|| {
        let label = format!("All {} problems", human::count(total));
        el::button()
            .class("link")
            .on_click(move |_| app.dialog.set(super::state::Dialog::Problems))
            .child(label)
    });
    Some(
        el::div()
            .class("problem")
            .child(icon("warn", "icon-m"))
            .child(el::h3().child(first.what.clone()))
            .child(
                el::p()
                    .child(el::code().child(first.place.to_string()))
                    .child(" ")
                    .child(first.hint.clone())
                    .child(" ")
                    .child(more),
            )
            .into_view(),
    )
}
