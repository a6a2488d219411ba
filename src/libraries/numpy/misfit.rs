//! An array whose shape does not fit its elements: no array, but it can be said what it
//! claims to be. Start with [`misfit`].

use super::array::{array, begun, raw};
use super::dtype::Dtype;
use crate::counts;
use crate::pickle::{NodeId, Pickle, Value};

/// What an array claims to be, and why it is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// `ndarray float64 (1000000000, 1000000000), damaged`
    pub line: String,
    /// A sentence.
    pub problem: String,
}

/// Axes that are told.
const AXES: usize = 64;

/// Of a `_reconstruct` whose state is there but makes no array.
pub fn misfit(pickle: &Pickle, id: NodeId) -> Option<Misfit> {
    let (class, state) = begun(pickle, id)?;
    let &[_, shape, dtype, _, data, ..] = state else {
        return None;
    };
    if array(pickle, id).is_some() {
        return None;
    }
    let dtype = Dtype::read(pickle, dtype)?;
    let only = [shape];
    let lengths = pickle.as_list(shape).unwrap_or(&only);
    let lengths = lengths.get(..lengths.len().min(AXES))?;
    let lengths: Option<Vec<i64>> = lengths.iter().map(|&id| pickle.as_int(id)).collect();
    let lengths = lengths?;
    let printed: Vec<String> = lengths.iter().map(ToString::to_string).collect();
    let shape = match printed.as_slice() {
        [only] => format!("({only},)"),
        several => format!("({})", several.join(", ")),
    };
    let name = dtype.name();
    let of = format!("The shape {shape} of {name}");
    let needed = |size: usize| {
        let mut all = lengths.iter().map(|length| u64::try_from(*length).ok());
        let size = u64::try_from(size).ok();
        all.try_fold(size?, |all, length| all.checked_mul(length?))
    };
    let problem = if lengths.iter().any(|length| *length < 0) {
        format!("{of} is none: no axis is shorter than nothing.")
    } else {
        let (size, there, noun) = match pickle.value(data) {
            Value::List(values) => (1, values.len() as u64, ("value", "values")),
            _ => {
                let there = raw(pickle, data).map_or(0, <[u8]>::len);
                (dtype.size, there as u64, ("byte", "bytes"))
            }
        };
        let needed = match needed(size) {
            Some(needed) => counts::counted(needed, noun.0, noun.1),
            None => format!("more {} than can be counted", noun.1),
        };
        let are = if there == 1 { "is" } else { "are" };
        format!("{of} needs {needed}; {} {are} there.", counts::count(there))
    };
    Some(Misfit {
        line: format!("{} {name} {shape}, damaged", class.name()),
        problem,
    })
}
