//! The runs: one folder or one archive, to read and never to write.
//!
//! The page asks by [`wire`]: lists of folders and files in one body. Single files are
//! there too, with ranges, for links and other programs. They are never shown as a page
//! of this site: what a run has written may be one, with scripts in it.

use super::answer::{self, FileHead};
use super::watch::Watcher;
use crate::cli::disk::{Disk, FoundKind, Refused, Version, name_of, read_part};
use crate::source::Want;
use crate::source::served::wire::{self, Answered, Listed, ListedKind, Part};
use axum::body::{Body, Bytes, to_bytes};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use axum::http::request::Parts;
use axum::response::Response;
use futures_util::stream::unfold;
use serde_json::json;
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch as signal;
use tokio::task::spawn_blocking;

/// What is served below `runs/`.
#[derive(Clone)]
pub struct Runs {
    disk: Disk,
    /// One archive in the folder, and nothing else of it.
    archive: Option<String>,
    told: String,
}

/// Bytes of a file that are packed for one answer, and of a piece of one that is not.
const PACKED: u64 = 8 << 20;
const PIECE: usize = 256 << 10;

impl Runs {
    /// The runs at a path: a folder or an archive. Where none is named, those in the
    /// `.metaflow` of the folder in which this was called, and nothing else of it.
    pub fn of(path: Option<&Path>) -> Result<Self, String> {
        let here = Path::new(".");
        let given = path.unwrap_or(here);
        let told = |why: &dyn std::fmt::Display| format!("{}: {why}", given.display());
        let real = std::fs::canonicalize(given).map_err(|error| told(&error))?;
        let shown = real.display();
        if !real.is_dir() {
            let (Some(folder), true) = (real.parent(), real.is_file()) else {
                return Err(told(&"this is neither a folder nor a file"));
            };
            let name = name_of(&real);
            let disk = Disk::at(folder).map_err(|error| told(&error))?;
            return Ok(Self {
                disk: disk.only(&name),
                told: format!("{shown}, and nothing else."),
                archive: Some(name),
            });
        }
        let disk = Disk::at(given).map_err(|error| told(&error))?;
        let (disk, told) = match path {
            Some(_) => (disk, format!("{shown}: its runs, and all else in it.")),
            None => {
                // The first run makes it: whoever starts this before waits for that.
                let store = real.join(".metaflow");
                let told = format!("{}: its runs, and nothing beside them.", store.display());
                (disk.only(".metaflow"), told)
            }
        };
        if let Err(refused @ Refused::LeadsOut) = disk.place(".metaflow") {
            let real = std::fs::canonicalize(real.join(".metaflow")).unwrap_or_default();
            let words = refused.words(".metaflow");
            return Err(format!("{words}\n  try: runglass serve {}", real.display()));
        }
        Ok(Self {
            disk,
            archive: None,
            told,
        })
    }

    pub fn name(&self) -> &str {
        self.archive.as_deref().unwrap_or(self.disk.name())
    }

    /// The folder, where it is one: what lies in it may change.
    pub fn folder(&self) -> Option<&Disk> {
        self.archive.is_none().then_some(&self.disk)
    }

    /// What is served, for the terminal.
    pub fn told(&self) -> &str {
        &self.told
    }

    /// The `src=` by which the page opens it.
    pub fn key(&self) -> String {
        match &self.archive {
            None => "runs/".to_owned(),
            Some(name) => format!("runs/{}", in_address(name)),
        }
    }

    /// The address within the page.
    pub fn hash(&self) -> String {
        format!("#/?src={}", in_address(&self.key()))
    }

