//! The tries of a run, out of the history of its states: when each began, how it ended, what
//! came between them, and which rows of the log belong to each.
//!
//! Prefect has no record of a try. Every state of the type RUNNING begins one and the next
//! state, whatever it is, ends it (`prefect/task_engine.py`, `handle_retry`, and
//! `prefect/flow_engine.py`, 3.9.1): a retry without a delay is a `Retrying` right behind the
//! `Running`, one with a delay has an `AwaitingRetry` between. Without a history one try is
//! known, from the run's own times. Nothing here knows tasks from flows. Start with
//! [`attempts`]; [`rows`] parts the log, [`failure`] tells what went wrong.

use super::id::Word;
use super::records::{Course, Log, State, StateType};
use super::state::StateKind;
use crate::model::{self, AttemptNumber, Evidence, Moment, Status};

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
    let by_history = !history.is_empty();
    let list = match by_history {
        true => of_history(history),
        false => of_course(course).into_iter().collect(),
    };
    Attempts {
        not_recorded: course.run_count.saturating_sub(list.len() as u64),
        list,
        by_history,
    }
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
    /// How it went. `is_last`: no other try follows; `alive`: see [`StateKind::status`].
    pub fn status(&self, is_last: bool, alive: bool) -> (Status, Evidence) {
        let Some(end) = self.end else {
            let status = StateKind::Running.status(1, alive && is_last);
            return (status, Evidence::NoEnd { last_sign: None });
        };
        match end {
            // It was tried again, so it had failed. What was paused went on.
            StateKind::Retrying | StateKind::AwaitingRetry | StateKind::Running => {
                (Status::Failed, Evidence::LaterAttempt)
            }
            _ => {
                let name = self.ended_by.as_deref().unwrap_or_default();
                (
                    end.status(1, alive && is_last),
                    end.evidence(name, self.ended),
                )
            }
        }
    }

    /// The same in the words that hold for every engine.
    pub fn to_model(&self, is_last: bool, alive: bool) -> model::Attempt {
        let (status, evidence) = self.status(is_last, alive);
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
/// A row belongs to the last try that had begun by its time. The engine sets the state that
/// begins a try before it logs why the one before failed, so that such a row tells its try
/// itself (`prefect/task_engine.py`, `handle_retry`).
pub fn rows<'a>(
    logs: impl IntoIterator<Item = &'a Log>,
    attempts: &[Attempt],
) -> Vec<Option<AttemptNumber>> {
    let of = |log: &Log| {
        if let Some(retried) = retried(&log.message)
            && let Some(attempt) = attempts.iter().find(|attempt| attempt.number == retried)
        {
            return Some(attempt.number);
        }
        let at = log.at?;
        let begun = |attempt: &&Attempt| attempt.started.is_some_and(|started| started <= at);
        attempts
            .iter()
            .rev()
            .find(begun)
            .map(|attempt| attempt.number)
    };
    logs.into_iter().map(of).collect()
}

/// How such rows begin.
const FAILED: &str = "Task run failed with exception";
const FLOW_FAILED: &str = "Encountered exception during execution";

/// The try, from 0, of which a row says that it failed and is followed by another:
/// `Task run failed with exception: … - Retry 1/2 will start immediately`.
fn retried(message: &str) -> Option<AttemptNumber> {
    let rest = message.strip_prefix(FAILED)?;
    // The text of an exception may hold anything, and comes before.
    let (_, tail) = rest.rsplit_once(" - Retry ")?;
    let (number, tail) = tail.split_once('/')?;
    let (of, tail) = tail.split_once(' ')?;
    let is_number = !of.is_empty() && of.bytes().all(|byte| byte.is_ascii_digit());
    let is_retry = is_number && tail.starts_with("will start ");
    let number: AttemptNumber = number.parse().ok().filter(|_| is_retry)?;
    number.checked_sub(1)
}

/// What went wrong in a try.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// `ValueError`; nothing where no exception is named.
    pub class: Option<String>,
    pub text: String,
    /// As Python printed it, with its causes.
    pub traceback: Option<String>,
}

