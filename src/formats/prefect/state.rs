//! What a state means: its type and its name, told apart as far as Prefect tells them apart.
//!
//! Only the nine types are fixed (`prefect/client/schemas/objects.py`); names are any text, so
//! that a name means what Prefect means by it only under the type that Prefect gives it
//! (`prefect/states.py`, 3.9.1). Nothing here looks at a run's other states: what tries there
//! were is for [`attempts`](super::attempts). Start with [`StateKind::of`] and
//! [`StateKind::status`].

use super::records::{State, StateType};
use crate::model::{Evidence, Moment, Status};

/// What is around a state that is not final: whether it is still true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Around {
    /// A server says so now, and the run around it goes on.
    Alive,
    /// It was so when the records were saved, and the run around it had not ended.
    Saved,
    /// The run around it is over: nothing will come of it any more.
    Over,
}

/// What a run is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StateKind {
    Completed,
    /// The result of an earlier run was taken.
    Cached,
    /// It completed, and a transaction took its effect back.
    RolledBack,
    Failed,
    TimedOut,
    /// Its process was stopped or died, and somebody could still say so.
    Crashed,
    Cancelled,
    Cancelling,
    Paused,
    /// Paused, and its process is gone: it starts anew when it is resumed.
    Suspended,
    Scheduled,
    /// It should have begun.
    Late,
    AwaitingRetry,
    AwaitingConcurrencySlot,
    Resuming,
    Pending,
    Submitting,
    /// Something that it needed did not complete: it will never begin.
    NotReady,
    Running,
    Retrying,
    /// A type that is not among the nine.
    Unknown,
}

impl StateKind {
    pub fn of(kind: &StateType, name: &str) -> Self {
        match (kind, name) {
            (StateType::Completed, "Cached") => Self::Cached,
            (StateType::Completed, "RolledBack") => Self::RolledBack,
            (StateType::Completed, _) => Self::Completed,
            (StateType::Failed, "TimedOut") => Self::TimedOut,
            (StateType::Failed, _) => Self::Failed,
            (StateType::Crashed, _) => Self::Crashed,
            (StateType::Cancelled, _) => Self::Cancelled,
            (StateType::Cancelling, _) => Self::Cancelling,
            (StateType::Paused, "Suspended") => Self::Suspended,
            (StateType::Paused, _) => Self::Paused,
            (StateType::Scheduled, "Late") => Self::Late,
            (StateType::Scheduled, "AwaitingRetry") => Self::AwaitingRetry,
            (StateType::Scheduled, "AwaitingConcurrencySlot") => Self::AwaitingConcurrencySlot,
            (StateType::Scheduled, "Resuming") => Self::Resuming,
            (StateType::Scheduled, _) => Self::Scheduled,
            (StateType::Pending, "Submitting" | "InfrastructurePending") => Self::Submitting,
            (StateType::Pending, "NotReady") => Self::NotReady,
            (StateType::Pending, _) => Self::Pending,
            (StateType::Running, "Retrying") => Self::Retrying,
            (StateType::Running, _) => Self::Running,
            (StateType::Other(_), _) => Self::Unknown,
        }
    }

    pub fn of_state(state: &State) -> Self {
        Self::of(&state.kind, &state.name)
    }

