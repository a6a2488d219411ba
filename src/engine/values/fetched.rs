//! The bytes of a stored value: fetched, unpacked, checked by their SHA-1.
//!
//! A large value comes in pieces, each of which is unpacked while the next one is on its
//! way: what is stored is never there as a whole, and what comes out is there once. Start
//! with [`fetch_blob`].

use super::result::fetch_result;
use super::stored::Most;
use crate::engine::Work;
use crate::engine::ask::{Failure, FailureKind};
use crate::engine::prefect::Loaded;
use crate::formats::metaflow::Store;
use crate::formats::metaflow::blob::{self, BlobPlace};
use crate::source::inflate::{Packing, Unpacked, unpack};
use crate::source::of_pages;
use crate::source::pieces::Unpacker;
use crate::source::{Bytes, EntryKind, Pace as _, Progress, ReadError, Source, Unit, Want};
use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use std::collections::VecDeque;
use std::pin::pin;
use std::rc::Rc;

pub(crate) struct Fetched {
    pub bytes: Vec<u8>,
    /// Bytes as stored.
    pub stored: u64,
    pub problems: Vec<String>,
    /// Whether the SHA-1 was looked at.
    pub is_checked: bool,
}

/// When the SHA-1 of a value that comes in pieces is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    Now,
    /// Somebody waits to see the value, and will ask for it afterwards.
    Later,
}

/// The headline of all that can go wrong here.
const HEADLINE: &str = "This value cannot be read";

/// Bytes of a piece, and how many are on their way at once.
const PIECE: u64 = 6 << 20;
const AHEAD: usize = 3;

/// What is unpacked between two breaths: a millisecond of work.
const FED: usize = 128 << 10;

/// Where a value is stored.
#[derive(Clone, Copy)]
pub enum Stored<'a> {
    Blob(Blob<'a>),
    /// A persisted result of Prefect, by its storage key.
    Result {
        source: &'a Rc<dyn Source>,
        run: &'a Loaded,
        key: &'a str,
    },
}

/// A value in a datastore of Metaflow, by its SHA-1.
#[derive(Clone, Copy)]
pub struct Blob<'a> {
    pub source: &'a Rc<dyn Source>,
    pub store: &'a Store,
    pub flow: &'a str,
    pub sha: &'a str,
}

impl<'a> Stored<'a> {
    pub fn source(&self) -> &'a Rc<dyn Source> {
        match self {
            Self::Blob(blob) => blob.source,
            Self::Result { source, .. } => source,
        }
    }

    /// What it is called in its source: the path of its file, as far as that is known.
    pub fn name(&self) -> String {
        match self {
            Self::Blob(blob) => blob.store.blob(blob.flow, blob.sha),
            Self::Result { key, .. } => (*key).to_owned(),
        }
    }
}

/// The bytes of a pickle, wherever and however it is stored.
pub(crate) async fn fetch(
    stored: Stored<'_>,
    most: Most,
    check: Check,
    work: &Work,
) -> Result<Fetched, Box<Failure>> {
    match stored {
        Stored::Blob(blob) => fetch_blob(blob, most, check, work).await,
        Stored::Result { source, run, key } => fetch_result(source, run, key, most, work).await,
    }
}

pub(crate) async fn fetch_blob(
    stored: Blob<'_>,
    most: Most,
    check: Check,
    work: &Work,
) -> Result<Fetched, Box<Failure>> {
    let Blob {
        store, flow, sha, ..
    } = stored;
    let source = &**stored.source;
    let Some(place) = blob::place(store, flow, sha) else {
        let what = if sha.is_empty() {
            "Its record does not say where the value is stored.".to_owned()
        } else {
            let shown: String = sha.chars().take(48).collect();
            let more = if shown.len() < sha.len() { "…" } else { "" };
            format!("Its record names “{shown}{more}”, which is no SHA-1 of a stored value.")
        };
        return Err(Failure::unreadable(
            HEADLINE,
            &store.flow(flow),
            &what,
            "The record may be damaged.",
        ));
    };
    let size = match source.reads_parts(&place.blob) {
        true => size_of(source, &place.blob).await,
        false => None,
    };
    match size.filter(|size| *size > 2 * PIECE) {
        Some(size) => in_pieces(source, &place, sha, size, most, check, work).await,
        None => at_once(source, &place, sha, most, work).await,
    }
}

