//! The packed form of runs: few files instead of many, for any web server.
//!
//! A large run is half a million small records. Packed, they are tables ([`records`]),
//! beside a manifest of the run.

mod column;
pub mod index;
mod json_slots;
pub mod ranges;
pub mod records;
pub mod run;
mod sheet;

pub use column::Fault;

/// The version of everything in here. A newer one is read as far as it is understood.
pub const VERSION: u32 = 1;
