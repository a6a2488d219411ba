//! Floats of two and four bytes, and floats as NumPy prints them among others.

use crate::libraries::numpy;
use crate::pickle::Pickle;
use crate::pickle::repr::{self, float};

/// A float of four bytes as `str()` gives it: the shortest digits that read back the
/// same, of two equally near ones the even one.
pub(super) fn single(value: f32, pickle: &Pickle) -> String {
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

pub(super) fn half(bits: u16, pickle: &Pickle) -> String {
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

pub(super) fn complex_single(real: f32, imaginary: f32) -> String {
    let wide = |value: f32| format!("{value:e}").parse().unwrap_or(f64::from(value));
    repr::complex(wide(real), wide(imaginary))
}

/// A float as NumPy 1 prints it among others: at most eight digits behind the point, and
/// none where there are none.
pub(super) fn in_array(value: f64) -> String {
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
pub(in crate::libraries) fn from_half(bits: u16) -> f32 {
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
pub(in crate::libraries) fn to_half(value: f32) -> u16 {
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
