//! Logs with headers, merged as the Client API merges them (Metaflow `mflog/mflog.py`).
//!
//! A line reads `[MFLOG|0|2026-01-31T23:59:59.123456Z|runtime|<id>]text`. Lines are
//! ordered by time over both files of a stream, equal times by the rest of their
//! header; lines without a readable header come last, ordered by their bytes.

use super::json::real;
use crate::model::{Log, LogLine, Moment};
use crate::sorting::sort_by;
use chrono::NaiveDate;

/// A line with its header taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Line<'a> {
    header: Option<Header<'a>>,
    /// The text behind the header; of a line without one the whole line, with its line end.
    message: &'a [u8],
}

/// The order of the fields is the client's order of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Header<'a> {
    timestamp: &'a [u8],
    /// `[!` marks a line that the task wrote with a header of its own.
    should_persist: bool,
    version: &'a [u8],
    source: &'a [u8],
    id: &'a [u8],
}

/// Reads the files of one stream of one attempt, headers off, in the client's order. Of more
/// than `most` lines the first are left out: what was printed last tells why something failed.
pub fn merge(files: &[&[u8]], most: usize) -> Log {
    let mut undecodable = 0;
    let mut left_out = 0;
    let each = most / files.len().max(1);
    let ends = files.iter().map(|file| {
        let (end, before) = last_lines(file, each);
        left_out += before;
        end
    });
    let ends: Vec<&[u8]> = ends.collect();
    let lines = sorted_lines(&ends)
        .into_iter()
        .map(|line| {
            let at = line.header.and_then(|header| moment(header.timestamp));
            let text = line.message.strip_suffix(b"\n").unwrap_or(line.message);
            undecodable += std::str::from_utf8(text).map_or_else(|_| invalid_bytes(text), |_| 0);
            LogLine {
                at,
                text: String::from_utf8_lossy(text).into_owned(),
            }
        })
        .collect();
    let size = files.iter().map(|file| file.len() as u64).sum();
    Log {
        lines,
        size,
        recorded: !files.is_empty(),
        undecodable,
        left_out,
    }
}

/// The end of a file with so many lines, and how many there are before it.
fn last_lines(file: &[u8], most: usize) -> (&[u8], u64) {
    let is_end = |byte: &&u8| **byte == b'\n';
    let left_out = file.iter().filter(is_end).count().saturating_sub(most);
    let Some(last) = left_out.checked_sub(1) else {
        return (file, 0);
    };
    let ends = file.iter().enumerate().filter(|(_, byte)| is_end(byte));
    let begin = ends.map(|(at, _)| at + 1).nth(last).unwrap_or_default();
    (file.get(begin..).unwrap_or_default(), left_out as u64)
}

/// The text that the client gives, byte for byte: every message with a line end of
/// its own, so that a line without header, which has kept its own, ends in two.
pub fn client_text(files: &[&[u8]]) -> Vec<u8> {
    let mut text = Vec::new();
    for line in sorted_lines(files) {
        text.extend_from_slice(line.message);
        text.push(b'\n');
    }
    text
}

/// The time of the last line that has one; the beginning may be cut off.
pub fn last_time(end: &[u8]) -> Option<Moment> {
    end.split(|byte| *byte == b'\n')
        .rev()
        .find_map(|line| moment(parse(line).header?.timestamp).and_then(real))
}

fn sorted_lines<'a>(files: &[&'a [u8]]) -> Vec<Line<'a>> {
    let all = || {
        files
            .iter()
            .flat_map(|file| file.split_inclusive(|byte| *byte == b'\n'))
    };
    // Of millions, room that is doubled would be more than a 32-bit program has.
    let mut lines: Vec<Line<'a>> = Vec::with_capacity(all().count());
    lines.extend(all().map(parse));
    // Lines without a header carry the client's time of the year 3000: they come last.
    sort_by(&mut lines, |a, b| match (&a.header, &b.header) {
        (Some(a_header), Some(b_header)) => a_header
            .cmp(b_header)
            .then_with(|| a.message.cmp(b.message)),
        (Some(_), None) => std::cmp::Ordering::Less,
        (None, Some(_)) => std::cmp::Ordering::Greater,
        (None, None) => a.message.cmp(b.message),
    });
    lines
}

