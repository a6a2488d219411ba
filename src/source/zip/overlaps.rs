//! Files of a zip whose bytes are also those of others.
//!
//! No packer writes such, but a bomb is made so: one stretch of packed bytes that a thousand
//! names unpack. They are told, and what they unpack to is limited, all together.

use crate::counts::{bytes, count, counted};
use crate::model::{Place, Problem};
use crate::sorting::sort_by_key;
use crate::source::{ReadError, limits};
use std::cell::Cell;
use std::ops::Range;

/// The stretches of an archive that several files share.
pub(super) struct Overlaps {
    /// In their order, none of which touch.
    shared: Vec<Range<u64>>,
    files: u64,
    size: u64,
    /// What may still come out of them.
    left: Cell<u64>,
}

/// A file of the archive: where its header and its packed bytes lie, and what is announced
/// to come out.
pub(super) type Stretch = (Range<u64>, u64);

impl Overlaps {
    pub fn of(mut files: Vec<Stretch>) -> Self {
        sort_by_key(&mut files, |(range, _)| (range.start, range.end));
        let mut found = Self {
            shared: Vec::new(),
            files: 0,
            size: 0,
            left: Cell::new(limits::OVERLAPPING),
        };
        // Files that lie one over the other, as far as that goes.
        let mut group: Option<(Range<u64>, u64, u64)> = None;
        for (range, size) in files {
            group = Some(match group.take() {
                Some((own, files, sum)) if range.start < own.end => {
                    let own = own.start..own.end.max(range.end);
                    (own, files + 1, sum.saturating_add(size))
                }
                over => {
                    found.close(over);
                    (range, 1, size)
                }
            });
        }
        found.close(group);
        found
    }

    fn close(&mut self, group: Option<(Range<u64>, u64, u64)>) {
        if let Some((range, files, size)) = group.filter(|(_, files, _)| *files > 1) {
            self.shared.push(range);
            self.files += files;
            self.size = self.size.saturating_add(size);
        }
    }

    pub fn problem(&self, archive: &str) -> Option<Problem> {
        let place = Place::at(archive, self.shared.first()?.start);
        let files = counted(self.files, "file has", "files have");
        Some(Problem::warning(
            place,
            format!(
                "{files} bytes in the archive that other files have too; together they claim to be {}.",
                bytes(self.size)
            ),
            format!(
                "No packer writes such. At most {} of them are unpacked, all together.",
                bytes(limits::OVERLAPPING)
            ),
        ))
    }

    /// What a file at this place may unpack to that announces so much; refused where too much
    /// of its kind was unpacked already.
    pub fn allow(&self, header: u64, size: u64) -> Result<u64, ReadError> {
        let at = self.shared.partition_point(|range| range.end <= header);
        let is_shared = self
            .shared
            .get(at)
            .is_some_and(|range| range.start <= header);
        if !is_shared {
            return Ok(limits::UNPACKED_FILE);
        }
        match self.left.get().checked_sub(size) {
            Some(left) => {
                self.left.set(left);
                // No more than was counted.
                Ok(size)
            }
            None => Err(ReadError::Unsupported(format!(
                "The file has bytes in the archive that other files have too. It claims to be {}, and of such files no more than {} are unpacked, all together.",
                bytes(size),
                count(limits::OVERLAPPING)
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_share_bytes_are_found() {
        let found = Overlaps::of(vec![
            (20..30, 5),
            (0..10, 1),
            (10..20, 2),
            (25..28, 7),
            (29..40, 1),
            (50..60, 1),
            (55..56, 2),
        ]);
        assert_eq!((found.files, found.size), (5, 16));
        assert_eq!(found.shared, [20..40, 50..60]);
        assert_eq!(
            Overlaps::of(vec![(0..10, 1), (10..20, 2)]).problem("x"),
            None
        );
    }

    #[test]
    fn what_they_unpack_to_is_limited_together() {
        let found = Overlaps::of(vec![(0..10, 1), (5..20, 1), (20..30, 1)]);
        let half = limits::OVERLAPPING / 2 + 1;
        assert_eq!(found.allow(0, half), Ok(half));
        assert!(found.allow(5, half).is_err());
        assert_eq!(found.allow(5, half - 2), Ok(half - 2));
        assert_eq!(found.allow(20, u64::MAX), Ok(limits::UNPACKED_FILE));
    }
}
