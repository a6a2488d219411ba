//! All tasks of a step as cells, one byte each: status, and how long it took against the
//! others. Where they are too many, several stand in one cell, which tells the worst of them.

use super::order::Siblings;
use super::{Chosen, trouble};
use crate::engine::ask::Failure;
use crate::engine::{Engine, Work};
use crate::layout::cells::Blocks;
use crate::model::{Span, Status};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellsQuery {
    pub of: Chosen,
    pub form: Form,
    /// Columns of a grid, and cells, that there is room for.
    pub columns: u64,
    pub most: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// All outer values of the foreach down, the innermost across; a strip where that is not
    /// how the tasks stand.
    Grid,
    Strip,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellsView {
    pub form: Form,
    /// Cells of a grid. A strip is one row, which is broken where the screen ends.
    pub rows: u64,
    pub columns: u64,
    /// How many rows and columns of tasks one cell stands for.
    pub joined: (u64, u64),
    /// Row by row; see [`Cell`].
    pub cells: Vec<u8>,
    pub down: Vec<Label>,
    pub across: Vec<Label>,
    pub total: u64,
    /// Of those, how many the filter lets through.
    pub matching: u64,
}

/// What stands beside a row or above a column: of its first task, where it holds several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Label {
    pub text: String,
    /// A task in it failed.
    pub failed: bool,
}

/// What a cell tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub status: Status,
    /// How long it took, from 1 to 5; 0 where that is not known.
    pub strength: u8,
    /// The filter lets none of its tasks through.
    pub is_out: bool,
}

/// A cell without a task.
const NOTHING: u8 = 0xff;

/// The status counts by one, the strength by as many as there are statuses, and what the filter
/// leaves out by as many as there are of both.
const STRENGTH: u8 = Status::ALL.len() as u8;
const OUT: u8 = STRENGTH * (STRONGEST + 1);
const STRONGEST: u8 = 5;

impl Cell {
    /// `None` where there is no task.
    pub fn read(byte: u8) -> Option<Self> {
        let status = Status::ALL.get(usize::from(byte % STRENGTH)).copied()?;
        (byte != NOTHING).then_some(Self {
            status,
            strength: byte % OUT / STRENGTH,
            is_out: byte / OUT == 1,
        })
    }

    fn write(self) -> u8 {
        let status = Status::ALL.iter().position(|one| *one == self.status);
        let status = status.unwrap_or_default() as u8;
        let strength = self.strength.min(STRONGEST);
        status + strength * STRENGTH + u8::from(self.is_out) * OUT
    }
}

/// Columns of a grid, at most: each has its label.
const MOST_COLUMNS: u64 = 2000;

/// What of the middle duration ends each strength but the last.
const STRENGTHS: [f64; 4] = [0.75, 1.25, 2.0, 4.0];

/// How long something took against the median, both in microseconds: from 1 to 5, and 0 where
/// that is not known.
pub fn strength(length: Option<Span>, median: f64) -> u8 {
    let Some(length) = length else {
        return 0;
    };
    let shorter = STRENGTHS
        .iter()
        .take_while(|end| length.0 as f64 >= **end * median);
    1 + shorter.count() as u8
}

/// Where the tasks stand, as cells.
pub(super) struct Places {
    form: Form,
    rows: u64,
    columns: u64,
    blocks: Blocks,
}

impl Places {
    pub fn of(siblings: &Siblings, query: &CellsQuery) -> Self {
        let grid = siblings.order.grid.as_ref();
        match grid.filter(|_| query.form == Form::Grid) {
            Some(grid) => {
                let (rows, columns) = (grid.down.len() as u64, grid.across.len() as u64);
                let most_columns = query.columns.min(MOST_COLUMNS);
                let blocks = Blocks::of_grid(rows, columns, most_columns, query.most);
                Self {
                    form: Form::Grid,
                    rows: rows.div_ceil(blocks.rows),
                    columns: columns.div_ceil(blocks.columns),
                    blocks,
                }
            }
            None => {
                // Those that are known to come have their places behind the others.
                let count = (siblings.len() as u64).saturating_add(coming(siblings));
                let blocks = Blocks::of_strip(count, query.most);
                Self {
                    form: Form::Strip,
                    rows: 1,
                    columns: count.div_ceil(blocks.columns),
                    blocks,
                }
            }
        }
    }

    /// The cell of the task at a place.
    pub fn cell(&self, siblings: &Siblings, place: usize) -> Option<usize> {
        let cell = match self.form {
            Form::Strip => place as u64 / self.blocks.columns,
            Form::Grid => {
                let (row, column) = *siblings.order.grid.as_ref()?.places.get(place)?;
                u64::from(row) / self.blocks.rows * self.columns
                    + u64::from(column) / self.blocks.columns
            }
        };
        usize::try_from(cell).ok()
    }
}

