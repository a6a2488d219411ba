//! The ticks of a time axis: where they are and what kind of label each one has.
//!
//! It knows microseconds and pixels, not how a time is written: the words are made by
//! `text` from the tick, its [`TickLabel`] and the axis's [`Unit`]. Start with
//! [`Axis::new`].
//!
//! # Why are there steps of 3, 6 and 12 hours, and none of 5?
//!
//! The same steps serve both kinds of labels. On a wall clock, 5 hours is not a round
//! step: the next day begins at another hour.

use crate::model::{Moment, Span};
use serde::{Deserialize, Serialize};

/// What the axis shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// What times are counted from: the start of the run.
    pub zero: Moment,
    /// The ends of the axis, counted from `zero`.
    pub from: Span,
    pub to: Span,
    /// In pixels.
    pub width: f64,
    /// Least distance of two ticks, in pixels.
    pub apart: f64,
    pub labels: Labels,
    /// What the reader's clock is ahead of UTC.
    pub ahead_of_utc: Span,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Labels {
    /// Round times since the start; the first tick tells the wall clock.
    #[default]
    SinceStart,
    /// Round times of day.
    WallClock,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Axis {
    /// From one tick to the next.
    pub step: Span,
    /// The finest unit that a label has to show.
    pub unit: Unit,
    /// In the order of time.
    pub ticks: Vec<Tick>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// Counted from the view's `zero`; negative before it.
    pub at: Span,
    pub label: TickLabel,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TickLabel {
    /// The time that has passed since zero.
    SinceStart,
    /// The time of day.
    Clock,
    /// The date: a day begins here.
    Date,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Unit {
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
}

impl Unit {
    const ALL: [Self; 6] = [
        Self::Microsecond,
        Self::Millisecond,
        Self::Second,
        Self::Minute,
        Self::Hour,
        Self::Day,
    ];

    const fn micros(self) -> i128 {
        match self {
            Self::Microsecond => 1,
            Self::Millisecond => 1_000,
            Self::Second => 1_000_000,
            Self::Minute => 60_000_000,
            Self::Hour => 3_600_000_000,
            Self::Day => 86_400_000_000,
        }
    }

    /// How many of a unit make a round step.
    const fn steps(self) -> &'static [i128] {
        match self {
            Self::Microsecond | Self::Millisecond => &[1, 2, 5, 10, 20, 50, 100, 200, 500],
            Self::Second | Self::Minute => &[1, 2, 5, 10, 15, 30],
            Self::Hour => &[1, 2, 3, 6, 12],
            Self::Day => &[1, 2, 5, 10, 15, 30],
        }
    }
}

/// No axis is wider than this, whatever was measured.
const WIDEST: f64 = 100_000.0;
const LEAST_APART: f64 = 8.0;

impl Axis {
    /// Ticks at round times, at least `apart` pixels from one another, none of them
    /// outside the view. There is at least one, at the beginning of the view if no
    /// round time is in it.
    pub fn new(view: &View) -> Self {
        let (from, to) = (i128::from(view.from.0), i128::from(view.to.0));
        let width = measured(view.width, 1.0);
        let apart = measured(view.apart, LEAST_APART);
        let length = (to - from).max(0);
        let (step, unit) = step_of_at_least(length as f64 / width * apart);

        // What has to be added to an offset to make it round.
        let phase = match view.labels {
            Labels::SinceStart => 0,
            Labels::WallClock => i128::from(view.zero.0) + i128::from(view.ahead_of_utc.0),
        };
        let mut ticks = Vec::new();
        let mut at = -(-(from + phase)).div_euclid(step) * step - phase;
        while at <= to {
            let label = match view.labels {
                Labels::SinceStart if ticks.is_empty() => TickLabel::Clock,
                Labels::SinceStart => TickLabel::SinceStart,
                Labels::WallClock if (at + phase) % Unit::Day.micros() == 0 => TickLabel::Date,
                Labels::WallClock => TickLabel::Clock,
            };
            // Between two offsets that fit lies nothing that does not.
            let Ok(micros) = i64::try_from(at) else { break };
            ticks.push(Tick {
                at: Span(micros),
                label,
            });
            at += step;
        }
        if ticks.is_empty() {
            ticks.push(Tick {
                at: view.from,
                label: TickLabel::Clock,
            });
        }
        Self {
            step: Span(i64::try_from(step).unwrap_or(i64::MAX)),
            unit,
            ticks,
        }
    }
}

fn measured(pixels: f64, least: f64) -> f64 {
    if pixels.is_nan() {
        least
    } else {
        pixels.clamp(least, WIDEST)
    }
}

/// The smallest round step that is not shorter, and the unit it is counted in. Above
/// 30 days steps double.
fn step_of_at_least(micros: f64) -> (i128, Unit) {
    for unit in Unit::ALL {
        for count in unit.steps() {
            let step = count * unit.micros();
            if step as f64 >= micros {
                return (step, unit);
            }
        }
    }
    let mut step = 30 * Unit::Day.micros();
    while (step as f64) < micros {
        step *= 2;
    }
    (step, Unit::Day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: i64 = 1_000_000;
    const MINUTE: i64 = 60 * SECOND;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;

    /// 2026-11-20T21:12:44Z.
    const ZERO: Moment = Moment(1_795_209_164 * SECOND);

    fn view(length: i64) -> View {
        View {
            zero: ZERO,
            from: Span(0),
            to: Span(length),
            width: 1000.0,
            apart: 90.0,
            labels: Labels::SinceStart,
            ahead_of_utc: Span(0),
        }
    }

    #[track_caller]
    fn check(length: i64, step: i64, unit: Unit, ticks: usize) {
        let axis = Axis::new(&view(length));
        assert_eq!(
            (axis.step, axis.unit, axis.ticks.len()),
            (Span(step), unit, ticks)
        );
    }

    #[test]
    fn steps_are_round_and_far_enough_apart() {
        check(100, 10, Unit::Microsecond, 11);
        check(40_000, 5_000, Unit::Millisecond, 9);
        check(SECOND, 100_000, Unit::Millisecond, 11);
        check(8 * SECOND, SECOND, Unit::Second, 9);
        check(171 * SECOND, 30 * SECOND, Unit::Second, 6);
        check(491 * SECOND, MINUTE, Unit::Minute, 9);
        check(3 * HOUR, 30 * MINUTE, Unit::Minute, 7);
        check(20 * HOUR, 2 * HOUR, Unit::Hour, 11);
        check(100 * HOUR, 12 * HOUR, Unit::Hour, 9);
        check(60 * DAY, 10 * DAY, Unit::Day, 7);
        check(600 * DAY, 60 * DAY, Unit::Day, 11);
    }

    #[test]
    fn the_first_tick_tells_the_clock_and_the_others_the_time_since_the_start() {
        let axis = Axis::new(&view(8 * SECOND));
        let labels: Vec<_> = axis.ticks.iter().map(|tick| tick.label).collect();
        assert_eq!(labels[0], TickLabel::Clock);
        assert!(
            labels[1..]
                .iter()
                .all(|&label| label == TickLabel::SinceStart)
        );
    }

    #[test]
    fn ticks_of_a_part_stay_round_since_the_start() {
        let part = View {
            from: Span(61 * SECOND),
            to: Span(69 * SECOND),
            ..view(0)
        };
        let axis = Axis::new(&part);
        assert_eq!(axis.ticks[0].at, Span(61 * SECOND));
        let before = View {
            from: Span(-7_500_000),
            to: Span(500_000),
            ..view(0)
        };
        assert_eq!(Axis::new(&before).ticks[0].at, Span(-7 * SECOND));
    }

    #[test]
    fn a_wall_clock_is_round_in_the_readers_zone_and_names_the_days() {
        // 21:12:44 UTC is 02:42:44 the next day in India.
        let axis = Axis::new(&View {
            labels: Labels::WallClock,
            ahead_of_utc: Span(5 * HOUR + 30 * MINUTE),
            ..view(30 * HOUR)
        });
        assert_eq!(axis.step, Span(3 * HOUR));
        let to_three = 17 * MINUTE + 16 * SECOND;
        assert_eq!(axis.ticks[0].at, Span(to_three));
        let dates: Vec<_> = axis
            .ticks
            .iter()
            .filter(|tick| tick.label == TickLabel::Date)
            .map(|tick| tick.at.0)
            .collect();
        assert_eq!(dates, [to_three + 21 * HOUR]);
    }

    #[test]
    fn a_view_without_length_or_width_has_one_tick() {
        for view in [
            View {
                to: Span(-5),
                ..view(0)
            },
            View {
                width: f64::NAN,
                from: Span(7),
                ..view(9 * HOUR)
            },
            View {
                from: Span(i64::MIN),
                to: Span(i64::MIN),
                ..view(0)
            },
        ] {
            let axis = Axis::new(&view);
            assert_eq!(
                axis.ticks,
                [Tick {
                    at: view.from,
                    label: TickLabel::Clock
                }]
            );
        }
    }

    proptest! {
        #[test]
        fn ticks_are_even_far_apart_and_inside(
            zero: i64,
            from: i64,
            length in 0_i64..i64::MAX,
            width in 0.0..5000.0_f64,
            apart in 0.0..500.0_f64,
            wall: bool,
            ahead_of_utc in -14 * HOUR..14 * HOUR,
        ) {
            let view = View {
                zero: Moment(zero),
                from: Span(from),
                to: Span(from.saturating_add(length)),
                width,
                apart,
                labels: if wall { Labels::WallClock } else { Labels::SinceStart },
                ahead_of_utc: Span(ahead_of_utc),
            };
            let axis = Axis::new(&view);
            let length = view.to.0.abs_diff(view.from.0) as f64;
            prop_assert!(!axis.ticks.is_empty());
            for pair in axis.ticks.windows(2) {
                prop_assert_eq!(i128::from(pair[1].at.0) - i128::from(pair[0].at.0), i128::from(axis.step.0));
                prop_assert!(axis.step.0 as f64 / length * width >= apart * 0.999_999);
            }
            for tick in &axis.ticks {
                prop_assert!(view.from <= tick.at && tick.at <= view.to);
            }
        }
    }
}
