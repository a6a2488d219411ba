//! The memo: values by number, so that a pickle can refer to them again.
//!
//! Numbers normally run from 0 without holes; they may be anything. A number far
//! from the others costs one entry, not an array up to it.

#![expect(
    clippy::indexing_slicing,
    reason = "guarded by the comparison with the length"
)]

use crate::pickle::node::NodeId;
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(super) struct Memo {
    dense: Vec<NodeId>,
    sparse: BTreeMap<u64, NodeId>,
    /// How many numbers are taken; MEMOIZE uses this as the next number.
    count: u64,
}

impl Memo {
    /// CPython's MEMOIZE: the number of entries so far becomes the number of this one.
    #[inline]
    pub fn push(&mut self, id: NodeId) {
        if self.count == self.dense.len() as u64 && self.sparse.is_empty() {
            self.dense.push(id);
            self.count += 1;
        } else {
            self.put(self.count, id);
        }
    }

    pub fn put(&mut self, number: u64, id: NodeId) {
        let len = self.dense.len() as u64;
        if number < len {
            let slot = &mut self.dense[number as usize];
            let was_free = *slot == NodeId::MISSING;
            *slot = id;
            if was_free && self.sparse.remove(&number).is_none() {
                self.count += 1;
            }
        } else if number <= 2 * self.count + 256 {
            // A small hole, or none: the array may grow to about twice what was put.
            self.dense.resize(number as usize, NodeId::MISSING);
            self.dense.push(id);
            if self.sparse.remove(&number).is_none() {
                self.count += 1;
            }
        } else if self.sparse.insert(number, id).is_none() {
            self.count += 1;
        }
    }

    #[inline]
    pub fn get(&self, number: u64) -> Option<NodeId> {
        let dense = usize::try_from(number)
            .ok()
            .and_then(|number| self.dense.get(number));
        match dense {
            Some(&id) if id != NodeId::MISSING => Some(id),
            _ => self.sparse.get(&number).copied(),
        }
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    pub fn memory(&self) -> u64 {
        // A tree entry costs about four times its contents.
        (self.dense.len() * size_of::<NodeId>() + self.sparse.len() * 48) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_come_in_any_order() {
        let mut memo = Memo::default();
        memo.put(5, NodeId::TRUE);
        memo.put(1 << 40, NodeId::FALSE);
        memo.put(0, NodeId::NONE);
        assert_eq!(memo.get(5), Some(NodeId::TRUE));
        assert_eq!(memo.get(1 << 40), Some(NodeId::FALSE));
        assert_eq!(memo.get(0), Some(NodeId::NONE));
        assert_eq!(memo.get(1), None);
        // Three entries so far: the next number is 3.
        memo.push(NodeId::EMPTY_TUPLE);
        assert_eq!(memo.get(3), Some(NodeId::EMPTY_TUPLE));
        assert_eq!(memo.count(), 4);
    }

    #[test]
    fn a_number_taken_again_holds_the_new_value() {
        let mut memo = Memo::default();
        memo.put(9_000, NodeId::TRUE);
        for _ in 0..9_100 {
            memo.push(NodeId::NONE);
        }
        memo.put(9_000, NodeId::FALSE);
        assert_eq!(memo.get(9_000), Some(NodeId::FALSE));
        // As in CPython, the next number is how many there are: once that number is
        // taken, it is overwritten again and again.
        assert_eq!(memo.count(), 9_000);
    }

    #[test]
    fn far_numbers_cost_one_entry_each() {
        let mut memo = Memo::default();
        for shift in 10..40 {
            memo.put(1 << shift, NodeId::NONE);
        }
        assert_eq!(memo.count(), 30);
        assert!(memo.memory() < 10_000);
    }
}
