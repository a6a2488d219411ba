//! The times of a run at which nothing ran.

use super::Stretch;

/// What lies between pieces of work and is longer than a part of the whole. The pieces
/// come in the order in which they begin.
pub fn idle(work: impl IntoIterator<Item = Stretch>, whole: Stretch, part: f64) -> Vec<Stretch> {
    let least = whole.length().0 as f64 * part;
    let mut gaps = Vec::new();
    let mut until = whole.from;
    let end = Stretch::new(whole.to, whole.to);
    for piece in work.into_iter().chain([end]) {
        let gap = Stretch::new(until, piece.from);
        if gap.length().0 as f64 > least {
            gaps.push(gap);
        }
        until = until.max(piece.to);
    }
    gaps
}
