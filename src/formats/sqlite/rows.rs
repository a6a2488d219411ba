//! The rows of a table: all of them, or those that are looked for.

use super::fault::{Fault, Faults, File};
use super::order::Keys;
use super::page::Kind;
use super::pages::{Pages, Part};
use super::record::Record;
use super::schema::{ENTRY_FIELDS, Entry, Index, Table};
use super::value::{Encoding, Value};
use super::walk::{Pick, Walk};
use crate::counts;
use crate::model::Severity;
use crate::sorting;
use std::rc::Rc;

/// A row, whose values are made when they are asked for.
#[derive(Debug)]
pub struct Row {
    table: Rc<Table>,
    rowid: Option<i64>,
    record: Record,
    encoding: Encoding,
}

impl Row {
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// `None` in a table without rowids.
    pub fn rowid(&self) -> Option<i64> {
        self.rowid
    }

    /// By the name of its column; `None` for what is no column, was not read, or is computed
    /// and not stored.
    pub fn get(&self, name: &str) -> Option<Value<'_>> {
        self.at(self.table.column(name)?)
    }

    /// By the place of its column in the table.
    pub fn at(&self, column: usize) -> Option<Value<'_>> {
        if self.table.rowid == Some(column) {
            return self.rowid.map(Value::Integer);
        }
        let column = self.table.columns.get(column)?;
        let place = column.place?;
        if place >= self.record.len() {
            // The column is newer than the row.
            return Some(column.default.lent());
        }
        let value = self.record.value(place, self.encoding)?;
        Some(column.as_declared(value))
    }
}

/// Gives the rows of a table, while it is fed with the parts that it wants.
#[derive(Debug)]
pub struct Rows {
    table: Rc<Table>,
    pages: Rc<Pages>,
    stage: Stage,
    /// As many values of a row are read.
    fields: usize,
    /// The index that named the rows, and how many.
    named: Option<(String, u64)>,
    given: u64,
    faults: Faults,
}

#[derive(Debug)]
enum Stage {
    /// Entries of an index, which name the rows.
    Index(Walk, Vec<i64>),
    Rows(Walk),
    Done,
}

impl Rows {
    pub(super) fn all(pages: &Rc<Pages>, table: &Rc<Table>) -> Self {
        Self::of(pages, table, Pick::All)
    }

    pub(super) fn by_rowid(pages: &Rc<Pages>, table: &Rc<Table>, mut rowids: Vec<i64>) -> Self {
        sorting::sort(&mut rowids);
        rowids.dedup();
        Self::of(pages, table, Pick::Rowids(rowids))
    }

    fn of(pages: &Rc<Pages>, table: &Rc<Table>, pick: Pick) -> Self {
        let mut rows = Self {
            table: Rc::clone(table),
            pages: Rc::clone(pages),
            stage: Stage::Done,
            fields: usize::MAX,
            named: None,
            given: 0,
            faults: Faults::default(),
        };
        if table.root == 0 {
            let what = format!(
                "The rows of the table `{}` are not in the database.",
                table.name
            );
            let hint = "It is a virtual one, which only its own program can read.";
            let fault = Fault::damage(File::Database, None, what, hint);
            rows.faults.tell(fault.is_only(Severity::Note));
        } else {
            rows.stage = Stage::Rows(rows.walk(pick));
        }
        rows
    }

