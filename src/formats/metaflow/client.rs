//! What Metaflow's Client API says, oddities included (`client/core.py` 2.19.39).
//!
//! The page shows what the record proves; a dump, and *what the client would say*
//! beside it, come from here.

use super::blob;
use super::task::TaskDetail;
use crate::model::{Artifact, AttemptNumber, MetadataEntry, Moment};
use crate::sorting::{SortedMap, sort_by_key};

/// A task as `Task(pathspec)` or `Task(pathspec, attempt=n)` sees it.
pub struct ClientTask<'a> {
    pub detail: &'a TaskDetail,
    pub attempt: Option<AttemptNumber>,
}

impl<'a> ClientTask<'a> {
    /// `Task.metadata`: everything, or what belongs to the attempt; of a copied task
    /// also what only its origin has.
    pub fn metadata(&self) -> Vec<&'a MetadataEntry> {
        let all = &self.detail.metadata;
        let own: Vec<&MetadataEntry> = match self.attempt {
            None => all.iter().collect(),
            Some(attempt) if all.iter().all(|entry| entry.attempt.is_some()) => all
                .iter()
                .filter(|entry| entry.attempt == Some(attempt))
                .collect(),
            // One event without a tag, and the client goes by the clock.
            Some(attempt) => match self.start_of(attempt) {
                None => Vec::new(),
                Some(from) => {
                    let until = attempt.checked_add(1).and_then(|next| self.start_of(next));
                    let within = |at: Moment| at >= from && until.is_none_or(|until| at < until);
                    all.iter()
                        .filter(|entry| entry.at.is_some_and(within))
                        .collect()
                }
            },
        };
        if own.is_empty() && self.attempt.is_some() {
            return own;
        }
        own.into_iter()
            .chain(&self.detail.origin_metadata)
            .collect()
    }

    fn start_of(&self, attempt: AttemptNumber) -> Option<Moment> {
        let number = attempt.to_string();
        let entry = self
            .detail
            .metadata
            .iter()
            .find(|entry| entry.field == "attempt" && entry.value.text() == number)?;
        entry.at
    }

    /// `Task.metadata_dict`: of each field the newest.
    pub fn metadata_dict(&self) -> SortedMap<&'a str, &'a MetadataEntry> {
        let mut entries = self.metadata();
        sort_by_key(&mut entries, |entry| entry.at);
        entries
            .into_iter()
            .map(|entry| (entry.field.as_str(), entry))
            .collect()
    }

    /// `Task.current_attempt`: the attempt asked for, else the newest that started.
    pub fn current_attempt(&self) -> AttemptNumber {
        self.attempt.unwrap_or_else(|| {
            self.metadata_dict()
                .get("attempt")
                .and_then(|entry| entry.value.text().parse().ok())
                .or_else(|| self.detail.newest_file_attempt())
                .unwrap_or(0)
        })
    }

    /// The attempt whose artifacts the client shows: the newest that was closed.
    /// While a retry runs this is not the attempt whose logs it shows.
    pub fn artifacts_attempt(&self) -> Option<AttemptNumber> {
        self.attempt.or(self.detail.last_done)
    }

    /// `Task.artifacts`, hidden ones included, by name.
    pub fn artifacts(&self) -> &'a [Artifact] {
        let found = self
            .artifacts_attempt()
            .and_then(|attempt| self.detail.artifacts.get(&attempt));
        found.map(Vec::as_slice).unwrap_or_default()
    }

    pub fn artifact(&self, name: &str) -> Option<&'a Artifact> {
        self.artifacts()
            .iter()
            .find(|artifact| artifact.name == name)
    }

    /// `Task.successful`: the value of `_success`; false without one.
    pub fn successful(&self) -> bool {
        self.artifact("_success")
            .is_some_and(|artifact| artifact.sha == blob::TRUE_SHA)
    }

    /// `Task.finished`: the value of `_task_ok`, so false for a task that failed with an
    /// exception, and `None` after `sys.exit`.
    pub fn finished(&self) -> Option<bool> {
        match self.artifact("_task_ok") {
            None => Some(false),
            Some(artifact) if artifact.sha == blob::NONE_SHA => None,
            Some(artifact) => Some(artifact.sha == blob::TRUE_SHA),
        }
    }

    /// `Task.finished_at`: when `_task_ok` was recorded, for failed attempts too.
    pub fn finished_at(&self) -> Option<Moment> {
        self.artifact("_task_ok")?.created
    }

    /// `DataArtifact.size`: from the table of the newest attempt that *started*, which must
    /// have been closed.
    pub fn size_of(&self, name: &str) -> Option<u64> {
        let attempt = match self.attempt {
            Some(attempt) => attempt,
            None => (0..)
                .take_while(|number| self.detail.names.started.contains(number))
                .last()?,
        };
        if !self.detail.names.closed.contains(&attempt) {
            return None;
        }
        self.detail.artifact(attempt, name)?.size
    }

    /// Whether the client looks for logs at all: it needs the store's root.
    pub fn has_logs(&self) -> bool {
        if self.detail.lacks_metadata {
            return !self.detail.is_hidden_step();
        }
        let dict = self.metadata_dict();
        dict.contains_key("ds-type") && dict.contains_key("ds-root")
    }

    /// `Task.runtime_name`: the text between the first two colons of the `runtime:` tag.
    pub fn runtime_name(system_tags: &[String]) -> Option<&str> {
        system_tags
            .iter()
            .find_map(|tag| tag.strip_prefix("runtime:"))
            .map(|rest| rest.split(':').next().unwrap_or(rest))
    }

    /// The run that this task's run resumes: the text `None` in an ordinary run.
    pub fn origin_run(&self) -> Option<String> {
        self.metadata_dict()
            .get("origin-run-id")
            .map(|entry| entry.value.text())
    }

    /// The task that this one is a copy of.
    pub fn origin_task(&self) -> Option<String> {
        self.metadata_dict()
            .get("origin-task-id")
            .map(|entry| entry.value.text())
    }
}
