//! How numbers are spread: quartiles, the fences behind which an outlier lies, and the bars of
//! a histogram.
//!
//! Start with [`Spread::of`] and [`Histogram::of`]. What is not a finite number does not count.

use super::axis::{Axis, Labels, View};
use crate::model::{Moment, Span};
use crate::sorting::sort_by;
use serde::{Deserialize, Serialize};

/// The ends, the quartiles and the middle of some numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    pub count: u64,
    pub low: f64,
    pub lower_quartile: f64,
    pub median: f64,
    pub upper_quartile: f64,
    pub high: f64,
    /// What lies beyond these is unusual.
    pub fences: Fences,
}

/// The ends of what is usual. Where many lie beyond one, they are no outliers but others, and a
/// mark on each would say nothing: it stands farther away, for those that are far from them too.
/// There is none on a side where nothing is so far away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fences {
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// How far from the quartiles the fences are, by their distance: Tukey's "far out".
const FAR: f64 = 3.0;

/// The least distance of the quartiles that counts, as a part of the median: where most are
/// all but the same, not each other one is unusual.
const LEAST: f64 = 0.1;

/// On one side are at most one in so many outliers, or a single one.
const SELDOM: usize = 20;

/// Of fewer numbers nobody can say which of them is unusual.
const FEWEST: u64 = 5;

impl Spread {
    /// `None` of no number.
    pub fn of(numbers: impl IntoIterator<Item = f64>) -> Option<Self> {
        let numbers = numbers.into_iter().filter(|number| number.is_finite());
        let mut sorted: Vec<f64> = numbers.collect();
        sort_by(&mut sorted, f64::total_cmp);
        let mut spread = Self {
            count: sorted.len() as u64,
            low: *sorted.first()?,
            lower_quartile: quantile(&sorted, 0.25)?,
            median: quantile(&sorted, 0.5)?,
            upper_quartile: quantile(&sorted, 0.75)?,
            high: *sorted.last()?,
            fences: Fences::default(),
        };
        spread.fences = spread.fences_of(&sorted);
        Some(spread)
    }

    /// None where there are few numbers, or where most of them are nothing: then there is
    /// nothing to measure by.
    fn fences_of(&self, sorted: &[f64]) -> Fences {
        let distance = self.upper_quartile - self.lower_quartile;
        let distance = distance.max(LEAST * self.median.abs());
        if self.count < FEWEST || !distance.is_finite() || distance <= 0.0 {
            return Fences::default();
        }
        let below = |far: f64| {
            let fence = self.lower_quartile - far;
            sorted.partition_point(|number| *number < fence)
        };
        let above = |far: f64| {
            let fence = self.upper_quartile + far;
            sorted.len() - sorted.partition_point(|number| *number <= fence)
        };
        // How far from its quartile a fence is.
        let far = |beyond: &dyn Fn(f64) -> usize| {
            let nearest = FAR * distance;
            let mut far = nearest;
            while beyond(far) > (sorted.len() / SELDOM).max(1) {
                far *= 2.0;
            }
            // The nearest one stands also where nothing is beyond it.
            (far == nearest || beyond(far) > 0).then_some(far)
        };
        Fences {
            low: far(&below).map(|far| self.lower_quartile - far),
            high: far(&above).map(|far| self.upper_quartile + far),
        }
    }

    /// How far a picture of them has to reach (Tukey's nearer fence), if there are enough, and
    /// not most of them the same.
    fn reach(&self) -> Option<f64> {
        let distance = self.upper_quartile - self.lower_quartile;
        let is_told = self.count >= FEWEST && distance > 0.0 && distance.is_finite();
        is_told.then_some(self.upper_quartile + 1.5 * distance)
    }
}

/// The number below which that part of the sorted ones lies, between its two neighbours
/// (type 7 of Hyndman and Fan, as NumPy has it).
fn quantile(sorted: &[f64], part: f64) -> Option<f64> {
    let place = part * sorted.len().checked_sub(1)? as f64;
    let below = *sorted.get(place.floor() as usize)?;
    let above = *sorted.get(place.ceil() as usize)?;
    let way = place - place.floor();
    // Not `below + way * (above - below)`, whose difference may be more than a number holds.
    Some(below * (1.0 - way) + above * way)
}

/// How long some tasks took, as bars of one width.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// Where the first bar begins.
    pub from: Span,
    pub width: Span,
    pub bars: Vec<Bar>,
    /// The last bar holds all that is longer, too: a few are so much longer that the others
    /// would be one bar.
    pub is_open: bool,
}

/// How many lie within a bar: those that failed apart from the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    pub good: u64,
    pub failed: u64,
}

