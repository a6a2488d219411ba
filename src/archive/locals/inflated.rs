//! Where a deflated file ends that says so only behind its end: it is unpacked, and what
//! comes out is counted and dropped.

use super::header::Window;
use flate2::Crc;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{
    DecompressorOxide, TINFL_LZ_DICT_SIZE, decompress, inflate_flags,
};

pub(super) struct Inflating {
    state: Box<DecompressorOxide>,
    /// What came out last, which what follows refers back to.
    past: Vec<u8>,
    filled: usize,
    pub crc: Crc,
    pub size: u64,
    /// How far the packed bytes were read.
    pub at: u64,
}

pub(super) enum Progress {
    /// The end: the next byte is none of its own.
    Over,
    /// There is more to come out of what is here.
    Some,
    /// More packed bytes are needed.
    Needs,
    /// It is no deflate.
    Broken,
}

/// What comes out in one step: some milliseconds of work.
const STEP: usize = 2 << 20;

impl Inflating {
    pub fn new(at: u64) -> Self {
        Self {
            state: Box::default(),
            past: vec![0; TINFL_LZ_DICT_SIZE],
            filled: 0,
            crc: Crc::new(),
            size: 0,
            at,
        }
    }

    pub fn step(&mut self, window: Window<'_>) -> Progress {
        let mut out = 0;
        while out < STEP {
            let (status, read, written) = decompress(
                &mut self.state,
                window.from(self.at),
                &mut self.past,
                self.filled,
                inflate_flags::TINFL_FLAG_HAS_MORE_INPUT,
            );
            let new = self.past.get(self.filled..self.filled + written);
            self.crc.update(new.unwrap_or_default());
            self.filled = (self.filled + written) % TINFL_LZ_DICT_SIZE;
            self.size += written as u64;
            self.at += read as u64;
            out += written;
            match status {
                TINFLStatus::Done => return Progress::Over,
                TINFLStatus::NeedsMoreInput => return Progress::Needs,
                TINFLStatus::HasMoreOutput => {}
                _ => return Progress::Broken,
            }
        }
        Progress::Some
    }
}
