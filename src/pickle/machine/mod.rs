//! The pickle machine: a stack, marks and a memo, as CPython's `Modules/_pickle.c`
//! has them, building an arena of values instead of running anything.
//!
//! It works in slices, so that the caller can draw a frame or stop in between.
//! Start at [`Machine`]; [`opcodes`] is the loop, with [`fill`] for containers;
//! [`calls`] is what becomes of REDUCE and its relatives; [`partial`] saves what was there when decoding ended
//! early; [`tidy`] is the pass over dicts and sets at the end.
//!
//! Where this machine gives up although Python's would not: a name of more than 1,000
//! bytes. Of the states of one object it keeps 64.
//!
//! Where this machine goes on although Python's would raise: a Python 2 string that
//! is not ASCII (kept as bytes), text that is not UTF-8, a frame longer than the
//! data, a protocol above 5, an append or a state for a value that takes none, a key
//! that cannot be hashed, and everything that needs the outside world (persistent
//! ids, out-of-band buffers, extension numbers). Each leaves a [`Problem`](super::Problem).

mod calls;
mod construct;
mod fill;
mod memo;
mod numbers;
mod opcodes;
mod partial;
mod tidy;
mod unescape;

#[cfg(test)]
mod tests;

use self::memo::Memo;
use self::tidy::Tidy;
use super::arena::Arena;
use super::limits::Limits;
use super::names::Interner;
use super::node::{Node, NodeId, Stretch};
use super::opcode;
use super::problem::{Limit, Problems, What};
use super::value::Pickle;
use crate::sorting::sort;

/// Whether there is more to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    More,
    Done,
}

/// Boxed, so that the result of every opcode is one word.
type Fault = Box<What>;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    Decode,
    Tidy,
    Done,
}

/// Decodes one pickle, a slice at a time.
///
/// ```
/// use runglass::pickle::{Limits, Machine, Progress};
///
/// let mut machine = Machine::new(b"\x80\x04K\x2a.".to_vec(), Limits::default());
/// while machine.advance(10_000) == Progress::More { /* draw a frame */ }
/// let pickle = machine.finish();
/// assert_eq!(pickle.root().and_then(|root| pickle.as_int(root)), Some(42));
/// ```
#[derive(Debug)]
pub struct Machine {
    arena: Arena,
    interner: Interner,
    limits: Limits,
    stack: Vec<NodeId>,
    /// Stack heights at which a MARK was set.
    marks: Vec<u32>,
    /// The last of `marks`, or 0: nothing below may be popped.
    fence: usize,
    memo: Memo,
    /// The next byte to read.
    pos: usize,
    /// The opcode being carried out.
    at: usize,
    protocol: u8,
    /// How many out-of-band buffers were asked for.
    buffers: u32,
    /// Opcodes left in the present chunk; copies take from it too.
    budget: u64,
    steps: u64,
    phase: Phase,
    tidy: Tidy,
    problems: Problems,
    root: Option<NodeId>,
    unfinished: Vec<NodeId>,
    ended_early: bool,
}

/// Limits are looked at between chunks of at most this many opcodes.
const CHUNK: u64 = 4096;

/// No opcode makes more nodes, memo entries or stack entries than this, small
/// multiples of a container's elements aside.
const MOST_PER_OPCODE: u64 = 4;

impl Machine {
    pub fn new(bytes: Vec<u8>, limits: Limits) -> Machine {
        let too_long = bytes.len() as u64 > u64::from(u32::MAX - 1);
        let tidy = Tidy::new(bytes.len() as u64);
        let mut machine = Machine {
            arena: Arena::new(bytes),
            interner: Interner::default(),
            limits: limits.clamped(),
            stack: Vec::new(),
            marks: Vec::new(),
            fence: 0,
            memo: Memo::default(),
            pos: 0,
            at: 0,
            protocol: 0,
            buffers: 0,
            budget: 0,
            steps: 0,
            phase: Phase::Decode,
            tidy,
            problems: Problems::default(),
            root: None,
            unfinished: Vec::new(),
            ended_early: false,
        };
        if too_long {
            let fault = What::LimitReached(Limit::Size, u64::from(u32::MAX - 1));
            machine.end_early(Box::new(fault));
        }
        machine
    }

