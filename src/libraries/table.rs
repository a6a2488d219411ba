//! Whatever has rows and columns, as a table: frames, series, indexes, Arrow's tables,
//! arrays, tensors, sparse matrices, frames of polars, Arrow's files.
//!
//! A column is made when it is looked at; its values are read one by one. Start with
//! [`table`].

use super::arrow::{self, ipc};
use super::cell::Cell;
use super::numpy::{self, Array, Kind, Shown};
use super::pandas::{self, Column, Frame, Index};
use super::place::Within;
use super::polars;
use super::records::{Key, Picked, Records, of_reader, records};
use super::scipy::{self, Grid};
use super::torch;
use crate::pickle::{NodeId, Pickle};
use std::rc::Rc;

/// A table over a value of a pickle.
pub struct Table<'a> {
    pickle: &'a Pickle,
    body: Body<'a>,
    pub rows: usize,
    pub columns: usize,
    /// How its parts are written in Python.
    pub(super) parts: Parts,
    /// The labels of the rows; where there are none, rows are known by their number.
    index: Option<Index<'a>>,
    /// What does not fit together, a sentence each.
    problems: Vec<String>,
}

/// How Python gets to a part of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parts {
    /// `["age"].iloc[3]`; of records `["age"][3]`
    Named,
    /// `.iloc[3]`
    Labelled,
    /// `[3]["age"]`
    Rows,
    /// `["age"][3]`
    Listed,
    /// `[3]`
    Counted,
    /// `[3, 4]`
    Places,
}

enum Body<'a> {
    Frame(Frame<'a>),
    Columns(Columns<'a>),
    /// An array of two axes.
    Array(Array<'a>),
    Records(Records<'a>),
    /// A matrix of which not all elements are stored.
    Grid(Rc<Grid<'a>>),
}

/// The name of a column, and its values.
pub struct Named<'a> {
    pub name: String,
    /// `None` where the values cannot be read.
    pub column: Option<Column<'a>>,
}

/// The table that a value is, or a part of it, if it is one. Of an array with more than two
/// axes two are shown, the last ones unless others are said to be.
pub fn table<'a>(
    pickle: &'a Pickle,
    id: NodeId,
    within: &Within,
    shown: &[Shown],
) -> Option<Table<'a>> {
    let whole = whole(pickle, id, within, shown)?;
    let Some(at) = within.column else {
        return Some(whole);
    };
    let Named { name, column } = whole.column(at)?;
    Some(Table {
        body: Body::Columns(vec![(name, Some(column?))]),
        columns: 1,
        parts: match whole.parts {
            Parts::Listed => Parts::Counted,
            _ => Parts::Labelled,
        },
        ..whole
    })
}

/// The part of an array, or of a tensor's, that is meant.
pub fn array_within<'a>(pickle: &'a Pickle, id: NodeId, within: &Within) -> Option<Array<'a>> {
    let mut axes = within.axes.iter();
    axes.try_fold(array_of(pickle, id)?, |array, place| array.row(*place))
}

/// The array that a value is, or that of a tensor.
pub(super) fn array_of(pickle: &Pickle, id: NodeId) -> Option<Array<'_>> {
    numpy::array(pickle, id).or_else(|| torch::tensor(pickle, id)?.values)
}

fn whole<'a>(
    pickle: &'a Pickle,
    id: NodeId,
    within: &Within,
    shown: &[Shown],
) -> Option<Table<'a>> {
    of_pandas(pickle, id)
        .or_else(|| of_arrow(pickle, id))
        .or_else(|| of_matrix(pickle, id))
        .or_else(|| of_rows(pickle, id, within.records))
        .or_else(|| of_array(pickle, array_within(pickle, id, within)?, shown))
}

fn of_pandas(pickle: &Pickle, id: NodeId) -> Option<Table<'_>> {
    if let Some(mut frame) = pandas::frame(pickle, id) {
        let (rows, columns) = frame.shape();
        let problems = std::mem::take(&mut frame.problems);
        let index = Some(frame.rows.clone());
        return Some(Table {
            problems,
            index,
            ..Table::new(pickle, Body::Frame(frame), rows, columns, Parts::Named)
        });
    }
    if let Some(series) = pandas::series(pickle, id) {
        let name = series.name.map(|name| Cell::Value(name).text(pickle));
        let rows = series.column.len();
        let columns = vec![(name.unwrap_or_default(), Some(series.column))];
        return Some(Table {
            index: Some(series.index),
            ..Table::of_columns(pickle, columns, rows, Parts::Labelled)
        });
    }
    let index = pandas::index(pickle, id)?;
    let rows = index.len();
    let names = names(pickle, &index).into_iter();
    let levels = index.levels.into_iter().map(Some);
    let columns = names.zip(levels).collect();
    Some(Table::of_columns(pickle, columns, rows, Parts::Counted))
}

