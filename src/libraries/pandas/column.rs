//! One array of values of a table: plain, or of one of pandas' own types.

use super::index;
use super::made_by;
use super::period::Frequency;
use super::zone::zone;
use crate::libraries::arrow::{self, Chunked};
use crate::libraries::cell::{Cell, Timestamp, Zone, plain};
use crate::libraries::numpy::{self, Array, Dtype, FieldOf, Kind, Unit};
use crate::libraries::records::Picked;
use crate::libraries::room::Room;
use crate::libraries::scipy::GridColumn;
use crate::pickle::{NodeId, Object, Pickle};
use std::cell;

/// A column, and its type as pandas names it.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    pub dtype: String,
    pub(super) values: Values<'a>,
}

#[derive(Clone, Debug)]
pub(super) enum Values<'a> {
    Plain(Array<'a>),
    Field(FieldOf<'a>),
    Range {
        start: i64,
        step: i64,
        len: usize,
    },
    /// Values of which some do not count.
    Masked(Array<'a>, Array<'a>),
    Categories(Array<'a>, Box<Column<'a>>),
    Moments(Array<'a>, Unit, Option<Zone<'a>>),
    Spans(Array<'a>, Unit),
    Periods(Array<'a>, Frequency),
    Intervals {
        left: Box<Column<'a>>,
        right: Box<Column<'a>>,
        closed: [bool; 2],
    },
    Sparse {
        len: usize,
        values: Box<Column<'a>>,
        places: Places<'a>,
        fill: NodeId,
    },
    /// With the word for what is missing.
    Arrow(Chunked<'a>, &'static str),
    /// Of plain values.
    Records(Picked<'a>),
    /// Of a matrix of which not all elements are stored.
    Grid(GridColumn<'a>),
    /// The levels of several, as tuples.
    Tuples(Vec<Column<'a>>),
}

/// Where the values of a sparse column stand.
#[derive(Clone, Debug)]
pub(super) enum Places<'a> {
    /// The place of each.
    Each(Array<'a>),
    /// Where runs of them begin, and how long they are.
    Runs(Array<'a>, Array<'a>),
}

/// Types in types, deeper than anybody wrote them.
pub(super) const DEEPEST: usize = 8;

/// The values that an object holds; of an array of two axes, those of one row.
pub fn column(pickle: &Pickle, id: NodeId, row: usize) -> Option<Column<'_>> {
    let left = cell::Cell::new(Room::THINGS);
    read(pickle, id, row, &Room::new(&left, DEEPEST))
}

pub(super) fn read<'a>(
    pickle: &'a Pickle,
    id: NodeId,
    row: usize,
    room: &Room<'_>,
) -> Option<Column<'a>> {
    let room = &room.enter()?;
    if let Some(array) = numpy::array(pickle, id) {
        return Some(Column::plain(one_axis(array, row)?));
    }
    if let Some(chunked) = arrow::array(pickle, id) {
        return Some(Column::of_arrow(chunked));
    }
    let (class, object) = made_by(pickle, id)?;
    let attribute = |name: &str| object.attribute(name);
    match class {
        "__pyx_unpickle_NDArrayBacked" => backed(pickle, object, row, room),
        "__pyx_unpickle_IntervalMixin" => intervals(pickle, object, room),
        "IntervalArray" => intervals_of(pickle, &attribute, room),
        "PandasArray" | "NumpyExtensionArray" => read(pickle, attribute("_ndarray")?, row, room),
        "IntegerArray" | "FloatingArray" | "BooleanArray" => {
            let values = numpy::array(pickle, attribute("_data")?)?;
            let mask = numpy::array(pickle, attribute("_mask")?)?;
            let (values, mask) = (one_axis(values, row)?, one_axis(mask, row)?);
            let dtype = match values.dtype.kind {
                Kind::Bool => "boolean".to_owned(),
                _ => capital(&values.dtype.name()),
            };
            (values.len() == mask.len()).then_some(Column {
                dtype,
                values: Values::Masked(values, mask),
            })
        }
        "SparseArray" => sparse(pickle, &attribute, room),
        _ if class.starts_with("Arrow") => {
            let values = attribute("_pa_array").or_else(|| attribute("_data"))?;
            let chunked = arrow::array(pickle, values)?;
            let mut column = Column::of_arrow(chunked);
            column.dtype = match attribute("_dtype") {
                Some(dtype) if class.starts_with("ArrowString") => text_dtype(pickle, dtype),
                _ => format!("{}[pyarrow]", column.arrow_name()),
            };
            if let Values::Arrow(_, missing) = &mut column.values
                && column.dtype == "str"
            {
                *missing = "nan";
            }
            Some(column)
        }
        // An index as the values of another one, of categories.
        _ => {
            let index = index::read(pickle, id, room)?;
            Some(index.into_column())
        }
    }
}

/// An array of two axes is a block: one of its rows is the column.
fn one_axis(array: Array<'_>, row: usize) -> Option<Array<'_>> {
    match array.shape.len() {
        1 => Some(array),
        2 => array.row(row),
        _ => None,
    }
}

fn capital(name: &str) -> String {
    let mut chars = name.chars();
    match chars.next() {
        // `UInt8`
        Some('u') => format!("UI{}", chars.skip(1).collect::<String>()),
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// `(dtype, ndarray[, attributes])`, in whichever order the release has them.
fn backed<'a>(
    pickle: &'a Pickle,
    object: Object<'a>,
    row: usize,
    room: &Room<'_>,
) -> Option<Column<'a>> {
    let of = pickle.as_global(*object.args().first()?)?;
    let state = object.states().first()?.value;
    let &[first, second, ..] = pickle.as_list(state)? else {
        return None;
    };
    let (dtype, array) = match numpy::array(pickle, first) {
        Some(array) => (second, array),
        None => (first, numpy::array(pickle, second)?),
    };
    let array = one_axis(array, row)?;
    Some(match of.name() {
        "Categorical" => {
            let (_, dtype) = made_by(pickle, dtype)?;
            let categories = read(pickle, dtype.attribute("categories")?, 0, room)?;
            Column {
                dtype: "category".to_owned(),
                values: Values::Categories(array, Box::new(categories)),
            }
        }
        "DatetimeArray" => {
            let Kind::DateTime(unit, _) = array.dtype.kind else {
                return None;
            };
            let zone = made_by(pickle, dtype)
                .and_then(|(_, dtype)| dtype.attribute("tz"))
                .and_then(|id| zone(pickle, id));
            let name = match &zone {
                Some(zone) => format!("datetime64[{}, {}]", unit.name(), zone.name),
                None => format!("datetime64[{}]", unit.name()),
            };
            Column {
                dtype: name,
                values: Values::Moments(array, unit, zone),
            }
        }
        "TimedeltaArray" => {
            let Kind::TimeDelta(unit, _) = array.dtype.kind else {
                return None;
            };
            Column {
                dtype: format!("timedelta64[{}]", unit.name()),
                values: Values::Spans(array, unit),
            }
        }
        "PeriodArray" => {
            let (_, dtype) = made_by(pickle, dtype)?;
            let frequency = Frequency::read(pickle, *dtype.args().first()?)?;
            Column {
                dtype: format!("period[{}]", frequency.name),
                values: Values::Periods(array, frequency),
            }
        }
        "StringArray" => Column {
            dtype: text_dtype(pickle, dtype),
            values: Values::Plain(array),
        },
        _ => Column::plain(array),
    })
}

/// `string`, or `str` where NaN stands for what is missing.
fn text_dtype(pickle: &Pickle, dtype: NodeId) -> String {
    let missing = made_by(pickle, dtype).and_then(|(_, object)| object.args().get(1).copied());
    let name = match missing.and_then(|id| pickle.as_float(id)) {
        Some(value) if value.is_nan() => "str",
        _ => "string",
    };
    name.to_owned()
}

/// The state is a tuple that begins with the attributes.
fn intervals<'a>(pickle: &'a Pickle, object: Object<'a>, room: &Room<'_>) -> Option<Column<'a>> {
    let state = object.states().first()?.value;
    let attributes = match pickle.as_list(state) {
        Some(parts) => parts.iter().find_map(|&part| pickle.as_dict(part))?,
        None => pickle.as_dict(state)?,
    };
    intervals_of(pickle, &|name| pickle.get(attributes, name), room)
}

fn intervals_of<'a>(
    pickle: &'a Pickle,
    attribute: &dyn Fn(&str) -> Option<NodeId>,
    room: &Room<'_>,
) -> Option<Column<'a>> {
    let left = read(pickle, attribute("_left")?, 0, room)?;
    let right = read(pickle, attribute("_right")?, 0, room)?;
    let closed = attribute("_closed").or_else(|| {
        let (_, dtype) = made_by(pickle, attribute("_dtype")?)?;
        dtype.attribute("closed")
    });
    let closed = closed.and_then(|closed| pickle.as_str(closed));
    Column::of_intervals(left, right, closed.unwrap_or("right"))
}

