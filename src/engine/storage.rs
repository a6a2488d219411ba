//! What a flow's values take: by run, by artifact, shared between runs, and of no run.
//!
//! The store keeps a value once, however many tasks left it (Metaflow
//! `datastore/content_addressed_store.py`), so a run's share is told twice: all that it
//! refers to, and what nothing else refers to. Reads every table of the flow: it is asked
//! for, never shown by itself. Start with [`Engine::storage`].

use super::ask::Failure;
use super::opened::Opened;
use super::{Engine, Work};
use crate::formats::metaflow::names::TaskNames;
use crate::formats::metaflow::package::PackageNote;
use crate::formats::metaflow::{Store, cards, paths, record, run as run_reader};
use crate::model::{RunPath, TaskPath};
use crate::sorting::{SortedMap, SortedSet, sort_by};
use crate::source::{EntryKind, Listing, Pace as _, Progress, Shelf, Unit, gather, join};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StorageQuery {
    pub flow: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StorageView {
    /// The newest first.
    pub runs: Vec<RunStorage>,
    /// Of all runs, the one that takes most first; no more than a screen can show.
    pub artifacts: Vec<ArtifactStorage>,
    pub artifacts_total: u64,
    /// Values that artifacts of a run name.
    pub values: Amount,
    /// Code packages, as far as no artifact is the same.
    pub packages: Amount,
    /// What is stored and no run refers to: left by runs that were deleted, or never
    /// finished.
    pub unused: Amount,
    /// Of all these, what several runs refer to.
    pub shared: Amount,
    /// Bytes of all log files, and of all cards.
    pub logs: u64,
    pub cards: u64,
    /// Their SHA-1s, the largest first; no more than a screen can show.
    pub unused_shas: Vec<(String, u64)>,
    /// Values that a table names and that are not there.
    pub missing: u64,
    /// Tables and records that could not be read: what they name counts as of no run.
    pub unread: u64,
    /// The folder of values can be listed.
    pub listed: bool,
    /// Whether the source tells sizes: without them there are counts only.
    pub has_sizes: bool,
}

/// A number of things and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    pub count: u64,
    pub bytes: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunStorage {
    pub run: String,
    /// All values and packages that it refers to.
    pub refers: Amount,
    /// Those that nothing else refers to: what deleting it would free.
    pub alone: Amount,
    /// Bytes of its log files, and of its cards.
    pub logs: u64,
    pub cards: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArtifactStorage {
    pub name: String,
    /// Different values under this name.
    pub values: Amount,
}

/// Rows of a list on the screen.
const ROWS: usize = 100;

/// Tasks that are read at a time.
const AT_ONCE: usize = 256;

/// What the tables of a run refer to.
#[derive(Default)]
struct Refers {
    shas: SortedSet<String>,
    /// Pairs of a name and a SHA-1.
    named: SortedSet<(String, String)>,
    logs: u64,
    cards: u64,
    /// Tables and records that could not be read.
    unread: u64,
}

impl Engine {
    pub(super) async fn storage(
        &self,
        query: StorageQuery,
        work: &Work,
    ) -> Result<StorageView, Box<Failure>> {
        let runs = self.run_paths();
        let runs: Vec<RunPath> = runs
            .into_iter()
            .filter(|run| run.flow == query.flow)
            .collect();
        if runs.is_empty() {
            return Err(Failure::not_found("flow", &query.flow, "other flows"));
        }
        // A flow may have runs in several datastores: what `spin` leaves lies in one of
        // its own.
        let mut stores: Vec<(Rc<Opened>, usize)> = Vec::new();
        for run in &runs {
            let (opened, at) = self.find_run(run)?;
            let known =
                |(other, place): &(Rc<Opened>, usize)| *place == at && Rc::ptr_eq(other, &opened);
            if !stores.iter().any(known) {
                stores.push((opened, at));
            }
        }
        let mut stored = Stored {
            sizes: SortedMap::default(),
            has_sizes: true,
            listed: true,
        };
        for (opened, at) in &stores {
            if let Some(in_store) = opened.stores.get(*at) {
                let found = stored_values(opened, &in_store.store, &query.flow, work).await;
                stored.sizes.extend(found.sizes);
                stored.has_sizes &= found.has_sizes;
                stored.listed &= found.listed;
            }
        }
        let mut of_runs = Vec::new();
        for (run, done) in runs.iter().zip(0..) {
            work.progress(Progress {
                what: "Reading what runs refer to".to_owned(),
                done,
                total: Some(runs.len() as u64),
                unit: Unit::Things,
            });
            let (opened, at) = self.find_run(run)?;
            if let Some(in_store) = opened.stores.get(at) {
                let refers = refers(&opened, &in_store.store, run, work).await;
                of_runs.push((run.run.clone(), refers));
            }
        }
        Ok(summed_up(&of_runs, &stored))
    }
}

/// The values that are there.
struct Stored {
    sizes: SortedMap<String, u64>,
    /// Sizes are known at all.
    has_sizes: bool,
    /// No folder of theirs was left out because it could not be listed.
    listed: bool,
}

async fn stored_values(opened: &Opened, store: &Store, flow: &str, work: &Work) -> Stored {
    let data = join(&store.flow(flow), "data");
    gather(&*opened.source, work, |shelf| {
        let mut has_sizes = true;
        let answer = shelf.list(&data);
        let mut listed = !matches!(answer, Some(Err(_)));
        let folders = answer.and_then(Result::ok);
        let folders = folders.iter().flat_map(|listing| listing.folders());
        let mut found = Vec::new();
        for folder in folders {
            let answer = shelf.list(&join(&data, folder));
            listed &= !matches!(answer, Some(Err(_)));
            let Some(Ok(listing)) = answer else {
                continue;
            };
            for (name, size) in listing.files().filter(|(name, _)| is_sha(name)) {
                has_sizes &= size.is_some();
                // The note on how it is stored goes with it.
                let note = listing.get(&format!("{name}_meta"));
                let note = note.and_then(|note| match note.kind {
                    EntryKind::File { size } => size,
                    EntryKind::Folder => None,
                });
                found.push((name.to_owned(), size.unwrap_or(0) + note.unwrap_or(0)));
            }
        }
        Stored {
            sizes: found.into_iter().collect(),
            has_sizes,
            listed,
        }
    })
    .await
}

fn is_sha(name: &str) -> bool {
    name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

async fn refers(opened: &Opened, store: &Store, run: &RunPath, work: &Work) -> Refers {
    let (outline, _) = gather(&*opened.source, work, |shelf| {
        run_reader::outline(shelf, store, run)
    })
    .await;
    let places: Vec<TaskPath> = outline
        .steps
        .iter()
        .flat_map(|step| step.tasks.iter().map(|id| run.task(&step.name, id)))
        .collect();
    let mut refers = Refers::default();
    let mut named = Vec::new();
    let mut shas = Vec::new();
    for some in places.chunks(AT_ONCE) {
        let read = gather(&*opened.source, work, |shelf| {
            let of_task = |place: &TaskPath| of_task(shelf, store, place);
            some.iter().map(of_task).collect::<Vec<_>>()
        })
        .await;
        for task in read {
            refers.unread += task.unread;
            shas.extend(task.values.iter().map(|(_, sha)| sha.clone()));
            shas.extend(task.packages);
            named.extend(task.values);
            refers.logs += task.logs;
        }
        work.breathe().await;
    }
    let cards = gather(&*opened.source, work, |shelf| {
        cards::bytes(shelf, store, run)
    });
    refers.cards = cards.await.unwrap_or(0);
    refers.shas = shas.into_iter().collect();
    refers.named = named.into_iter().collect();
    refers
}

/// What one task refers to.
struct TaskRefers {
    /// Name and SHA-1 of what the tables of its attempts name.
    values: Vec<(String, String)>,
    /// The SHA-1s of its code packages.
    packages: Vec<String>,
    /// Bytes of its logs.
    logs: u64,
    /// Records that could not be read.
    unread: u64,
}

fn of_task(shelf: &Shelf, store: &Store, place: &TaskPath) -> TaskRefers {
    let folder = store.task(place);
    let meta = paths::meta(&folder);
    let empty = Listing::default();
    let files = shelf.list(&folder).and_then(Result::ok).unwrap_or(&empty);
    let records = shelf.list(&meta).and_then(Result::ok).unwrap_or(&empty);
    let names = TaskNames::of(files, records);
    // What is wrong with a record is told where the task itself is shown; here it counts.
    let mut problems = Vec::new();
    let mut values = Vec::new();
    for attempt in &names.tables {
        let table = record::read_table(shelf, &folder, *attempt, &mut problems);
        let rows = table.into_iter().flat_map(|table| table.rows);
        values.extend(rows.map(|(name, row)| (name, row.sha)));
    }
    values.retain(|(_, sha)| is_sha(sha));
    let mut packages = Vec::new();
    if store.lacks_metadata(&place.flow) {
        let begun = names.attempts().into_iter().filter_map(|attempt| {
            let there = files.has_file(&format!("{attempt}.task_begin"));
            there.then(|| record::read_begun(shelf, &folder, attempt, &mut problems))?
        });
        packages.extend(begun.map(|note| note.sha));
    }
    for file in names.events_of("code-package") {
        let entry = record::read_event(shelf, &meta, file, &mut problems);
        let note = entry.and_then(|entry| PackageNote::parse(&entry.value.text()));
        packages.extend(note.map(|note| note.sha));
    }
    TaskRefers {
        values,
        packages,
        logs: names.logs.iter().filter_map(|file| file.size).sum(),
        unread: problems.len() as u64,
    }
}

fn summed_up(runs: &[(String, Refers)], stored: &Stored) -> StorageView {
    let sizes = &stored.sizes;
    let all = runs.iter().flat_map(|(_, refers)| refers.shas.iter());
    let mut referred: Vec<&String> = all.collect();
    sort_by(&mut referred, |a, b| a.cmp(b));
    // Each value with the number of runs that refer to it.
    let by_sha = referred.chunk_by(|a, b| a == b);
    let users: SortedMap<&str, usize> = by_sha
        .filter_map(|same| Some((same.first()?.as_str(), same.len())))
        .collect();
    let size = |sha: &str| sizes.get(sha).copied();
    let amount = |shas: &mut dyn Iterator<Item = &str>| {
        let mut amount = Amount::default();
        for bytes in shas.filter_map(size) {
            amount.count += 1;
            amount.bytes += bytes;
        }
        amount
    };
    let is_used = |sha: &str| users.contains_key(sha);
    let mut unused: Vec<(String, u64)> = sizes
        .iter()
        .filter(|(sha, _)| !is_used(sha))
        .map(|(sha, size)| (sha.clone(), *size))
        .collect();
    sort_by(&mut unused, |a, b| {
        b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0))
    });
    let named = runs.iter().flat_map(|(_, refers)| refers.named.iter());
    let named: SortedSet<&(String, String)> = named.collect();
    let values: SortedSet<&str> = named.iter().map(|(_, sha)| sha.as_str()).collect();
    let pairs: Vec<&(String, String)> = named.into_iter().collect();
    let by_name = pairs.chunk_by(|a, b| a.0 == b.0);
    let mut artifacts: Vec<ArtifactStorage> = by_name
        .filter_map(|of_one| {
            Some(ArtifactStorage {
                name: of_one.first()?.0.clone(),
                values: amount(&mut of_one.iter().map(|(_, sha)| sha.as_str())),
            })
        })
        .collect();
    sort_by(&mut artifacts, |a, b| {
        let order = b.values.bytes.cmp(&a.values.bytes);
        order.then_with(|| a.name.cmp(&b.name))
    });
    let artifacts_total = artifacts.len() as u64;
    artifacts.truncate(ROWS);
    let of_run = |(run, refers): &(String, Refers)| {
        let alone = |sha: &&str| users.get(sha).is_some_and(|users| *users == 1);
        RunStorage {
            run: run.clone(),
            refers: amount(&mut refers.shas.iter().map(String::as_str)),
            alone: amount(&mut refers.shas.iter().map(String::as_str).filter(alone)),
            logs: refers.logs,
            cards: refers.cards,
        }
    };
    let shared = users.iter().filter(|(_, users)| **users > 1);
    let referred_to = users.iter().map(|(sha, _)| *sha);
    let mut packages = referred_to.filter(|sha| !values.contains(sha));
    StorageView {
        runs: runs.iter().map(of_run).collect(),
        artifacts,
        artifacts_total,
        values: amount(&mut values.iter().copied()),
        packages: amount(&mut packages),
        logs: runs.iter().map(|(_, refers)| refers.logs).sum(),
        cards: runs.iter().map(|(_, refers)| refers.cards).sum(),
        shared: amount(&mut shared.map(|(sha, _)| *sha)),
        unused: Amount {
            count: unused.len() as u64,
            bytes: unused.iter().map(|(_, size)| size).sum(),
        },
        missing: users.iter().filter(|(sha, _)| size(sha).is_none()).count() as u64,
        unused_shas: unused.into_iter().take(ROWS).collect(),
        unread: runs.iter().map(|(_, refers)| refers.unread).sum(),
        listed: stored.listed,
        has_sizes: stored.has_sizes,
    }
}
