//! Values of NumPy, pandas and PyArrow, against what these libraries say of them.
//!
//! The pickles and the answers are made by `tests/fixtures/make/libraries.py`, once for
//! each set of releases.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

use flate2::read::ZlibDecoder;
use proptest::prelude::*;
use runglass::cli::zones::offset;
use runglass::libraries::cell::Cell;
use runglass::libraries::numpy::{self, Array, Order};
use runglass::libraries::pandas::{self, Column, Index};
use runglass::libraries::{arrow, words};
use runglass::pickle::{Limits, NodeId, Pickle, decode};
use serde_json::{Value as Json, json};
use std::io::Read as _;
use std::path::PathBuf;

fn rows(name: &str) -> Vec<Json> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/libraries")
        .join(name);
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let all: Json = serde_json::from_slice(&text).unwrap();
    all["values"].as_array().unwrap().clone()
}

fn unpacked(hex: &str) -> Vec<u8> {
    let packed: Vec<u8> = hex
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    let mut bytes = Vec::new();
    ZlibDecoder::new(packed.as_slice())
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

/// Every value of a set of releases, in every protocol: what differs is collected, so that
/// one run shows all of it.
#[track_caller]
fn check(name: &str, at_least: usize) {
    let rows = rows(name);
    assert!(rows.len() >= at_least, "{} values", rows.len());
    let mut wrong = Vec::new();
    for row in &rows {
        for (protocol, hex) in row["pickles"].as_object().unwrap() {
            let pickle = decode(unpacked(hex.as_str().unwrap()), &Limits::default());
            let pickle = pickle.with_words(words(offset));
            let name = row["name"].as_str().unwrap();
            let root = pickle
                .root()
                .unwrap_or_else(|| panic!("{name}, {protocol}: {:?}", pickle.problems()));
            let told = told(&pickle, root, row["kind"].as_str().unwrap());
            for (fact, expected) in row.as_object().unwrap() {
                if matches!(fact.as_str(), "name" | "pickles" | "kind") {
                    continue;
                }
                let found = told.get(fact).unwrap_or(&Json::Null);
                if found != expected {
                    // What differs in all protocols is told once.
                    let told =
                        format!("{name}: {fact}\n   is        {found}\n   should be {expected}");
                    if wrong.last() != Some(&told) && !wrong.contains(&told) {
                        wrong.push(told);
                    }
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn told(pickle: &Pickle, root: NodeId, kind: &str) -> Json {
    let told = match kind {
        "array" => numpy::array(pickle, root).map(|array| of_array(pickle, &array)),
        "scalar" => numpy::scalar(pickle, root).map(|scalar| {
            json!({
                "dtype": scalar.dtype.name(),
                "str": scalar.get(0).unwrap().text(pickle),
            })
        }),
        "frame" => pandas::frame(pickle, root).map(|frame| {
            assert_eq!(frame.problems, [""; 0]);
            let (rows, columns) = frame.shape();
            json!({
                "shape": [rows, columns],
                "columns": (0..columns).map(|at| frame.columns.label(pickle, at)).collect::<Vec<_>>(),
                "index": of_index(pickle, &frame.rows),
                "column_facts": (0..columns).map(|at| of_column(pickle, &frame.column(pickle, at).unwrap())).collect::<Vec<_>>(),
            })
        }),
        "series" => pandas::series(pickle, root).map(|series| {
            let mut told = of_column(pickle, &series.column);
            told["named"] = json!(series.name.map(|name| Cell::Value(name).text(pickle)));
            told["index"] = of_index(pickle, &series.index);
            told
        }),
        "index" => pandas::index(pickle, root).map(|index| of_index(pickle, &index)),
        "single" => pandas::scalar::scalar(pickle, root).map(|cell| json!({"str": cell.text(pickle)})),
        "column" => arrow::array(pickle, root).map(|chunked| {
            json!({
                "dtype": chunked.kind.name(),
                "len": chunked.len(),
                "values": (0..chunked.len()).map(|at| chunked.get(at).unwrap().text(pickle)).collect::<Vec<_>>(),
            })
        }),
        "table" => arrow::table(pickle, root).map(|table| {
            let head = |column: &arrow::Chunked<'_>| {
                let some = (0..table.rows.min(3)).map(|at| column.get(at).unwrap().text(pickle));
                some.collect::<Vec<_>>()
            };
            let nulls = |column: &arrow::Chunked<'_>| {
                (0..table.rows).filter(|&at| column.get(at).unwrap().is_null(pickle)).count()
            };
            let schema = table.names.iter().zip(&table.columns);
            json!({
                "shape": [table.rows, table.columns.len()],
                "schema": schema.map(|(name, column)| json!([name, column.kind.name()])).collect::<Vec<_>>(),
                "nulls": table.columns.iter().map(nulls).collect::<Vec<_>>(),
                "head3": table.columns.iter().map(head).collect::<Vec<_>>(),
            })
        }),
        other => panic!("{other}"),
    };
    told.unwrap_or(json!({}))
}

fn of_array(pickle: &Pickle, array: &Array<'_>) -> Json {
    let text = |at: usize| array.get(at).unwrap().text(pickle);
    let len = array.len();
    let summary = numpy::summary(array);
    let part = |cell: &Option<Cell<'_>>| json!(cell.as_ref().map(|cell| cell.text(pickle)));
    json!({
        "dtype": array.dtype.name(),
        "dtype_str": array.dtype.code(),
        "shape": array.shape,
        "size": len,
        "order": match array.order { Order::C => "C", Order::Fortran => "F" },
        "first5": (0..len.min(5)).map(text).collect::<Vec<_>>(),
        "last5": (len.saturating_sub(5)..len).map(text).collect::<Vec<_>>(),
        "sum": part(&summary.sum),
        "min": part(&summary.min),
        "max": part(&summary.max),
    })
}

fn of_column(pickle: &Pickle, column: &Column<'_>) -> Json {
    let cells: Vec<Cell<'_>> = (0..column.len())
        .map(|at| column.get(pickle, at).unwrap())
        .collect();
    let texts: Vec<String> = cells.iter().map(|cell| cell.text(pickle)).collect();
    json!({
        "dtype": column.dtype,
        "nulls": cells.iter().filter(|cell| cell.is_null(pickle)).count(),
        "sum": column.sum(pickle).map(|sum| sum.text(pickle)),
        "values": texts.iter().take(3).collect::<Vec<_>>(),
        "last": texts.iter().skip(texts.len().saturating_sub(3)).collect::<Vec<_>>(),
    })
}

fn of_index(pickle: &Pickle, index: &Index<'_>) -> Json {
    let label = |at: usize| index.label(pickle, at).unwrap();
    let len = index.len();
    json!({
        "class": index.class,
        "names": index.names.iter().map(|name| name.map(|name| Cell::Value(name).text(pickle))).collect::<Vec<_>>(),
        "len": len,
        "first5": (0..len.min(5)).map(label).collect::<Vec<_>>(),
        "last5": (len.saturating_sub(5)..len).map(label).collect::<Vec<_>>(),
    })
}

#[test]
fn values_of_numpy_1_26_and_pandas_1_5() {
    check("2023.json", 280);
}

#[test]
fn values_of_numpy_2_and_pandas_2_3() {
    check("2025.json", 280);
}

#[test]
fn values_of_numpy_2_and_pandas_3() {
    check("2026.json", 280);
}

/// Everything that can be asked of a value, of whatever kind it is.
fn ask_all(pickle: &Pickle) {
    let Some(root) = pickle.root() else { return };
    for kind in [
        "array", "scalar", "frame", "series", "index", "single", "column", "table",
    ] {
        asked(pickle, root, kind);
    }
    runglass::pickle::repr(pickle, root, 2000);
    runglass::pickle::summary::summary(pickle, root);
    runglass::pickle::type_name(pickle, root);
}

/// A value as it is shown, without any claim to be whole.
fn asked(pickle: &Pickle, root: NodeId, kind: &str) {
    let some = |column: &Column<'_>| {
        for at in [0, 1, 2, column.len().saturating_sub(1), column.len()] {
            if let Some(cell) = column.get(pickle, at) {
                cell.text(pickle);
                cell.is_null(pickle);
                cell.number(pickle);
            }
        }
    };
    match kind {
        "array" | "scalar" => {
            let found = numpy::array(pickle, root).or_else(|| numpy::scalar(pickle, root));
            if let Some(array) = found.filter(|array| array.len() < 100_000) {
                numpy::summary(&array);
                array.iter().take(100).for_each(|cell| {
                    cell.text(pickle);
                });
            }
        }
        "frame" => {
            if let Some(frame) = pandas::frame(pickle, root) {
                let columns =
                    (0..frame.shape().1.min(50)).filter_map(|at| frame.column(pickle, at));
                columns.for_each(|column| some(&column));
                frame.rows.label(pickle, 0);
            }
        }
        "series" => {
            if let Some(series) = pandas::series(pickle, root) {
                some(&series.column);
            }
        }
        "index" => {
            if let Some(index) = pandas::index(pickle, root) {
                index.label(pickle, index.len().saturating_sub(1));
            }
        }
        "single" => {
            pandas::scalar::scalar(pickle, root);
        }
        "column" => {
            if let Some(chunked) = arrow::array(pickle, root) {
                (0..chunked.len().min(100)).for_each(|at| {
                    chunked.get(at).unwrap().text(pickle);
                });
            }
        }
        _ => {
            if let Some(table) = arrow::table(pickle, root) {
                let heads = table.columns.iter().filter_map(|column| column.get(0));
                heads.for_each(|cell| {
                    cell.text(pickle);
                });
            }
        }
    }
}

proptest! {
    /// A few bytes of a real pickle are changed: whatever comes of it, it ends, and soon.
    #[test]
    fn a_damaged_value_is_shown_or_not(
        which in any::<proptest::sample::Index>(),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let all = pickles();
        let mut bytes = which.get(all).clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        ask_all(&decode(bytes, &Limits::default()).with_words(words(offset)));
    }
}

fn pickles() -> &'static Vec<Vec<u8>> {
    static ALL: std::sync::OnceLock<Vec<Vec<u8>>> = std::sync::OnceLock::new();
    ALL.get_or_init(|| {
        let rows = ["2023.json", "2026.json"].into_iter().flat_map(rows);
        let hex = |row: Json| {
            let pickles = row["pickles"].as_object().unwrap().clone();
            pickles
                .values()
                .map(|hex| unpacked(hex.as_str().unwrap()))
                .collect::<Vec<_>>()
        };
        rows.flat_map(hex).collect()
    })
}
