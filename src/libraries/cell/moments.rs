//! Moments and spans of time, as NumPy prints them and as pandas does.

use super::Timestamp;
use crate::libraries::numpy::Unit;
use crate::pickle::Pickle;

/// Year, month and day of a day since 1970 in the Gregorian calendar.
pub(in crate::libraries) fn civil(day: i64) -> (i64, u32, u32) {
    // Years begin in March here, so that the leap day is the last one.
    let day = i128::from(day) + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i128::from(month <= 2);
    (year as i64, month as u32, day as u32)
}

/// How many of a unit are in a second, or the seconds in one.
fn scale(unit: Unit) -> Option<(i128, i128)> {
    Some(match unit {
        Unit::Week => (1, 604_800),
        Unit::Day => (1, 86_400),
        Unit::Hour => (1, 3_600),
        Unit::Minute => (1, 60),
        Unit::Second => (1, 1),
        Unit::Milli => (1_000, 1),
        Unit::Micro => (1_000_000, 1),
        Unit::Nano => (1_000_000_000, 1),
        Unit::Pico => (1_000_000_000_000, 1),
        Unit::Femto => (1_000_000_000_000_000, 1),
        Unit::Atto => (1_000_000_000_000_000_000, 1),
        Unit::Generic | Unit::Year | Unit::Month => return None,
    })
}

/// `str(numpy.datetime64)`: `2020-01-01T12:00:00.000`.
pub(super) fn date_time(value: i64, unit: Unit, count: u32) -> String {
    if value == i64::MIN {
        return "NaT".to_owned();
    }
    let value = i128::from(value) * i128::from(count);
    let year = |year: i128| match year {
        0..=9999 => format!("{year:04}"),
        10_000.. => year.to_string(),
        _ => format!("-{:04}", -year),
    };
    match unit {
        Unit::Generic => value.to_string(),
        Unit::Year => year(1970 + value),
        Unit::Month => format!(
            "{}-{:02}",
            year(1970 + value.div_euclid(12)),
            value.rem_euclid(12) + 1
        ),
        _ => {
            let (per, seconds) = scale(unit).unwrap_or((1, 1));
            let all = value * seconds;
            let (second, part) = (all.div_euclid(per), all.rem_euclid(per));
            let (day, second) = (second.div_euclid(86_400), second.rem_euclid(86_400));
            let (of, month, day) = civil(i64::try_from(day).unwrap_or(i64::MAX / 2));
            let date = format!("{}-{month:02}-{day:02}", year(i128::from(of)));
            let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
            match unit {
                Unit::Week | Unit::Day => date,
                Unit::Hour => format!("{date}T{hour:02}"),
                Unit::Minute => format!("{date}T{hour:02}:{minute:02}"),
                Unit::Second => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
                _ => {
                    let places = (per.ilog10()) as usize;
                    format!("{date}T{hour:02}:{minute:02}:{second:02}.{part:0places$}")
                }
            }
        }
    }
}

/// `str(numpy.timedelta64)`: `5 days`.
pub(super) fn time_delta(value: i64, unit: Unit, count: u32) -> String {
    if value == i64::MIN {
        return "NaT".to_owned();
    }
    let value = i128::from(value) * i128::from(count);
    let name = match unit {
        Unit::Generic => return value.to_string(),
        Unit::Year => "years",
        Unit::Month => "months",
        Unit::Week => "weeks",
        Unit::Day => "days",
        Unit::Hour => "hours",
        Unit::Minute => "minutes",
        Unit::Second => "seconds",
        Unit::Milli => "milliseconds",
        Unit::Micro => "microseconds",
        Unit::Nano => "nanoseconds",
        Unit::Pico => "picoseconds",
        Unit::Femto => "femtoseconds",
        Unit::Atto => "attoseconds",
    };
    format!("{value} {name}")
}

impl Timestamp<'_> {
    /// As `str(pandas.Timestamp)` gives it: `2020-01-01 12:00:00+01:00`. Where the
    /// offset of a zone is not known, the moment stands in UTC with the zone's name.
    pub fn text(&self, pickle: &Pickle) -> String {
        if self.value == i64::MIN {
            return "NaT".to_owned();
        }
        let (per, seconds) = scale(self.unit).unwrap_or((1, 1));
        let offset = self.zone.as_ref().and_then(|zone| {
            let second = (i128::from(self.value) * seconds).div_euclid(per);
            let of_calendar = || pickle.zone_offset(&zone.name, i64::try_from(second).ok()?);
            zone.offset.or_else(of_calendar)
        });
        let all = i128::from(self.value) * seconds + i128::from(offset.unwrap_or(0)) * per;
        let (second, part) = (all.div_euclid(per), all.rem_euclid(per));
        let (day, second) = (second.div_euclid(86_400), second.rem_euclid(86_400));
        let (year, month, day) = civil(i64::try_from(day).unwrap_or(i64::MAX / 2));
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let mut text = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
        text.push_str(&fraction(part, per));
        match (&self.zone, offset) {
            (None, _) => {}
            (Some(_), Some(offset)) => text.push_str(&signed(offset)),
            (Some(zone), None) => {
                text.push_str("+00:00 in ");
                text.push_str(&zone.name);
            }
        }
        text
    }
}

/// `+05:30`
fn signed(offset: i32) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let size = offset.unsigned_abs();
    let mut text = format!("{sign}{:02}:{:02}", size / 3600, size / 60 % 60);
    if !size.is_multiple_of(60) {
        text.push_str(&format!(":{:02}", size % 60));
    }
    text
}

/// Six digits where that is enough, else nine; nothing for nothing.
fn fraction(part: i128, per: i128) -> String {
    let nanos = part * 1_000_000_000 / per;
    match nanos {
        0 => String::new(),
        nanos if nanos % 1000 == 0 => format!(".{:06}", nanos / 1000),
        nanos => format!(".{nanos:09}"),
    }
}

/// As `str(pandas.Timedelta)` gives it: `-1 days +23:59:59`.
pub(super) fn timedelta(value: i64, unit: Unit) -> String {
    if value == i64::MIN {
        return "NaT".to_owned();
    }
    let (per, seconds) = scale(unit).unwrap_or((1, 1));
    let all = i128::from(value) * seconds;
    let (second, part) = (all.div_euclid(per), all.rem_euclid(per));
    let (days, second) = (second.div_euclid(86_400), second.rem_euclid(86_400));
    let plus = if days < 0 { "+" } else { "" };
    format!(
        "{days} days {plus}{:02}:{:02}:{:02}{}",
        second / 3600,
        second / 60 % 60,
        second % 60,
        fraction(part, per)
    )
}
