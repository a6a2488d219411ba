//! How an attempt, a task and a run went: what the record proves, and how it is known.
//!
//! The Client API knows neither *failed* nor *running* for a run without an end;
//! its own answers are in [`client`](super::client).

use super::blob;
use crate::model::time::later;
use crate::model::{Attempt, Evidence, Exit, Moment, Run, Span, Status, Step, Task};

/// A run without an end counts as running while its newest record is younger than this.
pub const SIGN_OF_LIFE: Span = Span::from_minutes(10);

/// The facts about one attempt that bear on its status.
#[derive(Clone, Debug, Default)]
pub struct AttemptFacts {
    /// Metadata `attempt_ok`.
    pub ok: Option<bool>,
    /// Metadata `attempt-done` names it.
    pub done: bool,
    /// The SHA-1 of artifact `_success`; a plain true or false has a known one.
    pub success_sha: Option<String>,
    pub exit: Option<Exit>,
    /// The task is a copy made by `resume`.
    pub cloned: bool,
    pub later_attempt: bool,
    /// The hidden task that holds the parameters: nothing runs in it.
    pub parameters: bool,
    /// The record that says that the attempt ended, well or badly.
    pub closed: Option<String>,
    /// The name of a record that would tell how it ended, is there, and cannot be read.
    pub unreadable: Option<String>,
}

impl AttemptFacts {
    /// Status and evidence; an attempt without an end is unfinished here, and
    /// becomes running in [`judge_run`] where there is a sign of life.
    pub fn judge(&self, last_sign: Option<Moment>) -> (Status, Evidence) {
        let recorded = |record: &str| Evidence::Recorded {
            record: record.to_owned(),
        };
        match (self.ok, &self.exit) {
            (Some(true), _) if self.cloned => (Status::Cached, recorded("origin-task-id")),
            (Some(true), _) => (Status::Succeeded, recorded("attempt_ok True")),
            (Some(false), _) => (Status::Failed, recorded("attempt_ok False")),
            (None, Some(exit)) if !exit.success => (
                Status::Failed,
                Evidence::ExitCode {
                    code: exit.code,
                    record: "N.runtime".to_owned(),
                },
            ),
            (None, _) if self.parameters && self.done => {
                (Status::Succeeded, recorded("attempt-done"))
            }
            (None, _) if self.success_sha.as_deref() == Some(blob::TRUE_SHA) => {
                (Status::Succeeded, recorded("_success True"))
            }
            (None, _) if self.success_sha.as_deref() == Some(blob::FALSE_SHA) => {
                (Status::Failed, recorded("_success False"))
            }
            (None, Some(exit)) => (
                Status::Succeeded,
                Evidence::ExitCode {
                    code: exit.code,
                    record: "N.runtime".to_owned(),
                },
            ),
            (None, None) if self.later_attempt => (Status::Failed, Evidence::LaterAttempt),
            (None, None) => match (self.unreadable.clone(), self.closed.clone()) {
                (Some(record), _) => (Status::Unknown, Evidence::Unreadable { record }),
                (None, Some(record)) => (Status::Unknown, Evidence::EndOnly { record }),
                (None, None) => (Status::Unfinished, Evidence::NoEnd { last_sign }),
            },
        }
    }

    /// Whether nothing that is known so far tells how the attempt ended.
    pub fn is_open(&self) -> bool {
        matches!(self.judge(None).0, Status::Unfinished | Status::Unknown)
    }

    /// An exception was caught by @catch: the attempt went well, the user's code did not.
    pub fn caught(&self) -> bool {
        self.ok == Some(true) && self.success_sha.as_deref() == Some(blob::FALSE_SHA)
    }
}

/// What a task's attempts amount to.
pub fn task_status(attempts: &[Attempt]) -> Status {
    match attempts.last() {
        None => Status::Unfinished,
        Some(last) if last.status == Status::Succeeded && attempts.len() > 1 => Status::Retried,
        Some(last) => last.status,
    }
}

/// The newest moment that anything in the run was recorded.
pub fn last_sign(run: &Run) -> Option<Moment> {
    let of_task = |task: &Task| {
        let attempts = task
            .attempts
            .iter()
            .flat_map(|attempt| [attempt.started, attempt.ended]);
        attempts.fold(task.created, later)
    };
    run.tasks()
        .map(|(_, task)| of_task(task))
        .fold(run.record.started, later)
}

