//! From files to the model: one folder per engine.
//!
//! Readers are plain functions over a [`Shelf`](crate::source::Shelf); they never
//! wait and never know which source they read. They return what they could read
//! and push a [`Problem`](crate::model::Problem) for what they could not. Which folders hold
//! whose records, [`search`](mod@search) tells.

pub mod metaflow;
pub mod prefect;
pub mod search;
