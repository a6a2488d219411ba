//! When something cannot be shown: what, where, and what to try. Of an archive that is not
//! whole [`recovered`] shows what is there of it; which file is asked for, and that another
//! one was given, [`wanted`].

mod recovered;
mod wanted;

use super::open::choosers;
use super::parts::marks::{icon, spoken_glyph};
use super::state::{App, SourcesState, app};
use crate::engine::ask::{Failure, FailureKind};
use crate::model::Status;
use crate::route::Place;
use crate::ui::dom::prelude::*;

/// The whole page: the source cannot be opened.
pub fn of_source(app: App) -> View {
    let Some(failure) = app.sources.with(|sources| match sources {
        SourcesState::Failed(failure) => Some(failure.clone()),
        _ => None,
    }) else {
        return ().into_view();
    };
    let needs_file = failure.kind == FailureKind::NeedsFile;
    let other = app.other.get();
    let other = other.filter(|other| needs_file && wanted::is_for(other, &failure));
    let failure = other
        .as_ref()
        .map_or(failure.clone(), |other| wanted::told(other, failure));
    let recovered = failure.recovered();
    let asks = failure.kind == FailureKind::Asks;
    let (choose, class) = match asks || recovered.is_some_and(|view| view.has_runs()) {
        true => ("Choose another file", "btn"),
        false => ("Choose file", "btn btn-primary"),
    };
    let open = recovered.and_then(|view| recovered::open(app, view));
    let open = open.or_else(|| {
        let button = el::button()
            .class("btn btn-primary")
            .on_click(move |_| app.open_anyway())
            .child("Open it anyway");
        asks.then_some(button)
    });
    // Where there is something to open, the two ways on are those.
    let has_more = open.is_none();
    let again = (!needs_file && has_more).then(|| {
        el::button()
            .class("btn")
            .on_click(move |_| app.retry())
            .child("Try again")
    });
    let source = failure.source.as_ref();
    let source = source.map(|source| source.key.clone());
    let source = source.unwrap_or_default();
    let whole = (failure.kind == FailureKind::AsksFirst).then(|| {
        let source = source.clone();
        el::button()
            .class("btn btn-primary")
            .on_click(move |_| app.read_whole(source.clone()))
            .child(icon("download", ""))
            .child("Read all of it")
    });
    // What stands there already needs no choosing.
    let reads_whole = failure.kind == FailureKind::AsksFirst;
    let folder = needs_file && wanted::may_be_a_folder(&failure);
    let choosers = (!reads_whole).then(|| choosers(app, folder, choose, class));
    let same = other.clone().map(|other| wanted::all_the_same(app, other));
    let again = again.filter(|_| !reads_whole);
    let key = (failure.kind == FailureKind::NeedsKey).then(|| super::unlock::asked(app, source));
    let acts = el::div()
        .class("acts")
        .child(open)
        .child(whole)
        .child(choosers)
        .child(same)
        .child(again)
        .child(has_more.then(|| {
            el::a()
                .class("btn btn-link btn-s")
                .attr("href", "#/")
                .child("Open something else")
        }));
    let main = el::main()
        .key("error")
        .class("main error")
        .attr("id", "main")
        .attr("tabindex", "-1")
        .child(el::div().child(body(
            &failure,
            needs_file.then(|| wanted::files(app, &failure, other.as_ref())),
            Some(group().child(key).child(acts).into_view()),
        )));
    main.into_view()
}

/// A part of a page that cannot be shown.
pub fn in_place(failure: &Failure) -> View {
    let app = app();
    let button = |class: &'static str, href: String, label: &'static str| {
        el::a().class(class).attr("href", href).child(label)
    };
    let newest = failure.newest.as_ref();
    let newest =
        newest.map(|run| button("btn btn-primary", app.run_href(run), "Open the newest run"));
    let acts = (failure.kind == FailureKind::NotFound).then(|| {
        el::div().class("acts").child(newest).child(button(
            "btn",
            app.href(Place::Runs { flow: None }),
            "All runs",
        ))
    });
    el::div()
        .class("scroll")
        .child(
            el::div()
                .class("error in-place")
                .child(el::div().child(body(failure, None, acts.map(Element::into_view)))),
        )
        .into_view()
}

