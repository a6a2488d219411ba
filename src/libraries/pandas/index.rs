//! Indexes: the labels of rows and of columns, on one level or on several.

use super::column::{self, Column};
use super::{class_name, made_by};
use crate::libraries::cell::Cell;
use crate::libraries::numpy;
use crate::libraries::room::Room;
use crate::pickle::{Dict, NodeId, Pickle};
use std::cell;

/// An index: its levels with their names, outermost first; nearly always one.
#[derive(Clone, Debug)]
pub struct Index<'a> {
    /// `RangeIndex`, `MultiIndex`, …
    pub class: &'a str,
    pub names: Vec<Option<NodeId>>,
    pub levels: Vec<Column<'a>>,
}

/// The index that an object stands for.
pub fn index(pickle: &Pickle, id: NodeId) -> Option<Index<'_>> {
    let left = cell::Cell::new(Room::THINGS);
    read(pickle, id, &Room::new(&left, column::DEEPEST))
}

pub(super) fn read<'a>(pickle: &'a Pickle, id: NodeId, room: &Room<'_>) -> Option<Index<'a>> {
    let (function, object) = made_by(pickle, id)?;
    if !function.starts_with("_new_") || !function.ends_with("Index") {
        return None;
    }
    let &[class, data] = object.args() else {
        return None;
    };
    let class = class_name(pickle, class)?;
    of_parts(pickle, class, pickle.as_dict(data)?, room)
}

fn of_parts<'a>(
    pickle: &'a Pickle,
    class: &'a str,
    parts: Dict<'a>,
    room: &Room<'_>,
) -> Option<Index<'a>> {
    let part = |name: &str| pickle.get(parts, name);
    let name = part("name").filter(|&name| !pickle.is_none(name));
    let one = |column| Index {
        class,
        names: vec![name],
        levels: vec![column],
    };
    match class {
        "RangeIndex" => {
            let number = |name: &str| pickle.as_int(part(name)?);
            let (start, stop, step) = (number("start")?, number("stop")?, number("step")?);
            Some(one(Column::range(start, stop, step)?))
        }
        "MultiIndex" => multi(pickle, class, parts, room),
        "IntervalIndex" if part("left").is_some() => {
            let side = |name: &str| column::read(pickle, part(name)?, 0, room);
            let closed = part("closed").and_then(|closed| pickle.as_str(closed));
            let intervals = Column::of_intervals(side("left")?, side("right")?, closed?)?;
            Some(one(intervals))
        }
        _ => Some(one(column::read(pickle, part("data")?, 0, room)?)),
    }
}

fn multi<'a>(
    pickle: &'a Pickle,
    class: &'a str,
    parts: Dict<'a>,
    room: &Room<'_>,
) -> Option<Index<'a>> {
    /// More levels than this are no index that anybody made.
    const LEVELS: usize = 256;
    let part = |name: &str| pickle.get(parts, name);
    let levels = pickle.as_list(part("levels")?)?;
    // Before pandas 0.24 they were called labels.
    let codes = pickle.as_list(part("codes").or_else(|| part("labels"))?)?;
    if levels.len() != codes.len() || levels.len() > LEVELS {
        return None;
    }
    let columns: Option<Vec<Column<'a>>> = levels
        .iter()
        .zip(codes)
        .map(|(&level, &codes)| {
            let values = column::read(pickle, level, 0, room)?;
            let codes = column::read(pickle, codes, 0, room)?;
            Some(Column::of_codes(codes.as_plain()?.clone(), values))
        })
        .collect();
    let columns = columns?;
    let length = columns.first().map_or(0, Column::len);
    if columns.iter().any(|column| column.len() != length) {
        return None;
    }
    let names = part("names").and_then(|names| pickle.as_list(names));
    let names = names.unwrap_or_default();
    let name = |at: usize| names.get(at).copied().filter(|&name| !pickle.is_none(name));
    Some(Index {
        class,
        names: (0..columns.len()).map(name).collect(),
        levels: columns,
    })
}

impl<'a> Index<'a> {
    /// Numbers from 0, where an index is not there.
    pub(super) fn counting(len: usize) -> Option<Self> {
        Some(Self {
            class: "RangeIndex",
            names: vec![None],
            levels: vec![Column::range(0, i64::try_from(len).ok()?, 1)?],
        })
    }

    pub fn len(&self) -> usize {
        self.levels.first().map_or(0, Column::len)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The label at a place, of each level; nothing behind the last place.
    pub fn labels(&self, pickle: &'a Pickle, at: usize) -> Vec<Cell<'a>> {
        if at >= self.len() {
            return Vec::new();
        }
        let labels = self.levels.iter();
        let label = |level: &Column<'a>| level.get(pickle, at).unwrap_or_else(Cell::unreadable);
        labels.map(label).collect()
    }

    /// The label at a place as `str()` gives it, a tuple where there are several levels.
    pub fn label(&self, pickle: &'a Pickle, at: usize) -> Option<String> {
        match self.levels.as_slice() {
            [one] => Some(one.get(pickle, at)?.text(pickle)),
            levels => {
                let all = Column::of_tuples(levels.to_vec());
                Some(all.get(pickle, at)?.text(pickle))
            }
        }
    }

    /// The index as one column of values.
    pub fn into_column(mut self) -> Column<'a> {
        match self.levels.len() {
            1 => self.levels.remove(0),
            _ => Column::of_tuples(self.levels),
        }
    }
}

/// The numbers that an index of columns or a block's places are: an array of integers,
/// or a slice.
pub(super) fn places(pickle: &Pickle, id: NodeId, most: usize) -> Option<Vec<usize>> {
    if let Some(crate::pickle::Known::Slice([start, stop, step])) = crate::pickle::known(pickle, id)
    {
        let number = |id| pickle.as_int(id);
        let step = number(step).unwrap_or(1);
        let all = Column::range(number(start)?, number(stop)?, step)?;
        if all.len() > most {
            return None;
        }
        return (0..all.len())
            .map(|at| place(all.get(pickle, at)?))
            .collect();
    }
    let array = numpy::array(pickle, id)?;
    (array.len() <= most).then(|| array.iter().map(place).collect())?
}

fn place(cell: Cell<'_>) -> Option<usize> {
    match cell {
        Cell::Int(value) => usize::try_from(value).ok(),
        Cell::Uint(value) => usize::try_from(value).ok(),
        _ => None,
    }
}
