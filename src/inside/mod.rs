//! What bytes and texts hold in formats of their own: JSON, CSV, `.npy`, Arrow, a zip, …
//!
//! Whatever it is becomes a pickle: a [`Program`] is written that makes the same value, and
//! the reader of pickles runs it. So all views, paths and limits of values are those of
//! what is inside, too.
//!
//! Refuses to know where the bytes come from. To tell a format the first bytes are looked
//! at; whether the rest keeps to it is found when it is read. Start with [`of_text`] and
//! [`of_bytes`]; [`image`] and [`magic`] know what is not read but named.

mod archives;
mod arrow;
mod csv;
pub mod image;
mod json;
pub mod magic;
mod npy;
mod parquet;
mod program;

pub use json::program as program_of_json;
pub use program::Program;

/// A format that values are kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Json,
    /// A value of JSON in each line.
    JsonLines,
    /// Values apart by this byte, the names of the columns in the first line.
    Csv(u8),
    Pickle,
    /// A NumPy array.
    Npy,
    /// A table of Arrow's, as a stream or a file.
    Arrow,
    Gzip,
    /// Of a file of columns, what columns there are.
    Parquet,
    /// Of an archive, the list of its files.
    Zip,
    Tar,
    /// Bytes that are a text.
    Text,
}

impl Format {
    /// In a word or two, for people.
    pub fn name(self) -> &'static str {
        match self {
            Format::Json => "JSON",
            Format::JsonLines => "JSON Lines",
            Format::Csv(b'\t') => "TSV",
            Format::Csv(_) => "CSV",
            Format::Pickle => "pickle",
            Format::Npy => "NumPy array",
            Format::Arrow => "Arrow",
            Format::Gzip => "gzip",
            Format::Parquet => "Parquet",
            Format::Zip => "zip",
            Format::Tar => "tar",
            Format::Text => "text",
        }
    }
}

/// What some bytes hold.
#[derive(Clone, Copy, Debug)]
pub struct Contents<'a> {
    pub format: Format,
    pub bytes: &'a [u8],
}

/// What some bytes come to.
#[derive(Clone, Debug)]
pub struct Reading {
    /// A pickle of the value.
    pub program: Vec<u8>,
    /// What of the bytes is not in it, a sentence each.
    pub problems: Vec<String>,
}

impl Contents<'_> {
    /// `None` where the bytes do not keep to the format, and for what has to be unpacked
    /// first.
    pub fn read(&self) -> Option<Reading> {
        let program = match self.format {
            Format::Json => json::program(self.bytes),
            Format::JsonLines => json::program_of_lines(self.bytes),
            Format::Csv(separator) => csv::program(self.bytes, separator),
            Format::Pickle => Some(self.bytes.to_vec()),
            Format::Npy => npy::program(self.bytes),
            Format::Arrow => Some(arrow::program(self.bytes)),
            Format::Parquet => parquet::program(self.bytes),
            Format::Text => std::str::from_utf8(self.bytes).ok().map(program_of_text),
            Format::Zip => return archives::zip(self.bytes),
            Format::Tar => return archives::tar(self.bytes),
            Format::Gzip => None,
        };
        Some(Reading {
            program: program?,
            problems: Vec::new(),
        })
    }
}

/// What a text holds, if that can be told.
pub fn of_text(text: &str) -> Option<Contents<'_>> {
    let bytes = text.as_bytes();
    let format = json::format(text).or_else(|| csv::format(text))?;
    Some(Contents { format, bytes })
}

/// What bytes hold, if that can be told.
pub fn of_bytes(bytes: &[u8]) -> Option<Contents<'_>> {
    let format = match bytes {
        [0x80, 2..=5, .., b'.'] => Format::Pickle,
        [0x1f, 0x8b, 8, ..] => Format::Gzip,
        _ if bytes.starts_with(npy::MAGIC) => Format::Npy,
        _ if arrow::is_arrow(bytes) => Format::Arrow,
        _ if bytes.starts_with(parquet::MAGIC) && bytes.ends_with(parquet::MAGIC) => {
            Format::Parquet
        }
        _ if archives::is_zip(bytes) => Format::Zip,
        _ if crate::archive::tar::is_tar(bytes) => Format::Tar,
        _ => {
            let text = text(bytes)?;
            of_text(text).map_or(Format::Text, |found| found.format)
        }
    };
    Some(Contents { format, bytes })
}

/// Bytes that are a text: UTF-8 without control characters that no text has.
fn text(bytes: &[u8]) -> Option<&str> {
    /// Looked at before all of it is.
    const HEAD: usize = 4096;
    let odd = |byte: &u8| *byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t' | 0x0c | 0x1b);
    if bytes.is_empty() || bytes.iter().take(HEAD).any(odd) {
        return None;
    }
    std::str::from_utf8(bytes).ok()
}

/// A pickle of a text.
pub fn program_of_text(text: &str) -> Vec<u8> {
    let mut program = Program::new();
    program.text(text);
    program.finish()
}

/// A pickle of bytes.
pub fn program_of_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut program = Program::new();
    program.bytes(bytes);
    program.finish()
}
