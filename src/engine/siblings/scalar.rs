//! What an artifact holds, as a cell of a table: a number, or a short text.

use crate::libraries::cell::Cell;
use crate::libraries::numpy;
use crate::pickle::{Known, NodeId, Pickle, Value, known, summary};
use serde::{Deserialize, Serialize};

/// An artifact of one task.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scalar {
    pub kind: ScalarKind,
    /// What stands in the cell.
    pub text: String,
    /// It is a number, to be compared with others.
    pub number: Option<f64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScalarKind {
    Value,
    /// Nobody has looked yet.
    #[default]
    Unread,
    /// The task has no artifact of this name.
    Missing,
    /// It is too large for a table; the text is its class.
    Large,
    /// It cannot be read; the text says why.
    Faulty,
}

impl Scalar {
    pub(super) fn of(kind: ScalarKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            number: None,
        }
    }

    /// The root of a pickle.
    pub(super) fn of_pickle(pickle: &Pickle) -> Self {
        let Some(root) = pickle.root() else {
            return Self::of(ScalarKind::Faulty, "It does not decode.");
        };
        Self {
            kind: ScalarKind::Value,
            text: summary::summary(pickle, root),
            number: number(pickle, root).filter(|number| !number.is_nan()),
        }
    }
}

fn number(pickle: &Pickle, id: NodeId) -> Option<f64> {
    match pickle.value(id) {
        Value::Int(value) => Some(value as f64),
        Value::Float(value) => Some(value),
        Value::BigInt(value) => value.decimal()?.parse().ok(),
        Value::Object(_) => match known(pickle, id) {
            Some(Known::Decimal(text)) => text.parse().ok(),
            _ => match numpy::scalar(pickle, id)?.get(0)? {
                Cell::Int(value) => Some(value as f64),
                Cell::Uint(value) => Some(value as f64),
                Cell::Float(value) => Some(value),
                Cell::Single(value) => Some(f64::from(value)),
                cell @ (Cell::Half(_) | Cell::Digits(_)) => cell.text(pickle).parse().ok(),
                _ => None,
            },
        },
        _ => None,
    }
}
