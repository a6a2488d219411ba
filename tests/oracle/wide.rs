//! A run with a wide step: whether it ended well is told before its many tasks are looked
//! into, and how many of them were tried again after that.

use crate::door::answered;
use crate::fixtures;
use crate::folder::{MemoryFolder, unpacked};
use crate::host::TestHost;
use runglass::engine::Given;
use runglass::engine::ask::{Question as _, Window};
use runglass::engine::overview::OverviewQuery;
use runglass::engine::runs::{RunRow, RunsQuery, RunsView};
use runglass::model::{RunPath, Status};
use runglass::source::{MemoryBlob, NoPace, open_blob};
use std::collections::BTreeMap;
use std::rc::Rc;

const RUN: &str = "/ForeachFlow/1795211227774857/";

/// How often one task of the recorded run is there under another id.
const COPIES: u64 = 100;

/// The files of one recorded run, of which a step has been made wide.
fn wide() -> BTreeMap<String, Vec<u8>> {
    let blob = fixtures::bytes("tests/fixtures/metaflow/basics.zip");
    let blob = Rc::new(MemoryBlob::new("basics.zip", blob));
    let source = pollster::block_on(open_blob(blob, Rc::new(NoPace))).unwrap();
    let mut files = unpacked(&*source);
    files.retain(|path, _| !path.contains("Flow/") || path.contains("/ForeachFlow/"));
    files.retain(|path, _| !path.contains("/ForeachFlow/1") || path.contains(RUN));
    let of_task: Vec<(String, Vec<u8>)> = files
        .iter()
        .filter(|(path, _)| path.contains("/work/7/"))
        .map(|(path, bytes)| (path.clone(), bytes.clone()))
        .collect();
    assert!(!of_task.is_empty());
    for copy in 0..COPIES {
        let id = format!("/work/{}/", 1000 + copy);
        let copied = of_task.iter();
        files.extend(copied.map(|(path, bytes)| (path.replace("/work/7/", &id), bytes.clone())));
    }
    files
}

/// The run's row, as it is told one after the other.
fn rows(files: BTreeMap<String, Vec<u8>>) -> Vec<RunRow> {
    let folder = MemoryFolder {
        files,
        can_grow: false,
    };
    let (engine, opened) = TestHost::given(Given::Folder(Rc::new(folder))).open("wide");
    assert_eq!(opened.unwrap().runs, 1);
    let question = RunsQuery {
        window: Window {
            first: 0,
            count: 10,
        },
        ..RunsQuery::default()
    };
    let (last, heard) = answered(&engine, &question.into_request());
    let view = |bytes: &Vec<u8>| postcard::from_bytes::<RunsView>(bytes).unwrap();
    let mut views: Vec<RunsView> = heard.partial.borrow().iter().map(view).collect();
    views.push(view(&last.unwrap()));
    let pending: Vec<u64> = views.iter().map(|view| view.pending).collect();
    assert_eq!(pending, [1, 0]);
    views.into_iter().flat_map(|view| view.rows).collect()
}

#[test]
fn a_good_end_is_told_before_the_retries_are_counted() {
    let mut files = wide();
    let started = files
        .iter()
        .find(|(path, _)| path.ends_with("/work/1042/0.attempt.json"))
        .map(|(path, bytes)| (path.replace("/0.", "/1."), bytes.clone()));
    files.extend(started);
    let told = rows(files);
    let [first, whole] = told.as_slice() else {
        panic!("{} rows", told.len());
    };
    let in_step = COPIES + 8;
    assert_eq!((first.status, first.retried), (Some(Status::Succeeded), 0));
    assert_eq!((whole.status, whole.retried), (Some(Status::Retried), 1));
    assert_eq!((first.unseen, whole.unseen), (in_step, 0));
    let expected = RunRow {
        status: first.status,
        retried: 0,
        unseen: in_step,
        ..whole.clone()
    };
    assert_eq!(*first, expected, "nothing else comes later");
}

#[test]
fn without_a_good_end_nothing_is_told_before_all_is_seen() {
    let mut files = wide();
    files.retain(|path, _| !path.contains(&format!("{RUN}end/")));
    let outcome = files
        .iter_mut()
        .find(|(path, _)| path.contains("/work/1042/_meta/") && path.contains("_attempt_ok_"));
    let (_, outcome) = outcome.unwrap();
    let failed = String::from_utf8(outcome.clone()).unwrap();
    assert!(failed.contains("\"True\""));
    *outcome = failed.replace("\"True\"", "\"False\"").into_bytes();
    let told = rows(files);
    let [first, whole] = told.as_slice() else {
        panic!("{} rows", told.len());
    };
    assert_eq!((first.status, first.duration), (None, None));
    assert_eq!(whole.status, Some(Status::Failed));
    assert_eq!(whole.step.as_deref(), Some("work"));
    assert_eq!((first.tasks, first.started), (whole.tasks, whole.started));
}

#[test]
fn what_failed_of_many_tasks_is_told_once_somebody_has_looked() {
    let mut files = wide();
    for (path, outcome) in &mut files {
        if path.contains("/work/1042/_meta/") && path.contains("_attempt_ok_") {
            let failed = String::from_utf8(outcome.clone()).unwrap();
            *outcome = failed.replace("\"True\"", "\"False\"").into_bytes();
        }
    }
    let folder = MemoryFolder {
        files,
        can_grow: false,
    };
    let (engine, _) = TestHost::given(Given::Folder(Rc::new(folder))).open("wide");
    let row = || {
        let question = RunsQuery {
            window: Window {
                first: 0,
                count: 10,
            },
            ..RunsQuery::default()
        };
        let view = pollster::block_on(engine.ask(question)).unwrap();
        view.rows.into_iter().next().unwrap()
    };
    // A record of each of them would have to be read.
    assert_eq!(
        (row().status, row().failed),
        (Some(Status::Succeeded), None)
    );
    let run = RunPath::new(&row().flow, &row().run);
    let page = pollster::block_on(engine.ask(OverviewQuery::of(run))).unwrap();
    assert_eq!(page.headline, "Succeeded, though 1 task failed");
    assert_eq!(row().failed, Some(1));
}

#[test]
fn copies_are_told_when_all_tasks_are_seen() {
    let noted = |files: &mut BTreeMap<String, Vec<u8>>, is_copy: fn(&str) -> bool| {
        let outcomes = files
            .iter()
            .filter(|(path, _)| path.contains("_attempt_ok_"));
        let copies = outcomes.filter(|(path, _)| is_copy(path));
        let origin = |path: &str| path.replace("_attempt_ok_", "_origin-task-id_");
        let origins: Vec<_> = copies
            .map(|(path, bytes)| (origin(path), bytes.clone()))
            .collect();
        assert!(!origins.is_empty());
        files.extend(origins);
    };
    let statuses = |files| rows(files).into_iter().map(|row| row.status);
    let mut files = wide();
    noted(&mut files, |path| !path.contains("/work/"));
    assert!(statuses(files.clone()).eq([Some(Status::Succeeded); 2]));
    noted(&mut files, |path| path.contains("/work/"));
    let told = [Some(Status::Succeeded), Some(Status::Cached)];
    assert!(statuses(files).eq(told));
}
