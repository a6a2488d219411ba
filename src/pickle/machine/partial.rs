//! What stays when decoding ends early.
//!
//! The stack then holds every container that was being filled, with its next
//! elements above it. They are put where the pickle was about to put them, from
//! the innermost container outwards, so that one value is left. Which opcode was
//! about to come is a guess; it follows what CPython's pickler writes
//! (`Lib/pickle.py`: batches of 1,000, a state directly after its object), and every
//! value touched is listed as unfinished.

use super::{Fault, Machine};
use crate::pickle::names::Role;
use crate::pickle::node::{Made, Node, NodeId, Rest, Stretch};
use crate::pickle::opcode as op;
use crate::pickle::problem::What;
use crate::pickle::text;

/// Where the elements above a mark belong.
enum Home {
    List,
    Set,
    Dict,
    Items,
    Entries,
    /// In a tuple that was about to be made.
    Tuple,
}

impl Machine {
    /// Makes one value, the root, of all that lies on the stack.
    pub(super) fn keep_partial(&mut self, fault: &Fault) {
        if let What::CutShort { .. } = **fault {
            self.keep_cut_payload();
        }
        while let Some(mark) = self.marks.pop() {
            let mark = mark as usize;
            self.fence = self.marks.last().map_or(0, |&mark| mark as usize);
            self.join_tail(mark);
            self.bring_home(mark);
        }
        self.join_tail(0);
        match *self.stack {
            [] => {}
            [only] => {
                self.unfinished.push(only);
                self.root = Some(only);
            }
            _ => {
                let span = self.arena.store(&self.stack);
                let tuple = self.arena.push(Node::Tuple(span));
                self.unfinished.push(tuple);
                self.root = Some(tuple);
            }
        }
        self.stack.clear();
    }

    /// A text or bytes whose end is missing: its beginning is worth showing.
    fn keep_cut_payload(&mut self) {
        let left = self.arena.bytes.len().saturating_sub(self.pos);
        let rest = Stretch {
            at: self.pos as u32,
            len: left as u32,
        };
        let node = match self.arena.bytes.get(self.at) {
            _ if left == 0 => return,
            Some(&(op::BINUNICODE | op::SHORT_BINUNICODE | op::BINUNICODE8)) => {
                Node::Text(rest, text::kind(self.arena.bytes_at(rest)))
            }
            Some(&(op::BINBYTES | op::SHORT_BINBYTES | op::BINBYTES8)) => Node::Bytes(rest),
            Some(&op::BYTEARRAY8) => Node::ByteArray(rest),
            _ => return,
        };
        // A length that was itself cut short leaves `pos` right after the opcode.
        if self.pos == self.at + 1 {
            return;
        }
        let id = self.arena.push(node);
        self.unfinished.push(id);
        self.stack.push(id);
        self.pos = self.arena.bytes.len();
    }

    /// Joins what was about to be joined at the top of the stack: a callable with its
    /// arguments, an object with its state.
    fn join_tail(&mut self, from: usize) {
        while let Some(&[below, top]) = self.above(from).last_chunk::<2>() {
            let later = top.as_small().is_none() && top.index() > below.index();
            match (self.arena.node(below), self.arena.node(top)) {
                (Node::Global(_), Node::Tuple(_)) => {
                    let object = self.arena.push(Node::Object {
                        made: Made::Unfinished,
                        rest_is: Rest::Nothing,
                        callable: below,
                        args: top,
                        rest: 0,
                    });
                    self.unfinished.push(object);
                    self.stack.truncate(self.stack.len() - 2);
                    self.stack.push(object);
                }
                (
                    Node::Object {
                        made,
                        rest_is: Rest::Nothing,
                        callable,
                        args,
                        ..
                    },
                    Node::Dict(_) | Node::Tuple(_),
                ) if later && self.takes_state(callable) => {
                    let rest = top.to_bits();
                    let node = Node::Object {
                        made,
                        rest_is: Rest::State,
                        callable,
                        args,
                        rest,
                    };
                    self.arena.replace(below, node);
                    self.unfinished.push(below);
                    self.stack.pop();
                }
                _ => return,
            }
        }
    }

    fn takes_state(&self, callable: NodeId) -> bool {
        matches!(
            self.role_of(callable),
            Role::Unknown
                | Role::NumpyReconstruct
                | Role::Exception
                | Role::OsError
                | Role::Uuid
                | Role::IncludedFile
                | Role::MetaflowException
        )
    }

    /// Puts the elements above `mark` into the container under it, or into a tuple.
    fn bring_home(&mut self, mark: usize) {
        let below = mark.checked_sub(1).filter(|&below| below >= self.fence);
        let below = below.and_then(|below| self.stack.get(below)).copied();
        let home = below.map_or(Home::Tuple, |below| self.home(below));
        let mut items = self.stack.split_off(mark.min(self.stack.len()));
        if matches!(home, Home::Dict | Home::Entries) && !items.len().is_multiple_of(2) {
            items.push(NodeId::MISSING);
        }
        let Some(target) = below.filter(|_| !matches!(home, Home::Tuple)) else {
            let span = self.arena.store(&items);
            let tuple = self.arena.push(Node::Tuple(span));
            self.unfinished.push(tuple);
            self.stack.push(tuple);
            return;
        };
        self.unfinished.push(target);
        match (home, self.arena.node(target)) {
            (Home::List, Node::List(span)) => {
                let span = self.arena.extend(span, &items);
                self.arena.replace(target, Node::List(span));
            }
            (Home::Set, Node::Set(span)) => {
                let span = self.arena.extend(span, &items);
                self.arena.replace(target, Node::Set(span));
            }
            (Home::Dict, Node::Dict(span)) => {
                let span = self.arena.extend(span, &items);
                self.arena.replace(target, Node::Dict(span));
            }
            (Home::Items, _) => self.arena.change_extra(target, |arena, extra| {
                extra.items = arena.extend(extra.items, &items);
            }),
            (Home::Entries, _) => self.arena.change_extra(target, |arena, extra| {
                extra.entries = arena.extend(extra.entries, &items);
            }),
            _ => {}
        }
    }

    /// Where the elements above a mark belong if `below` lies under it. A container
    /// whose last batch was not full is complete; a tuple follows it.
    fn home(&self, below: NodeId) -> Home {
        const BATCH: u32 = 1000;
        match self.arena.node(below) {
            Node::List(span) if span.len.is_multiple_of(BATCH) => Home::List,
            Node::Set(span) if span.len.is_multiple_of(BATCH) => Home::Set,
            Node::Dict(span) if span.len.is_multiple_of(2 * BATCH) => Home::Dict,
            Node::Object { callable, .. } => match self.role_of(callable) {
                Role::Deque => Home::Items,
                Role::OrderedDict | Role::DefaultDict | Role::Counter => Home::Entries,
                _ => Home::Tuple,
            },
            _ => Home::Tuple,
        }
    }
}
