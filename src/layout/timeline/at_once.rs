//! How many pieces of work there are at the same moment.

use super::Stretch;
use crate::model::Span;

/// The most at any moment. What ends as another one begins is not beside it; what has no
/// length counts for its moment. Both lists hold the same pieces: their beginnings and
/// their ends, each in the order of time.
pub fn most(begins: impl IntoIterator<Item = Span>, ends: impl IntoIterator<Item = Span>) -> u64 {
    let mut ends = ends.into_iter().peekable();
    let (mut now, mut most) = (0_u64, 0_u64);
    for begin in begins {
        while ends.peek().is_some_and(|end| *end <= begin) {
            // A piece without length would end before it has begun.
            now = now.saturating_sub(1);
            ends.next();
        }
        now += 1;
        most = most.max(now);
    }
    most
}

/// How many there are on average within a stretch; 0 in one without length.
pub fn mean(work: impl IntoIterator<Item = Stretch>, within: Stretch) -> f64 {
    let length = within.length().0 as f64;
    let shared = work
        .into_iter()
        .map(|one| one.common(within).length().0 as f64);
    match length > 0.0 {
        true => shared.sum::<f64>() / length,
        false => 0.0,
    }
}
