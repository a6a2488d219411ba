//! Which runs are packed: by flow, by tag, by when they began; and why none of some is.

use super::summary::{quoted, some_of};
use crate::counts::counted;
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
        self.takes_flow(run) && self.takes_tags(run) && self.takes_time(run)
    }

    fn takes_flow(&self, run: &RunRecord) -> bool {
        self.flows.is_empty() || self.flows.contains(&run.flow)
    }

    fn takes_tags(&self, run: &RunRecord) -> bool {
        self.tags.iter().all(|tag| run.has_tag(tag))
    }

    fn takes_time(&self, run: &RunRecord) -> bool {
        let began = began(run);
        let since = self.since.is_none_or(|since| began >= Some(since));
        // A run of which nobody knows when it began is not before anything.
        let until = |until| began.is_some_and(|began| began < until);
        since && self.until.is_none_or(until)
    }

    /// Why none of some runs is taken, and what to ask for: what was asked for first that
    /// none of them has.
    pub fn why_none(&self, runs: &[RunRecord]) -> (String, String) {
        let of_flow = runs.iter().filter(|run| self.takes_flow(run));
        let of_flow: Vec<&RunRecord> = of_flow.collect();
        if of_flow.is_empty() {
            let flows = runs.iter().map(|run| run.flow.clone()).collect();
            let asked = self.flows.iter().map(|name| quoted(name));
            let asked = asked.collect::<Vec<_>>().join(" or ");
            let told = format!("There is no run of a flow {asked} in it.");
            return (told, format!("--flow with {}", some_of(flows)));
        }
        let runs = counted(of_flow.len() as u64, "run", "runs");
        let runs = match &*self.flows {
            [] => runs,
            flows => {
                let names = flows.iter().map(|name| quoted(name));
                format!("{runs} of {}", names.collect::<Vec<_>>().join(" and "))
            }
        };
        let tagged = of_flow.iter().filter(|run| self.takes_tags(run));
        let tagged: Vec<&RunRecord> = tagged.copied().collect();
        if tagged.is_empty() {
            let asked = self.tags.iter().map(|tag| quoted(tag));
            let asked = asked.collect::<Vec<_>>().join(" and ");
            let tags = of_flow.iter().flat_map(|run| &run.tags).cloned().collect();
            let told = format!("It has {runs}, none with the tag {asked}.");
            return (told, format!("--tag with {}", some_of(tags)));
        }
        let since = self.since.map(|since| format!("{} or later", told(since)));
        let until = self.until.map(|until| format!("before {}", told(until)));
        let asked = since.into_iter().chain(until).collect::<Vec<_>>();
        let times = || tagged.iter().filter_map(|run| began(run));
        let range = match (times().min(), times().max()) {
            (Some(first), Some(last)) if first == last => format!("It began at {}.", told(first)),
            (Some(first), Some(last)) => {
                format!("They began from {} to {}.", told(first), told(last))
            }
            _ => "When they began is not known.".to_owned(),
        };
        let of_tags = if self.tags.is_empty() {
            ""
        } else {
            " with these tags"
        };
        let count = counted(tagged.len() as u64, "run", "runs");
        let asked = asked.join(" and ");
        (
            format!("It has {count}{of_tags}, none that began {asked}. {range}"),
            "--since with an earlier time, or --until with a later one".to_owned(),
        )
    }
}

fn began(run: &RunRecord) -> Option<Moment> {
    run.started.or(run.recorded)
}

/// To the second, as it can be typed.
fn told(moment: Moment) -> String {
    let time = DateTime::from_timestamp_micros(moment.0);
    time.map_or_else(
        || "a time that no calendar has".to_owned(),
        |time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
    )
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
