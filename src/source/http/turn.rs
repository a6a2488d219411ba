//! One after the other, where several ask for what is to be fetched once.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};

#[derive(Default)]
pub(super) struct Turn {
    taken: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

/// Whose turn it is; dropped, also by a request that was stopped, it is the next one's.
pub(super) struct Mine<'a>(&'a Turn);

impl Turn {
    pub async fn take(&self) -> Mine<'_> {
        poll_fn(|context| {
            if self.taken.replace(true) {
                self.waiting.borrow_mut().push(context.waker().clone());
                return Poll::Pending;
            }
            Poll::Ready(())
        })
        .await;
        Mine(self)
    }
}

impl Drop for Mine<'_> {
    fn drop(&mut self) {
        self.0.taken.set(false);
        for waker in self.0.waiting.take() {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::StreamExt as _;
    use futures_util::stream::FuturesUnordered;

    #[test]
    fn only_one_has_the_turn() {
        let (turn, inside, done) = (Turn::default(), Cell::new(0), Cell::new(0));
        let one = || async {
            let _mine = turn.take().await;
            assert_eq!(inside.replace(1), 0);
            // Laid down and taken up again, with the turn.
            let mut paused = false;
            poll_fn(|context| match std::mem::replace(&mut paused, true) {
                true => Poll::Ready(()),
                false => {
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
            })
            .await;
            inside.set(0);
            done.set(done.get() + 1);
        };
        let all: FuturesUnordered<_> = (0..5).map(|_| one()).collect();
        pollster::block_on(all.collect::<Vec<()>>());
        assert_eq!(done.get(), 5);
    }
}
