//! Values that hold others in formats of their own: documents, archives, pickles in bytes.

use crate::host::TestHost;
use crate::{fixtures, task_path};
use runglass::engine::ask::Window;
use runglass::engine::values::{
    BytesQuery, MarkdownQuery, Save, Shape, TableQuery, ValueQuery, ValueView,
};
use runglass::engine::{Engine, Given};
use runglass::source::MemoryBlob;
use runglass::text::markdown::{Document, Part, Piece};
use std::rc::Rc;

pub const START: &str = "PapersFlow/1795290385664462/start/1";

pub fn engine() -> Engine {
    let file = fixtures::bytes("tests/fixtures/metaflow/papers.zip");
    let file = MemoryBlob::new("papers.zip", file);
    let (engine, opened) = TestHost::given(Given::File(Rc::new(file))).open("papers.zip");
    opened.unwrap();
    engine
}

pub fn query(name: &str, at: &str) -> ValueQuery {
    ValueQuery {
        task: task_path(START),
        attempt: None,
        name: name.to_owned(),
        at: at.to_owned(),
        large: false,
        enter: false,
    }
}

fn view(name: &str, at: &str) -> ValueView {
    let view = pollster::block_on(engine().ask(query(name, at))).unwrap();
    assert_eq!(view.lost, None, "{name}{at}");
    assert_eq!(view.problems, [""; 0], "{name}{at}");
    view
}

fn document(name: &str, at: &str) -> Document {
    let value = query(name, at);
    pollster::block_on(engine().ask(MarkdownQuery { value })).unwrap()
}

#[test]
fn a_text_that_is_marked_up_is_offered_as_a_document() {
    assert!(view("report", "").is_markdown);
    assert!(view("hostile", "").is_markdown);
    assert!(!view("settings", "").is_markdown);
    // As text it is bytes; what they hold is a text.
    assert!(!view("notes", "").is_markdown);
    let text = view("notes", "<inside>");
    assert!(text.is_markdown);
    assert_eq!(document("notes", "<inside>"), document("report", ""));
    assert_eq!(document("bundle", ""), Document::default());
}

#[test]
fn what_bytes_and_texts_hold_is_seen_first() {
    let seen = |name: &str| {
        let query = ValueQuery {
            enter: true,
            ..query(name, "")
        };
        let view = pollster::block_on(engine().ask(query)).unwrap();
        let formats = view.holder.map(|holder| holder.formats.join(", "));
        (view.at, formats.unwrap_or_default())
    };
    let check = |name: &str, at: &str, formats: &str| {
        assert_eq!(seen(name), (at.to_owned(), formats.to_owned()), "{name}");
    };
    check("settings", "<inside>", "JSON");
    check("bundle", "<inside>", "zip");
    check("notes", "<inside>", "text");
    check("frozen", "<inside>", "pickle");
    check("packed", "<inside><inside>", "gzip, JSON");
    check("backup", "<inside><inside>", "gzip, tar");
    // What is not read stays what it is; so does a line of text.
    check("squeezed", "", "");
    check("drawing", "", "");
    check("report", "", "");
    check("name", "", "");
}

