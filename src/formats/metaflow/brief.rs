//! A run in one line, for the list of runs: as few records as will do.
//!
//! The names of the files tell the tasks, their attempts and the newest event. Two
//! records tell a good run (its own and the last task's outcome); only a run
//! without a good end has the outcome of every task read.

use super::folders::listed;
use super::json::Problems;
use super::names::TaskNames;
use super::outcome::SIGN_OF_LIFE;
use super::paths::{self, Store};
use super::{record, run};
use crate::model::time::later;
use crate::model::{Moment, RunPath, RunRecord, Status};
use crate::source::{Listing, Shelf};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunBrief {
    pub record: RunRecord,
    pub status: Option<Status>,
    /// The end of a good run, else the last sign of life.
    pub ended: Option<Moment>,
    /// The first step, in the order of creation, with a task that failed for good.
    pub failed_step: Option<String>,
    /// The step that had the last sign of life, of a run without an end.
    pub last_step: Option<String>,
    pub tasks: u64,
    /// Tasks that needed more than one attempt.
    pub retried: u64,
    /// Which file a good or a failed end was told by.
    pub proof: String,
}

/// What is known of one task by its names.
struct TaskBrief {
    step: usize,
    meta: String,
    names: TaskNames,
    newest: Option<Moment>,
}

/// Reads a run's line. `end_step` is asked of the graph when the run does not say it.
pub fn read(
    shelf: &Shelf,
    store: &Store,
    path: &RunPath,
    alive: bool,
    now: Moment,
) -> (RunBrief, Problems) {
    let (outline, mut problems) = run::outline(shelf, store, path);
    let mut brief = RunBrief {
        record: outline.record.clone(),
        ..RunBrief::default()
    };
    let empty = Listing::default();
    let mut tasks = Vec::new();
    let mut end_step = None;
    for (step, in_step) in outline.steps.iter().enumerate() {
        for task in &in_step.tasks {
            let folder = store.task(&path.task(&in_step.name, task));
            let meta = paths::meta(&folder);
            let files = listed(shelf, &folder, &mut problems).unwrap_or(&empty);
            let records = listed(shelf, &meta, &mut problems).unwrap_or(&empty);
            let names = TaskNames::of(files, records);
            if in_step.name == paths::PARAMETERS {
                let file = names.events_of("end_step").max_by_key(|event| event.at);
                let entry =
                    file.and_then(|file| record::read_event(shelf, &meta, file, &mut problems));
                end_step = entry.map(|entry| entry.value.text());
                continue;
            }
            let newest = names.newest_event();
            tasks.push(TaskBrief {
                step,
                meta,
                names,
                newest,
            });
        }
    }
    brief.tasks = tasks.len() as u64;
    brief.retried = tasks
        .iter()
        .filter(|task| task.names.attempts().len() > 1)
        .count() as u64;
    let newest = tasks.iter().max_by_key(|task| task.newest);
    brief.last_step = newest
        .and_then(|task| outline.steps.get(task.step))
        .map(|step| step.name.clone());
    brief.ended = later(newest.and_then(|task| task.newest), brief.record.started);

    let end_step = end_step.as_deref().unwrap_or("end");
    let end_task = tasks
        .iter()
        .filter(|task| {
            outline
                .steps
                .get(task.step)
                .is_some_and(|step| step.name == end_step)
        })
        .max_by_key(|task| task.newest);
    let mut outcome = |task: &TaskBrief| last_outcome(shelf, task, &mut problems);
    if let Some(task) = end_task
        && outcome(task) == Some(true)
    {
        let cached = tasks
            .iter()
            .all(|task| task.names.events_of("origin-task-id").next().is_some());
        brief.ended = task
            .names
            .events_of("attempt-done")
            .map(|event| event.at)
            .max()
            .or(brief.ended);
        brief.proof = format!("{end_step} attempt_ok True");
        brief.status = Some(match (cached, brief.retried) {
            (true, _) => Status::Cached,
            (false, 0) => Status::Succeeded,
            (false, _) => Status::Retried,
        });
        return (brief, problems);
    }
    // Of the tasks that failed, the first in the order of the steps is named.
    let failed = tasks.iter().find(|task| outcome(task) == Some(false));
    if let Some(task) = failed {
        brief.failed_step = outline.steps.get(task.step).map(|step| step.name.clone());
        brief.proof = "attempt_ok False".to_owned();
        brief.status = Some(Status::Failed);
        return (brief, problems);
    }
    let running = alive
        && brief
            .ended
            .is_some_and(|last| now.since(last) < SIGN_OF_LIFE);
    brief.status = Some(if running {
        Status::Running
    } else {
        Status::Unfinished
    });
    (brief, problems)
}

/// Whether a task's last attempt went well; `None` when nothing says so.
fn last_outcome(shelf: &Shelf, task: &TaskBrief, problems: &mut Problems) -> Option<bool> {
    let last = task.names.attempts().last().copied()?;
    let file = task
        .names
        .events_of("attempt_ok")
        .max_by_key(|event| event.at);
    let entry = file.and_then(|file| record::read_event(shelf, &task.meta, file, problems));
    match entry {
        Some(entry) if entry.attempt.is_none_or(|attempt| attempt == last) => {
            return Some(entry.value.text() == "True");
        }
        _ => {}
    }
    let folder = task.meta.strip_suffix("/_meta").unwrap_or(&task.meta);
    let exit = task
        .names
        .exits
        .contains(&last)
        .then(|| record::read_exit(shelf, folder, last, problems))
        .flatten()?;
    Some(exit.success)
}
