//! Many things as small cells side by side: how many stand for one where they are too many,
//! how large each is drawn, and which one lies where.
//!
//! [`Blocks`] joins what would be too many, [`Cells`] puts them on a screen. A strip is a row
//! that is broken as often as it takes; a grid keeps its rows.

/// Never more cells than this, whatever room there is.
pub const MOST: u64 = 20_000;

/// Rows of a grid, at most: they are 3 px high then and fill two screens.
const MOST_ROWS: u64 = 400;

/// How many rows and columns of a grid one cell stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocks {
    pub rows: u64,
    pub columns: u64,
}

impl Blocks {
    /// For a grid of so many rows and columns, at most so many columns of cells and so many
    /// cells.
    pub fn of_grid(rows: u64, columns: u64, most_columns: u64, most: u64) -> Self {
        let most = most.clamp(1, MOST);
        let across = columns.div_ceil(most_columns.clamp(1, most)).max(1);
        let most_rows = (most / columns.div_ceil(across).max(1)).clamp(1, MOST_ROWS);
        Self {
            rows: rows.div_ceil(most_rows).max(1),
            columns: across,
        }
    }

    /// For so many things in a row.
    pub fn of_strip(count: u64, most: u64) -> Self {
        Self {
            rows: 1,
            columns: count.div_ceil(most.clamp(1, MOST)).max(1),
        }
    }

    /// Things that one cell stands for.
    pub fn each(self) -> u64 {
        self.rows.saturating_mul(self.columns)
    }
}

/// Cells on a screen, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cells {
    pub count: usize,
    /// Cells in a row.
    pub columns: usize,
    /// From one cell to the next.
    pub step_x: f64,
    pub step_y: f64,
}

/// The room that there is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    pub width: f64,
    /// What can be seen at once; more is scrolled to.
    pub height: f64,
}

impl Room {
    /// As it was measured: an element that is not shown yet has no size.
    pub fn of(width: f64, height: f64) -> Self {
        let real = |length: f64| if length.is_finite() { length } else { 0.0 };
        Self {
            width: real(width).clamp(48.0, 20_000.0),
            height: real(height).clamp(48.0, 20_000.0),
        }
    }

    /// Columns of a grid that can be told apart.
    pub fn columns(self) -> u64 {
        (self.width / LEAST_WIDE) as u64
    }

    /// Cells that can be told apart, without much scrolling.
    pub fn cells(self) -> u64 {
        let most = self.width * self.height * 1.25 / (LEAST * LEAST);
        (most as u64).clamp(100, MOST)
    }
}

/// A cell and the gap behind it, at least; in a grid they may be narrower and lower.
const LEAST: f64 = 5.0;
const LEAST_WIDE: f64 = 4.0;
const LEAST_HIGH: f64 = 4.0;

/// No cell is larger.
const LARGEST: f64 = 24.0;

impl Cells {
    pub fn of_strip(count: usize, room: Room) -> Self {
        let count = count.max(1);
        let area = room.width * room.height / count as f64;
        let mut step = area.sqrt().floor().clamp(LEAST, LARGEST);
        // Whole rows take more than the area has.
        while step > LEAST && rows(count, fitting(room.width, step)) * step > room.height {
            step -= 1.0;
        }
        Self {
            count,
            columns: fitting(room.width, step),
            step_x: step,
            step_y: step,
        }
    }

    pub fn of_grid(rows: usize, columns: usize, room: Room) -> Self {
        let (rows, columns) = (rows.max(1), columns.max(1));
        let fit = |length: f64, count: usize, least: f64| {
            let step = length / count as f64;
            // Whole pixels, unless a cell has only few.
            let step = if step >= 6.0 { step.floor() } else { step };
            step.clamp(least, LARGEST)
        };
        let step_x = fit(room.width, columns, LEAST_WIDE - 1.0);
        let step_y = fit(room.height, rows, LEAST_HIGH);
        Self {
            count: rows.saturating_mul(columns),
            columns,
            // Near to squares, for what fits twice over.
            step_x: step_x.min(step_y * 2.0).max(LEAST_WIDE - 1.0),
            step_y: step_y.min(step_x * 2.0).max(LEAST_HIGH),
        }
    }

