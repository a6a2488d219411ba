//! What other servers list, as far as it says that it is a listing: names alone.

use super::page::Page;

/// The words that most servers begin a listing by. A page without them may be anything.
const TITLES: [&str; 4] = [
    "Index of ",
    "Directory listing ",
    "Listing of ",
    "Files within ",
];

pub(super) fn wrote(page: &Page<'_>) -> bool {
    TITLES.iter().any(|title| page.is_titled(title))
}
