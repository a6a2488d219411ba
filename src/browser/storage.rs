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

/// What the site calls a source of its own, for as long as this tab is open.
pub fn site_name(key: &str) -> Option<String> {
    let storage = web_sys::window()?.session_storage().ok()??;
    storage.get_item(&format!("runglass.name.{key}")).ok()?
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
    /// Whose runs were looked at; none for everything.
    pub namespace: Option<String>,
    /// Whose records they are, in words.
    pub systems: String,
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

/// Whose runs of a source were looked at last. Of what was given by hand that is not
/// known: every `.metaflow` has the same name.
pub fn namespace_of(key: &str) -> Option<String> {
    if key.starts_with("local:") {
        return None;
    }
    let known = recent().into_iter().find(|recent| recent.key == key);
    known.and_then(|recent| recent.namespace)
}

pub fn remember_namespace(key: &str, namespace: Option<&str>) {
    let mut all = recent();
    if let Some(recent) = all.iter_mut().find(|recent| recent.key == key) {
        recent.namespace = namespace.map(str::to_owned);
        set_recent(&all);
    }
}

impl Recent {
    /// `AT RUNS SIZE file|folder NAME KEY NAMESPACE ENGINES`, the words between spaces and encoded.
    fn line(&self) -> String {
        format!(
            "{} {} {} {} {} {} {} {}",
            self.at,
            self.runs,
            self.size.map(|size| size.to_string()).unwrap_or_default(),
            if self.folder { "folder" } else { "file" },
            encode_uri_component(&self.name),
            encode_uri_component(&self.key),
            encode_uri_component(self.namespace.as_deref().unwrap_or_default()),
            encode_uri_component(&self.systems)
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
            namespace: word().and_then(text).filter(|name| !name.is_empty()),
            // Who opened it before there were others has none.
            systems: word()
                .and_then(text)
                .unwrap_or_else(|| "Metaflow".to_owned()),
        })
    }
}
