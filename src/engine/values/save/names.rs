//! What a file is called that a value is saved as: by the artifact, the part of it that is
//! meant, and what its content is.

use super::super::markdown::is_markdown;
use super::super::place::contents;
use super::super::shape::is_page;
use crate::inside::Format;
use crate::inside::image::image;
use crate::inside::magic::magic;
use crate::libraries::numpy::{Shown, place_on, rows_and_columns};
use crate::pickle::{NodeId, Pickle, Value};

/// How the name of a file ends that is the content of bytes or of a text.
pub fn extension(pickle: &Pickle, node: NodeId) -> &'static str {
    kind_of(pickle, node).1
}

/// The MIME type of a content, and how its file's name ends.
pub fn kind_of(pickle: &Pickle, node: NodeId) -> (&'static str, &'static str) {
    match pickle.value(node) {
        Value::Bytes(bytes) | Value::ByteArray(bytes) => match image(bytes) {
            Some(image) => (image.mime, image.extension),
            None => {
                let extension = magic(bytes).map_or("bin", |magic| magic.extension);
                ("application/octet-stream", extension)
            }
        },
        Value::Text(text) => match image(text.bytes()) {
            Some(image) => (image.mime, image.extension),
            None => kind_of_text(pickle, node),
        },
        _ => ("application/octet-stream", "pkl"),
    }
}

fn kind_of_text(pickle: &Pickle, node: NodeId) -> (&'static str, &'static str) {
    match contents(pickle, node).map(|contents| contents.format) {
        Some(Format::Json) => ("application/json", "json"),
        Some(Format::JsonLines) => ("application/jsonl", "jsonl"),
        Some(Format::Csv(b'\t')) => ("text/tab-separated-values", "tsv"),
        Some(Format::Csv(_)) => ("text/csv", "csv"),
        _ if is_page(pickle, node) => ("text/html", "html"),
        _ if is_markdown(pickle, node) => ("text/markdown", "md"),
        _ => ("text/plain", "txt"),
    }
}

/// A name of letters, digits and what no file system minds.
pub fn file_name(name: &str, at: &str) -> String {
    /// So that the whole stays a name everywhere.
    const LETTERS: usize = 80;
    let plain = |char: char| match char {
        char if char.is_alphanumeric() || char == '_' || char == '-' => char,
        _ => '.',
    };
    let all: String = name.chars().chain(at.chars()).map(plain).collect();
    let parts: Vec<&str> = all.split('.').filter(|part| !part.is_empty()).collect();
    parts.join(".").chars().take(LETTERS).collect()
}

/// Which part of an array of these lengths a table is, as an index: nothing for all of it.
/// What Python would write as `[:, 3, :]` is `[rows][3][columns]`; axes that follow as they
/// are go without saying, as in Python.
pub fn part_name(lengths: &[usize], shown: &[Shown]) -> String {
    let axes = lengths.len();
    if axes < 3 {
        return String::new();
    }
    let Some((rows, columns)) = rows_and_columns(axes, shown) else {
        return String::new();
    };
    let is_plain = rows + 1 == columns && columns + 1 == axes;
    let named = if is_plain { rows } else { axes };
    let all = lengths.iter().enumerate().take(named);
    let all = all.map(|(axis, length)| match axis {
        _ if axis == rows => "[rows]".to_owned(),
        _ if axis == columns => "[columns]".to_owned(),
        // Past the end the last place is shown.
        _ => format!("[{}]", place_on(axis, shown).min(length.saturating_sub(1))),
    });
    all.collect()
}
