//! Tables out of plain values: a list of dicts, a list of lists of one length, and what
//! `csv.reader` gives.
//!
//! Nothing is copied: a cell is looked up in its row when it is looked at. Start with
//! [`records`].

use super::cell::Cell;
use crate::counts::count;
use crate::pickle::{NodeId, Pickle, Value};
use std::borrow::Cow;

/// Rows with the same columns.
pub struct Records<'a> {
    pub rows: &'a [NodeId],
    pub columns: Vec<Key>,
    /// Its values are the text of a file.
    pub is_text: bool,
}

/// Where a column stands in each row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    Name(String),
    Place(usize),
    /// By its place, under a name that is told once.
    Named(usize, String),
}

/// Rows that tell which columns there are.
const LOOKED_AT: usize = 1000;

/// Columns at most.
const MOST: usize = 2000;

/// The table that a value is read as, if its rows are alike.
pub fn records(pickle: &Pickle, id: NodeId) -> Option<Records<'_>> {
    let rows = pickle.as_list(id)?;
    let first = *rows.first()?;
    let columns = match pickle.value(first) {
        Value::Dict(_) => names(pickle, rows)?,
        Value::List(_) | Value::Tuple(_) => {
            let width = pickle.as_list(first)?.len();
            let same = |row: &NodeId| pickle.as_list(*row).is_some_and(|row| row.len() == width);
            let alike = width > 0 && width <= MOST && rows.iter().take(LOOKED_AT).all(same);
            alike.then(|| (0..width).map(Key::Place).collect())?
        }
        _ => return None,
    };
    Some(Records {
        rows,
        columns,
        is_text: false,
    })
}

/// The keys of dicts, in the order in which they are first met.
fn names(pickle: &Pickle, rows: &[NodeId]) -> Option<Vec<Key>> {
    let mut names: Vec<Key> = Vec::new();
    for row in rows.iter().take(LOOKED_AT) {
        let dict = pickle.as_dict(*row)?;
        for (key, _) in dict.iter().take(MOST) {
            let Value::Text(name) = pickle.value(key) else {
                return None;
            };
            let known =
                |known: &Key| matches!(known, Key::Name(known) if pickle.is_text(key, known));
            if names.len() < MOST && !names.iter().any(known) {
                names.push(Key::Name(name.as_str()?.to_owned()));
            }
        }
    }
    (!names.is_empty()).then_some(names)
}

/// The table that a file of separated values is.
pub fn of_reader(pickle: &Pickle, id: NodeId) -> Option<Records<'_>> {
    let object = pickle.as_object(id)?;
    let class = object.class()?;
    let (("csv", "reader"), &[header, rows]) = ((class.module(), class.name()), object.args())
    else {
        return None;
    };
    let names = pickle.as_list(header)?.iter().take(MOST).enumerate();
    let names = names.map(|(at, name)| {
        let name = pickle.as_str(*name).unwrap_or_default();
        Key::Named(at, name.to_owned())
    });
    Some(Records {
        rows: pickle.as_list(rows)?,
        columns: names.collect(),
        is_text: true,
    })
}

impl Records<'_> {
    /// What of the rows is perhaps not in the table, a sentence each.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let by_name = matches!(self.columns.first(), Some(Key::Name(_)));
        if by_name && self.rows.len() > LOOKED_AT {
            notes.push(format!(
                "The columns are those of the first {} rows; what later rows have beside them is not shown.",
                count(LOOKED_AT as u64)
            ));
        }
        if self.columns.len() == MOST {
            notes.push(format!(
                "There may be more columns than {}.",
                count(MOST as u64)
            ));
        }
        notes
    }
}

impl Key {
    /// As the head of its column.
    pub fn name(&self) -> String {
        match self {
            Key::Name(name) | Key::Named(_, name) => name.clone(),
            Key::Place(place) => place.to_string(),
        }
    }
}

/// One column of some records.
#[derive(Clone, Debug)]
pub struct Picked<'a> {
    rows: &'a [NodeId],
    key: Key,
    /// Texts that are numbers: so said where all of the first are.
    digits: bool,
}

impl<'a> Picked<'a> {
    pub fn of(pickle: &Pickle, records: &Records<'a>, at: usize) -> Option<Self> {
        let mut picked = Self {
            rows: records.rows,
            key: records.columns.get(at)?.clone(),
            digits: false,
        };
        if records.is_text {
            let values = (0..picked.rows.len()).filter_map(|row| picked.text(pickle, row));
            let mut values = values
                .take(100)
                .filter(|value| !value.is_empty())
                .peekable();
            picked.digits = values.peek().is_some() && values.all(is_number);
        }
        Some(picked)
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    fn node(&self, pickle: &Pickle, row: usize) -> Option<NodeId> {
        let row = *self.rows.get(row)?;
        match &self.key {
            Key::Name(name) => pickle.get(pickle.as_dict(row)?, name),
            Key::Place(at) | Key::Named(at, _) => pickle.as_list(row)?.get(*at).copied(),
        }
    }

    fn text<'p>(&self, pickle: &'p Pickle, row: usize) -> Option<&'p str> {
        pickle.as_str(self.node(pickle, row)?)
    }

    pub fn get(&self, pickle: &'a Pickle, row: usize) -> Option<Cell<'a>> {
        if row >= self.rows.len() {
            return None;
        }
        let Some(node) = self.node(pickle, row) else {
            return Some(Cell::Null(""));
        };
        if !matches!(self.key, Key::Named(..)) {
            return Some(Cell::Value(node));
        }
        Some(match pickle.as_str(node) {
            Some("") => Cell::Null(""),
            Some(text) if self.digits && is_number(text) => Cell::Digits(Cow::Borrowed(text)),
            Some(text) => Cell::Text(Cow::Borrowed(text)),
            None => Cell::Value(node),
        })
    }
}

/// A number as files have it: no `inf`, no `nan`, no spaces.
fn is_number(text: &str) -> bool {
    let plain =
        |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E');
    text.bytes().all(plain) && text.parse::<f64>().is_ok()
}
