//! What was opened before, and what this browser keeps of it.

use super::EXAMPLE;
use crate::browser::clock;
use crate::browser::storage::{self, Recent};
use crate::engine::sources::SourcesView;
use crate::model::Moment;
use crate::route::Local;
use crate::text::human;
use crate::ui::dom::prelude::*;
use crate::ui::given::source_of;
use crate::ui::kept;
use crate::ui::parts::marks::icon;
use crate::ui::state::{App, app, local_name};

pub(super) fn section() -> Element {
    let app = app();
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
        .child(list)
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
        let key = remembered(&source_of(app, &source.key));
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
                systems: {
                    let words = source.systems.iter().map(|one| one.word());
                    words.collect::<Vec<_>>().join(", ")
                },
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

fn list() -> View {
    let app = app();
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
                systems: String::new(),
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
                                    .child(recent.systems.clone())
                                    .child(runs.clone().map(|runs| format!(", {runs}{size}")))
                                    .child(kept.map(|kept| format!(", {kept}"))),
                            ),
                        )
                        .child(el::span().class("engine").child(recent.systems))
                        .child(el::span().class("num").child(runs))
                        .child(el::span().class("past cut-end").child(kept))
                        .child(el::span().class("num when").child(when)),
                )
                .child(forget)
        })
        .collect_view();
    el::ul().class("list recent").child(rows).into_view()
}
