//! A value as JSON: lists and dicts as they are, tables as a list of rows, arrays as lists in
//! lists, objects by their class and attributes, and whatever else as Python prints it.
//!
//! Nothing recurses. A value inside of itself is named instead of told again; what is
//! shared is told wherever it stands.

use crate::engine::Work;
use crate::libraries::cell::Cell;
use crate::libraries::numpy;
use crate::libraries::place::Within;
use crate::libraries::table::table;
use crate::pickle::explore::{child_count, children};
use crate::pickle::{self, NodeId, Pickle, Value};
use crate::source::Pace as _;

/// Values written between two breaths.
const AT_ONCE: u64 = 20_000;

/// Parts of an object that are fetched at a time.
const WINDOW: usize = 512;

/// Longer texts inside of others are told as far as this.
const CHARS: usize = 1 << 20;

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
    /// A row of a table, and those after it.
    Rows(NodeId, Within, usize),
    /// The end of what a value holds.
    Leave,
}

/// The text in UTF-8; `None` where it would be longer than `most` bytes.
pub async fn text(
    pickle: &Pickle,
    root: NodeId,
    within: &Within,
    most: usize,
    work: &Work,
) -> Option<Vec<u8>> {
    let mut writer = Writer {
        pickle,
        text: Vec::new(),
        open: Vec::new(),
        tasks: Vec::new(),
    };
    match *within == Within::default() {
        true => writer.tasks.push(Task::Value(root)),
        // A part of an array or a table.
        false => writer.rows(root, within.clone()),
    }
    let mut written = 0u64;
    while let Some(task) = writer.tasks.pop() {
        writer.step(task);
        if writer.text.len() > most {
            return None;
        }
        written += 1;
        if written.is_multiple_of(AT_ONCE) {
            work.breathe().await;
        }
    }
    writer.text.push(b'\n');
    Some(writer.text)
}

struct Writer<'a> {
    pickle: &'a Pickle,
    text: Vec<u8>,
    /// What holds the value that is written, outermost first.
    open: Vec<NodeId>,
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
            Task::Leave => drop(self.open.pop()),
            Task::Items(id, at) => {
                let items = match self.pickle.value(id) {
                    Value::List(items) | Value::Tuple(items) => items,
                    Value::Set(items) | Value::FrozenSet(items) => items,
                    _ => &[],
                };
                let Some(item) = items.get(at).copied() else {
                    return self.close("]");
                };
                self.then(at, Task::Items(id, at + 1), None, item);
            }
            Task::Entries(id, at) => {
                let entry = self.pickle.as_dict(id).and_then(|dict| dict.get(at));
                let Some((key, value)) = entry else {
                    return self.close("}");
                };
                let key = self.key(key);
                self.then(at, Task::Entries(id, at + 1), Some(key), value);
            }
            Task::Parts(id, at) => {
                let found = children(self.pickle, id, at..at + WINDOW);
                if found.is_empty() {
                    return self.close("}");
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
            Task::Rows(id, within, at) => self.row(id, within, at),
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

    fn close(&mut self, bracket: &str) {
        self.push(bracket);
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
        self.open.push(id);
        self.tasks.push(Task::Leave);
        self.tasks.push(parts);
    }

    fn object(&mut self, id: NodeId) {
        if table(self.pickle, id, &Within::default(), &[]).is_some() {
            return self.rows(id, Within::default());
        }
        let single = numpy::scalar(self.pickle, id).and_then(|scalar| scalar.get(0));
        if let Some(cell) = single {
            return self.cell(&cell);
        }
        if child_count(self.pickle, id) == 0 {
            let printed = pickle::repr(self.pickle, id, CHARS).text;
            return self.string(&printed);
        }
        let class = pickle::type_name(self.pickle, id);
        self.enter(id, "{\"class\": ", Task::Parts(id, 0));
        self.string(&class);
    }

    /// A table by its rows; of an array the rows of its first axis.
    fn rows(&mut self, id: NodeId, within: Within) {
        self.push("[");
        self.open.push(id);
        self.tasks.push(Task::Leave);
        self.tasks.push(Task::Rows(id, within, 0));
    }

    fn row(&mut self, id: NodeId, within: Within, at: usize) {
        let array = numpy::array(self.pickle, id);
        let part = array.and_then(|array| {
            let mut places = within.axes.iter();
            places.try_fold(array, |array, place| array.row(*place))
        });
        if let Some(part) = part.as_ref().filter(|part| part.shape.len() > 2) {
            if part.shape.first().is_none_or(|rows| at >= *rows) {
                return self.close("]");
            }
            let mut inner = within.clone();
            inner.axes.push(at);
            self.tasks.push(Task::Rows(id, within, at + 1));
            self.tasks.push(Task::Rows(id, inner, 0));
            return self.push(if at > 0 { ", [" } else { "[" });
        }
        let Some(table) = table(self.pickle, id, &within, &[]) else {
            return self.close("]");
        };
        if at >= table.rows {
            return self.close("]");
        }
        // A row is one step: it is as wide as the screen would scroll.
        if at > 0 {
            self.push(",\n");
        }
        let in_array = part.is_some();
        let is_line = part.is_some_and(|part| part.shape.len() < 2);
        let bare = table.columns == 1 && (is_line || table.label_names().is_empty());
        if !bare {
            self.push(if in_array { "[" } else { "{" });
        }
        let labels = table.label_names();
        if !in_array && !bare {
            for (name, label) in labels.iter().zip(table.labels(at)) {
                let name = if name.is_empty() { "index" } else { name };
                self.string(name);
                self.push(": ");
                self.string(&label);
                self.push(", ");
            }
        }
        for place in 0..table.columns {
            if place > 0 {
                self.push(", ");
            }
            let named = table.column(place);
            if !in_array && !bare {
                let name = named.as_ref().map(|named| named.name.clone());
                self.string(&name.unwrap_or_default());
                self.push(": ");
            }
            let cell = named.and_then(|named| named.column?.get(self.pickle, at));
            match cell {
                Some(cell) => self.cell(&cell),
                None => self.push("null"),
            }
        }
        if !bare {
            self.push(if in_array { "]" } else { "}" });
        }
        self.tasks.push(Task::Rows(id, within, at + 1));
    }

    fn cell(&mut self, cell: &Cell<'_>) {
        if cell.is_null(self.pickle) {
            return self.push("null");
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
