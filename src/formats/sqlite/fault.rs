//! What of a database could not be read: where, what, and what it means for what is shown.

use crate::counts;
use crate::model::{Place, Problem, Severity};
use std::borrow::Cow;

/// The files of a database, which lie beside one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum File {
    Database,
    /// The write-ahead log, `…-wal`.
    Log,
    /// The rollback journal, `…-journal`.
    Journal,
}

impl File {
    /// What SQLite puts behind the name of the database.
    pub fn ending(self) -> &'static str {
        match self {
            File::Database => "",
            File::Log => "-wal",
            File::Journal => "-journal",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub severity: Severity,
    pub file: File,
    pub offset: Option<u64>,
    /// One sentence: what is wrong.
    pub what: String,
    /// One sentence: what it means for what is shown, or what to try.
    pub hint: Cow<'static, str>,
}

impl Fault {
    pub fn damage(
        file: File,
        offset: impl Into<Option<u64>>,
        what: impl Into<String>,
        hint: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            severity: Severity::Damage,
            file,
            offset: offset.into(),
            what: what.into(),
            hint: hint.into(),
        }
    }

    pub fn is_only(self, severity: Severity) -> Self {
        Self { severity, ..self }
    }

    /// `database` is the name of its file.
    pub fn problem(self, database: &str) -> Problem {
        let place = Place {
            file: format!("{database}{}", self.file.ending()),
            offset: self.offset,
        };
        Problem {
            severity: self.severity,
            place,
            what: self.what,
            hint: self.hint.into_owned(),
        }
    }
}

/// Faults, of which a broken file may have one in every cell.
#[derive(Debug, Default)]
pub struct Faults {
    told: Vec<Fault>,
    before: usize,
    more: u64,
}

/// So many are told one by one.
const TOLD: usize = 40;

impl Faults {
    pub fn tell(&mut self, fault: Fault) {
        if self.before + self.told.len() < TOLD {
            self.told.push(fault);
        } else {
            self.more += 1;
        }
    }

    /// Those that were told since the last time; what was too much is the last of them.
    pub fn take(&mut self) -> Vec<Fault> {
        let mut told = std::mem::take(&mut self.told);
        self.before += told.len();
        if let more @ 1.. = std::mem::take(&mut self.more) {
            let more = counts::counted(more, "more place", "more places");
            told.push(Fault::damage(
                File::Database,
                None,
                format!("The database is damaged in {more}."),
                "The rows that lie there are left out.",
            ));
        }
        told
    }
}
