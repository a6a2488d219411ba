//! What stands in one place of an array or a table, and how Python prints it.

use super::numpy::{self, Unit};
use super::pandas;
use crate::pickle::repr::{self, float};
use crate::pickle::{NodeId, Pickle, Value};
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

/// A float of four bytes as `str()` gives it: the shortest digits that read back the
/// same, of two equally near ones the even one.
fn single(value: f32, pickle: &Pickle) -> String {
    let shortest = format!("{value:e}");
    let mantissa = shortest.split('e').next().unwrap_or_default();
    let places = mantissa
        .split_once('.')
        .map_or(0, |(_, places)| places.len());
    let even = format!("{:.places$e}", f64::from(value));
    let digits = match even.parse() == Ok(value) {
        true => even,
        false => shortest,
    };
    narrow(&digits, f64::from(value), 1e6, pickle)
}

fn half(bits: u16, pickle: &Pickle) -> String {
    let value = from_half(bits);
    let digits = (0..6).find_map(|places| {
        let text = format!("{value:.places$e}");
        let read: f32 = text.parse().ok()?;
        (to_half(read) == bits).then_some(text)
    });
    narrow(&digits.unwrap_or_default(), f64::from(value), 1e3, pickle)
}

/// The shortest digits of a narrow float, in exponent form where its library says so:
/// from `end` on, or as Python does it.
fn narrow(digits: &str, value: f64, end: f64, pickle: &Pickle) -> String {
    if !value.is_finite() {
        return float(value);
    }
    let outside = value != 0.0 && !(1e-4..end).contains(&value.abs());
    if !outside || !numpy::is_second(pickle) {
        // Wider digits that read the same print the same.
        return float(digits.parse().unwrap_or(value));
    }
    let (mantissa, exponent) = digits.split_once('e').unwrap_or((digits, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

fn complex_single(real: f32, imaginary: f32) -> String {
    let wide = |value: f32| format!("{value:e}").parse().unwrap_or(f64::from(value));
    repr::complex(wide(real), wide(imaginary))
}

/// A float as NumPy 1 prints it among others: at most eight digits behind the point, and
/// none where there are none.
fn in_array(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return float(value);
    }
    if size >= 1e8 || (size != 0.0 && size < 1e-4) {
        let text = format!("{value:.8e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let sign = if exponent < 0 { '-' } else { '+' };
        let mantissa = mantissa.trim_end_matches('0');
        return format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs());
    }
    format!("{value:.8}").trim_end_matches('0').to_owned()
}

/// A float of two bytes (IEEE 754 binary16).
pub(super) fn from_half(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from(bits >> 10 & 0x1f);
    let mantissa = f32::from(bits & 0x3ff);
    sign * match exponent {
        0 => mantissa * 2f32.powi(-24),
        31 if mantissa == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1024.0 + mantissa) * 2f32.powi(exponent - 25),
    }
}

/// The nearest float of two bytes, halves to even.
pub(super) fn to_half(value: f32) -> u16 {
    let sign = (value.to_bits() >> 16 & 0x8000) as u16;
    if value.is_nan() {
        return sign | 0x7e00;
    }
    if value.is_infinite() {
        return sign | 0x7c00;
    }
    let size = value.abs();
    // A half holds whole numbers of this unit, eleven bits of them.
    let exponent = (size.to_bits() >> 23) as i32 - 127;
    let unit = 2f32.powi(exponent.max(-14) - 10);
    let count = (size / unit).round_ties_even();
    let rounded = count * unit;
    if rounded >= 65_536.0 {
        return sign | 0x7c00;
    }
    let exponent = (rounded.to_bits() >> 23) as i32 - 127;
    if rounded < 2f32.powi(-14) {
        return sign | (rounded / 2f32.powi(-24)) as u16;
    }
    let mantissa = rounded / 2f32.powi(exponent - 10) - 1024.0;
    sign | ((exponent + 15) as u16) << 10 | mantissa as u16
}

/// Year, month and day of a day since 1970 in the Gregorian calendar.
pub(super) fn civil(day: i64) -> (i64, u32, u32) {
    // Years begin in March here, so that the leap day is the last one.
    let day = i128::from(day) + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i128::from(month <= 2);
    (year as i64, month as u32, day as u32)
}

/// How many of a unit are in a second, or the seconds in one.
fn scale(unit: Unit) -> Option<(i128, i128)> {
    Some(match unit {
        Unit::Week => (1, 604_800),
        Unit::Day => (1, 86_400),
        Unit::Hour => (1, 3_600),
        Unit::Minute => (1, 60),
        Unit::Second => (1, 1),
        Unit::Milli => (1_000, 1),
        Unit::Micro => (1_000_000, 1),
        Unit::Nano => (1_000_000_000, 1),
        Unit::Pico => (1_000_000_000_000, 1),
        Unit::Femto => (1_000_000_000_000_000, 1),
        Unit::Atto => (1_000_000_000_000_000_000, 1),
        Unit::Generic | Unit::Year | Unit::Month => return None,
    })
}

/// `str(numpy.datetime64)`: `2020-01-01T12:00:00.000`.
fn date_time(value: i64, unit: Unit, count: u32) -> String {
    if value == i64::MIN {
        return "NaT".to_owned();
    }
    let value = i128::from(value) * i128::from(count);
    let year = |year: i128| match year {
        0..=9999 => format!("{year:04}"),
        10_000.. => year.to_string(),
        _ => format!("-{:04}", -year),
    };
    match unit {
        Unit::Generic => value.to_string(),
        Unit::Year => year(1970 + value),
        Unit::Month => format!(
            "{}-{:02}",
            year(1970 + value.div_euclid(12)),
            value.rem_euclid(12) + 1
        ),
        _ => {
            let (per, seconds) = scale(unit).unwrap_or((1, 1));
            let all = value * seconds;
            let (second, part) = (all.div_euclid(per), all.rem_euclid(per));
            let (day, second) = (second.div_euclid(86_400), second.rem_euclid(86_400));
            let (of, month, day) = civil(i64::try_from(day).unwrap_or(i64::MAX / 2));
            let date = format!("{}-{month:02}-{day:02}", year(i128::from(of)));
            let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
            match unit {
                Unit::Week | Unit::Day => date,
                Unit::Hour => format!("{date}T{hour:02}"),
                Unit::Minute => format!("{date}T{hour:02}:{minute:02}"),
                Unit::Second => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
                _ => {
                    let places = (per.ilog10()) as usize;
                    format!("{date}T{hour:02}:{minute:02}:{second:02}.{part:0places$}")
                }
            }
        }
    }
}

/// `str(numpy.timedelta64)`: `5 days`.
fn time_delta(value: i64, unit: Unit, count: u32) -> String {
    if value == i64::MIN {
        return "NaT".to_owned();
    }
    let value = i128::from(value) * i128::from(count);
    let name = match unit {
        Unit::Generic => return value.to_string(),
        Unit::Year => "years",
        Unit::Month => "months",
        Unit::Week => "weeks",
        Unit::Day => "days",
        Unit::Hour => "hours",
        Unit::Minute => "minutes",
        Unit::Second => "seconds",
        Unit::Milli => "milliseconds",
        Unit::Micro => "microseconds",
        Unit::Nano => "nanoseconds",
        Unit::Pico => "picoseconds",
        Unit::Femto => "femtoseconds",
        Unit::Atto => "attoseconds",
    };
    format!("{value} {name}")
}

impl Timestamp<'_> {
    /// As `str(pandas.Timestamp)` gives it: `2020-01-01 12:00:00+01:00`. Where the
    /// offset of a zone is not known, the moment stands in UTC with the zone's name.
    pub fn text(&self, pickle: &Pickle) -> String {
        if self.value == i64::MIN {
            return "NaT".to_owned();
        }
        let (per, seconds) = scale(self.unit).unwrap_or((1, 1));
        let offset = self.zone.as_ref().and_then(|zone| {
            let second = (i128::from(self.value) * seconds).div_euclid(per);
            let of_calendar = || pickle.zone_offset(&zone.name, i64::try_from(second).ok()?);
            zone.offset.or_else(of_calendar)
        });
        let all = i128::from(self.value) * seconds + i128::from(offset.unwrap_or(0)) * per;
        let (second, part) = (all.div_euclid(per), all.rem_euclid(per));
        let (day, second) = (second.div_euclid(86_400), second.rem_euclid(86_400));
        let (year, month, day) = civil(i64::try_from(day).unwrap_or(i64::MAX / 2));
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let mut text = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
        text.push_str(&fraction(part, per));
        match (&self.zone, offset) {
            (None, _) => {}
            (Some(_), Some(offset)) => text.push_str(&signed(offset)),
            (Some(zone), None) => {
                text.push_str("+00:00 in ");
                text.push_str(&zone.name);
            }
        }
        text
    }
}

