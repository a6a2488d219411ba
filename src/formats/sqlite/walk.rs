//! A walk through a b-tree, page by page as they are fed: all that is in it, or only those
//! ways that lead to what is looked for.
//!
//! Pages that are known to be needed stand on a stack, the next one on top; what an inner
//! page leads to comes in its place. So everything is given in the order of the tree, however
//! far ahead pages are fed. Every page is walked once: a tree that leads back into itself
//! ends there.

use super::fault::{Fault, Faults, File};
use super::order::Keys;
use super::page::{self, Cell, Kind, Page};
use super::pages::{Pages, Part};
use super::record::{MOST_FIELDS, Record, reach};
use crate::counts;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// What is looked for.
#[derive(Debug)]
pub enum Pick {
    All,
    /// Rows of a table, in order.
    Rowids(Vec<i64>),
    /// Entries of an index.
    Keys(Keys),
}

/// A row, or an entry of an index, which has no rowid of its own.
#[derive(Debug)]
pub struct Found {
    pub rowid: i64,
    pub record: Record,
}

#[derive(Debug)]
pub struct Walk {
    pages: Rc<Pages>,
    kind: Kind,
    /// For what is told: "table `log`".
    name: String,
    pick: Pick,
    /// As many values of a record are read at least.
    fields: usize,
    stack: Vec<Next>,
    /// Pages of the stack that were fed, by their number.
    held: HashMap<u32, Held>,
    /// Of each page that continues a record: the page and the cell that wait for it.
    continued: HashMap<u32, (u32, usize)>,
    /// Pages that were led to, each of which is walked once.
    seen: HashSet<u32>,
    /// Those of them that are on the stack and were not fed.
    unread: HashSet<u32>,
    /// Bytes of records that are held until their rows are given.
    growing: usize,
    faults: Faults,
}

#[derive(Debug)]
enum Next {
    Page { number: u32, depth: u8 },
    Entry(Found),
}

#[derive(Debug)]
struct Held {
    bytes: Vec<u8>,
    is_leaf: bool,
    right: Option<u32>,
    cells: Vec<Growing>,
    /// The cells before were given.
    given: usize,
}

/// A cell whose record may go on on other pages.
#[derive(Debug)]
struct Growing {
    cell: Cell,
    /// What came of it from other pages, behind what is on its own.
    more: Vec<u8>,
    /// As much of its record is needed, once its start says so.
    needed: Option<u64>,
    /// The page that is missing.
    missing: Option<u32>,
    /// Whether its record cannot be had.
    is_lost: bool,
}

/// With so much of records in memory no others are begun.
const AHEAD: usize = 8 << 20;

/// The kinds of the values of a record, which are its start, are no longer.
const KINDS: usize = 3 * MOST_FIELDS + 9;

/// SQLite has no deeper trees: with four cells a page there were 2^40 of them.
const DEEPEST: u8 = 20;

impl Walk {
    /// `fields` is how many values of each record are needed, from its start.
    pub fn of(
        pages: &Rc<Pages>,
        root: u32,
        kind: Kind,
        name: String,
        pick: Pick,
        fields: usize,
    ) -> Self {
        let mut walk = Self {
            pages: Rc::clone(pages),
            kind,
            name,
            pick,
            fields,
            stack: Vec::new(),
            held: HashMap::new(),
            continued: HashMap::new(),
            seen: HashSet::new(),
            unread: HashSet::new(),
            growing: 0,
            faults: Faults::default(),
        };
        match walk.reach(root) {
            Ok(()) => {
                walk.unread.insert(root);
                walk.stack.push(Next::Page {
                    number: root,
                    depth: 1,
                });
            }
            Err(what) => {
                let what = format!("The {} {what}.", walk.name);
                let hint = "Nothing of it can be read.";
                let fault = Fault::damage(File::Database, None, what, hint);
                walk.faults.tell(fault);
            }
        }
        walk
    }

    /// As many values of each record are needed; to be said before anything is fed.
    pub fn need(&mut self, fields: usize) {
        self.fields = fields;
    }

    /// The parts that are needed next, the most urgent first; none when all was
    /// [given](Self::give) that can be.
    pub fn wants(&self, most: usize) -> Vec<Part> {
        let most = most.max(1);
        let mut wanted = Vec::new();
        for next in self.stack.iter().rev() {
            let Next::Page { number, .. } = next else {
                continue;
            };
            match self.held.get(number) {
                None => wanted.push(*number),
                Some(held) => {
                    let waiting = held.cells.iter().skip(held.given);
                    wanted.extend(waiting.filter_map(|cell| cell.missing));
                }
            }
            let is_full = !wanted.is_empty() && self.growing > AHEAD;
            if is_full || wanted.len() >= most {
                wanted.truncate(most);
                break;
            }
        }
        let parts = wanted.into_iter().filter_map(|page| self.pages.part(page));
        parts.collect()
    }

    /// Takes a part that was wanted. What could not be had is fed as no bytes.
    pub fn feed(&mut self, part: &Part, bytes: &[u8]) {
        if let Some((page, cell)) = self.continued.remove(&part.page) {
            self.go_on(part.page, page, cell, bytes);
        } else if self.unread.remove(&part.page) {
            self.hold(part.page, bytes);
        }
    }

