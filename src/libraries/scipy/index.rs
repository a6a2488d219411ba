//! In which order the elements of a sparse matrix are found.
//!
//! Compressed lines whose places rise are in order as they are stored, and so are lists of
//! rows and whatever else rises by itself. Everything else is put in order once; what was
//! found is kept beside the pickle. Start with [`Index::of`].

use super::{Format, Parts, Sparse, stored};
use crate::pickle::Pickle;
use crate::sorting::sort_by;

/// What is worked out of a matrix once.
#[derive(Debug)]
pub(super) struct Index {
    pub search: Search,
    /// Lines from this one on begin where they cannot.
    pub sound: usize,
    /// Elements that stand outside of the shape.
    pub outside: usize,
}

/// How elements are found.
#[derive(Debug)]
pub(super) enum Search {
    /// They are in order as they are stored.
    Stored,
    /// Their numbers, in the order of rows and columns.
    Ordered(Vec<u32>),
    /// The places of diagonals, by their offsets.
    Diagonals(Vec<(i64, usize)>),
    /// They are too many to be put in order.
    Nothing,
}

/// So many elements are put in order within some seconds.
const MOST_ORDERED: usize = 5_000_000;

impl Index {
    pub fn of(sparse: &Sparse<'_>, pickle: &Pickle) -> Self {
        let mut index = Index {
            search: Search::Stored,
            sound: usize::MAX,
            outside: 0,
        };
        // Each takes a byte at least, where the rows do not share their lists.
        if sparse.stored > pickle.bytes().len() {
            index.search = Search::Nothing;
            return index;
        }
        let in_order = match &sparse.parts {
            Parts::Diagonals { offsets, .. } => {
                let mut all: Vec<(i64, usize)> = offsets.iter().copied().zip(0..).collect();
                sort_by(&mut all, |one, other| one.cmp(other));
                index.search = Search::Diagonals(all);
                return index;
            }
            Parts::Compressed { .. } => index.look_at_lines(sparse),
            Parts::Lists { rows, .. } => {
                let width = sparse.shape.get(1).copied().unwrap_or(0);
                let mut in_order = true;
                for (row, (columns, _)) in rows.iter().enumerate() {
                    let columns = 0..columns.len();
                    let columns = columns.map(|at| sparse.listed(pickle, row, at));
                    in_order &= index.look_at(columns, width, 1);
                }
                in_order
            }
            _ => {
                let pair = |number| sparse.pair(pickle, number, usize::MAX);
                let pairs = (0..sparse.stored).map(pair);
                index.look_at(pairs, (usize::MAX, 0), 1)
            }
        };
        if !in_order {
            index.search = index.ordered(sparse, pickle);
        }
        index
    }

    /// Counts what stands outside, and says whether the places rise and all of them can be
    /// read.
    fn look_at<K: Ord + Copy>(
        &mut self,
        places: impl Iterator<Item = Option<K>>,
        end: K,
        elements: usize,
    ) -> bool {
        let (mut in_order, mut last) = (true, None);
        for place in places {
            if place.is_none_or(|place| place >= end) {
                self.outside = self.outside.saturating_add(elements);
            }
            in_order &= place.is_some() && place >= last;
            last = place;
        }
        in_order
    }

    fn look_at_lines(&mut self, sparse: &Sparse<'_>) -> bool {
        let Parts::Compressed {
            indices,
            starts,
            block: (down, across),
            ..
        } = &sparse.parts
        else {
            return false;
        };
        let lines = starts.len().saturating_sub(1);
        let rises = |line: &usize| sparse.line(*line).is_some();
        self.sound = (0..lines).take_while(rises).count();
        let other = match sparse.format {
            Format::Csc => sparse.shape.first(),
            _ => sparse.shape.last(),
        };
        let size = down.saturating_mul(*across).max(1);
        let end = other.copied().unwrap_or(0).div_ceil((*across).max(1));
        let mut in_order = true;
        for line in (0..self.sound).filter_map(|line| sparse.line(line)) {
            let blocks = line.start / size..line.end / size;
            let places = blocks.map(|at| stored::index(indices, at));
            in_order &= self.look_at(places, end, size);
        }
        in_order
    }

    /// Whether a place is in a line of which nobody knows where it begins.
    pub fn is_lost(&self, sparse: &Sparse<'_>, place: (usize, usize)) -> bool {
        let Parts::Compressed { starts, block, .. } = &sparse.parts else {
            return false;
        };
        let line = match sparse.format {
            Format::Csc => place.1,
            _ => place.0.checked_div(block.0).unwrap_or(0),
        };
        line >= self.sound && line < starts.len().saturating_sub(1)
    }

    /// The elements that stand inside, by row and column.
    fn ordered(&self, sparse: &Sparse<'_>, pickle: &Pickle) -> Search {
        if sparse.stored > MOST_ORDERED {
            return Search::Nothing;
        }
        let mut all: Vec<(usize, usize, u32)> = Vec::new();
        for number in 0..sparse.stored {
            if let Some((row, column)) = sparse.pair(pickle, number, self.sound) {
                all.push((row, column, number as u32));
            }
        }
        sort_by(&mut all, |one, other| one.cmp(other));
        Search::Ordered(all.into_iter().map(|(_, _, number)| number).collect())
    }
}
