//! A sparse matrix as the grid that it stands for: what stands at a place, whether it is
//! stored or not.
//!
//! What is looked for is searched by halves, in the order that [`index`](super::index) has
//! found. Start with [`grid`].

use super::index::{Index, Search};
use super::{Format, Parts, Sparse, sparse, stored};
use crate::counts::{count, counted};
use crate::libraries::cell::Cell;
use crate::libraries::numpy::{self, Kind};
use crate::pickle::{NodeId, Pickle, Value};
use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

/// A matrix, or an array of one axis, with its zeros.
#[derive(Clone, Debug)]
pub struct Grid<'a> {
    pickle: &'a Pickle,
    id: NodeId,
    sparse: Sparse<'a>,
    /// Rows and columns; an array of one axis is a column.
    pub rows: usize,
    pub columns: usize,
    zero: Cell<'static>,
    index: OnceCell<Rc<Index>>,
}

/// One column of a grid.
#[derive(Clone, Debug)]
pub struct GridColumn<'a> {
    grid: Rc<Grid<'a>>,
    at: usize,
}

/// The grid of a sparse matrix, or of an array of one axis.
pub fn grid(pickle: &Pickle, id: NodeId) -> Option<Grid<'_>> {
    let sparse = sparse(pickle, id)?;
    let (rows, columns) = match *sparse.shape.as_slice() {
        [length] => (length, 1),
        [rows, columns] => (rows, columns),
        _ => return None,
    };
    Some(Grid {
        pickle,
        id,
        zero: zero(&sparse),
        sparse,
        rows,
        columns,
        index: OnceCell::new(),
    })
}

