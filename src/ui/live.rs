//! Following what is still written: whatever is on the screen is asked again when the
//! engine has heard of a change, and stays where it is.
//!
//! Nothing is asked for a page that nobody sees. Start with [`follow`]; what holds no runs yet
//! is looked into by [`wait_for_runs`].

use super::ask::{Ticketed, ask_anew, once};
use super::state::{App, SourcesState, local_name, reopening, show_opened};
use crate::browser::clock;
use crate::engine::ask::Failure;
use crate::engine::live::{Reread, Watch, WatchView};
use crate::engine::sources::SourcesView;
use crate::ui::dom::{self, prelude::*};
use std::time::Duration;
use web_sys::Event;

/// Whether changes are heard of.
#[derive(Clone, PartialEq, Eq)]
pub enum Live {
    /// Nothing that is open can change.
    Off,
    On,
    /// Not at the moment; the text says why.
    Silent(String),
}

/// How long after a failure it is tried again.
const PAUSE: Duration = Duration::from_secs(3);

/// Follows the sources as long as the page lives.
pub fn follow(app: App) {
    let ticket = Ticketed::new();
    let heard = StoredValue::new(0);
    let round = RwSignal::new(0u32);
    let seen = seen();
    let grows = Memo::new(move |_| {
        app.sources.with(|sources| match sources {
            SourcesState::Open(view) => view.sources.iter().any(|source| source.grows),
            _ => false,
        })
    });
    react(move || {
        round.track();
        if !grows.get() {
            ticket.clear();
            app.live.set(Live::Off);
            return;
        }
        if !seen.get() {
            ticket.clear();
            return;
        }
        if app.live.get_untracked() == Live::Off {
            app.live.set(Live::On);
        }
        let question = Watch {
            heard: heard.get_value(),
        };
        let again = move || round.update(|round| *round = round.wrapping_add(1));
        ticket.ask(
            question,
            |_| {},
            move |answer| {
                let silent = match answer {
                    Ok(view) => {
                        let silent = view.silent.clone();
                        if view.heard != heard.get_value() {
                            heard.set_value(view.heard);
                            changed(app, view);
                        }
                        silent
                    }
                    Err(failure) => Some(failure.explanation),
                };
                let now = silent.map_or(Live::On, Live::Silent);
                let fails = now != Live::On;
                if app.live.with_untracked(|before| *before != now) {
                    app.live.set(now);
                }
                match fails {
                    true => set_timeout(again, PAUSE),
                    false => again(),
                }
            },
        );
    });
}

/// Looks for the first run of what is open and holds none yet, as long as the page lives. The
/// longer a look takes, the seldomer it is.
pub fn wait_for_runs(app: App) {
    /// So many times as long as a look took, nothing is looked at.
    const REST: u64 = 9;
    let ticket = Ticketed::new();
    let pause = StoredValue::new(PAUSE);
    let looks = RwSignal::new(0u32);
    let seen = seen();
    let waits = Memo::new(move |_| app.sources.with(waits));
    let look = move || {
        let began = clock::now();
        ticket.ask(
            reopening(app),
            |_| {},
            move |opened| {
                let took = clock::now().since(began).0.clamp(0, 60_000_000) as u64;
                pause.set_value(PAUSE.max(Duration::from_micros(took * REST)));
                looks.update(|count| *count = count.wrapping_add(1));
                // What it says of a folder that is as it was is on the screen.
                let is_new = app
                    .sources
                    .with_untracked(|before| !says_the_same(before, &opened));
                if is_new {
                    show_opened(app, opened);
                }
            },
        );
    };
    react(move || {
        let at = looks.get();
        if !waits.get() || !seen.get() {
            ticket.clear();
            pause.set_value(PAUSE);
            return;
        }
        let later = move || {
            if looks.get_untracked() == at && waits.get_untracked() && seen.get_untracked() {
                look();
            }
        };
        set_timeout(later, pause.get_value());
    });
}

fn says_the_same(before: &SourcesState, opened: &Result<SourcesView, Failure>) -> bool {
    match (before, opened) {
        (SourcesState::Failed(before), Err(failure)) => before == failure,
        (SourcesState::Open(before), Ok(view)) => {
            let open = before.sources.iter().map(|source| &source.key);
            let now = view.sources.iter().map(|source| &source.key);
            before.failed == view.failed && open.eq(now)
        }
        _ => false,
    }
}

/// Whether a screen says that there are no runs yet, be it of one of several sources.
pub fn waits(sources: &SourcesState) -> bool {
    match sources {
        SourcesState::Failed(failure) => failure.waits(),
        SourcesState::Open(view) => view.failed.iter().any(Failure::waits),
        _ => false,
    }
}

fn changed(app: App, view: WatchView) {
    show_sources(app, view.sources);
    ask_anew();
}

fn show_sources(app: App, view: SourcesView) {
    let now = SourcesState::Open(view);
    // Another source may be on its way by now.
    let is_other = app
        .sources
        .with_untracked(|before| matches!(before, SourcesState::Open(_)) && *before != now);
    if is_other {
        app.sources.set(now);
    }
}

/// Whether anybody can see the page.
fn seen() -> RwSignal<bool> {
    let is_seen = || !document().hidden();
    let seen = RwSignal::new(is_seen());
    dom::listen("visibilitychange", move |_: Event| seen.set(is_seen()));
    seen
}

/// Reads again what is on the screen, because somebody asks for that.
pub fn reread(app: App) {
    let SourcesState::Open(view) = app.sources.get_untracked() else {
        return;
    };
    if view.sources.iter().any(|source| source.grows) {
        once(app, Reread, move |view| {
            show_sources(app, view);
            ask_anew();
            app.say("Read again", true);
        });
        return;
    }
    let given = |source: &&crate::engine::sources::SourceView| local_name(&source.key).is_some();
    match view.sources.iter().find(given) {
        None => app.retry(),
        Some(source) if source.folder => app.say(
            format!(
                "The browser listed {} when it was chosen. Drop the folder on the page to see what is written into it.",
                source.name
            ),
            false,
        ),
        Some(source) => app.say(
            format!("{} is a file. Drop it again if it has changed.", source.name),
            false,
        ),
    }
}

/// The quiet mark in the header.
pub fn mark(app: App) -> View {
    let (class, word, told) = match app.live.get() {
        Live::Off => return View::Nothing,
        Live::On => (
            "live",
            "live",
            "What is written is shown at once. Press R to read everything again.".to_owned(),
        ),
        Live::Silent(why) => ("live silent", "not live", why),
    };
    el::button()
        .class(class)
        .attr("aria-label", word)
        .attr("title", told)
        .attr("aria-keyshortcuts", "R")
        .on_click(move |_| app.reread())
        .child(el::i())
        .child(el::span().class("only-wide").child(word))
        .into_view()
}
