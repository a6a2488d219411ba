//! How long a value would be as JSON, without a letter of it written.
//!
//! What is shared is told wherever it stands, so that some kilobytes of a pickle can be
//! more than any file holds. Here each part is looked at once for what it takes at least;
//! going through the parts as they are told then is a matter of adding numbers. Start with
//! [`is_longer`].

use super::json::{CHARS, How, WINDOW, how};
use crate::engine::Work;
use crate::libraries::place::Within;
use crate::libraries::table::table;
use crate::pickle::explore::children;
use crate::pickle::{NodeId, Pickle, Value};
use crate::source::Pace as _;
use std::collections::HashMap;

/// Parts that are numbered at most; of more, how often they are told is left uncounted.
const MOST_PARTS: usize = 4_000_000;

/// Parts looked at, and parts told, between two breaths.
const AT_ONCE: usize = 5_000;
const TOLD_AT_ONCE: u64 = 200_000;

/// What a value inside of itself takes, and what a value takes of which no more is known.
const AGAIN: usize = 24;
const LEAST: usize = 1;

/// Why a value is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Longer {
    /// Lists, dicts and objects that it has.
    pub parts: u64,
    /// How often they were told when it became too long.
    pub told: u64,
}

/// Whether the value is longer than `most` bytes; `None` where it is not, or nobody knows.
pub async fn is_longer(pickle: &Pickle, root: NodeId, most: usize, work: &Work) -> Option<Longer> {
    let parts = Parts::of(pickle, root, work).await?;
    parts.told(most, work).await
}

/// Something with parts of its own.
struct Part {
    /// What it takes without these, at least.
    own: usize,
    /// Where its parts stand among all.
    first: usize,
    end: usize,
}

struct Parts {
    all: Vec<Part>,
    /// The places in `all` of what they have.
    held: Vec<u32>,
}

impl Parts {
    async fn of(pickle: &Pickle, root: NodeId, work: &Work) -> Option<Self> {
        let mut parts = Self {
            all: Vec::new(),
            held: Vec::new(),
        };
        let mut numbers = HashMap::from([(root, 0u32)]);
        let mut nodes = vec![root];
        while let Some(node) = nodes.get(parts.all.len()).copied() {
            let first = parts.held.len();
            // A bracket; the other one stands for the comma that the last part has not.
            let mut own = 1;
            parts.each(pickle, node, &mut own, &mut numbers, &mut nodes)?;
            parts.all.push(Part {
                own,
                first,
                end: parts.held.len(),
            });
            if parts.held.len().max(nodes.len()) > MOST_PARTS {
                return None;
            }
            if parts.all.len().is_multiple_of(AT_ONCE) {
                work.breathe().await;
            }
        }
        Some(parts)
    }

    /// Adds what a part has.
    fn each(
        &mut self,
        pickle: &Pickle,
        node: NodeId,
        own: &mut usize,
        numbers: &mut HashMap<NodeId, u32>,
        nodes: &mut Vec<NodeId>,
    ) -> Option<()> {
        let mut one = |node: NodeId, name: usize| -> Option<()> {
            *own = own.saturating_add(name).saturating_add(1);
            if !has_parts(pickle, node) {
                *own = own.saturating_add(least(pickle, node));
                return Some(());
            }
            let next = u32::try_from(nodes.len()).ok()?;
            let number = *numbers.entry(node).or_insert(next);
            if number == next {
                nodes.push(node);
            }
            self.held.push(number);
            Some(())
        };
        match pickle.value(node) {
            Value::List(items) | Value::Tuple(items) => {
                items.iter().try_for_each(|item| one(*item, 0))
            }
            Value::Set(items) | Value::FrozenSet(items) => {
                items.iter().try_for_each(|item| one(*item, 0))
            }
            Value::Dict(dict) => {
                let mut entries = (0..dict.len()).filter_map(|at| dict.get(at));
                entries.try_for_each(|(key, value)| one(value, least(pickle, key) + 2))
            }
            _ => {
                let mut at = 0;
                loop {
                    let found = children(pickle, node, at..at + WINDOW);
                    if found.is_empty() {
                        return Some(());
                    }
                    at += found.len();
                    for part in found {
                        one(part.node, part.label.len() + 3)?;
                    }
                }
            }
        }
    }

    /// Goes through all of it as it is told, until it is too long.
    async fn told(&self, most: usize, work: &Work) -> Option<Longer> {
        let mut bytes = self.all.first()?.own;
        let mut told = 1u64;
        let mut is_open = vec![false; self.all.len()];
        if let Some(open) = is_open.first_mut() {
            *open = true;
        }
        // A part that is being told, and which of its own is next.
        let mut way = vec![(0usize, self.all.first()?.first)];
        while let Some((at, next)) = way.last_mut() {
            let part = self.all.get(*at)?;
            if *next >= part.end {
                if let Some(open) = is_open.get_mut(*at) {
                    *open = false;
                }
                way.pop();
                continue;
            }
            let inner = *self.held.get(*next)? as usize;
            *next += 1;
            told += 1;
            let open = is_open.get_mut(inner)?;
            if *open {
                bytes = bytes.saturating_add(AGAIN);
            } else {
                *open = true;
                let part = self.all.get(inner)?;
                bytes = bytes.saturating_add(part.own);
                way.push((inner, part.first));
            }
            if bytes > most {
                return Some(Longer {
                    parts: self.all.len() as u64,
                    told,
                });
            }
            if told.is_multiple_of(TOLD_AT_ONCE) {
                work.breathe().await;
            }
        }
        None
    }
}

fn has_parts(pickle: &Pickle, id: NodeId) -> bool {
    match pickle.value(id) {
        Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::FrozenSet(_) => true,
        Value::Dict(_) => true,
        Value::Object(_) => how(pickle, id) == How::Parts,
        _ => false,
    }
}

/// What a value without parts takes at least.
fn least(pickle: &Pickle, id: NodeId) -> usize {
    match pickle.value(id) {
        Value::Text(text) => text.bytes().len().min(CHARS) + 2,
        Value::None | Value::Bool(_) => 4,
        Value::Object(_) if how(pickle, id) == How::Rows => {
            let table = table(pickle, id, &Within::default(), &[]);
            table.map_or(LEAST, |table| table.rows.saturating_mul(table.columns))
        }
        _ => LEAST,
    }
}
