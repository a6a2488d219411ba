//! Whose records are read: the engine that wrote them, and what it takes to reach them.
//!
//! A source may hold the records of several engines beside one another. Each screen asks for
//! runs, tasks and values, and what is asked for is found here: [`Records`] of what one place
//! of a source holds, [`RunRecords`] of one run that was loaded from it.

use super::prefect::{Kept, Loaded};
use crate::formats::metaflow::Store;
use crate::model::{Moment, RunPath, System};
use std::rc::Rc;

/// The records in one place of a source.
pub enum Records {
    /// A datastore of Metaflow.
    Metaflow(Store),
    /// What a server of Prefect has recorded.
    Prefect(Rc<Kept>),
}

impl Records {
    /// The datastore, where it is one of Metaflow.
    pub fn metaflow(&self) -> Option<&Store> {
        match self {
            Self::Metaflow(store) => Some(store),
            Self::Prefect(_) => None,
        }
    }

    /// Who wrote them.
    pub fn system(&self) -> System {
        match self {
            Self::Metaflow(_) => System::Metaflow,
            Self::Prefect(_) => System::Prefect,
        }
    }

    /// What the engine that wrote them calls a run for people, where it has such names.
    pub fn name_of(&self, run: &RunPath) -> Option<String> {
        match self {
            Self::Metaflow(_) => None,
            Self::Prefect(kept) => kept.name_of(run),
        }
    }

    /// When a run began, where its id does not tell which of two is the newer one.
    pub fn begins(&self, run: &RunPath) -> Option<Moment> {
        match self {
            Self::Metaflow(_) => None,
            Self::Prefect(kept) => kept.begins(run),
        }
    }

    /// The folder in its source that holds them.
    pub fn root(&self) -> &str {
        match self {
            Self::Metaflow(store) => &store.root,
            Self::Prefect(kept) => kept.root(),
        }
    }

    /// Whether both are the records in one place, listed at two times.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Metaflow(one), Self::Metaflow(other)) => one == other,
            (Self::Prefect(_), Self::Prefect(_)) => self.root() == other.root(),
            _ => false,
        }
    }
}

/// Where the records of a run that was loaded are.
#[derive(Clone)]
pub enum RunRecords {
    Metaflow(Store),
    /// They have been read, but for what only some screens ask for.
    Prefect(Rc<Loaded>),
}

impl RunRecords {
    /// The datastore, where it is one of Metaflow.
    pub fn metaflow(&self) -> Option<&Store> {
        match self {
            Self::Metaflow(store) => Some(store),
            Self::Prefect(_) => None,
        }
    }

    /// What was read, where it is a run of Prefect.
    pub fn prefect(&self) -> Option<&Rc<Loaded>> {
        match self {
            Self::Metaflow(_) => None,
            Self::Prefect(loaded) => Some(loaded),
        }
    }
}
