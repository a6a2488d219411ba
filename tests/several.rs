//! Several sources at once: one list of their runs, the first source counts where two hold
//! the same run, and one that cannot be opened does not hide the others.

#![expect(
    clippy::unwrap_used,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "support/faulty.rs"]
#[allow(dead_code, reason = "nothing is closed here")]
mod faulty;
#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "support/folder.rs"]
#[allow(dead_code, reason = "only files are opened")]
mod folder;
#[path = "support/host.rs"]
#[expect(dead_code, reason = "other tests open one source at a time")]
mod host;

use faulty::Slow;
use host::TestHost;
use runglass::engine::ask::{Failure, FailureKind, Window};
use runglass::engine::runs::{RunsQuery, RunsView};
use runglass::engine::sources::{Open, ProblemsQuery, SourceSpec, SourcesView};
use runglass::engine::{Engine, Given};
use runglass::source::MemoryBlob;
use std::rc::Rc;
use std::task::{Context, Waker};

/// What is there to be opened, by the names of the files.
const FILES: [(&str, &str); 6] = [
    ("basics.zip", "tests/fixtures/metaflow/basics.zip"),
    ("again.zip", "tests/fixtures/metaflow/basics.zip"),
    ("train.zip", "public/examples/trainflow.zip"),
    (
        "missing-run-self.zip",
        "tests/fixtures/broken/missing-run-self.zip",
    ),
    ("cut-off.zip", "tests/fixtures/broken/cut-off.zip"),
    ("not-a-zip.zip", "tests/fixtures/broken/not-a-zip.zip"),
];

fn spec(name: &str) -> SourceSpec {
    SourceSpec {
        key: name.to_owned(),
        given: Some(name.to_owned()),
        whole: false,
        unlock: None,
        signature: None,
    }
}

fn engine() -> Engine {
    let given = FILES.iter().map(|(name, path)| {
        let blob = MemoryBlob::new(*name, fixtures::bytes(path));
        ((*name).to_owned(), Given::File(Rc::new(blob)))
    });
    Engine::new(Rc::new(TestHost {
        by_key: given.collect(),
        ..TestHost::default()
    }))
}

fn open(engine: &Engine, names: &[&str]) -> Result<SourcesView, Failure> {
    pollster::block_on(engine.ask(Open {
        sources: names.iter().map(|name| spec(name)).collect(),
        again: false,
        anyway: false,
    }))
}

fn runs(engine: &Engine) -> RunsView {
    let window = Window {
        first: 0,
        count: 100,
    };
    let query = RunsQuery {
        window,
        ..RunsQuery::default()
    };
    pollster::block_on(engine.ask(query)).unwrap()
}

/// How many runs are in the list, and of which sources, by the place of each.
#[track_caller]
fn check(names: &[&str], in_all: usize, in_each: &[usize]) -> RunsView {
    let engine = engine();
    let view = open(&engine, names).unwrap();
    let listed = runs(&engine);
    assert_eq!((view.runs as usize, listed.rows.len()), (in_all, in_all));
    let of = |at| {
        let rows = listed.rows.iter();
        rows.filter(|row| row.source == at).count()
    };
    let found: Vec<usize> = (0..view.sources.len() as u32).map(of).collect();
    assert_eq!(found, in_each);
    listed
}

#[test]
fn the_runs_of_all_sources_stand_in_one_list() {
    check(&["basics.zip"], 18, &[18]);
    check(&["basics.zip", "train.zip"], 21, &[18, 3]);
    check(&["train.zip", "basics.zip"], 21, &[3, 18]);
    // Named twice, it is open once.
    let listed = check(&["train.zip", "train.zip"], 3, &[3]);
    assert_eq!(listed.shared, 0);
}

#[test]
fn of_a_run_in_two_sources_the_first_counts_and_that_is_said() {
    let listed = check(&["again.zip", "train.zip", "basics.zip"], 21, &[18, 3, 0]);
    for row in &listed.rows {
        assert_eq!(row.also_in, u32::from(row.source == 0), "{}", row.run);
    }
    let shared = listed.rows.iter().filter(|row| row.also_in > 0);
    assert_eq!((listed.shared, shared.count()), (18, 18));
}

#[test]
fn one_that_fails_does_not_hide_the_others() {
    let engine = engine();
    let names = ["cut-off.zip", "basics.zip", "gone.zip"];
    let view = open(&engine, &names).unwrap();
    let failed: Vec<(&str, FailureKind)> = view
        .failed
        .iter()
        .map(|failure| (&*failure.source.as_ref().unwrap().key, failure.kind))
        .collect();
    assert_eq!(
        failed,
        [
            ("cut-off.zip", FailureKind::Source),
            ("gone.zip", FailureKind::NeedsFile)
        ]
    );
    assert_eq!((view.sources.len(), runs(&engine).rows.len()), (1, 18));
    // Left out, nothing fails any more.
    assert_eq!(open(&engine, &["basics.zip"]).unwrap().failed, []);
}

#[test]
fn when_all_fail_the_one_that_asks_for_a_file_comes_first() {
    let engine = engine();
    let failure = open(&engine, &["not-a-zip.zip", "gone.zip"]).unwrap_err();
    assert_eq!(failure.kind, FailureKind::NeedsFile);
    let also: Vec<&str> = failure
        .details
        .iter()
        .filter_map(|(label, told)| (label == "also").then_some(&**told))
        .collect();
    assert_eq!(also.len(), 1);
    assert!(also[0].starts_with("not-a-zip.zip is"), "{also:?}");
    let failure = open(&engine, &["not-a-zip.zip", "cut-off.zip"]).unwrap_err();
    assert_eq!(
        failure.headline,
        "This is no archive that Runglass can read"
    );
}

#[test]
fn a_problem_says_in_which_source_it_is() {
    let places = |names: &[&str]| -> Vec<String> {
        let engine = engine();
        open(&engine, names).unwrap();
        runs(&engine);
        let problems = pollster::block_on(engine.ask(ProblemsQuery)).unwrap();
        let problems = problems.problems.into_iter();
        problems.map(|problem| problem.place.file).collect()
    };
    let alone = places(&["missing-run-self.zip"]);
    let told: Vec<String> = alone
        .iter()
        .map(|at| format!("missing-run-self.zip/{at}"))
        .collect();
    assert!(!alone.is_empty());
    assert_eq!(places(&["train.zip", "missing-run-self.zip"]), told);
}

#[test]
fn several_are_opened_side_by_side_and_stand_as_they_were_named() {
    let disks = ["basics.zip", "train.zip"].map(|name| {
        let (_, path) = FILES.iter().find(|(known, _)| *known == name).unwrap();
        (name, Rc::new(Slow::new(fixtures::bytes(path))))
    });
    let given = disks.iter().map(|(name, disk)| {
        let given: Given = Given::File(disk.clone());
        ((*name).to_owned(), given)
    });
    let engine = Engine::new(Rc::new(TestHost {
        by_key: given.collect(),
        ..TestHost::default()
    }));
    let question = Open {
        sources: vec![spec("train.zip"), spec("basics.zip")],
        again: false,
        anyway: false,
    };
    let mut opening = Box::pin(engine.ask(question));
    let context = &mut Context::from_waker(Waker::noop());
    assert!(opening.as_mut().poll(context).is_pending());
    for (name, disk) in &disks {
        assert!(disk.reads.get() > 0, "{name} waits for the other one");
    }
    let view = pollster::block_on(opening).unwrap();
    let names: Vec<&str> = view.sources.iter().map(|source| &*source.key).collect();
    assert_eq!(names, ["train.zip", "basics.zip"]);
}
