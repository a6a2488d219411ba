//! What a run is, in words that hold for every engine.
//!
//! Flow → Run → Step → Task → Attempt, with what hangs on them. The engine's own
//! word stands in the doc comment where it differs. Nothing here knows files,
//! browsers or pictures. Start with [`run`], then [`status`].

pub mod artifact;
pub mod brief;
pub mod card;
pub mod graph;
pub mod host;
pub mod links;
pub mod log;
pub mod metadata;
pub mod pathspec;
pub mod problem;
pub mod run;
#[cfg(test)]
pub mod sample;
pub mod status;
pub mod system;
pub mod time;

pub use artifact::{Artifact, Encoding};
pub use brief::RunBrief;
pub use card::{Card, CardFile};
pub use graph::{Decorator, Graph, GraphStep, StepKind};
pub use host::{Host, Hosts};
pub use links::{Links, TaskAt};
pub use log::{Level, Log, LogLine, Stream};
pub use metadata::{MetadataEntry, MetadataValue};
pub use pathspec::{AttemptNumber, RunPath, TaskPath};
pub use problem::{Place, Problem, Severity};
pub use run::{Attempt, Exit, Flow, ForeachFrame, Run, RunRecord, Step, Task};
pub use status::{Evidence, Status};
pub use system::System;
pub use time::{Moment, Span};
