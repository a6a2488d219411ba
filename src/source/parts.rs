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

    /// The parts of a range that are kept, and the gaps to be fetched: gaps that lie close
    /// together are one, with what is known between them.
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
                match missing.last_mut() {
                    Some(last) if at - last.end <= limits::JOIN_GAP => last.end = start,
                    _ => missing.push(at..start),
                }
            }
            at = at.max(end);
        }
        *kept = others;
        kept.extend(used.iter().cloned());
        (used, missing)
    }

    fn keep(&self, start: u64, bytes: Bytes) {
        if bytes.len() as u64 > limits::JOIN_MOST {
            return;
        }
        let part = Part { start, bytes };
        let mut kept = self.kept.borrow_mut();
        // It may hold small parts that lay between two gaps.
        kept.retain(|other| other.start < part.start || other.end() > part.end());
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

    proptest! {
        #[test]
        fn the_bytes_are_those_of_the_blob(
            ranges in prop::collection::vec((0u64..2000, 0u64..300), 1..40),
        ) {
            let blob = far(2000);
            let reader = PartReader::new(blob.clone());
            let mut covered = [false; 2000];
            for (start, length) in ranges {
                let range = start..(start + length).min(2000);
                let expected = pollster::block_on(blob.blob.read(range.clone())).unwrap();
                prop_assert_eq!(&*read(&reader, range.clone()), &expected);
                for at in range {
                    covered[at as usize] = true;
                }
            }
            let asked = blob.asked.borrow();
            prop_assert!(asked.iter().all(|range| !range.is_empty()));
            let fetched: u64 = asked.iter().map(|range| range.end - range.start).sum();
            prop_assert_eq!(fetched, reader.fetched());
            // Small parts between gaps are fetched again with them: cheaper than two requests.
            let needed = covered.iter().filter(|covered| **covered).count() as u64;
            prop_assert!(fetched >= needed);
        }
    }

    #[test]
    fn what_is_kept_is_not_fetched_again() {
        let blob = far(1000);
        let reader = PartReader::new(blob.clone());
        for range in [100..200, 120..180, 50..150, 150..300, 60..290] {
            read(&reader, range);
        }
        assert_eq!(*blob.asked.borrow(), [100..200, 50..100, 200..300]);
    }

    #[test]
    fn a_large_part_between_two_gaps_is_not_fetched_again() {
        let (small, large) = (limits::JOIN_GAP, limits::JOIN_GAP + 1);
        let blob = far(10 * large);
        let reader = PartReader::new(blob.clone());
        for range in [10..10 + small, 0..20 + small, 50 + large..50 + 2 * large] {
            read(&reader, range);
        }
        read(&reader, 0..100 + 2 * large);
        let asked = blob.asked.borrow();
        assert_eq!(
            *asked,
            [
                10..10 + small,
                0..20 + small,
                50 + large..50 + 2 * large,
                20 + small..50 + large,
                50 + 2 * large..100 + 2 * large
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
