//! Prefect's records behind the screens: what is read when a source is opened, what when one
//! of its runs is, and what when somebody asks for a log or a result.
//!
//! | asked for | read |
//! |---|---|
//! | the list of runs | flows, flow runs, and of the task runs what a line tells ([`Kept`]) |
//! | a run | its task runs, its states and theirs ([`Loaded`]) |
//! | a log, a result | the rows of the log of the run; the names of the stored results |
//!
//! What the records say is for [`formats::prefect`](crate::formats::prefect).

mod database;
mod kept;
mod loaded;
mod logs;
mod origin;
pub mod run;
pub mod task;

pub use kept::Kept;
pub use loaded::{Extras, Loaded, Logs, RESULT};
pub use origin::Origin;
