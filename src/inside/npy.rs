//! A file of `numpy.save` as a pickle of its array (NumPy `lib/_format_impl.py`).
//!
//! Versions 1 to 3; arrays of objects and of records are not read: the first hold a pickle,
//! which NumPy itself does not read without being told to.

use super::Program;
use crate::pickle::opcode;

pub const MAGIC: &[u8] = b"\x93NUMPY";

pub fn program(bytes: &[u8]) -> Option<Vec<u8>> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (start, length) = match rest {
        [1, _, low, high, ..] => (10, usize::from(u16::from_le_bytes([*low, *high]))),
        [2 | 3, _, a, b, c, d, ..] => {
            let length = u32::from_le_bytes([*a, *b, *c, *d]);
            (12, usize::try_from(length).ok()?)
        }
        _ => return None,
    };
    let end = length.checked_add(start)?;
    let header = std::str::from_utf8(bytes.get(start..end)?).ok()?;
    let data = bytes.get(end..)?;
    let after = |key: &str| {
        let (_, rest) = header.split_once(key)?;
        Some(rest.trim_start().strip_prefix(':')?.trim_start())
    };
    let code = after("'descr'")?.strip_prefix('\'')?.split('\'').next()?;
    let fortran = after("'fortran_order'")?.starts_with("True");
    let shape = after("'shape'")?.strip_prefix('(')?.split(')').next()?;
    if code.contains('O') {
        return None;
    }
    let mut program = Program::new();
    program.global("numpy._core.numeric", "_frombuffer");
    program.code(opcode::MARK);
    program.bytes(data);
    program.global("numpy", "dtype");
    program.text(code);
    program.code(opcode::TUPLE1);
    program.code(opcode::REDUCE);
    program.code(opcode::MARK);
    for length in shape
        .split(',')
        .map(str::trim)
        .filter(|length| !length.is_empty())
    {
        if length.len() > 18 || !length.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        program.number(length);
    }
    program.code(opcode::TUPLE);
    program.text(if fortran { "F" } else { "C" });
    program.code(opcode::TUPLE);
    program.code(opcode::REDUCE);
    Some(program.finish())
}
