//! Python text as it stands in a pickle: UTF-8 in which lone surrogates may occur
//! as three bytes each (Python's `surrogatepass`), and, in a damaged pickle,
//! anything at all.
//!
//! Knows nothing of nodes. Start at [`Text`].

use super::node::TextKind;
use std::borrow::Cow;
use std::ops::Range;

/// One text of a pickle. It borrows the pickle's bytes; nothing is copied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Text<'a> {
    bytes: &'a [u8],
    kind: TextKind,
}

/// One character of a Python text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    Char(char),
    /// A code point from U+D800 to U+DFFF, which Rust has no `char` for.
    Surrogate(u16),
    /// A byte that is no part of any UTF-8.
    Byte(u8),
}

/// What `bytes` are, as text.
#[inline]
pub(super) fn kind(bytes: &[u8]) -> TextKind {
    if bytes.is_ascii() {
        return TextKind::Ascii;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return TextKind::Utf8;
    }
    let text = Text {
        bytes,
        kind: TextKind::Invalid,
    };
    if text.units().any(|unit| matches!(unit, Unit::Byte(_))) {
        TextKind::Invalid
    } else {
        TextKind::Surrogates
    }
}

impl<'a> Text<'a> {
    pub(super) fn new(bytes: &'a [u8], kind: TextKind) -> Text<'a> {
        Text { bytes, kind }
    }

    /// The bytes as they stand in the pickle.
    pub fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// Some of its bytes, as a text of their own.
    pub fn part(self, bytes: Range<usize>) -> Text<'a> {
        Text {
            bytes: self.bytes.get(bytes).unwrap_or_default(),
            kind: self.kind,
        }
    }

    /// The text, if Rust can hold it: `None` where there are lone surrogates or
    /// invalid bytes.
    pub fn as_str(self) -> Option<&'a str> {
        match self.kind {
            TextKind::Ascii | TextKind::Utf8 => std::str::from_utf8(self.bytes).ok(),
            TextKind::Surrogates | TextKind::Invalid => None,
        }
    }

    /// The text with U+FFFD for every lone surrogate and every invalid byte.
    pub fn lossy(self) -> Cow<'a, str> {
        match self.as_str() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(
                self.units()
                    .map(|unit| match unit {
                        Unit::Char(char) => char,
                        Unit::Surrogate(_) | Unit::Byte(_) => char::REPLACEMENT_CHARACTER,
                    })
                    .collect(),
            ),
        }
    }

    /// The text with `\udc80` for a lone surrogate and `\xff` for an invalid byte, so
    /// that nothing is lost to the reader's eye (a backslash stays one).
    pub fn escaped(self) -> Cow<'a, str> {
        match self.as_str() {
            Some(text) => Cow::Borrowed(text),
            None => {
                let mut out = String::with_capacity(self.bytes.len());
                for unit in self.units() {
                    match unit {
                        Unit::Char(char) => out.push(char),
                        Unit::Surrogate(code) => out.push_str(&format!("\\u{code:04x}")),
                        Unit::Byte(byte) => out.push_str(&format!("\\x{byte:02x}")),
                    }
                }
                Cow::Owned(out)
            }
        }
    }

    /// The characters in order.
    pub fn units(self) -> Units<'a> {
        Units { rest: self.bytes }
    }

    /// The number of characters, Python's `len`. Reads the whole text.
    pub fn chars(self) -> usize {
        match self.kind {
            TextKind::Ascii => self.bytes.len(),
            // Every character has exactly one byte that does not continue another.
            TextKind::Utf8 | TextKind::Surrogates => self
                .bytes
                .iter()
                .filter(|&&byte| byte & 0xc0 != 0x80)
                .count(),
            TextKind::Invalid => self.units().count(),
        }
    }

    /// The text without all that follows its first `max` bytes (at most three bytes
    /// fewer, so that no character is cut).
    pub fn head(self, max: usize) -> Text<'a> {
        let mut end = max.min(self.bytes.len());
        while end > 0
            && end < self.bytes.len()
            && max - end < 3
            && self.bytes.get(end).is_some_and(|byte| byte & 0xc0 == 0x80)
        {
            end -= 1;
        }
        Text {
            bytes: self.bytes.get(..end).unwrap_or(self.bytes),
            kind: self.kind,
        }
    }

    pub fn is_empty(self) -> bool {
        self.bytes.is_empty()
    }
}

