//! Numbers that are objects in Python: `decimal`, `fractions`, `complex`, `range`,
//! `uuid`.

use super::super::node::NodeId;
use super::super::object::Object;
use super::super::value::{Pickle, Value};
use super::Known;

/// A part of a fraction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part<'a> {
    /// An integer of the pickle.
    Id(NodeId),
    /// Decimal digits.
    Digits(&'a str),
}

/// `fractions.Fraction`. Python up to 3.10 writes it as text, later ones as two integers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fraction<'a> {
    pub numerator: Part<'a>,
    pub denominator: Part<'a>,
}

/// `range(start, stop, step)`; all three are integers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Range {
    pub start: NodeId,
    pub stop: NodeId,
    pub step: NodeId,
}

impl Range {
    /// How many numbers it has, if its parts have 64 bits.
    pub fn len(self, pickle: &Pickle) -> Option<u64> {
        let part = |id| pickle.as_int(id).map(i128::from);
        let (start, stop, step) = (part(self.start)?, part(self.stop)?, part(self.step)?);
        let (low, high, step) = if step > 0 {
            (start, stop, step)
        } else {
            (stop, start, -step)
        };
        if low >= high || step == 0 {
            return Some(0);
        }
        u64::try_from((high - low - 1) / step + 1).ok()
    }
}

/// Longer texts than this are no number that anybody made.
const LONGEST: usize = 10_000;

fn short_text(pickle: &Pickle, id: NodeId) -> Option<&str> {
    match pickle.value(id) {
        Value::Text(text) if text.bytes().len() <= LONGEST => text.as_str(),
        _ => None,
    }
}

fn is_int(pickle: &Pickle, id: NodeId) -> bool {
    matches!(pickle.value(id), Value::Int(_) | Value::BigInt(_))
}

pub(super) fn decimal<'a>(pickle: &'a Pickle, args: &[NodeId]) -> Option<&'a str> {
    let &[text] = args else { return None };
    let text = short_text(pickle, text)?;
    let number = text.strip_prefix(['+', '-']).unwrap_or(text);
    let good = match number.strip_prefix("sNaN").or(number.strip_prefix("NaN")) {
        Some(payload) => payload.bytes().all(|byte| byte.is_ascii_digit()),
        None if matches!(number, "Infinity" | "Inf") => true,
        None => {
            number.starts_with(|first: char| first.is_ascii_digit() || first == '.')
                && number.bytes().all(|byte| {
                    byte.is_ascii_digit() || matches!(byte, b'.' | b'E' | b'e' | b'+' | b'-')
                })
        }
    };
    good.then_some(text)
}

pub(super) fn fraction<'a>(pickle: &'a Pickle, args: &[NodeId]) -> Option<Fraction<'a>> {
    match *args {
        [numerator, denominator] if is_int(pickle, numerator) && is_int(pickle, denominator) => {
            Some(Fraction {
                numerator: Part::Id(numerator),
                denominator: Part::Id(denominator),
            })
        }
        [text] => {
            let text = short_text(pickle, text)?;
            let (numerator, denominator) = text.split_once('/').unwrap_or((text, "1"));
            let digits = |text: &str| {
                let digits = text.strip_prefix('-').unwrap_or(text);
                !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
            };
            (digits(numerator) && digits(denominator)).then_some(Fraction {
                numerator: Part::Digits(numerator),
                denominator: Part::Digits(denominator),
            })
        }
        _ => None,
    }
}

pub(super) fn complex<'a>(pickle: &Pickle, args: &[NodeId]) -> Option<Known<'a>> {
    let &[real, imaginary] = args else {
        return None;
    };
    Some(Known::Complex(
        pickle.as_float(real)?,
        pickle.as_float(imaginary)?,
    ))
}

pub(super) fn range(pickle: &Pickle, args: &[NodeId]) -> Option<Range> {
    let &[start, stop, step] = args else {
        return None;
    };
    let good = [start, stop, step].iter().all(|&id| is_int(pickle, id));
    good.then_some(Range { start, stop, step })
}

/// `uuid.UUID`: the state holds the number under `int`.
pub(super) fn uuid(pickle: &Pickle, object: Object<'_>) -> Option<u128> {
    match pickle.value(object.attribute("int")?) {
        Value::Int(value) => u128::try_from(value).ok(),
        Value::BigInt(value) => value.as_u128(),
        _ => None,
    }
}
