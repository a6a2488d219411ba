//! Polars: which columns a frame has, and how many rows.
//!
//! A frame is pickled as a stream of Arrow's IPC format, before polars 1.0 as a list of
//! series that each are one: `DataFrame.__getstate__` and `Series.__getstate__` of polars
//! 0.19, 1.31 and 2.1 (`polars/dataframe/frame.py`, `polars/series/series.py`). The heads of
//! its messages are read; the values are not. Start with [`frame`] and [`series`].

mod flat;
mod stream;

use crate::pickle::{NodeId, Pickle};

/// A frame; a series is one column of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    pub columns: Vec<Column>,
    pub rows: u64,
}

/// A column by its name, and its type as polars calls it, without what it is of: `Int64`,
/// `Datetime`, `List`.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    pub dtype: &'static str,
}

/// More columns than this are no frame that anybody made.
const MOST_COLUMNS: usize = 100_000;

/// The frame that an object stands for.
pub fn frame(pickle: &Pickle, id: NodeId) -> Option<Frame> {
    let state = state(pickle, id, "DataFrame")?;
    if let Some(bytes) = pickle.as_bytes(state) {
        return stream::read(bytes);
    }
    let mut frame = Frame {
        columns: Vec::new(),
        rows: 0,
    };
    for (at, &one) in pickle.as_list(state)?.iter().enumerate() {
        let (column, rows) = series(pickle, one)?;
        if at >= MOST_COLUMNS || (at > 0 && rows != frame.rows) {
            return None;
        }
        frame.rows = rows;
        frame.columns.push(column);
    }
    Some(frame)
}

/// The series that an object stands for, and how many values it has.
pub fn series(pickle: &Pickle, id: NodeId) -> Option<(Column, u64)> {
    let mut frame = stream::read(pickle.as_bytes(state(pickle, id, "Series")?)?)?;
    match frame.columns.len() {
        1 => Some((frame.columns.pop()?, frame.rows)),
        _ => None,
    }
}

fn state(pickle: &Pickle, id: NodeId, name: &str) -> Option<NodeId> {
    let object = pickle.as_object(id)?;
    let class = object.class()?;
    if !class.module().starts_with("polars.") || class.name() != name {
        return None;
    }
    Some(object.states().first()?.value)
}
