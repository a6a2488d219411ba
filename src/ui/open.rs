//! The first page: what a stranger sees, and how runs come in.

use super::parts::marks::icon;
use super::parts::progress_line;
use super::state::{App, SourcesState};
use crate::browser::storage::{self, Recent};
use crate::browser::{clock, files};
use crate::engine::sources::SourcesView;
use crate::model::Moment;
use crate::route::Route;
use crate::text::human;
use leptos::ev;
use leptos::html::Input;
use leptos::prelude::*;

/// The bundled example, beside the app.
const EXAMPLE: &str = "examples/trainflow.zip";

pub fn page(app: App) -> AnyView {
    let url = NodeRef::<Input>::new();
    let open = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let typed = url
            .get_untracked()
            .map(|field| field.value())
            .unwrap_or_default();
        if !typed.trim().is_empty() {
            app.open_url(&typed);
        }
    };
    let example = Route::open(EXAMPLE).to_hash();
    Effect::new(move || {
        if let Some(field) = url.get() {
            // Where there is no keyboard, focus would only cover the page with one.
            let fine = window()
                .match_media("(pointer: fine)")
                .ok()
                .flatten()
                .is_some_and(|query| query.matches());
            if fine {
                let _focused = field.focus();
            }
        }
    });
    view! {
        <main class="main open" id="main" tabindex="-1">
            <div class="open-grid">
                <section class="open-in" aria-label="Open">
                    <h1>"What happened in that run?"</h1>
                    <p class="lead">
                        "Runglass opens the records that "<b>"Metaflow"</b>" leaves behind: tasks, attempts, logs, artifacts. In this tab, with no server and no upload."
                    </p>
                    <div class="drop">
                        <div class="ask">
                            {icon("download", "")}
                            <div>
                                <h2><span class="only-wide">"Drop a folder or an archive anywhere"</span><span class="only-narrow">"Open a folder or an archive"</span></h2>
                                <p class="small faint">"Nothing is installed, nothing is sent"</p>
                            </div>
                        </div>
                        <div class="acts">{choosers(app, true)}<span class="push small faint only-wide">"or press "<kbd>"O"</kbd></span></div>
                        <dl>
                            <dt>"Metaflow"</dt><dd>"the .metaflow folder, or a folder that holds it"</dd>
                            <dt>"Packed"</dt><dd>"a .zip of either"</dd>
                        </dl>
                    </div>
                    <form class="open-url" on:submit=open>
                        <label class="field">
                            {icon("globe", "")}
                            <input node_ref=url type="text" inputmode="url" autocomplete="off" spellcheck="false" placeholder="https://example.org/runs.zip" aria-label="Address of a zip" />
                        </label>
                        <button class="btn">"Open"<span class="only-wide">" URL"</span></button>
                    </form>
                    <p class="hint">"A zip is read in ranges where its server allows it: only what you look at is fetched."</p>
                </section>
                <section class="show" aria-label="A real run">{super::card::example(example.clone())}</section>
                <section aria-labelledby="h-recent">
                    <div class="list-head">
                        <h2 id="h-recent">"Recent"</h2>
                        {move || (!recents().is_empty()).then(|| view! {
                            <button class="btn btn-quiet btn-s push" on:click=move |_| {
                                storage::remove("recent");
                                RECENT_CHANGED.with(|changed| changed.update(|count| *count += 1));
                            }>"Clear"</button>
                        })}
                    </div>
                    {recent_list}
                </section>
                <section aria-labelledby="h-examples">
                    <div class="list-head"><h2 id="h-examples">"Example"</h2><span class="faint">"real runs, bundled"</span></div>
                    <ul class="list examples">
                        <li><a href=example>
                            {icon("box", "icon-m")}
                            <span class="cut-end"><b>"TrainFlow"</b>" "<span class="chip chip-mark">"Metaflow"</span><br/>"a foreach over 12 countries, a retry, a branch, a failure"</span>
                            <span class="num">"3 runs"</span>
                        </a></li>
                    </ul>
                </section>
            </div>
            <footer class="open-foot">
                <span>{icon("lock", "")}"Files stay on this machine. Pickles are read as data and never run."</span>
            </footer>
        </main>
    }
    .into_any()
}

/// While a source is being opened.
pub fn opening(app: App) -> AnyView {
    let progress = move || match app.sources.get() {
        SourcesState::Opening(Some(progress)) => Some(progress_line(&progress)),
        _ => None,
    };
    let name = super::frame::source_name(app);
    view! {
        <main class="main opening" id="main" tabindex="-1" aria-busy="true">
            <div class="empty late" role="status">
                <h2>"Opening "{name}</h2>
                {progress}
                <a class="btn btn-s" href="#/">"Stop"</a>
            </div>
        </main>
    }
    .into_any()
}