    /// What it means, in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Completed => "It went well.",
            Self::Cached => "It did not run: the result of an earlier run was taken.",
            Self::RolledBack => {
                "It went well, and what it did was taken back when its transaction failed."
            }
            Self::Failed => "It ended with an exception, or was told to fail.",
            Self::TimedOut => "It took longer than it may, or a time-out of its own ended it.",
            Self::Crashed => "Its process was stopped from outside or died.",
            Self::Cancelled => "Somebody, or the flow itself, cancelled it.",
            Self::Cancelling => "It was asked to stop and has not ended yet.",
            Self::Paused => "It waits to be resumed, with its process running.",
            Self::Suspended => "It waits to be resumed; its process has ended.",
            Self::Scheduled => "It is to begin at a time that was set.",
            Self::Late => "It should have begun, and nobody has taken it up.",
            Self::AwaitingRetry => "It failed and waits to be tried again.",
            Self::AwaitingConcurrencySlot => "It waits because as many run as may run at once.",
            Self::Resuming => "It was resumed and is to begin again.",
            Self::Pending => "It is about to begin.",
            Self::Submitting => "It was handed to what is to run it.",
            Self::NotReady => "It never began: something that it needs did not complete.",
            Self::Running => "It runs.",
            Self::Retrying => "It runs again after it failed.",
            Self::Unknown => "This version of Runglass does not know this type of state.",
        }
    }

    /// Whether no other state is to be expected.
    pub fn is_final(self) -> bool {
        matches!(
            self,
            Self::Completed
                | Self::Cached
                | Self::RolledBack
                | Self::Failed
                | Self::TimedOut
                | Self::Crashed
                | Self::Cancelled
                | Self::NotReady
        )
    }

    /// Whether it went badly.
    pub fn is_failure(self) -> bool {
        matches!(self, Self::Failed | Self::TimedOut | Self::Crashed)
    }

    /// The nearest status, of a run that was in all started so many times.
    pub fn status(self, run_count: u64, around: Around) -> Status {
        match self {
            Self::Completed if run_count > 1 => Status::Retried,
            // The label says that it was taken back.
            Self::Completed | Self::RolledBack => Status::Succeeded,
            Self::Cached => Status::Cached,
            Self::Failed | Self::TimedOut | Self::Crashed => Status::Failed,
            Self::Cancelled => Status::Cancelled,
            Self::NotReady => Status::Skipped,
            Self::Running | Self::Retrying | Self::Cancelling => match around {
                Around::Alive => Status::Running,
                Around::Saved | Around::Over => Status::Unfinished,
            },
            Self::Scheduled
            | Self::Late
            | Self::AwaitingRetry
            | Self::AwaitingConcurrencySlot
            | Self::Resuming
            | Self::Pending
            | Self::Submitting
            | Self::Paused
            | Self::Suspended => match (around, run_count) {
                (Around::Alive | Around::Saved, _) => Status::Waiting,
                (Around::Over, 0) => Status::Skipped,
                (Around::Over, _) => Status::Unfinished,
            },
            Self::Unknown => Status::Unknown,
        }
    }

    /// What it came to, in words, where that is more than the status says.
    fn told(self) -> Option<&'static str> {
        Some(match self {
            Self::RolledBack => "Rolled back",
            Self::TimedOut => "Timed out",
            Self::Crashed => "Crashed",
            Self::Cancelling => "Cancelling",
            Self::Paused => "Paused",
            Self::Suspended => "Suspended",
            Self::Scheduled => "Scheduled",
            Self::Late => "Late",
            Self::AwaitingRetry => "Awaiting a retry",
            Self::AwaitingConcurrencySlot => "Awaiting a concurrency slot",
            Self::Resuming => "Resuming",
            Self::Pending => "Pending",
            Self::Submitting => "Submitting",
            Self::NotReady => "Not ready",
            Self::Completed
            | Self::Cached
            | Self::Failed
            | Self::Cancelled
            | Self::Running
            | Self::Retrying
            | Self::Unknown => return None,
        })
    }

    /// What the status rests on.
    pub fn evidence(self, name: &str, last_sign: Option<Moment>) -> Evidence {
        match self {
            Self::Running | Self::Retrying | Self::Cancelling => Evidence::NoEnd { last_sign },
            _ => Evidence::Recorded {
                record: format!("its state {name}"),
            },
        }
    }

    pub const ALL: [StateKind; 21] = [
        Self::Completed,
        Self::Cached,
        Self::RolledBack,
        Self::Failed,
        Self::TimedOut,
        Self::Crashed,
        Self::Cancelled,
        Self::Cancelling,
        Self::Paused,
        Self::Suspended,
        Self::Scheduled,
        Self::Late,
        Self::AwaitingRetry,
        Self::AwaitingConcurrencySlot,
        Self::Resuming,
        Self::Pending,
        Self::Submitting,
        Self::NotReady,
        Self::Running,
        Self::Retrying,
        Self::Unknown,
    ];
}

