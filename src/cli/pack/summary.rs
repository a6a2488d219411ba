//! What came of packing, in some lines.

use crate::counts::{bytes, counted};
use std::fmt;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    pub out: String,
    /// In all, with those that were there before.
    pub flows: usize,
    pub runs: usize,
    pub new: u64,
    pub changed: u64,
    /// Packed before, and the same since.
    pub kept: u64,
    /// Bytes written this time.
    pub written: u64,
}

impl fmt::Display for Summary {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = counted(self.runs as u64, "run", "runs");
        let flows = counted(self.flows as u64, "flow", "flows");
        writeln!(to, "{}: {runs} of {flows}.", self.out)?;
        write!(
            to,
            "{} new, {} changed, {} as they were; {} written.",
            self.new,
            self.changed,
            self.kept,
            bytes(self.written)
        )
    }
}
