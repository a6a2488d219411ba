//! A folder in memory that is written to while somebody looks at it.

use runglass::source::{Folder, Listing, ReadError, Waiting, Want, Watched, folder::part_of, join};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::future::{pending, ready};

use crate::folder::MemoryFolder;

/// Files by path, and what somebody has heard of them.
#[derive(Default)]
pub struct Growing {
    files: RefCell<MemoryFolder>,
    /// What was in each folder that was watched, when it was told last.
    told: RefCell<BTreeMap<Watched, BTreeMap<String, Vec<String>>>>,
    pub silent: Cell<bool>,
    /// Where there is nothing to tell, it tells nothing; else it says so at once.
    pub waits: Cell<bool>,
    pub lists: Cell<usize>,
    pub reads: RefCell<Vec<String>>,
}

impl Growing {
    pub fn write(&self, path: &str, bytes: &[u8]) {
        let files = &mut self.files.borrow_mut().files;
        files.insert(path.to_owned(), bytes.to_vec());
    }

    pub fn remove(&self, path: &str) {
        self.files.borrow_mut().files.remove(path);
    }

    /// What lies in a folder, and below it: names, and bytes by their sum.
    fn look(&self, watched: &Watched) -> BTreeMap<String, Vec<String>> {
        let files = self.files.borrow();
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        found.insert(watched.folder.clone(), BTreeSet::new());
        let prefix = join(&watched.folder, "");
        let prefix = match prefix.as_str() {
            "" => String::new(),
            folder => format!("{folder}/"),
        };
        for (path, bytes) in &files.files {
            let Some(rest) = path.strip_prefix(prefix.as_str()) else {
                continue;
            };
            let mut folder = watched.folder.clone();
            let parts: Vec<&str> = rest.split('/').collect();
            for (at, part) in parts.iter().enumerate() {
                let is_file = at + 1 == parts.len();
                let mut line = (*part).to_owned();
                if is_file {
                    let sum: u64 = bytes.iter().map(|byte| u64::from(*byte)).sum();
                    line.push_str(&format!(" {} {sum}", bytes.len()));
                }
                found.entry(folder.clone()).or_default().insert(line);
                if !watched.deep {
                    break;
                }
                folder = join(&folder, part);
            }
        }
        let lines = found.into_iter();
        lines
            .map(|(folder, lines)| (folder, lines.into_iter().collect()))
            .collect()
    }
}

impl Folder for Growing {
    fn name(&self) -> String {
        "memory".to_owned()
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        self.lists.set(self.lists.get() + 1);
        let listing = pollster::block_on(self.files.borrow().list(folder));
        Box::pin(ready(listing))
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Vec<u8>, ReadError>>> {
        let paths = wants.iter().map(|want| want.path.clone());
        self.reads.borrow_mut().extend(paths);
        let files = self.files.borrow();
        let read = |want: &Want| match files.files.get(&want.path) {
            Some(bytes) => Ok(part_of(bytes.clone(), want.range)),
            None => Err(ReadError::Missing),
        };
        Box::pin(ready(wants.iter().map(read).collect()))
    }

    fn can_grow(&self) -> bool {
        true
    }

    fn changes<'a>(
        &'a self,
        watched: &'a [Watched],
    ) -> Waiting<'a, Result<Vec<String>, ReadError>> {
        if self.silent.get() {
            let why = "The server is gone.".to_owned();
            return Box::pin(ready(Err(ReadError::Unreachable(why))));
        }
        let mut told = self.told.borrow_mut();
        let mut changed = BTreeSet::new();
        for one in watched {
            let now = self.look(one);
            match told.get(one) {
                None => {
                    changed.insert(one.folder.clone());
                }
                Some(before) => {
                    let others = now
                        .iter()
                        .filter(|(at, lines)| before.get(*at) != Some(lines));
                    changed.extend(others.map(|(folder, _)| folder.clone()));
                }
            }
            told.insert(one.clone(), now);
        }
        if changed.is_empty() && self.waits.get() {
            return Box::pin(pending());
        }
        Box::pin(ready(Ok(changed.into_iter().collect())))
    }
}
