//! Order that costs little program: sorting, and maps and sets that are sorted lists.
//!
//! The standard library's sorts are made anew for each kind of item and each way to
//! compare, 3 to 6 kB of program every time, and its trees take as much for every
//! pair of key and value. Runglass puts some forty lists in order, each of them
//! short or nearly in order already, and every visitor loads the program first. So
//! the work is written here once, in terms of numbers, and only what looks at items
//! is made anew.
//!
//! It knows nothing of what is sorted. Start with [`sort_by`]; [`SortedMap`] and
//! [`SortedSet`] stand in for `BTreeMap` and `BTreeSet` where a list is filled once,
//! or mostly at its end, and then looked up.

#![expect(
    clippy::indexing_slicing,
    reason = "places are counted from the length of the list that they stand in"
)]

mod sorted;

pub use sorted::{SortedMap, SortedSet};

use std::cmp::Ordering;

/// Sorts by the items' own order; equal ones keep theirs.
pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// Sorts by a key of each item, which is asked for anew at each comparison; items
/// with equal keys keep their order.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |one, other| key(one).cmp(&key(other)));
}

/// Sorts by a comparison; equal items keep their order. A comparison that
/// contradicts itself leaves the items in some order, and nothing worse happens.
///
/// Takes about `n log2 n` comparisons, `n` when the items are in order already, and
/// one and a half numbers of memory for each item.
pub fn sort_by<T>(items: &mut [T], compare: impl FnMut(&T, &T) -> Ordering) {
    let count = items.len();
    sort_row(&mut Items { items, compare }, count);
}

/// A list as the sorting sees it: places that can be compared and swapped.
trait Row {
    fn compare(&mut self, one: usize, other: usize) -> Ordering;
    fn swap(&mut self, one: usize, other: usize);
}

struct Items<'a, T, F> {
    items: &'a mut [T],
    compare: F,
}

impl<T, F: FnMut(&T, &T) -> Ordering> Row for Items<'_, T, F> {
    fn compare(&mut self, one: usize, other: usize) -> Ordering {
        (self.compare)(&self.items[one], &self.items[other])
    }

    fn swap(&mut self, one: usize, other: usize) {
        self.items.swap(one, other);
    }
}

fn sort_row(row: &mut dyn Row, count: usize) {
    /// Up to here, moving each item to its place is the quickest, and needs no memory.
    const SHORT: usize = 12;
    if count > SHORT {
        let from = ranked(row, count);
        move_all(row, from);
        return;
    }
    for item in 1..count {
        let mut at = item;
        while at > 0 && row.compare(at - 1, at).is_gt() {
            row.swap(at - 1, at);
            at -= 1;
        }
    }
}

/// For each place the one whose item belongs there: a merge sort of the places, from
/// single ones up.
fn ranked(row: &mut dyn Row, count: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    let mut spare = Vec::new();
    let mut width = 1;
    while width < count {
        for pair in places.chunks_mut(2 * width) {
            if pair.len() > width {
                merge(row, pair, width, &mut spare);
            }
        }
        width *= 2;
    }
    places
}

/// Merges two sorted stretches that lie side by side, the second from `middle` on.
fn merge(row: &mut dyn Row, places: &mut [usize], middle: usize, spare: &mut Vec<usize>) {
    // What comes in order costs one comparison a stretch.
    if row.compare(places[middle - 1], places[middle]).is_le() {
        return;
    }
    spare.clear();
    spare.extend_from_slice(&places[..middle]);
    let (mut left, mut right) = (0, middle);
    for at in 0..places.len() {
        if left == spare.len() {
            // The rest of the second stretch is where it belongs.
            return;
        }
        // Of equals the left one goes first.
        let takes_right = right < places.len() && row.compare(places[right], spare[left]).is_lt();
        if takes_right {
            places[at] = places[right];
            right += 1;
        } else {
            places[at] = spare[left];
            left += 1;
        }
    }
}

/// Brings every item to its place, along the circles in which they change places.
fn move_all(row: &mut dyn Row, mut from: Vec<usize>) {
    for start in 0..from.len() {
        let mut at = start;
        loop {
            let next = std::mem::replace(&mut from[at], at);
            if next == start || next == at {
                break;
            }
            row.swap(at, next);
            at = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cell::Cell;

    proptest! {
        /// Few different keys, so that there are equals, and each with its first place,
        /// so that it shows when equals change places.
        #[test]
        fn sorts_as_the_standard_library_does(keys in prop::collection::vec(0u8..20, 0..200)) {
            let items: Vec<(u8, usize)> = keys.into_iter().zip(0..).collect();
            let mut expected = items.clone();
            expected.sort_by_key(|(key, _)| *key);
            let mut found = items.clone();
            sort_by_key(&mut found, |(key, _)| *key);
            prop_assert_eq!(&found, &expected);

            expected.sort_by_key(|(key, _)| std::cmp::Reverse(*key));
            sort_by(&mut found, |one, other| other.0.cmp(&one.0));
            prop_assert_eq!(&found, &expected);

            sort(&mut found);
            expected.sort();
            prop_assert_eq!(&found, &expected);
        }

        #[test]
        fn a_comparison_that_contradicts_itself_loses_nothing(
            items in prop::collection::vec(0u8..20, 0..100),
            answers in prop::collection::vec(-1i8..=1, 1..50),
        ) {
            let mut answers = answers.iter().cycle().map(|answer| answer.cmp(&0));
            let mut found = items.clone();
            sort_by(&mut found, |_, _| answers.next().unwrap());
            found.sort();
            let mut expected = items;
            expected.sort();
            prop_assert_eq!(found, expected);
        }
    }

    /// How often two items are compared.
    fn comparisons(mut items: Vec<u32>) -> usize {
        let count = Cell::new(0);
        sort_by(&mut items, |one, other| {
            count.set(count.get() + 1);
            one.cmp(other)
        });
        assert!(items.is_sorted());
        count.get()
    }

    #[test]
    fn what_is_in_order_costs_little() {
        assert!(comparisons((0..100_000).collect()) < 100_000);
        assert!(comparisons((0..100_000).rev().collect()) < 1_000_000);
        let scattered = (0..100_000u32).map(|at| at.wrapping_mul(2_654_435_761));
        assert!(comparisons(scattered.collect()) < 1_700_000);
    }
}
