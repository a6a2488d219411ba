//! Numbers of one axis as a line, and a few of them over one another.

use super::{Along, MOST_LINES};
use crate::libraries::numpy::Array;

/// Lines over the same places.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    pub lines: Vec<Line>,
    /// Elements of each line.
    pub len: usize,
    /// How many elements are in a bucket; fewer in the last one, 1 where all are shown.
    pub step: usize,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The first bucket begins with element 0, the next one with element [`Lines::step`].
    pub buckets: Vec<Bucket>,
    /// Of all finite elements.
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// Elements that are no number, masked ones among them.
    pub nan: u64,
    pub infinite: u64,
}

/// The smallest and largest finite number of a stretch; `None` where there is none.
pub type Bucket = Option<(f64, f64)>;

/// No line has more buckets.
pub const MOST_BUCKETS: usize = 2_000;

/// The lines of an array of one or two axes, each in at most so many buckets.
pub fn lines(array: &Array<'_>, along: Along, most: usize) -> Option<Lines> {
    let (count, len) = match (along, array.shape.as_slice()) {
        (Along::Whole, &[len]) => (1, len),
        (Along::Rows, &[count, len]) | (Along::Columns, &[len, count]) => (count, len),
        _ => return None,
    };
    let step = len.div_ceil(most.clamp(1, MOST_BUCKETS)).max(1);
    let line = |number: usize| {
        let element = |at: usize| match along {
            Along::Whole => array.number_at(&[at]),
            Along::Rows => array.number_at(&[number, at]),
            Along::Columns => array.number_at(&[at, number]),
        };
        line(&element, len, step)
    };
    Some(Lines {
        lines: (0..count.min(MOST_LINES)).map(line).collect(),
        len,
        step,
    })
}

fn line(element: &dyn Fn(usize) -> f64, len: usize, step: usize) -> Line {
    let mut line = Line {
        buckets: Vec::with_capacity(len.div_ceil(step)),
        min: None,
        max: None,
        nan: 0,
        infinite: 0,
    };
    let mut all: Bucket = None;
    for first in (0..len).step_by(step) {
        let mut bucket: Bucket = None;
        for number in (first..first.saturating_add(step).min(len)).map(element) {
            if number.is_nan() {
                line.nan += 1;
            } else if number.is_infinite() {
                line.infinite += 1;
            } else {
                bucket = with(bucket, (number, number));
            }
        }
        if let Some(bucket) = bucket {
            all = with(all, bucket);
        }
        line.buckets.push(bucket);
    }
    (line.min, line.max) = (all.map(|(min, _)| min), all.map(|(_, max)| max));
    line
}

fn with(bucket: Bucket, (low, high): (f64, f64)) -> Bucket {
    let (least, most) = bucket.unwrap_or((low, high));
    Some((least.min(low), most.max(high)))
}
