//! What the numbers of a column add up to, as pandas does it.

use super::column::{Column, Values};
use crate::libraries::arrow::{self, Chunked};
use crate::libraries::cell::Cell;
use crate::libraries::numpy::{self, Array, Kind};
use crate::pickle::Pickle;

impl<'a> Column<'a> {
    /// The sum of a column of numbers, as pandas gives it: what is missing adds nothing.
    /// Looks at every value.
    pub fn sum(&self, pickle: &'a Pickle) -> Option<Cell<'a>> {
        let first = match &self.values {
            Values::Sparse { values, .. } => values.get(pickle, 0),
            Values::Arrow(chunked, _) => return sum_of_arrow(pickle, self, chunked),
            Values::Plain(array) | Values::Masked(array, _) => zero(array),
            Values::Range { .. } => Some(Cell::Int(0)),
            Values::Grid(column) => Some(column.zero()),
            _ => None,
        };
        sum(pickle, self, &first?)
    }
}

/// A number of the type of an array's elements, if these are numbers.
fn zero(array: &Array<'_>) -> Option<Cell<'static>> {
    Some(match (&array.dtype.kind, array.dtype.size) {
        (Kind::Bool, _) => Cell::Bool(false),
        (Kind::Int, _) => Cell::Int(0),
        (Kind::Uint, _) => Cell::Uint(0),
        (Kind::Float, 2) => Cell::Half(0),
        (Kind::Float, 4) => Cell::Single(0.0),
        (Kind::Float, _) => Cell::Float(0.0),
        _ => return None,
    })
}

fn sum_of_arrow<'a>(
    pickle: &'a Pickle,
    column: &Column<'a>,
    chunked: &Chunked<'a>,
) -> Option<Cell<'a>> {
    let first = match *chunked.kind {
        arrow::Kind::Bool => Cell::Bool(false),
        arrow::Kind::Int(..=8) => Cell::Int(0),
        arrow::Kind::Uint(..=8) => Cell::Uint(0),
        // Arrow adds narrow floats up in a wide one.
        arrow::Kind::Float(_) => Cell::Float(0.0),
        _ => return None,
    };
    sum(pickle, column, &first)
}

/// All values as numbers of one type, added up.
fn sum<'a>(pickle: &'a Pickle, column: &Column<'a>, like: &Cell<'_>) -> Option<Cell<'a>> {
    let len = column.len();
    let cells = || (0..len).filter_map(|at| column.get(pickle, at));
    Some(match like {
        Cell::Bool(_) => {
            let set = cells().filter(|cell| *cell == Cell::Bool(true)).count();
            Cell::Int(set as i64)
        }
        Cell::Int(_) => Cell::Int(cells().fold(0i64, |sum, cell| match cell {
            Cell::Int(value) => sum.wrapping_add(value),
            Cell::Value(fill) => sum.wrapping_add(pickle.as_int(fill).unwrap_or(0)),
            _ => sum,
        })),
        Cell::Uint(_) => Cell::Uint(cells().fold(0u64, |sum, cell| match cell {
            Cell::Uint(value) => sum.wrapping_add(value),
            _ => sum,
        })),
        Cell::Single(_) => {
            let number = |at| match column.get(pickle, at) {
                Some(Cell::Single(value)) if !value.is_nan() => value,
                _ => 0.0,
            };
            Cell::Single(numpy::pairwise_sum(&number, len))
        }
        _ => {
            let number = |at| {
                let value = column.get(pickle, at).and_then(|cell| cell.number(pickle));
                value.filter(|value| !value.is_nan()).unwrap_or(0.0)
            };
            Cell::Float(numpy::pairwise_sum(&number, len))
        }
    })
}
