//! Unpacking, with a limit on what comes out.

pub use super::decoders::Packing;
use super::{Pace, ReadError, limits};
use crate::counts;
use flate2::{Decompress, FlushDecompress, Status};
use std::cell::RefCell;
use std::io::Read as _;

/// Bytes that came out, and what was wrong at the end, if anything: a file that is
/// cut off still gives its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpacked {
    pub bytes: Vec<u8>,
    pub fault: Option<String>,
}

/// How much comes out between two breaths: a few milliseconds of work.
const SLICE: usize = 1 << 20;

/// Unpacks up to `limit` bytes. `expected` is the size that was announced, a hint
/// that is not trusted: more than can come out of so few bytes is no size at all.
pub async fn unpack(
    packed: &[u8],
    packing: Packing,
    expected: Option<u64>,
    limit: u64,
    pace: &dyn Pace,
) -> Result<Unpacked, ReadError> {
    // Of a packing that has no bounds the limit is the only one.
    let grown = match packing.is_deflate() {
        true => (packed.len() as u64)
            .saturating_mul(limits::RATIO)
            .max(limits::RATIO_FREE),
        false => u64::MAX,
    };
    let allowed = limit.min(grown);
    let expected = expected.filter(|size| *size <= grown);
    if let Some(size) = expected.filter(|size| *size > limit) {
        return Err(ReadError::TooLarge { size, limit });
    }
    if let (Packing::Deflate, Some(size)) = (packing, expected)
        && let Some(bytes) = unpack_small(packed, size)
    {
        return Ok(Unpacked { bytes, fault: None });
    }
    let guess = expected
        .unwrap_or((packed.len() as u64).saturating_mul(3))
        .min(allowed)
        .min(64 << 20);
    let mut bytes = Vec::with_capacity(guess as usize);
    let mut decoder = match packing.reader(packed) {
        Ok(decoder) => decoder,
        Err(error) => {
            let fault = Some(damaged(0, &error.to_string()));
            return Ok(Unpacked { bytes, fault });
        }
    };
    loop {
        let before = bytes.len();
        match (&mut decoder).take(SLICE as u64).read_to_end(&mut bytes) {
            Ok(_) if bytes.len() as u64 > allowed => {
                return Err(ReadError::TooLarge {
                    size: bytes.len() as u64,
                    limit: allowed,
                });
            }
            Ok(_) if bytes.len() == before => return Ok(Unpacked { bytes, fault: None }),
            Ok(_) => pace.breathe().await,
            Err(error) => {
                let fault = Some(damaged(bytes.len() as u64, &error.to_string()));
                return Ok(Unpacked { bytes, fault });
            }
        }
    }
}

thread_local! {
    /// Kept, because making one costs more than unpacking a small record.
    static DECODER: RefCell<Decompress> = RefCell::new(Decompress::new(false));
}

/// Unpacks a small file in one go: a large run has a hundred thousand of them. `None` for
/// whatever is not small, or is not exactly what was announced.
fn unpack_small(packed: &[u8], size: u64) -> Option<Vec<u8>> {
    let size = usize::try_from(size).ok().filter(|size| *size <= SLICE)?;
    let mut bytes = Vec::with_capacity(size);
    DECODER
        .with_borrow_mut(|decoder| {
            decoder.reset(false);
            let outcome = decoder.decompress_vec(packed, &mut bytes, FlushDecompress::Finish);
            outcome.is_ok_and(|status| status == Status::StreamEnd)
        })
        .then_some(bytes)
        .filter(|bytes| bytes.len() == size)
}

pub(super) fn damaged(size: u64, error: &str) -> String {
    format!(
        "The packed bytes are damaged or cut off after {} of content ({error}).",
        counts::bytes(size)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::NoPace;
    use std::io::Write as _;

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(3));
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    fn unpacked(packed: &[u8], limit: u64) -> Result<Unpacked, ReadError> {
        pollster::block_on(unpack(packed, Packing::Gzip, None, limit, &NoPace))
    }

    #[test]
    fn what_was_packed_comes_back() {
        let content = b"started\n".repeat(1000);
        assert_eq!(
            unpacked(&gzip(&content), 1 << 20),
            Ok(Unpacked {
                bytes: content,
                fault: None
            })
        );
    }

    #[test]
    fn a_cut_file_gives_its_beginning_and_says_so() {
        let content: Vec<u8> = (0..60_000u32)
            .flat_map(|n| (n.wrapping_mul(2_654_435_761)).to_le_bytes())
            .collect();
        let packed = gzip(&content);
        let Ok(cut) = unpacked(&packed[..packed.len() / 2], 1 << 20) else {
            panic!("nothing came out")
        };
        assert!(!cut.bytes.is_empty() && content.starts_with(&cut.bytes));
        assert!(cut.fault.is_some());
    }

    #[test]
    fn a_flipped_byte_is_noticed() {
        let mut packed = gzip(b"value");
        let last = packed.len() - 6;
        packed[last] ^= 1;
        assert!(unpacked(&packed, 1 << 20).unwrap().fault.is_some());
    }

    #[test]
    fn a_size_that_cannot_be_is_no_reason_to_refuse() {
        let packed = gzip(b"value");
        let claims = |size| {
            let claimed = unpack(&packed, Packing::Gzip, Some(size), 1 << 20, &NoPace);
            pollster::block_on(claimed).map(|unpacked| unpacked.bytes)
        };
        assert_eq!(claims(u64::MAX), Ok(b"value".to_vec()));
        assert_eq!(claims(1), Ok(b"value".to_vec()));
    }

    #[test]
    fn a_small_file_is_unpacked_in_one_go() {
        let pack = |content: &[u8]| {
            let mut encoder =
                flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(6));
            encoder.write_all(content).unwrap();
            encoder.finish().unwrap()
        };
        let content = b"started\n".repeat(1000);
        let packed = pack(&content);
        assert_eq!(unpack_small(&packed, 8000), Some(content));
        // One after the other, and none of these keeps the next from being read.
        assert_eq!(unpack_small(&packed, 7999), None);
        assert_eq!(unpack_small(&packed, 8001), None);
        assert_eq!(unpack_small(&packed[..packed.len() / 2], 8000), None);
        assert_eq!(unpack_small(&packed, (SLICE + 1) as u64), None);
        assert_eq!(unpack_small(&pack(b""), 0), Some(Vec::new()));
        assert_eq!(unpack_small(&pack(b"value"), 5), Some(b"value".to_vec()));
    }

    #[test]
    fn a_bomb_ends_at_the_limit() {
        let packed = gzip(&vec![0; 8 << 20]);
        assert!(matches!(
            unpacked(&packed, 4 << 20),
            Err(ReadError::TooLarge { .. })
        ));
    }
}
