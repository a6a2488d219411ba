//! How long something took, in words that go on while it still runs.

use crate::browser::clock;
use crate::model::{Moment, Span, Status};
use crate::text::human;
use crate::ui::dom::prelude::*;
use std::time::Duration;

/// Written anew so often while it runs.
const BEAT: Duration = Duration::from_secs(1);

/// How long it took. What has been running since a moment is told as long as it is now, and
/// a second later again: nobody has to ask for that, and nothing else is drawn for it. Of what
/// has no end only the last sign of life is known, and of what has one maybe not when.
pub fn lasting(status: Status, length: Option<Span>, since: Option<Moment>) -> View {
    let Some(since) = since else {
        return match (length, status) {
            (Some(length), Status::Unfinished) => format!("> {}", human::span(length.0)),
            (Some(length), _) => human::span(length.0),
            (None, Status::Succeeded | Status::Retried | Status::Cached | Status::Failed) => {
                "unknown".to_owned()
            }
            (None, _) => String::new(),
        }
        .into_view();
    };
    let now = RwSignal::new(clock::now());
    beat(now);
    let told = move || human::span(now.get().since(since).0);
    told.into_view()
}

/// The same where it stands alone: `25 s so far`.
pub fn so_far(status: Status, length: Option<Span>, since: Option<Moment>) -> View {
    let is_known = length.is_some() || since.is_some();
    group()
        .child(is_known.then(|| lasting(status, length, since)))
        .child(since.map(|_| " so far"))
        .into_view()
}

/// What of it somebody worked, where some of it was waiting for another attempt.
pub fn at_work(worked: Option<Span>) -> Option<String> {
    worked.map(|length| {
        let length = human::span(length.0);
        format!("{length} at work, without the wait between attempts")
    })
}

fn beat(now: RwSignal<Moment>) {
    set_timeout(
        move || {
            // Once it is not drawn any more nothing is left to set.
            if now.try_set(clock::now()).is_none() {
                beat(now);
            }
        },
        BEAT,
    );
}
