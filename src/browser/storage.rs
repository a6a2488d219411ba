//! What is remembered on this machine: settings and recent sources. Never bytes of a run.

use serde::{Deserialize, Serialize};
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
#[derive(Clone, PartialEq, Serialize, Deserialize)]
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
    get("recent")
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

pub fn set_recent(all: &[Recent]) {
    if let Ok(text) = serde_json::to_string(all) {
        set("recent", &text);
    }
}
