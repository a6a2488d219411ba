//! From the first page to the whole page: two programs in one tab.
//!
//! The first page is a small program, so that it is there at once. When something is to
//! be opened, `boot.js` starts the whole page in its place; what the user gave by then
//! lies in the global scope, because neither program can reach the other's memory. A
//! link to a run starts the whole page at once.

use super::files::{DroppedFolder, Gift};
use crate::source::http::key::Key;
use crate::source::http::signed::parted;
use js_sys::{Array, Function, Map, Promise, Reflect};
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// Functions that `boot.js` leaves in the global scope: load what opens a source, and
/// start the whole page.
const WARM: &str = "runglassWarm";
const WHOLE: &str = "runglassWhole";
/// The keys of private hosts that were typed in: `src=`, header and value, until the page is
/// left. Both programs ask for them there.
const UNLOCKS: &str = "runglassUnlocks";
/// The same of presigned addresses: `src=` and the query that has the permission.
const SIGNATURES: &str = "runglassSignatures";
/// There too: the promise of what `sites.json` says.
const SITE: &str = "runglassSite";
/// What the first page leaves there: what was given, and the function that ends it.
const GIVEN: &str = "runglassGiven";
const LEAVE: &str = "runglassLeave";
/// There too: somebody asked the first page for a link that only the whole one can tell.
const LINK: &str = "runglassLink";

fn global(name: &str) -> JsValue {
    Reflect::get(&js_sys::global(), &name.into()).unwrap_or_default()
}

fn set_global(name: &str, value: &JsValue) {
    // The global scope of a page takes new names.
    let _set = Reflect::set(&js_sys::global(), &name.into(), value);
}

fn call(name: &str) {
    if let Ok(function) = global(name).dyn_into::<Function>() {
        // What goes wrong in there is told by a screen of its own.
        let _called = function.call0(&JsValue::NULL);
    }
}

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

/// Keeps the key of a source, in memory alone.
pub fn unlock(source: &str, key: &Key) {
    let pair = Array::of2(&key.header.as_str().into(), &key.value.as_str().into());
    map_of(UNLOCKS).set(&source.into(), &pair);
}

/// The key of a source, where one was typed in.
pub fn unlock_of(source: &str) -> Option<Key> {
    let unlocks = global(UNLOCKS).dyn_into::<Map>().ok()?;
    let pair = unlocks.get(&source.into()).dyn_into::<Array>().ok()?;
    Some(Key {
        header: pair.get(0).as_string()?,
        value: pair.get(1).as_string()?,
    })
}

/// Keeps the permission of an address that is shown without it, in memory alone.
pub fn sign(source: &str, query: &str) {
    map_of(SIGNATURES).set(&source.into(), &query.into());
}

/// The source that an address as it was typed or pasted leads to: without quotes around it,
/// and without its permission, which is kept.
pub fn typed(address: &str) -> String {
    let address = address.trim();
    let quoted = ['"', '\'', '`'].iter().find_map(|mark| {
        let rest = address.strip_prefix(*mark)?;
        rest.strip_suffix(*mark)
    });
    let address = quoted.unwrap_or(address).trim();
    match parted(address) {
        Some((bare, query)) => {
            sign(&bare, &query);
            bare
        }
        None => address.to_owned(),
    }
}

/// The permission of a source, where its address had one when it was typed in.
pub fn signature_of(source: &str) -> Option<String> {
    let signatures = global(SIGNATURES).dyn_into::<Map>().ok()?;
    signatures.get(&source.into()).as_string()
}

/// Whether something was typed in for a source that no address tells.
pub fn is_private(source: &str) -> bool {
    unlock_of(source).is_some() || signature_of(source).is_some()
}

fn map_of(name: &str) -> Map {
    global(name).dyn_into::<Map>().unwrap_or_else(|_| {
        let map = Map::new();
        set_global(name, &map);
        map
    })
}

/// A source that the site names.
#[derive(Clone, PartialEq)]
pub struct NamedSource {
    pub src: String,
    pub name: Option<String>,
}

/// What `sites.json` beside the page says.
#[derive(Clone, Default, PartialEq)]
pub struct SiteSources {
    pub sources: Vec<NamedSource>,
    /// Why not all of it could be understood, as half a sentence.
    pub fault: Option<String>,
}

/// The sources that this site names; `boot.js` fetches the list, once.
pub async fn site_sources() -> SiteSources {
    let field = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or_default();
    let Ok(ask) = global(SITE).dyn_into::<Function>() else {
        return SiteSources::default();
    };
    let Ok(Ok(asked)) = ask.call0(&JsValue::NULL).map(JsValue::dyn_into::<Promise>) else {
        return SiteSources::default();
    };
    let told = JsFuture::from(asked).await.unwrap_or_default();
    let sources = field(&told, "sources")
        .dyn_into::<Array>()
        .unwrap_or_default();
    let source = |one: JsValue| {
        let src = field(&one, "src").as_string()?;
        let name = field(&one, "name").as_string();
        Some(NamedSource { src, name })
    };
    SiteSources {
        sources: sources.iter().filter_map(source).collect(),
        fault: field(&told, "fault").as_string(),
    }
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
