//! One element out of its bytes.

use super::dtype::{Dtype, Field, Kind};
use crate::libraries::cell::{Brackets, Cell};
use std::borrow::Cow;

/// The element that these bytes are; there are as many as the type has.
pub(super) fn read<'a>(bytes: &'a [u8], dtype: &Dtype) -> Cell<'a> {
    match &dtype.kind {
        Kind::Bool => Cell::Bool(bytes.first().is_some_and(|byte| *byte != 0)),
        Kind::Int => Cell::Int(integer(bytes, dtype.big_endian, true) as i64),
        Kind::Uint => Cell::Uint(integer(bytes, dtype.big_endian, false)),
        Kind::Float => float(bytes, dtype.big_endian),
        Kind::BFloat => {
            let upper = integer(bytes, dtype.big_endian, false) as u32;
            Cell::Single(f32::from_bits(upper << 16))
        }
        Kind::Complex => {
            let (real, imaginary) = bytes.split_at(bytes.len() / 2);
            let (real, imaginary) = (
                float(real, dtype.big_endian),
                float(imaginary, dtype.big_endian),
            );
            match (real, imaginary) {
                (Cell::Single(real), Cell::Single(imaginary)) => {
                    Cell::ComplexSingle(real, imaginary)
                }
                (Cell::Float(real), Cell::Float(imaginary)) => Cell::Complex(real, imaginary),
                _ => Cell::Bytes(Cow::Borrowed(bytes)),
            }
        }
        Kind::Bytes => Cell::Bytes(Cow::Borrowed(without_zeros(bytes))),
        Kind::Void => Cell::Void(bytes),
        Kind::Text => Cell::Text(Cow::Owned(text(bytes, dtype.big_endian))),
        Kind::DateTime(unit, count) => {
            Cell::DateTime(integer(bytes, dtype.big_endian, true) as i64, *unit, *count)
        }
        Kind::TimeDelta(unit, count) => {
            Cell::TimeDelta(integer(bytes, dtype.big_endian, true) as i64, *unit, *count)
        }
        Kind::Record { fields, .. } => {
            let part = |field: &Field| {
                let end = field.offset + field.dtype.size;
                read(bytes.get(field.offset..end).unwrap_or(&[]), &field.dtype)
            };
            Cell::Parts(fields.iter().map(part).collect(), Brackets::Round)
        }
        Kind::Sub(base, shape) => {
            /// More is not shown in one place.
            const PARTS: usize = 1000;
            parts(bytes, base, shape, &mut { PARTS })
        }
        // What is an object is no bytes.
        Kind::Object | Kind::VariableText => Cell::Null("None"),
    }
}

/// A small array, as lists in lists; of a large one the beginning.
fn parts<'a>(bytes: &'a [u8], base: &Dtype, shape: &[usize], left: &mut usize) -> Cell<'a> {
    let Some((length, inner)) = shape.split_first() else {
        *left = left.saturating_sub(1);
        return read(bytes, base);
    };
    let size = bytes.len() / (*length).max(1);
    let mut found = Vec::new();
    for part in bytes.chunks_exact(size.max(1)).take(*length) {
        if *left == 0 {
            break;
        }
        found.push(parts(part, base, inner, left));
    }
    Cell::Parts(found, Brackets::List)
}

/// An integer of up to eight bytes; a signed one is two's complement.
fn integer(bytes: &[u8], big_endian: bool, signed: bool) -> u64 {
    let take = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
    let (number, top) = match big_endian {
        true => (bytes.iter().fold(0, take), bytes.first()),
        false => (bytes.iter().rev().fold(0, take), bytes.last()),
    };
    let negative = signed && top.is_some_and(|byte| byte & 0x80 != 0);
    match (negative, bytes.len()) {
        (true, length @ 1..8) => number | u64::MAX << (8 * length),
        _ => number,
    }
}

fn float(bytes: &[u8], big_endian: bool) -> Cell<'static> {
    let bits = |bytes| integer(bytes, big_endian, false);
    match bytes.len() {
        2 => Cell::Half(bits(bytes) as u16),
        4 => Cell::Single(f32::from_bits(bits(bytes) as u32)),
        8 => Cell::Float(f64::from_bits(bits(bytes))),
        // The x87's ten bytes, in a place of twelve or sixteen.
        _ => {
            let mut ten: Vec<u8> = match big_endian {
                false => bytes.iter().take(10).copied().collect(),
                true => bytes.iter().rev().take(10).copied().collect(),
            };
            ten.resize(10, 0);
            Cell::Float(extended(&ten))
        }
    }
}

/// A float of ten bytes as the nearest one of eight: sign and exponent, and 64 bits of
/// which the first is the whole part.
fn extended(bytes: &[u8]) -> f64 {
    let (mantissa, head) = bytes.split_at(bytes.len().min(8));
    let mantissa = integer(mantissa, false, false);
    let head = integer(head, false, false);
    let sign = if head & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = (head & 0x7fff) as i32;
    if exponent == 0x7fff {
        let infinite = mantissa << 1 == 0;
        return if infinite {
            sign * f64::INFINITY
        } else {
            f64::NAN
        };
    }
    // In two steps: the whole power may be beyond what a float holds.
    let power = exponent - 16_383 - 63;
    let (first, second) = (power / 2, power - power / 2);
    sign * mantissa as f64 * 2f64.powi(first) * 2f64.powi(second)
}

fn without_zeros(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte != 0);
    bytes.get(..end.map_or(0, |last| last + 1)).unwrap_or(&[])
}

/// UCS-4 without the zeros at its end; what is no character is shown as one that says so.
fn text(bytes: &[u8], big_endian: bool) -> String {
    let chars = bytes
        .chunks_exact(4)
        .map(|four| integer(four, big_endian, false) as u32);
    let chars: Vec<u32> = chars.collect();
    let end = chars.iter().rposition(|char| *char != 0);
    let chars = chars.iter().take(end.map_or(0, |last| last + 1));
    chars
        .map(|char| char::from_u32(*char).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}
