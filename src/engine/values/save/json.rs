//! A value as JSON: lists and dicts as they are, tables as a list of rows, arrays as lists in
//! lists, objects by their class and attributes, and whatever else as Python prints it.
//!
//! Nothing recurses. A value inside of itself is named instead of told again; what is
//! shared is told wherever it stands.

use super::weigh::{Longer, is_longer};
use crate::engine::Work;
use crate::libraries::cell::{Brackets, Cell};
use crate::libraries::place::Within;
use crate::libraries::table::{Named, Table, array_within, table};
use crate::libraries::{numpy, scipy};
use crate::pickle::explore::{child_count, children};
use crate::pickle::{self, NodeId, Pickle, Value};
use crate::source::{Pace as _, Progress, Unit};
use std::collections::HashSet;

/// Values, and bytes, written between two breaths; some rows count as so many values.
const AT_ONCE: u64 = 20_000;
const BYTES_AT_ONCE: usize = 200_000;
const ROWS: u64 = 200;

/// Parts of an object that are fetched at a time.
pub(super) const WINDOW: usize = 512;

/// Longer texts inside of others are told as far as this.
pub(super) const CHARS: usize = 1 << 20;

/// Cells that are written in one step.
const CELLS: usize = 10_000;

/// What has become so long is counted before more of it is written: what is shared could go
/// on for very long.
const LONG: usize = 1_000_000;

/// How an object is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// As a table.
    Rows,
    /// As the one number or text that it is.
    Cell,
    /// By its class and attributes.
    Parts,
    /// As Python prints it.
    Printed,
}

pub(super) fn how(pickle: &Pickle, id: NodeId) -> How {
    // Of a matrix that is mostly zeros its parts are told, not the zeros.
    let is_sparse = scipy::sparse(pickle, id).is_some();
    if !is_sparse && table(pickle, id, &Within::default(), &[]).is_some() {
        return How::Rows;
    }
    match numpy::scalar(pickle, id).and_then(|scalar| scalar.get(0)) {
        Some(_) => How::Cell,
        None if child_count(pickle, id) == 0 => How::Printed,
        None => How::Parts,
    }
}

/// How a row is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Row {
    /// By the names of its columns, its labels first.
    Dict,
    List,
    /// The only value of it.
    Bare,
}

/// What is to be written next.
enum Task {
    Value(NodeId),
    /// What stands between values.
    Punctuation(&'static str),
    Key(String),
    /// The rest of a list, of a dict, of an object's parts.
    Items(NodeId, usize),
    Entries(NodeId, usize),
    Parts(NodeId, usize),
    /// Some rows of a table from one on, and those after them.
    Rows(NodeId, Within, usize),
    /// The end of what a value holds.
    Leave(NodeId),
}

/// The text in UTF-8. Where it would be longer than `most` bytes there is none, and the
/// error says why if that is known.
pub async fn text(
    pickle: &Pickle,
    root: NodeId,
    within: &Within,
    most: usize,
    work: &Work,
) -> Result<Vec<u8>, Option<Longer>> {
    let is_whole = *within == Within::default();
    let mut writer = Writer {
        pickle,
        text: Vec::new(),
        open: HashSet::new(),
        tasks: Vec::new(),
    };
    match is_whole {
        true => writer.tasks.push(Task::Value(root)),
        // A part of an array or a table.
        false => writer.rows(root, within.clone()),
    }
    let (mut written, mut told) = (0, 0);
    let mut is_counted = !is_whole;
    while let Some(task) = writer.tasks.pop() {
        written += match task {
            Task::Rows(..) => ROWS,
            _ => 1,
        };
        writer.step(task);
        let length = writer.text.len();
        if length > most {
            return Err(None);
        }
        if length > LONG && !is_counted {
            is_counted = true;
            if let Some(longer) = is_longer(pickle, root, most, work).await {
                return Err(Some(longer));
            }
        }
        if written >= AT_ONCE || length - told >= BYTES_AT_ONCE {
            (written, told) = (0, length);
            work.progress(Progress {
                what: "Writing JSON".to_owned(),
                done: length as u64,
                total: None,
                unit: Unit::Bytes,
            });
            work.breathe().await;
        }
    }
    writer.text.push(b'\n');
    Ok(writer.text)
}

struct Writer<'a> {
    pickle: &'a Pickle,
    text: Vec<u8>,
    /// What holds the value that is written.
    open: HashSet<NodeId>,
    /// The last is the next.
    tasks: Vec<Task>,
}

