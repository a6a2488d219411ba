//! A task that is asked for before its run: its page, log, data, metadata and exception are
//! those that stand there when the whole run is known, but for what tells of its neighbours,
//! and no other task is read for its log.

use crate::door::answered;
use crate::faulty::Slow;
use crate::host::TestHost;
use crate::{fixtures, task_path};
use runglass::engine::ask::{Question, Window};
use runglass::engine::data::{TaskDataQuery, TaskDataView};
use runglass::engine::logs::{LogQuery, Streams};
use runglass::engine::overview::OverviewQuery;
use runglass::engine::sources::ReadingQuery;
use runglass::engine::task::{MetadataQuery, TaskQuery, TaskView};
use runglass::engine::tasks::{TasksQuery, TasksSort};
use runglass::engine::{Engine, Given};
use runglass::model::{RunPath, TaskPath};
use runglass::source::MemoryBlob;
use serde_json::Value;
use std::rc::Rc;
use std::task::{Context, Waker};

/// What is told before the answer, and the answer.
fn heard<Q: Question>(engine: &Engine, question: Q) -> (Vec<Q::Answer>, Q::Answer) {
    let (last, heard) = answered(engine, &question.into_request());
    let decoded = |bytes: &Vec<u8>| postcard::from_bytes(bytes).unwrap();
    let early = heard.partial.borrow().iter().map(decoded).collect();
    (early, decoded(&last.unwrap()))
}

fn opened(archive: &str) -> Engine {
    let blob = MemoryBlob::new("runs.zip", fixtures::bytes(archive));
    let (engine, opened) = TestHost::given(Given::File(Rc::new(blob))).open("runs.zip");
    opened.unwrap();
    engine
}

fn log_of(task: &TaskPath, attempt: u32) -> LogQuery {
    LogQuery {
        task: task.clone(),
        attempt,
        streams: Streams::Both,
        window: Window {
            first: 0,
            count: 1000,
        },
        from_end: false,
        search: String::new(),
    }
}

fn page_of(task: &TaskPath, attempt: u32) -> TaskQuery {
    TaskQuery {
        task: task.clone(),
        attempt: Some(attempt),
    }
}

fn data_of(task: &TaskPath, attempt: u32) -> TaskDataQuery {
    TaskDataQuery {
        task: task.clone(),
        attempt: Some(attempt),
        hidden: true,
        text: String::new(),
    }
}

fn metadata_of(task: &TaskPath) -> MetadataQuery {
    MetadataQuery {
        task: task.clone(),
        attempt: None,
        newest: false,
        text: String::new(),
        window: Window {
            first: 0,
            count: 1000,
        },
    }
}

/// A page as it is before anything is known of the task's neighbours.
fn page_alone(whole: &TaskView) -> TaskView {
    let label = whole.label.clone();
    TaskView {
        // How often a step has led to itself is counted by its other tasks.
        label: label.filter(|label| !label.starts_with("iteration=")),
        is_alone: true,
        previous: None,
        next: None,
        parents: Vec::new(),
        parents_total: 0,
        children: Vec::new(),
        children_total: 0,
        ..whole.clone()
    }
}

/// The list of data before it is known what was only passed on.
fn data_alone(whole: &TaskDataView) -> TaskDataView {
    let mut alone = TaskDataView {
        is_alone: true,
        parents_compared: (0, 0),
        ..whole.clone()
    };
    for row in &mut alone.rows {
        row.passed_on = false;
    }
    alone
}

/// As recorded: the tasks by their paths, each with its number of attempts.
fn check(archive: &str, oracle: &str, run: &str) {
    let oracle: Value = serde_json::from_slice(&fixtures::bytes(oracle)).unwrap();
    let tasks = oracle["tasks"].as_object().unwrap();
    let of_run = tasks.iter().filter(|(task, _)| task.starts_with(run));
    let whole = opened(archive);
    let mut count = 0;
    for (name, known) in of_run {
        let path = task_path(name);
        pollster::block_on(whole.ask(OverviewQuery::of(path.run_path()))).unwrap();
        for attempt in 0..known["attempts"].as_object().unwrap().len() as u32 {
            // Each question to an engine that knows nothing of the run yet.
            let (early, page) = heard(&opened(archive), page_of(&path, attempt));
            assert_eq!(page, heard(&whole, page_of(&path, attempt)).1, "{name}");
            assert_eq!(early.first(), Some(&page_alone(&page)), "{name}");
            let (early, data) = heard(&opened(archive), data_of(&path, attempt));
            assert_eq!(data, heard(&whole, data_of(&path, attempt)).1, "{name}");
            let early = early.iter().rfind(|view| view.is_alone);
            assert_eq!(early, Some(&data_alone(&data)), "{name}");
            assert_eq!(
                heard(&opened(archive), log_of(&path, attempt)).1,
                heard(&whole, log_of(&path, attempt)).1,
                "{name}"
            );
        }
        assert_eq!(
            heard(&opened(archive), metadata_of(&path)).1,
            heard(&whole, metadata_of(&path)).1,
            "{name}"
        );
        count += 1;
    }
    assert!(count > 0, "{run} has tasks");
}

