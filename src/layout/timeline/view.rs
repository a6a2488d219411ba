//! The part of the time axis that is looked at: zoomed, panned, and held to what there is.

use super::{Cuts, Stretch};
use crate::model::Span;

/// From where to where one looks, in drawn microseconds (see [`Cuts`]).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    pub from: f64,
    pub to: f64,
}

/// Nobody looks at less than this: a tenth of a millisecond.
const SHORTEST: f64 = 100.0;

/// Room beside the whole run, as a part of it, so that its ends can be seen as such.
const MARGIN: f64 = 0.005;

impl View {
    /// A whole run with a little room beside it.
    pub fn of_whole(whole: Stretch, cuts: &Cuts) -> Self {
        let (from, to) = (cuts.drawn(whole.from), cuts.drawn(whole.to));
        let length = (to - from).max(shortest(from));
        Self {
            from: from - length * MARGIN,
            to: from + length * (1.0 + MARGIN),
        }
    }

    /// A stretch, from edge to edge.
    pub fn of(stretch: Stretch, cuts: &Cuts) -> Self {
        let (from, to) = (cuts.drawn(stretch.from), cuts.drawn(stretch.to));
        let short = (shortest(from) - (to - from)).max(0.0);
        Self {
            from: from - short / 2.0,
            to: to + short / 2.0,
        }
    }

    pub fn length(self) -> f64 {
        self.to - self.from
    }

    /// Where a time lies: 0 at the beginning of the view, 1 at its end.
    pub fn part(self, at: Span, cuts: &Cuts) -> f64 {
        (cuts.drawn(at) - self.from) / self.length()
    }

    /// The time that lies at a part of the view.
    pub fn at(self, part: f64, cuts: &Cuts) -> Span {
        cuts.real(self.from + part * self.length())
    }

    pub fn stretch(self, cuts: &Cuts) -> Stretch {
        Stretch::new(cuts.real(self.from), cuts.real(self.to))
    }

    /// Longer by a factor (shorter below 1), with what lies at a part of it staying there;
    /// never outside of `whole`.
    #[must_use]
    pub fn zoomed(self, factor: f64, part: f64, whole: Self) -> Self {
        let shortest = shortest(self.from);
        let length = (self.length() * factor).clamp(shortest, whole.length().max(shortest));
        let fixed = self.from + part * self.length();
        let from = fixed - part * length;
        Self {
            from,
            to: from + length,
        }
        .within(whole)
    }

    /// Later by a part of itself (earlier below 0); never outside of `whole`.
    #[must_use]
    pub fn panned(self, part: f64, whole: Self) -> Self {
        let by = part * self.length();
        Self {
            from: self.from + by,
            to: self.to + by,
        }
        .within(whole)
    }

    /// The same length, moved to where `whole` is; all of that if it is shorter.
    #[must_use]
    pub fn within(self, whole: Self) -> Self {
        let length = self.length();
        // Not a number is not shorter either.
        let is_shorter = length < whole.length();
        if !is_shorter {
            return whole;
        }
        let from = self.from.clamp(whole.from, whole.to - length);
        Self {
            from,
            to: from + length,
        }
    }

    /// Whether this is as good as another view: nobody could see the difference.
    pub fn is_near(self, other: Self) -> bool {
        let most = other.length() / 1e6;
        (self.from - other.from).abs() <= most && (self.to - other.to).abs() <= most
    }
}

/// The shortest view at a time; in absurd ones microseconds cannot be told apart.
fn shortest(at: f64) -> f64 {
    SHORTEST.max(at.abs() * 1e-12)
}
