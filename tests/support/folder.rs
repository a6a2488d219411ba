//! A folder that lies in memory.

use runglass::source::{
    Entry, EntryKind, Folder, Listing, ReadError, Source, Waiting, Want, folder::part_of, join,
};
use std::collections::BTreeMap;
use std::future::ready;

/// Files by path.
#[derive(Clone, Default)]
pub struct MemoryFolder {
    pub files: BTreeMap<String, Vec<u8>>,
    pub can_grow: bool,
}

impl Folder for MemoryFolder {
    fn name(&self) -> String {
        "memory".to_owned()
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        let prefix = match folder {
            "" => String::new(),
            folder => format!("{folder}/"),
        };
        let mut entries = BTreeMap::new();
        for (path, bytes) in self.files.range(prefix.clone()..) {
            let Some(rest) = path.strip_prefix(prefix.as_str()) else {
                break;
            };
            let (name, kind) = match rest.split_once('/') {
                Some((name, _)) => (name, EntryKind::Folder),
                None => {
                    let size = Some(bytes.len() as u64);
                    (rest, EntryKind::File { size })
                }
            };
            entries.insert(name, kind);
        }
        let entry = |(name, kind): (&str, EntryKind)| Entry {
            name: name.into(),
            kind,
        };
        Box::pin(ready(Ok(Listing::new(
            entries.into_iter().map(entry).collect(),
        ))))
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Vec<u8>, ReadError>>> {
        let answer = |want: &Want| match self.files.get(&want.path) {
            Some(bytes) => Ok(part_of(bytes.clone(), want.range)),
            None => Err(ReadError::Missing),
        };
        Box::pin(ready(wants.iter().map(answer).collect()))
    }

    fn can_grow(&self) -> bool {
        self.can_grow
    }
}

/// Everything that a source holds: what unpacking would leave.
pub fn unpacked(source: &dyn Source) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let listing = pollster::block_on(source.list(&folder)).unwrap();
        folders.extend(listing.folders().map(|name| join(&folder, name)));
        let wants: Vec<Want> = listing
            .files()
            .map(|(name, _)| Want {
                path: join(&folder, name),
                range: None,
            })
            .collect();
        let answers = pollster::block_on(source.read(&wants));
        for (want, answer) in wants.into_iter().zip(answers) {
            files.insert(want.path, answer.unwrap().to_vec());
        }
    }
    files
}
