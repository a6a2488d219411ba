//! Which tables a database has, their columns, and which indexes find their rows.
//!
//! The list of it all is a table itself, `sqlite_schema`, with the SQL text by which each was
//! made. An index that a `PRIMARY KEY` or `UNIQUE` brought along has none: its name says the
//! how manieth of its table it is.

use super::fault::{Fault, File};
use super::record::{MOST_FIELDS, Record};
use super::statement::{self, ColumnText, Sorted, TableText, Unique};
use super::value::{Encoding, Value};
use std::collections::HashMap;

#[derive(Debug)]
pub struct Table {
    pub name: String,
    /// Its first page; 0 when its rows are none of the database's.
    pub root: u32,
    pub columns: Vec<Column>,
    /// The column that is the rowid by another name.
    pub rowid: Option<usize>,
    /// Its rows are the entries of an index, in the order of its primary key.
    pub is_without_rowid: bool,
    pub indexes: Vec<Index>,
}

#[derive(Debug)]
pub struct Column {
    pub name: String,
    /// In records that were written before the column was there; nothing where it is no
    /// literal.
    pub default: Value<'static>,
    /// Which value of a record it is; `None` where it is computed and in no record.
    pub place: Option<usize>,
    affinity: Affinity,
}

#[derive(Debug)]
pub struct Index {
    pub name: String,
    pub root: u32,
    pub columns: Vec<IndexColumn>,
}

#[derive(Debug)]
pub struct IndexColumn {
    /// Which column of the table; `None` for what cannot be looked for: an expression, or
    /// another order than that of bytes.
    pub column: Option<usize>,
    /// From large to small.
    pub falls: bool,
}

/// What a column would rather hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Affinity {
    Integer,
    Text,
    Blob,
    Real,
    Numeric,
}

impl Table {
    pub fn column(&self, name: &str) -> Option<usize> {
        let is_it = |column: &Column| column.name.eq_ignore_ascii_case(name);
        self.columns.iter().position(is_it)
    }

    /// The shortest index whose first columns are these, in this order.
    pub fn index_on(&self, columns: &[&str]) -> Option<&Index> {
        let wanted = columns.iter().map(|name| self.column(name));
        let wanted = wanted.collect::<Option<Vec<usize>>>()?;
        let begins = |index: &&Index| {
            let firsts = index.columns.iter().map(|column| column.column);
            let same = firsts
                .zip(&wanted)
                .take_while(|(one, other)| *one == Some(**other));
            !wanted.is_empty() && same.count() == wanted.len()
        };
        let fitting = self.indexes.iter().filter(begins);
        fitting.min_by_key(|index| index.columns.len())
    }
}

impl Column {
    /// Whole numbers are stored as such even where numbers with a fraction belong.
    pub fn as_declared<'v>(&self, value: Value<'v>) -> Value<'v> {
        match value {
            Value::Integer(number) if self.affinity == Affinity::Real => Value::Real(number as f64),
            value => value,
        }
    }
}

/// A row of the list.
#[derive(Debug)]
pub struct Entry {
    kind: String,
    name: String,
    table: String,
    root: u32,
    sql: Option<String>,
}

/// How many values a row of the list has.
pub const ENTRY_FIELDS: usize = 5;

/// So many constraints of a table are looked at, each of which is compared with all before.
const MOST_UNIQUES: usize = 1000;

/// SQLite takes no longer statement, unless it is built to.
const LONGEST: usize = 1_000_000;

impl Entry {
    pub fn read(record: &Record, encoding: Encoding) -> Option<Self> {
        let text = |place| {
            let value = record.value(place, encoding)?;
            value.text().map(str::to_owned)
        };
        let root = record.value(3, encoding).and_then(|root| root.integer());
        Some(Self {
            kind: text(0)?,
            name: text(1)?,
            table: text(2)?,
            root: u32::try_from(root.unwrap_or_default()).unwrap_or_default(),
            sql: text(4).filter(|sql| sql.len() <= LONGEST),
        })
    }
}

/// `keeps_falling` is whether `DESC` means something to an index.
pub fn tables(entries: Vec<Entry>, keeps_falling: bool) -> (Vec<Table>, Vec<Fault>) {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut by_name = HashMap::new();
    for entry in entries.iter().filter(|entry| entry.kind == "table") {
        by_name.insert(entry.name.to_ascii_lowercase(), drafts.len());
        drafts.push(Draft::of(entry));
    }
    for entry in entries.into_iter().filter(|entry| entry.kind == "index") {
        let owner = by_name.get(&entry.table.to_ascii_lowercase());
        if let Some(draft) = owner.and_then(|at| drafts.get_mut(*at)) {
            draft.add(entry, keeps_falling);
        }
    }
    let faults = drafts.iter().filter_map(Draft::fault).collect();
    let tables = drafts.into_iter().map(Draft::table);
    (tables.collect(), faults)
}

