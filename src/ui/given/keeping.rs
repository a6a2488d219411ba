//! What this browser keeps of what was given, so that it opens again after a reload: keeping
//! the way to it, and finding it again by the words of the address.

use super::taking::check;
use super::{Printed, hand_over, is_missing, know, new_key, source_of};
use crate::browser::files::{DroppedFolder, Gift};
use crate::browser::kept::{self, Access};
use crate::browser::spawn::spawn;
use crate::route::Local;
use crate::ui::dom::prelude::*;
use crate::ui::state::App;
use crate::ui::{kept as notes, open};
use js_sys::Promise;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use web_sys::{File, FileSystemHandle};

/// What stays here of a gift that the engine has.
struct Held {
    key: String,
    file: Option<File>,
    handle: Option<Promise>,
}

thread_local! {
    // They belong to no screen, and go with none.

    static HELD: RefCell<Vec<Held>> = const { RefCell::new(Vec::new()) };
    /// Sources that were looked for among what this browser keeps.
    static LOOKED_FOR: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

pub(super) fn hold(key: &str, gift: &Gift) {
    let (file, handle) = match gift {
        Gift::File(file, handle) => (Some(file.clone()), handle.clone()),
        // Several things at once have no way back to them.
        Gift::Folder(folder) if folder.handles().length() == 1 => {
            (None, folder.handles().get(0).dyn_into().ok())
        }
        _ => (None, None),
    };
    let held = Held {
        key: key.to_owned(),
        file,
        handle,
    };
    HELD.with(|all| all.borrow_mut().push(held));
}

/// A file that was given on this page, to be copied.
pub fn file_of(key: &str) -> Option<File> {
    HELD.with(|all| {
        let all = all.borrow();
        let held = all.iter().rev().find(|held| held.key == key);
        held.and_then(|held| held.file.clone())
    })
}

/// Keeps the way to what was given, where the browser has one: after a reload it opens again.
pub(super) async fn keep_way(app: App, key: String) {
    let handle = HELD.with(|all| {
        let all = all.borrow();
        let held = all.iter().rev().find(|held| held.key == key);
        held.and_then(|held| held.handle.clone())
    });
    let Some(handle) = handle else { return };
    let Some(handle) = kept::promised(handle).await else {
        return;
    };
    let given = app
        .given
        .with_untracked(|all| all.iter().find(|given| given.key == key).cloned());
    let Some(given) = given else { return };
    let size = file_of(&key).map(|file| file.size() as u64);
    let id = match (given.id(), &given.print) {
        (Some(id), _) => id,
        (None, Printed::None) if size.is_none() => own_mark(&handle).await,
        (None, _) => return,
    };
    if kept::keep(&id, &given.name, size, &handle).await {
        if size.is_none() {
            know(app, &key, Printed::Own(id));
            open::renamed(&key, &source_of(app, &key));
        }
        notes::refresh();
    }
}

/// By what a folder is kept: the mark that it has already, or a new one.
async fn own_mark(folder: &FileSystemHandle) -> String {
    if let Some(known) = kept::id_of(folder).await {
        return known;
    }
    let random = (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    format!("@{random:08x}")
}

/// Looks for missing sources among what this browser keeps, each once; whether it does. What
/// is missing is tried again afterwards.
pub fn look_for_kept(app: App, keys: &[String]) -> bool {
    let is_new = |key: &&String| LOOKED_FOR.with(|known| !known.borrow().contains(key));
    let missing = keys
        .iter()
        .filter(|key| is_missing(app, key))
        .filter(is_new);
    let missing: Vec<String> = missing.cloned().collect();
    if missing.is_empty() {
        return false;
    }
    LOOKED_FOR.with(|known| known.borrow_mut().extend(missing.iter().cloned()));
    spawn(async move {
        let mut is_checked = false;
        for source in missing {
            is_checked |= open_kept(app, &source, false).await;
        }
        // What is compared goes on when that is done.
        if !is_checked {
            app.try_missing();
        }
    })
    .detach();
    true
}

/// Opens what is kept, because somebody says so: the browser may ask.
pub fn open_again(app: App, source: String) {
    spawn(async move {
        if !open_kept(app, &source, true).await {
            app.try_missing();
        }
    })
    .detach();
}

/// Whether it is a file, which is compared before it opens.
async fn open_kept(app: App, source: &str, asks: bool) -> bool {
    let Some(id) = Local::parse(source).and_then(|local| local.id()) else {
        return false;
    };
    let Some(found) = kept::find(&id).await else {
        return false;
    };
    app.asks.update(|all| all.retain(|known| known != source));
    match found.open(asks).await {
        Access::File(file) => {
            let key = new_key(app, &found.name);
            hand_over(app, &key, Gift::File(file, None));
            let source = source.to_owned();
            check(app, key, vec![source.clone()], source);
            return true;
        }
        Access::Folder(folder) => {
            let folder = DroppedFolder::of_handle(&folder);
            hand_over(app, source, Gift::Folder(Rc::new(folder)));
        }
        Access::Asks => app.asks.update(|all| all.push(source.to_owned())),
        Access::Refused if asks => app.say(
            format!(
                "{} is not where it was, or the browser may not read it.",
                found.name
            ),
            false,
        ),
        Access::Refused => {}
    }
    false
}
