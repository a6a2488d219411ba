//! What rows are sorted by.

use super::cut;
use crate::libraries::cell::Cell;
use crate::pickle::Pickle;
use std::cmp::Ordering;

/// What a row is sorted by. What is missing comes last, however it is sorted.
pub(super) enum Key {
    Number(f64),
    Text(String),
    Missing,
}

impl Key {
    pub fn of(cell: Option<&Cell<'_>>, pickle: &Pickle) -> Self {
        match cell {
            None => Key::Missing,
            Some(cell) if cell.is_null(pickle) => Key::Missing,
            Some(
                Cell::DateTime(value, ..) | Cell::TimeDelta(value, ..) | Cell::Timedelta(value, _),
            ) => Key::Number(*value as f64),
            Some(Cell::Timestamp(moment)) => Key::Number(moment.value as f64),
            Some(cell) => match cell.number(pickle) {
                Some(number) => Key::Number(number),
                None => Key::Text(cut(cell.text(pickle))),
            },
        }
    }

    pub fn compare(&self, other: &Self, descending: bool) -> Ordering {
        let order = match (self, other) {
            (Key::Missing, Key::Missing) => return Ordering::Equal,
            (Key::Missing, _) => return Ordering::Greater,
            (_, Key::Missing) => return Ordering::Less,
            (Key::Number(a), Key::Number(b)) => a.total_cmp(b),
            (Key::Text(a), Key::Text(b)) => a.cmp(b),
            (Key::Number(_), Key::Text(_)) => Ordering::Less,
            (Key::Text(_), Key::Number(_)) => Ordering::Greater,
        };
        if descending { order.reverse() } else { order }
    }
}
