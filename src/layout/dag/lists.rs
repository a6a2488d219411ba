//! Many short lists in two allocations: the edges of every node, the vertices of
//! every layer.

#![expect(
    clippy::indexing_slicing,
    reason = "offsets are built here and keys are checked to be below the count"
)]

/// For each key from 0 up, the places of a sequence that carried this key, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    starts: Vec<usize>,
    items: Vec<usize>,
}

impl Lists {
    /// `key_of_each` gives a key below `keys` for each place from 0 up.
    pub(super) fn new(keys: usize, key_of_each: impl Iterator<Item = usize> + Clone) -> Self {
        let mut starts = vec![0; keys + 1];
        let mut length = 0;
        for key in key_of_each.clone() {
            starts[key + 1] += 1;
            length += 1;
        }
        for key in 0..keys {
            starts[key + 1] += starts[key];
        }
        let mut next = starts.clone();
        let mut items = vec![0; length];
        for (place, key) in key_of_each.enumerate() {
            items[next[key]] = place;
            next[key] += 1;
        }
        Self { starts, items }
    }

    pub(super) fn of(&self, key: usize) -> &[usize] {
        &self.items[self.starts[key]..self.starts[key + 1]]
    }

    pub(super) fn of_mut(&mut self, key: usize) -> &mut [usize] {
        &mut self.items[self.starts[key]..self.starts[key + 1]]
    }

    pub(super) fn len(&self, key: usize) -> usize {
        self.starts[key + 1] - self.starts[key]
    }
}
