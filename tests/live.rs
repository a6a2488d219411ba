//! Runs that are written while somebody looks at them: after every write what is shown is
//! what a page shows that is opened only then. Nothing stale, nothing lost.
//!
//! A recorded run is written again, file by file, in any order, each file first in half;
//! everything is asked between the writes, so that everything is kept that can be kept.

#![expect(
    clippy::unwrap_used,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "support/folder.rs"]
mod folder;
#[path = "support/growing.rs"]
mod growing;
#[path = "support/host.rs"]
mod host;

use folder::unpacked;
use growing::Growing;
use host::TestHost;
use proptest::prelude::*;
use runglass::cli::dump::dump_engine;
use runglass::engine::ask::Window;
use runglass::engine::live::{Reread, Watch, WatchView};
use runglass::engine::logs::{LogQuery, LogView, Streams};
use runglass::engine::overview::{OverviewQuery, OverviewView};
use runglass::engine::rail::RailQuery;
use runglass::engine::runs::{RunsQuery, RunsView};
use runglass::engine::siblings::cells::{Cell as CellOf, CellsQuery, Form};
use runglass::engine::siblings::rows::{SiblingRowsQuery, SiblingSort};
use runglass::engine::siblings::{Chosen, SiblingsQuery};
use runglass::engine::sources::ProblemsQuery;
use runglass::engine::tasks::{TasksQuery, TasksSort};
use runglass::engine::{Engine, Given};
use runglass::model::{Moment, RunPath, Span, Status};
use runglass::source::{Blob, MemoryBlob, NoPace, open_blob};
use serde_json::Value;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::future::Future as _;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// The run that is recorded, and the one that is written: the same a minute later.
const RECORDED: &str = "1795211174306524";
const WRITTEN: &str = "1795211234306524";

/// A minute after the run that is written has begun.
const NOW: Moment = Moment(1_795_211_294_306_524);

const SCREEN: Window = Window {
    first: 0,
    count: 100,
};

fn recorded() -> BTreeMap<String, Vec<u8>> {
    let bytes = fixtures::bytes("tests/fixtures/broken/bare-store.zip");
    let blob: Rc<dyn Blob> = Rc::new(MemoryBlob::new("small.zip", bytes));
    unpacked(&*pollster::block_on(open_blob(blob, Rc::new(NoPace))).unwrap())
}

/// A folder with one run, and the files of another one that may come.
fn folder_and_more() -> (Rc<Growing>, Vec<(String, Vec<u8>)>) {
    let folder = Rc::new(Growing::default());
    let mut more = Vec::new();
    for (path, bytes) in recorded() {
        folder.write(&path, &bytes);
        if path.contains(RECORDED) {
            let later = |text: &str| {
                // A minute later, in records and in names.
                let text = text.replace(RECORDED, WRITTEN);
                text.replace("17952111", "17952112")
            };
            let bytes = match String::from_utf8(bytes.clone()) {
                Ok(text) => later(&text).into_bytes(),
                Err(_) => bytes,
            };
            more.push((later(&path), bytes));
        }
    }
    (folder, more)
}

fn open(folder: &Rc<Growing>, now: &Rc<Cell<Moment>>) -> Engine {
    let host = TestHost {
        now: Some(now.clone()),
        ..TestHost::given(Given::Folder(folder.clone()))
    };
    let (engine, opened) = host.open("memory");
    opened.unwrap();
    engine
}

/// Everything that is shown of the runs.
#[derive(Debug, PartialEq)]
struct Seen {
    list: RunsView,
    overview: Option<OverviewView>,
    logs: Vec<LogView>,
    dump: Value,
    problems: u64,
}

fn seen(engine: &Engine) -> Seen {
    let ask = RunsQuery {
        window: SCREEN,
        descending: true,
        ..RunsQuery::default()
    };
    let run = RunPath::new("LinearFlow", WRITTEN);
    let overview = pollster::block_on(engine.ask(OverviewQuery::of(run.clone())));
    let log = |(step, id): &(&str, &str)| {
        let question = LogQuery {
            task: run.task(step, id),
            attempt: 0,
            streams: Streams::Both,
            window: SCREEN,
            from_end: false,
            search: String::new(),
        };
        pollster::block_on(engine.ask(question)).ok()
    };
    Seen {
        list: pollster::block_on(engine.ask(ask)).unwrap(),
        overview: overview.ok(),
        logs: [("start", "1"), ("middle", "2"), ("end", "3")]
            .iter()
            .filter_map(log)
            .collect(),
        dump: pollster::block_on(dump_engine(engine, "", None)).unwrap(),
        problems: pollster::block_on(engine.ask(ProblemsQuery)).unwrap().total,
    }
}

