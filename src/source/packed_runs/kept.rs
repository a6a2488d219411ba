//! Files of records that were read: the last few, as one task after the other is looked at.

use super::Opened;
use std::rc::Rc;

/// How many bytes of them are kept, as they are written; in memory they are some times that.
const MOST: usize = 24 << 20;

#[derive(Default)]
pub struct Kept {
    /// The one that was asked for last stands last.
    files: Vec<(String, Rc<Opened>, usize)>,
}

impl Kept {
    pub fn get(&mut self, file: &str) -> Option<Rc<Opened>> {
        let at = self.files.iter().rposition(|(name, ..)| name == file)?;
        if at + 1 < self.files.len() {
            let found = self.files.remove(at);
            self.files.push(found);
        }
        self.files.last().map(|(_, opened, _)| opened.clone())
    }

    pub fn put(&mut self, file: &str, opened: Rc<Opened>, size: usize) {
        self.files.push((file.to_owned(), opened, size));
        let mut all: usize = self.files.iter().map(|(.., size)| size).sum();
        while all > MOST && self.files.len() > 1 {
            let (.., size) = self.files.remove(0);
            all -= size;
        }
    }
}
