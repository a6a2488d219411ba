//! What a file of a datastore is, by its path (Metaflow
//! `datastore/content_addressed_store.py`, `plugins/datastores/local_storage.py`).

use super::assigned;
use crate::cli::pack::named::names_in;
use crate::source::join;
use serde_json::Value;
use std::collections::BTreeSet;

/// A file of the source that lies among values.
pub(super) struct Stored {
    pub(super) path: String,
    /// The folder of values that it lies in: of a flow, or of included files.
    pub(super) area: String,
    /// What is below that.
    pub(super) name: String,
    pub(super) is_included: bool,
}

/// Values that everybody has: `True`, `False`, `None` and an empty list.
pub(super) const KNOWN: [&str; 4] = [
    crate::formats::metaflow::blob::TRUE_SHA,
    crate::formats::metaflow::blob::FALSE_SHA,
    crate::formats::metaflow::blob::NONE_SHA,
    "c5cf38908fc549f499ade5b17ce221ff0ced377f",
];

/// The first part of `path` below `folder`.
pub(super) fn below<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    let rest = match folder {
        "" => path,
        folder => path.strip_prefix(folder)?.strip_prefix('/')?,
    };
    rest.split('/').next().filter(|part| !part.is_empty())
}

/// What a file is, of many.
pub(super) fn kind_of(path: &str) -> &'static str {
    match path {
        path if path.ends_with(".html") => "cards",
        path if sha_of(path).is_some() => "values",
        _ => "records",
    }
}

/// The SHA-1 that a file is named by, where it lies among values.
pub(super) fn sha_of(path: &str) -> Option<&str> {
    let mut parts = path.rsplit('/');
    let sha = parts
        .next()
        .filter(|name| names_in(name.as_bytes()).next().is_some())?;
    let is_sha = sha.len() == 40;
    let (one, two) = (parts.next()?, parts.next()?);
    let is_value = sha.starts_with(one) && one.len() == 2 && two == "data";
    (is_sha && (is_value || two == "data")).then_some(sha)
}

pub(super) fn value_path(area: &str, sha: &str, is_included: bool) -> String {
    match is_included {
        true => join(area, sha),
        false => join(area, &format!("{}/{sha}", sha.get(..2).unwrap_or_default())),
    }
}

/// A file of a store that lies among values: in `Flow/data` or in `data/Flow`.
pub(super) fn stored_at(root: &str, path: &str) -> Option<Stored> {
    let mut parts = path.splitn(3, '/');
    let (one, two, name) = (parts.next()?, parts.next()?, parts.next()?);
    let is_included = one == "data";
    if !is_included && two != "data" {
        return None;
    }
    Some(Stored {
        path: join(root, path),
        area: join(root, &format!("{one}/{two}")),
        name: name.to_owned(),
        is_included,
    })
}

/// The names of flows, steps and artifacts: who has the name of one keeps it as a word.
pub(super) fn note_structure(path: &str, structure: &mut BTreeSet<String>) {
    let mut parts = path.split('/').collect::<Vec<_>>();
    let file = parts.pop().unwrap_or_default();
    let artifact = file
        .split_once("_artifact_")
        .map(|(_, name)| name.trim_end_matches(".json"));
    let is_step = |part: &&str| part.bytes().any(|byte| !byte.is_ascii_digit()) && part.len() > 2;
    for name in parts.into_iter().chain(artifact).filter(is_step) {
        if !structure.contains(name) {
            structure.insert(name.to_lowercase());
        }
    }
}

/// The values that a record gives the name of a secret.
pub(super) fn secret_values(path: &str, bytes: &[u8]) -> Vec<String> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_table = name.ends_with(".data.json") && !path.contains("mf.cards");
    if !is_table && !name.contains("_artifact_") {
        return Vec::new();
    }
    let Ok(record) = serde_json::from_slice::<Value>(bytes) else {
        return Vec::new();
    };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let objects = record.get("objects").and_then(Value::as_object);
    let objects = objects.into_iter().flatten();
    let named = objects.filter(|(name, _)| assigned::is_secret_name(name));
    let mut secret: Vec<String> = named.filter_map(|(_, sha)| text(sha)).collect();
    let name = record.get("name").and_then(text);
    if name.is_some_and(|name| assigned::is_secret_name(&name)) {
        secret.extend(record.get("sha").and_then(text));
    }
    secret
}
