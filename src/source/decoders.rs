//! The ways in which bytes are packed, and what unpacks each.
//!
//! All of them are other people's, in Rust. What one may take for itself is limited here;
//! what comes out is limited by who reads. Start with [`Packing::reader`].

use bzip2::bufread::MultiBzDecoder;
use deflate64::Deflate64Decoder;
use flate2::bufread::{DeflateDecoder, GzDecoder, MultiGzDecoder, ZlibDecoder};
use lzma_rust2::{LzmaReader, XzReader};
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};
use std::io::{self, Read};

/// What packed bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Bare deflate, as in a zip.
    Deflate,
    /// Its successor with a window of 64 KiB, as in a large zip by Windows.
    Deflate64,
    /// One gzip member, as Metaflow stores its blobs.
    Gzip,
    /// Deflate with a checksum, as Python's `zlib.compress` makes it.
    Zlib,
    /// Gzip members one after the other, as `pigz` and `cat` make them.
    Members,
    Bzip2,
    /// A bare stream behind its properties, as in a zip (APPNOTE.TXT 5.8.8), of so many
    /// bytes of content.
    Lzma(u64),
    Xz,
    Zstandard,
}

impl Packing {
    /// Of a file that is packed as one, by how it begins.
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, 8, ..] => Some(Self::Members),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstandard),
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Some(Self::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            _ => None,
        }
    }

    /// Of a file in a zip, by the number of its method (APPNOTE.TXT 4.4.5) and the bytes of
    /// content that are announced.
    pub fn of_method(method: u16, size: u64) -> Option<Self> {
        Some(match method {
            8 => Self::Deflate,
            9 => Self::Deflate64,
            12 => Self::Bzip2,
            14 => Self::Lzma(size),
            93 => Self::Zstandard,
            95 => Self::Xz,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Deflate => "deflate",
            Self::Deflate64 => "Deflate64",
            Self::Gzip | Self::Members => "gzip",
            Self::Zlib => "zlib",
            Self::Bzip2 => "bzip2",
            Self::Lzma(_) => "LZMA",
            Self::Xz => "xz",
            Self::Zstandard => "Zstandard",
        }
    }

    /// Whether it is deflate, which cannot grow beyond all bounds.
    pub(super) fn is_deflate(self) -> bool {
        matches!(
            self,
            Self::Deflate | Self::Gzip | Self::Members | Self::Zlib
        )
    }

    pub(super) fn reader(self, packed: &[u8]) -> io::Result<Box<dyn Read + '_>> {
        Ok(match self {
            Self::Deflate => Box::new(DeflateDecoder::new(packed)),
            Self::Deflate64 => Box::new(Deflate64Decoder::new(packed)),
            Self::Gzip => Box::new(GzDecoder::new(packed)),
            Self::Members => Box::new(MultiGzDecoder::new(packed)),
            Self::Zlib => Box::new(ZlibDecoder::new(packed)),
            Self::Bzip2 => Box::new(MultiBzDecoder::new(packed)),
            Self::Lzma(size) => Box::new(lzma(packed, size)?),
            Self::Xz => Box::new(XzReader::new_mem_limit(packed, true, MOST / 1024)),
            Self::Zstandard => Box::new(Frames::new(packed)),
        })
    }
}

/// Why unpacking came to an end, in words: some decoders print what they are made of.
pub(super) fn told(error: &io::Error) -> String {
    let text = error.to_string();
    if error.kind() == io::ErrorKind::UnexpectedEof || text.contains("UnexpectedEof") {
        return "it ends early".to_owned();
    }
    let is_of_a_program = |part: &str| part.contains(['(', '{', '[']);
    let parts = text.split(": ");
    let words: Vec<&str> = parts.take_while(|part| !is_of_a_program(part)).collect();
    words.join(": ")
}

/// What a decoder may keep of what it gave, in bytes: xz asks for 64 MiB at its best.
const MOST: u32 = 256 << 20;

fn lzma(packed: &[u8], size: u64) -> io::Result<LzmaReader<&[u8]>> {
    let cut = || io::Error::from(io::ErrorKind::UnexpectedEof);
    // The version of its maker, and the length of the properties, of which there are five.
    let (head, stream) = packed.split_at_checked(9).ok_or_else(cut)?;
    let &[_, _, 5, 0, properties, a, b, c, d] = head else {
        return Err(io::Error::other("its properties are of no known length"));
    };
    let window = u32::from_le_bytes([a, b, c, d]);
    // No more is looked back to than there is.
    let window = u32::try_from(size)
        .unwrap_or(u32::MAX)
        .clamp(4096, window.max(4096));
    if window > MOST {
        return Err(io::Error::other("it asks for too much memory"));
    }
    LzmaReader::new_with_props(stream, size, properties, window, None)
        .map_err(|error| io::Error::other(error.to_string()))
}

/// All frames of a file of Zstandard, one after the other (RFC 8878 §3).
struct Frames<'a> {
    rest: &'a [u8],
    frame: Option<Box<StreamingDecoder<&'a [u8], FrameDecoder>>>,
}

impl<'a> Frames<'a> {
    fn new(packed: &'a [u8]) -> Self {
        Self {
            rest: packed,
            frame: None,
        }
    }

    /// Begins the next frame; `false` where there is none. Frames that no content is in are
    /// skipped.
    fn begin(&mut self) -> io::Result<bool> {
        use FrameDecoderError::ReadFrameHeaderError as InHeader;
        while !self.rest.is_empty() {
            match StreamingDecoder::new(self.rest) {
                Ok(frame) => {
                    self.frame = Some(Box::new(frame));
                    return Ok(true);
                }
                Err(InHeader(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    const HEADER: usize = 8;
                    let length = HEADER.saturating_add(length as usize);
                    self.rest = self.rest.get(length..).unwrap_or_default();
                }
                Err(error) => return Err(io::Error::other(error.to_string())),
            }
        }
        Ok(false)
    }
}

impl Read for Frames<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(frame) = &mut self.frame else {
                match self.begin()? {
                    true => continue,
                    false => return Ok(0),
                }
            };
            match frame.read(buffer)? {
                0 if !buffer.is_empty() => {
                    self.rest = frame.get_ref();
                    self.frame = None;
                }
                read => return Ok(read),
            }
        }
    }
}
