//! Places inside of arrays and tables, which are no values of the pickle themselves: a part
//! of an array, a column, a cell.
//!
//! They are written as Python would: `[0][2]` for an array, `["age"].iloc[120]` for a
//! frame, `["s"][3]` for records, `.iloc[3]` for a series, `[0, 2]` for a sparse matrix; a
//! row of a frame is `.iloc[3]` or `.loc["a"]`.
//! Start with [`walk`], which goes through the values of a pickle too; [`follow`] is the
//! part of it that leads into an array or a table, and [`why`] tells why a step does not.

mod lost;
mod names;
mod records;
mod rows;

pub use lost::{Ended, why};

use super::cell::Cell;
use super::numpy::{self, Kind, Shown, place_on, rows_and_columns};
use super::pandas;
use super::table::{Parts, Table, array_of, array_within, table};
use crate::pickle::explore::{Part, Step};
use crate::pickle::{NodeId, Pickle, Value};
use names::{column_of, step_to};
use records::{in_records, steps_to_field};
use rows::{in_rows, row_at};

/// The part of an array or a table that is meant; by default all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Within {
    /// Places on the first axes of an array.
    pub axes: Vec<usize>,
    /// One column of a table, by its place.
    pub column: Option<usize>,
    /// A list of rows is read as a table.
    pub records: bool,
}

impl Within {
    /// A part of an array.
    fn on(axes: Vec<usize>) -> Self {
        Self {
            axes,
            ..Self::default()
        }
    }

    /// How many steps of a path lead there.
    pub fn steps(&self) -> usize {
        self.axes.len() + usize::from(self.column.is_some())
    }
}

/// Where steps lead that begin at an array or a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inner {
    /// A part with cells of its own.
    Part(Within),
    /// A cell of a part, by its place in the table of that part, and the value of the
    /// pickle that stands there, if it is one.
    Cell {
        part: Within,
        row: usize,
        column: usize,
        value: Option<NodeId>,
    },
    /// A row of the whole table, by its place.
    Row(usize),
    /// A value of the pickle that has a name of its own in the library.
    Value(NodeId),
}

/// How far some steps lead in one pickle.
#[derive(Clone, Debug, PartialEq)]
pub struct Walk<'s> {
    pub node: NodeId,
    pub within: Within,
    /// Row and column of a cell in the table of that part.
    pub cell: Option<(usize, usize)>,
    /// A row of that table, where it is not a cell that is meant.
    pub row: Option<usize>,
    /// The values that the way leads through, from the start on.
    pub around: Vec<NodeId>,
    /// The steps to what is shown, without those to the cell or the row.
    pub way: Vec<Step>,
    pub end: End<'s>,
}

/// Where a walk ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End<'s> {
    There,
    /// At bytes or a text; these steps begin in what they hold.
    Inside(&'s [Step]),
    /// The first of these steps leads nowhere from there.
    Lost(&'s [Step]),
}

/// Goes as far as the steps lead, through values and into arrays and tables.
pub fn walk<'s>(pickle: &Pickle, start: NodeId, steps: &'s [Step]) -> Walk<'s> {
    let mut walk = Walk {
        node: start,
        within: Within::default(),
        cell: None,
        row: None,
        around: Vec::new(),
        way: Vec::new(),
        end: End::There,
    };
    let mut steps = steps;
    while let Some((step, rest)) = steps.split_first() {
        if let Ok(node) = pickle.resolve(walk.node, std::slice::from_ref(step)) {
            walk.around.push(walk.node);
            (walk.node, steps) = (node, rest);
            walk.way.push(step.clone());
            continue;
        }
        if *step == Step::Part(Part::Inside) {
            walk.end = End::Inside(rest);
            break;
        }
        let Some((inner, used)) = follow(pickle, walk.node, steps) else {
            walk.end = End::Lost(steps);
            break;
        };
        let (ahead, behind) = steps.split_at(used.min(steps.len()));
        match inner {
            Inner::Value(node) => {
                walk.around.push(walk.node);
                walk.node = node;
                walk.way.extend_from_slice(ahead);
                steps = behind;
                continue;
            }
            Inner::Cell {
                value: Some(node), ..
            } if !behind.is_empty() || !is_single(pickle, node) => {
                walk.around.push(walk.node);
                walk.node = node;
                walk.way.extend_from_slice(ahead);
                steps = behind;
                continue;
            }
            Inner::Cell {
                part, row, column, ..
            } => {
                // A cell is shown where it stands.
                walk.cell = Some((row, column));
                walk.way.extend(part.axes.iter().copied().map(index));
                walk.within = part;
            }
            Inner::Row(row) => walk.row = Some(row),
            Inner::Part(part) => {
                walk.way.extend(part.axes.iter().copied().map(index));
                walk.way.extend(part.column.and(ahead.last()).cloned());
                walk.within = part;
            }
        }
        if !behind.is_empty() {
            walk.end = End::Lost(behind);
        }
        break;
    }
    walk
}

