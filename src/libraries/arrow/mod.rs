//! Arrow: the arrays and tables of `pyarrow`, whose pickles hold Arrow's own buffers.
//!
//! Source of the forms: `Array.__reduce__` (`_restore_array`), `ChunkedArray`, `Table`,
//! `Schema` and `DataType` of PyArrow 14 and 26 (`pyarrow/array.pxi`, `table.pxi`,
//! `types.pxi`); of the buffers the Arrow columnar format 1.5. Types of columns are read in
//! [`kind`]. Start with [`array`].

mod kind;

pub use kind::{Field, Kind};

use super::cell::{Brackets, Cell, Timestamp, Zone, from_half};
use super::numpy::Unit;
use super::room::Room;
use crate::pickle::{NodeId, Pickle};
use kind::{call, field, kind_of};
use std::borrow::Cow;
use std::cell;

/// Pieces of one type, one after the other.
#[derive(Clone, Debug)]
pub struct Chunked<'a> {
    pub kind: Kind,
    pub chunks: Vec<Chunk<'a>>,
    len: usize,
}

/// One array: a stretch of its buffers.
#[derive(Clone, Debug)]
pub struct Chunk<'a> {
    kind: Kind,
    len: usize,
    offset: usize,
    /// A bit for each element, the lowest first, set where there is a value.
    valid: Option<&'a [u8]>,
    buffers: Vec<&'a [u8]>,
    children: Vec<Chunk<'a>>,
    dictionary: Option<Box<Chunk<'a>>>,
}

/// A table: columns of equal length with their names.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    pub names: Vec<String>,
    pub columns: Vec<Chunked<'a>>,
    pub rows: usize,
}

/// Types in types, deeper than anybody wrote them.
const DEEPEST: usize = 32;

/// More parts of one element are not shown.
const PARTS: usize = 1000;

/// The array, or the array in chunks, that an object stands for.
pub fn array(pickle: &Pickle, id: NodeId) -> Option<Chunked<'_>> {
    let left = cell::Cell::new(Room::THINGS);
    read(pickle, id, &Room::new(&left, DEEPEST))
}

fn read<'a>(pickle: &'a Pickle, id: NodeId, room: &Room<'_>) -> Option<Chunked<'a>> {
    let (function, object) = call(pickle, id)?;
    match (function, object.args()) {
        ("_restore_array", &[parts]) => {
            let chunk = chunk(pickle, parts, room)?;
            Some(Chunked {
                kind: chunk.kind.clone(),
                len: chunk.len,
                chunks: vec![chunk],
            })
        }
        ("chunked_array", &[chunks, kind]) => {
            let kind = kind_of(pickle, kind, room)?;
            let mut found = Vec::new();
            let mut len = 0usize;
            for &one in pickle.as_list(chunks)? {
                let ("_restore_array", one) = call(pickle, one)? else {
                    return None;
                };
                let one = chunk(pickle, *one.args().first()?, room)?;
                if one.kind != kind {
                    return None;
                }
                len = len.checked_add(one.len)?;
                found.push(one);
            }
            Some(Chunked {
                kind,
                chunks: found,
                len,
            })
        }
        _ => None,
    }
}

/// The table that an object stands for.
pub fn table(pickle: &Pickle, id: NodeId) -> Option<Table<'_>> {
    let (function, object) = call(pickle, id)?;
    let ("_reconstruct_table" | "_reconstruct_record_batch", &[columns, schema]) =
        (function, object.args())
    else {
        return None;
    };
    let left = cell::Cell::new(Room::THINGS);
    let room = &Room::new(&left, DEEPEST);
    let columns: Option<Vec<_>> = pickle
        .as_list(columns)?
        .iter()
        .map(|&column| read(pickle, column, room))
        .collect();
    let columns = columns?;
    let (_, schema) = call(pickle, schema).filter(|(function, _)| *function == "schema")?;
    let fields = pickle.as_list(*schema.args().first()?)?;
    let names: Option<Vec<String>> = fields
        .iter()
        .map(|&one| Some(field(pickle, one, room)?.name))
        .collect();
    let names = names?;
    let rows = columns.first().map_or(0, |column| column.len);
    let same = columns.iter().all(|column| column.len == rows);
    (same && names.len() == columns.len()).then_some(Table {
        names,
        columns,
        rows,
    })
}

