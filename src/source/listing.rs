//! What lies in a folder.

use crate::sorting::sort_by;
use std::rc::Rc;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The last part of its path.
    pub name: Box<str>,
    pub kind: EntryKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A file; its size where the listing knows it without opening it.
    File {
        size: Option<u64>,
    },
    Folder,
}

/// The entries of one folder, ordered by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing(Rc<Vec<Entry>>);

impl Listing {
    pub fn new(mut entries: Vec<Entry>) -> Self {
        sort_by(&mut entries, |a, b| a.name.cmp(&b.name));
        Self(Rc::new(entries))
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.0.iter()
    }

    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.iter()
            .filter(|entry| entry.kind == EntryKind::Folder)
            .map(|entry| &*entry.name)
    }

    pub fn files(&self) -> impl Iterator<Item = (&str, Option<u64>)> {
        self.iter().filter_map(|entry| match entry.kind {
            EntryKind::File { size } => Some((&*entry.name, size)),
            EntryKind::Folder => None,
        })
    }

    pub fn get(&self, name: &str) -> Option<&Entry> {
        let at = self
            .0
            .binary_search_by(|entry| (*entry.name).cmp(name))
            .ok()?;
        self.0.get(at)
    }

    pub fn has_file(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|entry| entry.kind != EntryKind::Folder)
    }

    pub fn has_folder(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|entry| entry.kind == EntryKind::Folder)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// `folder/name`, where either may be empty.
pub fn join(folder: &str, name: &str) -> String {
    match (folder, name) {
        ("", name) => name.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, name) => format!("{folder}/{name}"),
    }
}
