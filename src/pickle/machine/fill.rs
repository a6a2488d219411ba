//! The opcodes that put values into containers: APPEND(S), SETITEM(S), ADDITEMS.
//!
//! An object takes them too: what `append` or `__setitem__` of its class would do is
//! not known, so what was handed over is kept apart.
//!
//! Source: `do_append`, `do_setitems` and `load_additems` of CPython's
//! `Modules/_pickle.c`.

use super::{Fault, Machine};
use crate::pickle::node::{Node, NodeId};
use crate::pickle::opcode as op;
use crate::pickle::problem::What;

impl Machine {
    /// The container under what lies from height `from` up, which is `None` where
    /// nothing lies there: CPython does nothing then.
    fn target(&self, from: usize) -> Result<Option<NodeId>, Fault> {
        if from > self.stack.len() || from <= self.fence {
            return Err(Box::new(What::StackEmpty));
        }
        if from == self.stack.len() {
            return Ok(None);
        }
        Ok(from
            .checked_sub(1)
            .and_then(|below| self.stack.get(below))
            .copied())
    }

    pub(super) fn append(&mut self, from: usize) -> Result<(), Fault> {
        let Some(target) = self.target(from)? else {
            return Ok(());
        };
        let items = self.stack.get(from..).unwrap_or(&[]);
        match self.arena.node(target) {
            Node::List(span) => {
                let span = self.arena.extend(span, items);
                self.arena.replace(target, Node::List(span));
            }
            Node::Object { .. } => self.arena.change_extra(target, |arena, extra| {
                extra.items = arena.extend(extra.items, items);
            }),
            _ => self.wrong_target("a list", target),
        }
        self.stack.truncate(from);
        Ok(())
    }

    pub(super) fn set_items(&mut self, from: usize) -> Result<(), Fault> {
        let Some(target) = self.target(from)? else {
            return Ok(());
        };
        let items = self.stack.get(from..).unwrap_or(&[]);
        if !items.len().is_multiple_of(2) {
            return Err(self.odd_items(from));
        }
        match self.arena.node(target) {
            Node::Dict(span) => {
                let span = self.arena.extend(span, items);
                self.arena.replace(target, Node::Dict(span));
            }
            Node::Object { .. } => self.arena.change_extra(target, |arena, extra| {
                extra.entries = arena.extend(extra.entries, items);
            }),
            // `list[index] = value` is the same opcode.
            Node::List(span) => {
                for pair in items.chunks_exact(2) {
                    let [index, value] = *pair else { continue };
                    let index = match self.arena.node(index) {
                        Node::Int(at) => Some(at),
                        Node::Bool(at) => Some(i64::from(at)),
                        _ => None,
                    };
                    let places = self.arena.ids_mut(span);
                    let len = places.len() as i64;
                    let place = index.map(|at| if at < 0 { at + len } else { at });
                    let place = place.and_then(|at| usize::try_from(at).ok());
                    match place.and_then(|at| places.get_mut(at)) {
                        Some(place) => *place = value,
                        None => {
                            let what = "an index inside the list";
                            let got = "another".to_owned();
                            let opcode = op::name(op::SETITEM).unwrap_or("");
                            self.problems.add(
                                What::WrongTarget { needs: what, got },
                                Some(self.at),
                                opcode,
                            );
                        }
                    }
                }
            }
            _ => self.wrong_target("a dict", target),
        }
        self.stack.truncate(from);
        Ok(())
    }

    pub(super) fn add_items(&mut self, from: usize) -> Result<(), Fault> {
        let Some(target) = self.target(from)? else {
            return Ok(());
        };
        let items = self.stack.get(from..).unwrap_or(&[]);
        match self.arena.node(target) {
            Node::Set(span) => {
                let span = self.arena.extend(span, items);
                self.arena.replace(target, Node::Set(span));
            }
            Node::Object { .. } => self.arena.change_extra(target, |arena, extra| {
                extra.added = arena.extend(extra.added, items);
            }),
            _ => self.wrong_target("a set", target),
        }
        self.stack.truncate(from);
        Ok(())
    }

    pub(super) fn wrong_target(&mut self, needs: &'static str, target: NodeId) {
        let got = self.type_name(target);
        self.problem(What::WrongTarget { needs, got });
    }
}
