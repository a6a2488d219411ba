//! The cards of recorded runs, as the page lists and opens them.

use crate::fixtures;
use crate::host::TestHost;
use runglass::engine::ask::Question;
use runglass::engine::cards::{CardQuery, CardRow, CardsQuery};
use runglass::engine::{Engine, Given};
use runglass::model::{Card, CardFile, RunPath};
use runglass::source::MemoryBlob;
use std::rc::Rc;

fn basics() -> Engine {
    let bytes = fixtures::bytes("tests/fixtures/metaflow/basics.zip");
    let file = MemoryBlob::new("basics.zip", bytes);
    let (engine, opened) = TestHost::given(Given::File(Rc::new(file))).open("basics.zip");
    opened.unwrap();
    engine
}

fn ask<Q: Question>(question: Q) -> Q::Answer {
    pollster::block_on(basics().ask(question)).unwrap()
}

fn all(run: &RunPath) -> Vec<CardRow> {
    let view = ask(CardsQuery {
        run: run.clone(),
        task: None,
    });
    assert_eq!(view.problems, []);
    view.cards
}

#[track_caller]
fn check_list(run: &RunPath, expected: &[&str]) {
    let told: Vec<String> = all(run)
        .iter()
        .map(|row| {
            let card = &row.card;
            let attempt = card.attempt.map_or("-".to_owned(), |n| n.to_string());
            let mut told = format!("{}/{} {} {attempt}", row.step, row.task, card.name());
            told.push_str(&format!("  {}", size(card.page.as_ref())));
            told.push_str(&format!(", update {}", size(card.update.as_ref())));
            if let Some(origin) = &row.from_origin {
                told.push_str(&format!("  of {origin}"));
            }
            told
        })
        .collect();
    assert_eq!(told, expected);
}

fn size(file: Option<&CardFile>) -> String {
    file.and_then(|file| file.size)
        .map_or("-".to_owned(), |size| size.to_string())
}

#[test]
fn the_cards_of_a_run() {
    check_list(
        &RunPath::new("CardsFlow", "1795211286954976"),
        &[
            "start/1 default 0  1107298, update 71",
            "report/2 summary 0  1106671, update 1051",
            "report/2 second 0  107, update -",
            "end/3 test_pathspec_card 0  39, update -",
        ],
    );
}

#[test]
fn a_copied_task_shows_the_cards_of_its_origin() {
    check_list(
        &RunPath::new("FailResumeFlow", "1795211273050418"),
        &["start/3 notes 0  46, update -  of FailResumeFlow/1795211267228066/start/1"],
    );
}

#[test]
fn a_run_without_cards() {
    check_list(&RunPath::new("RetryFlow", "1795211261502114"), &[]);
}

#[test]
fn the_page_of_a_card() {
    let run = RunPath::new("CardsFlow", "1795211286954976");
    let rows = all(&run);
    let open = |row: &CardRow| {
        let card = row.card.clone();
        let run = run.clone();
        ask(CardQuery { run, card })
    };
    let summary = open(&rows[1]);
    let page = String::from_utf8(summary.page.unwrap()).unwrap();
    assert!(page.contains("__MF_DATA__"), "{}", page.len());
    let update = summary.update.unwrap();
    assert!(update.starts_with('{'), "{update}");
    assert_eq!(summary.problems, [""; 0]);
    assert_eq!(open(&rows[2]).update, None);
}

/// What comes back from the screen leads to cards and nowhere else.
#[track_caller]
fn check_refused(path: &str) {
    let run = RunPath::new("CardsFlow", "1795211286954976");
    let file = CardFile {
        path: path.to_owned(),
        size: None,
    };
    let card = Card {
        kind: "default".to_owned(),
        id: None,
        uuid: "0".to_owned(),
        attempt: None,
        page: Some(file),
        update: None,
    };
    let view = ask(CardQuery { run, card });
    assert_eq!(view.page, None, "{path}");
}

#[test]
fn a_card_is_read_from_among_the_cards_only() {
    check_refused(".metaflow/CardsFlow/latest_run");
    check_refused(".metaflow/mf.cards/../CardsFlow/latest_run");
    check_refused("/etc/passwd");
}
