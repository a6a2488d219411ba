//! Questions of a screen, and their answers as signals.

use crate::browser::door::{self, News, Ticket};
use crate::engine::ask::{Failure, Question};
use crate::source::Progress;
use leptos::prelude::*;

/// What is known of an answer.
#[derive(Clone)]
pub struct Answer<A> {
    /// The newest answer, which may be that of the question before.
    pub value: Option<A>,
    pub failure: Option<Failure>,
    pub progress: Option<Progress>,
    /// Whether more is to come.
    pub waiting: bool,
}

impl<A> Default for Answer<A> {
    fn default() -> Self {
        Self {
            value: None,
            failure: None,
            progress: None,
            waiting: true,
        }
    }
}

/// Holds at most one open question; asking another one stops it.
#[derive(Clone, Copy)]
pub struct Ticketed(StoredValue<Option<Ticket>, LocalStorage>);

impl Ticketed {
    pub fn new() -> Self {
        Self(StoredValue::new_local(None))
    }

    pub fn ask<Q: Question>(self, question: Q, hear: impl Fn(News<Q::Answer>) + 'static) {
        self.clear();
        let ticket = door::ask(question, hear);
        self.0.update_value(|kept| *kept = Some(ticket));
    }

    pub fn clear(self) {
        // Dropped outside of the update: stopping a question must not find it borrowed.
        let kept = self.0.try_update_value(Option::take);
        drop(kept);
    }
}

impl Default for Ticketed {
    fn default() -> Self {
        Self::new()
    }
}

/// Asks whenever the question changes, and keeps the last answer until there is a
/// newer one. No question, no answer. The work is stopped when the screen is left.
pub fn answer<Q>(
    question: impl Fn() -> Option<Q> + Send + Sync + 'static,
) -> RwSignal<Answer<Q::Answer>>
where
    Q: Question + Send + Sync,
    Q::Answer: Send + Sync,
{
    let answer = RwSignal::new(Answer::default());
    let ticket = Ticketed::new();
    let question = Memo::new(move |_| question());
    Effect::new(move || {
        let Some(question) = question.get() else {
            ticket.clear();
            answer.set(Answer {
                waiting: false,
                ..Answer::default()
            });
            return;
        };
        answer.update(|answer| {
            answer.waiting = true;
            answer.progress = None;
        });
        ticket.ask(question, move |news| {
            // The screen may be gone when the news arrives.
            let _heard = answer.try_update(|answer| match news {
                News::Progress(progress) => answer.progress = Some(progress),
                News::Partial(value) => {
                    answer.value = Some(value);
                    answer.failure = None;
                }
                News::Done(Ok(value)) => {
                    *answer = Answer {
                        value: Some(value),
                        failure: None,
                        progress: None,
                        waiting: false,
                    };
                }
                News::Done(Err(failure)) => {
                    *answer = Answer {
                        value: None,
                        failure: Some(failure),
                        progress: None,
                        waiting: false,
                    };
                }
            });
        });
    });
    answer
}

/// Draws an answer: the value by `draw`, a failure as such, and while there is
/// neither, the shape of what is to come.
pub fn shown<A: Clone + Send + Sync + 'static>(
    answer: RwSignal<Answer<A>>,
    draw: impl Fn(A) -> AnyView + Send + Sync + 'static,
) -> impl Fn() -> AnyView + Send + Sync + 'static {
    move || {
        let now = answer.get();
        match (now.value, now.failure) {
            (_, Some(failure)) => super::error::in_place(&failure),
            (Some(value), None) => draw(value),
            (None, None) => super::parts::loading(now.progress),
        }
    }
}
