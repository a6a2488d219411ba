//! Times as Prefect writes them, of which each place has its own form.
//!
//! The REST API of Prefect 3.9.1 writes RFC 3339 in UTC with a `Z` and leaves the fraction of
//! a whole second out, events and Prefect 1.x write `+00:00`
//! ([`rfc3339`]); its SQLite database has a blank for the `T` and no zone, as SQLAlchemy's
//! `DATETIME` does ([`sqlite`]), and a length of time as a date after the epoch
//! ([`sqlite_span`]). Times are moments, never compared as texts.

use crate::model::{Moment, Span};
use chrono::NaiveDate;

/// `2026-11-20T21:48:51.389246Z`, with or without a fraction, with `Z` or an offset. A time
/// without a zone is UTC.
pub fn rfc3339(text: &str) -> Option<Moment> {
    let (local, zone) = clock(text.as_bytes())?;
    Some(Moment(local.checked_sub(offset(zone)?)?))
}

/// `2026-11-20 21:48:51.389246`: UTC, without a zone.
pub fn sqlite(text: &str) -> Option<Moment> {
    rfc3339(text)
}

/// `1970-01-01 00:00:02.754041`, which is 2.754041 s.
pub fn sqlite_span(text: &str) -> Option<Span> {
    rfc3339(text).map(|Moment(micros)| Span(micros))
}

/// Seconds with a fraction. `None` for what is no length.
pub fn seconds(number: f64) -> Option<Span> {
    let Moment(micros) = Moment::from_seconds(number)?;
    Some(Span(micros))
}

/// Microseconds since the epoch as the clock shows them, and what follows: the zone.
fn clock(text: &[u8]) -> Option<(i64, &[u8])> {
    let (whole, rest) = text.split_at_checked(19)?;
    let marks = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
    let is_apart = matches!(whole.get(10), Some(b'T' | b't' | b' '));
    if !is_apart || marks.iter().any(|(at, mark)| whole.get(*at) != Some(mark)) {
        return None;
    }
    let part = |from: usize, to: usize| number(whole.get(from..to)?);
    let (micros, zone) = match rest {
        [b'.' | b',', rest @ ..] => {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (fraction, zone) = rest.split_at_checked(digits).filter(|_| digits > 0)?;
            (micros(fraction), zone)
        }
        zone => (0, zone),
    };
    let year = i32::try_from(part(0, 4)?).ok()?;
    let day = NaiveDate::from_ymd_opt(year, part(5, 7)?, part(8, 10)?)?;
    let time = day.and_hms_micro_opt(part(11, 13)?, part(14, 16)?, part(17, 19)?, micros)?;
    Some((time.and_utc().timestamp_micros(), zone))
}

/// Of a fraction of a second of any length.
fn micros(fraction: &[u8]) -> u32 {
    let digits = fraction.iter().chain(std::iter::repeat(&b'0')).take(6);
    digits.fold(0, |sum, digit| {
        sum * 10 + u32::from(digit.wrapping_sub(b'0'))
    })
}

/// Microseconds of `Z`, `+00:00`, `+0000`, `+00` or nothing.
fn offset(zone: &[u8]) -> Option<i64> {
    let (sign, digits) = match zone {
        [] | [b'Z' | b'z'] => return Some(0),
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits {
        [_, _] => (number(digits)?, 0),
        [a, b, b':', c, d] | [a, b, c, d] => (number(&[*a, *b])?, number(&[*c, *d])?),
        _ => return None,
    };
    let minutes = i64::from(hours * 60 + minutes);
    (minutes < 24 * 60).then_some(sign * minutes * 60_000_000)
}

/// A number of a few digits and nothing else.
fn number(digits: &[u8]) -> Option<u32> {
    let value = |digit: &u8| digit.is_ascii_digit().then(|| u32::from(digit - b'0'));
    let (first, rest) = digits.split_first()?;
    rest.iter().try_fold(value(first)?, |so_far, digit| {
        so_far.checked_mul(10)?.checked_add(value(digit)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let found = rfc3339(text).and_then(|moment| moment.iso(6));
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn every_form_of_a_time_is_one_moment() {
        check(
            "2026-11-20T21:48:51.389246Z",
            Some("2026-11-20T21:48:51.389246Z"),
        );
        check("2026-01-01T00:00:00Z", Some("2026-01-01T00:00:00.000000Z"));
        check(
            "2022-05-04T08:16:42.123456+00:00",
            Some("2022-05-04T08:16:42.123456Z"),
        );
        check(
            "2022-05-04T08:16:42+02:00",
            Some("2022-05-04T06:16:42.000000Z"),
        );
        check(
            "2022-05-04T08:16:42.5-0130",
            Some("2022-05-04T09:46:42.500000Z"),
        );
        check(
            "2026-11-20 21:48:51.389246",
            Some("2026-11-20T21:48:51.389246Z"),
        );
        check("2026-11-20 21:48:51", Some("2026-11-20T21:48:51.000000Z"));
        check(
            "2026-11-20T21:48:51.123456789Z",
            Some("2026-11-20T21:48:51.123456Z"),
        );
        for wrong in [
            "",
            "2026-11-20",
            "2026-13-20T21:48:51Z",
            "2026-11-20T24:48:51Z",
            "2026-11-20T21:48:51.Z",
            "2026-11-20T21:48:51 UTC",
            "2026-11-20T21:48:51+25:00",
            "yesterday, at a time we know",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn lengths_have_two_forms() {
        assert_eq!(
            sqlite_span("1970-01-01 00:00:02.754041"),
            Some(Span(2_754_041))
        );
        assert_eq!(
            sqlite_span("1970-01-02 00:00:00"),
            Some(Span(86_400_000_000))
        );
        assert_eq!(
            sqlite("2026-11-20 21:48:51.389246"),
            rfc3339("2026-11-20T21:48:51.389246Z")
        );
        assert_eq!(seconds(0.066605), Some(Span(66_605)));
        assert_eq!(seconds(f64::NAN), None);
    }

    proptest! {
        #[test]
        fn every_moment_comes_back(micros in -62_000_000_000_000_000_i64..250_000_000_000_000_000) {
            let text = Moment(micros).iso(6).unwrap();
            prop_assert_eq!(rfc3339(&text), Some(Moment(micros)));
        }

        #[test]
        fn no_text_breaks_the_reading(text in "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9é]{2}[.,]?[0-9]{0,9}[Z+-]?[0-9:]{0,6}") {
            let _ = rfc3339(&text);
        }
    }
}
