//! The record of a row, or of an entry of an index: kinds and lengths of its values first,
//! then their bytes.

use super::bytes::{integer, varint_at};
use super::value::{Encoding, Value};
use std::borrow::Cow;

#[derive(Debug, Default)]
pub struct Record {
    /// Its first bytes, where the last were not asked for.
    payload: Vec<u8>,
    fields: Vec<Field>,
}

#[derive(Clone, Copy, Debug)]
struct Field {
    /// What SQLite calls the serial type.
    kind: u64,
    at: usize,
}

/// No table of SQLite has more columns.
pub const MOST_FIELDS: usize = 32_767;

impl Record {
    /// `size` is how long it is in all; in words what is wrong with it.
    pub fn read(payload: Vec<u8>, size: u64) -> Result<Self, &'static str> {
        let kinds = Kinds::of(&payload).ok_or("does not say what values it holds")?;
        let mut fields = Vec::new();
        let mut at = kinds.end as u64;
        for kind in kinds {
            let kind = kind.ok_or("does not say what values it holds")?;
            if matches!(kind, 10 | 11) {
                return Err("holds a value of an unknown kind");
            }
            if fields.len() == MOST_FIELDS {
                return Err("holds more values than a row can");
            }
            let start = usize::try_from(at).unwrap_or(usize::MAX);
            fields.push(Field { kind, at: start });
            at = at.saturating_add(length(kind));
        }
        if at > size {
            return Err("ends before its values do");
        }
        Ok(Self { payload, fields })
    }

    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// `None` for what there is none of, or was not read.
    pub fn value(&self, place: usize, encoding: Encoding) -> Option<Value<'_>> {
        let (kind, bytes) = self.raw(place)?;
        Some(match kind {
            0 => Value::Null,
            1..=6 => Value::Integer(integer(bytes)),
            7 => real(bytes),
            8 => Value::Integer(0),
            9 => Value::Integer(1),
            kind if kind % 2 == 0 => Value::Blob(Cow::Borrowed(bytes)),
            _ => encoding.text(bytes),
        })
    }

    /// The serial type and the bytes of a value.
    pub fn raw(&self, place: usize) -> Option<(u64, &[u8])> {
        let field = self.fields.get(place)?;
        let end = field
            .at
            .checked_add(usize::try_from(length(field.kind)).ok()?)?;
        Some((field.kind, self.payload.get(field.at..end)?))
    }
}

/// SQLite has no value that is no number, and takes it as none.
fn real(bytes: &[u8]) -> Value<'static> {
    let number = f64::from_bits(integer(bytes).cast_unsigned());
    if number.is_nan() {
        return Value::Null;
    }
    Value::Real(number)
}

fn length(kind: u64) -> u64 {
    match kind {
        0 | 8..=11 => 0,
        1..=4 => kind,
        5 => 6,
        6 | 7 => 8,
        _ => (kind - 12) / 2,
    }
}

/// How many bytes of a record hold its first values; `None` while its first bytes do not say.
pub fn reach(payload: &[u8], fields: usize) -> Option<u64> {
    let kinds = Kinds::of(payload)?;
    let mut reach = kinds.end as u64;
    for kind in kinds.take(fields) {
        reach = reach.saturating_add(length(kind?));
    }
    Some(reach)
}

/// The kinds of the values, as the start of a record gives them. `None` is what cannot be
/// read, and the last.
struct Kinds<'a> {
    payload: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Kinds<'a> {
    fn of(payload: &'a [u8]) -> Option<Self> {
        let (length, at) = varint_at(payload, 0)?;
        let end = usize::try_from(length).ok()?;
        (at <= end && end <= payload.len()).then_some(Self { payload, at, end })
    }
}

impl Iterator for Kinds<'_> {
    type Item = Option<u64>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let found = self.payload.get(..self.end);
        let found = found.and_then(|kinds| varint_at(kinds, self.at));
        self.at = found.map_or(self.end, |(_, length)| self.at + length);
        Some(found.map(|(kind, _)| kind))
    }
}
