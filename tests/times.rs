//! Times of runs, and what failed in them: the same wherever they are told, and nothing where
//! nothing is known.

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
use runglass::engine::history::HistoryQuery;
use runglass::engine::overview::{OverviewQuery, OverviewView};
use runglass::engine::picture::Absence;
use runglass::engine::runs::{RunRow, RunsQuery, RunsView};
use runglass::engine::task::{TaskQuery, TaskView};
use runglass::engine::timeline::{
    GroupRow, RowsQuery, TaskBar, TimelineQuery, TimelineRow, TimelineView,
};
use runglass::engine::{Engine, Given};
use runglass::model::{Moment, RunPath, Span, Status, TaskPath};
use runglass::source::{MemoryBlob, NoPace, open_blob};
use std::cell::Cell;
use std::rc::Rc;

const TRAIN: &str = "public/examples/trainflow.zip";
const BASICS: &str = "tests/fixtures/metaflow/basics.zip";

/// What lies in an archive, if it can be opened.
fn opened(archive: &str) -> Option<Engine> {
    let blob = MemoryBlob::new("runs.zip", fixtures::bytes(archive));
    let (engine, opened) = TestHost::given(Given::File(Rc::new(blob))).open("runs.zip");
    opened.is_ok().then_some(engine)
}

/// An archive with other files: `change` has the path and the text of each, and gives another
/// text, or none.
fn changed(archive: &str, change: impl Fn(&str, &str) -> Option<String>) -> Engine {
    changed_at(archive, change, None)
}

/// The same in a folder that may grow, at some time.
fn changed_at(
    archive: &str,
    change: impl Fn(&str, &str) -> Option<String>,
    now: Option<Moment>,
) -> Engine {
    let blob = Rc::new(MemoryBlob::new("runs.zip", fixtures::bytes(archive)));
    let source = pollster::block_on(open_blob(blob, Rc::new(NoPace))).unwrap();
    let file = |(path, bytes): (String, Vec<u8>)| match str::from_utf8(&bytes) {
        Ok(text) => change(&path, text).map(|text| (path, text.into_bytes())),
        Err(_) => Some((path, bytes)),
    };
    let folder = MemoryFolder {
        files: unpacked(&*source).into_iter().filter_map(file).collect(),
        can_grow: now.is_some(),
    };
    let host = TestHost {
        now: now.map(|now| Rc::new(Cell::new(now))),
        ..TestHost::given(Given::Folder(Rc::new(folder)))
    };
    let (engine, opened) = host.open("lab");
    opened.unwrap();
    engine
}

const ALL: Window = Window {
    first: 0,
    count: 1000,
};

fn list(engine: &Engine) -> RunsView {
    let query = RunsQuery {
        window: ALL,
        ..RunsQuery::default()
    };
    pollster::block_on(engine.ask(query)).unwrap()
}

fn row(engine: &Engine, run: &RunPath) -> RunRow {
    let mut rows = list(engine).rows.into_iter();
    rows.find(|row| row.flow == run.flow && row.run == run.run)
        .unwrap()
}

fn overview(engine: &Engine, run: &RunPath) -> OverviewView {
    pollster::block_on(engine.ask(OverviewQuery::of(run.clone()))).unwrap()
}

fn timeline(engine: &Engine, run: &RunPath) -> TimelineView {
    let query = TimelineQuery {
        run: run.clone(),
        rows: RowsQuery::default(),
        window: ALL,
        columns: 0,
        part: None,
        cut: false,
        range: None,
        beat: 0,
    };
    pollster::block_on(engine.ask(query)).unwrap()
}

fn bars(view: &TimelineView) -> impl Iterator<Item = &TaskBar> {
    view.rows.iter().filter_map(|row| match row {
        TimelineRow::Task(task) => Some(task),
        _ => None,
    })
}

fn groups(view: &TimelineView) -> impl Iterator<Item = &GroupRow> {
    view.rows.iter().filter_map(|row| match row {
        TimelineRow::Group(group) => Some(group),
        _ => None,
    })
}

fn run(path: &str) -> RunPath {
    let (flow, run) = path.split_once('/').unwrap();
    RunPath::new(flow, run)
}

/// The same of every archive there is, damaged ones too.
#[test]
fn a_run_is_as_long_in_every_list_as_on_its_own_page() {
    let mut archives = vec![TRAIN.to_owned()];
    for folder in ["tests/fixtures/metaflow", "tests/fixtures/broken"] {
        let names = std::fs::read_dir(fixtures::path(folder)).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        archives.extend(
            names
                .filter(|name| name.ends_with(".zip"))
                .map(|name| format!("{folder}/{name}")),
        );
    }
    let mut checked = 0;
    for archive in archives {
        let Some(engine) = opened(&archive) else {
            continue;
        };
        for row in list(&engine).rows {
            let path = RunPath::new(&row.flow, &row.run);
            let told = format!("{archive} {path}");
            let page = overview(&engine, &path);
            let is_known = page.is_over || page.status == Status::Failed || page.since.is_some();
            assert_eq!(
                (row.status, row.duration),
                (Some(page.status), page.duration),
                "{told}"
            );
            if row.duration.is_some() {
                assert_eq!(row.at_least, !is_known, "{told}");
            }
            let history = HistoryQuery {
                flow: path.flow.clone(),
                run: Some(path.run.clone()),
                namespace: None,
                steps: false,
            };
            let history = pollster::block_on(engine.ask(history)).unwrap();
            let bar = history.runs.last().unwrap();
            assert_eq!(bar.duration, row.duration, "{told}");
            assert_eq!(bar.at_least, row.at_least, "{told}");
            checked += 1;
        }
    }
    assert!(checked > 60, "{checked}");
}

