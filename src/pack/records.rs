//! Many small files as tables: those that differ in a few words are rows of one.
//!
//! An engine writes some forty records for a task, each a few hundred bytes of JSON whose
//! keys are always the same. Here each kind of record is a table: the text around its
//! values once, and a column for each value. Nothing is interpreted, so every record comes
//! back byte for byte, damaged ones too. Files that are large, or that grow, are not in
//! here: they lie beside as they are, and a table holds their sizes.
//!
//! [`encode`] makes the text of a file of records, [`Records::parse`] reads it.

use super::column::{Cells, Column, Fault};
use super::encoder::{Encoder, split_digits};
use super::json_slots::slots;
use crate::sorting::sort_by;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What is known of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The file itself.
    Here(Vec<u8>),
    /// It lies beside the records, and has so many bytes.
    Beside(u64),
    /// It could not be read when the others were packed: why, in a sentence.
    Lost(String),
}

/// Why files are not here begins so where that is on purpose.
pub const LEFT_OUT: &str = "Left out when these runs were redacted.";

/// A file of records, as it is written.
#[derive(Debug, Serialize, Deserialize)]
struct File {
    /// The version of this format.
    runglass: u32,
    tables: Vec<Table>,
}

/// Beside the paths it has one column more.
#[derive(Debug, Serialize, Deserialize)]
struct Table {
    rows: u32,
    path: Column,
    /// The files, which are texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<Column>,
    /// The files, which are none, two hexadecimal digits for each byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hex: Option<Column>,
    /// The sizes of files that lie beside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<Column>,
    /// Why files are not here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lost: Option<Column>,
}

/// Where a file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    table: u32,
    row: u32,
}

/// Small files, ready to be read.
#[derive(Debug, Default)]
pub struct Records {
    tables: Vec<(Kind, Cells)>,
    /// The version, where it is a newer one than is known here.
    pub newer: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Text,
    Hex,
    Size,
    Lost,
}

/// Columns of a table.
const PATH: usize = 0;
const CONTENT: usize = 1;

/// More rows than any file of records has: what says so lies.
const ROWS: u32 = 16 << 20;

impl Records {
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let file: File = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let mut records = Self {
            tables: Vec::with_capacity(file.tables.len()),
            newer: (file.runglass > super::VERSION).then_some(file.runglass),
        };
        for table in file.tables {
            if table.rows > ROWS {
                return Err(format!("a table says that it has {} rows", table.rows));
            }
            let columns = [
                (Kind::Text, table.text),
                (Kind::Hex, table.hex),
                (Kind::Size, table.size),
                (Kind::Lost, table.lost),
            ];
            let mut there = columns.into_iter();
            let there = there.find_map(|(kind, column)| Some((kind, column?)));
            let Some((kind, content)) = there else {
                return Err("a table holds neither files nor sizes".to_owned());
            };
            let mut cells = Cells::new(table.rows as usize);
            cells.add(table.path)?;
            cells.add(content)?;
            records.tables.push((kind, cells));
        }
        Ok(records)
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.tables.iter().map(|(_, cells)| cells.rows()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every file: its path, where it stands, and its size.
    pub fn files(&self) -> impl Iterator<Item = (Cow<'_, str>, At, u64)> {
        let tables = self.tables.iter().enumerate();
        tables.flat_map(|(table, (kind, cells))| {
            (0..cells.rows()).filter_map(move |row| {
                let at = At {
                    table: table as u32,
                    row: row as u32,
                };
                let size = match kind {
                    Kind::Text => cells.length(CONTENT, row) as u64,
                    Kind::Hex => cells.length(CONTENT, row) as u64 / 2,
                    Kind::Size => u64::try_from(cells.number(CONTENT, row)?).ok()?,
                    Kind::Lost => 0,
                };
                Some((cells.text(PATH, row)?, at, size))
            })
        })
    }

    /// A file's content. `None` for a place that is not here.
    pub fn content(&self, at: At) -> Option<Content> {
        let (kind, cells) = self.tables.get(at.table as usize)?;
        let row = at.row as usize;
        Some(match kind {
            Kind::Text => Content::Here(cells.text(CONTENT, row)?.into_owned().into_bytes()),
            Kind::Hex => Content::Here(from_hex(&cells.text(CONTENT, row)?)?),
            Kind::Size => Content::Beside(u64::try_from(cells.number(CONTENT, row)?).ok()?),
            Kind::Lost => Content::Lost(cells.text(CONTENT, row)?.into_owned()),
        })
    }
}

/// A file on its way into a table.
struct Row<'a> {
    path: &'a str,
    content: Prepared<'a>,
    /// What the rows of one table have in common.
    skeleton: String,
}

