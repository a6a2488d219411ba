//! Questions through the engine's one door: as bytes, as the page sends them.

use crate::RECORDED;
use crate::fixtures;
use crate::folder::{MemoryFolder, unpacked};
use crate::host::{NOW, TestHost};
use runglass::engine::ask::{FailureKind, Question, Request, Window};
use runglass::engine::logs::{LogQuery, LogTextQuery, Streams};
use runglass::engine::overview::OverviewQuery;
use runglass::engine::picture::file::PictureFileQuery;
use runglass::engine::picture::{Depth, PictureQuery, StepFactsQuery};
use runglass::engine::rail::RailQuery;
use runglass::engine::runs::{RunsQuery, RunsView};
use runglass::engine::sources::{Open, ProblemsQuery, ReadingQuery, SourceSpec};
use runglass::engine::values::{BytesQuery, ChildrenQuery, Save, ValueQuery};
use runglass::engine::{
    Engine, Given, Listener, about, cards, code, data, failure_card, goto, task, tasks,
};
use runglass::model::{Moment, RunPath, Status, TaskPath};
use runglass::source::{MemoryBlob, NoPace, Progress, open_blob};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

const SCREEN: Window = Window {
    first: 0,
    count: 100,
};

/// Hears what a request says while it is at work.
#[derive(Default)]
pub struct Heard {
    progress: RefCell<Vec<Progress>>,
    pub partial: RefCell<Vec<Vec<u8>>>,
}

impl Listener for Heard {
    fn progress(&self, progress: Progress) {
        self.progress.borrow_mut().push(progress);
    }

    fn partial(&self, answer: Vec<u8>) {
        self.partial.borrow_mut().push(answer);
    }
}

/// A request and its answer as bytes, on an engine that has answered nothing before.
pub fn answered(engine: &Engine, request: &Request) -> (Result<Vec<u8>, FailureKind>, Rc<Heard>) {
    let heard = Rc::new(Heard::default());
    let request = postcard::to_stdvec(request).unwrap();
    let answer = pollster::block_on(engine.answer(&request, heard.clone()));
    (answer.map_err(|failure| failure.kind), heard)
}

fn small() -> TestHost {
    let file = MemoryBlob::new(
        "small.zip",
        fixtures::bytes("tests/fixtures/broken/cut-json.zip"),
    );
    TestHost::given(Given::File(Rc::new(file)))
}

/// Asks the same twice, each time of an engine that is new.
#[track_caller]
fn check<Q: Question>(question: Q) {
    let (engine, opened) = small().open("small.zip");
    opened.unwrap();
    let (through_bytes, heard) = answered(&engine, &question.clone().into_request());
    let through_bytes = through_bytes.unwrap();
    let (engine, opened) = small().open("small.zip");
    opened.unwrap();
    let asked = pollster::block_on(engine.ask(question.clone())).unwrap();
    assert_eq!(postcard::to_stdvec(&asked).unwrap(), through_bytes);
    for partial in heard.partial.borrow().iter() {
        assert!(postcard::from_bytes::<Q::Answer>(partial).is_ok());
    }
    // The second time it comes from what is kept, and is the same.
    let again = pollster::block_on(engine.ask(question)).unwrap();
    assert_eq!(postcard::to_stdvec(&again).unwrap(), through_bytes);
}