fn parse(line: &[u8]) -> Line<'_> {
    let header = take_header(line);
    match header {
        Some((header, message)) => Line {
            header: Some(header),
            message: message.strip_suffix(b"\n").unwrap_or(message),
        },
        None => Line {
            header: None,
            message: line,
        },
    }
}

fn take_header(line: &[u8]) -> Option<(Header<'_>, &[u8])> {
    let (should_persist, rest) = match line.strip_prefix(b"[!") {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let rest = rest.strip_prefix(b"[MFLOG|")?;
    let (version, rest) = split_at(rest, b"|")?;
    let (timestamp, rest) = split_at(rest, b"Z|")?;
    let (source, rest) = split_at(rest, b"|")?;
    let (id, message) = split_at(rest, b"]")?;
    (version == b"0" && moment(timestamp).is_some()).then_some((
        Header {
            timestamp,
            should_persist,
            version,
            source,
            id,
        },
        message,
    ))
}

/// Splits at the first mark, which must not be behind a line end.
fn split_at<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes
        .windows(mark.len())
        .position(|window| window == mark)?;
    let (before, rest) = (bytes.get(..at)?, bytes.get(at + mark.len()..)?);
    (!before.contains(&b'\n')).then_some((before, rest))
}

/// `2026-01-31T23:59:59.123456`, UTC, with one to six digits behind the point: what
/// Metaflow writes, and no other form of ISO 8601. (chrono's parser knows them all and
/// is 16 kB of program.)
fn moment(timestamp: &[u8]) -> Option<Moment> {
    let (whole, fraction) = timestamp.split_at_checked(19)?;
    let [b'.', digits @ ..] = fraction else {
        return None;
    };
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if marks.iter().any(|(at, mark)| whole.get(*at) != Some(mark)) {
        return None;
    }
    let part = |from: usize, to: usize| number(whole.get(from..to)?);
    let missing_digits = 6_u32.checked_sub(u32::try_from(digits.len()).ok()?)?;
    let micros = number(digits)? * 10_u32.pow(missing_digits);
    let year = i32::try_from(part(0, 4)?).ok().filter(|year| *year > 0)?;
    let day = NaiveDate::from_ymd_opt(year, part(5, 7)?, part(8, 10)?)?;
    let time = day.and_hms_micro_opt(part(11, 13)?, part(14, 16)?, part(17, 19)?, micros)?;
    Some(Moment(time.and_utc().timestamp_micros()))
}

/// A number of a few digits and nothing else.
fn number(digits: &[u8]) -> Option<u32> {
    let value = |digit: &u8| digit.is_ascii_digit().then(|| u32::from(digit - b'0'));
    let (first, rest) = digits.split_first()?;
    rest.iter().try_fold(value(first)?, |so_far, digit| {
        so_far.checked_mul(10)?.checked_add(value(digit)?)
    })
}

