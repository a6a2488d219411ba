//! What nginx lists by `autoindex`, as HTML: names, and sizes.
//!
//! `ngx_http_autoindex_html` (nginx 1.22, `src/http/modules/ngx_http_autoindex_module.c`).
//! It leaves out names that begin with a dot. Its JSON is read in [`json`](super::json).

use super::page::{Anchor, Page};

/// Its pages have a line, where Apache's have a list or a table, and no links to sort by.
pub(super) fn wrote(page: &Page<'_>) -> bool {
    let first = page.anchors.first();
    page.is_titled("Index of /")
        && page.table.is_none()
        && first.is_some_and(|first| first.href == "../")
}

/// A date, a time, and bytes; with `autoindex_exact_size off` large sizes are rounded and
/// end in a letter.
pub(super) fn size(anchor: &Anchor<'_>) -> Option<u64> {
    match anchor.after.as_slice() {
        [_, _, size, ..] => super::exact(size),
        _ => None,
    }
}
