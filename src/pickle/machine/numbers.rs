//! Numbers as text, the way of protocol 0, and integers as bytes.
//!
//! Source: `load_int`, `load_long`, `load_float` and `load_counted_long` of CPython's
//! `Modules/_pickle.c`, which read with `strtol` and `PyLong_FromString`, base 0.

/// An integer that was read from text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum ReadInt {
    Small(i64),
    /// More than 64 bits: where its decimal digits (and a minus) stand in the text.
    Verbatim {
        from: usize,
        to: usize,
    },
    /// The same, where the text has them in another form.
    Decimal(String),
    /// More than 64 bits, in two's complement, low bytes first.
    Bytes(Vec<u8>),
}

/// The boolean that the text of an INT is: three bytes with the newline whose number is
/// 0 or 1, as `load_int` tells them.
pub(super) fn boolean(text: &[u8]) -> Option<bool> {
    match text {
        [b'0' | b'+' | b'-' | b' ' | b'\t' | b'\r' | 11 | 12, b'0'] => Some(false),
        [b'0' | b'+' | b' ' | b'\t' | b'\r' | 11 | 12, b'1'] => Some(true),
        _ => None,
    }
}

/// Reads the text of INT and LONG: decimal, `0x`, `0o` or `0b`, with underscores
/// between digits. `octal` also takes a leading zero for octal, as `strtol` does where
/// the number has 64 bits; else only zero itself may begin with one.
pub(super) fn int(text: &[u8], octal: bool) -> Option<ReadInt> {
    let from = text.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let to = text.iter().rposition(|byte| !byte.is_ascii_whitespace())? + 1;
    let trimmed = std::str::from_utf8(text.get(from..to)?).ok()?;
    let (negative, digits) = match trimmed.as_bytes().first()? {
        b'-' => (true, trimmed.get(1..)?),
        b'+' => (false, trimmed.get(1..)?),
        _ => (false, trimmed),
    };
    let (radix, digits) = match digits.get(..2) {
        Some("0x" | "0X") => (16, after_prefix(digits)),
        Some("0o" | "0O") => (8, after_prefix(digits)),
        Some("0b" | "0B") => (2, after_prefix(digits)),
        Some(two) if octal && two.starts_with('0') && !digits.contains('_') => {
            let small = i64::from_str_radix(digits, 8).ok()?;
            return Some(ReadInt::Small(if negative { -small } else { small }));
        }
        _ => (10, digits),
    };
    if digits
        .split('_')
        .any(|run| run.is_empty() || !run.chars().all(|one| one.is_digit(radix)))
    {
        return None;
    }
    let plain = digits.replace('_', "");
    if radix == 10 && plain.starts_with('0') && plain.bytes().any(|digit| digit != b'0') {
        return None;
    }
    let read = i128::from_str_radix(&plain, radix).ok();
    let signed = read.map(|number| if negative { -number } else { number });
    if let Some(small) = signed.and_then(|number| i64::try_from(number).ok()) {
        return Some(ReadInt::Small(small));
    }
    if radix != 10 {
        return Some(ReadInt::Bytes(twos_complement(
            &plain,
            radix.ilog2(),
            negative,
        )));
    }
    let sign = if negative { "-" } else { "" };
    Some(if trimmed.strip_prefix(sign) == Some(plain.as_str()) {
        ReadInt::Verbatim { from, to }
    } else {
        ReadInt::Decimal(format!("{sign}{plain}"))
    })
}

/// The digits after `0x` and its like, where one underscore may come first.
fn after_prefix(digits: &str) -> &str {
    let rest = digits.get(2..).unwrap_or("");
    rest.strip_prefix('_').unwrap_or(rest)
}

/// Digits of `width` bits each as little-endian two's complement.
fn twos_complement(digits: &str, width: u32, negative: bool) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(digits.len() / 2 + 2);
    let (mut waiting, mut bits) = (0_u32, 0);
    for digit in digits
        .chars()
        .rev()
        .filter_map(|digit| digit.to_digit(1 << width))
    {
        waiting |= digit << bits;
        bits += width;
        if bits >= 8 {
            bytes.push((waiting & 0xff) as u8);
            waiting >>= 8;
            bits -= 8;
        }
    }
    // A whole byte more, so that the sign has room.
    bytes.extend([(waiting & 0xff) as u8, 0]);
    if negative {
        let mut carry = true;
        for byte in &mut bytes {
            (*byte, carry) = (!*byte).overflowing_add(u8::from(carry));
        }
    }
    let needed = needed(&bytes);
    bytes.truncate(needed);
    bytes
}

/// Reads the text of FLOAT, as `PyOS_string_to_double` does: no spaces, and no number
/// that is too large.
pub(super) fn float(text: &[u8]) -> Option<f64> {
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    let is_named = || text.iter().any(|byte| matches!(byte, b'n' | b'N'));
    (value.is_finite() || is_named()).then_some(value)
}

/// Reads the index of GET and PUT, which is decimal, whatever it begins with.
pub(super) fn index(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    let digits = text.trim_matches(|char: char| char.is_ascii_whitespace());
    let digits = digits.strip_prefix('+').unwrap_or(digits);
    let is_number = |run: &str| !run.is_empty() && run.bytes().all(|byte| byte.is_ascii_digit());
    if !digits.split('_').all(is_number) {
        return None;
    }
    digits.replace('_', "").parse().ok()
}

