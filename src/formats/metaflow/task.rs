//! One task in full: every metadata event and the artifacts of every attempt.
//!
//! Values and logs are not read here; a task's page asks for them one by one.

use super::json::Problems;
use super::names::{LogFile, TaskNames};
use super::package::PackageNote;
use super::paths::{self, Store};
use super::record::{self, SelfRecord, TableRow};
use crate::model::metadata::newest;
use crate::model::{Artifact, AttemptNumber, MetadataEntry, Place, Problem, Stream, TaskPath};
use crate::sorting::{SortedMap, sort_by_key};
use crate::source::{Listing, Shelf};

#[derive(Clone, Debug, Default)]
pub struct TaskDetail {
    /// The task's folder in the source.
    pub folder: String,
    pub record: Option<SelfRecord>,
    pub names: TaskNames,
    /// Ordered by time, then by the name of the file.
    pub metadata: Vec<MetadataEntry>,
    /// What the client adds for a task that `resume` copied: of each field that is not
    /// among its own, the newest of the task it was copied from.
    pub origin_metadata: Vec<MetadataEntry>,
    /// The task that ran, where this one is a copy: a copy of a copy goes back to it too.
    /// The cards lie there.
    pub origin: Option<TaskPath>,
    /// By attempt, each ordered by name, hidden ones included.
    pub artifacts: SortedMap<AttemptNumber, Vec<Artifact>>,
    /// The attempt that was closed last, by the names of the files that say so: the
    /// client sorts those, not the times inside.
    pub last_done: Option<AttemptNumber>,
    /// The flow has no metadata: what the client would take from them is taken from files.
    pub lacks_metadata: bool,
    /// The code package of the newest attempt, where there are no metadata to name it.
    pub begun_with: Option<PackageNote>,
    /// The Python that ran each attempt.
    pub python: SortedMap<AttemptNumber, String>,
}

/// How much of the artifacts is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// One table an attempt: names, sizes, types. Enough for a page.
    Tables,
    /// Each artifact's own record too: when it was written, as the client tells it.
    Records,
}

pub fn read(shelf: &Shelf, store: &Store, path: &TaskPath, depth: Depth) -> (TaskDetail, Problems) {
    let mut problems = Vec::new();
    let mut detail = read_own(shelf, store, path, depth, &mut problems);
    (detail.origin_metadata, detail.origin) =
        origin_metadata(shelf, store, path, &detail.metadata, &mut problems);
    (detail, problems)
}

fn read_own(
    shelf: &Shelf,
    store: &Store,
    path: &TaskPath,
    depth: Depth,
    problems: &mut Problems,
) -> TaskDetail {
    let folder = store.task(path);
    let meta = paths::meta(&folder);
    let empty = Listing::default();
    let files = shelf.list(&folder).and_then(Result::ok).unwrap_or(&empty);
    let records = shelf.list(&meta).and_then(Result::ok).unwrap_or(&empty);
    let names = TaskNames::of(files, records);
    let own = names.recorded.then(|| {
        record::read_self(
            shelf,
            &folder,
            "When the task was created is not known.",
            problems,
        )
    });
    let metadata = read_metadata(shelf, &meta, &names, problems);
    let newest_done = names
        .events_of("attempt-done")
        .max_by(|a, b| a.name.cmp(&b.name));
    let last_done =
        newest_done.and_then(|file| record::read_event(shelf, &meta, file, &mut Vec::new()));
    let last_done = last_done.and_then(|entry| entry.value.text().parse().ok());
    let lacks_metadata = store.lacks_metadata(&path.flow);
    let closed = || names.closed.iter().next_back().copied();
    let mut detail = TaskDetail {
        record: own.flatten(),
        metadata,
        last_done: last_done.or_else(|| closed().filter(|_| lacks_metadata)),
        lacks_metadata,
        ..TaskDetail::default()
    };
    for attempt in names.attempts() {
        let table = names
            .tables
            .contains(&attempt)
            .then(|| record::read_table(shelf, &folder, attempt, problems));
        // It is written before an attempt is closed (`datastore/task_datastore.py`, `done`).
        if table.is_none() && names.closed.contains(&attempt) {
            problems.push(Problem::damage(
                Place::file(format!("{folder}/{attempt}.data.json")),
                "The table of this attempt's artifacts is missing.",
                "Their sizes and types are not known, and a value that was not noted beside the task is lost.",
            ));
        }
        let table = table.flatten().unwrap_or_default();
        if let Some(python) = table.python {
            detail.python.insert(attempt, python);
        }
        let listed = names
            .artifacts
            .get(&attempt)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let done = detail.done_at(attempt);
        let of_row = |(name, row): (String, TableRow)| {
            let artifact = Artifact {
                name: name.clone(),
                class: row.class.as_deref().map(record::class_name),
                encoding: record::encoding(row.encoding.as_deref()),
                sha: row.sha,
                size: row.size,
                created: done,
            };
            (name, artifact)
        };
        let mut artifacts: SortedMap<String, Artifact> =
            table.rows.into_iter().map(of_row).collect();
        for name in listed {
            if depth == Depth::Tables && artifacts.contains_key(name) {
                continue;
            }
            let Some(own) = record::read_artifact(shelf, &meta, attempt, name, problems) else {
                continue;
            };
            let merged = match artifacts.remove(name) {
                Some(row) => Artifact {
                    size: row.size,
                    class: row.class,
                    sha: if own.sha.is_empty() { row.sha } else { own.sha },
                    ..own
                },
                None => own,
            };
            artifacts.insert(name.clone(), merged);
        }
        detail
            .artifacts
            .insert(attempt, artifacts.into_values().collect());
    }
    if lacks_metadata {
        let begun = |attempt: &&AttemptNumber| files.has_file(&format!("{attempt}.task_begin"));
        let newest = names.attempts().iter().rev().find(begun).copied();
        detail.begun_with =
            newest.and_then(|attempt| record::read_begun(shelf, &folder, attempt, problems));
    }
    detail.folder = folder;
    detail.names = names;
    detail
}

