//! The heads of the messages in a stream of Arrow's IPC format.
//!
//! A message is `0xFFFFFFFF`, the length of its head, the head as a FlatBuffer, and a body.
//! Source: "IPC Streaming Format" of the Arrow columnar format 1.5; numbers of fields and of
//! types from `Message.fbs` and `Schema.fbs`.

use super::flat::{Flat, Table};
use super::{Column, Frame, MOST_COLUMNS};

/// Columns of the schema, and rows of all batches together.
pub(super) fn read(mut rest: &[u8]) -> Option<Frame> {
    const SCHEMA: u8 = 1;
    const BATCH: u8 = 3;
    let mut columns = None;
    let mut rows = 0u64;
    while let Some((length, behind)) = head(rest) {
        // A head of no length ends the stream.
        if length == 0 {
            break;
        }
        let (head, body) = behind.split_at_checked(length)?;
        let message = Flat(head).root()?;
        let kind = message.byte(1)?;
        let inside = message.table(2)?;
        match (kind, &columns) {
            (SCHEMA, None) => columns = Some(schema(inside)?),
            (BATCH, Some(_)) => {
                let length = u64::try_from(inside.i64(0).unwrap_or(0)).ok()?;
                rows = rows.checked_add(length)?;
            }
            // Dictionaries come before the batches that need them.
            (_, Some(_)) => {}
            _ => return None,
        }
        let length = usize::try_from(message.i64(3).unwrap_or(0)).ok()?;
        rest = body.get(length..)?;
    }
    Some(Frame {
        columns: columns?,
        rows,
    })
}

/// The length of a message's head, and what is behind that.
fn head(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (mark, rest) = bytes.split_first_chunk::<4>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    (*mark == [0xff; 4]).then_some((length, rest))
}

fn schema(schema: Table<'_>) -> Option<Vec<Column>> {
    let fields = match schema.tables(1, MOST_COLUMNS) {
        Some(fields) => fields,
        None => return Some(Vec::new()),
    };
    let column = |field: &Table<'_>| {
        Some(Column {
            name: field.text(0).unwrap_or_default().to_owned(),
            dtype: dtype(*field)?,
        })
    };
    fields.iter().map(column).collect()
}

/// The type of a field, as polars calls it.
fn dtype(field: Table<'_>) -> Option<&'static str> {
    // A field with a dictionary: its type is that of the words.
    if field.table(4).is_some() {
        return Some("Categorical");
    }
    let kind = field.byte(2)?;
    let of = field.table(3);
    let signed = of.and_then(|of| of.byte(1)) == Some(1);
    Some(match kind {
        1 => "Null",
        2 => match (of?.i32(0)?, signed) {
            (8, true) => "Int8",
            (16, true) => "Int16",
            (32, true) => "Int32",
            (64, true) => "Int64",
            (8, false) => "UInt8",
            (16, false) => "UInt16",
            (32, false) => "UInt32",
            (64, false) => "UInt64",
            _ => return None,
        },
        3 => match of.and_then(|of| of.i16(0)) {
            Some(1) => "Float32",
            Some(2) => "Float64",
            _ => "Float16",
        },
        4 | 15 | 19 | 23 => "Binary",
        5 | 20 | 24 => "String",
        6 => "Boolean",
        7 => "Decimal",
        8 => "Date",
        9 => "Time",
        10 => "Datetime",
        12 | 21 | 25 | 26 => "List",
        13 => "Struct",
        16 => "Array",
        18 => "Duration",
        _ => return None,
    })
}
