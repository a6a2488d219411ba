//! Values of libraries, against what these libraries say of them.
//!
//! The pickles and the answers are made by `tests/fixtures/make/libraries/`, once for each
//! set of releases. What is told of a value here stands in `libraries/`: arrays, frames and
//! their like in `tables.rs`, everything else in `objects.rs`; in `damaged.rs` what is made
//! of values that no library writes, in `shown.rs` what a screen shows of some, and in
//! `ways.rs` how their parts are named.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

#[path = "libraries/damaged.rs"]
mod damaged;
#[path = "libraries/figures.rs"]
mod figures;
#[path = "libraries/objects.rs"]
mod objects;
#[path = "libraries/shown.rs"]
mod shown;
#[path = "libraries/tables.rs"]
mod tables;
#[path = "libraries/ways.rs"]
mod ways;

#[path = "support/fixtures.rs"]
mod fixtures;
#[path = "support/folder.rs"]
mod folder;
#[path = "support/host.rs"]
mod host;

use flate2::read::ZlibDecoder;
use proptest::prelude::*;
use runglass::cli::zones::offset;
use runglass::inside::of_bytes;
use runglass::libraries::pandas::{self, Column};
use runglass::libraries::place::{Within, follow, steps_to};
use runglass::libraries::table::table;
use runglass::libraries::{arrow, numpy, words};
use runglass::pickle::{Limits, NodeId, Pickle, decode};
use serde_json::{Value as Json, json};
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::OnceLock;

fn rows(name: &str) -> Vec<Json> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/libraries")
        .join(name);
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let all: Json = serde_json::from_slice(&text).unwrap();
    all["values"].as_array().unwrap().clone()
}

