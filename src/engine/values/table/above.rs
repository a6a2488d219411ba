//! Names of columns on several levels, as rows above a table.
//!
//! As pandas prints them: a name that its neighbour has too, under the same names further
//! out, stands there once; on the last level each stands for itself (`sparsify_labels` of
//! pandas/core/indexes/multi.py, 2.2). Start with [`above`].

use super::cut;
use crate::libraries::table::Table;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A level of names: what it is called, and its names, each with the number of columns
/// that it stands above.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AboveView {
    pub called: String,
    pub names: Vec<(String, u64)>,
}

/// The levels above the last one for some columns, and the last names; nothing where names
/// have one level.
pub(super) fn above(table: &Table<'_>, columns: Range<usize>) -> (Vec<AboveView>, Vec<String>) {
    let called = table.level_names();
    let Some((_, outer)) = called.split_last() else {
        return (Vec::new(), Vec::new());
    };
    let names: Vec<Vec<String>> = columns.map(|at| table.names_above(at)).collect();
    put_together(outer, names)
}

fn put_together(called: &[String], names: Vec<Vec<String>>) -> (Vec<AboveView>, Vec<String>) {
    let level = |called: &String| AboveView {
        called: cut(called.clone()),
        names: Vec::new(),
    };
    let mut levels: Vec<AboveView> = called.iter().map(level).collect();
    let mut last = Vec::new();
    let mut before: Vec<String> = Vec::new();
    for mut names in names {
        last.push(cut(names.pop().unwrap_or_default()));
        let mut is_same = last.len() > 1;
        for (number, level) in levels.iter_mut().enumerate() {
            let name = names.get(number).cloned().unwrap_or_default();
            is_same &= before.get(number) == Some(&name);
            match level.names.last_mut() {
                Some((_, columns)) if is_same => *columns += 1,
                _ => level.names.push((cut(name), 1)),
            }
        }
        before = names;
    }
    (levels, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], expected: &[&[(&str, u64)]]) {
        let split = |name: &&str| name.split('/').map(str::to_owned).collect::<Vec<_>>();
        let names: Vec<Vec<String>> = names.iter().map(split).collect();
        let called = vec![String::new(); expected.len()];
        let (levels, last) = put_together(&called, names.clone());
        let found: Vec<Vec<(&str, u64)>> = levels
            .iter()
            .map(|level| level.names.iter().map(|(name, n)| (&**name, *n)).collect())
            .collect();
        assert_eq!(found, expected);
        let own: Vec<&String> = names.iter().filter_map(|name| name.last()).collect();
        assert_eq!(last.iter().collect::<Vec<_>>(), own);
    }

    #[test]
    fn equal_neighbours_stand_there_once() {
        check(&["a/x", "a/x", "b/x"], &[&[("a", 2), ("b", 1)]]);
        check(&["a/x", "b/y", "a/z"], &[&[("a", 1), ("b", 1), ("a", 1)]]);
        // A name under another is another.
        check(
            &["a/m/x", "a/m/y", "b/m/x"],
            &[&[("a", 2), ("b", 1)], &[("m", 2), ("m", 1)]],
        );
        check(&[], &[&[]]);
    }
}
