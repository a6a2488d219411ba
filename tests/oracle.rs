//! What the engine says of recorded runs: held against what Metaflow's own client
//! said of them ([`compare`]), asked through its door ([`door`]), and as a person
//! reads it ([`run_views`], [`task_views`]).
//!
//! The oracles lie beside the archives; `tests/fixtures/README.md` says who made
//! them and what is in them. A dump is everything that the engine knows, so what is
//! equal here is right on the screen too.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "oracle/alone.rs"]
mod alone;
#[path = "oracle/compare.rs"]
mod compare;
#[path = "oracle/copies.rs"]
mod copies;
#[path = "oracle/door.rs"]
mod door;
#[path = "oracle/example.rs"]
mod example;
#[path = "oracle/large.rs"]
mod large;
#[path = "oracle/gallery.rs"]
mod gallery;
#[path = "oracle/at.rs"]
mod at;
#[path = "oracle/bare.rs"]
mod bare;
#[path = "oracle/cards.rs"]
mod cards;
#[path = "oracle/run_views.rs"]
mod run_views;
#[path = "oracle/says.rs"]
mod says;
#[path = "oracle/task_views.rs"]
mod task_views;
#[path = "oracle/places.rs"]
mod places;
#[path = "oracle/papers.rs"]
mod papers;
#[path = "oracle/values.rs"]
mod values;
#[path = "oracle/wide.rs"]
mod wide;
#[path = "support/faulty.rs"]
#[allow(dead_code, reason = "here nothing is closed and nothing fails")]
mod faulty;
#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "support/folder.rs"]
mod folder;
#[path = "support/host.rs"]
mod host;

use compare::{Comparison, NOT_COMPARED, compare};
use runglass::cli::dump::dump;
use runglass::model::{RunPath, TaskPath};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A task as an oracle names it: `Flow/run/step/task`.
fn task_path(pathspec: &str) -> TaskPath {
    let parts: Vec<&str> = pathspec.split('/').collect();
    RunPath::new(parts[0], parts[1]).task(parts[2], parts[3])
}

/// Archives and oracles.
const RECORDED: [(&str, &str); 7] = [
    (
        "tests/fixtures/metaflow/basics.zip",
        "tests/fixtures/metaflow/basics.expected.json",
    ),
    (
        "tests/fixtures/metaflow/first-light.zip",
        "tests/fixtures/metaflow/first-light.expected.json",
    ),
    (
        "public/examples/trainflow.zip",
        "tests/fixtures/metaflow/trainflow.expected.json",
    ),
    (
        "tests/fixtures/metaflow/client-api.zip",
        "tests/fixtures/metaflow/client-api.expected.json",
    ),
    (
        "tests/fixtures/metaflow/gallery.zip",
        "tests/fixtures/metaflow/gallery.expected.json",
    ),
    (
        "tests/fixtures/metaflow/papers.zip",
        "tests/fixtures/metaflow/papers.expected.json",
    ),
    (
        "tests/fixtures/metaflow/hosts.zip",
        "tests/fixtures/metaflow/hosts.expected.json",
    ),
];

fn oracle(path: &str) -> Value {
    serde_json::from_slice(&fixtures::bytes(path)).unwrap()
}

/// Dumps one of [`RECORDED`] and compares it.
#[track_caller]
fn check_recorded(which: usize) {
    let (archive, expected) = RECORDED[which];
    let path = fixtures::path(archive);
    let dumped = pollster::block_on(dump(path.to_str().unwrap(), None)).unwrap();
    let oracle = oracle(expected);
    let found = compare(&dumped, &oracle);
    assert!(found.differences.is_empty(), "{}", told(archive, &found));
    let tasks = oracle["tasks"].as_object().unwrap().len();
    assert!(
        tasks > 2 && found.total() > 100 * tasks,
        "an oracle that says hardly anything"
    );
    assert_eq!(dumped["problems"], json!([]), "a sound archive has none");
    println!("{archive}: {} values compared, all equal", found.total());
    for (property, count) in &found.compared {
        println!("  {property:32} {count:6}");
    }
}

fn told(archive: &str, found: &Comparison) -> String {
    const SHOWN: usize = 20;
    let mut text = format!(
        "{archive}: {} of {} values differ from what the client says\n",
        found.differences.len(),
        found.total()
    );
    for one in found.differences.iter().take(SHOWN) {
        let cut = |value: &str| value.chars().take(200).collect::<String>();
        writeln!(text, "{}  {}", one.path, one.property).unwrap();
        writeln!(text, "  got      {}", cut(&one.got)).unwrap();
        writeln!(text, "  expected {}", cut(&one.expected)).unwrap();
    }
    text
}

#[test]
fn basics_is_told_as_by_the_client() {
    check_recorded(0);
}

#[test]
fn first_light_is_told_as_by_the_client() {
    check_recorded(1);
}

#[test]
fn trainflow_is_told_as_by_the_client() {
    check_recorded(2);
}

#[test]
fn client_api_is_told_as_by_the_client() {
    check_recorded(3);
}