fn sparse<'a>(
    pickle: &'a Pickle,
    attribute: &dyn Fn(&str) -> Option<NodeId>,
    room: &Room<'_>,
) -> Option<Column<'a>> {
    let values = read(pickle, attribute("_sparse_values")?, 0, room)?;
    let (kind, index) = made_by(pickle, attribute("_sparse_index")?)?;
    let &[len, first, ref lengths @ ..] = index.args() else {
        return None;
    };
    let len = usize::try_from(pickle.as_int(len)?).ok()?;
    let places = match (kind, lengths) {
        ("IntIndex", []) => Places::Each(numpy::array(pickle, first)?),
        ("BlockIndex", &[lengths]) => {
            Places::Runs(numpy::array(pickle, first)?, numpy::array(pickle, lengths)?)
        }
        _ => return None,
    };
    let (_, dtype) = made_by(pickle, attribute("_dtype")?)?;
    let fill = dtype.attribute("_fill_value")?;
    let of = Dtype::read(pickle, dtype.attribute("_dtype")?)?;
    Some(Column {
        dtype: format!("Sparse[{}, {}]", of.name(), plain(pickle, fill)),
        values: Values::Sparse {
            len,
            values: Box::new(values),
            places,
            fill,
        },
    })
}

impl<'a> Column<'a> {
    pub fn plain(array: Array<'a>) -> Self {
        Self {
            dtype: array.dtype.name(),
            values: Values::Plain(array),
        }
    }

