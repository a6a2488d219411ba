//! Frames and series: blocks of values put together by their places.

use super::column::{self, Column};
use super::index::{self, Index};
use super::made_by;
use crate::pickle::{NodeId, Object, Pickle};

/// A frame. Its columns are taken out of the blocks one by one, when they are looked at.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    pub columns: Index<'a>,
    pub rows: Index<'a>,
    /// The values of each block.
    blocks: Vec<NodeId>,
    /// Of each column its block, and its row in there.
    places: Vec<Option<(u32, u32)>>,
    /// What does not fit together, a sentence each.
    pub problems: Vec<String>,
}

/// A series: a column with its labels.
#[derive(Clone, Debug)]
pub struct Series<'a> {
    pub name: Option<NodeId>,
    pub index: Index<'a>,
    pub column: Column<'a>,
}

/// Values of a block, and where its columns stand in the frame.
struct Block {
    values: NodeId,
    places: NodeId,
}

/// More columns than this are no frame that anybody made.
const MOST_COLUMNS: usize = 10_000_000;

/// The frame that an object stands for.
pub fn frame(pickle: &Pickle, id: NodeId) -> Option<Frame<'_>> {
    let (class, object) = made_by(pickle, id).or_else(|| subclass(pickle, id, "dataframe"))?;
    if !matches!(class, "DataFrame" | "dataframe") {
        return None;
    }
    let (axes, blocks) = parts(pickle, manager(object)?)?;
    let &[columns, rows] = axes else { return None };
    let columns = index::index(pickle, columns)?;
    let rows = index::index(pickle, rows)?;
    let width = columns.len();
    if width > MOST_COLUMNS {
        return None;
    }
    let mut places: Vec<Option<(u32, u32)>> = vec![None; width];
    let mut problems = Vec::new();
    let (mut twice, mut outside) = (0u64, 0u64);
    for (number, block) in blocks.iter().enumerate() {
        let Some(block_places) = index::places(pickle, block.places, width) else {
            problems.push(format!("The places of block {number} cannot be read."));
            continue;
        };
        for (row, place) in block_places.into_iter().enumerate() {
            match places.get_mut(place) {
                Some(Some(_)) => twice += 1,
                Some(empty) => *empty = Some((number as u32, row as u32)),
                None => outside += 1,
            }
        }
    }
    let lost = places.iter().filter(|place| place.is_none()).count() as u64;
    for (count, what) in [
        (twice, "stand in two blocks; the first one counts"),
        (outside, "of a block stand outside of the frame"),
        (lost, "are in no block, and have no values"),
    ] {
        if count > 0 {
            problems.push(format!(
                "{} {what}.",
                crate::counts::counted(count, "column", "columns")
            ));
        }
    }
    Some(Frame {
        columns,
        rows,
        blocks: blocks.iter().map(|block| block.values).collect(),
        places,
        problems,
    })
}

/// The series that an object stands for.
pub fn series(pickle: &Pickle, id: NodeId) -> Option<Series<'_>> {
    let (class, object) = made_by(pickle, id).or_else(|| subclass(pickle, id, "series"))?;
    if !matches!(class, "Series" | "series") {
        return None;
    }
    let (axes, blocks) = parts(pickle, manager(object)?)?;
    let &[axis] = axes else { return None };
    let [block] = blocks.as_slice() else {
        return None;
    };
    let column = column::column(pickle, block.values, 0)?;
    let index = index::index(pickle, axis).or_else(|| Index::counting(column.len()))?;
    let name = object
        .attribute("_name")
        .or_else(|| object.attribute("name"));
    (index.len() == column.len()).then_some(Series {
        name: name.filter(|&name| !pickle.is_none(name)),
        index,
        column,
    })
}

/// The `.index` of a frame or a series, the `.columns` of a frame.
pub fn axis(pickle: &Pickle, id: NodeId, name: &str) -> Option<NodeId> {
    if !matches!(name, "index" | "columns") {
        return None;
    }
    let object = pickle.as_object(id)?;
    let (axes, _) = parts(pickle, manager(object)?)?;
    match (axes, name) {
        (&[_, rows], "index") | (&[rows], "index") => Some(rows),
        (&[columns, _], "columns") => Some(columns),
        _ => None,
    }
}

/// A class of somebody else on pandas' own: its state says what it is.
fn subclass<'a>(
    pickle: &'a Pickle,
    id: NodeId,
    kind: &'static str,
) -> Option<(&'static str, Object<'a>)> {
    let object = pickle.as_object(id)?;
    let is_kind = pickle.as_str(object.attribute("_typ")?) == Some(kind);
    is_kind.then_some((kind, object))
}

/// Before pandas 1.1 it was called `_data`.
fn manager(object: Object<'_>) -> Option<NodeId> {
    object
        .attribute("_mgr")
        .or_else(|| object.attribute("_data"))
}

/// The axes and blocks of a manager: its arguments, or its state in the form that pandas
/// 0.14.1 began with.
fn parts(pickle: &Pickle, id: NodeId) -> Option<(&[NodeId], Vec<Block>)> {
    let (_, manager) = made_by(pickle, id)?;
    if let &[blocks, axes, ..] = manager.args() {
        let blocks: Option<Vec<Block>> = pickle
            .as_list(blocks)?
            .iter()
            .map(|&block| {
                let (_, block) = made_by(pickle, block)?;
                let &[values, places, ..] = block.args() else {
                    return None;
                };
                Some(Block { values, places })
            })
            .collect();
        return Some((pickle.as_list(axes)?, blocks?));
    }
    let state = pickle.as_list(manager.states().first()?.value)?;
    let newer = state
        .get(3)
        .and_then(|&newer| pickle.item(newer, "0.14.1"))?;
    let axes = pickle.as_list(pickle.item(newer, "axes")?)?;
    let blocks: Option<Vec<Block>> = pickle
        .as_list(pickle.item(newer, "blocks")?)?
        .iter()
        .map(|&block| {
            Some(Block {
                values: pickle.item(block, "values")?,
                places: pickle.item(block, "mgr_locs")?,
            })
        })
        .collect();
    Some((axes, blocks?))
}

impl<'a> Frame<'a> {
    /// Rows and columns.
    pub fn shape(&self) -> (usize, usize) {
        (self.rows.len(), self.places.len())
    }

    /// A column by its place; `None` where its values cannot be read.
    pub fn column(&self, pickle: &'a Pickle, at: usize) -> Option<Column<'a>> {
        let (block, row) = (*self.places.get(at)?)?;
        let values = *self.blocks.get(block as usize)?;
        let column = column::column(pickle, values, row as usize)?;
        (column.len() == self.rows.len()).then_some(column)
    }
}
