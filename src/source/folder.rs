//! A folder whose files are read one by one.

use super::{
    Bytes, Listing, Range64, ReadError, Source, SourceFacts, SourceKind, Waiting, Want, Watched,
};
use crate::model::Problem;
use std::cell::Cell;
use std::rc::Rc;

/// A tree of files that the outside lends: a dropped folder, a folder on disk.
pub trait Folder {
    fn name(&self) -> String;
    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>>;
    /// Lists several folders, where that costs less than one after the other; see
    /// [`Source::list_all`].
    fn list_all<'a>(
        &'a self,
        folders: &'a [String],
    ) -> Waiting<'a, Vec<Result<Listing, ReadError>>> {
        Box::pin(async move {
            let mut listings = Vec::with_capacity(folders.len());
            for folder in folders {
                listings.push(self.list(folder).await);
            }
            listings
        })
    }
    /// Reads files or parts of them; the answers stand in the order of the wants.
    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Vec<u8>, ReadError>>>;
    /// How large files are that a listing tells no size of; see [`Source::sizes`].
    fn sizes<'a>(&'a self, paths: &'a [String]) -> Waiting<'a, Vec<Option<u64>>> {
        Box::pin(std::future::ready(vec![None; paths.len()]))
    }
    /// Whether files may appear or change while it is open.
    fn can_grow(&self) -> bool;
    /// Waits until something changes; see [`Source::changes`].
    fn changes<'a>(
        &'a self,
        _watched: &'a [Watched],
    ) -> Waiting<'a, Result<Vec<String>, ReadError>> {
        Box::pin(std::future::pending())
    }
    /// What is wrong with the folder as a whole.
    fn problems(&self) -> Vec<Problem> {
        Vec::new()
    }
}

/// A [`Source`] over a [`Folder`].
pub struct FolderSource {
    folder: Rc<dyn Folder>,
    read: Cell<u64>,
}

impl FolderSource {
    pub fn new(folder: Rc<dyn Folder>) -> Self {
        Self {
            folder,
            read: Cell::new(0),
        }
    }
}

impl Source for FolderSource {
    fn facts(&self) -> SourceFacts {
        SourceFacts {
            name: self.folder.name(),
            kind: SourceKind::Folder,
            size: None,
            can_grow: self.folder.can_grow(),
        }
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        self.folder.list(folder)
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Bytes, ReadError>>> {
        Box::pin(async move {
            let answers = self.folder.read(wants).await;
            let read: u64 = answers
                .iter()
                .flatten()
                .map(|bytes| bytes.len() as u64)
                .sum();
            self.read.set(self.read.get() + read);
            answers
                .into_iter()
                .map(|answer| answer.map(Rc::new))
                .collect()
        })
    }

    fn list_all<'a>(
        &'a self,
        folders: &'a [String],
    ) -> Waiting<'a, Vec<Result<Listing, ReadError>>> {
        self.folder.list_all(folders)
    }

    fn changes<'a>(
        &'a self,
        watched: &'a [Watched],
    ) -> Waiting<'a, Result<Vec<String>, ReadError>> {
        self.folder.changes(watched)
    }

    fn problems(&self) -> Vec<Problem> {
        self.folder.problems()
    }

    fn sizes<'a>(&'a self, paths: &'a [String]) -> Waiting<'a, Vec<Option<u64>>> {
        self.folder.sizes(paths)
    }

    fn reads_parts(&self, _path: &str) -> bool {
        true
    }

    fn bytes_read(&self) -> u64 {
        self.read.get()
    }
}

/// The part of a file that a want asks for, cut at the file's end.
pub fn part_of(bytes: Vec<u8>, range: Option<Range64>) -> Vec<u8> {
    let Some(range) = range else { return bytes };
    let end = usize::try_from(range.end)
        .unwrap_or(usize::MAX)
        .min(bytes.len());
    let start = usize::try_from(range.start).unwrap_or(usize::MAX).min(end);
    bytes.get(start..end).unwrap_or_default().to_vec()
}
