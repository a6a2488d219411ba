//! The tries of a run, out of the history of its states: when each began, how it ended, what
//! came between them, and which rows of the log belong to each.
//!
//! Prefect has no record of a try. Every state of the type RUNNING begins one and the next
//! state, whatever it is, ends it (`prefect/task_engine.py`, `handle_retry`, and
//! `prefect/flow_engine.py`, 3.9.1): a retry without a delay is a `Retrying` right behind the
//! `Running`, one with a delay has an `AwaitingRetry` between. Without a history one try is
//! known, from the run's own times. Nothing here knows tasks from flows. Start with
//! [`attempts`]; [`rows`] parts the log, [`failure()`] tells what went wrong.

mod failure;

pub use failure::{Failure, failure};

use super::id::Word;
use super::records::{Course, Log, State, StateType};
use super::state::{Around, StateKind};
use crate::model::{self, AttemptNumber, Evidence, Moment, Status};
use failure::retried;

/// One try of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub number: AttemptNumber,
    pub started: Option<Moment>,
    pub ended: Option<Moment>,
    /// The name of the state that began it, and of the one that ended it.
    pub opened_by: Word,
    pub ended_by: Option<Word>,
    /// What came of it; nothing while it goes on. A cancelling that was carried out is a
    /// cancelled one, though another state ended the try.
    pub end: Option<StateKind>,
    /// What the state that ended it says.
    pub message: Option<Box<str>>,
    /// What was waited for afterwards, where something was.
    pub wait: Option<Wait>,
}

/// The time between the end of a try and the beginning of the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    pub kind: StateKind,
    pub from: Option<Moment>,
    /// Nothing where it still waits, or was never tried again.
    pub until: Option<Moment>,
    /// When the next try was to begin.
    pub due: Option<Moment>,
}

/// The tries of a run, and how they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempts {
    pub list: Vec<Attempt>,
    /// Whether they come from a history; else there may have been others before.
    pub by_history: bool,
    /// So many tries were counted that nothing else is known of.
    pub not_recorded: u64,
}

/// The tries of a run with such a history, oldest state first.
pub fn attempts(course: &Course, history: &[State]) -> Attempts {
    let told = of_history(history);
    // Of a run that was started a state may be lost.
    let by_history = !history.is_empty() && (!told.is_empty() || course.started.is_none());
    let list = match by_history {
        true => told,
        false => of_course(course).into_iter().collect(),
    };
    Attempts {
        not_recorded: course.run_count.saturating_sub(list.len() as u64),
        list,
        by_history,
    }
}

impl Attempts {
    /// Whether a try failed and another followed. A run that was paused and went on was
    /// started twice and not tried again.
    pub fn is_retried(&self, course: &Course) -> bool {
        let failed = |one: &Attempt| one.end.is_some_and(is_tried_again);
        match self.by_history {
            true => self.list.iter().any(failed),
            false => course.run_count > 1,
        }
    }

    /// How the run went, of which these are the tries.
    pub fn status(&self, course: &Course, around: Around) -> (Status, Evidence) {
        let Some(state) = &course.state else {
            let last_sign = course.updated.or(course.started);
            return (Status::Unknown, Evidence::NoEnd { last_sign });
        };
        let kind = StateKind::of_state(state);
        let starts = match (course.run_count, self.is_retried(course)) {
            (0, _) => 0,
            (_, false) => 1,
            (_, true) => 2,
        };
        let evidence = kind.evidence(&state.name, state.at.or(course.updated));
        (kind.status(starts, around), evidence)
    }
}

/// Whether a try that ended so had failed and is tried again.
fn is_tried_again(end: StateKind) -> bool {
    matches!(
        end,
        StateKind::Retrying | StateKind::AwaitingRetry | StateKind::Running
    )
}

