//! A datastore without metadata, as a copy of a bucket is: what its files alone tell is
//! what the client tells of the same runs with all their metadata.

use crate::compare::compare;
use crate::folder::{MemoryFolder, unpacked};
use crate::host::TestHost;
use crate::{fixtures, oracle};
use runglass::cli::dump::dump_engine;
use runglass::engine::ask::Window;
use runglass::engine::code::CodeQuery;
use runglass::engine::overview::OverviewQuery;
use runglass::engine::rail::RailQuery;
use runglass::engine::runs::RunsQuery;
use runglass::engine::{Engine, Given};
use runglass::model::RunPath;
use runglass::source::{MemoryBlob, NoPace, open_blob};
use serde_json::Value;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What only metadata know of a task, a step and a run.
const NOT_IN_FILES: [&str; 16] = [
    "code",
    "created_at",
    "environment_info",
    "metadata",
    "metadata_dict",
    "origin_pathspec",
    "runtime_name",
    "system_tags",
    "tags",
    "user_tags",
    "graph_endpoints",
    // They hang on the time at which something was recorded.
    "steps",
    "task",
    // Which tasks were copied, and from which, and which one of @parallel led the others.
    "cards",
    "control_tasks",
    "finished_at",
];

/// The recorded runs as a bucket holds them.
fn bucket(archive: &str) -> MemoryFolder {
    let file = MemoryBlob::new("runs.zip", fixtures::bytes(archive));
    let source = pollster::block_on(open_blob(Rc::new(file), Rc::new(NoPace))).unwrap();
    let is_metadata = |path: &str| {
        path.contains("/_meta/") || path.ends_with("_meta") || path.ends_with("/latest_run")
    };
    let files = unpacked(&*source).into_iter();
    let files: BTreeMap<String, Vec<u8>> = files.filter(|(path, _)| !is_metadata(path)).collect();
    MemoryFolder {
        files,
        can_grow: false,
    }
}

fn dumped() -> Value {
    let host = TestHost::given(Given::Folder(Rc::new(bucket(
        "tests/fixtures/metaflow/basics.zip",
    ))));
    let (engine, opened) = host.open("bucket");
    assert_eq!(opened.unwrap().runs, 18);
    pollster::block_on(dump_engine(&engine, "bucket", None)).unwrap()
}

#[test]
fn files_alone_tell_tasks_logs_artifacts_and_the_graph() {
    let dumped = dumped();
    let oracle = oracle("tests/fixtures/metaflow/basics.expected.json");
    let found = compare(&dumped, &oracle);
    let told: Vec<String> = found
        .differences
        .iter()
        .filter(|one| {
            let property = one.property.rsplit('.').next().unwrap();
            !NOT_IN_FILES.contains(&property) && one.property != "namespace.present"
        })
        .map(|one| {
            format!(
                "{} {}: {} / {}",
                one.path, one.property, one.got, one.expected
            )
        })
        .collect();
    assert!(
        told.is_empty(),
        "{} differ\n{}",
        told.len(),
        told.iter()
            .take(30)
            .map(|one| one.chars().take(240).collect::<String>())
            .collect::<Vec<_>>()
            .join("\n")
    );
}

#[test]
fn it_is_said_once_a_flow_what_only_the_service_knows() {
    let problems = dumped()["problems"].clone();
    let problems = problems.as_array().unwrap();
    let notes = problems.iter().filter(|one| one["severity"] == "note");
    assert_eq!(notes.count(), 15, "{problems:#?}");
    assert_eq!(problems.len(), 15, "{problems:#?}");
}

#[test]
fn the_code_is_found_by_what_was_noted_when_a_task_began() {
    let files = bucket("tests/fixtures/metaflow/client-api.zip");
    let (engine, opened) = TestHost::given(Given::Folder(Rc::new(files))).open("bucket");
    opened.unwrap();
    let expected = oracle("tests/fixtures/metaflow/client-api.expected.json");
    let path = "OrderFlow/1795247993169861";
    let code = &expected["runs"][path]["code"];
    let (flow, run) = path.split_once('/').unwrap();
    let query = CodeQuery {
        run: RunPath::new(flow, run),
        task: None,
    };
    let package = pollster::block_on(engine.ask(query))
        .unwrap()
        .package
        .unwrap();
    assert_eq!(package.script.as_deref(), code["script_name"].as_str());
    assert!(code["path"].as_str().unwrap().ends_with(&package.sha));
}

/// The list reads a few records of a run, its page reads all of them: both say the same.
#[track_caller]
fn check_list_and_page_agree(engine: &Engine, at_least: usize) {
    let list = RunsQuery {
        window: Window {
            first: 0,
            count: 1000,
        },
        ..RunsQuery::default()
    };
    let list = pollster::block_on(engine.ask(list)).unwrap();
    assert!(list.rows.len() >= at_least, "{} runs", list.rows.len());
    assert_eq!(list.rows.len() as u64, list.total);
    for row in &list.rows {
        let run = RunPath::new(&row.flow, &row.run);
        let page = pollster::block_on(engine.ask(RailQuery { run: run.clone() })).unwrap();
        assert_eq!(row.status, Some(page.status), "{run}");
    }
}

#[test]
fn the_list_says_of_each_run_what_its_page_says() {
    for (archive, at_least) in [
        ("tests/fixtures/metaflow/basics.zip", 18),
        ("tests/fixtures/metaflow/client-api.zip", 14),
        ("tests/fixtures/metaflow/first-light.zip", 4),
    ] {
        let file = MemoryBlob::new("runs.zip", fixtures::bytes(archive));
        let (engine, _) = TestHost::given(Given::File(Rc::new(file))).open("runs.zip");
        check_list_and_page_agree(&engine, at_least);
        let (engine, _) = TestHost::given(Given::Folder(Rc::new(bucket(archive)))).open("bucket");
        check_list_and_page_agree(&engine, at_least);
    }
}

#[test]
fn an_end_that_only_a_log_tells_is_a_sign_of_life() {
    let archive = "tests/fixtures/metaflow/client-api.zip";
    let run = RunPath::new("OvenFlow", "1795247998138110");
    let is_over = |engine: &Engine| {
        let question = OverviewQuery::of(run.clone());
        pollster::block_on(engine.ask(question)).unwrap().is_over
    };
    let (bare, _) = TestHost::given(Given::Folder(Rc::new(bucket(archive)))).open("bucket");
    assert!(!is_over(&bare));
    let file = MemoryBlob::new("runs.zip", fixtures::bytes(archive));
    let (whole, _) = TestHost::given(Given::File(Rc::new(file))).open("runs.zip");
    assert!(is_over(&whole));
}
