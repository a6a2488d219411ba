//! Moments and spans, both in whole microseconds.
//!
//! Metaflow writes milliseconds in its metadata, microseconds in run ids and log
//! lines, and seconds as a float in `N.attempt.json`; a microsecond holds them all.

use crate::sorting::sort;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A point in time: microseconds since the Unix epoch, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Moment(pub i64);

/// A length of time in microseconds; never negative when it comes from [`Moment::since`].
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Span(pub i64);

impl Moment {
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1000))
    }

    /// From seconds with a fraction. `None` for what no calendar holds (NaN, infinities, absurd sizes).
    pub fn from_seconds(seconds: f64) -> Option<Self> {
        let micros = seconds * 1e6;
        (micros.is_finite() && micros.abs() < 9e18).then_some(Self(micros.round() as i64))
    }

    /// ISO 8601 in UTC with the given number of fraction digits: 3 or 6.
    pub fn iso(self, digits: usize) -> Option<String> {
        let time = DateTime::<Utc>::from_timestamp_micros(self.0)?;
        let format = if digits == 3 {
            "%Y-%m-%dT%H:%M:%S%.3fZ"
        } else {
            "%Y-%m-%dT%H:%M:%S%.6fZ"
        };
        Some(time.format(format).to_string())
    }

    /// How long after `earlier` this is; nothing when the clocks run backwards.
    pub fn since(self, earlier: Moment) -> Span {
        Span(self.0.saturating_sub(earlier.0).max(0))
    }

    /// The same as a length that somebody may rely on: `None` where the clocks ran backwards,
    /// so that nobody knows it.
    pub fn checked_since(self, earlier: Moment) -> Option<Span> {
        (self >= earlier).then(|| self.since(earlier))
    }

    /// Whether it lies in the future, by more than clocks differ.
    pub fn is_ahead(self, now: Moment) -> bool {
        self.since(now) > Self::AHEAD
    }

    /// Whether a length from a time up to this one can be believed: not where only its end lies in
    /// the future. Where both do, it is one clock, or the reader's own is behind.
    pub fn is_told_since(self, from: Moment, now: Moment) -> bool {
        from.is_ahead(now) || !self.is_ahead(now)
    }

    /// The length from a time up to this one, where it is known and can be believed.
    pub fn told_since(self, from: Moment, now: Moment) -> Option<Span> {
        self.checked_since(from)
            .filter(|_| self.is_told_since(from, now))
    }

    /// A clock that is ahead of the reader's by less is not worth a word.
    pub const AHEAD: Span = Span::from_minutes(2);

    pub fn plus(self, span: Span) -> Moment {
        Moment(self.0.saturating_add(span.0))
    }
}

impl Span {
    /// The middle one by length; of an even number, which has two, their mean. `None`
    /// of none.
    pub fn median(mut spans: Vec<Span>) -> Option<Span> {
        sort(&mut spans);
        let upper = spans.get(spans.len() / 2)?;
        if spans.len() % 2 == 1 {
            return Some(*upper);
        }
        let lower = spans.get(spans.len() / 2 - 1)?;
        Some(Span(lower.0.midpoint(upper.0)))
    }

    pub const fn from_minutes(minutes: i64) -> Self {
        Self(minutes * 60_000_000)
    }
}

/// The later of two moments of which either may be unknown.
pub fn later(a: Option<Moment>, b: Option<Moment>) -> Option<Moment> {
    a.max(b)
}

/// The earlier of two moments of which either may be unknown.
pub fn earlier(a: Option<Moment>, b: Option<Moment>) -> Option<Moment> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_prints_as_the_client_does() {
        let moment = Moment::from_millis(1_795_211_265_194);
        assert_eq!(moment.iso(3).as_deref(), Some("2026-11-20T21:47:45.194Z"));
        assert_eq!(
            moment.iso(6).as_deref(),
            Some("2026-11-20T21:47:45.194000Z")
        );
    }

    #[test]
    fn absurd_seconds_are_no_moment() {
        assert_eq!(Moment::from_seconds(f64::NAN), None);
        assert_eq!(Moment::from_seconds(1e300), None);
        assert_eq!(Moment::from_seconds(1.5), Some(Moment(1_500_000)));
    }

    #[test]
    fn the_median_lies_in_the_middle() {
        let median = |spans: &[i64]| Span::median(spans.iter().copied().map(Span).collect());
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[5]), Some(Span(5)));
        assert_eq!(median(&[9, 1, 5]), Some(Span(5)));
        assert_eq!(median(&[1, 4]), Some(Span(2)));
        assert_eq!(median(&[40, 10, 30, 20]), Some(Span(25)));
        assert_eq!(median(&[i64::MAX, i64::MAX]), Some(Span(i64::MAX)));
    }

    #[test]
    fn time_that_runs_backwards_has_no_length() {
        assert_eq!(Moment(5).since(Moment(9)), Span(0));
        assert_eq!(Moment(5).checked_since(Moment(9)), None);
        assert_eq!(Moment(9).checked_since(Moment(5)), Some(Span(4)));
    }
}
