//! Task runs that the server lost, as far as anything still names them.
//!
//! States of task runs reach the server as events through a queue that holds 10,000 messages
//! and drops what is too much (`prefect/server/utilities/messaging/memory.py`, 3.9.1): of a
//! map of 5,000 on a local server only 2,800 task runs were left, many of them running or
//! pending for ever in a flow run that had completed. So counts need not agree, ids may lead
//! nowhere, and a run that is over may have tasks that are not. Start with [`lost`] and
//! [`frozen`].

use super::edges::inputs;
use super::id::Id;
use super::records::{Artifact, AssetEvent, FlowRun, Log, TaskRun};
use super::state::StateKind;
use crate::sorting::{SortedSet, sort_by};
use std::collections::{HashMap, HashSet};

/// A task run of which only others tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    pub id: Id,
    /// What names it, in words: `inputs`, `log rows`.
    pub named_by: Vec<&'static str>,
}

/// What may name task runs, beside one another.
#[derive(Clone, Copy, Debug, Default)]
pub struct Named<'a> {
    pub flow_runs: &'a [FlowRun],
    pub logs: &'a [Log],
    pub artifacts: &'a [Artifact],
    pub events: &'a [AssetEvent],
}

/// Ids of task runs that are named and not there, by id.
pub fn lost(task_runs: &[TaskRun], named: &Named<'_>) -> Vec<Lost> {
    let known: HashSet<&Id> = task_runs.iter().map(|run| &run.id).collect();
    let mut found: HashMap<Id, SortedSet<&'static str>> = HashMap::new();
    let mut name = |id: Option<&Id>, by: &'static str| {
        if let Some(id) = id.filter(|id| !known.contains(id)) {
            found.entry(id.clone()).or_default().insert(by);
        }
    };
    // A subflow may be named by its own run.
    let flow_runs: HashSet<&Id> = named.flow_runs.iter().map(|run| &run.id).collect();
    for run in task_runs {
        let given = inputs(run);
        let ids = given.upstream.iter().map(|(id, _)| id);
        for id in ids
            .chain(&given.inside)
            .filter(|id| !flow_runs.contains(id))
        {
            name(Some(id), "inputs");
        }
    }
    for run in named.flow_runs {
        name(run.parent_task_run_id.as_ref(), "subflows");
    }
    for log in named.logs {
        name(log.task_run_id.as_ref(), "log rows");
    }
    for artifact in named.artifacts {
        name(artifact.task_run_id.as_ref(), "artifacts");
    }
    for event in named.events {
        name(event.task_run_id.as_ref(), "events");
    }
    let mut lost: Vec<Lost> = found
        .into_iter()
        .map(|(id, by)| Lost {
            id,
            named_by: by.into_vec(),
        })
        .collect();
    sort_by(&mut lost, |one, other| one.id.cmp(&other.id));
    lost
}

/// How many task runs of a flow run that is over are in a state that is not final, so that
/// what became of them is lost.
pub fn frozen<'a>(run: &FlowRun, tasks: impl IntoIterator<Item = &'a TaskRun>) -> u64 {
    let is_over = run
        .course
        .state
        .as_ref()
        .is_some_and(|state| state.kind.is_final());
    if !is_over {
        return 0;
    }
    let states = tasks.into_iter().map(|task| task.course.state.as_ref());
    let frozen = states.filter(|state| {
        let kind = state.map(StateKind::of_state);
        kind.is_none_or(|kind| !kind.is_final())
    });
    frozen.count() as u64
}
