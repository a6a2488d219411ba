//! What SQL says of tables and indexes.

use super::super::sql::{Token, tokens};
use super::super::statement::{self, ColumnText, Sorted, Unique};
use super::super::value::Value;
use proptest::prelude::*;

#[test]
fn statements_are_words_and_marks() {
    let sql =
        "a \"b \"\"c\" `d``` [e\"] 'f''g' x'0aFF' X'' 1.5e-3 0x1F .5 -- no ' more\n/* ( */ größe,(";
    let expected = [
        Token::Word("a"),
        Token::Name("b \"c".to_owned()),
        Token::Name("d`".to_owned()),
        Token::Name("e\"".to_owned()),
        Token::Text("f'g".to_owned()),
        Token::Blob(vec![10, 255]),
        Token::Blob(vec![]),
        Token::Number("1.5e-3"),
        Token::Number("0x1F"),
        Token::Number(".5"),
        Token::Word("größe"),
        Token::Mark(','),
        Token::Mark('('),
    ];
    assert_eq!(tokens(sql), expected);
}

/// Columns as `name: type`, with what else is known of them.
fn columns(sql: &str) -> Option<Vec<String>> {
    let table = statement::table(sql)?;
    let shown = |column: &ColumnText| {
        let mut out = format!("{}: {}", column.name, column.kind);
        if let Some(default) = &column.default {
            out.push_str(&format!(" = {default:?}"));
        }
        if let Some(collation) = &column.collation {
            out.push_str(&format!(" by {collation}"));
        }
        if column.is_virtual {
            out.push_str(" computed");
        }
        out
    };
    let mut out: Vec<String> = table.columns.iter().map(shown).collect();
    let sorted = |sorted: &Sorted| {
        let name = sorted.name.as_deref().unwrap_or("?");
        let collation = sorted.collation.as_deref().unwrap_or_default();
        format!("{name} {collation}{}", if sorted.falls { "-" } else { "" })
    };
    out.extend(table.uniques.iter().map(|unique: &Unique| {
        let columns: Vec<String> = unique.columns.iter().map(sorted).collect();
        let kind = if unique.is_primary {
            "primary"
        } else {
            "unique"
        };
        format!(
            "{kind}{} {}",
            if unique.falls { "-" } else { "" },
            columns.join(", ")
        )
    }));
    if table.is_without_rowid {
        out.push("without rowid".to_owned());
    }
    Some(out)
}

#[track_caller]
fn check(sql: &str, expected: &[&str]) {
    assert_eq!(columns(sql).unwrap(), expected, "{sql}");
}

#[test]
fn columns_have_names_and_types() {
    check("CREATE TABLE t (a)", &["a: "]);
    check("create temp table main.t(a int,b)", &["a: int", "b: "]);
    check(
        "CREATE TABLE IF NOT EXISTS \"t\" (a VARCHAR(36) NOT NULL, b DOUBLE PRECISION, c DECIMAL (10, 2) NULL, d UNSIGNED BIG INT)",
        &[
            "a: VARCHAR()",
            "b: DOUBLE PRECISION",
            "c: DECIMAL()",
            "d: UNSIGNED BIG INT",
        ],
    );
    check(
        "CREATE TABLE t ('a' 'b', [c d] [e], `f` \"g\")",
        &["a: b", "c d: e", "f: g"],
    );
    check(
        "CREATE TABLE t (a, b) WITHOUT ROWID, STRICT",
        &["a: ", "b: ", "without rowid"],
    );
    check(
        "CREATE TABLE t (a) strict , without rowid",
        &["a: ", "without rowid"],
    );
}

#[test]
fn constraints_are_passed_over() {
    check(
        "CREATE TABLE t (a TEXT CONSTRAINT \"unique\" CHECK (a IN ('x', ')')) REFERENCES o (x, y) ON DELETE SET DEFAULT ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED DEFAULT 1, b)",
        &["a: TEXT = Integer(1)", "b: "],
    );
    check(
        "CREATE TABLE t (a, b, CONSTRAINT p PRIMARY KEY (a COLLATE nocase DESC, b) ON CONFLICT IGNORE UNIQUE (b) CHECK (1), FOREIGN KEY (a, b) REFERENCES o ON DELETE SET DEFAULT)",
        &["a: ", "b: ", "primary a nocase-, b ", "unique b "],
    );
    check(
        "CREATE TABLE t (a INTEGER PRIMARY KEY DESC, b UNIQUE ON CONFLICT ABORT COLLATE rtrim, c INTEGER PRIMARY KEY ASC AUTOINCREMENT)",
        &[
            "a: INTEGER",
            "b:  by rtrim",
            "c: INTEGER",
            "primary- a -",
            "unique b ",
            "primary c ",
        ],
    );
    check(
        "CREATE TABLE t (a INT GENERATED ALWAYS AS (b + (1)) STORED UNIQUE, b AS (1), c INT AS (2) VIRTUAL NOT NULL)",
        &["a: INT", "b:  computed", "c: INT computed", "unique a "],
    );
}

