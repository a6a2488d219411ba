//! The app: what a browser loads, out of this program or out of a folder.

use super::answer::{self, FileHead};
use crate::cli::disk::{Disk, Refused, read_part};
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::http::request::Parts;
use axum::response::Response;
use flate2::Compression;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The files of the app when this program was built; none when the app was not there.
static INSIDE: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/app.rs"));

/// What to do where there is no app.
const MISSING: &str = "This program has no app inside to serve.\n  \
    try: ./dev install, which builds the app and puts it in\n  \
    try: ./dev build, then runglass serve --app dist";

pub struct Site {
    from: From,
    /// Files as they are sent, by path.
    ready: Mutex<BTreeMap<String, Arc<Ready>>>,
}

enum From {
    Inside,
    Folder(Disk),
}

struct Ready {
    plain: Bytes,
    packed: Option<Bytes>,
    etag: String,
}

impl Site {
    /// The app inside, or the one in a folder.
    pub fn of(folder: Option<&Path>) -> Result<Self, String> {
        let from = match folder {
            None if INSIDE.is_empty() => return Err(MISSING.to_owned()),
            None => From::Inside,
            Some(folder) => {
                let told = |why: String| format!("--app {}: {why}", folder.display());
                let disk = Disk::at(folder).map_err(|error| told(error.to_string()))?;
                let page = disk.open("index.html");
                page.map_err(|refused| told(refused.words("index.html")))?;
                From::Folder(disk)
            }
        };
        Ok(Self {
            from,
            ready: Mutex::default(),
        })
    }

    /// A file of the app.
    pub fn file(&self, head: &Parts, path: &str) -> Response<Body> {
        let path = match path {
            "" => "index.html",
            path => path,
        };
        let ready = match self.ready(path) {
            Ok(ready) => ready,
            Err(refused @ Refused::LeadsOut) => {
                return answer::refused(StatusCode::FORBIDDEN, &refused.words(path));
            }
            Err(refused) => {
                return answer::refused(StatusCode::NOT_FOUND, &refused.words(path));
            }
        };
        let kind = kind_of(path);
        let has_range = head.headers.contains_key("range");
        let packed = ready.packed.as_ref().filter(|_| !has_range);
        let packed = packed.filter(|_| answer::takes_gzip(head));
        let mut answer = match packed {
            Some(packed) => answer::packed_file(head, packed.clone(), &ready.etag, kind),
            None => {
                let FileHead { mut answer, part } =
                    answer::file_head(head, ready.plain.len() as u64, &ready.etag, kind);
                let slice = |place: u64| usize::try_from(place).unwrap_or(usize::MAX);
                if let Some(part) = part {
                    let part = slice(part.start)..slice(part.end);
                    *answer.body_mut() = Body::from(ready.plain.slice(part));
                }
                answer
            }
        };
        let lasts = match is_hashed(path) {
            true => "public, max-age=31536000, immutable",
            false => "no-cache",
        };
        answer::set(&mut answer, CACHE_CONTROL, lasts);
        answer
    }

    fn ready(&self, path: &str) -> Result<Arc<Ready>, Refused> {
        let known = || self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        let plain = match &self.from {
            From::Inside => {
                if let Some(ready) = known().get(path) {
                    return Ok(ready.clone());
                }
                let found = INSIDE.iter().find(|(name, _)| *name == path);
                let (_, bytes) = found.ok_or(Refused::Missing)?;
                Bytes::from_static(bytes)
            }
            // It may be built again while this goes on.
            From::Folder(disk) => {
                let (mut file, _) = disk.open(path)?;
                Bytes::from(read_part(&mut file, None)?)
            }
        };
        let digest: String = Sha256::digest(&plain)
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let etag = format!("\"{digest}\"");
        if let Some(ready) = known().get(path).filter(|ready| ready.etag == etag) {
            return Ok(ready.clone());
        }
        let level = Compression::best();
        let packed = answer::packed(&plain, level).filter(|packed| packed.len() < plain.len());
        let ready = Arc::new(Ready {
            packed: packed.map(Bytes::from),
            plain,
            etag,
        });
        known().insert(path.to_owned(), ready.clone());
        Ok(ready)
    }
}

/// Whether the name of a file holds the hash of what is in it, so that it never changes.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let hash = stem.rsplit_once('-').map_or("", |(_, hash)| hash);
    let is_hex = |digit: u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit);
    hash.len() == 16 && hash.bytes().all(is_hex)
}

fn kind_of(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, end)| end) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "json" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::is_hashed;

    #[test]
    fn only_files_named_by_their_content_are_kept_for_ever() {
        for name in [
            "style-0123456789abcdef.css",
            "runglass-0123456789abcdef.js",
            "runglass-engine-0123456789abcdef_bg.wasm",
        ] {
            assert!(is_hashed(name), "{name}");
        }
        for name in [
            "index.html",
            "card.html",
            "sites.json",
            "examples/trainflow.zip",
            "a-0123.js",
            "a-0123456789abcdeg.js",
        ] {
            assert!(!is_hashed(name), "{name}");
        }
    }
}
