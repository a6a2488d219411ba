//! Python values, safely: a pickle's bytes in, an arena of values out.
//!
//! A pickle is a program for a small stack machine, and Python runs it: it imports
//! what the pickle names and calls it. Here it is data. [`machine`](Machine) carries
//! out the opcodes that move values about, and where Python would import or call,
//! it notes what was to be called with what. No name in a pickle is ever looked up
//! to be run.
//!
//! Refuses to know where bytes come from, what a run is, and every class outside
//! Python's standard library and Metaflow itself: arrays and data frames are read by
//! others, from the objects that this module gives.
//!
//! Read [`decode`] or [`Machine`] for bytes to values; [`Pickle`] and [`Value`] for
//! looking at values; [`known()`] for objects of known classes as what they are;
//! [`repr()`] for Python's own text of a value, [`summary`] for a line of it,
//! [`explore`] for stepping into it.
//!
//! # What holds everywhere here
//!
//! * Nothing recurses, so nothing overflows the stack: not decoding, not printing,
//!   not dropping.
//! * What is asked for bounds the work: a window of children, a number of
//!   characters. A value of a hundred million elements is as quick to look at as a
//!   small one.
//! * Values may contain themselves.
//! * Text, bytes and arrays are borrowed from the pickle's bytes.

mod arena;
mod danger;
mod int;
mod kept;
mod limits;
mod machine;
mod names;
mod node;
mod object;
mod problem;
mod renames;
mod text;
mod types;
mod value;

pub mod explore;
pub mod known;
pub mod opcode;
pub mod repr;
pub mod summary;

pub use self::int::MOST_DIGITS;
pub use self::known::{Known, known};
pub use self::limits::Limits;
pub use self::machine::{Machine, Progress, decode};
pub use self::node::{Made, NodeId};
pub use self::object::{Object, State};
pub use self::problem::{Limit, Problem, Severity, What};
pub use self::repr::{Repr, repr};
pub use self::text::{Text, Unit, Units};
pub use self::types::type_name;
pub use self::value::{BigInt, Dict, Global, Outcome, Pickle, Printed, Value, Words, ZoneOffset};
