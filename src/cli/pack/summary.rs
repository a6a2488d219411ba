//! What came of packing, in some lines.

use crate::counts::{bytes, count, counted};
use crate::pack::index::Redacted;
use std::collections::BTreeSet;
use std::fmt;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    pub source: String,
    pub out: String,
    /// In all, with those that were there before.
    pub flows: usize,
    pub runs: usize,
    pub new: u64,
    pub changed: u64,
    /// Packed before, and the same since.
    pub kept: u64,
    /// Packed before, and not asked for this time.
    pub others: u64,
    /// Packed before, and no longer in the source.
    pub gone: u64,
    /// Bytes written this time.
    pub written: u64,
    /// Flows that were asked for, of which the source has no run.
    pub no_flows: Vec<String>,
    /// Why others were not kept from packing to the same place, where they were not.
    pub unlocked: Option<String>,
    /// What was replaced and left out, where that was asked for.
    pub redacted: Option<Redacted>,
}

/// A name from a run, which may hold anything, for a terminal.
pub(super) fn quoted(name: &str) -> String {
    let plain = |c: char| {
        if c.is_control() {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    format!("“{}”", name.chars().map(plain).collect::<String>())
}

/// The first of some names, and how many more there are.
pub(super) fn some_of(names: BTreeSet<String>) -> String {
    /// As many as a line holds.
    const TOLD: usize = 8;
    let told = names.iter().take(TOLD).map(|name| quoted(name));
    let mut told: Vec<String> = told.collect();
    match names.len().saturating_sub(TOLD) {
        0 if told.is_empty() => return "nothing: there is none".to_owned(),
        0 => {}
        more => told.push(format!("{} more", count(more as u64))),
    }
    match &*told {
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
        [] => String::new(),
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = counted(self.runs as u64, "run", "runs");
        let flows = counted(self.flows as u64, "flow", "flows");
        writeln!(to, "{}: {runs} of {flows}.", self.out)?;
        let as_before = |number: u64| match number {
            1 => "1 run is as it was".to_owned(),
            more => format!("{} runs are as they were", count(more)),
        };
        match self.new + self.changed + self.written {
            0 => write!(
                to,
                "Nothing new: {}; nothing written.",
                as_before(self.kept)
            )?,
            _ => write!(
                to,
                "{} new, {} changed, {} as they were; {} written.",
                count(self.new),
                count(self.changed),
                count(self.kept),
                bytes(self.written)
            )?,
        }
        let kept = |number: u64| match number {
            1 => "1 run is kept that was packed before and".to_owned(),
            more => format!("{} runs are kept that were packed before and", count(more)),
        };
        if self.gone > 0 {
            let (kept, source) = (kept(self.gone), &self.source);
            let are = if self.gone == 1 { "is" } else { "are" };
            write!(to, "\n{kept} {are} not in {source} any more.")?;
        }
        if self.others > 0 {
            let were = if self.others == 1 { "was" } else { "were" };
            write!(to, "\n{} {were} not asked for now.", kept(self.others))?;
        }
        for name in &self.no_flows {
            let source = &self.source;
            write!(
                to,
                "\nThere is no run of a flow {} in {source}.",
                quoted(name)
            )?;
        }
        if let Some(why) = &self.unlocked {
            let out = &self.out;
            write!(
                to,
                "\n{out} could not be locked ({why}): do not pack to it twice at the same time, runs would get lost."
            )?;
        }
        match &self.redacted {
            Some(redacted) => told_redacted(redacted, to),
            None => Ok(()),
        }
    }
}

fn told_redacted(redacted: &Redacted, to: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(to, "\nRedacted. Look at it before you share it.")?;
    for one in &redacted.replaced {
        let (files, times) = (counted(one.files, "file", "files"), one.told_times());
        write!(to, "\n  In {files} {} were replaced {times}.", one.what)?;
    }
    for one in &redacted.left_out {
        write!(to, "\n  {}", one.told())?;
    }
    Ok(())
}
