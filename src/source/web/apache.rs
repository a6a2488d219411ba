//! What Apache lists by `mod_autoindex`: as a plain list of names, with columns, or as a
//! table (`IndexOptions`).
//!
//! `index_directory` and `output_directories` (Apache 2.4, `modules/generators/mod_autoindex.c`).
//! Most systems have it leave out names that begin with a dot.

use super::page::{Anchor, Page};

pub(super) fn wrote(page: &Page<'_>) -> bool {
    page.is_titled("Index of /")
}

/// A date, a time, and a size: below 973 bytes as it is, then rounded with a letter behind
/// it (`apr_strfsize`).
pub(super) fn size(anchor: &Anchor<'_>) -> Option<u64> {
    match anchor.after.as_slice() {
        [date, time, size, ..] if date.contains('-') && time.contains(':') => super::exact(size),
        _ => None,
    }
}
