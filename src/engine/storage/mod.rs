//! What a flow's values take: by run, by artifact, shared between runs, and of no run.
//!
//! The store keeps a value once, however many tasks left it (Metaflow
//! `datastore/content_addressed_store.py`), so a run's share is told twice: all that it
//! refers to, and what nothing else refers to. Every table of the flow is read: it is
//! asked for, never shown by itself. Start with [`Engine::storage`]; [`read`] finds what is
//! there and what refers to it, [`sum`] adds up.

mod read;
mod sum;

use super::ask::Failure;
use super::opened::{Opened, OpenedStore};
use super::{Engine, Work};
use crate::model::RunPath;
use crate::sorting::SortedMap;
use crate::source::{Pace as _, Progress, Unit};
use read::Stored;
pub(super) use read::{refers, stored_values};
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use sum::summed_up;

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
    /// Contents of IncludeFiles. They lie apart from the values, which only say where:
    /// which run has which is not looked up.
    pub included: Amount,
    /// What is stored and no run refers to: left by runs that were deleted, or never
    /// finished.
    pub unused: Amount,
    /// Of the values and packages, what several runs refer to.
    pub shared: Amount,
    /// These, the largest first; no more than a screen can show.
    pub shared_values: Vec<SharedValue>,
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

impl Amount {
    fn add(&mut self, other: Amount) {
        self.count += other.count;
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
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

/// A value or a package that several runs refer to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SharedValue {
    pub sha: String,
    pub bytes: u64,
    pub runs: u64,
    /// Its first name, and how many others it has; a package has none.
    pub name: Option<String>,
    pub more_names: u64,
}

/// Rows of a list on the screen.
const ROWS: usize = 100;

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
            included: Amount::default(),
            has_sizes: true,
            listed: true,
        };
        for (opened, at) in &stores {
            if let Some(store) = opened.stores.get(*at).and_then(OpenedStore::metaflow) {
                let found = stored_values(opened, store, &query.flow, work).await;
                stored.sizes.extend(found.sizes);
                stored.included.add(found.included);
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
            if let Some(store) = opened.stores.get(at).and_then(OpenedStore::metaflow) {
                let refers = refers(&opened, store, run, work).await;
                of_runs.push((run.run.clone(), refers));
            }
        }
        Ok(summed_up(&of_runs, &stored))
    }
}
