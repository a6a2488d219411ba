//! Questions of a screen, and their answers as signals.
//!
//! What is compiled for each question is its encoding and its answer's decoding; all
//! else exists once, on bytes and on answers whose type is not known.

use super::dom::prelude::*;
use super::state::App;
use crate::browser::door::{self, News, Ticket};
use crate::engine::ask::{Failure, Question};
use crate::engine::encode;
use crate::engine::wire::decode;
use crate::source::Progress;
use std::any::Any;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// What is known of an answer.
pub struct Answer<A> {
    /// The newest answer, which may be that of the question before.
    pub value: Option<Rc<A>>,
    pub failure: Option<Arc<Failure>>,
    pub progress: Option<Progress>,
    /// Whether more is to come.
    pub waiting: bool,
}

/// The answer to a question, as it becomes known. Reading it is like reading a signal.
pub struct Found<A> {
    known: Known,
    of: PhantomData<fn() -> A>,
}

/// An answer of whatever type: what it is, and how the question stands. They are two
/// signals, so that a question that goes on does not draw its last answer again.
#[derive(Clone, Copy)]
struct Known {
    value: RwSignal<Option<Rc<dyn Any>>, LocalStorage>,
    /// The value as it came: one that comes again changes nothing.
    bytes: StoredValue<Vec<u8>>,
    state: RwSignal<State>,
    /// Counts how often it was asked again although nothing was written.
    beat: RwSignal<u32>,
}

#[derive(Clone, Default)]
struct State {
    failure: Option<Arc<Failure>>,
    progress: Option<Progress>,
    waiting: bool,
}

impl<A> Clone for Found<A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for Found<A> {}

impl<A: 'static> Found<A> {
    pub fn get(self) -> Answer<A> {
        let State {
            failure,
            progress,
            waiting,
        } = self.known.state.get();
        Answer {
            value: self.value(),
            failure,
            progress,
            waiting,
        }
    }

    /// The newest answer. Does not follow what else becomes known.
    pub fn value(self) -> Option<Rc<A>> {
        self.known
            .value
            .get()
            .and_then(|value| value.downcast().ok())
    }

    pub fn value_untracked(self) -> Option<Rc<A>> {
        let value = self.known.value.get_untracked();
        value.and_then(|value| value.downcast().ok())
    }

    pub fn failure(self) -> Option<Arc<Failure>> {
        self.known.state.get().failure
    }

    pub fn waiting(self) -> bool {
        self.known.state.get().waiting
    }

    /// Asks again every few seconds while something of the answer still runs: how long that
    /// has taken changes though nothing is written.
    pub fn while_running(self, runs: impl Fn(&A) -> bool + 'static) -> Self {
        const BEAT: Duration = Duration::from_secs(2);
        let beat = self.known.beat;
        react(move || {
            if self.value().is_some_and(|view| runs(&view)) {
                let next = beat.get_untracked().wrapping_add(1);
                set_timeout(
                    move || {
                        // The screen may be gone by then.
                        let _beaten = beat.try_set(next);
                    },
                    BEAT,
                );
            }
        });
        self
    }
}

type Read = fn(&[u8]) -> Rc<dyn Any>;

fn read<Q: Question>(bytes: &[u8]) -> Rc<dyn Any> {
    Rc::new(decode::<Q::Answer>(bytes))
}

/// Asks whenever the question changes, and keeps the last answer until there is a
/// newer one. No question, no answer. The work is stopped when the screen is left.
pub fn answer<Q: Question>(question: impl Fn() -> Option<Q> + 'static) -> Found<Q::Answer> {
    let request = move || encode(&question()?.into_request()).ok();
    Found {
        known: follow(Box::new(request), read::<Q>),
        of: PhantomData,
    }
}

thread_local! {
    /// Counts what was written by this page. It belongs to no screen, and goes with none.
    static WRITTEN: ArcRwSignal<u32> = ArcRwSignal::new(0);
}

/// Something in the source was written: all that is on the screen is asked again.
pub fn ask_anew() {
    WRITTEN.with(|written| written.update(|count| *count += 1));
}

