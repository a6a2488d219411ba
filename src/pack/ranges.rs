//! Which file of records holds a path: each holds a stretch of all paths in their order.
//!
//! Parts of a path are ordered as people count, so that a task's records stand together
//! and the tasks stand in the order of their numbers.

use crate::model::pathspec::natural;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A file of records, and the stretch of paths that it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordsFile {
    /// Its name, beside the manifest.
    pub file: String,
    pub first: String,
    pub last: String,
    /// How many paths it holds.
    pub files: u64,
}

/// The order of paths: part by part, a folder before what lies in it.
pub fn compare(a: &str, b: &str) -> Ordering {
    let mut left = a.split('/');
    let mut right = b.split('/');
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(one), Some(other)) => match natural(one, other) {
                Ordering::Equal => {}
                order => return order,
            },
        }
    }
}

impl RecordsFile {
    /// Of which only the name is known.
    pub fn named(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            ..Self::default()
        }
    }

    /// Whether it may hold this path, or something in this folder.
    pub fn may_hold(&self, path: &str) -> bool {
        if path.is_empty() || self.last.is_empty() {
            return true;
        }
        let depth = path.split('/').count();
        let begins = compare(beginning(&self.first, depth), path);
        let ends = compare(beginning(&self.last, depth), path);
        begins.is_le() && ends.is_ge()
    }
}

/// So many parts of a path.
fn beginning(path: &str, parts: usize) -> &str {
    let end = path.match_indices('/').nth(parts.saturating_sub(1));
    path.get(..end.map_or(path.len(), |(at, _)| at))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_are_ordered_as_people_count() {
        let mut paths = vec!["b/10/x", "b/9/y", "b", "b/9", "a/1/z", "b/9/_meta/x"];
        paths.sort_by(|a, b| compare(a, b));
        assert_eq!(
            paths,
            ["a/1/z", "b", "b/9", "b/9/_meta/x", "b/9/y", "b/10/x"]
        );
    }

    proptest! {
        #[test]
        fn what_a_file_holds_is_found(
            mut paths in proptest::collection::vec("[a0-2]{1,2}(/[b0-2]{1,2}){0,3}", 1..12),
            from in any::<prop::sample::Index>(),
            to in any::<prop::sample::Index>(),
        ) {
            paths.sort_by(|a, b| compare(a, b));
            let (from, to) = (from.index(paths.len()), to.index(paths.len()));
            let (from, to) = (from.min(to), from.max(to));
            let file = RecordsFile {
                first: paths[from].clone(),
                last: paths[to].clone(),
                ..RecordsFile::default()
            };
            for path in &paths[from..=to] {
                let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
                for path in folders.chain([path.as_str(), ""]) {
                    prop_assert!(file.may_hold(path), "{path} in {file:?}");
                }
            }
            // What lies in no folder of it is not looked for in it.
            prop_assert!(!file.may_hold("~"));
        }
    }
}
