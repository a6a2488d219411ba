//! A run in one line, as lists show it.

use super::{Moment, RunRecord, Status};

/// What a list says of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunBrief {
    pub record: RunRecord,
    pub status: Option<Status>,
    /// What the engine calls the state that it is in (Prefect: `TimedOut`).
    pub state: Option<Box<str>>,
    /// The end of a good run, else the last sign of life.
    pub ended: Option<Moment>,
    /// It ended well, and when was not recorded: `ended` is the last sign of life all the same.
    pub only_seen: bool,
    /// It failed, and other tasks of it still run.
    pub goes_on: bool,
    /// The first step, in the order of creation, with a task that failed for good.
    pub failed_step: Option<String>,
    /// How many tasks failed for good, where the records that tell it were read all the same.
    pub failed: Option<u64>,
    /// The step that had the last sign of life.
    pub last_step: Option<String>,
    pub tasks: u64,
    /// Of these so many have not been looked into yet: no more than a good end is told, and a
    /// retried one among them is not counted.
    pub unseen: u64,
    /// Tasks that needed more than one attempt.
    pub retried: u64,
    /// One task of one step, run by itself.
    pub spun: bool,
    /// Which record told the status, or would have told it.
    pub proof: String,
}
