//! What lighttpd lists by `mod_dirlisting`: names, and sizes that are always rounded.
//!
//! `http_list_directory` (lighttpd 1.4.69, `src/mod_dirlisting.c`). It can be told to leave
//! out names that begin with a dot.

use super::page::Page;

pub(super) fn wrote(page: &Page<'_>) -> bool {
    page.is_titled("Index of /") && page.table.as_deref() == Some("Directory Listing")
}
