//! Where decoded values lie: nodes of sixteen bytes, one pool of references for
//! every container, and two byte buffers.
//!
//! There is no allocation per value, so a million values cost three growing
//! vectors, and giving them back costs three frees, however deep they nest. Knows
//! no opcode. Start at [`Arena`].

#![expect(
    clippy::indexing_slicing,
    reason = "spans and indices are the arena's own; what comes from a pickle goes through `get`"
)]

use super::names::Name;
use super::node::{Extra, Node, NodeId, Rest, Span, Stretch};

#[derive(Debug)]
pub(super) struct Arena {
    /// The pickle as it came. Text, bytes and arrays point into it.
    pub bytes: Vec<u8>,
    /// What had to be unescaped (protocol 0) or re-encoded, addressed as if it
    /// followed `bytes`.
    pub side: Vec<u8>,
    pub nodes: Vec<Node>,
    /// The elements of all containers. A container that outgrows its stretch moves
    /// to the end and takes twice the room, as a vector does.
    pub pool: Vec<NodeId>,
    pub extras: Vec<Extra>,
    pub names: Vec<Name>,
    /// What the texts of `names` take, with all their copies.
    pub name_bytes: u64,
}

impl Arena {
    pub fn new(bytes: Vec<u8>) -> Arena {
        Arena {
            bytes,
            side: Vec::new(),
            nodes: NodeId::FIXED.to_vec(),
            pool: Vec::new(),
            extras: Vec::new(),
            names: Vec::new(),
            name_bytes: 0,
        }
    }

    #[inline]
    pub fn node(&self, id: NodeId) -> Node {
        match id.as_small() {
            Some(value) => Node::Int(value),
            None => self.nodes.get(id.index()).copied().unwrap_or(Node::Missing),
        }
    }

    #[inline]
    pub fn push(&mut self, node: Node) -> NodeId {
        let id = NodeId::at(self.nodes.len());
        self.nodes.push(node);
        id
    }

    #[inline]
    pub fn push_int(&mut self, value: i64) -> NodeId {
        match NodeId::small(value) {
            Some(id) => id,
            None => self.push(Node::Int(value)),
        }
    }

    /// Replaces a node that is no small integer; those cannot be changed.
    pub fn replace(&mut self, id: NodeId, node: Node) {
        if id.as_small().is_none()
            && let Some(slot) = self.nodes.get_mut(id.index())
        {
            *slot = node;
        }
    }

    #[inline]
    pub fn ids(&self, span: Span) -> &[NodeId] {
        let start = span.start as usize;
        self.pool
            .get(start..start + span.len as usize)
            .unwrap_or(&[])
    }

    pub fn ids_mut(&mut self, span: Span) -> &mut [NodeId] {
        let start = span.start as usize;
        self.pool
            .get_mut(start..start + span.len as usize)
            .unwrap_or(&mut [])
    }

    /// A new stretch of the pool that holds exactly `items`.
    #[inline]
    pub fn store(&mut self, items: &[NodeId]) -> Span {
        let start = self.pool.len() as u32;
        let len = items.len() as u32;
        self.pool.extend_from_slice(items);
        Span {
            start,
            len,
            cap: len,
        }
    }

    /// A new stretch that holds the same as `span`.
    pub fn copy(&mut self, span: Span) -> Span {
        let start = self.pool.len() as u32;
        let from = span.start as usize;
        self.pool.extend_from_within(from..from + span.len as usize);
        Span {
            start,
            len: span.len,
            cap: span.len,
        }
    }

    /// `span` with `items` after what it has.
    pub fn extend(&mut self, span: Span, items: &[NodeId]) -> Span {
        if span.len == 0 && span.cap == 0 {
            return self.store(items);
        }
        let (start, len, cap) = (span.start as usize, span.len as usize, span.cap as usize);
        let new_len = len + items.len();
        if new_len <= cap {
            self.pool[start + len..start + new_len].copy_from_slice(items);
            return Span {
                len: new_len as u32,
                ..span
            };
        }
        if start + cap == self.pool.len() {
            // The last stretch of the pool grows where it is.
            self.pool.truncate(start + len);
            self.pool.extend_from_slice(items);
            return Span {
                start: span.start,
                len: new_len as u32,
                cap: new_len as u32,
            };
        }
        let moved = self.pool.len();
        self.pool.extend_from_within(start..start + len);
        self.pool.extend_from_slice(items);
        let new_cap = new_len * 2;
        self.pool.resize(moved + new_cap, NodeId::MISSING);
        Span {
            start: moved as u32,
            len: new_len as u32,
            cap: new_cap as u32,
        }
    }

    #[inline]
    pub fn bytes_at(&self, stretch: Stretch) -> &[u8] {
        let (at, len) = (stretch.at as usize, stretch.len as usize);
        let found = if at < self.bytes.len() {
            self.bytes.get(at..at + len)
        } else {
            let at = at - self.bytes.len();
            self.side.get(at..at + len)
        };
        found.unwrap_or(&[])
    }

    /// Keeps bytes that do not stand in the pickle as they are. The caller has
    /// checked by [`side_has_room`](Self::side_has_room).
    pub fn keep(&mut self, bytes: &[u8]) -> Stretch {
        let at = (self.bytes.len() + self.side.len()) as u32;
        self.side.extend_from_slice(bytes);
        Stretch {
            at,
            len: bytes.len() as u32,
        }
    }

    /// Whether `len` more bytes can be addressed.
    pub fn side_has_room(&self, len: usize) -> bool {
        let used = self.bytes.len() as u64 + self.side.len() as u64 + len as u64;
        used < u64::from(u32::MAX)
    }

    pub fn extra(&self, index: u32) -> Extra {
        self.extras
            .get(index as usize)
            .copied()
            .unwrap_or(Extra::EMPTY)
    }

    /// Applies `change` to the rarer parts of the object `id`, making them first
    /// where there are none. Does nothing for a node that is no object.
    pub fn change_extra(&mut self, id: NodeId, change: impl FnOnce(&mut Arena, &mut Extra)) {
        let Node::Object {
            made,
            rest_is,
            callable,
            args,
            rest,
        } = self.node(id)
        else {
            return;
        };
        let mut extra = match rest_is {
            Rest::Extra => self.extra(rest),
            Rest::Nothing => Extra::EMPTY,
            Rest::State => {
                let states = self.store(&[NodeId::from_bits(rest), NodeId::MISSING]);
                Extra {
                    states,
                    ..Extra::EMPTY
                }
            }
        };
        change(self, &mut extra);
        if rest_is == Rest::Extra {
            if let Some(slot) = self.extras.get_mut(rest as usize) {
                *slot = extra;
            }
        } else {
            let rest = self.extras.len() as u32;
            self.extras.push(extra);
            self.replace(
                id,
                Node::Object {
                    made,
                    rest_is: Rest::Extra,
                    callable,
                    args,
                    rest,
                },
            );
        }
    }

    /// Bytes in use beyond the pickle itself.
    pub fn memory(&self) -> u64 {
        self.side.len() as u64
            + (self.nodes.len() * size_of::<Node>()) as u64
            + (self.pool.len() * size_of::<NodeId>()) as u64
            + (self.extras.len() * size_of::<Extra>()) as u64
            + (self.names.len() * 4 * size_of::<Name>()) as u64
            + self.name_bytes
    }
}
