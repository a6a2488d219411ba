//! Parts of values: where a path leads, and what a part is saved as.

use crate::host::TestHost;
use crate::{fixtures, task_path};
use runglass::engine::ask::Window;
use runglass::engine::values::{
    BytesQuery, CellQuery, LinesQuery, Save, SearchQuery, SeenAs, Shape, TableQuery, ValueQuery,
    ValueView,
};
use runglass::engine::{Engine, Given};
use runglass::inside::of_bytes;
use runglass::libraries::numpy;
use runglass::pickle::{Limits, decode};
use runglass::source::MemoryBlob;
use serde_json::{Value, json};
use std::rc::Rc;

pub const ZOO: &str = "ArtifactZooFlow/1795211382116679";

fn engine() -> Engine {
    let file = fixtures::bytes("tests/fixtures/metaflow/basics.zip");
    let file = MemoryBlob::new("basics.zip", file);
    let (engine, opened) = TestHost::given(Given::File(Rc::new(file))).open("basics.zip");
    opened.unwrap();
    engine
}

fn query(task: &str, name: &str, at: &str) -> ValueQuery {
    ValueQuery {
        task: task_path(&format!("{ZOO}/{task}")),
        attempt: None,
        name: name.to_owned(),
        at: at.to_owned(),
        large: false,
        enter: false,
    }
}

pub fn view(task: &str, name: &str, at: &str) -> ValueView {
    pollster::block_on(engine().ask(query(task, name, at))).unwrap()
}

/// Where a path leads: the place that is shown, and a line of what is there.
#[track_caller]
fn check(task: &str, name: &str, at: &str, shown: &str, summary: &str) {
    let view = view(task, name, at);
    assert_eq!((view.at.as_str(), view.summary.as_str()), (shown, summary));
    assert_eq!(view.lost, None);
    let way: String = view.way.iter().map(|(label, _)| label.as_str()).collect();
    assert_eq!(way, format!("{name}{shown}"));
}

#[test]
fn a_path_leads_into_plain_values() {
    check(
        "builtins_/2",
        "a_dictlist",
        "[1]",
        "[1]",
        "{id: 1, name: 'n1', +1}",
    );
    check(
        "builtins_/2",
        "a_dictlist",
        "[1][\"name\"]",
        "[1][\"name\"]",
        "'n1'",
    );
    check("builtins_/2", "a_dict", "[(3, 4)][0]", "[(3, 4)][0]", "5");
    check("builtins_/2", "a_dataclass", ".tags", ".tags", "['t']");
    check("builtins_/2", "a_list", "[-1][1]", "[-1][1]", "[5]");
}

/// The cell that a path names, in the table that is shown.
#[track_caller]
fn check_cell(task: &str, name: &str, at: &str, expected: (u64, u64), text: &str) {
    let engine = engine();
    let view = pollster::block_on(engine.ask(query(task, name, at))).unwrap();
    assert_eq!((view.lost, view.cell), (None, Some(expected)), "{at}");
    let question = CellQuery {
        value: query(task, name, &view.at),
        records: false,
        slice: Vec::new(),
        row: expected.0,
        column: expected.1,
    };
    let cell = pollster::block_on(engine.ask(question)).unwrap();
    // The cell's own place is the way that led there.
    assert_eq!((cell.text.as_str(), cell.at.as_str()), (text, at));
}

#[test]
fn a_path_leads_to_a_cell() {
    check_cell(
        "frames/4",
        "p_long",
        "[\"y\"].iloc[2]",
        (2, 1),
        "1.4142135623730951",
    );
    check_cell("frames/4", "p_series", ".iloc[0]", (0, 0), "1.5");
    check_cell("frames/4", "p_index", "[1]", (1, 0), "1");
    check_cell("frames/4", "w_table", "[\"a\"].iloc[1]", (1, 0), "2");
    check_cell("arrays/3", "n_3d", "[1][2][3]", (2, 3), "23");
    check_cell("arrays/3", "n_f64", "[2]", (2, 0), "0.5");
}

#[test]
fn a_path_leads_to_a_row_of_the_whole_table() {
    let found = view("frames/4", "p_long", ".iloc[-1]");
    assert_eq!((found.row, found.cell, found.lost), (Some(499), None, None));
    assert_eq!(found.at, "");
    let part = view("arrays/3", "n_3d", "[-1]");
    assert_eq!((part.row, part.at.as_str()), (None, "[1]"));
}