fn watch(engine: &Engine, heard: u64) -> WatchView {
    pollster::block_on(engine.ask(Watch { heard })).unwrap()
}

/// As the page does it: asks anew after each change, until there is none.
fn follow(engine: &Engine, heard: &mut u64) -> Seen {
    /// Writes lead to questions, and these to more that is watched; not for ever.
    const ROUNDS: usize = 12;
    for _ in 0..ROUNDS {
        let seen = seen(engine);
        let view = watch(engine, *heard);
        if view.heard == *heard {
            return seen;
        }
        *heard = view.heard;
    }
    panic!("it never comes to rest")
}

/// The lines in which two differ.
fn difference(followed: &Seen, fresh: &Seen) -> String {
    let (followed, fresh) = (format!("{followed:#?}"), format!("{fresh:#?}"));
    let only = |mark: char, lines: &str, others: &str| {
        let others: Vec<&str> = others.lines().collect();
        let lines = lines.lines().filter(|line| !others.contains(line));
        lines
            .map(|line| format!("{mark} {line}\n"))
            .collect::<String>()
    };
    only('-', &fresh, &followed) + &only('+', &followed, &fresh)
}

#[track_caller]
fn check_nothing_is_stale(folder: &Rc<Growing>, engine: &Engine, heard: &mut u64) {
    let now = Rc::new(Cell::new(NOW));
    let followed = follow(engine, heard);
    let fresh = seen(&open(folder, &now));
    assert!(followed == fresh, "{}", difference(&followed, &fresh));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn nothing_is_stale_in_whatever_order_a_run_is_written(
        order in Just(folder_and_more().1.len()).prop_flat_map(|count| Just((0..count).collect::<Vec<_>>()).prop_shuffle()),
        at_once in 1usize..30,
    ) {
        let (folder, more) = folder_and_more();
        let engine = open(&folder, &Rc::new(Cell::new(NOW)));
        let mut heard = 0;
        check_nothing_is_stale(&folder, &engine, &mut heard);
        for some in order.chunks(at_once) {
            for at in some {
                let (path, bytes) = &more[*at];
                folder.write(path, &bytes[..bytes.len() / 2]);
            }
            // Halves are read, and kept.
            seen(&engine);
            for at in some {
                let (path, bytes) = &more[*at];
                folder.write(path, bytes);
            }
            check_nothing_is_stale(&folder, &engine, &mut heard);
        }
        prop_assert_eq!(seen(&engine).list.rows.len(), 2);
    }
}

#[test]
fn a_run_appears_goes_on_and_ends() {
    let (folder, mut more) = folder_and_more();
    let engine = open(&folder, &Rc::new(Cell::new(NOW)));
    let mut heard = 0;
    assert_eq!(follow(&engine, &mut heard).list.rows.len(), 1);
    // The run's own records come first, those of its last task last.
    more.sort_by_key(|(path, _)| (path.contains("/end/"), path.matches('/').count()));
    let mut statuses = Vec::new();
    for (path, bytes) in &more {
        folder.write(path, bytes);
        check_nothing_is_stale(&folder, &engine, &mut heard);
        let list = seen(&engine).list;
        if list.rows.len() == 2 {
            statuses.push(list.rows[0].status.unwrap());
        }
    }
    statuses.dedup();
    assert_eq!(statuses.first(), Some(&Status::Running), "{statuses:?}");
    assert_eq!(statuses.last(), Some(&Status::Succeeded), "{statuses:?}");
}

#[test]
fn what_is_settled_is_not_read_again() {
    let (folder, more) = folder_and_more();
    let engine = open(&folder, &Rc::new(Cell::new(NOW)));
    let mut heard = 0;
    for (path, bytes) in more.iter().filter(|(path, _)| !path.contains("/end/")) {
        folder.write(path, bytes);
    }
    follow(&engine, &mut heard);
    let (lists, reads) = (folder.lists.get(), folder.reads.borrow().len());
    assert_eq!(watch(&engine, heard).heard, heard);
    let quiet = seen(&engine);
    let (of_quiet, by_quiet) = (
        folder.lists.get() - lists,
        folder.reads.borrow().len() - reads,
    );
    // One log grows: its run is read again, and the other one is not.
    let (log, bytes) = more
        .iter()
        .find(|(path, bytes)| path.ends_with("middle/2/0.runtime_stdout.log") && !bytes.is_empty())
        .unwrap();
    folder.write(log, &[&bytes[..], b"more\n"].concat());
    let view = watch(&engine, heard);
    assert_ne!(view.heard, heard);
    let (lists, reads) = (folder.lists.get(), folder.reads.borrow().len());
    assert_ne!(seen(&engine), quiet);
    let (lists, reads) = (
        folder.lists.get() - lists,
        folder.reads.borrow().len() - reads,
    );
    let whole = open(&folder, &Rc::new(Cell::new(NOW)));
    let before = (folder.lists.get(), folder.reads.borrow().len());
    seen(&whole);
    let all = (
        folder.lists.get() - before.0,
        folder.reads.borrow().len() - before.1,
    );
    let (anew_lists, anew_reads) = (lists - of_quiet, reads - by_quiet);
    assert!(anew_lists * 2 < all.0, "{anew_lists} of {}", all.0);
    assert!(anew_reads * 2 < all.1, "{anew_reads} of {}", all.1);
}

