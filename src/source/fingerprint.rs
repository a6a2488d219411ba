//! By which a file is known again: the SHA-256 of its bytes, or of pieces of them.
//!
//! A link to a place in a file that somebody dropped must say which file it means, and
//! whoever gives that file must hear whether it is the one. The SHA-256 of all bytes says
//! so for certain, and `sha256sum` prints the same; but it reads all of a file of which a
//! reader looks at a hundredth. Up to [`WHOLE`] bytes that takes a second or two beside
//! the reading of runs, and is done. Of a larger file 64 pieces of 1 MiB are read, at even
//! distances from its first byte to its last, however large it is: a fingerprint that
//! never takes longer, and tells a file apart from another one, from one that was cut off
//! and from one that was packed again. It does not tell apart two large files of the same
//! size that differ between the pieces only, as nobody makes them by accident. Neither
//! says who made the file.
//!
//! A piece is read at a time, so that memory does not grow with the file, and between two
//! pieces the work can be stopped. What was hashed is never kept.

use super::{Blob, Pace, Progress, ReadError, Unit};
use sha2::{Digest as _, Sha256};
use std::ops::Range;

/// Files up to this size are hashed whole.
pub const WHOLE: u64 = 256 << 20;

/// How much is read at a time, and of a large file at each place.
const PIECE: u64 = 1 << 20;

/// How many pieces stand for a large file.
const PIECES: u64 = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    pub hash: [u8; 32],
    pub size: u64,
    /// The hash is that of all bytes.
    pub whole: bool,
}

/// The parts of a file of that size which are hashed, in their order.
pub fn pieces(size: u64) -> impl Iterator<Item = Range<u64>> {
    let whole = size <= WHOLE;
    let count = match whole {
        true => size.div_ceil(PIECE),
        false => PIECES,
    };
    (0..count).map(move |at| {
        let start = match whole {
            true => at * PIECE,
            // In 128 bits: a size comes from outside.
            false => {
                let last = u128::from(size - PIECE);
                (last * u128::from(at) / u128::from(PIECES - 1)) as u64
            }
        };
        start..size.min(start + PIECE)
    })
}

/// Takes the fingerprint of a file.
pub async fn fingerprint(blob: &dyn Blob, pace: &dyn Pace) -> Result<Fingerprint, ReadError> {
    let size = blob.size();
    let whole = size <= WHOLE;
    let total = match whole {
        true => size,
        false => PIECES * PIECE,
    };
    let mut hash = Sha256::new();
    let mut done = 0;
    for piece in pieces(size) {
        done += piece.end - piece.start;
        hash.update(&blob.read(piece).await?);
        pace.progress(Progress {
            what: "Taking its fingerprint".to_owned(),
            done,
            total: Some(total),
            unit: Unit::Bytes,
        });
        pace.breathe().await;
    }
    Ok(Fingerprint {
        hash: hash.finalize().into(),
        size,
        whole,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{MemoryBlob, NoPace, Waiting};
    use super::*;
    use proptest::prelude::*;
    use std::cell::RefCell;

    fn hex(hash: [u8; 32]) -> String {
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        let blob = MemoryBlob::new("a.zip", bytes.to_vec());
        let found = pollster::block_on(fingerprint(&blob, &NoPace)).unwrap();
        assert_eq!(hex(found.hash), expected);
        assert!(found.whole);
        assert_eq!(found.size, bytes.len() as u64);
    }

    /// As `sha256sum` (GNU coreutils 9.1) prints them.
    #[test]
    fn a_small_file_has_the_hash_that_everybody_prints() {
        check(
            b"",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        );
        check(
            b"abc",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        );
        check(
            &vec![b'a'; 3_000_000],
            "2a152c894398719c0570f83fac34ac03a0f6e8e474b995c2403aa5434f7b9dd4",
        );
    }

    /// A large file of nothing: what is read of it is noted.
    struct Zeros {
        size: u64,
        read: RefCell<u64>,
    }

    impl Blob for Zeros {
        fn name(&self) -> String {
            "large.tar".to_owned()
        }

        fn size(&self) -> u64 {
            self.size
        }

        fn read(&self, range: Range<u64>) -> Waiting<'_, Result<Vec<u8>, ReadError>> {
            let length = range.end - range.start;
            *self.read.borrow_mut() += length;
            Box::pin(std::future::ready(Ok(vec![0; length as usize])))
        }
    }

    #[test]
    fn of_a_large_file_no_more_is_read_than_of_a_smaller_one() {
        let read_of = |size| {
            let blob = Zeros {
                size,
                read: RefCell::default(),
            };
            let found = pollster::block_on(fingerprint(&blob, &NoPace)).unwrap();
            assert!(!found.whole);
            blob.read.take()
        };
        assert_eq!(read_of(WHOLE + 1), PIECES * PIECE);
        assert_eq!(read_of(u64::MAX), PIECES * PIECE);
    }

    proptest! {
        #[test]
        fn pieces_lie_in_the_file_in_order_from_its_first_byte_to_its_last(size in prop_oneof![
            0..3 * PIECE, WHOLE - 2..WHOLE + 2, any::<u64>(),
        ]) {
            let all: Vec<Range<u64>> = pieces(size).collect();
            prop_assert_eq!(all.first().map_or(0, |piece| piece.start), 0);
            prop_assert_eq!(all.last().map_or(0, |piece| piece.end), size);
            prop_assert!(all.iter().all(|piece| piece.start < piece.end));
            for pair in all.windows(2) {
                prop_assert!(pair[0].end <= pair[1].start);
                prop_assert!(size > WHOLE || pair[0].end == pair[1].start);
            }
        }
    }
}
