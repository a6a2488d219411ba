//! The directory of a zip as a tree of folders.
//!
//! Half a million entries are usual for a large run, so the index is flat: one
//! text with all paths, one sorted table. A folder is the range of the paths that
//! begin with it; no folder has to be recorded of its own.

use super::{Entry, EntryKind, Listing};
use crate::archive::push_clean_path;
use crate::archive::zip::{Record, decode_name};
use crate::counts::counted;
use crate::model::{Place, Problem};
use crate::sorting::sort_by;

/// One file of the archive.
#[derive(Clone, Copy, Debug)]
pub struct ZipEntry {
    path_start: u32,
    path_len: u16,
    /// Compression method as in the zip format: 0 stored, 8 deflate.
    pub method: u16,
    pub encrypted: bool,
    /// Bytes of the name and extra fields in the directory: a guess for the local ones.
    pub name_and_extra: u32,
    pub crc: u32,
    pub header_offset: u64,
    pub packed: u64,
    pub size: u64,
}

#[derive(Default)]
pub struct ZipIndex {
    paths: String,
    entries: Vec<ZipEntry>,
    pub problems: Vec<Problem>,
}

/// Builds an index: [`add`](IndexBuilder::add) each record, then [`finish`](IndexBuilder::finish).
#[derive(Default)]
pub struct IndexBuilder {
    index: ZipIndex,
    refused: Vec<String>,
    refused_count: u64,
    pub records: u64,
    pub encrypted: u64,
}

impl IndexBuilder {
    pub fn add(&mut self, record: &Record<'_>) {
        self.records += 1;
        if record.encrypted {
            self.encrypted += 1;
        }
        let name = decode_name(record.raw_name);
        if name.ends_with(['/', '\\']) {
            return;
        }
        let start = self.index.paths.len();
        if !push_clean_path(&mut self.index.paths, &name) {
            self.index.paths.truncate(start);
            self.refused_count += 1;
            if self.refused.len() < 3 {
                self.refused.push(name);
            }
            return;
        }
        let length = self.index.paths.len() - start;
        // A zip name has at most 65,535 bytes; decoding can lengthen it.
        let (Ok(path_start), Ok(path_len)) = (u32::try_from(start), u16::try_from(length)) else {
            self.index.paths.truncate(start);
            self.refused_count += 1;
            return;
        };
        self.index.entries.push(ZipEntry {
            path_start,
            path_len,
            method: record.method,
            encrypted: record.encrypted,
            name_and_extra: record.name_and_extra,
            crc: record.crc,
            header_offset: record.header_offset,
            packed: record.packed,
            size: record.size,
        });
    }

    pub fn finish(self, archive: &str) -> ZipIndex {
        let mut index = self.index;
        let paths = std::mem::take(&mut index.paths);
        let path = |entry: &ZipEntry| path_of(&paths, entry);
        // Stable, so that of two entries with one name the later stays behind the earlier.
        sort_by(&mut index.entries, |a, b| path(a).cmp(path(b)));
        let mut doubles = Vec::new();
        let mut kept: Vec<ZipEntry> = Vec::with_capacity(index.entries.len());
        for entry in index.entries {
            match kept.last_mut() {
                Some(last) if path(last) == path(&entry) => {
                    doubles.push(path(&entry).to_owned());
                    *last = entry;
                }
                _ => kept.push(entry),
            }
        }
        index.entries = kept;
        index.paths = paths;
        if let Some(first) = doubles.first() {
            index.problems.push(Problem::warning(
                Place::file(archive),
                format!(
                    "{} in the archive more than once, the first is {first}.",
                    counted(doubles.len() as u64, "name stands", "names stand")
                ),
                "The last file of each name is shown, as unpacking would leave it.",
            ));
        }
        if self.refused_count > 0 {
            index.problems.push(Problem::warning(
                Place::file(archive),
                format!(
                    "{} out of the archive: {}{}.",
                    counted(self.refused_count, "name leads", "names lead"),
                    self.refused.join(", "),
                    match self.refused_count > self.refused.len() as u64 {
                        true => " and others",
                        false => "",
                    }
                ),
                "These files are left out.",
            ));
        }
        index
    }
}