fn invalid_bytes(mut bytes: &[u8]) -> u64 {
    let mut count = 0;
    while let Err(error) = std::str::from_utf8(bytes) {
        let skip = error
            .error_len()
            .unwrap_or(bytes.len() - error.valid_up_to())
            .max(1);
        count += skip as u64;
        bytes = bytes.get(error.valid_up_to() + skip..).unwrap_or_default();
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDateTime;
    use proptest::prelude::*;

    #[track_caller]
    fn check(files: &[&str], expected: &str) {
        let files: Vec<&[u8]> = files.iter().map(|file| file.as_bytes()).collect();
        assert_eq!(String::from_utf8_lossy(&client_text(&files)), expected);
    }

    #[track_caller]
    fn check_end(files: &[&str], most: usize, expected: &[&str], left_out: u64) {
        let files: Vec<&[u8]> = files.iter().map(|file| file.as_bytes()).collect();
        let log = merge(&files, most);
        let shown: Vec<&str> = log.lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!((shown.as_slice(), log.left_out), (expected, left_out));
        let size: usize = files.iter().map(|file| file.len()).sum();
        assert_eq!(log.size, size as u64);
    }

    #[test]
    fn of_too_many_lines_the_last_are_kept() {
        check_end(&["a\nb\nc\n"], 3, &["a", "b", "c"], 0);
        check_end(&["a\nb\nc\n"], 2, &["b", "c"], 1);
        check_end(&["a\nb\nc\nno end"], 2, &["b", "c", "no end"], 1);
        check_end(&["a\nb\n", "c\nd\n"], 2, &["b", "d"], 2);
        check_end(&["\n\n\n"], 0, &[], 3);
        check_end(&[], 2, &[], 0);
    }

    #[test]
    fn lines_are_ordered_by_time_over_both_files() {
        check(
            &[
                "[MFLOG|0|2026-01-31T10:00:02.000000Z|runtime|b]two\n[MFLOG|0|2026-01-31T10:00:00.000000Z|runtime|a]zero\n",
                "[MFLOG|0|2026-01-31T10:00:01.000000Z|task|c]one\n",
            ],
            "zero\none\ntwo\n",
        );
    }

    #[test]
    fn lines_without_header_come_last_and_keep_their_line_end() {
        check(
            &["stray\n[MFLOG|0|2026-01-31T10:00:00.000000Z|runtime|a]x\nlast"],
            "x\nlast\nstray\n\n",
        );
    }

    #[test]
    fn only_the_first_header_of_a_glued_line_counts() {
        check(
            &[
                "[MFLOG|0|2026-01-31T10:00:00.1Z|runtime|a]no end[MFLOG|0|2026-01-31T10:00:00.2Z|runtime|b]Task failed.\n",
            ],
            "no end[MFLOG|0|2026-01-31T10:00:00.2Z|runtime|b]Task failed.\n",
        );
    }

    #[test]
    fn a_time_of_another_shape_is_no_header() {
        let line = "[MFLOG|0|2026-01-31T10:00:00Z|runtime|a]x\n";
        check(&[line], &format!("{line}\n"));
    }

    proptest! {
        /// Days and hours may be such that no calendar or clock has them.
        #[test]
        fn times_are_read_as_the_calendar_has_them(
            date in (0u32..=9999, 0u32..=13, 0u32..=32),
            clock in (0u32..=24, 0u32..=60, 0u32..=60),
            fraction in "[0-9]{1,6}",
        ) {
            let ((year, month, day), (hour, minute, second)) = (date, clock);
            let text = format!(
                "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction}"
            );
            let parsed = NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f").ok();
            // Python, which reads it for the client, knows neither a year 0 nor leap seconds.
            let expected = parsed.filter(|_| year > 0 && second < 60);
            let expected = expected.map(|time| Moment(time.and_utc().timestamp_micros()));
            prop_assert_eq!(moment(text.as_bytes()), expected);
        }

        #[test]
        fn no_text_at_all_breaks_the_reading_of_times(
            text in "[0-9]{3,4}[-/ ]?[0-9]{1,2}[-+]?[0-9]{2}[T ]?[0-9]{2}:[0-9]{2}:?[0-9é]{2}[.,]?[0-9Z]{0,8}",
        ) {
            if let Some(Moment(micros)) = moment(text.as_bytes()) {
                let parsed = NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f");
                let expected = parsed.map(|time| time.and_utc().timestamp_micros());
                prop_assert_eq!(Ok(micros), expected);
            }
        }
    }

    #[test]
    fn bytes_that_are_not_text_are_counted_and_replaced() {
        let log = merge(
            &[b"[MFLOG|0|2026-01-31T10:00:00.1Z|runtime|a]a\xff\xfeb\n"],
            1,
        );
        assert_eq!(log.lines.len(), 1);
        assert_eq!(log.lines[0].text, "a\u{fffd}\u{fffd}b");
        assert_eq!(log.undecodable, 2);
    }

    #[test]
    fn the_last_time_is_found_behind_a_cut_beginning() {
        let end = b"rest of a line\n[MFLOG|0|2026-01-31T10:00:07.5Z|runtime|a]x\nstray\n";
        assert_eq!(
            last_time(end).and_then(|at| at.iso(3)).as_deref(),
            Some("2026-01-31T10:00:07.500Z")
        );
    }
}
