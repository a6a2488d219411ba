//! What is stored for a flow, and what the records of its runs refer to.

use super::Amount;
use crate::engine::Work;
use crate::engine::opened::Opened;
use crate::formats::metaflow::names::TaskNames;
use crate::formats::metaflow::package::PackageNote;
use crate::formats::metaflow::{Store, cards, paths, record, run as run_reader};
use crate::model::{RunPath, TaskPath};
use crate::sorting::{SortedMap, SortedSet};
use crate::source::{Listing, Pace as _, Progress, Shelf, Source, Unit, gather, join};

/// Tasks that are read at a time.
const AT_ONCE: usize = 256;

/// What the tables of a run refer to.
#[derive(Default)]
pub(in crate::engine) struct Refers {
    pub shas: SortedSet<String>,
    /// Pairs of a name and a SHA-1.
    pub named: SortedSet<(String, String)>,
    pub logs: u64,
    pub cards: u64,
    /// Tables and records that could not be read.
    pub unread: u64,
}

/// The values that are there.
pub(in crate::engine) struct Stored {
    /// Bytes by SHA-1, the note on how it is packed included.
    pub sizes: SortedMap<String, u64>,
    /// Contents of IncludeFiles.
    pub included: Amount,
    /// Sizes are known at all.
    pub has_sizes: bool,
    /// No folder of theirs was left out because it could not be listed.
    pub listed: bool,
}

pub(in crate::engine) async fn stored_values(
    opened: &Opened,
    store: &Store,
    flow: &str,
    work: &Work,
) -> Stored {
    let data = join(&store.flow(flow), "data");
    let included = store.included_files(flow);
    let (listed, values, included) = gather(&*opened.source, work, |shelf| {
        let answer = shelf.list(&data);
        let mut listed = !matches!(answer, Some(Err(_)));
        let folders = answer.and_then(Result::ok);
        let folders = folders.iter().flat_map(|listing| listing.folders());
        let mut values = Vec::new();
        for folder in folders {
            let folder = join(&data, folder);
            let answer = shelf.list(&folder);
            listed &= !matches!(answer, Some(Err(_)));
            let Some(Ok(listing)) = answer else {
                continue;
            };
            // The note on how a value is stored goes with it.
            let is_one = |name: &str| is_sha(name.strip_suffix("_meta").unwrap_or(name));
            let files = listing.files().filter(|(name, _)| is_one(name));
            values.extend(files.map(|(name, size)| (join(&folder, name), size)));
        }
        // Not every flow has included files: that there is no folder of them is no loss.
        let listing = shelf.list(&included).and_then(Result::ok);
        let files = listing.iter().flat_map(|listing| listing.files());
        let files = files.filter(|(name, _)| is_sha(name));
        let files = files.map(|(name, size)| (join(&included, name), size));
        (listed, values, files.collect::<Vec<_>>())
    })
    .await;
    let mut has_sizes = true;
    let mut sizes: Vec<(String, u64)> = Vec::new();
    let bytes = sized(&*opened.source, &values, work).await;
    for ((path, _), bytes) in values.iter().zip(bytes) {
        has_sizes &= bytes.is_some();
        let name = path.rsplit('/').next().unwrap_or_default();
        let bytes = bytes.unwrap_or(0);
        match (name.strip_suffix("_meta"), sizes.last_mut()) {
            // Behind its value, in the order of the names.
            (Some(own), Some((last, sum))) if own == last => *sum += bytes,
            (Some(_), _) => {}
            (None, _) => sizes.push((name.to_owned(), bytes)),
        }
    }
    let bytes = sized(&*opened.source, &included, work).await;
    Stored {
        included: Amount {
            count: included.len() as u64,
            bytes: bytes.into_iter().flatten().sum(),
        },
        sizes: sizes.into_iter().collect(),
        has_sizes,
        listed,
    }
}

/// A file, and its size where the listing says it.
type Listed = (String, Option<u64>);

/// The sizes of files: those that no listing says are asked for.
async fn sized(source: &dyn Source, files: &[Listed], work: &Work) -> Vec<Option<u64>> {
    /// Files asked for between two signs of progress.
    const ASKED: usize = 1000;
    let unknown = files.iter().filter(|(_, size)| size.is_none());
    let unknown: Vec<String> = unknown.map(|(path, _)| path.clone()).collect();
    let mut asked = Vec::with_capacity(unknown.len());
    for some in unknown.chunks(ASKED) {
        asked.extend(source.sizes(some).await);
        work.progress(Progress {
            what: "Asking for sizes".to_owned(),
            done: asked.len() as u64,
            total: Some(unknown.len() as u64),
            unit: Unit::Things,
        });
        work.breathe().await;
    }
    let mut asked = asked.into_iter();
    let size = |(_, size): &Listed| size.or_else(|| asked.next().flatten());
    files.iter().map(size).collect()
}

fn is_sha(name: &str) -> bool {
    name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

pub(in crate::engine) async fn refers(
    opened: &Opened,
    store: &Store,
    run: &RunPath,
    work: &Work,
) -> Refers {
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
            let logs = sized(&*opened.source, &task.logs, work).await;
            refers.logs += logs.into_iter().flatten().sum::<u64>();
        }
        work.breathe().await;
    }
    let cards = gather(&*opened.source, work, |shelf| {
        cards::files(shelf, store, run)
    });
    let cards = sized(&*opened.source, &cards.await, work).await;
    refers.cards = cards.into_iter().flatten().sum();
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
    logs: Vec<Listed>,
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
        logs: names
            .logs
            .iter()
            .map(|file| (join(&folder, &file.name), file.size))
            .collect(),
        unread: problems.len() as u64,
    }
}
