//! What the names of a task's files tell without opening one.
//!
//! Written by Metaflow's `datastore/task_datastore.py` (`N.attempt.json`, `N.data.json`,
//! `N.DONE.lock`), `runtime.py` (`N.runtime`, `N.runtime_stdout.log`) and
//! `plugins/metadata_providers/local.py` (`sysmeta_<field>_<ms>.json`,
//! `N_artifact_<name>.json`).

use super::json::real;
use crate::model::{AttemptNumber, Moment, Stream};
use crate::sorting::{SortedMap, SortedSet};
use crate::source::Listing;

/// The files of one task, sorted by what they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskNames {
    /// Attempts that were started (`N.attempt.json`).
    pub started: SortedSet<AttemptNumber>,
    /// Attempts with a table of artifacts (`N.data.json`).
    pub tables: SortedSet<AttemptNumber>,
    /// Attempts that were closed (`N.DONE.lock`).
    pub closed: SortedSet<AttemptNumber>,
    /// Attempts whose exit was seen (`N.runtime`).
    pub exits: SortedSet<AttemptNumber>,
    pub logs: Vec<LogFile>,
    pub events: Vec<EventFile>,
    /// Names of artifacts by attempt (`N_artifact_<name>.json`).
    pub artifacts: SortedMap<AttemptNumber, Vec<String>>,
    /// Whether the task has its own record (`_meta/_self.json`).
    pub recorded: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFile {
    pub name: String,
    pub attempt: AttemptNumber,
    pub stream: Stream,
    pub size: Option<u64>,
}

/// A metadata event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventFile {
    pub name: Box<str>,
    /// Where the field ends in the name.
    field_end: u16,
    /// Out of the name: to tell the newer of two. Whether anything was written then, see
    /// [`real`].
    pub at: Moment,
}

impl EventFile {
    /// What the file's name of an event begins with.
    const BEGIN: &str = "sysmeta_";

    /// None for a name that no event has.
    fn of(name: &str) -> Option<Self> {
        let rest = name.strip_prefix(Self::BEGIN)?.strip_suffix(".json")?;
        // The field may hold `_` itself; the time never does.
        let (field, millis) = rest.rsplit_once('_')?;
        Some(Self {
            name: name.into(),
            field_end: u16::try_from(Self::BEGIN.len() + field.len()).ok()?,
            at: Moment::from_millis(millis.parse().ok()?),
        })
    }

    /// The field as the file's name says, which is only a hint: the record's own
    /// `field_name` counts.
    pub fn field(&self) -> &str {
        let field = Self::BEGIN.len()..usize::from(self.field_end);
        self.name.get(field).unwrap_or_default()
    }
}

impl TaskNames {
    /// Sorts the listing of the task's folder and of its `_meta`.
    pub fn of(folder: &Listing, meta: &Listing) -> Self {
        let mut names = TaskNames::default();
        for (name, size) in folder.files() {
            names.add_file(name, size);
        }
        for (name, _) in meta.files() {
            names.add_meta(name);
        }
        names
    }

    fn add_file(&mut self, name: &str, size: Option<u64>) {
        let Some((number, rest)) = name.split_once('.') else {
            return;
        };
        let Ok(attempt) = number.parse::<AttemptNumber>() else {
            return;
        };
        let stream = match rest {
            "attempt.json" => {
                self.started.insert(attempt);
                return;
            }
            "data.json" => {
                self.tables.insert(attempt);
                return;
            }
            "DONE.lock" => {
                self.closed.insert(attempt);
                return;
            }
            "runtime" => {
                self.exits.insert(attempt);
                return;
            }
            // `N.stdout.log` is what releases before mflog wrote.
            "runtime_stdout.log" | "task_stdout.log" | "stdout.log" => Stream::Stdout,
            "runtime_stderr.log" | "task_stderr.log" | "stderr.log" => Stream::Stderr,
            _ => return,
        };
        self.logs.push(LogFile {
            name: name.to_owned(),
            attempt,
            stream,
            size,
        });
    }

    fn add_meta(&mut self, name: &str) {
        if name == "_self.json" {
            self.recorded = true;
            return;
        }
        if name.starts_with(EventFile::BEGIN) {
            self.events.extend(EventFile::of(name));
            return;
        }
        if let Some(stem) = name.strip_suffix(".json")
            && let Some((number, artifact)) = stem.split_once("_artifact_")
            && let Ok(attempt) = number.parse::<AttemptNumber>()
        {
            self.artifacts
                .value_or_insert_with(attempt, Vec::new)
                .push(artifact.to_owned());
        }
    }

    /// Every attempt that left a trace.
    pub fn attempts(&self) -> SortedSet<AttemptNumber> {
        let of_files = [&self.started, &self.tables, &self.exits];
        let of_files = of_files.into_iter().flatten().copied();
        let of_logs = self.logs.iter().map(|log| log.attempt);
        let of_artifacts = self.artifacts.keys().copied();
        of_files.chain(of_logs).chain(of_artifacts).collect()
    }

    /// The time of the newest event.
    pub fn newest_event(&self) -> Option<Moment> {
        let newest = self.events.iter().map(|event| event.at).max();
        newest.and_then(real)
    }

    /// Events whose name hints at a field.
    pub fn events_of<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a EventFile> {
        self.events
            .iter()
            .filter(move |event| event.field() == field)
    }

    /// Lets go of the names of all events but those of these fields, and of all artifacts but
    /// this one; the attempts stay.
    pub fn keep_only(&mut self, fields: &[&str], artifact: &str) {
        self.events.retain(|event| fields.contains(&event.field()));
        self.events.shrink_to_fit();
        for names in self.artifacts.values_mut() {
            names.retain(|name| name == artifact);
            names.shrink_to_fit();
        }
    }

    pub fn has_artifact(&self, attempt: AttemptNumber, name: &str) -> bool {
        self.artifacts
            .get(&attempt)
            .is_some_and(|names| names.iter().any(|found| found == name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Entry, EntryKind};

    fn listing(names: &[&str]) -> Listing {
        let entry = |name: &&str| Entry {
            name: (*name).into(),
            kind: EntryKind::File { size: Some(1) },
        };
        Listing::new(names.iter().map(entry).collect())
    }

    #[test]
    fn names_are_told_apart() {
        let names = TaskNames::of(
            &listing(&[
                "0.attempt.json",
                "1.attempt.json",
                "0.DONE.lock",
                "0.runtime",
                "0.runtime_stderr.log",
                "tmpab12",
                "x.y",
            ]),
            &listing(&[
                "_self.json",
                "sysmeta_attempt_ok_1795211263281.json",
                "0_artifact__task_ok.json",
                "0_artifact_größe.json",
                "sysmeta_x.json",
            ]),
        );
        assert_eq!(names.started, SortedSet::from_iter([0, 1]));
        assert_eq!(names.closed, SortedSet::from_iter([0]));
        assert_eq!(names.logs.len(), 1);
        assert!(names.recorded);
        assert_eq!(
            names.artifacts.get(&0),
            Some(&vec!["_task_ok".to_owned(), "größe".to_owned()])
        );
        assert_eq!(names.events.len(), 1);
        assert_eq!(names.events_of("attempt_ok").count(), 1);
    }
}
