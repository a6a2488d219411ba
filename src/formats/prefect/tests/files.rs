//! Files of an export that are cut, of another shape, or hold odd records.

use super::{Export, fixture};
use crate::formats::prefect::export::{File, Manifest};
use crate::formats::prefect::id::Words;
use crate::formats::prefect::reading::{Reader, Reading, Record, read_all, read_row};
use crate::formats::prefect::records::*;
use crate::model::Moment;
use proptest::prelude::*;

fn read<R: Record>(bytes: &[u8]) -> (Vec<R>, Vec<String>) {
    let mut problems = Vec::new();
    let found = read_all(bytes, "x.json", &mut Words::default(), &mut problems);
    (found, problems.iter().map(ToString::to_string).collect())
}

#[track_caller]
fn check(text: &str, names: &[&str], problems: &[&str]) {
    let (runs, told) = read::<TaskRun>(text.as_bytes());
    let found: Vec<&str> = runs.iter().map(|run| &*run.name).collect();
    assert_eq!(
        (found, told),
        (
            names.to_vec(),
            problems.iter().map(|p| (*p).to_owned()).collect()
        )
    );
}

#[test]
fn what_cannot_be_read_is_told_with_its_place_and_the_rest_is_kept() {
    check(
        r#"[{"id": "a", "name": "one"}, 7, {"name": "two"}, {"id": "c", "name": "three", "news": {"x": [1]}}]"#,
        &["one", "three"],
        &[
            "x.json, byte 29: A task run should be an object and is a number. It is left out.",
            "x.json, byte 32: A task run has no id. It is left out.",
        ],
    );
    check(
        r#"[{"id": "a", "name": 5, "start_time": "soon", "tags": ["x", 1], "run_count": -2, "state": {"name": "X"}}]"#,
        &["a"],
        &[
            "x.json, byte 21: The field `name` of a task run should be a text and is a number. It is read as if it were not there.",
            "x.json, byte 38: The field `start_time` of a task run is no time. It is read as if it were not there.",
            "x.json, byte 60: The field `tags` of a task run should be a text and is a number. It is read as if it were not there.",
            "x.json, byte 77: The field `run_count` of a task run should be a count and is a number. It is read as if it were not there.",
            "x.json, byte 90: A state has no type. It is left out.",
        ],
    );
    check(
        r#"[{"id": "a", "name": "one"}, {"id": "b", "na"#,
        &["one"],
        &[
            "x.json, byte 44: The file ends in the middle of a task run, after 44 bytes. The task runs before are shown; export it again for the rest.",
        ],
    );
    check(
        "",
        &[],
        &["x.json: The file is empty (0 bytes). No task runs are known from it."],
    );
    check(
        "\n",
        &[],
        &["x.json: The file holds nothing but blanks. No task runs are known from it."],
    );
    check(
        "<html>",
        &[],
        &[
            "x.json, byte 0: The file should be a list of task runs and is no JSON. Nothing is read from it.",
        ],
    );
    check(
        r#"{"detail": "Not Found"}"#,
        &[],
        &[
            "x.json, byte 0: The file holds an error of the server instead of task runs: Not Found. Ask the server again and save its answer.",
        ],
    );
}

