//! The files of stored results: which of them a storage key means.

use super::super::records::StoredResult;
use std::collections::HashMap;

/// The files of stored results in a source.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// Paths in the source.
    paths: Vec<String>,
    /// By the last part of the path.
    by_name: HashMap<String, Vec<usize>>,
    by_path: HashMap<String, usize>,
    folder: String,
    /// The folder that was copied, on its own machine.
    base: Option<String>,
}

/// Where a storage key leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found<'a> {
    File(&'a str),
    Missing,
    /// Several files may be meant.
    Several,
}

impl Files {
    /// `folder` is the folder of the results in the source, `base` what the manifest of an
    /// export calls `storage_base`.
    pub fn of(folder: &str, paths: impl IntoIterator<Item = String>, base: Option<&str>) -> Self {
        let mut files = Self {
            folder: folder.trim_matches('/').to_owned(),
            base: base.map(|base| plain(base).trim_end_matches('/').to_owned()),
            ..Self::default()
        };
        for path in paths {
            let inside = match files.folder.as_str() {
                "" => Some(path.as_str()),
                folder => path
                    .strip_prefix(folder)
                    .and_then(|rest| rest.strip_prefix('/')),
            };
            let Some(inside) = inside else {
                continue;
            };
            let name = last_part(inside).to_owned();
            let at = files.paths.len();
            files.by_name.entry(name).or_default().push(at);
            files.by_path.insert(inside.to_owned(), at);
            files.paths.push(path);
        }
        files
    }

    fn path(&self, at: usize) -> Found<'_> {
        self.paths
            .get(at)
            .map_or(Found::Missing, |path| Found::File(path))
    }

    /// The file of a key. Where the folder is not known that it was copied from, the file
    /// whose whole path is the end of the key, the longest of such; else one whose name is
    /// the key's own, if that is a hash and there is no other.
    pub fn find(&self, key: &str) -> Found<'_> {
        let key = plain(key);
        if let Some(base) = &self.base
            && let Some(inside) = key
                .strip_prefix(base.as_str())
                .and_then(|rest| rest.strip_prefix('/'))
        {
            return self
                .by_path
                .get(inside)
                .map_or(Found::Missing, |at| self.path(*at));
        }
        // From the whole key to its last part.
        let mut rest = key.trim_start_matches('/');
        loop {
            if let Some(at) = self.by_path.get(rest) {
                return self.path(*at);
            }
            match rest.split_once('/') {
                Some((_, shorter)) => rest = shorter,
                None => break,
            }
        }
        let is_hash = rest.len() >= 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
        match self
            .by_name
            .get(rest)
            .filter(|_| is_hash)
            .map(Vec::as_slice)
        {
            Some([only]) => self.path(*only),
            Some([_, _, ..]) => Found::Several,
            _ => Found::Missing,
        }
    }
}

/// With `/` between its parts, also where Windows wrote it.
fn plain(key: &str) -> String {
    let is_windows = key.contains(":\\") || (key.contains('\\') && !key.contains('/'));
    match is_windows {
        true => key.replace('\\', "/"),
        false => key.to_owned(),
    }
}

/// Whether and where a result is, in a sentence for who looks for it.
pub fn lies(stored: Option<&StoredResult>, found: Found<'_>) -> String {
    let Some(key) = stored.and_then(|stored| stored.storage_key.as_deref()) else {
        return "The result was not persisted: nothing of it is left.".to_owned();
    };
    let block = stored.and_then(|stored| stored.storage_block_id.as_ref());
    match (found, block) {
        (Found::File(path), _) => format!("It is here, in {path}."),
        (Found::Several, _) => {
            format!("It was stored as {key}, and several files here may be meant.")
        }
        (Found::Missing, Some(block)) => {
            format!(
                "It was stored as {key} by the storage block {block}, and is not among these files."
            )
        }
        (Found::Missing, None) => format!(
            "It was stored as {key} where the task ran, and is not among these files. A result under the policy NO_CACHE is named and never written."
        ),
    }
}

/// The name of a file in its folder.
pub(super) fn last_part(key: &str) -> &str {
    key.rsplit(['/', '\\']).next().unwrap_or(key)
}
