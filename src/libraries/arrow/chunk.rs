//! Arrow's buffers, and the elements in them.

use super::kind::Kind;
use crate::libraries::cell::{Brackets, Cell, Timestamp, Zone, from_half};
use crate::libraries::numpy::Unit;
use std::borrow::Cow;
use std::rc::Rc;

/// Pieces of one type, one after the other.
#[derive(Clone, Debug)]
pub struct Chunked<'a> {
    pub kind: Rc<Kind>,
    chunks: Vec<Chunk<'a>>,
    /// How many elements there are up to the end of each.
    ends: Vec<usize>,
}

/// One array: a stretch of its buffers.
#[derive(Clone, Debug)]
pub(super) struct Chunk<'a> {
    pub kind: Rc<Kind>,
    pub len: usize,
    pub offset: usize,
    /// A bit for each element, the lowest first, set where there is a value.
    pub valid: Option<&'a [u8]>,
    pub buffers: Vec<&'a [u8]>,
    pub children: Vec<Chunk<'a>>,
    /// The words of a dictionary.
    pub words: Option<Rc<Chunked<'a>>>,
}

/// More parts of one element are not shown.
const PARTS: usize = 1000;

impl<'a> Chunked<'a> {
    /// `None` where one of them is of another type.
    pub(super) fn of(kind: Rc<Kind>, chunks: Vec<Chunk<'a>>) -> Option<Self> {
        let mut ends = Vec::with_capacity(chunks.len());
        let mut len = 0usize;
        for chunk in &chunks {
            if !Rc::ptr_eq(&chunk.kind, &kind) && chunk.kind != kind {
                return None;
            }
            len = len.checked_add(chunk.len)?;
            ends.push(len);
        }
        Some(Self { kind, chunks, ends })
    }

    /// The same with one piece more, of which there may not be very many: each time all of
    /// them are copied.
    pub(super) fn with(&self, chunk: Chunk<'a>) -> Option<Self> {
        const MOST: usize = 100;
        let mut chunks = self.chunks.clone();
        chunks.push(chunk);
        (chunks.len() <= MOST).then(|| Self::of(self.kind.clone(), chunks))?
    }

    pub fn len(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, number: usize) -> Option<Cell<'a>> {
        self.part(number, &mut { PARTS })
    }

    fn part(&self, number: usize, left: &mut usize) -> Option<Cell<'a>> {
        let at = self.ends.partition_point(|end| *end <= number);
        let chunk = self.chunks.get(at)?;
        let ahead = at.checked_sub(1).and_then(|at| self.ends.get(at));
        Some(chunk.get(number - ahead.copied().unwrap_or(0), left))
    }
}

impl<'a> Chunk<'a> {
    /// Whether the buffers have as many elements as the length says.
    pub fn has_room(&self) -> bool {
        let Some(end) = self.offset.checked_add(self.len) else {
            return false;
        };
        let buffer = |at: usize| self.buffers.get(at).copied().unwrap_or(&[]);
        let valid = self
            .valid
            .is_none_or(|valid| valid.len() >= end.div_ceil(8));
        let room = match &*self.kind {
            Kind::Null => true,
            Kind::Bool => buffer(0).len() >= end.div_ceil(8),
            // An empty array may come without any offsets.
            Kind::Text | Kind::Bytes | Kind::List(_) | Kind::Map(..) => {
                self.len == 0 || buffer(0).len() / 4 > end
            }
            Kind::LargeText | Kind::LargeBytes | Kind::LargeList(_) => {
                self.len == 0 || buffer(0).len() / 8 > end
            }
            Kind::TextView | Kind::BytesView => end
                .checked_mul(16)
                .is_some_and(|count| count <= buffer(0).len()),
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
        match (self.value(at, left), &*self.kind) {
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
        Some(match &*self.kind {
            Kind::Null => return None,
            Kind::Bool => Cell::Bool(values.get(at / 8)? >> (at % 8) & 1 == 1),
            Kind::Int(16) => {
                let bytes = fixed()?.first_chunk()?;
                Cell::Digits(Cow::Owned(i128::from_le_bytes(*bytes).to_string()))
            }
            Kind::Uint(16) => {
                let bytes = fixed()?.first_chunk()?;
                Cell::Digits(Cow::Owned(u128::from_le_bytes(*bytes).to_string()))
            }
            Kind::Int(_) => Cell::Int(signed(fixed()?)),
            Kind::Uint(_) => Cell::Uint(unsigned(fixed()?)),
            // Python has them as its own floats.
            Kind::Float(2) => Cell::Float(f64::from(from_half(unsigned(fixed()?) as u16))),
            Kind::Float(4) => Cell::Float(f64::from(f32::from_bits(unsigned(fixed()?) as u32))),
            Kind::Float(_) => Cell::Float(f64::from_bits(unsigned(fixed()?))),
            Kind::Text | Kind::LargeText => Cell::Text(String::from_utf8_lossy(self.stretch(at)?)),
            Kind::Bytes | Kind::LargeBytes => Cell::Bytes(Cow::Borrowed(self.stretch(at)?)),
            Kind::TextView => Cell::Text(String::from_utf8_lossy(self.viewed(at)?)),
            Kind::BytesView => Cell::Bytes(Cow::Borrowed(self.viewed(at)?)),
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
            Kind::Decimal(_, scale, _) => decimal(fixed()?, *scale),
            Kind::Dictionary(index, ..) => {
                let index = match **index {
                    Kind::Uint(_) => usize::try_from(unsigned(fixed()?)).ok()?,
                    _ => usize::try_from(signed(fixed()?)).ok()?,
                };
                self.words.as_ref()?.part(index, left)?
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
            *self.kind,
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

    /// A text or bytes by a view: its length, and up to twelve bytes of it or where it is.
    fn viewed(&self, at: usize) -> Option<&'a [u8]> {
        let start = at.checked_mul(16)?;
        let view = self.buffers.first()?.get(start..)?.first_chunk::<16>()?;
        let number = |at: usize| {
            let four = view.get(at..at + 4)?.first_chunk()?;
            usize::try_from(i32::from_le_bytes(*four)).ok()
        };
        let length = number(0)?;
        if length <= 12 {
            return view.get(4..4 + length);
        }
        let buffer = self.buffers.get(number(8)?.checked_add(1)?)?;
        let start = number(12)?;
        buffer.get(start..start.checked_add(length)?)
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
fn decimal<'a>(bytes: &[u8], scale: i32) -> Cell<'a> {
    let (low, high) = bytes.split_at(bytes.len().min(16));
    let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    let fill = if negative { 0xff } else { 0 };
    if high.iter().any(|byte| *byte != fill) {
        return Cell::Shown(format!("a decimal of {} bytes", bytes.len()));
    }
    let mut wide = [fill; 16];
    for (to, from) in wide.iter_mut().zip(low) {
        *to = *from;
    }
    let value = i128::from_le_bytes(wide);
    let Ok(places @ 1..) = usize::try_from(scale) else {
        let zeros = "0".repeat(usize::try_from(scale.unsigned_abs()).unwrap_or(0).min(400));
        let zeros = if value == 0 { "" } else { &zeros };
        return Cell::Digits(Cow::Owned(format!("{value}{zeros}")));
    };
    let digits = format!(
        "{:0>width$}",
        value.unsigned_abs(),
        width = places.min(400) + 1
    );
    let (whole, part) = digits.split_at(digits.len() - places.min(400));
    let sign = if value < 0 { "-" } else { "" };
    Cell::Digits(Cow::Owned(format!("{sign}{whole}.{part}")))
}
