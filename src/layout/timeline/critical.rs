//! The critical path: what the end of a run waited for, from its beginning on.
//!
//! Walked backwards from what ended last. A piece of work begins when what it needs has
//! ended; where it came notably later than that, just as another one ended, it probably
//! waited for that one's place. What lies between is waiting.
//!
//! Engines differ in where such a wait is seen. One that keeps its own list of what is to
//! be done hands a piece of work out only when there is a place: then it was *created*
//! late. One that hands all of it to a queue creates it at once: then it *began* late, and
//! later than the program takes to start, which is all that the others have waited for.
//!
//! It knows no steps: who calls says what a piece of work needed, and which of these
//! ended last.

use super::Stretch;
use crate::model::Span;
use crate::sorting::sort_by_key;
use serde::{Deserialize, Serialize};

/// A part of the path: a piece of work, and what was before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which of the pieces of work.
    pub work: usize,
    pub reason: Reason,
    /// From the end of the part before (of the first one, from the start of the run) to
    /// its begin; without length where it began before that.
    pub wait: Stretch,
    /// What of the piece is on the path: up to its end, or, where clocks disagree, to the
    /// begin of what waited for it.
    pub time: Stretch,
    /// So much later than that it ended.
    pub over: Span,
}

/// Why a part follows the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// Nothing is known to be before it.
    First,
    /// It needed what the one before has made.
    Needed,
    /// It could have begun earlier, and began as the one before ended: there were
    /// probably no more places.
    Place,
}

/// A piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// When it was handed out, where that is known.
    pub created: Option<Span>,
    pub time: Stretch,
}

/// What a piece of work needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// Of what is known of it, the piece that ended last.
    pub work: usize,
    /// There may be something between them of which nothing is known: then it is not known
    /// either whether it waited for a place.
    pub is_gap: bool,
}

/// Who comes so much later than it could have waited for something, and not just for the
/// engine to notice.
const NOTABLE: Span = Span(1_000_000);

/// A wait that is so much longer than it takes to start is for something else.
const STARTS: i64 = 3;

/// The path to one piece of work, the first part first. `starting` is what a piece of work
/// that waits for nothing takes from being handed out to its begin; without it nobody is said
/// to have waited for a place. `need` says which piece, of those that one needed, ended last.
pub fn path(
    work: &[Work],
    last: usize,
    starting: Option<Span>,
    mut need: impl FnMut(usize) -> Option<Need>,
) -> Vec<Part> {
    let mut by_end: Vec<usize> = (0..work.len()).collect();
    let end = |one: usize| work.get(one).map_or(Span(i64::MAX), |work| work.time.to);
    sort_by_key(&mut by_end, |one| end(*one));
    let places = starting.map(|starting| Places {
        work,
        by_end,
        starting,
    });
    let mut parts = Vec::new();
    let mut seen = vec![false; work.len()];
    let mut next = Some(last);
    while let Some(at) = next {
        let (Some(now), Some(seen)) = (work.get(at), seen.get_mut(at)) else {
            break;
        };
        if std::mem::replace(seen, true) {
            // Clocks that disagree may lead back to where one was.
            break;
        }
        let begin = now.time.from;
        let needed = need(at).filter(|one| one.work != at);
        let ready = needed.filter(|one| !one.is_gap);
        let ready = ready.map(|one| end(one.work).min(begin));
        let needed = needed.map(|one| one.work);
        let place = places.as_ref().zip(ready);
        let place = place.and_then(|(places, ready)| places.taken_by(at, ready));
        let before = place.or(needed);
        let reason = match (place, needed) {
            (Some(_), _) => Reason::Place,
            (None, Some(_)) => Reason::Needed,
            (None, None) => Reason::First,
        };
        // Nothing of the run was waiting before it began.
        let since = before.map_or(Span(0), end).max(Span(0)).min(begin);
        let next_begin = parts.last().map_or(now.time.to, |next: &Part| next.wait.to);
        let until = now.time.to.min(next_begin);
        parts.push(Part {
            work: at,
            reason,
            wait: Stretch::new(since, begin),
            time: Stretch::new(begin, until),
            over: Span(now.time.to.0.saturating_sub(until.max(begin).0)),
        });
        next = before;
    }
    // A walk that came back to where it was ends in the middle.
    if let Some(first) = parts.last_mut() {
        first.reason = Reason::First;
    }
    parts.reverse();
    parts
}

/// Who held the places that others waited for.
struct Places<'w> {
    work: &'w [Work],
    /// In the order in which they ended.
    by_end: Vec<usize>,
    starting: Span,
}

impl Places<'_> {
    /// The piece of work whose place another one probably took that was ready long before.
    fn taken_by(&self, at: usize, ready: Span) -> Option<usize> {
        let now = self.work.get(at)?;
        let after = |at: Span, since: Span| Span(at.0.saturating_sub(since.0));
        let late = |created: &Span| after(*created, ready) >= NOTABLE;
        if let Some(created) = now.created.filter(late) {
            return self.left(at, created.min(now.time.from), ready);
        }
        let begin = now.time.from;
        let usual = Span(self.starting.0.saturating_mul(STARTS)).max(NOTABLE);
        let is_late = after(begin, now.created.unwrap_or(ready)) > usual;
        is_late.then(|| self.left(at, begin, ready))?
    }

    /// The piece that ended just before a moment, and after another one.
    fn left(&self, at: usize, moment: Span, ready: Span) -> Option<usize> {
        let time = |one: usize| self.work.get(one).map(|work| work.time);
        let ended = self
            .by_end
            .partition_point(|one| time(*one).is_some_and(|time| time.to <= moment));
        // What took no time held no place; of many such in a row only some are looked at.
        let before = self.by_end.get(..ended)?.iter().rev().take(64);
        let mut before = before.filter_map(|one| Some((*one, time(*one)?)));
        let (found, left) = before.find(|(one, time)| *one != at && time.from < moment)?;
        let waited = moment.0.saturating_sub(ready.0);
        let since = moment.0.saturating_sub(left.to.0);
        // A place that is free for long is not what was waited for.
        let is_close = since <= (waited / 4).max(NOTABLE.0);
        let begins_before = left.from < self.work.get(at)?.time.from;
        (left.to > ready && is_close && begins_before).then_some(found)
    }
}
