//! What opens a private source and stands in no address: the keys that were typed in, and the
//! permissions of presigned addresses.
//!
//! They lie in the global scope, where both programs of a tab find them, and go with the page:
//! none of it reaches storage, the address bar or a copied link.

use super::global::{global, map_of};
use crate::source::http::key::Key;
use crate::source::http::signed::parted;
use js_sys::{Array, Map};
use wasm_bindgen::JsCast as _;

/// A map from `src=` to header and value.
const UNLOCKS: &str = "runglassUnlocks";
/// A map from `src=` to the query that has the permission.
const SIGNATURES: &str = "runglassSignatures";

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