/// From 0 on, of `sqlite_autoindex_table_1`.
fn nth_of(name: &str) -> Option<usize> {
    let (_, nth) = name.rsplit_once('_')?;
    nth.parse::<usize>().ok()?.checked_sub(1)
}

/// A table whose indexes are still to come.
struct Draft {
    table: Table,
    text: TableText,
    names: Names,
    /// The indexes that its own text brings along, in order.
    own: Vec<Vec<IndexColumn>>,
}

impl Draft {
    fn of(entry: &Entry) -> Self {
        let text = entry.sql.as_deref().and_then(statement::table);
        let mut text = text.unwrap_or_default();
        text.columns.truncate(MOST_FIELDS);
        text.uniques.truncate(MOST_UNIQUES);
        let names = Names::of(&text.columns);
        let alias = |unique: &Unique| {
            let column = single(unique, &names)?;
            let kind = &text.columns.get(column)?.kind;
            let is_one = !text.is_without_rowid && kind.eq_ignore_ascii_case("INTEGER");
            is_one.then_some(column)
        };
        let table = Table {
            name: entry.name.clone(),
            root: entry.root,
            columns: Vec::new(),
            rowid: text.uniques.iter().find_map(alias),
            is_without_rowid: text.is_without_rowid,
            indexes: Vec::new(),
        };
        // Of two that are over the same columns there is only the first.
        let mut own = Vec::new();
        let mut known = Vec::new();
        for unique in text.uniques.iter().filter(|unique| alias(unique).is_none()) {
            let collated = |sorted: &Sorted| {
                let column = sorted.name.as_deref().and_then(|name| names.get(name));
                let collation = collation(sorted, column.and_then(|at| text.columns.get(at)));
                (column, collation.to_ascii_uppercase())
            };
            let columns: Vec<_> = unique.columns.iter().map(collated).collect();
            if !known.contains(&columns) {
                own.push(resolved(&unique.columns, &text.columns, &names));
                known.push(columns);
            }
        }
        Self {
            table,
            text,
            names,
            own,
        }
    }

    /// An index of this table.
    fn add(&mut self, entry: Entry, keeps_falling: bool) {
        if self.table.is_without_rowid || entry.root == 0 {
            return;
        }
        let columns = match &entry.sql {
            Some(sql) => statement::index(sql)
                .filter(|index| !index.is_partial)
                .map(|index| resolved(&index.columns, &self.text.columns, &self.names)),
            None => nth_of(&entry.name).and_then(|nth| self.own.get_mut(nth).map(std::mem::take)),
        };
        let mut columns = columns.unwrap_or_default();
        for column in &mut columns {
            column.falls &= keeps_falling;
        }
        if columns.first().is_some_and(|first| first.column.is_some()) {
            self.table.indexes.push(Index {
                name: entry.name,
                root: entry.root,
                columns,
            });
        }
    }

    fn fault(&self) -> Option<Fault> {
        let is_unclear = self.table.root != 0 && self.text.columns.is_empty();
        is_unclear.then(|| {
            let name = &self.table.name;
            let what = format!("How the table `{name}` was made is not understood.");
            let hint = "Its columns have no names, so that its rows are not shown.";
            Fault::damage(File::Database, None, what, hint)
        })
    }

    fn table(self) -> Table {
        let uniques = &self.text.uniques;
        let primary = uniques.iter().find(|unique| unique.is_primary);
        let primary = primary.filter(|_| self.text.is_without_rowid);
        let places = places(&self.text.columns, primary, &self.names);
        let columns = self.text.columns.into_iter().zip(places);
        Table {
            columns: columns.map(column).collect(),
            ..self.table
        }
    }
}

fn column((text, place): (ColumnText, Option<usize>)) -> Column {
    let affinity = Affinity::of(&text.kind);
    Column {
        name: text.name,
        default: affinity.apply(text.default.unwrap_or(Value::Null)),
        place,
        affinity,
    }
}

/// Columns by their names, of which large and small letters are the same.
struct Names(HashMap<String, usize>);

