//! Values of libraries as a screen asks for them: a window of a table, its rows in another
//! order, what a column comes to, a file of it.

use crate::folder::{MemoryFolder, unpacked};
use crate::host::TestHost;
use crate::{fixtures, pickled};
use runglass::engine::ask::{Failure, Window};
use runglass::engine::values::{
    AboveView, BytesQuery, CellQuery, ColumnQuery, ColumnView, Save, TableQuery, TableSort,
    TableView, ValueQuery, ValueView,
};
use runglass::engine::{Engine, Given};
use runglass::model::RunPath;
use runglass::source::{MemoryBlob, NoPace, open_blob};
use serde_json::{Value as Json, json};
use std::rc::Rc;

/// A recorded run, one artifact of which is this value instead.
fn engine(name: &str) -> Engine {
    let archive = fixtures::bytes("tests/fixtures/broken/bare-store.zip");
    let archive = MemoryBlob::new("run.zip", archive);
    let source = pollster::block_on(open_blob(Rc::new(archive), Rc::new(NoPace))).unwrap();
    let mut files = unpacked(&*source);
    let bytes = pickled("2026.json", name);
    let sha = sha1_smol::Sha1::from(&bytes).digest().to_string();
    let blob = format!("LinearFlow/data/{}/{sha}", &sha[..2]);
    let meta = json!({"cas_raw": true, "cas_version": 1});
    files.insert(format!("{blob}_meta"), meta.to_string().into_bytes());
    files.insert(blob, bytes);
    let table = "LinearFlow/1795211174306524/end/3/0.data.json";
    let mut objects: Json = serde_json::from_slice(&files[table]).unwrap();
    objects["objects"]["title"] = json!(sha);
    files.insert(table.to_owned(), objects.to_string().into_bytes());
    let folder = MemoryFolder {
        files,
        can_grow: false,
    };
    let (engine, opened) = TestHost::given(Given::Folder(Rc::new(folder))).open("folder");
    opened.unwrap();
    engine
}

fn query(at: &str) -> ValueQuery {
    ValueQuery {
        task: RunPath::new("LinearFlow", "1795211174306524").task("end", "3"),
        attempt: None,
        name: "title".to_owned(),
        at: at.to_owned(),
        large: false,
        enter: false,
    }
}

fn view(name: &str, at: &str) -> ValueView {
    pollster::block_on(engine(name).ask(query(at))).unwrap()
}

fn window(name: &str, rows: Window, columns: Window, sort: Option<TableSort>) -> TableView {
    let question = TableQuery {
        value: query(""),
        records: false,
        slice: Vec::new(),
        rows,
        columns,
        sort,
    };
    pollster::block_on(engine(name).ask(question)).unwrap()
}

fn some(first: u64, count: u64) -> Window {
    Window { first, count }
}

/// The texts of its cells; in brackets what stands back.
fn cells(table: &TableView) -> Vec<Vec<String>> {
    let line = table.lines.iter().map(|line| {
        let cells = line.cells.iter().map(|cell| match cell.faint {
            true => format!("({})", cell.text),
            false => cell.text.clone(),
        });
        cells.collect()
    });
    line.collect()
}

fn column(name: &str, column: u64) -> ColumnView {
    let question = ColumnQuery {
        value: query(""),
        records: false,
        slice: Vec::new(),
        column,
    };
    pollster::block_on(engine(name).ask(question)).unwrap()
}

fn saved(name: &str, save: Save) -> Result<String, Failure> {
    let question = BytesQuery::new(query(""), save);
    let view = pollster::block_on(engine(name).ask(question))?;
    Ok(String::from_utf8(view.bytes).unwrap())
}

/// Where a path leads, and the path of the cell that is found there.
#[track_caller]
fn check_cell(name: &str, at: &str, (row, column): (u64, u64), text: &str, told: &str) {
    let found = view(name, at);
    assert_eq!((found.lost, found.cell), (None, Some((row, column))));
    let question = CellQuery {
        value: query(&found.at),
        records: false,
        slice: Vec::new(),
        row,
        column,
    };
    let cell = pollster::block_on(engine(name).ask(question)).unwrap();
    assert_eq!((cell.text.as_str(), cell.at.as_str()), (text, told));
}