/// `(type, length, nulls, offset, buffers, children, dictionary)`
fn chunk<'a>(pickle: &'a Pickle, id: NodeId, room: &Room<'_>) -> Option<Chunk<'a>> {
    let room = &room.enter()?;
    let &[kind, len, _, offset, buffers, children, dictionary] = pickle.as_list(id)? else {
        return None;
    };
    let kind = kind_of(pickle, kind, room)?;
    let number = |id| usize::try_from(pickle.as_int(id)?).ok();
    let mut parts = pickle.as_list(buffers)?.iter();
    let valid = parts.next().and_then(|&valid| buffer(pickle, valid));
    let buffers = parts
        .map(|&one| buffer(pickle, one).unwrap_or(&[]))
        .collect();
    let children: Option<Vec<_>> = pickle
        .as_list(children)?
        .iter()
        .map(|&child| chunk(pickle, child, room))
        .collect();
    let dictionary = match pickle.is_none(dictionary) {
        true => None,
        false => Some(Box::new(chunk(pickle, dictionary, room)?)),
    };
    let chunk = Chunk {
        kind,
        len: number(len)?,
        offset: number(offset)?,
        valid,
        buffers,
        children: children?,
        dictionary,
    };
    // A length that the buffers do not have is none.
    chunk.has_room().then_some(chunk)
}

/// `py_buffer(bytes)`, where there is one.
fn buffer(pickle: &Pickle, id: NodeId) -> Option<&[u8]> {
    let (function, object) = call(pickle, id)?;
    match (function, object.args()) {
        ("py_buffer", &[bytes]) => pickle.as_bytes(bytes),
        _ => None,
    }
}

impl<'a> Chunked<'a> {
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn get(&self, number: usize) -> Option<Cell<'a>> {
        let mut rest = number;
        for chunk in &self.chunks {
            match rest.checked_sub(chunk.len) {
                Some(behind) => rest = behind,
                None => return Some(chunk.get(rest, &mut { PARTS })),
            }
        }
        None
    }
}

impl<'a> Chunk<'a> {
    /// Whether the buffers have as many elements as the length says.
    fn has_room(&self) -> bool {
        let Some(end) = self.offset.checked_add(self.len) else {
            return false;
        };
        let buffer = |at: usize| self.buffers.get(at).copied().unwrap_or(&[]);
        let valid = self
            .valid
            .is_none_or(|valid| valid.len() >= end.div_ceil(8));
        let room = match &self.kind {
            Kind::Null => true,
            Kind::Bool => buffer(0).len() >= end.div_ceil(8),
            // An empty array may come without any offsets.
            Kind::Text | Kind::Bytes | Kind::List(_) | Kind::Map(..) => {
                self.len == 0 || buffer(0).len() / 4 > end
            }
            Kind::LargeText | Kind::LargeBytes | Kind::LargeList(_) => {
                self.len == 0 || buffer(0).len() / 8 > end
            }
            Kind::FixedList(_, size) => {
                let child = self.children.first().map_or(0, |child| child.len);
                end.checked_mul(*size).is_some_and(|count| count <= child)
            }
            Kind::Struct(fields) => {
                fields.len() == self.children.len()
                    && self.children.iter().all(|child| child.len >= end)
            }
            kind => kind.width().is_some_and(|width| {
                end.checked_mul(width)
                    .is_some_and(|count| count <= buffer(0).len())
            }),
        };
        valid && room
    }