async fn at_once(
    source: &dyn Source,
    place: &BlobPlace,
    sha: &str,
    most: Most,
    work: &Work,
) -> Result<Fetched, Box<Failure>> {
    let wants = [want(&place.blob, None), want(&place.note, None)];
    let mut answers = source.read(&wants).await.into_iter();
    let (stored, note) = (answers.next(), answers.next());
    let stored = stored.unwrap_or(Err(ReadError::Missing));
    let stored: Bytes = stored.map_err(|error| unread(place, &error))?;
    let note = note.and_then(Result::ok);
    let packing = packing_of(place, note.as_deref())?;
    // A copy of a bucket has lost the notes: what has the name of its own SHA-1 is packed in
    // no way.
    let packing = packing.filter(|_| note.is_some() || blob::sha1(&stored) != sha.to_lowercase());
    let size = stored.len() as u64;
    let unpacked = match packing {
        None => Unpacked {
            bytes: stored.to_vec(),
            fault: None,
        },
        Some(packing) => unpack(&stored, packing, None, most.bytes(), work)
            .await
            .map_err(|error| damaged(place, &error))?,
    };
    let found = blob::sha1(&unpacked.bytes);
    Ok(fetched(unpacked, size, Some(&found), sha))
}

/// A large value of so many bytes, piece by piece.
async fn in_pieces(
    source: &dyn Source,
    place: &BlobPlace,
    sha: &str,
    size: u64,
    most: Most,
    check: Check,
    work: &Work,
) -> Result<Fetched, Box<Failure>> {
    let piece = |at: u64| want(&place.blob, Some(at..at.saturating_add(PIECE).min(size)));
    let last = want(&place.blob, Some(size.saturating_sub(4)..size));
    let wants = [want(&place.note, None), last];
    let mut answers = source.read(&wants).await.into_iter();
    let note = answers.next().and_then(Result::ok);
    if note.is_none() {
        // Whether it is packed is told by the SHA-1 of all of it.
        return at_once(source, place, sha, most, work).await;
    }
    let packing = packing_of(place, note.as_deref())?;
    let last = answers.next().and_then(Result::ok);
    let is_gzip = packing == Some(Packing::Gzip);
    // The end of a member has the size of its content, of which four bytes are kept.
    let expected = last
        .filter(|_| is_gzip)
        .and_then(|last| <[u8; 4]>::try_from(last.as_slice()).ok())
        .map(|last| u64::from(u32::from_le_bytes(last)))
        // Of a file that is cut off they are any bytes.
        .filter(|size| *size <= most.bytes());
    let mut unpacker = Unpacker::new(is_gzip, size, expected, most.bytes())
        .map_err(|error| damaged(place, &error))?;
    let mut hash = blob::Sha::default();
    let pieces = (0..size).step_by(PIECE as usize).map(|at| async move {
        let wanted = [piece(at)];
        source.read(&wanted).await.pop()
    });
    let mut pieces = futures_util::stream::iter(pieces).buffered(AHEAD);
    let mut arrived: VecDeque<Option<Result<Bytes, ReadError>>> = VecDeque::new();
    let mut at: u64 = 0;
    while at < size && !unpacker.is_over() {
        let next = match arrived.pop_front() {
            Some(next) => next,
            None => pieces.next().await.flatten(),
        };
        let bytes = next.unwrap_or(Err(ReadError::Missing));
        let bytes = bytes.map_err(|error| unread(place, &error))?;
        if bytes.is_empty() {
            break;
        }
        at = at.saturating_add(bytes.len() as u64);
        work.progress(Progress {
            what: "Reading the value".to_owned(),
            done: at,
            total: Some(size),
            unit: Unit::Bytes,
        });
        let unpacking = pin!(async {
            for some in bytes.chunks(FED) {
                let before = unpacker.bytes().len();
                unpacker.feed(some)?;
                if check == Check::Now {
                    hash.update(unpacker.bytes().get(before..).unwrap_or_default());
                }
                work.breathe().await;
            }
            Ok(())
        });
        // What follows arrives meanwhile; nobody waits for it here.
        let arriving = pin!(async {
            while arrived.len() < AHEAD
                && let Some(next) = pieces.next().await
            {
                arrived.push_back(next);
            }
        });
        // It is asked first, so that what is to follow is on its way before the work begins.
        let unpacked = match select(arriving, unpacking).await {
            Either::Left(((), unpacking)) => unpacking.await,
            Either::Right((unpacked, _)) => unpacked,
        };
        unpacked.map_err(|error: ReadError| damaged(place, &error))?;
    }
    let before = unpacker.bytes().len();
    let unpacked = unpacker.finish();
    let found = (check == Check::Now).then(|| {
        hash.update(unpacked.bytes.get(before..).unwrap_or_default());
        hash.hex()
    });
    Ok(fetched(unpacked, size, found.as_deref(), sha))
}

