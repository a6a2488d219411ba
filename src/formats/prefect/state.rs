//! What a state means: its type and its name, told apart as far as Prefect tells them apart.
//!
//! Only the nine types are fixed (`prefect/client/schemas/objects.py`); names are any text, so
//! that a name means what Prefect means by it only under the type that Prefect gives it
//! (`prefect/states.py`, 3.9.1). Nothing here looks at a run's other states: what tries there
//! were is for [`attempts`](super::attempts). Start with [`StateKind::of`] and
//! [`StateKind::status`].

use super::records::{State, StateType};
use crate::model::{Evidence, Moment, Status};

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
    ///
    /// What is not final is only true while somebody sees to it: `alive` says whether the
    /// records are those of a server that is asked now, and the run around it still goes on.
    pub fn status(self, run_count: u64, alive: bool) -> Status {
        let goes_on = match alive {
            true => Status::Running,
            false => Status::Unfinished,
        };
        match self {
            Self::Completed if run_count > 1 => Status::Retried,
            // The label says that it was taken back.
            Self::Completed | Self::RolledBack => Status::Succeeded,
            Self::Cached => Status::Cached,
            Self::Failed | Self::TimedOut | Self::Crashed => Status::Failed,
            Self::Cancelled if run_count == 0 => Status::Skipped,
            Self::Cancelled => Status::Failed,
            Self::Running
            | Self::Retrying
            | Self::Cancelling
            | Self::AwaitingRetry
            | Self::Paused
            | Self::Suspended
            | Self::Resuming => goes_on,
            Self::NotReady => Status::Skipped,
            // Not begun, or about to begin again.
            Self::Scheduled
            | Self::Late
            | Self::AwaitingConcurrencySlot
            | Self::Pending
            | Self::Submitting => match run_count {
                0 => Status::Skipped,
                _ => goes_on,
            },
            Self::Unknown => Status::Unknown,
        }
    }

    /// What the status rests on.
    pub fn evidence(self, name: &str, last_sign: Option<Moment>) -> Evidence {
        match self.is_final() || self == Self::Unknown {
            true => Evidence::Recorded {
                record: format!("its state {name}"),
            },
            false => Evidence::NoEnd { last_sign },
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

/// The words of Prefect for a state: its name, and its type where the name is one of those
/// that somebody gave: `Completed`, `TimedOut`, `All fine (COMPLETED)`.
pub fn label(state: &State) -> String {
    const NAMES: [&str; 22] = [
        "Scheduled",
        "Late",
        "AwaitingRetry",
        "AwaitingConcurrencySlot",
        "Resuming",
        "Pending",
        "Submitting",
        "InfrastructurePending",
        "NotReady",
        "Running",
        "Retrying",
        "Completed",
        "Cached",
        "RolledBack",
        "Failed",
        "TimedOut",
        "Cancelled",
        "Cancelling",
        "Crashed",
        "Paused",
        "Suspended",
        "",
    ];
    match NAMES.contains(&&*state.name) {
        true if state.name.is_empty() => state.kind.word().to_owned(),
        true => state.name.to_string(),
        false => format!("{} ({})", state.name, state.kind.word()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use StateKind::*;

    #[track_caller]
    fn check(kind: &str, name: &str, expected: StateKind, runs: u64, live: Status, saved: Status) {
        let kind = StateType::of(kind.into());
        let found = StateKind::of(&kind, name);
        assert_eq!(found, expected);
        assert_eq!(
            (found.status(runs, true), found.status(runs, false)),
            (live, saved)
        );
    }

    #[test]
    fn states_are_told_apart() {
        use Status as S;
        check(
            "COMPLETED",
            "Completed",
            Completed,
            1,
            S::Succeeded,
            S::Succeeded,
        );
        check(
            "COMPLETED",
            "Completed",
            Completed,
            2,
            S::Retried,
            S::Retried,
        );
        check(
            "COMPLETED",
            "all fine",
            Completed,
            1,
            S::Succeeded,
            S::Succeeded,
        );
        check("COMPLETED", "Cached", Cached, 1, S::Cached, S::Cached);
        check(
            "COMPLETED",
            "RolledBack",
            RolledBack,
            1,
            S::Succeeded,
            S::Succeeded,
        );
        check(
            "COMPLETED",
            "Failed",
            Completed,
            1,
            S::Succeeded,
            S::Succeeded,
        );
        check("FAILED", "Failed", Failed, 3, S::Failed, S::Failed);
        check("FAILED", "TimedOut", TimedOut, 1, S::Failed, S::Failed);
        check("FAILED", "Completed", Failed, 1, S::Failed, S::Failed);
        check("CRASHED", "Crashed", Crashed, 1, S::Failed, S::Failed);
        check("CANCELLED", "Cancelled", Cancelled, 1, S::Failed, S::Failed);
        check(
            "CANCELLED",
            "Cancelled",
            Cancelled,
            0,
            S::Skipped,
            S::Skipped,
        );
        check(
            "CANCELLING",
            "Cancelling",
            Cancelling,
            1,
            S::Running,
            S::Unfinished,
        );
        check("PAUSED", "Paused", Paused, 1, S::Running, S::Unfinished);
        check(
            "PAUSED",
            "Suspended",
            Suspended,
            1,
            S::Running,
            S::Unfinished,
        );
        check(
            "SCHEDULED",
            "Scheduled",
            Scheduled,
            0,
            S::Skipped,
            S::Skipped,
        );
        check("SCHEDULED", "Late", Late, 0, S::Skipped, S::Skipped);
        check(
            "SCHEDULED",
            "AwaitingRetry",
            AwaitingRetry,
            1,
            S::Running,
            S::Unfinished,
        );
        check(
            "SCHEDULED",
            "AwaitingConcurrencySlot",
            AwaitingConcurrencySlot,
            0,
            S::Skipped,
            S::Skipped,
        );
        check(
            "SCHEDULED",
            "Resuming",
            Resuming,
            1,
            S::Running,
            S::Unfinished,
        );
        check("PENDING", "Pending", Pending, 0, S::Skipped, S::Skipped);
        check("PENDING", "Pending", Pending, 1, S::Running, S::Unfinished);
        check(
            "PENDING",
            "InfrastructurePending",
            Submitting,
            0,
            S::Skipped,
            S::Skipped,
        );
        check("PENDING", "NotReady", NotReady, 0, S::Skipped, S::Skipped);
        check("RUNNING", "Running", Running, 1, S::Running, S::Unfinished);
        check(
            "RUNNING",
            "Retrying",
            Retrying,
            2,
            S::Running,
            S::Unfinished,
        );
        check("EVAPORATED", "Running", Unknown, 1, S::Unknown, S::Unknown);
    }

    #[track_caller]
    fn check_label(kind: &str, name: &str, expected: &str) {
        let state = State::named(StateType::of(kind.into()), name.into());
        assert_eq!(label(&state), expected);
    }

    #[test]
    fn a_label_says_the_type_of_a_name_that_somebody_gave() {
        check_label("FAILED", "TimedOut", "TimedOut");
        check_label("COMPLETED", "all fine", "all fine (COMPLETED)");
        check_label("EVAPORATED", "", "EVAPORATED");
        check_label("EVAPORATED", "Gone", "Gone (EVAPORATED)");
    }

    #[test]
    fn evidence_is_the_state_or_that_there_is_no_end() {
        for kind in StateKind::ALL {
            let recorded = matches!(kind.evidence("X", None), Evidence::Recorded { .. });
            assert_eq!(recorded, kind.is_final() || kind == Unknown);
            assert!(kind.meaning().ends_with('.'));
        }
    }
}
