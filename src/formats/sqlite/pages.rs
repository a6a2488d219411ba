//! Where the pages of a database lie: in its file, or newer in its log.

use super::fault::{Fault, File};
use super::header::Header;
use super::value::Encoding;
use super::wal::Wal;
use crate::counts;
use std::ops::Range;

/// A range of bytes of one of the files, that somebody needs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    pub file: File,
    pub range: Range<u64>,
    /// 0 for what is no page.
    pub(super) page: u32,
}

#[derive(Debug)]
pub struct Pages {
    pub page_size: u32,
    /// The part of a page that is SQLite's.
    pub usable: u32,
    pub encoding: Encoding,
    /// As many does the database have, after the last transaction.
    pub count: u32,
    /// As many of them are wholly in its file.
    in_file: u32,
    wal: Option<Wal>,
}

impl Pages {
    /// `header` is the newest one, `size` that of the database's file.
    pub fn of(header: &Header, size: u64, wal: Option<Wal>) -> (Self, Vec<Fault>) {
        let mut faults = Vec::new();
        let wal = wal.filter(|wal| {
            let is_of_it = wal.page_size == header.page_size;
            if !is_of_it {
                let what = format!(
                    "The write-ahead log has pages of {}, and the database of {}.",
                    counts::bytes(u64::from(wal.page_size)),
                    counts::bytes(u64::from(header.page_size))
                );
                let hint = "It is of another database and is not read; \
                    if there is one of this database, its records are missing.";
                faults.push(Fault::damage(File::Log, 8, what, hint));
            }
            is_of_it
        });
        let in_file = u32::try_from(size / u64::from(header.page_size)).unwrap_or(u32::MAX);
        let count = wal.as_ref().and_then(|wal| wal.pages);
        // As SQLite does: of a number that cannot be believed, the size of the file is taken.
        let count = count.or(header.pages).unwrap_or(in_file);
        let is_missing = |page: &u32| wal.as_ref().is_none_or(|wal| wal.place(*page).is_none());
        if let Some(first) = (in_file.saturating_add(1)..=count).find(is_missing) {
            let what = format!(
                "The database should have {}, and its file has place for {}.",
                counts::counted(u64::from(count), "page", "pages"),
                counts::count(u64::from(in_file))
            );
            let hint = format!(
                "It is cut, or its write-ahead log is missing; \
                 rows on page {first} and after it may be missing."
            );
            faults.push(Fault::damage(File::Database, size, what, hint));
        }
        let pages = Self {
            page_size: header.page_size,
            usable: header.usable(),
            encoding: header.encoding,
            count,
            in_file,
            wal,
        };
        (pages, faults)
    }

    /// What the log holds, when there is one that counts.
    pub fn wal(&self) -> Option<&Wal> {
        self.wal.as_ref()
    }

    /// `None` when the database has no such page, or the file ends before it.
    pub fn part(&self, page: u32) -> Option<Part> {
        if page == 0 || page > self.count {
            return None;
        }
        let in_log = self.wal.as_ref().and_then(|wal| wal.place(page));
        let (file, start) = match in_log {
            Some(start) => (File::Log, start),
            None if page > self.in_file => return None,
            None => (File::Database, self.start(page)),
        };
        Some(Part {
            file,
            range: start..start.saturating_add(u64::from(self.page_size)),
            page,
        })
    }

    fn start(&self, page: u32) -> u64 {
        u64::from(page.saturating_sub(1)) * u64::from(self.page_size)
    }

    /// The file and the byte of a place in a page, for a [`Fault`].
    pub fn place(&self, page: u32, within: usize) -> (File, u64) {
        let (file, start) = match self.part(page) {
            Some(part) => (part.file, part.range.start),
            None => (File::Database, self.start(page)),
        };
        (file, start.saturating_add(within as u64))
    }

    /// No record can be larger.
    pub fn most_payload(&self) -> u64 {
        u64::from(self.count) * u64::from(self.usable)
    }
}