/// Of a run that goes on, tasks that have long ended are not read again.
#[test]
fn tasks_that_are_done_for_long_are_not_read_again() {
    let (folder, more) = folder_and_more();
    let begins = ["_self.json", "attempt.json", ".log"];
    let is_there = |path: &str| {
        let goes_on = path.contains("/middle/2/");
        !path.contains("/end/") && (!goes_on || begins.iter().any(|end| path.ends_with(end)))
    };
    for (path, bytes) in more.iter().filter(|(path, _)| is_there(path)) {
        folder.write(path, bytes);
    }
    let start = |folder: &Growing| {
        let reads = folder.reads.take();
        let of_start = |path: &&String| path.contains(&format!("{WRITTEN}/start/1/"));
        reads.iter().filter(of_start).count()
    };
    let tasks = |engine: &Engine| {
        let question = TasksQuery {
            run: RunPath::new("LinearFlow", WRITTEN),
            step: None,
            text: String::new(),
            statuses: Vec::new(),
            sort: TasksSort::Order,
            descending: false,
            window: SCREEN,
        };
        pollster::block_on(engine.ask(question)).unwrap()
    };
    let now = Rc::new(Cell::new(NOW));
    let late = Rc::new(Cell::new(Moment(NOW.0 + 5 * 60_000_000)));
    for (clock, again) in [(&now, true), (&late, false)] {
        let engine = open(&folder, clock);
        let mut heard = 0;
        follow(&engine, &mut heard);
        tasks(&engine);
        start(&folder);
        let log = format!("LinearFlow/{WRITTEN}/middle/2/0.runtime_stdout.log");
        folder.write(&log, format!("{:?}", clock.get()).as_bytes());
        assert_ne!(watch(&engine, heard).heard, heard);
        let seen = tasks(&engine);
        assert_eq!(start(&folder) > 0, again);
        assert_eq!(seen, tasks(&open(&folder, clock)));
        // By hand it is.
        pollster::block_on(engine.ask(Reread)).unwrap();
        start(&folder);
        tasks(&engine);
        assert!(start(&folder) > 0);
    }
}

#[test]
fn what_is_looked_at_while_somebody_waits_is_watched_too() {
    let (folder, more) = folder_and_more();
    for (path, bytes) in more.iter().filter(|(path, _)| !path.contains("/end/")) {
        folder.write(path, bytes);
    }
    let engine = open(&folder, &Rc::new(Cell::new(NOW)));
    // Nothing has been looked at yet.
    let heard = watch(&engine, 0).heard;
    folder.waits.set(true);
    let mut waits = Box::pin(engine.ask(Watch { heard }));
    let mut context = Context::from_waker(Waker::noop());
    let mut poll = || waits.as_mut().poll(&mut context);
    assert!((0..9).all(|_| poll().is_pending()));
    let run = RunPath::new("LinearFlow", WRITTEN);
    let before = pollster::block_on(engine.ask(OverviewQuery::of(run.clone()))).unwrap();
    // Of the run that is looked at now, nobody knows what has happened meanwhile.
    let mut polls = (0..99).map(|_| poll());
    let view = polls.find_map(|poll| match poll {
        Poll::Ready(view) => Some(view.unwrap()),
        Poll::Pending => None,
    });
    assert_ne!(view.unwrap().heard, heard);
    let after = pollster::block_on(engine.ask(OverviewQuery::of(run))).unwrap();
    assert_eq!(after, before);
}

#[test]
fn a_run_that_says_nothing_for_long_is_not_running_any_more() {
    let (folder, more) = folder_and_more();
    for (path, bytes) in more.iter().filter(|(path, _)| !path.contains("/end/")) {
        folder.write(path, bytes);
    }
    let now = Rc::new(Cell::new(NOW));
    let engine = open(&folder, &now);
    let mut heard = 0;
    let status = |seen: &Seen| seen.list.rows[0].status.unwrap();
    assert_eq!(status(&follow(&engine, &mut heard)), Status::Running);
    now.set(Moment(NOW.0 + 11 * 60_000_000));
    assert_eq!(status(&follow(&engine, &mut heard)), Status::Unfinished);
    // And it does not come to an end for ever again.
    assert_eq!(watch(&engine, heard).heard, heard);
}