    pub fn rows(&self) -> usize {
        self.count.div_ceil(self.columns.max(1))
    }

    pub fn width(&self) -> f64 {
        self.columns.min(self.count) as f64 * self.step_x
    }

    pub fn height(&self) -> f64 {
        self.rows() as f64 * self.step_y
    }

    /// What is left free between two cells.
    pub fn gap(&self) -> f64 {
        match self.step_x.min(self.step_y) {
            step if step < 5.0 => 0.5,
            step if step < 14.0 => 1.0,
            _ => 2.0,
        }
    }

    /// The upper left corner of a cell.
    pub fn at(&self, cell: usize) -> (f64, f64) {
        let columns = self.columns.max(1);
        (
            (cell % columns) as f64 * self.step_x,
            (cell / columns) as f64 * self.step_y,
        )
    }

    /// The cell under a point, if there is one.
    pub fn under(&self, x: f64, y: f64) -> Option<usize> {
        if !(x >= 0.0 && y >= 0.0) {
            return None;
        }
        let (column, row) = ((x / self.step_x) as usize, (y / self.step_y) as usize);
        if column >= self.columns {
            return None;
        }
        let cell = row.checked_mul(self.columns)?.checked_add(column)?;
        (cell < self.count).then_some(cell)
    }

    /// Where a key leads from a cell; `None` for a key that leads nowhere.
    pub fn walked(&self, from: usize, key: &str) -> Option<usize> {
        let last = self.count.checked_sub(1)?;
        let columns = self.columns.max(1);
        let row = from / columns * columns;
        let to = match key {
            "ArrowRight" => from.saturating_add(1),
            "ArrowLeft" => from.saturating_sub(1),
            "ArrowDown" => match from.saturating_add(columns) {
                // Below is nothing: stay, rather than jump along the row.
                below if below > last => from,
                below => below,
            },
            "ArrowUp" => from.checked_sub(columns).unwrap_or(from),
            "Home" => row,
            "End" => row.saturating_add(columns - 1),
            _ => return None,
        };
        Some(to.min(last))
    }
}

fn fitting(width: f64, step: f64) -> usize {
    ((width / step) as usize).max(1)
}

fn rows(count: usize, columns: usize) -> f64 {
    count.div_ceil(columns.max(1)) as f64
}

