//! The one place that starts work without waiting for it.
//!
//! Everything else takes a future from here, so that nothing runs that nobody can
//! stop: dropping the [`Task`] ends the work at its next pause.

use futures_util::future::{AbortHandle, abortable};
use std::future::Future;

/// Work that goes on until it is done or this is dropped.
#[must_use = "dropping it ends the work"]
pub struct Task(AbortHandle);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Task {
    /// Lets the work go on without anybody who could end it.
    pub fn detach(self) {
        std::mem::forget(self);
    }
}

pub fn spawn(work: impl Future<Output = ()> + 'static) -> Task {
    let (work, handle) = abortable(work);
    wasm_bindgen_futures::spawn_local(async move {
        // Being aborted is not a failure: nobody wants the result any more.
        let _ended: Result<(), _> = work.await;
    });
    Task(handle)
}