impl Histogram {
    /// So many bars at most, or a few more; `None` of nothing. Each length says whether its
    /// task failed.
    pub fn of(lengths: &[(Span, bool)], most: u64) -> Option<Self> {
        let micros = || lengths.iter().map(|(length, _)| length.0.max(0));
        let (low, high) = (micros().min()?, micros().max()?);
        let fence = Spread::of(micros().map(|length| length as f64))
            .and_then(|spread| spread.reach())
            .map_or(i64::MAX, |reach| reach as i64);
        let is_open = high / 4 > fence;
        let end = if is_open {
            fence.saturating_mul(2)
        } else {
            high
        };
        // From nothing on, unless all that is there lies far from it.
        let range = end.saturating_sub(low);
        let start = if low / 2 > range { low } else { 0 };
        let width = round_width(end.saturating_sub(start), most);
        let from = start / width * width;
        let last = usize::try_from(end.saturating_sub(from) / width).unwrap_or(0);
        let mut bars = vec![Bar::default(); last.saturating_add(1).min(MOST_BARS)];
        for (length, failed) in lengths {
            let at = length.0.max(0).saturating_sub(from).max(0) / width;
            let at = usize::try_from(at).unwrap_or(usize::MAX).min(last);
            let Some(bar) = bars.get_mut(at) else {
                continue;
            };
            let part = if *failed {
                &mut bar.failed
            } else {
                &mut bar.good
            };
            *part += 1;
        }
        Some(Self {
            from: Span(from),
            width: Span(width),
            bars,
            is_open,
        })
    }

    /// Where the last bar ends.
    pub fn end(&self) -> Span {
        let bars = i64::try_from(self.bars.len()).unwrap_or(i64::MAX);
        let length = self.width.0.saturating_mul(bars);
        Span(self.from.0.saturating_add(length))
    }

    /// From where to where a bar is.
    pub fn range(&self, bar: usize) -> (Span, Span) {
        let before = i64::try_from(bar).unwrap_or(i64::MAX);
        let from = self
            .from
            .0
            .saturating_add(self.width.0.saturating_mul(before));
        (Span(from), Span(from.saturating_add(self.width.0)))
    }
}

/// Which of some numbers are drawn where all of them are too many: in order, the smallest and
/// the largest of each stretch, at most so many.
pub fn ends(numbers: &[f64], most: usize) -> Vec<usize> {
    if numbers.len() <= most {
        return (0..numbers.len()).collect();
    }
    let stretch = numbers.len().div_ceil((most / 2).max(1)).max(1);
    let mut chosen = Vec::new();
    for (stretch_number, numbers) in numbers.chunks(stretch).enumerate() {
        let first = stretch_number * stretch;
        let by_size = |one: &(usize, &f64), other: &(usize, &f64)| one.1.total_cmp(other.1);
        let low = numbers.iter().enumerate().min_by(by_size);
        let high = numbers.iter().enumerate().max_by(by_size);
        if let (Some((low, _)), Some((high, _))) = (low, high) {
            chosen.push(first + low.min(high));
            if low != high {
                chosen.push(first + low.max(high));
            }
        }
    }
    chosen
}

/// However few are wished: no screen has room for more.
const MOST_BARS: usize = 1000;

