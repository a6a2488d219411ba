//! A run's graph: found among its tasks, and read out of their values.
//!
//! Start with [`Engine::graph_among`].

use super::opened::Opened;
use super::values::{Blob, Most, Stored};
use super::{Engine, Work};
use crate::formats::metaflow::{Store, graph, record};
use crate::model::{AttemptNumber, Graph, Place, Problem, TaskPath};
use crate::source::{Source, gather};

/// A run of which so many tasks have no graph has none.
const TRIED: usize = 8;

impl Engine {
    /// The graph lies in the hidden task from a run's first second, and in every task
    /// that persisted: `tasks`, each with its attempts, are tried one after the other.
    pub(super) async fn graph_among(
        &self,
        opened: &Opened,
        store: &Store,
        tasks: impl Iterator<Item = (TaskPath, Vec<AttemptNumber>)>,
        problems: &mut Vec<Problem>,
        work: &Work,
    ) -> Option<Graph> {
        let source = &opened.source;
        for (task, attempts) in tasks.take(TRIED) {
            let folder = store.task(&task);
            let Some(sha) = newest_sha(&**source, &folder, &attempts, "_graph_info", work).await
            else {
                continue;
            };
            let stored = Stored::Blob(Blob {
                source,
                store,
                flow: &task.flow,
                sha: &sha,
            });
            let decoded = self.decode(stored, Most::Default, work).await;
            match decoded {
                Ok(value) => return graph::read(&value.pickle),
                Err(failure) => problems.push(Problem::damage(
                    Place::file(store.blob(&task.flow, &sha)),
                    format!("The flow's graph cannot be read: {}", failure.explanation),
                    "The steps are shown in the order in which they began.",
                )),
            }
        }
        None
    }
}

/// The SHA-1 of a value by its name, out of the table of the newest attempt that has it.
/// What is wrong with a table is told by whoever reads it for its own sake.
pub(super) async fn newest_sha(
    source: &dyn Source,
    folder: &str,
    attempts: &[AttemptNumber],
    name: &str,
    work: &Work,
) -> Option<String> {
    gather(source, work, |shelf| {
        let mut ignored = Vec::new();
        attempts.iter().rev().find_map(|attempt| {
            let listing = shelf.list(folder)?.ok()?;
            let there = listing.has_file(&format!("{attempt}.data.json"));
            let table =
                there.then(|| record::read_table(shelf, folder, *attempt, &mut ignored))??;
            Some(table.rows.get(name)?.sha.clone())
        })
    })
    .await
}
