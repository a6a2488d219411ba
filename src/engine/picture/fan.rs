//! An opened step: a frame with its tasks as tiles.
//!
//! Few tiles have their values in them, many are squares; of very many only some are
//! drawn, the failed ones first.

use super::seen::{letters, mix_words, short};
use crate::model::{ForeachFrame, Moment, Span, Status, Task};
use crate::sorting::{SortedSet, sort_by};
use crate::text::human::{count, span};
use serde::{Deserialize, Serialize};

/// The tasks of an opened step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fan {
    /// The worst first, then by place in the foreach.
    pub tiles: Vec<Tile>,
    /// How many have no tile.
    pub left: u64,
    /// How those fared.
    pub left_mix: Vec<(Status, u64)>,
    /// The tiles have words in them, of at most so many letters.
    pub has_words: bool,
    pub letters: u32,
    columns: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tile {
    pub id: String,
    /// `country=FI / fold=3`, or the id.
    pub label: String,
    /// The innermost value alone: what stands in the tile.
    pub short: String,
    pub status: Status,
    /// It ended well with an exception that was caught.
    pub caught: bool,
    /// From its first start to its last end, or to now where it still runs.
    pub duration: Option<Span>,
}

/// Where something is, from the corner of the frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

/// Tiles of one step.
const MOST: usize = 200;
/// Up to here each tile has its value in it.
const WORDED: usize = 24;

/// Letters of a value in a tile: as many as the longest has, within these.
const LETTERS: usize = 6;
const MOST_LETTERS: usize = 12;

/// The frame's own two lines.
const HEAD: f32 = 46.0;
const EDGE: f32 = 10.0;
const GAP: f32 = 4.0;
/// The line that says how many are left.
const FOOT: f32 = 18.0;
const LEAST_WIDTH: f32 = 216.0;

impl Fan {
    /// At most `most` tiles, and at most so many as a frame holds.
    pub(super) fn of(tasks: &[Task], most: usize, now: Moment) -> Self {
        let mut all: Vec<&Task> = tasks.iter().collect();
        let place = |task: &Task| {
            let frames = task.foreach.iter();
            frames.map(|frame| frame.index).collect::<Vec<_>>()
        };
        // Stable: tasks without a place stay in the order of their ids.
        sort_by(&mut all, |a, b| {
            let by_status = a.status.cmp(&b.status);
            by_status.then_with(|| place(a).cmp(&place(b)))
        });
        let shown = all.len().min(MOST).min(most);
        let mut tiles: Vec<Tile> = all.iter().take(shown).map(|task| tile(task, now)).collect();
        // Where the innermost values are not all different, they are no names.
        let shorts: SortedSet<&str> = tiles.iter().map(|tile| tile.short.as_str()).collect();
        if shorts.len() < tiles.len() {
            for (tile, task) in tiles.iter_mut().zip(&all) {
                if task.iteration.is_none()
                    && task.foreach.len() > 1
                    && let Some(values) = task.values_alone()
                {
                    tile.short = values;
                }
            }
        }
        Self {
            left: (all.len() - shown) as u64,
            left_mix: Status::tally(all.iter().skip(shown).map(|task| task.status)),
            ..Self::with_tiles(tiles)
        }
    }

    pub(super) fn with_tiles(tiles: Vec<Tile>) -> Self {
        let lengths = tiles.iter().map(|tile| letters(&tile.short));
        let letters = lengths.max().unwrap_or(0).clamp(LETTERS, MOST_LETTERS) as u32;
        let columns = match tiles.len() {
            0..=9 => 3,
            10..=WORDED => 6,
            _ => 24,
        };
        // Wide ones stand in fewer columns.
        let is_wide = letters as usize > LETTERS && columns == 6;
        let columns = if is_wide { 4 } else { columns };
        Self {
            has_words: tiles.len() <= WORDED,
            letters,
            tiles,
            left: 0,
            left_mix: Vec::new(),
            columns,
        }
    }

