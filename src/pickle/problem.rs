//! What went wrong, or was left undone, while a pickle was read.
//!
//! A problem is data: its place, the opcode at that place, and what happened there;
//! [`Display`](fmt::Display) makes the sentence. Knows nothing of how to decode.
//! Start at [`Problem`].

use crate::counts::{bytes, count, counted};
use crate::sorting::sort_by_key;
use std::fmt;

/// How much a problem takes away.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Odd, but the value is whole.
    Note,
    /// The value is whole as far as the pickle goes, and the reader should know this.
    Warning,
    /// Part of the value is missing or doubtful.
    Damage,
}

/// Which of the [`Limits`](super::Limits) ended decoding.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Limit {
    Steps,
    Nodes,
    Memo,
    Stack,
    Memory,
    /// Offsets have 32 bits: a pickle must be shorter than 4 GiB.
    Size,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    // Decoding ended here.
    /// An argument is longer than the rest of the data.
    CutShort {
        wanted: u64,
        left: u64,
    },
    /// The data ended, and no STOP had come.
    NoStop,
    UnknownOpcode(u8),
    /// An opcode took more from the stack than lay there.
    StackEmpty,
    /// An opcode needed a MARK, and none was set.
    NoMark,
    /// A key without a value.
    OddItems,
    MemoMissing(u64),
    /// A number that cannot be read; the text is cut.
    BadNumber(String),
    NegativeLength(i64),
    /// Protocol 0 text that is not quoted or whose escapes are broken.
    BadText,
    /// The opcode needs something else: what it needs, what it got (Python's type).
    Needs {
        what: &'static str,
        got: String,
    },
    /// A number in the extension registry must be positive.
    BadExtension(i64),
    /// One of the limits was reached; the number is the limit.
    LimitReached(Limit, u64),
    /// The caller stopped decoding before the end.
    Stopped,

    // Decoding went on.
    /// The frame is longer than the rest of the data.
    FrameTooLong {
        wanted: u64,
        left: u64,
    },
    NewerProtocol(u8),
    NotUtf8,
    /// A Python 2 string that is not ASCII; it is kept as bytes.
    NotAscii,
    /// Python would have refused this: the opcode's target and its type.
    WrongTarget {
        needs: &'static str,
        got: String,
    },
    /// A key or set element that Python cannot hash.
    Unhashable(String),
    /// So many keys collide that they were not compared with one another.
    KeysNotCompared,
    /// Bytes that were handed over outside the pickle.
    OutOfBand,
    /// A value outside the pickle, by persistent id.
    PersistentId,
    /// A name outside the pickle, by its number in `copyreg`'s registry.
    Extension(i64),
    /// A global that does harm when it is called, and was to be called so many times.
    CallNotMade {
        name: String,
        calls: u32,
    },
    /// Such a global, which the pickle only names.
    DangerousName(String),
    /// Bytes after STOP.
    Trailing(u64),
    /// Values left on the stack at STOP.
    LeftOnStack(u64),
}

impl What {
    /// How much this takes away from the value.
    pub fn severity(&self) -> Severity {
        match self {
            What::LeftOnStack(_) => Severity::Note,
            What::FrameTooLong { .. }
            | What::NewerProtocol(_)
            | What::NotUtf8
            | What::NotAscii
            | What::Unhashable(_)
            | What::KeysNotCompared
            | What::OutOfBand
            | What::PersistentId
            | What::Extension(_)
            | What::CallNotMade { .. }
            | What::DangerousName(_)
            | What::Trailing(_) => Severity::Warning,
            _ => Severity::Damage,
        }
    }

