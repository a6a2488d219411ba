//! Parts of a blob, of which the last ones are kept where each costs a request.
//!
//! The records of a run lie close together in an archive, but they are asked for in
//! several passes, and what one pass needs often lies in the gaps of what the pass
//! before has fetched. Knows nothing of what the parts hold. Start with
//! [`PartReader::read`].

use super::{Blob, Bytes, ReadError, limits};
use crate::sorting::sort_by_key;
use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;

pub(super) struct PartReader {
    blob: Rc<dyn Blob>,
    fetched: Cell<u64>,
    /// The one used longest ago first.
    kept: RefCell<Vec<Part>>,
}

#[derive(Clone)]
struct Part {
    start: u64,
    bytes: Bytes,
}

impl Part {
    fn end(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }

    /// Puts the bytes that lie in a range to their places among the range's bytes.
    fn copy_to(&self, bytes: &mut [u8], range: &Range<u64>) {
        let (start, end) = (self.start.max(range.start), self.end().min(range.end));
        let stretch = |from: u64| {
            let first = usize::try_from(start.checked_sub(from)?).ok()?;
            let last = usize::try_from(end.checked_sub(from)?).ok()?;
            Some(first..last)
        };
        let to = stretch(range.start).and_then(|to| bytes.get_mut(to));
        let from = stretch(self.start).and_then(|from| self.bytes.get(from));
        if let (Some(to), Some(from)) = (to, from)
            && to.len() == from.len()
        {
            to.copy_from_slice(from);
        }
    }
}

impl PartReader {
    pub fn new(blob: Rc<dyn Blob>) -> Self {
        Self {
            blob,
            fetched: Cell::new(0),
            kept: RefCell::default(),
        }
    }

    pub fn blob(&self) -> &dyn Blob {
        &*self.blob
    }

    /// Bytes that were asked of the blob so far.
    pub fn fetched(&self) -> u64 {
        self.fetched.get()
    }

    /// Reads a part, which lies within the blob's size: what is kept of it is taken from
    /// there, the rest from the blob.
    pub async fn read(&self, range: Range<u64>) -> Result<Bytes, ReadError> {
        if !self.blob.is_remote() {
            return self.fetch(range).await;
        }
        let length = range.end - range.start;
        let Ok(size) = usize::try_from(length) else {
            return Err(ReadError::TooLarge {
                size: length,
                limit: usize::MAX as u64,
            });
        };
        // Taken out at once: what is kept may change while the rest is waited for.
        let (mut parts, missing) = self.known(&range);
        for gap in missing {
            let gap = self.with_neighbours(gap, &parts);
            let start = gap.start;
            let bytes = self.fetch(gap).await?;
            self.keep(start, bytes.clone());
            parts.push(Part { start, bytes });
        }
        // What came in one piece needs no putting together.
        if let [whole] = parts.as_slice()
            && whole.start == range.start
            && whole.bytes.len() == size
        {
            return Ok(whole.bytes.clone());
        }
        let mut bytes = vec![0; size];
        for part in &parts {
            part.copy_to(&mut bytes, &range);
        }
        Ok(Rc::new(bytes))
    }

    async fn fetch(&self, range: Range<u64>) -> Result<Bytes, ReadError> {
        self.fetched
            .set(self.fetched.get() + (range.end - range.start));
        self.blob.read(range).await.map(Rc::new)
    }

    /// The parts of a range that are kept, and the gaps to be fetched.
    fn known(&self, range: &Range<u64>) -> (Vec<Part>, Vec<Range<u64>>) {
        let mut kept = self.kept.borrow_mut();
        let (mut used, others): (Vec<Part>, Vec<Part>) = std::mem::take(&mut *kept)
            .into_iter()
            .partition(|part| part.start < range.end && part.end() > range.start);
        sort_by_key(&mut used, |part| part.start);
        let mut missing: Vec<Range<u64>> = Vec::new();
        let mut at = range.start;
        let ends = used.iter().map(|part| (part.start, part.end()));
        for (start, end) in ends.chain([(range.end, range.end)]) {
            if start > at {
                missing.push(at..start);
            }
            at = at.max(end);
        }
        *kept = others;
        kept.extend(used.iter().cloned());
        (used, missing)
    }

    /// A short stretch with what lies around it, as far as nobody has that: the next pass over
    /// the same task asks for its other records, and a request costs more than they do.
    fn with_neighbours(&self, gap: Range<u64>, known: &[Part]) -> Range<u64> {
        if gap.end - gap.start > limits::JOIN_GAP {
            return gap;
        }
        let kept = self.kept.borrow();
        let known = || kept.iter().chain(known);
        let before = known().map(Part::end).filter(|end| *end <= gap.start);
        let after = known()
            .map(|part| part.start)
            .filter(|start| *start >= gap.end);
        let floor = before.max().unwrap_or(0);
        let ceiling = after.min().unwrap_or(u64::MAX).min(self.blob.size());
        let start = gap.start.saturating_sub(limits::JOIN_GAP).max(floor);
        let end = gap.end.saturating_add(limits::JOIN_GAP / 2).min(ceiling);
        start..end.max(gap.end)
    }

