//! The write-ahead log: which pages of the database it holds newer, and where.
//!
//! A log is a header and frames, each a page with its number. Both carry two salts, which
//! change when the log is begun anew from its start, so that frames of an older generation
//! may lie behind the last; and a checksum over all that is before, so that the whole log is
//! read once to know how far it goes. Pages count up to the last frame that ends a
//! transaction; of equal pages the last one does.

use super::bytes::u32_at;
use super::fault::{Fault, File};
use crate::counts;
use crate::model::Severity;
use std::collections::HashMap;

/// What counts of a log.
#[derive(Debug, Default)]
pub struct Wal {
    pub page_size: u32,
    /// Pages of the database after the last transaction; `None` when the log has none.
    pub pages: Option<u32>,
    /// Frames up to the last end of a transaction, and how many of those they are.
    pub frames: u64,
    pub transactions: u64,
    /// Sound frames of a transaction that was never finished.
    pub unfinished: u64,
    pub ending: Ending,
    /// By page the place of its bytes.
    places: HashMap<u32, u64>,
}

/// What comes behind the frames that count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// Nothing.
    #[default]
    Whole,
    /// Frames that were written before the log was begun anew.
    Older,
    /// A frame that is not what its checksum says, at this byte.
    Torn(u64),
    /// A frame that is not all there, at this byte.
    Cut(u64),
}

impl Wal {
    /// Where the bytes of a page begin in the log, when it has a newer one than the database.
    pub fn place(&self, page: u32) -> Option<u64> {
        self.places.get(&page).copied()
    }
}

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// Its lowest bit says whether checksums are over numbers with their most significant byte
/// first.
const MAGIC: u32 = 0x377f_0682;
const VERSION: u32 = 3_007_000;

type Sums = (u32, u32);

/// Reads a log that is fed in pieces, from its start on.
#[derive(Debug, Default)]
pub struct WalReader {
    wal: Wal,
    /// Of the header, once it was read.
    start: Option<Start>,
    is_done: bool,
    /// A part of a header or a frame whose rest is still to come.
    rest: Vec<u8>,
    /// Where the next header or frame begins.
    at: u64,
    sums: Sums,
    /// Frames since the last end of a transaction: the page, and the place of its bytes.
    open: Vec<(u32, u64)>,
    fault: Option<Fault>,
}

#[derive(Clone, Copy, Debug)]
struct Start {
    is_big_endian: bool,
    salts: Sums,
    frame: usize,
}

impl WalReader {
    /// Whether anything that is still fed could change what is known.
    pub fn is_done(&self) -> bool {
        self.is_done
    }

    /// Takes the next piece, of any size.
    pub fn feed(&mut self, mut piece: &[u8]) {
        while !self.is_done && !piece.is_empty() {
            let wanted = self.start.map_or(HEADER, |start| start.frame);
            if self.rest.is_empty()
                && let Some((unit, more)) = piece.split_at_checked(wanted)
            {
                self.take(unit);
                piece = more;
                continue;
            }
            let missing = wanted.saturating_sub(self.rest.len());
            let (now, more) = piece.split_at(missing.min(piece.len()));
            self.rest.extend_from_slice(now);
            piece = more;
            if self.rest.len() == wanted {
                let unit = std::mem::take(&mut self.rest);
                self.take(&unit);
            }
        }
    }

    /// A header or a frame.
    fn take(&mut self, unit: &[u8]) {
        let went_on = match self.start {
            None => self.header(unit),
            Some(start) => self.frame(start, unit),
        };
        self.is_done = went_on.is_none();
        self.at += unit.len() as u64;
    }

    fn header(&mut self, unit: &[u8]) -> Option<()> {
        let magic = u32_at(unit, 0)?;
        let is_big_endian = magic & 1 != 0;
        let sums = sums((0, 0), is_big_endian, unit.get(..24)?);
        let page_size = u32_at(unit, 8)?;
        let version = u32_at(unit, 4)?;
        let wrong = if magic & !1 != MAGIC {
            Some("The write-ahead log does not begin as one does.".to_owned())
        } else if sums != (u32_at(unit, 24)?, u32_at(unit, 28)?) {
            Some("The header of the write-ahead log does not match its checksum.".to_owned())
        } else if version != VERSION {
            Some(format!(
                "The write-ahead log is of version {version}, and only {VERSION} is known."
            ))
        } else if !page_size.is_power_of_two() || !(512..=65_536).contains(&page_size) {
            Some(format!(
                "The write-ahead log gives pages of {page_size} bytes, which no database has."
            ))
        } else {
            None
        };
        if let Some(what) = wrong {
            self.fault = Some(Fault::damage(File::Log, 0, what, IGNORED));
            return None;
        }
        self.sums = sums;
        self.wal.page_size = page_size;
        self.start = Some(Start {
            is_big_endian,
            salts: (u32_at(unit, 16)?, u32_at(unit, 20)?),
            frame: FRAME_HEADER + page_size as usize,
        });
        Some(())
    }

