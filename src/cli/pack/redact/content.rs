//! What a value or a file inside of another is, told by its bytes, and the same without what
//! is not to be shown.
//!
//! What is none of the forms that are known here is left out whole: who shares a run must
//! be able to trust that what cannot be looked into is not in it.

use super::left_out::Why;
use super::pickles;
use super::words::Words;
use super::{Keep, packages};
use crate::archive::tar;
use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};
use std::io::{Read as _, Write as _};

/// Packed in packed, so deep.
const DEPTH: usize = 4;

/// More is not unpacked here.
const MOST: u64 = 1 << 30;

const GZIP: &[u8] = b"\x1f\x8b";

/// The same without what is not to be shown.
pub fn content(words: &Words, bytes: &[u8], keep: Keep, depth: usize) -> Result<Vec<u8>, Why> {
    let told = if depth > DEPTH {
        Err(Why::TOO_DEEP)
    } else if bytes.starts_with(GZIP) {
        unpacked(bytes)
            .and_then(|inside| content(words, &inside, keep, depth + 1))
            .map(|inside| packed(&inside))
    } else if tar::is_tar(bytes) {
        packages::package(words, bytes, keep.code)
    } else if bytes.first() == Some(&crate::pickle::opcode::PROTO) {
        pickles::pickle(words, bytes, keep, depth)
    } else {
        match text_in(bytes) {
            Some(text) => Ok(words.text(text).into_owned().into_bytes()),
            None => Err(Why::BYTES),
        }
    };
    match told {
        Err(_) if keep.values => Ok(bytes.to_vec()),
        told => told,
    }
}

/// Bytes that are a text; those of two bytes a letter are full of zeros.
pub fn text_in(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    (!text.contains('\0')).then_some(text)
}

pub fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, Why> {
    let mut inside = Vec::new();
    let read = GzDecoder::new(bytes)
        .take(MOST + 1)
        .read_to_end(&mut inside);
    match read {
        Ok(length) if length as u64 > MOST => Err(Why::TOO_LARGE),
        Ok(_) => Ok(inside),
        Err(_) => Err(Why::DAMAGED_GZIP),
    }
}

/// As a member of gzip, without name and time.
pub fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzBuilder::new().write(Vec::new(), Compression::new(3));
    // Into memory nothing can fail.
    let _written = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_looked_into() {
        let words = Words::default();
        let told = content(
            &words,
            &packed(&packed(b"password=hunter2")),
            Keep::default(),
            0,
        )
        .unwrap();
        let told = unpacked(&unpacked(&told).unwrap()).unwrap();
        assert_eq!(told, b"password=secret-1");
    }

    #[test]
    fn what_is_not_known_is_left_out_unless_somebody_wants_it() {
        let words = Words::default();
        let mut deep = b"text".to_vec();
        for _ in 0..9 {
            deep = packed(&deep);
        }
        let cut = packed(b"a text that is cut");
        let cut = cut.get(..cut.len() - 9).unwrap();
        for bytes in [b"PK\x03\x04\xff".as_slice(), b"a\0n\0a\0", &deep, cut] {
            let wanted = Keep {
                values: true,
                ..Keep::default()
            };
            assert!(content(&words, bytes, Keep::default(), 0).is_err());
            assert!(content(&words, bytes, wanted, 0).is_ok());
        }
    }
}
