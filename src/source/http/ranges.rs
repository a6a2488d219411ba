//! What `Content-Range` says (RFC 9110 §14.4). A server may say anything there.

use std::ops::Range;

/// The size in `bytes 0-0/12345`.
pub(in crate::source) fn total_of(content_range: &str) -> Option<u64> {
    let (_, total) = content_range.strip_prefix("bytes ")?.rsplit_once('/')?;
    total.trim().parse().ok()
}

/// The part in `bytes 100-199/12345`.
pub(in crate::source) fn part_of_range(content_range: &str) -> Option<Range<u64>> {
    let (part, _) = content_range.strip_prefix("bytes ")?.rsplit_once('/')?;
    let (first, last) = part.trim().split_once('-')?;
    Some(first.parse().ok()?..last.parse::<u64>().ok()?.checked_add(1)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_and_part_are_read() {
        assert_eq!(total_of("bytes 0-0/12345"), Some(12345));
        assert_eq!(total_of("bytes */12345"), Some(12345));
        assert_eq!(total_of("bytes 0-0/*"), None);
        assert_eq!(total_of("lines 0-0/5"), None);
        assert_eq!(part_of_range("bytes 100-199/*"), Some(100..200));
        assert_eq!(part_of_range("bytes */12345"), None);
        assert_eq!(part_of_range("bytes 0-18446744073709551615/1"), None);
    }
}