#[test]
fn the_same_fault_of_many_records_is_told_three_times_and_counted() {
    let (runs, problems) = read::<TaskRun>(
        format!("[{}]", vec![r#"{"id": "a", "name": 1}"#; 50].join(",")).as_bytes(),
    );
    assert_eq!((runs.len(), problems.len()), (1, 4));
    assert_eq!(
        problems[3],
        "x.json: The field `name` of a task run should be a text and is a number. The same is so 47 more times."
    );
}

#[test]
fn of_two_pages_that_overlap_the_newer_record_counts() {
    let run = |name: &str, updated: &str| {
        format!(r#"{{"id": "a", "name": "{name}", "updated": "{updated}"}}"#)
    };
    let pages = format!(
        "[{}, {{\"id\": \"b\"}}]\n[{}]",
        run("old", "2026-01-01T00:00:00Z"),
        run("new", "2026-01-01T00:00:00.5Z")
    );
    check(&pages, &["new", "b"], &[]);
    let pages = format!(
        "[{}]\n[{}]",
        run("new", "2026-01-01T00:00:00.5Z"),
        run("old", "2026-01-01T00:00:00Z")
    );
    check(&pages, &["new"], &[]);
    let rows = r#"[{"id": "r", "message": "once"}, {"id": "r", "message": "once"}, {"message": "no id"}, {"message": "no id"}]"#;
    assert_eq!(read::<Log>(rows.as_bytes()).0.len(), 3);
}

#[track_caller]
fn check_state(run: &str, expected: Option<(&str, Option<&str>)>) {
    let (runs, _) = read::<TaskRun>(format!("[{{\"id\": \"a\", {run}}}]").as_bytes());
    let state = runs[0].course.state.as_ref();
    let found = state.map(|state| {
        (
            state.name.to_string(),
            state.message.as_deref().map(str::to_owned),
        )
    });
    assert_eq!(
        found,
        expected.map(|(name, message)| (name.to_owned(), message.map(str::to_owned)))
    );
}

#[test]
fn a_state_is_told_in_full_or_by_its_type_and_name() {
    let whole = r#""state": {"type": "FAILED", "name": "TimedOut", "message": ""}"#;
    check_state(whole, Some(("TimedOut", Some(""))));
    let bare = r#""state_type": "FAILED", "state_name": "TimedOut""#;
    check_state(bare, Some(("TimedOut", None)));
    check_state(
        &format!("{bare}, \"state\": null"),
        Some(("TimedOut", None)),
    );
    check_state(&format!("{bare}, {whole}"), Some(("TimedOut", Some(""))));
    check_state(
        &format!("{whole}, \"state_type\": \"X\", \"state_name\": \"Y\""),
        Some(("TimedOut", Some(""))),
    );
    check_state(
        r#""state": {"type": "EVAPORATED"}"#,
        Some(("Evaporated", None)),
    );
    check_state(r#""state": null"#, None);
}

#[test]
fn histories_are_joined_and_ordered() {
    let state = |at: u8, name: &str| {
        format!(
            r#"{{"type": "RUNNING", "name": "{name}", "timestamp": "2026-01-01T00:00:0{at}Z", "state_details": {{"task_run_id": "t", "flow_run_id": "f"}}}}"#
        )
    };
    let by_run = format!(r#"{{"t": [{}, {}]}}"#, state(1, "a"), state(2, "b"));
    let answer = format!("[{}, {}]", state(3, "c"), state(2, "b"));
    let mut histories = Histories::default();
    for text in [&answer, &by_run] {
        let (found, problems) = read::<StatesOfRun>(text.as_bytes());
        assert_eq!(problems, Vec::<String>::new());
        found.into_iter().for_each(|states| histories.add(states));
    }
    histories.finish();
    let id = crate::formats::prefect::id::Id::of("t").unwrap();
    let names: Vec<&str> = histories.of(&id).iter().map(|state| &*state.name).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(histories.len(), 1);
    let (_, problems) = read::<StatesOfRun>(br#"[{"type": "RUNNING", "name": "x"}]"#);
    assert_eq!(
        problems,
        ["x.json, byte 1: A state names no run. It is left out."]
    );
}

#[test]
fn a_cut_export_gives_what_comes_before_the_cut() {
    let bytes = Export::open().read("task_runs.json").unwrap();
    let (whole, problems) = read::<TaskRun>(&bytes);
    assert_eq!(problems, Vec::<String>::new());
    for cut in (0..bytes.len()).step_by(bytes.len() / 40) {
        let (runs, problems) = read::<TaskRun>(&bytes[..cut]);
        assert_eq!(runs, whole[..runs.len()]);
        assert_eq!(problems.len(), 1);
    }
}

/// What a large run takes: the record of a task run of 2 kB.
#[test]
fn a_record_is_much_smaller_than_its_json() {
    assert!(size_of::<TaskRun>() <= 600, "{}", size_of::<TaskRun>());
    assert!(size_of::<State>() <= 120, "{}", size_of::<State>());
    assert!(size_of::<Log>() <= 120, "{}", size_of::<Log>());
    let mut words = Words::default();
    let mut problems = Vec::new();
    let one = r#"{"id": "a", "task_key": "k-1"}, {"id": "b", "task_key": "k-1"}"#;
    let runs: Vec<TaskRun> = Reader::of(
        format!("[{one}]").as_bytes(),
        "x",
        &mut words,
        &mut problems,
    )
    .collect();
    assert!(std::sync::Arc::ptr_eq(&runs[0].task_key, &runs[1].task_key));
}

#[test]
fn events_of_other_things_are_none_of_assets() {
    let text = r#"{"events": [
        {"id": "1", "event": "prefect.flow-run.Completed", "resource": {"prefect.resource.id": "x"}},
        {"id": "2", "event": "prefect.asset.referenced", "resource": {}},
        {"id": "3", "event": "prefect.asset.referenced", "occurred": "2026-01-01T00:00:00+00:00",
         "resource": {"prefect.resource.id": "s3://x", "prefect.asset.owners": "[\"a\", \"b\"]"},
         "related": [{"prefect.resource.id": "prefect.task-run.t", "prefect.resource.role": "task-run"}]}
    ], "total": 3, "next_page": null}"#;
    let (events, problems) = read::<AssetEvent>(text.as_bytes());
    assert_eq!((events.len(), problems.len()), (1, 1));
    assert_eq!(events[0].owners, ["a", "b"]);
    assert_eq!(
        events[0].occurred.and_then(|at| at.iso(3)),
        Some("2026-01-01T00:00:00.000Z".to_owned())
    );
    assert_eq!(
        events[0]
            .task_run_id
            .as_ref()
            .map(ToString::to_string)
            .as_deref(),
        Some("t")
    );
}

#[test]
fn a_deployment_tells_when_it_runs() {
    let bytes = Export::open().read("deployments.json").unwrap();
    let (found, problems) = read::<Deployment>(&bytes);
    assert_eq!((found.len(), problems.len()), (1, 0));
    assert_eq!(
        (found[0].name.as_str(), found[0].schedules[0].rule.as_str()),
        ("served-dep", "every 86400 s")
    );
    assert_eq!(
        found[0].parameters.as_deref(),
        Some(r#"{"who":"deployment"}"#)
    );
}

/// Reads bytes as every kind of record.
fn read_as_all(bytes: &[u8]) {
    let _ = read::<Flow>(bytes);
    let _ = read::<FlowRun>(bytes);
    let _ = read::<TaskRun>(bytes);
    let _ = read::<StatesOfRun>(bytes);
    let _ = read::<Log>(bytes);
    let _ = read::<Artifact>(bytes);
    let _ = read::<Deployment>(bytes);
    let _ = read::<AssetEvent>(bytes);
    let _ = read::<crate::formats::prefect::edges::Graph>(bytes);
}

proptest! {
    #[test]
    fn no_bytes_break_the_readers(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_as_all(&bytes);
    }

    /// Real records with some bytes changed, put in and left out.
    #[test]
    fn no_damage_breaks_the_readers(
        from in 0usize..20_000,
        damage in prop::collection::vec((0usize..3000, prop::sample::select(&b"\"{}[],:0n\\ \xff"[..]), 0u8..3), 1..6),
    ) {
        thread_local! {
            static BYTES: Vec<u8> = {
                let mut bytes = fixture("legacy-1x.json");
                for name in ["task_runs.json", "events.json", "artifacts.json"] {
                    bytes.extend(Export::open().read(name).unwrap());
                }
                bytes
            };
        }
        let mut part = BYTES.with(|bytes| bytes[from..from + 3000].to_vec());
        part.insert(0, b'[');
        for (at, byte, how) in damage {
            match how {
                0 => part[at] = byte,
                1 => part.insert(at, byte),
                _ => { part.remove(at); part.push(byte); }
            }
        }
        read_as_all(&part);
    }
}

#[test]
fn times_of_records_are_moments() {
    let (runs, _) = read::<FlowRun>(
        br#"[{"id": "a", "start_time": "2026-01-01T00:00:00Z", "total_run_time": 1.5}]"#,
    );
    assert_eq!(runs[0].course.started, Some(Moment(1_767_225_600_000_000)));
    assert_eq!(
        runs[0].course.total_run_time,
        Some(crate::model::Span(1_500_000))
    );
}

#[track_caller]
fn check_manifest(text: &str, base: Option<&str>, problems: &[&str]) {
    let mut told = Vec::new();
    let manifest = Manifest::read(text.as_bytes(), "manifest.json", &mut told);
    assert_eq!(manifest.storage_base.as_deref(), base);
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    assert_eq!(told, problems);
}

#[test]
fn a_manifest_says_where_results_were() {
    let bytes = Export::open().read("manifest.json").unwrap();
    let text = String::from_utf8(bytes).unwrap();
    check_manifest(&text, Some("/home/demo/.prefect/storage"), &[]);
    check_manifest("{}", None, &[]);
    let newer = r#"{"format": "prefect-export", "format_version": 9, "storage_base": "/x"}"#;
    check_manifest(
        newer,
        Some("/x"),
        &[
            "manifest.json, byte 47: The export is of version 9; this program knows version 1. What is new in it may not be shown.",
        ],
    );
    let other = r#"{"format": "tar"}"#;
    check_manifest(
        other,
        None,
        &[
            "manifest.json, byte 11: The manifest is of another format: tar. It is read as one of a Prefect export.",
        ],
    );
    check_manifest(
        "{\"storage_base\": 5",
        None,
        &[
            "manifest.json, byte 18: The file ends in the middle of a manifest, after 18 bytes. The manifests before are shown; export it again for the rest.",
        ],
    );
}

#[test]
fn files_of_an_export_are_known_by_name() {
    let known: Vec<Option<File>> = ["task_runs.json", "storage", "Task_Runs.json", "notes.txt"]
        .map(File::of)
        .to_vec();
    assert_eq!(known, [Some(File::TaskRuns), None, None, None]);
    assert!(
        File::ALL
            .iter()
            .all(|file| File::of(file.name()) == Some(*file))
    );
}

#[test]
fn a_row_of_the_database_is_the_same_record() {
    let by_rest = r#"[{"id": "a", "name": "x-1", "start_time": "2026-11-20T21:48:51.389246Z", "end_time": "2026-11-20T21:48:52Z", "total_run_time": 2.754041,
        "tags": ["io"], "state": {"type": "SCHEDULED", "name": "Scheduled", "timestamp": "2026-11-20T21:48:51.389246Z", "state_details": {"deferred": true}}}]"#;
    let row = r#"{"id": "a", "name": "x-1", "start_time": "2026-11-20 21:48:51.389246", "end_time": "2026-11-20 21:48:52.000000", "total_run_time": "1970-01-01 00:00:02.754041",
        "tags": ["io"], "state": {"type": "SCHEDULED", "name": "Scheduled", "timestamp": "2026-11-20 21:48:51.389246", "data": null, "state_details": {"deferred": 1}}}"#;
    let (mut words, mut problems) = (Words::default(), Vec::new());
    let mut reading = Reading::of_table("prefect.db", TaskRun::NOUN, &mut words, &mut problems);
    let found: Option<TaskRun> = read_row(row, &mut reading);
    assert_eq!(found.as_ref(), read(by_rest.as_bytes()).0.first());
    let broken: Option<TaskRun> = read_row(r#"{"id": "a", "name": 5}"#, &mut reading);
    assert!(broken.is_some());
    reading.finish();
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "prefect.db: The field `name` of a task run should be a text and is a number. It is read as if it were not there."
        ]
    );
}
