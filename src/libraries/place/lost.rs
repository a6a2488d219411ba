//! Why a step leads nowhere, in a sentence. Start with [`why`].

use super::rows::{is_iloc, is_loc};
use super::{Within, place_of};
use crate::counts::counted;
use crate::libraries::numpy::tuple;
use crate::libraries::table::{Parts, array_within, table};
use crate::pickle::explore::Step;
use crate::pickle::{NodeId, Pickle, known};

/// Where a way ended that has more steps.
pub struct Ended<'a> {
    pub node: NodeId,
    pub within: &'a Within,
    pub is_cell: bool,
    pub is_row: bool,
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
    if ended.is_row {
        return format!("There is no {step} in a row of {}.", ended.place);
    }
    let told = of_table(pickle, ended, steps).or_else(|| of_items(pickle, ended, step));
    told.unwrap_or_else(|| format!("There is no {step} in {}.", ended.place))
}

/// A place in a list that is not there.
fn of_items(pickle: &Pickle, ended: &Ended<'_>, step: &Step) -> Option<String> {
    let Step::Index(_) = step else { return None };
    let there = match known::items(pickle, ended.node)?.len() {
        0 => "it is empty".to_owned(),
        1 => "there is 1 element".to_owned(),
        some => format!("there are {}", counted(some as u64, "element", "elements")),
    };
    Some(format!("There is no {step} in {}: {there}.", ended.place))
}

/// Which end a place that is not there lies behind.
fn beyond(number: i64) -> &'static str {
    match number < 0 {
        true => "before the first",
        false => "past the end",
    }
}

fn of_table(pickle: &Pickle, ended: &Ended<'_>, steps: &[Step]) -> Option<String> {
    let table = table(pickle, ended.node, ended.within, &[])?;
    let of_rows = matches!(steps.first(), Some(step) if is_iloc(step));
    let of_labels = matches!(steps.first(), Some(step) if is_loc(step));
    let step = steps.get(usize::from(of_rows || of_labels))?;
    let rows = counted(table.rows as u64, "row", "rows");
    let columns = counted(table.columns as u64, "column", "columns");
    match step {
        Step::Repr(text) if text.contains(':') && !text.contains(['"', '\'']) => Some(format!(
            "Slices such as {step} are not read: name one place."
        )),
        _ if of_labels => Some(format!(
            "No row of {} has the label {step}; it has {rows}.",
            ended.place
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
                    "{} has the shape {shape}; {number} is {}.",
                    ended.place,
                    beyond(*number)
                ));
            }
            let is_row = of_rows || !matches!(table.parts, Parts::Named | Parts::Listed);
            if is_row && place_of(*number, table.rows).is_none() {
                let name = ended.within.column.and_then(|_| table.name(0));
                let name = name.unwrap_or_else(|| ended.place.to_owned());
                let beyond = beyond(*number);
                return Some(format!("{name} has {rows}; {number} is {beyond}."));
            }
            None
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
