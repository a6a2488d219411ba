//! What was given to this page by hand, and which source of an address it stands behind.
//!
//! The engine knows a gift by the key under which it was handed over, which never changes;
//! an address names a file by its fingerprint, which is known only after it was read. So
//! the two are kept apart, and [`key_of`] leads from the one to the other: what is open
//! stays open when its address gets its fingerprint, and two files of one name are two.
//!
//! Who comes by a link is asked for the file that it names. What is given then is compared
//! with it before it is opened. Start with [`take`].

use super::ask::{ask, once_or_not};
use super::state::{App, Dialog, SourcesState};
use crate::browser::door::{self, Ticket};
use crate::browser::files::Gift;
use crate::engine::ask::{Failure, FailureKind};
use crate::engine::prints::{PrintQuery, PrintView};
use crate::engine::sources::SourcesView;
use crate::route::{Local, Place, Print};
use crate::ui::dom::prelude::*;
use std::cell::RefCell;

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
}

/// A file that was given where another one is asked for.
#[derive(Clone, PartialEq)]
pub struct Other {
    /// What is asked for, as the address has it.
    pub wanted: String,
    pub given: Given,
    pub size: Option<u64>,
}

impl Given {
    pub fn of(key: &str, gift: &Gift) -> Self {
        Self {
            key: key.to_owned(),
            name: gift.name(),
            print: match gift {
                Gift::File(_) => Printed::Coming,
                _ => Printed::None,
            },
        }
    }

    fn print(&self) -> Option<&Print> {
        match &self.print {
            Printed::Known(print) => Some(print),
            _ => None,
        }
    }

