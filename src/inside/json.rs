//! JSON as a pickle (RFC 8259): arrays as lists, objects as dicts, numbers digit by digit.
//!
//! Reads without going deeper, whatever is nested.

use super::{Format, Program};
use crate::pickle::opcode;

/// Whether a text looks like JSON that has parts, or like lines of such.
pub fn format(text: &str) -> Option<Format> {
    let text = text.trim();
    let closed = |line: &str| {
        line.starts_with('{') && line.ends_with('}') || line.starts_with('[') && line.ends_with(']')
    };
    let mut lines = text.lines();
    let first = lines.next()?.trim_end();
    // One document over several lines seldom ends its first line with what closes it.
    if closed(first) && lines.next().is_some_and(|second| closed(second.trim_end())) {
        return Some(Format::JsonLines);
    }
    let begins = text.get(1..)?.trim_start();
    let plausible = match text.as_bytes().first()? {
        b'{' => begins.starts_with(['"', '}']),
        _ => begins.starts_with(|c: char| "\"{[]-tfnNI".contains(c) || c.is_ascii_digit()),
    };
    (closed(text) && plausible).then_some(Format::Json)
}

/// The pickle of a document; `None` for what is none.
pub fn program(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::new(bytes);
    let mut program = Program::new();
    reader.value(&mut program)?;
    reader.space();
    reader.is_done().then(|| program.finish())
}

/// A list of the values that stand in a line each.
pub fn program_of_lines(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::new(bytes);
    let mut program = Program::new();
    program.code(opcode::EMPTY_LIST);
    program.code(opcode::MARK);
    reader.space();
    while !reader.is_done() {
        reader.value(&mut program)?;
        reader.space();
    }
    program.code(opcode::APPENDS);
    Some(program.finish())
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// What may come next inside of an array or object.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Array,
    Object,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            // A mark of the byte order, as some editors write it.
            bytes: bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes),
            at: 0,
        }
    }

    fn is_done(&self) -> bool {
        self.at >= self.bytes.len()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let rest = self.bytes.get(self.at..)?;
        rest.starts_with(word.as_bytes())
            .then(|| self.at += word.len())
    }

    fn space(&mut self) {
        while self
            .peek()
            .is_some_and(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t'))
        {
            self.at += 1;
        }
    }

    /// One value with all that is in it.
    fn value(&mut self, program: &mut Program) -> Option<()> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            self.space();
            let opened = match self.peek()? {
                b'[' => Some(Open::Array),
                b'{' => Some(Open::Object),
                _ => None,
            };
            match opened {
                Some(kind) => {
                    self.at += 1;
                    program.code(match kind {
                        Open::Array => opcode::EMPTY_LIST,
                        Open::Object => opcode::EMPTY_DICT,
                    });
                    program.code(opcode::MARK);
                    self.space();
                    if self.close(kind, program) {
                        // Nothing is in it: it is a value that is complete.
                    } else {
                        open.push(kind);
                        if kind == Open::Object {
                            self.key(program)?;
                        }
                        continue;
                    }
                }
                None => self.single(program)?,
            }
            // After a value: the next one, or the ends of what it is in.
            loop {
                let Some(kind) = open.last().copied() else {
                    return Some(());
                };
                self.space();
                if self.take(b',') {
                    if kind == Open::Object {
                        self.space();
                        self.key(program)?;
                    }
                    break;
                }
                if !self.close(kind, program) {
                    return None;
                }
                open.pop();
            }
        }
    }

    fn close(&mut self, kind: Open, program: &mut Program) -> bool {
        let (byte, code) = match kind {
            Open::Array => (b']', opcode::APPENDS),
            Open::Object => (b'}', opcode::SETITEMS),
        };
        let closed = self.take(byte);
        if closed {
            program.code(code);
        }
        closed
    }

    fn key(&mut self, program: &mut Program) -> Option<()> {
        let key = self.string()?;
        program.text(&key);
        self.space();
        self.take(b':').then_some(())
    }

    fn single(&mut self, program: &mut Program) -> Option<()> {
        match self.peek()? {
            b'"' => program.text(&self.string()?),
            b't' => {
                self.word("true")?;
                program.code(opcode::NEWTRUE);
            }
            b'f' => {
                self.word("false")?;
                program.code(opcode::NEWFALSE);
            }
            b'n' => {
                self.word("null")?;
                program.code(opcode::NONE);
            }
            // As Python's `json` writes them.
            b'N' => {
                self.word("NaN")?;
                program.number("nan");
            }
            b'I' => {
                self.word("Infinity")?;
                program.number("inf");
            }
            _ => program.number(self.number()?),
        }
        Some(())
    }

    fn number(&mut self) -> Option<&'a str> {
        let start = self.at;
        self.take(b'-');
        if self.word("Infinity").is_some() {
            return Some("-inf");
        }
        let digits = |reader: &mut Self| {
            let from = reader.at;
            while reader.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                reader.at += 1;
            }
            (reader.at > from).then_some(())
        };
        digits(self)?;
        if self.take(b'.') {
            digits(self)?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'-') || self.take(b'+');
            digits(self)?;
        }
        std::str::from_utf8(self.bytes.get(start..self.at)?).ok()
    }

    fn string(&mut self) -> Option<String> {
        if !self.take(b'"') {
            return None;
        }
        let mut text = Vec::new();
        loop {
            let from = self.at;
            while self
                .peek()
                .is_some_and(|byte| !matches!(byte, b'"' | b'\\'))
            {
                self.at += 1;
            }
            text.extend_from_slice(self.bytes.get(from..self.at)?);
            if self.take(b'"') {
                return String::from_utf8(text).ok();
            }
            self.at += 1;
            let escaped = self.peek()?;
            self.at += 1;
            let byte = match escaped {
                b'"' | b'\\' | b'/' => escaped,
                b'b' => 0x08,
                b'f' => 0x0c,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'u' => {
                    let char = self.escaped_char()?;
                    text.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                    continue;
                }
                _ => return None,
            };
            text.push(byte);
        }
    }

    /// After `\u`: one character, or a pair of halves; a half alone is no character.
    fn escaped_char(&mut self) -> Option<char> {
        let first = self.four_digits()?;
        if (0xd800..0xdc00).contains(&first) && self.word("\\u").is_some() {
            let second = self.four_digits()?;
            let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400);
            return Some(low.map_or(char::REPLACEMENT_CHARACTER, |low| {
                char::from_u32(0x10000 + ((first - 0xd800) << 10) + low)
                    .unwrap_or(char::REPLACEMENT_CHARACTER)
            }));
        }
        Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn four_digits(&mut self) -> Option<u32> {
        let digits = self.bytes.get(self.at..self.at.checked_add(4)?)?;
        self.at += 4;
        let digits = std::str::from_utf8(digits).ok()?;
        u32::from_str_radix(digits, 16).ok()
    }
}
