//! Places inside of arrays and tables, which are no values of the pickle themselves: a part
//! of an array, a column, a cell.
//!
//! They are written as Python would: `[0][2]` for an array, `["age"].iloc[120]` for a
//! frame, `.iloc[3]` for a series, `[0, 2]` for a sparse matrix. Start with [`walk`], which
//! goes through the values of a pickle too; [`follow`] is the part of it that leads into an
//! array or a table.

use super::cell::Cell;
use super::numpy::{self, Shown, place_on, rows_and_columns};
use super::table::{Parts, Table, array_of, array_within, table};
use crate::pickle::explore::{Part, Step};
use crate::pickle::{NodeId, Pickle, Value};

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
}

/// How far some steps lead in one pickle.
#[derive(Clone, Debug, PartialEq)]
pub struct Walk<'s> {
    pub node: NodeId,
    pub within: Within,
    /// Row and column of a cell in the table of that part.
    pub cell: Option<(usize, usize)>,
    /// The values that the way leads through, from the start on.
    pub around: Vec<NodeId>,
    /// The steps to what is shown, without those to the cell.
    pub way: Vec<Step>,
    pub end: End<'s>,
}

/// Where a walk ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End<'s> {
    There,
    /// At bytes or a text; these steps begin in what they hold.
    Inside(&'s [Step]),
    /// This step leads nowhere from there.
    Lost(&'s Step),
}

/// Goes as far as the steps lead, through values and into arrays and tables.
pub fn walk<'s>(pickle: &Pickle, start: NodeId, steps: &'s [Step]) -> Walk<'s> {
    let mut walk = Walk {
        node: start,
        within: Within::default(),
        cell: None,
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
            walk.end = End::Lost(step);
            break;
        };
        let (ahead, behind) = steps.split_at(used.min(steps.len()));
        match inner {
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
                let shown = ahead.iter().take(part.steps()).cloned();
                walk.way.extend(shown);
                walk.within = part;
            }
            Inner::Part(part) => {
                walk.way.extend_from_slice(ahead);
                walk.within = part;
            }
        }
        if let Some(step) = behind.first() {
            walk.end = End::Lost(step);
        }
        break;
    }
    walk
}

/// Columns among which one is looked for by its name.
const NAMED: usize = 100_000;

/// Follows the first of some steps as far as they lead inside of an array or a table, and
/// says how many these were; `None` where the first leads nowhere, or the value is neither.
pub fn follow(pickle: &Pickle, id: NodeId, steps: &[Step]) -> Option<(Inner, usize)> {
    let whole = table(pickle, id, &Within::default(), &[])?;
    let named = column_of(&whole, steps.first()?);
    match array_of(pickle, id) {
        Some(array) if named.is_none() => in_array(pickle, id, &array, steps),
        _ => in_table(pickle, &whole, named, steps),
    }
}

fn in_array(
    pickle: &Pickle,
    id: NodeId,
    array: &numpy::Array<'_>,
    steps: &[Step],
) -> Option<(Inner, usize)> {
    let mut places = Vec::new();
    for (step, length) in steps.iter().zip(&array.shape) {
        let Some(place) = index_of(step, *length) else {
            break;
        };
        places.push(place);
    }
    let used = places.len();
    if used == 0 {
        return None;
    }
    if used < array.shape.len() {
        let part = Within {
            axes: places,
            ..Within::default()
        };
        return Some((Inner::Part(part), used));
    }
    let column = if used > 1 { places.pop()? } else { 0 };
    let row = places.pop()?;
    let part = Within {
        axes: places,
        ..Within::default()
    };
    let table = table(pickle, id, &part, &[])?;
    Some((cell(pickle, &table, part, row, column), used))
}

fn in_table(
    pickle: &Pickle,
    whole: &Table<'_>,
    named: Option<usize>,
    steps: &[Step],
) -> Option<(Inner, usize)> {
    if whole.parts == Parts::Places {
        let (row, column) = pair_of(steps.first()?, whole.rows, whole.columns)?;
        return Some((cell(pickle, whole, Within::default(), row, column), 1));
    }
    let mut used = usize::from(named.is_some());
    if steps.get(used).is_some_and(is_iloc) {
        used += 1;
    }
    let part = Within {
        column: named,
        ..Within::default()
    };
    let column = named.or((whole.columns == 1).then_some(0));
    let row = steps.get(used).and_then(|step| index_of(step, whole.rows));
    match (column, row) {
        (Some(column), Some(row)) => {
            let all = Within::default();
            Some((cell(pickle, whole, all, row, column), used + 1))
        }
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

fn is_iloc(step: &Step) -> bool {
    matches!(step, Step::Attribute(name) if name == "iloc" || name == "array" || name == "values")
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

/// The place of a column by its name, in a table whose columns have names.
fn column_of(table: &Table<'_>, step: &Step) -> Option<usize> {
    if !matches!(table.parts, Parts::Named | Parts::Listed) {
        return None;
    }
    let name = match step {
        Step::Key(name) | Step::Repr(name) => name.clone(),
        Step::Index(number) => number.to_string(),
        _ => return None,
    };
    (0..table.columns.min(NAMED)).find(|at| table.name(*at).as_deref() == Some(&name))
}

/// The steps that lead to a cell from where a table begins, as [`follow`] reads them.
pub fn steps_to(
    pickle: &Pickle,
    id: NodeId,
    part: &Within,
    shown: &[Shown],
    (row, column): (usize, usize),
) -> Vec<Step> {
    let index = |place: usize| Step::Index(i64::try_from(place).unwrap_or(i64::MAX));
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
            let name = whole.name(part.column.unwrap_or(column));
            let name = name.unwrap_or_default();
            let step = match name.parse::<i64>() {
                Ok(number) if number.to_string() == name => Step::Index(number),
                _ => Step::Key(name),
            };
            match whole.parts {
                Parts::Listed => vec![step, index(row)],
                _ => vec![step, iloc(), index(row)],
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
        Parts::Counted => {
            let mut places = part.axes.clone();
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
