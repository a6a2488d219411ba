//! How long the runs of a flow took, and their steps: told in portions, newest first, and
//! the same as each run tells of itself.

#![expect(
    clippy::unwrap_used,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "support/folder.rs"]
mod folder;
#[path = "support/host.rs"]
mod host;

use folder::{MemoryFolder, unpacked};
use host::TestHost;
use runglass::engine::ask::Window;
use runglass::engine::history::{HistoryQuery, HistoryView};
use runglass::engine::overview::OverviewQuery;
use runglass::engine::runs::{RunRow, RunsQuery};
use runglass::engine::siblings::SiblingsQuery;
use runglass::engine::tasks::{TasksQuery, TasksSort};
use runglass::engine::{Engine, Given};
use runglass::model::{Moment, Problem, RunPath, Span, Status};
use runglass::source::{MemoryBlob, NoPace, open_blob};
use std::cell::Cell;
use std::rc::Rc;

fn opened(archive: &str) -> Engine {
    let blob = MemoryBlob::new("runs.zip", fixtures::bytes(archive));
    let (engine, opened) = TestHost::given(Given::File(Rc::new(blob))).open("runs.zip");
    opened.unwrap();
    engine
}

fn asked(engine: &Engine, flow: &str, run: Option<&str>, steps: bool) -> HistoryView {
    let query = HistoryQuery {
        flow: flow.to_owned(),
        run: run.map(str::to_owned),
        namespace: None,
        steps,
    };
    pollster::block_on(engine.ask(query)).unwrap()
}

const TRAIN: &str = "public/examples/trainflow.zip";

#[test]
fn runs_stand_in_the_order_of_time_and_are_measured_by_those_that_went_well() {
    let engine = opened(TRAIN);
    let view = asked(&engine, "TrainFlow", None, false);
    let told: Vec<_> = view
        .runs
        .iter()
        .map(|run| (run.run.as_str(), run.status))
        .collect();
    assert_eq!(
        told,
        [
            ("1795218571629966", Some(Status::Succeeded)),
            ("1795218597618720", Some(Status::Retried)),
            ("1795218658028712", Some(Status::Failed)),
        ]
    );
    for run in &view.runs {
        let overview = OverviewQuery::of(RunPath::new("TrainFlow", &run.run));
        let overview = pollster::block_on(engine.ask(overview)).unwrap();
        assert_eq!(overview.duration, run.duration, "{}", run.run);
    }
    let good = [
        view.runs[0].duration.unwrap(),
        view.runs[1].duration.unwrap(),
    ];
    assert_eq!(view.median, Span::median(good.to_vec()));
    assert_eq!((view.earlier, view.pending, view.steps.len()), (0, 0, 0));
    assert_eq!(view.measures, 2);
    assert!(view.runs.iter().all(|run| !run.is_ahead));
}

#[test]
fn a_run_is_measured_by_those_before_it() {
    let engine = opened(TRAIN);
    let view = asked(&engine, "TrainFlow", Some("1795218597618720"), false);
    let told: Vec<&str> = view.runs.iter().map(|run| run.run.as_str()).collect();
    assert_eq!(told, ["1795218571629966", "1795218597618720"]);
    assert_eq!(view.median, view.runs[0].duration);
    let first = asked(&engine, "TrainFlow", Some("1795218571629966"), false);
    assert_eq!((first.runs.len(), first.median), (1, None));
}

#[test]
fn steps_are_told_as_each_run_tells_them() {
    let engine = opened(TRAIN);
    let view = asked(&engine, "TrainFlow", None, true);
    let names: Vec<&str> = view.steps.iter().map(|step| step.step.as_str()).collect();
    // The newest run failed before the join: what only earlier ones have comes behind.
    assert_eq!(
        names,
        [
            "start",
            "load",
            "reference",
            "features",
            "join",
            "train",
            "evaluate",
            "publish",
            "end"
        ]
    );
    for trend in &view.steps {
        assert_eq!(trend.bars.len(), view.runs.len());
        for (run, bar) in view.runs.iter().zip(&trend.bars) {
            let query = SiblingsQuery {
                run: RunPath::new("TrainFlow", &run.run),
                step: trend.step.clone(),
            };
            let step = pollster::block_on(engine.ask(query)).unwrap();
            let facts = step.head;
            let told = bar.map(|bar| (bar.tasks, bar.status, bar.duration));
            let expected = (facts.tasks > 0).then_some((facts.tasks, facts.status, facts.duration));
            assert_eq!(told, expected, "{} of {}", trend.step, run.run);
        }
    }
    let train = &view.steps[5];
    assert_eq!(train.bars[2], None, "not reached");
    assert!(train.bars[0].is_some() && train.median.is_some());
}