    /// Does up to about `steps` opcodes' worth of work (at least one). A step takes
    /// some 5 to 50 nanoseconds; only a single very long text takes longer.
    pub fn advance(&mut self, steps: u64) -> Progress {
        let mut left = steps.max(1);
        while left > 0 {
            match self.phase {
                Phase::Decode => left = left.saturating_sub(self.decode_chunk(left)),
                Phase::Tidy => {
                    left = self.tidy.advance(&mut self.arena, &mut self.problems, left);
                    if self.tidy.is_done(&self.arena) {
                        self.phase = Phase::Done;
                    }
                }
                Phase::Done => return Progress::Done,
            }
        }
        if self.phase == Phase::Done {
            Progress::Done
        } else {
            Progress::More
        }
    }

    /// How far decoding has come: the offset of the next byte, and the bytes in all.
    pub fn progress(&self) -> (u64, u64) {
        (self.pos as u64, self.arena.bytes.len() as u64)
    }

    /// What was decoded. Before [`Progress::Done`], this is what a stopped decoding
    /// leaves, and the problems say so.
    pub fn finish(mut self) -> Pickle {
        match self.phase {
            Phase::Decode => self.end_early(Box::new(What::Stopped)),
            Phase::Tidy => self.problems.add(What::KeysNotCompared, None, ""),
            Phase::Done => {}
        }
        self.tell_of_dangerous_names();
        let trailing = (self.arena.bytes.len() - self.pos.min(self.arena.bytes.len())) as u64;
        if !self.ended_early && trailing > 0 {
            self.problems
                .add(What::Trailing(trailing), Some(self.pos), "");
        }
        sort(&mut self.unfinished);
        self.unfinished.dedup();
        Pickle::new(
            self.arena,
            self.root,
            self.protocol,
            self.pos as u64,
            self.unfinished,
            self.problems.into_sorted(),
        )
    }

    /// Decodes up to `most` opcodes and says how many steps that took.
    fn decode_chunk(&mut self, most: u64) -> u64 {
        let room = match self.room() {
            Ok(room) => room,
            Err(fault) => {
                self.at = self.pos;
                self.end_early(fault);
                return 0;
            }
        };
        let chunk = most.min(room).min(CHUNK);
        self.budget = chunk;
        match self.run() {
            Ok(false) => {}
            Ok(true) => self.begin_tidying(),
            Err(fault) => self.end_early(fault),
        }
        let took = chunk - self.budget;
        self.steps += took;
        took
    }

    /// How many opcodes can be carried out before a limit must be looked at again.
    fn room(&mut self) -> Result<u64, Fault> {
        self.reserve()?;
        let limits = &self.limits;
        let nodes = (self.arena.nodes.len() - NodeId::FIXED.len()) as u64;
        let memory = self.arena.memory()
            + self.memo.memory()
            + ((self.stack.len() + self.marks.len()) * size_of::<NodeId>()) as u64;
        let mut room = CHUNK;
        for (limit, most, used) in [
            (Limit::Steps, limits.steps, self.steps),
            (Limit::Nodes, u64::from(limits.nodes), nodes),
            (Limit::Memo, u64::from(limits.memo), self.memo.count()),
            (
                Limit::Stack,
                u64::from(limits.stack),
                (self.stack.len() + self.marks.len()) as u64,
            ),
            (Limit::Memory, limits.memory, memory),
        ] {
            if used > most {
                return Err(Box::new(What::LimitReached(limit, most)));
            }
            let per_opcode = match limit {
                Limit::Steps => 1,
                // A node, its references, a memo entry and a stack entry.
                Limit::Memory => 64,
                _ => MOST_PER_OPCODE,
            };
            room = room.min((most - used) / per_opcode + 1);
        }
        Ok(room)
    }

