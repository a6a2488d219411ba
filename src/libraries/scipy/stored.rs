//! The elements of a sparse matrix, one by one, in the order in which they are stored.

use super::{Format, Parts, Sparse};
use crate::libraries::cell::Cell;
use crate::libraries::numpy::{self, Array};
use crate::pickle::{NodeId, Pickle, Value};
use std::ops::Range;

/// One element that is stored. Several may stand at one place: they are added up.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored<'a> {
    /// A number for each axis.
    pub place: Vec<usize>,
    pub value: Cell<'a>,
}

impl Parts<'_> {
    /// SciPy's `nnz`.
    pub(super) fn count(&self) -> usize {
        match self {
            Parts::Compressed { starts, block, .. } => {
                let last = starts.len().checked_sub(1);
                let blocks = last.and_then(|last| index(starts, last)).unwrap_or(0);
                // The array of the data has as many, so that the product is a number.
                blocks.saturating_mul(block.0).saturating_mul(block.1)
            }
            Parts::Coordinates { data, .. } => data.len(),
            Parts::Diagonals { before, .. } | Parts::Lists { before, .. } => {
                before.last().copied().unwrap_or(0)
            }
            Parts::Keys(entries) => entries.len(),
        }
    }
}

impl<'a> Sparse<'a> {
    /// An element by its number among those that are stored. `None` behind the last one,
    /// and where the place lies outside of the shape.
    pub fn get(&self, pickle: &'a Pickle, number: usize) -> Option<Stored<'a>> {
        let place = match (&self.parts, self.shape.len()) {
            (_, 1) => vec![self.pair(pickle, number, usize::MAX)?.1],
            (_, 2) => {
                let (row, column) = self.pair(pickle, number, usize::MAX)?;
                vec![row, column]
            }
            (Parts::Coordinates { axes, .. }, _) => {
                let place = axes.iter().map(|axis| index(axis, number));
                place.collect::<Option<Vec<usize>>>()?
            }
            _ => return None,
        };
        let mut inside = place.iter().zip(&self.shape);
        let inside = inside.all(|(at, length)| at < length);
        let value = self.value(number)?;
        (inside && place.len() == self.shape.len()).then_some(Stored { place, value })
    }

    /// The elements in the order in which they are stored, without those that lie outside.
    pub fn iter(&self, pickle: &'a Pickle) -> impl Iterator<Item = Stored<'a>> + '_ {
        (0..self.stored).filter_map(|number| self.get(pickle, number))
    }

    /// Rows and columns; an array of one axis is a row. `None` for one of more than two.
    pub(super) fn plane(&self) -> Option<(usize, usize)> {
        match *self.shape.as_slice() {
            [width] => Some((1, width)),
            [height, width] => Some((height, width)),
            _ => None,
        }
    }

    /// Row and column of an element, if these lie inside; where lines are compressed, of
    /// one in the first so many.
    pub(super) fn pair(
        &self,
        pickle: &Pickle,
        number: usize,
        lines: usize,
    ) -> Option<(usize, usize)> {
        let (height, width) = self.plane()?;
        let (row, column) = match &self.parts {
            Parts::Compressed { starts, block, .. } => {
                let size = block.0.checked_mul(block.1)?;
                let len = starts.len().min(lines.saturating_add(1));
                let line = last_at_most(len, number.checked_div(size)?, &|at| {
                    index(starts, at).unwrap_or(usize::MAX)
                })?;
                // Starts that are in no order lead anywhere.
                self.line(line)?.contains(&number).then_some(())?;
                self.in_line(line, number)?
            }
            Parts::Coordinates { axes, .. } => match axes.as_slice() {
                [columns] => (0, index(columns, number)?),
                [rows, columns] => (index(rows, number)?, index(columns, number)?),
                _ => return None,
            },
            Parts::Diagonals {
                data,
                offsets,
                before,
            } => {
                let diagonal = holder(before, number)?;
                let offset = *offsets.get(diagonal)?;
                let columns = columns(offset, height, width.min(*data.shape.get(1)?));
                let column = columns.start + (number - before.get(diagonal)?);
                let row = i64::try_from(column).ok()?.checked_sub(offset)?;
                (usize::try_from(row).ok()?, column)
            }
            Parts::Lists { before, .. } => {
                let row = holder(before, number)?;
                (row, self.listed(pickle, row, number - before.get(row)?)?)
            }
            Parts::Keys(entries) => {
                let (key, _) = entries.get(number)?;
                match (pickle.value(key), self.shape.len()) {
                    (Value::Tuple(&[row, column]), 2) => {
                        (place_of(pickle, row)?, place_of(pickle, column)?)
                    }
                    (Value::Tuple(&[column]), 1) => (0, place_of(pickle, column)?),
                    (_, 1) => (0, place_of(pickle, key)?),
                    _ => return None,
                }
            }
        };
        (row < height && column < width).then_some((row, column))
    }

    /// What an element is, wherever it stands.
    pub(super) fn value(&self, number: usize) -> Option<Cell<'a>> {
        if number >= self.stored {
            return None;
        }
        match &self.parts {
            Parts::Compressed { data, .. } | Parts::Coordinates { data, .. } => data.get(number),
            Parts::Diagonals {
                data,
                offsets,
                before,
            } => {
                let diagonal = holder(before, number)?;
                let (height, width) = self.plane()?;
                let width = width.min(*data.shape.get(1)?);
                let columns = columns(*offsets.get(diagonal)?, height, width);
                let column = columns.start + (number - before.get(diagonal)?);
                data.at(&[diagonal, column])
            }
            Parts::Lists { rows, before } => {
                let row = holder(before, number)?;
                let (_, numbers) = rows.get(row)?;
                let at = number - before.get(row)?;
                Some(Cell::Value(*numbers.get(at)?))
            }
            Parts::Keys(entries) => Some(Cell::Value(entries.get(number)?.1)),
        }
    }