#[test]
fn a_flow_that_is_not_there_is_not_found() {
    let query = HistoryQuery {
        flow: "NoFlow".to_owned(),
        run: None,
        namespace: None,
        steps: false,
    };
    let failure = pollster::block_on(opened(TRAIN).ask(query)).unwrap_err();
    assert!(failure.headline.contains("NoFlow"), "{}", failure.headline);
}

#[test]
fn what_was_copied_is_no_measure_and_is_not_measured() {
    let engine = opened("tests/fixtures/metaflow/basics.zip");
    let view = asked(&engine, "FailResumeFlow", None, true);
    let of = |name: &str| view.steps.iter().find(|step| step.step == name).unwrap();
    let last = |name: &str| of(name).bars.last().copied().flatten().unwrap();
    assert!(last("start").copied && !last("end").copied);
    assert!(!of("start").bars[0].unwrap().copied);
    // Seen from the run after it, a copy would not count.
    assert_eq!(of("start").tasks_before, Some((1, 1)));
}

#[test]
fn an_overview_and_the_history_beside_it_have_one_median() {
    let engine = opened(TRAIN);
    for bar in asked(&engine, "TrainFlow", None, false).runs {
        let history = asked(&engine, "TrainFlow", Some(&bar.run), false);
        let overview = OverviewQuery::of(RunPath::new("TrainFlow", &bar.run));
        let overview = pollster::block_on(engine.ask(overview)).unwrap();
        assert_eq!(overview.median, history.median, "{}", bar.run);
    }
}

#[test]
fn steps_are_compared_with_how_many_tasks_they_had() {
    let engine = opened(TRAIN);
    let view = asked(&engine, "TrainFlow", None, true);
    let features = view.steps.iter().find(|step| step.step == "features");
    let features = features.unwrap();
    let tasks: Vec<u64> = features
        .bars
        .iter()
        .flatten()
        .map(|bar| bar.tasks)
        .collect();
    assert_eq!(tasks, [3, 12, 12]);
    assert_eq!(features.tasks_before, Some((3, 12)));
}

/// Everything that is said of the times of runs, by run.
fn doubts(archive: &str) -> Vec<String> {
    let engine = opened(archive);
    let runs = rows(&engine);
    assert!(!runs.is_empty(), "{archive}");
    let of_run = |row: &RunRow| {
        let run = RunPath::new(&row.flow, &row.run);
        let overview = pollster::block_on(engine.ask(OverviewQuery::of(run.clone()))).unwrap();
        let about_times = |problem: &&Problem| {
            problem.hint.contains("clock")
                || problem.what.contains("ended")
                || problem.what.contains("future")
        };
        let told = overview.problems.iter().filter(about_times);
        told.map(|problem| format!("{run}: {}", problem.what))
            .collect::<Vec<_>>()
    };
    runs.iter().flat_map(of_run).collect()
}

#[test]
fn nothing_is_said_of_the_times_of_ordinary_runs() {
    let recorded = [
        "basics",
        "client-api",
        "first-light",
        "gallery",
        "hosts",
        "papers",
    ];
    let recorded = recorded.map(|name| format!("tests/fixtures/metaflow/{name}.zip"));
    for archive in recorded.iter().map(String::as_str).chain([TRAIN]) {
        assert_eq!(doubts(archive), [""; 0], "{archive}");
    }
}

#[test]
fn what_cannot_be_is_told_once_of_a_run() {
    // The same run twice, once below a number that is later than all of its times.
    assert_eq!(
        doubts("tests/fixtures/broken/two-stores.zip"),
        ["LinearFlow/1795211188000000: The run ended 5.6 s before it began, by its records."]
    );
}