impl Engine {
    pub(in crate::engine) async fn cells(
        &self,
        query: CellsQuery,
        work: &Work,
    ) -> Result<CellsView, Box<Failure>> {
        let of = &query.of;
        let siblings = self.siblings_of(&of.run, &of.step, work).await?;
        let filter = self.filter_of(&siblings, of, work).await;
        let matching = self.choose(&siblings, of, &filter, work).await;
        let view = cells(&siblings, &query, &matching);
        if !filter.has_errors() || trouble::all_read(&siblings) {
            return Ok(view);
        }
        work.partial(&view);
        self.read_errors(&siblings, work, |_| {}).await;
        let matching = self.choose(&siblings, of, &filter, work).await;
        Ok(cells(&siblings, &query, &matching))
    }
}

/// Tasks that have not begun, as many as there is room for in a picture.
fn coming(siblings: &Siblings) -> u64 {
    const MOST: u64 = 100_000;
    siblings.loaded.coming(&siblings.order.step).min(MOST)
}

fn cells(siblings: &Siblings, query: &CellsQuery, matching: &[bool]) -> CellsView {
    let places = Places::of(siblings, query);
    let median = siblings.order.spread.map_or(0.0, |spread| spread.median);
    let count = usize::try_from(places.rows * places.columns).unwrap_or(0);
    let mut cells: Vec<Option<Cell>> = vec![None; count];
    let label = |text: &String| Label {
        text: text.clone(),
        failed: false,
    };
    let every = |labels: &[String], step: u64| -> Vec<Label> {
        let step = usize::try_from(step).unwrap_or(usize::MAX).max(1);
        labels.iter().step_by(step).map(label).collect()
    };
    let grid = siblings.order.grid.as_ref();
    let grid = grid.filter(|_| places.form == Form::Grid);
    let mut down = grid.map_or(Vec::new(), |grid| every(&grid.down, places.blocks.rows));
    let mut across = grid.map_or(Vec::new(), |grid| {
        every(&grid.across, places.blocks.columns)
    });
    let columns = usize::try_from(places.columns).unwrap_or(1).max(1);
    for (place, task) in siblings.tasks().enumerate() {
        let Some(at) = places.cell(siblings, place) else {
            continue;
        };
        let Some(cell) = cells.get_mut(at) else {
            continue;
        };
        let own = Cell {
            status: task.status,
            strength: strength(task.took(siblings.now), median),
            is_out: !matching.get(place).copied().unwrap_or(true),
        };
        *cell = Some(match cell.take() {
            // What the filter lets through stands before what it does not.
            Some(known) if known.is_out == own.is_out => Cell {
                status: known.status.min(own.status),
                strength: known.strength.max(own.strength),
                is_out: own.is_out,
            },
            Some(known) if own.is_out => known,
            _ => own,
        });
        if task.status == Status::Failed {
            let labels = [down.get_mut(at / columns), across.get_mut(at % columns)];
            for label in labels.into_iter().flatten() {
                label.failed = true;
            }
        }
    }
    // Where no task is yet, one is to come.
    let in_cell = places.blocks.rows.saturating_mul(places.blocks.columns);
    let coming = coming(siblings).div_ceil(in_cell.max(1));
    let coming = usize::try_from(coming).unwrap_or(usize::MAX);
    let is_out = matching.contains(&false);
    for cell in cells.iter_mut().filter(|cell| cell.is_none()).take(coming) {
        *cell = Some(Cell {
            status: Status::Skipped,
            strength: 0,
            is_out,
        });
    }
    CellsView {
        form: places.form,
        rows: places.rows,
        columns: places.columns,
        joined: (places.blocks.rows, places.blocks.columns),
        cells: cells
            .into_iter()
            .map(|cell| cell.map_or(NOTHING, Cell::write))
            .collect(),
        down,
        across,
        total: siblings.len() as u64,
        matching: matching.iter().filter(|holds| **holds).count() as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::encode;

    #[test]
    fn the_largest_picture_is_no_long_message() {
        let label = || Label {
            text: "a value of forty letters, which is long ".to_owned(),
            failed: true,
        };
        let many = |count: u64| (0..count).map(|_| label()).collect::<Vec<_>>();
        let view = CellsView {
            form: Form::Grid,
            rows: 400,
            columns: MOST_COLUMNS,
            joined: (250, 50),
            cells: vec![0; crate::layout::cells::MOST as usize],
            down: many(400),
            across: many(MOST_COLUMNS),
            total: 100_000,
            matching: 100_000,
        };
        assert!(encode(&view).unwrap().len() < 250_000);
    }

    #[test]
    fn strengths_are_told_against_the_median() {
        let strengths =
            [0, 74, 75, 125, 200, 399, 400, 9000].map(|length| strength(Some(Span(length)), 100.0));
        assert_eq!(strengths, [1, 1, 2, 3, 4, 4, 5, 5]);
        assert_eq!(strength(None, 100.0), 0);
    }

    #[test]
    fn a_cell_crosses_the_thread_as_one_byte() {
        for status in Status::ALL {
            for strength in 0..=5 {
                for is_out in [false, true] {
                    let cell = Cell {
                        status,
                        strength,
                        is_out,
                    };
                    assert_eq!(Cell::read(cell.write()), Some(cell));
                }
            }
        }
        assert_eq!(Cell::read(NOTHING), None);
    }
}
