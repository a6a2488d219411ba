//! How Python prints numbers, texts and bytes.

use super::out::Out;
use super::printable::is_printable;
use crate::pickle::text::{Text, Unit};

/// `repr(float)`: the shortest digits that read back the same, in exponent form
/// below 1e-4 and from 1e16 on (`float_repr_style` "short").
pub(super) fn float(value: f64) -> String {
    let text = float_without_point(value);
    let bare = !text.contains(['.', 'e', 'n', 'i']);
    if bare { text + ".0" } else { text }
}

/// The same without the `.0` of a whole number, as inside a complex number.
fn float_without_point(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 {
            "inf".to_owned()
        } else {
            "-inf".to_owned()
        };
    }
    let scientific = shortest(value);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs());
    }
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => ("-", mantissa),
        None => ("", mantissa),
    };
    let digits = mantissa.replace('.', "");
    let whole = usize::try_from(exponent + 1).unwrap_or(0);
    if whole == 0 {
        let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
        return format!("{sign}0.{zeros}{digits}");
    }
    match digits.split_at_checked(whole) {
        Some((whole, "")) => format!("{sign}{whole}"),
        Some((whole, part)) => format!("{sign}{whole}.{part}"),
        None => format!("{sign}{digits:0<whole$}"),
    }
}

/// The shortest digits that read back as the same number, in Rust's exponent form.
/// Where two are equally near, Rust takes the upper one and Python the even one.
fn shortest(value: f64) -> String {
    let shortest = format!("{value:e}");
    let mantissa = shortest.split('e').next().unwrap_or("");
    let places = mantissa
        .split_once('.')
        .map_or(0, |(_, places)| places.len());
    if places < 14 {
        // So few digits are never half-way: they are the number, or far from it.
        return shortest;
    }
    // This form rounds halves to even.
    let rounded = format!("{value:.places$e}");
    if rounded.parse() == Ok(value) {
        rounded
    } else {
        shortest
    }
}

/// `repr(complex)`.
pub(super) fn complex(real: f64, imaginary: f64) -> String {
    let imaginary_text = float_without_point(imaginary);
    if real == 0.0 && real.is_sign_positive() {
        return format!("{imaginary_text}j");
    }
    // A NaN has no sign here; everything else shows its own.
    let plus = if imaginary_text.starts_with('-') {
        ""
    } else {
        "+"
    };
    format!("({}{plus}{imaginary_text}j)", float_without_point(real))
}

/// Quotes are looked for in this many bytes only, so that a text of gigabytes that is
/// shown a hundred times does not stop the page.
const LOOKED_THROUGH: usize = 16 << 20;

/// Single quotes, unless that needs escapes and double quotes need none.
fn quote(bytes: &[u8]) -> char {
    let bytes = bytes.get(..LOOKED_THROUGH).unwrap_or(bytes);
    if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        '"'
    } else {
        '\''
    }
}

/// `repr(str)`.
pub(super) fn text(out: &mut Out, text: Text<'_>) {
    let quote = quote(text.bytes());
    out.put_char(quote);
    for unit in text.units() {
        if out.is_full() {
            return;
        }
        match unit {
            Unit::Char(char) => text_char(out, char, quote),
            Unit::Surrogate(code) => out.put(&format!("\\u{code:04x}")),
            Unit::Byte(byte) => {
                // No Python text looks like this.
                out.exact = false;
                out.put(&format!("\\x{byte:02x}"));
            }
        }
    }
    out.put_char(quote);
}

fn text_char(out: &mut Out, char: char, quote: char) {
    match char {
        '\\' => out.put("\\\\"),
        '\n' => out.put("\\n"),
        '\r' => out.put("\\r"),
        '\t' => out.put("\\t"),
        _ if char == quote => {
            out.put_char('\\');
            out.put_char(char);
        }
        ' '..='~' => out.put_char(char),
        _ if is_printable(char) => out.put_char(char),
        _ => {
            let code = u32::from(char);
            match code {
                0..=0xff => out.put(&format!("\\x{code:02x}")),
                0x100..=0xffff => out.put(&format!("\\u{code:04x}")),
                _ => out.put(&format!("\\U{code:08x}")),
            }
        }
    }
}

/// `repr(bytes)`.
pub(super) fn bytes(out: &mut Out, bytes: &[u8]) {
    quoted_bytes(out, bytes, quote(bytes), quote(bytes));
}

/// `repr(bytearray)`, which escapes a single quote even inside double quotes.
pub(super) fn byte_array(out: &mut Out, bytes: &[u8]) {
    out.put("bytearray(");
    quoted_bytes(out, bytes, quote(bytes), '\'');
    out.put(")");
}

fn quoted_bytes(out: &mut Out, bytes: &[u8], quote: char, escaped: char) {
    out.put_char('b');
    out.put_char(quote);
    for &byte in bytes {
        if out.is_full() {
            return;
        }
        match byte {
            b'\\' => out.put("\\\\"),
            b'\n' => out.put("\\n"),
            b'\r' => out.put("\\r"),
            b'\t' => out.put("\\t"),
            _ if char::from(byte) == escaped => {
                out.put_char('\\');
                out.put_char(escaped);
            }
            b' '..=b'~' => out.put_char(char::from(byte)),
            _ => out.put(&format!("\\x{byte:02x}")),
        }
    }
    out.put_char(quote);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: f64, expected: &str) {
        assert_eq!(float(value), expected);
    }

    #[test]
    fn floats_follow_pythons_exponent_rules() {
        check(0.0, "0.0");
        check(-0.0, "-0.0");
        check(1.0, "1.0");
        check(0.1, "0.1");
        check(0.0001, "0.0001");
        check(0.00001, "1e-05");
        check(1.5e-7, "1.5e-07");
        check(1e15, "1000000000000000.0");
        check(9_007_199_254_740_993.0, "9007199254740992.0");
        check(1e16, "1e+16");
        check(1.2345e22, "1.2345e+22");
        check(1.797_693_134_862_315_7e308, "1.7976931348623157e+308");
        check(5e-324, "5e-324");
        check(-123456.0, "-123456.0");
        check(-0.00012, "-0.00012");
        check(1200.0, "1200.0");
        // Half-way between two shortest forms.
        check(226_229_917_111_810.5 / 8.0, "28278739638976.312");
        check(5e-324 * 3.0, "1.5e-323");
        check(2_f64.powi(-44), "5.684341886080802e-14");
        check(f64::NAN, "nan");
        check(f64::NEG_INFINITY, "-inf");
    }

    #[test]
    fn complex_numbers_hide_a_zero_real_part() {
        assert_eq!(complex(1.0, -2.0), "(1-2j)");
        assert_eq!(complex(0.0, 1.0), "1j");
        assert_eq!(complex(-0.0, 1.5), "(-0+1.5j)");
        assert_eq!(complex(f64::NAN, f64::INFINITY), "(nan+infj)");
        assert_eq!(complex(1e16, 0.0), "(1e+16+0j)");
        assert_eq!(complex(0.0, -0.0), "-0j");
    }
}