fn want(path: &str, range: Option<std::ops::Range<u64>>) -> Want {
    Want {
        path: path.to_owned(),
        range: range.map(Into::into),
    }
}

fn packing_of(place: &BlobPlace, note: Option<&Vec<u8>>) -> Result<Option<Packing>, Box<Failure>> {
    blob::packing(note.map(Vec::as_slice)).map_err(|what| {
        Failure::unreadable(
            HEADLINE,
            &place.note,
            &what,
            "Copy the datastore again, or read it with the engine's own client.",
        )
    })
}

/// What was unpacked, with the SHA-1 that was found, if it was looked at.
fn fetched(unpacked: Unpacked, stored: u64, found: Option<&str>, sha: &str) -> Fetched {
    let mut problems: Vec<String> = unpacked.fault.into_iter().collect();
    // What is cut off cannot have it.
    let is_cut = !problems.is_empty();
    if found.is_some_and(|found| found != sha.to_lowercase()) && !is_cut {
        problems.push(OTHER_SHA.to_owned());
    }
    Fetched {
        bytes: unpacked.bytes,
        stored,
        problems,
        is_checked: found.is_some() || is_cut,
    }
}

pub(super) const OTHER_SHA: &str = "The bytes do not have the SHA-1 under which they are stored: the value is damaged or was changed.";

fn unread(place: &BlobPlace, error: &ReadError) -> Box<Failure> {
    let advice = match error {
        ReadError::LeftOut(why) => {
            let advice = "Ask for it who packed these runs.";
            let mut failure = Failure::unreadable(HEADLINE, &place.blob, why, advice);
            failure.kind = FailureKind::LeftOut;
            return failure;
        }
        ReadError::Missing => {
            let what = "The file that holds the value is not in this source.";
            let advice = "Pack or copy the flow's folder “data” too: it holds the values.";
            return Failure::unreadable(HEADLINE, &place.blob, what, advice);
        }
        ReadError::Unsupported(_) => "Unpack the archive and open the folder.",
        ReadError::Locked(what) => {
            let mut failure = Failure::unreadable(HEADLINE, &place.blob, what, of_pages::OTHER_KEY);
            failure.kind = FailureKind::NeedsKey;
            return failure;
        }
        ReadError::Unreachable(_) => "Try again.",
        _ => "Copy the datastore again.",
    };
    Failure::unreadable(HEADLINE, &place.blob, &error.to_string(), advice)
}

fn damaged(place: &BlobPlace, error: &ReadError) -> Box<Failure> {
    let advice = "Copy the datastore again.";
    Failure::unreadable(HEADLINE, &place.blob, &error.to_string(), advice)
}

/// The bytes of a file as they lie in a source, where that can be told without reading it.
pub(crate) async fn size_of(source: &dyn Source, path: &str) -> Option<u64> {
    let (folder, name) = path.rsplit_once('/')?;
    let listing = source.list(folder).await.ok()?;
    match listing.get(name)?.kind {
        EntryKind::File { size: Some(size) } => Some(size),
        EntryKind::File { size: None } => {
            let path = [path.to_owned()];
            source.sizes(&path).await.pop().flatten()
        }
        EntryKind::Folder => None,
    }
}
