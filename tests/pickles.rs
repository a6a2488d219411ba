//! Pickles that Python wrote, against what Python says about them.
//!
//! The pickles and the answers are made by `tests/fixtures/make/pickles.py`.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its fixture has failed"
)]

use runglass::pickle::{Limits, Outcome, Pickle, decode, known, repr, type_name};
use serde_json::Value as Json;
use std::fs;
use std::path::PathBuf;

fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/pickles")
        .join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn rows(name: &str) -> Vec<Json> {
    serde_json::from_slice(&fixture(name)).unwrap()
}

fn from_hex(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// The pickles of a row, by protocol.
fn pickles(row: &Json) -> Vec<(String, Pickle)> {
    let name = row["name"].as_str().unwrap();
    let mut all = vec![("4".to_owned(), fixture(&format!("{name}.pkl")))];
    for (protocol, hex) in row["pickles"].as_object().unwrap() {
        all.push((protocol.clone(), from_hex(hex.as_str().unwrap())));
    }
    all.into_iter()
        .map(|(protocol, bytes)| (format!("{name}, protocol {protocol}"), bytes))
        .map(|(what, bytes)| (what, decode(bytes, &Limits::default())))
        .collect()
}

#[test]
fn every_value_prints_as_in_python() {
    let mut wrong = Vec::new();
    let rows = rows("values.json");
    assert!(rows.len() > 150);
    for row in &rows {
        for (what, pickle) in pickles(row) {
            let root = pickle
                .root()
                .unwrap_or_else(|| panic!("{what}: {:?}", pickle.problems()));
            let printed = repr(&pickle, root, 100_000);
            let old = row["repr_old"].as_str().filter(|_| pickle.protocol() < 4);
            let expected = old.unwrap_or(row["repr"].as_str().unwrap());
            if printed.text != expected || printed.cut || !printed.exact {
                wrong.push(format!(
                    "{what}\n  expected {expected}\n  printed  {printed:?}"
                ));
            }
            let kind = type_name(&pickle, root);
            if kind != row["type"].as_str().unwrap() {
                wrong.push(format!("{what}\n  expected {}, got {kind}", row["type"]));
            }
            let len = known::len(&pickle, root);
            if len != row["len"].as_u64() {
                wrong.push(format!("{what}\n  expected {}, got {len:?}", row["len"]));
            }
            if pickle.outcome() != Outcome::Value {
                wrong.push(format!("{what}\n  {:?}", pickle.problems()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