#[test]
fn a_task_alone_is_told_as_in_its_run() {
    const CLIENT_API: &str = "tests/fixtures/metaflow/client-api";
    let (archive, oracle) = (
        format!("{CLIENT_API}.zip"),
        format!("{CLIENT_API}.expected.json"),
    );
    // Tasks that run together, a copied task, a spun one, a step that leads to itself.
    for run in [
        "GuildFlow/",
        "NightFlow/1795248006016112/",
        "NightFlow/1795248008282589/",
        "DawnFlow/",
    ] {
        check(&archive, &oracle, run);
    }
    // One that failed, others that were tried again.
    check(
        "public/examples/trainflow.zip",
        "tests/fixtures/metaflow/trainflow.expected.json",
        "TrainFlow/1795218658028712/",
    );
}

#[test]
fn for_the_log_of_a_task_no_other_task_is_read() {
    let engine = opened("tests/fixtures/metaflow/basics.zip");
    let read = || {
        let reading = pollster::block_on(engine.ask(ReadingQuery::default()));
        reading.unwrap().read
    };
    let task = run().task("work", "7");
    let before = read();
    let log = pollster::block_on(engine.ask(log_of(&task, 0))).unwrap();
    assert!(log.total > 0);
    let alone = read() - before;
    pollster::block_on(engine.ask(OverviewQuery::of(task.run_path()))).unwrap();
    let whole = read() - before - alone;
    assert!(0 < alone && alone * 2 < whole, "{alone} bytes, and {whole}");
}

fn run() -> RunPath {
    RunPath::new("ForeachFlow", "1795211227774857")
}

fn opened_slowly() -> (Engine, Rc<Slow>) {
    let slow = Rc::new(Slow::new(fixtures::bytes(
        "tests/fixtures/metaflow/basics.zip",
    )));
    let (engine, opened) = TestHost::given(Given::File(slow.clone())).open("runs.zip");
    opened.unwrap();
    slow.reads.set(0);
    (engine, slow)
}

fn tasks_of_run() -> TasksQuery {
    TasksQuery {
        run: run(),
        step: None,
        text: String::new(),
        statuses: Vec::new(),
        sort: TasksSort::Order,
        descending: false,
        window: Window {
            first: 0,
            count: 100,
        },
    }
}

#[test]
fn what_several_questions_want_is_read_once() {
    let (engine, slow) = opened_slowly();
    pollster::block_on(engine.ask(tasks_of_run())).unwrap();
    let by_one = slow.reads.get();
    let (engine, slow) = opened_slowly();
    let three = (0..3).map(|_| engine.ask(tasks_of_run()));
    let three = pollster::block_on(futures_util::future::join_all(three));
    assert!(by_one > 0);
    assert_eq!(slow.reads.get(), by_one);
    for told in &three {
        assert_eq!(told.as_ref().unwrap(), three[0].as_ref().unwrap());
    }
}

#[test]
fn when_who_reads_is_stopped_the_next_one_reads() {
    let (engine, _) = opened_slowly();
    let whole = pollster::block_on(engine.ask(tasks_of_run())).unwrap();
    let (engine, slow) = opened_slowly();
    let mut first = Box::pin(engine.ask(tasks_of_run()));
    let mut second = Box::pin(engine.ask(tasks_of_run()));
    let context = &mut Context::from_waker(Waker::noop());
    assert!(first.as_mut().poll(context).is_pending());
    assert!(second.as_mut().poll(context).is_pending());
    drop(first);
    assert_eq!(pollster::block_on(second).unwrap(), whole);
    assert!(slow.reads.get() > 0);
}
