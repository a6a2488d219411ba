//! The directory of a zip, record by record.
//!
//! It is read without waiting, out of the parts of the archive that are here
//! ([`Pieces`]); what is missing is noted for who can fetch it. Names, methods and times
//! are told in words. Start with [`Record`], and with [`entries`] for an archive that is
//! here whole.

use super::Modified;
use crate::counts::count;
use rawzip::{ReaderAt, ZipFileHeaderRecord, ZipLocator};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::io;
use std::ops::Range;
use std::rc::Rc;

/// What one record of the directory says.
pub struct Record<'a> {
    pub raw_name: &'a [u8],
    /// Compression method as in the zip format: 0 stored, 8 deflate.
    pub method: u16,
    pub encrypted: bool,
    /// Bytes of the name and extra fields in the directory: a guess for the local ones.
    pub name_and_extra: u32,
    pub crc: u32,
    pub header_offset: u64,
    pub packed: u64,
    pub size: u64,
    /// Its content is the path of another file.
    pub is_link: bool,
}

impl<'a> Record<'a> {
    pub fn of(entry: &ZipFileHeaderRecord<'a>) -> Self {
        let name = entry.file_path();
        Self {
            raw_name: name.as_bytes(),
            method: entry.compression_method().as_u16(),
            encrypted: entry.flags().is_encrypted(),
            name_and_extra: (name.len() + entry.extra_fields().remaining_bytes().len()) as u32,
            crc: entry.crc32(),
            header_offset: entry.local_header_offset(),
            packed: entry.compressed_size_hint(),
            size: entry.uncompressed_size_hint(),
            is_link: entry.mode().is_symlink(),
        }
    }
}

/// A file or a folder of an archive, to be shown.
#[derive(Debug)]
pub struct Entry {
    /// As it is written, wherever it leads.
    pub name: String,
    pub size: u64,
    pub packed: u64,
    pub method: u16,
    pub encrypted: bool,
    pub crc: u32,
    /// In the zone of who packed it; `None` where it is no day or no time.
    pub modified: Option<Modified>,
}

/// What an archive holds, in the order of its directory.
#[derive(Debug, Default)]
pub struct Entries {
    pub entries: Vec<Entry>,
    /// There are more than were asked for.
    pub has_more: bool,
    /// Why the directory could not be read to its end, in a sentence.
    pub fault: Option<String>,
}

/// The first so many entries of an archive. `None` for bytes that have no directory.
pub fn entries(bytes: &[u8], most: usize) -> Option<Entries> {
    let pieces = Pieces::whole(bytes);
    let mut buffer = vec![0; rawzip::MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
    let archive = ZipLocator::new()
        .locate_in_reader(&pieces, &mut buffer, pieces.size)
        .ok()?;
    let mut found = Entries::default();
    let mut records = archive.entries(&mut buffer);
    loop {
        match records.next_entry() {
            Ok(None) => break,
            Ok(Some(_)) if found.entries.len() >= most => {
                found.has_more = true;
                break;
            }
            Ok(Some(entry)) => {
                let record = Record::of(&entry);
                found.entries.push(Entry {
                    name: decode_name(record.raw_name).into_owned(),
                    size: record.size,
                    packed: record.packed,
                    method: record.method,
                    encrypted: record.encrypted,
                    crc: record.crc,
                    modified: modified(&entry),
                });
            }
            Err(error) => {
                let records = found.entries.len() as u64;
                found.fault = Some(ends_early(
                    records,
                    archive.entries_hint(),
                    &error.to_string(),
                ));
                break;
            }
        }
    }
    let is_readable = found.fault.is_none() || !found.entries.is_empty();
    is_readable.then_some(found)
}

/// That a directory is not whole, in a sentence.
pub fn ends_early(records: u64, announced: u64, detail: &str) -> String {
    format!(
        "The directory of the archive ends in the middle, after {} of {} entries: {detail}",
        count(records),
        count(announced)
    )
}

/// The time of the format itself, in steps of two seconds: extra fields may know it better
/// but only some entries have them.
fn modified(entry: &ZipFileHeaderRecord<'_>) -> Option<Modified> {
    let dos = entry.last_modified_dos();
    let modified = Modified {
        year: dos.year(),
        month: dos.month(),
        day: dos.day(),
        hour: dos.hour(),
        minute: dos.minute(),
        second: dos.second(),
    };
    // What is no day was made one.
    let date = u16::from(modified.month) << 5 | u16::from(modified.day);
    (dos.packed_date() & 0x1ff == date).then_some(modified)
}

/// The methods that packers know (APPNOTE.TXT 4.4.5).
pub fn method_name(method: u16) -> Option<&'static str> {
    Some(match method {
        0 => "stored",
        8 => "deflate",
        9 => "Deflate64",
        12 => "bzip2",
        14 => "LZMA",
        93 => "Zstandard",
        95 => "xz",
        _ => return None,
    })
}