    /// One file.
    pub async fn file(&self, head: &Parts, path: &str) -> Response<Body> {
        let runs = self.clone();
        let of_path = path.to_owned();
        let opened = spawn_blocking(move || runs.disk.open(&of_path)).await;
        let opened = opened.unwrap_or_else(|error| Err(io::Error::other(error).into()));
        let (file, version) = match opened {
            Ok(opened) => opened,
            // A folder that is packed has a record of its own.
            Err(Refused::Missing) if path == wire::RECORD && self.archive.is_none() => {
                return answer::record(head, &self.record());
            }
            Err(refused) => return refused_file(&refused, path),
        };
        let kind = kind_of(path);
        let etag = format!("\"{:x}-{:x}\"", version.size, version.modified);
        let is_text = kind != OTHER && version.size <= PACKED;
        let packs = is_text && answer::takes_gzip(head) && !head.headers.contains_key("range");
        let mut answer = match packs.then(|| whole(&file, version)).flatten() {
            Some(packed) => answer::packed_file(head, packed, &etag, kind),
            None => {
                let FileHead { mut answer, part } =
                    answer::file_head(head, version.size, &etag, kind);
                if let Some(part) = part {
                    *answer.body_mut() = streamed(file, part);
                }
                answer
            }
        };
        answer::set(&mut answer, CACHE_CONTROL, "no-cache");
        // Opened as a page, it is one of no site, and runs nothing.
        let policy = "sandbox; default-src 'none'";
        answer::set(&mut answer, CONTENT_SECURITY_POLICY, policy);
        answer
    }

    /// By it the page knows that it can ask for many files at once.
    fn record(&self) -> serde_json::Value {
        json!({ "runglass": 1, "kind": "served", "name": self.name() })
    }

    /// What lies in each of several folders.
    pub async fn list(&self, head: &Parts, body: Body) -> Response<Body> {
        let Some(folders) = question(body, wire::read_folders).await else {
            return no_question();
        };
        let disk = self.disk.clone();
        answered(head, move || {
            let mut size = 0;
            let list = |folder: &String| {
                if size > wire::ANSWER {
                    return Answered::Later;
                }
                let listed = listed(&disk, folder);
                if let Answered::There(entries) = &listed {
                    size += entries
                        .iter()
                        .map(|entry| entry.name.len() + 17)
                        .sum::<usize>();
                }
                listed
            };
            wire::write_listings(&folders.iter().map(list).collect::<Vec<_>>())
        })
        .await
    }

    /// Several files, or parts of them.
    pub async fn read(&self, head: &Parts, body: Body) -> Response<Body> {
        let Some(wants) = question(body, wire::read_wants).await else {
            return no_question();
        };
        let disk = self.disk.clone();
        answered(head, move || {
            let mut room = wire::ANSWER;
            let read = |want: &Want| {
                if room == 0 {
                    return Answered::Later;
                }
                let part = part(&disk, want, room);
                if let Answered::There(part) = &part {
                    // A file of no bytes is one that was asked for, too.
                    room = room.saturating_sub(part.bytes.len().max(32));
                }
                part
            };
            wire::write_parts(&wants.iter().map(read).collect::<Vec<_>>())
        })
        .await
    }

    /// What has changed since somebody asked last; the answer waits until there is something.
    pub async fn changes(
        &self,
        body: Body,
        watcher: Arc<Watcher>,
        ends: signal::Receiver<bool>,
    ) -> Response<Body> {
        let Some((heard, watched)) = question(body, wire::read_watched).await else {
            return no_question();
        };
        let (heard, folders) = watcher.wait(&self.disk, heard, &watched, ends).await;
        let mut answer = answer::empty(StatusCode::OK);
        answer::set(&mut answer, CACHE_CONTROL, "no-store");
        *answer.body_mut() = Body::from(wire::write_changes(heard, &folders));
        answer
    }
}

async fn question<T>(body: Body, read: fn(&[u8]) -> Option<T>) -> Option<T> {
    let bytes = to_bytes(body, wire::QUESTION).await.ok()?;
    read(&bytes)
}

fn no_question() -> Response<Body> {
    answer::refused(
        StatusCode::BAD_REQUEST,
        "This is no question that is answered here.",
    )
}