enum Prepared<'a> {
    /// The texts around the values, and the values.
    Text(Vec<&'a str>, Vec<&'a str>),
    Encoded(Kind, String),
}

/// The text of a file of records. The order of the files is kept within each kind.
pub fn encode(files: &[(String, Content)]) -> String {
    let mut rows: Vec<Row<'_>> = files
        .iter()
        .map(|(path, content)| row(path, content))
        .collect();
    sort_by(&mut rows, |a, b| a.skeleton.cmp(&b.skeleton));
    let mut tables = Vec::new();
    let mut rest = rows.as_slice();
    while let Some(first) = rest.first() {
        let length = rest
            .iter()
            .position(|row| row.skeleton != first.skeleton)
            .unwrap_or(rest.len());
        let (kind, others) = rest.split_at(length);
        tables.push(table(kind, first));
        rest = others;
    }
    let file = File {
        runglass: super::VERSION,
        tables,
    };
    // Texts and numbers only: there is nothing that JSON could not say.
    serde_json::to_string(&file).unwrap_or_default()
}

fn row<'a>(path: &'a str, content: &'a Content) -> Row<'a> {
    let mut skeleton = String::new();
    for (at, part) in split_digits(path).into_iter().enumerate() {
        skeleton.push_str(if at % 2 == 0 { part } else { "0" });
    }
    skeleton.push('\n');
    let content = match content {
        Content::Beside(size) => Prepared::Encoded(Kind::Size, size.to_string()),
        Content::Lost(why) => Prepared::Encoded(Kind::Lost, why.clone()),
        Content::Here(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => {
                let (around, values) = slots(text);
                Prepared::Text(around, values)
            }
            Err(_) => Prepared::Encoded(Kind::Hex, to_hex(bytes)),
        },
    };
    match &content {
        Prepared::Text(around, _) => {
            for text in around {
                skeleton.push_str(text);
                skeleton.push('\0');
            }
        }
        Prepared::Encoded(Kind::Size, _) => skeleton.push_str("size"),
        Prepared::Encoded(Kind::Lost, _) => skeleton.push_str("lost"),
        Prepared::Encoded(..) => skeleton.push_str("hex"),
    }
    Row {
        path,
        content,
        skeleton,
    }
}

