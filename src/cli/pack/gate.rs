//! Ctrl+C while runs are packed.
//!
//! Packing waits for disks and servers and could not listen, so a thread of its own does.
//! All that is written passes a [`Gate`]. Who stops closes it for good: then nothing is
//! written any more while what is half done is deleted and somebody is told what is there.
//! What must never be half done is done within the gate ([`Gate::publish`]), which is soon
//! over. Who ends the program in another way leaves files that the next pack writes over.

use super::lock::Lock;
use super::progress::Shown;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, Weak};

#[derive(Clone, Default)]
pub struct Gate {
    state: Arc<RwLock<State>>,
    /// Files and folders that are worth nothing before they are whole.
    unfinished: Arc<Mutex<BTreeSet<PathBuf>>>,
    /// By it other packs are kept away.
    lock: Arc<Mutex<Weak<Lock>>>,
}

#[derive(Default)]
enum State {
    /// Nothing is written yet.
    #[default]
    Before,
    /// What is told when it ends here.
    Writing(String),
    Done,
}

/// Who holds it may write.
pub struct Pass<'g> {
    _state: RwLockReadGuard<'g, State>,
}

impl Gate {
    /// While this is held, something may be written.
    pub fn pass(&self) -> Pass<'_> {
        Pass {
            _state: self.state.read().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// From now on something is written; `told` is what is said when it ends on the way.
    pub fn begin(&self, told: String) {
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = State::Writing(told);
    }

    /// Does what is seen by others, whole or not at all; after it all is done.
    pub fn publish<T, E>(&self, does: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let done = does()?;
        *state = State::Done;
        Ok(done)
    }

    fn all_unfinished(&self) -> MutexGuard<'_, BTreeSet<PathBuf>> {
        self.unfinished
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// This is deleted when it ends on the way.
    pub fn is_unfinished(&self, path: &Path) {
        self.all_unfinished().insert(path.to_owned());
    }

    pub fn is_finished(&self, path: &Path) {
        self.all_unfinished().remove(path);
    }

    /// This is let go of when it ends on the way.
    pub fn is_locked_by(&self, lock: &Arc<Lock>) {
        *self.lock.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(lock);
    }

    fn let_go(&self) {
        let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = lock.upgrade() {
            lock.let_go();
        }
    }

    /// Ends all writing, and says what is there; `None` when all was done.
    fn close(&self) -> Option<String> {
        let state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let told = match &*state {
            State::Before => "Stopped before anything was written.".to_owned(),
            State::Writing(told) => told.clone(),
            State::Done => return None,
        };
        for path in &*self.all_unfinished() {
            // What stays is written over by the next pack.
            let _deleted = match path.is_dir() {
                true => fs::remove_dir_all(path),
                false => fs::remove_file(path),
            };
        }
        // Whoever wants to pass waits until the program ends.
        std::mem::forget(state);
        self.let_go();
        Some(told)
    }
}

/// How a program ends that somebody has stopped: 128 and the number of the signal.
const STOPPED: i32 = 130;

/// Listens for Ctrl+C from now on. The server's runtime is there and knows how every system
/// tells of it, which `std` does not.
pub fn listen(gate: &Gate, shown: &Shown) {
    let (gate, shown) = (gate.clone(), shown.clone());
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        // Where it cannot be heard, the system ends the program by itself.
        let Ok(runtime) = runtime else { return };
        if runtime.block_on(tokio::signal::ctrl_c()).is_err() {
            return;
        }
        if let Some(told) = gate.close() {
            shown.clear();
            eprintln!("{told}");
            std::process::exit(STOPPED);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_what_is_there() {
        let scratch = std::env::temp_dir().join(format!("runglass-gate-{}", std::process::id()));
        fs::create_dir_all(&scratch).unwrap();
        let half = scratch.join("half");
        fs::write(&half, "ha").unwrap();
        let folder = scratch.join("folder");
        fs::create_dir_all(folder.join("in")).unwrap();
        let whole = scratch.join("whole");
        fs::write(&whole, "whole").unwrap();

        assert_eq!(
            Gate::default().close().as_deref(),
            Some("Stopped before anything was written.")
        );
        let gate = Gate::default();
        gate.begin("Stopped.".to_owned());
        for path in [&half, &folder, &whole] {
            gate.is_unfinished(path);
        }
        gate.is_finished(&whole);
        assert_eq!(gate.close().as_deref(), Some("Stopped."));
        assert!(!half.exists() && !folder.exists() && whole.exists());
        fs::remove_dir_all(scratch).unwrap();
    }

    #[test]
    fn nothing_passes_a_closed_gate() {
        let gate = Gate::default();
        gate.begin(String::new());
        let pass = gate.pass();
        // Who is inside has time to end.
        assert!(gate.state.try_write().is_err());
        drop(pass);
        assert!(gate.state.try_read().is_ok());
        assert!(gate.close().is_some());
        assert!(gate.state.try_read().is_err());
    }

    #[test]
    fn what_is_done_is_not_stopped() {
        let gate = Gate::default();
        gate.begin("Stopped.".to_owned());
        assert_eq!(gate.publish(|| Err::<(), _>("full")), Err("full"));
        assert_eq!(gate.publish(|| Ok::<_, ()>(())), Ok(()));
        assert_eq!(gate.close(), None);
        // And nobody waits.
        drop(gate.pass());
    }
}
