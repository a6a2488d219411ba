//! Rows of a table: by their places, `.iloc[3]`, and by their labels, `.loc["a"]`.
//!
//! A row of several columns is told as a row of its table; with a column it is a cell.
//! Start with [`in_rows`]; [`row_at`] is where a row begins a way that has its column.

use super::names::{column_of, label_of, step_of, tuple, tuple_parts};
use super::{Inner, Within, cell, index_of, pair_of};
use crate::libraries::cell::Cell;
use crate::libraries::table::{Parts, Table};
use crate::pickle::Pickle;
use crate::pickle::explore::Step;

/// Rows that are looked through for a label.
const ROWS: usize = 1_000_000;

pub(super) fn is_iloc(step: &Step) -> bool {
    matches!(step, Step::Attribute(name) if matches!(name.as_str(), "iloc" | "iat" | "array" | "values"))
}

pub(super) fn is_loc(step: &Step) -> bool {
    matches!(step, Step::Attribute(name) if matches!(name.as_str(), "loc" | "at"))
}

/// A row of a whole table, or a cell where the steps name a column, too.
pub(super) fn in_rows(
    pickle: &Pickle,
    whole: &Table<'_>,
    steps: &[Step],
) -> Option<(Inner, usize)> {
    let one = |row, column| cell(pickle, whole, Within::default(), row, column);
    let (first, second) = (steps.first()?, steps.get(1)?);
    let pair = match is_loc(first) {
        true => labelled_pair(pickle, whole, second),
        false if is_iloc(first) => pair_of(second, whole.rows, whole.columns),
        false => None,
    };
    if let Some((row, column)) = pair {
        return Some((one(row, column), 2));
    }
    let (row, used) = row_at(pickle, whole, steps).filter(|(_, used)| *used > 1)?;
    if whole.columns == 1 && matches!(whole.parts, Parts::Labelled | Parts::Counted) {
        return Some((one(row, 0), used));
    }
    if let Some(step) = steps.get(used) {
        if let Some(column) = column_of(pickle, whole, step) {
            return Some((one(row, column), used + 1));
        }
        let by_place = steps.get(used + 1).filter(|_| is_iloc(step));
        if let Some(column) = by_place.and_then(|step| index_of(step, whole.columns)) {
            return Some((one(row, column), used + 2));
        }
    }
    Some((Inner::Row(row), used))
}

/// The row that some steps begin with, and how many name it: `[3]`, `.iloc[3]`, `.loc["a"]`.
pub(super) fn row_at(pickle: &Pickle, table: &Table<'_>, steps: &[Step]) -> Option<(usize, usize)> {
    let first = steps.first()?;
    if is_iloc(first) {
        return Some((index_of(steps.get(1)?, table.rows)?, 2));
    }
    if is_loc(first) {
        return Some((row_of(pickle, table, steps.get(1)?)?, 2));
    }
    Some((index_of(first, table.rows)?, 1))
}

/// The first row with a label, which is a tuple where there are several levels.
pub(super) fn row_of(pickle: &Pickle, table: &Table<'_>, step: &Step) -> Option<usize> {
    let wanted = match step {
        Step::Repr(text) => tuple(text).unwrap_or_else(|| step.clone()),
        _ => step.clone(),
    };
    let mut rows = 0..table.rows.min(ROWS);
    let found = rows.find(|row| {
        let labels = table.row_labels(*row);
        label_of(pickle, &labels).as_ref() == Some(&wanted)
    });
    // A moment, and whatever else has no form of its own, as `str()` prints it.
    let Step::Key(text) = step else { return found };
    let midnight = format!("{text} 00:00:00");
    let mut rows = 0..table.rows.min(ROWS);
    found.or_else(|| {
        rows.find(|row| match table.row_labels(*row).as_slice() {
            [label @ (Cell::Timestamp(_) | Cell::Timedelta(..) | Cell::Shown(_))] => {
                let label = label.text(pickle);
                label == *text || label == midnight
            }
            _ => false,
        })
    })
}

/// Row and column by their labels, in one step: `["a", "age"]`.
fn labelled_pair(pickle: &Pickle, table: &Table<'_>, step: &Step) -> Option<(usize, usize)> {
    let Step::Repr(text) = step else {
        return None;
    };
    // Of several levels all are the label of a row.
    if row_of(pickle, table, step).is_some() {
        return None;
    }
    match tuple_parts(text).as_slice() {
        [row, column] => Some((
            row_of(pickle, table, &step_of(row)?)?,
            column_of(pickle, table, &step_of(column)?)?,
        )),
        _ => None,
    }
}