    fn tile_size(&self) -> (f32, f32) {
        match self.has_words {
            true => (28.0 + 7.0 * self.letters as f32, 20.0),
            false => (14.0, 14.0),
        }
    }

    fn rows(&self) -> f32 {
        (self.tiles.len() as u32).div_ceil(self.columns.max(1)) as f32
    }

    /// Width and height of the frame.
    pub fn frame(&self) -> (f32, f32) {
        let (width, height) = self.tile_size();
        let columns = self.columns.min(self.tiles.len() as u32);
        let wide = 2.0 * EDGE + columns as f32 * (width + GAP) - GAP;
        let high = HEAD + self.rows() * (height + GAP) - GAP + EDGE;
        let foot = if self.left > 0 { FOOT } else { 0.0 };
        (wide.max(LEAST_WIDTH), high + foot)
    }

    /// Where a tile is.
    pub fn spot(&self, at: usize) -> Spot {
        let (width, height) = self.tile_size();
        let columns = self.columns.max(1);
        let (column, row) = (at as u32 % columns, at as u32 / columns);
        Spot {
            x: EDGE + column as f32 * (width + GAP),
            y: HEAD + row as f32 * (height + GAP),
            width,
            height,
        }
    }

    /// The tile that a key leads to from another one.
    pub fn neighbour(&self, at: usize, key: &str) -> Option<usize> {
        let columns = self.columns.max(1) as usize;
        let next = match key {
            "ArrowLeft" => at.checked_sub(1),
            "ArrowRight" => at.checked_add(1),
            "ArrowUp" => at.checked_sub(columns),
            "ArrowDown" => at.checked_add(columns),
            "Home" => Some(0),
            "End" => self.tiles.len().checked_sub(1),
            _ => None,
        };
        next.filter(|next| *next < self.tiles.len())
    }

    /// How many are left, and how they fared.
    pub fn told_of_left(&self) -> String {
        let mix = match self.left_mix.as_slice() {
            [(status, _)] => format!("all {}", status.in_sentence()),
            mix => mix_words(mix),
        };
        format!("{} more: {mix}", count(self.left))
    }

    /// The same in as many letters as there is room for in the last line.
    pub fn foot_words(&self) -> String {
        const LETTER: f32 = 6.5;
        let room = ((self.frame().0 - 2.0 * EDGE) / LETTER) as usize;
        short(&self.told_of_left(), room)
    }

    /// Whether there is an order to see in it.
    pub fn is_mixed(&self) -> bool {
        let mut all = self.tiles.iter().map(|tile| tile.status);
        let first = all.next();
        let mut others = all.chain(self.left_mix.iter().map(|(status, _)| *status));
        others.any(|status| Some(status) != first)
    }

    /// Where the words begin that say how many are left.
    pub fn foot(&self) -> (f32, f32) {
        (EDGE, self.frame().1 - EDGE)
    }
}

impl Tile {
    /// What is said of it when the pointer rests on it, and to whoever hears it.
    pub fn told(&self) -> String {
        let status = self.status.in_sentence_with(self.caught);
        match self.duration {
            Some(length) => format!("{}, {status}, {}", self.label, span(length.0)),
            None => format!("{}, {status}", self.label),
        }
    }
}

fn tile(task: &Task, now: Moment) -> Tile {
    let label = task.label();
    let innermost = task.foreach.last().and_then(value);
    let iteration = task.iteration.map(|number| number.to_string());
    Tile {
        id: task.id.clone(),
        short: iteration.or(innermost).unwrap_or_else(|| task.id.clone()),
        label: label.unwrap_or_else(|| task.id.clone()),
        status: task.status,
        caught: task.is_caught(),
        duration: task.took(now),
    }
}

fn value(frame: &ForeachFrame) -> Option<String> {
    match (&frame.label, frame.index) {
        (Some((_, value)), _) => Some(value.clone()),
        // As in the tree, where there is room for it.
        (None, Some(index)) if letters(&frame.step) <= LETTERS => {
            Some(format!("{}[{index}]", frame.step))
        }
        (None, index) => index.map(|index| format!("[{index}]")),
    }
}
