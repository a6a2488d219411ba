//! Moments in words: ages, clock times, dates.
//!
//! Nothing here has a clock or knows where the reader sits: the moment *now* and
//! the [`Zone`] are arguments, so that the same reply is the same text on every
//! day. Moments are microseconds since the Unix epoch, UTC.
//!
//! A week back is named by its weekdays, six days at most, because a seventh
//! would have today's name.

use super::human::{SECOND, rough_span};
use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Timelike};
use serde::{Deserialize, Serialize};

/// What stands for a moment that no calendar holds (a damaged record can say
/// that a run began 300,000 years ago).
const NO_MOMENT: &str = "not a time";

/// A time zone as far as its offsets were asked for. The default is UTC.
///
/// The browser knows the rules of its zone and nobody else does, so it makes
/// this table for the years that are looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// From which moment on (microseconds, ascending) local time is how many
    /// minutes ahead of UTC. Before the first entry the first one holds.
    pub offsets: Vec<(i64, i32)>,
}

impl Zone {
    /// A zone that is the same all year.
    pub fn fixed(minutes: i32) -> Self {
        Self {
            offsets: vec![(i64::MIN, minutes)],
        }
    }

    /// Minutes ahead of UTC at a moment; 0 for an empty table.
    pub fn minutes_at(&self, micros: i64) -> i32 {
        self.offsets
            .iter()
            .rfind(|(from, _)| *from <= micros)
            .or(self.offsets.first())
            .map_or(0, |(_, minutes)| *minutes)
    }

    fn local(&self, micros: i64) -> Option<NaiveDateTime> {
        let ahead = TimeDelta::try_minutes(i64::from(self.minutes_at(micros)))?;
        DateTime::from_timestamp_micros(micros)?
            .naive_utc()
            .checked_add_signed(ahead)
    }

    /// `UTC`, `UTC+2`, `UTC−3:30`: an offset can be read without knowing the zone.
    fn offset_name(&self, micros: i64) -> String {
        let minutes = self.minutes_at(micros);
        let (hours, rest) = (minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60);
        let sign = if minutes < 0 { '\u{2212}' } else { '+' };
        match (hours, rest) {
            (0, 0) => "UTC".to_owned(),
            (hours, 0) => format!("UTC{sign}{hours}"),
            (hours, rest) => format!("UTC{sign}{hours}:{rest:02}"),
        }
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::fixed(0)
    }
}

/// The time of day, as in a log: `21:52:39`.
pub fn time_of_day(micros: i64, zone: &Zone) -> String {
    zone.local(micros).map_or(NO_MOMENT.to_owned(), hms)
}

/// The time of day to the millisecond, rounded down: `22:14:58.114`.
pub fn time_of_day_millis(micros: i64, zone: &Zone) -> String {
    zone.local(micros)
        .map_or(NO_MOMENT.to_owned(), |local| hms_millis(&local))
}

/// The day alone, as it is written on an axis: `12 Nov`.
pub fn day(micros: i64, zone: &Zone) -> String {
    zone.local(micros).map_or(NO_MOMENT.to_owned(), |local| {
        local.format("%-d %b").to_string()
    })
}

/// A round time since a start, as it is written on an axis: `0 s`, `250 ms`, `1.5 s`,
/// `30 s`, `1m`, `1m 30s`, `2h`, `1d 6h`. Nothing is rounded: two ticks never read the same.
pub fn since_start(micros: i64) -> String {
    let sign = if micros < 0 { "\u{2212}" } else { "" };
    let all = micros.unsigned_abs();
    let (seconds, rest) = (all / SECOND, all % SECOND);
    let fraction = match rest {
        0 => String::new(),
        _ => format!(".{}", format!("{rest:06}").trim_end_matches('0')),
    };
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    let (minutes, secs) = (seconds / 60 % 60, seconds % 60);
    if seconds == 0 && rest > 0 {
        let text = match rest % 1000 {
            0 => format!("{} ms", rest / 1000),
            _ => format!("{rest} µs"),
        };
        return format!("{sign}{text}");
    }
    if seconds < 60 {
        return format!("{sign}{secs}{fraction} s");
    }
    let parts = [(days, "d"), (hours, "h"), (minutes, "m")];
    let mut text = String::new();
    for (number, unit) in parts.into_iter().skip_while(|(number, _)| *number == 0) {
        if number > 0 {
            text.push_str(&format!("{}{number}{unit}", gap(&text)));
        }
    }
    if secs > 0 || rest > 0 {
        text.push_str(&format!("{}{secs:02}{fraction}s", gap(&text)));
    }
    format!("{sign}{text}")
}

