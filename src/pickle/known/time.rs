//! The `datetime` module.
//!
//! Source of the layouts: `_getstate` and `__setstate` of CPython's
//! `Lib/_pydatetime.py`: year high and low byte, month (bit 7 is the fold), day,
//! hour, minute, second, and the microsecond in three bytes; a time alone has the
//! fold in the hour's bit 7.

use super::super::node::NodeId;
use super::super::value::{Pickle, Value};
use super::Known;
use std::fmt;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Date {
    pub year: u16,
    pub month: u8,
    pub day: u8,
}

/// A time of day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Time {
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub microsecond: u32,
    /// Whether it is the second of two equal wall-clock times (the end of summer time).
    pub fold: bool,
    /// The time zone, any object.
    pub zone: Option<NodeId>,
}

/// A day with a time of day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DateTime {
    pub date: Date,
    pub time: Time,
}

/// A duration, normalised as Python does: only the days may be negative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TimeDelta {
    pub days: i64,
    /// Below 86,400.
    pub seconds: u32,
    /// Below 1,000,000.
    pub microseconds: u32,
}

impl TimeDelta {
    pub fn is_zero(self) -> bool {
        self.days == 0 && self.seconds == 0 && self.microseconds == 0
    }

    /// The whole duration in microseconds.
    pub fn as_microseconds(self) -> i128 {
        (i128::from(self.days) * 86_400 + i128::from(self.seconds)) * 1_000_000
            + i128::from(self.microseconds)
    }
}

/// As `str()` gives it: `2024-02-29`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// As `str()` gives it, without the zone: `12:34:56.789012`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.hour, self.minute, self.second)?;
        if self.microsecond != 0 {
            write!(f, ".{:06}", self.microsecond)?;
        }
        Ok(())
    }
}

/// As `str()` gives it: `-1 day, 1:00:00`.
impl fmt::Display for TimeDelta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.days != 0 {
            let plural = if self.days.abs() == 1 { "" } else { "s" };
            write!(f, "{} day{plural}, ", self.days)?;
        }
        let (minutes, second) = (self.seconds / 60, self.seconds % 60);
        write!(f, "{}:{:02}:{second:02}", minutes / 60, minutes % 60)?;
        if self.microseconds != 0 {
            write!(f, ".{:06}", self.microseconds)?;
        }
        Ok(())
    }
}

/// The bytes of a state. Python 2 wrote them as text, which is Latin-1 then.
fn state<const N: usize>(pickle: &Pickle, id: NodeId) -> Option<[u8; N]> {
    match pickle.value(id) {
        Value::Bytes(bytes) => <[u8; N]>::try_from(bytes).ok(),
        Value::Text(text) if text.bytes().len() <= 2 * N => {
            let chars = text.as_str()?.chars();
            let bytes: Option<Vec<u8>> = chars
                .map(|char| u8::try_from(u32::from(char)).ok())
                .collect();
            <[u8; N]>::try_from(bytes?).ok()
        }
        _ => None,
    }
}

fn zone(pickle: &Pickle, args: &[NodeId]) -> Option<Option<NodeId>> {
    match *args {
        [] => Some(None),
        [zone] => Some(Some(zone).filter(|&zone| !pickle.is_none(zone))),
        _ => None,
    }
}

pub(super) fn date_time(pickle: &Pickle, args: &[NodeId]) -> Option<DateTime> {
    let (&first, rest) = args.split_first()?;
    let [y1, y2, month, day, hour, minute, second, u1, u2, u3] = state::<10>(pickle, first)?;
    let date = make_date([y1, y2, month & 0x7f, day])?;
    let mut time = make_time([hour, minute, second, u1, u2, u3], zone(pickle, rest)?)?;
    time.fold = month & 0x80 != 0;
    Some(DateTime { date, time })
}

pub(super) fn date(pickle: &Pickle, args: &[NodeId]) -> Option<Date> {
    let &[only] = args else { return None };
    make_date(state::<4>(pickle, only)?)
}

pub(super) fn time(pickle: &Pickle, args: &[NodeId]) -> Option<Time> {
    let (&first, rest) = args.split_first()?;
    let [hour, minute, second, u1, u2, u3] = state::<6>(pickle, first)?;
    let mut time = make_time(
        [hour & 0x7f, minute, second, u1, u2, u3],
        zone(pickle, rest)?,
    )?;
    time.fold = hour & 0x80 != 0;
    Some(time)
}

fn make_date([y1, y2, month, day]: [u8; 4]) -> Option<Date> {
    let year = u16::from_be_bytes([y1, y2]);
    let good = (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    good.then_some(Date { year, month, day })
}

fn make_time([hour, minute, second, u1, u2, u3]: [u8; 6], zone: Option<NodeId>) -> Option<Time> {
    let microsecond = u32::from_be_bytes([0, u1, u2, u3]);
    let good = hour < 24 && minute < 60 && second < 60 && microsecond < 1_000_000;
    good.then_some(Time {
        hour,
        minute,
        second,
        microsecond,
        fold: false,
        zone,
    })
}

pub(super) fn time_delta(pickle: &Pickle, args: &[NodeId]) -> Option<TimeDelta> {
    let part = |index: usize| match args.get(index) {
        Some(&id) => pickle.as_int(id).map(i128::from),
        None => Some(0),
    };
    if args.len() > 3 {
        return None;
    }
    let microseconds = (part(0)? * 86_400 + part(1)?) * 1_000_000 + part(2)?;
    let (seconds, microsecond) = (
        microseconds.div_euclid(1_000_000),
        microseconds.rem_euclid(1_000_000),
    );
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Python's own bound.
    (days.abs() <= 999_999_999).then_some(TimeDelta {
        days: days as i64,
        seconds: second as u32,
        microseconds: microsecond as u32,
    })
}

pub(super) fn time_zone<'a>(pickle: &'a Pickle, args: &[NodeId]) -> Option<Known<'a>> {
    let (&offset, name) = args.split_first()?;
    let offset = pickle.as_object(offset)?;
    if offset.class()?.role() != super::Role::TimeDelta {
        return None;
    }
    let offset = time_delta(pickle, offset.args())?;
    let name = match *name {
        [] => None,
        [name] => match pickle.value(name) {
            Value::Text(name) => Some(name),
            _ => return None,
        },
        _ => return None,
    };
    Some(Known::TimeZone(offset, name))
}
