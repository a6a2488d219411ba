//! When something cannot be shown: what, where, and what to try.

use super::open::choosers;
use super::parts::marks::{icon, spoken_glyph};
use super::state::{App, SourcesState, app};
use crate::engine::ask::{Failure, FailureKind};
use crate::model::Status;
use leptos::prelude::*;

/// The whole page: the source cannot be opened.
pub fn of_source(app: App) -> AnyView {
    let Some(failure) = app.sources.with(|sources| match sources {
        SourcesState::Failed(failure) => Some(failure.clone()),
        _ => None,
    }) else {
        return ().into_any();
    };
    let needs_file = failure.kind == FailureKind::NeedsFile;
    let again = (!needs_file)
        .then(|| view! { <button class="btn" on:click=move |_| app.retry()>"Try again"</button> });
    let acts = view! { <div class="acts">{choosers(app, !needs_file)}{again}<a class="btn" href="#/">"Open something else"</a></div> };
    let main = view! {
        <main class="main error" id="main" tabindex="-1"><div>{body(&failure, Some(acts.into_any()))}</div></main>
    };
    main.into_any()
}

/// A part of a page that cannot be shown.
pub fn in_place(failure: &Failure) -> AnyView {
    view! { <div class="scroll"><div class="error in-place"><div>{body(failure, None)}</div></div></div> }.into_any()
}

fn body(failure: &Failure, acts: Option<AnyView>) -> AnyView {
    let app = app();
    let text = text_of(failure);
    let advice = failure
        .advice
        .iter()
        .map(|one| view! { <li>{one.clone()}</li> })
        .collect_view();
    let mark = match failure.kind {
        FailureKind::NeedsFile => icon("file", "icon-m"),
        _ => spoken_glyph(Status::Failed, ""),
    };
    let details = (!failure.details.is_empty()).then(|| {
        let rows = failure
            .details
            .iter()
            .map(|(label, value)| view! { <div><dt>{label.clone()}</dt><dd>{value.clone()}</dd></div> })
            .collect_view();
        view! {
            <section>
                <details open>
                    <summary>{icon("right", "icon-s")}<b>"Details"</b></summary>
                    <dl class="details">{rows}</dl>
                </details>
                <button class="btn btn-s btn-quiet" on:click=move |_| app.copy(text.clone(), "Details")>{icon("copy", "")}"Copy details"</button>
            </section>
        }
    });
    view! {
        <h1>{mark}{failure.headline.clone()}</h1>
        <p>{failure.explanation.clone()}</p>
        <section class="two">
            <div><h2>"What to try"</h2><ol class="try">{advice}</ol></div>
            <div>{acts}</div>
        </section>
        {details}
    }
    .into_any()
}

fn text_of(failure: &Failure) -> String {
    let mut text = format!("{}\n{}\n", failure.headline, failure.explanation);
    for (label, value) in &failure.details {
        text.push_str(&format!("{label}: {value}\n"));
    }
    text
}
