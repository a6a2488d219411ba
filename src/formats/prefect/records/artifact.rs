//! An artifact: something that a task made to be looked at, or the record of a result.

use super::super::id::{Id, Word};
use super::super::pages::Item;
use super::super::reading::{Reading, Record};
use crate::model::Moment;

/// One version of an artifact. Those without a type are stored results of flow runs and of
/// stand-ins, and nobody's to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    pub id: Id,
    pub created: Option<Moment>,
    /// Later than `created` where it was updated in its place.
    pub updated: Option<Moment>,
    /// Versions of one artifact share it.
    pub key: Option<Word>,
    pub kind: Option<Word>,
    pub description: Option<String>,
    /// JSON as it is written.
    pub data: Option<Box<str>>,
    pub metadata: Option<Box<str>>,
    pub flow_run_id: Option<Id>,
    pub task_run_id: Option<Id>,
}

impl Record for Artifact {
    const NOUN: &'static str = "artifact";

    fn read(item: &Item<'_>, reading: &mut Reading<'_>) -> Option<Self> {
        let mut id = None;
        let mut artifact = Self {
            id: Id::Other("".into()),
            created: None,
            updated: None,
            key: None,
            kind: None,
            description: None,
            data: None,
            metadata: None,
            flow_run_id: None,
            task_run_id: None,
        };
        for (name, value) in reading.fields(&item.value) {
            match &*name {
                "id" => id = reading.id(&name, &value),
                "created" => artifact.created = reading.moment(&name, &value),
                "updated" => artifact.updated = reading.moment(&name, &value),
                "key" => artifact.key = reading.word(&name, &value),
                "type" => artifact.kind = reading.word(&name, &value),
                "description" => artifact.description = reading.text(&name, &value),
                "data" if !value.is_null() => artifact.data = Some(value.compact().into()),
                "metadata_" => artifact.metadata = reading.raw(&value),
                "flow_run_id" => artifact.flow_run_id = reading.id(&name, &value),
                "task_run_id" => artifact.task_run_id = reading.id(&name, &value),
                _ => {}
            }
        }
        let Some(id) = id else {
            reading.lacks_id(&item.value);
            return None;
        };
        artifact.id = id;
        Some(artifact)
    }

    fn id(&self) -> Option<&Id> {
        Some(&self.id)
    }

    fn updated(&self) -> Option<Moment> {
        self.updated
    }
}
