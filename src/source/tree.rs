//! The directory of an archive as a tree of folders, whatever is known of each file.
//!
//! Half a million entries are usual for a large run, so the index is flat: one
//! text with all paths, one sorted table. A folder is the range of the paths that
//! begin with it; no folder has to be recorded of its own. Start with [`TreeBuilder`].

use super::alike::Alike;
use super::{Entry, EntryKind, Listing};
use crate::archive::push_clean_path;
use crate::counts::counted;
use crate::model::{Place, Problem};
use crate::sorting::sort_by;

/// The files of an archive by their paths.
pub struct Tree<F> {
    paths: String,
    files: Vec<Leaf<F>>,
    size_of: fn(&F) -> u64,
    pub problems: Vec<Problem>,
}

#[derive(Clone, Copy)]
struct Leaf<F> {
    path_start: u32,
    path_len: u16,
    /// Of it, the folder: up to the last `/`.
    folder_len: u16,
    file: F,
}

/// Builds a tree: [`add`](TreeBuilder::add) each file, then [`finish`](TreeBuilder::finish).
pub struct TreeBuilder<F> {
    paths: String,
    files: Vec<Leaf<F>>,
    refused: Vec<String>,
    refused_count: u64,
    size_of: fn(&F) -> u64,
}

impl<F: Copy> TreeBuilder<F> {
    /// Of files whose content has so many bytes.
    pub fn new(size_of: fn(&F) -> u64) -> Self {
        Self {
            size_of,
            paths: String::new(),
            files: Vec::new(),
            refused: Vec::new(),
            refused_count: 0,
        }
    }

    /// Makes room for so many files with so many bytes of names, as far as there is room:
    /// growing step by step copies them again and again.
    pub fn expect(&mut self, files: usize, bytes: usize) {
        // Without the room it grows as it must.
        let _made = self.files.try_reserve_exact(files);
        let _made = self.paths.try_reserve_exact(bytes);
    }

    /// Takes a file in under its name, unless that leads out of the archive.
    pub fn add(&mut self, name: &str, file: F) {
        /// Names that are told.
        const TOLD: usize = 3;
        let start = self.paths.len();
        if !push_clean_path(&mut self.paths, name) {
            self.paths.truncate(start);
            if self.refused.len() < TOLD {
                self.refused.push(name.to_owned());
            }
            self.refuse();
            return;
        }
        let path = self.paths.as_bytes().get(start..).unwrap_or_default();
        let length = path.len();
        let folder = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
        // A zip name has at most 65,535 bytes; decoding can lengthen it.
        let (Ok(path_start), Ok(path_len), Ok(folder_len)) = (
            u32::try_from(start),
            u16::try_from(length),
            u16::try_from(folder),
        ) else {
            self.paths.truncate(start);
            self.refuse();
            return;
        };
        self.files.push(Leaf {
            path_start,
            path_len,
            folder_len,
            file,
        });
    }

    /// Counts a file whose name leads out of the archive, or is none.
    pub fn refuse(&mut self) {
        self.refused_count += 1;
    }

