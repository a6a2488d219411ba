//! From files to the model: one folder per engine, and one for a kind of file that engines
//! keep their records in.
//!
//! Readers are plain functions over a [`Shelf`](crate::source::Shelf); they never
//! wait and never know which source they read. They return what they could read
//! and push a [`Problem`](crate::model::Problem) for what they could not. Which folders hold
//! whose records, [`search`](mod@search) tells.

pub mod metaflow;
pub mod prefect;
pub mod search;
pub mod sqlite;