/// Out of zlib in base64.
fn unpacked(text: &str) -> Vec<u8> {
    let digit = |letter: &u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        other => panic!("{other}"),
    };
    let mut packed = Vec::new();
    for four in text.trim_end_matches('=').as_bytes().chunks(4) {
        let bits = four
            .iter()
            .fold(0, |bits, letter| bits << 6 | u32::from(digit(letter)));
        let bits = bits << (6 * (4 - four.len()));
        packed.extend(&bits.to_be_bytes()[1..four.len()]);
    }
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
        for (protocol, text) in row["pickles"].as_object().unwrap() {
            let pickle = decode(unpacked(text.as_str().unwrap()), &Limits::default());
            let pickle = pickle.with_words(words(offset));
            let name = row["name"].as_str().unwrap();
            let root = pickle
                .root()
                .unwrap_or_else(|| panic!("{name}, {protocol}: {:?}", pickle.problems()));
            let kind = row["kind"].as_str().unwrap();
            let told = tables::told(&pickle, root, kind)
                .or_else(|| objects::told(&pickle, root, row))
                .unwrap_or(json!({}));
            for (fact, expected) in row.as_object().unwrap() {
                if matches!(
                    fact.as_str(),
                    "name" | "pickles" | "kind" | "views" | "most"
                ) {
                    continue;
                }
                let found = told.get(fact).unwrap_or(&Json::Null);
                if !same(found, expected) {
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

#[test]
fn values_of_torch_2_6() {
    check("torch.json", 29);
}

/// Equal, but for the last digits of floats: sums of many depend on their order.
fn same(found: &Json, expected: &Json) -> bool {
    match (found, expected) {
        (Json::Number(one), Json::Number(other)) if one.is_f64() || other.is_f64() => {
            let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
            (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1e-9)
        }
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Json::Object(one), Json::Object(other)) => {
            let there =
                |(name, other): (&String, &Json)| one.get(name).is_some_and(|one| same(one, other));
            one.len() == other.len() && other.iter().all(there)
        }
        (one, other) => one == other,
    }
}

#[test]
fn values_of_numpy_1_26_and_pandas_1_5() {
    check("2023.json", 390);
}

#[test]
fn values_of_numpy_2_and_pandas_2_3() {
    check("2025.json", 390);
}

#[test]
fn values_of_numpy_2_and_pandas_3() {
    check("2026.json", 390);
}

#[test]
fn a_value_in_one_line() {
    let mut lines = lines_of("2026.json");
    let mut torch = lines_of("torch.json");
    lines
        .as_object_mut()
        .unwrap()
        .append(torch.as_object_mut().unwrap());
    for (name, expected) in [
        ("image RGB", "Image RGB 13 × 7"),
        ("image PNG", "PngImageFile RGB 24 × 16"),
        (
            "sparse csr matrix",
            "csr_matrix float64 (12, 10), 38 stored",
        ),
        (
            "sparse coo of three axes",
            "coo_array float64 (3, 4, 10), 38 stored",
        ),
        ("estimator unfitted", "LogisticRegression"),
        ("estimator linear", "LogisticRegression, fitted"),
        ("estimator forest", "RandomForestClassifier, 3 trees"),
        ("estimator boosting", "GradientBoostingRegressor, 3 trees"),
        ("estimator tree", "DecisionTreeClassifier, 7 nodes"),
        ("estimator pipeline", "Pipeline, 3 steps"),
        (
            "estimator columns unfitted",
            "ColumnTransformer, 2 transformers",
        ),
        ("estimator search", "GridSearchCV of DecisionTreeClassifier"),
        ("tree of one leaf", "Tree, 1 node"),
        ("tensor turned", "Tensor float32 (4, 5)"),
        ("tensor parameter", "Parameter float32 (2, 4)"),
        ("tensor quantized", "Tensor quantized (5, 4)"),
        ("figure of images", "Figure 4 × 3 inches, 2 plots"),
        ("polars frame of pieces", "DataFrame 6 × 9 of polars"),
        ("polars series", "Series Float64 of polars, 2 values"),
        ("module of modules", "Sequential, 24 parameters"),
    ] {
        assert_eq!(lines[name], expected, "{name}");
    }
}

/// Of each value its line, by its name.
fn lines_of(name: &str) -> Json {
    let line = |row: Json| {
        let pickle = pickle_of(&row);
        let line = runglass::pickle::summary::summary(&pickle, pickle.root().unwrap());
        (row["name"].as_str().unwrap().to_owned(), json!(line))
    };
    Json::Object(rows(name).into_iter().map(line).collect())
}

/// In one of its protocols.
fn pickle_of(row: &Json) -> Pickle {
    let pickles = row["pickles"].as_object().unwrap();
    let text = pickles.values().next().unwrap().as_str().unwrap();
    decode(unpacked(text), &Limits::default()).with_words(words(offset))
}

/// The pickle of a value, in one of its protocols.
fn pickled(file: &str, name: &str) -> Vec<u8> {
    let rows = rows(file);
    let row = rows.iter().find(|row| row["name"] == name).unwrap();
    let pickles = row["pickles"].as_object().unwrap();
    unpacked(pickles.values().next().unwrap().as_str().unwrap())
}

/// What `runglass value` prints of a value beside what it prints of every object.
#[test]
fn a_value_at_a_terminal() {
    let rows = rows("2026.json");
    let facts = |name: &str, kind: &str| {
        let row = rows.iter().find(|row| row["name"] == name).unwrap();
        let pickle = pickle_of(row);
        runglass::cli::value::facts(&pickle, pickle.root())[kind].clone()
    };
    let image = json!({
        "class": "GifImageFile", "mode": "P", "size": [24, 16], "colours": 16, "range": null,
        "info": ["version", "background", "transparency", "duration"],
    });
    assert_eq!(facts("image GIF", "image"), image);
    let sparse = json!({
        "class": "bsr_array", "format": "bsr", "shape": [12, 10], "dtype": "float64", "stored": 38,
    });
    assert_eq!(facts("sparse bsr array", "sparse"), sparse);
    let series = json!({
        "rows": 2, "columns": [["named", "Float64"]], "head3": [["0.5", "None"]], "problems": [],
    });
    assert_eq!(facts("polars series", "polars"), series);
    // What `len()` gives, which a matrix has only as a dict.
    assert_eq!(facts("polars frame", "len"), 3);
    assert_eq!(facts("sparse csr matrix", "len"), Json::Null);
    assert_eq!(facts("sparse dok matrix", "len"), 38);
    let estimator = facts("estimator columns", "estimator");
    assert_eq!(estimator["class"], "sklearn.pipeline.Pipeline");
    assert_eq!(
        estimator["steps"],
        json!([
            ["columns", "ColumnTransformer, 3 transformers"],
            ["model", "LinearSVC, fitted"]
        ])
    );
    let tree = json!({"features": 4, "outputs": 1, "depth": 0, "nodes": 1});
    assert_eq!(facts("tree of one leaf", "tree"), tree);
}

/// An estimator that is its own parameter, in a list, a thousand times.
#[test]
fn an_estimator_that_holds_itself_is_printed_to_some_end() {
    let mut bytes = b"\x80\x02csklearn.pipeline\nPipeline\n)\x81q\x00}(".to_vec();
    bytes.extend(b"X\x10\x00\x00\x00_sklearn_versionX\x03\x00\x00\x001.9X\x05\x00\x00\x00steps](");
    bytes.extend(b"h\x00".repeat(1_000));
    bytes.extend(b"eub.");
    let pickle = decode(bytes, &Limits::default()).with_words(words(offset));
    let root = pickle.root().unwrap();
    let printed = runglass::pickle::repr(&pickle, root, 100_000).text;
    assert!(printed.starts_with("Pipeline(steps=[Pipeline(steps=["));
    assert!(printed.chars().count() <= 4_001, "{}", printed.len());
}

/// Everything that can be asked of a value, of whatever kind it is.
fn ask_all(pickle: &Pickle) {
    let Some(root) = pickle.root() else { return };
    for kind in [
        "array", "scalar", "frame", "series", "index", "single", "column", "table",
    ] {
        asked(pickle, root, kind);
    }
    objects::asked(pickle, root);
    asked_as_table(pickle, root);
    let inside = pickle.as_bytes(root).and_then(of_bytes);
    if let Some(program) = inside.and_then(|contents| Some(contents.read()?.program)) {
        let inside = decode(program, &Limits::default()).with_words(words(offset));
        inside
            .root()
            .iter()
            .for_each(|root| asked_as_table(&inside, *root));
    }
    runglass::pickle::repr(pickle, root, 2000);
    runglass::pickle::summary::summary(pickle, root);
    runglass::pickle::type_name(pickle, root);
}

/// The ends of a table, and a way into it.
fn asked_as_table(pickle: &Pickle, root: NodeId) {
    let whole = Within::default();
    let Some(table) = table(pickle, root, &whole, &[]) else {
        return;
    };
    table.notes();
    table.label_names();
    let ends = |length: usize| [0, 1, length / 2, length.saturating_sub(1), length];
    for at in ends(table.columns) {
        let column = table.column(at).and_then(|named| named.column);
        for row in ends(table.rows) {
            table.labels(row);
            let Some(column) = &column else { continue };
            column.is_filled_in(row);
            if let Some(cell) = column.get(pickle, row) {
                cell.text(pickle);
                let steps = steps_to(pickle, root, &whole, &[], (row, at));
                follow(pickle, root, &steps);
            }
        }
        let short = column.filter(|column| column.len() < 1_000);
        short.and_then(|column| column.sum(pickle));
    }
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

/// What is asked of a real pickle of which a few bytes are changed: whatever comes of it,
/// it ends, and soon.
fn ask_damaged(
    pickles: &[Vec<u8>],
    which: proptest::sample::Index,
    changes: Vec<(proptest::sample::Index, u8)>,
) {
    let mut bytes = which.get(pickles).clone();
    for (at, byte) in changes {
        let at = at.index(bytes.len());
        bytes[at] = byte;
    }
    ask_all(&decode(bytes, &Limits::default()).with_words(words(offset)));
}

fn changes() -> impl Strategy<Value = Vec<(proptest::sample::Index, u8)>> {
    proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6)
}

proptest! {
    #[test]
    fn a_damaged_value_is_shown_or_not(which in any::<proptest::sample::Index>(), changes in changes()) {
        ask_damaged(pickles(), which, changes);
    }

    /// They are few among all of them, and hold formats of their own.
    #[test]
    fn a_damaged_matrix_or_frame_is_shown_or_not(which in any::<proptest::sample::Index>(), changes in changes()) {
        static SOME: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
        let some = SOME.get_or_init(|| {
            let kinds = ["sparse", "polars frame", "polars series", "arrow bytes"];
            let rows = ["2023.json", "2026.json"].into_iter().flat_map(rows);
            rows.filter(|row| kinds.iter().any(|kind| row["kind"] == *kind)).flat_map(pickles_of).collect()
        });
        ask_damaged(some, which, changes);
    }
}

fn pickles() -> &'static Vec<Vec<u8>> {
    static ALL: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    ALL.get_or_init(|| {
        let rows = ["2023.json", "2026.json", "torch.json"]
            .into_iter()
            .flat_map(rows);
        rows.flat_map(pickles_of).collect()
    })
}

/// A value in all its protocols.
fn pickles_of(row: Json) -> Vec<Vec<u8>> {
    let pickles = row["pickles"].as_object().unwrap().clone();
    let texts = pickles.values();
    texts.map(|text| unpacked(text.as_str().unwrap())).collect()
}
