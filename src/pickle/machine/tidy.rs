//! The pass over dicts and sets at the end: a key that comes again replaces the
//! value and keeps its first place, as in Python.
//!
//! Picklers write each key once, so this almost never changes anything; it is done
//! at the end, when every key is complete, and costs one comparison per key. Plain
//! keys are compared as Python compares them (`1 == 1.0 == True`), tuples of them
//! too; objects only by identity, since their `__eq__` is foreign code.

#![expect(
    clippy::indexing_slicing,
    reason = "positions come from the table, which holds positions of the same stretch"
)]

use super::super::arena::Arena;
use super::super::names::Role;
use super::super::node::{Node, NodeId, Rest, Span, Stretch};
use super::super::problem::{Problems, What};

/// Up to this many entries, comparing all with all is faster than a table.
const FEW: usize = 8;

/// Tuples are compared up to this many elements in all; longer ones by identity.
const MOST_PARTS: usize = 64;

#[derive(Debug)]
pub(super) struct Tidy {
    /// The next node to look at.
    next: usize,
    run: Option<Run>,
    /// Entry numbers plus one by hash, under the upper half of the hash; reused from
    /// container to container.
    table: Vec<u64>,
    /// How many bytes of long keys may still be compared; the same two may be compared in
    /// any number of dicts.
    effort: u64,
    /// How many bytes the table may take.
    room: u64,
}

/// One container in the middle of being looked through.
#[derive(Debug)]
struct Run {
    owner: NodeId,
    span: Span,
    /// 2 for a dict, 1 for a set.
    stride: usize,
    /// Entries looked at, and entries kept.
    read: usize,
    kept: usize,
    /// How many table places may still be looked at in vain.
    patience: u64,
}

impl Tidy {
    /// For a pickle of so many bytes.
    pub fn new(bytes: u64) -> Tidy {
        Tidy {
            next: 0,
            run: None,
            table: Vec::new(),
            effort: (64 << 20) + 4 * bytes,
            room: 0,
        }
    }

    /// Begins, with so many bytes of memory left.
    pub fn begin(&mut self, room: u64) {
        self.room = room;
    }

    pub fn is_done(&self, arena: &Arena) -> bool {
        self.run.is_none() && self.next >= arena.nodes.len()
    }

    /// Works on for about `steps` and says how many of them are left.
    pub fn advance(&mut self, arena: &mut Arena, problems: &mut Problems, steps: u64) -> u64 {
        let mut left = steps;
        while left > 0 {
            if let Some(run) = &mut self.run {
                let entries = run.span.len as usize / run.stride;
                let until = entries.min(run.read.saturating_add(left.min(1 << 20) as usize));
                left = left
                    .saturating_sub((until - run.read) as u64)
                    .saturating_sub(1);
                while run.read < until {
                    run.step(arena, &mut self.table, &mut self.effort);
                }
                if run.patience == 0 || self.effort == 0 {
                    problems.add(What::KeysNotCompared, None, "");
                }
                if run.read >= entries {
                    run.write_back(arena);
                    self.run = None;
                }
                continue;
            }
            let Some(&node) = arena.nodes.get(self.next) else {
                return left;
            };
            let owner = NodeId::at(self.next);
            self.next += 1;
            // Most nodes are scalars: looking at sixteen of them counts as one step.
            if self.next.is_multiple_of(16) {
                left -= 1;
            }
            let Some((span, stride)) = keyed(arena, node) else {
                continue;
            };
            let keys = arena.ids(span).iter().step_by(stride);
            for &key in keys.clone() {
                if let Some(name) = unhashable(arena, key) {
                    problems.add(What::Unhashable(name.to_owned()), None, "");
                }
            }
            let entries = span.len as usize / stride;
            left = left.saturating_sub(entries as u64 / 16);
            if entries < 2 || (entries <= FEW && all_differ(arena, &mut self.effort, span, stride))
            {
                continue;
            }
            let places = (entries * 2).next_power_of_two();
            self.table.clear();
            let bytes = (places * size_of::<u64>()) as u64;
            if bytes > self.room || self.table.try_reserve(places).is_err() {
                problems.add(What::KeysNotCompared, None, "");
                continue;
            }
            self.table.resize(places, 0);
            let patience = 16 * entries as u64 + 1024;
            self.run = Some(Run {
                owner,
                span,
                stride,
                read: 0,
                kept: 0,
                patience,
            });
        }
        left
    }
}

