//! The values that a column may have.

use std::borrow::Cow;

/// How a database writes texts: all of them alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    pub fn text(self, bytes: &[u8]) -> Value<'_> {
        let (text, is_garbled) = match self {
            Encoding::Utf8 => match String::from_utf8_lossy(bytes) {
                Cow::Borrowed(text) => (Cow::Borrowed(text), false),
                // What is no UTF-8 is made anew.
                Cow::Owned(text) => (Cow::Owned(text), true),
            },
            Encoding::Utf16Le => utf16(bytes, u16::from_le_bytes),
            Encoding::Utf16Be => utf16(bytes, u16::from_be_bytes),
        };
        Value::Text { text, is_garbled }
    }

    /// As it stands in the file, by which texts are ordered.
    pub fn bytes(self, text: &str) -> Vec<u8> {
        match self {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (Cow<'_, str>, bool) {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut is_garbled = !rest.is_empty();
    let text = char::decode_utf16(pairs.iter().copied().map(unit))
        .map(|found| {
            found.unwrap_or_else(|_| {
                is_garbled = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect::<String>();
    (Cow::Owned(text), is_garbled)
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text {
        text: Cow<'a, str>,
        /// Whether bytes of it are no text and were replaced (U+FFFD).
        is_garbled: bool,
    },
    Blob(Cow<'a, [u8]>),
}

impl<'a> Value<'a> {
    pub fn of_text(text: impl Into<Cow<'a, str>>) -> Self {
        Value::Text {
            text: text.into(),
            is_garbled: false,
        }
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text { text, .. } => Some(text),
            _ => None,
        }
    }

    pub fn integer(&self) -> Option<i64> {
        match self {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }

    pub fn is_null(&self) -> bool {
        *self == Value::Null
    }

    /// The same, with bytes of its own and not those of a row.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Integer(number) => Value::Integer(number),
            Value::Real(number) => Value::Real(number),
            Value::Text { text, is_garbled } => Value::Text {
                text: Cow::Owned(text.into_owned()),
                is_garbled,
            },
            Value::Blob(bytes) => Value::Blob(Cow::Owned(bytes.into_owned())),
        }
    }

    /// The same, lent out.
    pub fn lent(&self) -> Value<'_> {
        match self {
            Value::Null => Value::Null,
            Value::Integer(number) => Value::Integer(*number),
            Value::Real(number) => Value::Real(*number),
            Value::Text { text, is_garbled } => Value::Text {
                text: Cow::Borrowed(text),
                is_garbled: *is_garbled,
            },
            Value::Blob(bytes) => Value::Blob(Cow::Borrowed(bytes)),
        }
    }
}
