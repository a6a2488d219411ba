//! What each opcode does, and what stays when something is wrong, as short programs.

mod cpython;
mod opcodes;
mod refused;

use super::*;
use crate::pickle::{Limits, Outcome, Severity, Value, repr};

/// Outcome, printed root and problems, one per line.
fn show(pickle: &Pickle) -> String {
    let mut out = pickle.outcome().word().to_owned();
    if let Some(root) = pickle.root() {
        out += ": ";
        out += &repr(pickle, root, 200).text;
    }
    for problem in pickle.problems() {
        out += &format!("\n{problem}");
    }
    out
}

#[track_caller]
fn check(program: &[u8], expected: &str) {
    let limits = Limits::default();
    assert_eq!(show(&decode(program.to_vec(), &limits)), expected);
    // Cut into slices of one opcode, it must come to the same.
    let mut machine = Machine::new(program.to_vec(), limits);
    while machine.advance(1) == Progress::More {}
    assert_eq!(show(&machine.finish()), expected, "in slices of one");
}