#[test]
fn a_run_that_failed_while_others_run_goes_on_in_every_list() {
    let path = run("TrainFlow/1795218658028712");
    let known = timeline(&opened(TRAIN).unwrap(), &path);
    let good = bars(&known).filter(|task| task.status == Status::Succeeded);
    let left = good.last().unwrap();
    let of_it = format!("/{path}/{}/{}/", left.step, left.id);
    let begins = [".attempt.json", "_self.json"];
    let ended = overview(&opened(TRAIN).unwrap(), &path).ended.unwrap();
    let now = Moment(ended.0 + 30_000_000);
    let engine = changed_at(
        TRAIN,
        |file, text| {
            let tells = begins.iter().any(|end| file.ends_with(end))
                || file.contains("/sysmeta_attempt_0_")
                || file.contains("/sysmeta_foreach");
            let is_gone = file.contains(&of_it) && !tells;
            (!is_gone).then(|| text.to_owned())
        },
        Some(now),
    );
    let (row, page) = (row(&engine, &path), overview(&engine, &path));
    assert_eq!(
        (row.status, page.status),
        (Some(Status::Failed), Status::Failed)
    );
    assert!(page.since.is_some());
    assert_eq!((row.since, row.duration), (page.since, page.duration));
    assert!(!row.at_least);
    // One that is over does not.
    let engine = changed_at(TRAIN, |_, text| Some(text.to_owned()), Some(now));
    let (row, page) = (self::row(&engine, &path), overview(&engine, &path));
    assert_eq!((row.since, page.since), (None, None));
    assert_eq!(row.duration, page.duration);
}

#[test]
fn what_a_run_that_goes_on_has_not_reached_it_may_reach_yet() {
    let path = run("TrainFlow/1795218597618720");
    let end = format!("/{path}/end/");
    let ended = overview(&opened(TRAIN).unwrap(), &path).ended.unwrap();
    let without_end = |now| {
        let text = |file: &str, text: &str| (!file.contains(&end)).then(|| text.to_owned());
        changed_at(TRAIN, text, now)
    };
    let seen = |engine: &Engine| {
        let view = timeline(engine, &path);
        let last = groups(&view).last().unwrap();
        assert_eq!((last.name.as_str(), last.tasks), ("end", 0));
        let status = row(engine, &path).status.unwrap();
        (status, view.goes_on, last.absence)
    };
    // While it runs, and once it is clear that nothing comes any more.
    let engine = without_end(Some(Moment(ended.0 + 10_000_000)));
    assert_eq!(seen(&engine), (Status::Running, true, Absence::NotYet));
    let (row, page) = (row(&engine, &path), overview(&engine, &path));
    assert_eq!((row.since, row.duration), (page.since, page.duration));
    let unfinished = (Status::Unfinished, false, Absence::NotReached);
    assert_eq!(seen(&without_end(None)), unfinished);
}

/// A run of which no time was recorded, but for those of the lines that it printed.
fn without_times() -> (Engine, RunPath) {
    let path = run("ForeachFlow/1795211227774857");
    let folder = "/ForeachFlow/";
    let engine = changed(BASICS, |file, text| {
        let is_one = !file.contains("Flow/") || file.contains(folder);
        let tells = file.contains("/sysmeta_attempt") || file.ends_with(".attempt.json");
        (is_one && !tells).then(|| text.to_owned())
    });
    (engine, path)
}

#[test]
fn a_line_of_a_log_is_no_begin_and_no_end() {
    let (engine, path) = without_times();
    let view = timeline(&engine, &path);
    assert!(view.total > 0);
    assert_eq!(view.untimed, view.total, "none of its tasks has a time");
    for task in bars(&view) {
        assert!(
            task.attempts.iter().all(|one| one.time.is_none()),
            "{task:?}"
        );
        assert!(
            task.queued.is_none(),
            "when it stopped waiting is not known"
        );
    }
    let page = overview(&engine, &path);
    let told: Vec<&str> = page.problems.iter().map(|one| &*one.what).collect();
    assert!(
        told.iter()
            .any(|what| what.starts_with("No times were recorded of any")),
        "{told:?}"
    );
    assert!(
        page.longest_steps
            .iter()
            .all(|step| step.duration.is_none())
    );
    // How long it was seen is no measure of how long it took.
    let row = row(&engine, &path);
    assert_eq!(row.duration, page.duration);
    assert!(row.at_least && !page.is_over && row.median.is_none());
}