    pub fn of_field(field: FieldOf<'a>) -> Self {
        Self {
            dtype: field.dtype(),
            values: Values::Field(field),
        }
    }

    pub fn of_arrow(chunked: Chunked<'a>) -> Self {
        Self {
            dtype: chunked.kind.name(),
            values: Values::Arrow(chunked, "<NA>"),
        }
    }

    /// A column of polars, with its type as polars prints it.
    pub fn of_polars(chunked: Chunked<'a>, dtype: String) -> Self {
        Self {
            dtype,
            values: Values::Arrow(chunked, "null"),
        }
    }

    pub fn of_records(picked: Picked<'a>) -> Self {
        Self {
            dtype: String::new(),
            values: Values::Records(picked),
        }
    }

    pub fn of_grid(column: GridColumn<'a>) -> Self {
        Self {
            dtype: column.dtype(),
            values: Values::Grid(column),
        }
    }

    pub(super) fn range(start: i64, stop: i64, step: i64) -> Option<Self> {
        let (start_, stop_, step_) = (i128::from(start), i128::from(stop), i128::from(step));
        let len = match step {
            0 => return None,
            1.. => (stop_ - start_ + step_ - 1).div_euclid(step_).max(0),
            _ => (start_ - stop_ - step_ - 1).div_euclid(-step_).max(0),
        };
        Some(Self {
            dtype: "int64".to_owned(),
            values: Values::Range {
                start,
                step,
                len: usize::try_from(len).ok()?,
            },
        })
    }

    pub(super) fn of_codes(codes: Array<'a>, values: Column<'a>) -> Self {
        Self {
            dtype: values.dtype.clone(),
            values: Values::Categories(codes, Box::new(values)),
        }
    }

    pub(super) fn of_tuples(levels: Vec<Column<'a>>) -> Self {
        Self {
            dtype: "object".to_owned(),
            values: Values::Tuples(levels),
        }
    }

    pub(super) fn of_intervals(left: Self, right: Self, closed: &str) -> Option<Self> {
        let ends = match closed {
            "both" => [true, true],
            "left" => [true, false],
            "neither" => [false, false],
            _ => [false, true],
        };
        (left.len() == right.len()).then(|| Self {
            dtype: format!("interval[{}, {closed}]", left.dtype),
            values: Values::Intervals {
                left: Box::new(left),
                right: Box::new(right),
                closed: ends,
            },
        })
    }

    fn arrow_name(&self) -> String {
        self.dtype.clone()
    }