/// The texts within parts of one kind.
fn within(document: &Document, part: impl Fn(&Part) -> bool) -> Vec<&str> {
    let pieces = document.pieces.windows(2);
    let texts = pieces.filter_map(|pair| match pair {
        [Piece::Open(of), Piece::Text(text)] if part(of) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

#[test]
fn a_document_is_read_whole() {
    let report = document("report", "");
    assert_eq!(report.shown, report.total);
    let heading = |part: &Part| matches!(part, Part::Heading(_));
    let headings = within(&report, heading);
    assert_eq!(headings, ["Churn, week 47", "What was done"]);
    let cell = |part: &Part| matches!(part, Part::Cell(_));
    assert_eq!(
        within(&report, cell)[..4],
        ["metric", "before", "now", "AUC"]
    );
}

#[test]
fn nothing_of_a_hostile_document_is_more_than_text() {
    let hostile = document("hostile", "");
    let links: Vec<&str> = within(&hostile, |part| matches!(part, Part::Link(_)));
    assert_eq!(links, ["a real one"]);
    let others = within(&hostile, |part| matches!(part, Part::Address(_)));
    assert_eq!(others, ["a script", "some data", "a file", "a task"]);
    let html: Vec<&Piece> = hostile
        .pieces
        .iter()
        .filter(|piece| matches!(piece, Piece::Html(text) if text.contains("<script>")))
        .collect();
    assert_eq!(html.len(), 1);
}

/// The rows of a list of files, without when they were changed and their sums.
fn files(name: &str, at: &str) -> Vec<Vec<String>> {
    let shown = view(name, at);
    assert_eq!(
        shown.shape,
        Shape::Tree {
            records: true,
            call: false
        }
    );
    let question = TableQuery {
        value: query(name, at),
        records: true,
        slice: Vec::new(),
        rows: Window { first: 0, count: 9 },
        columns: Window { first: 0, count: 9 },
        sort: None,
    };
    let table = pollster::block_on(engine().ask(question)).unwrap();
    let row = |cells: &[String]| cells.to_vec();
    table
        .lines
        .iter()
        .map(|line| {
            let cells: Vec<String> = line.cells.iter().map(|cell| cell.text.clone()).collect();
            row(&cells)
        })
        .collect()
}

#[test]
fn an_archive_is_a_table_of_its_files() {
    assert_eq!(view("bundle", "").inside.unwrap().0, "zip");
    assert_eq!(
        files("bundle", "<inside>"),
        [
            [
                "a.json",
                "6",
                "8",
                "deflate",
                "2026-11-20 06:30:00",
                "61c9e7ff"
            ],
            [
                "folder/b.csv",
                "400",
                "15",
                "deflate",
                "2026-11-20 06:30:00",
                "d4f67119"
            ],
            [
                "größe.txt",
                "5",
                "7",
                "deflate",
                "2026-11-20 06:30:00",
                "a293b2f9"
            ],
        ]
    );
    assert_eq!(view("backup", "").inside.unwrap().0, "gzip");
    assert_eq!(view("backup", "<inside>").inside.unwrap().0, "tar");
    assert_eq!(
        files("backup", "<inside><inside>"),
        [
            ["a.json", "6", "2026-11-20 06:30:00"],
            ["folder/b.csv", "400", "2026-11-20 06:30:00"],
            ["größe.txt", "5", "2026-11-20 06:30:00"],
        ]
    );
    let arrays = files("arrays", "<inside>");
    let names: Vec<&str> = arrays.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(names, ["first.npy", "second.npy"]);
}

#[test]
fn bytes_that_are_a_file_are_saved_under_its_name() {
    for (name, kind, file) in [
        ("drawing", "PDF document", "drawing.pdf"),
        ("bundle", "zip archive", "bundle.zip"),
        ("backup", "gzip data", "backup.gz"),
        ("squeezed", "bzip2 data", "squeezed.bz2"),
        ("frozen", "pickle", "frozen.pkl"),
    ] {
        let ValueView {
            shape, extension, ..
        } = view(name, "");
        assert!(
            matches!(&shape, Shape::Bytes { kind: told, .. } if told == kind),
            "{shape:?}"
        );
        let question = BytesQuery::new(query(name, ""), Save::Content);
        let saved = pollster::block_on(engine().ask(question)).unwrap();
        assert_eq!(saved.file, file);
        assert_eq!(file, format!("{name}.{extension}"));
    }
}

#[test]
fn a_text_is_saved_by_what_it_is() {
    for (name, file) in [("settings", "settings.json"), ("report", "report.md")] {
        let question = BytesQuery::new(query(name, ""), Save::Content);
        let saved = pollster::block_on(engine().ask(question)).unwrap();
        assert_eq!(saved.file, file);
    }
}
