//! One page of a b-tree: its cells, and where they lead.

use super::bytes::{u16_at, u32_at, varint_at};
use super::pages::Pages;
use std::ops::Range;

/// A tree is either the rows of a table by their rowid, or the entries of an index in their
/// order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Table,
    Index,
}

#[derive(Debug)]
pub struct Page {
    pub is_leaf: bool,
    pub cells: Vec<Cell>,
    /// The page behind the last cell.
    pub right: Option<u32>,
}

#[derive(Debug, Default)]
pub struct Cell {
    /// Its place in the page.
    pub at: usize,
    /// The page before it.
    pub left: Option<u32>,
    /// Of a table: on an inner page the largest on the page before.
    pub rowid: i64,
    /// The part of its record that is on the page; empty where it has none.
    pub local: Range<usize>,
    /// The length of its whole record.
    pub size: u64,
    /// The first page of the rest of its record.
    pub overflow: Option<u32>,
}

/// What is wrong, and where in the page.
pub type Wrong = (usize, String);

/// Cells that cannot be read are told and left out. `Err` when it is no such page at all.
pub fn read(
    bytes: &[u8],
    number: u32,
    kind: Kind,
    pages: &Pages,
    tell: &mut dyn FnMut(Wrong),
) -> Result<Page, Wrong> {
    // The first page begins with the header of the database.
    let start = if number == 1 {
        super::header::LENGTH
    } else {
        0
    };
    let usable = pages.usable as usize;
    let Some(bytes) = bytes.get(..usable) else {
        let (has, needs) = (bytes.len(), pages.page_size);
        return Err((0, format!("has {has} of its {needs} bytes")));
    };
    let cut = || (start, "is too short".to_owned());
    let flag = *bytes.get(start).ok_or_else(cut)?;
    let is_leaf = match (kind, flag) {
        (Kind::Table, 13) | (Kind::Index, 10) => true,
        (Kind::Table, 5) | (Kind::Index, 2) => false,
        _ => {
            let what = match kind {
                Kind::Table => "a table",
                Kind::Index => "an index",
            };
            let what = format!("should be a page of {what} and begins with byte {flag}");
            return Err((start, what));
        }
    };
    let count = usize::from(u16_at(bytes, start + 3).ok_or_else(cut)?);
    let (right, pointers) = match is_leaf {
        true => (None, start + 8),
        false => (u32_at(bytes, start + 8), start + 12),
    };
    let places = bytes.get(pointers..pointers + 2 * count).ok_or_else(|| {
        let what = format!("should have {count} cells, which are more than it has place for");
        (start + 3, what)
    })?;

    let reader = CellReader {
        bytes,
        kind,
        is_leaf,
        most_payload: pages.most_payload(),
    };
    let after = pointers + places.len();
    let mut taken = after;
    let mut cells = Vec::with_capacity(count);
    let (places, _) = places.as_chunks::<2>();
    for (nth, place) in places.iter().enumerate() {
        let at = usize::from(u16::from_be_bytes(*place));
        if at < after {
            let what = format!("has a cell at {at}, among its places of cells");
            tell((pointers + 2 * nth, what));
            continue;
        }
        match reader.cell(at) {
            Ok((cell, end)) => {
                // Cells lie apart: were they all in one place, a page could hold any number.
                taken = taken.saturating_add(end - at);
                if taken > usable {
                    let what = "has cells that lie over one another".to_owned();
                    tell((pointers + 2 * nth, what));
                    break;
                }
                cells.push(cell);
            }
            // Where it would lie, if that is on the page.
            Err(what) if at < usable => tell((at, what.to_owned())),
            Err(what) => tell((pointers + 2 * nth, what.to_owned())),
        }
    }
    Ok(Page {
        is_leaf,
        cells,
        right,
    })
}

struct CellReader<'a> {
    bytes: &'a [u8],
    kind: Kind,
    is_leaf: bool,
    most_payload: u64,
}

impl CellReader<'_> {
    /// With the end of it.
    fn cell(&self, at: usize) -> Result<(Cell, usize), &'static str> {
        const CUT: &str = "has a cell that goes beyond its end";
        let mut cell = Cell {
            at,
            ..Cell::default()
        };
        let mut now = at;
        if !self.is_leaf {
            cell.left = Some(u32_at(self.bytes, now).ok_or(CUT)?);
            now += 4;
        }
        let has_record = self.is_leaf || self.kind == Kind::Index;
        if has_record {
            let (size, length) = varint_at(self.bytes, now).ok_or(CUT)?;
            cell.size = size;
            now += length;
        }
        if self.kind == Kind::Table {
            let (rowid, length) = varint_at(self.bytes, now).ok_or(CUT)?;
            cell.rowid = rowid.cast_signed();
            now += length;
        }
        if !has_record {
            return Ok((cell, now));
        }
        if cell.size > self.most_payload {
            return Err("has a cell whose record is larger than the database");
        }
        let local = self.local(cell.size);
        cell.local = now..now.saturating_add(local);
        now = cell.local.end;
        if now > self.bytes.len() {
            return Err(CUT);
        }
        if (local as u64) < cell.size {
            cell.overflow = Some(u32_at(self.bytes, now).ok_or(CUT)?);
            now += 4;
        }
        Ok((cell, now))
    }

    /// As many bytes of a record are on the page itself: all if they fit; else so many that
    /// the rest fills its pages, if those fit; else few. The numbers are SQLite's.
    fn local(&self, size: u64) -> usize {
        let usable = self.bytes.len() as u64;
        let part = |of: u64| ((usable - 12) * of / 255).saturating_sub(23);
        let most = match self.kind {
            Kind::Table => usable - 35,
            Kind::Index => part(64),
        };
        let least = part(32);
        let local = if size <= most {
            size
        } else {
            let filling = least + (size - least) % (usable - 4);
            if filling <= most { filling } else { least }
        };
        local as usize
    }
}