#[test]
fn an_answer_in_bytes_is_the_answer() {
    let run = RunPath::new("LinearFlow", "1795211174306524");
    let here = run.task("middle", "2");
    let value = ValueQuery {
        at: String::new(),
        task: here.clone(),
        attempt: None,
        name: "title".to_owned(),
        large: false,
        enter: false,
    };
    check(Open {
        sources: vec![SourceSpec {
            key: "small.zip".to_owned(),
            given: Some("small.zip".to_owned()),
            whole: false,
            unlock: None,
            signature: None,
        }],
        again: false,
        anyway: false,
    });
    check(RunsQuery {
        window: SCREEN,
        ..RunsQuery::default()
    });
    check(RailQuery { run: run.clone() });
    check(OverviewQuery::of(run.clone()));
    check(failure_card::FailureCardQuery {
        task: here.clone(),
        attempt: None,
    });
    let picture = |depth: Depth| PictureQuery {
        run: run.clone(),
        depth,
        only_reached: false,
    };
    check(picture(Depth::Small));
    check(picture(Depth::Tasks));
    check(picture(Depth::Lineage {
        step: "middle".to_owned(),
        task: "2".to_owned(),
    }));
    check(PictureFileQuery {
        picture: picture(Depth::Steps),
        palette: Box::default(),
    });
    check(StepFactsQuery {
        run: run.clone(),
        step: "middle".to_owned(),
    });
    check(tasks::TasksQuery {
        run: run.clone(),
        step: None,
        text: String::new(),
        statuses: Vec::new(),
        sort: Default::default(),
        descending: false,
        window: SCREEN,
    });
    check(data::RunDataQuery {
        run: run.clone(),
        text: String::new(),
        window: SCREEN,
    });
    check(about::AboutQuery {
        run: run.clone(),
        namespace: None,
    });
    check(task::TaskQuery {
        task: here.clone(),
        attempt: None,
    });
    check(data::TaskDataQuery {
        task: here.clone(),
        attempt: None,
        hidden: true,
        text: String::new(),
    });
    check(task::MetadataQuery {
        task: here.clone(),
        attempt: None,
        newest: true,
        text: String::new(),
        window: SCREEN,
    });
    check(LogQuery {
        task: here.clone(),
        attempt: 0,
        streams: Streams::Both,
        window: SCREEN,
        from_end: true,
        search: "o".to_owned(),
    });
    check(LogTextQuery {
        task: here.clone(),
        attempt: 0,
        streams: Streams::Both,
        lines: None,
    });
    check(value.clone());
    check(ChildrenQuery {
        at: String::new(),
        value: value.clone(),
        node: 0,
        window: SCREEN,
    });
    check(BytesQuery::new(value, Save::Json));
    check(cards::CardsQuery {
        run: run.clone(),
        task: None,
    });
    check(code::CodeQuery {
        run: run.clone(),
        task: None,
    });
    check(goto::GoToQuery {
        text: "mid".to_owned(),
        run: Some(run),
        task: Some(here),
    });
    check(ProblemsQuery);
    check(ReadingQuery::default());
}

#[test]
fn bytes_that_are_no_question_are_a_fault() {
    let (engine, _) = small().open("small.zip");
    let answer = pollster::block_on(engine.answer(&[0xff; 9], Rc::new(Heard::default())));
    assert_eq!(answer.unwrap_err().kind, FailureKind::Fault);
}

#[test]
fn what_is_not_there_is_said_with_what_is() {
    let (engine, _) = small().open("small.zip");
    let run = RunPath::new("LinearFlow", "1795211174306524");
    let here = run.task("middle", "2");
    let explained = |task: TaskPath, attempt| {
        let failure =
            pollster::block_on(engine.ask(task::TaskQuery { task, attempt })).unwrap_err();
        assert_eq!(failure.kind, FailureKind::NotFound);
        format!("{}. {}", failure.headline, failure.explanation)
    };
    let told = [
        explained(RunPath::new("LinearFlo", "1").task("a", "1"), None),
        explained(RunPath::new("LinearFlow", "1").task("a", "1"), None),
        explained(run.task("midle", "2"), None),
        explained(run.task("middle", "7"), None),
        explained(here.clone(), Some(3)),
    ];
    let value = ValueQuery {
        at: String::new(),
        task: here,
        attempt: None,
        name: "titel".to_owned(),
        large: false,
        enter: false,
    };
    let failure = pollster::block_on(engine.ask(value)).unwrap_err();
    let value = format!("{}. {}", failure.headline, failure.explanation);
    insta::assert_snapshot!(told.join("\n") + "\n" + &value);
}

/// A folder with many runs: the small one under other ids, a second apart.
fn many(runs: i64) -> MemoryFolder {
    let file = MemoryBlob::new(
        "small.zip",
        fixtures::bytes("tests/fixtures/broken/bare-store.zip"),
    );
    let source = pollster::block_on(open_blob(Rc::new(file), Rc::new(NoPace))).unwrap();
    let mut files = BTreeMap::new();
    for (path, bytes) in unpacked(&*source) {
        for run in 0..runs {
            let id = (1_795_211_174_306_524 + run * 1_000_000).to_string();
            files.insert(path.replace("1795211174306524", &id), bytes.clone());
        }
    }
    MemoryFolder {
        files,
        can_grow: true,
    }
}