/// The example, of which some tasks of a run that went well did not.
fn with_failed_tasks(tasks: &[&str]) -> (Engine, RunPath) {
    let path = run("TrainFlow/1795218571629966");
    let engine = changed(TRAIN, |file, text| {
        let is_one = |task: &&str| file.contains(&format!("/{path}/{task}/"));
        let is_outcome = file.contains("/sysmeta_attempt_ok_");
        Some(match is_outcome && tasks.iter().any(is_one) {
            true => text.replace("True", "False"),
            false => text.to_owned(),
        })
    });
    (engine, path)
}

#[test]
fn what_failed_of_a_run_that_went_well_is_counted_in_the_list() {
    let (engine, path) = with_failed_tasks(&[]);
    assert_eq!(row(&engine, &path).failed, Some(0));
    let page = overview(&engine, &path);
    assert_eq!(page.headline, "Succeeded");
    let failed = ["features", "reference"];
    let tasks: Vec<String> = bars(&timeline(&engine, &path))
        .filter(|task| failed.contains(&task.step.as_str()))
        .map(|task| format!("{}/{}", task.step, task.id))
        .collect();
    assert!(tasks.len() > 2, "{tasks:?}");
    let tasks: Vec<&str> = tasks.iter().map(String::as_str).collect();
    let (engine, path) = with_failed_tasks(&tasks);
    let row = row(&engine, &path);
    assert_eq!(row.status, Some(Status::Succeeded));
    assert_eq!(row.failed, Some(tasks.len() as u64));
    let page = overview(&engine, &path);
    let told = format!("Succeeded, though {} tasks failed", tasks.len());
    assert_eq!(page.headline, told);
}

#[test]
fn all_that_failed_of_a_run_that_failed_is_counted_in_the_list() {
    let engine = opened(TRAIN).unwrap();
    let failed: Vec<RunRow> = list(&engine)
        .rows
        .into_iter()
        .filter(|row| row.status == Some(Status::Failed))
        .collect();
    assert_eq!(failed.len(), 1);
    for row in failed {
        let path = RunPath::new(&row.flow, &row.run);
        let view = timeline(&engine, &path);
        let tasks = bars(&view).filter(|task| task.status == Status::Failed);
        let known = tasks.count() as u64;
        assert!(known > 0);
        assert_eq!(row.failed, Some(known));
    }
}

#[test]
fn between_attempts_that_are_not_next_to_each_other_no_wait_is_told() {
    let engine = opened("tests/fixtures/broken/attempt-gap.zip").unwrap();
    let mut gaps = 0;
    for row in list(&engine).rows {
        let path = RunPath::new(&row.flow, &row.run);
        for task in bars(&timeline(&engine, &path)) {
            let path: TaskPath = path.task(&task.step, &task.id);
            let query = TaskQuery {
                task: path,
                attempt: None,
            };
            let view: TaskView = pollster::block_on(engine.ask(query)).unwrap();
            for pair in view.attempts.windows(2) {
                let [one, next] = pair else { continue };
                let missing = (one.number + 1, next.number - 1);
                let is_gap = missing.0 <= missing.1;
                assert_eq!(next.missing_before, is_gap.then_some(missing));
                assert_eq!(next.waited.is_none(), is_gap, "{next:?}");
                gaps += u64::from(is_gap);
            }
        }
    }
    assert_eq!(gaps, 1);
}

#[test]
fn a_step_that_was_not_taken_is_not_said_to_be_not_reached() {
    let engine = opened(BASICS).unwrap();
    let mut found = Vec::new();
    for row in list(&engine).rows {
        let path = RunPath::new(&row.flow, &row.run);
        let view = timeline(&engine, &path);
        for group in groups(&view) {
            match group.tasks {
                0 => found.push(format!("{} {}: {:?}", row.flow, group.name, group.absence)),
                _ => assert_eq!(group.absence, Absence::default(), "{group:?}"),
            }
        }
    }
    found.sort();
    insta::assert_snapshot!(found.join("\n"));
}

#[test]
fn waits_to_be_tried_again_are_not_compared() {
    let engine = opened(TRAIN).unwrap();
    let query = HistoryQuery {
        flow: "TrainFlow".to_owned(),
        run: Some("1795218597618720".to_owned()),
        namespace: None,
        steps: true,
    };
    let view = pollster::block_on(engine.ask(query)).unwrap();
    for trend in &view.steps {
        let bar = trend.bars.last().copied().flatten().unwrap();
        // A task that is not its step's only one waits while others are at work.
        match trend.step.as_str() {
            "train" => assert!(bar.retrying > Span(10_000_000), "{bar:?}"),
            _ => assert_eq!(bar.retrying, Span(0), "{bar:?}"),
        }
        let length = bar.duration.unwrap();
        assert_eq!(bar.compared(), Some(Span(length.0 - bar.retrying.0)));
    }
    let told = view.steps.iter().map(|trend| {
        let (change, of) = (trend.change(), trend.measures);
        format!("{}: {change:.1?} of {of}", trend.step)
    });
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"));
}
