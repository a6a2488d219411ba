//! The order of the entries of an index, and the keys that are looked for in it.

use super::bytes::integer;
use super::record::Record;
use super::value::{Encoding, Value};
use crate::sorting;
use std::cmp::Ordering;

/// A value as an index orders it: nothing, numbers, texts by their bytes, bytes.
#[derive(Debug)]
enum Key<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a [u8]),
    Blob(&'a [u8]),
}

impl Key<'_> {
    fn class(&self) -> u8 {
        match self {
            Key::Null => 0,
            Key::Integer(_) | Key::Real(_) => 1,
            Key::Text(_) => 2,
            Key::Blob(_) => 3,
        }
    }

    fn compare(&self, other: &Key<'_>) -> Ordering {
        match (self, other) {
            (Key::Integer(one), Key::Integer(other)) => one.cmp(other),
            (Key::Real(one), Key::Real(other)) => one.partial_cmp(other).unwrap_or(Ordering::Equal),
            (Key::Integer(one), Key::Real(other)) => integer_and_real(*one, *other),
            (Key::Real(one), Key::Integer(other)) => integer_and_real(*other, *one).reverse(),
            (Key::Text(one), Key::Text(other)) | (Key::Blob(one), Key::Blob(other)) => {
                one.cmp(other)
            }
            _ => self.class().cmp(&other.class()),
        }
    }
}

/// Without losing what a real number cannot hold of a whole one.
fn integer_and_real(integer: i64, real: f64) -> Ordering {
    /// The first whole number that is too large.
    const END: f64 = 9_223_372_036_854_775_808.0;
    if real >= END {
        return Ordering::Less;
    }
    if real < -END {
        return Ordering::Greater;
    }
    let whole = real.trunc();
    // The rest is below one, and only counts where the whole is the same.
    let by_whole = integer.cmp(&(whole as i64));
    by_whole.then_with(|| whole.partial_cmp(&real).unwrap_or(Ordering::Equal))
}

/// A value that is looked for, with bytes of its own.
#[derive(Debug)]
enum Wanted {
    Null,
    Integer(i64),
    Real(f64),
    Text(Vec<u8>),
    Blob(Vec<u8>),
}

impl Wanted {
    fn of(value: &Value<'_>, encoding: Encoding) -> Self {
        match value {
            Value::Null => Wanted::Null,
            Value::Integer(number) => Wanted::Integer(*number),
            Value::Real(number) => Wanted::Real(*number),
            Value::Text { text, .. } => Wanted::Text(encoding.bytes(text)),
            Value::Blob(bytes) => Wanted::Blob(bytes.to_vec()),
        }
    }

    fn key(&self) -> Key<'_> {
        match self {
            Wanted::Null => Key::Null,
            Wanted::Integer(number) => Key::Integer(*number),
            Wanted::Real(number) => Key::Real(*number),
            Wanted::Text(bytes) => Key::Text(bytes),
            Wanted::Blob(bytes) => Key::Blob(bytes),
        }
    }
}

fn key(kind: u64, bytes: &[u8]) -> Key<'_> {
    match kind {
        0 => Key::Null,
        1..=6 => Key::Integer(integer(bytes)),
        7 => match f64::from_bits(integer(bytes).cast_unsigned()) {
            number if number.is_nan() => Key::Null,
            number => Key::Real(number),
        },
        8 => Key::Integer(0),
        9 => Key::Integer(1),
        kind if kind % 2 == 0 => Key::Blob(bytes),
        _ => Key::Text(bytes),
    }
}

/// What is looked for in an index: values of its first columns, any number of them.
#[derive(Debug)]
pub struct Keys {
    /// Of the first columns whether they go from large to small.
    falling: Vec<bool>,
    /// In the order of the index.
    sorted: Vec<Vec<Wanted>>,
}

impl Keys {
    pub fn of(keys: &[Vec<Value<'_>>], falling: Vec<bool>, encoding: Encoding) -> Self {
        let wanted = |key: &Vec<Value<'_>>| {
            let values = key.iter().map(|value| Wanted::of(value, encoding));
            values.collect::<Vec<_>>()
        };
        let mut sorted: Vec<_> = keys.iter().map(wanted).collect();
        sorting::sort_by(&mut sorted, |one, other| {
            let pairs = one.iter().zip(other).zip(&falling);
            first_difference(
                pairs
                    .map(|((one, other), falls)| directed(one.key().compare(&other.key()), *falls)),
            )
        });
        Self { falling, sorted }
    }

    /// How a key lies to an entry. What the entry lacks of its columns makes it equal.
    fn compare(&self, key: &[Wanted], entry: &Record) -> Ordering {
        let columns = key.iter().zip(&self.falling).enumerate();
        first_difference(columns.map(|(place, (wanted, falls))| {
            let found = entry.raw(place).map(|(kind, bytes)| self::key(kind, bytes));
            let ordering = found.map(|found| wanted.key().compare(&found));
            directed(ordering.unwrap_or(Ordering::Equal), *falls)
        }))
    }

    /// The first key that is not before an entry.
    fn not_before(&self, entry: &Record) -> usize {
        let is_before = |key: &Vec<Wanted>| self.compare(key, entry).is_lt();
        self.sorted.partition_point(is_before)
    }

    /// Whether an entry is one of those that are looked for.
    pub fn is_met(&self, entry: &Record) -> bool {
        let key = self.sorted.get(self.not_before(entry));
        key.is_some_and(|key| self.compare(key, entry).is_eq())
    }

    /// Whether such can lie between two entries.
    pub fn is_between(&self, after: Option<&Record>, before: Option<&Record>) -> bool {
        let first = after.map_or(0, |entry| self.not_before(entry));
        let key = self.sorted.get(first);
        key.is_some_and(|key| before.is_none_or(|entry| self.compare(key, entry).is_le()))
    }
}

fn directed(ordering: Ordering, falls: bool) -> Ordering {
    if falls { ordering.reverse() } else { ordering }
}

fn first_difference(mut orderings: impl Iterator<Item = Ordering>) -> Ordering {
    orderings
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}
