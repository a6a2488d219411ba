//! What recurs on the screens: marks, chips, tables, empty places.

pub mod controls;
pub mod lines;
pub mod marks;
pub mod table;
pub mod tabs;

use crate::model::Problem;
use crate::source::{Progress, Unit};
use crate::text::human;
use leptos::prelude::*;
use marks::icon;

/// Shown while nothing is known yet; the style sheet holds it back for 300 ms.
pub fn loading(progress: Option<Progress>) -> AnyView {
    let bars = || {
        [14, 90, 72, 130]
            .into_iter()
            .map(|width| {
                leptos::html::i()
                    .class("sk")
                    .style(("--w", format!("{width}px")))
                    .into_any()
            })
            .collect_view()
    };
    let rows = (0..8).map(|_| view! { <div>{bars()}</div> }).collect_view();
    let told = progress.map(|progress| progress_line(&progress));
    view! { <div class="skeleton late" aria-hidden="true">{rows}</div>{told}<p class="sr" role="status">"Reading"</p> }.into_any()
}

/// How far something is, in words and as a bar.
pub fn progress_line(progress: &Progress) -> AnyView {
    let amount = |amount: u64| match progress.unit {
        Unit::Bytes => human::size(amount),
        Unit::Things => human::count(amount),
    };
    let told = match progress.total {
        Some(total) => format!("{} of {}", amount(progress.done), amount(total)),
        None => amount(progress.done),
    };
    let bar = match progress.total {
        Some(total) if total > 0 => {
            view! { <progress max=total.to_string() value=progress.done.to_string()></progress> }
                .into_any()
        }
        _ => view! { <progress></progress> }.into_any(),
    };
    view! { <div class="progress late"><p><span>{progress.what.clone()}</span><span class="push">{told}</span></p>{bar}</div> }.into_any()
}

/// What was looked for and is not there, with the way out.
pub fn empty(
    headline: impl Into<String>,
    text: impl Into<String>,
    way_out: Option<AnyView>,
) -> AnyView {
    view! { <div class="empty"><h2>{headline.into()}</h2><p>{text.into()}</p>{way_out}</div> }
        .into_any()
}

/// A problem in the place that it concerns.
pub fn problem(problem: &Problem) -> AnyView {
    view! {
        <div class="problem">
            {icon("warn", "icon-m")}
            <h3>{problem.what.clone()}</h3>
            <p><code>{problem.place.to_string()}</code>" "{problem.hint.clone()}</p>
        </div>
    }
    .into_any()
}

/// The first of some problems, and how to see all.
pub fn problems(list: &[Problem], total: u64) -> Option<AnyView> {
    let app = super::state::app();
    let first = list.first()?;
    let more = (total > 1).then(|| {
        let label = format!("All {} problems", human::count(total));
        view! { <button class="link" on:click=move |_| app.dialog.set(super::state::Dialog::Problems)>{label}</button> }
    });
    Some(
        view! {
            <div class="problem">
                {icon("warn", "icon-m")}
                <h3>{first.what.clone()}</h3>
                <p><code>{first.place.to_string()}</code>" "{first.hint.clone()}" "{more}</p>
            </div>
        }
        .into_any(),
    )
}
