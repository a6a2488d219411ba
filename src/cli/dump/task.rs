//! A task, whole and attempt by attempt: metadata, logs, parents and children.
//!
//! Each is told as one view on the task, which [`ClientTask`] answers for; what only
//! the files know (the logs) is read here. Start with [`Dumper::task`].

use super::code::Code;
use super::run::Dumper;
use super::{Tags, iso};
use crate::engine::ask::Failure;
use crate::engine::task_about::log_size;
use crate::formats::metaflow::client::ClientTask;
use crate::formats::metaflow::task::Depth;
use crate::formats::metaflow::{lineage, log, trigger};
use crate::model::{
    Artifact, Attempt, AttemptNumber, MetadataValue, Moment, Place, Problem, Stream, Task, TaskPath,
};
use crate::source::{Bytes, Want};
use serde_json::{Map, Value, json};

/// What the client says of a task, kept for its step and its run.
pub(super) struct TaskFacts {
    pub id: String,
    pub created: Option<Moment>,
    pub finished_at: Option<Moment>,
    pub successful: bool,
    pub finished: Option<bool>,
    pub origin_run: Option<String>,
    /// What set the run off, as its first task notes it.
    pub triggers: Option<String>,
    pub visible: Vec<String>,
    pub is_control: bool,
    pub has_artifacts: bool,
    pub code: Code,
}

impl Dumper<'_> {
    pub(super) async fn task(
        &self,
        path: &TaskPath,
        task: &Task,
        tags: &Tags,
    ) -> Result<(Value, TaskFacts), Box<Failure>> {
        let (detail, problems) = self
            .engine
            .load_task(self.loaded, path, Depth::Records, self.work)
            .await;
        self.found.borrow_mut().extend(problems);
        let whole = ClientTask {
            detail: &detail,
            attempt: None,
        };
        let mut told = self.seen(&whole, path, task, tags).await?;
        // The client knows the cards of a task, not those of an attempt.
        if let Some(cards) = self.cards(&whole, path).await {
            told.insert("cards".to_owned(), cards);
        }
        let mut attempts = Map::new();
        let numbers: Vec<AttemptNumber> =
            task.attempts.iter().map(|attempt| attempt.number).collect();
        for number in &numbers {
            let one = ClientTask {
                detail: &detail,
                attempt: Some(*number),
            };
            let seen = self.seen(&one, path, task, tags).await?;
            let entry = if numbers.len() == 1 {
                json!({ "same_as_task_except": difference(&told, &seen) })
            } else {
                Value::Object(seen)
            };
            attempts.insert(number.to_string(), entry);
        }
        told.insert("attempts".to_owned(), Value::Object(attempts));
        told.insert(
            "extra".to_owned(),
            json!({
                "status": task.status.key(),
                "foreach": task.label(),
                "attempts": task.attempts.iter().map(better_known).collect::<Vec<_>>(),
            }),
        );
        let is_control = detail.metadata.iter().any(|entry| {
            entry.field == "internal_task_type" && entry.value.text() == "control_task"
        });
        let facts = TaskFacts {
            id: path.task.clone(),
            created: detail.record.as_ref().and_then(|record| record.at),
            finished_at: whole.finished_at(),
            successful: whole.successful(),
            finished: whole.finished(),
            origin_run: whole.origin_run(),
            triggers: whole
                .metadata_dict()
                .get(trigger::FIELD)
                .map(|entry| entry.value.text()),
            visible: visible(whole.artifacts()),
            is_control,
            has_artifacts: !whole.artifacts().is_empty(),
            code: self.code(&whole).await,
        };
        Ok((Value::Object(told), facts))
    }

    /// The properties of one view on a task.
    async fn seen(
        &self,
        client: &ClientTask<'_>,
        path: &TaskPath,
        task: &Task,
        tags: &Tags,
    ) -> Result<Map<String, Value>, Box<Failure>> {
        let detail = client.detail;
        let run = &self.loaded.run;
        let metadata: Vec<Value> = sorted_metadata(client);
        let dict: Map<String, Value> = client
            .metadata_dict()
            .into_iter()
            .map(|(field, entry)| (field.to_owned(), json_value(&entry.value)))
            .collect();
        let mut artifacts = Map::new();
        let mut index = Value::Null;
        let mut exception = Value::Null;
        for artifact in client.artifacts() {
            let shown = self.artifact(client, artifact, path).await;
            if artifact.name == "_foreach_stack" {
                index = shown.index.into();
            }
            if artifact.name == "_exception" {
                exception = shown.exception.into();
            }
            artifacts.insert(artifact.name.clone(), shown.told);
        }
        // The client asks the graph among the task's own artifacts.
        let graph = run
            .graph
            .as_ref()
            .filter(|_| client.artifact("_graph_info").is_some());
        let places = |names: Vec<lineage::TaskName>| {
            let run = path.run_path();
            let mut places: Vec<String> = names
                .iter()
                .map(|(step, id)| format!("{run}/{step}/{id}"))
                .collect();
            places.sort();
            places
        };
        let parents = graph.map(|graph| places(lineage::parents(run, graph, &path.step, task)));
        let children = graph.map(|graph| places(lineage::children(run, graph, &path.step, task)));
        let origin = client.origin_run().zip(client.origin_task());
        let origin = origin.map(|(run, task)| format!("{}/{run}/{}/{task}", path.flow, path.step));
        let code = self.code(client).await;
        let mut told = json!({
            "created_at": iso(detail.record.as_ref().and_then(|record| record.at)),
            "successful": client.successful(),
            "finished": client.finished(),
            "finished_at": iso(client.finished_at()),
            "exception_repr": exception,
            "runtime_name": ClientTask::runtime_name(&tags.system),
            "stdout": self.log(client, Stream::Stdout).await,
            "stderr": self.log(client, Stream::Stderr).await,
            "stdout_size": self.log_size(client, Stream::Stdout).await,
            "stderr_size": self.log_size(client, Stream::Stderr).await,
            "current_attempt": client.current_attempt(),
            "index": index,
            "parent_task_pathspecs": parents,
            "child_task_pathspecs": children,
            "origin_pathspec": origin,
            "code": code.code,
            "environment_info": code.environment,
            "metadata": metadata,
            "metadata_dict": dict,
            "visible_artifacts": visible(client.artifacts()),
            "artifacts": artifacts,
        });
        tags.add_to(&mut told);
        let Value::Object(told) = told else {
            return Ok(Map::new());
        };
        Ok(told)
    }

    /// A log as the client gives it: null where the client would raise, because a byte
    /// of it is not UTF-8.
    /// `Task.stdout_size` and `stderr_size`: the files' sizes, headers included.
    async fn log_size(&self, client: &ClientTask<'_>, stream: Stream) -> Option<u64> {
        if !client.has_logs() {
            return Some(0);
        }
        let attempt = client.current_attempt();
        log_size(self.loaded, client.detail, attempt, stream).await
    }

    async fn log(&self, client: &ClientTask<'_>, stream: Stream) -> Value {
        if !client.has_logs() {
            return Value::String("\n".to_owned());
        }
        let detail = client.detail;
        let files: Vec<Want> = detail
            .log_files(client.current_attempt(), stream)
            .map(|file| Want {
                path: format!("{}/{}", detail.folder, file.name),
                range: None,
            })
            .collect();
        let mut read: Vec<Bytes> = Vec::new();
        for (file, answer) in files.iter().zip(self.loaded.source.read(&files).await) {
            match answer {
                Ok(bytes) => read.push(bytes),
                Err(error) => self.note(Problem::damage(
                    Place::file(&file.path),
                    error.to_string(),
                    format!("What this file holds of {} is left out.", stream.word()),
                )),
            }
        }
        let parts: Vec<&[u8]> = read.iter().map(|file| file.as_slice()).collect();
        String::from_utf8(log::client_text(&parts)).map_or(Value::Null, Value::String)
    }
}