/// What stands in Arrow's columns.
fn of_arrow(pickle: &Pickle, id: NodeId) -> Option<Table<'_>> {
    if let Some(table) = arrow::table(pickle, id) {
        let columns = table.columns.into_iter();
        let columns = columns.map(|column| Some(Column::of_arrow(column)));
        let columns = table.names.into_iter().zip(columns).collect();
        return Some(Table::of_columns(pickle, columns, table.rows, Parts::Named));
    }
    if let Some(chunked) = arrow::array(pickle, id) {
        let rows = chunked.len();
        let columns = vec![(String::new(), Some(Column::of_arrow(chunked)))];
        return Some(Table::of_columns(pickle, columns, rows, Parts::Counted));
    }
    if let Some(stream) = ipc::opened(pickle, id) {
        let columns = stream.columns.into_iter().map(|column| {
            let values = column.values.map(Column::of_arrow);
            (column.field.name.to_owned(), values)
        });
        return Some(Table {
            problems: stream.problems,
            ..Table::of_columns(pickle, columns.collect(), stream.rows, Parts::Named)
        });
    }
    let (frame, parts) = match polars::series(pickle, id) {
        Some(series) => (series, Parts::Counted),
        None => (polars::frame(pickle, id)?, Parts::Listed),
    };
    let columns = frame.columns.into_iter().map(|column| {
        let values = column.values;
        let values = values.map(|values| Column::of_polars(values, column.dtype));
        (column.name.into_owned(), values)
    });
    Some(Table {
        problems: frame.problems,
        ..Table::of_columns(pickle, columns.collect(), frame.rows, parts)
    })
}

fn of_matrix(pickle: &Pickle, id: NodeId) -> Option<Table<'_>> {
    let grid = scipy::grid(pickle, id)?;
    let (rows, columns) = (grid.rows, grid.columns);
    let parts = match grid.is_of_one_axis() {
        true => Parts::Counted,
        false => Parts::Places,
    };
    let body = Body::Grid(Rc::new(grid));
    Some(Table::new(pickle, body, rows, columns, parts))
}

/// Plain rows: those of a file, or where they are meant those of a list.
fn of_rows(pickle: &Pickle, id: NodeId, is_meant: bool) -> Option<Table<'_>> {
    let plain = || is_meant.then(|| records(pickle, id)).flatten();
    let records = of_reader(pickle, id).or_else(plain)?;
    let (rows, columns) = (records.rows.len(), records.columns.len());
    let parts = match records.is_text {
        true => Parts::Named,
        false => Parts::Rows,
    };
    let body = Body::Records(records);
    Some(Table::new(pickle, body, rows, columns, parts))
}

fn of_array<'a>(pickle: &'a Pickle, array: Array<'a>, shown: &[Shown]) -> Option<Table<'a>> {
    let array = array.plane(shown)?;
    let is_record = matches!(array.dtype.kind, Kind::Record { .. });
    // One record is a row.
    let rows = array.shape.first().copied();
    let rows = rows.or(is_record.then_some(1))?;
    if is_record && array.shape.len() < 2 {
        let fields = array.fields().into_iter();
        let columns = fields.map(|field| (field.name().to_owned(), Some(Column::of_field(field))));
        return Some(Table::of_columns(
            pickle,
            columns.collect(),
            rows,
            Parts::Named,
        ));
    }
    Some(match array.shape.get(1) {
        Some(&columns) => Table::new(pickle, Body::Array(array), rows, columns, Parts::Counted),
        None => {
            let columns = vec![(String::new(), Some(Column::plain(array)))];
            Table::of_columns(pickle, columns, rows, Parts::Counted)
        }
    })
}

/// The names of an index's levels; nothing for one without.
fn names(pickle: &Pickle, index: &Index<'_>) -> Vec<String> {
    let name = |name: &Option<NodeId>| name.map(|name| Cell::Value(name).text(pickle));
    let names = index.names.iter();
    names.map(|one| name(one).unwrap_or_default()).collect()
}

