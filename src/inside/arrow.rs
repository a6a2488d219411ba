//! A table in Arrow's IPC format, a stream or a file, as a call that opens it:
//! `pyarrow.ipc.open_stream(bytes)`. The bytes stay as they are; whoever knows Arrow reads
//! them.

use super::Program;
use crate::pickle::opcode;

const MAGIC: &[u8] = b"ARROW1";

/// What a stream begins with: a mark, and the length of a head of at most so many bytes,
/// which is a number of eights and begins with the place of its table.
const MARK: [u8; 4] = [0xff; 4];
const LONGEST: u32 = 16 << 20;

/// Whether bytes are a file or a stream, as far as its first bytes tell.
pub fn is_arrow(bytes: &[u8]) -> bool {
    is_file(bytes) || is_stream(bytes)
}

fn is_file(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC) && bytes.ends_with(MAGIC) && bytes.len() > 2 * MAGIC.len()
}

fn is_stream(bytes: &[u8]) -> bool {
    let number = |at: usize| {
        let four = bytes.get(at..at + 4)?.first_chunk()?;
        Some(u32::from_le_bytes(*four))
    };
    let (Some(length), Some(table)) = (number(4), number(8)) else {
        return false;
    };
    let whole = usize::try_from(length).is_ok_and(|length| length + 8 <= bytes.len());
    bytes.starts_with(&MARK) && length <= LONGEST && length % 8 == 0 && whole && table < length
}

pub fn program(bytes: &[u8]) -> Vec<u8> {
    let mut program = Program::new();
    let function = match is_file(bytes) {
        true => "open_file",
        false => "open_stream",
    };
    program.global("pyarrow.ipc", function);
    program.bytes(bytes);
    program.code(opcode::TUPLE1);
    program.code(opcode::REDUCE);
    program.finish()
}