/// What is known of an attempt beyond what the client says.
fn better_known(attempt: &Attempt) -> Value {
    let mut told = json!({
        "number": attempt.number,
        "status": attempt.status.key(),
        "started": iso(attempt.started),
        "ended": iso(attempt.ended),
        "exit_code": attempt.exit.as_ref().map(|exit| exit.code),
    });
    if let (Some(host), Some(told)) = (&attempt.host, told.as_object_mut()) {
        told.insert("host".to_owned(), json!(host.name()));
    }
    told
}

fn visible(artifacts: &[Artifact]) -> Vec<String> {
    artifacts
        .iter()
        .filter(|artifact| !artifact.hidden())
        .map(|artifact| artifact.name.clone())
        .collect()
}

/// Name, value, time in milliseconds and type of every event, ordered by time, name and value.
fn sorted_metadata(client: &ClientTask<'_>) -> Vec<Value> {
    let mut entries = client.metadata();
    entries.sort_by_key(|entry| (entry.at, entry.field.clone(), entry.value.text()));
    let told = entries.iter().map(|entry| {
        json!([
            entry.field,
            json_value(&entry.value),
            entry.at.map(|at| at.0 / 1000),
            entry.kind
        ])
    });
    told.collect()
}

fn json_value(value: &MetadataValue) -> Value {
    match value {
        MetadataValue::Text(text) => Value::String(text.clone()),
        MetadataValue::List(items) => json!(items),
        MetadataValue::Json(text) => serde_json::from_str(text).unwrap_or(Value::Null),
    }
}

/// What differs between two views on a task.
fn difference(whole: &Map<String, Value>, one: &Map<String, Value>) -> Map<String, Value> {
    let differs = one
        .iter()
        .filter(|(key, value)| whole.get(*key) != Some(value));
    differs
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}