/// Names with their columns, as far as these can be read.
type Columns<'a> = Vec<(String, Option<Column<'a>>)>;

impl<'a> Table<'a> {
    fn new(pickle: &'a Pickle, body: Body<'a>, rows: usize, columns: usize, parts: Parts) -> Self {
        Self {
            pickle,
            body,
            rows,
            columns,
            index: None,
            parts,
            problems: Vec::new(),
        }
    }

    fn of_columns(pickle: &'a Pickle, columns: Columns<'a>, rows: usize, parts: Parts) -> Self {
        let width = columns.len();
        Self::new(pickle, Body::Columns(columns), rows, width, parts)
    }

    /// What there is to know of it beside its cells, a sentence each: what does not fit
    /// together, how much of a matrix is stored.
    pub fn notes(&self) -> Vec<String> {
        match &self.body {
            Body::Grid(grid) => grid.notes(),
            Body::Records(records) => records.notes(),
            _ => self.problems.clone(),
        }
    }

    /// The names of the columns of labels.
    pub fn label_names(&self) -> Vec<String> {
        let index = self.index.as_ref();
        index
            .map(|index| names(self.pickle, index))
            .unwrap_or_default()
    }

    /// The labels of a row, as `str()` gives them.
    pub fn labels(&self, row: usize) -> Vec<String> {
        let labels = self.row_labels(row).into_iter();
        labels.map(|label| label.text(self.pickle)).collect()
    }

    /// The label of a row on each of its levels; nothing where rows have none.
    pub(super) fn row_labels(&self, row: usize) -> Vec<Cell<'a>> {
        let index = self.index.as_ref();
        index.map_or_else(Vec::new, |index| index.labels(self.pickle, row))
    }

    /// What the levels of the columns' names are called, where there are several.
    pub fn level_names(&self) -> Vec<String> {
        match &self.body {
            Body::Frame(frame) if frame.columns.levels.len() > 1 => {
                names(self.pickle, &frame.columns)
            }
            _ => Vec::new(),
        }
    }

    /// The name of a column on each of its levels, as `str()` gives them.
    pub fn names_above(&self, at: usize) -> Vec<String> {
        let labels = self.labels_above(at).unwrap_or_default().into_iter();
        labels.map(|label| label.text(self.pickle)).collect()
    }

    /// The name of a column on each of its levels, where it may be something else than a
    /// text.
    pub(super) fn labels_above(&self, at: usize) -> Option<Vec<Cell<'a>>> {
        match &self.body {
            Body::Frame(frame) => Some(frame.columns.labels(self.pickle, at)),
            _ => None,
        }
    }

    /// The name of a column.
    pub(super) fn name(&self, at: usize) -> Option<String> {
        match &self.body {
            Body::Frame(frame) => frame.columns.label(self.pickle, at),
            Body::Columns(columns) => columns.get(at).map(|(name, _)| name.clone()),
            Body::Records(records) => records.columns.get(at).map(Key::name),
            Body::Array(_) | Body::Grid(_) => None,
        }
    }

    /// Whether plain rows have names for their columns.
    pub(super) fn is_by_name(&self) -> bool {
        match &self.body {
            Body::Records(records) => matches!(records.columns.first(), Some(Key::Name(_))),
            _ => false,
        }
    }

    /// A column by its place.
    pub fn column(&self, at: usize) -> Option<Named<'a>> {
        match &self.body {
            Body::Frame(frame) => (at < self.columns).then(|| Named {
                name: frame.columns.label(self.pickle, at).unwrap_or_default(),
                column: frame.column(self.pickle, at),
            }),
            Body::Columns(columns) => {
                let (name, column) = columns.get(at)?;
                Some(Named {
                    name: name.clone(),
                    column: column.clone(),
                })
            }
            Body::Records(records) => Some(Named {
                name: records.columns.get(at)?.name(),
                column: Picked::of(self.pickle, records, at).map(Column::of_records),
            }),
            Body::Array(array) => Some(Named {
                name: at.to_string(),
                column: Some(Column::plain(array.pick(1, at)?)),
            }),
            Body::Grid(grid) => (at < self.columns).then(|| Named {
                name: match self.parts {
                    Parts::Places => at.to_string(),
                    _ => String::new(),
                },
                column: grid.column(at).map(Column::of_grid),
            }),
        }
    }
}
