//! How long a run took, by its line: the one rule for all that put runs beside one another. It
//! is that of a [`Run`](crate::model::Run), whose page says the same.

use super::history::is_measure;
use crate::model::{Moment, RunBrief, Span, Status};

/// From its start to what is known to be its end.
pub(super) fn duration(brief: &RunBrief, now: Moment) -> Option<Span> {
    brief.record.length_to(brief.ended?, now)
}

/// Whether it took longer than that: its end was not recorded, only a last sign of life.
pub(super) fn at_least(brief: &RunBrief) -> bool {
    let is_open = matches!(brief.status, Some(Status::Unfinished | Status::Unknown));
    is_open || brief.only_seen
}

/// How long it took, where others are measured by it: it went well, it really ran, and its
/// times may be true.
pub(super) fn measure(brief: &RunBrief, now: Moment) -> Option<Span> {
    let is_past = brief.ended.is_some_and(|ended| !ended.is_ahead(now));
    let is_one = is_past && !brief.spun && !brief.only_seen && brief.status.is_some_and(is_measure);
    duration(brief, now).filter(|_| is_one)
}

/// Since when it runs, if it still does.
pub(super) fn running_since(brief: &RunBrief) -> Option<Moment> {
    let runs = brief.status == Some(Status::Running) || brief.goes_on;
    brief.record.started.filter(|_| runs)
}

/// How long it took; until now, where it still runs.
pub(super) fn took(brief: &RunBrief, now: Moment) -> Option<Span> {
    let since = running_since(brief).map(|since| now.since(since));
    since.or_else(|| duration(brief, now))
}
