//! Polars: frames and series.
//!
//! A frame is pickled as a stream of Arrow's IPC format, before polars 1.0 as a list of
//! series that each are one: `DataFrame.__getstate__` and `Series.__getstate__` of polars
//! 0.19, 1.31 and 2.1 (`polars/dataframe/frame.py`, `polars/series/series.py`). Types are
//! named in [`dtype`]. Start with [`frame`] and [`series`].

mod dtype;

use super::arrow::{Chunked, ipc};
use crate::pickle::{NodeId, Pickle};
use std::borrow::Cow;

/// A frame.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    pub columns: Vec<Column<'a>>,
    pub rows: usize,
    /// What of it cannot be read, a sentence each.
    pub problems: Vec<String>,
}

/// A column of a frame, or a series.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    pub name: Cow<'a, str>,
    /// As polars calls it, without what it is of: `Int64`, `Datetime`, `List`; empty for a
    /// type that is not read here.
    pub class: &'static str,
    /// As polars prints it below the name: `i64`, `datetime[μs]`, `list[str]`.
    pub dtype: String,
    /// `None` where they cannot be read.
    pub values: Option<Chunked<'a>>,
}

/// More columns than this are no frame that anybody made.
const MOST_COLUMNS: usize = 100_000;

/// The frame that an object stands for.
pub fn frame(pickle: &Pickle, id: NodeId) -> Option<Frame<'_>> {
    let state = state(pickle, id, "DataFrame")?;
    if let Some(bytes) = pickle.as_bytes(state) {
        return of_stream(bytes);
    }
    let mut frame = Frame {
        columns: Vec::new(),
        rows: 0,
        problems: Vec::new(),
    };
    for (at, &one) in pickle.as_list(state)?.iter().enumerate() {
        let mut one = series(pickle, one)?;
        if at >= MOST_COLUMNS || (at > 0 && one.rows != frame.rows) {
            return None;
        }
        frame.rows = one.rows;
        // A frame that is made of series gives a name to those without.
        for column in &mut one.columns {
            if column.name.is_empty() {
                column.name = Cow::Owned(format!("column_{at}"));
            }
        }
        frame.columns.append(&mut one.columns);
        for problem in one.problems {
            if !frame.problems.contains(&problem) {
                frame.problems.push(problem);
            }
        }
    }
    Some(frame)
}

/// The series that an object stands for, as a frame of one column.
pub fn series(pickle: &Pickle, id: NodeId) -> Option<Frame<'_>> {
    let frame = of_stream(pickle.as_bytes(state(pickle, id, "Series")?)?)?;
    (frame.columns.len() == 1).then_some(frame)
}

fn of_stream(bytes: &[u8]) -> Option<Frame<'_>> {
    let stream = ipc::read(bytes)?;
    Some(Frame {
        columns: stream.columns.into_iter().map(column).collect(),
        rows: stream.rows,
        problems: stream.problems,
    })
}

fn column(column: ipc::Column<'_>) -> Column<'_> {
    Column {
        name: Cow::Borrowed(column.field.name),
        class: dtype::class(&column.field),
        dtype: dtype::printed(&column.field),
        values: column.values,
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
