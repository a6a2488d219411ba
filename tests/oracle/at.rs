//! `runglass value --at`: the places of the page, told at a terminal.
//!
//! Of an artifact in a source, and of a pickle in a file of its own.

use crate::{fixtures, papers, places};
use runglass::cli::value::{Asked, value};
use runglass::engine::ask::Failure;
use runglass::engine::values::{BytesQuery, Save};
use serde_json::{Value, json};

const BASICS: &str = "tests/fixtures/metaflow/basics.zip";
const PAPERS: &str = "tests/fixtures/metaflow/papers.zip";

fn told(source: &str, pathspec: Option<&str>, at: &str) -> Result<Value, Box<Failure>> {
    let asked = Asked {
        source,
        pathspec,
        attempt: None,
        at: Some(at),
        large: false,
        key: None,
    };
    pollster::block_on(value(&asked))
}

fn of_artifact(archive: &str, pathspec: &str, at: &str) -> Result<Value, Box<Failure>> {
    let path = fixtures::path(archive);
    told(path.to_str().unwrap(), Some(pathspec), at)
}

fn of_zoo(place: &str, at: &str) -> Value {
    of_artifact(BASICS, &format!("{}/{place}", places::ZOO), at).unwrap()
}

fn of_paper(name: &str, at: &str) -> Value {
    of_artifact(PAPERS, &format!("{}/{name}", papers::START), at).unwrap()
}

#[test]
fn a_place_in_an_artifact_is_told_as_the_page_shows_it() {
    for (place, at) in [
        ("builtins_/2/a_dictlist", "[1]"),
        ("builtins_/2/a_dictlist", "[1][\"name\"]"),
        ("builtins_/2/a_dict", "[(3, 4)][0]"),
        ("builtins_/2/a_dataclass", ".tags"),
        ("arrays/3/n_object", "[3][\"k\"]"),
    ] {
        let (task, name) = place.rsplit_once('/').unwrap();
        let page = places::view(task, name, at);
        let told = of_zoo(place, at);
        assert_eq!(told["summary"], json!(page.summary), "{place}{at}");
        assert_eq!(told["type"], json!(page.class), "{place}{at}");
    }
}

#[track_caller]
fn check_cell(place: &str, at: &str, row: u64, column: &str, text: &str) {
    let cell = &of_zoo(place, at)["cell"];
    let told = (&cell["row"], &cell["column"], &cell["str"]);
    assert_eq!(told, (&json!(row), &json!(column), &json!(text)), "{at}");
}

#[test]
fn a_cell_is_told_with_where_it_stands() {
    check_cell(
        "frames/4/p_long",
        "[\"y\"].iloc[2]",
        2,
        "y",
        "1.4142135623730951",
    );
    check_cell("frames/4/p_series", ".iloc[0]", 0, "vals", "1.5");
    check_cell("frames/4/w_table", "[\"a\"].iloc[1]", 1, "a", "2");
    check_cell("arrays/3/n_3d", "[1][2][3]", 2, "3", "23");
    check_cell("arrays/3/n_f64", "[2]", 2, "", "0.5");
}

#[test]
fn a_member_of_an_enum_is_told_by_its_value() {
    let grade = "OrchardFlow/1795219818597382/end/10/grade";
    let told = of_artifact("tests/fixtures/metaflow/first-light.zip", grade, "").unwrap();
    assert_eq!(told["type"], json!("cider.Grade"));
    assert_eq!(told["summary"], json!("Grade('cider')"));
}

#[test]
fn a_row_is_told_with_its_cells() {
    let row = &of_zoo("frames/4/p_long", ".iloc[-498]")["row"];
    assert_eq!((&row["row"], &row["labels"]), (&json!(2), &json!(["2"])));
    let cells = row["cells"].as_array().unwrap();
    assert_eq!(cells.len() as u64, row["columns"].as_u64().unwrap());
    assert!(cells.contains(&json!(["y", "1.4142135623730951"])), "{row}");
    assert_eq!(of_zoo("frames/4/p_long", ".loc[2]")["row"], *row);
}

#[test]
fn a_part_of_an_array_is_told_as_an_array() {
    let part = of_zoo("arrays/3/n_3d", "[1]");
    assert_eq!(part["array"]["shape"], json!([3, 4]));
    assert_eq!(
        part["array"]["first5"],
        json!(["12", "13", "14", "15", "16"])
    );
    assert_eq!(
        (&part["len"], &part["array"]["max"]),
        (&json!(3), &json!("23"))
    );
}

