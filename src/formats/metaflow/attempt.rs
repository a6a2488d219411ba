//! The records that tell how an attempt ended: what they say, and which of them are
//! there and cannot be read.
//!
//! What the facts amount to is judged in [`outcome`](super::outcome), which reads
//! nothing. Start with [`Records::facts`].

use super::folders::unlistable;
use super::json::Problems;
use super::names::{EventFile, TaskNames};
use super::outcome::AttemptFacts;
use super::record;
use crate::model::{AttemptNumber, Exit, MetadataEntry};
use crate::source::Shelf;

/// What an event `attempt_ok` says; `None` for one that says anything else than true
/// or false.
pub fn went_well(entry: &MetadataEntry) -> Option<bool> {
    match entry.value.text().as_str() {
        "True" => Some(true),
        "False" => Some(false),
        _ => None,
    }
}

/// The records of one task: where they lie, and which there are by their names.
pub struct Records<'a> {
    pub shelf: &'a Shelf,
    pub folder: &'a str,
    pub meta: &'a str,
    pub names: &'a TaskNames,
}

impl Records<'_> {
    /// Adds what the files of one attempt tell to what the task's events have told.
    pub fn facts(
        &self,
        attempt: AttemptNumber,
        told: AttemptFacts,
        problems: &mut Problems,
    ) -> AttemptFacts {
        let mut facts = AttemptFacts {
            success_sha: self.success_by_record(attempt, problems),
            exit: self.exit(attempt, problems),
            closed: self.closed(attempt),
            ..told
        };
        if facts.is_open() {
            facts.success_sha = self.success_by_table(attempt, problems);
        }
        if facts.is_open() {
            facts.unreadable = self.unreadable(attempt, facts.parameters);
        }
        facts
    }

    /// Asks for what [`facts`](Records::facts) reads of every attempt, while the events are not
    /// there yet: fetched together, it costs a question less of the source.
    pub fn ask_ahead(&self) {
        // Whoever reads it then tells what is wrong with it.
        let told = &mut Vec::new();
        for attempt in self.names.attempts() {
            self.exit(attempt, told);
            self.success_by_record(attempt, told);
        }
    }

    fn exit(&self, attempt: AttemptNumber, problems: &mut Problems) -> Option<Exit> {
        let there = self.names.exits.contains(&attempt);
        there.then(|| record::read_exit(self.shelf, self.folder, attempt, problems))?
    }

    /// The SHA-1 of `_success`: told by the artifact's record, without opening a blob.
    fn success_by_record(&self, attempt: AttemptNumber, problems: &mut Problems) -> Option<String> {
        let there = self.names.has_artifact(attempt, "_success");
        let artifact = there.then(|| {
            record::read_artifact(self.shelf, self.meta, attempt, "_success", problems)
        })??;
        Some(artifact.sha)
    }

    /// The same out of the attempt's table, where the record is lost.
    fn success_by_table(&self, attempt: AttemptNumber, problems: &mut Problems) -> Option<String> {
        let there = self.names.tables.contains(&attempt);
        let table =
            there.then(|| record::read_table(self.shelf, self.folder, attempt, problems))??;
        Some(table.rows.get("_success")?.sha.clone())
    }

    /// The record by which the newest attempt was closed, told by the names alone.
    fn closed(&self, attempt: AttemptNumber) -> Option<String> {
        if self.names.closed.contains(&attempt) {
            return Some(format!("{attempt}.DONE.lock"));
        }
        let noted = self.of_newest("attempt-done").next();
        noted.map(|event| event.name.to_string())
    }

    /// Events of the newest attempt. The name of an event does not tell the attempt, but
    /// the time: what was written before that attempt began speaks of an earlier one.
    fn of_newest<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a EventFile> {
        let begun = self.names.events_of("attempt").map(|event| event.at).max();
        let events = self.names.events_of(field);
        events.filter(move |event| Some(event.at) >= begun)
    }

    /// The name of the first record that would tell how the newest attempt ended, is
    /// there, and cannot be read.
    fn unreadable(&self, attempt: AttemptNumber, parameters: bool) -> Option<String> {
        if unlistable(self.shelf, self.meta) {
            return Some("_meta".to_owned());
        }
        // Whoever reads a record tells what is wrong with it, and has done so.
        let told = &mut Vec::new();
        let field = match parameters {
            true => "attempt-done",
            false => "attempt_ok",
        };
        let lost = self.of_newest(field).find(|event| {
            match record::read_event(self.shelf, self.meta, event, told) {
                Some(entry) => !parameters && went_well(&entry).is_none(),
                None => true,
            }
        });
        if let Some(event) = lost {
            return Some(event.name.to_string());
        }
        if self.names.exits.contains(&attempt)
            && record::read_exit(self.shelf, self.folder, attempt, told).is_none()
        {
            return Some(format!("{attempt}.runtime"));
        }
        let lost = self.names.has_artifact(attempt, "_success")
            && self.success_by_record(attempt, told).is_none();
        lost.then(|| format!("{attempt}_artifact__success.json"))
    }
}