    /// Makes room for a chunk where growing can be refused: a vector that grows by
    /// itself ends the whole program when memory is used up.
    fn reserve(&mut self) -> Result<(), Fault> {
        let most = (CHUNK * MOST_PER_OPCODE) as usize;
        let refused = self.arena.nodes.try_reserve(most).is_err()
            || self.arena.pool.try_reserve(most).is_err()
            || self.stack.try_reserve(most).is_err();
        if refused {
            let what = What::LimitReached(Limit::Memory, self.arena.memory());
            return Err(Box::new(what));
        }
        Ok(())
    }

    /// Takes the cost of copying `references` from the budget, and refuses the copy
    /// when memory does not allow it.
    fn charge(&mut self, references: u32) -> Result<(), Fault> {
        self.charge_bytes(u64::from(references) * size_of::<NodeId>() as u64)
    }

    fn charge_bytes(&mut self, bytes: u64) -> Result<(), Fault> {
        self.charge_steps(bytes / 256);
        if self.arena.memory() + bytes > self.limits.memory {
            return Err(Box::new(What::LimitReached(
                Limit::Memory,
                self.limits.memory,
            )));
        }
        Ok(())
    }

    /// Takes steps from the budget; what goes beyond it counts for the limit.
    fn charge_steps(&mut self, steps: u64) {
        let paid = steps.min(self.budget);
        self.budget -= paid;
        self.steps += steps - paid;
    }

