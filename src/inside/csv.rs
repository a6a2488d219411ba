//! Values apart by commas, semicolons or tabs (RFC 4180), as a pickle of a table.
//!
//! Every value stays the text that it is. The pickle holds what Python's `csv.reader` would
//! have been given: the names of the columns, and the rows.

use super::{Format, Program};
use crate::pickle::opcode;

/// Whether a text looks like a table: lines that have the same number of values, more than
/// one in each.
pub fn format(text: &str) -> Option<Format> {
    /// Lines and bytes that are looked at.
    const LINES: usize = 30;
    const HEAD: usize = 64 << 10;
    let bytes = text.as_bytes();
    let head = bytes.get(..HEAD.min(bytes.len()))?;
    // A table that is quoted over several lines is cut in its middle by this.
    let lines = head.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let ends: Vec<usize> = lines.map(|(at, _)| at).take(LINES + 1).collect();
    let head = match ends.last() {
        // The last line may be cut off.
        Some(end) if ends.len() > LINES || head.len() < bytes.len() => head.get(..*end)?,
        Some(_) => head,
        // One line is no table.
        None => return None,
    };
    let separators = [b'\t', b',', b';', b'|'];
    let found = separators.into_iter().find(|separator| {
        let mut rows = Rows::new(head, *separator);
        let Some(first) = rows.next() else {
            return false;
        };
        let width = first.len();
        let mut count = 0;
        let same = rows.all(|row| {
            count += 1;
            row.len() == width
        });
        // Sentences have commas too, but seldom as many in every line, and a space after.
        let prose = first.iter().skip(1).all(|value| value.starts_with(' '));
        let enough = if *separator == b'\t' { 1 } else { 2 };
        width > 1 && same && count >= enough && !prose
    });
    found.map(Format::Csv)
}

pub fn program(bytes: &[u8], separator: u8) -> Option<Vec<u8>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut rows = Rows::new(bytes, separator);
    let names = rows.next()?;
    let mut program = Program::new();
    program.global("csv", "reader");
    row(&mut program, &names);
    program.code(opcode::EMPTY_LIST);
    program.code(opcode::MARK);
    for values in rows {
        row(&mut program, &values);
    }
    program.code(opcode::APPENDS);
    program.code(opcode::TUPLE2);
    program.code(opcode::REDUCE);
    Some(program.finish())
}

fn row(program: &mut Program, values: &[String]) {
    program.code(opcode::EMPTY_LIST);
    program.code(opcode::MARK);
    for value in values {
        program.text(value);
    }
    program.code(opcode::APPENDS);
}

/// The rows of a table; lines without anything are none.
struct Rows<'a> {
    bytes: &'a [u8],
    at: usize,
    separator: u8,
}

impl<'a> Rows<'a> {
    fn new(bytes: &'a [u8], separator: u8) -> Self {
        Self {
            bytes,
            at: 0,
            separator,
        }
    }

    /// One value, and whether another follows in its row.
    fn value(&mut self) -> (String, bool) {
        let mut value = Vec::new();
        if self.bytes.get(self.at) == Some(&b'"') {
            self.at += 1;
            while let Some(byte) = self.bytes.get(self.at) {
                self.at += 1;
                if *byte != b'"' {
                    value.push(*byte);
                } else if self.bytes.get(self.at) == Some(&b'"') {
                    value.push(b'"');
                    self.at += 1;
                } else {
                    break;
                }
            }
        }
        let mut more = false;
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += 1;
            match *byte {
                byte if byte == self.separator => {
                    more = true;
                    break;
                }
                b'\n' => break,
                b'\r' if matches!(self.bytes.get(self.at), Some(b'\n') | None) => {}
                byte => value.push(byte),
            }
        }
        (String::from_utf8_lossy(&value).into_owned(), more)
    }
}

impl Iterator for Rows<'_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        while matches!(self.bytes.get(self.at), Some(b'\n' | b'\r')) {
            self.at += 1;
        }
        if self.at >= self.bytes.len() {
            return None;
        }
        let mut row = Vec::new();
        loop {
            let (value, more) = self.value();
            row.push(value);
            if !more {
                return Some(row);
            }
        }
    }
}