/// What went wrong in a try: what the state says that ended it, else what its rows say.
/// `None` where nothing says that anything did.
pub fn failure<'a>(attempt: &Attempt, rows: impl IntoIterator<Item = &'a Log>) -> Option<Failure> {
    let is_failure = attempt.end.is_some_and(|end| {
        end.is_failure()
            || matches!(
                end,
                StateKind::Retrying | StateKind::AwaitingRetry | StateKind::Running
            )
    });
    if !is_failure {
        return None;
    }
    let mut told = None;
    let mut traceback = None;
    for row in rows {
        let Some(found) = of_row(&row.message) else {
            continue;
        };
        traceback = found.traceback.clone().or(traceback);
        told = Some(found);
    }
    let of_state = attempt.message.as_deref().filter(|text| !text.is_empty());
    let mut failure = match (of_state.map(of_message), told) {
        // A time-out says less than its exception.
        (Some(found), told) if found.class.is_some() || told.is_none() => found,
        (Some(found), Some(told)) => Failure {
            class: told.class,
            ..found
        },
        (_, told) => told.unwrap_or_default(),
    };
    failure.traceback = traceback;
    Some(failure)
}

/// Of the message of a state: `Task run encountered an exception ValueError: no sensor`,
/// `Flow run encountered an exception: RuntimeError: …` (`prefect/states.py`,
/// `exception_to_failed_state`).
fn of_message(message: &str) -> Failure {
    const BEGINNINGS: [&str; 2] = [
        "Task run encountered an exception",
        "Flow run encountered an exception",
    ];
    let rest = BEGINNINGS
        .iter()
        .find_map(|start| message.strip_prefix(start));
    let Some(rest) = rest else {
        return Failure {
            text: message.to_owned(),
            ..Failure::default()
        };
    };
    let rest = rest.trim_start_matches(':').trim();
    match rest.split_once(": ") {
        Some((class, text)) if is_class(class) => Failure {
            class: Some(class.to_owned()),
            text: text.to_owned(),
            traceback: None,
        },
        _ => match rest.strip_suffix(':').filter(|class| is_class(class)) {
            Some(class) => Failure {
                class: Some(class.to_owned()),
                ..Failure::default()
            },
            None => Failure {
                text: rest.to_owned(),
                ..Failure::default()
            },
        },
    }
}

/// Of a row that tells an exception: `… : ValueError('no sensor')`, a retry or not, and
/// behind it the traceback.
fn of_row(message: &str) -> Option<Failure> {
    let rest = [FAILED, FLOW_FAILED]
        .iter()
        .find_map(|start| message.strip_prefix(start))?;
    let rest = rest.strip_prefix(": ")?;
    const BEGIN: &str = "\nTraceback (most recent call last):";
    // Causes come first and have a traceback of their own.
    const ROOTS: [&str; 2] = [BEGIN, "\n  + Exception Group Traceback"];
    let begins = ROOTS.iter().filter_map(|root| rest.find(root)).min();
    let (head, traceback) = match begins.and_then(|at| rest.split_at_checked(at)) {
        Some((head, traceback)) => (head, Some(traceback.trim_start_matches('\n').to_owned())),
        None => (rest, None),
    };
    let head = [" - Retry ", " - Retries are exhausted"]
        .iter()
        .find_map(|end| head.rsplit_once(end))
        .map_or(head, |(head, _)| head);
    let (class, text) = match head.split_once('(') {
        Some((class, text)) if is_class(class) => (Some(class.to_owned()), argument(text)),
        _ => (None, head.to_owned()),
    };
    Some(Failure {
        class,
        text,
        traceback,
    })
}

/// The one text that an exception was made with, else its arguments as they are printed.
fn argument(arguments: &str) -> String {
    let inner = arguments.strip_suffix(')').unwrap_or(arguments);
    for quote in ['\'', '"'] {
        let text = inner
            .strip_prefix(quote)
            .and_then(|text| text.strip_suffix(quote));
        if let Some(text) = text.filter(|text| !text.contains(['\\', quote])) {
            return text.to_owned();
        }
    }
    inner.to_owned()
}

