//! Ways into arrays of records, which are rows with named fields.
//!
//! Start with [`in_records`]; [`steps_to_field`] writes what it reads.

use super::names::{column_of, step_to};
use super::rows::is_iloc;
use super::{Inner, Within, cell, index, index_of, places_on};
use crate::libraries::numpy::{Array, Kind};
use crate::libraries::table::{array_within, table};
use crate::pickle::explore::Step;
use crate::pickle::{NodeId, Pickle};

/// In an array of records: `[3]` is a record, `["s"]` a field of all of them, and
/// `["s"][3]` as well as `[3]["s"]` a field of one.
pub(super) fn in_records(
    pickle: &Pickle,
    id: NodeId,
    array: &Array<'_>,
    steps: &[Step],
) -> Option<(Inner, usize)> {
    let (mut places, mut used) = places_on(&array.shape, steps);
    let axes = array.shape.len();
    let mut field = None;
    // Records stand in a table where all but one of their axes have a place.
    if places.len() + 1 >= axes
        && let Some(step) = steps.get(used)
    {
        let part = Within::on(places.clone());
        let records = table(pickle, id, &part, &[])?;
        field = column_of(pickle, &records, step);
        used += usize::from(field.is_some());
    }
    if field.is_some() && places.len() < axes {
        // Ways of before, when records were told as a frame's columns.
        let skipped = usize::from(steps.get(used).is_some_and(is_iloc));
        let left = array.shape.get(places.len()..).unwrap_or_default();
        let row = steps.get(used + skipped);
        if let Some(row) = row.and_then(|step| index_of(step, *left.first()?)) {
            places.push(row);
            used += skipped + 1;
        }
    }
    match field {
        None if used == 0 => None,
        Some(column) if places.len() == axes => {
            let row = places.pop()?;
            let part = Within::on(places);
            let table = table(pickle, id, &part, &[])?;
            Some((cell(pickle, &table, part, row, column), used))
        }
        column => {
            let part = Within {
                column,
                ..Within::on(places)
            };
            Some((Inner::Part(part), used))
        }
    }
}

/// The steps to a field of one of the records in an array of several axes.
pub(super) fn steps_to_field(
    pickle: &Pickle,
    id: NodeId,
    part: &Within,
    (row, column): (usize, usize),
) -> Option<Vec<Step>> {
    let array = array_within(pickle, id, part)?;
    let is_record = matches!(array.dtype.kind, Kind::Record { .. });
    if !is_record || array.shape.len() > 1 {
        return None;
    }
    let of = Within::on(part.axes.clone());
    let field = step_to(
        pickle,
        &table(pickle, id, &of, &[])?,
        part.column.unwrap_or(column),
    )?;
    let mut steps: Vec<Step> = part.axes.iter().copied().map(index).collect();
    steps.push(field);
    if !array.shape.is_empty() {
        steps.push(index(row));
    }
    Some(steps)
}
