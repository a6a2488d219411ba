//! Following a path.

use super::{Part, Section, Step, sections};
use crate::pickle::node::NodeId;
use crate::pickle::repr::repr;
use crate::pickle::value::{Dict, Pickle, Value};
use std::fmt;

/// A step that leads nowhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lost {
    /// Which of the steps it was.
    pub step: usize,
    /// The last value that was reached.
    pub reached: NodeId,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step {} leads nowhere", self.step + 1)
    }
}

impl std::error::Error for Lost {}

impl Pickle {
    /// The value that `steps` lead to from `start`. A key that no text can name is
    /// looked for by its `repr`; where two keys print the same, the first one is meant.
    pub fn resolve(&self, start: NodeId, steps: &[Step]) -> Result<NodeId, Lost> {
        let mut reached = start;
        for (number, step) in steps.iter().enumerate() {
            let found = in_sections(self, &sections(self, reached), step);
            reached = found.ok_or(Lost {
                step: number,
                reached,
            })?;
        }
        Ok(reached)
    }
}

/// The child that a step means.
pub(super) fn in_sections(
    pickle: &Pickle,
    sections: &[Section<'_>],
    step: &Step,
) -> Option<NodeId> {
    match step {
        Step::Attribute(name) => {
            // Of attributes that were set more than once, the last one holds.
            sections.iter().rev().find_map(|section| match *section {
                Section::Attributes(dict, _) => pickle.get(dict, name),
                Section::Field(field, node) if field == name => Some(node),
                _ => None,
            })
        }
        Step::Index(index) => sections.iter().find_map(|section| match *section {
            Section::Items(ids) => {
                let len = i64::try_from(ids.len()).ok()?;
                let place = if *index < 0 {
                    index.checked_add(len)?
                } else {
                    *index
                };
                ids.get(usize::try_from(place).ok()?).copied()
            }
            Section::Entries(dict) => find(dict, |key| pickle.as_int(key) == Some(*index)),
            _ => None,
        }),
        Step::Key(text) => sections.iter().find_map(|section| match *section {
            Section::Entries(dict) => pickle.get(dict, text),
            _ => None,
        }),
        Step::Repr(text) => {
            let room = text.chars().count();
            sections.iter().find_map(|section| match *section {
                Section::Entries(dict) => find(dict, |key| prints_as(pickle, key, text, room)),
                _ => None,
            })
        }
        Step::Part(part) => sections.iter().find_map(|section| match (*section, *part) {
            (Section::Elements(ids), Part::Element(place)) => ids.get(place).copied(),
            (Section::Entries(dict), Part::Entry(place)) => dict.get(place).map(|(_, node)| node),
            (Section::Attributes(dict, first), Part::Attribute(place)) => {
                dict.get(place.checked_sub(first)?).map(|(_, node)| node)
            }
            (Section::Part(found, node), wanted) if found == wanted => Some(node),
            _ => None,
        }),
    }
}

fn find(dict: Dict<'_>, mut is_key: impl FnMut(NodeId) -> bool) -> Option<NodeId> {
    dict.iter()
        .find(|&(key, _)| is_key(key))
        .map(|(_, value)| value)
}

fn prints_as(pickle: &Pickle, key: NodeId, text: &str, room: usize) -> bool {
    // Texts and integers have steps of their own, and most keys are one of them.
    if matches!(pickle.value(key), Value::Text(_) | Value::Int(_)) {
        return false;
    }
    let printed = repr(pickle, key, room);
    printed.exact && !printed.cut && printed.text == text
}
