//! Bytes that can be read in pieces.

use super::{ReadError, Waiting};
use std::ops::Range;

/// One file whose bytes can be read in pieces: a `File` of the browser, a file of
/// the command line, a URL on a server with ranges.
pub trait Blob {
    /// As the user knows it.
    fn name(&self) -> String;

    /// Bytes in all.
    fn size(&self) -> u64;

    /// Reads a part; the range lies within the size. A short answer is an error of
    /// the blob's and comes back as [`ReadError::Damaged`].
    fn read(&self, range: Range<u64>) -> Waiting<'_, Result<Vec<u8>, ReadError>>;

    /// Whether a read costs a request, so that what was read is worth keeping. Memory
    /// and disk are near.
    fn is_remote(&self) -> bool {
        false
    }

    /// The status by which its host wants to know who asks, where it has given something
    /// before.
    fn locked_by(&self) -> Option<u16> {
        None
    }
}

/// Bytes that are there already.
pub struct MemoryBlob {
    name: String,
    bytes: Vec<u8>,
}

impl MemoryBlob {
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self {
            name: name.into(),
            bytes,
        }
    }
}

impl Blob for MemoryBlob {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read(&self, range: Range<u64>) -> Waiting<'_, Result<Vec<u8>, ReadError>> {
        let bytes = usize::try_from(range.start)
            .ok()
            .zip(usize::try_from(range.end).ok())
            .and_then(|(start, end)| self.bytes.get(start..end))
            .map(<[u8]>::to_vec)
            .ok_or_else(|| {
                ReadError::Damaged(format!(
                    "Bytes {} to {} were asked for, of {}.",
                    range.start,
                    range.end,
                    self.bytes.len()
                ))
            });
        Box::pin(std::future::ready(bytes))
    }
}
