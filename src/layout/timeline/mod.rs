//! A run over time: which time lies where, what ran at once, and what the end waited for.
//!
//! It knows pieces of time and pixels, nothing of tasks, steps or what a bar looks like.
//! Times are counted from the start of the run, in microseconds; they come from records
//! and may be anything: pieces that end before they begin have no length, and sums
//! saturate.
//!
//! Start with [`View`], the part of the axis that is looked at. [`Cuts`] leaves idle time
//! out of it, [`ticks`] labels it; [`columns`] counts how much ran at each of its pixels,
//! [`at_once`] the most at any moment, [`idle`] finds the times at which nothing did, and
//! [`critical`] what the end of a run waited for.

pub mod at_once;
pub mod columns;
pub mod critical;
pub mod cuts;
pub mod idle;
pub mod ticks;
pub mod view;

pub use cuts::Cuts;
pub use view::View;

use crate::model::Span;
use serde::{Deserialize, Serialize};

/// A piece of time, counted from the start of the run; it never ends before it begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stretch {
    pub from: Span,
    pub to: Span,
}

impl Stretch {
    /// From one time to another one; nothing lies between them where the second is the
    /// earlier one.
    pub fn new(from: Span, to: Span) -> Self {
        Self {
            from,
            to: to.max(from),
        }
    }

    pub fn length(self) -> Span {
        Span(self.to.0.saturating_sub(self.from.0))
    }

    /// What both have in common; a stretch without length where that is nothing.
    pub fn common(self, other: Self) -> Self {
        Self::new(self.from.max(other.from), self.to.min(other.to))
    }

    /// Whether they have a moment in common. What has no length is a moment.
    pub fn meets(self, other: Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }

    /// The shortest stretch that holds both.
    pub fn with(self, other: Self) -> Self {
        Self {
            from: self.from.min(other.from),
            to: self.to.max(other.to),
        }
    }
}
