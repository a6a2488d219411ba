//! Every row of every table, and what is looked for by an index, as SQLite has them.

use super::{Files, case, cases, fixtures};
use runglass::formats::sqlite::{Database, Row, Value};
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// As the script writes it.
fn shown(value: Option<Value<'_>>) -> Json {
    let hashed =
        |kind: &str, bytes: &[u8]| json!({kind: hex(&Sha256::digest(bytes)), "bytes": bytes.len()});
    match value {
        None => json!({"computed": true}),
        Some(Value::Null) => Json::Null,
        Some(Value::Integer(number)) => json!(number),
        Some(Value::Real(number)) => json!({"real": format!("{:016x}", number.to_bits())}),
        Some(Value::Text {
            text,
            is_garbled: true,
        }) => json!({"garbled": text}),
        Some(Value::Text { text, .. }) if text.len() <= 80 => json!(text),
        Some(Value::Text { text, .. }) => hashed("text", text.as_bytes()),
        Some(Value::Blob(bytes)) if bytes.len() <= 40 => json!({"blob": hex(&bytes)}),
        Some(Value::Blob(bytes)) => hashed("blob", &bytes),
    }
}

fn shown_row(row: &Row) -> Json {
    let columns = 0..row.table().columns.len();
    let values = columns.map(|column| shown(row.at(column)));
    [json!(row.rowid())].into_iter().chain(values).collect()
}

/// Over every value of every row, with what kind it is and how long.
pub fn hash_of(rows: &[Row]) -> String {
    let mut hash = Sha256::new();
    for row in rows {
        let columns = 0..row.table().columns.len();
        let values = columns.filter_map(|column| row.at(column));
        for value in row.rowid().map(Value::Integer).into_iter().chain(values) {
            match value {
                Value::Null => hash.update(b"n"),
                Value::Integer(number) => hash.update(format!("i{number};")),
                Value::Real(number) => hash.update(format!("r{:016x}", number.to_bits())),
                Value::Text { text, is_garbled } => {
                    assert!(!is_garbled);
                    hash.update(format!("t{}:{text}", text.len()));
                }
                Value::Blob(bytes) => {
                    hash.update(format!("b{}:", bytes.len()));
                    hash.update(&bytes);
                }
            }
        }
    }
    hex(&hash.finalize())
}

pub fn expected(name: &str) -> Json {
    serde_json::from_slice(&fixtures::bytes(name)).unwrap()
}

fn value(json: &Json) -> Value<'_> {
    match json {
        Json::Null => Value::Null,
        Json::String(text) => Value::of_text(text.as_str()),
        Json::Number(number) => number
            .as_i64()
            .map_or_else(|| Value::Real(number.as_f64().unwrap()), Value::Integer),
        other => panic!("{other} is no key"),
    }
}

fn check_tables(name: &str, files: &Files, database: &Database, oracle: &Json, most: usize) {
    let tables = oracle["tables"].as_object().unwrap();
    let known = database.tables.iter().filter(|table| table.root != 0);
    assert_eq!(known.count(), tables.len(), "{name}");
    for (table_name, expected) in tables {
        let table = database.table(table_name).unwrap();
        let columns: Vec<_> = table.columns.iter().map(|column| &column.name).collect();
        assert_eq!(json!(columns), expected["columns"], "{name}: {table_name}");
        let (rows, _) = files.rows(&mut database.rows(table), most);
        if let Some(hash) = expected["sha256"].as_str() {
            assert_eq!(json!(rows.len()), expected["rows"], "{name}: {table_name}");
            assert_eq!(hash_of(&rows), hash, "{name}: {table_name}");
            continue;
        }
        let expected = expected["rows"].as_array().unwrap();
        for (row, expected) in rows.iter().zip(expected) {
            assert_eq!(
                shown_row(row),
                *expected,
                "{name}: {table_name}, {most} at once"
            );
        }
        assert_eq!(
            rows.len(),
            expected.len(),
            "{name}: {table_name}, {most} at once"
        );
    }
}

fn check_seeks(name: &str, files: &Files, database: &Database, oracle: &Json, most: usize) {
    for seek in oracle["seeks"].as_array().into_iter().flatten() {
        let table = database.table(seek["table"].as_str().unwrap()).unwrap();
        let columns = seek["columns"].as_array().unwrap();
        let columns: Vec<&str> = columns.iter().map(|name| name.as_str().unwrap()).collect();
        let keys = seek["keys"].as_array().unwrap().iter();
        let keys: Vec<Vec<Value<'_>>> = keys
            .map(|key| key.as_array().unwrap().iter().map(value).collect())
            .collect();
        let Some(mut rows) = database.rows_where(table, &columns, &keys) else {
            assert_eq!(seek["rowids"], Json::Null, "{name}: {seek}");
            continue;
        };
        let (rows, _) = files.rows(&mut rows, most);
        let rowids: Vec<i64> = rows.iter().map(|row| row.rowid().unwrap()).collect();
        assert_eq!(json!(rowids), seek["rowids"], "{name}: {seek}");
    }
}

#[test]
fn every_row_is_read_as_sqlite_reads_it() {
    for name in cases() {
        let files = case(&name);
        let oracle = expected(&format!("tests/fixtures/sqlite/{name}.json"));
        for most in [64, 1, 3] {
            let database = files.open(most).unwrap();
            check_tables(&name, &files, &database, &oracle, most);
            check_seeks(&name, &files, &database, &oracle, most);
        }
    }
}

/// The rowids that are there and such that are not, by what SQLite has of them.
#[test]
fn rows_are_found_by_their_rowids() {
    for name in ["deep", "values", "overflow", "deleted-rows"] {
        let files = case(name);
        let database = files.open(64).unwrap();
        for table in &database.tables {
            let (all, _) = files.rows(&mut database.rows(table), 64);
            let some = all.iter().step_by(7).map(|row| row.rowid().unwrap());
            let wanted: Vec<i64> = some.chain([0, i64::MIN, i64::MAX]).collect();
            let (found, _) = files.rows(&mut database.rows_by_rowid(table, wanted.clone()), 5);
            let of_all = all
                .iter()
                .filter(|row| wanted.contains(&row.rowid().unwrap()));
            let of_all: Vec<Json> = of_all.map(shown_row).collect();
            assert_eq!(
                found.iter().map(shown_row).collect::<Vec<_>>(),
                of_all,
                "{name}"
            );
        }
    }
}
