//! Unpacking of a gzip member that comes piece by piece, into one stretch of memory.
//!
//! What is unpacked is copied nowhere else: the stretch itself is what later bytes refer
//! back to. The checksum at the end is not looked at, because whoever unpacks in pieces has
//! a better one. Source: RFC 1952. Start with [`Unpacker`].

use super::inflate::{Unpacked, damaged};
use super::{ReadError, limits};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

pub struct Unpacker {
    stage: Stage,
    /// What came out, and room behind that.
    bytes: Vec<u8>,
    filled: usize,
    packed: u64,
    limit: u64,
    fault: Option<String>,
}

enum Stage {
    /// As they are.
    Plain,
    /// The head of the member, as far as it came.
    Head(Vec<u8>),
    Body(Box<DecompressorOxide>),
    Over,
}

/// Heads are some bytes, and perhaps a file name; longer ones are none.
const HEAD: usize = 64 << 10;

impl Unpacker {
    /// Of so many bytes, which are a gzip member or as they are. `expected` is the size that
    /// was announced, a hint that is not trusted.
    pub fn new(
        is_gzip: bool,
        packed: u64,
        expected: Option<u64>,
        limit: u64,
    ) -> Result<Self, ReadError> {
        let grown = packed.saturating_mul(limits::RATIO);
        let expected = expected.filter(|size| *size <= grown);
        if let Some(size) = expected.filter(|size| *size > limit) {
            return Err(ReadError::TooLarge { size, limit });
        }
        let mut unpacker = Self {
            stage: match is_gzip {
                true => Stage::Head(Vec::new()),
                false => Stage::Plain,
            },
            bytes: Vec::new(),
            filled: 0,
            packed: 0,
            limit,
            fault: None,
        };
        // One stretch of exactly that size where it is known: one that grows is there twice
        // for a moment.
        let room = expected.unwrap_or(packed).min(limit);
        unpacker.grow(usize::try_from(room).unwrap_or(usize::MAX))?;
        Ok(unpacker)
    }

    /// What came out so far.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or_default()
    }

    /// Whether nothing more can come out.
    pub fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }

    /// Unpacks some more bytes; of many at once the caller waits for all of them.
    pub fn feed(&mut self, packed: &[u8]) -> Result<(), ReadError> {
        self.packed = self.packed.saturating_add(packed.len() as u64);
        match &mut self.stage {
            Stage::Over => Ok(()),
            Stage::Plain => self.push(packed),
            Stage::Head(head) => {
                head.extend_from_slice(packed);
                let known = head_length(head);
                let head = std::mem::take(head);
                match known {
                    Ok(Some(length)) => {
                        self.stage = Stage::Body(Box::default());
                        self.unpack(head.get(length..).unwrap_or_default())
                    }
                    Ok(None) if head.len() < HEAD => {
                        self.stage = Stage::Head(head);
                        Ok(())
                    }
                    _ => {
                        self.end(Some("invalid gzip header"));
                        Ok(())
                    }
                }
            }
            Stage::Body(_) => self.unpack(packed),
        }
    }

    /// All that came out.
    pub fn finish(mut self) -> Unpacked {
        if !matches!(self.stage, Stage::Over | Stage::Plain) {
            self.end(Some("unexpected end of file"));
        }
        self.bytes.truncate(self.filled);
        Unpacked {
            bytes: self.bytes,
            fault: self.fault,
        }
    }

    fn end(&mut self, fault: Option<&str>) {
        self.stage = Stage::Over;
        self.fault = fault.map(|fault| damaged(self.filled as u64, fault));
    }

    fn unpack(&mut self, mut packed: &[u8]) -> Result<(), ReadError> {
        const FLAGS: u32 = inflate_flags::TINFL_FLAG_HAS_MORE_INPUT
            | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        loop {
            let Stage::Body(state) = &mut self.stage else {
                return Ok(());
            };
            let (status, read, written) =
                decompress(state, packed, &mut self.bytes, self.filled, FLAGS);
            self.filled += written;
            packed = packed.get(read..).unwrap_or_default();
            match status {
                TINFLStatus::Done => self.end(None),
                TINFLStatus::NeedsMoreInput => return Ok(()),
                TINFLStatus::HasMoreOutput => {
                    let more = (self.bytes.len() / 2).max(limits::RATIO_FREE as usize);
                    self.grow(self.bytes.len().saturating_add(more))?;
                }
                _ => self.end(Some("corrupt deflate stream")),
            }
        }
    }

    fn push(&mut self, plain: &[u8]) -> Result<(), ReadError> {
        let end = self.filled.saturating_add(plain.len());
        if end > self.bytes.len() {
            self.grow(end)?;
        }
        if let Some(room) = self.bytes.get_mut(self.filled..end) {
            room.copy_from_slice(plain);
            self.filled = end;
        }
        Ok(())
    }

    /// Makes room for so much in all, as far as is allowed.
    fn grow(&mut self, size: usize) -> Result<(), ReadError> {
        let grown = self.packed.saturating_mul(limits::RATIO);
        let allowed = self.limit.min(grown.max(limits::RATIO_FREE));
        let allowed = usize::try_from(allowed).unwrap_or(usize::MAX);
        // At first nothing has come yet, and `new` has looked at what is asked for.
        let room = match self.packed {
            0 => size,
            _ => size.min(allowed),
        };
        let full = self.packed > 0 && room <= self.bytes.len();
        if full || !has_room(room) {
            return Err(ReadError::TooLarge {
                size: size as u64,
                limit: self.bytes.len() as u64,
            });
        }
        // Made anew: a program that is made small fills what a stretch grows by byte by byte.
        let mut bytes = vec![0; room];
        if let (Some(to), Some(from)) =
            (bytes.get_mut(..self.filled), self.bytes.get(..self.filled))
        {
            to.copy_from_slice(from);
        }
        self.bytes = bytes;
        Ok(())
    }
}

