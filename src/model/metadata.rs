//! What the engine noted about a task while it ran.

use super::{AttemptNumber, Moment};
use serde::{Deserialize, Serialize};

/// One event: a field and its value at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetadataEntry {
    pub field: String,
    /// The value as text; a list is written as JSON.
    pub value: MetadataValue,
    pub kind: String,
    pub at: Option<Moment>,
    /// The attempt that the engine tagged it with; none for what belongs to the task as a whole.
    pub attempt: Option<AttemptNumber>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MetadataValue {
    Text(String),
    /// A list of texts (Metaflow: `foreach-stack`).
    List(Vec<String>),
    /// Any other JSON value, as its text.
    Json(String),
}

/// The newest entry of a field, among entries in the order of their times.
pub fn newest<'a>(entries: &'a [MetadataEntry], field: &str) -> Option<&'a MetadataEntry> {
    entries.iter().rev().find(|entry| entry.field == field)
}

impl MetadataValue {
    /// The value in one line.
    pub fn text(&self) -> String {
        match self {
            MetadataValue::Text(text) | MetadataValue::Json(text) => text.clone(),
            MetadataValue::List(items) => items.join(", "),
        }
    }
}