    fn is_valid(&self, at: usize) -> bool {
        let bit = |bits: &[u8]| {
            bits.get(at / 8)
                .is_some_and(|byte| byte >> (at % 8) & 1 == 1)
        };
        self.valid.is_none_or(bit)
    }

    /// An element, for which there is room; of one with very many parts the beginning. What
    /// the buffers do not have (text behind their end, a word that no dictionary has) is
    /// not missing, but unreadable.
    fn get(&self, number: usize, left: &mut usize) -> Cell<'a> {
        *left = left.saturating_sub(1);
        let at = self.offset.saturating_add(number);
        if !self.is_valid(at) {
            return Cell::Null("None");
        }
        match (self.value(at, left), &self.kind) {
            (Some(value), _) => value,
            (None, Kind::Null) => Cell::Null("None"),
            (None, _) => Cell::unreadable(),
        }
    }

    fn value(&self, at: usize, left: &mut usize) -> Option<Cell<'a>> {
        let values = self.buffers.first().copied().unwrap_or(&[]);
        let fixed = || {
            let width = self.kind.width()?;
            let start = at.checked_mul(width)?;
            values.get(start..start.checked_add(width)?)
        };
        Some(match &self.kind {
            Kind::Null => return None,
            Kind::Bool => Cell::Bool(values.get(at / 8)? >> (at % 8) & 1 == 1),
            Kind::Int(_) => Cell::Int(signed(fixed()?)),
            Kind::Uint(_) => Cell::Uint(unsigned(fixed()?)),
            // Python has them as its own floats.
            Kind::Float(2) => Cell::Float(f64::from(from_half(unsigned(fixed()?) as u16))),
            Kind::Float(4) => Cell::Float(f64::from(f32::from_bits(unsigned(fixed()?) as u32))),
            Kind::Float(_) => Cell::Float(f64::from_bits(unsigned(fixed()?))),
            Kind::Text | Kind::LargeText => Cell::Text(String::from_utf8_lossy(self.stretch(at)?)),
            Kind::Bytes | Kind::LargeBytes => Cell::Bytes(Cow::Borrowed(self.stretch(at)?)),
            Kind::FixedBytes(_) => Cell::Bytes(Cow::Borrowed(fixed()?)),
            Kind::Date32 => Cell::DateTime(signed(fixed()?), Unit::Day, 1),
            Kind::Date64 => Cell::DateTime(signed(fixed()?).div_euclid(86_400_000), Unit::Day, 1),
            Kind::Timestamp(unit, zone) => Cell::Timestamp(Timestamp {
                value: signed(fixed()?),
                unit: *unit,
                zone: zone.as_ref().map(|zone| Zone {
                    offset: (zone == "UTC").then_some(0),
                    name: Cow::Owned(zone.clone()),
                }),
            }),
            Kind::Duration(unit) => Cell::Timedelta(signed(fixed()?), *unit),
            Kind::Time(unit, _) => Cell::Shown(time_of_day(signed(fixed()?), *unit)),
            Kind::Decimal(_, scale, _) => Cell::Shown(decimal(fixed()?, *scale)),
            Kind::Dictionary(index, ..) => {
                let index = match **index {
                    Kind::Uint(_) => usize::try_from(unsigned(fixed()?)).ok()?,
                    _ => usize::try_from(signed(fixed()?)).ok()?,
                };
                let dictionary = self.dictionary.as_ref()?;
                (index < dictionary.len).then(|| dictionary.get(index, left))?
            }
            Kind::List(_) | Kind::LargeList(_) | Kind::Map(..) => {
                let (start, end) = self.ends(at)?;
                self.items(start, end, left)
            }
            Kind::FixedList(_, size) => {
                let start = at.checked_mul(*size)?;
                self.items(start, start.checked_add(*size)?, left)
            }
            Kind::Struct(fields) => {
                let parts = fields.iter().zip(&self.children);
                let parts = parts.flat_map(|(field, child)| {
                    [
                        Cell::Text(Cow::Owned(field.name.clone())),
                        child.get(at, left),
                    ]
                });
                Cell::Parts(parts.collect(), Brackets::Curly)
            }
        })
    }

    fn items(&self, start: usize, end: usize, left: &mut usize) -> Cell<'a> {
        let Some(child) = self.children.first() else {
            return Cell::unreadable();
        };
        let mut found = Vec::new();
        for at in start..end.min(child.len) {
            if *left == 0 {
                break;
            }
            found.push(child.get(at, left));
        }
        Cell::Parts(found, Brackets::List)
    }

    fn is_large(&self) -> bool {
        matches!(
            self.kind,
            Kind::LargeText | Kind::LargeBytes | Kind::LargeList(_)
        )
    }

    /// Where an element of no fixed length begins and ends.
    fn ends(&self, at: usize) -> Option<(usize, usize)> {
        let offsets = self.buffers.first()?;
        let width = if self.is_large() { 8 } else { 4 };
        let one = |at: usize| {
            let start = at.checked_mul(width)?;
            let bytes = offsets.get(start..start.checked_add(width)?)?;
            usize::try_from(signed(bytes)).ok()
        };
        let (start, end) = (one(at)?, one(at.checked_add(1)?)?);
        (start <= end).then_some((start, end))
    }

    fn stretch(&self, at: usize) -> Option<&'a [u8]> {
        let (start, end) = self.ends(at)?;
        self.buffers.get(1).copied().unwrap_or(&[]).get(start..end)
    }
}

