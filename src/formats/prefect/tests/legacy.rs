//! Rows of Prefect 1.x, held against what its own task run view reads from them.

use super::{expected, fixture};
use crate::formats::prefect::id::{Id, Words};
use crate::formats::prefect::legacy::{Legacy, LegacyValue, TaskRunView, looks_legacy, read};
use crate::model::Status;
use proptest::prelude::*;
use serde_json::{Value, json};

fn read_all(bytes: &[u8]) -> (Legacy, Vec<String>) {
    let mut problems = Vec::new();
    let legacy = read(bytes, "x.json", &mut Words::default(), &mut problems);
    (legacy, problems.iter().map(ToString::to_string).collect())
}

/// The value of a row, where there is one.
fn value(legacy: &Legacy, row: &TaskRunView) -> Option<Value> {
    match legacy.result(row) {
        LegacyValue::Json(text) => Some(serde_json::from_str(text).unwrap()),
        LegacyValue::Children(places) => places
            .into_iter()
            .map(|at| value(legacy, &legacy.task_runs[at]))
            .collect(),
        LegacyValue::Elsewhere(_) | LegacyValue::None(_) => None,
    }
}

fn seen(legacy: &Legacy, row: &TaskRunView) -> Value {
    let state = &row.state;
    let result = match value(legacy, row) {
        Some(value) => json!({"available": true, "value": value}),
        None => json!({"available": false}),
    };
    let mut seen = json!({
        "task_run_id": row.id.to_string(),
        "task_id": row.task_id.as_ref().map(ToString::to_string),
        "task_slug": &*row.slug,
        "name": row.name,
        "map_index": row.map_index,
        "flow_run_id": row.flow_run_id.as_ref().map(ToString::to_string),
        "state": &*state.kind,
        "message": state.message,
        "is_mapped": state.is_mapped(),
        "is_finished": state.is_finished(),
        "is_successful": state.is_successful(),
        "result_type": state.result_kind(),
        "result_location": state.result.as_ref().and_then(|result| result.location.clone()),
        "result": result,
    });
    if let Some(children) = state.n_map_states {
        seen["n_map_states"] = json!(children);
    }
    seen
}

#[track_caller]
fn check(bytes: &[u8]) {
    let (legacy, problems) = read_all(bytes);
    assert_eq!(problems, Vec::<String>::new());
    let found: Value = legacy
        .task_runs
        .iter()
        .map(|row| seen(&legacy, row))
        .collect();
    assert_eq!(found, expected("legacy-1x.expected.json")["task_runs"]);
}

#[test]
fn every_wrapping_gives_what_the_view_reads() {
    let bytes = fixture("legacy-1x.json");
    let whole: Value = serde_json::from_slice(&bytes).unwrap();
    check(&bytes);
    check(whole["data"].to_string().as_bytes());
    check(whole["data"]["task_run"].to_string().as_bytes());
    assert!(
        looks_legacy(&bytes[..2000]) && !looks_legacy(b"[{\"id\": \"a\", \"task_key\": \"b\"}]")
    );
}