impl Writer<'_> {
    fn push(&mut self, text: &str) {
        self.text.extend_from_slice(text.as_bytes());
    }

    fn step(&mut self, task: Task) {
        match task {
            Task::Value(id) => self.value(id),
            Task::Punctuation(text) => self.push(text),
            Task::Key(key) => {
                self.string(&key);
                self.push(": ");
            }
            Task::Leave(id) => drop(self.open.remove(&id)),
            Task::Items(id, at) => {
                let items = match self.pickle.value(id) {
                    Value::List(items) | Value::Tuple(items) => items,
                    Value::Set(items) | Value::FrozenSet(items) => items,
                    _ => &[],
                };
                let Some(item) = items.get(at).copied() else {
                    return self.push("]");
                };
                self.then(at, Task::Items(id, at + 1), None, item);
            }
            Task::Entries(id, at) => {
                let entry = self.pickle.as_dict(id).and_then(|dict| dict.get(at));
                let Some((key, value)) = entry else {
                    return self.push("}");
                };
                let key = self.key(key);
                self.then(at, Task::Entries(id, at + 1), Some(key), value);
            }
            Task::Parts(id, at) => {
                let found = children(self.pickle, id, at..at + WINDOW);
                if found.is_empty() {
                    return self.push("}");
                }
                self.tasks.push(Task::Parts(id, at + found.len()));
                for part in found.into_iter().rev() {
                    let name = part.label.trim_start_matches('.').to_owned();
                    self.tasks.push(Task::Value(part.node));
                    self.tasks.push(Task::Key(name));
                    // The class stands before the first.
                    self.tasks.push(Task::Punctuation(", "));
                }
            }
            Task::Rows(id, within, at) => self.some_rows(id, within, at),
        }
    }

    /// A part and what follows it.
    fn then(&mut self, at: usize, rest: Task, key: Option<String>, value: NodeId) {
        self.tasks.push(rest);
        self.tasks.push(Task::Value(value));
        self.tasks.extend(key.map(Task::Key));
        if at > 0 {
            self.tasks.push(Task::Punctuation(", "));
        }
    }

    fn key(&self, id: NodeId) -> String {
        match self.pickle.value(id) {
            Value::Text(text) => text.lossy().into_owned(),
            _ => pickle::repr(self.pickle, id, 1000).text,
        }
    }

    fn value(&mut self, id: NodeId) {
        let holds = |value: &Value<'_>| {
            matches!(
                value,
                Value::List(_)
                    | Value::Tuple(_)
                    | Value::Set(_)
                    | Value::FrozenSet(_)
                    | Value::Dict(_)
                    | Value::Object(_)
            )
        };
        let value = self.pickle.value(id);
        if holds(&value) && self.open.contains(&id) {
            return self.string("<the same value again>");
        }
        match value {
            Value::None => self.push("null"),
            Value::Bool(true) => self.push("true"),
            Value::Bool(false) => self.push("false"),
            Value::Text(text) => {
                let text: String = text.lossy().chars().take(CHARS).collect();
                self.string(&text);
            }
            Value::Float(number) if !number.is_finite() => {
                let text = pickle::repr::float(number);
                self.string(&text);
            }
            Value::Int(_) | Value::BigInt(_) | Value::Float(_) => {
                let printed = pickle::repr(self.pickle, id, CHARS).text;
                self.push(&printed);
            }
            Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::FrozenSet(_) => {
                self.enter(id, "[", Task::Items(id, 0));
            }
            Value::Dict(_) => self.enter(id, "{", Task::Entries(id, 0)),
            Value::Object(_) => self.object(id),
            _ => {
                let printed = pickle::repr(self.pickle, id, CHARS).text;
                self.string(&printed);
            }
        }
    }

    fn enter(&mut self, id: NodeId, bracket: &str, parts: Task) {
        self.push(bracket);
        self.open.insert(id);
        self.tasks.push(Task::Leave(id));
        self.tasks.push(parts);
    }

    fn object(&mut self, id: NodeId) {
        match how(self.pickle, id) {
            How::Rows => self.rows(id, Within::default()),
            How::Cell => {
                if let Some(cell) = numpy::scalar(self.pickle, id).and_then(|one| one.get(0)) {
                    self.cell(&cell);
                }
            }
            How::Printed => {
                let printed = pickle::repr(self.pickle, id, CHARS).text;
                self.string(&printed);
            }
            How::Parts => {
                let class = pickle::type_name(self.pickle, id);
                self.enter(id, "{\"class\": ", Task::Parts(id, 0));
                self.string(&class);
            }
        }
    }

    /// A table by its rows; of an array the rows of its first axis.
    fn rows(&mut self, id: NodeId, within: Within) {
        self.push("[");
        self.open.insert(id);
        self.tasks.push(Task::Leave(id));
        self.tasks.push(Task::Rows(id, within, 0));
    }

    fn some_rows(&mut self, id: NodeId, within: Within, first: usize) {
        let array = array_within(self.pickle, id, &within);
        let axes = array.as_ref().map(|array| array.shape.len());
        if let Some(array) = array.filter(|array| array.shape.len() > 2) {
            if array.shape.first().is_none_or(|rows| first >= *rows) {
                return self.push("]");
            }
            let mut inner = within.clone();
            inner.axes.push(first);
            self.tasks.push(Task::Rows(id, within, first + 1));
            self.tasks.push(Task::Rows(id, inner, 0));
            return self.push(if first > 0 { ", [" } else { "[" });
        }
        let table = table(self.pickle, id, &within, &[]);
        let Some(table) = table.filter(|table| first < table.rows) else {
            return self.push("]");
        };
        let columns: Vec<_> = (0..table.columns).map(|at| table.column(at)).collect();
        let labels = table.label_names();
        let form = match axes {
            Some(2..) => Row::List,
            _ if columns.len() == 1 && labels.is_empty() => Row::Bare,
            Some(_) if columns.len() == 1 => Row::Bare,
            _ => Row::Dict,
        };
        // Making the table anew takes longer than a row of it.
        let some = (CELLS / columns.len().max(1)).max(1);
        let end = first.saturating_add(some).min(table.rows);
        for at in first..end {
            if at > 0 {
                self.push(",\n");
            }
            self.row(&table, &labels, &columns, form, at);
        }
        self.tasks.push(Task::Rows(id, within, end));
    }

    fn row(
        &mut self,
        table: &Table<'_>,
        labels: &[String],
        columns: &[Option<Named<'_>>],
        form: Row,
        at: usize,
    ) {
        self.push(match form {
            Row::Dict => "{",
            Row::List => "[",
            Row::Bare => "",
        });
        if form == Row::Dict {
            for (name, label) in labels.iter().zip(table.labels(at)) {
                self.string(if name.is_empty() { "index" } else { name });
                self.push(": ");
                self.string(&label);
                self.push(", ");
            }
        }
        for (place, named) in columns.iter().enumerate() {
            if place > 0 {
                self.push(", ");
            }
            let named = named.as_ref();
            if form == Row::Dict {
                self.string(named.map_or("", |named| &named.name));
                self.push(": ");
            }
            let column = named.and_then(|named| named.column.as_ref());
            match column.and_then(|column| column.get(self.pickle, at)) {
                Some(cell) => self.cell(&cell),
                None => self.push("null"),
            }
        }
        self.push(match form {
            Row::Dict => "}",
            Row::List => "]",
            Row::Bare => "",
        });
    }

    fn cell(&mut self, cell: &Cell<'_>) {
        if cell.is_null(self.pickle) {
            return self.push("null");
        }
        if let Cell::Parts(parts, brackets) = cell {
            return self.parts(parts, *brackets);
        }
        let text = cell.text(self.pickle);
        let number = cell.number(self.pickle);
        match cell {
            Cell::Bool(true) => self.push("true"),
            Cell::Bool(false) => self.push("false"),
            _ if number.is_some_and(f64::is_finite) => self.push(&text),
            _ => self.string(&text),
        }
    }

    /// A list, a record or a dict in a cell. How deep they stand in each other was bounded
    /// when the cell was made.
    fn parts(&mut self, parts: &[Cell<'_>], brackets: Brackets) {
        let is_dict = brackets == Brackets::Curly;
        self.push(if is_dict { "{" } else { "[" });
        for (at, part) in parts.iter().enumerate() {
            let is_key = is_dict && at.is_multiple_of(2);
            match at {
                0 => {}
                _ if is_dict && !is_key => self.push(": "),
                _ => self.push(", "),
            }
            match is_key {
                true => self.string(&part.text(self.pickle)),
                false => self.cell(part),
            }
        }
        self.push(if is_dict { "}" } else { "]" });
    }

    fn string(&mut self, text: &str) {
        self.push("\"");
        for char in text.chars() {
            match char {
                '"' => self.push("\\\""),
                '\\' => self.push("\\\\"),
                '\n' => self.push("\\n"),
                '\r' => self.push("\\r"),
                '\t' => self.push("\\t"),
                char if char < ' ' => self.push(&format!("\\u{:04x}", u32::from(char))),
                char => self.push(char.encode_utf8(&mut [0; 4])),
            }
        }
        self.push("\"");
    }
}
