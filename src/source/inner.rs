//! Archives in an archive, opened through: what a build leaves is often a zip around a zip. And
//! archives in a folder: what somebody has downloaded.
//!
//! An inner archive is a folder of what it lies in, under its own name. One that lies there as
//! it is, is read by parts, where the outer one can; one that is packed is unpacked into
//! memory. How many are opened and how much they take is limited, and what is left out is
//! told. Which of them are worth it, somebody else knows. Start with [`open_inside`].

use super::open::recover_within;
use super::{
    Blob, Bytes, Entry, EntryKind, Listing, MemoryBlob, Pace, Progress, ReadError, Recovered,
    Source, SourceFacts, SourceKind, Unit, Waiting, Want, join, limits,
};
use crate::counts::{bytes, counted};
use crate::model::{Place, Problem};
use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

/// What may still be taken into memory.
pub struct Budget(Cell<u64>);

impl Default for Budget {
    fn default() -> Self {
        Self(Cell::new(limits::INNER_ARCHIVES))
    }
}

/// Opens the archives that lie in a source: in an archive all of them, in a folder those near
/// the top, if most files there are archives. `None` where there is none. What lies beside a
/// program and its notes is somebody's data, and no run is looked for in it.
pub async fn open_inside(
    outer: Rc<dyn Source>,
    budget: &Budget,
    pace: Rc<dyn Pace>,
) -> Option<Rc<dyn Source>> {
    let (found, more) = archives(&*outer, &*pace).await;
    if found.is_empty() {
        return None;
    }
    let in_what = match outer.facts().kind {
        SourceKind::Folder => "folder",
        SourceKind::Zip | SourceKind::Tar => "archive",
    };
    let mut nested = Nested {
        outer,
        mounts: Vec::new(),
        problems: Vec::new(),
    };
    let total = found.len() as u64;
    for (path, size) in &found {
        pace.progress(Progress {
            what: format!("Opening {path}"),
            done: nested.mounts.len() as u64,
            total: Some(total),
            unit: Unit::Things,
        });
        pace.breathe().await;
        match open(&nested.outer, path, *size, budget, &pace).await {
            Ok(source) => nested.mounts.push(Mount {
                path: path.clone(),
                source,
            }),
            Err(why) => nested.problems.push(left_out(path, in_what, &why)),
        }
    }
    if more > 0 {
        let archives = counted(more, "more archive or folder", "more archives and folders");
        nested.problems.push(Problem::warning(
            Place::file(nested.outer.facts().name),
            format!("{archives} in the {in_what} were not looked into: there are too many."),
            match in_what {
                "folder" => "Open what is in it one by one.",
                _ => "Unpack the archive, and open what is in it one by one.",
            },
        ));
    }
    Some(Rc::new(nested))
}

/// That there is an archive where none is opened any more.
pub async fn too_deep(source: &dyn Source, pace: &dyn Pace) -> Option<Problem> {
    let (found, _) = archives(source, pace).await;
    let (path, _) = found.first()?;
    let why = format!(
        "Archives in one another are opened {} deep.",
        limits::INNER_DEPTH
    );
    Some(left_out(path, "archive", &why))
}

fn left_out(path: &str, in_what: &str, why: &str) -> Problem {
    Problem::warning(
        Place::file(path),
        format!("This archive in the {in_what} is left out. {why}"),
        match in_what {
            "folder" => "Open it by itself.",
            _ => "Unpack the outer archive, and open this one.",
        },
    )
}

/// The first archives by their names, each with its size, and how many more archives or
/// folders there are.
async fn archives(source: &dyn Source, pace: &dyn Pace) -> (Vec<(String, u64)>, u64) {
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
    if is_folder && found.len() <= others {
        found.clear();
    }
    let more = found.len().saturating_sub(limits::INNER_AT_MOST);
    found.truncate(limits::INNER_AT_MOST);
    let more = more + folders.len().saturating_sub(at);
    (sized(source, found).await, more as u64)
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

/// By its name: of half a million files none is opened to find out.
fn is_archive(name: &str) -> bool {
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

async fn open(
    outer: &Rc<dyn Source>,
    path: &str,
    size: u64,
    budget: &Budget,
    pace: &Rc<dyn Pace>,
) -> Result<Rc<dyn Source>, String> {
    let blob: Rc<dyn Blob> = match outer.reads_parts(path) {
        true => Rc::new(FileBlob {
            outer: outer.clone(),
            path: path.to_owned(),
            size,
        }),
        false => {
            let left = budget.0.get();
            if size > left {
                return Err(format!(
                    "It has {}, and of all archives together no more than {} are unpacked.",
                    bytes(size),
                    bytes(limits::INNER_ARCHIVES)
                ));
            }
            let want = Want {
                path: path.to_owned(),
                range: None,
            };
            let answer = outer.read(std::slice::from_ref(&want)).await;
            let content = answer.into_iter().next().unwrap_or(Err(ReadError::Missing));
            let content = content.map_err(|error| error.to_string())?;
            // The size is what somebody says; this is what came.
            budget.0.set(left.saturating_sub(content.len() as u64));
            Rc::new(MemoryBlob::new(path, Rc::unwrap_or_clone(content)))
        }
    };
    // One that was packed when it was cut off already will not get whole.
    let opened = recover_within(blob, &budget.0, pace.clone()).await;
    opened.map_err(|error| format!("{}: {}", error.headline(), error.explanation(path)))
}

/// A file of a source that reads files by parts.
struct FileBlob {
    outer: Rc<dyn Source>,
    path: String,
    size: u64,
}

impl Blob for FileBlob {
    fn name(&self) -> String {
        self.path.clone()
    }

    fn size(&self) -> u64 {
        self.size
    }

    fn read(&self, range: Range<u64>) -> Waiting<'_, Result<Vec<u8>, ReadError>> {
        Box::pin(async move {
            let length = range.end.saturating_sub(range.start);
            let want = Want {
                path: self.path.clone(),
                range: Some(range.into()),
            };
            let answer = self.outer.read(std::slice::from_ref(&want)).await;
            let part = answer
                .into_iter()
                .next()
                .unwrap_or(Err(ReadError::Missing))?;
            match part.len() as u64 == length {
                true => Ok(Rc::unwrap_or_clone(part)),
                false => Err(ReadError::Damaged(format!(
                    "{} ends before its size.",
                    self.path
                ))),
            }
        })
    }
}

/// An archive in the place of the file that it is.
struct Mount {
    path: String,
    source: Rc<dyn Source>,
}

impl Mount {
    /// A path inside of it; empty for itself.
    fn inside<'p>(&self, path: &'p str) -> Option<&'p str> {
        match path.strip_prefix(self.path.as_str())? {
            "" => Some(""),
            rest => rest.strip_prefix('/'),
        }
    }

    /// A problem with its place as seen from outside.
    fn seen(&self, mut problem: Problem) -> Problem {
        if problem.place.file != self.path {
            problem.place.file = join(&self.path, &problem.place.file);
        }
        problem
    }
}

