//! What Prefect 1.x answered: rows of its GraphQL server, of which few are left.
//!
//! The task run view of 1.4.1 (`prefect/backend/task_run.py`) asks for `id`, `name`,
//! `task {id, slug}`, `map_index`, `serialized_state` and `flow_run_id` and nothing else, so
//! that such an export knows no times of tasks, no tries, no logs of tasks, and edges only
//! where the flow lies beside. What is not in it is not empty: [`Legacy`] says what there is.
//! States carry the name of their class (`prefect/engine/state.py`,
//! `prefect/serialization/state.py`), results that of theirs
//! (`prefect/serialization/result.py`), and only one kind of result its value. Start with
//! [`read`], then [`Legacy::by_slug`] and [`Legacy::result`].

mod rows;

pub use rows::read;

use super::id::{Id, Word};
use crate::model::{Moment, Status};
use crate::sorting::sort_by_key;
use std::collections::HashMap;

/// All that an export of 1.x holds.
#[derive(Debug, Default)]
pub struct Legacy {
    pub task_runs: Vec<TaskRunView>,
    pub flow_runs: Vec<FlowRunView>,
    pub flows: Vec<FlowView>,
    by_id: HashMap<Id, usize>,
    by_slug: HashMap<(Word, Id, i64), usize>,
}

/// A row of `task_run`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRunView {
    pub id: Id,
    pub task_id: Option<Id>,
    /// As a rule the name of the task and `-1`.
    pub slug: Word,
    pub name: Option<String>,
    /// From 0; -1 of what is no child of a map, its parent among them.
    pub map_index: i64,
    pub flow_run_id: Option<Id>,
    pub state: LegacyState,
}

/// `serialized_state`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegacyState {
    /// The name of its class. A state that is null counts as `Scheduled`.
    pub kind: Word,
    pub message: Option<String>,
    pub result: Option<LegacyResult>,
    /// When it is due (`Scheduled`, `Retrying`, `Paused`, `Queued`, `Resume`).
    pub start_time: Option<Moment>,
    pub run_count: Option<u64>,
    pub loop_count: Option<u64>,
    /// Of a mapped parent: how many children there are.
    pub n_map_states: Option<u64>,
    pub tags: Vec<Word>,
    pub version: Option<Word>,
}

/// `_result`: where a result is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LegacyResult {
    pub kind: Word,
    pub location: Option<String>,
    /// The folder, bucket, container or kind of secret that the location is in.
    pub within: Option<String>,
}

/// A row of `flow_run`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowRunView {
    pub id: Id,
    pub name: Option<String>,
    pub flow_id: Option<Id>,
    pub state: LegacyState,
    /// Oldest first.
    pub states: Vec<(Option<Moment>, LegacyState)>,
    pub labels: Vec<Word>,
    /// JSON objects as they are written.
    pub parameters: Option<Box<str>>,
    pub context: Option<Box<str>>,
    pub run_config: Option<Box<str>>,
    pub updated: Option<Moment>,
    /// Nothing where the export has none; no row tells its task.
    pub logs: Option<Vec<LegacyLog>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegacyLog {
    pub at: Option<Moment>,
    /// A name: `INFO`.
    pub level: Word,
    pub message: String,
}

/// A row of `flow`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowView {
    pub id: Id,
    pub name: Option<String>,
    pub project: Option<String>,
    pub core_version: Option<Word>,
    pub archived: bool,
    /// Slugs and names of its tasks; nothing where the stored flow has none of them.
    pub tasks: Vec<(Word, Option<String>)>,
    pub edges: Vec<LegacyEdge>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegacyEdge {
    pub from: Word,
    pub to: Word,
    /// The argument that it goes to.
    pub key: Option<Word>,
    pub mapped: bool,
    pub flattened: bool,
}

impl LegacyState {
    fn named(kind: Word) -> Self {
        Self {
            kind,
            message: None,
            result: None,
            start_time: None,
            run_count: None,
            loop_count: None,
            n_map_states: None,
            tags: Vec::new(),
            version: None,
        }
    }

    pub fn is_mapped(&self) -> bool {
        &*self.kind == "Mapped"
    }

    pub fn is_successful(&self) -> bool {
        matches!(&*self.kind, "Success" | "Cached" | "Mapped" | "Skipped")
    }

    pub fn is_failed(&self) -> bool {
        matches!(
            &*self.kind,
            "Failed" | "TriggerFailed" | "ValidationFailed" | "TimedOut"
        )
    }

    pub fn is_finished(&self) -> bool {
        self.is_successful()
            || self.is_failed()
            || matches!(&*self.kind, "Finished" | "Looped" | "Cancelled")
    }