#[test]
fn a_column_is_told_with_its_ends() {
    let column = of_zoo("frames/4/p_frame", "[\"f\"]");
    assert_eq!(column["len"], json!(3));
    let column = &column["column"];
    assert_eq!(
        (&column["name"], &column["dtype"], &column["nulls"]),
        (&json!("f"), &json!("float64"), &json!(1))
    );
    assert_eq!(column["head3"], json!(["0.1", "nan", "0.3"]));
    assert_eq!(column["labels"][0], json!(["0"]));
}

#[test]
fn what_bytes_and_texts_hold_is_reached() {
    let deep = of_paper("settings", "<inside>[\"a\"][1][\"b\"]");
    assert_eq!(deep["repr"], json!("'deep'"));
    let packed = of_paper("packed", "<inside><inside>[\"rows\"][29]");
    assert_eq!(packed["repr"], json!("{'id': 29, 'half': 14.5}"));
    let frozen = of_paper("frozen", "<inside>[\"df\"][\"name\"].iloc[120]");
    assert_eq!(frozen["cell"]["str"], json!("n120"));
    let bundle = of_paper("bundle", "<inside>[2][\"name\"]");
    assert_eq!(bundle["repr"], json!("'größe.txt'"));
}

#[test]
fn what_is_not_there_is_said() {
    let lost = |at: &str| {
        let place = format!("{}/settings", papers::START);
        let failure = of_artifact(PAPERS, &place, at).unwrap_err();
        failure.explanation
    };
    assert_eq!(
        lost("<inside>[\"no\"]"),
        "There is no [\"no\"] in settings<inside>."
    );
    assert_eq!(
        lost("<inside>[\"a\"]<inside>"),
        "There is nothing inside of settings<inside>[\"a\"] that can be read."
    );
    assert!(lost("[[").contains("is no path"));
}

/// The same places in a pickle that lies in a file of its own.
#[test]
fn a_place_in_a_file_of_its_own_is_told_like_one_in_an_artifact() {
    let engine = papers::engine();
    let question = BytesQuery::new(papers::query("frozen", ""), Save::Content);
    let frozen = pollster::block_on(engine.ask(question)).unwrap().bytes;
    let question = BytesQuery::new(papers::query("settings", ""), Save::Pickle);
    let settings = pollster::block_on(engine.ask(question)).unwrap().bytes;
    let folder = std::env::temp_dir().join(format!("runglass-at-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (frozen, settings) = (file("frozen.pkl", &frozen), file("settings.pkl", &settings));
    for at in [
        "[\"df\"]",
        "[\"df\"][\"age\"]",
        "[\"df\"][\"age\"].iloc[120]",
        "[\"parts\"][0]",
        "[\"parts\"][0][1]",
        "[\"parts\"][0][1][2][3]",
    ] {
        let own = told(&frozen, None, at).unwrap();
        assert_eq!(own, of_paper("frozen", &format!("<inside>{at}")), "{at}");
        assert_eq!(own["outcome"], json!("value"), "{at}");
    }
    let age = told(&frozen, None, "value[\"df\"][\"age\"].iloc[120]").unwrap();
    assert_eq!(age["cell"]["str"], json!("120"));
    let at = "<inside>[\"a\"]";
    let own = told(&settings, None, at).unwrap();
    assert_eq!(own["repr"], json!("[1, {'b': 'deep'}]"));
    assert_eq!(own, of_paper("settings", at));
    let lost = told(&frozen, None, "[\"df\"][\"age\"].iloc[200]").unwrap_err();
    assert_eq!(lost.explanation, "age has 200 rows; 200 is past the end.");
    // Nothing of it, and the beginning of it.
    let ends = |bytes: &[u8]| {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_runglass"));
        program.args(["value", &file("ends.pkl", bytes)]);
        program.output().unwrap().status.code()
    };
    assert_eq!(ends(b"no pickle"), Some(1));
    assert_eq!(ends(b"(lI1\naI2\na"), Some(0));
    let lost = told(&frozen, None, "<inside>").unwrap_err();
    assert_eq!(
        lost.explanation,
        "There is nothing inside of the value that can be read."
    );
    std::fs::remove_dir_all(&folder).unwrap();
}