#[test]
fn names_of_several_levels_stand_in_several_rows() {
    let name = "frame with levels above";
    let table = window(name, some(0, 9), some(0, 9), None);
    let above = AboveView {
        called: "p".to_owned(),
        names: vec![("a".to_owned(), 2), ("b".to_owned(), 1)],
    };
    assert_eq!(table.above, [above]);
    // As pandas prints each of them.
    let all = crate::rows("2026.json");
    let row = all.iter().find(|row| row["name"] == name).unwrap();
    let names: Vec<&str> = table.columns.iter().map(|column| &*column.name).collect();
    assert_eq!(json!(names), row["columns"]);
    let last = table.columns.iter().map(|column| column.last.as_deref());
    assert_eq!(last.collect::<Vec<_>>(), [Some("x"), Some("y"), Some("x")]);
    // Of the columns that are looked at.
    let table = window(name, some(0, 9), some(1, 2), None);
    assert_eq!(
        table.above[0].names,
        [("a".to_owned(), 1), ("b".to_owned(), 1)]
    );
    let plain = window("frame of one block", some(0, 1), some(0, 9), None);
    assert!(plain.above.is_empty());
    assert!(plain.columns.iter().all(|column| column.last.is_none()));
}

const SMALL: &str = "sparse csr in no order";
const HUGE: &str = "sparse coo of very many";

#[test]
fn a_record_of_another_size_is_not_believed() {
    let found = view(SMALL, "");
    let size = pickled("2026.json", SMALL).len();
    assert_eq!(found.size, Some(size as u64));
    let told = format!("; it has {size} bytes.");
    let is_told = |text: &String| text.starts_with("Its record says") && text.ends_with(&told);
    assert!(found.problems.iter().any(is_told), "{:?}", found.problems);
}

#[test]
fn a_sparse_matrix_is_shown_with_its_zeros() {
    let table = window(SMALL, some(0, 9), some(0, 9), None);
    assert_eq!(table.total, (3, 4));
    assert_eq!(
        table.notes,
        ["6 of 12 elements are stored; where none is, there is 0.0."]
    );
    assert_eq!(
        cells(&table),
        [
            ["2.5", "(0.0)", "(0.0)", "1.5"],
            ["(0.0)", "(0.0)", "4.0", "(0.0)"],
            ["16.0", "40.0", "(0.0)", "(0.0)"],
        ]
    );
    check_cell(SMALL, "[-1, 1]", (2, 1), "40.0", "[2, 1]");
    check_cell(SMALL, "[(0, 3)]", (0, 3), "1.5", "[0, 3]");
    assert!(view(SMALL, "[3, 0]").lost.is_some());
    let sort = TableSort {
        column: 0,
        descending: true,
    };
    let sorted = window(SMALL, some(0, 9), some(0, 1), Some(sort));
    assert_eq!(cells(&sorted), [["16.0"], ["2.5"], ["(0.0)"]]);
    let sums = column(SMALL, 0);
    assert_eq!((sums.count, sums.missing), (3, 0));
    assert_eq!(sums.mean.as_deref(), Some("6.16667"));
    assert_eq!(
        saved(SMALL, Save::Csv).unwrap(),
        "0,1,2,3\r\n2.5,0.0,0.0,1.5\r\n0.0,0.0,4.0,0.0\r\n16.0,40.0,0.0,0.0\r\n"
    );
    let parts: Json = serde_json::from_str(&saved(SMALL, Save::Json).unwrap()).unwrap();
    assert_eq!(parts["class"], "scipy.sparse._csr.csr_matrix");
    assert_eq!(parts["indptr"], json!([0, 2, 3, 6]));
}