    /// The column of one of the elements in the list of a row.
    pub(super) fn listed(&self, pickle: &Pickle, row: usize, at: usize) -> Option<usize> {
        let Parts::Lists { rows, .. } = &self.parts else {
            return None;
        };
        place_of(pickle, *rows.get(row)?.0.get(at)?)
    }

    /// The numbers of the elements of a line: of a row, or of a column where columns are
    /// compressed, or of a row of blocks. `None` where nothing says where lines begin, or
    /// what says it is in no order.
    pub(super) fn line(&self, line: usize) -> Option<Range<usize>> {
        let Parts::Compressed { starts, block, .. } = &self.parts else {
            return None;
        };
        let size = block.0.checked_mul(block.1)?;
        let start = |at| index(starts, at)?.checked_mul(size);
        let (start, end) = (start(line)?, start(line.checked_add(1)?)?);
        (start <= end && end <= self.stored).then_some(start..end)
    }

    /// Row and column of an element of a line.
    fn in_line(&self, line: usize, number: usize) -> Option<(usize, usize)> {
        let Parts::Compressed {
            indices,
            block: (down, across),
            ..
        } = &self.parts
        else {
            return None;
        };
        let size = down.checked_mul(*across)?;
        let (block, inside) = (number.checked_div(size)?, number.checked_rem(size)?);
        let (y, x) = (inside.checked_div(*across)?, inside.checked_rem(*across)?);
        let row = line.checked_mul(*down)?.checked_add(y)?;
        let column = index(indices, block)?
            .checked_mul(*across)?
            .checked_add(x)?;
        Some(match self.format {
            Format::Csc => (column, row),
            _ => (row, column),
        })
    }
}

/// The columns of a diagonal that lie inside.
pub(super) fn columns(offset: i64, height: usize, width: usize) -> Range<usize> {
    let start = usize::try_from(offset).unwrap_or(0);
    let end = i64::try_from(height).unwrap_or(i64::MAX);
    let end = usize::try_from(end.saturating_add(offset)).unwrap_or(0);
    let end = end.min(width);
    start.min(end)..end
}

/// The place whose value is at most the number, while that of the next one is above it;
/// values only rise.
fn last_at_most(len: usize, number: usize, value: &dyn Fn(usize) -> usize) -> Option<usize> {
    let (mut low, mut high) = (0, len.checked_sub(1)?);
    while low < high {
        let middle = low + (high - low) / 2;
        match value(middle) <= number {
            true => low = middle + 1,
            false => high = middle,
        }
    }
    // Behind the last of several that are the same: an empty line has no element.
    match value(low) > number {
        true => low.checked_sub(1),
        false => None,
    }
}

pub(super) fn index(array: &Array<'_>, at: usize) -> Option<usize> {
    usize::try_from(signed(array, at)?).ok()
}

pub(super) fn signed(array: &Array<'_>, at: usize) -> Option<i64> {
    match array.get(at)? {
        Cell::Int(value) => Some(value),
        Cell::Uint(value) => i64::try_from(value).ok(),
        _ => None,
    }
}

/// A place along an axis: an integer of Python, or one of NumPy.
fn place_of(pickle: &Pickle, id: NodeId) -> Option<usize> {
    match pickle.as_int(id) {
        Some(place) => usize::try_from(place).ok(),
        None => index(&numpy::scalar(pickle, id)?, 0),
    }
}

/// Which of the parts an element is in, by how many elements are before each.
fn holder(before: &[usize], number: usize) -> Option<usize> {
    last_at_most(before.len(), number, &|at| {
        before.get(at).copied().unwrap_or(usize::MAX)
    })
}
