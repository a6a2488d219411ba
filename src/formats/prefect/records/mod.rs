//! The records of Prefect 3.9.1, each as much as a screen may ask for.
//!
//! Each kind is read from the JSON of its REST route (`prefect/client/schemas/objects.py`)
//! by its [`Record`](super::reading::Record); a reader of the database fills the same
//! structures from columns, those that hold JSON by the functions that are public here. They
//! are small: a large run has a hundred thousand of some. What follows from them is told
//! elsewhere. Start with [`TaskRun`] and [`State`].

mod artifact;
mod asset;
mod course;
mod deployment;
mod flow_run;
mod log;
mod state;
mod task_run;

pub use artifact::Artifact;
pub use asset::{AssetEvent, AssetEventKind};
pub use course::{Course, Policy, RetryDelay, read_policy};
pub use deployment::{Deployment, Schedule};
pub use flow_run::{CreatedBy, Flow, FlowRun, read_created_by};
pub use log::{Log, level_name};
pub use state::{
    Details, Histories, Serializer, State, StateType, StatesOfRun, StoredResult, read_details,
    read_result, read_serializer,
};
pub use task_run::{Input, Source, TaskRun, read_inputs};

use super::id::Word;
use super::json::Json;
use super::reading::Reading;
use crate::sorting::sort;

/// Tags: a set, whose order says nothing.
pub fn read_tags(name: &str, value: &Json<'_>, reading: &mut Reading<'_>) -> Vec<Word> {
    let mut tags = reading.words(name, value);
    sort(&mut tags);
    tags
}

/// Labels that somebody gave; those of Prefect itself repeat what other fields say.
pub fn read_labels(value: &Json<'_>, reading: &mut Reading<'_>) -> Vec<(Word, String)> {
    let fields = reading.object("labels", value);
    let given = fields
        .iter()
        .filter(|(name, _)| !name.starts_with("prefect."));
    given
        .map(|(name, value)| {
            let text = value.text().unwrap_or_else(|| value.raw());
            (reading.words_of(name), text.into_owned())
        })
        .collect()
}
