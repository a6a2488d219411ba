//! What a column comes to: how many values, the least and the most, those that stand there
//! most often, a histogram.

use super::key::Key;
use super::{AT_ONCE, ColumnView, cut};
use crate::engine::Work;
use crate::libraries::cell::Cell;
use crate::libraries::pandas::Column;
use crate::pickle::Pickle;
use crate::sorting::{SortedMap, sort_by};
use crate::source::Pace as _;

/// Parts of a histogram.
const BARS: usize = 24;

/// Different values that are counted apart.
pub const DISTINCT: usize = 10_000;

pub(super) async fn summed_up(column: &Column<'_>, pickle: &Pickle, work: &Work) -> ColumnView {
    let len = column.len();
    let mut view = ColumnView {
        count: len as u64,
        ..ColumnView::default()
    };
    let mut seen: Option<SortedMap<String, u64>> = Some(SortedMap::default());
    let mut numbers = 0u64;
    let mut sum = 0.0;
    let mut least: Option<(f64, String)> = None;
    let mut most: Option<(f64, String)> = None;
    let mut new = Vec::new();
    for at in 0..len {
        if at % AT_ONCE == 0 {
            work.breathe().await;
        }
        let Some(cell) = column.get(pickle, at) else {
            view.missing += 1;
            continue;
        };
        if cell.is_null(pickle) {
            view.missing += 1;
            continue;
        }
        if let Key::Number(number) = Key::of(Some(&cell), pickle) {
            numbers += 1;
            sum += number;
            if least.as_ref().is_none_or(|(known, _)| number < *known) {
                least = Some((number, cell.text(pickle)));
            }
            if most.as_ref().is_none_or(|(known, _)| number > *known) {
                most = Some((number, cell.text(pickle)));
            }
        }
        if seen.is_some() {
            new.push(cut(cell.text(pickle)));
        }
        if new.len() >= AT_ONCE || at + 1 == len {
            count_in(&mut seen, std::mem::take(&mut new));
        }
    }
    count_in(&mut seen, new);
    view.distinct = seen.as_ref().map(|seen| seen.iter().count() as u64);
    if let Some(seen) = seen {
        /// A glance.
        const COMMON: usize = 5;
        let mut all: Vec<(String, u64)> = seen.into_iter().collect();
        sort_by(&mut all, |a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        all.truncate(COMMON);
        view.common = all;
    }
    let as_number =
        |cell: &Cell<'_>| cell.number(pickle).is_some() && !matches!(cell, Cell::Bool(_));
    let plain = (0..len).find_map(|at| column.get(pickle, at).filter(|cell| !cell.is_null(pickle)));
    if numbers > 0 && plain.is_some_and(|cell| as_number(&cell)) {
        view.mean = Some(about(sum / numbers as f64));
    }
    if let (Some((low, least)), Some((high, most))) = (least, most) {
        view.histogram = histogram(column, pickle, low, high, work).await;
        view.min = Some(least);
        view.max = Some(most);
    }
    view
}

/// A number in six digits.
pub fn about(number: f64) -> String {
    let text = format!("{number:.5e}");
    crate::pickle::repr::float(text.parse().unwrap_or(number))
}

/// Adds texts to those that were counted; too many different ones are not counted at all.
fn count_in(seen: &mut Option<SortedMap<String, u64>>, mut new: Vec<String>) {
    let Some(known) = seen else { return };
    sort_by(&mut new, |a, b| a.cmp(b));
    let mut more = Vec::new();
    for same in new.chunk_by(|a, b| a == b) {
        if let Some(text) = same.first() {
            let before = known.get(text).copied().unwrap_or(0);
            more.push((text.clone(), before + same.len() as u64));
        }
    }
    known.extend(more);
    if known.iter().count() > DISTINCT {
        *seen = None;
    }
}

async fn histogram(
    column: &Column<'_>,
    pickle: &Pickle,
    low: f64,
    high: f64,
    work: &Work,
) -> Vec<u64> {
    let width = high - low;
    if !width.is_finite() || width <= 0.0 {
        return Vec::new();
    }
    let mut bars = vec![0u64; BARS];
    for at in 0..column.len() {
        if at % AT_ONCE == 0 {
            work.breathe().await;
        }
        let cell = column.get(pickle, at);
        if let Key::Number(number) = Key::of(cell.as_ref(), pickle) {
            let part = ((number - low) / width * BARS as f64) as usize;
            if let Some(bar) = bars.get_mut(part.min(BARS - 1)) {
                *bar += 1;
            }
        }
    }
    bars
}
