//! What stands in one place of an array or a table, and how Python prints it.
//!
//! Start with [`Cell`].

mod floats;
mod moments;

pub(super) use floats::{from_half, to_half};
pub(super) use moments::civil;

use super::numpy::{self, Unit};
use super::pandas;
use crate::pickle::repr::{self, float};
use crate::pickle::{NodeId, Pickle, Value};
use floats::{complex_single, half, in_array, single};
use moments::{date_time, time_delta, timedelta};
use std::borrow::Cow;

/// One element.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// No value, in the word of its library: `None`, `NaT`, `<NA>`, `--`.
    Null(&'static str),
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    /// A float of four bytes, or of two.
    Single(f32),
    Half(u16),
    Complex(f64, f64),
    ComplexSingle(f32, f32),
    Text(Cow<'a, str>),
    /// A number as it is written: in a text, or wider than the others.
    Digits(Cow<'a, str>),
    Bytes(Cow<'a, [u8]>),
    /// Bytes without a meaning, which are printed as numbers.
    Void(&'a [u8]),
    /// A moment as NumPy prints it, and one as pandas does: a count of units since 1970.
    DateTime(i64, Unit, u32),
    TimeDelta(i64, Unit, u32),
    Timestamp(Timestamp<'a>),
    /// Nanoseconds or another unit below a week, as pandas prints them.
    Timedelta(i64, Unit),
    /// A value of the pickle.
    Value(NodeId),
    /// Parts that stand together: a record, an element that is an array.
    Parts(Vec<Cell<'a>>, Brackets),
    /// Anything else, as its library prints it.
    Shown(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brackets {
    /// A tuple.
    Round,
    /// An array, without commas.
    Square,
    /// A list.
    List,
    /// A dict: keys and values by turns.
    Curly,
}

/// A moment as pandas has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Timestamp<'a> {
    /// Since 1970 in UTC, or on the clock where there is no zone.
    pub value: i64,
    pub unit: Unit,
    pub zone: Option<Zone<'a>>,
}

/// A time zone as far as it is known here: its name, and the offset where the name or
/// the record tells it for every moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone<'a> {
    pub name: Cow<'a, str>,
    /// Seconds east of UTC.
    pub offset: Option<i32>,
}

/// Texts longer than this are cut.
const MOST_CHARS: usize = 10_000;

impl Cell<'_> {
    /// As Python's `str()` gives it.
    pub fn text(&self, pickle: &Pickle) -> String {
        match self {
            Cell::Null(word) => (*word).to_owned(),
            Cell::Bool(true) => "True".to_owned(),
            Cell::Bool(false) => "False".to_owned(),
            Cell::Int(value) => value.to_string(),
            Cell::Uint(value) => value.to_string(),
            Cell::Float(value) => float(*value),
            Cell::Single(value) => single(*value, pickle),
            Cell::Half(bits) => half(*bits, pickle),
            Cell::Complex(real, imaginary) => repr::complex(*real, *imaginary),
            Cell::ComplexSingle(real, imaginary) => complex_single(*real, *imaginary),
            Cell::Text(text) => text.chars().take(MOST_CHARS).collect(),
            Cell::Digits(text) => text.clone().into_owned(),
            Cell::Bytes(bytes) => repr::bytes(bytes, MOST_CHARS),
            Cell::Void(bytes) => {
                let bytes = bytes.iter().take(MOST_CHARS / 4);
                let hex: String = bytes.map(|byte| format!("\\x{byte:02x}")).collect();
                format!("b'{hex}'")
            }
            Cell::DateTime(value, unit, count) => date_time(*value, *unit, *count),
            Cell::TimeDelta(value, unit, count) => time_delta(*value, *unit, *count),
            Cell::Timestamp(moment) => moment.text(pickle),
            Cell::Timedelta(value, unit) => timedelta(*value, *unit),
            Cell::Value(id) => match pickle.value(*id) {
                Value::Text(text) => text.lossy().chars().take(MOST_CHARS).collect(),
                _ => match of_library(pickle, *id) {
                    Some(cell) => cell.text(pickle),
                    None => repr::repr(pickle, *id, MOST_CHARS).text,
                },
            },
            Cell::Parts(parts, brackets) => {
                let texts: Vec<String> = parts.iter().map(|part| part.quoted(pickle)).collect();
                match brackets {
                    Brackets::Round if parts.len() == 1 => format!("({},)", texts.concat()),
                    Brackets::Round => format!("({})", texts.join(", ")),
                    Brackets::Square => format!("[{}]", texts.join(" ")),
                    Brackets::List => format!("[{}]", texts.join(", ")),
                    Brackets::Curly => {
                        let pairs = texts.chunks(2).map(|pair| pair.join(": "));
                        format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
                    }
                }
            }
            Cell::Shown(text) => text.clone(),
        }
    }

    /// What stands where the file contradicts itself: it is no value, and not missing.
    pub(super) fn unreadable() -> Self {
        Cell::Shown("unreadable".to_owned())
    }

    /// As it stands among others: a text in quotes.
    fn quoted(&self, pickle: &Pickle) -> String {
        match self {
            Cell::Text(text) => repr::text(text, MOST_CHARS),
            Cell::Float(value) if !numpy::is_second(pickle) => in_array(*value),
            Cell::Single(value) if !numpy::is_second(pickle) => in_array(f64::from(*value)),
            Cell::Value(id) if of_library(pickle, *id).is_none() => {
                repr::repr(pickle, *id, MOST_CHARS).text
            }
            other => other.text(pickle),
        }
    }

    /// Whether pandas counts it as missing.
    pub fn is_null(&self, pickle: &Pickle) -> bool {
        match self {
            Cell::Null(_) => true,
            Cell::Float(value) => value.is_nan(),
            Cell::Single(value) => value.is_nan(),
            Cell::Half(bits) => from_half(*bits).is_nan(),
            Cell::Complex(real, imaginary) => real.is_nan() || imaginary.is_nan(),
            Cell::ComplexSingle(real, imaginary) => real.is_nan() || imaginary.is_nan(),
            Cell::DateTime(value, ..) | Cell::TimeDelta(value, ..) | Cell::Timedelta(value, _) => {
                *value == i64::MIN
            }
            Cell::Timestamp(moment) => moment.value == i64::MIN,
            Cell::Value(id) => match pickle.value(*id) {
                Value::None => true,
                Value::Float(value) => value.is_nan(),
                _ => of_library(pickle, *id).is_some_and(|cell| cell.is_null(pickle)),
            },
            _ => false,
        }
    }

    /// The value of the pickle that it is.
    pub fn value(&self) -> Option<NodeId> {
        match self {
            Cell::Value(id) => Some(*id),
            _ => None,
        }
    }

    /// The number, where it is one.
    pub fn number(&self, pickle: &Pickle) -> Option<f64> {
        Some(match self {
            Cell::Bool(value) => f64::from(u8::from(*value)),
            Cell::Int(value) => *value as f64,
            Cell::Uint(value) => *value as f64,
            Cell::Float(value) => *value,
            Cell::Single(value) => f64::from(*value),
            Cell::Half(bits) => f64::from(from_half(*bits)),
            Cell::Digits(text) => text.parse().ok()?,
            Cell::Value(id) => match pickle.value(*id) {
                Value::Bool(value) => f64::from(u8::from(value)),
                Value::Int(value) => value as f64,
                Value::Float(value) => value,
                _ => return of_library(pickle, *id)?.number(pickle),
            },
            _ => return None,
        })
    }
}

/// A plain value as `str()` gives it; nothing that holds other values, which might hold
/// this one.
pub(super) fn plain(pickle: &Pickle, id: NodeId) -> String {
    match pickle.value(id) {
        Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) => {
            Cell::Value(id).text(pickle)
        }
        _ => match numpy::scalar(pickle, id).and_then(|scalar| scalar.get(0)) {
            Some(Cell::Value(_) | Cell::Parts(..)) | None => "…".to_owned(),
            Some(cell) => cell.text(pickle),
        },
    }
}

/// A single value of a library, among objects: never a value of the pickle again.
fn of_library(pickle: &Pickle, id: NodeId) -> Option<Cell<'_>> {
    if !matches!(pickle.value(id), Value::Object(_) | Value::Global(_)) {
        return None;
    }
    let cell = match numpy::scalar(pickle, id) {
        Some(scalar) => scalar.get(0),
        None => pandas::scalar::scalar(pickle, id),
    };
    cell.filter(|cell| !matches!(cell, Cell::Value(_)))
}
