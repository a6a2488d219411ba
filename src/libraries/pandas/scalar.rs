//! Single values of pandas: moments, spans, periods, intervals, and the words for what
//! is missing.

use super::made_by;
use super::period::Frequency;
use super::zone::zone_of_moment;
use crate::libraries::cell::{Cell, Timestamp, plain};
use crate::libraries::numpy::Unit;
use crate::pickle::{NodeId, Pickle, Value};

/// The value that an object stands for.
pub fn scalar(pickle: &Pickle, id: NodeId) -> Option<Cell<'_>> {
    if let Value::Global(global) = pickle.value(id) {
        let missing = global.module().starts_with("pandas") && global.name() == "NA";
        return missing.then_some(Cell::Null("<NA>"));
    }
    let (function, object) = made_by(pickle, id)?;
    let args = object.args();
    let number = |at: usize| args.get(at).and_then(|&id| pickle.as_int(id));
    match function {
        "_unpickle_timestamp" => Some(Cell::Timestamp(Timestamp {
            value: number(0)?,
            unit: resolution(number(3)),
            zone: args.get(2).and_then(|&zone| zone_of_moment(pickle, zone)),
        })),
        // `Timestamp(nanoseconds, frequency, zone)`, before pandas 2.
        "Timestamp" => Some(Cell::Timestamp(Timestamp {
            value: number(0)?,
            unit: Unit::Nano,
            zone: args.get(2).and_then(|&zone| zone_of_moment(pickle, zone)),
        })),
        "_timedelta_unpickle" => Some(Cell::Timedelta(number(0)?, resolution(number(1)))),
        "_nat_unpickle" | "__nat_unpickle" => Some(Cell::Null("NaT")),
        "C_NAType" => Some(Cell::Null("<NA>")),
        "Period" => {
            let frequency = Frequency::read(pickle, *args.get(1)?)?;
            Some(Cell::Shown(frequency.text(number(2)?)))
        }
        "Interval" => {
            let &[left, right, ref closed @ ..] = args else {
                return None;
            };
            let closed = closed.first().and_then(|&closed| pickle.as_str(closed));
            let (first, last) = match closed {
                Some("both") => ('[', ']'),
                Some("left") => ('[', ')'),
                Some("neither") => ('(', ')'),
                _ => ('(', ']'),
            };
            // A moment or a number; an interval of intervals is none.
            let side = |id| match made_by(pickle, id) {
                Some(("Interval", _)) => "an interval".to_owned(),
                Some(_) => scalar(pickle, id).unwrap_or(Cell::Null("?")).text(pickle),
                None => plain(pickle, id),
            };
            Some(Cell::Shown(format!(
                "{first}{}, {}{last}",
                side(left),
                side(right)
            )))
        }
        _ => None,
    }
}

/// The unit by its number in NumPy's list of them (`NPY_DATETIMEUNIT`).
fn resolution(number: Option<i64>) -> Unit {
    match number {
        Some(7) => Unit::Second,
        Some(8) => Unit::Milli,
        Some(9) => Unit::Micro,
        _ => Unit::Nano,
    }
}
