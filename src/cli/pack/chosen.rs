//! Which runs are packed: by flow, by tag, by when they began.

use crate::model::{Moment, RunRecord, Span};
use chrono::{DateTime, NaiveDate, NaiveDateTime};
use std::time::SystemTime;

/// All runs, where nothing is asked.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    /// Any of these.
    pub flows: Vec<String>,
    /// All of these.
    pub tags: Vec<String>,
    /// Began at this time or later.
    pub since: Option<Moment>,
    /// Began before this time.
    pub until: Option<Moment>,
}

impl Chosen {
    /// As it is typed; an error names the time that is none.
    pub fn of(
        flows: &[String],
        tags: &[String],
        since: Option<&str>,
        until: Option<&str>,
    ) -> Result<Self, String> {
        let now =
            Moment(chrono::DateTime::<chrono::Utc>::from(SystemTime::now()).timestamp_micros());
        let moment = |text: &str| time(text, now);
        Ok(Self {
            flows: flows.to_vec(),
            tags: tags.to_vec(),
            since: since.map(moment).transpose()?,
            until: until.map(moment).transpose()?,
        })
    }

    pub fn takes(&self, run: &RunRecord) -> bool {
        let began = run.started.or(run.recorded);
        let flow = self.flows.is_empty() || self.flows.contains(&run.flow);
        let since = self.since.is_none_or(|since| began >= Some(since));
        // A run of which nobody knows when it began is not before anything.
        let until = |until| began.is_some_and(|began| began < until);
        flow && since
            && self.until.is_none_or(until)
            && self.tags.iter().all(|tag| run.has_tag(tag))
    }
}

/// A time as people type it: `2026-11-01`, `2026-11-01T08:30` (both UTC), with a zone, or so
/// long ago: `36h`, `7d`.
pub fn time(text: &str, now: Moment) -> Result<Moment, String> {
    const HOUR: i64 = 3_600_000_000;
    let ago = |unit: char, length: i64| {
        let number: i64 = text.strip_suffix(unit)?.parse().ok()?;
        let span = Span(number.checked_mul(length)?);
        Some(Moment(now.0.checked_sub(span.0)?))
    };
    let naive = |format| NaiveDateTime::parse_from_str(text, format).ok();
    let day = || {
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()?
            .and_hms_opt(0, 0, 0)
    };
    let local = || {
        let time = naive("%Y-%m-%dT%H:%M")
            .or_else(|| naive("%Y-%m-%dT%H:%M:%S"))
            .or_else(day)?;
        Some(Moment(time.and_utc().timestamp_micros()))
    };
    let zoned = || {
        let time = DateTime::parse_from_rfc3339(text).ok()?;
        Some(Moment(time.timestamp_micros()))
    };
    ago('d', 24 * HOUR)
        .or_else(|| ago('h', HOUR))
        .or_else(local)
        .or_else(zoned)
        .ok_or_else(|| format!("“{text}” is no time: 2026-11-01, 2026-11-01T08:30, 36h or 7d are"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_time(text: &str, expected: &str) {
        let now = Moment(1_795_737_600_000_000);
        let told = time(text, now).map(|moment| moment.iso(3).unwrap());
        assert_eq!(told.as_deref(), Ok(expected));
    }

    #[test]
    fn times_are_read_as_people_type_them() {
        check_time("2026-11-01", "2026-11-01T00:00:00.000Z");
        check_time("2026-11-01T08:30", "2026-11-01T08:30:00.000Z");
        check_time("2026-11-01T08:30:05", "2026-11-01T08:30:05.000Z");
        check_time("2026-11-01T08:30:05+02:00", "2026-11-01T06:30:05.000Z");
        check_time("36h", "2026-11-25T12:00:00.000Z");
        check_time("7d", "2026-11-20T00:00:00.000Z");
        assert!(time("yesterday", Moment(0)).is_err());
        assert!(time("99999999999999999d", Moment(0)).is_err());
    }

    #[test]
    fn runs_are_chosen_by_all_that_is_asked() {
        let run = RunRecord {
            flow: "F".to_owned(),
            tags: vec!["a".to_owned(), "b".to_owned()],
            started: Some(Moment(10)),
            ..RunRecord::default()
        };
        let check = |chosen: Chosen, expected: bool| {
            assert_eq!(chosen.takes(&run), expected, "{chosen:?}");
        };
        let text = |text: &str| vec![text.to_owned()];
        check(Chosen::default(), true);
        check(
            Chosen {
                flows: text("G"),
                ..Chosen::default()
            },
            false,
        );
        check(
            Chosen {
                tags: text("b"),
                ..Chosen::default()
            },
            true,
        );
        check(
            Chosen {
                tags: text("c"),
                ..Chosen::default()
            },
            false,
        );
        check(
            Chosen {
                since: Some(Moment(10)),
                ..Chosen::default()
            },
            true,
        );
        check(
            Chosen {
                since: Some(Moment(11)),
                ..Chosen::default()
            },
            false,
        );
        check(
            Chosen {
                until: Some(Moment(10)),
                ..Chosen::default()
            },
            false,
        );
        check(
            Chosen {
                until: Some(Moment(11)),
                ..Chosen::default()
            },
            true,
        );
    }
}
