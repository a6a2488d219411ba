//! The text opcodes of protocol 0: STRING (a Python 2 string literal) and UNICODE
//! (`raw-unicode-escape`).
//!
//! Source: `load_string` and `load_unicode` of CPython's `Modules/_pickle.c`,
//! `PyBytes_DecodeEscape` and `_PyUnicode_DecodeRawUnicodeEscapeStateful`.

use crate::pickle::text::push_code_point;

/// What stands between the quotes of a STRING line, and how many bytes come before it.
pub(super) fn unquoted(line: &[u8]) -> Option<(usize, &[u8])> {
    match line {
        [b'\'', inside @ .., b'\''] | [b'"', inside @ .., b'"'] => Some((1, inside)),
        _ => None,
    }
}

/// The bytes of a string literal. `None` for an escape that Python refuses.
pub(super) fn string(escaped: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let (&escape, after) = rest.split_first()?;
        rest = after;
        match escape {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(escape),
            b'a' => out.push(7),
            b'b' => out.push(8),
            b't' => out.push(b'\t'),
            b'n' => out.push(b'\n'),
            b'v' => out.push(11),
            b'f' => out.push(12),
            b'r' => out.push(b'\r'),
            b'0'..=b'7' => {
                let mut value = u32::from(escape - b'0');
                for _ in 0..2 {
                    let Some((&digit @ b'0'..=b'7', after)) = rest.split_first() else {
                        break;
                    };
                    value = value * 8 + u32::from(digit - b'0');
                    rest = after;
                }
                // `\777` wraps, as it does in Python.
                out.push(value as u8);
            }
            b'x' => {
                let (digits, after) = rest.split_at_checked(2)?;
                out.push(u8::try_from(hex(digits)?).ok()?);
                rest = after;
            }
            // An unknown escape stays as it is.
            other => out.extend_from_slice(&[b'\\', other]),
        }
    }
    Some(out)
}

/// The UTF-8 of a `raw-unicode-escape` line: Latin-1 with `\uXXXX` and `\UXXXXXXXX`.
pub(super) fn unicode(escaped: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let width = match (byte, rest.first()) {
            (b'\\', Some(b'u')) => 4,
            (b'\\', Some(b'U')) => 8,
            (b'\\', Some(&next)) => {
                // A backslash before anything else stands for itself, and shields the
                // next byte, which may be a backslash too.
                out.push(b'\\');
                push_code_point(&mut out, u32::from(next))?;
                rest = rest.get(1..)?;
                continue;
            }
            _ => {
                push_code_point(&mut out, u32::from(byte))?;
                continue;
            }
        };
        let (digits, after) = rest.get(1..)?.split_at_checked(width)?;
        push_code_point(&mut out, hex(digits)?)?;
        rest = after;
    }
    Some(out)
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |value, &digit| {
        Some(value.checked_mul(16)? + char::from(digit).to_digit(16)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn string_literals_are_unescaped() {
        assert_eq!(string(br"a\n\x41\101\'\\").unwrap(), b"a\nAA'\\");
        assert_eq!(string(br"\q").unwrap(), br"\q");
        assert_eq!(string(br"\0").unwrap(), b"\0");
        assert_eq!(string(br"\x4"), None);
        assert_eq!(string(b"\\"), None);
    }

    #[test]
    fn quotes_must_match() {
        assert_eq!(unquoted(b"'a'"), Some((1, &b"a"[..])));
        // Python 2 took it, Python 3 does not.
        assert_eq!(unquoted(b"'a' \r"), None);
        assert_eq!(unquoted(b"\"it's\""), Some((1, &b"it's"[..])));
        assert_eq!(unquoted(b"'"), None);
        assert_eq!(unquoted(b"'a\""), None);
        assert_eq!(unquoted(b""), None);
    }

    #[test]
    fn raw_unicode_is_unescaped() {
        assert_eq!(unicode(br"a\u017e\U0001f40e").unwrap(), "až🐎".as_bytes());
        assert_eq!(unicode(b"caf\xe9").unwrap(), "café".as_bytes());
        assert_eq!(unicode(br"\\u0041").unwrap(), br"\\u0041");
        assert_eq!(unicode(br"\ud800").unwrap(), b"\xed\xa0\x80");
        assert_eq!(unicode(br"\u12"), None);
        assert_eq!(unicode(br"\U00110000"), None);
        assert_eq!(unicode(b"end\\").unwrap(), b"end\\");
    }
}
