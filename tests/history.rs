//! How long the runs of a flow took, and their steps: told in portions, newest first, and
//! the same as each run tells of itself.

#![expect(
    clippy::unwrap_used,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "support/host.rs"]
mod host;

use host::TestHost;
use runglass::engine::ask::Window;
use runglass::engine::history::{HistoryQuery, HistoryView};
use runglass::engine::overview::OverviewQuery;
use runglass::engine::runs::{RunRow, RunsQuery};
use runglass::engine::siblings::SiblingsQuery;
use runglass::engine::{Engine, Given};
use runglass::model::{Problem, RunPath, Span, Status};
use runglass::source::MemoryBlob;
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
    let runs = RunsQuery {
        window: Window {
            first: 0,
            count: 1000,
        },
        ..RunsQuery::default()
    };
    let runs = pollster::block_on(engine.ask(runs)).unwrap();
    assert!(runs.matching > 0, "{archive}");
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
    runs.rows.iter().flat_map(of_run).collect()
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
