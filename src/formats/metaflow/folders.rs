//! Folders that may not be listable: no permission, a server that does not answer.

use super::json::Problems;
use super::names::TaskNames;
use super::paths::{self, Store};
use crate::model::{Place, Problem, TaskPath};
use crate::source::{Listing, ReadError, Shelf};

/// The two folders of a task, and what the names in them tell: taken in once, before any
/// record is asked for, because a large run has half a million of them.
pub struct TaskFolder {
    pub path: String,
    /// The folder of its records.
    pub meta: String,
    pub names: TaskNames,
    /// There may be more than the names tell.
    pub doubtful: bool,
    /// There are records, and not the task's own.
    pub lacks_own_record: bool,
    /// What of it cannot be listed.
    pub problems: Problems,
}

impl TaskFolder {
    pub fn of(shelf: &Shelf, store: &Store, task: &TaskPath) -> Self {
        let mut problems = Vec::new();
        let path = store.task(task);
        let meta = paths::meta(&path);
        let empty = Listing::default();
        let files = listed(shelf, &path, &mut problems).unwrap_or(&empty);
        let records = listed(shelf, &meta, &mut problems).unwrap_or(&empty);
        let names = TaskNames::of(files, records);
        Self {
            doubtful: unlistable(shelf, &path) || unlistable(shelf, &meta),
            lacks_own_record: files.has_folder("_meta") && !records.is_empty() && !names.recorded,
            path,
            meta,
            names,
            problems,
        }
    }
}

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
