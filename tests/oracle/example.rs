//! The bundled example, its places, and how their facts are printed. `None` is
//! printed as `-`.

use crate::fixtures;
use crate::host::TestHost;
use runglass::engine::ask::{Question, Window};
use runglass::engine::tasks::{StripTask, TasksQuery};
use runglass::engine::{Engine, Given};
use runglass::model::{Moment, RunPath, Span, Status, TaskPath};
use runglass::source::MemoryBlob;
use runglass::text::human;
use std::fmt::Display;
use std::rc::Rc;

pub const FAILED: &str = "1795218658028712";

pub const SCREEN: Window = Window {
    first: 0,
    count: 100,
};

pub fn failed_run() -> RunPath {
    RunPath::new("TrainFlow", FAILED)
}

pub fn trainflow() -> Engine {
    let file = MemoryBlob::new(
        "trainflow.zip",
        fixtures::bytes("public/examples/trainflow.zip"),
    );
    let (engine, opened) = TestHost::given(Given::File(Rc::new(file))).open("trainflow.zip");
    assert_eq!(opened.unwrap().runs, 3);
    engine
}

/// The answer to a question about the example.
pub fn ask<Q: Question>(question: Q) -> Q::Answer {
    pollster::block_on(trainflow().ask(question)).unwrap()
}

pub fn or_dash(value: Option<impl Display>) -> String {
    value.map_or("-".to_owned(), |value| value.to_string())
}

pub fn at(moment: Option<Moment>) -> String {
    or_dash(moment.and_then(|moment| moment.iso(3)))
}

pub fn took(span: Option<Span>) -> String {
    or_dash(span.map(|span| human::span(span.0)))
}

pub fn mix(statuses: &[(Status, u64)]) -> String {
    let parts = statuses
        .iter()
        .map(|(status, count)| format!("{count} {}", status.key()));
    parts.collect::<Vec<_>>().join(", ")
}

pub fn strip(task: &StripTask) -> String {
    format!(
        "{}/{}  {}  {}  {}",
        task.step,
        task.id,
        task.label,
        task.status.key(),
        took(task.duration)
    )
}

/// The task of `features` for FI, and the one for NL, which needed two attempts.
pub fn failed_task() -> TaskPath {
    task_of_country("FI")
}

pub fn task_of_country(country: &str) -> TaskPath {
    let view = ask(features(country));
    assert_eq!(view.matching, 1, "{:?}", view.rows);
    failed_run().task("features", &view.rows[0].id)
}

pub fn features(text: &str) -> TasksQuery {
    TasksQuery {
        run: failed_run(),
        step: Some("features".to_owned()),
        text: text.to_owned(),
        statuses: Vec::new(),
        sort: Default::default(),
        descending: false,
        window: SCREEN,
    }
}