/// UTF-8 where the bytes are UTF-8, whatever the flag says (many tools lose it),
/// else code page 437, the format's own default.
pub fn decode_name(raw: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(raw) {
        Ok(name) => name.into(),
        Err(_) => raw.iter().map(|byte| code_page_437(*byte)).collect(),
    }
}

fn code_page_437(byte: u8) -> char {
    const HIGH: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
    match byte {
        0..=127 => char::from(byte),
        _ => HIGH
            .chars()
            .nth(usize::from(byte) - 128)
            .unwrap_or('\u{fffd}'),
    }
}

/// The parts of an archive that are here, for a reader that does not wait.
pub struct Pieces<'a> {
    size: u64,
    /// All of it, where that is here; else nothing.
    whole: &'a [u8],
    /// Each with the offset at which it begins, as they came: some hundred at most.
    parts: RefCell<Vec<(u64, Rc<Vec<u8>>)>>,
    missed: Cell<Option<Range<u64>>>,
}

impl<'a> Pieces<'a> {
    /// Of an archive of so many bytes, nothing yet.
    pub fn new(size: u64) -> Self {
        Self {
            size,
            whole: &[],
            parts: RefCell::default(),
            missed: Cell::new(None),
        }
    }

    /// All of an archive.
    pub fn whole(bytes: &'a [u8]) -> Self {
        Self {
            whole: bytes,
            ..Self::new(bytes.len() as u64)
        }
    }

    pub fn add(&self, start: u64, bytes: Rc<Vec<u8>>) {
        self.parts.borrow_mut().push((start, bytes));
    }

    /// Lets go of the parts that end before an offset: nothing there is asked for again.
    pub fn forget(&self, before: u64) {
        let mut parts = self.parts.borrow_mut();
        parts.retain(|(start, bytes)| start.saturating_add(bytes.len() as u64) > before);
    }

    /// What was asked for last and is not here.
    pub fn missed(&self) -> Option<Range<u64>> {
        self.missed.take()
    }
}

impl ReaderAt for Pieces<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        if offset >= self.size || buffer.is_empty() {
            return Ok(0);
        }
        let parts = self.parts.borrow();
        let shared = parts
            .iter()
            .map(|(start, bytes)| (*start, bytes.as_slice()));
        let mut parts = std::iter::once((0, self.whole)).chain(shared);
        let known = parts.find_map(|(start, bytes)| {
            let from = usize::try_from(offset.checked_sub(start)?).ok()?;
            bytes.get(from..).filter(|rest| !rest.is_empty())
        });
        let Some(known) = known else {
            let end = (offset + buffer.len() as u64).min(self.size);
            self.missed.set(Some(offset..end));
            return Err(io::Error::other("not fetched yet"));
        };
        let length = known.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), known.get(..length)) {
            to.copy_from_slice(from);
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::decode_name;

    #[test]
    fn names_that_are_not_utf8_are_read_as_the_format_says() {
        assert_eq!(decode_name(&[b'g', b'r', 0x94, 0xe1, b'e']), "größe");
    }
}
