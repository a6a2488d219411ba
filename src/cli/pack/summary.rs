//! What came of packing, in some lines.

use crate::counts::{bytes, count, counted};
use crate::pack::index::Redacted;
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
    /// What was replaced and left out, where that was asked for.
    pub redacted: Option<Redacted>,
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
        )?;
        let Some(redacted) = &self.redacted else {
            return Ok(());
        };
        write!(to, "\nRedacted. Look at it before you share it.")?;
        for one in &redacted.replaced {
            let (times, files) = (
                counted(one.times, "time", "times"),
                counted(one.files, "file", "files"),
            );
            write!(to, "\n  replaced: {}, {times} in {files}", one.what)?;
        }
        for one in &redacted.left_out {
            write!(
                to,
                "\n  left out: {}, {}. {}",
                one.what,
                count(one.count),
                one.why
            )?;
        }
        Ok(())
    }
}
