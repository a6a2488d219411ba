//! A value as Python's `repr` prints it, up to a number of characters.
//!
//! Exact wherever that needs no foreign code: plain values, containers of them, and
//! the classes of [`known`](super::known()). Anything else is printed in a readable
//! form, `module.Class(args) {state}`, and the result says so. Printing follows
//! CPython 3.11 (`OrderedDict([('a', 1)])`, Unicode 14 for what is printable).
//!
//! Differences from Python, all of them deliberate: sets stand in the order of the
//! pickle where Python's own order depends on the process (texts), and in Python's
//! where it does not (numbers, tuples of numbers); integers of more than
//! 4,300 digits are described, where Python raises; nesting has no limit, where
//! Python raises RecursionError. Start at [`repr`]; `printer` walks the value with
//! a stack of its own, so depth and cycles do no harm.

mod known;
mod out;
mod printable;
mod printer;
mod scalar;
mod set_order;

pub(super) use self::printable::is_printable;

use self::out::Out;
use self::printer::Printer;
use super::node::{NodeId, TextKind};
use super::text::Text;
use super::value::Pickle;

/// A printed value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Repr {
    pub text: String,
    /// Whether there would have been more: `text` has then exactly as many characters
    /// as were allowed, and no mark at its end.
    pub cut: bool,
    /// Whether Python prints the same. A set of two or more texts is never exact, because
    /// its order changes from process to process.
    pub exact: bool,
}

/// Prints at most `max_chars` characters of a value. The work is proportional to
/// what is printed, save that quotes are looked for in the first 16 MiB of a text.
pub fn repr(pickle: &Pickle, id: NodeId, max_chars: usize) -> Repr {
    let mut printer = Printer::new(pickle, Out::new(max_chars));
    printer.print(id);
    let Out {
        text, cut, exact, ..
    } = printer.out;
    Repr { text, cut, exact }
}

/// `repr(float)`: the shortest digits that read back the same.
pub fn float(value: f64) -> String {
    scalar::float(value)
}

/// `repr(complex)`.
pub fn complex(real: f64, imaginary: f64) -> String {
    scalar::complex(real, imaginary)
}

/// `repr(str)`, at most so many characters of it.
pub fn text(text: &str, max_chars: usize) -> String {
    let mut out = Out::new(max_chars);
    scalar::text(&mut out, Text::new(text.as_bytes(), TextKind::Utf8));
    out.text
}

/// `repr(bytes)`, at most so many characters of it.
pub fn bytes(bytes: &[u8], max_chars: usize) -> String {
    let mut out = Out::new(max_chars);
    scalar::bytes(&mut out, bytes);
    out.text
}
