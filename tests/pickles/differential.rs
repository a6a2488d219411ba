//! Generated values and programs, against what CPython makes of the same bytes.
//!
//! Both are made by `tests/fixtures/make/differential.py`; `make/recorder.py` says what
//! stands for the classes that no reader has.

use crate::look::look_around;
use crate::{fixture, from_hex};
use flate2::read::ZlibDecoder;
use runglass::pickle::{Limits, Outcome, Pickle, What, decode, known, repr, type_name};
use serde_json::Value as Json;
use std::io::Read as _;

fn rows(kind: &str) -> Vec<Json> {
    let packed = match std::env::var("RUNGLASS_DIFFERENTIAL") {
        Ok(path) => std::fs::read(path).unwrap(),
        Err(_) => fixture("differential.json.zz"),
    };
    let mut text = String::new();
    ZlibDecoder::new(packed.as_slice())
        .read_to_string(&mut text)
        .unwrap();
    let mut whole: Json = serde_json::from_str(&text).unwrap();
    match whole.get_mut(kind).map(Json::take) {
        Some(Json::Array(rows)) => rows,
        other => panic!("{other:?}"),
    }
}

/// The words of a text, sorted: two texts that differ in the order of elements only
/// have the same.
fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = text
        .split([',', ' ', '{', '}', '(', ')', '[', ']'])
        .filter(|word| !word.is_empty())
        .collect();
    words.sort_unstable();
    words
}

/// What differs between a decoded pickle and CPython's answer.
fn differences(pickle: &Pickle, facts: &Json) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some(root) = pickle.root() else {
        return vec![format!("nothing there: {:?}", pickle.problems())];
    };
    let expected = facts["text"].as_str().unwrap();
    let cut = facts["cut"] == true;
    let most = if cut {
        expected.chars().count()
    } else {
        100_000
    };
    let printed = repr(pickle, root, most);
    let any_order = facts["any_order"] == true;
    // Where elements may stand anywhere, a text that was cut says nothing.
    let same = match any_order {
        true => cut || words(&printed.text) == words(expected),
        false => printed.text == expected && printed.cut == cut,
    };
    if !same {
        wrong.push(format!("expected {expected}\n  printed  {}", printed.text));
    }
    let exact = facts["foreign"] != true;
    if exact != printed.exact && !cut {
        wrong.push(format!(
            "exact: expected {exact}, got {} for {expected}",
            printed.exact
        ));
    }
    let kind = type_name(pickle, root);
    if !unnamed(facts) && kind != facts["type"].as_str().unwrap() {
        wrong.push(format!("type: expected {}, got {kind}", facts["type"]));
    }
    let len = known::len(pickle, root);
    if !unnamed(facts) && len != facts["len"].as_u64() {
        wrong.push(format!("len: expected {}, got {len:?}", facts["len"]));
    }
    wrong
}

/// Stand-ins of what has no name have a class of their own.
fn unnamed(facts: &Json) -> bool {
    let kind = facts["type"].as_str().unwrap();
    kind.starts_with("recorder.") || facts["foreign"] == true && kind == "builtins.type"
}

/// What a pickle may say although CPython reads it without a word: it lies outside.
fn is_expected(what: &What) -> bool {
    matches!(
        what,
        What::PersistentId | What::Extension(_) | What::OutOfBand | What::LeftOnStack(_)
    )
}

/// What a pickle that CPython reads says of itself otherwise, or in addition.
fn wrong_with(pickle: &Pickle, facts: &Json) -> Vec<String> {
    let mut wrong = differences(pickle, facts);
    let problems = pickle.problems().iter();
    let unexpected = problems.filter(|problem| !is_expected(&problem.what));
    wrong.extend(unexpected.map(ToString::to_string));
    wrong
}

#[track_caller]
fn assert_none(wrong: &[String], of: usize) {
    assert!(
        wrong.is_empty(),
        "{} of {of} are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn generated_values_are_read_as_cpython_reads_them() {
    let rows = rows("values");
    assert!(rows.len() >= 600, "{}", rows.len());
    let mut wrong = Vec::new();
    for row in &rows {
        for pickled in row["pickles"].as_array().unwrap() {
            let facts = if pickled["own"] == true { pickled } else { row };
            let pickle = decode(
                from_hex(pickled["hex"].as_str().unwrap()),
                &Limits::default(),
            );
            let found = wrong_with(&pickle, facts);
            look_around(&pickle);
            let (name, way) = (&row["name"], &pickled["way"]);
            wrong.extend(
                found
                    .iter()
                    .map(|found| format!("{name}, written as {way}\n  {found}")),
            );
        }
    }
    assert_none(&wrong, rows.len());
}

#[test]
fn generated_programs_are_carried_out_as_cpython_carries_them_out() {
    let rows = rows("programs");
    assert!(rows.len() >= 400, "{}", rows.len());
    let mut wrong = Vec::new();
    for row in &rows {
        let hex = row["hex"].as_str().unwrap();
        let pickle = decode(from_hex(hex), &Limits::default());
        let mut found = Vec::new();
        match row["fails_at"].as_u64() {
            // Where CPython gives up, something must be said: at that place, or of keys,
            // which are looked at when everything has been read.
            Some(offset) => {
                let told = pickle.problems().iter().any(|problem| {
                    problem.offset == Some(offset) || matches!(problem.what, What::Unhashable(_))
                });
                if !told || pickle.outcome() == Outcome::Value {
                    found.push(format!("fails at {offset}: {}", row["why"]));
                }
            }
            None => {
                found = wrong_with(&pickle, row);
            }
        }
        look_around(&pickle);
        wrong.extend(found.iter().map(|found| {
            format!(
                "{}\n  {found}\n  {:?}",
                from_hex(hex).escape_ascii(),
                pickle.problems()
            )
        }));
    }
    assert_none(&wrong, rows.len());
}