#[test]
fn the_gallery_is_told_as_by_the_client() {
    check_recorded(4);
}

#[test]
fn papers_are_told_as_by_the_client() {
    check_recorded(5);
}

#[test]
fn tasks_of_other_machines_are_told_as_by_the_client() {
    check_recorded(6);
    let dumped = fixtures::path(RECORDED[6].0);
    let dumped = pollster::block_on(dump(dumped.to_str().unwrap(), None)).unwrap();
    let hosts = |task: &str| {
        let task = &dumped["tasks"][format!("SurveyFlow/1795413496415889/{task}")];
        let attempts = task["extra"]["attempts"].as_array().unwrap();
        let hosts = attempts.iter().map(|attempt| attempt.get("host").cloned());
        hosts.collect::<Vec<_>>()
    };
    assert_eq!(hosts("start/1"), [None]);
    let moved = [Some(json!("10.0.2.17")), Some(json!("10.0.2.9"))];
    assert_eq!(hosts("count/5"), moved);
    assert_eq!(hosts("compare/9"), [Some(json!("i-0b51c7d20f6a94e83"))]);
}

#[test]
fn everything_that_is_skipped_is_there_to_be_skipped() {
    let mut met = BTreeSet::new();
    for (_, expected) in RECORDED {
        let oracle = oracle(expected);
        met.extend(compare(&oracle, &oracle).met);
    }
    let listed: BTreeSet<&str> = NOT_COMPARED.iter().map(|(name, _)| *name).collect();
    assert_eq!(met, listed, "entries that no oracle has can be deleted");
}

/// An oracle compared with itself, where nothing differs, and with one change.
mod a_change_is_noticed {
    use super::*;

    fn sound() -> Value {
        oracle(RECORDED[1].1)
    }

    #[track_caller]
    fn check(changed: &Value, property: &str) {
        let found = compare(changed, &sound()).differences;
        assert!(
            found.iter().any(|one| one.property == property),
            "a change of {property} was not noticed: {found:?}"
        );
    }

    #[test]
    fn of_every_property() {
        let sound = sound();
        let unchanged = compare(&sound, &sound);
        assert!(unchanged.differences.is_empty());
        assert!(unchanged.places.len() > 60, "{:?}", unchanged.places);
        for (property, pointer) in &unchanged.places {
            let mut changed = sound.clone();
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            let parent = changed
                .pointer_mut(parent)
                .unwrap()
                .as_object_mut()
                .unwrap();
            let other = other_than(parent.get(name).unwrap_or(&Value::Null));
            parent.insert(name.to_owned(), other);
            check(&changed, property);
        }
    }

    fn other_than(value: &Value) -> Value {
        match value {
            Value::Null => json!("other"),
            Value::Bool(truth) => json!(!truth),
            Value::Number(number) => json!(number.as_i64().unwrap_or_default() + 1),
            Value::String(text) => json!(format!("{text} ")),
            Value::Array(items) => items.iter().cloned().chain([json!("more")]).collect(),
            Value::Object(_) => json!({ "other": "other" }),
        }
    }

    #[test]
    fn of_what_is_there() {
        for kind in ["flow", "run", "step", "task", "namespace"] {
            let mut changed = sound();
            let map = changed[format!("{kind}s")].as_object_mut().unwrap();
            let first = map.keys().next().unwrap().clone();
            let taken = map.remove(&first).unwrap();
            check(&changed, &format!("{kind}.present"));
            let map = changed[format!("{kind}s")].as_object_mut().unwrap();
            map.insert(first, taken.clone());
            map.insert("Invented/1".to_owned(), taken);
            check(&changed, &format!("{kind}.present"));
        }
    }

    #[test]
    fn of_an_answer_that_is_missing_or_made_up() {
        let mut changed = sound();
        let run = changed["runs"]
            .as_object_mut()
            .unwrap()
            .values_mut()
            .next()
            .unwrap();
        run.as_object_mut().unwrap().remove("finished_at");
        run["mood"] = json!("good");
        check(&changed, "run.finished_at");
        check(&changed, "run.mood");
    }

    #[test]
    fn of_a_new_property_of_the_oracle() {
        let (dumped, mut newer) = (sound(), sound());
        let flow = newer["flows"]
            .as_object_mut()
            .unwrap()
            .values_mut()
            .next()
            .unwrap();
        flow["owner"] = json!("ana");
        newer["deployments"] = json!({});
        let found = compare(&dumped, &newer).differences;
        let properties: Vec<&str> = found.iter().map(|one| one.property.as_str()).collect();
        assert_eq!(properties, ["deployments", "flow.owner"]);
    }
}

#[test]
fn a_long_text_is_compared_by_its_digest() {
    let told = |text: &str| json!({ "runs": { "F/1": { "log": text } } });
    let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let digest = json!({ "length": 3, "sha256": sha256, "first": "", "last": "" });
    let oracle = json!({ "runs": { "F/1": { "log": digest } } });
    assert!(compare(&told("abc"), &oracle).differences.is_empty());
    assert_eq!(compare(&told("abd"), &oracle).differences.len(), 1);
}