#[test]
fn defaults_are_literals_or_unknown() {
    for (text, expected) in [
        ("7", Some(Value::Integer(7))),
        ("-7", Some(Value::Integer(-7))),
        ("+ 7", Some(Value::Integer(7))),
        ("1e3", Some(Value::Real(1000.0))),
        ("-.5", Some(Value::Real(-0.5))),
        ("0x10", Some(Value::Integer(16))),
        ("-9223372036854775808", Some(Value::Integer(i64::MIN))),
        (
            "9223372036854775808",
            Some(Value::Real(9_223_372_036_854_775_808.0)),
        ),
        ("NULL", Some(Value::Null)),
        ("true", Some(Value::Integer(1))),
        ("'it''s'", Some(Value::of_text("it's"))),
        ("\"text\"", Some(Value::of_text("text"))),
        ("word", Some(Value::of_text("word"))),
        ("x'00'", Some(Value::Blob(vec![0].into()))),
        ("(((-2)))", Some(Value::Integer(-2))),
        ("('a')", Some(Value::of_text("a"))),
        ("(1 + 1)", None),
        ("(lower(')'))", None),
        ("((1) + (2))", None),
        ("(word)", None),
        ("CURRENT_TIMESTAMP", None),
    ] {
        let sql = format!("CREATE TABLE t (a TEXT DEFAULT {text} NOT NULL UNIQUE, b)");
        let table = statement::table(&sql).unwrap();
        assert_eq!(table.columns.len(), 2, "{text}");
        assert_eq!(table.columns[0].default, expected, "{text}");
        assert_eq!(table.uniques.len(), 1, "{text}");
    }
}

#[test]
fn what_is_no_table_is_none() {
    for sql in [
        "",
        "CREATE",
        "CREATE VIEW v AS SELECT 1",
        "CREATE TABLE t",
        "CREATE TABLE t (",
        "CREATE TABLE t (a",
        "CREATE TABLE t (a, ,b)",
        "CREATE VIRTUAL TABLE t USING x(a)",
    ] {
        assert_eq!(columns(sql), None, "{sql}");
    }
}

#[track_caller]
fn check_index(sql: &str, expected: &[&str], is_partial: bool) {
    let index = statement::index(sql).unwrap();
    let shown = |sorted: &Sorted| {
        let name = sorted.name.as_deref().unwrap_or("?");
        format!("{name}{}", if sorted.falls { "-" } else { "" })
    };
    let columns: Vec<String> = index.columns.iter().map(shown).collect();
    assert_eq!(
        (columns, index.is_partial),
        (
            expected.iter().map(|text| (*text).to_owned()).collect(),
            is_partial
        ),
        "{sql}"
    );
}

#[test]
fn indexes_have_columns() {
    check_index("CREATE INDEX i ON t (a)", &["a"], false);
    check_index(
        "create unique index if not exists main.\"i\" on [t](\"a\" desc, b collate binary asc)",
        &["a-", "b"],
        false,
    );
    check_index(
        "CREATE INDEX i ON t (lower(a), b || 'x', (c), 1, d, -e)",
        &["?", "?", "?", "?", "d", "?"],
        false,
    );
    check_index(
        "CREATE INDEX i ON t (a, b DESC) WHERE a > 3",
        &["a", "b-"],
        true,
    );
    assert!(statement::index("CREATE TABLE t (a)").is_none());
}

proptest! {
    #[test]
    fn nothing_breaks_over_any_text(text in ".{0,60}") {
        statement::table(&text);
        statement::index(&text);
    }

    #[test]
    fn nothing_breaks_over_any_statement(parts in prop::collection::vec(prop::sample::select(vec![
        "(", ")", ",", "a", "'b'", "\"c\"", "PRIMARY", "KEY", "UNIQUE", "DEFAULT", "-", "1", "COLLATE", "AS", "GENERATED", "CHECK",
        "CONSTRAINT", "REFERENCES", "DESC", "NOT", "NULL", "[", "'", "/*", "--", "x'0", ".", "WITHOUT", "ROWID", "\n",
    ]), 0..40)) {
        let text = parts.join(" ");
        tokens(&text);
        if let Some(table) = statement::table(&format!("CREATE TABLE t ({text}")) {
            prop_assert!(table.columns.len() <= parts.len());
        }
        statement::index(&format!("CREATE INDEX i ON t {text}"));
    }
}
