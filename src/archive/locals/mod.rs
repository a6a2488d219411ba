//! The files of a zip by the headers that stand before them, for a zip whose directory never
//! came.
//!
//! A walk goes from header to header over bytes that come in parts, as that of a tar does.
//! Where a header says how long its file is, the content is skipped; where that stands only
//! behind the content (a packer that wrote into a pipe), the end is found by unpacking, or
//! by the descriptor that names as many bytes as stand before it. What is no part of a
//! file is skipped and told. Names are as they are written; whether a file has the right
//! checksum is found when it is read. Source: APPNOTE.TXT 6.3.10, 4.3. Start with [`Walk`].

mod header;
mod inflated;
mod sought;
mod walk;

pub use walk::Walk;

use std::ops::Range;

/// A file of the archive, or what of it is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    pub raw_name: Vec<u8>,
    /// Compression method as in the zip format: 0 stored, 8 deflate.
    pub method: u16,
    pub encrypted: bool,
    /// Where its header stands.
    pub header: u64,
    /// Its packed bytes, as far as they are here.
    pub content: Range<u64>,
    /// As announced; `None` where that stands behind the end.
    pub packed: Option<u64>,
    pub size: Option<u64>,
    pub crc: Option<u32>,
    pub state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Whole,
    /// The archive ends in it.
    Cut,
    /// It is damaged, so that its end cannot be told; its bytes go up to the next file.
    Lost,
}

/// What a step of a walk came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    Entry(Local),
    /// These bytes are no part of a file.
    Skipped(Range<u64>),
    /// A part of longer work is done.
    Nothing,
    /// These bytes are needed for the same step again.
    Needs(Range<u64>),
    End(End),
}

/// How an archive ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// In a file, which was told.
    InFile,
    /// In the header of a file, at this byte.
    InHeader(u64),
    /// Behind a file, before the next one or the directory.
    Between,
    /// In the directory, which begins at this byte, after so many whole records.
    InDirectory { start: u64, records: u64 },
    /// In what stands behind the directory, or behind it.
    BehindDirectory { start: u64, records: u64 },
}

#[cfg(test)]
mod tests;