impl Names {
    fn of(columns: &[ColumnText]) -> Self {
        let mut names = HashMap::with_capacity(columns.len());
        for (at, column) in columns.iter().enumerate() {
            names.entry(column.name.to_ascii_lowercase()).or_insert(at);
        }
        Self(names)
    }

    fn get(&self, name: &str) -> Option<usize> {
        self.0.get(&name.to_ascii_lowercase()).copied()
    }
}

/// The single column of a primary key.
fn single(unique: &Unique, names: &Names) -> Option<usize> {
    match unique.columns.as_slice() {
        [only] if unique.is_primary && !unique.falls => names.get(only.name.as_deref()?),
        _ => None,
    }
}

/// Which value of a record each column is: those that are computed are none, and without a
/// rowid those of the primary key are the first.
fn places(columns: &[ColumnText], primary: Option<&Unique>, names: &Names) -> Vec<Option<usize>> {
    let mut places: Vec<Option<usize>> = columns.iter().map(|_| None).collect();
    let mut next = 0;
    let first = primary.map_or(&[][..], |primary| &primary.columns);
    let first = first
        .iter()
        .filter_map(|sorted| names.get(sorted.name.as_deref()?));
    let all = columns.iter().enumerate();
    let all = all
        .filter(|(_, column)| !column.is_virtual)
        .map(|(at, _)| at);
    for at in first.chain(all) {
        if let Some(place @ None) = places.get_mut(at) {
            *place = Some(next);
            next += 1;
        }
    }
    places
}

/// What an index is ordered by there.
fn collation<'s>(sorted: &'s Sorted, column: Option<&'s ColumnText>) -> &'s str {
    let of_column = column.and_then(|column| column.collation.as_deref());
    sorted
        .collation
        .as_deref()
        .or(of_column)
        .unwrap_or("BINARY")
}

fn resolved(sorted: &[Sorted], columns: &[ColumnText], names: &Names) -> Vec<IndexColumn> {
    let one = |sorted: &Sorted| {
        let column = sorted.name.as_deref().and_then(|name| names.get(name));
        let collation = collation(sorted, column.and_then(|at| columns.get(at)));
        IndexColumn {
            column: column.filter(|_| collation.eq_ignore_ascii_case("BINARY")),
            falls: sorted.falls,
        }
    };
    sorted.iter().map(one).collect()
}

impl Affinity {
    /// By SQLite's rules, the first that fits.
    fn of(kind: &str) -> Self {
        let kind = kind.to_ascii_uppercase();
        let has = |words: &[&str]| words.iter().any(|word| kind.contains(word));
        if has(&["INT"]) {
            Affinity::Integer
        } else if has(&["CHAR", "CLOB", "TEXT"]) {
            Affinity::Text
        } else if kind.is_empty() || has(&["BLOB"]) {
            Affinity::Blob
        } else if has(&["REAL", "FLOA", "DOUB"]) {
            Affinity::Real
        } else {
            Affinity::Numeric
        }
    }

    /// A default, as a column of this kind has it.
    fn apply(self, value: Value<'static>) -> Value<'static> {
        match (self, value) {
            (Affinity::Text, Value::Integer(number)) => Value::of_text(number.to_string()),
            (Affinity::Text, Value::Real(number)) => Value::of_text(format!("{number:?}")),
            (
                Affinity::Integer | Affinity::Numeric | Affinity::Real,
                Value::Text { text, is_garbled },
            ) => match as_number(&text) {
                Some(number) => self.apply(number),
                None => Value::Text { text, is_garbled },
            },
            (Affinity::Real, Value::Integer(number)) => Value::Real(number as f64),
            // Where anything may be, a number is still made a whole one if it can be.
            (Affinity::Integer | Affinity::Numeric | Affinity::Blob, Value::Real(number)) => {
                let whole = number as i64;
                match whole as f64 == number && whole.unsigned_abs() < 1 << 53 {
                    true => Value::Integer(whole),
                    false => Value::Real(number),
                }
            }
            (_, value) => value,
        }
    }
}

/// A text that is nothing but a number.
fn as_number(text: &str) -> Option<Value<'static>> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
    let (digits, is_negative) = match text.strip_prefix('-') {
        Some(digits) => (digits, true),
        None => (text.strip_prefix('+').unwrap_or(text), false),
    };
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    let is_one = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.chars().all(is_number);
    is_one
        .then(|| statement::number(digits, is_negative))
        .flatten()
}
