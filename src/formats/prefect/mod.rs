//! What Prefect leaves behind, as release 3.9.1 writes it: from the bytes of an export, of
//! answers of its REST API or of rows of its database to typed records, and from those to
//! what a run is.
//!
//! Two halves. The first reads: [`export`] says which file is which, [`pages`] finds the
//! records of a file, [`reading`] reads them field by field ([`rows`] out of the database), [`records`] says what fields there
//! are. The second derives, from records alone: [`state`] what a state means, [`attempts`]
//! which tries a history tells and which log rows belong to each, [`edges`] what followed what,
//! [`names`] steps and their tasks, [`options`] which options of a task are known and how,
//! [`result`] where a result lies and what its bytes are, [`artifacts`] what somebody is to
//! look at, [`lost`] what the server cannot have kept; [`run`] puts a flow run together. [`legacy`] reads what Prefect 1.x
//! answered.
//!
//! None of this waits, asks a source, or knows an engine. Facts cite the files of Prefect
//! 3.9.1 that write them. Absolute paths inside the records belong to another machine and are
//! never followed.

pub mod artifacts;
pub mod attempts;
pub mod edges;
pub mod export;
pub mod id;
pub mod json;
pub mod legacy;
pub mod lost;
pub mod names;
pub mod options;
pub mod pages;
pub mod reading;
pub mod records;
pub mod result;
pub mod rows;
pub mod run;
pub mod state;
pub mod times;

#[cfg(test)]
mod tests;