fn read_metadata(
    shelf: &Shelf,
    meta: &str,
    names: &TaskNames,
    problems: &mut Problems,
) -> Vec<MetadataEntry> {
    let mut entries: Vec<MetadataEntry> = names
        .events
        .iter()
        .filter_map(|file| record::read_event(shelf, meta, file, problems))
        .collect();
    // Stable: events of one moment stay in the order of their files' names.
    sort_by_key(&mut entries, |entry| entry.at);
    entries
}

/// Follows a copied task to the one it was copied from, and on from there: chains of
/// `resume` are possible, endless ones are not followed.
fn origin_metadata(
    shelf: &Shelf,
    store: &Store,
    path: &TaskPath,
    own: &[MetadataEntry],
    problems: &mut Problems,
) -> (Vec<MetadataEntry>, Option<TaskPath>) {
    const CHAIN: usize = 16;
    let mut known: Vec<MetadataEntry> = own.to_vec();
    let mut added = Vec::new();
    let mut here = path.clone();
    for _ in 0..CHAIN {
        let Some(origin) = origin_of(&here, &known) else {
            break;
        };
        let folder = store.task(&origin);
        let meta = paths::meta(&folder);
        let empty = Listing::default();
        let files = shelf.list(&folder).and_then(Result::ok).unwrap_or(&empty);
        let records = shelf.list(&meta).and_then(Result::ok).unwrap_or(&empty);
        let theirs = read_metadata(shelf, &meta, &TaskNames::of(files, records), problems);
        let by_field = theirs.iter().map(|entry| (entry.field.as_str(), entry));
        let newest: SortedMap<&str, &MetadataEntry> = by_field.collect();
        for (field, entry) in newest {
            if !own
                .iter()
                .chain(&added)
                .any(|known: &MetadataEntry| known.field == field)
            {
                added.push(entry.clone());
            }
        }
        here = origin;
        known = theirs;
    }
    (added, (here != *path).then_some(here))
}

/// The task that this one is a copy of.
fn origin_of(path: &TaskPath, metadata: &[MetadataEntry]) -> Option<TaskPath> {
    let noted = |field: &str| Some(newest(metadata, field)?.value.text());
    let (run, task) = (noted("origin-run-id")?, noted("origin-task-id")?);
    let origin = TaskPath {
        run,
        task,
        ..path.clone()
    };
    (origin != *path).then_some(origin)
}

impl TaskDetail {
    /// The value that a field was given last.
    pub fn noted(&self, field: &str) -> Option<String> {
        Some(newest(&self.metadata, field)?.value.text())
    }

    /// The names of the files of one stream of one attempt, with their sizes.
    pub fn log_files(
        &self,
        attempt: AttemptNumber,
        stream: Stream,
    ) -> impl Iterator<Item = &LogFile> {
        self.names
            .logs
            .iter()
            .filter(move |file| file.attempt == attempt && file.stream == stream)
    }

    fn done_at(&self, attempt: AttemptNumber) -> Option<crate::model::Moment> {
        let number = attempt.to_string();
        let entry = self
            .metadata
            .iter()
            .find(|entry| entry.field == "attempt-done" && entry.value.text() == number)?;
        entry.at
    }

    /// Whether this is the task that holds the parameters: nothing runs in it.
    pub fn is_hidden_step(&self) -> bool {
        self.folder.rsplit('/').nth(1) == Some(paths::PARAMETERS)
    }

    /// The newest attempt by its files, where there are no metadata to ask.
    pub fn newest_file_attempt(&self) -> Option<AttemptNumber> {
        let attempts = self.names.attempts();
        attempts.last().copied().filter(|_| self.lacks_metadata)
    }

    pub fn artifact(&self, attempt: AttemptNumber, name: &str) -> Option<&Artifact> {
        self.artifacts
            .get(&attempt)?
            .iter()
            .find(|artifact| artifact.name == name)
    }
}
