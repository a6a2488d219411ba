//! The first page: what a stranger sees, and how runs come in.

use super::kept;
use super::parts::marks::icon;
use super::parts::progress_line;
use super::state::{App, SourcesState, local_name};
use super::unlock::Fields;
use crate::browser::spawn::spawn;
use crate::browser::storage::{self, Recent};
use crate::browser::{clock, files, programs};
use crate::engine::sources::SourcesView;
use crate::model::Moment;
use crate::route::{Local, Place, Route};
use crate::source::http::url_name;
use crate::text::human;
use crate::ui::dom::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast as _;
use web_sys::{DragEvent, HtmlInputElement};

/// The bundled example, beside the app.
const EXAMPLE: &str = "examples/trainflow.zip";

pub fn page(app: App) -> View {
    let url = Reference::new();
    let unlock = Fields::new();
    let open = move |event: web_sys::Event| {
        event.prevent_default();
        let typed = url
            .get_as::<HtmlInputElement>()
            .map(|field| field.value())
            .unwrap_or_default();
        let typed = typed.trim();
        if !typed.is_empty() && unlock.keep(app, typed) {
            app.open(typed);
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
        .child(super::unlock::offer(unlock));
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
                .child(recent_section())
                .child(examples(app)),
        )
        .child(foot)
        .into_view()
}

const LEAVES_BEHIND: &str =
    " leaves behind: tasks, attempts, logs, artifacts. In this tab, with no server and no upload.";
const LISTED_WHOLE: &str = "The browser lists all of it first, once. Dropped, a folder is read as it is looked at, and followed.";
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
        let key = app.given.with(|all| super::given::key_of(all, &source));
        let name = local_name(&source);
        let name = name.map_or_else(|| url_name(&source), str::to_owned);
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

fn recent_section() -> Element {
    let app = super::state::app();
    let clear = move || {
        let is_empty = recents().is_empty() && kept::notes().is_empty();
        (!is_empty).then(|| {
            el::button()
                .class("btn btn-quiet btn-s push")
                .attr(
                    "title",
                    "Forgets all of them, and what is kept of them in this browser",
                )
                .on_click(move |_| kept::forget_all(app))
                .child("Clear")
        })
    };
    el::section()
        .attr("aria-labelledby", "h-recent")
        .child(
            el::div()
                .class("list-head")
                .child(el::h2().attr("id", "h-recent").child("Recent"))
                .child(clear),
        )
        .child(recent_list)
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

/// While a source is being opened.
pub fn opening(app: App) -> View {
    let progress = move || match app.sources.get() {
        SourcesState::Opening(Some(progress)) => Some(progress_line(&progress)),
        _ => None,
    };
    let name = super::frame::source_name(app);
    el::main()
        .key("opening")
        .class("main opening")
        .attr("id", "main")
        .attr("tabindex", "-1")
        .attr("aria-busy", "true")
        .child(
            el::div()
                .class("empty late")
                .attr("role", "status")
                .child(el::h2().child("Opening ").child(name))
                .child(progress)
                .child(el::a().class("btn btn-s").attr("href", "#/").child("Stop")),
        )
        .into_view()
}

/// The two buttons that bring a file and a folder in; what the first one says, and its class.
pub fn choosers(app: App, folder: bool, file: &'static str, class: &'static str) -> View {
    let file_input = Reference::new();
    let folder_input = Reference::new();
    let taken = move |input: Reference| {
        let Some(input) = input.get_as::<HtmlInputElement>() else {
            return;
        };
        if let Some(gift) = input.files().as_ref().and_then(files::picked) {
            app.take(gift);
        }
        // The same file can be chosen again.
        input.set_value("");
    };
    // The browser's own way leads back to it after a reload; a field does not.
    let click = move |input: Reference, folder: bool| {
        if let Some(asked) = files::ask(folder) {
            programs::warm();
            spawn(async move {
                if let Some(gift) = files::chosen(asked).await {
                    app.take(gift);
                }
            })
            .detach();
        } else if let Some(input) = input.get_as::<HtmlInputElement>() {
            input.click();
        }
    };
    let folder_field = el::input()
        .attr("type", "file")
        .class("offscreen")
        .attr("tabindex", "-1")
        .attr("aria-hidden", "true")
        .attr("webkitdirectory", "")
        .attr("data-pick", "folder")
        .reference(folder_input)
        .on("change", move |_| taken(folder_input));
    let folder_part = folder.then(|| {
        group().child(folder_field).child(
            el::button()
                .class("btn")
                .on_click(move |_| click(folder_input, true))
                .attr("title", (!files::asks()).then_some(LISTED_WHOLE))
                .child(icon("folder", ""))
                .child("Choose folder"),
        )
    });
    group()
        .child(
            el::input()
                .reference(file_input)
                .attr("type", "file")
                .class("offscreen")
                .attr("tabindex", "-1")
                .attr("aria-hidden", "true")
                .attr("data-pick", "file")
                .on("change", move |_| taken(file_input)),
        )
        .child(
            el::button()
                .class(format!("{class} pick-file"))
                .on_click(move |_| click(file_input, false))
                .child(icon("file", ""))
                .child(file),
        )
        .child(folder_part)
        .into_view()
}

/// The whole window takes what is dropped.
pub fn accept_drops(app: App) {
    let is_files = |event: &DragEvent| {
        event.data_transfer().is_some_and(|data| {
            (0..data.types().length())
                .any(|at| data.types().get(at).as_string().as_deref() == Some("Files"))
        })
    };
    let mark = |on: bool| {
        let main = document().get_element_by_id("main");
        if let Some(main) = main {
            // Only the look depends on it.
            let _marked = main.toggle_attribute_with_force("data-drag", on);
        }
    };
    // The page itself never takes the file in the browser's way, which would leave it.
    listen("dragover", move |event: DragEvent| {
        if is_files(&event) {
            programs::warm();
            event.prevent_default();
            mark(true);
        }
    });
    listen("dragleave", move |event: DragEvent| {
        if event.related_target().is_none() {
            mark(false);
        }
    });
    listen("drop", move |event: DragEvent| {
        if !is_files(&event) {
            return;
        }
        event.prevent_default();
        mark(false);
        if let Some(gift) = event.data_transfer().as_ref().and_then(files::dropped) {
            app.take(gift);
        }
    });
}

thread_local! {
    /// It belongs to no screen, and goes with none.
    static RECENT_CHANGED: ArcRwSignal<u32> = ArcRwSignal::new(0);
}

/// The list of what was opened is another one by now.
pub fn recent_changed() {
    RECENT_CHANGED.with(|changed| changed.update(|count| *count += 1));
}

fn recents() -> Vec<Recent> {
    RECENT_CHANGED.with(|changed| changed.track());
    storage::recent()
}

/// Notes that a source was opened. An address may carry a key to it: what looks like
/// one is not kept.
pub fn remember(app: App, view: &SourcesView) {
    const KEPT: usize = 8;
    let mut all = storage::recent();
    for source in &view.sources {
        let local = local_name(&source.key).is_some();
        if !local && source.key.contains('?') || source.key == EXAMPLE {
            continue;
        }
        let key = remembered(&super::given::source_of(app, &source.key));
        all.retain(|recent| recent.key != key);
        all.insert(
            0,
            Recent {
                key,
                name: source.name.clone(),
                folder: source.folder,
                runs: source.runs,
                size: source.size,
                at: clock::now().0,
                namespace: storage::namespace_of(&source.key),
            },
        );
    }
    all.truncate(KEPT);
    storage::set_recent(&all);
}

/// A source as it is remembered: a number that tells gifts of one page apart says nothing
/// to the next.
fn remembered(source: &str) -> String {
    Local::parse(source).map_or_else(|| source.to_owned(), |local| local.key())
}

/// A source has another name by now, with its fingerprint.
pub fn renamed(before: &str, now: &str) {
    let (before, now) = (remembered(before), remembered(now));
    let mut all = storage::recent();
    let Some(at) = all.iter().position(|recent| recent.key == before) else {
        return;
    };
    if before != now {
        let mut recent = all.remove(at);
        all.retain(|other| other.key != now);
        recent.key = now;
        all.insert(at.min(all.len()), recent);
        storage::set_recent(&all);
    }
}

fn recent_list() -> View {
    let app = super::state::app();
    let mut all = recents();
    let notes = kept::notes();
    // What is kept can be forgotten, however long ago it was opened.
    for note in &notes {
        let source = note.source();
        if all.iter().all(|recent| recent.key != source) {
            all.push(Recent {
                key: source,
                name: note.name.clone(),
                folder: note.is_folder,
                runs: 0,
                size: note.size,
                at: 0,
                namespace: None,
            });
        }
    }
    if all.is_empty() {
        return el::p()
            .class("faint recent-none")
            .child("What you open is listed here, on this machine only.")
            .into_view();
    }
    let rows = all
        .into_iter()
        .map(|recent| {
            let local = local_name(&recent.key).is_some();
            let mark = if !local {
                "globe"
            } else if recent.folder {
                "folder"
            } else {
                "box"
            };
            let size = recent
                .size
                .map(|size| format!(", {}", human::size(size)))
                .unwrap_or_default();
            let found = kept::note_of(&notes, &recent.key);
            let kept = found.map(kept::Note::brief);
            let note = match (local, found) {
                (true, None) => "asks for the file again".to_owned(),
                (_, Some(note)) => note.told(),
                (false, None) => String::new(),
            };
            let runs = (recent.runs > 0).then(|| human::counted(recent.runs, "run", "runs"));
            let when = (recent.at > 0).then(|| {
                let at = Moment(recent.at);
                app.ago(at).unwrap_or_else(|| app.started(at))
            });
            let forget = kept::forget_button(app, recent.key.clone(), &recent.name);
            let href = app.opens(&recent.key, recent.namespace.as_deref());
            el::li()
                .child(
                    el::a()
                        .attr("href", href)
                        .attr("title", note)
                        .child(icon(mark, ""))
                        .child(
                            el::b().class("cut-end").child(recent.name).child(
                                el::small()
                                    .class("faint")
                                    .child("Metaflow")
                                    .child(runs.clone().map(|runs| format!(", {runs}{size}")))
                                    .child(kept.map(|kept| format!(", {kept}"))),
                            ),
                        )
                        .child(el::span().class("engine").child("Metaflow"))
                        .child(el::span().class("num").child(runs))
                        .child(el::span().class("past cut-end").child(kept))
                        .child(el::span().class("num when").child(when)),
                )
                .child(forget)
        })
        .collect_view();
    el::ul().class("list recent").child(rows).into_view()
}