/// The runs of an archive with other records: each file is given by its path and its text.
fn changed(archive: &str, change: impl Fn(&str, &str) -> Option<(String, String)>) -> Engine {
    let blob = Rc::new(MemoryBlob::new("runs.zip", fixtures::bytes(archive)));
    let source = pollster::block_on(open_blob(blob, Rc::new(NoPace))).unwrap();
    let file = |(path, bytes): (String, Vec<u8>)| match str::from_utf8(&bytes) {
        Ok(text) => change(&path, text).map(|(path, text)| (path, text.into_bytes())),
        Err(_) => Some((path, bytes)),
    };
    let folder = MemoryFolder {
        files: unpacked(&*source).into_iter().filter_map(file).collect(),
        can_grow: false,
    };
    let (engine, opened) = TestHost::given(Given::Folder(Rc::new(folder))).open("lab");
    opened.unwrap();
    engine
}

/// A record with another value of a field, which is written as a number.
fn with_number(text: &str, field: &str, value: &str) -> String {
    let mark = format!("\"{field}\": ");
    let Some((before, after)) = text.split_once(&mark) else {
        return text.to_owned();
    };
    let end = after.find([',', '}']).unwrap();
    format!("{before}{mark}{value}{}", &after[end..])
}

fn rows(engine: &Engine) -> Vec<RunRow> {
    let query = RunsQuery {
        window: Window {
            first: 0,
            count: 1000,
        },
        ..RunsQuery::default()
    };
    pollster::block_on(engine.ask(query)).unwrap().rows
}

#[test]
fn a_clock_that_stood_at_its_beginning_tells_nothing() {
    // Once as it is written, and once so that the names of the files are left to tell.
    for written in ["0", "null"] {
        let engine = changed("tests/fixtures/broken/two-stores.zip", |path, text| {
            let is_gone = path.ends_with(".log") || path.starts_with("bob/");
            let (folder, name) = path.rsplit_once('/').unwrap();
            let name = match name.rsplit_once('_') {
                Some((field, _)) if name.starts_with("sysmeta_") => format!("{field}_0.json"),
                _ => name.to_owned(),
            };
            let text = with_number(text, "ts_epoch", written);
            let text = match name.ends_with(".attempt.json") {
                true => with_number(&text, "time", "0"),
                false => text,
            };
            (!is_gone).then(|| (format!("{folder}/{name}"), text))
        });
        let rows = rows(&engine);
        let [row] = rows.as_slice() else {
            panic!("one run");
        };
        assert_eq!(row.status, Some(Status::Succeeded));
        assert!(row.started.is_some() && row.duration.is_none(), "{row:?}");
        let run = RunPath::new(&row.flow, &row.run);
        let overview = OverviewQuery::of(run.clone());
        let overview = pollster::block_on(engine.ask(overview)).unwrap();
        assert_eq!((overview.duration, overview.ended), (None, None));
        let told = overview.problems.iter().map(|problem| &problem.what);
        let told: Vec<&String> = told.collect();
        assert_eq!(
            told,
            ["No times were recorded of any of its 3 tasks."],
            "and nothing lies in 1970"
        );
        let tasks = TasksQuery {
            run,
            step: None,
            text: String::new(),
            statuses: Vec::new(),
            sort: TasksSort::Order,
            descending: false,
            window: Window {
                first: 0,
                count: 10,
            },
        };
        for task in pollster::block_on(engine.ask(tasks)).unwrap().rows {
            let told = (task.created, task.started, task.queued, task.duration);
            assert_eq!(told, (None, None, None, None), "{}", task.id);
        }
        let history = asked(&engine, &row.flow, None, true);
        assert_eq!(history.runs[0].duration, None);
        let bars = history.steps.iter().filter_map(|step| step.bars[0]);
        for bar in bars {
            assert_eq!((bar.duration, bar.is_measure), (None, false));
            assert!(bar.at_least);
        }
    }
}

