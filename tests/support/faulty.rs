//! A disk that is slow or broken, and a folder that is locked.

use crate::folder::MemoryFolder;
use runglass::source::{Blob, Folder, Listing, MemoryBlob, ReadError, Waiting, Want};
use std::cell::Cell;
use std::future::Future;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Reads take several turns, and of several at once the last begun ends first. One
/// of them may fail, once.
pub struct Slow {
    blob: MemoryBlob,
    /// How many reads were begun.
    pub reads: Cell<usize>,
    /// Which of them fails, counted from 0.
    pub fails: Option<usize>,
}

impl Slow {
    pub fn new(bytes: Vec<u8>) -> Self {
        Self {
            blob: MemoryBlob::new("small.zip", bytes),
            reads: Cell::new(0),
            fails: None,
        }
    }
}

impl Blob for Slow {
    fn name(&self) -> String {
        self.blob.name()
    }

    fn size(&self) -> u64 {
        self.blob.size()
    }

    fn read(&self, range: Range<u64>) -> Waiting<'_, Result<Vec<u8>, ReadError>> {
        let nth = self.reads.replace(self.reads.get() + 1);
        let turns = 12usize.saturating_sub(nth % 12);
        Box::pin(async move {
            Turns(turns).await;
            if self.fails == Some(nth) {
                let what = "The disk was pulled out.".to_owned();
                return Err(ReadError::Unreachable(what));
            }
            self.blob.read(range).await
        })
    }
}

/// So many turns of whoever runs it.
pub struct Turns(pub usize);

impl Future for Turns {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match self.0.checked_sub(1) {
            None => Poll::Ready(()),
            Some(left) => {
                self.0 = left;
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}

/// A folder of which one place may not be looked into.
pub struct Closed {
    pub folder: MemoryFolder,
    pub closed: String,
}

impl Folder for Closed {
    fn name(&self) -> String {
        self.folder.name()
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        if folder == self.closed {
            let what = "Permission denied.".to_owned();
            return Box::pin(std::future::ready(Err(ReadError::Unreachable(what))));
        }
        self.folder.list(folder)
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Vec<u8>, ReadError>>> {
        self.folder.read(wants)
    }

    fn can_grow(&self) -> bool {
        false
    }
}

/// A folder that takes its time, and of several reads ends each after another while.
#[allow(dead_code, reason = "not every test waits")]
pub struct SlowFolder(pub MemoryFolder);

impl Folder for SlowFolder {
    fn name(&self) -> String {
        self.0.name()
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        Box::pin(async move {
            Turns(folder.len() % 7).await;
            self.0.list(folder).await
        })
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Vec<u8>, ReadError>>> {
        Box::pin(async move {
            Turns(1 + wants.len() % 5).await;
            self.0.read(wants).await
        })
    }

    fn can_grow(&self) -> bool {
        false
    }
}
