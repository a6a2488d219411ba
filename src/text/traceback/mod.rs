//! A Python traceback as frames and exceptions.
//!
//! What Python 3.8 to 3.14 print, alone or in the middle of a log, with a margin
//! in front of every line (Metaflow's `@catch` prints `>  `) and with the marks
//! that 3.11 began to draw. Of several tracebacks the last one counts, with all
//! that it is chained to. What is no traceback is `None`, and the caller still has
//! the text.
//!
//! The shapes are those of CPython's `Lib/traceback.py`. What it refuses to know:
//! which line of a log is still part of a message. A message alone in a text goes
//! to its end, one in a log to the next blank line or the next log record.
//!
//! Start with [`parse`], or with [`in_log`] for a log; [`frames`] says whose code
//! a frame is.

pub mod frames;
mod reading;

pub use frames::{Frame, SourceLine};

use serde::{Deserialize, Serialize};

/// A traceback: the exceptions of one chain, in the order in which they were
/// raised, so the one that ended the program is the last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Traceback {
    /// Never empty.
    pub raised: Vec<Raised>,
    /// The lines of the text that it takes, from 0, the end excluded.
    pub first_line: usize,
    pub end_line: usize,
}

/// One exception with the way to where it was raised.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Raised {
    /// How it came after the one before it in the chain; `None` for the first.
    pub relation: Option<Relation>,
    /// Outermost first, as Python prints them.
    pub frames: Vec<Frame>,
    /// How many frames were left out in the middle, behind the first
    /// [`KEPT_AT_EACH_END`].
    pub left_out: usize,
    /// `None` where the text ends before it.
    pub exception: Option<Exception>,
    /// For an exception group, its members as Python drew them.
    pub group: Option<String>,
}

/// How an exception follows from the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Relation {
    /// `raise … from …`: the one before is its cause.
    Cause,
    /// Raised while the one before was being handled.
    During,
}

/// What was raised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The class with its module, as printed: `ValueError`, `requests.exceptions.Timeout`.
    pub kind: String,
    /// May have several lines, and notes (PEP 678) at its end; empty where there is none.
    pub message: String,
}

/// Of more frames than twice this many (a recursion through two functions), the
/// outermost and the innermost are kept: nobody reads those between.
pub const KEPT_AT_EACH_END: usize = 100;

/// What is kept of one message, in bytes. Longer ones are a matrix or a web page.
const MAX_MESSAGE: usize = 20_000;

impl Traceback {
    /// The exception that ended the program.
    pub fn last(&self) -> Option<&Raised> {
        self.raised.last()
    }
}

impl Raised {
    /// Where it was raised, as far as its reader can do something about it: the
    /// innermost frame of their own code, else the innermost of all.
    pub fn place(&self) -> Option<&Frame> {
        self.frames
            .iter()
            .rfind(|frame| frame.package.is_none())
            .or(self.frames.last())
    }

    /// The frames with those in libraries folded: see [`frames::fold`].
    pub fn rows(&self) -> impl Iterator<Item = &[Frame]> {
        frames::fold(&self.frames)
    }
}

/// The last traceback of a text that is nothing else, such as the one that a
/// record holds.
pub fn parse(text: &str) -> Option<Traceback> {
    reading::read(text, reading::Message::ToTheEnd)
}

/// The last traceback of a log.
pub fn in_log(text: &str) -> Option<Traceback> {
    reading::read(text, reading::Message::ToTheNextRecord)
}

/// The last exception that the tail of a log tells of: its class and the first
/// line of its message. Where the tail begins inside of a traceback, the last
/// line that looks like the end of one counts.
pub fn exception_line(tail: &str) -> Option<(String, String)> {
    let found = in_log(tail).and_then(|found| found.raised.into_iter().next_back()?.exception);
    let exception = found.or_else(|| {
        tail.lines()
            .rev()
            .find_map(|line| reading::exception(line).filter(|found| looks_raised(&found.kind)))
    })?;
    let first = exception.message.lines().next().unwrap_or_default();
    Some((exception.kind, first.to_owned()))
}

/// Without a traceback before it, a line such as `note: see below` must not pass
/// for an exception. Nearly all classes end in one of these words, or have a module.
fn looks_raised(kind: &str) -> bool {
    let class = kind.rsplit('.').next().unwrap_or_default();
    let ends = [
        "Error",
        "Exception",
        "Interrupt",
        "Exit",
        "Group",
        "Timeout",
        "Failure",
    ];
    class.starts_with(|c: char| c.is_uppercase()) && ends.iter().any(|end| class.ends_with(end))
}
