//! How one value lies in memory: sixteen bytes, with everything longer than that
//! kept elsewhere (in the pickle's own bytes, or in the pool of references).
//!
//! Knows no opcode and no class. Start at [`NodeId`], then [`Node`].

/// The address of a value inside one [`Pickle`](super::Pickle).
///
/// An id is only meaningful for the pickle that gave it. Asking another pickle
/// for it is harmless: the answer is then some other value, or
/// [`Value::Missing`](super::Value::Missing).
///
/// Integers of up to 31 bits have no node at all: the id *is* the integer. Lists
/// of numbers are the bulk of many pickles, and this makes each element cost four
/// bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(u32);

const SMALL: u32 = 1 << 31;

impl NodeId {
    pub(super) const NONE: NodeId = NodeId(0);
    pub(super) const TRUE: NodeId = NodeId(1);
    pub(super) const FALSE: NodeId = NodeId(2);
    /// Stands where a value is absent; it never stands on the stack.
    pub(super) const MISSING: NodeId = NodeId(3);
    pub(super) const EMPTY_TUPLE: NodeId = NodeId(4);
    /// How many nodes every arena begins with, in the order above.
    pub(super) const FIXED: [Node; 5] = [
        Node::None,
        Node::Bool(true),
        Node::Bool(false),
        Node::Missing,
        Node::Tuple(Span::EMPTY),
    ];

    /// The id that is the integer `value`, if it has at most 31 bits.
    #[inline]
    pub(super) fn small(value: i64) -> Option<NodeId> {
        if (-(1 << 30)..1 << 30).contains(&value) {
            // Two's complement: the cast keeps the low bits, which is the intent.
            Some(NodeId(SMALL | (value as u32 & !SMALL)))
        } else {
            None
        }
    }

    /// The integer that this id is, if it is one.
    #[inline]
    pub(super) fn as_small(self) -> Option<i64> {
        (self.0 & SMALL != 0).then_some(i64::from(((self.0 << 1) as i32) >> 1))
    }

    /// The id of the node at `index`; the arena's limits keep indices below 2^31.
    #[inline]
    pub(super) fn at(index: usize) -> NodeId {
        NodeId(index as u32 & !SMALL)
    }

    /// Where the node lies, for ids that are not small integers.
    #[inline]
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }

    /// The id as a number, to carry it across a thread or an address.
    pub fn to_bits(self) -> u32 {
        self.0
    }

    /// The id that [`to_bits`](Self::to_bits) gave.
    pub fn from_bits(bits: u32) -> NodeId {
        NodeId(bits)
    }
}

/// A stretch of the pool of references: `len` of them are in use, `cap` belong to
/// the container.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Span {
    pub start: u32,
    pub len: u32,
    pub cap: u32,
}

impl Span {
    pub const EMPTY: Span = Span {
        start: 0,
        len: 0,
        cap: 0,
    };
}

/// A stretch of bytes, in the pickle or in the arena's side buffer (which begins
/// where the pickle ends).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Stretch {
    pub at: u32,
    pub len: u32,
}

/// What is known about the bytes of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TextKind {
    Ascii,
    Utf8,
    /// UTF-8 in which lone surrogates stand as three bytes each, Python's
    /// `surrogatepass`.
    Surrogates,
    /// Bytes that no Python would have accepted as text.
    Invalid,
}

/// How an object came to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Made {
    /// A call of the callable with the arguments (REDUCE, or a class's `__reduce__`).
    Called,
    /// `cls.__new__(cls, *args)` (NEWOBJ), which runs no `__init__`.
    New,
    /// `cls.__new__(cls, *args, **kwargs)` (NEWOBJ_EX).
    NewWithKeywords,
    /// The old way of protocols 0 and 1 (INST, OBJ): the class called with the arguments.
    Instance,
    /// Something outside the pickle, named by a persistent id (PERSID, BINPERSID).
    PersistentId,
    /// An entry of `copyreg`'s extension registry, named by its number (EXT1, EXT2, EXT4).
    Extension,
    /// Decoding ended before the object was made; callable and arguments were there.
    Unfinished,
}

/// What [`Node::Object`]'s `rest` holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rest {
    /// Nothing: the object was made and then left alone.
    Nothing,
    /// The one state that BUILD gave it, by far the most common case.
    State,
    /// The index of an [`Extra`].
    Extra,
}

/// The rarer parts of an object: they are kept apart so that the common object
/// stays small.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extra {
    /// A dict, or [`NodeId::MISSING`].
    pub kwargs: NodeId,
    /// Pairs of a state and the function that was to apply it (`MISSING` for BUILD).
    pub states: Span,
    pub items: Span,
    pub entries: Span,
    pub added: Span,
}

impl Extra {
    pub const EMPTY: Extra = Extra {
        kwargs: NodeId::MISSING,
        states: Span::EMPTY,
        items: Span::EMPTY,
        entries: Span::EMPTY,
        added: Span::EMPTY,
    };
}

/// One value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Node {
    None,
    Bool(bool),
    Missing,
    Int(i64),
    Float(f64),
    /// An integer of more than 64 bits: little-endian two's complement.
    Long(Stretch),
    /// An integer of more than 64 bits, as decimal digits with an optional minus.
    Digits(Stretch),
    Text(Stretch, TextKind),
    Bytes(Stretch),
    ByteArray(Stretch),
    /// A buffer that was stored outside the pickle, by the order of its request.
    Buffer {
        index: u32,
        readonly: bool,
    },
    List(Span),
    Tuple(Span),
    Set(Span),
    FrozenSet(Span),
    /// Keys and values alternate.
    Dict(Span),
    /// An index into the arena's names.
    Global(u32),
    Object {
        made: Made,
        rest_is: Rest,
        callable: NodeId,
        args: NodeId,
        rest: u32,
    },
}

const _: () = assert!(size_of::<Node>() == 16, "a node must stay at sixteen bytes");
