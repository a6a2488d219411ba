//! Folders that may not be listable: no permission, a server that does not answer.

use super::json::Problems;
use crate::model::{Place, Problem};
use crate::source::{Listing, ReadError, Shelf};

/// Whether a folder is there and cannot be listed.
pub fn unlistable(shelf: &Shelf, folder: &str) -> bool {
    matches!(shelf.list(folder), Some(Err(error)) if *error != ReadError::Missing)
}

/// What lies in a folder. A folder that is not there is empty; one that cannot be
/// listed is a problem. `None` while it is not known, and where it cannot be known.
pub fn listed<'a>(shelf: &'a Shelf, folder: &str, problems: &mut Problems) -> Option<&'a Listing> {
    match shelf.list(folder)? {
        Ok(listing) => Some(listing),
        Err(ReadError::Missing) => None,
        Err(error) => {
            problems.push(Problem::damage(
                Place::file(if folder.is_empty() { "/" } else { folder }),
                format!("The folder cannot be listed: {error}"),
                "What lies in it is not shown. Check that it may be read, and open it again.",
            ));
            None
        }
    }
}