fn body(failure: &Failure, picture: Option<Element>, acts: Option<View>) -> View {
    let app = app();
    let text = text_of(failure);
    let advice = failure
        .advice
        .iter()
        .map(|one| el::li().child(with_code(one)))
        .collect_view();
    let mark = match failure.kind {
        FailureKind::NeedsFile => icon("file", "icon-m"),
        FailureKind::NeedsKey => icon("lock", "icon-m"),
        FailureKind::AsksFirst => icon("download", "icon-m"),
        _ => spoken_glyph(Status::Failed, ""),
    };
    let details = (!failure.details.is_empty()).then(|| {
        let rows = failure
            .details
            .iter()
            .map(|(label, value)| {
                el::div()
                    .child(el::dt().child(label.clone()))
                    .child(el::dd().child(value.clone()))
            })
            .collect_view();
        el::section()
            .child(
                el::details()
                    .attr("open", true)
                    .child(
                        el::summary()
                            .child(icon("right", "icon-s"))
                            .child(el::b().child("Details")),
                    )
                    .child(el::dl().class("details").child(rows)),
            )
            .child(
                el::button()
                    .class("btn btn-s btn-quiet")
                    .on_click(move |_| app.copy(text.clone(), "Details"))
                    .child(icon("copy", ""))
                    .child("Copy details"),
            )
    });
    let to_try = el::div()
        .child(el::h2().child("What to try"))
        .child(el::ol().class("try").child(advice));
    let two = el::section().class("two");
    let recovered = failure.recovered();
    let two = match recovered {
        // What is there comes first.
        Some(view) => two.child(recovered::usable(view).child(acts)).child(to_try),
        None => two.child(to_try).child(el::div().child(acts)),
    };
    group()
        .child(el::h1().child(mark).child(failure.headline.clone()))
        .child(el::p().child(with_code(&failure.explanation)))
        .child(recovered.map(|view| recovered::arrived(&view.archive)))
        .child(picture)
        .child(two)
        .child(lines_for(app, failure))
        .child(details)
        .into_view()
}

/// What to write into the settings of a server, for each of the usual ones.
fn lines_for(app: App, failure: &Failure) -> Option<Element> {
    let lines = &failure.source.as_ref()?.lines;
    if lines.is_empty() {
        return None;
    }
    let each = lines.iter().enumerate().map(|(at, (server, told))| {
        let text = told.clone();
        let copied = format!("Lines for {server}");
        el::details()
            .attr("open", at == 0)
            // Only one is open at a time.
            .attr("name", "lines-for")
            .child(
                el::summary()
                    .child(icon("right", "icon-s"))
                    .child(el::b().child(server.clone())),
            )
            .child(
                el::button()
                    .class("btn btn-s btn-quiet")
                    .attr("aria-label", format!("Copy the lines for {server}"))
                    .on_click(move |_| app.copy(text.clone(), copied.clone()))
                    .child(icon("copy", ""))
                    .child("Copy"),
            )
            .child(el::pre().child(told.clone()))
    });
    let section = el::section()
        .class("lines-for")
        .child(el::h2().child("Lines for the server"))
        .child(each.collect_view());
    Some(section)
}

/// A sentence in which what is to be typed stands between backticks.
fn with_code(text: &str) -> View {
    let parts = text.split('`').enumerate();
    parts
        .map(|(at, part)| match at % 2 {
            0 => part.to_owned().into_view(),
            _ => el::code().child(part.to_owned()).into_view(),
        })
        .collect_view()
}

fn text_of(failure: &Failure) -> String {
    let mut text = format!("{}\n{}\n", failure.headline, failure.explanation);
    for (label, value) in &failure.details {
        text.push_str(&format!("{label}: {value}\n"));
    }
    text
}
