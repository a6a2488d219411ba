//! A part of a sparse matrix with its zeros.

use super::{Format, Sparse};
use crate::libraries::cell::Cell;
use crate::libraries::numpy::Kind;
use crate::pickle::Pickle;
use std::ops::Range;

/// Rows and columns with every element.
#[derive(Clone, Debug, PartialEq)]
pub struct Corner<'a> {
    /// The rows that are here, and the columns.
    pub rows: Range<usize>,
    pub columns: Range<usize>,
    /// Row by row.
    pub cells: Vec<Cell<'a>>,
}

/// No corner has more cells.
pub const MOST_CELLS: usize = 100_000;

impl<'a> Sparse<'a> {
    /// The elements of these rows and columns, as far as there are such and at most
    /// [`MOST_CELLS`]: rows behind that are left out. An array of one axis has one row;
    /// `None` for one of more than two, and where it is not said in order which elements
    /// are in which row.
    ///
    /// Compressed rows (or columns) are looked up; of other formats every element that is
    /// stored is looked at.
    pub fn corner(
        &self,
        pickle: &'a Pickle,
        rows: Range<usize>,
        columns: Range<usize>,
    ) -> Option<Corner<'a>> {
        let (height, width) = match *self.shape.as_slice() {
            [width] => (1, width),
            [height, width] => (height, width),
            _ => return None,
        };
        let inside = |range: Range<usize>, length: usize| {
            let start = range.start.min(length);
            start..range.end.clamp(start, length)
        };
        let columns = inside(columns, width);
        let columns = columns.start..columns.end.min(columns.start.saturating_add(MOST_CELLS));
        let rows = inside(rows, height);
        let most = MOST_CELLS / columns.len().max(1);
        let rows = rows.start..rows.end.min(rows.start.saturating_add(most));
        let zero = self.zero();
        let mut cells = vec![zero.clone(); rows.len() * columns.len()];
        let mut put = |place: &[usize], value: Cell<'a>| {
            let (row, column) = match *place {
                [column] => (0, column),
                [row, column] => (row, column),
                _ => return,
            };
            if rows.contains(&row) && columns.contains(&column) {
                let at = (row - rows.start) * columns.len() + (column - columns.start);
                if let Some(cell) = cells.get_mut(at) {
                    *cell = match *cell == zero {
                        true => value,
                        false => sum(cell, &value),
                    };
                }
            }
        };
        let lines = match self.format {
            Format::Csr => rows.clone(),
            Format::Csc => columns.clone(),
            _ => 0..0,
        };
        match self.format {
            Format::Csr | Format::Csc => {
                for line in lines {
                    for number in self.line(line)? {
                        let (place, value) = self.in_line(line, number)?;
                        put(&place, value);
                    }
                }
            }
            _ => self.iter(pickle).for_each(|one| put(&one.place, one.value)),
        }
        Some(Corner {
            rows,
            columns,
            cells,
        })
    }

    /// What stands where nothing is stored.
    fn zero(&self) -> Cell<'static> {
        match (&self.dtype.kind, self.dtype.size) {
            (Kind::Bool, _) => Cell::Bool(false),
            (Kind::Float, 2) => Cell::Half(0),
            (Kind::Float, 4) => Cell::Single(0.0),
            (Kind::Float, _) => Cell::Float(0.0),
            (Kind::Complex, 8) => Cell::ComplexSingle(0.0, 0.0),
            (Kind::Complex, _) => Cell::Complex(0.0, 0.0),
            (Kind::Uint, _) => Cell::Uint(0),
            _ => Cell::Int(0),
        }
    }
}

/// Two elements at one place.
fn sum(one: &Cell<'_>, other: &Cell<'_>) -> Cell<'static> {
    match (one, other) {
        (Cell::Bool(one), Cell::Bool(other)) => Cell::Bool(*one || *other),
        (Cell::Int(one), Cell::Int(other)) => Cell::Int(one.wrapping_add(*other)),
        (Cell::Uint(one), Cell::Uint(other)) => Cell::Uint(one.wrapping_add(*other)),
        (Cell::Single(one), Cell::Single(other)) => Cell::Single(one + other),
        (Cell::Float(one), Cell::Float(other)) => Cell::Float(one + other),
        (Cell::Complex(one, i), Cell::Complex(other, j)) => Cell::Complex(one + other, i + j),
        (Cell::ComplexSingle(one, i), Cell::ComplexSingle(other, j)) => {
            Cell::ComplexSingle(one + other, i + j)
        }
        // Dicts and lists have one element at a place.
        _ => Cell::Shown("several at one place".to_owned()),
    }
}
