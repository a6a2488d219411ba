//! Amounts in words: how long, how big, how many.
//!
//! The forms are those of the look: `3.1 s`, `8m 11s`, `212 kB`, `1,204`. A number
//! is rounded once, to what is shown, and only then is its unit chosen, so that
//! 59.7 s reads `1m 00s` and never `60 s`. Moments are next door in
//! [`clock`](super::clock).

use crate::counts::rounded;
pub use crate::counts::{count, counted, size};

/// One second in the unit of all spans, the microsecond.
pub(super) const SECOND: u64 = 1_000_000;

/// A length of time in microseconds: `450 µs`, `120 ms`, `3.1 s`, `49 s`,
/// `8m 11s`, `3h 14m`, `2d 4h`.
///
/// Minutes and seconds that follow a larger unit keep two digits, so that a
/// column of durations lines up. A negative span (two clocks that disagree) has
/// a minus sign.
pub fn span(micros: i64) -> String {
    let sign = if micros < 0 { "\u{2212}" } else { "" };
    format!("{sign}{}", positive_span(micros.unsigned_abs()))
}

fn positive_span(micros: u64) -> String {
    if micros == 0 {
        return "0 s".to_owned();
    }
    if micros < 1000 {
        return format!("{micros} µs");
    }
    let millis = rounded(micros, 1000);
    if millis < 1000 {
        return format!("{millis} ms");
    }
    let tenths = rounded(micros, SECOND / 10);
    if tenths < 100 {
        return format!("{}.{} s", tenths / 10, tenths % 10);
    }
    let seconds = rounded(micros, SECOND);
    if seconds < 60 {
        return format!("{seconds} s");
    }
    if seconds < 3600 {
        return format!("{}m {:02}s", seconds / 60, seconds % 60);
    }
    let minutes = rounded(micros, 60 * SECOND);
    if minutes < 24 * 60 {
        return format!("{}h {:02}m", minutes / 60, minutes % 60);
    }
    let hours = rounded(micros, 3600 * SECOND);
    format!("{}d {}h", count(hours / 24), hours % 24)
}

/// A length of time in one unit, rounded down, for "… ago" and "… earlier":
/// `40 s`, `18 min`, `7 h`, `12 days`. The sign is not looked at.
pub fn rough_span(micros: i64) -> String {
    let seconds = micros.unsigned_abs() / SECOND;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => format!("{} h", seconds / 3600),
        _ => counted(seconds / 86_400, "day", "days"),
    }
}
