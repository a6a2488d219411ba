//! From the first page to the whole page: two programs in one tab.
//!
//! The first page is a small program, so that it is there at once. When something is to
//! be opened, `boot.js` starts the whole page in its place; what the user gave by then
//! lies in the global scope, because neither program can reach the other's memory. A
//! link to a run starts the whole page at once.

use super::files::{DroppedFolder, Gift};
use super::global::{call, global, set_global};
use js_sys::Array;
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};

/// Functions that `boot.js` leaves there: load what opens a source, and start the whole
/// page.
const WARM: &str = "runglassWarm";
const WHOLE: &str = "runglassWhole";
/// What the first page leaves there: what was given, and the function that ends it.
const GIVEN: &str = "runglassGiven";
const LEAVE: &str = "runglassLeave";
/// There too: somebody asked the first page for a link that only the whole one can tell.
const LINK: &str = "runglassLink";

/// Loads the whole page and the engine: something is about to be opened.
pub fn warm() {
    call(WARM);
}

/// Starts the whole page, which ends this one by `leave` before it draws.
pub fn start_whole_page(leave: impl FnOnce() + 'static) {
    set_global(LEAVE, &Closure::once_into_js(leave));
    call(WHOLE);
}

/// Ends the first page, if one is there.
pub fn end_first_page() {
    call(LEAVE);
    set_global(LEAVE, &JsValue::UNDEFINED);
}

/// Leaves it to the whole page to copy a link.
pub fn keep_link_wish() {
    set_global(LINK, &JsValue::TRUE);
}

pub fn link_is_wished() -> bool {
    let wished = global(LINK).is_truthy();
    set_global(LINK, &JsValue::UNDEFINED);
    wished
}

/// Keeps for the whole page what was given to the first.
pub fn keep(key: &str, gift: Gift) {
    let given = match global(GIVEN).dyn_into::<Array>() {
        Ok(given) => given,
        Err(_) => {
            let given = Array::new();
            set_global(GIVEN, &given);
            given
        }
    };
    let parts = match gift {
        Gift::File(file, handle) => {
            let handle = handle.map_or(JsValue::UNDEFINED, JsValue::from);
            Array::of3(&key.into(), &file, &handle)
        }
        Gift::Files { name, files } => {
            Array::of4(&key.into(), &name.into(), &files, &JsValue::FALSE)
        }
        Gift::Folder(folder) => Array::of4(
            &key.into(),
            &folder.name.as_str().into(),
            folder.roots(),
            folder.handles(),
        ),
    };
    given.push(&parts);
}

/// What was given to the first page, with its keys.
pub fn kept() -> Vec<(String, Gift)> {
    let given = global(GIVEN).dyn_into::<Array>().unwrap_or_default();
    set_global(GIVEN, &JsValue::UNDEFINED);
    let gift = |parts: JsValue| {
        let parts: Array = parts.unchecked_into();
        let name = parts.get(1).as_string();
        let gift = match name {
            None => Gift::File(parts.get(1).unchecked_into(), parts.get(2).dyn_into().ok()),
            Some(name) if parts.get(3).is_truthy() => {
                let (roots, handles) = (parts.get(2), parts.get(3));
                let folder =
                    DroppedFolder::new(name, roots.unchecked_into(), handles.unchecked_into());
                Gift::Folder(Rc::new(folder))
            }
            Some(name) => Gift::Files {
                name,
                files: parts.get(2).unchecked_into(),
            },
        };
        (parts.get(0).as_string().unwrap_or_default(), gift)
    };
    given.iter().map(gift).collect()
}
