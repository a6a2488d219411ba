//! Of a Parquet file what its footer says: rows, columns and their types, who wrote it
//! (Apache Parquet `parquet.thrift` 2.10, `FileMetaData`, in Thrift's compact protocol).
//!
//! The values themselves are not read.

use super::Program;
use crate::pickle::opcode;

pub const MAGIC: &[u8] = b"PAR1";

pub fn program(bytes: &[u8]) -> Option<Vec<u8>> {
    let end = bytes.len().checked_sub(8)?;
    let length = u32::from_le_bytes(bytes.get(end..end + 4)?.try_into().ok()?);
    let start = end.checked_sub(usize::try_from(length).ok()?)?;
    let mut thrift = Thrift {
        bytes: bytes.get(start..end)?,
        at: 0,
    };
    let mut footer = Footer::default();
    footer.read(&mut thrift)?;
    Some(footer.program())
}

/// What is told of a file.
#[derive(Default)]
struct Footer {
    rows: i64,
    groups: u64,
    writer: String,
    elements: Vec<Element>,
}

/// A column, or a group of columns.
#[derive(Default)]
struct Element {
    kind: Option<i64>,
    repetition: Option<i64>,
    name: String,
    children: i64,
    converted: Option<i64>,
}

impl Footer {
    fn read(&mut self, thrift: &mut Thrift<'_>) -> Option<()> {
        let mut id = 0;
        while let Some(kind) = thrift.field(&mut id)? {
            match (id, kind) {
                (2, Kind::List) => {
                    let (count, Kind::Struct) = thrift.list()? else {
                        return None;
                    };
                    for _ in 0..count {
                        self.elements.push(Element::read(thrift)?);
                    }
                }
                (3, Kind::Int) => self.rows = thrift.int()?,
                (4, Kind::List) => {
                    let (count, kind) = thrift.list()?;
                    self.groups = count;
                    for _ in 0..count {
                        thrift.skip(kind)?;
                    }
                }
                (6, Kind::Binary) => self.writer = thrift.text()?,
                (_, kind) => thrift.skip(kind)?,
            }
        }
        Some(())
    }

    /// A dict, and in it a list of the columns.
    fn program(&self) -> Vec<u8> {
        let mut program = Program::new();
        program.code(opcode::EMPTY_DICT);
        program.code(opcode::MARK);
        program.text("rows");
        program.number(&self.rows.to_string());
        program.text("row groups");
        program.number(&self.groups.to_string());
        program.text("written by");
        program.text(&self.writer);
        program.text("columns");
        program.code(opcode::EMPTY_LIST);
        program.code(opcode::MARK);
        // The first element is the whole file. Groups are told by their columns.
        let mut groups: Vec<(String, i64)> = Vec::new();
        for element in self.elements.iter().skip(1) {
            let within = groups.last().map(|(name, _)| format!("{name}."));
            let name = format!("{}{}", within.unwrap_or_default(), element.name);
            if let Some((_, left)) = groups.last_mut() {
                *left -= 1;
            }
            if element.children > 0 {
                groups.push((name, element.children));
                continue;
            }
            program.code(opcode::EMPTY_DICT);
            program.code(opcode::MARK);
            program.text("name");
            program.text(&name);
            program.text("type");
            program.text(element.kind());
            program.text("meaning");
            program.text(element.meaning());
            program.text("repetition");
            program.text(element.repetition());
            program.code(opcode::SETITEMS);
            while groups.last().is_some_and(|(_, left)| *left <= 0) {
                groups.pop();
            }
        }
        program.code(opcode::APPENDS);
        program.code(opcode::SETITEMS);
        program.finish()
    }
}

impl Element {
    fn read(thrift: &mut Thrift<'_>) -> Option<Self> {
        let mut element = Self::default();
        let mut id = 0;
        while let Some(kind) = thrift.field(&mut id)? {
            match (id, kind) {
                (1, Kind::Int) => element.kind = Some(thrift.int()?),
                (3, Kind::Int) => element.repetition = Some(thrift.int()?),
                (4, Kind::Binary) => element.name = thrift.text()?,
                (5, Kind::Int) => element.children = thrift.int()?,
                (6, Kind::Int) => element.converted = Some(thrift.int()?),
                (_, kind) => thrift.skip(kind)?,
            }
        }
        Some(element)
    }