    pub fn take_faults(&mut self) -> Vec<Fault> {
        self.faults.take()
    }

    /// Whether a page can be walked to, and notes that it is.
    fn reach(&mut self, number: u32) -> Result<(), String> {
        let count = self.pages.count;
        if number == 0 || number > count {
            let pages = counts::counted(u64::from(count), "page", "pages");
            return Err(format!("leads to page {number}, and there are {pages}"));
        }
        if self.pages.part(number).is_none() {
            return Err(format!(
                "leads to page {number}, before which the file ends"
            ));
        }
        if !self.seen.insert(number) {
            return Err(format!("leads to page {number} a second time"));
        }
        Ok(())
    }

    fn tell(&mut self, page: u32, at: usize, what: &str, hint: &'static str) {
        let (file, offset) = self.pages.place(page, at);
        let what = format!("Page {page}, of the {}, {what}.", self.name);
        self.faults.tell(Fault::damage(file, offset, what, hint));
    }

    /// A page of the tree itself.
    fn hold(&mut self, number: u32, bytes: &[u8]) {
        let mut wrong = Vec::new();
        let read = page::read(bytes, number, self.kind, &self.pages, &mut |one| {
            wrong.push(one);
        });
        let others = wrong.len().saturating_sub(1);
        if let Some((at, mut what)) = wrong.into_iter().next() {
            if others > 0 {
                let others = counts::counted(others as u64, "other", "others");
                what.push_str(&format!(", and {others} that cannot be read"));
            }
            self.tell(number, at, &what, "What such a cell holds is left out.");
        }
        let page = read.unwrap_or_else(|(at, what)| {
            self.tell(number, at, &what, "The rows that it leads to are left out.");
            Page {
                is_leaf: true,
                cells: Vec::new(),
                right: None,
            }
        });
        let mut cells = page.cells;
        if page.is_leaf
            && let Pick::Rowids(rowids) = &self.pick
        {
            cells.retain(|cell| rowids.binary_search(&cell.rowid).is_ok());
        }
        let grow = |cell: Cell| Growing {
            missing: cell.overflow,
            cell,
            more: Vec::new(),
            needed: None,
            is_lost: false,
        };
        let held = Held {
            bytes: bytes.to_vec(),
            is_leaf: page.is_leaf,
            right: page.right,
            cells: cells.into_iter().map(grow).collect(),
            given: 0,
        };
        let count = held.cells.len();
        self.held.insert(number, held);
        for cell in 0..count {
            self.ask_on(number, cell);
        }
    }

    fn growing_cell(&mut self, page: u32, cell: usize) -> Option<(&[u8], &mut Growing)> {
        let held = self.held.get_mut(&page)?;
        let growing = held.cells.get_mut(cell)?;
        let local = held.bytes.get(growing.cell.local.clone())?;
        Some((local, growing))
    }

    /// Asks for the next page of a record, unless enough of it is there.
    fn ask_on(&mut self, page: u32, cell: usize) {
        let fields = self.fields;
        let Some((local, growing)) = self.growing_cell(page, cell) else {
            return;
        };
        let Some(next) = growing.missing else {
            return;
        };
        let there = local.len() + growing.more.len();
        if growing.needed.is_none() && there <= KINDS {
            growing.needed = match growing.more.is_empty() {
                true => reach(local, fields),
                false => reach(&[local, &growing.more].concat(), fields),
            };
        }
        let needed = growing.needed.unwrap_or(u64::MAX);
        if there as u64 >= needed.min(growing.cell.size) {
            growing.missing = None;
            return;
        }
        let at = growing.cell.at;
        match self.reach(next) {
            Ok(()) => {
                self.continued.insert(next, (page, cell));
            }
            Err(what) => self.lose(page, cell, at, &what),
        }
    }

    /// A record goes on on this page.
    fn go_on(&mut self, number: u32, page: u32, cell: usize, bytes: &[u8]) {
        let usable = self.pages.usable as usize;
        let Some((local, growing)) = self.growing_cell(page, cell) else {
            return;
        };
        let there = (local.len() + growing.more.len()) as u64;
        let rest = growing.cell.size.saturating_sub(there);
        let length = usize::try_from(rest).unwrap_or(usize::MAX).min(usable - 4);
        let next = super::bytes::u32_at(bytes, 0);
        let Some((next, found)) = next.zip(bytes.get(4..4 + length)) else {
            let at = growing.cell.at;
            let what = format!("goes on on page {number}, which could not be read");
            self.lose(page, cell, at, &what);
            return;
        };
        growing.more.extend_from_slice(found);
        growing.missing = Some(next);
        self.growing += length;
        self.ask_on(page, cell);
    }

    /// The record of a cell cannot be had.
    fn lose(&mut self, page: u32, cell: usize, at: usize, what: &str) {
        if let Some((_, growing)) = self.growing_cell(page, cell) {
            growing.missing = None;
            growing.is_lost = true;
            let held = std::mem::take(&mut growing.more).len();
            self.growing -= held;
        }
        let what = format!("has a record that {what}");
        self.tell(page, at, &what, LOST);
    }

