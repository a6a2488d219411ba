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
        if number >= self.stored {
            return None;
        }
        let (place, value) = match &self.parts {
            Parts::Compressed { starts, block, .. } => {
                let size = block.0.checked_mul(block.1)?;
                let line = last_at_most(starts.len(), number.checked_div(size)?, &|at| {
                    index(starts, at).unwrap_or(usize::MAX)
                })?;
                // Starts that are in no order lead anywhere.
                self.line(line)?.contains(&number).then_some(())?;
                self.in_line(line, number)?
            }
            Parts::Coordinates { data, axes } => {
                let place: Option<Vec<usize>> =
                    axes.iter().map(|axis| index(axis, number)).collect();
                (place?, data.get(number)?)
            }
            Parts::Diagonals {
                data,
                offsets,
                before,
            } => {
                let diagonal = last_at_most(before.len(), number, &|at| {
                    before.get(at).copied().unwrap_or(usize::MAX)
                })?;
                let offset = *offsets.get(diagonal)?;
                let width = (*self.shape.get(1)?).min(*data.shape.get(1)?);
                let columns = columns(offset, *self.shape.first()?, width);
                let column = columns.start + (number - before.get(diagonal)?);
                let row = i64::try_from(column).ok()?.checked_sub(offset)?;
                let place = vec![usize::try_from(row).ok()?, column];
                (place, data.at(&[diagonal, column])?)
            }
            Parts::Lists { rows, before } => {
                let row = last_at_most(before.len(), number, &|at| {
                    before.get(at).copied().unwrap_or(usize::MAX)
                })?;
                let (columns, numbers) = rows.get(row)?;
                let at = number - before.get(row)?;
                let column = place_of(pickle, *columns.get(at)?)?;
                (vec![row, column], Cell::Value(*numbers.get(at)?))
            }
            Parts::Keys(entries) => {
                let (key, value) = entries.get(number)?;
                let place = match pickle.value(key) {
                    Value::Tuple(place) if place.len() <= self.shape.len() => {
                        let place = place.iter().map(|&part| place_of(pickle, part));
                        place.collect::<Option<Vec<usize>>>()?
                    }
                    // Of an array of one axis.
                    _ => vec![place_of(pickle, key)?],
                };
                (place, Cell::Value(value))
            }
        };
        let inside = place
            .iter()
            .zip(&self.shape)
            .all(|(at, length)| at < length);
        (inside && place.len() == self.shape.len()).then_some(Stored { place, value })
    }

    /// The elements in the order in which they are stored, without those that lie outside.
    pub fn iter(&self, pickle: &'a Pickle) -> impl Iterator<Item = Stored<'a>> + '_ {
        (0..self.stored).filter_map(|number| self.get(pickle, number))
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

    /// Where an element of a line stands, and what it is.
    pub(super) fn in_line(&self, line: usize, number: usize) -> Option<(Vec<usize>, Cell<'a>)> {
        let Parts::Compressed {
            data,
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
        let place = match (self.format, self.shape.len()) {
            (_, 1) => vec![column],
            (Format::Csc, _) => vec![column, row],
            _ => vec![row, column],
        };
        Some((place, data.get(number)?))
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