#[test]
fn a_run_that_is_deleted_is_gone() {
    let (folder, more) = folder_and_more();
    for (path, bytes) in &more {
        folder.write(path, bytes);
    }
    let engine = open(&folder, &Rc::new(Cell::new(NOW)));
    let mut heard = 0;
    assert_eq!(follow(&engine, &mut heard).list.rows.len(), 2);
    for (path, _) in &more {
        folder.remove(path);
    }
    let gone = follow(&engine, &mut heard);
    assert_eq!(gone.list.rows.len(), 1);
    assert_eq!(gone.overview, None);
}

/// What somebody downloads into a folder while it is open, and what comes in the end.
#[test]
fn archives_come_and_change_and_give_way_to_runs() {
    let bare = fixtures::bytes("tests/fixtures/broken/bare-store.zip");
    let client = fixtures::bytes("tests/fixtures/metaflow/client-api.zip");
    let folder = Rc::new(Growing::default());
    folder.write("memory/notes.txt", b"Those of the night.");
    folder.write("memory/nightly.zip", &bare);
    let engine = open(&folder, &Rc::new(Cell::new(NOW)));
    let mut heard = 0;
    let mut runs = |folder: &Rc<Growing>| {
        check_nothing_is_stale(folder, &engine, &mut heard);
        seen(&engine).list.rows.len()
    };
    assert_eq!(runs(&folder), 1);
    folder.write("memory/more.zip", &client);
    let of_both = runs(&folder);
    folder.write("memory/nightly.zip", &client);
    assert_eq!(runs(&folder), of_both - 1);
    for (path, bytes) in recorded() {
        folder.write(&format!("memory/.metaflow/{path}"), &bytes);
    }
    assert_eq!(runs(&folder), 1);
}

#[test]
fn a_source_that_says_nothing_is_told_and_heard_again() {
    let (folder, more) = folder_and_more();
    let engine = open(&folder, &Rc::new(Cell::new(NOW)));
    let mut heard = 0;
    follow(&engine, &mut heard);
    folder.silent.set(true);
    for (path, bytes) in &more {
        folder.write(path, bytes);
    }
    let view = watch(&engine, heard);
    assert_eq!(view.silent.as_deref(), Some("The server is gone."));
    assert_eq!(view.heard, heard);
    folder.silent.set(false);
    check_nothing_is_stale(&folder, &engine, &mut heard);
    assert_eq!(seen(&engine).list.rows.len(), 2);
}

#[test]
fn by_hand_everything_is_read_again() {
    let (folder, more) = folder_and_more();
    let engine = open(&folder, &Rc::new(Cell::new(NOW)));
    seen(&engine);
    for (path, bytes) in &more {
        folder.write(path, bytes);
    }
    // A record that was changed long after its run has ended.
    let record = format!("LinearFlow/{RECORDED}/_meta/_self.json");
    let tagged = String::from_utf8(recorded()[&record].clone()).unwrap();
    folder.write(
        &record,
        tagged
            .replace("\"tags\": []", "\"tags\": [\"new\"]")
            .as_bytes(),
    );
    let view = pollster::block_on(engine.ask(Reread)).unwrap();
    assert_eq!(view.runs, 2);
    let fresh = open(&folder, &Rc::new(Cell::new(NOW)));
    assert_eq!(seen(&engine), seen(&fresh));
}

/// A foreach over eight of which three have begun, and one of those is done.
fn running_foreach() -> (Rc<Growing>, RunPath) {
    let bytes = fixtures::bytes("tests/fixtures/metaflow/basics.zip");
    let blob: Rc<dyn Blob> = Rc::new(MemoryBlob::new("basics.zip", bytes));
    let source = pollster::block_on(open_blob(blob, Rc::new(NoPace))).unwrap();
    let run = "ForeachFlow/1795211227774857/";
    let ends = [
        "attempt_ok",
        "attempt-done",
        "_artifact_",
        "0.data.json",
        "0.task_end",
        "0.DONE.lock",
        "0.runtime",
    ];
    let is_there = |path: &str| {
        let Some((_, inside)) = path.split_once(run) else {
            return true;
        };
        let parts: Vec<&str> = inside.split('/').collect();
        match parts.as_slice() {
            ["_parameters" | "start" | "_meta", ..] | ["work", "2" | "_meta", ..] => true,
            ["work", "3" | "4", ..] => !ends.iter().any(|end| inside.contains(end)),
            _ => false,
        }
    };
    let folder = Rc::new(Growing::default());
    for (path, bytes) in unpacked(&*source) {
        if path.contains("/ForeachFlow/") && is_there(&path) {
            folder.write(&path, &bytes);
        }
    }
    (folder, RunPath::new("ForeachFlow", "1795211227774857"))
}