fn gap(text: &str) -> &'static str {
    if text.is_empty() { "" } else { " " }
}

/// When something began, as a list shows it: the time today (`22:12:44`), the
/// weekday within the last six days (`Thu 23:10`), else the date (`12 Nov`,
/// `12 Nov 2025` in another year). [`ago`] goes beside it.
pub fn started(now: i64, micros: i64, zone: &Zone) -> String {
    let (Some(today), Some(then)) = (zone.local(now), zone.local(micros)) else {
        return NO_MOMENT.to_owned();
    };
    match days_back(&today, &then) {
        0 => hms(then),
        1..=6 => format!("{} {:02}:{:02}", weekday(&then), then.hour(), then.minute()),
        _ => date(&today, &then),
    }
}

/// How long ago, up to a day: `18 min ago`; `None` for what is older. A moment
/// that lies up to a minute ahead is a clock that goes wrong: `just now`.
pub fn ago(now: i64, micros: i64) -> Option<String> {
    let passed = i128::from(now) - i128::from(micros);
    let second = i128::from(SECOND);
    if passed < -60 * second || passed >= 86_400 * second {
        return None;
    }
    if passed < second {
        return Some("just now".to_owned());
    }
    let passed = i64::try_from(passed).unwrap_or(i64::MAX);
    Some(format!("{} ago", rough_span(passed)))
}

/// An age in one word or two: `18 min ago`, `7 h ago`, `yesterday`, `Wed 23:10`,
/// `12 Nov`, `12 Nov 2025`.
pub fn age(now: i64, micros: i64, zone: &Zone) -> String {
    if let Some(ago) = ago(now, micros) {
        return ago;
    }
    match (zone.local(now), zone.local(micros)) {
        (Some(today), Some(then)) if days_back(&today, &then) == 1 => "yesterday".to_owned(),
        _ => started(now, micros, zone),
    }
}

/// A moment among the facts of a page: `Fri 20 Nov, 22:12:44 UTC`, with the year
/// where it is not this one.
pub fn stated(now: i64, micros: i64, zone: &Zone) -> String {
    let (Some(today), Some(then)) = (zone.local(now), zone.local(micros)) else {
        return NO_MOMENT.to_owned();
    };
    format!(
        "{} {}, {} {}",
        weekday(&then),
        date(&today, &then),
        hms(then),
        zone.offset_name(micros)
    )
}

/// Everything there is to say about a moment, for a tooltip:
/// `Fri 20 Nov 2026, 22:12:44.880 UTC+2`.
pub fn full(micros: i64, zone: &Zone) -> String {
    let Some(then) = zone.local(micros) else {
        return NO_MOMENT.to_owned();
    };
    format!(
        "{} {} {} {}, {} {}",
        weekday(&then),
        then.day(),
        month(&then),
        then.year(),
        hms_millis(&then),
        zone.offset_name(micros)
    )
}

/// Calendar days from one local day back to another; negative for a later day.
fn days_back(today: &NaiveDateTime, then: &NaiveDateTime) -> i64 {
    today.date().signed_duration_since(then.date()).num_days()
}

fn date(today: &NaiveDateTime, then: &NaiveDateTime) -> String {
    if today.year() == then.year() {
        format!("{} {}", then.day(), month(then))
    } else {
        format!("{} {} {}", then.day(), month(then), then.year())
    }
}

fn hms(local: NaiveDateTime) -> String {
    format!(
        "{:02}:{:02}:{:02}",
        local.hour(),
        local.minute(),
        local.second()
    )
}

fn hms_millis(local: &NaiveDateTime) -> String {
    // A leap second counts on in the nanoseconds; the log still has three digits.
    let millis = (local.nanosecond() / 1_000_000).min(999);
    format!("{}.{millis:03}", hms(*local))
}

fn weekday(local: &NaiveDateTime) -> &'static str {
    const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    NAMES
        .get(local.weekday().num_days_from_monday() as usize)
        .copied()
        .unwrap_or_default()
}

fn month(local: &NaiveDateTime) -> &'static str {
    const NAMES: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    NAMES
        .get(local.month0() as usize)
        .copied()
        .unwrap_or_default()
}
