//! The values of recorded artifacts that are not plain, against what their own libraries
//! say of them: `make/artifacts.py` writes it, `runglass value` tells the same.

use crate::example::{ask, task_of_country};
use crate::oracle;
use runglass::cli::value::{Asked, value};
use runglass::engine::ask::Window;
use runglass::engine::values::{ColumnQuery, TableQuery, TableSort, ValueQuery};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Artifacts and facts that are told otherwise, and why: NumPy turns bytes round when it
/// reads a pickle of numbers in the other order; here they are told as they are stored.
const KNOWN: [(&str, &str); 2] = [("n_be", "dtype"), ("n_be", "dtype_str")];

/// Every such value once, by the first task that has it; all that differs is collected.
#[track_caller]
fn check(archive: &str, expected: &str, values: &str, otherwise: usize, kinds: &[&str]) {
    let values = oracle(values);
    let oracle = oracle(expected);
    let mut left: BTreeSet<&String> = values.as_object().unwrap().keys().collect();
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    let mut known = 0;
    for (task, said) in oracle["tasks"].as_object().unwrap() {
        for (name, artifact) in said["artifacts"].as_object().into_iter().flatten() {
            let sha = artifact["sha"].as_str().unwrap_or_default().to_owned();
            if !left.remove(&sha) {
                continue;
            }
            let pathspec = format!("{task}/{name}");
            let asked = Asked {
                source: archive,
                pathspec: Some(&pathspec),
                attempt: None,
                at: None,
                large: true,
                key: None,
            };
            let told = pollster::block_on(value(&asked)).unwrap();
            seen.insert(values[&sha]["kind"].as_str().unwrap().to_owned());
            for (fact, is, should) in differences(&values[&sha], &told) {
                if KNOWN.contains(&(pathspec.rsplit('/').next().unwrap(), fact.as_str())) {
                    known += 1;
                    continue;
                }
                wrong.push(format!(
                    "{pathspec}: {fact}\n   is        {is}\n   should be {should}"
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(known, otherwise);
    assert_eq!(seen, kinds.iter().map(|kind| (*kind).to_owned()).collect());
}

/// Name, what is told, and what should be.
fn differences(expected: &Value, told: &Value) -> Vec<(String, Value, Value)> {
    let kind = expected["kind"].as_str().unwrap();
    let mut wrong = Vec::new();
    let mut same = |fact: &str, is: &Value, should: &Value| {
        if is != should {
            wrong.push((fact.to_owned(), is.clone(), should.clone()));
        }
    };
    match kind {
        "array" | "scalar" | "table" => {
            for (fact, should) in expected.as_object().unwrap() {
                if fact != "kind" {
                    same(fact, &told[kind][fact], should);
                }
            }
        }
        "frame" => {
            let is = &told["frame"];
            for fact in ["shape", "columns"] {
                same(fact, &is[fact], &expected[fact]);
            }
            index(&mut same, &is["index"], &expected["index"]);
            for (at, column) in expected["column_facts"]
                .as_array()
                .unwrap()
                .iter()
                .enumerate()
            {
                for fact in ["dtype", "nulls", "sum"] {
                    let is = &is["column_facts"][at][fact];
                    same(&format!("column {at}: {fact}"), is, &column[fact]);
                }
                let part = |rows: &Value| {
                    let rows = rows.as_array().unwrap().iter();
                    json!(rows.map(|row| &row[at]).collect::<Vec<_>>())
                };
                same(
                    &format!("column {at}: head"),
                    &part(&is["head3"]),
                    &column["values"],
                );
                same(
                    &format!("column {at}: tail"),
                    &part(&is["tail3"]),
                    &column["last"],
                );
            }
        }
        "series" => {
            let is = &told["series"];
            for (fact, should) in [
                ("dtype", "dtype"),
                ("nulls", "nulls"),
                ("sum", "sum"),
                ("name", "named"),
                ("head3", "values"),
                ("tail3", "last"),
            ] {
                same(fact, &is[fact], &expected[should]);
            }
            index(&mut same, &is["index"], &expected["index"]);
        }
        "index" => index(&mut same, &told["index"], expected),
        "single" => {
            let printed = told["summary"].as_str().unwrap();
            same("str", &json!(printed), &expected["str"]);
        }
        "column" => same("len", &told["len"], &expected["len"]),
        // What the class itself makes of its state is not known here; which names are in it is.
        _ => {
            if let Some(names) = expected["state"]
                .as_array()
                .filter(|names| !names.is_empty())
            {
                let is: BTreeSet<&str> = keys(&told["dict"]).collect();
                let lost = names
                    .iter()
                    .filter(|name| !is.contains(name.as_str().unwrap()));
                let lost: Vec<&Value> = lost.collect();
                same(
                    "names in its state that are missing",
                    &json!(lost),
                    &json!([]),
                );
            }
        }
    }
    wrong
}

fn keys(map: &Value) -> impl Iterator<Item = &str> {
    map.as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
}

fn index(same: &mut impl FnMut(&str, &Value, &Value), is: &Value, should: &Value) {
    for fact in ["class", "names", "len", "first5", "last5"] {
        same(&format!("index: {fact}"), &is[fact], &should[fact]);
    }
}

#[test]
fn values_of_the_shared_runs() {
    check(
        "tests/fixtures/metaflow/basics.zip",
        "tests/fixtures/metaflow/basics.expected.json",
        "tests/fixtures/metaflow/basics.values.json",
        KNOWN.len(),
        &[
            "array", "column", "frame", "index", "object", "scalar", "series", "single", "table",
        ],
    );
}

#[test]
fn values_of_the_bakery() {
    check(
        "tests/fixtures/metaflow/client-api.zip",
        "tests/fixtures/metaflow/client-api.expected.json",
        "tests/fixtures/metaflow/client-api.values.json",
        0,
        &["array", "frame", "object"],
    );
}

#[test]
fn values_of_the_gallery() {
    check(
        "tests/fixtures/metaflow/gallery.zip",
        "tests/fixtures/metaflow/gallery.expected.json",
        "tests/fixtures/metaflow/gallery.values.json",
        0,
        &["array", "frame", "object"],
    );
}

#[test]
fn values_of_the_example() {
    check(
        "public/examples/trainflow.zip",
        "tests/fixtures/metaflow/trainflow.expected.json",
        "tests/fixtures/metaflow/trainflow.values.json",
        0,
        &["array", "frame", "object"],
    );
}

/// The rows of the example's frame of customers, in the words of the screen.
#[test]
fn a_table_by_its_oldest_customers() {
    let query = TableQuery {
        records: false,
        value: ValueQuery {
            at: String::new(),
            task: task_of_country("NL"),
            attempt: None,
            name: "rows".to_owned(),
            large: false,
            enter: false,
        },
        slice: Vec::new(),
        rows: Window { first: 0, count: 4 },
        columns: Window { first: 1, count: 3 },
        sort: Some(TableSort {
            column: 2,
            descending: true,
        }),
    };
    let view = ask(query.clone());
    let mut page = format!("{:?}, columns from {}\n", view.total, view.first_column);
    for column in &view.columns {
        let side = if column.number { "right" } else { "left" };
        writeln!(page, "  {}  {}  {side}", column.name, column.dtype).unwrap();
    }
    for line in &view.lines {
        let cells: Vec<&str> = line.cells.iter().map(|cell| cell.text.as_str()).collect();
        writeln!(
            page,
            "{}  {:?}  {}",
            line.row,
            line.labels,
            cells.join("  ")
        )
        .unwrap();
    }
    // What is missing comes last, whichever way it is sorted.
    let last = Window {
        first: view.total.0 - 1,
        count: 1,
    };
    let view = ask(TableQuery {
        rows: last,
        ..query.clone()
    });
    let cell = &view.lines[0].cells[1];
    writeln!(page, "the last one: {} (faint {})", cell.text, cell.faint).unwrap();
    for column in [0, 2] {
        let of = ColumnQuery {
            records: false,
            value: query.value.clone(),
            slice: Vec::new(),
            column,
        };
        let view = ask(of);
        writeln!(page, "column {column}: {view:?}").unwrap();
    }
    insta::assert_snapshot!(page);
}