/// The stretch of a node whose elements are keys, and how far keys lie apart.
fn keyed(arena: &Arena, node: Node) -> Option<(Span, usize)> {
    match node {
        Node::Dict(span) => Some((span, 2)),
        Node::Set(span) | Node::FrozenSet(span) => Some((span, 1)),
        Node::Object {
            rest_is: Rest::Extra,
            callable,
            rest,
            ..
        } => {
            let Node::Global(number) = arena.node(callable) else {
                return None;
            };
            let role = arena.names.get(number as usize)?.role;
            // Only for these is it known what `object[key] = value` does.
            matches!(role, Role::OrderedDict | Role::DefaultDict | Role::Counter)
                .then(|| (arena.extra(rest).entries, 2))
        }
        _ => None,
    }
}

/// What Python calls a key that it cannot hash. In tuples, as many parts are looked at as
/// are compared.
fn unhashable(arena: &Arena, key: NodeId) -> Option<&'static str> {
    let mut tuples = match arena.node(key) {
        Node::Tuple(span) => vec![span],
        node => return mutable(node),
    };
    let mut parts = 0;
    while let Some(span) = tuples.pop() {
        for &part in arena.ids(span) {
            parts += 1;
            if parts > MOST_PARTS {
                return None;
            }
            match arena.node(part) {
                Node::Tuple(span) => tuples.push(span),
                node => match mutable(node) {
                    None => {}
                    found => return found,
                },
            }
        }
    }
    None
}

fn mutable(node: Node) -> Option<&'static str> {
    match node {
        Node::List(_) => Some("a list"),
        Node::Dict(_) => Some("a dict"),
        Node::Set(_) => Some("a set"),
        Node::ByteArray(_) => Some("a bytearray"),
        _ => None,
    }
}

fn all_differ(arena: &Arena, effort: &mut u64, span: Span, stride: usize) -> bool {
    let ids = arena.ids(span);
    let count = ids.len() / stride;
    for later in 1..count {
        for earlier in 0..later {
            if equal(arena, effort, ids[earlier * stride], ids[later * stride]) {
                return false;
            }
        }
    }
    true
}

impl Run {
    /// Looks at one entry: keeps it, or lets it replace the value of an earlier one.
    fn step(&mut self, arena: &mut Arena, table: &mut [u64], effort: &mut u64) {
        const NUMBER: u64 = 0xffff_ffff;
        let start = self.span.start as usize;
        let from = start + self.read * self.stride;
        let key = arena.pool[from];
        self.read += 1;
        if self.patience > 0 {
            let mask = table.len() - 1;
            let hash = hash(arena, key);
            let mut place = hash as usize & mask;
            loop {
                let earlier = table[place];
                if earlier == 0 {
                    table[place] = (hash & !NUMBER) | (self.kept as u64 + 1);
                    break;
                }
                if (earlier ^ hash) & !NUMBER == 0 {
                    let at = start + ((earlier & NUMBER) as usize - 1) * self.stride;
                    if equal(arena, effort, arena.pool[at], key) {
                        if self.stride == 2 {
                            arena.pool[at + 1] = arena.pool[from + 1];
                        }
                        return;
                    }
                }
                self.patience -= 1;
                if self.patience == 0 {
                    break;
                }
                place = (place + 1) & mask;
            }
        }
        if self.kept + 1 < self.read {
            let to = start + self.kept * self.stride;
            arena.pool.copy_within(from..from + self.stride, to);
        }
        self.kept += 1;
    }

    fn write_back(&self, arena: &mut Arena) {
        let len = (self.kept * self.stride) as u32;
        if len == self.span.len {
            return;
        }
        let span = Span { len, ..self.span };
        match arena.node(self.owner) {
            Node::Dict(_) => arena.replace(self.owner, Node::Dict(span)),
            Node::Set(_) => arena.replace(self.owner, Node::Set(span)),
            Node::FrozenSet(_) => arena.replace(self.owner, Node::FrozenSet(span)),
            _ => arena.change_extra(self.owner, |_, extra| extra.entries = span),
        }
    }
}

/// The integer that a number equals as a key, if it is one of 64 bits.
fn whole(node: Node) -> Option<i64> {
    match node {
        Node::Int(value) => Some(value),
        Node::Bool(value) => Some(i64::from(value)),
        // Within this range the cast is exact.
        Node::Float(value) if value.trunc() == value && value.abs() < 9e18 => Some(value as i64),
        _ => None,
    }
}

/// Both halves of the product: every bit of the result depends on every bit before.
fn mix(hash: u64, word: u64) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    const OTHER: u64 = 0xd6e8_feb8_6659_fd93;
    let product = u128::from(hash ^ word ^ OTHER) * u128::from(ODD);
    (product as u64) ^ ((product >> 64) as u64)
}

