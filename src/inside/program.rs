//! A pickle that makes a value: only the opcodes that are needed here.

use crate::pickle::opcode;

/// A pickle in the making.
#[derive(Debug)]
pub struct Program {
    bytes: Vec<u8>,
}

impl Program {
    #[expect(
        clippy::new_without_default,
        reason = "a pickle without a value is none"
    )]
    pub fn new() -> Self {
        Self {
            bytes: vec![opcode::PROTO, 4],
        }
    }

    pub fn text(&mut self, text: &str) {
        match u8::try_from(text.len()) {
            Ok(length) => {
                self.bytes.extend([opcode::SHORT_BINUNICODE, length]);
                self.bytes.extend_from_slice(text.as_bytes());
            }
            Err(_) => self.sized(opcode::BINUNICODE8, text.as_bytes()),
        }
    }

    pub fn bytes(&mut self, bytes: &[u8]) {
        self.sized(opcode::BINBYTES8, bytes);
    }

    fn sized(&mut self, code: u8, bytes: &[u8]) {
        self.bytes.push(code);
        self.bytes
            .extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.bytes.extend_from_slice(bytes);
    }

    /// A number as it is written; the caller has seen that it is one.
    pub fn number(&mut self, digits: &str) {
        let whole =
            digits.ends_with(|c: char| c.is_ascii_digit()) && !digits.contains(['.', 'e', 'E']);
        self.bytes
            .push(if whole { opcode::LONG } else { opcode::FLOAT });
        self.bytes.extend_from_slice(digits.as_bytes());
        if whole {
            self.bytes.push(b'L');
        }
        self.bytes.push(b'\n');
    }

    /// Whatever stands in one byte: `NONE`, `MARK`, `LIST`, …
    pub fn code(&mut self, code: u8) {
        self.bytes.push(code);
    }

    /// A class or function by its name, which is looked up by nobody.
    pub fn global(&mut self, module: &str, name: &str) {
        self.text(module);
        self.text(name);
        self.code(opcode::STACK_GLOBAL);
    }

    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.push(opcode::STOP);
        self.bytes
    }
}