    /// The tree of an archive of this name.
    pub fn finish(self, archive: &str) -> Tree<F> {
        let paths = self.paths;
        let path = |leaf: &Leaf<F>| path_of(&paths, leaf);
        let files = sorted_leaves(&paths, &self.files);
        drop(self.files);
        let mut doubles: u64 = 0;
        let mut first_double = None;
        let mut kept: Vec<Leaf<F>> = Vec::with_capacity(files.len());
        for leaf in files {
            match kept.last_mut() {
                Some(last) if bytes_of(&paths, last) == bytes_of(&paths, &leaf) => {
                    doubles += 1;
                    first_double.get_or_insert_with(|| path(&leaf).to_owned());
                    *last = leaf;
                }
                _ => kept.push(leaf),
            }
        }
        let mut problems = Vec::new();
        if let Some(first) = first_double {
            problems.push(Problem::warning(
                Place::file(archive),
                format!(
                    "{} in the archive more than once, the first is {first}.",
                    counted(doubles, "name stands", "names stand")
                ),
                "The last file of each name is shown, as unpacking would leave it.",
            ));
        }
        let mut alike = Alike::default();
        for (number, leaf) in (0..).zip(&kept) {
            alike.add(path(leaf), number);
        }
        if let Some((count, pair)) = alike.found() {
            let [one, other] = pair.map(|at| kept.get(at as usize).map(path).unwrap_or_default());
            problems.push(Problem::note(
                Place::file(archive),
                format!(
                    "{} differ only by capital letters or by how marks are written, the first are {one} and {other}.",
                    counted(count, "name", "names")
                ),
                "All of them are shown. On a disk that takes them for one, only one would be left.",
            ));
        }
        if self.refused_count > 0 {
            let told = match self.refused.is_empty() {
                true => String::new(),
                false => format!(": {}", self.refused.join(", ")),
            };
            let more = match self.refused_count > self.refused.len() as u64 {
                true if !self.refused.is_empty() => " and others",
                _ => "",
            };
            let names = counted(self.refused_count, "name leads", "names lead");
            problems.push(Problem::warning(
                Place::file(archive),
                format!("{names} out of the archive{told}{more}."),
                "These files are left out.",
            ));
        }
        Tree {
            size_of: self.size_of,
            paths,
            files: kept,
            problems,
        }
    }
}

impl<F: Copy> Tree<F> {
    /// The same with some more files.
    pub fn with(self, archive: &str, more: Vec<(String, F)>) -> Self {
        let mut builder = TreeBuilder {
            paths: self.paths,
            files: self.files,
            ..TreeBuilder::new(self.size_of)
        };
        for (name, file) in more {
            builder.add(&name, file);
        }
        let mut tree = builder.finish(archive);
        tree.problems.splice(0..0, self.problems);
        tree
    }
}

impl<F> Tree<F> {
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    pub fn find(&self, path: &str) -> Option<&F> {
        let at = self
            .files
            .binary_search_by(|leaf| bytes_of(&self.paths, leaf).cmp(path.as_bytes()))
            .ok()?;
        self.files.get(at).map(|leaf| &leaf.file)
    }

    /// What lies directly in a folder; nothing for a folder that is not there.
    pub fn list(&self, folder: &str) -> Listing {
        let prefix = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        // By bytes: half a million paths are looked at.
        let before = |leaf: &Leaf<F>, path: &str| bytes_of(&self.paths, leaf) < path.as_bytes();
        let mut at = self.files.partition_point(|leaf| before(leaf, &prefix));
        let mut found: Vec<Entry> = Vec::new();
        while let Some(leaf) = self.files.get(at) {
            let path = bytes_of(&self.paths, leaf);
            let Some(rest) = path.strip_prefix(prefix.as_bytes()) else {
                break;
            };
            let slash = rest.iter().position(|byte| *byte == b'/');
            let start = leaf.path_start as usize + prefix.len();
            let name = start..start + slash.unwrap_or(rest.len());
            let name = self.paths.get(name).unwrap_or_default();
            if slash.is_none() {
                found.push(Entry {
                    name: name.into(),
                    kind: EntryKind::File {
                        size: Some((self.size_of)(&leaf.file)),
                    },
                });
                at += 1;
            } else {
                found.push(Entry {
                    name: name.into(),
                    kind: EntryKind::Folder,
                });
                // The next path after all that begin with `name/`: '0' follows '/'.
                let after = format!("{prefix}{name}0");
                let rest = self.files.get(at..).unwrap_or_default();
                at += rest.partition_point(|leaf| before(leaf, &after)).max(1);
            }
        }
        Listing::new(found)
    }
}

