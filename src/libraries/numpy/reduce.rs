//! Sum, smallest and largest of an array, as NumPy itself gives them.
//!
//! Floats are summed in pairs (`numpy/_core/src/umath/loops_utils.h.src`,
//! `pairwise_sum`), so that the last digits are NumPy's too; integers wrap around.

use super::array::Array;
use super::dtype::Kind;
use crate::libraries::cell::{Cell, from_half, to_half};
use std::ops::Add;

/// What an array's elements come to. A part is `None` where NumPy has none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    pub sum: Option<Cell<'static>>,
    pub min: Option<Cell<'static>>,
    pub max: Option<Cell<'static>>,
}

/// Looks at every element of an array of numbers; of others it knows nothing.
pub fn summary(array: &Array<'_>) -> Summary {
    match (&array.dtype.kind, array.dtype.size) {
        (Kind::Bool, _) => {
            let set = array
                .iter()
                .filter(|cell| *cell == Cell::Bool(true))
                .count();
            let there = array
                .iter()
                .filter(|cell| *cell != Cell::Null("--"))
                .count();
            let of = |value| (there > 0).then_some(Cell::Bool(value));
            Summary {
                sum: Some(Cell::Int(set as i64)),
                min: of(set == there),
                max: of(set > 0),
            }
        }
        (Kind::Int, _) => {
            let numbers = || {
                array.iter().filter_map(|cell| match cell {
                    Cell::Int(value) => Some(value),
                    _ => None,
                })
            };
            Summary {
                sum: Some(Cell::Int(numbers().fold(0, i64::wrapping_add))),
                min: numbers().min().map(Cell::Int),
                max: numbers().max().map(Cell::Int),
            }
        }
        (Kind::Uint, _) => {
            let numbers = || {
                array.iter().filter_map(|cell| match cell {
                    Cell::Uint(value) => Some(value),
                    _ => None,
                })
            };
            Summary {
                sum: Some(Cell::Uint(numbers().fold(0, u64::wrapping_add))),
                min: numbers().min().map(Cell::Uint),
                max: numbers().max().map(Cell::Uint),
            }
        }
        (Kind::Float, 2 | 4) => {
            let cell = match array.dtype.size {
                2 => |value| Cell::Half(to_half(value)),
                _ => Cell::Single as fn(f32) -> Cell<'static>,
            };
            let number = |cell: Cell<'_>| match cell {
                Cell::Single(value) => Some(value),
                Cell::Half(bits) => Some(from_half(bits)),
                _ => None,
            };
            let add = |number: Option<f32>| number.unwrap_or(0.0);
            let sum = pairwise(&|cell| add(cell.and_then(number)), array);
            let numbers = || array.iter().filter_map(number);
            Summary {
                sum: Some(cell(sum)),
                min: extreme(numbers(), |a, b| a < b).map(cell),
                max: extreme(numbers(), |a, b| a > b).map(cell),
            }
        }
        (Kind::Float, _) => {
            let number = |cell: Cell<'_>| match cell {
                Cell::Float(value) => Some(value),
                _ => None,
            };
            let add = |number: Option<f64>| number.unwrap_or(0.0);
            let sum = pairwise(&|cell| add(cell.and_then(number)), array);
            let numbers = || array.iter().filter_map(number);
            Summary {
                sum: Some(Cell::Float(sum)),
                min: extreme(numbers(), |a, b| a < b).map(Cell::Float),
                max: extreme(numbers(), |a, b| a > b).map(Cell::Float),
            }
        }
        _ => Summary::default(),
    }
}

/// The first of the smallest or largest; one that is no number wins over all.
fn extreme<T: Copy + PartialEq + Into<f64>>(
    numbers: impl Iterator<Item = T>,
    wins: impl Fn(f64, f64) -> bool,
) -> Option<T> {
    let mut best = None;
    for number in numbers {
        #[allow(clippy::eq_op, reason = "only what is no number differs from itself")]
        if number != number {
            return Some(number);
        }
        // The negative zero is the smaller one.
        let wins = |best: T| match number == best {
            true => wins_as_zero(number.into(), best.into(), wins(1.0, 0.0)),
            false => wins(number.into(), best.into()),
        };
        if best.is_none_or(wins) {
            best = Some(number);
        }
    }
    best
}

fn wins_as_zero(number: f64, best: f64, larger_wins: bool) -> bool {
    number == 0.0
        && number.is_sign_negative() != best.is_sign_negative()
        && best.is_sign_negative() == larger_wins
}

/// The sum in the order in which the elements are stored, which is NumPy's order too.
fn pairwise<T: Copy + Default + Add<Output = T>>(
    number: &impl Fn(Option<Cell<'_>>) -> T,
    array: &Array<'_>,
) -> T {
    let line = array.line();
    let element = |at: usize| match line {
        Some((first, step)) => {
            let place = first as isize + at as isize * step;
            array.stored(usize::try_from(place).ok()?)
        }
        None => array.get(at),
    };
    sum(&|at| number(element(at)), 0, array.len())
}

/// The sum of so many numbers from 0 on, in NumPy's order.
pub fn pairwise_sum<T: Copy + Default + Add<Output = T>>(
    number: &impl Fn(usize) -> T,
    count: usize,
) -> T {
    sum(number, 0, count)
}

/// Fewer than 8 one by one, up to 128 in eight sums side by side, more in halves.
fn sum<T: Copy + Default + Add<Output = T>>(
    number: &impl Fn(usize) -> T,
    first: usize,
    count: usize,
) -> T {
    const BLOCK: usize = 128;
    if count < 8 {
        let mut numbers = (first..first + count).map(number);
        let start = numbers.next().unwrap_or_default();
        return numbers.fold(start, Add::add);
    }
    if count > BLOCK {
        let half = count / 2;
        let half = half - half % 8;
        return sum(number, first, half) + sum(number, first + half, count - half);
    }
    let mut sums = [T::default(); 8];
    for (lane, sum) in sums.iter_mut().enumerate() {
        *sum = number(first + lane);
    }
    let whole = count - count % 8;
    for at in (8..whole).step_by(8) {
        for (lane, sum) in sums.iter_mut().enumerate() {
            *sum = *sum + number(first + at + lane);
        }
    }
    let [a, b, c, d, e, f, g, h] = sums;
    let start = ((a + b) + (c + d)) + ((e + f) + (g + h));
    (whole..count).fold(start, |all, at| all + number(first + at))
}
