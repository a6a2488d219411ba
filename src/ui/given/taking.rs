//! What becomes of what is dropped or picked: it is opened, or compared with what the address
//! asks for. Start with [`take`].

use super::{Given, Printed, hand_over, is_missing, know, new_key, source_of};
use crate::browser::door::Ticket;
use crate::browser::files::Gift;
use crate::engine::ask::{Failure, FailureKind};
use crate::engine::prints::{PrintQuery, PrintView};
use crate::route::{Local, Place, Print};
use crate::ui::ask::ask;
use crate::ui::dom::prelude::*;
use crate::ui::state::{App, Dialog, SourcesState, local_name};
use std::cell::RefCell;

/// A file that was given where another one is asked for.
#[derive(Clone, PartialEq)]
pub struct Other {
    /// What is asked for, as the address has it.
    pub wanted: String,
    pub given: Given,
    pub size: Option<u64>,
}

thread_local! {
    /// The files that are being compared, by their keys. They belong to no screen, and go with
    /// none.
    static CHECKING: RefCell<Vec<(String, Ticket)>> = const { RefCell::new(Vec::new()) };
}

/// Opens what was dropped or picked. Where the page asks for files, it is looked at whether
/// it is one of those.
pub fn take(app: App, gifts: Vec<Gift>) {
    let wanted = wanted(app);
    let given = gifts.len();
    let gifts = gifts.into_iter();
    let unasked: Vec<String> = gifts.filter_map(|gift| give(app, gift, &wanted)).collect();
    match unasked.len() {
        0 => {}
        all if all == given => bring(app, unasked),
        // The place that asks for files stays; the others stand beside them.
        _ => app.change(|mut route| {
            route.sources.extend(unasked);
            route
        }),
    }
}

/// Hands a gift over; its key, where nobody has asked for it.
fn give(app: App, gift: Gift, wanted: &[String]) -> Option<String> {
    let name = gift.name();
    let is_file = matches!(gift, Gift::File(..));
    let is_checked = |source: &&String| {
        is_file && Local::parse(source).is_some_and(|local| local.print.is_some())
    };
    let named = |source: &&String| is_named(source, &name);
    // Where there is nothing to compare, the name has to do.
    let mut unchecked = wanted.iter().filter(|source| !is_checked(source));
    if let Some(source) = unchecked.find(named) {
        hand_over(app, source, gift);
        app.try_missing();
        return None;
    }
    let checked: Vec<String> = wanted.iter().filter(is_checked).cloned().collect();
    let key = new_key(app, &name);
    hand_over(app, &key, gift);
    let likely = checked.iter().find(named).or(checked.first()).cloned();
    let Some(likely) = likely else {
        return Some(key);
    };
    check(app, key, checked, likely);
    None
}

fn is_named(source: &str, name: &str) -> bool {
    Local::parse(source).is_some_and(|local| local.name == name)
}

/// Opens what nobody has asked for: in the place of what has its name, which it may be a
/// newer one of, and beside other things only when somebody says so.
fn bring(app: App, keys: Vec<String>) {
    let is_open = app
        .sources
        .with_untracked(|sources| matches!(sources, SourcesState::Open(_)));
    let before = app.route.get_untracked();
    if !is_open || before.sources.is_empty() || before.is_adding() {
        app.open_all(&keys);
        return;
    }
    let mut route = before.clone();
    let mut others = Vec::new();
    for key in keys {
        let name = local_name(&key).unwrap_or_default();
        let mut known = route.sources.iter_mut();
        match known.find(|source| is_named(source, name)) {
            Some(source) => source.clone_from(&key),
            None => others.push(key),
        }
    }
    if route != before {
        app.go(route.to(Place::Runs { flow: None }));
    }
    if !others.is_empty() {
        app.beside.set(others);
        app.dialog.set(Dialog::Beside);
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
    let is_missing = |source: &String| is_missing(app, source);
    sources.into_iter().filter(is_missing).collect()
}

/// Opens a file if it is one of those that are wanted. If it is not, that is said of the
/// one that was most likely meant.
pub(super) fn check(app: App, key: String, wanted: Vec<String>, likely: String) {
    // Beside others that are open it is looked at without leaving them.
    let before = app.sources.get_untracked();
    let before = Some(before).filter(|before| matches!(before, SourcesState::Failed(_)));
    let is_alone = before.is_some();
    let back = move || match &before {
        Some(before) => app.sources.set(before.clone()),
        None => app.try_missing(),
    };
    let shows = move |progress| {
        if is_alone {
            app.sources.set(SourcesState::Opening(progress));
        }
    };
    let since = app.route.get_untracked();
    app.other.set(None);
    shows(None);
    let own = key.clone();
    let question = PrintQuery { key: key.clone() };
    let ticket = ask(
        question,
        move |progress| shows(Some(progress)),
        move |answer| {
            let _done = CHECKING.with(|all| {
                let mut all = all.borrow_mut();
                let at = all.iter().position(|(other, _)| *other == key);
                at.map(|at| all.swap_remove(at))
            });
            let now = app.route.get_untracked().sources;
            let mut asked = wanted.iter().filter(|source| now.contains(source));
            if !asked.any(|source| is_missing(app, source)) {
                // One has gone elsewhere meanwhile, or another file was the right one.
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
                app.other.set(None);
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
    CHECKING.with(|all| all.borrow_mut().push((own, ticket)));
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
