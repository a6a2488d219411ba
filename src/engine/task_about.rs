//! Everything about one attempt of a task that is no log, value or event: what the Client
//! API's `Task` answers beyond those.
//!
//! Start with [`Engine::task_about`].

use super::ask::Failure;
use super::loaded::LoadedRun;
use super::says::{ClientSays, found};
use super::task::{AttemptView, attempt_views};
use super::{Engine, Work};
use crate::formats::metaflow::client::ClientTask;
use crate::formats::metaflow::task::{Depth, TaskDetail};
use crate::model::{AttemptNumber, Moment, Stream, System, TaskPath};
use crate::source::join;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskAboutQuery {
    pub task: TaskPath,
    /// The last attempt when none is named.
    pub attempt: Option<AttemptNumber>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskAboutView {
    pub system: System,
    pub attempt: AttemptNumber,
    /// Where it stands in the innermost foreach, and the values of all, outermost first.
    pub index: Option<u64>,
    pub foreach: Vec<String>,
    /// Which iteration of a step that leads to itself, from 0.
    pub iteration: Option<u64>,
    pub created: Option<Moment>,
    /// When the client would say that the attempt was finished.
    pub finished: Option<Moment>,
    pub attempts: Vec<AttemptView>,
    pub user: Option<String>,
    /// `dev`, or what else it ran in.
    pub runtime: Option<String>,
    pub python: Option<String>,
    pub metaflow: Option<String>,
    /// Bytes of the log files, headers included; `None` where the source tells no sizes.
    pub stdout: Option<u64>,
    pub stderr: Option<u64>,
    /// Artifacts, hidden ones included, and their bytes before packing, as far as noted.
    pub artifacts: u64,
    pub bytes: u64,
    /// A code package went with it.
    pub has_code: bool,
    /// Of tasks that run together, whether this one leads, and how many there are.
    pub control: bool,
    pub together: Option<String>,
    pub origin: Option<String>,
    pub decorators: Vec<String>,
    pub tags: Vec<String>,
    pub system_tags: Vec<String>,
    pub client: ClientSays,
}

impl Engine {
    pub(super) async fn task_about(
        &self,
        query: TaskAboutQuery,
        work: &Work,
    ) -> Result<TaskAboutView, Box<Failure>> {
        let place = self.task_place(&query.task, query.attempt, work).await?;
        let run = &place.loaded.run;
        let Some(task) = place.task(&query.task) else {
            let sought = query.task.to_string();
            return Err(Failure::not_found("task", &sought, "others"));
        };
        // The client tells when a task finished by the record of one of its artifacts.
        let loaded = &place.loaded;
        let (detail, _) = self
            .load_task(loaded, &query.task, Depth::Records, work)
            .await;
        let detail = &detail;
        let client = ClientTask {
            detail,
            attempt: query.attempt,
        };
        let artifacts = detail.artifacts.get(&place.attempt);
        let artifacts = artifacts.map(Vec::as_slice).unwrap_or_default();
        let in_graph = run.graph.as_ref();
        let in_graph = in_graph.and_then(|graph| graph.step(&query.task.step));
        let decorators = in_graph.map(|step| step.decorators.as_slice());
        let frames = task.foreach.iter();
        let label = |(variable, value): &(String, String)| format!("{variable}={value}");
        let (stdout, stderr) = (
            log_size(loaded, detail, place.attempt, Stream::Stdout).await,
            log_size(loaded, detail, place.attempt, Stream::Stderr).await,
        );
        Ok(TaskAboutView {
            system: run.record.system,
            attempt: place.attempt,
            index: task.foreach.last().and_then(|frame| frame.index),
            foreach: frames
                .filter_map(|frame| frame.label.as_ref().map(label))
                .collect(),
            iteration: task.iteration,
            created: task.created,
            finished: client.finished_at(),
            attempts: attempt_views(task, work.host.now()),
            user: detail.record.as_ref().and_then(|own| own.user.clone()),
            runtime: ClientTask::runtime_name(&run.record.system_tags).map(str::to_owned),
            python: detail
                .python
                .get(&place.attempt)
                .cloned()
                .or_else(|| client_noted(&client, "python_version")),
            metaflow: client_noted(&client, "metaflow_version"),
            stdout,
            stderr,
            artifacts: artifacts.len() as u64,
            bytes: artifacts.iter().filter_map(|one| one.size).sum(),
            has_code: super::code::noted(detail).is_some(),
            control: task.control,
            together: detail.noted("parallel-world-size"),
            origin: task.origin.clone(),
            decorators: decorators
                .unwrap_or_default()
                .iter()
                .map(|one| one.line())
                .collect(),
            tags: run.record.tags.clone(),
            system_tags: run.record.system_tags.clone(),
            client: ClientSays::of(&client, found(loaded, task.recorded)),
        })
    }
}

/// Bytes of the files of a log; where a listing says no sizes, they are asked for.
pub(crate) async fn log_size(
    loaded: &LoadedRun,
    detail: &TaskDetail,
    attempt: AttemptNumber,
    stream: Stream,
) -> Option<u64> {
    let files: Vec<_> = detail.log_files(attempt, stream).collect();
    let unknown = files.iter().filter(|file| file.size.is_none());
    let paths: Vec<String> = unknown
        .map(|file| join(&detail.folder, &file.name))
        .collect();
    let mut asked = loaded.source.sizes(&paths).await.into_iter();
    files.iter().try_fold(0, |sum, file| {
        Some(sum + file.size.or_else(|| asked.next().flatten())?)
    })
}

fn client_noted(client: &ClientTask<'_>, field: &str) -> Option<String> {
    let noted = client.metadata_dict();
    noted.get(field).map(|entry| entry.value.text())
}