/// The example with a run of which a step ended before it began.
fn ended_early(step: &str) -> Engine {
    let done = format!("/{FIRST}/{step}/");
    changed(TRAIN, |path, text| {
        let is_end = path.contains(&done) && path.contains("sysmeta_attempt");
        let is_end = is_end && !path.contains("sysmeta_attempt_1");
        if !is_end {
            return Some((path.to_owned(), text.to_owned()));
        }
        let (field, _) = path.rsplit_once('_').unwrap();
        let text = with_number(text, "ts_epoch", "1795218500000");
        Some((format!("{field}_1795218500000.json"), text))
    })
}

const FIRST: &str = "1795218571629966";
const GOOD: &str = "1795218597618720";

#[test]
fn what_ended_before_it_began_is_no_measure() {
    let engine = ended_early("end");
    let rows = rows(&engine);
    let of = |run: &str| rows.iter().find(|row| row.run == run).unwrap();
    assert_eq!(of(FIRST).status, Some(Status::Succeeded));
    assert_eq!(of(FIRST).duration, None);
    assert_eq!(of(GOOD).median, of(GOOD).duration, "the only measure");
    let history = asked(&engine, "TrainFlow", Some(GOOD), true);
    assert_eq!((history.runs[0].duration, history.median), (None, None));
    let overview = OverviewQuery::of(RunPath::new("TrainFlow", GOOD));
    let overview = pollster::block_on(engine.ask(overview)).unwrap();
    assert_eq!(overview.median, None);
    let of = |name: &str| history.steps.iter().find(|step| step.step == name).unwrap();
    assert_eq!(of("end").median, None);
    assert!(of("start").median.is_some());
    let overview = OverviewQuery::of(RunPath::new("TrainFlow", FIRST));
    let overview = pollster::block_on(engine.ask(overview)).unwrap();
    let told: Vec<&str> = overview.problems.iter().map(|one| &*one.what).collect();
    let [task, run] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert!(run.starts_with("The run ended 1m 12s before"), "{told:?}");
    assert!(task.contains("before it began, by its records"), "{told:?}");
}

#[test]
fn a_step_whose_tasks_are_not_all_known_is_seen_and_no_measure() {
    let engine = ended_early("features");
    let history = asked(&engine, "TrainFlow", Some(GOOD), true);
    let of = |name: &str| history.steps.iter().find(|step| step.step == name).unwrap();
    assert_eq!(of("features").median, None);
    assert_eq!(of("features").bars[0].unwrap().duration, None);
    assert!(of("features").bars[0].unwrap().at_least);
    assert!(!of("features").bars[1].unwrap().at_least);
    assert!(history.median.is_some(), "the run itself is");
}

#[test]
fn what_lies_in_the_future_is_no_measure() {
    let blob = MemoryBlob::new("runs.zip", fixtures::bytes(TRAIN));
    let host = TestHost {
        now: Some(Rc::new(Cell::new(Moment(1_795_218_000_000_000)))),
        ..TestHost::given(Given::File(Rc::new(blob)))
    };
    let (engine, opened) = host.open("runs.zip");
    opened.unwrap();
    let history = asked(&engine, "TrainFlow", Some(GOOD), true);
    assert!(history.runs[0].duration.is_some());
    assert_eq!(history.median, None);
    assert!(
        history.runs.iter().all(|run| run.is_ahead),
        "and it is said"
    );
    assert!(history.steps.iter().all(|step| step.median.is_none()));
    assert!(rows(&engine).iter().all(|row| row.median.is_none()));
}

#[test]
fn what_has_no_end_was_only_seen() {
    let engine = opened("tests/fixtures/metaflow/basics.zip");
    let view = asked(&engine, "KilledFlow", None, true);
    let last = view.runs.last().unwrap();
    assert_eq!(last.status, Some(Status::Unfinished));
    assert!(last.duration.is_some());
    let of = |name: &str| view.steps.iter().find(|step| step.step == name).unwrap();
    let bar = |name: &str| of(name).bars.last().copied().flatten().unwrap();
    assert!(!bar("start").at_least && bar("start").is_measure);
    // Nothing is left of it but its start.
    assert!(bar("doomed").at_least && !bar("doomed").is_measure);
    assert_eq!((bar("doomed").duration, of("doomed").median), (None, None));
}