/// `+05:30`
fn signed(offset: i32) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let size = offset.unsigned_abs();
    let mut text = format!("{sign}{:02}:{:02}", size / 3600, size / 60 % 60);
    if !size.is_multiple_of(60) {
        text.push_str(&format!(":{:02}", size % 60));
    }
    text
}

/// Six digits where that is enough, else nine; nothing for nothing.
fn fraction(part: i128, per: i128) -> String {
    let nanos = part * 1_000_000_000 / per;
    match nanos {
        0 => String::new(),
        nanos if nanos % 1000 == 0 => format!(".{:06}", nanos / 1000),
        nanos => format!(".{nanos:09}"),
    }
}

/// As `str(pandas.Timedelta)` gives it: `-1 days +23:59:59`.
fn timedelta(value: i64, unit: Unit) -> String {
    if value == i64::MIN {
        return "NaT".to_owned();
    }
    let (per, seconds) = scale(unit).unwrap_or((1, 1));
    let all = i128::from(value) * seconds;
    let (second, part) = (all.div_euclid(per), all.rem_euclid(per));
    let (days, second) = (second.div_euclid(86_400), second.rem_euclid(86_400));
    let plus = if days < 0 { "+" } else { "" };
    format!(
        "{days} days {plus}{:02}:{:02}:{:02}{}",
        second / 3600,
        second / 60 % 60,
        second % 60,
        fraction(part, per)
    )
}
