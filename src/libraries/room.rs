//! How much of a record may be followed: types in types, arrays in arrays.
//!
//! What one object holds may be held by another a thousand times over, and that by a third
//! one: followed without a limit, a small pickle would take for ever.

use std::cell::Cell;

/// So many things in all, and so deep.
pub(super) struct Room<'r> {
    left: &'r Cell<usize>,
    depth: usize,
}

impl<'r> Room<'r> {
    /// More than any table that anybody made has.
    pub const THINGS: usize = 100_000;

    pub fn new(left: &'r Cell<usize>, depth: usize) -> Self {
        Self { left, depth }
    }

    /// Goes one level down, to one thing more.
    pub fn enter(&self) -> Option<Room<'r>> {
        self.left.set(self.left.get().checked_sub(1)?);
        Some(Room {
            left: self.left,
            depth: self.depth.checked_sub(1)?,
        })
    }
}