    /// The nearest status. A mapped parent has that of its children, which who asks knows.
    pub fn status(&self) -> Status {
        match &*self.kind {
            "Success" | "Mapped" => Status::Succeeded,
            "Cached" => Status::Cached,
            "Failed" | "TriggerFailed" | "ValidationFailed" | "TimedOut" | "Cancelled" => {
                Status::Failed
            }
            "Running" | "Retrying" | "Cancelling" | "Paused" | "Looped" => Status::Unfinished,
            "Skipped" | "Pending" | "Scheduled" | "Resume" | "Submitted" | "Queued"
            | "ClientFailed" => Status::Skipped,
            _ => Status::Unknown,
        }
    }

    /// The class of its result.
    pub fn result_kind(&self) -> &str {
        match &self.result {
            Some(result) if !result.kind.is_empty() => &result.kind,
            _ => "NoResultType",
        }
    }
}

/// What there is to say of the result of a task run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LegacyValue<'a> {
    /// The value as JSON.
    Json(&'a str),
    /// Of a mapped parent: the results of these, in the order of their indexes.
    Children(Vec<usize>),
    /// It is a file elsewhere: where, in words. One of a local folder is a pickle.
    Elsewhere(String),
    /// There is none, or nobody can say where: why, in a sentence.
    None(String),
}

impl Legacy {
    pub fn by_id(&self, id: &Id) -> Option<&TaskRunView> {
        self.task_runs.get(*self.by_id.get(id)?)
    }

    /// Place of the row of a task in a flow run; -1 for what is no child of a map.
    pub fn by_slug(&self, slug: &str, flow_run: &Id, map_index: i64) -> Option<usize> {
        let key = (slug.into(), flow_run.clone(), map_index);
        self.by_slug.get(&key).copied()
    }

    /// Places of all children of a mapped parent, in the order of their indexes.
    pub fn children(&self, parent: &TaskRunView) -> Vec<usize> {
        let rows = self.task_runs.iter().enumerate();
        let own = rows.filter(|(_, row)| {
            row.map_index >= 0 && row.slug == parent.slug && row.flow_run_id == parent.flow_run_id
        });
        let mut places: Vec<usize> = own.map(|(at, _)| at).collect();
        sort_by_key(&mut places, |at| {
            self.task_runs.get(*at).map(|row| row.map_index)
        });
        places
    }

    /// Children one after the other, until an index is missing: as `iter_mapped` goes.
    pub fn iter_mapped<'a>(&'a self, parent: &'a TaskRunView) -> impl Iterator<Item = usize> + 'a {
        (0..).map_while(|index| self.by_slug(&parent.slug, parent.flow_run_id.as_ref()?, index))
    }

    pub fn result(&self, row: &TaskRunView) -> LegacyValue<'_> {
        if row.state.is_mapped() {
            return LegacyValue::Children(self.children(row));
        }
        // The row is one of these, so that what it lends lives as long.
        let own = self
            .by_id(&row.id)
            .and_then(|row| row.state.result.as_ref());
        let Some(result) = own.filter(|result| &*result.kind != "NoResultType") else {
            return LegacyValue::None("No result was kept.".to_owned());
        };
        let kind = &result.kind;
        let Some(location) = result.location.as_deref() else {
            return LegacyValue::None(format!("The {kind} has no location: it was never written."));
        };
        let within = |what: &str| match result.within.as_deref() {
            Some(within) => format!("{location} in the {what} {within}"),
            None => location.to_owned(),
        };
        match &**kind {
            "PrefectResult" => LegacyValue::Json(location),
            "LocalResult" => LegacyValue::Elsewhere(within("folder")),
            "S3Result" | "GCSResult" => LegacyValue::Elsewhere(within("bucket")),
            "AzureResult" => LegacyValue::Elsewhere(within("container")),
            "SecretResult" => LegacyValue::Elsewhere(format!("the secret {location}")),
            "Result" | "ConstantResult" => LegacyValue::None(format!(
                "A {kind} keeps its value in the memory of its process."
            )),
            _ => LegacyValue::None(format!(
                "The result was kept by {kind}, a class that is not Prefect's own: it is at {location}."
            )),
        }
    }

    fn index(&mut self) {
        for (at, row) in self.task_runs.iter().enumerate() {
            self.by_id.insert(row.id.clone(), at);
            if let Some(run) = &row.flow_run_id {
                let key = (row.slug.clone(), run.clone(), row.map_index);
                self.by_slug.entry(key).or_insert(at);
            }
        }
    }
}

/// Whether the beginning of a file looks like rows of 1.x.
pub fn looks_legacy(head: &[u8]) -> bool {
    let names = [
        &b"\"serialized_state\""[..],
        b"\"map_index\"",
        b"\"serialized_flow\"",
    ];
    let has = |name: &&[u8]| head.windows(name.len()).any(|window| window == *name);
    names.iter().any(has)
}
