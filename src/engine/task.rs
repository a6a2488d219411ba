//! A task's page: its attempts, where it stands, what the engine noted of it.

use super::ask::{Failure, Window};
use super::cards::CardsView;
use super::kin;
use super::loaded::LoadedRun;
use super::records::RunRecords;
use super::says::{ClientSays, found};
use super::task_about::log_size;
use super::{Engine, Work};
use crate::formats::metaflow::client::ClientTask;
use crate::formats::metaflow::task::{Depth, TaskDetail};
use crate::model::{
    Attempt, AttemptNumber, Evidence, Host, MetadataEntry, Moment, Problem, RunPath, Span, Status,
    Stream, System, Task, TaskPath,
};
use crate::sorting::{SortedMap, sort_by_key};
use crate::text::human::counted;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskQuery {
    pub task: TaskPath,
    /// The last attempt when none is named.
    pub attempt: Option<AttemptNumber>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskView {
    pub task: TaskPath,
    pub system: System,
    pub status: Status,
    /// What the engine calls the state that it is in, where it has a word of its own.
    pub state: Option<String>,
    pub label: Option<String>,
    /// The run that it stands in for, and what that is called.
    pub subflow: Option<(RunPath, String)>,
    pub created: Option<Moment>,
    pub duration: Option<Span>,
    /// Since when it runs, if it still does.
    pub since: Option<Moment>,
    pub attempts: Vec<AttemptView>,
    /// The attempt that the rest is about.
    pub attempt: AttemptNumber,
    /// What follows of its neighbours is not known yet.
    pub is_alone: bool,
    /// The neighbours among the tasks of the step.
    pub previous: Option<String>,
    pub next: Option<String>,
    /// Tasks that led here, and that this one led to; only some of very many.
    pub parents: Vec<Relative>,
    pub parents_total: u64,
    pub children: Vec<Relative>,
    pub children_total: u64,
    /// The task that this one is a copy of: `run/step/task`.
    pub origin: Option<String>,
    pub counts: TaskCounts,
    /// The class of what the attempt raised, without its module.
    pub raised: Option<String>,
    /// What the engine's client would say of the attempt.
    pub client: ClientSays,
    pub problems: Vec<Problem>,
}

/// What stands on the tabs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TaskCounts {
    pub stdout: u64,
    pub stderr: u64,
    pub artifacts: u64,
    pub metadata: u64,
    pub exceptions: u64,
    pub cards: u64,
    pub has_code: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttemptView {
    pub number: AttemptNumber,
    pub status: Status,
    pub evidence: Evidence,
    pub started: Option<Moment>,
    pub ended: Option<Moment>,
    pub end_recorded: bool,
    pub duration: Option<Span>,
    /// Since when it runs, if it still does.
    pub since: Option<Moment>,
    /// From the end of the attempt before, or from the task's creation.
    pub waited: Option<Span>,
    pub caught: bool,
    pub exit_code: Option<i64>,
    pub killed: bool,
    pub host: Option<Host>,
    /// Between the attempt before and this one some left no record: the first and the last.
    pub missing_before: Option<(AttemptNumber, AttemptNumber)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Relative {
    pub step: String,
    pub id: String,
    pub status: Status,
    pub label: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetadataQuery {
    pub task: TaskPath,
    /// One attempt's events, or all.
    pub attempt: Option<AttemptNumber>,
    /// Of each field only the newest: the client's `metadata_dict`.
    pub newest: bool,
    pub text: String,
    pub window: Window,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetadataView {
    /// The flow has no metadata here.
    pub bare: bool,
    pub total: u64,
    pub matching: u64,
    pub rows: Vec<MetadataRow>,
    pub window: Window,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetadataRow {
    pub at: Option<Moment>,
    pub attempt: Option<AttemptNumber>,
    pub field: String,
    pub value: String,
    pub kind: String,
    /// It belongs to the task that this one was copied from.
    pub from_origin: bool,
}

/// A task with everything that its page needs.
pub(super) struct TaskPlace {
    pub step: String,
    pub id: String,
    pub loaded: Rc<LoadedRun>,
    pub detail: TaskDetail,
    pub problems: Vec<Problem>,
    pub attempt: AttemptNumber,
}

impl TaskPlace {
    pub fn task<'a>(&'a self, path: &TaskPath) -> Option<&'a Task> {
        self.loaded.run.task(&path.step, &path.task)
    }
}

/// How many parents and children are named.
const RELATIVES: usize = 24;

impl Engine {
    pub(super) async fn task_place(
        &self,
        path: &TaskPath,
        attempt: Option<AttemptNumber>,
        work: &Work,
    ) -> Result<TaskPlace, Box<Failure>> {
        let loaded = self.load_run(&path.run_path(), work).await?;
        self.place_in(loaded, path, attempt, work).await
    }

    /// The same, without its neighbours where the run is not at hand.
    pub(super) async fn task_place_alone(
        &self,
        path: &TaskPath,
        attempt: Option<AttemptNumber>,
        work: &Work,
    ) -> Result<TaskPlace, Box<Failure>> {
        let loaded = self.load_task_alone(path, work).await?;
        self.place_in(loaded, path, attempt, work).await
    }

    async fn place_in(
        &self,
        loaded: Rc<LoadedRun>,
        path: &TaskPath,
        attempt: Option<AttemptNumber>,
        work: &Work,
    ) -> Result<TaskPlace, Box<Failure>> {
        let Some(task) = loaded.run.task(&path.step, &path.task) else {
            return Err(no_such_task(&loaded, path));
        };
        let last = task.last_attempt().map_or(0, |attempt| attempt.number);
        // The first attempt of a task that was never started has a page, and nothing on it.
        let first = |wanted| task.attempts.is_empty() && wanted == 0;
        if let Some(wanted) = attempt
            && task.attempt(wanted).is_none()
            && !first(wanted)
        {
            let numbers: Vec<String> = task
                .attempts
                .iter()
                .map(|attempt| attempt.number.to_string())
                .collect();
            let count = counted(numbers.len() as u64, "attempt", "attempts");
            let nearest = format!("{count} of it: {}", numbers.join(", "));
            return Err(Failure::not_found(
                "attempt",
                &format!("{wanted} of {path}"),
                &nearest,
            ));
        }
        let (detail, problems) = self.load_task(&loaded, path, Depth::Tables, work).await;
        if let Ok((opened, _)) = self.find_run(&loaded.path) {
            opened.note_task(path, &problems);
        }
        Ok(TaskPlace {
            step: path.step.clone(),
            id: path.task.clone(),
            attempt: attempt.unwrap_or(last),
            loaded,
            detail,
            problems,
        })
    }

    pub(super) async fn task(
        &self,
        query: TaskQuery,
        work: &Work,
    ) -> Result<TaskView, Box<Failure>> {
        let mut place = self
            .task_place_alone(&query.task, query.attempt, work)
            .await?;
        if place.loaded.is_alone {
            work.partial(&self.task_view(&query, &place, work).await?);
            place.loaded = self.load_run(&query.task.run_path(), work).await?;
        }
        self.task_view(&query, &place, work).await
    }

    async fn task_view(
        &self,
        query: &TaskQuery,
        place: &TaskPlace,
        work: &Work,
    ) -> Result<TaskView, Box<Failure>> {
        let run = &place.loaded.run;
        let Some(task) = place.task(&query.task) else {
            return Err(no_such_task(&place.loaded, &query.task));
        };
        let step = &query.task.step;
        let siblings = run
            .step(step)
            .map(|step| step.tasks.as_slice())
            .unwrap_or_default();
        let here = siblings.iter().position(|sibling| sibling.id == task.id);
        let neighbour = |at: Option<usize>| {
            at.and_then(|at| siblings.get(at))
                .map(|task| task.id.clone())
        };
        let (parents, children) = (
            kin::parents(run, step, task),
            kin::children(run, step, task),
        );
        let relatives = |names: &[kin::TaskName]| {
            let named = names.iter().take(RELATIVES);
            named
                .filter_map(|(step, id)| Some(relative(step, run.task(step, id)?)))
                .collect::<Vec<Relative>>()
        };
        let artifacts = place
            .detail
            .artifacts
            .get(&place.attempt)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let raised = artifacts.iter().any(|artifact| {
            matches!(artifact.name.as_str(), "_exception" | "_catch_exception")
                && artifact.sha != crate::formats::metaflow::blob::NONE_SHA
        });
        let failed = task.attempt(place.attempt);
        let failed = failed.is_some_and(|attempt| attempt.status == Status::Failed);
        let exception = match raised || failed {
            true => self.exception_of(&query.task, place.attempt, work).await?,
            false => None,
        };
        let (stdout, stderr) = match &place.loaded.records {
            RunRecords::Metaflow(_) => {
                let bytes = async |stream| {
                    let size = log_size(&place.loaded, &place.detail, place.attempt, stream).await;
                    size.unwrap_or_default()
                };
                (bytes(Stream::Stdout).await, bytes(Stream::Stderr).await)
            }
            RunRecords::Prefect(run) => {
                run.log_sizes(&place.step, &place.id, place.attempt, work)
                    .await
            }
        };
        let mut cards = CardsView::default();
        self.cards_of(&place.loaded, &query.task, &place.detail, &mut cards, work)
            .await;
        let now = work.host.now();
        Ok(TaskView {
            task: query.task.clone(),
            system: run.record.system,
            status: task.status,
            state: task.state.as_deref().map(str::to_owned),
            label: task.label(),
            subflow: task.subflow.as_deref().map(|run| {
                let name = self.name_of_run(run);
                (run.clone(), name.unwrap_or_else(|| run.run.clone()))
            }),
            created: task.created,
            duration: task.took(now),
            since: task.running_since(),
            attempts: attempt_views(task, now),
            attempt: place.attempt,
            is_alone: place.loaded.is_alone,
            previous: neighbour(here.and_then(|at| at.checked_sub(1))),
            next: neighbour(here.map(|at| at + 1)),
            parents: relatives(&parents),
            parents_total: parents.len() as u64,
            children: relatives(&children),
            children_total: children.len() as u64,
            origin: task.origin.clone(),
            counts: TaskCounts {
                stdout,
                stderr,
                artifacts: artifacts
                    .iter()
                    .filter(|artifact| !artifact.hidden())
                    .count() as u64,
                metadata: (place.detail.metadata.len() + place.detail.origin_metadata.len()) as u64,
                exceptions: u64::from(exception.is_some()),
                cards: cards.cards.len() as u64,
                has_code: super::code::noted(&place.detail).is_some(),
            },
            raised: exception.map(|exception| exception.short().to_owned()),
            client: ClientSays::of(
                &ClientTask {
                    detail: &place.detail,
                    attempt: query.attempt,
                },
                found(&place.loaded, task.recorded),
            ),
            problems: place.problems.clone(),
        })
    }

    pub(super) async fn metadata(
        &self,
        query: MetadataQuery,
        work: &Work,
    ) -> Result<MetadataView, Box<Failure>> {
        let place = self.task_place_alone(&query.task, None, work).await?;
        let own = place.detail.metadata.iter().map(|entry| (entry, false));
        let inherited = place
            .detail
            .origin_metadata
            .iter()
            .map(|entry| (entry, true));
        let mut all: Vec<(&MetadataEntry, bool)> = own.chain(inherited).collect();
        if query.newest {
            // Of one moment the last counts, as in the client's dict.
            sort_by_key(&mut all, |(entry, _)| entry.at);
            let newest = all.into_iter().map(|one| (one.0.field.as_str(), one));
            let newest: SortedMap<&str, (&MetadataEntry, bool)> = newest.collect();
            all = newest.into_values().collect();
        }
        let rows: Vec<MetadataRow> = all
            .into_iter()
            .map(|(entry, from_origin)| MetadataRow {
                at: entry.at,
                attempt: entry.attempt,
                field: entry.field.clone(),
                value: entry.value.text(),
                kind: entry.kind.clone(),
                from_origin,
            })
            .collect();
        let text = query.text.trim().to_lowercase();
        let matching: Vec<MetadataRow> = rows
            .iter()
            .filter(|row| {
                query.attempt.is_none() || row.attempt.is_none() || row.attempt == query.attempt
            })
            .filter(|row| {
                text.is_empty()
                    || row.field.to_lowercase().contains(&text)
                    || row.value.to_lowercase().contains(&text)
            })
            .cloned()
            .collect();
        Ok(MetadataView {
            bare: place.detail.lacks_metadata,
            total: rows.len() as u64,
            matching: matching.len() as u64,
            rows: query.window.of(&matching).to_vec(),
            window: query.window,
        })
    }
}

pub(super) fn relative(step: &str, task: &Task) -> Relative {
    Relative {
        step: step.to_owned(),
        id: task.id.clone(),
        status: task.status,
        label: task.label(),
    }
}

pub(super) fn attempt_views(task: &Task, now: Moment) -> Vec<AttemptView> {
    let mut before = task.created;
    let mut expected = 0;
    let mut views = Vec::new();
    for attempt in &task.attempts {
        let last_missing = attempt.number.checked_sub(1);
        let missing = last_missing.filter(|last| *last >= expected);
        views.push(AttemptView {
            missing_before: missing.map(|last| (expected, last)),
            // Where some are missing, nobody knows how much of the time between was a wait.
            ..attempt_view(attempt, before.filter(|_| missing.is_none()), now)
        });
        before = attempt.ended;
        expected = attempt.number.saturating_add(1);
    }
    views
}

/// What is said of attempts that left no record, from the first to the last of them.
pub fn not_recorded(first: AttemptNumber, last: AttemptNumber) -> String {
    match last.saturating_sub(first) {
        0 => format!("attempt {first} not recorded"),
        1 => format!("attempts {first} and {last} not recorded"),
        _ => format!("attempts {first} to {last} not recorded"),
    }
}

fn attempt_view(attempt: &Attempt, before: Option<Moment>, now: Moment) -> AttemptView {
    AttemptView {
        number: attempt.number,
        status: attempt.status,
        evidence: attempt.evidence.clone(),
        started: attempt.started,
        ended: attempt.ended,
        end_recorded: attempt.end_recorded,
        duration: attempt.took(now),
        since: attempt
            .started
            .filter(|_| attempt.status == Status::Running),
        waited: attempt
            .started
            .zip(before)
            .and_then(|(started, before)| started.checked_since(before)),
        caught: attempt.caught,
        exit_code: attempt.exit.as_ref().map(|exit| exit.code),
        killed: attempt.exit.as_ref().is_some_and(|exit| exit.killed),
        host: attempt.host.clone(),
        missing_before: None,
    }
}

fn no_such_task(loaded: &LoadedRun, path: &TaskPath) -> Box<Failure> {
    let run = &loaded.run;
    match run.step(&path.step) {
        Some(step) => {
            let first: Vec<&str> = step
                .tasks
                .iter()
                .take(8)
                .map(|task| task.id.as_str())
                .collect();
            let nearest = format!(
                "{} of {}: {}{}",
                counted(step.tasks.len() as u64, "task", "tasks"),
                path.step,
                first.join(", "),
                if step.tasks.len() > first.len() {
                    " …"
                } else {
                    ""
                }
            );
            Failure::not_found("task", &path.to_string(), &nearest)
        }
        None => {
            let names: Vec<&str> = run.steps.iter().map(|step| step.name.as_str()).collect();
            Failure::not_found(
                "step",
                &format!("{}/{}", path.run_path(), path.step),
                &format!("the steps {}", names.join(", ")),
            )
        }
    }
}
