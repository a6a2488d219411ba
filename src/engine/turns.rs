//! Who reads first, and what is read once for all who ask.
//!
//! A screen asks several questions of one run at the same time. One of them reads it, and the
//! others wait ([`Readers`]). And a task that is asked for by itself goes before whole runs,
//! which may take a hundred times as long ([`Precedence`]).

use super::bell::Bell;
use super::loaded::LoadedRun;
use super::{Host, Listener, Work};
use crate::model::RunPath;
use crate::source::Progress;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// The runs of a store that are being read.
#[derive(Default)]
pub(super) struct Readers {
    reading: RefCell<Vec<Rc<Reading>>>,
    ended: Bell,
}

/// One run that is being read.
struct Reading {
    run: RunPath,
    /// What had been heard of the source when it began ([`super::Engine`]'s `news`).
    news: u64,
    audience: Rc<Audience>,
    result: RefCell<Option<Rc<LoadedRun>>>,
}

/// All requests that wait for the same; one that was stopped hears no more.
#[derive(Default)]
struct Audience(RefCell<Vec<Weak<dyn Listener>>>);

impl Listener for Audience {
    fn progress(&self, progress: Progress) {
        // A listener may not ask for anything while it is told.
        for listener in self.0.borrow().iter().filter_map(Weak::upgrade) {
            listener.progress(progress.clone());
        }
    }

    fn partial(&self, _: Vec<u8>) {}
}

/// What a request gets that wants a run.
pub(super) enum Turn<'a> {
    /// It is to read the run, and to tell what came of it.
    Mine(ReadingNow<'a>),
    /// Another request has read it meanwhile.
    Read(Rc<LoadedRun>),
    /// Another request was to read it and was stopped, or what it read had changed by then.
    Again,
}

/// The right to read a run, until it is dropped.
pub(super) struct ReadingNow<'a> {
    readers: &'a Readers,
    reading: Rc<Reading>,
}

impl Readers {
    /// Whose turn it is to read a run: of this request, unless another one is at it.
    pub async fn turn(&self, run: &RunPath, news: u64, work: &Work) -> Turn<'_> {
        let others = self
            .reading
            .borrow()
            .iter()
            .find(|one| one.run == *run)
            .cloned();
        let listener = Rc::downgrade(&work.listener);
        let Some(others) = others else {
            let reading = Rc::new(Reading {
                run: run.clone(),
                news,
                audience: Rc::new(Audience(RefCell::new(vec![listener]))),
                result: RefCell::default(),
            });
            self.reading.borrow_mut().push(reading.clone());
            return Turn::Mine(ReadingNow {
                readers: self,
                reading,
            });
        };
        others.audience.0.borrow_mut().push(listener);
        while self.is_at_it(&others) {
            self.ended.after(self.ended.rung()).await;
        }
        match others.result.take() {
            Some(read) if others.news == news => {
                // For the next one that waits.
                others.result.replace(Some(read.clone()));
                Turn::Read(read)
            }
            _ => Turn::Again,
        }
    }

    fn is_at_it(&self, reading: &Rc<Reading>) -> bool {
        self.reading
            .borrow()
            .iter()
            .any(|one| Rc::ptr_eq(one, reading))
    }
}

impl ReadingNow<'_> {
    /// Work that tells all who wait how far it is.
    pub fn work(&self, work: &Work) -> Work {
        Work {
            host: work.host.clone(),
            listener: self.reading.audience.clone(),
        }
    }

    pub fn has_read(&self, run: Rc<LoadedRun>) {
        self.reading.result.replace(Some(run));
    }
}

impl Drop for ReadingNow<'_> {
    fn drop(&mut self) {
        let mut reading = self.readers.reading.borrow_mut();
        reading.retain(|one| !Rc::ptr_eq(one, &self.reading));
        drop(reading);
        self.readers.ended.ring();
    }
}

/// What goes before the reading of whole runs.
#[derive(Default)]
pub(super) struct Precedence {
    running: Cell<u64>,
    begun: Cell<u64>,
    /// How many of them had begun when a whole run was last let go on.
    seen: Cell<u64>,
    ended: Bell,
}

/// Something that goes before whole runs, until it is dropped.
pub(super) struct First<'a>(&'a Precedence);

impl Precedence {
    /// How long it is waited for the next question of the same screen.
    const NEXT_QUESTION_MS: u32 = 100;

    pub fn first(&self) -> First<'_> {
        self.running.set(self.running.get() + 1);
        self.begun.set(self.begun.get() + 1);
        First(self)
    }

    /// Waits as long as there is something that goes before, and until nothing of that kind
    /// has followed it for a moment.
    pub async fn let_pass(&self, host: &dyn Host) {
        while self.seen.get() != self.begun.get() {
            let begun = self.begun.get();
            while self.running.get() > 0 {
                self.ended.after(self.ended.rung()).await;
            }
            host.pause(Self::NEXT_QUESTION_MS).await;
            if self.begun.get() == begun {
                self.seen.set(begun);
            }
        }
    }
}

impl Drop for First<'_> {
    fn drop(&mut self) {
        self.0.running.set(self.0.running.get() - 1);
        self.0.ended.ring();
    }
}
