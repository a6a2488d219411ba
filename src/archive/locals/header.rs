//! The header before each file of a zip, and what follows its content where its packer could
//! not seek.
//!
//! Source: APPNOTE.TXT 6.3.10, 4.3.7 (local file header), 4.3.9 (data descriptor), 4.5.3
//! (extra field of zip64).

use std::ops::Range;

/// What a header begins with.
pub(super) const LOCAL: [u8; 4] = *b"PK\x03\x04";
/// A record of the directory.
pub(super) const RECORD: [u8; 4] = *b"PK\x01\x02";
/// Behind the content of a file.
pub(super) const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";

/// Bytes of a header before its name.
pub(super) const FIXED: u64 = 30;
/// Bytes of a record of the directory before its name.
pub(super) const FIXED_RECORD: u64 = 46;
/// The longest descriptor: with a signature, and sizes of 64 bits.
pub(super) const LONGEST_DESCRIPTOR: u64 = 24;

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(two.try_into().ok()?))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let eight = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(eight.try_into().ok()?))
}

/// What a header says, but for its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub flags: u16,
    pub method: u16,
    pub crc: u32,
    pub packed: u64,
    pub size: u64,
    pub name: u16,
    pub extra: u16,
}

impl Header {
    /// Of the bytes before its name.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if !bytes.starts_with(&LOCAL) {
            return None;
        }
        Some(Self {
            flags: u16_at(bytes, 6)?,
            method: u16_at(bytes, 8)?,
            crc: u32_at(bytes, 14)?,
            packed: u64::from(u32_at(bytes, 18)?),
            size: u64::from(u32_at(bytes, 22)?),
            name: u16_at(bytes, 26)?,
            extra: u16_at(bytes, 28)?,
        })
    }

    /// Whether this can be a header at all, where nothing said that there is one: of a version
    /// (up to 6.3) and a method that exist, without flags that do not, with a name.
    pub fn is_likely(bytes: &[u8]) -> bool {
        const NEWEST: u16 = 63;
        const UNUSED: u16 = 0xc780;
        let is_sound = |header: Self| {
            let is_known = matches!(header.method, 0..=20 | 93..=99);
            header.name > 0 && is_known && header.flags & UNUSED == 0
        };
        let needed = u16_at(bytes, 4);
        Self::of(bytes).is_some_and(is_sound) && needed.is_some_and(|it| it & 0xff <= NEWEST)
    }

    /// Bytes from its beginning to the content.
    pub fn length(self) -> u64 {
        FIXED + u64::from(self.name) + u64::from(self.extra)
    }

    pub fn is_encrypted(self) -> bool {
        self.flags & 1 != 0
    }

    /// Whether checksum and sizes stand behind the content: who packed it could not go back.
    pub fn has_descriptor(self) -> bool {
        self.flags & 8 != 0
    }

    /// Whether how long its content is stands only there.
    pub fn is_open(self) -> bool {
        self.has_descriptor() && matches!(self.packed, 0 | OVERFLOWN)
    }

    /// With the sizes of zip64, which stand among the extra fields where 32 bits are too few.
    pub fn with_extra(mut self, mut extra: &[u8]) -> Self {
        const ZIP64: u16 = 1;
        while let (Some(kind), Some(length)) = (u16_at(extra, 0), u16_at(extra, 2)) {
            let end = 4 + usize::from(length);
            let field = extra.get(4..end).unwrap_or_default();
            if kind == ZIP64 {
                let mut at = 0;
                for size in [&mut self.size, &mut self.packed] {
                    if *size == OVERFLOWN
                        && let Some(wide) = u64_at(field, at)
                    {
                        *size = wide;
                        at += 8;
                    }
                }
                return self;
            }
            extra = extra.get(end..).unwrap_or_default();
        }
        self
    }
}

/// In the place of a size: it stands elsewhere.
const OVERFLOWN: u64 = u32::MAX as u64;

/// What stands behind the content of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Descriptor {
    pub crc: u32,
    pub packed: u64,
    pub size: u64,
    pub length: u64,
}

impl Descriptor {
    /// The forms in which these bytes can be read as one. The signature is optional, and
    /// which sizes are wide only the packer knows.
    pub fn forms(bytes: &[u8]) -> impl Iterator<Item = Self> {
        let signed = bytes.starts_with(&DESCRIPTOR);
        let starts = [signed.then_some(4), Some(0)];
        let forms = starts.into_iter().flatten();
        forms.flat_map(move |start| {
            [false, true]
                .into_iter()
                .filter_map(move |wide| Self::read(bytes, start, wide))
        })
    }

    pub fn read(bytes: &[u8], start: usize, wide: bool) -> Option<Self> {
        let sizes = start + 4;
        let size = |nth: usize| match wide {
            true => u64_at(bytes, sizes + 8 * nth),
            false => u32_at(bytes, sizes + 4 * nth).map(u64::from),
        };
        Some(Self {
            crc: u32_at(bytes, start)?,
            packed: size(0)?,
            size: size(1)?,
            length: start as u64 + if wide { 20 } else { 12 },
        })
    }
}

/// The bytes of an archive from `start` on, as far as they are here.
#[derive(Clone, Copy)]
pub(super) struct Window<'a> {
    pub start: u64,
    pub bytes: &'a [u8],
}

impl<'a> Window<'a> {
    pub fn get(self, range: Range<u64>) -> Option<&'a [u8]> {
        if range.is_empty() {
            return Some(&[]);
        }
        let first = usize::try_from(range.start.checked_sub(self.start)?).ok()?;
        let last = usize::try_from(range.end.checked_sub(self.start)?).ok()?;
        self.bytes.get(first..last)
    }

    /// All from a place on; none where that is not here.
    pub fn from(self, at: u64) -> &'a [u8] {
        let first = at.checked_sub(self.start);
        let first = first.and_then(|first| usize::try_from(first).ok());
        first
            .and_then(|first| self.bytes.get(first..))
            .unwrap_or_default()
    }
}