#[test]
fn a_long_list_is_shown_while_it_is_read() {
    let (engine, opened) = TestHost::given(Given::Folder(Rc::new(many(60)))).open("memory");
    assert_eq!(opened.unwrap().runs, 60);
    let question = RunsQuery {
        window: SCREEN,
        descending: true,
        ..RunsQuery::default()
    };
    let (answer, heard) = answered(&engine, &question.into_request());
    let read = |bytes: &Vec<u8>| postcard::from_bytes::<RunsView>(bytes).unwrap();
    let whole = read(&answer.unwrap());
    let partial: Vec<RunsView> = heard.partial.borrow().iter().map(read).collect();
    let pending: Vec<u64> = partial.iter().map(|view| view.pending).collect();
    assert_eq!(pending, [60, 56, 48, 32], "the first few come early");
    assert_eq!(whole.pending, 0);
    for view in partial.iter().chain([&whole]) {
        assert_eq!((view.total, view.rows.len()), (60, 60));
        let known = view.rows.iter().take_while(|row| row.status.is_some());
        assert_eq!(
            known.count() as u64,
            60 - view.pending,
            "the newest are read first"
        );
        let order: Vec<&str> = view.rows.iter().map(|row| row.run.as_str()).collect();
        let wholes: Vec<&str> = whole.rows.iter().map(|row| row.run.as_str()).collect();
        assert_eq!(order, wholes, "rows do not jump while the list is read");
    }
    assert!(
        whole
            .rows
            .iter()
            .all(|row| row.status == Some(Status::Succeeded))
    );
}

#[test]
fn a_stopped_request_leaves_the_engine_whole() {
    let (engine, _) = TestHost::given(Given::Folder(Rc::new(many(60)))).open("memory");
    let question = RunsQuery {
        window: SCREEN,
        ..RunsQuery::default()
    };
    let expected = {
        let (engine, _) = TestHost::given(Given::Folder(Rc::new(many(60)))).open("memory");
        pollster::block_on(engine.ask(question.clone())).unwrap()
    };
    // Dropped at the first breath, at the second, and so on.
    for breaths in 1..12 {
        let mut work = Box::pin(engine.ask(question.clone()));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        for _ in 0..breaths {
            let _ = work.as_mut().poll(&mut context);
        }
        drop(work);
    }
    assert_eq!(pollster::block_on(engine.ask(question)).unwrap(), expected);
}

#[test]
fn a_run_without_an_end_is_running_only_where_more_may_come() {
    let mut folder = many(1);
    folder.files.retain(|path, _| !path.contains("/end/"));
    let last = Moment(1_795_211_180_000_000);
    let cases = [
        (true, last, Status::Running),
        (true, NOW, Status::Unfinished),
        (false, last, Status::Unfinished),
    ];
    for (can_grow, now, expected) in cases {
        folder.can_grow = can_grow;
        let host = TestHost {
            now: Some(Rc::new(Cell::new(now))),
            ..TestHost::given(Given::Folder(Rc::new(folder.clone())))
        };
        let (engine, opened) = host.open("memory");
        opened.unwrap();
        let list = pollster::block_on(engine.ask(RunsQuery {
            window: SCREEN,
            ..RunsQuery::default()
        }));
        let run = RunPath::new("LinearFlow", "1795211174306524");
        let page = pollster::block_on(engine.ask(OverviewQuery::of(run))).unwrap();
        assert_eq!(list.unwrap().rows[0].status, Some(expected));
        assert_eq!(page.status, expected);
    }
}

