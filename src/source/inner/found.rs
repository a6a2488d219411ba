//! Which archives lie in a source, and which of them are worth to be opened unasked.
//!
//! They are known by their names: of half a million files none is read to find out. Start
//! with [`archives`].

use super::super::{EntryKind, Pace, Source, SourceKind, join, limits};
use crate::counts::{count, counted};
use crate::model::{Place, Problem};

/// Archives by their paths, each with its size.
#[derive(Default)]
pub(super) struct Found {
    pub near: Vec<(String, u64)>,
    /// Those that would cost much, among many other things.
    pub closed: Vec<(String, u64)>,
    /// Archives and folders that were too many to be looked at.
    pub more: u64,
    /// There are more archives than other files.
    pub is_mostly: bool,
}

impl Found {
    pub(super) fn is_empty(&self) -> bool {
        self.near.is_empty() && self.closed.is_empty()
    }
}

pub(super) async fn archives(source: &dyn Source, pace: &dyn Pace) -> Found {
    /// Of an archive as many as are searched for a datastore. A folder may be any: a whole disk,
    /// or a site on which each list is a question.
    const FOLDERS: usize = 4000;
    const NEAR: usize = 32;
    let is_folder = source.facts().kind == SourceKind::Folder;
    let most = if is_folder { NEAR } else { FOLDERS };
    let mut found = Vec::new();
    let mut others = 0;
    let mut folders = vec![String::new()];
    let mut at = 0;
    while let Some(folder) = folders.get(at).cloned().filter(|_| at < most) {
        at += 1;
        let listing = source.list(&folder).await.unwrap_or_default();
        folders.extend(listing.folders().map(|name| join(&folder, name)));
        for (name, size) in listing.files() {
            match is_archive(name) {
                true => found.push((join(&folder, name), size)),
                // What systems leave in every folder says nothing.
                false if name.starts_with('.') => {}
                false => others += 1,
            }
        }
        if at % 64 == 0 {
            pace.breathe().await;
        }
    }
    let is_mostly = found.len() > others;
    let more = found.len().saturating_sub(limits::INNER_AT_MOST);
    found.truncate(limits::INNER_AT_MOST);
    let more = more + folders.len().saturating_sub(at);
    let found = sized(source, found).await.into_iter();
    let (near, closed) = found
        .partition(|(path, size)| !is_folder || is_mostly || costs_little(source, path, *size));
    Found {
        near,
        closed,
        more: more as u64,
        is_mostly,
    }
}

/// Whether it is soon known what is in an archive.
fn costs_little(source: &dyn Source, path: &str, size: u64) -> bool {
    /// Bytes that are soon read and unpacked.
    const LITTLE: u64 = 16 << 20;
    let is_zip = path.to_ascii_lowercase().ends_with(".zip");
    size <= LITTLE || (is_zip && source.reads_parts(path))
}

/// Not every list tells sizes.
async fn sized(source: &dyn Source, found: Vec<(String, Option<u64>)>) -> Vec<(String, u64)> {
    let untold = found.iter().filter(|(_, size)| size.is_none());
    let untold: Vec<String> = untold.map(|(path, _)| path.clone()).collect();
    let mut told = source.sizes(&untold).await.into_iter();
    let sized = found.into_iter().map(|(path, size)| {
        let size = size.or_else(|| told.next().flatten());
        (path, size.unwrap_or(0))
    });
    sized.collect()
}

/// Whether a file is taken for an archive, by its name.
pub fn is_archive(name: &str) -> bool {
    const ENDINGS: [&str; 11] = [
        ".zip",
        ".tar",
        ".tar.gz",
        ".tgz",
        ".tar.bz2",
        ".tbz2",
        ".tar.xz",
        ".txz",
        ".tar.zst",
        ".tzst",
        ".tar.zstd",
    ];
    let lower = name.to_ascii_lowercase();
    // What a Mac puts beside each file has its name, and none of its bytes.
    !lower.starts_with("._") && ENDINGS.iter().any(|ending| lower.ends_with(ending))
}

/// That archives lie beside the runs of a source, on top of it: nobody looks into them.
pub async fn beside(source: &dyn Source) -> Option<Problem> {
    /// As many names as can be read in passing.
    const NAMED: usize = 5;
    let mut listing = source.list("").await.ok()?;
    // All that a folder holds is listed under its own name.
    let mut entries = listing.iter();
    if let (Some(only), None) = (entries.next(), entries.next())
        && only.kind == EntryKind::Folder
    {
        listing = source.list(&only.name).await.ok()?;
    }
    let files = listing.files().map(|(name, _)| name);
    let archives: Vec<&str> = files.filter(|name| is_archive(name)).collect();
    let mut names = archives.get(..NAMED).unwrap_or(&archives).join(", ");
    let (are, them) = match archives.len() {
        0 => return None,
        1 => ("is", "it by itself"),
        _ => ("are", "them by themselves"),
    };
    if let more @ 1.. = archives.len().saturating_sub(NAMED) {
        names = format!("{names} and {} more", count(more as u64));
    }
    let archives = counted(archives.len() as u64, "archive", "archives");
    Some(Problem::note(
        Place::file(source.facts().name),
        format!("{archives} beside the runs {are} not looked into: {names}."),
        format!("If runs are in there, open {them}."),
    ))
}