    pub fn len(&self) -> usize {
        match &self.values {
            Values::Plain(array)
            | Values::Masked(array, _)
            | Values::Categories(array, _)
            | Values::Moments(array, ..)
            | Values::Spans(array, _)
            | Values::Periods(array, _) => array.len(),
            Values::Field(field) => field.len(),
            Values::Range { len, .. } | Values::Sparse { len, .. } => *len,
            Values::Intervals { left, .. } => left.len(),
            Values::Arrow(chunked, _) => chunked.len(),
            Values::Records(picked) => picked.len(),
            Values::Grid(column) => column.len(),
            Values::Tuples(levels) => levels.first().map_or(0, Column::len),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The array that the values are, where they are nothing else.
    pub fn as_plain(&self) -> Option<&Array<'a>> {
        match &self.values {
            Values::Plain(array) => Some(array),
            _ => None,
        }
    }

    /// Whether nothing is stored at a place, so that the same value stands there as in all
    /// such places.
    pub fn is_filled_in(&self, at: usize) -> bool {
        match &self.values {
            Values::Sparse { places, .. } => places.find(at).is_none(),
            Values::Grid(column) => !column.is_stored(at),
            _ => false,
        }
    }

    pub fn get(&self, pickle: &'a Pickle, at: usize) -> Option<Cell<'a>> {
        let number = |array: &Array<'a>| match array.get(at)? {
            Cell::Int(value) | Cell::DateTime(value, ..) | Cell::TimeDelta(value, ..) => {
                Some(value)
            }
            Cell::Uint(value) => i64::try_from(value).ok(),
            _ => None,
        };
        Some(match &self.values {
            Values::Plain(array) => array.get(at)?,
            Values::Field(field) => field.get(at)?,
            Values::Range { start, step, len } => {
                if at >= *len {
                    return None;
                }
                let value = i128::from(*start) + at as i128 * i128::from(*step);
                Cell::Int(i64::try_from(value).ok()?)
            }
            Values::Masked(values, mask) => match mask.get(at)? {
                Cell::Bool(true) => Cell::Null("<NA>"),
                _ => values.get(at)?,
            },
            Values::Categories(codes, values) => match number(codes)? {
                -1 => Cell::Null("nan"),
                code => values.get(pickle, usize::try_from(code).ok()?)?,
            },
            Values::Moments(values, unit, zone) => Cell::Timestamp(Timestamp {
                value: number(values)?,
                unit: *unit,
                zone: zone.clone(),
            }),
            Values::Spans(values, unit) => Cell::Timedelta(number(values)?, *unit),
            Values::Periods(ordinals, frequency) => match number(ordinals)? {
                i64::MIN => Cell::Null("NaT"),
                ordinal => Cell::Shown(frequency.text(ordinal)),
            },
            Values::Intervals {
                left,
                right,
                closed,
            } => {
                let (left, right) = (left.get(pickle, at)?, right.get(pickle, at)?);
                if left.is_null(pickle) || right.is_null(pickle) {
                    return Some(Cell::Null("nan"));
                }
                let [first, last] = closed;
                Cell::Shown(format!(
                    "{}{}, {}{}",
                    if *first { '[' } else { '(' },
                    left.text(pickle),
                    right.text(pickle),
                    if *last { ']' } else { ')' }
                ))
            }
            Values::Sparse {
                len,
                values,
                places,
                fill,
            } => {
                if at >= *len {
                    return None;
                }
                match places.find(at) {
                    Some(place) => values.get(pickle, place)?,
                    None => Cell::Value(*fill),
                }
            }
            Values::Arrow(chunked, missing) => match chunked.get(at)? {
                Cell::Null(_) => Cell::Null(missing),
                cell => cell,
            },
            Values::Records(picked) => picked.get(pickle, at)?,
            Values::Grid(column) => column.get(at)?,
            Values::Tuples(levels) => {
                let parts = levels.iter().map(|level| level.get(pickle, at));
                Cell::Parts(
                    parts.collect::<Option<_>>()?,
                    crate::libraries::cell::Brackets::Round,
                )
            }
        })
    }
}

impl Places<'_> {
    /// Which of the values stands at a place.
    fn find(&self, at: usize) -> Option<usize> {
        let number = |array: &Array<'_>, place: usize| match array.get(place)? {
            Cell::Int(value) => usize::try_from(value).ok(),
            _ => None,
        };
        // The last one that is not behind the place.
        let before = |array: &Array<'_>| {
            let (mut low, mut high) = (0, array.len());
            while low < high {
                let middle = low + (high - low) / 2;
                match number(array, middle) {
                    Some(value) if value <= at => low = middle + 1,
                    _ => high = middle,
                }
            }
            low.checked_sub(1)
        };
        match self {
            Places::Each(places) => {
                let found = before(places)?;
                (number(places, found)? == at).then_some(found)
            }
            Places::Runs(starts, lengths) => {
                let run = before(starts)?;
                let inside = at.checked_sub(number(starts, run)?)?;
                if inside >= number(lengths, run)? {
                    return None;
                }
                let ahead: usize = (0..run).filter_map(|run| number(lengths, run)).sum();
                Some(ahead + inside)
            }
        }
    }
}