fn is_class(text: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.');
    let first = text.chars().next();
    first.is_some_and(|first| first.is_alphabetic() || first == '_') && text.chars().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::prefect::records::Details;
    use proptest::prelude::*;

    /// `Running@5 AwaitingRetry@7>9 Retrying@9`: states with their times and what is due.
    fn history(told: &str) -> Vec<State> {
        told.split_whitespace()
            .map(|one| {
                let (name, times) = one.split_once('@').unwrap();
                let (at, due) = times.split_once('>').unwrap_or((times, ""));
                let kind = match name {
                    "Running" | "Retrying" => "RUNNING",
                    "AwaitingRetry" | "Scheduled" | "Late" => "SCHEDULED",
                    "Pending" | "NotReady" | "Submitting" => "PENDING",
                    "Completed" | "Cached" | "RolledBack" => "COMPLETED",
                    "Failed" | "TimedOut" => "FAILED",
                    "Paused" | "Suspended" => "PAUSED",
                    "Crashed" => "CRASHED",
                    "Cancelled" => "CANCELLED",
                    "Cancelling" => "CANCELLING",
                    _ => panic!("{name}"),
                };
                let mut state = State::named(StateType::of(kind.into()), name.into());
                state.at = at.parse().ok().map(Moment);
                state.details = due.parse().ok().map(|due| {
                    Box::new(Details {
                        scheduled: Some(Moment(due)),
                        ..Details::default()
                    })
                });
                state
            })
            .collect()
    }

    /// Each try as `start-end opened>ended status`, a wait behind it as `~from-until due`.
    #[track_caller]
    fn check(told: &str, expected: &[&str]) {
        let found = attempts(&Course::default(), &history(told)).list;
        let last = found.len().saturating_sub(1);
        let time = |at: Option<Moment>| at.map_or("?".to_owned(), |at| at.0.to_string());
        let lines: Vec<String> = found
            .iter()
            .enumerate()
            .map(|(at, one)| {
                let status = one.status(at == last, false).0.key();
                let ended = one.ended_by.as_deref().unwrap_or("?");
                let mut line = format!(
                    "{}-{} {}>{ended} {status}",
                    time(one.started),
                    time(one.ended),
                    one.opened_by
                );
                if let Some(wait) = &one.wait {
                    line += &format!(
                        " ~{}-{} {}",
                        time(wait.from),
                        time(wait.until),
                        time(wait.due)
                    );
                }
                line
            })
            .collect();
        assert_eq!(lines, expected, "{told}");
    }

    #[test]
    fn a_history_tells_the_tries() {
        check(
            "Pending@0 Running@1 Completed@2",
            &["1-2 Running>Completed succeeded"],
        );
        check(
            "Pending@0 Running@1 AwaitingRetry@2>5 Retrying@6 AwaitingRetry@7>9 Retrying@9 Completed@10",
            &[
                "1-2 Running>AwaitingRetry failed ~2-6 5",
                "6-7 Retrying>AwaitingRetry failed ~7-9 9",
                "9-10 Retrying>Completed succeeded",
            ],
        );
        check(
            "Pending@0 Running@1 Retrying@2 Completed@3",
            &[
                "1-2 Running>Retrying failed",
                "2-3 Retrying>Completed succeeded",
            ],
        );
        check(
            "Pending@0 Running@1 AwaitingRetry@2>5",
            &["1-2 Running>AwaitingRetry failed ~2-? 5"],
        );
        check(
            "Pending@0 Running@1 Cached@2",
            &["1-2 Running>Cached cached"],
        );
        check(
            "Pending@0 Running@1 Completed@2 RolledBack@8",
            &["1-2 Running>Completed succeeded"],
        );
        check("Pending@0 Running@1", &["1-? Running>? unfinished"]);
        check(
            "Pending@0 Running@1 Crashed@2",
            &["1-2 Running>Crashed failed"],
        );
        check("Pending@0 NotReady@1", &[]);
        check("Scheduled@0", &[]);
        check(
            "Scheduled@0 Pending@1 Submitting@2 Running@3 Cancelling@4 Cancelled@5",
            &["3-4 Running>Cancelling failed"],
        );
        check(
            "Running@1 AwaitingRetry@2>3 Running@4 Completed@5",
            &[
                "1-2 Running>AwaitingRetry failed ~2-4 3",
                "4-5 Running>Completed succeeded",
            ],
        );
        check(
            "Running@1 Paused@2 Running@4 Failed@5",
            &[
                "1-2 Running>Paused unfinished ~2-4 ?",
                "4-5 Running>Failed failed",
            ],
        );
        check(
            "Pending@0 Pending@1 Running@2 Running@2 Completed@2",
            &[
                "2-2 Running>Running failed",
                "2-2 Running>Completed succeeded",
            ],
        );
    }

    #[test]
    fn without_a_history_a_run_tells_of_one() {
        let mut course = Course {
            run_count: 3,
            started: Some(Moment(1)),
            ended: Some(Moment(9)),
            state: Some(State::named(StateType::Completed, "Completed".into())),
            ..Course::default()
        };
        let found = attempts(&course, &[]);
        assert_eq!(
            (found.list.len(), found.by_history, found.not_recorded),
            (1, false, 2)
        );
        assert_eq!(found.list[0].end, Some(StateKind::Completed));
        course = Course::default();
        assert_eq!(attempts(&course, &[]), Attempts::default());
    }

    fn log(at: i64, message: &str) -> Log {
        Log {
            at: Some(Moment(at)),
            level: 20,
            logger: "prefect.task_runs".into(),
            message: message.into(),
            flow_run_id: None,
            task_run_id: None,
        }
    }

    #[track_caller]
    fn check_rows(told: &str, rows_of: &[(i64, &str)], expected: &[Option<u32>]) {
        let logs: Vec<Log> = rows_of
            .iter()
            .map(|(at, message)| log(*at, message))
            .collect();
        let tries = attempts(&Course::default(), &history(told)).list;
        assert_eq!(rows(&logs, &tries), expected);
    }

    #[test]
    fn rows_belong_to_the_try_that_had_begun() {
        check_rows(
            "Pending@0 Running@10 Retrying@20 Completed@30",
            &[
                (5, "before"),
                (10, "first"),
                (
                    21,
                    "Task run failed with exception: OSError('disk - Retry 2/9 will start') - Retry 1/2 will start immediately",
                ),
                (21, "second"),
                (40, "Finished in state Completed()"),
            ],
            &[None, Some(0), Some(0), Some(1), Some(1)],
        );
        check_rows(
            "Running@10 AwaitingRetry@20>30 Retrying@30 Failed@40",
            &[
                (
                    21,
                    "Task run failed with exception: OSError('x') - Retry 1/2 will start 9 second(s) from now",
                ),
                (
                    33,
                    "Task run failed with exception: OSError('x') - Retries are exhausted",
                ),
                (
                    34,
                    "Task run failed with exception: OSError('x') - Retry 7/2 will start immediately",
                ),
                (
                    35,
                    "Task run failed with exception: OSError('x') - Retry a/2 will start immediately",
                ),
            ],
            &[Some(0), Some(1), Some(1), Some(1)],
        );
    }

    #[track_caller]
    fn check_failure(
        end: &str,
        message: Option<&str>,
        rows_of: &[&str],
        expected: Option<(Option<&str>, &str, Option<&str>)>,
    ) {
        let mut states = history(&format!("Running@1 {end}@2"));
        states[1].message = message.map(Into::into);
        let tries = attempts(&Course::default(), &states).list;
        let logs: Vec<Log> = rows_of.iter().map(|message| log(1, message)).collect();
        let found = failure(&tries[0], &logs);
        let found = found.as_ref().map(|one| {
            (
                one.class.as_deref(),
                one.text.as_str(),
                one.traceback.as_deref(),
            )
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn a_failure_is_told_by_the_state_and_its_traceback_by_the_log() {
        let row = "Task run failed with exception: ValueError('no sensor')\nTraceback (most recent call last):\n  File \"a\"\nValueError: no sensor";
        let traceback = "Traceback (most recent call last):\n  File \"a\"\nValueError: no sensor";
        let message = "Task run encountered an exception ValueError: no sensor";
        check_failure(
            "Failed",
            Some(message),
            &["hello", row],
            Some((Some("ValueError"), "no sensor", Some(traceback))),
        );
        check_failure(
            "Failed",
            Some(message),
            &[],
            Some((Some("ValueError"), "no sensor", None)),
        );
        let message = "Flow run encountered an exception: RuntimeError: abort: now";
        check_failure(
            "Failed",
            Some(message),
            &[],
            Some((Some("RuntimeError"), "abort: now", None)),
        );
        check_failure(
            "Failed",
            Some("Flow run encountered an exception: KeyError: "),
            &[],
            Some((Some("KeyError"), "", None)),
        );
        check_failure(
            "Failed",
            Some("1/2 states failed."),
            &[],
            Some((None, "1/2 states failed.", None)),
        );
        let row = "Task run failed with exception: OSError('disk went away') - Retry 1/2 will start immediately";
        check_failure(
            "Retrying",
            None,
            &[row],
            Some((Some("OSError"), "disk went away", None)),
        );
        let row = "Task run failed with exception: OSError(2, 'No such file')";
        check_failure(
            "AwaitingRetry",
            None,
            &[row],
            Some((Some("OSError"), "2, 'No such file'", None)),
        );
        let row = "Task run failed with exception: TaskRunTimeoutError('0.4 s')\nTraceback (most recent call last):\n  x";
        check_failure(
            "TimedOut",
            Some("Task run exceeded timeout"),
            &[row],
            Some((
                Some("TaskRunTimeoutError"),
                "Task run exceeded timeout",
                Some("Traceback (most recent call last):\n  x"),
            )),
        );
        check_failure("Completed", Some("all fine"), &[row], None);
        check_failure("Failed", None, &[], Some((None, "", None)));
    }

    proptest! {
        #[test]
        fn no_message_breaks_the_reading(message in "(Task run failed with exception|Encountered exception during execution|Task run encountered an exception|: | - Retry |1/2|\\(|'|é|\nTraceback \\(most recent call last\\):|[ -~]){0,12}") {
            let _ = (retried(&message), of_row(&message), of_message(&message));
        }
    }
}
