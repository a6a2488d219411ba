//! Markdown as pieces: a document of everything, and documents that want more than that.

use crate::survives_the_door;
use proptest::prelude::*;
use runglass::text::markdown::{Document, Part, Piece, read};

/// A line for each piece, as deep as it stands.
fn outline(document: &Document) -> String {
    let mut depth = 0;
    let mut out = String::new();
    for piece in &document.pieces {
        if *piece == Piece::Close {
            depth -= 1;
            continue;
        }
        out.push_str(&"  ".repeat(depth));
        out.push_str(&match piece {
            Piece::Open(part) => format!("{part:?}"),
            Piece::CodeBlock { language, runs } => {
                let runs = runs
                    .iter()
                    .map(|run| format!("{:?} {:?}", run.kind, run.text));
                let runs: Vec<String> = runs.collect();
                format!("CodeBlock {language:?}: {}", runs.join(", "))
            }
            piece => format!("{piece:?}"),
        });
        out.push('\n');
        depth += usize::from(matches!(piece, Piece::Open(_)));
    }
    assert_eq!(depth, 0);
    out
}

#[test]
fn a_document_of_everything() {
    let document = read(include_str!("markdown/report.md"));
    assert_eq!(document.shown, document.total);
    survives_the_door(&document);
    insta::assert_snapshot!(outline(&document));
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let found = outline(&read(text));
    let found: Vec<&str> = found.lines().map(str::trim).collect();
    assert_eq!(found.join("; "), expected);
}

#[test]
fn only_what_leads_out_openly_is_a_link() {
    check(
        "[a](HTTPS://x.org/)",
        "Paragraph; Link(\"HTTPS://x.org/\"); Text(\"a\")",
    );
    for address in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "java\\tscript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.org",
        "/path",
        "#part",
        "",
    ] {
        let document = read(&format!("[a](<{address}>) ![i](<{address}>)"));
        let links = document.pieces.iter();
        let links = links.filter(|piece| matches!(piece, Piece::Open(Part::Link(_))));
        assert_eq!(links.count(), 0, "{address}");
    }
    let long = format!("[a](https://x.org/{})", "a".repeat(3000));
    assert!(matches!(
        &read(&long).pieces[1],
        Piece::Open(Part::Address(address)) if address.len() == 2000
    ));
}

/// How deep parts stand within one another at most.
fn depth(document: &Document) -> usize {
    let (mut depth, mut most) = (0usize, 0);
    for piece in &document.pieces {
        match piece {
            Piece::Open(_) => depth += 1,
            Piece::Close => depth -= 1,
            _ => {}
        }
        most = most.max(depth);
    }
    assert_eq!(depth, 0, "what is opened is closed");
    most
}

/// Whatever it is, little comes of it; and how much of it was read.
#[track_caller]
fn check_bounded(what: &str, text: &str) -> Document {
    let document = read(text);
    assert!(document.pieces.len() < 61_000, "{what}");
    assert!(depth(&document) <= 24, "{what}");
    assert_eq!(document.total, text.len() as u64, "{what}");
    assert!(document.shown <= 200_000, "{what}");
    document
}

#[test]
fn what_is_nested_for_ever_is_flat() {
    let deep = |piece: &str| format!("{}x", piece.repeat(100_000 / piece.len().max(1)));
    for piece in [
        ">", "> ", "- ", "1. ", "*", "**a", "_a ", "~~", "[", "![", "](", "`", "<", "<a ", "|",
        "&", "\\", "#", "[a](", "*a_ ",
    ] {
        check_bounded(piece, &deep(piece));
    }
    let stairs: String = (0..600)
        .map(|at| format!("{}- a\n", "  ".repeat(at)))
        .collect();
    let document = check_bounded("stairs of lists", &stairs);
    assert_eq!(depth(&document), 24);
    // What has no room to be a part is still there.
    let quotes = "> ".repeat(50) + "the end";
    check_bounded("quotes", &quotes);
    assert!(outline(&read(&quotes)).contains("the end"));
    let table =
        "> ".repeat(30) + "|a|b|\n" + &"> ".repeat(30) + "|-|-|\n" + &"> ".repeat(30) + "|1|2|";
    check_bounded("a table where there is no room", &table);
}

#[test]
fn a_table_of_a_billion_cells_is_cut() {
    let columns = 40_000;
    let rows = 10_000;
    let table = format!(
        "{}\n{}\n{}",
        "|a".repeat(columns),
        "|-".repeat(columns),
        "|\n".repeat(rows)
    );
    let document = check_bounded("a wide table", &table);
    assert!(document.shown < document.total);
}

#[test]
fn what_is_never_closed_ends_with_the_text() {
    for text in [
        "```\ncode",
        "~~~py\nx = 1",
        "<!-- a",
        "<div>\n",
        "[a](b",
        "**a",
        "| a |\n|--",
        "![a *b",
        "`a",
        "> - 1. x",
        "---\na: b",
    ] {
        let document = check_bounded(text, text);
        assert!(!document.pieces.is_empty(), "{text}");
    }
}

#[test]
fn of_a_long_document_the_beginning_is_read() {
    let line = "a\n\n";
    let text = line.repeat(100_000);
    let document = check_bounded("paragraphs", &text);
    // Three pieces for each.
    assert!((30_000..30_003).contains(&document.pieces.len()));
    assert_eq!(document.shown, 10_000 * line.len() as u64);
    let one_line = "ä".repeat(300_000);
    assert_eq!(check_bounded("one line", &one_line).shown, 200_000);
    let code = format!("```python\n{}", "x = 1\n".repeat(30_000));
    let document = check_bounded("much code", &code);
    let Piece::CodeBlock { runs, .. } = &document.pieces[0] else {
        panic!("{:?}", document.pieces[0]);
    };
    // Too much to be highlighted.
    assert_eq!(runs.len(), 1);
}

#[test]
fn thousands_of_references_to_one_another() {
    let text: String = (0..4000)
        .map(|at| format!("[a{at}]: /{}\n", "b".repeat(20)))
        .collect();
    let uses = "[a1]".repeat(20_000);
    check_bounded("references", &format!("{text}\n{uses}"));
}

proptest! {
    #[test]
    fn whatever_it_is_it_is_read(text in "[\\[\\]()<>!*_~`|#>\\-+0-9.:a-z \n\t\\\\&;\"'=é]{0,400}") {
        let document = check_bounded("by chance", &text);
        survives_the_door(&document);
    }
}