impl ZipIndex {
    pub fn find(&self, path: &str) -> Option<&ZipEntry> {
        let at = self
            .entries
            .binary_search_by(|entry| path_of(&self.paths, entry).cmp(path))
            .ok()?;
        self.entries.get(at)
    }

    pub fn path(&self, entry: &ZipEntry) -> &str {
        path_of(&self.paths, entry)
    }

    /// What lies directly in a folder; nothing for a folder that is not there.
    pub fn list(&self, folder: &str) -> Listing {
        let prefix = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let mut at = self
            .entries
            .partition_point(|entry| path_of(&self.paths, entry) < prefix.as_str());
        let mut found: Vec<Entry> = Vec::new();
        while let Some(entry) = self.entries.get(at) {
            let Some(rest) = path_of(&self.paths, entry).strip_prefix(prefix.as_str()) else {
                break;
            };
            match rest.split_once('/') {
                None => {
                    found.push(Entry {
                        name: rest.into(),
                        kind: EntryKind::File {
                            size: Some(entry.size),
                        },
                    });
                    at += 1;
                }
                Some((name, _)) => {
                    found.push(Entry {
                        name: name.into(),
                        kind: EntryKind::Folder,
                    });
                    // The next path after all that begin with `name/`: '0' follows '/'.
                    let after = format!("{prefix}{name}0");
                    let rest = self.entries.get(at..).unwrap_or_default();
                    at += rest
                        .partition_point(|entry| path_of(&self.paths, entry) < after.as_str())
                        .max(1);
                }
            }
        }
        Listing::new(found)
    }
}

fn path_of<'a>(paths: &'a str, entry: &ZipEntry) -> &'a str {
    let start = entry.path_start as usize;
    paths
        .get(start..start + usize::from(entry.path_len))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(names: &[&str]) -> ZipIndex {
        let mut builder = IndexBuilder::default();
        for (at, name) in names.iter().enumerate() {
            builder.add(&Record {
                raw_name: name.as_bytes(),
                method: 0,
                encrypted: false,
                name_and_extra: 0,
                crc: 0,
                header_offset: at as u64,
                packed: 0,
                size: 0,
            });
        }
        builder.finish("test.zip")
    }

    #[track_caller]
    fn check_listing(names: &[&str], folder: &str, expected: &[&str]) {
        let listing = index(names).list(folder);
        let shown: Vec<String> = listing
            .iter()
            .map(|entry| match entry.kind {
                EntryKind::Folder => format!("{}/", entry.name),
                EntryKind::File { .. } => entry.name.to_string(),
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn folders_follow_from_paths() {
        let names = ["a/b/c", "a/b.x", "a/b0", "a/d", "e", "a/"];
        check_listing(&names, "", &["a/", "e"]);
        check_listing(&names, "a", &["b/", "b.x", "b0", "d"]);
        check_listing(&names, "a/b", &["c"]);
        check_listing(&names, "nowhere", &[]);
    }

    #[test]
    fn a_folder_beside_names_that_sort_around_it() {
        check_listing(
            &["a/b-x", "a/b/1", "a/b/2", "a/b1"],
            "a",
            &["b/", "b-x", "b1"],
        );
    }

    #[test]
    fn names_cannot_lead_out() {
        let index = index(&[
            "../evil",
            "/absolute/x",
            "C:\\temp\\y",
            "a\\b",
            "./c",
            "a/../../d",
            "",
        ]);
        let paths: Vec<&str> = index
            .entries
            .iter()
            .map(|entry| index.path(entry))
            .collect();
        assert_eq!(paths, ["a/b", "absolute/x", "c"]);
        assert_eq!(index.problems.len(), 1);
    }

    #[test]
    fn of_two_entries_with_one_name_the_last_counts() {
        let index = index(&["a", "b", "a"]);
        assert_eq!(index.find("a").map(|entry| entry.header_offset), Some(2));
        assert_eq!(index.entries.len(), 2);
        assert_eq!(index.problems.len(), 1);
    }
}
