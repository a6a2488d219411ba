//! What is open, where it may be more than one: the list of the sources, what of them cannot
//! be opened, and what becomes of those that are open when another one is given.

use super::dom::focus;
use super::parts::marks::{glyph, icon};
use super::state::{App, Fault, SourcesState, local_name};
use super::{error, kept};
use crate::browser::storage;
use crate::engine::ask::{Failure, FailureKind};
use crate::engine::sources::{SourceView, SourcesView};
use crate::model::Status;
use crate::source::http::url_name;
use crate::source::shown::shown_url;
use crate::text::human;
use crate::ui::dom::prelude::*;

fn opened(app: App) -> Option<SourcesView> {
    app.sources.with(|sources| match sources {
        SourcesState::Open(view) => Some(view.clone()),
        _ => None,
    })
}

/// The names of what is open, where there is more than one. They are not followed: other
/// sources make another page, and what is drawn on this one may not outlive it.
pub fn names(app: App) -> Vec<String> {
    app.sources.with_untracked(|sources| match sources {
        SourcesState::Open(view) if view.sources.len() > 1 => {
            let names = view.sources.iter();
            names.map(|source| source.name.clone()).collect()
        }
        _ => Vec::new(),
    })
}

/// The picture of a source by where it came from.
pub fn mark(key: &str, folder: bool) -> &'static str {
    match (local_name(key), folder) {
        (None, _) => "globe",
        (Some(_), true) => "folder",
        (Some(_), false) => "box",
    }
}

/// A line for each source, with a button that closes it.
pub fn rows(app: App) -> View {
    let Some(view) = opened(app) else {
        return View::Nothing;
    };
    let open = view.sources.iter().enumerate().map(|(at, source)| {
        let key = source.key.clone();
        group()
            .child(open_row(app, at, source))
            .child(move || kept::below(app, &key))
    });
    let open = open.collect_view();
    let failed = view.failed.iter().enumerate();
    let failed = failed.map(|(at, failure)| failed_row(app, view.sources.len() + at, failure));
    group().child(open).child(failed.collect_view()).into_view()
}

fn open_row(app: App, at: usize, source: &SourceView) -> View {
    row(
        app,
        at,
        &source.key,
        source.name.clone(),
        icon(mark(&source.key, source.folder), "icon-s"),
        human::count(source.runs),
    )
}

fn failed_row(app: App, at: usize, failure: &Failure) -> View {
    let key = failure.source.as_ref().map(|source| source.key.clone());
    let key = key.unwrap_or_default();
    let name = name_of(&key);
    row(
        app,
        at,
        &key,
        name,
        glyph(Status::Failed, ""),
        "not open".to_owned(),
    )
}

fn row(app: App, at: usize, key: &str, name: String, mark: View, told: String) -> View {
    let place = match local_name(key) {
        Some(_) => name.clone(),
        None => shown_url(key),
    };
    let label = format!("Close {name}");
    let key = key.to_owned();
    el::div()
        .class("tree-row source-row")
        .attr("title", place)
        .child(mark)
        .child(el::span().class("name").child(name))
        .child(el::span().class("n").child(told))
        .child(
            el::button()
                .class("btn btn-quiet btn-icon btn-s")
                .attr("aria-label", label.clone())
                .attr("title", label)
                .on_click(move |_| {
                    // The others are opened anew: the next one has this place then.
                    focus::wish(".rail .source-row > .btn", at);
                    app.close_source(&key);
                })
                .child(icon("close", "icon-s")),
        )
        .into_view()
}

/// A source as the user knows it.
pub fn name_of(key: &str) -> String {
    let given = || local_name(key).map(str::to_owned);
    let name = storage::site_name(key).or_else(given);
    name.unwrap_or_else(|| url_name(key))
}

/// The sources in the rail, and the way to more of them.
pub fn in_rail(app: App) -> View {
    let add = app.route.with_untracked(|route| route.adding().to_hash());
    group()
        .child(el::h3().child("Sources"))
        .child(move || rows(app))
        .child(
            el::a()
                .class("tree-row")
                .attr("href", add)
                .child(icon("plus", "icon-s"))
                .child(el::span().class("name").child("Add…")),
        )
        .into_view()
}

/// The sources that cannot be opened, beside others that are: why, and what to try.
pub fn not_open(app: App) -> View {
    let failed = opened(app).map(|view| view.failed).unwrap_or_default();
    if failed.is_empty() {
        return View::Nothing;
    }
    let each = failed.iter().map(|failure| {
        let key = failure.source.as_ref().map(|source| source.key.clone());
        let key = key.unwrap_or_default();
        let name = name_of(&key);
        let close = el::button()
            .class("btn btn-s")
            .on_click(move |_| app.close_source(&key))
            .child("Leave it out");
        el::details()
            .class("not-open")
            .attr("open", failure.kind == FailureKind::NeedsFile)
            .child(
                el::summary()
                    .child(icon("right", "icon-s"))
                    .child(glyph(Status::Failed, ""))
                    .child(el::b().class("cut-end").child(name))
                    .child(
                        el::span()
                            .class("faint cut-end")
                            .child(failure.headline.clone()),
                    ),
            )
            .child(error::of_one(app, failure, close.into_view()))
    });
    el::section()
        .class("not-opened")
        .attr("aria-label", "Sources that are not open")
        .child(each.collect_view())
        .into_view()
}

/// Of which source a run is, by its place among the [`names`], and how many others hold it too;
/// nothing where only one is open.
pub fn of_run(names: &[String], at: u32, also_in: u32, class: &'static str) -> Option<Element> {
    let name = names.get(at as usize)?;
    let others = match also_in {
        0 => String::new(),
        others => format!(
            ". {} it too: the first one counts",
            human::counted(
                u64::from(others),
                "other source holds",
                "other sources hold"
            )
        ),
    };
    let more = (also_in > 0).then(|| el::span().child(format!(" +{also_in}")));
    let told = el::span()
        .class(class)
        .attr("title", format!("From {name}{others}"))
        .child(el::span().class("cut-end").child(name.clone()))
        .child(more);
    Some(told)
}

/// What of the list of this site cannot be followed, for who was led here by it: others have
/// not asked for what it names.
pub fn site_fault(app: App) -> View {
    let fault = app.site_fault.get();
    let led = |fault: &Fault| app.route.with(|route| route.sources == fault.beside);
    let Some(fault) = fault.filter(led) else {
        return View::Nothing;
    };
    el::p()
        .class("site-fault beside-runs")
        .child(icon("warn", ""))
        .child(el::span().child(format!("sites.json of this site: {}.", fault.told)))
        .child(
            el::button()
                .class("btn btn-quiet btn-icon btn-s")
                .attr("aria-label", "Close")
                .on_click(move |_| app.site_fault.set(None))
                .child(icon("close", "icon-s")),
        )
        .into_view()
}