/// Sorts files by their paths; of two with one path the later stays behind the earlier.
///
/// Who packs folder by folder packs stretches that are in order, most of them apart from all
/// others. So the stretches are sorted, of which there are far fewer, and only those that lie
/// in one another file by file.
fn sorted_leaves<F: Copy>(paths: &str, files: &[Leaf<F>]) -> Vec<Leaf<F>> {
    let path = |leaf: &Leaf<F>| bytes_of(paths, leaf);
    let mut stretches: Vec<&[Leaf<F>]> = files
        .chunk_by(|a, b| {
            // Nearly always in one folder: then only the names differ.
            let folder = usize::from(a.folder_len);
            let (one, other) = (path(a), path(b));
            a.folder_len == b.folder_len
                && one.get(..folder) == other.get(..folder)
                && one.get(folder..) <= other.get(folder..)
        })
        .collect();
    let first = |stretch: &&[Leaf<F>]| stretch.first().map(path);
    sort_by(&mut stretches, |a, b| first(a).cmp(&first(b)));
    let mut sorted: Vec<Leaf<F>> = Vec::with_capacity(files.len());
    // Where the stretches begin that lie in one another, how many they are, and their end.
    let (mut start, mut entangled, mut end) = (0, 0, None);
    let sort_from = |sorted: &mut Vec<Leaf<F>>, start: usize| {
        // What was packed later has a later place among the paths.
        let order =
            |a: &Leaf<F>, b: &Leaf<F>| (path(a), a.path_start).cmp(&(path(b), b.path_start));
        sort_by(sorted.get_mut(start..).unwrap_or_default(), order);
    };
    for stretch in stretches {
        if stretch.first().map(path) > end {
            if entangled > 1 {
                sort_from(&mut sorted, start);
            }
            (start, entangled) = (sorted.len(), 0);
        }
        entangled += 1;
        sorted.extend_from_slice(stretch);
        end = end.max(stretch.last().map(path));
    }
    if entangled > 1 {
        sort_from(&mut sorted, start);
    }
    sorted
}

/// A path as bytes, which are in the same order, and compared at no cost but that.
fn bytes_of<'a, F>(paths: &'a str, leaf: &Leaf<F>) -> &'a [u8] {
    let start = leaf.path_start as usize;
    let bytes = paths.as_bytes();
    let path = bytes.get(start..start + usize::from(leaf.path_len));
    path.unwrap_or_default()
}

fn path_of<'a, F>(paths: &'a str, leaf: &Leaf<F>) -> &'a str {
    let start = leaf.path_start as usize;
    paths
        .get(start..start + usize::from(leaf.path_len))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree whose files are known by their places among the names.
    fn tree(names: &[&str]) -> Tree<usize> {
        let mut builder = TreeBuilder::new(|_| 0);
        for (at, name) in names.iter().enumerate() {
            builder.add(name, at);
        }
        builder.finish("test.zip")
    }

    #[track_caller]
    fn check_listing(names: &[&str], folder: &str, expected: &[&str]) {
        let listing = tree(names).list(folder);
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
        let names = ["a/b/c", "a/b.x", "a/b0", "a/d", "e"];
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
        let tree = tree(&[
            "../evil",
            "/absolute/x",
            "C:\\temp\\y",
            "a\\b",
            "./c",
            "a/../../d",
            "",
        ]);
        let leaves = tree.files.iter();
        let paths: Vec<&str> = leaves.map(|leaf| path_of(&tree.paths, leaf)).collect();
        assert_eq!(paths, ["a/b", "absolute/x", "c"]);
        assert_eq!(tree.problems.len(), 1);
    }

    #[test]
    fn folders_in_any_order_are_sorted() {
        // Folders in order; folders within folders; folders in turns, one name twice.
        for names in [
            &["r/9/a", "r/9/b", "r/10/a", "r/10/b", "p"][..],
            &["r/9/a", "r/9/z", "r/9/m/b", "r/10/a", "r/10/m/b", "r/10/z"],
            &["r/9/a", "r/10/a", "r/9/b", "r/10/b", "r/10/b", "a"],
        ] {
            let tree = tree(names);
            let leaves = tree.files.iter();
            let paths: Vec<&str> = leaves.map(|leaf| path_of(&tree.paths, leaf)).collect();
            let mut expected = names.to_vec();
            expected.sort_unstable();
            expected.dedup();
            assert_eq!(paths, expected);
        }
    }

    #[test]
    fn of_two_entries_with_one_name_the_last_counts() {
        for names in [&["a", "b", "a"][..], &["b/1", "a/1", "b/0", "b/1"]] {
            let tree = tree(names);
            assert_eq!(tree.find(names[0]), Some(&(names.len() - 1)));
            assert_eq!(tree.files.len(), names.len() - 1);
            assert_eq!(tree.problems.len(), 1);
        }
    }
}
