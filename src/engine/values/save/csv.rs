//! A table as comma-separated values (RFC 4180): the labels of the rows first, then every
//! column; what is missing is an empty field.

use crate::engine::Work;
use crate::libraries::table::Table;
use crate::pickle::Pickle;
use crate::source::{Pace as _, Progress, Unit};

/// Cells written between two breaths, about.
const AT_ONCE: usize = 20_000;

/// Columns at most: each is kept at hand until the last row.
pub(super) const MOST_COLUMNS: usize = 1_000_000;

/// The text in UTF-8; `None` where it would be longer than `most` bytes.
pub async fn text(table: &Table<'_>, pickle: &Pickle, most: usize, work: &Work) -> Option<Vec<u8>> {
    // Every cell takes a byte at least, whatever is in it, and so does a row.
    let least = table.rows.saturating_mul(table.columns.max(1));
    if least > most || table.columns > MOST_COLUMNS {
        return None;
    }
    let rows_at_once = (AT_ONCE / table.columns.max(1)).max(1);
    let mut text = Vec::new();
    let columns: Vec<_> = (0..table.columns).map(|at| table.column(at)).collect();
    let labels = table.label_names();
    let names = columns
        .iter()
        .map(|named| named.as_ref().map_or("", |named| &named.name));
    let heads = labels.iter().map(String::as_str).chain(names);
    row(&mut text, heads);
    for at in 0..table.rows {
        let labels = table.labels(at);
        let cells: Vec<String> = columns
            .iter()
            .map(|named| {
                let column = named.as_ref().and_then(|named| named.column.as_ref());
                let cell = column.and_then(|column| column.get(pickle, at));
                let cell = cell.filter(|cell| !cell.is_null(pickle));
                cell.map(|cell| cell.text(pickle)).unwrap_or_default()
            })
            .collect();
        row(&mut text, labels.iter().chain(&cells).map(String::as_str));
        if text.len() > most {
            return None;
        }
        if at % rows_at_once == 0 {
            work.progress(Progress {
                what: "Writing rows".to_owned(),
                done: at as u64,
                total: Some(table.rows as u64),
                unit: Unit::Things,
            });
            work.breathe().await;
        }
    }
    Some(text)
}

fn row<'a>(text: &mut Vec<u8>, fields: impl Iterator<Item = &'a str>) {
    for (at, field) in fields.enumerate() {
        if at > 0 {
            text.push(b',');
        }
        let quoted = field.contains(['"', ',', '\n', '\r']);
        if quoted {
            text.push(b'"');
            text.extend_from_slice(field.replace('"', "\"\"").as_bytes());
            text.push(b'"');
        } else {
            text.extend_from_slice(field.as_bytes());
        }
    }
    text.extend_from_slice(b"\r\n");
}
