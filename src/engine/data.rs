//! Lists of artifacts: of one attempt, and of a whole run.

use super::ask::{Failure, Window};
use super::kin;
use super::line::Room;
use super::loaded::LoadedRun;
use super::rail::step_order;
use super::task::TaskPlace;
use super::values::{Decoded, Kind, fault_of, kind_of_class};
use super::{Engine, Work};
use crate::formats::metaflow::blob;
use crate::formats::metaflow::task::Depth;
use crate::model::{Artifact, AttemptNumber, RunPath, Task, TaskPath};
use crate::sorting::{SortedMap, SortedSet};
use crate::source::{Pace as _, Progress, Unit};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskDataQuery {
    pub task: TaskPath,
    pub attempt: Option<AttemptNumber>,
    /// The engine's own values too, which its client does not list.
    pub hidden: bool,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskDataView {
    pub attempt: AttemptNumber,
    pub rows: Vec<ArtifactRow>,
    pub total: u64,
    pub hidden: u64,
    /// The attempt has a table of artifacts: without one it left none, or it is damaged.
    pub recorded: bool,
    /// More parents than could be compared with: what is passed on may be marked as set.
    pub parents_compared: (u64, u64),
    /// It is not known yet which tasks led here, and so not what was only passed on.
    pub is_alone: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArtifactRow {
    pub name: String,
    pub class: String,
    pub kind: Kind,
    pub size: Option<u64>,
    pub sha: String,
    /// A line of the value; `None` while it has not been read or is too large for a list.
    pub value: Option<String>,
    /// Why there is no value, or why it cannot be relied on.
    pub fault: Option<String>,
    /// A parent left the same value: it was only passed on.
    pub passed_on: bool,
    pub hidden: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunDataQuery {
    pub run: RunPath,
    pub text: String,
    pub window: Window,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunDataView {
    pub rows: Vec<RunArtifactRow>,
    pub total: u64,
    pub matching: u64,
    pub window: Window,
    /// Tasks whose artifacts were looked at, of all.
    pub tasks_read: (u64, u64),
    /// The task whose data are what the run ended with: `(step, id)`.
    pub end_task: Option<(String, String)>,
}

/// One artifact as one step set it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunArtifactRow {
    pub name: String,
    pub class: String,
    pub kind: Kind,
    pub step: String,
    /// The first task that set it, with its attempt.
    pub task: String,
    pub attempt: AttemptNumber,
    pub size: Option<u64>,
    /// Different values among the tasks of the step.
    pub values: u64,
    pub value: Option<String>,
    /// Why there is no value, or why it cannot be relied on.
    pub fault: Option<String>,
}

/// Parents that are compared with: a join may have thousands.
const PARENTS: usize = 12;

/// Tasks whose tables are read for the list of a run.
const TASKS: usize = 1000;

impl Engine {
    pub(super) async fn task_data(
        &self,
        query: TaskDataQuery,
        work: &Work,
    ) -> Result<TaskDataView, Box<Failure>> {
        let mut place = self
            .task_place_alone(&query.task, query.attempt, work)
            .await?;
        let was_alone = place.loaded.is_alone;
        if was_alone {
            work.partial(&self.data_of(&query, &place, false, work).await);
            place.loaded = self.load_run(&query.task.run_path(), work).await?;
        }
        Ok(self.data_of(&query, &place, was_alone, work).await)
    }

    /// `is_told` says that the names are on the screen, with their values.
    async fn data_of(
        &self,
        query: &TaskDataQuery,
        place: &TaskPlace,
        is_told: bool,
        work: &Work,
    ) -> TaskDataView {
        let run = &place.loaded.run;
        let all = place
            .detail
            .artifacts
            .get(&place.attempt)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let task = place.task(&query.task);
        let parents = task.map(|task| kin::parents(run, &query.task.step, task));
        let parents = parents.unwrap_or_default();
        let inherited = self
            .artifacts_of(&place.loaded, parents.iter().take(PARENTS), work)
            .await;
        let text = query.text.trim().to_lowercase();
        let shown: Vec<&Artifact> = all
            .iter()
            .filter(|artifact| query.hidden || !artifact.hidden())
            .filter(|artifact| text.is_empty() || artifact.name.to_lowercase().contains(&text))
            .collect();
        let mut view = TaskDataView {
            attempt: place.attempt,
            rows: shown
                .iter()
                .map(|artifact| row(artifact, &inherited))
                .collect(),
            total: all.iter().filter(|artifact| !artifact.hidden()).count() as u64,
            hidden: all.iter().filter(|artifact| artifact.hidden()).count() as u64,
            recorded: !all.is_empty()
                || place.detail.names.tables.contains(&place.attempt)
                || place.detail.names.artifacts.contains_key(&place.attempt),
            parents_compared: (parents.len().min(PARENTS) as u64, parents.len() as u64),
            is_alone: place.loaded.is_alone,
        };
        if !is_told {
            work.partial(&view);
        }
        let mut room = Room::default();
        for (row, artifact) in view.rows.iter_mut().zip(shown) {
            let record = record_of(&place.detail.folder, place.attempt, &artifact.name);
            let line = self
                .value_line(&place.loaded, artifact, &record, &mut room, work)
                .await;
            (row.value, row.fault) = (line.value, line.fault);
        }
        view
    }

    /// Puts what is wrong with a value among the problems of its source, or takes it away.
    /// `record` is the file that names the value.
    pub(super) fn note_fault(
        &self,
        loaded: &LoadedRun,
        sha: &str,
        record: &str,
        decoded: &Result<Rc<Decoded>, Box<Failure>>,
    ) {
        // That there are no values at all is told once.
        if !loaded.has_values {
            return;
        }
        if let Ok((opened, _)) = self.find_run(&loaded.path) {
            let store = loaded.metaflow();
            let blob = store.and_then(|store| blob::place(store, &loaded.path.flow, sha));
            let blob = blob.map(|place| place.blob);
            let problem = fault_of(decoded, blob.as_deref(), record);
            opened.note_value(blob.as_deref().unwrap_or(record), problem);
        }
    }

    /// Which values some tasks left: name and SHA.
    async fn artifacts_of<'a>(
        &self,
        loaded: &LoadedRun,
        tasks: impl Iterator<Item = &'a kin::TaskName>,
        work: &Work,
    ) -> SortedSet<(String, String)> {
        let mut found = Vec::new();
        for (step, id) in tasks {
            let path = loaded.path.task(step, id);
            let (detail, _) = self.load_task(loaded, &path, Depth::Tables, work).await;
            let last = detail
                .artifacts
                .into_values()
                .next_back()
                .unwrap_or_default();
            found.extend(
                last.into_iter()
                    .map(|artifact| (artifact.name, artifact.sha)),
            );
        }
        found.into_iter().collect()
    }

    pub(super) async fn run_data(
        &self,
        query: RunDataQuery,
        work: &Work,
    ) -> Result<RunDataView, Box<Failure>> {
        let loaded = self.load_run(&query.run, work).await?;
        let run = &loaded.run;
        let total_tasks = run.tasks().count();
        // Every step gets its share, so that a wide foreach does not hide what follows it.
        let share = (TASKS / run.steps.len().max(1)).max(1);
        let mut read = 0;
        let mut known: SortedSet<(String, String)> = SortedSet::default();
        let mut rows: Vec<(RunArtifactRow, Artifact)> = Vec::new();
        for step in step_order(run) {
            let Some(tasks) = run.step(&step).map(|step| step.tasks.as_slice()) else {
                continue;
            };
            let mut set_here: SortedMap<String, Setting> = SortedMap::default();
            let mut seen = Vec::new();
            for task in tasks.iter().take(share) {
                let (attempt, artifacts) = self.last_artifacts(&loaded, &step, task, work).await;
                read += 1;
                work.progress(Progress {
                    what: "Reading artifacts".to_owned(),
                    done: read,
                    total: Some(total_tasks.min(TASKS) as u64),
                    unit: Unit::Things,
                });
                for artifact in artifacts.into_iter().filter(|artifact| !artifact.hidden()) {
                    let key = (artifact.name.clone(), artifact.sha.clone());
                    if !known.contains(&key) {
                        let setting =
                            set_here.value_or_insert_with(artifact.name.clone(), || Setting {
                                task: task.id.clone(),
                                attempt,
                                artifact: artifact.clone(),
                                shas: SortedSet::default(),
                            });
                        setting.shas.insert(artifact.sha.clone());
                    }
                    seen.push(key);
                }
            }
            known.extend(seen);
            rows.extend(set_here.into_values().map(|setting| setting.row(&step)));
        }
        let text = query.text.trim().to_lowercase();
        let total = rows.len() as u64;
        rows.retain(|(row, _)| {
            text.is_empty()
                || row.name.to_lowercase().contains(&text)
                || row.step.to_lowercase().contains(&text)
        });
        let matching = rows.len() as u64;
        let mut shown = query.window.of(&rows).to_vec();
        let mut room = Room::default();
        for (row, artifact) in &mut shown {
            let store = loaded.metaflow();
            let folder = store.map(|store| store.task(&query.run.task(&row.step, &row.task)));
            let record = record_of(&folder.unwrap_or_default(), row.attempt, &row.name);
            let line = self
                .value_line(&loaded, artifact, &record, &mut room, work)
                .await;
            (row.value, row.fault) = (line.value, line.fault);
        }
        Ok(RunDataView {
            rows: shown.into_iter().map(|(row, _)| row).collect(),
            total,
            matching,
            window: query.window,
            tasks_read: (read, total_tasks as u64),
            end_task: run.end_task(),
        })
    }

    async fn last_artifacts(
        &self,
        loaded: &LoadedRun,
        step: &str,
        task: &Task,
        work: &Work,
    ) -> (AttemptNumber, Vec<Artifact>) {
        let path = loaded.path.task(step, &task.id);
        let (detail, _) = self.load_task(loaded, &path, Depth::Tables, work).await;
        detail.artifacts.into_iter().next_back().unwrap_or_default()
    }
}

/// The record that names a value (Metaflow `metadata_provider`): its own, beside the table.
pub(crate) fn record_of(folder: &str, attempt: AttemptNumber, name: &str) -> String {
    format!("{folder}/_meta/{attempt}_artifact_{name}.json")
}

/// How a step set an artifact.
struct Setting {
    task: String,
    attempt: AttemptNumber,
    artifact: Artifact,
    shas: SortedSet<String>,
}

impl Setting {
    fn row(self, step: &str) -> (RunArtifactRow, Artifact) {
        let class = self.artifact.class.clone().unwrap_or_default();
        let row = RunArtifactRow {
            name: self.artifact.name.clone(),
            kind: kind_of_class(&class),
            class,
            step: step.to_owned(),
            task: self.task,
            attempt: self.attempt,
            size: self.artifact.size,
            values: self.shas.len() as u64,
            value: None,
            fault: None,
        };
        (row, self.artifact)
    }
}

fn row(artifact: &Artifact, inherited: &SortedSet<(String, String)>) -> ArtifactRow {
    let class = artifact.class.clone().unwrap_or_default();
    ArtifactRow {
        name: artifact.name.clone(),
        kind: kind_of_class(&class),
        class,
        size: artifact.size,
        sha: artifact.sha.clone(),
        value: None,
        fault: None,
        passed_on: inherited.contains(&(artifact.name.clone(), artifact.sha.clone())),
        hidden: artifact.hidden(),
    }
}
