//! The packed form of runs: few files instead of many, for any web server.
//!
//! A large run leaves half a million small records. Packed, they are tables ([`records`]),
//! each run has a manifest with what lists and pictures need ([`run`]), and an [`index`] on
//! top names them all. Values, logs and cards lie beside, as they are. `docs/pack.md` tells
//! it for who wants to read or write it in another program.
//!
//! Bytes in, tables out, and back: nothing here reads a file, and nothing knows an engine.
//! What is written is read again by [`source::packed_runs`](crate::source::packed_runs), and
//! written by `cli::pack`. Start with [`records::encode`] for the idea, with [`index`] for
//! the whole.

mod column;
mod encoder;
pub mod index;
mod json_slots;
pub mod ranges;
pub mod records;
pub mod run;
mod sheet;

pub use column::Fault;

/// The version of everything in here. A newer one is read as far as it is understood.
pub const VERSION: u32 = 1;