/// A round length of time that fits so often into a range.
fn round_width(range: i64, most: u64) -> i64 {
    let most = most.clamp(1, MOST_BARS as u64 / 2) as f64;
    // What an axis does for its ticks, on which the bars stand then.
    const APART: f64 = 100.0;
    let axis = Axis::new(&View {
        zero: Moment(0),
        from: Span(0),
        to: Span(range.max(1)),
        width: most * APART,
        apart: APART,
        labels: Labels::SinceStart,
        ahead_of_utc: Span(0),
    });
    axis.step.0.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quartiles_are_those_of_numpy() {
        let spread = Spread::of([7.0, 1.0, 3.0, 15.0, f64::NAN, 10.0, 4.0]).unwrap();
        assert_eq!(spread.count, 6);
        // numpy.quantile([1, 3, 4, 7, 10, 15], [0.25, 0.5, 0.75])
        assert_eq!(
            [spread.lower_quartile, spread.median, spread.upper_quartile],
            [3.25, 5.5, 9.25]
        );
        let fences = Fences {
            low: Some(3.25 - 18.0),
            high: Some(9.25 + 18.0),
        };
        assert_eq!(spread.fences, fences);
        assert_eq!(Spread::of([f64::INFINITY]), None);
    }

    #[test]
    fn few_numbers_and_nothing_have_no_fences() {
        let fences = |numbers: &[f64]| Spread::of(numbers.iter().copied()).unwrap().fences;
        assert_eq!(fences(&[1.0, 2.0, 90.0]), Fences::default());
        assert_eq!(fences(&[0.0, 0.0, 0.0, 0.0, 0.0, 90.0]), Fences::default());
    }

    #[test]
    fn where_most_are_all_but_the_same_only_what_is_far_away_is_unusual() {
        let marked = |last: f64| {
            let spread = Spread::of([5.0, 5.0, 5.0, 5.0, 5.0, 5.001, last]).unwrap();
            spread.fences.high.is_some_and(|high| last > high)
        };
        assert!(!marked(5.01) && !marked(6.4) && marked(6.6) && marked(90.0));
    }

    #[test]
    fn what_a_fifth_does_is_not_unusual() {
        let fifth = |often: usize| (0..100).map(move |at| if at < often { 90.0 } else { 5.0 });
        assert_eq!(Spread::of(fifth(20)).unwrap().fences.high, None);
        assert_eq!(Spread::of(fifth(6)).unwrap().fences.high, None);
        assert_eq!(Spread::of(fifth(5)).unwrap().fences.high, Some(6.5));
        // The other side has its own.
        assert_eq!(Spread::of(fifth(20)).unwrap().fences.low, Some(3.5));
    }

    #[test]
    fn beyond_many_that_are_far_away_a_few_may_be_farther() {
        let tasks = [1.5, 1.6, 1.7, 1.7, 1.8, 1.8, 1.9, 2.0, 2.2, 2.8, 11.0, 23.0];
        let high = Spread::of(tasks).unwrap().fences.high.unwrap();
        assert!(high > 2.8 && high < 23.0, "{high}");
        let hangs = (0..100).map(|at| match at {
            0..80 => 5.0,
            80..99 => 90.0,
            _ => 9_000.0,
        });
        let high = Spread::of(hangs).unwrap().fences.high.unwrap();
        assert!(high > 90.0 && high < 9_000.0, "{high}");
    }

    #[test]
    fn a_histogram_begins_at_nothing_or_near_its_shortest() {
        let seconds = |all: &[i64]| -> Vec<(Span, bool)> {
            all.iter().map(|s| (Span(s * 1_000_000), false)).collect()
        };
        let near = Histogram::of(&seconds(&[3, 10, 20, 40]), 40).unwrap();
        assert_eq!((near.from.0, near.width.0), (0, 1_000_000));
        assert_eq!(near.bars.len(), 41);
        let far = Histogram::of(&seconds(&[3600, 3610, 3620]), 40).unwrap();
        assert_eq!(far.from.0, 3_600_000_000);
        assert!(far.bars.len() <= 41);
    }

    #[test]
    fn one_that_hangs_does_not_hide_the_others() {
        let mut lengths: Vec<(Span, bool)> =
            (10..50).map(|s| (Span(s * 1_000_000), false)).collect();
        lengths.push((Span(9_000 * 1_000_000), true));
        let histogram = Histogram::of(&lengths, 40).unwrap();
        assert!(histogram.is_open);
        assert!(histogram.width.0 <= 5_000_000, "{:?}", histogram.width);
        assert_eq!(histogram.bars.last().unwrap().failed, 1);
    }

    proptest! {
        #[test]
        fn quartiles_stand_in_order(numbers in prop::collection::vec(-1e12..1e12f64, 1..80)) {
            let spread = Spread::of(numbers.iter().copied()).unwrap();
            let all = [spread.low, spread.lower_quartile, spread.median, spread.upper_quartile, spread.high];
            // Rounding may move a number by its last digit.
            prop_assert!(all.windows(2).all(|two| two[0] <= two[1] + two[1].abs() * 1e-12), "{all:?}");
            let Fences { low, high } = spread.fences;
            prop_assert!(low.is_none_or(|low| low < spread.lower_quartile));
            prop_assert!(high.is_none_or(|high| high > spread.upper_quartile));
            let most = (numbers.len() / 20).max(1);
            let below = numbers.iter().filter(|number| low.is_some_and(|low| **number < low));
            prop_assert!(below.count() <= most);
            let above = numbers.iter().filter(|number| high.is_some_and(|high| **number > high));
            prop_assert!(above.count() <= most);
        }

        #[test]
        fn the_ends_are_among_what_is_drawn(
            numbers in prop::collection::vec(-1e6..1e6f64, 1..400), most in 2..50usize,
        ) {
            let chosen = ends(&numbers, most);
            prop_assert!(chosen.len() <= most);
            prop_assert!(chosen.windows(2).all(|two| two[0] < two[1]));
            let drawn = || chosen.iter().map(|at| numbers[*at]);
            for pick in [f64::max as fn(f64, f64) -> f64, f64::min] {
                prop_assert_eq!(drawn().reduce(pick), numbers.iter().copied().reduce(pick));
            }
        }

        #[test]
        fn every_task_is_in_one_bar(
            lengths in prop::collection::vec((any::<i64>(), any::<bool>()), 1..80),
            most in 0..60u64,
        ) {
            let lengths: Vec<(Span, bool)> = lengths.into_iter().map(|(length, failed)| (Span(length), failed)).collect();
            let histogram = Histogram::of(&lengths, most).unwrap();
            let failed: u64 = histogram.bars.iter().map(|bar| bar.failed).sum();
            let good: u64 = histogram.bars.iter().map(|bar| bar.good).sum();
            prop_assert_eq!(failed, lengths.iter().filter(|(_, failed)| *failed).count() as u64);
            prop_assert_eq!(good + failed, lengths.len() as u64);
            prop_assert!(histogram.bars.len() as u64 <= most.max(1) + 2, "{}", histogram.bars.len());
            prop_assert!(histogram.width.0 > 0);
            if !histogram.is_open {
                let longest = lengths.iter().map(|(length, _)| length.0).max().unwrap();
                prop_assert!(longest <= histogram.end().0.max(0));
            }
        }
    }
}
