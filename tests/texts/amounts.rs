//! Numbers and moments in words.

use proptest::prelude::*;
use runglass::text::clock::{self, Zone};
use runglass::text::human;

const MS: i64 = 1000;
const S: i64 = 1_000_000;
const MIN: i64 = 60 * S;
const H: i64 = 60 * MIN;
const DAY: i64 = 24 * H;

/// Friday 20 November 2026, 22:30:00 UTC: the *now* of the pictures.
const NOW: i64 = 1_795_213_800 * S;

#[track_caller]
fn check<I: Copy + std::fmt::Debug>(cases: &[(I, &str)], shown: impl Fn(I) -> String) {
    for (input, expected) in cases {
        assert_eq!(shown(*input), *expected, "for {input:?}");
    }
}

#[test]
fn spans() {
    check(
        &[
            (0, "0 s"),
            (1, "1 µs"),
            (450, "450 µs"),
            (MS, "1 ms"),
            (120 * MS, "120 ms"),
            (999_499, "999 ms"),
            // What would round up to the next unit is shown in that.
            (999_500, "1.0 s"),
            (3_140 * MS, "3.1 s"),
            (9_949 * MS, "9.9 s"),
            (9_950 * MS, "10 s"),
            (49 * S, "49 s"),
            (59_499 * MS, "59 s"),
            (59_500 * MS, "1m 00s"),
            (67 * S, "1m 07s"),
            (8 * MIN + 11 * S, "8m 11s"),
            (H - 1, "1h 00m"),
            (3 * H + 14 * MIN, "3h 14m"),
            (DAY - 1, "1d 0h"),
            (2 * DAY + 4 * H, "2d 4h"),
            (1204 * DAY, "1,204d 0h"),
            (-1500 * MS, "\u{2212}1.5 s"),
            (i64::MIN, "\u{2212}106,751,991d 4h"),
        ],
        human::span,
    );
}

