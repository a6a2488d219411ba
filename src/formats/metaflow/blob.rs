//! Stored values: content-addressed, compressed, checked by their SHA-1
//! (Metaflow `datastore/content_addressed_store.py`).

use super::paths::Store;
use crate::source::inflate::Packing;
use serde_json::Value;

/// The SHA-1 of a pickled `True`, `False` and `None` (protocol 4): enough to know
/// such a value without opening its blob.
pub const TRUE_SHA: &str = "868436778cb011a1c6230bc12534683ab0b7f1c3";
pub const FALSE_SHA: &str = "2473d4676d5b2aba674167293142f8031ada401b";
pub const NONE_SHA: &str = "dbc1aaddc8b7343d6d33b34edcf608b8f8801918";

/// Where a blob and the note on its packing lie.
pub struct BlobPlace {
    pub blob: String,
    pub note: String,
}

pub fn place(store: &Store, flow: &str, sha: &str) -> Option<BlobPlace> {
    // The SHA comes from a record: it must not name any other file.
    let hex = sha.len() == 40 && sha.bytes().all(|byte| byte.is_ascii_hexdigit());
    let blob = hex.then(|| store.blob(flow, sha))?;
    Some(BlobPlace {
        note: format!("{blob}_meta"),
        blob,
    })
}

/// How a blob is packed, from its note: `None` for bytes as they are. A missing or
/// unreadable note means what every release since 2.0 writes.
pub fn packing(note: Option<&[u8]>) -> Result<Option<Packing>, String> {
    let Some(Ok(Value::Object(note))) = note.map(serde_json::from_slice) else {
        return Ok(Some(Packing::Gzip));
    };
    if note.get("cas_raw").and_then(Value::as_bool) == Some(true) {
        return Ok(None);
    }
    match note.get("cas_version").and_then(Value::as_i64) {
        Some(1) => Ok(Some(Packing::Gzip)),
        Some(version) => Err(format!(
            "The blob is packed in a way of version {version}; version 1 can be read."
        )),
        None => Err("The note on the blob's packing names no version.".to_owned()),
    }
}

/// The SHA-1 of a value, as the store names it.
pub fn sha1(bytes: &[u8]) -> String {
    sha1_smol::Sha1::from(bytes).digest().to_string()
}

/// The SHA-1 of what comes piece by piece.
#[derive(Default)]
pub struct Sha(sha1_smol::Sha1);

impl Sha {
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// As [`sha1`] gives it.
    pub fn hex(&self) -> String {
        self.0.digest().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_shas_are_those_of_pickles() {
        assert_eq!(sha1(b"\x80\x04\x88."), TRUE_SHA);
        assert_eq!(sha1(b"\x80\x04\x89."), FALSE_SHA);
        assert_eq!(sha1(b"\x80\x04N."), NONE_SHA);
    }

    #[test]
    fn a_sha_cannot_name_another_file() {
        let store = Store::at(String::new());
        assert!(place(&store, "F", "../../etc/passwd").is_none());
        assert!(place(&store, "F", TRUE_SHA).is_some());
    }

    #[test]
    fn the_note_decides_how_a_blob_is_packed() {
        assert_eq!(packing(None), Ok(Some(Packing::Gzip)));
        assert_eq!(
            packing(Some(b"{\"cas_raw\": true, \"cas_version\": 1}")),
            Ok(None)
        );
        assert_eq!(
            packing(Some(b"{\"cas_raw\": false, \"cas_version\": 1}")),
            Ok(Some(Packing::Gzip))
        );
        assert!(packing(Some(b"{\"cas_raw\": false, \"cas_version\": 2}")).is_err());
        assert!(packing(Some(b"{\"cas_raw\": false}")).is_err());
    }
}