/// What a state is called where that says more than the status: `Timed out`; a name that somebody
/// gave with the type behind it, `All fine (COMPLETED)`.
pub fn told(state: &State) -> Option<String> {
    let kind = StateKind::of_state(state);
    if let Some(told) = kind.told() {
        return Some(told.to_owned());
    }
    let usual = match kind {
        StateKind::Completed => "Completed",
        StateKind::Cached => "Cached",
        StateKind::Failed => "Failed",
        StateKind::Cancelled => "Cancelled",
        StateKind::Running => "Running",
        StateKind::Retrying => "Retrying",
        _ => "",
    };
    let kind = state.kind.word();
    match &*state.name {
        "" if usual.is_empty() => Some(kind.to_owned()),
        "" => None,
        name if name == usual => None,
        name => Some(format!("{name} ({kind})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use StateKind::*;

    #[track_caller]
    fn check(kind: &str, name: &str, expected: StateKind, runs: u64, all: [Status; 3]) {
        let kind = StateType::of(kind.into());
        let found = StateKind::of(&kind, name);
        assert_eq!(found, expected);
        let around = [Around::Alive, Around::Saved, Around::Over];
        assert_eq!(around.map(|around| found.status(runs, around)), all);
    }

    #[test]
    fn states_are_told_apart() {
        use Status as S;
        let runs = [S::Running, S::Unfinished, S::Unfinished];
        let waits = [S::Waiting, S::Waiting, S::Unfinished];
        let comes = [S::Waiting, S::Waiting, S::Skipped];
        check("COMPLETED", "Completed", Completed, 1, [S::Succeeded; 3]);
        check("COMPLETED", "Completed", Completed, 2, [S::Retried; 3]);
        check("COMPLETED", "all fine", Completed, 1, [S::Succeeded; 3]);
        check("COMPLETED", "Cached", Cached, 1, [S::Cached; 3]);
        check("COMPLETED", "RolledBack", RolledBack, 1, [S::Succeeded; 3]);
        check("COMPLETED", "Failed", Completed, 1, [S::Succeeded; 3]);
        check("FAILED", "Failed", Failed, 3, [S::Failed; 3]);
        check("FAILED", "TimedOut", TimedOut, 1, [S::Failed; 3]);
        check("FAILED", "Completed", Failed, 1, [S::Failed; 3]);
        check("CRASHED", "Crashed", Crashed, 1, [S::Failed; 3]);
        check("CANCELLED", "Cancelled", Cancelled, 1, [S::Cancelled; 3]);
        check("CANCELLED", "Cancelled", Cancelled, 0, [S::Cancelled; 3]);
        check("CANCELLING", "Cancelling", Cancelling, 1, runs);
        check("PAUSED", "Paused", Paused, 1, waits);
        check("PAUSED", "Suspended", Suspended, 1, waits);
        check("SCHEDULED", "Scheduled", Scheduled, 0, comes);
        check("SCHEDULED", "Late", Late, 0, comes);
        check("SCHEDULED", "AwaitingRetry", AwaitingRetry, 1, waits);
        check(
            "SCHEDULED",
            "AwaitingConcurrencySlot",
            AwaitingConcurrencySlot,
            0,
            comes,
        );
        check("SCHEDULED", "Resuming", Resuming, 1, waits);
        check("PENDING", "Pending", Pending, 0, comes);
        check("PENDING", "Pending", Pending, 1, waits);
        check("PENDING", "InfrastructurePending", Submitting, 0, comes);
        check("PENDING", "NotReady", NotReady, 0, [S::Skipped; 3]);
        check("RUNNING", "Running", Running, 1, runs);
        check("RUNNING", "Retrying", Retrying, 2, runs);
        check("EVAPORATED", "Running", Unknown, 1, [S::Unknown; 3]);
    }

    #[track_caller]
    fn check_told(kind: &str, name: &str, expected: Option<&str>) {
        let state = State::named(StateType::of(kind.into()), name.into());
        assert_eq!(super::told(&state).as_deref(), expected);
    }

    #[test]
    fn what_is_told_of_a_state_is_more_than_the_status() {
        check_told("FAILED", "TimedOut", Some("Timed out"));
        check_told("PENDING", "NotReady", Some("Not ready"));
        check_told("COMPLETED", "Completed", None);
        check_told("COMPLETED", "", None);
        check_told("COMPLETED", "all fine", Some("all fine (COMPLETED)"));
        check_told("COMPLETED", "Failed", Some("Failed (COMPLETED)"));
        check_told("EVAPORATED", "", Some("EVAPORATED"));
        check_told("EVAPORATED", "Gone", Some("Gone (EVAPORATED)"));
    }

    #[test]
    fn evidence_is_the_state_or_that_there_is_no_end() {
        for kind in StateKind::ALL {
            let recorded = matches!(kind.evidence("X", None), Evidence::Recorded { .. });
            assert_eq!(recorded, !matches!(kind, Running | Retrying | Cancelling));
            assert!(kind.meaning().ends_with('.'));
        }
    }
}