fn unsigned(bytes: &[u8]) -> u64 {
    let bytes = bytes.iter().take(8).rev();
    bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn signed(bytes: &[u8]) -> i64 {
    let number = unsigned(bytes);
    match (
        bytes.last().is_some_and(|byte| byte & 0x80 != 0),
        bytes.len(),
    ) {
        (true, length @ 1..8) => (number | u64::MAX << (8 * length)) as i64,
        _ => number as i64,
    }
}

/// `12:30:00.000001`, as `str(datetime.time)` gives it.
fn time_of_day(value: i64, unit: Unit) -> String {
    let per: i64 = match unit {
        Unit::Milli => 1_000,
        Unit::Micro => 1_000_000,
        Unit::Nano => 1_000_000_000,
        _ => 1,
    };
    let (second, part) = (value.div_euclid(per), value.rem_euclid(per));
    let mut text = format!(
        "{:02}:{:02}:{:02}",
        second / 3600,
        second / 60 % 60,
        second % 60
    );
    if part != 0 {
        text.push_str(&format!(
            ".{:06}",
            i128::from(part) * 1_000_000 / i128::from(per)
        ));
    }
    text
}

/// A two's complement of 16 bytes with its point; a wider one as far as that reaches.
fn decimal(bytes: &[u8], scale: i32) -> String {
    let (low, high) = bytes.split_at(bytes.len().min(16));
    let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    let fill = if negative { 0xff } else { 0 };
    if high.iter().any(|byte| *byte != fill) {
        return format!("a decimal of {} bytes", bytes.len());
    }
    let mut wide = [fill; 16];
    for (to, from) in wide.iter_mut().zip(low) {
        *to = *from;
    }
    let value = i128::from_le_bytes(wide);
    let Ok(places @ 1..) = usize::try_from(scale) else {
        let zeros = "0".repeat(usize::try_from(scale.unsigned_abs()).unwrap_or(0).min(400));
        return if scale < 0 && value != 0 {
            format!("{value}{zeros}")
        } else {
            value.to_string()
        };
    };
    let digits = format!(
        "{:0>width$}",
        value.unsigned_abs(),
        width = places.min(400) + 1
    );
    let (whole, part) = digits.split_at(digits.len() - places.min(400));
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{whole}.{part}")
}