    /// As it stands in an address.
    fn source(&self) -> String {
        match self.print() {
            Some(print) => Local {
                print: Some(print.clone()),
                name: &self.name,
            }
            .key(),
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
        let print = Local::parse(source)?.print?;
        let given = all.iter().find(|given| given.print() == Some(&print))?;
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
        Some(local) => local.key(),
        None => source,
    }
}

/// Hands a gift over to the engine under a key.
pub fn hand_over(app: App, key: &str, gift: Gift) {
    let given = Given::of(key, &gift);
    door::give(key, gift);
    app.given.update(|all| {
        all.retain(|other| other.key != given.key);
        all.push(given);
    });
}

/// Opens what was dropped or picked. Where the page asks for a file, it is looked at
/// whether it is that one.
pub fn take(app: App, gift: Gift) {
    let name = gift.name();
    let wanted = wanted(app);
    let is_file = matches!(gift, Gift::File(_));
    let is_checked = |source: &&String| {
        is_file && Local::parse(source).is_some_and(|local| local.print.is_some())
    };
    let named = |source: &&String| Local::parse(source).is_some_and(|local| local.name == name);
    // Where there is nothing to compare, the name has to do.
    let mut unchecked = wanted.iter().filter(|source| !is_checked(source));
    if let Some(source) = unchecked.find(named) {
        hand_over(app, source, gift);
        app.try_missing();
        return;
    }
    let checked: Vec<String> = wanted.iter().filter(is_checked).cloned().collect();
    let key = new_key(app, &name);
    match checked.iter().find(named).or(checked.first()) {
        Some(source) => {
            let source = source.clone();
            hand_over(app, &key, gift);
            check(app, key, checked, source);
        }
        None => {
            hand_over(app, &key, gift);
            bring(app, &key, &name);
        }
    }
}

/// Opens what nobody has asked for: in the place of what has its name, which it may be a
/// newer one of, and beside other things only when somebody says so.
fn bring(app: App, key: &str, name: &str) {
    let is_open = app
        .sources
        .with_untracked(|sources| matches!(sources, SourcesState::Open(_)));
    let mut route = app.route.get_untracked();
    if !is_open || route.sources.is_empty() || route.is_adding() {
        app.open(key);
        return;
    }
    let named = |source: &&mut String| Local::parse(source).is_some_and(|local| local.name == name);
    match route.sources.iter_mut().find(named) {
        Some(source) => {
            key.clone_into(source);
            app.go(route.to(Place::Runs { flow: None }));
        }
        None => {
            app.beside.set(Some(key.to_owned()));
            app.dialog.set(Dialog::Beside);
        }
    }
}

/// The sources that the page asks for at this moment.
fn wanted(app: App) -> Vec<String> {
    let needs = |failure: &Failure| failure.kind == FailureKind::NeedsFile;
    let asks = app.sources.with_untracked(|sources| match sources {
        SourcesState::Failed(failure) => needs(failure),
        SourcesState::Open(view) => view.failed.iter().any(needs),
        _ => false,
    });
    if !asks {
        return Vec::new();
    }
    let sources = app.route.with_untracked(|route| route.sources.clone());
    let is_missing = |source: &String| {
        app.given.with_untracked(|all| {
            let key = key_of(all, source);
            Local::parse(&key).is_some() && all.iter().all(|given| given.key != key)
        })
    };
    sources.into_iter().filter(is_missing).collect()
}

/// A key that no other gift has. The first of its name looks as it will in a link.
fn new_key(app: App, name: &str) -> String {
    let first = format!("local::{name}");
    app.given.with_untracked(|all| {
        let is_free = |key: &String| all.iter().all(|given| given.key != *key);
        let others = (2u32..).map(|number| format!("local:~{number}:{name}"));
        let mut keys = std::iter::once(first.clone()).chain(others);
        keys.find(is_free).unwrap_or(first)
    })
}

thread_local! {
    /// The file that is being compared. It belongs to no screen, and goes with none.
    static CHECKING: RefCell<Option<Ticket>> = const { RefCell::new(None) };
}

/// Opens a file if it is one of those that are wanted. If it is not, that is said of the
/// one that was most likely meant.
fn check(app: App, key: String, wanted: Vec<String>, likely: String) {
    // Beside others that are open it is looked at without leaving them.
    let before = app.sources.get_untracked();
    let before = Some(before).filter(|before| matches!(before, SourcesState::Failed(_)));
    let is_alone = before.is_some();
    let back = move || {
        if let Some(before) = &before {
            app.sources.set(before.clone());
        }
    };
    let shows = move |progress| {
        if is_alone {
            app.sources.set(SourcesState::Opening(progress));
        }
    };
    let since = app.route.get_untracked();
    app.other.set(None);
    shows(None);
    let question = PrintQuery { key: key.clone() };
    let ticket = ask(
        question,
        move |progress| shows(Some(progress)),
        move |answer| {
            if app.route.with_untracked(|now| now.sources != since.sources) {
                // One has gone elsewhere meanwhile.
                return;
            }
            let view = match answer {
                Ok(view) => view,
                Err(failure) => {
                    app.say(failure.explanation, false);
                    PrintView::default()
                }
            };
            let print = view.print.as_deref().and_then(Print::parse);
            let Some(print) = print else {
                know(app, &key, Printed::None);
                back();
                return;
            };
            let is_it = |source: &&String| {
                Local::parse(source).is_some_and(|local| local.print.as_ref() == Some(&print))
            };
            let is_wanted = wanted.iter().any(|source| is_it(&source));
            know(app, &key, Printed::Known(print));
            if is_wanted {
                // What follows the sources opens it.
                return;
            }
            if since.is_adding() {
                app.add(&source_of(app, &key));
                return;
            }
            let given = app
                .given
                .with_untracked(|all| all.iter().find(|given| given.key == key).cloned());
            app.other.set(given.map(|given| Other {
                wanted: likely.clone(),
                given,
                size: view.size,
            }));
            back();
        },
    );
    // The one before is stopped.
    let _before = CHECKING.with(|checking| checking.replace(Some(ticket)));
}

/// Opens a file in the place of the one that was asked for, because somebody says so.
pub fn open_all_the_same(app: App, other: &Other) {
    let source = other.given.source();
    let mut route = app.route.get_untracked();
    for known in &mut route.sources {
        if *known == other.wanted {
            known.clone_from(&source);
        }
    }
    app.go(route);
}

fn know(app: App, key: &str, print: Printed) {
    app.given.update(|all| {
        if let Some(given) = all.iter_mut().find(|given| given.key == key) {
            given.print = print;
        }
    });
}

/// Takes the fingerprints of files that are open.
pub fn take_prints(app: App, view: &SourcesView) {
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
        let now: Vec<String> = app
            .given
            .with(|all| sources.iter().map(|source| told(all, source)).collect());
        if now != sources {
            app.change(|mut route| {
                route.sources = now;
                route
            });
        }
    });
}
