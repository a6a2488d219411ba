//! Metaflow's local datastore, as written by release 2.19.39 and read by its Client API.
//!
//! Start with [`paths`] for where things lie and [`run`] for how a run is read;
//! [`task`] reads one task in full, [`client`] answers as the Client API does,
//! with its oddities. Facts about files cite the module of Metaflow that writes or
//! reads them. Absolute paths inside the records belong to another machine and are
//! never followed.

pub mod attempt;
pub mod blob;
pub mod brief;
pub mod cards;
pub mod client;
pub mod folders;
pub mod git;
pub mod graph;
pub mod json;
pub mod lineage;
pub mod log;
pub mod names;
pub mod outcome;
pub mod package;
pub mod paths;
pub mod python;
pub mod record;
pub mod run;
pub mod store;
pub mod tags;
pub mod task;
pub mod trigger;

pub use paths::Store;