#[test]
fn a_matrix_too_large_for_any_memory_is_shown_where_it_is_looked_at() {
    let table = window(HUGE, some(800_000_000, 2), some(299_999_999, 3), None);
    assert_eq!(table.total, (1_000_000_000, 1_000_000_000));
    assert_eq!(
        cells(&table),
        [["(0.0)", "33.5", "(0.0)"], ["(0.0)", "(0.0)", "(0.0)"]]
    );
    assert_eq!(
        table.notes,
        ["6 of 1,000,000,000,000,000,000 elements are stored; where none is, there is 0.0."]
    );
    let place = (800_000_000, 300_000_000);
    let at = "[800000000, 300000000]";
    check_cell(HUGE, at, place, "33.5", at);
    let sort = TableSort {
        column: 0,
        descending: false,
    };
    let sorted = window(HUGE, some(0, 1), some(0, 1), Some(sort));
    assert_eq!(cells(&sorted), [["8.0"]]);
    assert_eq!(
        sorted.notes[1],
        "The rows stand in their own order: at most 20,000,000 are sorted."
    );
    assert!(column(HUGE, 0).too_long);
    let refused = saved(HUGE, Save::Csv).unwrap_err();
    assert_eq!(refused.headline, "This is too large for a file made here");
    let parts: Json = serde_json::from_str(&saved(HUGE, Save::Json).unwrap()).unwrap();
    assert_eq!(parts["_shape"], json!([1_000_000_000, 1_000_000_000]));
}

#[test]
fn a_frame_of_polars_is_a_table() {
    let name = "polars frame";
    let table = window(name, some(0, 9), some(0, 5), None);
    assert_eq!((table.total, table.notes.len()), ((3, 9), 0));
    let heads = table.columns.iter();
    let heads: Vec<(&str, &str)> = heads
        .map(|head| (head.name.as_str(), head.dtype.as_str()))
        .collect();
    assert_eq!(
        heads[..4],
        [
            ("text", "str"),
            ("truth", "bool"),
            ("bytes", "binary"),
            ("day", "date")
        ]
    );
    assert_eq!(
        cells(&table)[1][..4],
        ["(null)", "(null)", "b''", "(null)"].map(str::to_owned)
    );
    check_cell(name, "[\"text\"][-1]", (2, 0), "c", "[\"text\"][2]");
    check_cell(
        "polars series of lists of lists of texts",
        "[0]",
        (0, 0),
        "[['a', None], []]",
        "[0]",
    );
    let part = view(name, "[\"list\"]");
    assert_eq!((part.lost, part.at.as_str()), (None, "[\"list\"]"));
    let sort = |column, descending| Some(TableSort { column, descending });
    // What is missing comes last both ways.
    let sorted = window(name, some(0, 9), some(3, 1), sort(3, false));
    assert_eq!(cells(&sorted), [["1969-12-31"], ["2020-02-29"], ["(null)"]]);
    let sorted = window(name, some(0, 9), some(5, 1), sort(5, true));
    assert_eq!(cells(&sorted)[2], ["(null)"]);
    let of = "polars series of decimals";
    let sorted = window(of, some(0, 9), some(0, 1), sort(0, false));
    assert_eq!(
        cells(&sorted),
        [["-1234567.50"], ["0.00"], ["1.25"], ["(null)"]]
    );
    let sums = column("polars frame of many rows", 0);
    assert_eq!(sums.mean.as_deref(), Some("499.5"));
    let text = saved("polars frame of odd names", Save::Csv).unwrap();
    assert_eq!(text, "1,\"a \"\"b\"\"\",\r\n1,2,3\r\n");
    let json: Json = serde_json::from_str(&saved(of, Save::Json).unwrap()).unwrap();
    assert_eq!(json, json!([1.25, null, -1234567.5, 0.0]));
}

#[test]
fn bytes_of_arrow_are_opened_as_a_table() {
    let name = "arrow file of polars";
    let found = view(name, "");
    assert_eq!(
        found.inside,
        Some(("Arrow".to_owned(), "<inside>".to_owned()))
    );
    assert_eq!(view(name, "<inside>").summary, "Table 3 × 2");
    let at = "<inside>[\"a\"].iloc[2]";
    check_cell(name, at, (2, 0), "3", at);
}
