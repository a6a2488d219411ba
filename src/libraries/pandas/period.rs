//! Periods: spans of the calendar that are counted by ordinals.
//!
//! Source: `period_format` and the frequencies of `pandas/_libs/tslibs/period.pyx` and
//! `offsets.pyx` (2.3): ordinal 0 is the period that 1970-01-01 is in, save for business
//! days.

use super::made_by;
use crate::libraries::cell::civil;
use crate::pickle::{NodeId, Pickle};

/// How long the periods are.
#[derive(Clone, Debug, PartialEq)]
pub struct Frequency {
    base: Base,
    /// As pandas writes it: `M`, `Q-DEC`, `2D`.
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Base {
    /// Years and quarters by the month in which the year ends, 1 to 12.
    Year(i64),
    Quarter(i64),
    Month,
    /// By the weekday on which it ends, Monday being 0.
    Week(i64),
    Business,
    Day,
    /// Seconds of one.
    Clock(i64),
    /// How many are in a second.
    Part(i64),
    Unknown,
}

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];

const WEEKDAYS: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

impl Frequency {
    /// Of an offset (`MonthEnd(1)`), or of the name of a type (`period[M]`).
    pub(super) fn read(pickle: &Pickle, id: NodeId) -> Option<Self> {
        if let Some(name) = pickle.as_str(id) {
            let name = name
                .strip_prefix("period[")
                .and_then(|name| name.strip_suffix(']'));
            return Some(Self::named(name.or(pickle.as_str(id))?));
        }
        let (class, object) = made_by(pickle, id)?;
        let args = object.args();
        let number = |at: usize| args.get(at).and_then(|&id| pickle.as_int(id));
        let count = number(0).unwrap_or(1);
        let month = |at: usize| {
            let month = number(at).and_then(|month| usize::try_from(month - 1).ok());
            month
                .and_then(|month| MONTHS.get(month))
                .copied()
                .unwrap_or("DEC")
        };
        let name = match class {
            "YearEnd" => format!("Y-{}", month(2)),
            "QuarterEnd" => format!("Q-{}", month(2)),
            "MonthEnd" => "M".to_owned(),
            "Week" => {
                let day = number(2).and_then(|day| usize::try_from(day).ok());
                format!(
                    "W-{}",
                    day.and_then(|day| WEEKDAYS.get(day)).unwrap_or(&"SUN")
                )
            }
            "BusinessDay" => "B".to_owned(),
            "Day" => "D".to_owned(),
            "Hour" => "h".to_owned(),
            "Minute" => "min".to_owned(),
            "Second" => "s".to_owned(),
            "Milli" => "ms".to_owned(),
            "Micro" => "us".to_owned(),
            "Nano" => "ns".to_owned(),
            other => other.to_owned(),
        };
        Some(match count {
            1 => Self::named(&name),
            count => Self::named(&format!("{count}{name}")),
        })
    }

    fn named(name: &str) -> Self {
        let bare = name.trim_start_matches(|letter: char| letter.is_ascii_digit());
        let (word, anchor) = bare.split_once('-').unwrap_or((bare, ""));
        let month = || {
            let at = MONTHS.iter().position(|month| *month == anchor);
            at.map_or(12, |at| at as i64 + 1)
        };
        let base = match word {
            "Y" | "A" | "YE" => Base::Year(month()),
            "Q" | "QE" => Base::Quarter(month()),
            "M" | "ME" => Base::Month,
            "W" => {
                let at = WEEKDAYS.iter().position(|day| *day == anchor);
                Base::Week(at.map_or(6, |at| at as i64))
            }
            "B" => Base::Business,
            "D" => Base::Day,
            "h" | "H" => Base::Clock(3600),
            "min" | "T" => Base::Clock(60),
            "s" | "S" => Base::Clock(1),
            "ms" | "L" => Base::Part(1_000),
            "us" | "U" => Base::Part(1_000_000),
            "ns" | "N" => Base::Part(1_000_000_000),
            _ => Base::Unknown,
        };
        Self {
            base,
            name: name.to_owned(),
        }
    }

    /// A period as `str()` gives it: `2020-01`, `2020Q1`, `2020-01-06/2020-01-12`.
    pub fn text(&self, ordinal: i64) -> String {
        if ordinal == i64::MIN {
            return "NaT".to_owned();
        }
        let date = |day: i64| {
            let (year, month, day) = civil(day);
            format!("{year:04}-{month:02}-{day:02}")
        };
        match self.base {
            Base::Year(_) => format!("{:04}", 1970i64.saturating_add(ordinal)),
            Base::Quarter(_) => format!(
                "{:04}Q{}",
                1970 + ordinal.div_euclid(4),
                ordinal.rem_euclid(4) + 1
            ),
            Base::Month => format!(
                "{:04}-{:02}",
                1970 + ordinal.div_euclid(12),
                ordinal.rem_euclid(12) + 1
            ),
            Base::Week(end) => {
                // Week 1 of those that end on a Sunday ends on 1970-01-04.
                let last = ordinal.saturating_mul(7).saturating_add((end + 1) % 7 - 4);
                format!("{}/{}", date(last.saturating_sub(6)), date(last))
            }
            Base::Business => {
                // Five days a week, Monday first.
                let days = ordinal.saturating_add(3);
                let week = days.div_euclid(5).saturating_mul(7);
                date(week.saturating_add(days.rem_euclid(5)).saturating_sub(3))
            }
            Base::Day => date(ordinal),
            Base::Clock(seconds) => {
                let all = i128::from(ordinal) * i128::from(seconds);
                let (day, second) = (all.div_euclid(86_400), all.rem_euclid(86_400));
                let day = i64::try_from(day).unwrap_or(i64::MAX / 2);
                let mut text =
                    format!("{} {:02}:{:02}", date(day), second / 3600, second / 60 % 60);
                if seconds == 1 {
                    text.push_str(&format!(":{:02}", second % 60));
                }
                text
            }
            Base::Part(per) => {
                let (second, part) = (ordinal.div_euclid(per), ordinal.rem_euclid(per));
                let (day, of_day) = (second.div_euclid(86_400), second.rem_euclid(86_400));
                let places = per.ilog10() as usize;
                format!(
                    "{} {:02}:{:02}:{:02}.{part:0places$}",
                    date(day),
                    of_day / 3600,
                    of_day / 60 % 60,
                    of_day % 60
                )
            }
            Base::Unknown => format!("number {ordinal} of {}", self.name),
        }
    }
}
