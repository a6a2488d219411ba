//! What a task printed.

use super::Moment;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Stream {
    Stdout,
    Stderr,
}

impl Stream {
    pub fn word(self) -> &'static str {
        match self {
            Stream::Stdout => "stdout",
            Stream::Stderr => "stderr",
        }
    }
}

/// How much a row of a log matters, as Python's `logging` counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    Debug,
    Info,
    Warning,
    Error,
    Critical,
}

impl Level {
    /// Numbers between two levels count as the lower one.
    pub fn of(number: i64) -> Self {
        match number {
            ..20 => Self::Debug,
            20..30 => Self::Info,
            30..40 => Self::Warning,
            40..50 => Self::Error,
            50.. => Self::Critical,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }
}

/// One line as it was printed, without its line end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// When the engine took it; unknown for lines without a header.
    pub at: Option<Moment>,
    pub text: String,
}

/// One stream of one attempt, in the order in which the engine's client shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    pub lines: Vec<LogLine>,
    /// Bytes of the stored files, headers included.
    pub size: u64,
    /// Whether there is a log at all: an empty one is not a missing one.
    pub recorded: bool,
    /// Bytes that are not UTF-8 and are shown as U+FFFD.
    pub undecodable: u64,
    /// So many lines before these are left out: there are too many.
    pub left_out: u64,
}