/// Little-endian two's complement of up to eight bytes.
pub(super) fn from_bytes(bytes: &[u8]) -> Option<i64> {
    let negative = bytes.last().is_some_and(|&byte| byte >= 0x80);
    let mut whole = if negative { [0xff; 8] } else { [0; 8] };
    whole.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(i64::from_le_bytes(whole))
}

/// How many of the bytes of a two's complement number are needed: the last ones may
/// only repeat the sign.
pub(super) fn needed(bytes: &[u8]) -> usize {
    let mut len = bytes.len();
    while let Some(&[below, last]) = bytes.get(..len).and_then(|all| all.last_chunk::<2>()) {
        let sign = if below >= 0x80 { 0xff } else { 0 };
        if last != sign {
            break;
        }
        len -= 1;
    }
    len
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<i64>) {
        assert_eq!(
            int(text.as_bytes(), true),
            expected.map(ReadInt::Small),
            "{text:?}"
        );
    }

    #[test]
    fn integers_are_read_as_python_reads_them() {
        check("0", Some(0));
        check("-17", Some(-17));
        check("+17", Some(17));
        check(" 17\r", Some(17));
        check("0x1F", Some(31));
        check("-0x1f", Some(-31));
        check("0o17", Some(15));
        check("0b101", Some(5));
        check("017", Some(15));
        check("1_000", Some(1000));
        check("1__0", None);
        check("_1", None);
        check("-9223372036854775808", Some(i64::MIN));
        check("", None);
        check("-", None);
        check("--1", None);
        check("1.5", None);
        check("0x", None);
        check("089", None);
        check("-010", Some(-8));
        check("0777777777777777777777777", None);
        check("0_7", None);
        check("0_0", Some(0));
        check("0x_1", Some(1));
        check("1é", None);
    }

    #[test]
    fn only_zero_begins_with_one() {
        assert_eq!(int(b"000", false), Some(ReadInt::Small(0)));
        assert_eq!(int(b"010", false), None);
        assert_eq!(index(b"010"), Some(10));
        assert_eq!(index(b" 1_0\r"), Some(10));
        assert_eq!(index(b"0x1"), None);
        assert_eq!(index(b"-1"), None);
        assert_eq!(index(b""), None);
    }

    #[test]
    fn booleans_have_two_characters() {
        assert_eq!(boolean(b"00"), Some(false));
        assert_eq!(boolean(b"01"), Some(true));
        assert_eq!(boolean(b" 1"), Some(true));
        assert_eq!(boolean(b"1"), None);
        assert_eq!(boolean(b"001"), None);
        assert_eq!(boolean(b"-1"), None);
    }

    #[test]
    fn long_ones_stay_digits() {
        let text = b" -123456789012345678901234567890\r";
        let read = int(text, false).unwrap();
        assert_eq!(read, ReadInt::Verbatim { from: 1, to: 32 });
        assert_eq!(
            int(b"-123456789_0123456789_0123456789", false).unwrap(),
            ReadInt::Decimal("-12345678901234567890123456789".into())
        );
    }

    #[test]
    fn long_ones_of_other_bases_become_bytes() {
        let read = |text: &str| int(text.as_bytes(), false).unwrap();
        assert_eq!(
            read("0x1_0000_0000_0000_0000"),
            ReadInt::Bytes([vec![0; 8], vec![1]].concat())
        );
        assert_eq!(
            read("-0x10000000000000000"),
            ReadInt::Bytes([vec![0; 8], vec![255]].concat())
        );
        assert_eq!(
            read("0x8000000000000000"),
            ReadInt::Bytes([vec![0; 7], vec![0x80, 0]].concat())
        );
        assert_eq!(
            read("0o2000000000000000000000"),
            ReadInt::Bytes([vec![0; 8], vec![1]].concat())
        );
    }

    #[test]
    fn bytes_are_twos_complement() {
        assert_eq!(from_bytes(b""), Some(0));
        assert_eq!(from_bytes(b"\xff"), Some(-1));
        assert_eq!(from_bytes(b"\xff\x00"), Some(255));
        assert_eq!(from_bytes(&[0; 9]), None);
        assert_eq!(needed(b"\xff\x00\x00\x00"), 2);
        assert_eq!(needed(b"\x80\xff\xff"), 1);
        assert_eq!(needed(b"\x7f\xff"), 2);
        assert_eq!(needed(b"\x00"), 1);
        assert_eq!(needed(b""), 0);
    }

    #[test]
    fn floats_are_read_as_python_reads_them() {
        assert_eq!(float(b"1.5"), Some(1.5));
        assert_eq!(float(b"-inf"), Some(f64::NEG_INFINITY));
        assert!(float(b"nan").is_some_and(f64::is_nan));
        assert_eq!(float(b"-Infinity"), Some(f64::NEG_INFINITY));
        assert_eq!(float(b"1e400"), None);
        assert_eq!(float(b" 1"), None);
        assert_eq!(float(b"1,5"), None);
    }
}
