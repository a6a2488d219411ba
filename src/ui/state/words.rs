//! Words for moments and lengths in the reader's zone, and for how a status is known.

use super::App;
use crate::browser::clock;
use crate::engine::failure_card;
use crate::model::{Evidence, Moment, Span, Status, System};
use crate::text::clock::{self as words, Zone};
use crate::text::human;
use crate::ui::dom::prelude::*;

impl App {
    // Words for moments and spans, in the reader's zone.

    pub fn started(self, at: Moment) -> String {
        self.zone
            .with_value(|zone| words::started(clock::now().0, at.0, zone))
    }

    pub fn ago(self, at: Moment) -> Option<String> {
        words::ago(clock::now().0, at.0)
    }

    pub fn stated(self, at: Moment) -> String {
        self.zone
            .with_value(|zone| words::stated(clock::now().0, at.0, zone))
    }

    pub fn full(self, at: Moment) -> String {
        self.zone.with_value(|zone| words::full(at.0, zone))
    }

    pub fn time(self, at: Moment) -> String {
        self.zone.with_value(|zone| words::time_of_day(at.0, zone))
    }

    /// The reader's zone.
    pub fn zone(self) -> Zone {
        self.zone.get_value()
    }

    pub fn time_millis(self, at: Moment) -> String {
        self.zone
            .with_value(|zone| words::time_of_day_millis(at.0, zone))
    }
}

pub fn span(span: Option<Span>) -> String {
    span.map(|span| human::span(span.0)).unwrap_or_default()
}

/// How the status of an attempt is known, as a sentence.
pub fn how_known(status: Status, evidence: &Evidence, caught: bool, system: System) -> String {
    let known = failure_card::how(status, evidence, system);
    if caught {
        format!("{known} An exception was caught on the way.")
    } else {
        known
    }
}
