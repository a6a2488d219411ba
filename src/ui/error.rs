//! When something cannot be shown: what, where, and what to try. Of an archive that is not
//! whole [`recovered`] shows what is there of it; which file is asked for, and that another
//! one was given, [`wanted`].

mod recovered;
mod wanted;

use super::given::{self, Other};
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
    let told = Told::of(app, &failure);
    // Where there is something to open, the two ways on are those.
    let elsewhere = told.has_no_more().then(|| {
        el::a()
            .class("btn btn-link btn-s")
            .attr("href", "#/")
            .child("Open something else")
    });
    let acts = told.acts(app, elsewhere.map(Element::into_view));
    el::main()
        .key("error")
        .class("main error")
        .attr("id", "main")
        .attr("tabindex", "-1")
        .child(el::div().child(body(&told.failure, told.picture(app), Some(acts))))
        .into_view()
}

/// One of several sources, where others are open: all but its headline and its details, and
/// one thing more that can be done about it.
pub fn of_one(app: App, failure: &Failure, more: View) -> View {
    let told = Told::of(app, failure);
    let title = told.other.as_ref().map(|_| {
        let headline = told.failure.headline.clone();
        el::h3().child(headline)
    });
    let acts = told.acts(app, Some(more));
    let failure = &told.failure;
    let recovered = failure.recovered();
    el::div()
        .class("error in-place")
        .child(title)
        .child(el::p().child(with_code(&failure.explanation)))
        .child(recovered.map(|view| recovered::arrived(&view.archive)))
        .child(told.picture(app))
        .child(recovered.map(recovered::usable))
        .child(advice(failure))
        .child(acts)
        .child(lines_for(app, failure))
        .into_view()
}

/// Why a source is not open, by what was tried since.
struct Told {
    failure: Failure,
    /// Another file was given than the one that is asked for.
    other: Option<Other>,
}

impl Told {
    fn of(app: App, failure: &Failure) -> Self {
        let needs_file = failure.kind == FailureKind::NeedsFile;
        let other = app.other.get();
        let other = other.filter(|other| needs_file && wanted::is_for(other, failure));
        let source = failure.source.as_ref().map(|source| source.key.clone());
        let is_kept = app
            .asks
            .with(|all| source.is_some_and(|key| all.contains(&key)));
        let failure = match &other {
            Some(other) => wanted::told(other, failure.clone()),
            None if needs_file && is_kept => wanted::told_kept(failure.clone()),
            None => failure.clone(),
        };
        Self { failure, other }
    }

    fn needs_file(&self) -> bool {
        self.failure.kind == FailureKind::NeedsFile
    }

    fn files(&self, app: App) -> Option<Element> {
        let files = || wanted::files(app, &self.failure, self.other.as_ref());
        self.needs_file().then(files)
    }

    /// What stands between the words and the ways on.
    fn picture(&self, app: App) -> Option<Element> {
        let waiting = || {
            el::p()
                .class("waiting")
                .attr("role", "status")
                .child(el::i())
                .child("The first run is shown as soon as it can be read: this is looked into every few seconds.")
        };
        self.files(app)
            .or_else(|| self.failure.waits().then(waiting))
    }

    fn asks(&self) -> bool {
        self.failure.kind == FailureKind::Asks
    }

    fn has_runs(&self) -> bool {
        self.failure.recovered().is_some_and(|view| view.has_runs())
    }

    /// Whether nothing of it can be opened as it is.
    fn has_no_more(&self) -> bool {
        !self.asks() && !self.has_runs()
    }

    /// The button that opens what this browser keeps, where it wants to be asked first.
    fn kept(&self, app: App) -> Option<Element> {
        let source = self.failure.source.as_ref()?.key.clone();
        let asks = app.asks.with(|all| all.contains(&source));
        let button = || {
            el::button()
                .class("btn btn-primary")
                .on_click(move |_| given::open_again(app, source.clone()))
                .child("Open again")
        };
        asks.then(button)
    }

    fn acts(&self, app: App, more: Option<View>) -> View {
        let failure = &self.failure;
        let kept = self.kept(app);
        let needs_key = failure.kind == FailureKind::NeedsKey;
        let choose = match self.has_no_more() {
            true => "Choose file",
            false => "Choose another file",
        };
        // One way on is the first of all.
        let class = match self.has_no_more() && kept.is_none() && !needs_key {
            true => "btn btn-primary",
            false => "btn",
        };
        let recovered = failure.recovered();
        let open = recovered.and_then(|view| recovered::open(app, view));
        let open = open.or_else(|| {
            let button = el::button()
                .class("btn btn-primary")
                .on_click(move |_| app.open_anyway())
                .child("Open it anyway");
            self.asks().then_some(button)
        });
        let reads_whole = failure.kind == FailureKind::AsksFirst;
        let again = (!self.needs_file() && self.has_no_more() && !reads_whole).then(|| {
            el::button()
                .class("btn")
                .on_click(move |_| app.try_missing())
                .child("Try again")
        });
        let source = failure.source.as_ref();
        let source = source.map(|source| source.key.clone());
        let source = source.unwrap_or_default();
        let whole = reads_whole.then(|| {
            let source = source.clone();
            el::button()
                .class("btn btn-primary")
                .on_click(move |_| app.read_whole(source.clone()))
                .child(icon("download", ""))
                .child("Read all of it")
        });
        let folder = self.needs_file() && wanted::may_be_a_folder(failure);
        // What stands there already needs no choosing.
        let choosers = (!reads_whole).then(|| choosers(app, folder, choose, class));
        let same = self.other.clone();
        let same = same.map(|other| wanted::all_the_same(app, other));
        let key = needs_key.then(|| super::unlock::asked(app, source));
        let acts = el::div()
            .class("acts")
            .child(kept)
            .child(open)
            .child(whole)
            .child(choosers)
            .child(same)
            .child(again)
            .child(more);
        group().child(key).child(acts).into_view()
    }
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
    let acts = match failure.kind {
        FailureKind::NotFound => Some(el::div().class("acts").child(newest).child(button(
            "btn",
            app.href(Place::Runs { flow: None }),
            "All runs",
        ))),
        FailureKind::NeedsKey => Some(
            el::div().class("acts").child(
                el::button()
                    .class("btn btn-primary")
                    // It cannot be opened, which is where a key is typed in.
                    .on_click(move |_| app.retry())
                    .child("Give the key"),
            ),
        ),
        _ => None,
    };
    // It may be in what is not open.
    let is_missing = failure.kind == FailureKind::NotFound;
    el::div()
        .class("scroll")
        .child(move || match is_missing {
            true => super::sources::not_open(app),
            false => View::Nothing,
        })
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
    let mark = match failure.kind {
        FailureKind::NeedsFile => icon("file", "icon-m"),
        FailureKind::NeedsKey => icon("lock", "icon-m"),
        FailureKind::AsksFirst => icon("download", "icon-m"),
        // Nothing has failed.
        _ if failure.waits() => icon("clock", "icon-m"),
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
        .child(advice(failure));
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

fn advice(failure: &Failure) -> Element {
    let each = failure.advice.iter();
    let each = each.map(|one| el::li().child(with_code(one)));
    el::ol().class("try").child(each.collect_view())
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
