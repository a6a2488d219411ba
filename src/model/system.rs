//! The workflow engines whose records are read.

use serde::{Deserialize, Serialize};

/// A workflow engine, by the records that it leaves.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum System {
    #[default]
    Metaflow,
    Prefect,
}

impl System {
    /// As it calls itself.
    pub fn word(self) -> &'static str {
        match self {
            Self::Metaflow => "Metaflow",
            Self::Prefect => "Prefect",
        }
    }
}