    /// The next row or entry; `None` while [parts are wanted](Self::wants), and at the end.
    pub fn give(&mut self) -> Option<Found> {
        loop {
            let (number, depth) = match self.stack.last()? {
                Next::Page { number, depth } => (*number, *depth),
                Next::Entry(_) => match self.stack.pop() {
                    Some(Next::Entry(found)) => return Some(found),
                    _ => continue,
                },
            };
            let held = self.held.get_mut(&number)?;
            if held.is_leaf {
                let given = held.given;
                match held.cells.get(given) {
                    Some(growing) if growing.missing.is_some() => return None,
                    Some(_) => {
                        held.given += 1;
                        let found = self.record(number, given);
                        if let Some(found) = found.filter(|found| self.is_met(found)) {
                            return Some(found);
                        }
                    }
                    None => {
                        self.held.remove(&number);
                        self.stack.pop();
                    }
                }
            } else {
                if held.cells.iter().any(|cell| cell.missing.is_some()) {
                    return None;
                }
                self.stack.pop();
                self.lead_on(number, depth);
                self.held.remove(&number);
            }
        }
    }

    fn is_met(&self, found: &Found) -> bool {
        match &self.pick {
            Pick::All | Pick::Rowids(_) => true,
            Pick::Keys(keys) => keys.is_met(&found.record),
        }
    }

    fn record(&mut self, page: u32, cell: usize) -> Option<Found> {
        let (local, growing) = self.growing_cell(page, cell)?;
        if growing.is_lost {
            return None;
        }
        let mut payload = Vec::with_capacity(local.len() + growing.more.len());
        payload.extend_from_slice(local);
        let more = std::mem::take(&mut growing.more);
        payload.extend_from_slice(&more);
        let (at, rowid, size) = (growing.cell.at, growing.cell.rowid, growing.cell.size);
        self.growing -= more.len();
        match Record::read(payload, size) {
            Ok(record) => Some(Found { rowid, record }),
            Err(what) => {
                let what = format!("has a record that {what}");
                self.tell(page, at, &what, LOST);
                None
            }
        }
    }

    /// Puts on the stack what an inner page leads to, as far as it is looked for.
    fn lead_on(&mut self, number: u32, depth: u8) {
        let count = self.held.get(&number).map_or(0, |held| held.cells.len());
        let right = self.held.get(&number).and_then(|held| held.right);
        let entries: Vec<Option<Found>> = (0..count)
            .map(|cell| match self.kind {
                Kind::Index => self.record(number, cell),
                Kind::Table => None,
            })
            .collect();
        let Some(held) = self.held.get(&number) else {
            return;
        };
        // Between two entries, or two rowids, is the page before the second of them.
        let mut ways = Vec::with_capacity(count + 1);
        let mut after_entry = None;
        let mut after_rowid = None;
        for (growing, entry) in held.cells.iter().zip(&entries) {
            let record = entry.as_ref().map(|entry| &entry.record);
            let before_entry = record;
            let is_wanted = match &self.pick {
                Pick::All => true,
                Pick::Rowids(rowids) => has_between(rowids, after_rowid, Some(growing.cell.rowid)),
                Pick::Keys(keys) => keys.is_between(after_entry, before_entry),
            };
            ways.push((is_wanted, growing.cell.left, growing.cell.at));
            after_entry = record.or(after_entry);
            after_rowid = Some(growing.cell.rowid);
        }
        let is_wanted = match &self.pick {
            Pick::All => true,
            Pick::Rowids(rowids) => has_between(rowids, after_rowid, None),
            Pick::Keys(keys) => keys.is_between(after_entry, None),
        };
        ways.push((is_wanted, right, 0));

        let mut nexts = Vec::with_capacity(2 * count + 1);
        let entries = entries.into_iter().chain([None]);
        for ((is_wanted, page, at), entry) in ways.into_iter().zip(entries) {
            if let Some(page) = page.filter(|_| is_wanted) {
                let reached = match depth < DEEPEST {
                    true => self.reach(page),
                    false => Err("leads deeper than a tree can be".to_owned()),
                };
                match reached {
                    Ok(()) => {
                        self.unread.insert(page);
                        nexts.push(Next::Page {
                            number: page,
                            depth: depth + 1,
                        });
                    }
                    Err(what) => {
                        let hint = "The rows that lie there are left out.";
                        self.tell(number, at, &what, hint);
                    }
                }
            }
            nexts.extend(entry.filter(|entry| self.is_met(entry)).map(Next::Entry));
        }
        nexts.reverse();
        self.stack.append(&mut nexts);
    }
}

const LOST: &str = "The row is left out.";

/// Whether one of the rowids is larger than the first bound and no larger than the second.
fn has_between(rowids: &[i64], after: Option<i64>, last: Option<i64>) -> bool {
    let first = after.map_or(0, |after| rowids.partition_point(|rowid| *rowid <= after));
    let rowid = rowids.get(first);
    rowid.is_some_and(|rowid| last.is_none_or(|last| *rowid <= last))
}
