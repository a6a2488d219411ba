use super::failure::{of_message, of_row};
use super::*;
use crate::formats::prefect::records::Details;
use crate::formats::prefect::state::Around;
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
            let status = one.status(at == last, Around::Saved).0.key();
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
        &["3-4 Running>Cancelling cancelled"],
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

#[track_caller]
fn check_run(told: &str, runs: u64, status: Status, retried: bool) {
    let history = history(told);
    let course = Course {
        run_count: runs,
        started: (runs > 0).then_some(Moment(1)),
        state: history.last().cloned(),
        ..Course::default()
    };
    let found = attempts(&course, &history);
    assert_eq!(
        (
            found.status(&course, Around::Saved).0,
            found.is_retried(&course)
        ),
        (status, retried),
        "{told}"
    );
    // Without the history a second start is all that tells.
    let found = attempts(&course, &[]);
    assert_eq!(found.is_retried(&course), runs > 1);
}

#[test]
fn a_run_that_was_paused_was_not_tried_again() {
    check_run("Running@1 Completed@2", 1, Status::Succeeded, false);
    check_run("Running@1 Retrying@2 Completed@3", 2, Status::Retried, true);
    check_run("Running@1 AwaitingRetry@2", 1, Status::Waiting, true);
    check_run(
        "Running@1 Paused@2 Running@3 Completed@4",
        2,
        Status::Succeeded,
        false,
    );
    check_run("Scheduled@1", 0, Status::Waiting, false);
    let unknown = Attempts::default()
        .status(&Course::default(), Around::Alive)
        .0;
    assert_eq!(unknown, Status::Unknown);
}

#[test]
fn a_run_whose_running_state_is_lost_tells_of_one_try() {
    let course = Course {
        run_count: 1,
        started: Some(Moment(1)),
        ended: Some(Moment(2)),
        state: history("Completed@2").pop(),
        ..Course::default()
    };
    let found = attempts(&course, &history("Pending@0 Completed@2"));
    assert_eq!((found.list.len(), found.by_history), (1, false));
    assert_eq!(found.list[0].ended, Some(Moment(2)));
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
    let row = "Task run failed with state: Failed(message='no', type=FAILED) - Retry 1/2 will start immediately";
    check_failure(
        "Retrying",
        None,
        &[row],
        Some((None, "Failed(message='no', type=FAILED)", None)),
    );
    let row = "Task run failed with state: Failed(message='no', type=FAILED)\nNoneType: None";
    check_failure(
        "Failed",
        None,
        &[row],
        Some((None, "Failed(message='no', type=FAILED)", None)),
    );
    let row = "Task run failed with exception: OSError('a - Retry b')";
    check_failure(
        "Failed",
        None,
        &[row],
        Some((Some("OSError"), "a - Retry b", None)),
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
    /// Whatever the states and their times: one try for each that runs, and rows that belong to
    /// tries that there are.
    #[test]
    fn every_running_state_is_a_try(
        states in prop::collection::vec((prop::sample::select(&["Pending", "Running", "Retrying", "AwaitingRetry", "Paused", "Completed", "Failed", "Cancelling", "Cancelled"][..]), 0i64..9), 1..12),
        times in prop::collection::vec(-1i64..10, 0..6),
    ) {
        let told: Vec<String> = states.iter().map(|(name, at)| format!("{name}@{at}")).collect();
        let history = history(&told.join(" "));
        let tries = attempts(&Course::default(), &history).list;
        let running = states.iter().filter(|(name, _)| matches!(*name, "Running" | "Retrying")).count();
        prop_assert_eq!(tries.len(), running);
        let logs: Vec<Log> = times.iter().map(|at| log(*at, "x")).collect();
        for number in rows(&logs, &tries).into_iter().flatten() {
            prop_assert!((number as usize) < tries.len());
        }
        for (at, one) in tries.iter().enumerate() {
            let is_last = at + 1 == tries.len();
            let model = one.to_model(is_last, Around::Saved);
            prop_assert_eq!((model.number as usize, model.started), (at, one.started));
            let _ = failure(one, &logs);
        }
    }

    #[test]
    fn no_message_breaks_the_reading(message in "(Task run failed with exception|Encountered exception during execution|Task run encountered an exception|: | - Retry |1/2|\\(|'|é|\nTraceback \\(most recent call last\\):|[ -~]){0,12}") {
        let _ = (retried(&message), of_row(&message), of_message(&message));
    }
}