/// Whether so much can be had at all: where it cannot, a program ends.
fn has_room(size: usize) -> bool {
    let mut probe: Vec<u8> = Vec::new();
    probe.try_reserve_exact(size).is_ok()
}

/// How long the head of a member is; `None` while its end has not come, an error for what
/// is no head.
fn head_length(bytes: &[u8]) -> Result<Option<usize>, ()> {
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    const CHECKSUM: u8 = 2;
    let Some((start, _)) = bytes.split_first_chunk::<10>() else {
        return Ok(None);
    };
    let [0x1f, 0x8b, 8, flags, ..] = *start else {
        return Err(());
    };
    let mut at = 10usize;
    if flags & EXTRA != 0 {
        let Some(length) = bytes.get(at..at + 2).and_then(|two| two.try_into().ok()) else {
            return Ok(None);
        };
        at += 2 + usize::from(u16::from_le_bytes(length));
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(length) = rest.iter().position(|byte| *byte == 0) else {
                return Ok(None);
            };
            at += length + 1;
        }
    }
    if flags & CHECKSUM != 0 {
        at += 2;
    }
    Ok((at <= bytes.len()).then_some(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write as _;

    fn gzip(content: &[u8], name: Option<&str>) -> Vec<u8> {
        let mut builder = flate2::GzBuilder::new();
        if let Some(name) = name {
            builder = builder.filename(name).comment("noted").extra(vec![7; 300]);
        }
        let mut encoder = builder.write(Vec::new(), flate2::Compression::new(3));
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    fn unpacked(
        packed: &[u8],
        fed: usize,
        expected: Option<u64>,
        limit: u64,
    ) -> Result<Unpacked, ReadError> {
        let mut unpacker = Unpacker::new(true, packed.len() as u64, expected, limit)?;
        for some in packed.chunks(fed) {
            unpacker.feed(some)?;
        }
        Ok(unpacker.finish())
    }

    proptest! {
        #[test]
        fn pieces_come_to_what_was_packed(
            content in proptest::collection::vec(0u8..6, 0..20_000),
            fed in 1usize..5000,
            expected in proptest::option::of(0u64..30_000),
            is_named in any::<bool>(),
            cut in any::<prop::sample::Index>(),
        ) {
            let packed = gzip(&content, is_named.then_some("model.pkl"));
            let whole = unpacked(&packed, fed, expected, 1 << 20).unwrap();
            prop_assert_eq!((&whole.bytes, &whole.fault), (&content, &None));
            // What is cut off gives its beginning, and says so; the last eight bytes are
            // the checksum and the size.
            let cut = cut.index(packed.len() - 8);
            let part = unpacked(&packed[..cut], fed, expected, 1 << 20).unwrap();
            prop_assert!(content.starts_with(&part.bytes));
            prop_assert!(part.fault.is_some());
        }

        #[test]
        fn damaged_bytes_come_to_an_end(
            mut packed in proptest::collection::vec(any::<u8>(), 0..3000),
            fed in 1usize..500,
        ) {
            packed.splice(0..0, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
            if let Ok(found) = unpacked(&packed, fed, None, 1 << 20) {
                prop_assert!(found.bytes.len() <= 1 << 20);
            }
        }
    }

    #[test]
    fn what_is_no_member_is_none() {
        let found = unpacked(b"no gzip at all", 5, None, 1 << 20).unwrap();
        assert_eq!(found.bytes, b"");
        assert!(found.fault.unwrap().contains("invalid gzip header"));
    }

    #[test]
    fn a_bomb_ends_at_the_limit() {
        let packed = gzip(&vec![0; 8 << 20], None);
        for expected in [None, Some(5), Some(8 << 20)] {
            let found = unpacked(&packed, 16 << 10, expected, 4 << 20);
            assert!(
                matches!(found, Err(ReadError::TooLarge { .. })),
                "{expected:?}"
            );
        }
        assert_eq!(
            unpacked(&packed, 16 << 10, None, 8 << 20)
                .unwrap()
                .bytes
                .len(),
            8 << 20
        );
    }

    #[test]
    fn what_is_not_packed_is_put_together() {
        let mut unpacker = Unpacker::new(false, 6, None, 1 << 20).unwrap();
        unpacker.feed(b"abc").unwrap();
        unpacker.feed(b"def").unwrap();
        let found = unpacker.finish();
        assert_eq!(
            (found.bytes.as_slice(), found.fault),
            (&b"abcdef"[..], None)
        );
    }
}