    pub(super) fn through(
        pages: &Rc<Pages>,
        table: &Rc<Table>,
        index: &Index,
        columns: usize,
        keys: &[Vec<Value<'_>>],
    ) -> Self {
        let sought = index.columns.iter().take(columns);
        let falling = sought.map(|column| column.falls).collect();
        let keys = Keys::of(keys, falling, pages.encoding);
        let name = format!("index `{}`", index.name);
        let pick = Pick::Keys(keys);
        let walk = Walk::of(pages, index.root, Kind::Index, name, pick, usize::MAX);
        Self {
            table: Rc::clone(table),
            pages: Rc::clone(pages),
            stage: Stage::Index(walk, Vec::new()),
            fields: usize::MAX,
            named: Some((index.name.clone(), 0)),
            given: 0,
            faults: Faults::default(),
        }
    }

    fn walk(&self, pick: Pick) -> Walk {
        let kind = match self.table.is_without_rowid {
            true => Kind::Index,
            false => Kind::Table,
        };
        let name = format!("table `{}`", self.table.name);
        Walk::of(&self.pages, self.table.root, kind, name, pick, self.fields)
    }

    /// That no other columns will be asked for, so that what lies behind them on pages of
    /// its own is not read.
    pub fn only(mut self, columns: &[&str]) -> Self {
        let place = |name: &&str| {
            let column = self.table.column(name)?;
            self.table.columns.get(column)?.place
        };
        let last = columns.iter().filter_map(place).max();
        self.fields = last.map_or(0, |last| last + 1);
        if let Stage::Rows(walk) = &mut self.stage {
            walk.need(self.fields);
        }
        self
    }

    /// The parts that are needed next; none at the end, and while there are rows to
    /// [take](Self::next_row). All of them are to be [fed](Self::feed), in any order.
    pub fn wants(&self, most: usize) -> Vec<Part> {
        match &self.stage {
            Stage::Index(walk, _) | Stage::Rows(walk) => walk.wants(most),
            Stage::Done => Vec::new(),
        }
    }

    /// Takes a part that was wanted. What could not be had is fed as no bytes.
    pub fn feed(&mut self, part: &Part, bytes: &[u8]) {
        match &mut self.stage {
            Stage::Index(walk, _) | Stage::Rows(walk) => walk.feed(part, bytes),
            Stage::Done => {}
        }
    }

    /// The next row, in the order of the table; `None` while [parts are wanted](Self::wants),
    /// and at the end.
    pub fn next_row(&mut self) -> Option<Row> {
        loop {
            match &mut self.stage {
                Stage::Index(walk, rowids) => {
                    while let Some(found) = walk.give() {
                        rowids.extend(last_integer(&found.record, self.pages.encoding));
                    }
                    if !walk.wants(1).is_empty() {
                        return None;
                    }
                    let mut rowids = std::mem::take(rowids);
                    for fault in walk.take_faults() {
                        self.faults.tell(fault);
                    }
                    sorting::sort(&mut rowids);
                    rowids.dedup();
                    if let Some((_, count)) = &mut self.named {
                        *count = rowids.len() as u64;
                    }
                    self.stage = match rowids.is_empty() {
                        true => Stage::Done,
                        false => Stage::Rows(self.walk(Pick::Rowids(rowids))),
                    };
                }
                Stage::Rows(walk) => {
                    if let Some(found) = walk.give() {
                        self.given += 1;
                        return Some(Row {
                            rowid: (!self.table.is_without_rowid).then_some(found.rowid),
                            table: Rc::clone(&self.table),
                            record: found.record,
                            encoding: self.pages.encoding,
                        });
                    }
                    if !walk.wants(1).is_empty() {
                        return None;
                    }
                    let faults = walk.take_faults();
                    self.finish(faults);
                }
                Stage::Done => return None,
            }
        }
    }

    fn finish(&mut self, faults: Vec<Fault>) {
        let is_whole = faults.is_empty();
        for fault in faults {
            self.faults.tell(fault);
        }
        self.stage = Stage::Done;
        if let Some((index, named)) = &self.named
            && let missing @ 1.. = named.saturating_sub(self.given)
            && is_whole
        {
            let what = format!(
                "The index `{index}` names {} that the table `{}` does not have.",
                counts::counted(missing, "row", "rows"),
                self.table.name
            );
            let hint = "The index or the table is damaged; the other rows are shown.";
            self.faults
                .tell(Fault::damage(File::Database, None, what, hint));
        }
    }

    /// What could not be read, since the last time; all of it is known at the end.
    pub fn take_faults(&mut self) -> Vec<Fault> {
        if let Stage::Index(walk, _) | Stage::Rows(walk) = &mut self.stage {
            for fault in walk.take_faults() {
                self.faults.tell(fault);
            }
        }
        self.faults.take()
    }
}

/// An entry of an index ends with the rowid.
fn last_integer(record: &Record, encoding: Encoding) -> Option<i64> {
    let last = record.len().checked_sub(1)?;
    record.value(last, encoding)?.integer()
}

/// Gives the list of all tables and indexes.
#[derive(Debug)]
pub struct Entries {
    walk: Walk,
    encoding: Encoding,
}

impl Entries {
    pub fn of(pages: &Rc<Pages>) -> Self {
        let name = "list of tables".to_owned();
        Self {
            walk: Walk::of(pages, 1, Kind::Table, name, Pick::All, ENTRY_FIELDS),
            encoding: pages.encoding,
        }
    }

    pub fn wants(&self, most: usize) -> Vec<Part> {
        self.walk.wants(most)
    }

    pub fn feed(&mut self, part: &Part, bytes: &[u8]) {
        self.walk.feed(part, bytes);
    }

    /// Those that are there by now.
    pub fn take(&mut self) -> Vec<Entry> {
        let found = std::iter::from_fn(|| self.walk.give());
        let entries = found.filter_map(|found| Entry::read(&found.record, self.encoding));
        entries.collect()
    }

    pub fn take_faults(&mut self) -> Vec<Fault> {
        self.walk.take_faults()
    }
}
