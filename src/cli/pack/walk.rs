//! The files below a folder, in the order in which records are packed, without holding
//! them all.

use crate::model::pathspec::natural;
use crate::source::{EntryKind, ReadError, Source, Want, join};

/// Folders in folders: a tree that is deeper is none that an engine wrote.
const DEPTH: usize = 32;

/// Goes through the files below a folder.
pub struct Walk<'a> {
    source: &'a dyn Source,
    /// The store: paths are told below it.
    root: &'a str,
    /// Folders that were begun, each with what is left of it, the next one last.
    open: Vec<Vec<(String, EntryKind)>>,
    /// What could not be listed.
    pub unlisted: Vec<(String, ReadError)>,
}

/// One file below a store.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub path: String,
    pub size: Option<u64>,
}

impl<'a> Walk<'a> {
    pub fn of(source: &'a dyn Source, root: &'a str, folder: &str) -> Self {
        Self {
            source,
            root,
            open: vec![vec![(folder.to_owned(), EntryKind::Folder)]],
            unlisted: Vec::new(),
        }
    }

    pub async fn next(&mut self) -> Option<Found> {
        loop {
            let (path, kind) = loop {
                match self.open.last_mut()?.pop() {
                    Some(next) => break next,
                    None => {
                        self.open.pop();
                    }
                }
            };
            match kind {
                EntryKind::File { size } => return Some(Found { path, size }),
                EntryKind::Folder if self.open.len() > DEPTH => {
                    let why = "It lies too deep in other folders.".to_owned();
                    self.unlisted.push((path, ReadError::Unsupported(why)));
                }
                EntryKind::Folder => {
                    let listing = self.source.list(&join(self.root, &path)).await;
                    let listing = match listing {
                        Ok(listing) => listing,
                        Err(error) => {
                            self.unlisted.push((path, error));
                            continue;
                        }
                    };
                    let mut inside: Vec<(String, EntryKind)> = listing
                        .iter()
                        .map(|entry| (entry.name.to_string(), entry.kind))
                        .collect();
                    inside.sort_by(|(a, _), (b, _)| natural(b, a));
                    for (name, _) in &mut inside {
                        *name = join(&path, name);
                    }
                    self.open.push(inside);
                }
            }
        }
    }
}

/// What tells whether a run has changed, and how many files it has. The engine writes a
/// record once, under a name of its own, and lets logs grow: so names and sizes tell, but
/// for the run's own record, which tagging writes anew. Empty where a size is not known.
pub async fn mark(source: &dyn Source, root: &str, folders: &[String]) -> (String, u64) {
    let mut hash = sha1_smol::Sha1::new();
    let mut files = 0;
    let mut all_known = true;
    for folder in folders {
        let mut walk = Walk::of(source, root, folder);
        while let Some(found) = walk.next().await {
            files += 1;
            all_known &= found.size.is_some();
            hash.update(found.path.as_bytes());
            hash.update(&found.size.unwrap_or_default().to_le_bytes());
        }
        // A run without cards has no folder for them.
        let missing = |(_, error): &(String, ReadError)| *error == ReadError::Missing;
        all_known &= walk.unlisted.iter().all(missing);
        let own = Want {
            path: join(root, &format!("{folder}/_meta/_self.json")),
            range: None,
        };
        if let Some(Ok(bytes)) = source.read(&[own]).await.pop() {
            hash.update(&bytes);
        }
    }
    let mark = hash.digest().to_string();
    (if all_known { mark } else { String::new() }, files)
}