#[test]
fn sizes() {
    check(
        &[
            (0, "0 B"),
            (96, "96 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (1_949, "1.9 kB"),
            (9_949, "9.9 kB"),
            (9_950, "10 kB"),
            (212_400, "212 kB"),
            (999_499, "999 kB"),
            (999_500, "1.0 MB"),
            (31_900_000, "31.9 MB"),
            (99_949_999, "99.9 MB"),
            (211_400_000, "211 MB"),
            (4_200_000_000, "4.2 GB"),
            (u64::MAX, "18.4 EB"),
        ],
        human::size,
    );
}

#[test]
fn counts() {
    check(
        &[
            (0, "0"),
            (999, "999"),
            (1204, "1,204"),
            (18_412, "18,412"),
            (1_000_000, "1,000,000"),
        ],
        human::count,
    );
    check(
        &[(1, "1 task"), (0, "0 tasks"), (5000, "5,000 tasks")],
        |number| human::counted(number, "task", "tasks"),
    );
}

#[test]
fn ages() {
    let utc = Zone::default();
    check(
        &[
            (NOW, "just now"),
            (NOW + 30 * S, "just now"),
            (NOW - 40 * S, "40 s ago"),
            (NOW - 18 * MIN - 59 * S, "18 min ago"),
            (NOW - 7 * H, "7 h ago"),
            // Most of yesterday is still less than a day ago.
            (NOW - 23 * H, "23 h ago"),
            (NOW - 25 * H, "yesterday"),
            (NOW - 47 * H - 20 * MIN, "Wed 23:10"),
            (NOW - 6 * DAY, "Sat 22:30"),
            (NOW - 7 * DAY, "13 Nov"),
            (NOW - 330 * DAY, "25 Dec 2025"),
            // A clock that goes wrong by more than a minute gets no age.
            (NOW + H, "23:30:00"),
            (NOW + 2 * H, "21 Nov"),
            (i64::MIN, "not a time"),
            (i64::MAX, "not a time"),
        ],
        |moment| clock::age(NOW, moment, &utc),
    );
}

#[test]
fn starts_in_a_list() {
    check(
        &[
            (NOW - 17 * MIN - 16 * S, "22:12:44"),
            (NOW - 22 * H, "00:30:00"),
            (NOW - 23 * H - 20 * MIN, "Thu 23:10"),
            (NOW - 6 * DAY, "Sat 22:30"),
            (NOW - 7 * DAY, "13 Nov"),
            (NOW - 365 * DAY, "20 Nov 2025"),
        ],
        |moment| clock::started(NOW, moment, &Zone::default()),
    );
}

#[test]
fn clock_times_and_zones() {
    // Helsinki: UTC+2, in summer +3 (from 29 March to 25 October 2026, 01:00 UTC).
    let helsinki = Zone {
        offsets: vec![
            (i64::MIN, 120),
            (1_774_746_000 * S, 180),
            (1_792_890_000 * S, 120),
        ],
    };
    let newfoundland = Zone::fixed(-210);
    let utc = Zone::default();
    let moment = 1_795_212_764_880_391;
    let summer = 1_784_000_000 * S;

    assert_eq!(clock::time_of_day(moment, &utc), "22:12:44");
    assert_eq!(clock::time_of_day_millis(moment, &utc), "22:12:44.880");
    assert_eq!(clock::time_of_day(moment, &helsinki), "00:12:44");
    assert_eq!(clock::time_of_day(summer, &helsinki), "06:33:20");
    // Local midnight decides what is today.
    assert_eq!(clock::started(NOW, moment, &helsinki), "00:12:44");
    assert_eq!(clock::started(NOW, NOW - H, &helsinki), "Fri 23:30");

    assert_eq!(clock::stated(NOW, moment, &utc), "Fri 20 Nov, 22:12:44 UTC");
    assert_eq!(
        clock::stated(NOW, moment - 365 * DAY, &utc),
        "Thu 20 Nov 2025, 22:12:44 UTC"
    );
    assert_eq!(
        clock::full(moment, &utc),
        "Fri 20 Nov 2026, 22:12:44.880 UTC"
    );
    assert_eq!(
        clock::full(summer, &helsinki),
        "Tue 14 Jul 2026, 06:33:20.000 UTC+3"
    );
    assert_eq!(
        clock::full(moment, &newfoundland),
        "Fri 20 Nov 2026, 18:42:44.880 UTC\u{2212}3:30"
    );
    assert_eq!(clock::full(i64::MAX, &utc), "not a time");
    // A moment before the Epoch has its fraction in the right second.
    assert_eq!(clock::time_of_day_millis(-1, &utc), "23:59:59.999");
    crate::survives_the_door(&helsinki);
}

proptest! {
    #[test]
    fn words_are_found_for_every_number(
        now: i64, moment: i64, bytes: u64, minutes: i32, froms: Vec<i64>,
    ) {
        let zone = Zone {
            offsets: froms.into_iter().map(|from| (from, minutes)).collect(),
        };
        human::span(moment);
        human::rough_span(moment);
        prop_assert!(human::size(bytes).len() <= 8);
        clock::age(now, moment, &zone);
        clock::stated(now, moment, &zone);
        clock::full(moment, &zone);
    }

    #[test]
    fn longer_spans_never_read_shorter(a in 0..4 * DAY, b in 0..4 * DAY) {
        let (less, more) = (a.min(b), a.max(b));
        prop_assert!(micros(&human::span(less)) <= micros(&human::span(more)));
    }
}

/// Reads a span back.
fn micros(shown: &str) -> i64 {
    let parts = shown
        .replace(" s", "s")
        .replace(" ms", "ms")
        .replace(" µs", "µs");
    parts
        .split(' ')
        .map(|part| {
            let unit = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
            let number: f64 = part[..part.len() - unit.len()].parse().unwrap();
            let factor = match unit {
                "µs" => 1,
                "ms" => MS,
                "s" => S,
                "m" => MIN,
                "h" => H,
                "d" => DAY,
                other => panic!("no such unit: {other}"),
            };
            (number * factor as f64) as i64
        })
        .sum()
}
