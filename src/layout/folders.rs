//! Paths as a tree of folders, of which only the open ones show what is in them.
//!
//! It knows paths whose parts are parted by `/`, and nothing of what lies there. Start
//! with [`rows`].

/// One visible row of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// From 0.
    pub level: u32,
    /// What stands on the row: a folder that holds one folder and nothing else stands
    /// together with it, `a/b`.
    pub name: &'a str,
    /// The whole path.
    pub path: &'a str,
    /// Which of the paths it is; of a folder, the first one in it.
    pub at: usize,
    /// Of a folder: how many files are in it, at whatever depth.
    pub files: Option<usize>,
}

/// Folders inside one another; what lies deeper stands there with the rest of its path.
const DEEPEST: u32 = 24;

/// The visible rows of paths in the order of their bytes: in each folder its folders
/// first, then its files.
pub fn rows<'a>(paths: &[&'a str], is_open: &dyn Fn(&str) -> bool) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    inside(paths, 0, 0, 0, is_open, &mut rows);
    rows
}

/// Adds what is in one folder, whose path takes `prefix` bytes of each path; `at` is the
/// number of the first one.
fn inside<'a>(
    paths: &[&'a str],
    at: usize,
    prefix: usize,
    level: u32,
    is_open: &dyn Fn(&str) -> bool,
    rows: &mut Vec<Row<'a>>,
) {
    let mut files = Vec::new();
    let mut rest = paths;
    while let Some((first, others)) = rest.split_first() {
        let own = first.get(prefix..).unwrap_or_default();
        let at = at + paths.len() - rest.len();
        let Some(length) = own.find('/').filter(|_| level < DEEPEST) else {
            files.push(Row {
                level,
                name: own,
                path: first,
                at,
                files: None,
            });
            rest = others;
            continue;
        };
        let (within, behind) = rest.split_at(count_in(rest, prefix + length + 1));
        // Nothing is to be chosen in a folder that holds one folder alone. Sorted, all
        // paths begin as the first and the last one do.
        let last = within.last().copied().unwrap_or_default();
        let same = first.bytes().zip(last.bytes());
        let common = same.take_while(|(a, b)| a == b).count();
        let alone = first.as_bytes().get(..common).unwrap_or_default();
        let end = alone.iter().rposition(|byte| *byte == b'/');
        let end = end.unwrap_or(0).max(prefix + length);
        let path = first.get(..end).unwrap_or_default();
        rows.push(Row {
            level,
            name: first.get(prefix..end).unwrap_or_default(),
            path,
            at,
            files: Some(within.len()),
        });
        if is_open(path) {
            inside(within, at, end + 1, level + 1, is_open, rows);
        }
        rest = behind;
    }
    rows.extend(files);
}

/// How many paths begin as the first one does.
fn count_in(paths: &[&str], length: usize) -> usize {
    let start = paths.first().and_then(|first| first.get(..length));
    let same = |path: &&&str| path.get(..length) == start;
    paths.iter().take_while(same).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(paths: &[&str], open: &[&str], expected: &[&str]) {
        let drawn: Vec<String> = rows(paths, &|path| open.contains(&path))
            .iter()
            .map(|row| {
                let count = row.files.map(|count| format!("/ {count}"));
                let indent = "  ".repeat(row.level as usize);
                format!("{indent}{}{}", row.name, count.unwrap_or_default())
            })
            .collect();
        assert_eq!(drawn, expected);
    }

    #[test]
    fn folders_stand_before_files() {
        check(
            &["a.py", "b/c.py", "b/d.py", "e.py"],
            &["b"],
            &["b/ 2", "  c.py", "  d.py", "a.py", "e.py"],
        );
    }

    #[test]
    fn a_closed_folder_shows_nothing_of_what_is_in_it() {
        check(&["a/b/c.py", "a/d.py"], &[], &["a/ 2"]);
        check(
            &["a/b/c.py", "a/d.py"],
            &["a"],
            &["a/ 2", "  b/ 1", "  d.py"],
        );
    }

    #[test]
    fn a_folder_in_a_folder_alone_stands_with_it() {
        check(
            &[".mf_code/metaflow/a.py", ".mf_code/metaflow/b/c.py"],
            &[".mf_code/metaflow"],
            &[".mf_code/metaflow/ 2", "  b/ 1", "  a.py"],
        );
    }

    #[test]
    fn names_that_begin_alike_are_different_folders() {
        check(
            &["a-b/x", "a.txt", "a/x", "a/y", "ab/x"],
            &[],
            &["a-b/ 1", "a/ 2", "ab/ 1", "a.txt"],
        );
    }

    #[test]
    fn names_may_be_anything() {
        check(
            &["", "/", "//", "ä/ö", "ä/ü"],
            &["ä"],
            &["/ 2", "ä/ 2", "  ö", "  ü", ""],
        );
        let deep = "x/".repeat(100_000) + "y";
        let deeper = deep.clone() + "z";
        let rows = rows(&[&deep, &deeper], &|_| true);
        assert_eq!(rows.len(), 3);
    }

    proptest! {
        #[test]
        fn every_file_is_there_once_when_all_is_open(mut paths in proptest::collection::btree_set("[ab/]{0,8}", 0..30)) {
            paths.remove("");
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            let rows = rows(&paths, &|_| true);
            prop_assert!(rows.iter().all(|row| paths[row.at].starts_with(row.path)));
            let mut files: Vec<&str> = rows.iter().filter(|row| row.files.is_none()).map(|row| row.path).collect();
            files.sort_unstable();
            prop_assert_eq!(files, paths);
        }
    }
}
