//! A source that somebody gave by hand, as it stands in `src=`: `local:<print>:<name>`.
//!
//! A link cannot carry a file, but it can say which one it means. The print is what tells
//! a file from another one of its name; how it is taken is for `source::fingerprint` to
//! say. It has two forms, each named as what it is:
//!
//! | print | of what |
//! |---|---|
//! | 64 hexadecimal digits | the SHA-256 of all bytes, as `sha256sum` prints it |
//! | a size, `-`, 64 hexadecimal digits | of a large file: its size, and the SHA-256 of pieces of it |
//!
//! A folder has no print. One to which this browser keeps the way has a mark of its own
//! there, an `@` and letters or digits, which says nothing to others.
//!
//! Anything else in its place is no print, and such a source is known by its name alone:
//! folders (`local::.metaflow`), and links of other versions. A name may hold colons.

use std::fmt;

/// A file or folder that was given by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local<'a> {
    pub print: Option<Print>,
    /// By which this browser keeps a folder.
    pub own: Option<&'a str>,
    pub name: &'a str,
}

/// What tells a file from another one of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Print {
    /// 64 hexadecimal digits, in lower case.
    hash: String,
    /// Of a file that was not hashed whole.
    pub size: Option<u64>,
}

/// Digits of a SHA-256.
const DIGITS: usize = 64;

impl<'a> Local<'a> {
    /// `None` where the source is an address.
    pub fn parse(source: &'a str) -> Option<Self> {
        let (print, name) = source.strip_prefix("local:")?.split_once(':')?;
        let letters = print.strip_prefix('@');
        let is_own = letters.is_some_and(|letters| {
            let mut bytes = letters.bytes();
            (1..=32).contains(&letters.len()) && bytes.all(|byte| byte.is_ascii_alphanumeric())
        });
        Some(Self {
            print: Print::parse(print),
            own: is_own.then_some(print),
            name,
        })
    }

    /// The source as it stands in an address.
    pub fn key(&self) -> String {
        format!("local:{}:{}", self.id().unwrap_or_default(), self.name)
    }

    /// By which this browser keeps it, where it does.
    pub fn id(&self) -> Option<String> {
        let print = self.print.as_ref().map(Print::to_string);
        print.or_else(|| self.own.map(str::to_owned))
    }

    /// As it is told to others.
    #[must_use]
    pub fn for_others(self) -> Self {
        Self { own: None, ..self }
    }
}

impl Print {
    /// Of a file whose bytes have this SHA-256 or, with a size, pieces of which have it.
    pub fn new(hash: [u8; 32], size: Option<u64>) -> Self {
        let hash = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { hash, size }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let (size, hash) = match text.split_once('-') {
            Some((size, hash)) => (Some(super::whole_number(size)?), hash),
            None => (None, text),
        };
        let is_hash = hash.len() == DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hash.then(|| Self {
            hash: hash.to_ascii_lowercase(),
            size,
        })
    }

    /// All of its digits.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Its first digits, enough to tell two files apart.
    pub fn short(&self) -> String {
        let short: String = self.hash.chars().take(12).collect();
        format!("{short}…")
    }
}

impl fmt::Display for Print {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(size) = self.size {
            write!(f, "{size}-")?;
        }
        f.write_str(&self.hash)
    }
}