/// Which of some labels stand beside their cells: those that must, and of the others as many
/// as leave room to the next one. Each has its place in pixels, and says whether it must; the
/// answer are their numbers.
pub fn labelled(labels: &[(f64, f64, bool)]) -> Vec<usize> {
    // Each takes from `at` so much; the ones that must come first.
    let mut taken: Vec<(f64, f64, usize)> = Vec::new();
    for wanted in [true, false] {
        for (number, (at, length, must)) in labels.iter().enumerate() {
            if *must != wanted {
                continue;
            }
            let end = at + length;
            let place = taken.partition_point(|(from, _, _)| from < at);
            let before = place.checked_sub(1).and_then(|before| taken.get(before));
            let free_before = before.is_none_or(|(_, to, _)| to <= at);
            let free_after = taken.get(place).is_none_or(|(from, _, _)| end <= *from);
            if free_before && free_after {
                taken.insert(place, (*at, end, number));
            }
        }
    }
    taken.into_iter().map(|(_, _, number)| number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ten_thousand_fit_on_a_screen() {
        let room = Room::of(1140.0, 420.0);
        assert!(room.cells() >= 10_000);
        let strip = Cells::of_strip(10_000, room);
        assert!(strip.height() <= room.height, "{strip:?}");
        assert_eq!(Blocks::of_strip(10_000, room.cells()).each(), 1);
        let grid = Cells::of_grid(100, 100, room);
        assert!(
            grid.height() <= room.height && grid.width() <= room.width,
            "{grid:?}"
        );
        assert_eq!(
            Blocks::of_grid(100, 100, room.columns(), room.cells()).each(),
            1
        );
    }

    #[test]
    fn a_hundred_thousand_are_joined() {
        let blocks = Blocks::of_strip(100_000, MOST);
        assert_eq!(blocks.each(), 5);
        let blocks = Blocks::of_grid(1000, 100, 280, MOST);
        assert_eq!((blocks.rows, blocks.columns), (5, 1));
    }

    #[test]
    fn keys_walk_along_rows_and_columns() {
        // Ten cells, four in a row.
        let cells = Cells {
            count: 10,
            columns: 4,
            step_x: 10.0,
            step_y: 10.0,
        };
        let walks = [
            (0, "ArrowRight", 1),
            (3, "ArrowRight", 4),
            (9, "ArrowRight", 9),
            (0, "ArrowLeft", 0),
            (1, "ArrowDown", 5),
            (7, "ArrowDown", 7),
            (5, "ArrowUp", 1),
            (2, "ArrowUp", 2),
            (6, "Home", 4),
            (5, "End", 7),
            (8, "End", 9),
        ];
        for (from, key, to) in walks {
            assert_eq!(cells.walked(from, key), Some(to), "{key} from {from}");
        }
        assert_eq!(cells.walked(3, "Enter"), None);
    }

    #[test]
    fn labels_that_must_stand_push_others_away() {
        let labels: Vec<(f64, f64, bool)> = (0..10)
            .map(|at| (f64::from(at) * 8.0, 14.0, at == 3))
            .collect();
        assert_eq!(labelled(&labels), [0, 3, 5, 7, 9]);
    }

    proptest! {
        #[test]
        fn a_cell_is_found_where_it_is_drawn(
            count in 1..3000usize, width in 0.0..4000f64, height in 0.0..2000f64, cell in 0..3000usize, columns in 1..200usize,
        ) {
            let room = Room::of(width, height);
            let cell = cell % count;
            for cells in [Cells::of_strip(count, room), Cells::of_grid(count.div_ceil(columns), columns, room)] {
                let (x, y) = cells.at(cell);
                let inside = |step: f64| step / 2.0;
                prop_assert_eq!(cells.under(x + inside(cells.step_x), y + inside(cells.step_y)), Some(cell));
                prop_assert!(cells.gap() < cells.step_x && cells.gap() < cells.step_y);
            }
            // A strip is never wider than the screen.
            prop_assert!(Cells::of_strip(count, room).width() <= room.width);
        }

        #[test]
        fn never_more_cells_than_wished(
            rows in 0..u64::MAX, columns in 0..u64::MAX, most_columns in 0..5000u64, most in 0..40_000u64,
        ) {
            let blocks = Blocks::of_grid(rows, columns, most_columns, most);
            let (down, across) = (rows.div_ceil(blocks.rows), columns.div_ceil(blocks.columns));
            prop_assert!(across <= most_columns.max(1));
            prop_assert!(down.saturating_mul(across) <= most.clamp(1, MOST).max(1));
            let strip = Blocks::of_strip(rows, most);
            prop_assert!(rows.div_ceil(strip.columns) <= most.clamp(1, MOST));
        }

        #[test]
        fn labels_do_not_lie_over_one_another(
            labels in prop::collection::vec((0.0..500f64, 1.0..60f64, any::<bool>()), 0..60),
        ) {
            let chosen = labelled(&labels);
            for two in chosen.windows(2) {
                let (one, next) = (labels[two[0]], labels[two[1]]);
                prop_assert!(one.0 + one.1 <= next.0);
            }
        }
    }
}
