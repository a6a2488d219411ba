//! The database that a stopped server of Prefect left, with its log.

use super::Files;
use super::oracle::{expected, hash_of};
use runglass::formats::sqlite::{Ending, Value};
use runglass::source::{MemoryBlob, NoPace, Want, open_blob};
use serde_json::json;
use std::rc::Rc;

fn left_by_a_server() -> Files {
    let bytes = super::fixtures::bytes("tests/fixtures/prefect/db-with-wal.zip");
    let blob = MemoryBlob::new("db-with-wal.zip", bytes);
    let source = pollster::block_on(open_blob(Rc::new(blob), Rc::new(NoPace))).unwrap();
    let read = |path: &str| {
        let want = Want {
            path: path.to_owned(),
            range: None,
        };
        let answer = pollster::block_on(source.read(&[want])).pop().unwrap();
        answer.unwrap().to_vec()
    };
    Files {
        database: read("prefect.db"),
        log: Some(read("prefect.db-wal")),
        journal: None,
    }
}

#[track_caller]
fn check(files: &Files, oracle: &str) {
    let database = files.open(64).unwrap();
    let expected = expected("tests/fixtures/prefect/db-with-wal.expected.json");
    let expected = expected[oracle].as_object().unwrap();
    assert_eq!(database.tables.len(), expected.len());
    for (name, expected) in expected {
        let table = database.table(name).unwrap();
        let mut rows = database.rows(table);
        let (rows_of_it, _) = files.rows(&mut rows, 64);
        let columns: Vec<_> = table.columns.iter().map(|column| &column.name).collect();
        let found = json!({
            "rows": rows_of_it.len(),
            "sha256": hash_of(&rows_of_it),
            "columns": columns,
        });
        assert_eq!(found, *expected, "{name}");
        assert_eq!(rows.take_faults(), []);
    }
}

#[test]
fn every_row_is_read_with_the_log_and_without_it() {
    let files = left_by_a_server();
    check(&files, "with the log");
    let alone = Files { log: None, ..files };
    check(&alone, "without the log");
    let faults = alone.open(64).unwrap().faults;
    assert_eq!(faults.len(), 1);
    assert!(faults[0].what.contains("none beside it"), "{faults:?}");
}

#[test]
fn the_log_is_known() {
    let database = left_by_a_server().open(64).unwrap();
    assert_eq!(database.faults, []);
    let wal = database.wal().unwrap();
    assert_eq!((wal.page_size, wal.pages), (4096, Some(1113)));
    assert_eq!((wal.ending, wal.unfinished), (Ending::Older, 0));
}

#[test]
fn what_belongs_to_a_run_is_found_by_an_index() {
    let files = left_by_a_server();
    let database = files.open(64).unwrap();
    let expected = expected("tests/fixtures/prefect/db-with-wal.expected.json");
    let mut sought = 0;
    for seek in expected["seeks"].as_array().unwrap() {
        let table = database.table(seek["table"].as_str().unwrap()).unwrap();
        let column = seek["column"].as_str().unwrap();
        for (id, count) in seek["counts"].as_object().unwrap() {
            let key = vec![Value::of_text(id.as_str())];
            let found = database.rows_where(table, &[column], &[key]);
            let mut found = found.unwrap();
            let (rows, asked) = files.rows(&mut found, 64);
            assert_eq!(json!(rows.len()), *count, "{column} {id}");
            let is_of_it = |value: Option<Value<'_>>| value.unwrap().text() == Some(id);
            assert!(rows.iter().all(|row| is_of_it(row.get(column))));
            assert_eq!(found.take_faults(), []);
            assert!(asked.bytes < 600_000, "{column} {id}: {}", asked.bytes);
            sought += 1;
        }
    }
    assert!(sought > 200, "{sought}");
}
