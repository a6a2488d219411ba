//! Reads that lie close together, made as one: a request costs about as much as some bytes
//! between them. Start with [`join`].

use super::limits;
use crate::sorting::sort_by_key;
use std::ops::Range;

/// A stretch of bytes that is read at once, and what lies in it.
pub(super) struct Joined<M> {
    pub range: Range<u64>,
    pub members: Vec<M>,
}

/// Joins parts, each with whom it is for. None is longer than [`limits::JOIN_MOST`], unless
/// one part alone is.
pub(super) fn join<M>(mut parts: Vec<(Range<u64>, M)>) -> Vec<Joined<M>> {
    sort_by_key(&mut parts, |(range, _)| range.start);
    let mut joined: Vec<Joined<M>> = Vec::new();
    for (range, member) in parts {
        match joined.last_mut() {
            Some(last)
                if range.start <= last.range.end.saturating_add(limits::JOIN_GAP)
                    && range.end.saturating_sub(last.range.start) <= limits::JOIN_MOST =>
            {
                last.range.end = last.range.end.max(range.end);
                last.members.push(member);
            }
            _ => joined.push(Joined {
                range,
                members: vec![member],
            }),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(parts: &[Range<u64>], expected: &[(Range<u64>, usize)]) {
        let parts = parts.iter().cloned().map(|range| (range, ())).collect();
        let joined = join(parts).into_iter();
        let told: Vec<_> = joined.map(|one| (one.range, one.members.len())).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn what_lies_close_is_read_at_once() {
        let (gap, most) = (limits::JOIN_GAP, limits::JOIN_MOST);
        check(&[5..9, 0..4], &[(0..9, 2)]);
        check(&[0..4, 4 + gap..5 + gap], &[(0..5 + gap, 2)]);
        check(
            &[0..4, 5 + gap..6 + gap],
            &[(0..4, 1), (5 + gap..6 + gap, 1)],
        );
        check(
            &[0..most, most..most + 1],
            &[(0..most, 1), (most..most + 1, 1)],
        );
        check(&[0..2 * most, 3..4], &[(0..2 * most, 2)]);
        check(&[], &[]);
    }
}
