//! A view of what has been read, for readers that do not wait.
//!
//! A reader of a format is a plain function over a [`Shelf`]. It asks for listings
//! and files as if they were all there; what is not there yet is noted and answered
//! with `None`, and the reader goes on with the rest, so that one pass finds out
//! as much as it can. [`gather`] fetches everything that was noted, side by side,
//! and calls the reader again, until nothing is missing. A reader that needs a
//! file to know the next file's name takes one more pass for it: passes are few,
//! because the records of a run are shallow.

use super::{Bytes, Listing, Pace, Range64, ReadError, Source, Waiting, Want};
use crate::sorting::{SortedMap, SortedSet};
use std::cell::RefCell;

/// What has been listed and read so far, and what was asked for in vain.
#[derive(Default)]
pub struct Shelf {
    listings: SortedMap<String, Result<Listing, ReadError>>,
    files: SortedMap<Want, Result<Bytes, ReadError>>,
    missed: RefCell<Missed>,
}

/// In the order of the questions; a reader may ask for the same thing more than once.
#[derive(Default)]
struct Missed {
    folders: Vec<String>,
    files: Vec<Want>,
}

impl Shelf {
    /// The entries of a folder; `None` when they are not known yet.
    pub fn list(&self, folder: &str) -> Option<Result<&Listing, &ReadError>> {
        if let Some(known) = self.listings.get(folder) {
            return Some(known.as_ref());
        }
        self.missed.borrow_mut().folders.push(folder.to_owned());
        None
    }

    /// The whole of a file; `None` when it is not known yet.
    pub fn read(&self, path: &str) -> Option<Result<&Bytes, &ReadError>> {
        self.want(Want {
            path: path.to_owned(),
            range: None,
        })
    }

    /// A part of a file, cut at its end.
    pub fn read_part(&self, path: &str, range: Range64) -> Option<Result<&Bytes, &ReadError>> {
        self.want(Want {
            path: path.to_owned(),
            range: Some(range),
        })
    }

    /// How many questions had no answer yet. A reader that finds more of them than when it
    /// began will be called again, and may leave for then what depends on them.
    pub fn missed(&self) -> usize {
        let missed = self.missed.borrow();
        missed.folders.len() + missed.files.len()
    }

    /// Whether the source has answered whatever it was asked so far. Where it has not,
    /// what is missing may be there when it is asked again.
    pub fn is_answered(&self) -> bool {
        let gone =
            |error: &ReadError| matches!(error, ReadError::Unreachable(_) | ReadError::Locked(_));
        let listings = self
            .listings
            .values()
            .filter_map(|read| read.as_ref().err());
        let files = self.files.values().filter_map(|read| read.as_ref().err());
        !listings.chain(files).any(gone)
    }

    fn want(&self, want: Want) -> Option<Result<&Bytes, &ReadError>> {
        if let Some(known) = self.files.get(&want) {
            return Some(known.as_ref());
        }
        self.missed.borrow_mut().files.push(want);
        None
    }

    fn take_missed(&self) -> Missed {
        std::mem::take(&mut self.missed.borrow_mut())
    }
}

/// Calls `reader` until it misses nothing, fetching in between what it missed.
///
/// The reader's last answer is the result. A reader must ask for the same things
/// when it is called again; one that never has enough ends after `PASSES`.
pub async fn gather<T>(
    source: &dyn Source,
    pace: &dyn Pace,
    mut reader: impl FnMut(&Shelf) -> T,
) -> T {
    let mut shelf = Shelf::default();
    let mut answer = reader(&shelf);
    let mut again = |shelf: &Shelf| answer = reader(shelf);
    fetch_until_whole(source, pace, &mut shelf, &mut again).await;
    answer
}

/// The part of [`gather`] that is the same for every reader, and in the program once.
fn fetch_until_whole<'a>(
    source: &'a dyn Source,
    pace: &'a dyn Pace,
    shelf: &'a mut Shelf,
    read_again: &'a mut dyn FnMut(&Shelf),
) -> Waiting<'a, ()> {
    /// No reader needs more than a handful; a hostile record must not make it endless.
    const PASSES: usize = 64;
    Box::pin(async move {
        for _ in 0..PASSES {
            let missed = shelf.take_missed();
            if missed.folders.is_empty() && missed.files.is_empty() {
                return;
            }
            let folders = SortedSet::from_iter(missed.folders).into_vec();
            if !folders.is_empty() {
                let listings = source.list_all(&folders).await;
                shelf.listings.extend(folders.into_iter().zip(listings));
            }
            pace.breathe().await;
            let wants = SortedSet::from_iter(missed.files).into_vec();
            if !wants.is_empty() {
                let answers = source.read(&wants).await;
                shelf.files.extend(wants.into_iter().zip(answers));
            }
            pace.breathe().await;
            read_again(shelf);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{NoPace, SourceFacts, SourceKind, listing::Entry, listing::EntryKind};
    use std::cell::Cell;
    use std::rc::Rc;

    /// A source whose file `n` names the next one.
    struct Chain {
        reads: Cell<usize>,
    }

    impl Source for Chain {
        fn facts(&self) -> SourceFacts {
            SourceFacts {
                name: "chain".to_owned(),
                kind: SourceKind::Folder,
                size: None,
                can_grow: false,
            }
        }

        fn list<'a>(&'a self, _: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
            let entry = Entry {
                name: "a".into(),
                kind: EntryKind::File { size: None },
            };
            Box::pin(std::future::ready(Ok(Listing::new(vec![entry]))))
        }

        fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Bytes, ReadError>>> {
            self.reads.set(self.reads.get() + 1);
            let answers = wants.iter().map(|want| match want.path.as_str() {
                "a" => Ok(Rc::new(b"b".to_vec())),
                "b" => Ok(Rc::new(b"end".to_vec())),
                _ => Err(ReadError::Missing),
            });
            Box::pin(std::future::ready(answers.collect()))
        }

        fn bytes_read(&self) -> u64 {
            0
        }
    }

    #[test]
    fn a_reader_is_called_until_nothing_is_missing() {
        let source = Chain {
            reads: Cell::new(0),
        };
        let found = pollster::block_on(gather(&source, &NoPace, |shelf| {
            let listing = shelf.list("")?.ok()?;
            let first = listing.files().next()?.0.to_owned();
            let next = String::from_utf8(shelf.read(&first)?.ok()?.to_vec()).ok()?;
            String::from_utf8(shelf.read(&next)?.ok()?.to_vec()).ok()
        }));
        assert_eq!(found.as_deref(), Some("end"));
        assert_eq!(source.reads.get(), 2);
    }

    #[test]
    fn a_reader_that_never_has_enough_ends() {
        let source = Chain {
            reads: Cell::new(0),
        };
        let mut calls = 0usize;
        pollster::block_on(gather(&source, &NoPace, |shelf| {
            calls += 1;
            shelf.read(&format!("no-{calls}")).is_some()
        }));
        assert!(calls < 100);
    }
}