fn of_history(history: &[State]) -> Vec<Attempt> {
    let mut list = Vec::new();
    for (at, state) in history.iter().enumerate() {
        if state.kind != StateType::Running {
            continue;
        }
        let next = history.get(at + 1);
        let later = history.get(at + 1..).unwrap_or_default();
        let wait = next.filter(|next| waits(next)).map(|next| Wait {
            kind: StateKind::of_state(next),
            from: next.at,
            until: later
                .iter()
                .find(|state| state.kind == StateType::Running)
                .and_then(|state| state.at),
            due: next.due(),
        });
        list.push(Attempt {
            number: list.len() as AttemptNumber,
            started: state.at,
            ended: next.and_then(|next| next.at),
            opened_by: state.name.clone(),
            ended_by: next.map(|next| next.name.clone()),
            end: next.map(|next| outcome(next, later)),
            message: next.and_then(|next| next.message.clone()),
            wait,
        });
    }
    list
}

/// What a state means that ended a try and is followed by others, itself the first of them.
fn outcome(end: &State, later: &[State]) -> StateKind {
    let kind = StateKind::of_state(end);
    let after = later.get(1).map(StateKind::of_state);
    match (kind, after) {
        (StateKind::Cancelling, Some(after)) if after.is_final() => after,
        _ => kind,
    }
}

/// Whether a run in this state waits before it goes on.
fn waits(state: &State) -> bool {
    matches!(state.kind, StateType::Scheduled | StateType::Paused)
}

/// The one try that a run tells of itself: from its first start to its last end.
fn of_course(course: &Course) -> Option<Attempt> {
    let state = course.state.as_ref();
    let kind = state.map(StateKind::of_state);
    // What was never started was never tried.
    if course.started.is_none() && course.run_count == 0 {
        return None;
    }
    let end = kind.filter(|kind| kind.is_final());
    let over = state.filter(|_| end.is_some());
    Some(Attempt {
        number: 0,
        started: course.started,
        ended: course.ended,
        opened_by: "Running".into(),
        ended_by: over.map(|state| state.name.clone()),
        end,
        message: over.and_then(|state| state.message.clone()),
        wait: None,
    })
}

impl Attempt {
    /// How it went. `is_last`: no other try follows.
    pub fn status(&self, is_last: bool, around: Around) -> (Status, Evidence) {
        let around = match is_last {
            true => around,
            false => Around::Over,
        };
        let Some(end) = self.end else {
            let status = StateKind::Running.status(1, around);
            return (status, Evidence::NoEnd { last_sign: None });
        };
        match end {
            // It was tried again, so it had failed. What was paused went on.
            _ if is_tried_again(end) && !is_last => (Status::Failed, Evidence::LaterAttempt),
            StateKind::AwaitingRetry => {
                let record = "its state AwaitingRetry".to_owned();
                (Status::Failed, Evidence::Recorded { record })
            }
            _ => {
                let name = self.ended_by.as_deref().unwrap_or_default();
                (end.status(1, around), end.evidence(name, self.ended))
            }
        }
    }

    /// The same in the words that hold for every engine.
    pub fn to_model(&self, is_last: bool, around: Around) -> model::Attempt {
        let (status, evidence) = self.status(is_last, around);
        model::Attempt {
            number: self.number,
            status,
            evidence,
            started: self.started,
            ended: self.ended,
            end_recorded: self.ended.is_some(),
            done: self.end.is_some_and(|end| end.is_final()) || !is_last,
            caught: false,
            exit: None,
            host: None,
        }
    }
}

/// For each row of the log the try that it belongs to; nothing for what came before the
/// first.
///
/// A row belongs to the last try that had begun by its time. The engine makes the state that
/// begins a try before it logs why the one before failed, so that such a row tells its try
/// itself (`prefect/task_engine.py`, `handle_retry`).
pub fn rows<'a>(
    logs: impl IntoIterator<Item = &'a Log>,
    attempts: &[Attempt],
) -> Vec<Option<AttemptNumber>> {
    let of = |log: &Log| {
        let told = retried(&log.message).and_then(|number| attempts.get(number as usize));
        if let Some(attempt) = told {
            return Some(attempt.number);
        }
        let at = log.at?;
        // They stand in the order of their times.
        let begun = attempts.partition_point(|one| one.started.is_none_or(|begun| begun <= at));
        let mut before = attempts.get(..begun)?.iter().rev();
        let last = before.find(|attempt| attempt.started.is_some())?;
        Some(last.number)
    };
    logs.into_iter().map(of).collect()
}

#[cfg(test)]
mod tests;
