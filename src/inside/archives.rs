//! What a zip or a tar holds as a pickle of its list of files: a dict for each entry.
//!
//! The entries themselves are not unpacked, and their names lead nowhere.

use super::{Program, Reading};
use crate::archive::{Modified, tar, zip};
use crate::counts::{count, counted};
use crate::pickle::opcode;

/// Entries that are listed; of an archive of more, the first.
const MOST: usize = 100_000;

/// How a zip begins: with a file, or with its end where it is empty.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

pub fn zip(bytes: &[u8]) -> Option<Reading> {
    let found = zip::entries(bytes, MOST)?;
    let mut problems: Vec<String> = found.fault.into_iter().collect();
    if found.has_more {
        problems.push(not_all());
    }
    let some_encrypted = found.entries.iter().any(|entry| entry.encrypted);
    let program = list(&found.entries, |row, entry| {
        row.text("name", &entry.name);
        row.number("size", entry.size);
        row.number("packed", entry.packed);
        match zip::method_name(entry.method) {
            Some(name) => row.text("method", name),
            None => row.text("method", &format!("method {}", entry.method)),
        }
        row.moment("modified", entry.modified);
        row.text("crc", &format!("{:08x}", entry.crc));
        if some_encrypted {
            row.truth("encrypted", entry.encrypted);
        }
    });
    Some(Reading { program, problems })
}

pub fn tar(bytes: &[u8]) -> Option<Reading> {
    let found = tar::index(bytes);
    if found.entries.is_empty() && found.fault.is_some() {
        return None;
    }
    let mut problems: Vec<String> = found.fault.into_iter().collect();
    if found.refused > 0 {
        let names = counted(found.refused, "name leads", "names lead");
        problems.push(format!(
            "{names} out of the archive, or are none: left out."
        ));
    }
    let listed = found.entries.get(..MOST).unwrap_or(&found.entries);
    if listed.len() < found.entries.len() {
        problems.push(not_all());
    }
    let some_links = listed.iter().any(|entry| entry.link.is_some());
    let program = list(listed, |row, entry| {
        row.text("name", &entry.path);
        row.number("size", entry.content.end - entry.content.start);
        row.moment("modified", entry.modified);
        if some_links {
            match &entry.link {
                Some(link) => row.text("link", link.target()),
                None => row.none("link"),
            }
        }
    });
    Some(Reading { program, problems })
}

fn not_all() -> String {
    format!("Only the first {} entries are listed.", count(MOST as u64))
}

/// A list of dicts.
fn list<E>(entries: &[E], write: impl Fn(&mut Row<'_>, &E)) -> Vec<u8> {
    let mut program = Program::new();
    program.code(opcode::EMPTY_LIST);
    program.code(opcode::MARK);
    for entry in entries {
        program.code(opcode::EMPTY_DICT);
        program.code(opcode::MARK);
        write(&mut Row(&mut program), entry);
        program.code(opcode::SETITEMS);
    }
    program.code(opcode::APPENDS);
    program.finish()
}

/// The dict of one entry.
struct Row<'a>(&'a mut Program);

impl Row<'_> {
    fn text(&mut self, name: &str, text: &str) {
        self.0.text(name);
        self.0.text(text);
    }

    fn number(&mut self, name: &str, number: u64) {
        self.0.text(name);
        self.0.number(&number.to_string());
    }

    fn truth(&mut self, name: &str, truth: bool) {
        self.0.text(name);
        self.0.code(match truth {
            true => opcode::NEWTRUE,
            false => opcode::NEWFALSE,
        });
    }

    fn none(&mut self, name: &str) {
        self.0.text(name);
        self.0.code(opcode::NONE);
    }

    /// As Python's `str` gives it.
    fn moment(&mut self, name: &str, moment: Option<Modified>) {
        match moment {
            None => self.none(name),
            Some(Modified {
                year,
                month,
                day,
                hour,
                minute,
                second,
            }) => self.text(
                name,
                &format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
            ),
        }
    }
}
