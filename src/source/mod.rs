//! Where bytes come from.
//!
//! A [`Source`] lists folders and reads files; [`open`] finds out what was given
//! and makes one. Sources over an archive stand on a [`Blob`] (bytes that can be
//! read in pieces: a picked file, a URL with ranges), sources over a folder on a
//! [`Folder`]; both are filled by the outside: the browser by `File` and fetch,
//! the command line by the file system. Nothing here knows what the bytes mean.
//!
//! Readers of formats do not wait. They are written against a [`Shelf`]: a view
//! of what has been read so far that notes what they miss. [`gather`] fetches
//! that and asks again, until nothing is missing.

mod alike;
pub mod blob;
mod decoders;
pub mod failure;
pub mod fingerprint;
pub mod folder;
pub mod hosts;
pub mod http;
pub mod inflate;
pub mod inner;
mod joined;
pub mod limits;
pub mod listing;
mod no_runs;
pub mod of_pages;
pub mod open;
mod packed;
pub mod packed_runs;
mod parts;
pub mod pieces;
pub mod recovered;
pub mod served;
mod sharing;
pub mod shelf;
pub mod shown;
mod tar;
pub mod tree;
pub mod web;
pub mod zip;

pub use blob::{Blob, MemoryBlob};
pub use failure::{OpenError, ReadError};
pub use folder::{Folder, FolderSource};
pub use http::{Ask, Http, HttpAnswer, HttpBlob, HttpFailure};
pub use listing::{Entry, EntryKind, Listing, join};
pub use no_runs::NoRuns;
pub use open::{open_anyway, open_blob, recover_blob};
pub use recovered::Recovered;
pub use served::ServedFolder;
pub use shelf::{Shelf, gather};

use futures_util::StreamExt as _;
use std::future::Future;
use std::ops::Range;
use std::pin::Pin;
use std::rc::Rc;

/// Something that will be there later. Nothing here crosses a thread.
pub type Waiting<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Bytes that several readers may hold.
pub type Bytes = Rc<Vec<u8>>;

/// What a source is, for the reader of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFacts {
    /// As the user knows it: a file name, or a URL without its query.
    pub name: String,
    pub kind: SourceKind,
    /// Bytes in all, where known.
    pub size: Option<u64>,
    /// Whether new records may appear while it is open.
    pub can_grow: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    Zip,
    Tar,
    Folder,
}

/// A file, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Want {
    pub path: String,
    /// The part of the file that is wanted, cut at its end; all of it when `None`.
    pub range: Option<Range64>,
}

/// A half-open range of bytes that can be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Range64 {
    pub start: u64,
    pub end: u64,
}

impl From<Range<u64>> for Range64 {
    fn from(range: Range<u64>) -> Self {
        Self {
            start: range.start,
            end: range.end,
        }
    }
}

/// A folder whose changes are waited for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Watched {
    pub folder: String,
    /// Also what lies in the folders below it.
    pub deep: bool,
}

/// A tree of files that can be listed and read. Paths are relative, with `/`
/// between the parts and none at the ends; the root is the empty path.
pub trait Source {
    fn facts(&self) -> SourceFacts;

    /// What lies directly in a folder, ordered by name.
    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>>;

    /// Lists several folders at once; the answers stand in the order of the folders.
    fn list_all<'a>(
        &'a self,
        folders: &'a [String],
    ) -> Waiting<'a, Vec<Result<Listing, ReadError>>> {
        let asked = folders.iter().map(|folder| self.list(folder));
        let asked = futures_util::stream::iter(asked).buffered(limits::AT_ONCE);
        Box::pin(asked.collect())
    }

    /// Reads several files at once, so that an implementation can join reads that
    /// lie side by side. The answers stand in the order of the wants.
    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Bytes, ReadError>>>;

    /// How large files are whose folder's listing does not say so, as far as that can be
    /// told without reading them; the answers stand in the order of the paths.
    fn sizes<'a>(&'a self, paths: &'a [String]) -> Waiting<'a, Vec<Option<u64>>> {
        Box::pin(std::future::ready(vec![None; paths.len()]))
    }

    /// Whether a part of a file costs no more than that part. Where it does not, each part
    /// may cost the whole file.
    fn reads_parts(&self, _path: &str) -> bool {
        false
    }

    /// Waits until something changes in the watched folders: names the folders in which
    /// something came, went or was written, one by one or by a folder that holds them. The
    /// first answer names all that is watched of which nobody knows what it was before.
    /// A source that cannot grow never answers.
    fn changes<'a>(
        &'a self,
        _watched: &'a [Watched],
    ) -> Waiting<'a, Result<Vec<String>, ReadError>> {
        Box::pin(std::future::pending())
    }

    /// Forgets what it keeps, because somebody wants all to be read anew.
    fn forget(&self) {}

    /// Whether each list costs somebody else a request.
    fn is_far(&self) -> bool {
        false
    }

    /// Whether runs in it were redacted when they were packed.
    fn is_redacted(&self) -> bool {
        false
    }

    /// Whether it has been opened, and now its host wants to know who asks.
    fn is_locked(&self) -> bool {
        false
    }

    /// Bytes fetched or read so far.
    fn bytes_read(&self) -> u64;

    /// What came of an archive that is not whole, where somebody asked for that.
    fn recovered(&self) -> Option<&Recovered> {
        None
    }

    /// What is wrong with the source as a whole.
    fn problems(&self) -> Vec<crate::model::Problem> {
        Vec::new()
    }
}

/// What the outside lends to long work: a clock to know when to pause, a pause, and
/// a place to say how far it is.
pub trait Pace {
    /// Lets other work run when this work has gone on for a while. A stopped request
    /// ends here.
    fn breathe(&self) -> Waiting<'_, ()>;

    /// Says how far the work is.
    fn progress(&self, progress: Progress);

    /// Waits for so many milliseconds before something is tried again.
    fn pause(&self, _milliseconds: u32) -> Waiting<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// How far a piece of work is.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Progress {
    /// What is being done, in a word or two.
    pub what: String,
    pub done: u64,
    pub total: Option<u64>,
    pub unit: Unit,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Unit {
    #[default]
    Things,
    Bytes,
}

/// For tests and the command line: never pauses, says nothing.
pub struct NoPace;

impl Pace for NoPace {
    fn breathe(&self) -> Waiting<'_, ()> {
        Box::pin(std::future::ready(()))
    }

    fn progress(&self, _: Progress) {}
}