/// Follows the first of some steps as far as they lead inside of an array or a table, and
/// says how many these were; `None` where the first leads nowhere, or the value is neither.
pub fn follow(pickle: &Pickle, id: NodeId, steps: &[Step]) -> Option<(Inner, usize)> {
    if let Step::Attribute(name) = steps.first()?
        && let Some(axis) = pandas::axis(pickle, id, name)
    {
        return Some((Inner::Value(axis), 1));
    }
    let whole = table(pickle, id, &Within::default(), &[])?;
    match array_of(pickle, id) {
        Some(array) if matches!(array.dtype.kind, Kind::Record { .. }) => {
            in_records(pickle, id, &array, steps)
        }
        Some(array) => in_array(pickle, id, &array, steps),
        None => in_table(pickle, &whole, steps),
    }
}

/// Places on the first axes of an array, and how many steps name them.
fn places_on(shape: &[usize], steps: &[Step]) -> (Vec<usize>, usize) {
    let mut places = Vec::new();
    for (used, step) in steps.iter().enumerate() {
        let left = shape.get(places.len()..).unwrap_or_default();
        match places_of(step, left) {
            Some(more) => places.extend(more),
            None => return (places, used),
        }
    }
    (places, steps.len())
}

/// `[3]`, or several in one step: `[3, 4]`.
fn places_of(step: &Step, shape: &[usize]) -> Option<Vec<usize>> {
    let several = match step {
        Step::Index(_) => return Some(vec![index_of(step, *shape.first()?)?]),
        Step::Repr(several) => several,
        _ => return None,
    };
    let bare = several
        .strip_prefix('(')
        .and_then(|several| several.strip_suffix(')'));
    let mut lengths = shape.iter();
    let one = |text: &str| place_of(text.trim().parse().ok()?, *lengths.next()?);
    bare.unwrap_or(several).split(',').map(one).collect()
}

fn in_array(
    pickle: &Pickle,
    id: NodeId,
    array: &numpy::Array<'_>,
    steps: &[Step],
) -> Option<(Inner, usize)> {
    let (mut places, used) = places_on(&array.shape, steps);
    if used == 0 {
        return None;
    }
    if places.len() < array.shape.len() {
        return Some((Inner::Part(Within::on(places)), used));
    }
    let column = if places.len() > 1 { places.pop()? } else { 0 };
    let row = places.pop()?;
    let part = Within::on(places);
    let table = table(pickle, id, &part, &[])?;
    Some((cell(pickle, &table, part, row, column), used))
}

fn in_table(pickle: &Pickle, whole: &Table<'_>, steps: &[Step]) -> Option<(Inner, usize)> {
    let first = steps.first()?;
    let one = |row, column| cell(pickle, whole, Within::default(), row, column);
    let pair = |step| pair_of(step, whole.rows, whole.columns);
    if whole.parts == Parts::Places {
        return Some(match pair(first) {
            Some((row, column)) => (one(row, column), 1),
            None => (Inner::Row(index_of(first, whole.rows)?), 1),
        });
    }
    // A label of several levels.
    if whole.parts == Parts::Counted && whole.columns > 1 {
        let row = index_of(first, whole.rows)?;
        let level = steps.get(1).and_then(|step| index_of(step, whole.columns));
        return Some(level.map_or((Inner::Row(row), 1), |level| (one(row, level), 2)));
    }
    if let Some(found) = in_rows(pickle, whole, steps) {
        return Some(found);
    }
    if whole.parts == Parts::Labelled
        && let Step::Key(label) = first
    {
        let row = rows::row_of(pickle, whole, &Step::Key(label.clone()))?;
        return Some((one(row, 0), 1));
    }
    let named = column_of(pickle, whole, first);
    let used = usize::from(named.is_some());
    let part = Within {
        column: named,
        ..Within::default()
    };
    let column = named.or((whole.columns == 1).then_some(0));
    let row = row_at(pickle, whole, steps.get(used..).unwrap_or_default());
    match (column, row) {
        (Some(column), Some((row, of_row))) => Some((one(row, column), used + of_row)),
        _ if named.is_some() => Some((Inner::Part(part), 1)),
        _ => None,
    }
}