fn follow(request: Box<dyn Fn() -> Option<Vec<u8>>>, read: Read) -> Known {
    let known = Known {
        value: RwSignal::new_local(None),
        bytes: StoredValue::new(Vec::new()),
        state: RwSignal::new(State {
            waiting: true,
            ..State::default()
        }),
        beat: RwSignal::new(0),
    };
    let ticket = Ticketed::new();
    let asked = StoredValue::new(None);
    react(move || {
        let written = (WRITTEN.with(Get::get), known.beat.get());
        let request = (request(), written);
        if asked.with_value(|asked| *asked == Some(request.clone())) {
            return;
        }
        asked.set_value(Some(request.clone()));
        let (request, _) = request;
        let Some(bytes) = request else {
            ticket.clear();
            known.value.set(None);
            known.state.set(State::default());
            return;
        };
        known.state.update(|state| {
            state.waiting = true;
            state.progress = None;
        });
        ticket.keep(door::ask(
            bytes,
            Rc::new(move |news| known.hear(news, read)),
        ));
    });
    known
}

impl Known {
    // The screen may be gone when news arrive: then they are told to nobody.

    fn hear(self, news: News, read: Read) {
        match news {
            News::Progress(progress) => {
                let _told = self
                    .state
                    .try_update(|state| state.progress = Some(progress));
            }
            News::Partial(bytes) => self.take(bytes, true, read),
            News::Done(bytes) => self.take(bytes, false, read),
            News::Failed(failure) => self.fail(failure),
        }
    }

    fn take(self, bytes: Vec<u8>, waiting: bool, read: Read) {
        let same = self.bytes.try_with_value(|before| *before == bytes);
        if same != Some(true) || self.value.try_get_untracked().flatten().is_none() {
            let value = read(&bytes);
            let _told = self.bytes.try_set_value(bytes);
            let _told = self.value.try_set(Some(value));
        }
        let _told = self.state.try_set(State {
            waiting,
            ..State::default()
        });
    }

    fn fail(self, failure: Failure) {
        let _told = self.value.try_set(None);
        let _told = self.state.try_set(State {
            failure: Some(Arc::new(failure)),
            ..State::default()
        });
    }
}

/// Holds at most one open question; asking another one stops it.
#[derive(Clone, Copy)]
pub struct Ticketed(StoredValue<Option<Ticket>, LocalStorage>);

impl Ticketed {
    pub fn new() -> Self {
        Self(StoredValue::new_local(None))
    }

    /// Asks once; `hear` is called with what comes of it.
    pub fn ask<Q: Question>(
        self,
        question: Q,
        progress: impl Fn(Progress) + 'static,
        hear: impl Fn(Result<Q::Answer, Failure>) + 'static,
    ) {
        self.keep(ask(question, progress, hear));
    }

    fn keep(self, ticket: Ticket) {
        self.clear();
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

/// Asks once, and goes on as long as the ticket is kept.
pub fn ask<Q: Question>(
    question: Q,
    progress: impl Fn(Progress) + 'static,
    hear: impl Fn(Result<Q::Answer, Failure>) + 'static,
) -> Ticket {
    let request = encode(&question.into_request()).unwrap_or_default();
    door::ask(
        request,
        Rc::new(move |news| match news {
            News::Progress(how_far) => progress(how_far),
            News::Partial(_) => {}
            News::Done(bytes) => hear(Ok(decode(&bytes))),
            News::Failed(failure) => hear(Err(failure)),
        }),
    )
}

/// Asks once, whatever is looked at meanwhile; a failure is said in passing.
pub fn once<Q: Question>(app: App, question: Q, hear: impl Fn(Q::Answer) + 'static) {
    once_or_not(app, question, move |answer| {
        if let Some(answer) = answer {
            hear(answer);
        }
    });
}

/// The same for who has to know also that there is no answer.
pub fn once_or_not<Q: Question>(app: App, question: Q, hear: impl Fn(Option<Q::Answer>) + 'static) {
    let request = encode(&question.into_request()).unwrap_or_default();
    let ticket = door::ask(
        request,
        Rc::new(move |news| match news {
            News::Done(bytes) => hear(Some(decode(&bytes))),
            News::Failed(failure) => {
                app.say(failure.explanation, false);
                hear(None);
            }
            News::Progress(_) | News::Partial(_) => {}
        }),
    );
    // Leaving the screen does not stop it.
    std::mem::forget(ticket);
}

/// Draws an answer: the value by `draw`, a failure as such, and while there is
/// neither, the shape of what is to come.
pub fn shown<A: 'static>(
    found: Found<A>,
    draw: impl Fn(&A) -> View + 'static,
) -> impl Fn() -> View {
    move || {
        let now = found.get();
        match (now.value, now.failure) {
            (_, Some(failure)) => super::error::in_place(&failure),
            (Some(value), None) => draw(&value),
            (None, None) => super::parts::loading(now.progress),
        }
    }
}
