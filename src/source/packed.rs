//! A file that is packed as one: `.tar.gz` and its kin, unpacked once.
//!
//! No part of it can be had without what comes before, so it is fetched whole, unpacked in
//! steps, and kept; how far it is, is told. Start with [`unwrap`].

use super::decoders::{Packing, told};
use super::{Blob, OpenError, Pace, Progress, ReadError, Unit, Waiting, limits};
use crate::counts::bytes;
use std::io::Read as _;
use std::ops::Range;
use std::rc::Rc;

/// What came out of a packed file.
pub(super) struct Unwrapped {
    pub blob: Rc<dyn Blob>,
    /// Why it is not all, in a sentence.
    pub fault: Option<String>,
}

/// How much may come out of a packed file.
#[derive(Clone, Copy)]
pub(super) enum Growth {
    /// What is usual; more is asked about.
    Usual,
    /// All that there is room for: somebody was asked.
    Much,
    /// What is usual, and no more than so many bytes: nobody asks.
    Within(u64),
}

impl Growth {
    fn most(self, packed: u64) -> u64 {
        match self {
            Growth::Usual => limits::unasked(packed),
            Growth::Much => limits::WHOLE_ARCHIVE_MOST,
            Growth::Within(room) => limits::unasked(packed).min(room),
        }
    }
}

/// Fetches a packed file, and unpacks it.
pub(super) async fn unwrap(
    blob: &dyn Blob,
    packing: Packing,
    growth: Growth,
    pace: &dyn Pace,
) -> Result<Unwrapped, OpenError> {
    let packed = whole(blob, pace).await?;
    let mut reader = packing.reader(&packed).map_err(|error| OpenError::Failed {
        detail: told(&error),
    })?;
    let mut content = Blocks::new(blob.name());
    let mut fault = None;
    loop {
        let mut block = Vec::with_capacity(BLOCK);
        let read = (&mut reader).take(BLOCK as u64).read_to_end(&mut block);
        let is_over = block.len() < BLOCK;
        content.push(block);
        if let Err(error) = read {
            fault = Some(format!(
                "The {} is damaged or cut off after {} of content ({}).",
                packing.name(),
                bytes(content.size),
                told(&error)
            ));
            break;
        }
        let most = growth.most(packed.len() as u64);
        if content.size > most {
            return Err(OpenError::Grows {
                packed: packed.len() as u64,
                size: content.size,
                most: match growth {
                    Growth::Within(_) => most,
                    Growth::Usual | Growth::Much => limits::WHOLE_ARCHIVE_MOST,
                },
                asks: matches!(growth, Growth::Usual),
            });
        }
        if is_over {
            break;
        }
        pace.progress(Progress {
            what: format!("Unpacking the {}", packing.name()),
            done: content.size,
            total: None,
            unit: Unit::Bytes,
        });
        pace.breathe().await;
    }
    Ok(Unwrapped {
        blob: Rc::new(content),
        fault,
    })
}

/// All of a file.
async fn whole(blob: &dyn Blob, pace: &dyn Pace) -> Result<Vec<u8>, OpenError> {
    let size = blob.size();
    if size > limits::WHOLE_ARCHIVE {
        return Err(OpenError::TooLarge {
            size,
            limit: limits::WHOLE_ARCHIVE,
        });
    }
    // The size is what somebody says: room is made for what comes.
    let mut all = Vec::new();
    while (all.len() as u64) < size {
        let at = all.len() as u64;
        let end = at.saturating_add(limits::JOIN_MOST).min(size);
        let part = blob.read(at..end).await;
        let part = part.map_err(|error| OpenError::Failed {
            detail: error.to_string(),
        })?;
        if part.is_empty() {
            break;
        }
        all.extend_from_slice(&part);
        pace.progress(Progress {
            what: "Reading the archive".to_owned(),
            done: all.len() as u64,
            total: Some(size),
            unit: Unit::Bytes,
        });
        pace.breathe().await;
    }
    Ok(all)
}

/// What comes out between two breaths: some milliseconds of work.
const BLOCK: usize = 1 << 20;

/// Bytes that came one after the other, each block but the last of [`BLOCK`].
struct Blocks {
    name: String,
    blocks: Vec<Vec<u8>>,
    size: u64,
}

