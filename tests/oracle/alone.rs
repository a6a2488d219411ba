//! A task that is asked for before its run: its page, its log and its exception are those
//! that stand there when the whole run is known, and no other task is read for its log.

use crate::faulty::Slow;
use crate::host::TestHost;
use crate::{fixtures, task_path};
use runglass::engine::ask::Window;
use runglass::engine::data::TaskDataQuery;
use runglass::engine::logs::{LogQuery, Streams};
use runglass::engine::overview::OverviewQuery;
use runglass::engine::task::{MetadataQuery, TaskQuery};
use runglass::engine::tasks::{TasksQuery, TasksSort};
use runglass::engine::{Engine, Given};
use runglass::model::{RunPath, TaskPath};
use runglass::source::{Blob, MemoryBlob, ReadError, Waiting};
use serde_json::Value;
use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;
use std::task::{Context, Waker};

/// An archive that counts the bytes that are read of it.
struct Counted {
    blob: MemoryBlob,
    read: Cell<u64>,
}

impl Blob for Counted {
    fn name(&self) -> String {
        self.blob.name()
    }

    fn size(&self) -> u64 {
        self.blob.size()
    }

    fn read(&self, range: Range<u64>) -> Waiting<'_, Result<Vec<u8>, ReadError>> {
        self.read.set(self.read.get() + (range.end - range.start));
        self.blob.read(range)
    }
}

fn opened(archive: &str) -> (Engine, Rc<Counted>) {
    let blob = MemoryBlob::new("runs.zip", fixtures::bytes(archive));
    let counted = Rc::new(Counted {
        blob,
        read: Cell::default(),
    });
    let (engine, opened) = TestHost::given(Given::File(counted.clone())).open("runs.zip");
    opened.unwrap();
    (engine, counted)
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

/// Everything that the page of a task asks, of each of its attempts.
fn told(engine: &Engine, task: &TaskPath, attempts: u32) -> Vec<String> {
    let mut told = Vec::new();
    for attempt in 0..attempts {
        let log = pollster::block_on(engine.ask(log_of(task, attempt)));
        let of_attempt = |attempt| TaskQuery {
            task: task.clone(),
            attempt,
        };
        let page = pollster::block_on(engine.ask(of_attempt(Some(attempt))));
        let data = pollster::block_on(engine.ask(TaskDataQuery {
            task: task.clone(),
            attempt: Some(attempt),
            hidden: true,
            text: String::new(),
        }));
        told.push(format!("{log:?} {page:?} {data:?}"));
    }
    let metadata = pollster::block_on(engine.ask(MetadataQuery {
        task: task.clone(),
        attempt: None,
        newest: false,
        text: String::new(),
        window: Window {
            first: 0,
            count: 1000,
        },
    }));
    told.push(format!("{metadata:?}"));
    told
}

/// As recorded: the tasks by their paths, each with its number of attempts.
fn check(archive: &str, oracle: &str, run: &str) {
    let oracle: Value = serde_json::from_slice(&fixtures::bytes(oracle)).unwrap();
    let tasks = oracle["tasks"].as_object().unwrap();
    let (whole, _) = opened(archive);
    let of_run = tasks.iter().filter(|(task, _)| task.starts_with(run));
    let mut count = 0;
    for (path, known) in of_run {
        let path = task_path(path);
        let attempts = known["attempts"].as_object().unwrap().len() as u32;
        pollster::block_on(whole.ask(OverviewQuery::of(path.run_path()))).unwrap();
        let (alone, _) = opened(archive);
        assert_eq!(
            told(&alone, &path, attempts),
            told(&whole, &path, attempts),
            "{path}"
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
    let (engine, archive) = opened("tests/fixtures/metaflow/basics.zip");
    let task = run().task("work", "7");
    let before = archive.read.get();
    let log = pollster::block_on(engine.ask(log_of(&task, 0))).unwrap();
    assert!(log.total > 0);
    let alone = archive.read.get() - before;
    pollster::block_on(engine.ask(OverviewQuery::of(task.run_path()))).unwrap();
    let whole = archive.read.get() - before - alone;
    assert!(alone * 2 < whole, "{alone} bytes, and {whole} for the run");
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