    fn kind(&self) -> &'static str {
        const KINDS: [&str; 8] = [
            "BOOLEAN",
            "INT32",
            "INT64",
            "INT96",
            "FLOAT",
            "DOUBLE",
            "BYTE_ARRAY",
            "FIXED_LEN_BYTE_ARRAY",
        ];
        named(&KINDS, self.kind)
    }

    /// `ConvertedType`
    fn meaning(&self) -> &'static str {
        const MEANINGS: [&str; 22] = [
            "UTF8",
            "MAP",
            "MAP_KEY_VALUE",
            "LIST",
            "ENUM",
            "DECIMAL",
            "DATE",
            "TIME_MILLIS",
            "TIME_MICROS",
            "TIMESTAMP_MILLIS",
            "TIMESTAMP_MICROS",
            "UINT_8",
            "UINT_16",
            "UINT_32",
            "UINT_64",
            "INT_8",
            "INT_16",
            "INT_32",
            "INT_64",
            "JSON",
            "BSON",
            "INTERVAL",
        ];
        named(&MEANINGS, self.converted)
    }

    fn repetition(&self) -> &'static str {
        named(&["REQUIRED", "OPTIONAL", "REPEATED"], self.repetition)
    }
}

fn named(names: &[&'static str], number: Option<i64>) -> &'static str {
    let number = number.and_then(|number| usize::try_from(number).ok());
    number
        .and_then(|number| names.get(number))
        .copied()
        .unwrap_or_default()
}

/// Thrift's compact protocol, as far as it is needed.
struct Thrift<'a> {
    bytes: &'a [u8],
    at: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// In the kind itself.
    Bool,
    Byte,
    /// Of 16, 32 or 64 bits: written the same way.
    Int,
    Double,
    Binary,
    List,
    Map,
    Struct,
}

/// What is nested deeper is no footer of Parquet's.
const DEPTH: usize = 32;

impl Thrift<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn int(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    fn text(&mut self) -> Option<String> {
        let length = usize::try_from(self.varint()?).ok()?;
        let end = self.at.checked_add(length)?;
        let bytes = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(String::from_utf8_lossy(bytes).into_owned())
    }

    fn kind(code: u8) -> Option<Kind> {
        Some(match code {
            1 | 2 => Kind::Bool,
            3 => Kind::Byte,
            4..=6 => Kind::Int,
            7 => Kind::Double,
            8 => Kind::Binary,
            9 | 10 => Kind::List,
            11 => Kind::Map,
            12 => Kind::Struct,
            _ => return None,
        })
    }

    /// The next field of a struct: its number goes on from that of the one before. `None`
    /// inside where there is no further one.
    fn field(&mut self, id: &mut i64) -> Option<Option<Kind>> {
        let byte = self.byte()?;
        if byte == 0 {
            return Some(None);
        }
        *id = match byte >> 4 {
            0 => self.int()?,
            more => id.checked_add(i64::from(more))?,
        };
        Self::kind(byte & 0x0f).map(Some)
    }

    /// How many elements of which kind. Each takes a byte at least: more than there are
    /// bytes there cannot be.
    fn list(&mut self) -> Option<(u64, Kind)> {
        let byte = self.byte()?;
        let count = match byte >> 4 {
            15 => self.varint()?,
            few => u64::from(few),
        };
        let left = self.bytes.len().saturating_sub(self.at) as u64;
        (count <= left).then_some(())?;
        Some((count, Self::kind(byte & 0x0f)?))
    }

    fn skip(&mut self, kind: Kind) -> Option<()> {
        self.skip_within(kind, DEPTH)
    }

    fn skip_within(&mut self, kind: Kind, depth: usize) -> Option<()> {
        let inner = depth.checked_sub(1)?;
        match kind {
            Kind::Bool => {}
            Kind::Byte => drop(self.byte()?),
            Kind::Int => drop(self.varint()?),
            Kind::Double => self.at = self.at.checked_add(8)?,
            Kind::Binary => drop(self.text()?),
            Kind::List => {
                let (count, kind) = self.list()?;
                for _ in 0..count {
                    self.skip_element(kind, inner)?;
                }
            }
            Kind::Map => {
                let count = self.varint()?;
                if count > 0 {
                    let kinds = self.byte()?;
                    let (key, value) = (Self::kind(kinds >> 4)?, Self::kind(kinds & 0x0f)?);
                    for _ in 0..count {
                        self.skip_element(key, inner)?;
                        self.skip_element(value, inner)?;
                    }
                }
            }
            Kind::Struct => {
                let mut id = 0;
                while let Some(kind) = self.field(&mut id)? {
                    self.skip_within(kind, inner)?;
                }
            }
        }
        Some(())
    }

    /// An element of a list or a map, where a truth takes a byte of its own: so every
    /// element takes one at least, and no count leads further than there are bytes.
    fn skip_element(&mut self, kind: Kind, depth: usize) -> Option<()> {
        match kind {
            Kind::Bool => self.byte().map(drop),
            // An empty struct, too, ends with a byte.
            kind => self.skip_within(kind, depth),
        }
    }
}
