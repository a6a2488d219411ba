//! A page that a task drew of itself.

use super::AttemptNumber;
use serde::{Deserialize, Serialize};

/// One card (Metaflow: `@card`). Only where it lies; it is read when somebody looks at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// What drew it: the word after `type=`.
    pub kind: String,
    /// The name that the flow gave it, where a step has several.
    pub id: Option<String>,
    /// 32 hex digits.
    pub uuid: String,
    /// The attempt that drew it, where that is noted.
    pub attempt: Option<AttemptNumber>,
    /// The page itself; a card that was being updated when its task died has none.
    pub page: Option<CardFile>,
    /// The values of the last update while the task ran.
    pub update: Option<CardFile>,
}

/// A file of a card: its path in the source, and its size where that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardFile {
    pub path: String,
    pub size: Option<u64>,
}

impl Card {
    /// `summary`, or its kind where it has no name of its own.
    pub fn name(&self) -> &str {
        self.id.as_deref().unwrap_or(&self.kind)
    }
}
