//! What is remembered on this machine: settings and recent sources. Never bytes of a run.

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