/// The two buttons that bring a file and a folder in.
pub fn choosers(app: App, folder: bool) -> AnyView {
    let file_input = NodeRef::<Input>::new();
    let folder_input = NodeRef::<Input>::new();
    let taken = move |input: NodeRef<Input>| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        if let Some(gift) = input.files().as_ref().and_then(files::picked) {
            app.take(gift);
        }
        // The same file can be chosen again.
        input.set_value("");
    };
    let click = |input: NodeRef<Input>| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    // The macro does not know the attribute that makes it a folder's.
    let folder_field = leptos::html::input()
        .r#type("file")
        .class("offscreen")
        .attr("tabindex", "-1")
        .attr("aria-hidden", "true")
        .attr("webkitdirectory", "")
        .attr("data-pick", "folder")
        .node_ref(folder_input)
        .on(ev::change, move |_| taken(folder_input));
    let folder_part = folder.then(|| view! {
        {folder_field}
        <button class="btn" on:click=move |_| click(folder_input)>{icon("folder", "")}"Choose folder"</button>
    });
    view! {
        <input node_ref=file_input type="file" class="offscreen" tabindex="-1" aria-hidden="true" data-pick="file" on:change=move |_| taken(file_input) />
        <button class="btn btn-primary pick-file" on:click=move |_| click(file_input)>{icon("file", "")}"Choose file"</button>
        {folder_part}
    }
    .into_any()
}

/// The whole window takes what is dropped.
pub fn accept_drops(app: App) {
    let is_files = |event: &ev::DragEvent| {
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
    let over = window_event_listener(ev::dragover, move |event| {
        if is_files(&event) {
            event.prevent_default();
            mark(true);
        }
    });
    let left = window_event_listener(ev::dragleave, move |event| {
        if event.related_target().is_none() {
            mark(false);
        }
    });
    let dropped = window_event_listener(ev::drop, move |event| {
        if !is_files(&event) {
            return;
        }
        event.prevent_default();
        mark(false);
        if let Some(gift) = event.data_transfer().as_ref().and_then(files::dropped) {
            app.take(gift);
        }
    });
    // They listen as long as the page lives.
    std::mem::forget((over, left, dropped));
}

thread_local! {
    static RECENT_CHANGED: RwSignal<u32> = RwSignal::new(0);
}

fn recents() -> Vec<Recent> {
    RECENT_CHANGED.with(|changed| changed.track());
    storage::recent()
}

/// Notes that a source was opened. An address may carry a key to it: what looks like
/// one is not kept.
pub fn remember(view: &SourcesView) {
    const KEPT: usize = 8;
    let mut all = storage::recent();
    for source in &view.sources {
        if source.key.contains('?') || source.key == EXAMPLE {
            continue;
        }
        all.retain(|recent| recent.key != source.key);
        all.insert(
            0,
            Recent {
                key: source.key.clone(),
                name: source.name.clone(),
                folder: source.folder,
                runs: source.runs,
                size: source.size,
                at: clock::now().0,
            },
        );
    }
    all.truncate(KEPT);
    storage::set_recent(&all);
}

fn recent_list() -> AnyView {
    let app = super::state::app();
    let all = recents();
    if all.is_empty() {
        return view! { <p class="faint recent-none">"What you open is listed here, on this machine only."</p> }.into_any();
    }
    let rows = all
        .into_iter()
        .map(|recent| {
            let local = recent.key.starts_with("local:");
            let mark = if !local { "globe" } else if recent.folder { "folder" } else { "box" };
            let size = recent.size.map(|size| format!(", {}", human::size(size))).unwrap_or_default();
            let note = if local { "asks for the file again" } else { "" };
            let at = Moment(recent.at);
            view! {
                <li><a href=Route::open(&recent.key).to_hash() title=note>
                    {icon(mark, "")}
                    <b class="cut-end">{recent.name}<small class="faint">{format!("Metaflow, {}{size}", human::counted(recent.runs, "run", "runs"))}</small></b>
                    <span class="engine">"Metaflow"</span>
                    <span class="num">{human::counted(recent.runs, "run", "runs")}</span>
                    <span class="past"></span>
                    <span class="num when">{app.ago(at).unwrap_or_else(|| app.started(at))}</span>
                </a></li>
            }
        })
        .collect_view();
    view! { <ul class="list recent">{rows}</ul> }.into_any()
}
