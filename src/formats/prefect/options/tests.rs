use super::*;
use crate::formats::prefect::id::{Id, Words};
use crate::formats::prefect::reading::read_all;
use crate::model::Moment;

fn run(fields: &str) -> TaskRun {
    let mut problems = Vec::new();
    let text = format!(r#"[{{"id": "t", "flow_run_id": "f", {fields}}}]"#);
    let mut runs: Vec<TaskRun> =
        read_all(text.as_bytes(), "x", &mut Words::default(), &mut problems);
    assert_eq!(problems, []);
    runs.remove(0)
}

/// An option as `recorded: value`, `inferred: value` or `not recorded`.
#[track_caller]
fn check(fields: &str, messages: &[&str], option: &str, expected: &str) {
    let run = run(fields);
    let logs: Vec<Log> = messages
        .iter()
        .map(|message| Log {
            at: None,
            level: 20,
            logger: "".into(),
            message: (*message).into(),
            flow_run_id: None,
            task_run_id: None,
        })
        .collect();
    let logs: Vec<&Log> = logs.iter().collect();
    let facts = Facts {
        run: &run,
        attempts: &Attempts::default(),
        logs: &logs,
        in_file: None,
        events: &[],
        siblings: 1,
    };
    let options = options(&facts);
    let found = options.iter().find(|one| one.name == option).unwrap();
    let word = match found.known {
        Known::Recorded => "recorded",
        Known::Inferred { .. } => "inferred",
        Known::NotRecorded => "not recorded",
    };
    let line = found
        .value
        .as_ref()
        .map_or(word.to_owned(), |value| format!("{word}: {value}"));
    assert_eq!(line, expected, "{option}");
}

#[test]
fn options_are_told_with_how_they_are_known() {
    let default =
        r#""name": "load it-812", "dynamic_key": "812e15ab-f281", "task_key": "load-00000000""#;
    check(default, &[], "name", "inferred: load it");
    check(default, &[], "task_run_name", "inferred: none");
    check(default, &[], "description", "not recorded");
    check(default, &[], "tags", "recorded: none");
    check(default, &[], "version", "recorded: none");
    check(default, &[], "retries", "not recorded");
    check(default, &[], "persist_result", "not recorded");
    let own = r#""name": "load FI", "dynamic_key": "812e15ab-f281", "task_key": "load-00000000", "tags": ["b", "a"]"#;
    check(own, &[], "name", "not recorded");
    check(own, &[], "task_run_name", "inferred: one that gave load FI");
    check(own, &[], "tags", "recorded: a, b");
    let whole = r#""name": "load it-812e15ab-f281", "dynamic_key": "812e15ab-f281", "task_key": "load-00000000""#;
    check(whole, &[], "name", "inferred: load it");
    let outside = own.replace("\"name\"", "\"flow_run_id\": null, \"name\"");
    check(&outside, &[], "task_run_name", "not recorded");
    check(
        r#""name": "load", "task_key": "load-00000000""#,
        &[],
        "name",
        "inferred: load",
    );
}

#[test]
fn retries_are_recorded_and_what_refused_them_is_inferred() {
    let policy = |retries: u64, delay: &str| {
        format!(
            r#""empirical_policy": {{"retries": {retries}, "retry_delay": {delay}, "retry_jitter_factor": null}}"#
        )
    };
    check(&policy(0, "0"), &[], "retries", "recorded: none");
    check(&policy(1, "0"), &[], "retries", "recorded: 1 retry");
    check(
        &policy(2, "[0.3, 0.6]"),
        &[],
        "retry_delay_seconds",
        "recorded: 0.3 s, then 0.6 s",
    );
    check(&policy(2, "5"), &[], "retry_delay_seconds", "recorded: 5 s");
    check(
        &policy(2, "5"),
        &[],
        "retry_jitter_factor",
        "recorded: none",
    );
    let failed = format!(
        r#"{}, "run_count": 1, "state_type": "FAILED", "state_name": "Failed""#,
        policy(5, "0")
    );
    check(
        &failed,
        &[],
        "retry_condition_fn",
        "inferred: perhaps one that refused to try again",
    );
    let spent = failed.replace("\"run_count\": 1", "\"run_count\": 6");
    check(&spent, &[], "retry_condition_fn", "not recorded");
}

#[test]
fn what_became_of_the_result_tells_how_it_was_to_be_stored() {
    let state = |name: &str, data: &str| {
        format!(r#""state": {{"type": "COMPLETED", "name": "{name}", "data": {data}}}"#)
    };
    let data = r#"{"storage_key": "/home/demo/storage/square-12", "expiration": "2026-12-20T21:56:39Z", "serializer": {"type": "compressed"}}"#;
    let stored = state("Completed", data);
    check(&stored, &[], "persist_result", "recorded: yes");
    check(&stored, &[], "cache_key", "inferred: square-12");
    check(
        &stored,
        &[],
        "cache_expiration",
        "recorded: until 2026-12-20T21:56:39.000Z",
    );
    check(
        &stored,
        &[],
        "result_storage",
        "inferred: the folder /home/demo/storage",
    );
    check(
        &stored,
        &[],
        "result_storage_key",
        "recorded: /home/demo/storage/square-12",
    );
    check(&stored, &[], "result_serializer", "recorded: compressed");
    check(&stored, &[], "cache_policy", "not recorded");
    check(
        &state("Cached", data),
        &[],
        "cache_policy",
        "inferred: one by which the result of an earlier run was found",
    );
    check(
        &state("Completed", "null"),
        &[],
        "persist_result",
        "inferred: no",
    );
    check(
        &state("Completed", "null"),
        &[],
        "result_storage_key",
        "not recorded",
    );
}

#[test]
fn messages_tell_hooks_and_timeouts() {
    let rows = [
        "Running hook 'note' in response to entering state 'Completed'",
        "Running hook 'note' in response to entering state 'Completed'",
        "Running hook 'warn' in response to entering state 'Failed'",
        "Running hook 'greet' in response to entering state 'Running'",
        "Running hook 'cheer' in response to entering state 'All fine'",
        "Running commit hook 'done'",
        "Running rollback hook 'undo'",
    ];
    check(r#""name": "x""#, &rows, "on_completion", "inferred: note");
    check(r#""name": "x""#, &rows, "on_failure", "inferred: warn");
    check(r#""name": "x""#, &rows, "on_running", "inferred: greet");
    let state = r#""state": {"type": "COMPLETED", "name": "All fine"}"#;
    check(state, &rows, "on_completion", "inferred: note, cheer");
    check(r#""name": "x""#, &rows, "on_commit", "inferred: done");
    check(r#""name": "x""#, &rows, "on_rollback", "inferred: undo");
    check(
        r#""name": "x""#,
        &["Running hook"],
        "on_failure",
        "not recorded",
    );
    let state = r#""state": {"type": "FAILED", "name": "TimedOut", "message": "Task run exceeded timeout of 0.4 second(s)"}"#;
    check(state, &[], "timeout_seconds", "inferred: 0.4 s");
    let state = state.replace(
        "exceeded timeout of 0.4 second(s)",
        "failed due to timeout: TimeoutError()",
    );
    check(&state, &[], "timeout_seconds", "not recorded");
    check(r#""name": "x""#, &[], "timeout_seconds", "not recorded");
}

#[test]
fn a_serializer_is_told_in_words() {
    let words = |text: &str| {
        words_of(
            &crate::formats::prefect::result::serializer_of(text, &mut Words::default()).unwrap(),
        )
    };
    assert_eq!(words(r#"{"type": "json", "jsonlib": "json"}"#), "json");
    assert_eq!(
        words(r#"{"type": "pickle", "picklelib": "cloudpickle"}"#),
        "pickle by cloudpickle"
    );
    assert_eq!(
        words(
            r#"{"type": "compressed", "compressionlib": "lzma", "serializer": {"type": "json"}}"#
        ),
        "compressed: json packed by lzma"
    );
}

#[test]
fn a_reused_result_is_that_of_the_run_that_stored_it() {
    let one = |id: &str, name: &str, key: &str, at: i64| {
        let mut run = run(&format!(
            r#""state": {{"type": "COMPLETED", "name": "{name}", "data": {{"storage_key": "{key}"}}}}"#
        ));
        run.id = Id::of(id).unwrap();
        run.course.ended = Some(Moment(at));
        run
    };
    let all = [
        one("a", "Completed", "k", 1),
        one("b", "Completed", "k", 2),
        one("c", "Cached", "k", 3),
        one("d", "Cached", "k", 4),
        one("e", "Completed", "k", 5),
        one("f", "Cached", "other", 6),
    ];
    let found = |at: usize| reused(&all[at], &all).map(|run| run.id.to_string());
    assert_eq!(
        [found(0), found(3), found(5)],
        [None, Some("b".to_owned()), None]
    );
}
