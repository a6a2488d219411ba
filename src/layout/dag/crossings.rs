//! Counting crossings: between two layers, and between two neighbours.

#![expect(
    clippy::indexing_slicing,
    reason = "places are positions in the layers they were taken from"
)]

use super::lanes::Layered;

/// Counts crossings by a tree of partial sums over the places of a layer (Barth,
/// Jünger and Mutzel): for each segment, how many of those before it end behind it.
#[derive(Debug, Default)]
pub(super) struct Counter {
    sums: Vec<u64>,
}

impl Counter {
    /// Crossings between two layers, the lower of which has the given length, and how
    /// many segments there are.
    pub(super) fn between(
        &mut self,
        graph: &Layered,
        upper_layer: &[usize],
        lower_length: usize,
        place: &[usize],
    ) -> (u64, usize) {
        self.sums.clear();
        self.sums.resize(lower_length + 1, 0);
        let mut seen = 0;
        let mut crossings = 0;
        for &vertex in upper_layer {
            let ends = graph.down.of(vertex).iter();
            let places = ends.map(|&segment| place[graph.lower[segment]]);
            for place in places.clone() {
                crossings += seen - self.up_to(place);
            }
            for place in places {
                self.add(place);
                seen += 1;
            }
        }
        (crossings, seen as usize)
    }

    fn up_to(&self, place: usize) -> u64 {
        let mut sum = 0;
        let mut at = place + 1;
        while at > 0 {
            sum += self.sums[at];
            at &= at - 1;
        }
        sum
    }

    fn add(&mut self, place: usize) {
        let mut at = place + 1;
        while at < self.sums.len() {
            self.sums[at] += 1;
            at += at & at.wrapping_neg();
        }
    }
}

/// How the segments of two neighbours cross, as they stand and if they changed
/// places, given the sorted places of their other ends.
pub(super) fn of_pair(left: &[usize], right: &[usize]) -> (u64, u64) {
    let (mut standing, mut swapped) = (0, 0);
    let (mut less, mut not_more) = (0, 0);
    for &end in left {
        while right.get(less).is_some_and(|&other| other < end) {
            less += 1;
        }
        not_more = not_more.max(less);
        while right.get(not_more).is_some_and(|&other| other <= end) {
            not_more += 1;
        }
        standing += less as u64;
        swapped += (right.len() - not_more) as u64;
    }
    (standing, swapped)
}

#[cfg(test)]
mod tests {
    use super::of_pair;

    #[test]
    fn a_pair_crosses_where_ends_are_the_other_way_round() {
        assert_eq!(of_pair(&[0], &[1]), (0, 1));
        assert_eq!(of_pair(&[1], &[0]), (1, 0));
        assert_eq!(of_pair(&[0, 2], &[1]), (1, 1));
        assert_eq!(of_pair(&[1, 2, 3], &[0, 1]), (5, 0));
    }

    #[test]
    fn common_ends_do_not_cross() {
        assert_eq!(of_pair(&[4], &[4]), (0, 0));
        assert_eq!(of_pair(&[1, 1], &[1]), (0, 0));
        assert_eq!(of_pair(&[], &[1]), (0, 0));
    }
}
