//! The opcodes of a pickle one after the other, with where their texts and bytes stand, and
//! how these are written with another length (CPython `Lib/pickletools.py`).
//!
//! What the opcodes mean is not known here.

use crate::pickle::opcode as op;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Text,
    Bytes,
    /// A number or a name as a line of text.
    Line,
    Frame,
    Other,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Op {
    pub(super) start: usize,
    /// Where the text or the bytes begin.
    pub(super) content: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// Every opcode of a pickle, up to its end; `None` for one that is not whole.
pub(super) fn ops(bytes: &[u8]) -> Option<Vec<Op>> {
    let mut ops = Vec::new();
    let mut at = 0;
    loop {
        let code = *bytes.get(at)?;
        let fixed = |length: usize| (Kind::Other, at + 1 + length, at + 1 + length);
        let counted = |kind: Kind, width: usize| {
            let digits = bytes.get(at + 1..at + 1 + width)?.iter().rev();
            let length = digits.fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
            let content = at + 1 + width;
            let end = content.checked_add(usize::try_from(length).ok()?)?;
            Some((kind, content, end))
        };
        let lines = |count: usize| {
            let rest = bytes.get(at + 1..)?;
            let mut ends = rest.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
            let (end, _) = ends.nth(count - 1)?;
            Some((Kind::Line, at + 1, at + 1 + end + 1))
        };
        let (kind, content, end) = match code {
            op::SHORT_BINUNICODE => counted(Kind::Text, 1)?,
            op::BINUNICODE => counted(Kind::Text, 4)?,
            op::BINUNICODE8 => counted(Kind::Text, 8)?,
            op::SHORT_BINBYTES | op::SHORT_BINSTRING => counted(Kind::Bytes, 1)?,
            op::BINBYTES | op::BINSTRING => counted(Kind::Bytes, 4)?,
            op::BINBYTES8 | op::BYTEARRAY8 => counted(Kind::Bytes, 8)?,
            op::LONG1 => counted(Kind::Other, 1)?,
            op::LONG4 => counted(Kind::Other, 4)?,
            op::INT
            | op::LONG
            | op::FLOAT
            | op::STRING
            | op::UNICODE
            | op::PERSID
            | op::GET
            | op::PUT => lines(1)?,
            op::GLOBAL | op::INST => lines(2)?,
            op::FRAME => (Kind::Frame, at + 9, at + 9),
            op::PROTO | op::BININT1 | op::BINGET | op::BINPUT | op::EXT1 => fixed(1),
            op::BININT2 | op::EXT2 => fixed(2),
            op::BININT | op::LONG_BINGET | op::LONG_BINPUT | op::EXT4 => fixed(4),
            op::BINFLOAT => fixed(8),
            code => {
                op::name(code)?;
                fixed(0)
            }
        };
        if end > bytes.len() {
            return None;
        }
        ops.push(Op {
            start: at,
            content,
            end,
            kind,
        });
        at = end;
        if code == op::STOP {
            // What follows would be no part of the value.
            return (at == bytes.len()).then_some(ops);
        }
    }
}

/// Writes a text in the place of one that was written as `whole`.
pub(super) fn push_text(out: &mut Vec<u8>, text: &[u8], whole: &[u8], is_same: bool) {
    if is_same {
        out.extend_from_slice(whole);
        return;
    }
    let width = whole.first().copied().unwrap_or_default();
    match (u8::try_from(text.len()), u32::try_from(text.len())) {
        // Protocol 3 and older have no short texts.
        (Ok(length), _) if width == op::SHORT_BINUNICODE => {
            out.extend_from_slice(&[op::SHORT_BINUNICODE, length]);
        }
        (_, Ok(length)) => {
            out.push(op::BINUNICODE);
            out.extend_from_slice(&length.to_le_bytes());
        }
        _ => {
            out.push(op::BINUNICODE8);
            out.extend_from_slice(&(text.len() as u64).to_le_bytes());
        }
    }
    out.extend_from_slice(text);
}

/// The same of bytes.
pub(super) fn push_bytes(out: &mut Vec<u8>, bytes: &[u8], whole: &[u8], is_same: bool) {
    if is_same {
        out.extend_from_slice(whole);
        return;
    }
    let code = whole.first().copied().unwrap_or_default();
    let (short, long) = match code {
        op::SHORT_BINSTRING | op::BINSTRING => (op::SHORT_BINSTRING, op::BINSTRING),
        _ => (op::SHORT_BINBYTES, op::BINBYTES),
    };
    match (u8::try_from(bytes.len()), u32::try_from(bytes.len())) {
        (Ok(length), _) if code != op::BYTEARRAY8 => out.extend_from_slice(&[short, length]),
        (_, Ok(length)) if code != op::BYTEARRAY8 => {
            out.push(long);
            out.extend_from_slice(&length.to_le_bytes());
        }
        _ => {
            let code = if code == op::BYTEARRAY8 {
                code
            } else {
                op::BINBYTES8
            };
            out.push(code);
            out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        }
    }
    out.extend_from_slice(bytes);
}