#[test]
fn a_part_of_a_table_is_a_table() {
    let view = view("arrays/3", "n_3d", "[1]");
    let shape = Shape::Table {
        rows: 3,
        columns: 4,
        axes: vec![3, 4],
    };
    assert_eq!(view.shape, shape);
    let question = TableQuery {
        value: query("frames/4", "p_long", "[\"z\"]"),
        records: false,
        slice: Vec::new(),
        rows: Window { first: 7, count: 2 },
        columns: Window { first: 0, count: 9 },
        sort: None,
    };
    let table = pollster::block_on(engine().ask(question)).unwrap();
    assert_eq!(table.total, (500, 1));
    let cells: Vec<&str> = table
        .lines
        .iter()
        .map(|line| line.cells[0].text.as_str())
        .collect();
    assert_eq!(cells, ["r0", "r1"]);
}

#[test]
fn an_object_in_a_cell_is_looked_into() {
    check("arrays/3", "n_object", "[3][\"k\"]", "[3][\"k\"]", "1");
}

#[test]
fn a_path_that_leads_nowhere_says_where_it_ends() {
    let lost = |task, name, at| view(task, name, at).lost;
    assert_eq!(
        lost("builtins_/2", "a_dictlist", "[1][\"no\"]").unwrap(),
        "There is no [\"no\"] in a_dictlist[1]."
    );
    assert_eq!(
        lost("frames/4", "p_long", "[\"y\"].iloc[500]").unwrap(),
        "y has 500 rows; 500 is past the end."
    );
    assert!(
        lost("builtins_/2", "a_list", "[[")
            .unwrap()
            .contains("is no path")
    );
    assert!(lost("builtins_/2", "a_list", "<inside>").is_some());
}

fn saved(task: &str, name: &str, at: &str, save: Save) -> (String, Vec<u8>) {
    let question = BytesQuery::new(query(task, name, at), save);
    let view = pollster::block_on(engine().ask(question)).unwrap();
    (view.file, view.bytes)
}

/// What is saved as JSON, read by a reader of JSON.
#[track_caller]
fn check_json(task: &str, name: &str, at: &str, expected: &Value) {
    let (_, bytes) = saved(task, name, at, Save::Json);
    let read: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(read, *expected, "{name}{at}");
}

#[test]
fn any_value_is_saved_as_json() {
    check_json(
        "builtins_/2",
        "a_list",
        "",
        &json!([1, "two", 3.0, null, [4, [5]]]),
    );
    check_json(
        "builtins_/2",
        "a_recursive",
        "",
        &json!([1, "<the same value again>"]),
    );
    check_json(
        "builtins_/2",
        "a_dictlist",
        "[1]",
        &json!({"id": 1, "name": "n1", "v": 0.3333333333333333}),
    );
    check_json(
        "builtins_/2",
        "a_date",
        "",
        &json!("datetime.date(1999, 12, 31)"),
    );
    check_json(
        "builtins_/2",
        "a_dataclass",
        "",
        &json!({"class": "zootypes.Point", "x": 1.0, "y": 2.0, "tags": ["t"]}),
    );
    check_json(
        "arrays/3",
        "n_3d",
        "[1]",
        &json!([[12, 13, 14, 15], [16, 17, 18, 19], [20, 21, 22, 23]]),
    );
    check_json("arrays/3", "n_f16", "", &json!([1.5, null, "inf"]));
    check_json(
        "frames/4",
        "p_frame",
        "",
        &json!([
            {"index": "0", "i": 1, "f": 0.1, "s": "a", "b": true},
            {"index": "1", "i": 2, "f": null, "s": "b", "b": false},
            {"index": "2", "i": 3, "f": 0.3, "s": null, "b": true},
        ]),
    );
}

#[test]
fn a_table_is_saved_as_csv() {
    let (file, text) = saved("frames/4", "p_frame", "", Save::Csv);
    assert_eq!(file, "p_frame.csv");
    let text = String::from_utf8(text).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[..3], [",i,f,s,b", "0,1,0.1,a,True", "1,2,,b,False"]);
}

#[test]
fn a_list_of_records_is_saved_as_csv() {
    let question = BytesQuery {
        records: true,
        ..BytesQuery::new(query("builtins_/2", "a_dictlist", ""), Save::Csv)
    };
    let saved = pollster::block_on(engine().ask(question)).unwrap();
    let text = String::from_utf8(saved.bytes).unwrap();
    assert!(text.starts_with("id,name,v\r\n0,n0,0.0\r\n"), "{text}");
    assert!(
        view("builtins_/2", "a_dictlist", "")
            .saves
            .contains(&Save::Csv)
    );
}