impl Blocks {
    fn new(name: String) -> Self {
        Self {
            name,
            blocks: Vec::new(),
            size: 0,
        }
    }

    fn push(&mut self, block: Vec<u8>) {
        self.size += block.len() as u64;
        self.blocks.push(block);
    }

    fn copy(&self, range: Range<u64>) -> Option<Vec<u8>> {
        let mut at = usize::try_from(range.start).ok()?;
        let end = usize::try_from(range.end).ok()?;
        let mut bytes = Vec::with_capacity(end.checked_sub(at)?);
        while at < end {
            let block = self.blocks.get(at / BLOCK)?;
            let first = at % BLOCK;
            let last = block.len().min(first + (end - at));
            let some = block.get(first..last).filter(|some| !some.is_empty())?;
            bytes.extend_from_slice(some);
            at += some.len();
        }
        Some(bytes)
    }
}

impl Blob for Blocks {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn size(&self) -> u64 {
        self.size
    }

    fn read(&self, range: Range<u64>) -> Waiting<'_, Result<Vec<u8>, ReadError>> {
        let bytes = match range.end <= self.size {
            true => self.copy(range.clone()),
            false => None,
        };
        let bytes = bytes.ok_or_else(|| {
            let Range { start, end } = range;
            let size = self.size;
            ReadError::Damaged(format!("Bytes {start} to {end} were asked for, of {size}."))
        });
        Box::pin(std::future::ready(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{MemoryBlob, NoPace};
    use std::io::Write as _;

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    fn unwrapped(packed: Vec<u8>) -> (Vec<u8>, Option<String>) {
        let packing = Packing::of(&packed).unwrap();
        let blob = MemoryBlob::new("x", packed);
        let done = pollster::block_on(unwrap(&blob, packing, Growth::Usual, &NoPace))
            .unwrap_or_else(|error| panic!("{error}"));
        let all = pollster::block_on(done.blob.read(0..done.blob.size())).unwrap();
        (all, done.fault)
    }

    #[test]
    fn members_one_after_the_other_are_one_content() {
        let long = b"0123456789".repeat(300_000);
        let packed = [gzip(&long), gzip(b"the end")].concat();
        let (content, fault) = unwrapped(packed);
        assert!(content == [long, b"the end".to_vec()].concat());
        assert_eq!(fault, None);
    }

    #[test]
    fn what_came_before_a_cut_is_kept() {
        let noise = (0..500_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes());
        let noise: Vec<u8> = noise.collect();
        let mut packed = gzip(&noise);
        packed.truncate(packed.len() / 2);
        let (content, fault) = unwrapped(packed);
        assert!(noise.starts_with(&content) && content.len() > noise.len() / 3);
        assert!(
            fault
                .unwrap()
                .starts_with("The gzip is damaged or cut off after")
        );
    }

    #[test]
    fn what_grows_very_much_is_asked_about() {
        let grown = limits::ARCHIVE_FREE as usize + BLOCK;
        let packed = gzip(&vec![0; grown]);
        let size = packed.len() as u64;
        let blob = MemoryBlob::new("x", packed);
        let unasked = pollster::block_on(unwrap(&blob, Packing::Members, Growth::Usual, &NoPace));
        let Err(OpenError::Grows { packed, asks, .. }) = unasked else {
            panic!("{} bytes grew in silence", size)
        };
        assert_eq!((packed, asks), (size, true));
        let asked = pollster::block_on(unwrap(&blob, Packing::Members, Growth::Much, &NoPace));
        let asked = asked.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(asked.blob.size(), grown as u64);
    }

    #[test]
    fn any_part_of_the_blocks_can_be_read() {
        let mut blocks = Blocks::new(String::new());
        let all: Vec<u8> = (0..BLOCK * 2 + 5).map(|at| (at / 7) as u8).collect();
        for block in all.chunks(BLOCK) {
            blocks.push(block.to_vec());
        }
        for range in [0..3, BLOCK - 2..BLOCK + 2, 1..2 * BLOCK + 5, 7..7] {
            let part = range.start as u64..range.end as u64;
            assert!(blocks.copy(part).unwrap() == all[range]);
        }
        let beyond = pollster::block_on(blocks.read(0..blocks.size + 1));
        assert!(beyond.is_err());
    }
}