    /// The name of the opcode being carried out.
    fn opcode(&self) -> &'static str {
        self.arena
            .bytes
            .get(self.at)
            .and_then(|&byte| opcode::name(byte))
            .unwrap_or("")
    }

    fn problem(&mut self, what: What) {
        let opcode = self.opcode();
        self.problems.add(what, Some(self.at), opcode);
    }

    /// Decoding cannot go on: keeps what there is.
    fn end_early(&mut self, fault: Fault) {
        self.ended_early = true;
        self.keep_partial(&fault);
        self.problem(*fault);
        self.begin_tidying();
    }

    /// What decoding alone needed is given back.
    fn begin_tidying(&mut self) {
        self.stack = Vec::new();
        self.marks = Vec::new();
        self.memo = Memo::default();
        let used = self.arena.memory();
        // A small limit on memory is no reason to leave keys alone.
        const ALWAYS: u64 = 1 << 20;
        let room = self.limits.memory.saturating_sub(used).max(ALWAYS);
        self.tidy.begin(room);
        self.phase = Phase::Tidy;
    }

    fn tell_of_dangerous_names(&mut self) {
        const TOLD_APART: usize = 50;
        let dangerous = self.arena.names.iter().filter(|name| name.dangerous);
        for (count, name) in dangerous.enumerate() {
            let full = format!("{}.{}", name.module, name.name);
            let (what, offset) = match name.calls {
                0 => (What::DangerousName(full), name.offset),
                calls => (What::CallNotMade { name: full, calls }, name.call_offset),
            };
            let opcode = self
                .arena
                .bytes
                .get(offset)
                .and_then(|&byte| opcode::name(byte));
            if count < TOLD_APART {
                self.problems
                    .add_apart(what, Some(offset), opcode.unwrap_or(""));
            } else {
                self.problems.add(what, Some(offset), opcode.unwrap_or(""));
            }
        }
    }

    // The stack.

    #[inline]
    fn pop(&mut self) -> Result<NodeId, Fault> {
        if self.stack.len() <= self.fence {
            return Err(Box::new(What::StackEmpty));
        }
        self.stack.pop().ok_or_else(|| Box::new(What::StackEmpty))
    }

    #[inline]
    fn top(&self) -> Result<NodeId, Fault> {
        match self.stack.last() {
            Some(&id) if self.stack.len() > self.fence => Ok(id),
            _ => Err(Box::new(What::StackEmpty)),
        }
    }

    #[inline]
    fn push_node(&mut self, node: Node) {
        let id = self.arena.push(node);
        self.stack.push(id);
    }

    #[inline]
    fn push_int(&mut self, value: i64) {
        let id = self.arena.push_int(value);
        self.stack.push(id);
    }

    #[inline]
    fn mark(&mut self) {
        self.fence = self.stack.len();
        // The stack's limit is far below 2^32.
        self.marks.push(self.fence as u32);
    }

    /// Takes the last mark away and says how high the stack was when it was set.
    #[inline]
    fn pop_mark(&mut self) -> Result<usize, Fault> {
        let Some(mark) = self.marks.pop() else {
            return Err(Box::new(What::NoMark));
        };
        self.fence = self.marks.last().map_or(0, |&mark| mark as usize);
        Ok(mark as usize)
    }

    /// An opcode has no use for what lies above the mark that it took: puts the mark
    /// back, so that what is there can be kept.
    fn odd_items(&mut self, mark: usize) -> Fault {
        self.fence = mark;
        self.marks.push(mark as u32);
        Box::new(What::OddItems)
    }

    /// What lies on the stack from `height` up.
    #[inline]
    fn above(&self, height: usize) -> &[NodeId] {
        self.stack.get(height..).unwrap_or(&[])
    }

    // The bytes.

    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        match self
            .arena
            .bytes
            .get(self.pos..)
            .and_then(|rest| rest.first_chunk::<N>())
        {
            Some(&bytes) => {
                self.pos += N;
                Ok(bytes)
            }
            None => Err(self.cut_short(N as u64)),
        }
    }

    #[inline]
    fn u8(&mut self) -> Result<u8, Fault> {
        self.array::<1>().map(|[byte]| byte)
    }

    #[inline]
    fn u16(&mut self) -> Result<u16, Fault> {
        self.array().map(u16::from_le_bytes)
    }

    #[inline]
    fn u32(&mut self) -> Result<u32, Fault> {
        self.array().map(u32::from_le_bytes)
    }

    #[inline]
    fn u64(&mut self) -> Result<u64, Fault> {
        self.array().map(u64::from_le_bytes)
    }

    /// The next `len` bytes.
    #[inline]
    fn take(&mut self, len: u64) -> Result<Stretch, Fault> {
        let left = self.arena.bytes.len() - self.pos;
        match usize::try_from(len) {
            Ok(len) if len <= left => {
                // A pickle is shorter than 4 GiB, so both fit.
                let stretch = Stretch {
                    at: self.pos as u32,
                    len: len as u32,
                };
                self.pos += len;
                Ok(stretch)
            }
            _ => Err(self.cut_short(len)),
        }
    }

    /// The bytes up to the next newline, which is passed over.
    fn line(&mut self) -> Result<Stretch, Fault> {
        let rest = self.arena.bytes.get(self.pos..).unwrap_or(&[]);
        match rest.iter().position(|&byte| byte == b'\n') {
            Some(len) => {
                let stretch = Stretch {
                    at: self.pos as u32,
                    len: len as u32,
                };
                self.pos += len + 1;
                Ok(stretch)
            }
            None => Err(self.cut_short(rest.len() as u64 + 1)),
        }
    }

    fn cut_short(&self, wanted: u64) -> Fault {
        let left = self.arena.bytes.len().saturating_sub(self.pos) as u64;
        Box::new(What::CutShort { wanted, left })
    }
}

/// Decodes a whole pickle at once.
pub fn decode(bytes: Vec<u8>, limits: &Limits) -> Pickle {
    let mut machine = Machine::new(bytes, *limits);
    while machine.advance(u64::MAX) == Progress::More {}
    machine.finish()
}
