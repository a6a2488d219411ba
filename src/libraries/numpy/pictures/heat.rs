//! Numbers of two axes as a heat map.

use crate::libraries::numpy::Array;

/// A heat map: cells in rows, each the mean of a rectangle of elements.
#[derive(Clone, Debug, PartialEq)]
pub struct Heat {
    pub rows: usize,
    pub columns: usize,
    /// How many elements down and across are in a cell; fewer in the last ones.
    pub step: (usize, usize),
    /// Row by row; NaN where a cell has no finite number.
    pub cells: Vec<f64>,
    /// Of all finite elements, not of the cells.
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// Elements that are no number, masked ones among them.
    pub nan: u64,
    pub infinite: u64,
}

/// No heat map has more cells along an axis.
pub const MOST_CELLS: usize = 512;

/// The heat map of an array of two axes, with at most so many cells along each of them.
pub fn heat(array: &Array<'_>, most: usize) -> Option<Heat> {
    let &[height, width] = array.shape.as_slice() else {
        return None;
    };
    let most = most.clamp(1, MOST_CELLS);
    let step = (height.div_ceil(most).max(1), width.div_ceil(most).max(1));
    let (rows, columns) = (height.div_ceil(step.0), width.div_ceil(step.1));
    let mut cells = Vec::with_capacity(rows * columns);
    let (mut nan, mut infinite) = (0u64, 0u64);
    let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
    // Of a row of cells the means so far: a sum might be beyond what a float holds.
    let mut means = vec![(0.0f64, 0u64); columns];
    for row in 0..rows {
        means.fill((0.0, 0));
        for y in row * step.0..((row + 1) * step.0).min(height) {
            for x in 0..width {
                let number = array.number_at(&[y, x]);
                if number.is_nan() {
                    nan += 1;
                } else if number.is_infinite() {
                    infinite += 1;
                } else if let Some((mean, count)) = means.get_mut(x / step.1) {
                    (min, max) = (min.min(number), max.max(number));
                    *count += 1;
                    let count = *count as f64;
                    *mean += number / count - *mean / count;
                }
            }
        }
        let mean = |&(mean, count): &(f64, u64)| if count == 0 { f64::NAN } else { mean };
        cells.extend(means.iter().map(mean));
    }
    Some(Heat {
        rows,
        columns,
        step,
        cells,
        min: min.is_finite().then_some(min),
        max: max.is_finite().then_some(max),
        nan,
        infinite,
    })
}
