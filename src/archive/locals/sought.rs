//! Where a file ends that says so only behind its end, and that cannot be unpacked to find
//! out: by the descriptor that names as many bytes as stand before it.
//!
//! Of a stored file the checksum must be right too. Of others (packed by rarer methods,
//! encrypted) it is of what is inside; there a header must follow.

use super::header::{DESCRIPTOR, Descriptor, LOCAL, LONGEST_DESCRIPTOR, RECORD, Window};
use flate2::Crc;
use std::ops::Range;

pub(super) struct Seeking {
    /// Bytes of the archive.
    size: u64,
    /// Where the content begins.
    start: u64,
    /// How far descriptors were looked for.
    pub at: u64,
    /// Of a stored file: the checksum up to a place.
    crc: Option<(Crc, u64)>,
}

pub(super) enum Found {
    /// The content ends here, and this stands behind it.
    Descriptor(u64, Descriptor),
    Needs(Range<u64>),
    /// There is none up to the end of the archive.
    None,
}

impl Seeking {
    pub fn new(size: u64, start: u64, is_stored: bool) -> Self {
        Self {
            size,
            start,
            at: start,
            crc: is_stored.then(|| (Crc::new(), start)),
        }
    }

    pub fn step(&mut self, window: Window<'_>) -> Found {
        let end = window.start + window.bytes.len() as u64;
        while let Some(four) = window.get(self.at..self.at.saturating_add(4)) {
            if four.starts_with(b"PK") {
                // Behind a descriptor follows a header at the most.
                let needed = self
                    .at
                    .saturating_add(LONGEST_DESCRIPTOR + 4)
                    .min(self.size);
                if end < needed {
                    return self.needs(window, needed);
                }
                self.sum_up(window);
                if let Some((at, descriptor)) = self.candidates(window, four) {
                    return Found::Descriptor(at, descriptor);
                }
            }
            let rest = window.from(self.at + 1);
            let next = rest.iter().position(|byte| *byte == b'P');
            self.at += 1 + next.unwrap_or(rest.len()) as u64;
        }
        let needed = self.at.saturating_add(4);
        if needed <= self.size {
            return self.needs(window, needed);
        }
        // The archive may end behind a descriptor without a signature, or in the signature
        // of what follows.
        let tail = self.size.saturating_sub(LONGEST_DESCRIPTOR + 4);
        let tail = tail.max(self.start)..self.size;
        if window.get(tail.clone()).is_none() {
            return self.needs(window, tail.end);
        }
        let found = (0..4).find_map(|more| {
            let end = self.size.checked_sub(more)?;
            let found = self.unsigned(window, end);
            found.filter(|_| is_header(window.from(end)))
        });
        match found {
            Some((at, descriptor)) => Found::Descriptor(at, descriptor),
            None => Found::None,
        }
    }

    /// Goes on where more is here.
    fn needs(&mut self, window: Window<'_>, end: u64) -> Found {
        Found::Needs(self.sum_up(window)..end)
    }

    /// Each byte once, however many descriptors seem to fit. Says from where on bytes are
    /// needed still.
    fn sum_up(&mut self, window: Window<'_>) -> u64 {
        let kept = self.at.saturating_sub(LONGEST_DESCRIPTOR + 4);
        let kept = kept.max(self.start);
        let Some((crc, summed)) = &mut self.crc else {
            return kept;
        };
        if let Some(passed) = window.get(*summed..kept) {
            crc.update(passed);
            *summed = kept;
        }
        *summed
    }

    /// Descriptors that end or begin at `PK`, with the places where the content would end.
    fn candidates(&self, window: Window<'_>, four: &[u8]) -> Option<(u64, Descriptor)> {
        if *four == DESCRIPTOR {
            let signed = window.from(self.at);
            return [false, true].into_iter().find_map(|wide| {
                let descriptor = Descriptor::read(signed, 4, wide)?;
                let behind = self.at.saturating_add(descriptor.length);
                self.fits(window, self.at, behind, descriptor)
            });
        }
        match *four == LOCAL || *four == RECORD {
            true => self.unsigned(window, self.at),
            false => None,
        }
    }

    /// A descriptor without a signature that ends here.
    fn unsigned(&self, window: Window<'_>, end: u64) -> Option<(u64, Descriptor)> {
        let forms = [(20, true), (12, false)];
        forms.into_iter().find_map(|(length, wide)| {
            let at = end.checked_sub(length).filter(|at| *at >= self.start)?;
            let descriptor = Descriptor::read(window.from(at), 0, wide)?;
            self.fits(window, at, end, descriptor)
        })
    }

    fn fits(
        &self,
        window: Window<'_>,
        at: u64,
        behind: u64,
        descriptor: Descriptor,
    ) -> Option<(u64, Descriptor)> {
        if descriptor.packed != at - self.start {
            return None;
        }
        let is_right = match &self.crc {
            Some((so_far, summed)) => {
                let mut crc = Crc::new();
                crc.combine(so_far);
                crc.update(window.get(*summed..at)?);
                crc.sum() == descriptor.crc && descriptor.size == descriptor.packed
            }
            None => {
                let next = window.get(behind..self.size.min(behind.saturating_add(4)));
                next.is_some_and(is_header)
            }
        };
        is_right.then_some((at, descriptor))
    }
}

/// Whether a header of a file or a record of the directory begins so, as far as it is here.
fn is_header(start: &[u8]) -> bool {
    LOCAL.starts_with(start) || RECORD.starts_with(start)
}