#[test]
fn the_flow_and_its_run_are_read_beside() {
    let (legacy, _) = read_all(&fixture("legacy-1x.json"));
    let said = &expected("legacy-1x.expected.json")["flow_run"];
    let run = &legacy.flow_runs[0];
    let states: Vec<&str> = run.states.iter().map(|(_, state)| &*state.kind).collect();
    assert_eq!(
        json!({"id": run.id.to_string(), "state": &*run.state.kind, "states": states}),
        *said
    );
    assert_eq!(
        run.parameters.as_deref(),
        Some(r#"{"day":"2022-05-04","n":4}"#)
    );
    let levels: Vec<&str> = run.logs.iter().flatten().map(|log| &*log.level).collect();
    assert_eq!(levels, ["INFO", "WARNING", "ERROR", "INFO", "WARNING"]);
    let flow = &legacy.flows[0];
    assert!(
        flow.tasks
            .iter()
            .any(|(slug, name)| &**slug == "Skip me-1" && name.as_deref() == Some("Skip me"))
    );
}

#[test]
fn rows_are_found_by_id_and_by_slug() {
    let (legacy, _) = read_all(&fixture("legacy-1x.json"));
    let run = legacy.flow_runs[0].id.clone();
    let parent = legacy.by_slug("Transform-1", &run, -1).unwrap();
    let parent = &legacy.task_runs[parent];
    assert!(parent.state.is_mapped());
    assert_eq!(legacy.by_id(&parent.id), Some(parent));
    let third = legacy.by_slug("Transform-1", &run, 2).unwrap();
    assert_eq!(legacy.task_runs[third].state.status(), Status::Failed);
    assert_eq!(legacy.by_slug("Transform-1", &run, 4), None);
    assert_eq!(legacy.children(parent).len(), 4);
    assert_eq!(legacy.iter_mapped(parent).count(), 4);
    assert_eq!(legacy.by_id(&Id::of("nobody").unwrap()), None);
}

#[test]
fn children_end_at_the_first_missing_index() {
    let row = |index: i64| {
        format!(
            r#"{{"id": "r{index}", "task": {{"slug": "t"}}, "map_index": {index}, "flow_run_id": "f", "serialized_state": null}}"#
        )
    };
    let rows: Vec<String> = [3, 0, 1, -1].into_iter().map(row).collect();
    let (legacy, problems) = read_all(format!("[{}]", rows.join(",")).as_bytes());
    assert_eq!(problems, Vec::<String>::new());
    let parent = &legacy.task_runs[3];
    assert_eq!(legacy.children(parent), [1, 2, 0]);
    assert_eq!(legacy.iter_mapped(parent).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(&*parent.state.kind, "Scheduled");
}

#[track_caller]
fn check_result(result: &str, expected: LegacyValue<'_>) {
    let text = format!(
        r#"[{{"id": "a", "task": {{"slug": "t"}}, "flow_run_id": "f", "serialized_state": {{"type": "Success", "_result": {result}}}}}]"#
    );
    let (legacy, _) = read_all(text.as_bytes());
    assert_eq!(legacy.result(&legacy.task_runs[0]), expected);
}

#[test]
fn only_one_kind_of_result_has_its_value() {
    let none = |why: &str| LegacyValue::None(why.to_owned());
    let at = |place: &str| LegacyValue::Elsewhere(place.to_owned());
    check_result(
        r#"{"type": "PrefectResult", "location": "[1, NaN]"}"#,
        LegacyValue::Json("[1, NaN]"),
    );
    check_result(
        r#"{"type": "PrefectResult", "location": null}"#,
        none("The PrefectResult has no location: it was never written."),
    );
    check_result(
        r#"{"type": "LocalResult", "location": "x", "dir": "/home"}"#,
        at("x in the folder /home"),
    );
    check_result(
        r#"{"type": "S3Result", "location": "x", "bucket": "b"}"#,
        at("x in the bucket b"),
    );
    check_result(r#"{"type": "NoResultType"}"#, none("No result was kept."));
    check_result("null", none("No result was kept."));
    check_result(
        r#"{"type": "ConstantResult", "location": "x"}"#,
        none("A ConstantResult keeps its value in the memory of its process."),
    );
    check_result(
        r#"{"type": "RedisResult", "location": "x"}"#,
        none("The result was kept by RedisResult, a class that is not Prefect's own: it is at x."),
    );
}

#[test]
fn faults_are_told_and_the_rest_is_kept() {
    let bytes = fixture("legacy-1x.json");
    let (whole, _) = read_all(&bytes);
    for cut in (1..bytes.len() - 2).step_by(bytes.len() / 20) {
        let (legacy, problems) = read_all(&bytes[..cut]);
        assert_eq!(problems.len(), 1, "{cut}");
        assert_eq!(legacy.task_runs, whole.task_runs[..legacy.task_runs.len()]);
    }
    let (_, problems) = read_all(br#"{"errors": [{"message": "not allowed"}]}"#);
    assert_eq!(
        problems,
        [
            "x.json, byte 11: The answer is an error: not allowed. Ask the server again and save its answer."
        ]
    );
    let (legacy, problems) =
        read_all(br#"[{"name": "x", "map_index": 0}, 5, {"id": "a", "map_index": "x"}]"#);
    assert_eq!((legacy.task_runs.len(), problems.len()), (1, 3));
    assert_eq!(
        read_all(b"").1,
        ["x.json, byte 0: The file is empty (0 bytes). What comes before is shown."]
    );
}

proptest! {
    #[test]
    fn nothing_breaks_the_reader(text in r#"([\[\]{}",: 1]|"data"|"task_run"|"id"|"serialized_state"|null|\{"|,|\[|\]){0,30}"#) {
        let (legacy, _) = read_all(text.as_bytes());
        for row in &legacy.task_runs {
            let _ = (legacy.result(row), legacy.iter_mapped(row).count());
        }
    }
}