#[test]
fn what_runs_has_taken_until_now_and_what_is_to_come_is_counted() {
    const SECOND: i64 = 1_000_000;
    let (folder, run) = running_foreach();
    let now = Rc::new(Cell::new(Moment(1_795_211_265_000_000)));
    let engine = open(&folder, &now);
    let rail = || pollster::block_on(engine.ask(RailQuery { run: run.clone() })).unwrap();
    let overview = || pollster::block_on(engine.ask(OverviewQuery::of(run.clone()))).unwrap();
    let step = || {
        let question = SiblingsQuery {
            run: run.clone(),
            step: "work".to_owned(),
        };
        pollster::block_on(engine.ask(question)).unwrap()
    };
    let of = Chosen::all(run.clone(), "work".to_owned());
    let rows = || {
        let question = SiblingRowsQuery {
            of: of.clone(),
            sort: SiblingSort::Duration,
            descending: true,
            window: SCREEN,
        };
        pollster::block_on(engine.ask(question)).unwrap()
    };

    // Eight are known of, since the task before them has said so.
    let in_rail = rail();
    let work = in_rail.steps.iter().find(|step| step.name == "work");
    let work = work.unwrap();
    assert_eq!(
        (work.status, work.tasks, work.coming),
        (Status::Running, 3, 5)
    );
    assert_eq!((step().head.tasks, step().head.coming), (3, 5));
    assert_eq!(overview().siblings.unwrap().coming, 5);
    let cells = CellsQuery {
        of: of.clone(),
        form: Form::Strip,
        columns: 100,
        most: 100,
    };
    let cells = pollster::block_on(engine.ask(cells)).unwrap().cells;
    let statuses: Vec<Status> = cells
        .into_iter()
        .map(|byte| CellOf::read(byte).unwrap().status)
        .collect();
    let mut expected = vec![Status::Succeeded, Status::Running, Status::Running];
    expected.extend([Status::Skipped; 5]);
    assert_eq!(statuses, expected);

    // Everything that runs goes on with the clock, everywhere by the same rule.
    for passed in [0, 7 * SECOND] {
        now.set(Moment(1_795_211_265_000_000 + passed));
        let since = |at: Option<Moment>| Some(now.get().since(at.unwrap()));
        let all = rows();
        assert_eq!(all.rows.len(), 3);
        let running: Vec<_> = all.rows.iter().filter(|row| row.since.is_some()).collect();
        assert_eq!(running.len(), 2);
        for row in &running {
            assert_eq!(row.duration, since(row.since));
        }
        // What runs is the longest of all; the median is of what ended.
        assert_eq!(all.rows.last().unwrap().since, None);
        assert_eq!(all.longest, all.rows[0].duration);
        let ended = all.rows.last().unwrap().duration.unwrap();
        assert_eq!(step().spread.unwrap().median, ended.0 as f64);
        let head = step().head;
        assert_eq!(head.duration, since(head.since));
        let in_rail = rail();
        let work = in_rail.steps.iter().find(|step| step.name == "work");
        assert_eq!(work.unwrap().duration, head.duration);
        let view = overview();
        assert_eq!(view.since, view.started);
        assert_eq!(view.duration, since(view.started));
        let list = seen_list(&engine);
        assert_eq!(list.rows[0].duration, view.duration);
        for task in &view.running {
            assert_eq!(task.duration, since(task.since));
        }
    }

    // Nothing was heard for so long that it is not taken for running any more.
    now.set(Moment(1_795_211_265_000_000 + 3600 * SECOND));
    let late = open(&folder, &now);
    let view = pollster::block_on(late.ask(OverviewQuery::of(run.clone()))).unwrap();
    assert_eq!((view.status, view.since), (Status::Unfinished, None));
    assert!(view.duration.unwrap() < Span(60 * SECOND));
    assert_eq!(view.siblings.unwrap().coming, 5);
}

fn seen_list(engine: &Engine) -> RunsView {
    let ask = RunsQuery {
        window: SCREEN,
        descending: true,
        ..RunsQuery::default()
    };
    pollster::block_on(engine.ask(ask)).unwrap()
}
