//! Small files that were fetched: the records of a run are asked for in several passes, and
//! each would cost a request again.

use super::super::{Bytes, limits};
use crate::sorting::SortedMap;
use std::collections::VecDeque;

/// Larger ones are logs and values, which whoever asks for them keeps.
const SMALL: usize = 64 << 10;

#[derive(Default)]
pub(super) struct Kept {
    files: SortedMap<String, Bytes>,
    /// The one fetched longest ago first.
    order: VecDeque<String>,
    size: u64,
}

impl Kept {
    pub fn get(&self, path: &str) -> Option<Bytes> {
        self.files.get(path).cloned()
    }

    pub fn put(&mut self, path: &str, bytes: &Bytes) {
        if bytes.len() > SMALL || self.files.contains_key(path) {
            return;
        }
        self.size += cost(path, bytes);
        self.files.insert(path.to_owned(), bytes.clone());
        self.order.push_back(path.to_owned());
        while self.size > limits::KEPT_PARTS {
            let Some(oldest) = self.order.pop_front() else {
                return;
            };
            if let Some(gone) = self.files.remove(&oldest) {
                self.size -= cost(&oldest, &gone);
            }
        }
    }
}

impl Kept {
    /// Forgets the files that lie directly in a folder.
    pub fn forget_in(&mut self, folder: &str) {
        let around = |path: &str| path.rsplit_once('/').map_or(0, |(around, _)| around.len());
        let is_inside = |path: &str| path.get(..around(path)) == Some(folder);
        let (files, size) = (&mut self.files, &mut self.size);
        self.order.retain(|path| {
            let stays = !is_inside(path);
            if !stays && let Some(gone) = files.remove(path) {
                *size -= cost(path, &gone);
            }
            stays
        });
    }
}

/// An empty file takes room too.
fn cost(path: &str, bytes: &Bytes) -> u64 {
    const AROUND: usize = 200;
    (bytes.len() + 2 * path.len() + AROUND) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::Rc;

    #[test]
    fn the_oldest_make_room() {
        let mut kept = Kept::default();
        let file: Bytes = Rc::new(vec![0; SMALL]);
        let room = limits::KEPT_PARTS as usize / SMALL;
        for at in 0..room {
            kept.put(&at.to_string(), &file);
        }
        assert!(kept.get("0").is_none());
        let newest = room - 1;
        assert!(kept.get(&newest.to_string()).is_some());
        assert!(kept.size <= limits::KEPT_PARTS);
        kept.put("large", &Rc::new(vec![0; SMALL + 1]));
        assert!(kept.get("large").is_none());
    }
}
