//! A named value that a task left behind.

use super::Moment;
use serde::{Deserialize, Serialize};

/// One artifact of one attempt (Prefect: a persisted result). Only its record; the
/// value is read when somebody looks at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artifact {
    pub name: String,
    /// SHA-1 of the stored value before compression, in lower-case hex; empty when not recorded.
    pub sha: String,
    /// Bytes of the value before compression; unknown when its table is missing.
    pub size: Option<u64>,
    /// The value's Python class as recorded, `module.qualname`; builtins without their module.
    pub class: Option<String>,
    pub encoding: Encoding,
    /// When it was recorded.
    pub created: Option<Moment>,
}

/// How the stored value is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// A pickle; the name is the engine's own (`pickle-v4`).
    Pickle(String),
    /// Something that only an extension of the engine can read.
    Other(String),
}

impl Encoding {
    pub fn name(&self) -> &str {
        match self {
            Encoding::Pickle(name) | Encoding::Other(name) => name,
        }
    }
}

impl Artifact {
    /// The engine's own values, which its client does not list: names that begin with `_`.
    pub fn hidden(&self) -> bool {
        self.name.starts_with('_')
    }
}