/// The list tells a run by a few records, its page by all: they must come to the same.
/// Only the end of a run that was killed may be later on the page, which has read its
/// last lines.
#[test]
fn the_list_and_the_page_agree() {
    let mut differences = Vec::new();
    for (archive, _) in RECORDED {
        let file = MemoryBlob::new(archive, fixtures::bytes(archive));
        let (engine, opened) = TestHost::given(Given::File(Rc::new(file))).open(archive);
        opened.unwrap();
        let list = pollster::block_on(engine.ask(RunsQuery {
            window: SCREEN,
            ..RunsQuery::default()
        }));
        for row in list.unwrap().rows {
            let run = RunPath::new(&row.flow, &row.run);
            let page = pollster::block_on(engine.ask(OverviewQuery::of(run.clone()))).unwrap();
            let killed = ["KilledFlow", "WindowFlow"].contains(&row.flow.as_str());
            let same_end = page.duration == row.duration || killed && page.duration > row.duration;
            let listed = (row.status, row.started, row.tasks, row.user, row.tags);
            let shown = (
                Some(page.status),
                page.started,
                page.tasks,
                page.user,
                page.tags,
            );
            if listed != shown || !same_end {
                differences.push(format!("{run}\n  list {listed:?}\n  page {shown:?}"));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// What is asked of the one task of `end` when only its own record is there: it has its
/// id, and was never started.
#[track_caller]
fn check_queued<Q: Question>(question: impl Fn(TaskPath) -> Q) -> Q::Answer {
    let mut folder = many(1);
    folder
        .files
        .retain(|path, _| !path.contains("/end/3/") || path.ends_with("/_self.json"));
    let (engine, opened) = TestHost::given(Given::Folder(Rc::new(folder))).open("memory");
    opened.unwrap();
    let place = RunPath::new("LinearFlow", "1795211174306524").task("end", "3");
    pollster::block_on(engine.ask(question(place))).unwrap()
}

#[test]
fn a_task_that_was_never_started_has_pages_with_nothing_on_them() {
    let view = check_queued(|task| task::TaskQuery {
        task,
        attempt: None,
    });
    assert_eq!((view.attempt, view.attempts.len()), (0, 0));
    let log = check_queued(|task| LogQuery {
        task,
        attempt: 0,
        streams: Streams::Both,
        window: SCREEN,
        from_end: false,
        search: String::new(),
    });
    assert!(!log.recorded && log.total == 0);
    let data = check_queued(|task| data::TaskDataQuery {
        task,
        attempt: Some(0),
        hidden: false,
        text: String::new(),
    });
    assert!(!data.recorded && data.rows.is_empty());
    let card = check_queued(|task| failure_card::FailureCardQuery {
        task,
        attempt: Some(0),
    });
    assert_eq!(card.exception, None);
}

#[test]
fn going_to_a_place_that_is_not_there_still_finds_those_that_are() {
    let (engine, opened) = small().open("small.zip");
    opened.unwrap();
    let nowhere = RunPath::new("LinearFlow", "1");
    let found = pollster::block_on(engine.ask(goto::GoToQuery {
        text: "Linear".to_owned(),
        task: Some(nowhere.task("start", "1")),
        run: Some(nowhere),
    }));
    assert!(!found.unwrap().found.is_empty());
}

#[test]
fn going_to_a_task_of_a_run_that_is_not_read_yet_says_so_and_then_finds_it() {
    let (engine, opened) = small().open("small.zip");
    opened.unwrap();
    let run = RunPath::new("LinearFlow", "1795211174306524");
    let of_kind = |view: &goto::GoToView, kind| {
        let found = view.found.iter().filter(|found| found.kind == kind);
        found.count()
    };
    for (text, is_read, names_flow) in [
        ("middle/2".to_owned(), false, false),
        ("middle/2".to_owned(), true, false),
        (format!("{run}/middle"), true, true),
    ] {
        let question = goto::GoToQuery {
            text: text.clone(),
            run: Some(run.clone()),
            task: None,
        };
        let (answer, heard) = answered(&engine, &question.into_request());
        let read = |bytes: &Vec<u8>| postcard::from_bytes::<goto::GoToView>(bytes).unwrap();
        let early: Vec<_> = heard.partial.borrow().iter().map(read).collect();
        assert_eq!(early.is_empty(), is_read, "{text}");
        for view in &early {
            assert_eq!(view.reading.as_ref(), Some(&run));
            assert_eq!(of_kind(view, goto::FoundKind::Task), 0);
        }
        let whole = read(&answer.unwrap());
        assert_eq!(
            (whole.text.as_str(), whole.reading.as_ref()),
            (text.as_str(), None)
        );
        assert_eq!(whole.names_flow, names_flow);
        assert_eq!(of_kind(&whole, goto::FoundKind::Task), 1);
    }
}
