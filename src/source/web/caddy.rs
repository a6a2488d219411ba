//! What Caddy lists by `file_server browse`, as HTML: names and sizes.
//!
//! `modules/caddyhttp/fileserver/browse.html` (Caddy 2.6). Its JSON, which it gives to who
//! asks for it, is read in [`json`](super::json).

use super::page::{Anchor, Page};

/// Its pages are titled by the folder alone; the table says what describes it.
pub(super) fn wrote(page: &Page<'_>) -> bool {
    page.table.as_deref() == Some("summary")
}

/// The cell beside the name has the bytes as a number to sort by; a folder's is -1.
pub(super) fn size(anchor: &Anchor<'_>) -> Option<u64> {
    super::exact(anchor.data.as_deref()?)
}
