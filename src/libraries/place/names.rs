//! The names of columns, as Python writes them in a path.
//!
//! A text stands in quotes, a number without, and the name of a column with several levels
//! is a tuple. Start with [`step_to`]; [`column_of`] reads what it writes.

use crate::libraries::cell::Cell;
use crate::libraries::table::{Parts, Table};
use crate::pickle::explore::{Path, Step};
use crate::pickle::repr::float;
use crate::pickle::{Pickle, Value};

/// Columns among which one is looked for by its name.
const NAMED: usize = 100_000;

/// The step to a column by its name; `None` where another has the same one, or where it
/// cannot be written: only its place leads there then.
pub(super) fn step_to(pickle: &Pickle, table: &Table<'_>, at: usize) -> Option<Step> {
    let step = written(pickle, table, at)?;
    let mut others = (0..table.columns.min(NAMED)).filter(|other| *other != at);
    let is_same = |other| written(pickle, table, other).as_ref() == Some(&step);
    (table.columns <= NAMED && !others.any(is_same)).then_some(step)
}

/// The place of a column by its name, in a table whose columns have names.
pub(super) fn column_of(pickle: &Pickle, table: &Table<'_>, step: &Step) -> Option<usize> {
    if !matches!(table.parts, Parts::Named | Parts::Listed) {
        return None;
    }
    let (wanted, text) = match step {
        Step::Key(name) => (step.clone(), name.clone()),
        Step::Index(number) => (step.clone(), number.to_string()),
        Step::Repr(name) => (tuple(name).unwrap_or_else(|| step.clone()), name.clone()),
        _ => return None,
    };
    let mut columns = 0..table.columns.min(NAMED);
    let found = columns.find(|at| written(pickle, table, *at).as_ref() == Some(&wanted));
    // As `str()` prints it: a moment, and whatever else has no form of its own.
    let mut columns = 0..table.columns.min(NAMED);
    found.or_else(|| columns.find(|at| table.name(*at).as_deref() == Some(&text)))
}

/// How the name of a column is written.
fn written(pickle: &Pickle, table: &Table<'_>, at: usize) -> Option<Step> {
    let Some(labels) = table.labels_above(at) else {
        return table.name(at).map(Step::Key);
    };
    label_of(pickle, &labels)
}

/// How a label is written, of one level or of several.
pub(super) fn label_of(pickle: &Pickle, labels: &[Cell<'_>]) -> Option<Step> {
    match labels {
        [] => None,
        [label] => of_label(pickle, label),
        labels => {
            let bare = |label| Some(bare(&of_label(pickle, label)?));
            let parts: Option<Vec<String>> = labels.iter().map(bare).collect();
            Some(Step::Repr(format!("({})", parts?.join(", "))))
        }
    }
}

/// A label that Python has a literal for.
fn of_label(pickle: &Pickle, label: &Cell<'_>) -> Option<Step> {
    let of_bool = |value| Step::Repr(if value { "True" } else { "False" }.to_owned());
    let of_float = |value: f64| value.is_finite().then(|| Step::Repr(float(value)));
    match label {
        Cell::Text(text) => Some(Step::Key(text.clone().into_owned())),
        Cell::Int(number) => Some(Step::Index(*number)),
        Cell::Uint(number) => i64::try_from(*number).ok().map(Step::Index),
        Cell::Bool(value) => Some(of_bool(*value)),
        Cell::Float(number) => of_float(*number),
        Cell::Value(id) => match pickle.value(*id) {
            Value::Text(text) => Some(Step::Key(text.as_str()?.to_owned())),
            Value::Int(number) => Some(Step::Index(number)),
            Value::Bool(value) => Some(of_bool(value)),
            Value::Float(number) => of_float(number),
            _ => None,
        },
        _ => None,
    }
}

/// What stands in the brackets of a step.
fn bare(step: &Step) -> String {
    let text = step.to_string();
    let inner = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    inner.unwrap_or(&text).to_owned()
}

/// A tuple as it is written here, in whichever quotes it stands: `("A", "y")`.
pub(super) fn tuple(text: &str) -> Option<Step> {
    let parts = tuple_parts(text).into_iter();
    let parts: Option<Vec<String>> = parts.map(|part| Some(bare(&step_of(part)?))).collect();
    let parts = parts?;
    (parts.len() > 1).then(|| Step::Repr(format!("({})", parts.join(", "))))
}

/// What stands in a tuple, with or without its brackets.
pub(super) fn tuple_parts(text: &str) -> Vec<&str> {
    let parts = split(text);
    let within = match parts.as_slice() {
        [one] => one
            .strip_prefix('(')
            .and_then(|text| text.strip_suffix(')')),
        _ => None,
    };
    within.map_or(parts, split)
}

/// What stands in brackets, as a step.
pub(super) fn step_of(part: &str) -> Option<Step> {
    let path = format!("[{}]", part.trim()).parse::<Path>().ok()?;
    path.steps.into_iter().next()
}

/// At the commas outside of quotes and brackets.
fn split(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let (mut quote, mut escaped, mut start) = (None, false, 0);
    let mut parts = Vec::new();
    for (at, char) in text.char_indices() {
        match (quote, char) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if char == open => quote = None,
            (None, '\'' | '"') => quote = Some(char),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                parts.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    parts
}
