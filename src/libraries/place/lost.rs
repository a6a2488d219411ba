//! Why a step leads nowhere, in a sentence. Start with [`why`].

use super::{Within, is_iloc, place_of};
use crate::counts::{count, counted};
use crate::libraries::numpy::tuple;
use crate::libraries::table::{Parts, array_within, table};
use crate::pickle::explore::Step;
use crate::pickle::{NodeId, Pickle};

/// Where a way ended that has more steps.
pub struct Ended<'a> {
    pub node: NodeId,
    pub within: &'a Within,
    pub is_cell: bool,
    /// The place as it is told: `tickets["sold"]`.
    pub place: &'a str,
}

/// Why the first of some steps leads nowhere from there.
pub fn why(pickle: &Pickle, ended: &Ended<'_>, steps: &[Step]) -> String {
    let Some(step) = steps.first() else {
        return String::new();
    };
    if ended.is_cell {
        return format!("There is no {step} in a single value.");
    }
    let of_table = of_table(pickle, ended, steps);
    of_table.unwrap_or_else(|| format!("There is no {step} in {}.", ended.place))
}

fn of_table(pickle: &Pickle, ended: &Ended<'_>, steps: &[Step]) -> Option<String> {
    let table = table(pickle, ended.node, ended.within, &[])?;
    let of_rows = matches!(steps.first(), Some(step) if is_iloc(step));
    let step = steps.get(usize::from(of_rows))?;
    let rows = counted(table.rows as u64, "row", "rows");
    let columns = counted(table.columns as u64, "column", "columns");
    match step {
        Step::Repr(text) if text.contains(':') && !text.contains(['"', '\'']) => Some(format!(
            "Slices such as {step} are not read: name one place."
        )),
        Step::Repr(_) if of_rows => Some(format!(
            "{} has {rows} and {columns}; {step} is none of its cells.",
            ended.place
        )),
        Step::Index(number) => {
            if let Some(array) = array_within(pickle, ended.node, ended.within)
                && ended.within.column.is_none()
            {
                let shape = tuple(&array.shape);
                return Some(format!(
                    "{} has the shape {shape}; {number} is past the end.",
                    ended.place
                ));
            }
            let is_row = of_rows || !matches!(table.parts, Parts::Named | Parts::Listed);
            if is_row && place_of(*number, table.rows).is_none() {
                let name = ended.within.column.and_then(|_| table.name(0));
                let name = name.unwrap_or_else(|| ended.place.to_owned());
                return Some(format!("{name} has {rows}; {number} is past the end."));
            }
            (of_rows && table.columns > 1).then(|| {
                format!(
                    "A row is no value of its own: name a cell of its {} columns, as .iloc[{number}, 0].",
                    count(table.columns as u64)
                )
            })
        }
        Step::Key(_) if !of_rows => {
            let levels = table.labels_above(0)?.len();
            (levels > 1).then(|| {
                format!(
                    "The columns of {} have {levels} levels: name all of them, as [(\"a\", \"b\")].",
                    ended.place
                )
            })
        }
        _ => None,
    }
}
