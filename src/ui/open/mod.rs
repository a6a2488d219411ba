//! The first page: what a stranger sees, and how runs come in. Start with [`page`].
//!
//! [`choosing`] is how files and folders are given, [`opening`] what is seen until they are
//! open, [`recent`] what was opened before, [`of_site`] what the site itself names.

mod choosing;
mod of_site;
mod opening;
mod recent;

use super::given;
use super::parts::marks::icon;
use super::state::App;
use super::unlock::{self, Fields};
use crate::browser::{private, programs};
use crate::route::{Place, Route};
use crate::ui::dom::prelude::*;
pub use choosing::{accept_drops, choosers};
pub use opening::opening;
pub use recent::{recent_changed, remember, renamed};
use std::time::Duration;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlInputElement;

/// The bundled example, beside the app.
const EXAMPLE: &str = "examples/trainflow.zip";

pub fn page(app: App) -> View {
    let url = Reference::new();
    let fields = Fields::new();
    let open = move |event: web_sys::Event| {
        event.prevent_default();
        let typed = url
            .get_as::<HtmlInputElement>()
            .map(|field| field.value())
            .unwrap_or_default();
        let source = private::typed(&typed);
        if !source.is_empty() && fields.keep(app, &source) {
            app.open(&source);
        }
    };
    let adds = Memo::new(move |_| app.route.with(Route::is_adding));
    react(move || {
        if let Some(field) = url.get() {
            let field: HtmlInputElement = field.unchecked_into();
            // Where there is no keyboard, focus would only cover the page with one.
            let fine = window()
                .match_media("(pointer: fine)")
                .ok()
                .flatten()
                .is_some_and(|query| query.matches());
            if fine {
                // After the first frame: focus lays out the page.
                set_timeout(move || drop(field.focus()), Duration::ZERO);
            }
        }
    });
    let by_url = el::form()
        .class("open-url")
        .on("submit", open)
        .child(
            el::label().class("field").child(icon("globe", "")).child(
                el::input()
                    .reference(url)
                    .attr("type", "text")
                    .attr("inputmode", "url")
                    .attr("autocomplete", "off")
                    .attr("spellcheck", "false")
                    .attr("placeholder", "https://example.org/runs.zip, or a folder")
                    .attr("aria-label", "Address of an archive or a folder"),
            ),
        )
        .child(
            el::button()
                .class("btn")
                .child("Open")
                .child(el::span().class("only-wide").child(" URL")),
        )
        .child(unlock::offer(fields));
    let ways_in = el::section()
        .class("open-in")
        .attr("aria-label", "Open")
        .child(el::h1().child(move || match adds.get() {
            true => "Add to what is open",
            false => "What happened in that run?",
        }))
        .child(move || match adds.get() {
            true => what_is_open(app),
            false => el::p()
                .class("lead")
                .child("Runglass opens the records that ")
                .child(el::b().child("Metaflow"))
                .child(" and ")
                .child(el::b().child("Prefect"))
                .child(LEAVES_BEHIND)
                .into_view(),
        })
        .child(drop_field(app))
        .child(by_url)
        .child(el::p().class("hint").child(RANGES));
    let picture = el::section()
        .class("show")
        .attr("aria-label", "A real run")
        .child(super::card::example(Route::open(EXAMPLE).to_hash()));
    let foot = el::footer().class("open-foot").child(
        el::span()
            .child(icon("lock", ""))
            .child("Files stay on this machine. Pickles are read as data and never run."),
    );
    el::main()
        .key("open")
        .class("main open")
        .attr("id", "main")
        .attr("tabindex", "-1")
        // Whoever moves here is about to open something.
        .on("pointermove", |_| programs::warm())
        .on("input", |_| programs::warm())
        .child(
            el::div()
                .class("open-grid")
                .child(ways_in)
                .child(picture)
                .child(of_site::section(app))
                .child(recent::section())
                .child(examples(app)),
        )
        .child(foot)
        .into_view()
}

const LEAVES_BEHIND: &str =
    " leave behind: tasks, attempts, logs, artifacts. In this tab, with no server and no upload.";
const RANGES: &str =
    "A zip is read in ranges, a folder as its server lists it: only what you look at is fetched.";

/// Where things are dropped, and what they may be.
fn drop_field(app: App) -> Element {
    let ask = el::div()
        .child(
            el::h2()
                .child(
                    el::span()
                        .class("only-wide")
                        .child("Drop a folder or an archive anywhere"),
                )
                .child(
                    el::span()
                        .class("only-narrow")
                        .child("Open a folder or an archive"),
                ),
        )
        .child(
            el::p()
                .class("small faint")
                .child("Nothing is installed, nothing is sent"),
        );
    let key = el::span()
        .class("push small faint only-wide")
        .child("or press ")
        .child(el::kbd().child("O"));
    let kinds = el::dl()
        .child(el::dt().child("Metaflow"))
        .child(el::dd().child("the .metaflow folder, or a folder that holds it"))
        .child(el::dt().child("Prefect"))
        .child(
            el::dd().child("the folder .prefect, its prefect.db with prefect.db-wal, or an export"),
        )
        .child(el::dt().child("Packed"))
        .child(el::dd().child("a .zip or .tar of either; .tar.gz, .bz2, .xz, .zst"));
    el::div()
        .class("drop")
        .child(
            el::div()
                .class("ask")
                .child(icon("download", ""))
                .child(ask),
        )
        .child(
            el::div()
                .class("acts")
                .child(choosers(app, true, "Choose file", "btn btn-primary"))
                .child(key),
        )
        .child(kinds)
}

/// The names of the sources to which another one is added, each to be closed.
fn what_is_open(app: App) -> View {
    let sources = app.route.with(|route| route.sources.clone());
    let runs = app
        .route
        .with(|route| route.clone().to(Place::Runs { flow: None }));
    let each = sources.into_iter().map(|source| {
        let key = app.given.with(|all| given::key_of(all, &source));
        let name = super::sources::name_of(&source);
        el::button()
            .class("btn btn-s")
            .attr("aria-label", format!("Close {name}"))
            .on_click(move |_| app.close_source(&key))
            .child(el::span().class("cut-end").child(name))
            .child(icon("close", "icon-s"))
    });
    el::div()
        .class("lead adds")
        .child(el::span().child("Its runs join those of"))
        .child(each.collect_view())
        .child(
            el::a()
                .class("btn btn-link btn-s")
                .attr("href", runs.to_hash())
                .child("Back to the runs"),
        )
        .into_view()
}

fn examples(app: App) -> Element {
    let told = el::span()
        .class("cut-end")
        .child(el::b().child("TrainFlow"))
        .child(" ")
        .child(el::span().class("chip chip-mark").child("Metaflow"))
        .child(el::br())
        .child("a foreach over 12 countries, a retry, a branch, a failure");
    let link = el::a()
        .attr("href", move || app.opens(EXAMPLE, None))
        .child(icon("box", "icon-m"))
        .child(told)
        .child(el::span().class("num").child("3 runs"));
    el::section()
        .attr("aria-labelledby", "h-examples")
        .child(
            el::div()
                .class("list-head")
                .child(el::h2().attr("id", "h-examples").child("Example"))
                .child(el::span().class("faint").child("real runs, bundled")),
        )
        .child(el::ul().class("list examples").child(el::li().child(link)))
}
