//! What could not be read: where, what, and what to try.

use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Something is missing or broken, and what is shown is less than was recorded.
    Damage,
    /// Something is odd; what is shown may differ from what the engine would say.
    Warning,
    /// Worth knowing; nothing is lost.
    Note,
}

/// Where a problem is: a file of the source, and a byte in it where one is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    pub file: String,
    pub offset: Option<u64>,
}

/// One thing that could not be read as it should.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Problem {
    pub severity: Severity,
    pub place: Place,
    /// One sentence: what is wrong.
    pub what: String,
    /// One sentence: what it means for what is shown, or what to try.
    pub hint: String,
}

impl Place {
    pub fn file(file: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            offset: None,
        }
    }

    pub fn at(file: impl Into<String>, offset: u64) -> Self {
        Self {
            file: file.into(),
            offset: Some(offset),
        }
    }
}

impl Problem {
    pub fn damage(place: Place, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            severity: Severity::Damage,
            place,
            what: what.into(),
            hint: hint.into(),
        }
    }

    pub fn warning(place: Place, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            place,
            what: what.into(),
            hint: hint.into(),
        }
    }

    pub fn note(place: Place, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            severity: Severity::Note,
            place,
            what: what.into(),
            hint: hint.into(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset {
            Some(offset) => write!(f, "{}, byte {offset}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.place, self.what, self.hint)
    }
}
