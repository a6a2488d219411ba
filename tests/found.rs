//! Tasks are found by the names that they are shown with: by *go to*, in the tree, in the list
//! of all tasks of a run.

#![expect(
    clippy::unwrap_used,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "support/host.rs"]
mod host;

use host::TestHost;
use runglass::engine::ask::{Question, Window};
use runglass::engine::goto::{FoundKind, GoToQuery};
use runglass::engine::rail::find::RailFindQuery;
use runglass::engine::tasks::{TasksQuery, TasksSort, TasksView};
use runglass::engine::{Engine, Given};
use runglass::model::RunPath;
use runglass::source::MemoryBlob;
use std::rc::Rc;

fn open(archive: &str) -> Engine {
    let file = MemoryBlob::new(archive, fixtures::bytes(archive));
    let (engine, opened) = TestHost::given(Given::File(Rc::new(file))).open(archive);
    opened.unwrap();
    engine
}

fn basics() -> Engine {
    open("tests/fixtures/metaflow/basics.zip")
}

fn ask<Q: Question>(engine: &Engine, question: Q) -> Q::Answer {
    pollster::block_on(engine.ask(question)).unwrap()
}

/// A foreach over years within one over countries.
fn nested() -> RunPath {
    RunPath::new("NestedForeachFlow", "1795211253052101")
}

fn tasks(engine: &Engine, run: RunPath, text: &str) -> TasksView {
    ask(
        engine,
        TasksQuery {
            run,
            step: None,
            text: text.to_owned(),
            statuses: Vec::new(),
            sort: TasksSort::Order,
            descending: false,
            window: Window {
                first: 0,
                count: 100,
            },
        },
    )
}

fn called(view: &TasksView) -> Vec<String> {
    let named = view.rows.iter().map(|row| {
        let values = row.values.clone().unwrap_or_else(|| row.id.clone());
        format!("{} {values}", row.step)
    });
    named.collect()
}

const SAID: &str = "is looked for as text: here conditions are on countries, years, duration, attempts, status, id or host, and on artifacts on the page of a step";

#[test]
fn the_tasks_of_a_run_are_filtered_by_conditions_on_their_values() {
    let engine = basics();
    let check = |text: &str, wanted: &[&str], said: &[String]| {
        let view = tasks(&engine, nested(), text);
        assert_eq!(called(&view), wanted, "{text}");
        assert_eq!(view.matching, wanted.len() as u64);
        assert_eq!(view.said, said, "{text}");
    };
    check("years=2024", &["year FR / 2024", "year JP / 2024"], &[]);
    check("years > 2024 jp", &["year JP / 2025"], &[]);
    check("countries=fr years=2025", &["year FR / 2025"], &[]);
    check("id=4", &["year FR / 2024"], &[]);
    check("status=failed", &[], &[]);
    check("attempts>1 duration>=0s", &[], &[]);
    check("FR/2025", &["year FR / 2025"], &[]);
    check("fr / 2025", &["year FR / 2025"], &[]);
    // The task of just this name comes before those that only contain it.
    check(
        "FR",
        &[
            "country FR",
            "year_join FR",
            "year FR / 2024",
            "year FR / 2025",
        ],
        &[],
    );
    check("years=2030", &[], &[]);
    check("year=2024", &[], &[format!("“year=2024” {SAID}")]);
    let taken = "is taken for values that contain it: no task has exactly this one";
    let japan = [
        "country JP",
        "year JP / 2024",
        "year JP / 2025",
        "year_join JP",
    ];
    check("countries=p", &japan, &[format!("“countries=p” {taken}")]);
    // A number is a whole number.
    check("years=25", &[], &[]);
}

#[test]
fn what_tasks_raised_is_asked_on_the_page_of_a_step() {
    let engine = basics();
    let view = tasks(&engine, nested(), "exception=KeyError");
    assert_eq!(view.matching, view.total);
    assert_eq!(
        view.said,
        ["“exception=KeyError” is left out: what tasks raised can be asked on the page of a step"]
    );
}

/// The tasks that *go to* leads to.
fn gone_to(engine: &Engine, text: &str) -> Vec<String> {
    let view = ask(
        engine,
        GoToQuery {
            text: text.to_owned(),
            run: Some(nested()),
            task: None,
        },
    );
    let tasks = view.found.into_iter();
    let tasks = tasks.filter(|found| found.kind == FoundKind::Task);
    tasks.map(|found| found.text).collect()
}

#[test]
fn one_goes_to_a_task_by_its_values_as_they_are_shown() {
    let engine = basics();
    let wanted = "year/5 countries=FR / years=2025";
    for text in [
        "FR / 2025",
        "fr/2025",
        "FR /2025",
        "FR 2025",
        "countries=FR / years=2025",
        "countries=FR/years=2025",
    ] {
        assert_eq!(gone_to(&engine, text), [wanted], "{text}");
    }
    assert_eq!(gone_to(&engine, "FR / 2026"), [""; 0]);
    assert_eq!(gone_to(&engine, "year/5")[0], wanted);
    let whole = format!("{}/year/5", nested());
    assert_eq!(gone_to(&engine, &whole), [whole.as_str()]);
    // Called just so: before all that contain it.
    assert_eq!(gone_to(&engine, "JP")[0], "country/3 countries=JP");
    assert_eq!(gone_to(&engine, "1")[0], "start/1");
}

#[test]
fn the_tree_finds_values_as_they_are_shown() {
    let engine = basics();
    let found = |text: &str| -> Vec<(String, u64)> {
        let view = ask(
            &engine,
            RailFindQuery {
                run: nested(),
                text: text.to_owned(),
            },
        );
        let steps = view.steps.into_iter();
        steps.map(|step| (step.name, step.matching)).collect()
    };
    for text in ["FR / 2025", "fr/2025", "fr 2025", "fr /2025"] {
        assert_eq!(found(text), [("year".to_owned(), 1)], "{text}");
    }
    assert_eq!(found("fr/2026"), []);
    assert_eq!(found("country/2025"), []);
}