    fn frame(&mut self, start: Start, unit: &[u8]) -> Option<()> {
        let (header, page) = unit.split_at_checked(FRAME_HEADER)?;
        if (u32_at(header, 8)?, u32_at(header, 12)?) != start.salts {
            self.wal.ending = Ending::Older;
            return None;
        }
        let sums = sums(self.sums, start.is_big_endian, header.get(..8)?);
        let sums = self::sums(sums, start.is_big_endian, page);
        let number = u32_at(header, 0)?;
        if sums != (u32_at(header, 16)?, u32_at(header, 20)?) || number == 0 {
            self.wal.ending = Ending::Torn(self.at);
            return None;
        }
        self.sums = sums;
        self.open.push((number, self.at + FRAME_HEADER as u64));
        // A frame that ends a transaction says how many pages the database has then.
        if let pages @ 1.. = u32_at(header, 4)? {
            self.wal.pages = Some(pages);
            self.wal.transactions += 1;
            self.wal.frames += self.open.len() as u64;
            self.wal.places.extend(self.open.drain(..));
        }
        Some(())
    }

    /// After the last piece, or when [it is done](Self::is_done): what counts, and what is to
    /// be said of the rest. `None` when nothing counts.
    pub fn finish(mut self) -> (Option<Wal>, Vec<Fault>) {
        if !self.is_done && self.start.is_none() && !self.rest.is_empty() {
            let length = counts::bytes(self.rest.len() as u64);
            let what =
                format!("The write-ahead log ends in the middle of its header, after {length}.");
            self.fault = Some(Fault::damage(File::Log, None, what, IGNORED));
        }
        if let Some(start) = self.start
            && !self.is_done
            && !self.rest.is_empty()
        {
            let (one, other) = (u32_at(&self.rest, 8), u32_at(&self.rest, 12));
            self.wal.ending = match one.zip(other) {
                Some(salts) if salts != start.salts => Ending::Older,
                _ => Ending::Cut(self.at),
            };
        }
        self.wal.unfinished = self.open.len() as u64;
        let mut faults = Vec::from_iter(self.fault.take());
        faults.extend(said_of(&self.wal));
        let is_known = self.wal.pages.is_some();
        (is_known.then_some(self.wal), faults)
    }
}

const IGNORED: &str = "What it holds is not shown: the newest records are missing, as a rule.";

/// What was being written when the log was left is no fault of it.
fn said_of(wal: &Wal) -> Option<Fault> {
    let fault = |offset, what: &str, hint: &'static str| {
        let fault = Fault::damage(File::Log, offset, what, hint);
        Some(fault)
    };
    match wal.ending {
        Ending::Torn(at) => fault(
            Some(at),
            "The write-ahead log does not match its checksums from here on.",
            "It was left or copied while it was written, or is damaged; the transactions before are shown.",
        ),
        Ending::Cut(at) => fault(
            Some(at),
            "The write-ahead log ends in the middle of a page.",
            "It was left or copied while it was written, or is cut; the transactions before are shown.",
        ),
        Ending::Whole | Ending::Older if wal.unfinished > 0 => {
            let pages = counts::counted(wal.unfinished, "page", "pages");
            let what =
                format!("The write-ahead log ends with {pages} of an unfinished transaction.");
            let fault = fault(None, &what, "It never took place, and is not shown.");
            fault.map(|fault| fault.is_only(Severity::Note))
        }
        Ending::Whole | Ending::Older => None,
    }
}

/// The checksum of what is before and these bytes, whose length is a multiple of eight.
fn sums(before: Sums, is_big_endian: bool, bytes: &[u8]) -> Sums {
    let number = match is_big_endian {
        true => u32::from_be_bytes,
        false => u32::from_le_bytes,
    };
    let (mut one, mut other) = before;
    let (pairs, _) = bytes.as_chunks::<8>();
    for &[a, b, c, d, e, f, g, h] in pairs {
        one = one.wrapping_add(number([a, b, c, d])).wrapping_add(other);
        other = other.wrapping_add(number([e, f, g, h])).wrapping_add(one);
    }
    (one, other)
}
