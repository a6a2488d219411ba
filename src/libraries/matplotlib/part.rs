//! An artist, or another object of a figure, by the names of its attributes.

use crate::libraries::cell;
use crate::libraries::numpy::{self, Array};
use crate::pickle::{NodeId, Object, Pickle};
use std::cell::Cell;

#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub pickle: &'a Pickle,
    pub object: Object<'a>,
}

/// No artist has as many attributes.
const MOST_ATTRIBUTES: usize = 1_000;

/// Longer texts are cut.
const MOST_CHARS: usize = 1_000;

impl<'a> Part<'a> {
    pub fn of(pickle: &'a Pickle, id: NodeId) -> Option<Self> {
        let object = pickle.as_object(id)?;
        let sane = object.attribute_count() <= MOST_ATTRIBUTES;
        sane.then_some(Self { pickle, object })
    }

    /// Module and name of its class.
    pub fn class(&self) -> Option<(&'a str, &'a str)> {
        let class = self.object.class()?;
        Some((class.module(), class.name()))
    }

    pub fn id(&self, name: &str) -> Option<NodeId> {
        self.object.attribute(name)
    }

    pub fn part(&self, name: &str) -> Option<Part<'a>> {
        Part::of(self.pickle, self.id(name)?)
    }

    pub fn array(&self, name: &str) -> Option<Array<'a>> {
        numpy::array(self.pickle, self.id(name)?)
    }

    /// The elements of a list or tuple; none of what is neither.
    pub fn list(&self, name: &str) -> &'a [NodeId] {
        let list = self.id(name).and_then(|id| self.pickle.as_list(id));
        list.unwrap_or(&[])
    }

    /// A number of Python or of NumPy.
    pub fn number(&self, name: &str) -> Option<f64> {
        number(self.pickle, self.id(name)?)
    }

    pub fn flag(&self, name: &str) -> Option<bool> {
        self.pickle.as_bool(self.id(name)?)
    }

    pub fn text(&self, name: &str) -> String {
        let text = self.id(name).and_then(|id| self.pickle.as_str(id));
        let text = text.unwrap_or_default();
        text.chars().take(MOST_CHARS).collect()
    }
}

/// How much of a figure may still be looked at: children of axes and points. One object may
/// stand in a figure many thousand times.
pub(super) struct Room(Cell<usize>);

impl Room {
    pub fn new() -> Self {
        /// Of more nobody sees anything.
        const MOST: usize = 1_000_000;
        Self(Cell::new(MOST))
    }

    /// Whether there is any, before so much is taken.
    pub fn take(&self, much: usize) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(much));
        left > 0
    }
}

pub(super) fn number(pickle: &Pickle, id: NodeId) -> Option<f64> {
    cell::Cell::Value(id).number(pickle)
}
