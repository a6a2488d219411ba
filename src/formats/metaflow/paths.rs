//! Where things lie in a datastore (Metaflow `plugins/datastores/local_storage.py`,
//! `plugins/metadata_providers/local.py`).

use crate::model::{RunPath, TaskPath};
use crate::source::join;

/// The hidden step whose one task holds the parameters.
pub const PARAMETERS: &str = "_parameters";

/// Where the files of a run lie in its datastore, with `{flow}` and `{run}` for their names
/// (Metaflow `plugins/datastores/local_storage.py`, `plugins/cards/card_datastore.py`).
pub const RUN_FOLDERS: [&str; 2] = ["{flow}/{run}", "mf.cards/{flow}/runs/{run}"];

/// A datastore in a source: the folder that holds the flows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Store {
    /// The folder's path in the source; empty for the source's own root.
    pub root: String,
    /// Flows of which only the datastore's own files are here: a copy of a bucket, whose
    /// metadata lie in Metaflow's service.
    pub without_metadata: Vec<String>,
}

impl Store {
    pub fn at(root: String) -> Self {
        Self {
            root,
            without_metadata: Vec::new(),
        }
    }

    /// Whether nothing but the datastore's own files is known of a flow.
    pub fn lacks_metadata(&self, flow: &str) -> bool {
        self.without_metadata.iter().any(|known| known == flow)
    }

    pub fn flow(&self, flow: &str) -> String {
        join(&self.root, flow)
    }

    pub fn run(&self, run: &RunPath) -> String {
        join(&self.flow(&run.flow), &run.run)
    }

    pub fn step(&self, run: &RunPath, step: &str) -> String {
        join(&self.run(run), step)
    }

    pub fn task(&self, task: &TaskPath) -> String {
        format!("{}/{}/{}", self.run(&task.run_path()), task.step, task.task)
    }

    /// A stored value by its SHA-1 (`datastore/content_addressed_store.py`).
    pub fn blob(&self, flow: &str, sha: &str) -> String {
        format!(
            "{}/data/{}/{sha}",
            self.flow(flow),
            sha.get(..2).unwrap_or_default()
        )
    }

    /// The folder of a task's cards (`plugins/cards/card_datastore.py`).
    pub fn cards(&self, task: &TaskPath) -> String {
        let TaskPath { step, task: id, .. } = task;
        format!(
            "{}/steps/{step}/tasks/{id}",
            self.run_cards(&task.run_path())
        )
    }

    /// The same as releases before June 2022 had it, without the step.
    pub fn old_cards(&self, task: &TaskPath) -> String {
        format!("{}/tasks/{}", self.run_cards(&task.run_path()), task.task)
    }

    /// Where all cards lie, beside the flows.
    pub fn card_root(&self) -> String {
        join(&self.root, "mf.cards")
    }

    /// Where the cards of a run lie.
    pub fn run_cards(&self, run: &RunPath) -> String {
        format!("{}/{}/runs/{}", self.card_root(), run.flow, run.run)
    }

    /// Where the content of an IncludeFile lies: beside the flows, without a level of
    /// its own for the first digits.
    pub fn included_file(&self, flow: &str, sha: &str) -> String {
        join(&self.included_files(flow), sha)
    }

    /// The folder of these.
    pub fn included_files(&self, flow: &str) -> String {
        join(&self.root, &format!("data/{flow}"))
    }
}

/// The folder of an object's own records.
pub fn meta(folder: &str) -> String {
    format!("{folder}/_meta")
}

/// The record that makes a folder a flow, a run, a step or a task for the client.
pub fn self_record(folder: &str) -> String {
    format!("{folder}/_meta/_self.json")
}
