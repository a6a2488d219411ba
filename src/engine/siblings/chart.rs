//! The numbers of an artifact over the tasks, in the order of their foreach.

use super::Chosen;
use super::columns::MOST_TASKS;
use super::order::Siblings;
use super::rows::Fences;
use super::scalar::{Scalar, ScalarKind};
use crate::engine::ask::Failure;
use crate::engine::values::marks;
use crate::engine::{Engine, Work};
use crate::layout::spread::{Spread, ends};
use crate::model::{Status, Task};
use crate::sorting::{SortedMap, SortedSet};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartQuery {
    pub of: Chosen,
    /// The artifact, by name.
    pub column: String,
    /// Points that there is room for.
    pub most: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartView {
    pub column: String,
    pub total: u64,
    /// Tasks of which it was read, of so many that are read at all.
    pub read: u64,
    pub most: u64,
    /// Of all that were read, also those that the filter leaves out.
    pub spread: Option<Spread>,
    /// In order; where they are too many, the smallest and the largest of each stretch, and
    /// as many of those that failed.
    pub points: Vec<Point>,
    /// How many the points stand for, and how many of them failed.
    pub numbers: u64,
    pub failed: u64,
    /// Round numbers beside them, as they are written.
    pub marks: Vec<(f64, String)>,
    /// Tasks below the picture: places, and what stands for them.
    pub places: Vec<(u64, String)>,
    /// What is usual, where that can be said, and the two ends of it as they are written.
    pub fences: Option<Fences>,
    /// Tasks without a point, why, and how many they are.
    pub gaps: Vec<(Gap, u64)>,
    /// Where they are; of those near one another one, that failed if any did.
    pub blanks: Vec<Blank>,
}

/// Why a task has no point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Gap {
    /// It failed, and left no such artifact.
    Failed,
    Missing,
    /// What it left is no number.
    NoNumber,
    Large,
    Faulty,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blank {
    /// The place of the task among all.
    pub place: u64,
    pub failed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The place of the task among all.
    pub place: u64,
    pub number: f64,
    pub status: Status,
}

impl Engine {
    pub(in crate::engine) async fn chart(
        &self,
        query: ChartQuery,
        work: &Work,
    ) -> Result<ChartView, Box<Failure>> {
        let of = &query.of;
        let siblings = self.siblings_of(&of.run, &of.step, work).await?;
        let name = std::slice::from_ref(&query.column);
        self.read_all(&siblings, name, work).await;
        let filter = self.filter_of(&siblings, of, work).await;
        let matching = self.choose(&siblings, of, &filter, work).await;
        let columns = siblings.order.columns.borrow();
        let column = columns.get(&query.column).map(Vec::as_slice);
        let column = column.unwrap_or_default();
        let number = |place: usize| {
            let number = column.get(place)?.as_ref()?.number?;
            number.is_finite().then_some(number)
        };
        let (places, blank): (Vec<usize>, Vec<usize>) = (0..siblings.len())
            .filter(|place| matching.get(*place).copied().unwrap_or_default())
            .partition(|place| number(*place).is_some());
        let numbers: Vec<f64> = places.iter().filter_map(|place| number(*place)).collect();
        let most = usize::try_from(query.most)
            .unwrap_or(usize::MAX)
            .clamp(2, 1000);
        let status = |at: usize| Some(siblings.task(*places.get(at)?)?.status);
        // Those that failed as well, which seldom are the largest or the smallest.
        let failed: Vec<usize> = (0..places.len())
            .filter(|at| status(*at) == Some(Status::Failed))
            .collect();
        let of_failed: Vec<f64> = failed
            .iter()
            .filter_map(|at| numbers.get(*at).copied())
            .collect();
        let some_failed = ends(&of_failed, most);
        let some_failed = some_failed.iter().filter_map(|at| failed.get(*at).copied());
        let drawn: SortedSet<usize> = ends(&numbers, most)
            .into_iter()
            .chain(some_failed)
            .collect();
        let points = drawn.into_iter().filter_map(|at| {
            let place = *places.get(at)?;
            Some(Point {
                place: place as u64,
                number: *numbers.get(at)?,
                status: siblings.task(place)?.status,
            })
        });
        let mut gaps: SortedMap<Gap, u64> = SortedMap::default();
        let mut blanks = Vec::new();
        for place in blank {
            let read = column.get(place).and_then(Option::as_ref);
            let failed = siblings
                .task(place)
                .is_some_and(|task| task.status == Status::Failed);
            if let Some(gap) = read.and_then(|scalar| gap(scalar, failed)) {
                *gaps.value_or_insert_with(gap, || 0) += 1;
                blanks.push(Blank {
                    place: place as u64,
                    failed,
                });
            }
        }
        let spread = Spread::of((0..siblings.len()).filter_map(number));
        let (low, high) = ends_of(&numbers);
        Ok(ChartView {
            marks: marks(low, high),
            fences: spread.as_ref().and_then(Fences::of),
            points: points.collect(),
            places: names(&siblings),
            column: query.column.clone(),
            total: siblings.len() as u64,
            read: column.iter().flatten().count() as u64,
            most: siblings.len().min(MOST_TASKS) as u64,
            spread,
            numbers: numbers.len() as u64,
            failed: failed.len() as u64,
            gaps: gaps.into_iter().collect(),
            blanks: thinned(&blanks, siblings.len() as u64, most as u64),
        })
    }
}

/// What was not read is told by how many were.
fn gap(scalar: &Scalar, failed: bool) -> Option<Gap> {
    match scalar.kind {
        ScalarKind::Unread => None,
        ScalarKind::Missing if failed => Some(Gap::Failed),
        ScalarKind::Missing => Some(Gap::Missing),
        ScalarKind::Value => Some(Gap::NoNumber),
        ScalarKind::Large => Some(Gap::Large),
        ScalarKind::Faulty => Some(Gap::Faulty),
    }
}

/// One for each stretch of so many.
fn thinned(blanks: &[Blank], total: u64, most: u64) -> Vec<Blank> {
    let stretch = |blank: &Blank| blank.place.saturating_mul(most) / total.max(1);
    let mut thin: Vec<Blank> = Vec::new();
    for blank in blanks {
        match thin.last_mut() {
            Some(last) if total > most && stretch(last) == stretch(blank) => {
                if blank.failed && !last.failed {
                    *last = *blank;
                }
            }
            _ => thin.push(*blank),
        }
    }
    thin
}

/// Some tasks, from the first to the last, by their values or else their ids.
fn names(siblings: &Siblings) -> Vec<(u64, String)> {
    const MOST: usize = 6;
    const CHARS: usize = 16;
    let last = siblings.len().saturating_sub(1);
    let count = siblings.len().clamp(1, MOST);
    let name = |task: &Task| {
        let name = task.values_alone().unwrap_or_else(|| task.id.clone());
        match name.char_indices().nth(CHARS) {
            None => name,
            Some(_) => name.chars().take(CHARS - 1).chain(['…']).collect(),
        }
    };
    let places = (0..count).map(|at| at * last / (count - 1).max(1));
    let named = places.filter_map(|at| Some((at as u64, name(siblings.task(at)?))));
    named.collect()
}

/// The smallest and the largest; some way apart where all are the same.
fn ends_of(numbers: &[f64]) -> (f64, f64) {
    let low = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let high = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    match low < high {
        true => (low, high),
        false => (low - 1.0, high + 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_blanks_beside_one_another_one_that_failed_is_shown() {
        let blank = |place: u64| Blank {
            place,
            failed: place == 7,
        };
        let all: Vec<Blank> = [0, 1, 6, 7, 8, 90].into_iter().map(blank).collect();
        assert_eq!(thinned(&all, 100, 10), [blank(7), blank(90)]);
        assert_eq!(thinned(&all, 100, 100), all);
    }
}
