//! Tasks without metadata of their own: what else tells where they stand.
//!
//! In a copy of a bucket no metadata say which item of a foreach a task is, nor do those of
//! a task that `resume` has copied; its artifact `_foreach_stack` does, at the price of a
//! value for each task. Start with [`Engine::frames_from_values`].

use super::opened::Opened;
use super::values::Most;
use super::{Engine, Work};
use crate::formats::metaflow::{Store, record, run as run_reader};
use crate::model::{RunPath, Step, Task};
use crate::source::{Pace as _, Progress, Unit, gather};

/// Tasks whose values are read: a larger foreach is told by ids only.
const TASKS: usize = 5000;

/// The SHA-1 of a pickled `[]` (protocol 4): a task outside of any foreach.
const EMPTY_LIST: &str = "c5cf38908fc549f499ade5b17ce221ff0ced377f";

impl Engine {
    /// Finds out where in its foreach each task stands: of a flow without metadata, and of
    /// tasks that are copies.
    pub(super) async fn frames_from_values(
        &self,
        opened: &Opened,
        store: &Store,
        path: &RunPath,
        steps: &mut [Step],
        work: &Work,
    ) {
        let bare = store.lacks_metadata(&path.flow);
        let tasks = steps.iter_mut().flat_map(|step| {
            let name = step.name.clone();
            let tasks = step.tasks.iter_mut();
            let without =
                move |task: &&mut Task| bare || task.origin.is_some() && task.foreach.is_empty();
            tasks.filter(without).map(move |task| (name.clone(), task))
        });
        for ((step, task), done) in tasks.take(TASKS).zip(0..) {
            let folder = store.task(&path.task(&step, &task.id));
            let attempts = task.attempts.iter().rev();
            let attempts: Vec<u32> = attempts.map(|attempt| attempt.number).collect();
            let sha = gather(&*opened.source, work, |shelf| {
                attempts.iter().find_map(|attempt| {
                    let listing = shelf.list(&folder)?.ok()?;
                    let there = listing.has_file(&format!("{attempt}.data.json"));
                    // Whoever reads the table for its own sake says what is wrong with it.
                    let mut ignored = Vec::new();
                    let table = there
                        .then(|| record::read_table(shelf, &folder, *attempt, &mut ignored))??;
                    Some(table.rows.get("_foreach_stack")?.sha.clone())
                })
            })
            .await;
            let Some(sha) = sha.filter(|sha| sha != EMPTY_LIST) else {
                continue;
            };
            let most = Most::Default;
            let decoded = self
                .decode(&opened.source, store, &path.flow, &sha, most, work)
                .await;
            if let Ok(decoded) = decoded {
                task.foreach = run_reader::frames_of_stack(&decoded.pickle);
            }
            work.progress(Progress {
                what: "Reading where tasks stand".to_owned(),
                done,
                total: None,
                unit: Unit::Things,
            });
        }
    }
}
