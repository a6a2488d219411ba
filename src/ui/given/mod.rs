//! What was given to this page by hand, and which source of an address it stands behind.
//!
//! The engine knows a gift by the key under which it was handed over, which never changes;
//! an address names a file by its fingerprint, which is known only after it was read. So
//! the two are kept apart, and [`key_of`] leads from the one to the other: what is open
//! stays open when its address gets its fingerprint, and two files of one name are two.
//!
//! Who comes by a link is asked for the file that it names, unless this browser keeps it
//! ([`keeping`]). What is given then is compared with it before it is opened ([`taking`]).
//! Here is what is known of gifts; start with [`take`] for what becomes of one.

mod keeping;
mod taking;

use super::ask::once_or_not;
use super::state::App;
use crate::browser::door;
use crate::browser::files::Gift;
use crate::browser::spawn::spawn;
use crate::engine::prints::PrintQuery;
use crate::engine::sources::SourcesView;
use crate::route::{Local, Print};
use crate::ui::dom::prelude::*;
pub use keeping::{file_of, look_for_kept, open_again};
pub use taking::{Other, open_all_the_same, take};

/// A file or folder that was handed over.
#[derive(Clone, PartialEq)]
pub struct Given {
    /// By which the engine knows it.
    pub key: String,
    pub name: String,
    pub print: Printed,
}

/// What is known of the fingerprint.
#[derive(Clone, PartialEq)]
pub enum Printed {
    /// A folder, or a file that cannot be read any more.
    None,
    /// It is being taken.
    Coming,
    Known(Print),
    /// A folder has none: this is by what the browser keeps it.
    Own(String),
}

impl Given {
    pub fn of(key: &str, gift: &Gift) -> Self {
        Self {
            key: key.to_owned(),
            name: gift.name(),
            print: match gift {
                Gift::File(..) => Printed::Coming,
                _ => Printed::None,
            },
        }
    }

    /// By what it stands in an address, and is kept.
    pub fn id(&self) -> Option<String> {
        match &self.print {
            Printed::Known(print) => Some(print.to_string()),
            Printed::Own(own) => Some(own.clone()),
            Printed::None | Printed::Coming => None,
        }
    }

    /// As it stands in an address.
    fn source(&self) -> String {
        match self.id() {
            Some(id) => format!("local:{id}:{}", self.name),
            None => self.key.clone(),
        }
    }
}

/// The key by which the engine knows a source of the address.
pub fn key_of(all: &[Given], source: &str) -> String {
    let known = || {
        if all.iter().any(|given| given.key == source) {
            return None;
        }
        let id = Local::parse(source)?.id()?;
        // The newest: the bytes are the same, and an older one may have been moved since.
        let mut newest = all.iter().rev();
        let given = newest.find(|given| given.id().as_ref() == Some(&id))?;
        Some(given.key.clone())
    };
    known().unwrap_or_else(|| source.to_owned())
}

/// A source of an address with its fingerprint, where that is known by now.
fn told(all: &[Given], source: &str) -> String {
    let given = all.iter().find(|given| given.key == source);
    given.map_or_else(|| source.to_owned(), Given::source)
}

/// How a source of the engine is named in an address.
pub fn source_of(app: App, key: &str) -> String {
    app.given.with_untracked(|all| told(all, key))
}

/// How a source is named in a link for others: the number that tells gifts of this page
/// apart says nothing to them.
pub fn linked(app: App, source: &str) -> String {
    let source = source_of(app, source);
    match Local::parse(&source) {
        Some(local) => local.for_others().key(),
        None => source,
    }
}

/// Hands a gift over to the engine under a key.
pub fn hand_over(app: App, key: &str, gift: Gift) {
    let given = Given::of(key, &gift);
    keeping::hold(key, &gift);
    door::give(key, gift);
    app.given.update(|all| {
        all.retain(|other| other.key != given.key);
        all.push(given);
    });
}

/// Whether a source has to be given by hand, and was not yet.
fn is_missing(app: App, source: &str) -> bool {
    app.given.with_untracked(|all| {
        let key = key_of(all, source);
        Local::parse(&key).is_some() && all.iter().all(|given| given.key != key)
    })
}

/// A key that no other gift has. The first of its name looks as it will in a link.
pub(super) fn new_key(app: App, name: &str) -> String {
    let first = format!("local::{name}");
    app.given.with_untracked(|all| {
        let is_free = |key: &String| all.iter().all(|given| given.key != *key);
        let others = (2u32..).map(|number| format!("local:~{number}:{name}"));
        let mut keys = std::iter::once(first.clone()).chain(others);
        keys.find(is_free).unwrap_or(first)
    })
}

fn know(app: App, key: &str, print: Printed) {
    app.given.update(|all| {
        if let Some(given) = all.iter_mut().find(|given| given.key == key) {
            given.print = print;
        }
    });
}

/// Keeps the ways to what is open, and takes the fingerprints of files.
pub fn settle(app: App, view: &SourcesView) {
    let folders: Vec<String> = app.given.with_untracked(|all| {
        let folders = all.iter().filter(|given| {
            let is_open = view.sources.iter().any(|open| open.key == given.key);
            // One that was kept has its mark already.
            let is_new = Local::parse(&given.key).is_none_or(|local| local.own.is_none());
            given.print == Printed::None && is_open && is_new
        });
        folders.map(|given| given.key.clone()).collect()
    });
    for key in folders {
        spawn(keeping::keep_way(app, key)).detach();
    }
    let keys: Vec<String> = app.given.with_untracked(|all| {
        let coming = all.iter().filter(|given| given.print == Printed::Coming);
        let open = coming.filter(|given| view.sources.iter().any(|open| open.key == given.key));
        open.map(|given| given.key.clone()).collect()
    });
    for key in keys {
        once_or_not(app, PrintQuery { key: key.clone() }, move |view| {
            let print = view.and_then(|view| Print::parse(&view.print?));
            know(app, &key, print.map_or(Printed::None, Printed::Known));
            super::open::renamed(&key, &source_of(app, &key));
            spawn(keeping::keep_way(app, key.clone())).detach();
            if app.link_awaited.get_value() {
                app.link_awaited.set_value(false);
                app.copy_link();
            }
        });
    }
}

/// Whether the fingerprint of something that is open will be known soon.
pub fn is_coming(app: App, sources: &[String]) -> bool {
    app.given.with_untracked(|all| {
        let mut coming = all.iter().filter(|given| given.print == Printed::Coming);
        coming.any(|given| sources.contains(&given.key))
    })
}

/// Keeps the fingerprints of what is open in the address, also where one comes by a link
/// that was drawn before they were known.
pub fn follow_prints(app: App) {
    react(move || {
        let sources = app.route.with(|route| route.sources.clone());
        let mut now: Vec<String> = Vec::with_capacity(sources.len());
        app.given.with(|all| {
            let id = |source: &str| Local::parse(source).and_then(|local| local.id());
            for source in sources.iter().map(|source| told(all, source)) {
                // The same file given twice is one, whatever it is called.
                let is_same = |other: &String| {
                    *other == source || id(other).is_some_and(|other| id(&source) == Some(other))
                };
                if !now.iter().any(is_same) {
                    now.push(source);
                }
            }
        });
        if now != sources {
            app.change(|mut route| {
                route.sources = now;
                route
            });
        }
    });
}