/// What stands where nothing is stored.
fn zero(sparse: &Sparse<'_>) -> Cell<'static> {
    match (&sparse.dtype.kind, sparse.dtype.size) {
        (Kind::Bool, _) => Cell::Bool(false),
        (Kind::Float, 2) => Cell::Half(0),
        (Kind::Float, 4) => Cell::Single(0.0),
        (Kind::Float, _) => Cell::Float(0.0),
        (Kind::Complex, 8) => Cell::ComplexSingle(0.0, 0.0),
        (Kind::Complex, _) => Cell::Complex(0.0, 0.0),
        (Kind::Uint, _) => Cell::Uint(0),
        _ => Cell::Int(0),
    }
}

impl<'a> Grid<'a> {
    pub fn dtype(&self) -> String {
        self.sparse.dtype.name()
    }

    pub fn is_of_one_axis(&self) -> bool {
        self.sparse.shape.len() == 1
    }

    /// A column by its place; `None` where the elements cannot be found.
    pub fn column(self: &Rc<Self>, at: usize) -> Option<GridColumn<'a>> {
        let there = at < self.columns && !matches!(self.index().search, Search::Nothing);
        there.then(|| GridColumn {
            grid: self.clone(),
            at,
        })
    }

    /// What there is to know of it beside its cells, a sentence each.
    pub fn notes(&self) -> Vec<String> {
        let sparse = &self.sparse;
        let stored = count(sparse.stored as u64);
        let (rows, columns) = (self.rows as u64, self.columns as u64);
        let of = match rows.checked_mul(columns) {
            Some(of) => count(of),
            None => format!("{} × {}", count(rows), count(columns)),
        };
        let verb = if sparse.stored == 1 { "is" } else { "are" };
        let zero = self.zero.text(self.pickle);
        let mut notes = vec![format!(
            "{stored} of {of} elements {verb} stored; where none is, there is {zero}."
        )];
        let index = self.index();
        if matches!(index.search, Search::Nothing) {
            notes.push(
                "They are too many to be put in order here, so that no cell is shown. \
                 They stand in the parts of the value."
                    .to_owned(),
            );
        }
        if index.outside > 0 {
            let outside = counted(index.outside as u64, "element", "elements");
            notes.push(format!(
                "Left out: {outside} with a place outside of the shape."
            ));
        }
        if let Parts::Compressed { starts, block, .. } = &sparse.parts
            && index.sound < starts.len().saturating_sub(1)
        {
            let what = if sparse.format == Format::Csc {
                "columns"
            } else {
                "rows"
            };
            let first = count((index.sound as u64).saturating_mul(block.0 as u64));
            notes.push(format!(
                "Where {what} begin is in no order: those from number {first} on cannot be read."
            ));
        }
        notes
    }

    fn index(&self) -> &Index {
        let make = || Index::of(&self.sparse, self.pickle);
        let index = self.index.get_or_init(|| self.pickle.kept(self.id, make));
        index.as_ref()
    }

    /// What stands at a place, and whether that is stored. Several elements at one place
    /// are added up.
    fn get(&self, row: usize, column: usize) -> Option<(Cell<'a>, bool)> {
        if row >= self.rows || column >= self.columns {
            return None;
        }
        let place = match self.sparse.shape.len() {
            1 => (0, row),
            _ => (row, column),
        };
        let mut found: Option<Cell<'a>> = None;
        let sound = self.each(place, &mut |number| {
            let value = self.sparse.value(number).map(|value| self.plain(value));
            found = match (found.take(), value) {
                (Some(one), Some(other)) => Some(sum(&one, &other)),
                (one, other) => one.or(other),
            };
        });
        Some(match (sound, found) {
            (None, _) => (Cell::unreadable(), true),
            (_, Some(found)) => (found, true),
            (_, None) => (self.zero.clone(), false),
        })
    }

    /// An element of a list or of a dict as one of an array of the matrix' type.
    fn plain(&self, value: Cell<'a>) -> Cell<'a> {
        let Cell::Value(id) = value else { return value };
        if let Some(scalar) = numpy::scalar(self.pickle, id) {
            let cell = scalar.get(0);
            return cell
                .filter(|cell| !matches!(cell, Cell::Value(_)))
                .unwrap_or(value);
        }
        match (&self.zero, self.pickle.value(id)) {
            (Cell::Bool(_), Value::Bool(plain)) => Cell::Bool(plain),
            (Cell::Int(_), Value::Int(plain)) => Cell::Int(plain),
            (Cell::Single(_), Value::Float(plain)) => Cell::Single(plain as f32),
            (Cell::Float(_), Value::Float(plain)) => Cell::Float(plain),
            _ => value,
        }
    }

    /// The numbers of the elements at a place; `None` where nobody knows them.
    fn each(&self, place: (usize, usize), see: &mut dyn FnMut(usize)) -> Option<()> {
        let sparse = &self.sparse;
        let index = self.index();
        let pair = |number: usize| sparse.pair(self.pickle, number, index.sound);
        match (&index.search, &sparse.parts) {
            (Search::Nothing, _) => return None,
            (Search::Ordered(order), _) => {
                let number = |at: usize| order.get(at).map(|number| *number as usize);
                if index.is_lost(sparse, place) {
                    return None;
                }
                let key = |at: usize| pair(number(at)?);
                equal(0..order.len(), &key, place, &mut |at| {
                    number(at).into_iter().for_each(&mut *see);
                });
            }
            (
                Search::Diagonals(all),
                Parts::Diagonals {
                    data,
                    offsets,
                    before,
                },
            ) => {
                let offset = i64::try_from(place.1).ok()? - i64::try_from(place.0).ok()?;
                let key = |at: usize| all.get(at).map(|(offset, _)| *offset);
                let (height, width) = sparse.plane()?;
                let width = width.min(data.shape.get(1).copied()?);
                equal(0..all.len(), &key, offset, &mut |at| {
                    let Some((_, diagonal)) = all.get(at) else {
                        return;
                    };
                    let (Some(offset), Some(before)) =
                        (offsets.get(*diagonal), before.get(*diagonal))
                    else {
                        return;
                    };
                    let columns = stored::columns(*offset, height, width);
                    if columns.contains(&place.1) {
                        see(before + (place.1 - columns.start));
                    }
                });
            }
            (
                _,
                Parts::Compressed {
                    indices,
                    block: (down, across),
                    ..
                },
            ) => {
                if index.is_lost(sparse, place) {
                    return None;
                }
                let (line, other) = match sparse.format {
                    Format::Csc => (place.1, place.0),
                    _ => place,
                };
                let size = down.checked_mul(*across)?;
                let (line, y) = (line.checked_div(*down)?, line.checked_rem(*down)?);
                let (other, x) = (other.checked_div(*across)?, other.checked_rem(*across)?);
                // Rows behind the last block have none.
                let Some(line) = sparse.line(line) else {
                    return Some(());
                };
                let blocks = line.start.checked_div(size)?..line.end.checked_div(size)?;
                let key = |at: usize| stored::index(indices, at);
                equal(blocks, &key, other, &mut |block| {
                    see(block * size + y * across + x);
                });
            }
            (_, Parts::Lists { before, .. }) => {
                let (start, end) = (*before.get(place.0)?, *before.get(place.0 + 1)?);
                let key = |at: usize| sparse.listed(self.pickle, place.0, at);
                equal(0..end - start, &key, place.1, &mut |at| see(start + at));
            }
            _ => equal(0..sparse.stored, &pair, place, see),
        }
        Some(())
    }
}

/// Sees all places with one key, in a range whose keys only rise.
fn equal<K: Ord>(
    range: Range<usize>,
    key: &dyn Fn(usize) -> Option<K>,
    wanted: K,
    see: &mut dyn FnMut(usize),
) {
    let (mut low, mut high) = (range.start, range.end);
    while low < high {
        let middle = low + (high - low) / 2;
        match key(middle).is_some_and(|key| key < wanted) {
            true => low = middle + 1,
            false => high = middle,
        }
    }
    let same = |at: &usize| key(*at).is_some_and(|key| key == wanted);
    (low..range.end).take_while(same).for_each(see);
}

/// Two elements at one place.
fn sum(one: &Cell<'_>, other: &Cell<'_>) -> Cell<'static> {
    match (one, other) {
        (Cell::Bool(one), Cell::Bool(other)) => Cell::Bool(*one || *other),
        (Cell::Int(one), Cell::Int(other)) => Cell::Int(one.wrapping_add(*other)),
        (Cell::Uint(one), Cell::Uint(other)) => Cell::Uint(one.wrapping_add(*other)),
        (Cell::Single(one), Cell::Single(other)) => Cell::Single(one + other),
        (Cell::Float(one), Cell::Float(other)) => Cell::Float(one + other),
        (Cell::Complex(one, i), Cell::Complex(other, j)) => Cell::Complex(one + other, i + j),
        (Cell::ComplexSingle(one, i), Cell::ComplexSingle(other, j)) => {
            Cell::ComplexSingle(one + other, i + j)
        }
        _ => Cell::Shown("several at one place".to_owned()),
    }
}

impl<'a> GridColumn<'a> {
    pub fn dtype(&self) -> String {
        self.grid.dtype()
    }

    pub fn len(&self) -> usize {
        self.grid.rows
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, row: usize) -> Option<Cell<'a>> {
        self.grid.get(row, self.at).map(|(cell, _)| cell)
    }

    /// Whether an element is stored there.
    pub fn is_stored(&self, row: usize) -> bool {
        self.grid
            .get(row, self.at)
            .is_some_and(|(_, stored)| stored)
    }

    pub(crate) fn zero(&self) -> Cell<'static> {
        self.grid.zero.clone()
    }
}