/// What is saved as NumPy's own file is the array that was saved.
#[track_caller]
fn check_npy(name: &str, at: &str, cells: &[&str]) {
    let (_, bytes) = saved("arrays/3", name, at, Save::Npy);
    let program = of_bytes(&bytes).unwrap().read().unwrap().program;
    let pickle = decode(program, &Limits::default());
    let array = numpy::array(&pickle, pickle.root().unwrap()).unwrap();
    let read: Vec<String> = array.iter().map(|cell| cell.text(&pickle)).collect();
    assert_eq!(read, cells, "{name}{at}");
}

#[test]
fn an_array_is_saved_as_numpys_own_file() {
    check_npy("n_fortran", "", &["0", "1", "2", "3", "4", "5"]);
    check_npy("n_strided", "", &["0", "3", "6", "9", "12", "15", "18"]);
    check_npy("n_be", "", &["1", "2", "3"]);
    check_npy("n_3d", "[1][2]", &["20", "21", "22", "23"]);
    check_npy("n_dt64d", "", &["2024-01-01", "1969-12-31"]);
    check_npy("n_str", "", &["a", "žlu", "longer"]);
    let (_, bytes) = saved("arrays/3", "n_f64", "", Save::Npy);
    assert_eq!(bytes.len(), 128 + 5 * 8);
}

/// What an array can be seen as, and the size of the first picture of it.
#[track_caller]
fn check_pictures(task: &str, name: &str, expected: &[SeenAs], size: (u32, u32)) {
    let view = view(task, name, "");
    let seen: Vec<SeenAs> = view.pictures.iter().map(|one| one.seen).collect();
    assert_eq!(seen, expected, "{name}");
    let save = match expected.first() {
        None => Save::Content,
        Some(seen) => Save::Picture(*seen),
    };
    let (file, bytes) = saved(task, name, "", save);
    assert_eq!(file, format!("{name}.png"));
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!((number(16), number(20)), size, "{name}");
}

#[test]
fn arrays_and_images_are_seen_as_pictures() {
    check_pictures("arrays/3", "n_f32", &[SeenAs::Heat, SeenAs::Image], (3, 2));
    check_pictures("models/5", "m_image", &[], (8, 8));
    check_pictures("models/5", "m_image_p", &[], (4, 4));
    let pictures = view("arrays/3", "n_f64", "").pictures;
    assert_eq!(pictures.len(), 1);
    assert_eq!(
        (pictures[0].seen, pictures[0].is_part),
        (SeenAs::Lines, false)
    );
    assert_eq!(view("arrays/3", "n_str", "").pictures, []);
    let question = LinesQuery {
        value: query("arrays/3", "n_f64", ""),
        slice: Vec::new(),
    };
    let lines = pollster::block_on(engine().ask(question)).unwrap();
    assert_eq!((lines.low.as_str(), lines.high.as_str()), ("0.0", "1.0"));
    assert_eq!(lines.lines[0].buckets[1], Some((0.25, 0.25)));
}

/// Where a text is found, and in how many parts it was looked for.
#[track_caller]
fn check_search(task: &str, name: &str, text: &str, expected: &[&str], looked_at: u64) {
    let question = SearchQuery {
        value: query(task, name, ""),
        text: text.to_owned(),
    };
    let view = pollster::block_on(engine().ask(question)).unwrap();
    let places: Vec<&str> = view.hits.iter().map(|hit| hit.at.as_str()).collect();
    assert_eq!(
        (places.as_slice(), view.looked_at),
        (expected, looked_at),
        "{text}"
    );
    assert_eq!(view.hits_total, expected.len() as u64);
}

#[test]
fn a_text_is_found_in_names_and_values_wherever_they_are() {
    check_search("builtins_/2", "a_dictlist", "N49", &["[49][\"name\"]"], 200);
    check_search("builtins_/2", "a_list", "5", &["[4][1][0]"], 8);
    check_search("builtins_/2", "a_dataclass", "tags", &[".tags"], 4);
    // What holds itself is gone through once.
    check_search("builtins_/2", "a_recursive", "1", &["[0]", "[1]"], 2);
    check_search("builtins_/2", "a_dictlist", "nowhere", &[], 200);
}

#[test]
fn a_figure_is_redrawn() {
    let view = view("models/5", "m_figure", "");
    assert!(matches!(view.shape, Shape::Image { .. }));
    let (file, svg) = saved("models/5", "m_figure", "", Save::Content);
    assert_eq!(file, "m_figure.svg");
    let svg = String::from_utf8(svg).unwrap();
    // Two inches square, and the room that the numbers beside it need.
    let start = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-7.4 0 151.4 146.16\"";
    assert!(svg.starts_with(start), "{svg}");
    // Its only line, in Matplotlib's first colour.
    assert!(svg.contains("stroke=\"#1f77b4ff\""), "{svg}");
}
