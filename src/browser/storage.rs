//! What is remembered on this machine: settings and recent sources. Never bytes of a run.

use js_sys::{decode_uri_component, encode_uri_component};
use web_sys::Storage;

/// Storage may be switched off; then nothing is remembered, and nothing breaks.
fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

pub fn get(key: &str) -> Option<String> {
    storage()?.get_item(&format!("runglass.{key}")).ok()?
}

pub fn set(key: &str, value: &str) {
    if let Some(storage) = storage() {
        // A full storage is no reason to disturb anybody.
        let _kept = storage.set_item(&format!("runglass.{key}"), value);
    }
}

pub fn remove(key: &str) {
    if let Some(storage) = storage() {
        let _removed = storage.remove_item(&format!("runglass.{key}"));
    }
}

/// A source that was opened before: its name and address.
#[derive(Clone, PartialEq)]
pub struct Recent {
    /// The `src=` of the address.
    pub key: String,
    pub name: String,
    pub folder: bool,
    pub runs: u64,
    pub size: Option<u64>,
    /// When it was opened, in microseconds since the epoch.
    pub at: i64,
}

/// What was opened before, the newest first.
pub fn recent() -> Vec<Recent> {
    let text = get("recent").unwrap_or_default();
    text.lines().filter_map(Recent::parse).collect()
}

pub fn set_recent(all: &[Recent]) {
    let lines: Vec<String> = all.iter().map(Recent::line).collect();
    set("recent", &lines.join("\n"));
}

impl Recent {
    /// `AT RUNS SIZE file|folder NAME KEY`, the words between spaces and encoded.
    fn line(&self) -> String {
        format!(
            "{} {} {} {} {} {}",
            self.at,
            self.runs,
            self.size.map(|size| size.to_string()).unwrap_or_default(),
            if self.folder { "folder" } else { "file" },
            encode_uri_component(&self.name),
            encode_uri_component(&self.key)
        )
    }

    fn parse(line: &str) -> Option<Recent> {
        let mut words = line.split(' ');
        let mut word = || words.next();
        let text = |word: &str| decode_uri_component(word).ok().map(String::from);
        Some(Recent {
            at: word()?.parse().ok()?,
            runs: word()?.parse().ok()?,
            size: word()?.parse().ok(),
            folder: word()? == "folder",
            name: text(word()?)?,
            key: text(word()?)?,
        })
    }
}
