//! Times and spans of time.

use crate::pickle::known::{Time, TimeDelta};
use crate::pickle::repr::printer::{Job, Printer};
use std::fmt::Write as _;

/// The numbers of a time (trailing zero seconds left out), its zone and its fold; a
/// datetime has the fold first.
pub(super) fn print_time(printer: &mut Printer<'_>, time: Time, fold_first: bool) {
    let mut text = format!("{}, {}", time.hour, time.minute);
    if time.second != 0 || time.microsecond != 0 {
        let _ = write!(text, ", {}", time.second);
    }
    if time.microsecond != 0 {
        let _ = write!(text, ", {}", time.microsecond);
    }
    printer.out.put(&text);
    let fold = Job::Put(if time.fold { ", fold=1" } else { "" });
    let (tzinfo, close) = (Job::Put(", tzinfo="), Job::Put(")"));
    match time.zone {
        None => printer.queue([fold, close]),
        Some(zone) if fold_first => printer.queue([fold, tzinfo, Job::Value(zone), close]),
        Some(zone) => printer.queue([tzinfo, Job::Value(zone), fold, close]),
    }
}

pub(super) fn time_delta(delta: TimeDelta) -> String {
    let parts = [
        ("days", delta.days),
        ("seconds", i64::from(delta.seconds)),
        ("microseconds", i64::from(delta.microseconds)),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|&(_, number)| number != 0)
        .map(|(name, number)| format!("{name}={number}"))
        .collect();
    let inside = if parts.is_empty() {
        "0".to_owned()
    } else {
        parts.join(", ")
    };
    format!("datetime.timedelta({inside})")
}