/// The characters of a [`Text`].
#[derive(Clone, Debug)]
pub struct Units<'a> {
    rest: &'a [u8],
}

impl Iterator for Units<'_> {
    type Item = Unit;

    fn next(&mut self) -> Option<Unit> {
        let (&first, after) = self.rest.split_first()?;
        if first < 0x80 {
            self.rest = after;
            return Some(Unit::Char(char::from(first)));
        }
        let width = match first {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => 0,
        };
        if width > 0
            && let Some((whole, after)) = self.rest.split_at_checked(width)
            && let Some(unit) = decode(whole)
        {
            self.rest = after;
            return Some(unit);
        }
        self.rest = after;
        Some(Unit::Byte(first))
    }
}

/// One character of two to four bytes.
fn decode(whole: &[u8]) -> Option<Unit> {
    if let Ok(text) = std::str::from_utf8(whole) {
        return text.chars().next().map(Unit::Char);
    }
    match *whole {
        [0xed, second @ 0xa0..=0xbf, third @ 0x80..=0xbf] => {
            let code = 0xd000 | (u16::from(second & 0x3f) << 6) | u16::from(third & 0x3f);
            Some(Unit::Surrogate(code))
        }
        _ => None,
    }
}

/// Appends a code point to UTF-8 bytes, a surrogate as three bytes. `None` for
/// numbers past U+10FFFF.
pub(super) fn push_code_point(out: &mut Vec<u8>, code: u32) -> Option<()> {
    match char::from_u32(code) {
        Some(char) => out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
        None if (0xd800..0xe000).contains(&code) => {
            // The masks leave less than a byte each.
            out.extend_from_slice(&[
                0xed,
                0x80 | ((code >> 6) & 0x3f) as u8,
                0x80 | (code & 0x3f) as u8,
            ]);
        }
        None => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_are_text_and_other_bytes_are_not() {
        assert_eq!(kind(b"plain"), TextKind::Ascii);
        assert_eq!(kind("ž🐎".as_bytes()), TextKind::Utf8);
        assert_eq!(kind(b"\xed\xa0\x80"), TextKind::Surrogates);
        assert_eq!(kind(b"\xed\xa0"), TextKind::Invalid);
        assert_eq!(kind(b"\xff"), TextKind::Invalid);
        // An overlong slash.
        assert_eq!(kind(b"\xc0\xaf"), TextKind::Invalid);
    }

    #[test]
    fn every_view_shows_what_it_can() {
        let text = Text::new(b"a\xed\xa0\x80\xffz", TextKind::Invalid);
        assert_eq!(text.as_str(), None);
        assert_eq!(text.lossy(), "a\u{fffd}\u{fffd}z");
        assert_eq!(text.escaped(), "a\\ud800\\xffz");
        assert_eq!(text.chars(), 4);
    }

    #[test]
    fn a_head_ends_between_characters() {
        let text = Text::new("ž🐎".as_bytes(), TextKind::Utf8);
        let heads: Vec<_> = (0..=6).map(|max| text.head(max).as_str()).collect();
        assert_eq!(
            heads,
            [
                Some(""),
                Some(""),
                Some("ž"),
                Some("ž"),
                Some("ž"),
                Some("ž"),
                Some("ž🐎")
            ]
        );
    }

    #[test]
    fn surrogates_are_written_as_python_writes_them() {
        let mut out = Vec::new();
        assert_eq!(push_code_point(&mut out, 0xdc80), Some(()));
        assert_eq!(out, b"\xed\xb2\x80");
        assert_eq!(push_code_point(&mut out, 0x11_0000), None);
    }
}