    fn keep(&self, start: u64, bytes: Bytes) {
        if bytes.len() as u64 > limits::JOIN_MOST {
            return;
        }
        let part = Part { start, bytes };
        let mut kept = self.kept.borrow_mut();
        kept.push(part);
        let mut size: u64 = kept.iter().map(|part| part.bytes.len() as u64).sum();
        while size > limits::KEPT_PARTS {
            size -= kept.remove(0).bytes.len() as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{MemoryBlob, Waiting};
    use proptest::prelude::*;

    /// A blob that lies elsewhere, and what was asked of it.
    struct Far {
        blob: MemoryBlob,
        asked: RefCell<Vec<Range<u64>>>,
    }

    impl Blob for Far {
        fn name(&self) -> String {
            self.blob.name()
        }

        fn size(&self) -> u64 {
            self.blob.size()
        }

        fn read(&self, range: Range<u64>) -> Waiting<'_, Result<Vec<u8>, ReadError>> {
            self.asked.borrow_mut().push(range.clone());
            self.blob.read(range)
        }

        fn is_remote(&self) -> bool {
            true
        }
    }

    fn far(size: u64) -> Rc<Far> {
        let bytes = (0..size).map(|at| (at / 251 + at) as u8).collect();
        Rc::new(Far {
            blob: MemoryBlob::new("far", bytes),
            asked: RefCell::default(),
        })
    }

    fn read(reader: &PartReader, range: Range<u64>) -> Bytes {
        pollster::block_on(reader.read(range)).unwrap()
    }

    const SIZE: u64 = 300_000;

    proptest! {
        #[test]
        fn the_bytes_are_those_of_the_blob(
            ranges in prop::collection::vec((0u64..SIZE, 0u64..40_000), 1..30),
        ) {
            let blob = far(SIZE);
            let reader = PartReader::new(blob.clone());
            for (start, length) in ranges {
                let range = start..(start + length).min(SIZE);
                let expected = pollster::block_on(blob.blob.read(range.clone())).unwrap();
                prop_assert_eq!(&*read(&reader, range), &expected);
            }
            let mut asked = blob.asked.borrow().clone();
            prop_assert!(asked.iter().all(|range| !range.is_empty()));
            let fetched: u64 = asked.iter().map(|range| range.end - range.start).sum();
            prop_assert_eq!(fetched, reader.fetched());
            // Nothing is fetched twice.
            asked.sort_by_key(|range| range.start);
            prop_assert!(asked.windows(2).all(|two| two[0].end <= two[1].start));
        }
    }

    #[test]
    fn what_is_kept_is_not_fetched_again() {
        const K: u64 = 1024;
        let blob = far(1000 * K);
        let reader = PartReader::new(blob.clone());
        for (start, end) in [(100, 200), (120, 180), (50, 150), (150, 300), (20, 400)] {
            read(&reader, start * K..end * K);
        }
        let asked = blob.asked.borrow();
        let asked: Vec<_> = asked
            .iter()
            .map(|range| range.start / K..range.end / K)
            .collect();
        assert_eq!(asked, [100..200, 50..100, 200..300, 20..50, 300..400]);
    }

    #[test]
    fn what_lies_around_a_short_part_comes_along() {
        let (before, after) = (limits::JOIN_GAP, limits::JOIN_GAP / 2);
        let blob = far(300_000);
        let reader = PartReader::new(blob.clone());
        read(&reader, 100_000..100_010);
        read(&reader, 90_000..90_100);
        let end = 100_010 + after;
        // Up to what is there already, and not beyond the end.
        read(&reader, end + 5..end + 10);
        read(&reader, 299_990..300_000);
        assert_eq!(
            *blob.asked.borrow(),
            [
                100_000 - before..end,
                end..end + 10 + after,
                299_990 - before..300_000
            ]
        );
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let blob = far(limits::KEPT_PARTS + 2 * limits::JOIN_MOST);
        let reader = PartReader::new(blob.clone());
        for at in 0..blob.size() / limits::JOIN_MOST {
            let start = at * limits::JOIN_MOST;
            read(&reader, start..start + limits::JOIN_MOST);
        }
        let asked = blob.asked.borrow().len();
        read(&reader, 0..10);
        assert_eq!(blob.asked.borrow().len(), asked + 1);
        read(&reader, blob.size() - 10..blob.size());
        assert_eq!(blob.asked.borrow().len(), asked + 1);
    }

    #[test]
    fn what_is_near_is_not_kept() {
        let blob = Rc::new(MemoryBlob::new("near", vec![7; 100]));
        let reader = PartReader::new(blob);
        read(&reader, 0..100);
        read(&reader, 0..100);
        assert_eq!(reader.fetched(), 200);
    }
}
