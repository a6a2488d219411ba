//! The first hundred bytes of a database: how the rest is to be read.

use super::bytes::{u16_at, u32_at};
use super::fault::{Fault, File};
use super::value::Encoding;
use crate::counts;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// 512 to 65,536, a power of two.
    pub page_size: u32,
    /// Bytes at the end of every page that are not SQLite's.
    pub reserved: u8,
    pub encoding: Encoding,
    /// Whether what is new is written into a log beside it first. The log may be gone since.
    pub has_log: bool,
    /// The size that it says it has, where it can be believed: what does not know of this
    /// field leaves an old one.
    pub pages: Option<u32>,
    /// 4 as a rule; before, `DESC` of an index means nothing.
    pub schema_format: u32,
    pub user_version: u32,
    pub application_id: u32,
    /// The release of SQLite that wrote last, as `3040001`.
    pub written_by: u32,
}

/// As long is it.
pub const LENGTH: usize = 100;

const MAGIC: &[u8] = b"SQLite format 3\0";

/// The highest version of the format that is known: 1 has journals, 2 has logs.
const KNOWN: u8 = 2;

/// SQLite does not do with less of a page.
const LEAST_USABLE: u32 = 480;

impl Header {
    /// `bytes` are the first hundred of the file, or of its first page in the log.
    pub fn read(bytes: &[u8]) -> Result<Self, Fault> {
        read(bytes)
            .map_err(|(offset, what, hint)| Fault::damage(File::Database, offset, what, hint))
    }

    /// The part of a page that is SQLite's.
    pub fn usable(&self) -> u32 {
        self.page_size.saturating_sub(u32::from(self.reserved))
    }
}

type Wrong = (Option<u64>, String, &'static str);

const NOTHING: &str = "Nothing can be read from it.";

fn read(bytes: &[u8]) -> Result<Header, Wrong> {
    if bytes.is_empty() {
        return Err((None, "The file is empty (0 bytes).".to_owned(), NOTHING));
    }
    let start = bytes.get(..MAGIC.len()).unwrap_or(bytes);
    if !MAGIC.starts_with(start) {
        return Err((
            None,
            "The file does not begin as an SQLite database does.".to_owned(),
            "It is something else, or encrypted, and then cannot be read without its key.",
        ));
    }
    let cut = || {
        let length = counts::bytes(bytes.len() as u64);
        let what = format!("The file ends in the middle of its header, after {length}.");
        (None, what, "Copy it again; nothing can be read from it.")
    };
    let byte = |at: usize| bytes.get(at).copied().ok_or_else(cut);
    let number = |at: usize| u32_at(bytes, at).ok_or_else(cut);
    if bytes.len() < LENGTH {
        return Err(cut());
    }

    let page_size = match u16_at(bytes, 16).ok_or_else(cut)? {
        1 => 65_536,
        size => u32::from(size),
    };
    if !page_size.is_power_of_two() || page_size < 512 {
        let what = format!("The header gives pages of {page_size} bytes, which no database has.");
        return Err((Some(16), what, NOTHING));
    }
    let version = byte(19)?;
    if version > KNOWN {
        let what = format!(
            "The database is of version {version} of the file format; \
             versions up to {KNOWN} are known."
        );
        let hint = "It was written by a newer SQLite; nothing can be read from it.";
        return Err((Some(19), what, hint));
    }
    let reserved = byte(20)?;
    if page_size - u32::from(reserved) < LEAST_USABLE {
        let what = format!(
            "The header keeps {reserved} bytes of every page of {page_size}, \
             so that too little is left of them."
        );
        return Err((Some(20), what, NOTHING));
    }
    // What counts the pages also notes at which change it did so.
    let is_counted = number(24)? == number(92)?;
    Ok(Header {
        page_size,
        reserved,
        // As SQLite takes it: a database without tables may not have chosen yet.
        encoding: match number(56)? & 3 {
            2 => Encoding::Utf16Le,
            3 => Encoding::Utf16Be,
            _ => Encoding::Utf8,
        },
        has_log: version == 2,
        pages: Some(number(28)?).filter(|pages| is_counted && *pages > 0),
        schema_format: number(44)?,
        user_version: number(60)?,
        application_id: number(68)?,
        written_by: number(96)?,
    })
}
