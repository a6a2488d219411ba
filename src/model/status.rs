//! How something went, and how that is known.

use super::Moment;
use serde::{Deserialize, Serialize};

/// How an attempt, a task, a step or a run went.
///
/// The order is that of a group: it takes the first of its members' statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Status {
    /// The last attempt failed (a task), or such a task kept the run from its end.
    Failed,
    /// Somebody, or the flow itself, stopped it (Prefect: cancelled).
    Cancelled,
    /// No end yet, and there is a sign of life.
    Running,
    /// Not begun, paused, or about to be tried again (Prefect: scheduled, pending, paused).
    Waiting,
    /// No end, and no sign of life: killed, cut off, or saved while running.
    Unfinished,
    /// It may have ended, but the records that say how cannot be read or are lost.
    Unknown,
    /// Worked in the end, but not at first.
    Retried,
    Succeeded,
    /// The result of an earlier run was used again (Metaflow: cloned by `resume`).
    Cached,
    /// Not reached: a branch not taken, or a step that the run never got to.
    Skipped,
}

impl Status {
    /// What a group of members amounts to; `None` for an empty group.
    pub fn of_group(members: impl IntoIterator<Item = Status>) -> Option<Status> {
        members.into_iter().min()
    }

    /// How many members have each status: the worst first, without those that none has.
    pub fn tally(members: impl IntoIterator<Item = Status>) -> Vec<(Status, u64)> {
        let mut counts = Self::ALL.map(|status| (status, 0));
        for member in members {
            for (status, count) in &mut counts {
                *count += u64::from(*status == member);
            }
        }
        counts.into_iter().filter(|(_, count)| *count > 0).collect()
    }

    /// The word on the screen.
    pub fn word(self) -> &'static str {
        match self {
            Status::Failed => "Failed",
            Status::Cancelled => "Cancelled",
            Status::Running => "Running",
            Status::Waiting => "Waiting",
            Status::Unfinished => "Unfinished",
            Status::Unknown => "Not known",
            Status::Retried => "Succeeded after a retry",
            Status::Succeeded => "Succeeded",
            Status::Cached => "Cached",
            Status::Skipped => "Not reached",
        }
    }

    /// The same word in the middle of a sentence.
    pub fn in_sentence(self) -> &'static str {
        match self {
            Status::Failed => "failed",
            Status::Cancelled => "cancelled",
            Status::Running => "running",
            Status::Waiting => "waiting",
            Status::Unfinished => "unfinished",
            Status::Unknown => "not known",
            Status::Retried => "succeeded after a retry",
            Status::Succeeded => "succeeded",
            Status::Cached => "cached",
            Status::Skipped => "not reached",
        }
    }

    /// The word of a task, some of whose exceptions may have been caught by the engine.
    pub fn word_with(self, is_caught: bool) -> &'static str {
        match is_caught {
            true => "Succeeded, exception caught",
            false => self.word(),
        }
    }

    /// The same in the middle of a sentence.
    pub fn in_sentence_with(self, is_caught: bool) -> &'static str {
        match is_caught {
            true => "succeeded, with an exception that was caught",
            false => self.in_sentence(),
        }
    }

    /// The word in an address and in a dump.
    pub fn key(self) -> &'static str {
        match self {
            Status::Failed => "failed",
            Status::Cancelled => "cancelled",
            Status::Running => "running",
            Status::Waiting => "waiting",
            Status::Unfinished => "unfinished",
            Status::Unknown => "unknown",
            Status::Retried => "retried",
            Status::Succeeded => "succeeded",
            Status::Cached => "cached",
            Status::Skipped => "skipped",
        }
    }

    pub const ALL: [Status; 10] = [
        Status::Failed,
        Status::Cancelled,
        Status::Running,
        Status::Waiting,
        Status::Unfinished,
        Status::Unknown,
        Status::Retried,
        Status::Succeeded,
        Status::Cached,
        Status::Skipped,
    ];

    pub fn from_key(key: &str) -> Option<Status> {
        Self::ALL.into_iter().find(|status| status.key() == key)
    }
}

/// What a status rests on, from the strongest proof to the weakest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Evidence {
    /// The engine recorded success or failure; `record` is the file or field that says so.
    Recorded { record: String },
    /// The process ended with this code; negative codes are signals.
    ExitCode { code: i64, record: String },
    /// A later attempt was started, so this one cannot have succeeded.
    LaterAttempt,
    /// A task of it failed; `task` is `step/id`.
    FailedTask { task: String },
    /// Nothing says that it ended.
    NoEnd { last_sign: Option<Moment> },
    /// The record that would tell is there and cannot be read: the name of its file,
    /// of a run with the task before it; or a folder that cannot be listed.
    Unreadable { record: String },
    /// `record` says that it ended, and nothing says how.
    EndOnly { record: String },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_takes_the_worst_of_its_members() {
        use Status::*;
        assert_eq!(Status::of_group([Succeeded, Failed, Running]), Some(Failed));
        assert_eq!(
            Status::of_group([Cached, Succeeded, Retried]),
            Some(Retried)
        );
        assert_eq!(Status::of_group([]), None);
    }

    #[test]
    fn a_tally_begins_with_the_worst() {
        use Status::*;
        assert_eq!(
            Status::tally([Cached, Failed, Cached]),
            [(Failed, 1), (Cached, 2)]
        );
        assert_eq!(Status::tally([]), []);
    }

    #[test]
    fn every_status_has_a_word_of_its_own_in_the_address() {
        for status in Status::ALL {
            assert_eq!(Status::from_key(status.key()), Some(status));
        }
    }
}
