//! Which folders of a source hold the records of an engine.
//!
//! An archive may hold a project with its records some folders down, so that all folders are
//! looked into, the shallowest first. What a folder of records looks like is for the engines
//! to say; what lies inside of one is not searched again. Start with [`search`].

use super::metaflow::folders::listed;
use super::metaflow::{self, Store};
use super::prefect;
use crate::model::Problem;
use crate::source::{Shelf, join};

/// How deep folders are searched, and how many are looked into.
const DEPTH: usize = 12;
const FOLDERS: usize = 4000;

/// Folders that cannot hold records and are large.
const SKIPPED: [&str; 6] = [
    "node_modules",
    ".git",
    "__pycache__",
    "site-packages",
    ".venv",
    "mf.cards",
];

/// A folder with the records of an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A datastore of Metaflow.
    Metaflow(Store),
    /// An export of a server of Prefect.
    Prefect(prefect::export::Place),
    /// What may be the database of one: the folder, and its name there.
    PrefectDatabase(String, String),
}

/// What a search came to.
#[derive(Default)]
pub struct Search {
    /// The shallowest first.
    pub found: Vec<Found>,
    /// Files outside of these, in all folders that were looked into.
    pub files: u64,
    /// Folders that were left out, because they cannot hold records.
    pub skipped: usize,
    /// Folders that were not looked into, because there are too many or they lie too deep.
    pub not_searched: usize,
    pub problems: Vec<Problem>,
}

/// The folders of a source that hold records.
pub fn search(shelf: &Shelf) -> Search {
    let mut search = Search::default();
    let mut level = vec![String::new()];
    let mut looked = 0;
    for _ in 0..DEPTH {
        let mut next = Vec::new();
        for folder in std::mem::take(&mut level) {
            if looked >= FOLDERS {
                search.not_searched = level.len() + next.len() + 1;
                return search;
            }
            looked += 1;
            let Some(listing) = listed(shelf, &folder, &mut search.problems) else {
                continue;
            };
            if let Some(export) = prefect::export::Place::of(&folder, listing) {
                search.found.push(Found::Prefect(export));
                continue;
            }
            if let Some(name) = prefect::rows::database_in(listing) {
                let name = name.to_owned();
                search.found.push(Found::PrefectDatabase(folder, name));
                continue;
            }
            let (folders, skipped): (Vec<&str>, Vec<&str>) =
                listing.folders().partition(|name| !SKIPPED.contains(name));
            search.files += listing.files().count() as u64;
            search.skipped += skipped.len();
            if metaflow::store::is_store(shelf, &folder, &folders) {
                search.found.push(Found::Metaflow(Store::at(folder)));
                continue;
            }
            next.extend(folders.iter().map(|name| join(&folder, name)));
        }
        level = next;
    }
    search.not_searched = level.len();
    search
}