/// A source in which archives are folders.
struct Nested {
    outer: Rc<dyn Source>,
    mounts: Vec<Mount>,
    problems: Vec<Problem>,
}

impl Nested {
    fn mount<'p>(&self, path: &'p str) -> Option<(&Mount, &'p str)> {
        let mut mounts = self.mounts.iter();
        mounts.find_map(|mount| Some((mount, mount.inside(path)?)))
    }

    /// Who has a file, and what it is called there.
    fn holder<'s>(&'s self, path: &'s str) -> (&'s dyn Source, &'s str) {
        match self.mount(path) {
            Some((mount, inside)) => (&*mount.source, inside),
            None => (&*self.outer, path),
        }
    }
}

impl Source for Nested {
    fn facts(&self) -> SourceFacts {
        let mut facts = self.outer.facts();
        // An archive is read as it is now.
        facts.can_grow = false;
        // With several, each is named by its folder.
        if let [only] = self.mounts.as_slice() {
            let name = only.path.rsplit('/').next().unwrap_or_default();
            facts.name = format!("{} › {name}", facts.name);
        }
        facts
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        Box::pin(async move {
            if let Some((mount, inside)) = self.mount(folder) {
                return mount.source.list(inside).await;
            }
            let listing = self.outer.list(folder).await?;
            let entries = listing.iter().cloned().map(|entry| {
                let path = join(folder, &entry.name);
                match self.mounts.iter().any(|mount| mount.path == path) {
                    true => Entry {
                        kind: EntryKind::Folder,
                        ..entry
                    },
                    false => entry,
                }
            });
            Ok(Listing::new(entries.collect()))
        })
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Bytes, ReadError>>> {
        Box::pin(async move {
            let mut answers: Vec<Result<Bytes, ReadError>> =
                vec![Err(ReadError::Missing); wants.len()];
            let all = [&*self.outer].into_iter();
            let all = all.chain(self.mounts.iter().map(|mount| &*mount.source));
            for source in all {
                let mut places = Vec::new();
                let mut own = Vec::new();
                for (at, want) in wants.iter().enumerate() {
                    let (holder, path) = self.holder(&want.path);
                    if std::ptr::addr_eq(holder, source) {
                        places.push(at);
                        own.push(Want {
                            path: path.to_owned(),
                            range: want.range,
                        });
                    }
                }
                if own.is_empty() {
                    continue;
                }
                for (at, answer) in places.into_iter().zip(source.read(&own).await) {
                    if let Some(slot) = answers.get_mut(at) {
                        *slot = answer;
                    }
                }
            }
            answers
        })
    }

    fn sizes<'a>(&'a self, paths: &'a [String]) -> Waiting<'a, Vec<Option<u64>>> {
        Box::pin(async move {
            let mut sizes = Vec::with_capacity(paths.len());
            for path in paths {
                let (source, path) = self.holder(path);
                let own = [path.to_owned()];
                sizes.push(source.sizes(&own).await.into_iter().next().flatten());
            }
            sizes
        })
    }

    fn reads_parts(&self, path: &str) -> bool {
        let (source, path) = self.holder(path);
        source.reads_parts(path)
    }

    /// Of the outer archive alone: all that is inside comes out of it.
    fn bytes_read(&self) -> u64 {
        self.outer.bytes_read()
    }

    fn recovered(&self) -> Option<&Recovered> {
        self.outer.recovered()
    }

    fn problems(&self) -> Vec<Problem> {
        let mut problems = self.outer.problems();
        problems.extend(self.problems.iter().cloned());
        for mount in &self.mounts {
            let inside = mount.source.problems().into_iter();
            problems.extend(inside.map(|problem| mount.seen(problem)));
        }
        problems
    }
}
