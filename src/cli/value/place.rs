//! A place inside of a value: found as the page finds it, and told.
//!
//! A place that is a value of a pickle is told like any other; a part of an array, a
//! column and a cell are told for themselves. Start with [`follow`] for a pickle in a file
//! of its own; [`facts_at`] is what is told of what was found.

use super::tables::{column_facts, of_array};
use super::{CHARS, PARTS, facts, limits};
use crate::engine::ask::Failure;
use crate::engine::values::{Most, Unread, contents, read_inside, too_large};
use crate::libraries::place::{End, Ended, Within, walk, why};
use crate::libraries::table::{array_within, table};
use crate::libraries::words;
use crate::pickle::explore::{Part, Path, Step};
use crate::pickle::{self, Limits, NodeId, Pickle};
use crate::source::NoPace;
use serde_json::{Value as Json, json};

/// A place that was found.
pub(super) struct Found {
    /// Where bytes or a text were looked into, the pickle of what they hold.
    pub pickle: Pickle,
    pub node: NodeId,
    pub within: Within,
    pub cell: Option<(usize, usize)>,
    pub row: Option<usize>,
    /// What was odd about the pickles on the way, and about what they held.
    pub problems: Vec<String>,
}

/// Goes where a path leads from the root of a pickle.
pub(super) async fn follow(
    pickle: Pickle,
    root: NodeId,
    at: &str,
    large: bool,
) -> Result<Found, Box<Failure>> {
    let path: Path = at
        .parse()
        .map_err(|error| no_place(at, &format!("{error}")))?;
    let mut found = Found {
        pickle,
        node: root,
        within: Within::default(),
        cell: None,
        row: None,
        problems: Vec::new(),
    };
    let mut way = Path::new(&path.root);
    let mut steps = path.steps.as_slice();
    loop {
        let walk = walk(&found.pickle, found.node, steps);
        (found.node, found.within) = (walk.node, walk.within);
        (found.cell, found.row) = (walk.cell, walk.row);
        way.steps.extend(walk.way);
        match walk.end {
            End::There => return Ok(found),
            End::Lost(steps) => {
                let ended = Ended {
                    node: found.node,
                    within: &found.within,
                    is_cell: found.cell.is_some(),
                    is_row: found.row.is_some(),
                    place: &told(&way),
                };
                let what = why(&found.pickle, &ended, steps);
                return Err(no_place(at, &what));
            }
            End::Inside(rest) => {
                if let Err(unread) = look_inside(&mut found, large).await {
                    let of = told(&way);
                    let what = match unread {
                        Unread::Nothing => {
                            format!("There is nothing inside of {of} that can be read.")
                        }
                        Unread::TooLarge(limit) => too_large(&of, limit),
                    };
                    return Err(no_place(at, &what));
                }
                way.steps.push(Step::Part(Part::Inside));
                steps = rest;
            }
        }
    }
}

/// Decodes what the bytes or the text at a place hold, and goes there.
async fn look_inside(found: &mut Found, large: bool) -> Result<(), Unread> {
    let contents = contents(&found.pickle, found.node).ok_or(Unread::Nothing)?;
    let (most, limits) = match large {
        true => (Most::Raised, Limits::default()),
        false => (Most::Default, limits(contents.bytes.len() as u64)),
    };
    let read = read_inside(&contents, most, &NoPace).await?;
    let inner =
        pickle::decode(read.program, &limits).with_words(words(super::super::zones::offset));
    let root = inner.root().ok_or(Unread::Nothing)?;
    let outer = std::mem::replace(&mut found.pickle, inner);
    let odd = outer.problems().iter().map(ToString::to_string);
    found.problems.extend(odd.chain(read.problems));
    found.node = root;
    Ok(())
}

/// A way, in words where it has no steps.
fn told(way: &Path) -> String {
    match way.to_string() {
        way if way.is_empty() => "the value".to_owned(),
        way => way,
    }
}

pub(super) fn no_place(at: &str, what: &str) -> Box<Failure> {
    let advice = "Write it as Python does: `value.name[0][\"key\"]`.";
    Failure::unreadable("There is no such place in the value", at, what, advice)
}

/// What is told of a place.
pub(super) fn facts_at(
    pickle: &Pickle,
    node: NodeId,
    within: &Within,
    cell: Option<(usize, usize)>,
    row: Option<usize>,
) -> Json {
    let part = match (cell, row) {
        (Some(place), _) => of_cell(pickle, node, within, place),
        (None, Some(row)) => of_row(pickle, node, within, row),
        _ if *within == Within::default() => return facts(pickle, Some(node)),
        _ => of_part(pickle, node, within),
    };
    let mut all = facts(pickle, None);
    if let (Some(all), Some(Json::Object(part))) = (all.as_object_mut(), part) {
        all.extend(part);
    }
    all
}

/// A part of an array, or a column of a table.
fn of_part(pickle: &Pickle, node: NodeId, within: &Within) -> Option<Json> {
    if within.column.is_none() {
        let array = array_within(pickle, node, within)?;
        let len = array.shape.first().copied();
        return Some(json!({"len": len, "array": of_array(pickle, &array)}));
    }
    let table = table(pickle, node, within, &[])?;
    let named = table.column(0)?;
    Some(json!({
        "len": table.rows,
        "column": column_facts(pickle, &table, &named),
    }))
}

/// A row of a table: its cells by the names of their columns, as far as there is room.
fn of_row(pickle: &Pickle, node: NodeId, within: &Within, row: usize) -> Option<Json> {
    let table = table(pickle, node, within, &[])?;
    let mut left = CHARS;
    let mut cells = Vec::new();
    for at in 0..table.columns.min(PARTS) {
        let named = table.column(at)?;
        let cell = named.column.and_then(|column| column.get(pickle, row));
        let text = cell.map(|cell| cell.text(pickle));
        let chars = named.name.len() + text.as_ref().map_or(0, String::len);
        let Some(still) = left.checked_sub(chars) else {
            break;
        };
        left = still;
        cells.push(json!([named.name, text]));
    }
    Some(json!({
        "row": {
            "row": row,
            "labels": table.labels(row),
            "columns": table.columns,
            "cells": cells,
        },
    }))
}

/// A cell, which is shown where it stands in a table.
fn of_cell(
    pickle: &Pickle,
    node: NodeId,
    within: &Within,
    (row, column): (usize, usize),
) -> Option<Json> {
    let table = table(pickle, node, within, &[])?;
    let named = table.column(column)?;
    let values = named.column.as_ref();
    let cell = values.and_then(|values| values.get(pickle, row));
    Some(json!({
        "cell": {
            "row": row,
            "labels": table.labels(row),
            "column": named.name,
            "dtype": values.map(|values| &values.dtype),
            "str": cell.as_ref().map(|cell| cell.text(pickle)),
            "missing": cell.as_ref().map(|cell| cell.is_null(pickle)),
        },
    }))
}