    /// Whether decoding ended here.
    pub fn ended_decoding(&self) -> bool {
        self.severity() == Severity::Damage && !matches!(self, What::WrongTarget { .. })
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::CutShort { wanted, left } => {
                let (wanted, left) = (bytes(*wanted), count(*left));
                write!(f, "{wanted} should follow, but only {left} are left")
            }
            What::NoStop => write!(f, "the data ends without STOP"),
            What::UnknownOpcode(byte) => write!(f, "no opcode has the byte 0x{byte:02x}"),
            What::StackEmpty => write!(f, "the stack holds too few values"),
            What::NoMark => write!(f, "no MARK is set"),
            What::OddItems => write!(f, "a key has no value"),
            What::MemoMissing(index) => write!(f, "nothing was memoized as number {index}"),
            What::BadNumber(text) => write!(f, "not a number: {text:?}"),
            What::NegativeLength(length) => write!(f, "a length of {length}"),
            What::BadText => write!(f, "the text is not quoted or escaped as it should be"),
            What::Needs { what, got } => write!(f, "needs {what}, got {got}"),
            What::BadExtension(code) => write!(f, "extension number {code} is not positive"),
            What::LimitReached(limit, number) => {
                let name = match limit {
                    Limit::Steps => "steps",
                    Limit::Nodes => "values",
                    Limit::Memo => "memo entries",
                    Limit::Stack => "values on the stack",
                    Limit::Memory => "bytes of memory",
                    Limit::Size => "bytes of pickle",
                };
                write!(f, "the limit of {} {name} is reached", count(*number))
            }
            What::Stopped => write!(f, "decoding was stopped"),
            What::FrameTooLong { wanted, left } => {
                let (wanted, left) = (bytes(*wanted), count(*left));
                write!(f, "the frame has {wanted}, but only {left} are left")
            }
            What::NewerProtocol(version) => {
                write!(f, "protocol {version} is newer than the newest known, 5")
            }
            What::NotUtf8 => write!(f, "a text is not valid UTF-8"),
            What::NotAscii => write!(f, "a Python 2 string is not ASCII and is kept as bytes"),
            What::WrongTarget { needs, got } => {
                write!(
                    f,
                    "needs {needs}, got {got}; what it was to take is dropped"
                )
            }
            What::Unhashable(name) => write!(f, "Python cannot use {name} as a key"),
            What::KeysNotCompared => write!(f, "too many keys collide; repeated keys may remain"),
            What::OutOfBand => write!(f, "bytes that were stored outside the pickle"),
            What::PersistentId => write!(f, "a value that was stored outside the pickle"),
            What::Extension(code) => {
                write!(
                    f,
                    "a name that only the writer's registry knows, number {code}"
                )
            }
            What::CallNotMade { name, calls: 1 } => write!(f, "a call that was not made: {name}"),
            What::CallNotMade { name, calls } => {
                let calls = count(u64::from(*calls));
                write!(f, "a call that was not made: {name}, {calls} times")
            }
            What::DangerousName(name) => write!(f, "{name} is named; it was not looked up"),
            What::Trailing(number) => {
                let follow = if *number == 1 { "follows" } else { "follow" };
                write!(f, "{} {follow} the end of the pickle", bytes(*number))
            }
            What::LeftOnStack(values) => {
                let values = counted(*values, "unused value lies", "unused values lie");
                write!(f, "{values} on the stack")
            }
        }
    }
}

/// One thing that went wrong or was left undone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    pub what: What,
    /// The offset of the opcode, in bytes from the start of the pickle; `None` for what
    /// was found when everything had been read.
    pub offset: Option<u64>,
    /// The opcode at that place as `pickletools` names it; empty where there is none.
    pub opcode: &'static str,
    /// How often it happened. `what` and `offset` are those of the first time.
    pub times: u32,
}

impl Problem {
    pub fn severity(&self) -> Severity {
        self.what.severity()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        let mut facts = Vec::new();
        facts.extend(self.offset.map(|offset| format!("byte {offset}")));
        facts.extend(Some(self.opcode.to_owned()).filter(|opcode| !opcode.is_empty()));
        let times = count(u64::from(self.times));
        facts.extend((self.times > 1).then(|| format!("{times} times")));
        if facts.is_empty() {
            Ok(())
        } else {
            write!(f, " ({})", facts.join(", "))
        }
    }
}

/// Collects problems; the same kind of problem is told once, with a count, so that
/// a pickle cannot make a list longer than there are kinds.
#[derive(Debug, Default)]
pub(super) struct Problems {
    list: Vec<Problem>,
}

impl Problems {
    pub fn add(&mut self, what: What, offset: Option<usize>, opcode: &'static str) {
        let kind = std::mem::discriminant(&what);
        let known = self
            .list
            .iter_mut()
            .find(|known| std::mem::discriminant(&known.what) == kind);
        match known {
            Some(known) => known.times = known.times.saturating_add(1),
            None => self.add_apart(what, offset, opcode),
        }
    }

    /// Adds one that stands for itself whatever else there is.
    pub fn add_apart(&mut self, what: What, offset: Option<usize>, opcode: &'static str) {
        self.list.push(Problem {
            what,
            offset: offset.map(|offset| offset as u64),
            opcode,
            times: 1,
        });
    }

    /// Everything, in the order of the places; what has none comes last.
    pub fn into_sorted(mut self) -> Vec<Problem> {
        sort_by_key(&mut self.list, |problem| problem.offset.unwrap_or(u64::MAX));
        self.list
    }
}
