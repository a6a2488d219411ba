//! What this browser keeps of local files and folders, told where they stand, with the button
//! that forgets it; and the offer to keep a copy where there is no other way.

use super::given::{self, Given};
use super::parts::marks::icon;
use super::state::{App, local_name};
use crate::browser::kept::{self, Way};
use crate::browser::spawn::spawn;
use crate::browser::storage;
use crate::route::Local;
use crate::text::human;
use crate::ui::dom::prelude::*;

/// Something that is kept.
#[derive(Clone, PartialEq)]
pub struct Note {
    pub id: String,
    pub name: String,
    pub size: Option<u64>,
    pub is_copy: bool,
    pub is_folder: bool,
}

thread_local! {
    // They belong to no screen, and go with none.

    /// What is kept; nothing while it was not looked at.
    static NOTES: ArcRwSignal<Option<Vec<Note>>> = ArcRwSignal::new(None);
    /// The copy that is being made: of what, and how much of it is there.
    static COPYING: ArcRwSignal<Option<(String, u64)>> = ArcRwSignal::new(None);
}

/// What is kept, as far as it is known by now.
pub fn notes() -> Vec<Note> {
    let known = NOTES.with(Get::get);
    if known.is_none() {
        refresh();
    }
    known.unwrap_or_default()
}

/// Looks again at what is kept.
pub fn refresh() {
    let note = |kept: kept::Kept| Note {
        is_copy: matches!(kept.way, Way::Copy),
        is_folder: matches!(kept.way, Way::Folder(_)),
        id: kept.id,
        name: kept.name,
        size: kept.size,
    };
    spawn(async move {
        let all: Vec<Note> = kept::all().await.into_iter().map(note).collect();
        NOTES.with(|notes| notes.set(Some(all)));
    })
    .detach();
}

/// What is kept of a source of an address.
pub fn note_of<'a>(notes: &'a [Note], source: &str) -> Option<&'a Note> {
    let id = Local::parse(source)?.id()?;
    notes.iter().find(|note| note.id == id)
}

impl Note {
    /// As it stands in an address.
    pub fn source(&self) -> String {
        format!("local:{}:{}", self.id, self.name)
    }

    /// In two words.
    pub fn brief(&self) -> &'static str {
        match self.is_copy {
            true => "copy kept",
            false => "opens again",
        }
    }

    /// The same, with what a copy takes.
    pub fn told(&self) -> String {
        match self.size.filter(|_| self.is_copy) {
            Some(size) => format!("{}, {}", self.brief(), human::size(size)),
            None => self.brief().to_owned(),
        }
    }
}

/// Deletes what is kept of a source, and its line among the recent ones.
pub fn forget(app: App, source: String) {
    let mut all = storage::recent();
    all.retain(|recent| recent.key != source);
    storage::set_recent(&all);
    super::open::recent_changed();
    let Some(id) = Local::parse(&source).and_then(|local| local.id()) else {
        return;
    };
    spawn(async move {
        if let Err(why) = kept::forget(&id).await {
            app.say(why, false);
        }
        refresh();
    })
    .detach();
}

/// The same of everything.
pub fn forget_all(app: App) {
    storage::remove("recent");
    super::open::recent_changed();
    spawn(async move {
        for kept in kept::all().await {
            if let Err(why) = kept::forget(&kept.id).await {
                app.say(why, false);
            }
        }
        refresh();
    })
    .detach();
}

/// The button that forgets a source.
pub fn forget_button(app: App, source: String, name: &str) -> Element {
    let label = format!("Forget {name}");
    el::button()
        .class("btn btn-quiet btn-s forget")
        .attr("aria-label", label)
        .on_click(move |_| forget(app, source.clone()))
        .child("Forget")
}

/// Below a source that is open: what is kept of it, or the offer to keep a copy.
pub fn below(app: App, key: &str) -> View {
    local_name(key)
        .and_then(|_| {
            let given = app.given.with(|all| {
                let found = all.iter().find(|given| given.key == key);
                found.cloned()
            })?;
            let source = given::source_of(app, key);
            let notes = notes();
            match note_of(&notes, &source) {
                Some(note) => Some(kept_line(app, note, source)),
                None => offer(app, given),
            }
        })
        .unwrap_or_default()
}

fn kept_line(app: App, note: &Note, source: String) -> View {
    place()
        .child(el::span().class("cut-end").child(note.told()))
        .child(forget_button(app, source, &note.name))
        .into_view()
}

const WHY: &str = "A copy in this browser, on this machine: the file then opens again after a reload. Forget deletes it.";

fn offer(app: App, given: Given) -> Option<View> {
    let id = given.id()?;
    let file = given::file_of(&given.key)?;
    let size = human::size(file.size() as u64);
    if let Some((of, done)) = COPYING.with(Get::get) {
        let told = format!("{} of {size} copied", human::size(done));
        return (of == id).then(|| place().child(told).into_view());
    }
    let label = format!("Keep a copy of {} in this browser, {size}", given.name);
    let button = el::button()
        .class("btn btn-quiet btn-s")
        .attr("aria-label", label)
        .attr("title", WHY)
        .on_click(move |_| keep_copy(app, id.clone(), file.clone()))
        .child(icon("download", "icon-s"))
        .child(format!("Keep a copy, {size}"));
    Some(place().child(button).into_view())
}

/// What stands in it changes under the one who presses its buttons: then it has the focus
/// itself, and tells how far the copy is.
fn place() -> Element {
    el::div().class("source-kept").attr("tabindex", "-1")
}

fn keep_copy(app: App, id: String, file: web_sys::File) {
    let copying = |now: Option<(String, u64)>| COPYING.with(|copying| copying.set(now));
    copying(Some((id.clone(), 0)));
    spawn(async move {
        let of = id.clone();
        let told = move |done| copying(Some((of.clone(), done)));
        match kept::copy(&id, &file, told).await {
            Ok(()) => app.say(
                format!("A copy of {} is kept in this browser", file.name()),
                true,
            ),
            Err(why) => app.say(why, false),
        }
        copying(None);
        refresh();
    })
    .detach();
}
