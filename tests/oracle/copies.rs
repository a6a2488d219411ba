//! Runs that are parts or copies of others: what `spin` left, and the logs of tasks that
//! `resume` copied.

use crate::host::TestHost;
use crate::{fixtures, oracle, task_path};
use runglass::engine::ask::Window;
use runglass::engine::logs::{LogQuery, LogTextQuery, Streams};
use runglass::engine::overview::OverviewQuery;
use runglass::engine::runs::RunsQuery;
use runglass::engine::storage::{Amount, StorageQuery};
use runglass::engine::{Engine, Given};
use runglass::model::{RunPath, Status, Stream};
use runglass::source::MemoryBlob;
use std::rc::Rc;

fn opened(archive: &str) -> Engine {
    let file = MemoryBlob::new("runs.zip", fixtures::bytes(archive));
    let (engine, opened) = TestHost::given(Given::File(Rc::new(file))).open("runs.zip");
    opened.unwrap();
    engine
}

const CLIENT_API: &str = "tests/fixtures/metaflow/client-api.zip";

#[test]
fn a_spun_step_has_the_status_of_its_task_and_is_no_latest_run() {
    let engine = opened(CLIENT_API);
    let question = RunsQuery {
        flow: Some("NightFlow".to_owned()),
        descending: true,
        window: Window {
            first: 0,
            count: 100,
        },
        ..RunsQuery::default()
    };
    let view = pollster::block_on(engine.ask(question)).unwrap();
    let told: Vec<(&str, bool, bool, Option<Status>)> = view
        .rows
        .iter()
        .map(|row| (row.run.as_str(), row.spun, row.latest, row.status))
        .collect();
    assert_eq!(
        told,
        [
            ("1795248008282589", true, false, Some(Status::Succeeded)),
            ("1795248007322887", false, true, Some(Status::Succeeded)),
            ("1795248006016112", false, false, Some(Status::Failed)),
            ("1795248003952141", false, false, Some(Status::Failed)),
        ]
    );
    let run = RunPath::new("NightFlow", "1795248008282589");
    let view = pollster::block_on(engine.ask(OverviewQuery::of(run))).unwrap();
    assert_eq!(view.headline, "Succeeded: bake alone");
    assert_eq!(
        view.evidence,
        "spin ran this step by itself, with the values of an earlier run."
    );
}

/// What the list says of a run, its page says too.
#[test]
fn the_list_and_the_page_agree_on_how_long_a_run_took() {
    for name in ["basics", "first-light", "client-api"] {
        let engine = opened(&format!("tests/fixtures/metaflow/{name}.zip"));
        let question = RunsQuery {
            window: Window {
                first: 0,
                count: 100,
            },
            ..RunsQuery::default()
        };
        let view = pollster::block_on(engine.ask(question)).unwrap();
        assert!(!view.rows.is_empty());
        for row in view.rows {
            let run = RunPath::new(row.flow, row.run);
            let question = OverviewQuery::of(run.clone());
            let page = pollster::block_on(engine.ask(question)).unwrap();
            assert_eq!(row.duration, page.duration, "{run}");
        }
    }
}

#[test]
fn what_a_flow_takes_is_summed_over_all_datastores() {
    let engine = opened(CLIENT_API);
    let flow = "NightFlow".to_owned();
    let view = pollster::block_on(engine.ask(StorageQuery { flow })).unwrap();
    assert_eq!(view.runs.len(), 4);
    // Without --persist, `spin` keeps no values.
    let counts: Vec<u64> = view.runs.iter().map(|run| run.refers.count).collect();
    assert_eq!(counts, [0, 13, 15, 12]);
    assert_eq!(view.missing, 0);
}

/// What the parts of a flow's storage take adds up to the files that are there: the sizes
/// of the archive's entries, counted by `unzip -lv`.
#[track_caller]
fn check_storage(flow: &str, blobs: u64, included: u64, logs: u64, cards: u64) {
    let flow = flow.to_owned();
    let view = pollster::block_on(opened(CLIENT_API).ask(StorageQuery { flow })).unwrap();
    let parts = [view.values, view.packages, view.unused];
    let bytes = |amount: Amount| amount.bytes;
    assert_eq!(parts.map(bytes).iter().sum::<u64>(), blobs);
    assert_eq!(view.included.bytes, included);
    assert_eq!((view.logs, view.cards), (logs, cards));
    assert_eq!(view.runs.iter().map(|run| run.cards).sum::<u64>(), cards);
}

#[test]
fn what_is_stored_adds_up() {
    check_storage("OrderFlow", 28_124, 316, 1_085, 0);
    check_storage("NightFlow", 25_000, 0, 11_938, 226);
    check_storage("WindowFlow", 1_609, 0, 94, 1_210_449);
}

/// The log of a copy is that of the task which the client names as its origin, or of that
/// one's origin; the client itself finds none.
#[track_caller]
fn check_followed(archive: &str, expected: &str) {
    let engine = opened(archive);
    let oracle = oracle(expected);
    let tasks = oracle["tasks"].as_object().unwrap();
    let mut followed = 0;
    for (path, said) in tasks {
        let Some(mut origin) = said["origin_pathspec"].as_str() else {
            continue;
        };
        while let Some(further) = tasks[origin]["origin_pathspec"].as_str() {
            origin = further;
        }
        let task = task_path(path);
        let streams = Streams::One(Stream::Stdout);
        let question = LogQuery {
            task: task.clone(),
            attempt: 0,
            streams,
            window: Window { first: 0, count: 1 },
            from_end: false,
            search: String::new(),
        };
        let view = pollster::block_on(engine.ask(question)).unwrap();
        if task.step == "_parameters" || !view.recorded {
            continue;
        }
        let from = view.from_origin.map(|origin| origin.to_string());
        assert_eq!(from.as_deref(), Some(origin), "{path}");
        let question = LogTextQuery {
            task,
            attempt: 0,
            streams,
            lines: None,
        };
        let text = pollster::block_on(engine.ask(question)).unwrap().text;
        assert_eq!(
            Some(text.as_str()),
            tasks[origin]["stdout"].as_str(),
            "{path}"
        );
        followed += 1;
    }
    assert!(followed > 2, "{archive}: {followed}");
}

#[test]
fn the_log_of_a_copy_is_that_of_its_origin() {
    for name in ["basics", "first-light", "client-api"] {
        let path = format!("tests/fixtures/metaflow/{name}");
        check_followed(&format!("{path}.zip"), &format!("{path}.expected.json"));
    }
}
