//! A table whose columns have names: what is a list of like things in a manifest.
//!
//! A column that is not there has no cells, and one that is not known is left alone: so a
//! newer writer may add columns: therefore none is like another one, only parts of a column
//! are like one another. Flags are the rows that have them.

use super::column::{Cells, Column, Fault};
use super::encoder::Encoder;
use crate::sorting::SortedMap;
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// The rows that any table of a manifest may have.
const ROWS: u32 = 64 << 20;

/// A table as it is written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    pub rows: u32,
    pub columns: Columns,
}

/// By name, in the order in which they are written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns(Vec<(String, Column)>);

impl Serialize for Columns {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.0.len()))?;
        for (name, column) in &self.0 {
            map.serialize_entry(name, column)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Columns {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Named;
        impl<'de> Visitor<'de> for Named {
            type Value = Columns;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("columns by name")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Columns, M::Error> {
                let mut columns = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    columns.push(entry);
                }
                Ok(Columns(columns))
            }
        }
        from.deserialize_map(Named)
    }
}

impl Sheet {
    pub fn new(rows: usize) -> Self {
        Self {
            rows: u32::try_from(rows).unwrap_or(u32::MAX),
            columns: Columns::default(),
        }
    }

    /// Adds a column, unless no row has a cell.
    pub fn texts<'a>(&mut self, name: &str, cells: impl IntoIterator<Item = Option<&'a str>>) {
        let cells: Vec<Option<&str>> = cells.into_iter().collect();
        if cells.iter().any(Option::is_some) {
            let column = Encoder::default().sparse(cells);
            self.columns.0.push((name.to_owned(), column));
        }
    }

    pub fn numbers(&mut self, name: &str, cells: impl IntoIterator<Item = Option<i64>>) {
        let cells = cells
            .into_iter()
            .map(|cell| cell.map(|cell| cell.to_string()));
        let cells: Vec<Option<String>> = cells.collect();
        self.texts(name, cells.iter().map(Option::as_deref));
    }

    pub fn flags(&mut self, name: &str, cells: impl IntoIterator<Item = bool>) {
        self.texts(name, cells.into_iter().map(|cell| cell.then_some("yes")));
    }

    /// Checks all columns, and makes them ready to be read.
    pub fn open(self) -> Result<OpenSheet, Fault> {
        if self.rows > ROWS {
            return Err(format!("a table says that it has {} rows", self.rows));
        }
        let mut cells = Cells::new(self.rows as usize);
        let mut names = SortedMap::default();
        for (at, (name, column)) in self.columns.0.into_iter().enumerate() {
            cells
                .add_alone(column)
                .map_err(|fault| format!("in the column “{name}” {fault}"))?;
            names.insert(name, at);
        }
        Ok(OpenSheet { cells, names })
    }
}

/// A table that is ready to be read.
pub struct OpenSheet {
    cells: Cells,
    names: SortedMap<String, usize>,
}

/// One column of it, or one that is not there.
#[derive(Clone, Copy)]
pub struct Named<'a> {
    cells: &'a Cells,
    column: usize,
}

impl OpenSheet {
    pub fn rows(&self) -> usize {
        self.cells.rows()
    }

    pub fn column(&self, name: &str) -> Named<'_> {
        Named {
            cells: &self.cells,
            column: self.names.get(name).copied().unwrap_or(usize::MAX),
        }
    }
}

impl<'a> Named<'a> {
    pub fn text(self, row: usize) -> Option<Cow<'a, str>> {
        self.cells.text(self.column, row)
    }

    pub fn owned(self, row: usize) -> Option<String> {
        self.text(row).map(Cow::into_owned)
    }

    pub fn number(self, row: usize) -> Option<i64> {
        self.cells.number(self.column, row)
    }

    /// A number that is no less than nothing, and fits.
    pub fn count<T: TryFrom<i64>>(self, row: usize) -> Option<T> {
        T::try_from(self.number(row)?).ok()
    }

    pub fn flag(self, row: usize) -> bool {
        self.cells.has(self.column, row)
    }
}

/// Parts of the rows of one table that are rows of another, in the same order: a task's
/// attempts.
pub struct Parts<'a> {
    owner: Named<'a>,
    rows: usize,
    next: usize,
}

impl<'a> Parts<'a> {
    /// By the column that names the owner's row.
    pub fn new(sheet: &'a OpenSheet) -> Self {
        Self {
            owner: sheet.column("of"),
            rows: sheet.rows(),
            next: 0,
        }
    }

    /// The rows of the next owner. Owners are asked for in their order.
    pub fn of(&mut self, owner: usize) -> std::ops::Range<usize> {
        let start = self.next;
        while self.next < self.rows && self.owner.count::<usize>(self.next) == Some(owner) {
            self.next += 1;
        }
        start..self.next
    }

    /// Whether every row had an owner: else they stand in another order, or lie.
    pub fn is_over(&self) -> bool {
        self.next == self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both years of a window grow alike, as the rows before them do.
    #[test]
    fn parts_of_a_column_that_are_alike_are_not_taken_for_parts_of_another() {
        let mut sheet = Sheet::new(3);
        sheet.numbers("of", [Some(0), Some(1), Some(2)]);
        let windows = ["2019 to 2021", "2020 to 2022", "2022 to 2024"];
        sheet.texts("value", windows.map(Some));
        let json = serde_json::to_string(&sheet).unwrap();
        assert!(json.contains(r#"{"like":[0,2]}"#), "{json}");
        let open = serde_json::from_str::<Sheet>(&json)
            .unwrap()
            .open()
            .unwrap();
        let values = (0..3).map(|row| open.column("value").owned(row).unwrap());
        assert_eq!(values.collect::<Vec<_>>(), windows);
        assert_eq!(open.column("of").number(2), Some(2));
    }
}
