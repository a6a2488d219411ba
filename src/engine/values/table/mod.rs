//! A value as a table: a window of its rows and columns, sorted by a column, and what a
//! column comes to.
//!
//! Nothing is made of a table but what is looked at. Sorting and summing up read a whole
//! column; the order of the last one that was sorted by is kept. Start with
//! [`Engine::value_table`]; [`sums`] adds up, [`key`] sorts.

mod above;
mod key;
mod sums;

pub use above::AboveView;
pub use sums::DISTINCT;

pub(in crate::engine) use sums::about;

use super::place::Spot;
use super::{AxisAs, CellQuery, CellView, ValueQuery, shown, wrong_kind};
use crate::counts::count;
use crate::engine::ask::{Failure, Window};
use crate::engine::{Engine, Work};
use crate::libraries::cell::Cell;
use crate::libraries::pandas::Column;
use crate::libraries::place::{Within, is_single, steps_to};
use crate::libraries::table::{Table, table};
use crate::pickle::Pickle;
use crate::sorting::sort_by;
use crate::source::Pace as _;
use above::above;
use key::Key;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::rc::Rc;
use sums::summed_up;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableQuery {
    pub value: ValueQuery,
    /// A list of rows that are alike is read as a table.
    pub records: bool,
    /// What of an array of more than two axes the table is.
    pub slice: Vec<AxisAs>,
    pub rows: Window,
    pub columns: Window,
    pub sort: Option<TableSort>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableSort {
    /// By its place.
    pub column: u64,
    pub descending: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableView {
    /// Rows and columns in all.
    pub total: (u64, u64),
    pub rows: Window,
    pub columns: Vec<ColumnHead>,
    /// Where names have several levels, those above the last one, outermost first.
    pub above: Vec<AboveView>,
    /// Which of all columns is the first of these.
    pub first_column: u64,
    /// What the labels of the rows are called, a name for each level.
    pub label_names: Vec<String>,
    pub lines: Vec<TableLine>,
    /// What there is to know of it beside its cells, a sentence each.
    pub notes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnHead {
    pub name: String,
    /// Of a name with several levels the last one, which stands in its head.
    pub last: Option<String>,
    pub dtype: String,
    /// Its values stand at the right, one below the other.
    pub number: bool,
    /// Its values can be read.
    pub readable: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableLine {
    /// Which row of the value it is, however the table is sorted.
    pub row: u64,
    pub labels: Vec<String>,
    pub cells: Vec<CellText>,
}

/// A cell as `str()` gives it, cut where it is long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellText {
    pub text: String,
    /// Nothing is there, or nothing is stored there.
    pub faint: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnQuery {
    pub value: ValueQuery,
    pub records: bool,
    pub slice: Vec<AxisAs>,
    pub column: u64,
}

/// What a column comes to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnView {
    pub count: u64,
    /// Its values are too many to be looked at: nothing else is told.
    pub too_long: bool,
    pub missing: u64,
    pub min: Option<String>,
    pub max: Option<String>,
    /// Of numbers.
    pub mean: Option<String>,
    /// Different values, where there are at most [`DISTINCT`] of them.
    pub distinct: Option<u64>,
    /// The values that stand there most often, with how often.
    pub common: Vec<(String, u64)>,
    /// Numbers of equal width between the smallest and the largest.
    pub histogram: Vec<u64>,
}

/// The order of the rows by one column, as it was asked for last.
#[derive(Default)]
pub struct OrderCache {
    kept: RefCell<Option<(OrderKey, Rc<Vec<u32>>)>>,
}

type OrderKey = (ValueQuery, Vec<AxisAs>, TableSort);

impl OrderCache {
    pub fn clear(&self) {
        self.kept.borrow_mut().take();
    }
}

/// Cells of a window.
const MOST_ROWS: u64 = 300;
const MOST_COLUMNS: u64 = 60;

/// Characters of one cell.
const MOST_CHARS: usize = 200;

/// Values read between two breaths.
const AT_ONCE: usize = 20_000;

/// More rows than this are not sorted: their places take four bytes each.
const MOST_SORTED: usize = 20_000_000;

impl Engine {
    pub(in crate::engine) async fn value_table(
        &self,
        query: TableQuery,
        work: &Work,
    ) -> Result<TableView, Box<Failure>> {
        let spot = self.spot_of_value(&query.value, work).await?;
        let pickle = spot.pickle();
        let Some(table) = table_of(&spot, query.records, &query.slice) else {
            return Err(wrong_kind("table", &query.value));
        };
        let mut notes = table.notes();
        let order = match query.sort {
            Some(_) if table.rows > MOST_SORTED => {
                let most = count(MOST_SORTED as u64);
                notes.push(format!(
                    "The rows stand in their own order: at most {most} are sorted."
                ));
                None
            }
            Some(sort) => {
                let key = (query.value.clone(), query.slice.clone(), sort);
                self.order(key, &table, pickle, work).await
            }
            None => None,
        };
        let within = |window: Window, total: usize, most: u64| {
            let first = window.first.min(total as u64);
            let end = first
                .saturating_add(window.count.min(most))
                .min(total as u64);
            first as usize..end as usize
        };
        let columns = within(query.columns, table.columns, MOST_COLUMNS);
        let rows = within(query.rows, table.rows, MOST_ROWS);
        let named: Vec<_> = columns.clone().filter_map(|at| table.column(at)).collect();
        let (above, last) = above(&table, columns.clone());
        let mut last = last.into_iter();
        let heads = named.iter().map(|one| ColumnHead {
            name: one.name.clone(),
            last: last.next(),
            dtype: one
                .column
                .as_ref()
                .map(|column| column.dtype.clone())
                .unwrap_or_default(),
            number: one
                .column
                .as_ref()
                .is_some_and(|column| is_number(column, pickle)),
            readable: one.column.is_some(),
        });
        let line = |at: usize| {
            let row = match &order {
                Some(order) => order.get(at).map_or(at, |row| *row as usize),
                None => at,
            };
            let cell = |column: &Option<Column<'_>>| {
                let column = column.as_ref();
                let cell = column.and_then(|column| Some((column, column.get(pickle, row)?)));
                cell.map_or_else(
                    || CellText {
                        text: String::new(),
                        faint: true,
                    },
                    |(column, cell)| CellText {
                        text: cut(cell.text(pickle)),
                        faint: cell.is_null(pickle) || column.is_filled_in(row),
                    },
                )
            };
            TableLine {
                row: row as u64,
                labels: table.labels(row).into_iter().map(cut).collect(),
                cells: named.iter().map(|one| cell(&one.column)).collect(),
            }
        };
        Ok(TableView {
            total: (table.rows as u64, table.columns as u64),
            rows: Window {
                first: rows.start as u64,
                count: rows.len() as u64,
            },
            columns: heads.collect(),
            above,
            first_column: columns.start as u64,
            label_names: table.label_names(),
            lines: rows.map(line).collect(),
            notes,
        })
    }

    pub(in crate::engine) async fn value_column(
        &self,
        query: ColumnQuery,
        work: &Work,
    ) -> Result<ColumnView, Box<Failure>> {
        let spot = self.spot_of_value(&query.value, work).await?;
        let pickle = spot.pickle();
        let table = table_of(&spot, query.records, &query.slice);
        let at = usize::try_from(query.column).unwrap_or(usize::MAX);
        let column = table.and_then(|table| table.column(at)?.column);
        match column {
            Some(column) if column.len() > most_summed_up(pickle) => Ok(ColumnView {
                count: column.len() as u64,
                too_long: true,
                ..ColumnView::default()
            }),
            Some(column) => Ok(summed_up(&column, pickle, work).await),
            None => Err(wrong_kind("table", &query.value)),
        }
    }

    pub(in crate::engine) async fn value_cell(
        &self,
        query: CellQuery,
        work: &Work,
    ) -> Result<CellView, Box<Failure>> {
        let spot = self.spot_of_value(&query.value, work).await?;
        let pickle = spot.pickle();
        let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let (row, column) = (place(query.row), place(query.column));
        let table = table_of(&spot, query.records, &query.slice);
        let named = table.and_then(|table| table.column(column)?.column);
        let Some(cell) = named.as_ref().and_then(|column| column.get(pickle, row)) else {
            return Err(wrong_kind("table", &query.value));
        };
        let mut within = spot.within.clone();
        within.records = query.records;
        let shown = shown(&query.slice);
        let steps = steps_to(pickle, spot.node, &within, &shown, (row, column)).into_iter();
        let steps: String = steps
            .skip(spot.within.steps())
            .map(|step| step.to_string())
            .collect();
        Ok(CellView {
            at: format!("{}{steps}", spot.path),
            opens: matches!(cell, Cell::Value(node) if !is_single(pickle, node)),
            text: cell.text(pickle),
        })
    }

    /// The places of the rows in the order of a column.
    async fn order(
        &self,
        key: OrderKey,
        table: &Table<'_>,
        pickle: &Pickle,
        work: &Work,
    ) -> Option<Rc<Vec<u32>>> {
        if let Some((known, order)) = &*self.orders.kept.borrow()
            && *known == key
        {
            return Some(order.clone());
        }
        let at = usize::try_from(key.2.column).ok()?;
        let column = table.column(at)?.column?;
        let mut keys: Vec<(Key, u32)> = Vec::with_capacity(table.rows.min(1 << 20));
        for row in 0..table.rows {
            let cell = column.get(pickle, row);
            keys.push((Key::of(cell.as_ref(), pickle), row as u32));
            if row % AT_ONCE == 0 {
                work.breathe().await;
            }
        }
        let descending = key.2.descending;
        sort_by(&mut keys, |a, b| {
            let order = a.0.compare(&b.0, descending);
            order.then_with(|| a.1.cmp(&b.1))
        });
        let order = Rc::new(keys.into_iter().map(|(_, row)| row).collect::<Vec<u32>>());
        *self.orders.kept.borrow_mut() = Some((key, order.clone()));
        Some(order)
    }
}

/// Longer columns are not summed up: they are not as long as that in the file, but count
/// on without end, or are mostly zeros of which nothing is stored.
fn most_summed_up(pickle: &Pickle) -> usize {
    /// A truth of Arrow's takes a bit.
    const IN_A_BYTE: usize = 8;
    pickle
        .bytes()
        .len()
        .saturating_mul(IN_A_BYTE)
        .max(MOST_SORTED)
}

fn table_of<'a>(spot: &'a Spot, records: bool, slice: &[AxisAs]) -> Option<Table<'a>> {
    let within = Within {
        records,
        ..spot.within.clone()
    };
    table(spot.pickle(), spot.node, &within, &shown(slice))
}

fn is_number(column: &Column<'_>, pickle: &Pickle) -> bool {
    // The first value that is there tells for all.
    const LOOKED_AT: usize = 20;
    let mut cells = (0..column.len().min(LOOKED_AT)).filter_map(|at| column.get(pickle, at));
    let first = cells.find(|cell| !cell.is_null(pickle));
    first.is_some_and(|cell| !matches!(cell, Cell::Bool(_)) && cell.number(pickle).is_some())
}

fn cut(text: String) -> String {
    match text.char_indices().nth(MOST_CHARS) {
        None => text,
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}