/// Judges a run whose steps and tasks have been read. `unlisted` is a folder of it
/// that cannot be listed, so that there may be more than was read; `alive` says
/// whether new records may appear in the source; `now` is the reader's clock.
pub fn judge_run(run: &mut Run, end_step: &str, unlisted: Option<&str>, alive: bool, now: Moment) {
    let last = last_sign(run);
    let running = alive && last.is_some_and(|last| now.since(last) < SIGN_OF_LIFE);
    let ended = run.step(end_step).and_then(|step| {
        let task = step.tasks.iter().max_by_key(|task| task.created)?;
        matches!(
            task.status,
            Status::Succeeded | Status::Retried | Status::Cached
        )
        .then_some((step, task))
    });
    if let Some((step, task)) = ended {
        let record = format!("{}/{} succeeded", step.name, task.id);
        run.ended = task.ended();
        let statuses: Vec<Status> = run.tasks().map(|(_, task)| task.status).collect();
        run.status = if statuses.contains(&Status::Retried) {
            Status::Retried
        } else if statuses.iter().all(|status| *status == Status::Cached) {
            Status::Cached
        } else {
            Status::Succeeded
        };
        run.evidence = Evidence::Recorded { record };
        return;
    }
    if running {
        mark_running(&mut run.steps);
    }
    let failed = run.tasks().find(|(_, task)| task.status == Status::Failed);
    let failed = failed.map(|(step, task)| format!("{}/{}", step.name, task.id));
    let busy = run.tasks().any(|(_, task)| task.status == Status::Running);
    (run.status, run.evidence) = match failed {
        // While others still run, the run itself is not over, but it will not succeed.
        Some(task) => (Status::Failed, Evidence::FailedTask { task }),
        None if running || busy => (Status::Running, Evidence::NoEnd { last_sign: last }),
        None => match doubt(run, unlisted) {
            Some(evidence) => (Status::Unknown, evidence),
            None => (Status::Unfinished, Evidence::NoEnd { last_sign: last }),
        },
    };
    run.ended = last;
}

/// Why nobody can say that a run without an end has none.
fn doubt(run: &Run, unlisted: Option<&str>) -> Option<Evidence> {
    let of_task = run.tasks().find_map(|(step, task)| {
        let evidence = match task.last_attempt() {
            _ if task.status != Status::Unknown => return None,
            Some(last) => last.evidence.clone(),
            None => return Some(unlistable(&format!("{}/{}", step.name, task.id))),
        };
        let place = |record: &str| format!("{}/{}/{record}", step.name, task.id);
        Some(match evidence {
            Evidence::Unreadable { record } => Evidence::Unreadable {
                record: place(&record),
            },
            Evidence::EndOnly { record } => Evidence::EndOnly {
                record: place(&record),
            },
            other => other,
        })
    });
    of_task.or_else(|| unlisted.map(unlistable))
}

fn unlistable(folder: &str) -> Evidence {
    Evidence::Unreadable {
        record: format!("the folder {folder}"),
    }
}

fn mark_running(steps: &mut [Step]) {
    for task in steps.iter_mut().flat_map(|step| &mut step.tasks) {
        if task.status != Status::Unfinished {
            continue;
        }
        task.status = Status::Running;
        if let Some(attempt) = task.attempts.last_mut() {
            attempt.status = Status::Running;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(facts: AttemptFacts, expected: Status) {
        assert_eq!(facts.judge(None).0, expected, "{facts:?}");
    }

    #[test]
    fn an_attempt_is_judged_by_its_strongest_proof() {
        let exit = |code, success| {
            Some(Exit {
                code,
                killed: false,
                success,
            })
        };
        check(
            AttemptFacts {
                ok: Some(true),
                ..Default::default()
            },
            Status::Succeeded,
        );
        check(
            AttemptFacts {
                ok: Some(true),
                cloned: true,
                ..Default::default()
            },
            Status::Cached,
        );
        check(
            AttemptFacts {
                ok: Some(false),
                exit: exit(0, true),
                ..Default::default()
            },
            Status::Failed,
        );
        check(
            AttemptFacts {
                exit: exit(-9, false),
                ..Default::default()
            },
            Status::Failed,
        );
        check(
            AttemptFacts {
                later_attempt: true,
                ..Default::default()
            },
            Status::Failed,
        );
        check(
            AttemptFacts {
                parameters: true,
                done: true,
                ..Default::default()
            },
            Status::Succeeded,
        );
        check(
            AttemptFacts {
                success_sha: Some(blob::TRUE_SHA.to_owned()),
                ..Default::default()
            },
            Status::Succeeded,
        );
        check(AttemptFacts::default(), Status::Unfinished);
    }

    #[test]
    fn what_cannot_be_read_is_no_missing_end() {
        let unreadable = || Some("0.runtime".to_owned());
        check(
            AttemptFacts {
                unreadable: unreadable(),
                ..Default::default()
            },
            Status::Unknown,
        );
        check(
            AttemptFacts {
                closed: Some("0.DONE.lock".to_owned()),
                ..Default::default()
            },
            Status::Unknown,
        );
        // What else is known counts more.
        check(
            AttemptFacts {
                unreadable: unreadable(),
                later_attempt: true,
                ..Default::default()
            },
            Status::Failed,
        );
        check(
            AttemptFacts {
                unreadable: unreadable(),
                ok: Some(true),
                ..Default::default()
            },
            Status::Succeeded,
        );
    }

    #[test]
    fn a_caught_exception_is_a_success_that_says_so() {
        let facts = AttemptFacts {
            ok: Some(true),
            success_sha: Some(blob::FALSE_SHA.to_owned()),
            ..Default::default()
        };
        check(facts.clone(), Status::Succeeded);
        assert!(facts.caught());
    }
}