fn table(rows: &[Row<'_>], first: &Row<'_>) -> Table {
    let mut encoder = Encoder::default();
    let path = encoder.column(rows.iter().map(|row| row.path).collect());
    let (kind, content) = match &first.content {
        Prepared::Encoded(kind, _) => {
            let cells = rows.iter().filter_map(|row| match &row.content {
                Prepared::Encoded(_, text) => Some(text.as_str()),
                Prepared::Text(..) => None,
            });
            (*kind, encoder.column(cells.collect()))
        }
        Prepared::Text(around, values) => {
            let mut columns = vec![Vec::with_capacity(rows.len()); values.len()];
            for row in rows {
                if let Prepared::Text(_, values) = &row.content {
                    for (column, value) in columns.iter_mut().zip(values) {
                        column.push(*value);
                    }
                }
            }
            let around = around.iter().map(|text| (*text).to_owned()).collect();
            (Kind::Text, encoder.pattern(around, columns))
        }
    };
    let mut content = Some(content);
    let mut of = |wanted: Kind| content.take_if(|_| kind == wanted);
    Table {
        rows: rows.len() as u32,
        path,
        text: of(Kind::Text),
        hex: of(Kind::Hex),
        size: of(Kind::Size),
        lost: of(Kind::Lost),
    }
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn there_and_back(files: &[(String, Content)]) -> BTreeMap<String, (Content, u64)> {
        let text = encode(files);
        let records = Records::parse(text.as_bytes()).unwrap();
        assert_eq!(records.len(), files.len());
        let told = records
            .files()
            .map(|(path, at, size)| (path.into_owned(), (records.content(at).unwrap(), size)));
        told.collect()
    }

    #[track_caller]
    fn check(files: &[(String, Content)]) {
        let told = there_and_back(files);
        for (path, content) in files {
            let size = match content {
                Content::Here(bytes) => bytes.len() as u64,
                Content::Beside(size) => *size,
                Content::Lost(_) => 0,
            };
            assert_eq!(told[path], (content.clone(), size), "{path}");
        }
    }

    fn event(task: u32, field: &str, value: &str) -> (String, Content) {
        let at = 1_795_211_261_502_u64 + u64::from(task) * 17;
        let text = format!(
            r#"{{"flow_id": "F", "run_number": "1", "step_name": "train", "task_id": "{task}", "field_name": "{field}", "value": "{value}", "tags": ["attempt_id:0"], "ts_epoch": {at}}}"#
        );
        (
            format!("train/{task}/_meta/sysmeta_{field}_{at}.json"),
            Content::Here(text.into_bytes()),
        )
    }

    #[test]
    fn records_of_one_kind_are_one_table() {
        let files: Vec<_> = (1..=5)
            .map(|task| event(task, "attempt_ok", "True"))
            .collect();
        check(&files);
        insta::assert_snapshot!(encode(&files), @r##"{"runglass":1,"tables":[{"rows":5,"path":{"pattern":[["train/","/_meta/sysmeta_attempt_ok_",".json"],[{"sequence":[1,1]},{"sequence":[1795211261519,17]}]]},"text":{"pattern":[["{\"flow_id\": \"","\", \"run_number\": \"","\", \"step_name\": \"","\", \"task_id\": \"","\", \"field_name\": \"","\", \"value\": \"","\", \"tags\": [\"","\"], \"ts_epoch\": ","}"],[{"same":"F"},{"same":"1"},{"same":"train"},{"like":[0,0]},{"same":"attempt_ok"},{"same":"True"},{"same":"attempt_id:0"},{"like":[1,0]}]]}}]}"##);
    }

    #[test]
    fn a_thousand_records_take_little_room() {
        let fields = ["attempt", "attempt_ok", "attempt-done"];
        let files: Vec<_> = (0..3000)
            .map(|at| event(at / 3, fields[at as usize % 3], "True"))
            .collect();
        check(&files);
        let raw: usize = files.iter().map(|(path, _)| path.len() + 200).sum();
        let packed = encode(&files).len();
        assert!(packed * 50 < raw, "{packed} of {raw}");
    }

    #[test]
    fn damaged_and_foreign_files_come_back_too() {
        let here = |path: &str, bytes: &[u8]| (path.to_owned(), Content::Here(bytes.to_vec()));
        check(&[
            here("cut.json", br#"{"a": "b", "c": "#),
            here("empty.json", b""),
            here("escapes.json", br#"{"a\"b": "c\\\"d\u00e9", "e": -1.50e3}"#),
            here("bytes", &[0, 159, 146, 150]),
            here("crlf.json", b"{\r\n\t\"a\" :\t\"b\"\r\n}\r\n"),
            here("text", "größe: 12".as_bytes()),
            ("log".to_owned(), Content::Beside(5 << 30)),
            (
                "lost".to_owned(),
                Content::Lost("No permission.".to_owned()),
            ),
        ]);
    }

    fn text() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..40),
            "[\\{\\}\\[\\],:\" a1\\\\é-]{0,40}".prop_map(String::into_bytes),
            (any::<u32>(), "[a-z\"\\\\0-9]{0,8}").prop_map(|(number, word)| {
                serde_json::to_vec(&serde_json::json!({"n": number, "w": [word], "ok": true}))
                    .unwrap()
            }),
        ]
    }

    proptest! {
        #[test]
        fn every_file_comes_back(
            files in proptest::collection::btree_map(
                "[a-c0-9/_]{1,8}",
                prop_oneof![text().prop_map(Content::Here), (0u64..1 << 52).prop_map(Content::Beside)],
                0..20,
            ),
        ) {
            let files: Vec<_> = files.into_iter().collect();
            check(&files);
        }

        #[test]
        fn records_by_chance_are_read_or_refused(
            text in "[\\{\\}\\[\\],:\"a0-9]{0,60}",
        ) {
            let text = format!(r#"{{"runglass":1,"tables":[{{"rows":2,"path":{{"texts":["a","b"]}},{text}}}]}}"#);
            let _read = Records::parse(text.as_bytes());
        }
    }
}
