//! What the marks of the lanes mean: of those that the run has, and that do not mean what is as
//! it should be.

use crate::engine::timeline::TimelineView;
use crate::model::{Span, Status};
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::{swatch, swatch_line};

pub(super) fn legend(view: &TimelineView) -> View {
    let has = |wanted: &[Status]| {
        let mut statuses = view.statuses.iter();
        statuses.any(|(status, _)| wanted.contains(status))
    };
    let queued = view.shape.as_ref().map(|shape| &shape.queued);
    let is_queued = queued.is_some_and(|queued| queued.iter().any(|at_once| *at_once > 0.0));
    let waits = view.path.steps.iter().any(|step| step.retrying > Span(0));
    let entries = [
        (
            has(&[Status::Failed, Status::Retried]),
            swatch("mk fail"),
            "failed attempt",
        ),
        (has(&[Status::Cancelled]), swatch("mk stop"), "cancelled"),
        (has(&[Status::Running]), swatch("mk run"), "running"),
        (
            has(&[Status::Unfinished]),
            swatch("mk unf"),
            "no end recorded",
        ),
        (has(&[Status::Cached]), swatch("mk cache"), "cached"),
        (is_queued, swatch("mk queue"), "queued"),
        (
            waits || has(&[Status::Retried]),
            swatch_line("wait"),
            "waiting to retry",
        ),
    ];
    let shown = entries.into_iter().filter(|(is_there, ..)| *is_there);
    let shown = shown.map(|(_, mark, words)| el::span().child(mark).child(words));
    el::div()
        .class("legend")
        .child(shown.collect_view())
        .into_view()
}
