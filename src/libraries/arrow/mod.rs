//! Arrow: the arrays and tables of `pyarrow`, whose pickles hold Arrow's own buffers.
//!
//! Source of the forms: `Array.__reduce__` (`_restore_array`), `ChunkedArray`, `Table`,
//! `Schema` and `DataType` of PyArrow 14 and 26 (`pyarrow/array.pxi`, `table.pxi`,
//! `types.pxi`); of the buffers the Arrow columnar format 1.5. Types of columns are read in
//! [`kind`], elements in [`chunk`]; [`ipc`] has the columns of streams and files. Start with
//! [`array`].

mod chunk;
pub mod ipc;
mod kind;

pub use chunk::Chunked;
pub use kind::{Field, Kind};

use super::room::Room;
use crate::pickle::{NodeId, Pickle};
use chunk::Chunk;
use kind::{call, field, kind_of};
use std::cell;
use std::rc::Rc;

/// A table: columns of equal length with their names.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    pub names: Vec<String>,
    pub columns: Vec<Chunked<'a>>,
    pub rows: usize,
}

/// Types in types, deeper than anybody wrote them.
const DEEPEST: usize = 32;

/// The array, or the array in chunks, that an object stands for.
pub fn array(pickle: &Pickle, id: NodeId) -> Option<Chunked<'_>> {
    let left = cell::Cell::new(Room::THINGS);
    read(pickle, id, &Room::new(&left, DEEPEST))
}

fn read<'a>(pickle: &'a Pickle, id: NodeId, room: &Room<'_>) -> Option<Chunked<'a>> {
    let (function, object) = call(pickle, id)?;
    match (function, object.args()) {
        ("_restore_array", &[parts]) => {
            let chunk = chunk(pickle, parts, room)?;
            Chunked::of(chunk.kind.clone(), vec![chunk])
        }
        ("chunked_array", &[chunks, kind]) => {
            let kind = Rc::new(kind_of(pickle, kind, room)?);
            let mut found = Vec::new();
            for &one in pickle.as_list(chunks)? {
                let ("_restore_array", one) = call(pickle, one)? else {
                    return None;
                };
                found.push(chunk(pickle, *one.args().first()?, room)?);
            }
            Chunked::of(kind, found)
        }
        _ => None,
    }
}

/// The table that an object stands for.
pub fn table(pickle: &Pickle, id: NodeId) -> Option<Table<'_>> {
    let (function, object) = call(pickle, id)?;
    let ("_reconstruct_table" | "_reconstruct_record_batch", &[columns, schema]) =
        (function, object.args())
    else {
        return None;
    };
    let left = cell::Cell::new(Room::THINGS);
    let room = &Room::new(&left, DEEPEST);
    let columns: Option<Vec<_>> = pickle
        .as_list(columns)?
        .iter()
        .map(|&column| read(pickle, column, room))
        .collect();
    let columns = columns?;
    let (_, schema) = call(pickle, schema).filter(|(function, _)| *function == "schema")?;
    let fields = pickle.as_list(*schema.args().first()?)?;
    let names: Option<Vec<String>> = fields
        .iter()
        .map(|&one| Some(field(pickle, one, room)?.name))
        .collect();
    let names = names?;
    let rows = columns.first().map_or(0, Chunked::len);
    let same = columns.iter().all(|column| column.len() == rows);
    (same && names.len() == columns.len()).then_some(Table {
        names,
        columns,
        rows,
    })
}

/// `(type, length, nulls, offset, buffers, children, dictionary)`
fn chunk<'a>(pickle: &'a Pickle, id: NodeId, room: &Room<'_>) -> Option<Chunk<'a>> {
    let room = &room.enter()?;
    let &[kind, len, _, offset, buffers, children, dictionary] = pickle.as_list(id)? else {
        return None;
    };
    let kind = Rc::new(kind_of(pickle, kind, room)?);
    let number = |id| usize::try_from(pickle.as_int(id)?).ok();
    let mut parts = pickle.as_list(buffers)?.iter();
    let valid = parts.next().and_then(|&valid| buffer(pickle, valid));
    let buffers = parts
        .map(|&one| buffer(pickle, one).unwrap_or(&[]))
        .collect();
    let children: Option<Vec<_>> = pickle
        .as_list(children)?
        .iter()
        .map(|&child| chunk(pickle, child, room))
        .collect();
    let words = match pickle.is_none(dictionary) {
        true => None,
        false => {
            let words = chunk(pickle, dictionary, room)?;
            Some(Rc::new(Chunked::of(words.kind.clone(), vec![words])?))
        }
    };
    let chunk = Chunk {
        kind,
        len: number(len)?,
        offset: number(offset)?,
        valid,
        buffers,
        children: children?,
        words,
    };
    // A length that the buffers do not have is none.
    chunk.has_room().then_some(chunk)
}

/// `py_buffer(bytes)`, where there is one.
fn buffer(pickle: &Pickle, id: NodeId) -> Option<&[u8]> {
    let (function, object) = call(pickle, id)?;
    match (function, object.args()) {
        ("py_buffer", &[bytes]) => pickle.as_bytes(bytes),
        _ => None,
    }
}
