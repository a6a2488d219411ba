//! What Python's `http.server` lists: names, and no sizes.
//!
//! `SimpleHTTPRequestHandler.list_directory` (CPython 3.11, `Lib/http/server.py`).

use super::page::Page;

pub(super) fn wrote(page: &Page<'_>) -> bool {
    page.is_titled("Directory listing for ")
}
