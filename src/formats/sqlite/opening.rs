//! From the sizes of the files to what tables there are, part by part.

use super::database::Database;
use super::fault::{Fault, File};
use super::header::{self, Header};
use super::pages::{Pages, Part};
use super::rows::Entries;
use super::schema::{self, Entry};
use super::wal::{Wal, WalReader};
use crate::model::Severity;
use std::rc::Rc;

/// The sizes of the files of a database; `None` of what is not there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sizes {
    pub database: u64,
    pub log: Option<u64>,
    pub journal: Option<u64>,
}

/// Opens a database while it is fed with the parts that it wants.
///
/// It is that of one moment: where somebody goes on writing, what is read later may be of
/// another, and is to be opened anew.
#[derive(Debug)]
pub struct Opening {
    sizes: Sizes,
    faults: Vec<Fault>,
    step: Step,
}

/// Each holds what is known by then.
#[derive(Debug)]
enum Step {
    /// Whether it is a database.
    Start { is_journal_known: bool },
    /// Which pages the log holds, which is read from its start on.
    Log {
        header: Header,
        reader: Box<WalReader>,
        at: u64,
    },
    /// Whether the log holds a newer header.
    NewerHeader { header: Header, wal: Wal, at: u64 },
    Tables {
        header: Header,
        pages: Rc<Pages>,
        entries: Box<Entries>,
        found: Vec<Entry>,
    },
    /// It is none.
    Failed(Fault),
}

/// As much of the log is wanted at once.
const PIECE: u64 = 1 << 20;

impl Opening {
    pub fn of(sizes: Sizes) -> Self {
        let mut opening = Self {
            sizes,
            faults: Vec::new(),
            step: Step::Start {
                // An empty one is of no transaction.
                is_journal_known: sizes.journal.unwrap_or_default() == 0,
            },
        };
        if sizes.database == 0 {
            opening.start(&[]);
        }
        opening
    }

    /// The parts that are needed next, all of which are to be [fed](Self::feed); none at the
    /// end.
    pub fn wants(&self, most: usize) -> Vec<Part> {
        let part = |file, start: u64, length: u64, size: u64| Part {
            file,
            range: start..start.saturating_add(length).min(size),
            page: 0,
        };
        let header = header::LENGTH as u64;
        let log = self.sizes.log.unwrap_or_default();
        match &self.step {
            Step::Start { is_journal_known } => match is_journal_known {
                // One after the other, so that the last of them ends the step.
                false => vec![part(File::Journal, 0, 1, u64::MAX)],
                true => vec![part(File::Database, 0, header, self.sizes.database)],
            },
            Step::Log { at, .. } => vec![part(File::Log, *at, PIECE, log)],
            Step::NewerHeader { at, .. } => vec![part(File::Log, *at, header, log)],
            Step::Tables { entries, .. } => entries.wants(most),
            Step::Failed(_) => Vec::new(),
        }
    }

    /// Takes a part that was wanted. What could not be had is fed as no bytes.
    pub fn feed(&mut self, part: &Part, bytes: &[u8]) {
        match (&mut self.step, part.file) {
            (Step::Start { is_journal_known }, File::Journal) => {
                *is_journal_known = true;
                // A journal that is done with is emptied, or begins with zeros.
                if bytes.first().is_some_and(|byte| *byte != 0) {
                    self.faults.push(hot_journal());
                }
            }
            (Step::Start { .. }, File::Database) => self.start(bytes),
            (Step::Log { .. }, File::Log) => self.log(bytes),
            (Step::NewerHeader { .. }, File::Log) => self.newer_header(bytes),
            (Step::Tables { entries, found, .. }, _) => {
                entries.feed(part, bytes);
                found.append(&mut entries.take());
            }
            _ => {}
        }
    }

    /// Once nothing is wanted any more. `Err` when it is no database that can be read.
    pub fn finish(mut self) -> Result<Database, Fault> {
        match self.step {
            Step::Tables {
                header,
                pages,
                mut entries,
                found,
            } => {
                self.faults.append(&mut entries.take_faults());
                // Before the fourth format of the list, indexes took no notice of `DESC`.
                let (tables, mut faults) = schema::tables(found, header.schema_format >= 4);
                self.faults.append(&mut faults);
                Ok(Database {
                    header,
                    tables: tables.into_iter().map(Rc::new).collect(),
                    faults: self.faults,
                    pages,
                })
            }
            Step::Failed(fault) => Err(fault),
            Step::Start { .. } | Step::Log { .. } | Step::NewerHeader { .. } => {
                let what = "The database was not read to the end of its list of tables.";
                Err(Fault::damage(File::Database, None, what, "Open it again."))
            }
        }
    }

    fn start(&mut self, bytes: &[u8]) {
        let header = match Header::read(bytes) {
            Ok(header) => header,
            Err(fault) => {
                self.step = Step::Failed(fault);
                return;
            }
        };
        match self.sizes.log {
            None if header.has_log => self.faults.push(missing_log()),
            Some(1..) => {
                self.step = Step::Log {
                    header,
                    reader: Box::default(),
                    at: 0,
                };
                return;
            }
            _ => {}
        }
        self.tables(header, None);
    }

    fn log(&mut self, bytes: &[u8]) {
        let Step::Log { header, reader, at } = &mut self.step else {
            return;
        };
        reader.feed(bytes);
        *at = at.saturating_add(bytes.len() as u64);
        let is_end = bytes.is_empty() || *at >= self.sizes.log.unwrap_or_default();
        if !is_end && !reader.is_done() {
            return;
        }
        let header = header.clone();
        let (wal, mut faults) = std::mem::take(reader).finish();
        self.faults.append(&mut faults);
        let first = wal.as_ref().and_then(|wal| wal.place(1));
        let is_of_it = |wal: &Wal| wal.page_size == header.page_size;
        match (wal, first) {
            (Some(wal), Some(at)) if is_of_it(&wal) => {
                self.step = Step::NewerHeader { header, wal, at };
            }
            (wal, _) => self.tables(header, wal),
        }
    }

    fn newer_header(&mut self, bytes: &[u8]) {
        let Step::NewerHeader { header, wal, .. } = &mut self.step else {
            return;
        };
        let wal = std::mem::take(wal);
        let newer = Header::read(bytes).ok();
        let newer = newer.filter(|newer| newer.page_size == header.page_size);
        let header = newer.unwrap_or_else(|| header.clone());
        self.tables(header, Some(wal));
    }

    fn tables(&mut self, header: Header, wal: Option<Wal>) {
        let (pages, mut faults) = Pages::of(&header, self.sizes.database, wal);
        self.faults.append(&mut faults);
        let pages = Rc::new(pages);
        self.step = Step::Tables {
            header,
            entries: Box::new(Entries::of(&pages)),
            pages,
            found: Vec::new(),
        };
    }
}

fn missing_log() -> Fault {
    let what = "The database keeps its newest changes in a write-ahead log, \
        and there is none beside it.";
    let hint = "If a file with the same name and `-wal` at its end was left behind, open both: \
        without it the newest records are missing.";
    Fault::damage(File::Log, None, what, hint).is_only(Severity::Warning)
}

fn hot_journal() -> Fault {
    let what = "The journal beside the database says that a transaction was not finished.";
    let hint = "What is shown may hold a part of it. Open the database with SQLite once, \
        which takes the transaction back, and then here.";
    Fault::damage(File::Journal, None, what, hint).is_only(Severity::Warning)
}