/// An answer that is made where waiting for a disk holds up nobody.
async fn answered(head: &Parts, make: impl FnOnce() -> Vec<u8> + Send + 'static) -> Response<Body> {
    match spawn_blocking(make).await {
        Ok(bytes) => answer::message(head, bytes),
        Err(error) => answer::refused(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

fn failed<T>(refused: &Refused, path: &str) -> Answered<T> {
    match refused {
        Refused::Missing => Answered::Missing,
        refused => Answered::Failed(refused.words(path)),
    }
}

fn listed(disk: &Disk, folder: &str) -> Answered<Vec<Listed>> {
    let found = match disk.list(folder) {
        Ok(found) => found,
        Err(refused) => return failed(&refused, folder),
    };
    let entries = found.into_iter().map(|found| Listed {
        name: found.name,
        kind: match found.kind {
            FoundKind::Folder => ListedKind::Folder,
            FoundKind::File(version) => ListedKind::File { size: version.size },
            FoundKind::LeadsOut => ListedKind::LeadsOut,
        },
    });
    Answered::There(entries.collect())
}

/// Of a file as much as is wanted and there is room for.
fn part(disk: &Disk, want: &Want, room: usize) -> Answered<Part> {
    let (mut file, version) = match disk.open(&want.path) {
        Ok(opened) => opened,
        Err(refused) => return failed(&refused, &want.path),
    };
    let range = want.range.map(|range| {
        let end = range.end.min(version.size);
        let end = end.min(range.start.saturating_add(room as u64));
        (range.start..end).into()
    });
    match read_part(&mut file, range) {
        Ok(bytes) => Answered::There(Part {
            size: version.size,
            version: version.number(),
            bytes,
        }),
        Err(error) => failed(&Refused::Failed(error), &want.path),
    }
}

fn refused_file(refused: &Refused, path: &str) -> Response<Body> {
    let status = match refused {
        Refused::Missing => StatusCode::NOT_FOUND,
        Refused::NoPath(_) => StatusCode::BAD_REQUEST,
        Refused::LeadsOut => StatusCode::FORBIDDEN,
        Refused::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    answer::refused(status, &refused.words(path))
}

/// All of a small file, packed; nothing for one that would not get shorter, or that
/// changes at this moment.
fn whole(file: &File, version: Version) -> Option<Bytes> {
    let mut file = file.try_clone().ok()?;
    let bytes = read_part(&mut file, None).ok()?;
    let packed = answer::packed_if_shorter(&bytes)?;
    file.rewind().ok()?;
    (bytes.len() as u64 == version.size).then(|| Bytes::from(packed))
}

/// A part of a file, piece by piece, so that no file is in memory as a whole.
fn streamed(file: File, part: Range<u64>) -> Body {
    // Nothing is left after the last piece, and after a fault.
    let pieces = unfold(Some((file, part)), |left| async move {
        let (mut file, part) = left.filter(|(_, part)| !part.is_empty())?;
        let read = spawn_blocking(move || {
            let wanted = (part.end - part.start).min(PIECE as u64);
            let mut piece = Vec::new();
            file.seek(io::SeekFrom::Start(part.start))?;
            (&file).take(wanted).read_to_end(&mut piece)?;
            if piece.is_empty() {
                // The connection ends: its reader must not take it for the whole.
                return Err(io::Error::other("the file has become shorter"));
            }
            let rest = part.start + piece.len() as u64..part.end;
            Ok((Bytes::from(piece), (file, rest)))
        });
        Some(match read.await {
            Ok(Ok((piece, left))) => (Ok(piece), Some(left)),
            Ok(Err(error)) => (Err(error), None),
            Err(error) => (Err(io::Error::other(error)), None),
        })
    });
    Body::from_stream(pieces)
}

const OTHER: &str = "application/octet-stream";

fn kind_of(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, end)| end) {
        "json" => "application/json",
        "log" | "txt" | "py" | "html" | "csv" => "text/plain; charset=utf-8",
        "zip" => "application/zip",
        _ => OTHER,
    }
}

/// A text as a part of an address.
fn in_address(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
