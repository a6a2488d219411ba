//! How much of everything one pickle may take.
//!
//! The numbers are chosen so that no real artifact meets them in a browser tab
//! (32-bit memory of at most 4 GiB, of which a page is wise to use one), and so
//! that a hostile pickle meets them before the tab dies.

/// How much one pickle may take while it is decoded. Reaching a limit ends decoding
/// with a problem that names the limit; what was decoded stays readable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Opcodes, plus one for every 64 references that are copied.
    pub steps: u64,
    /// Values. Small integers, None, True and False are free.
    pub nodes: u32,
    /// Entries of the memo.
    pub memo: u32,
    /// Values on the stack at one time; also bounds how deep marks nest.
    pub stack: u32,
    /// Bytes for everything but the pickle itself, estimated.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            // Half a minute at the slowest speed seen.
            steps: 2_000_000_000,
            // A gibibyte of nodes.
            nodes: 64 << 20,
            memo: 64 << 20,
            // Lists and dicts come in batches of 1,000; a tuple lies there whole.
            stack: 64 << 20,
            // Growing takes up to twice as much for a moment, beside the pickle itself.
            memory: 1 << 30,
        }
    }
}

impl Limits {
    /// The same limits, no larger than 32-bit addresses inside the arena can bear.
    pub(super) fn clamped(self) -> Limits {
        Limits {
            nodes: self.nodes.min(1 << 30),
            memo: self.memo.min(1 << 30),
            stack: self.stack.min(1 << 28),
            memory: self.memory.min(4 << 30),
            ..self
        }
    }
}