/// Of a long text or number only this many bytes are hashed, and as many at its end: the
/// same one may be a key in any number of dicts.
const HASHED: usize = 256;

fn hash_bytes(mut hash: u64, bytes: &[u8]) -> u64 {
    let len = bytes.len();
    let bytes = if len > 2 * HASHED {
        hash = hash_all(hash, &bytes[len - HASHED..]);
        &bytes[..HASHED]
    } else {
        bytes
    };
    mix(hash_all(hash, bytes), len as u64)
}

fn hash_all(mut hash: u64, bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        hash = mix(hash, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(hash, u64::from_le_bytes(last))
}

/// Equal keys have equal hashes.
fn hash(arena: &Arena, id: NodeId) -> u64 {
    if let Some(value) = whole(arena.node(id)) {
        // Consecutive numbers, the most common ones, get places next to one another.
        let value = value as u64;
        return value ^ (value >> 15) ^ (value >> 30) ^ (value << 32);
    }
    let mut hash = 0;
    let mut todo = [id; 8];
    let mut waiting = 1;
    while waiting > 0 {
        waiting -= 1;
        let id = todo[waiting];
        let node = arena.node(id);
        if let Some(value) = whole(node) {
            hash = mix(hash, value as u64);
            continue;
        }
        hash = match node {
            Node::Global(number) => mix(hash ^ 2, u64::from(number)),
            Node::Float(value) => mix(hash, value.to_bits()),
            Node::Text(bytes, _) => hash_bytes(hash, arena.bytes_at(bytes)),
            Node::Bytes(bytes) | Node::Long(bytes) | Node::Digits(bytes) => {
                hash_bytes(hash ^ 1, arena.bytes_at(bytes))
            }
            Node::Tuple(span) => {
                // A few elements are enough to tell tuples apart; equality looks at more.
                for &part in arena.ids(span).iter().take(todo.len() - waiting) {
                    todo[waiting] = part;
                    waiting += 1;
                }
                mix(hash, u64::from(span.len))
            }
            // By identity. Sets are equal in any order, which is not looked into.
            _ => mix(hash, u64::from(id.to_bits())),
        };
    }
    hash
}

fn equal(arena: &Arena, effort: &mut u64, one: NodeId, other: NodeId) -> bool {
    if one == other {
        return true;
    }
    match (arena.node(one), arena.node(other)) {
        (Node::Tuple(one), Node::Tuple(other)) => equal_tuples(arena, effort, one, other),
        (one, other) => equal_scalars(arena, effort, one, other),
    }
}

fn equal_scalars(arena: &Arena, effort: &mut u64, one: Node, other: Node) -> bool {
    match (one, other) {
        (Node::Text(one, _), Node::Text(other, _))
        | (Node::Bytes(one), Node::Bytes(other))
        | (Node::Long(one), Node::Long(other))
        | (Node::Digits(one), Node::Digits(other)) => equal_bytes(arena, effort, one, other),
        (Node::Float(one), Node::Float(other)) => one == other,
        // A name may have been made twice; it is still one class.
        (Node::Global(one), Node::Global(other)) => one == other,
        _ => whole(one).is_some_and(|value| whole(other) == Some(value)),
    }
}

fn equal_bytes(arena: &Arena, effort: &mut u64, one: Stretch, other: Stretch) -> bool {
    const SHORT: u32 = 64;
    if one.len != other.len {
        return false;
    }
    if one.len > SHORT && one.at != other.at {
        match effort.checked_sub(u64::from(one.len)) {
            Some(left) => *effort = left,
            None => {
                *effort = 0;
                return false;
            }
        }
    }
    one == other || arena.bytes_at(one) == arena.bytes_at(other)
}

fn equal_tuples(arena: &Arena, effort: &mut u64, one: Span, other: Span) -> bool {
    let mut todo = vec![(one, other)];
    let mut parts = 0;
    while let Some((one, other)) = todo.pop() {
        if one.len != other.len {
            return false;
        }
        for (&one, &other) in arena.ids(one).iter().zip(arena.ids(other)) {
            parts += 1;
            if parts > MOST_PARTS {
                return false;
            }
            match (arena.node(one), arena.node(other)) {
                _ if one == other => {}
                (Node::Tuple(one), Node::Tuple(other)) => todo.push((one, other)),
                (one, other) if equal_scalars(arena, effort, one, other) => {}
                _ => return false,
            }
        }
    }
    true
}