fn cell(pickle: &Pickle, table: &Table<'_>, part: Within, row: usize, column: usize) -> Inner {
    let values = table.column(column).and_then(|named| named.column);
    let found = values.and_then(|values| match values.get(pickle, row)? {
        Cell::Value(id) => Some(id),
        _ => None,
    });
    Inner::Cell {
        part,
        row,
        column,
        value: found,
    }
}

fn index(place: usize) -> Step {
    Step::Index(i64::try_from(place).unwrap_or(i64::MAX))
}

/// A place along an axis, counted from the end where it is negative.
fn index_of(step: &Step, length: usize) -> Option<usize> {
    let Step::Index(index) = step else {
        return None;
    };
    place_of(*index, length)
}

fn place_of(index: i64, length: usize) -> Option<usize> {
    let place = match usize::try_from(index) {
        Ok(place) => place,
        Err(_) => length.checked_sub(usize::try_from(index.unsigned_abs()).ok()?)?,
    };
    (place < length).then_some(place)
}

/// Row and column in one step: `[3, 4]`, or `[(3, 4)]`, which is the same.
fn pair_of(step: &Step, rows: usize, columns: usize) -> Option<(usize, usize)> {
    let Step::Repr(pair) = step else {
        return None;
    };
    let bare = pair
        .strip_prefix('(')
        .and_then(|pair| pair.strip_suffix(')'));
    let (row, column) = bare.unwrap_or(pair).split_once(',')?;
    let place = |text: &str, length| place_of(text.trim().parse().ok()?, length);
    Some((place(row, rows)?, place(column, columns)?))
}

/// The steps that lead to a cell from where a table begins, as [`follow`] reads them.
pub fn steps_to(
    pickle: &Pickle,
    id: NodeId,
    part: &Within,
    shown: &[Shown],
    (row, column): (usize, usize),
) -> Vec<Step> {
    let iloc = || Step::Attribute("iloc".to_owned());
    let of = Within {
        records: part.records,
        ..Within::default()
    };
    let Some(whole) = table(pickle, id, &of, &[]) else {
        return Vec::new();
    };
    match whole.parts {
        Parts::Labelled => vec![iloc(), index(row)],
        Parts::Named | Parts::Listed => {
            let column = part.column.unwrap_or(column);
            match (step_to(pickle, &whole, column), whole.parts) {
                (None, _) => vec![iloc(), Step::Repr(format!("{row}, {column}"))],
                (Some(step), _) if array_of(pickle, id).is_some() => match part.axes.first() {
                    // Of one record.
                    Some(place) => vec![index(*place), step],
                    None => vec![step, index(row)],
                },
                (Some(step), Parts::Listed) => vec![step, index(row)],
                (Some(step), _) => vec![step, iloc(), index(row)],
            }
        }
        Parts::Rows => {
            let name = whole.name(column).unwrap_or_default();
            let in_row = match whole.is_by_name() {
                true => Step::Key(name),
                false => index(column),
            };
            vec![index(row), in_row]
        }
        Parts::Places => vec![Step::Repr(format!("{row}, {column}"))],
        Parts::Counted if array_of(pickle, id).is_none() && whole.columns > 1 => {
            vec![index(row), index(column)]
        }
        Parts::Counted => {
            let mut places = part.axes.clone();
            if let Some(steps) = steps_to_field(pickle, id, part, (row, column)) {
                return steps;
            }
            let axes = array_within(pickle, id, part).map_or(1, |array| array.shape.len());
            match rows_and_columns(axes, shown) {
                Some((rows, columns)) => places.extend((0..axes).map(|axis| match axis {
                    _ if axis == rows => row,
                    _ if axis == columns => column,
                    _ => place_on(axis, shown),
                })),
                None => places.push(row),
            }
            places.into_iter().map(index).collect()
        }
    }
}

/// Whether a value of the pickle is one that a cell shows whole.
pub fn is_single(pickle: &Pickle, id: NodeId) -> bool {
    !matches!(
        pickle.value(id),
        Value::List(_)
            | Value::Tuple(_)
            | Value::Dict(_)
            | Value::Set(_)
            | Value::FrozenSet(_)
            | Value::Object(_)
    )
}
