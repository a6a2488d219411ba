//! A decoded pickle and the view of its values.
//!
//! [`Pickle`] owns the arena; [`Pickle::value`] turns an id into a borrowed
//! [`Value`], one level deep: elements are ids again. Nothing here knows a class
//! (that is [`known`](mod@super::known)) and nothing here recurses, so cycles are
//! harmless.

use super::arena::Arena;
use super::kept::Kept;
use super::names::{Name, Role};
use super::node::{Extra, Node, NodeId, Span};
use super::object::Object;
use super::problem::{Problem, Severity};
use super::text::Text;
use std::fmt;

/// How whole the value is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Value,
    /// Whole, but there is something to know; see [`Pickle::problems`].
    ValueWithWarning,
    /// Decoding ended early, or something had to be dropped; what is there is readable.
    Partial,
    /// There is nothing to show.
    Error,
}

impl Outcome {
    /// The word for it, as the command line prints it.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Value => "value",
            Outcome::ValueWithWarning => "value-with-warning",
            Outcome::Partial => "partial",
            Outcome::Error => "error",
        }
    }
}

/// A decoded pickle.
///
/// It owns the pickle's bytes; texts and byte strings are borrowed from them.
pub struct Pickle {
    pub(super) arena: Arena,
    root: Option<NodeId>,
    protocol: u8,
    used: u64,
    unfinished: Vec<NodeId>,
    problems: Vec<Problem>,
    words: Option<Words>,
    pub(super) kept: Kept,
}

/// What others know of objects that are not [known](mod@super::known) here. Each
/// answers for one object, and with `None` where it does not know it either.
#[derive(Clone, Copy)]
pub struct Words {
    /// As `repr()` prints it.
    pub printed: fn(&Pickle, NodeId) -> Option<Printed>,
    /// In one line.
    pub line: fn(&Pickle, NodeId) -> Option<String>,
    /// `module.qualname` of its class.
    pub class: fn(&Pickle, NodeId) -> Option<String>,
    pub offset: ZoneOffset,
}

/// How many seconds a zone of the calendar, by its name, is ahead of UTC at a second since
/// 1970. Who knows the calendars is not this module.
pub type ZoneOffset = fn(&str, i64) -> Option<i32>;

/// A printed object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Printed {
    pub text: String,
    /// Whether Python prints the same.
    pub exact: bool,
}

/// One value, one level deep.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    None,
    Bool(bool),
    /// An integer of up to 64 bits.
    Int(i64),
    /// A longer one.
    BigInt(BigInt<'a>),
    Float(f64),
    Text(Text<'a>),
    Bytes(&'a [u8]),
    ByteArray(&'a [u8]),
    List(&'a [NodeId]),
    Tuple(&'a [NodeId]),
    /// In the order of the pickle, which is the order of iteration where it was written.
    Set(&'a [NodeId]),
    FrozenSet(&'a [NodeId]),
    Dict(Dict<'a>),
    /// A class or function by its name.
    Global(Global<'a>),
    Object(Object<'a>),
    /// Bytes that were handed over outside the pickle, by the order in which it asks
    /// for them.
    Buffer {
        index: u32,
        readonly: bool,
    },
    /// No value: a key whose value was cut off, or an id that this pickle did not give.
    Missing,
}

/// An integer of more than 64 bits, as it is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BigInt<'a> {
    /// Little-endian two's complement.
    Bytes(&'a [u8]),
    /// Decimal digits with an optional minus (protocols 0 and 1).
    Digits(&'a [u8]),
}

/// The entries of a dict in order: keys and values by id.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Dict<'a> {
    pairs: &'a [NodeId],
}

impl<'a> Dict<'a> {
    pub(super) fn new(pairs: &'a [NodeId]) -> Dict<'a> {
        Dict { pairs }
    }

    pub fn len(self) -> usize {
        self.pairs.len() / 2
    }

    pub fn is_empty(self) -> bool {
        self.pairs.is_empty()
    }

    /// The entry at `index`: key and value.
    pub fn get(self, index: usize) -> Option<(NodeId, NodeId)> {
        let key = index.checked_mul(2)?;
        match *self.pairs.get(key..key.checked_add(2)?)? {
            [key, value] => Some((key, value)),
            _ => None,
        }
    }

    pub fn iter(
        self,
    ) -> impl DoubleEndedIterator<Item = (NodeId, NodeId)> + ExactSizeIterator + 'a {
        self.pairs
            .as_chunks::<2>()
            .0
            .iter()
            .map(|&[key, value]| (key, value))
    }
}

/// A class or function, by name only.
#[derive(Clone, Copy, Debug)]
pub struct Global<'a> {
    pub(super) info: &'a Name,
}

impl<'a> Global<'a> {
    /// The module as Python 3 knows it: `builtins` where an old pickle says `__builtin__`.
    pub fn module(self) -> &'a str {
        &self.info.module
    }

    /// The qualified name inside the module.
    pub fn name(self) -> &'a str {
        &self.info.name
    }

    /// `module.name` as it stands in the pickle.
    pub fn written(self) -> &'a str {
        &self.info.written
    }

    /// Whether calling it would run code, open files or the like.
    pub fn is_dangerous(self) -> bool {
        self.info.dangerous
    }

    /// How often the pickle was to call it, calls that stand for plain values aside.
    pub fn calls_not_made(self) -> u32 {
        self.info.calls
    }

    /// Whether it is a class rather than a function: the pickle makes instances of it,
    /// or its name looks like one.
    pub fn is_class(self) -> bool {
        self.info.is_class
    }

    pub(super) fn role(self) -> Role {
        self.info.role
    }
}

impl fmt::Display for Global<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.module(), self.name())
    }
}

impl Pickle {
    pub(super) fn new(
        arena: Arena,
        root: Option<NodeId>,
        protocol: u8,
        used: u64,
        unfinished: Vec<NodeId>,
        problems: Vec<Problem>,
    ) -> Pickle {
        Pickle {
            arena,
            root,
            protocol,
            used,
            unfinished,
            problems,
            words: None,
            kept: Kept::default(),
        }
    }

    /// The same, with words for objects of other libraries.
    pub fn with_words(mut self, words: Words) -> Self {
        self.words = Some(words);
        self
    }

    /// What others know of objects, where somebody told it.
    pub(super) fn words(&self) -> Option<Words> {
        self.words
    }

    /// The value of the pickle, or what there is of it.
    pub fn root(&self) -> Option<NodeId> {
        self.root
    }

    pub fn outcome(&self) -> Outcome {
        let worst = self.problems.iter().map(Problem::severity).max();
        match (self.root, worst) {
            (None, _) => Outcome::Error,
            (_, Some(Severity::Damage)) => Outcome::Partial,
            (_, Some(Severity::Warning)) => Outcome::ValueWithWarning,
            (_, Some(Severity::Note) | None) => Outcome::Value,
        }
    }

    /// What went wrong, in the order of the places.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The protocol that the pickle names; 0 for protocols 0 and 1, which have no name.
    pub fn protocol(&self) -> u8 {
        self.protocol
    }

    /// Bytes up to and including STOP, or up to where decoding ended.
    pub fn used(&self) -> u64 {
        self.used
    }

    /// The bytes of the pickle.
    pub fn bytes(&self) -> &[u8] {
        &self.arena.bytes
    }

    /// Whether more was to come into this value when decoding ended early.
    pub fn is_unfinished(&self, id: NodeId) -> bool {
        self.unfinished.binary_search(&id).is_ok()
    }

    /// Every class and function that the pickle names, in order of first appearance.
    pub fn globals(&self) -> impl ExactSizeIterator<Item = Global<'_>> {
        self.arena.names.iter().map(|info| Global { info })
    }

    /// Those of [`globals`](Self::globals) that Python would have called: classes of
    /// objects, functions that make them, and worse. None of these calls was made.
    pub fn calls_not_made(&self) -> impl Iterator<Item = Global<'_>> {
        self.globals().filter(|global| global.calls_not_made() > 0)
    }

    /// An estimate of the bytes that decoding took beyond the pickle itself.
    pub fn memory(&self) -> u64 {
        self.arena.memory()
    }

    /// One value, one level deep.
    pub fn value(&self, id: NodeId) -> Value<'_> {
        let arena = &self.arena;
        match arena.node(id) {
            Node::None => Value::None,
            Node::Bool(value) => Value::Bool(value),
            Node::Missing => Value::Missing,
            Node::Int(value) => Value::Int(value),
            Node::Float(value) => Value::Float(value),
            Node::Long(bytes) => Value::BigInt(BigInt::Bytes(arena.bytes_at(bytes))),
            Node::Digits(digits) => Value::BigInt(BigInt::Digits(arena.bytes_at(digits))),
            Node::Text(bytes, kind) => Value::Text(Text::new(arena.bytes_at(bytes), kind)),
            Node::Bytes(bytes) => Value::Bytes(arena.bytes_at(bytes)),
            Node::ByteArray(bytes) => Value::ByteArray(arena.bytes_at(bytes)),
            Node::Buffer { index, readonly } => Value::Buffer { index, readonly },
            Node::List(span) => Value::List(arena.ids(span)),
            Node::Tuple(span) => Value::Tuple(arena.ids(span)),
            Node::Set(span) => Value::Set(arena.ids(span)),
            Node::FrozenSet(span) => Value::FrozenSet(arena.ids(span)),
            Node::Dict(span) => Value::Dict(Dict::new(arena.ids(span))),
            Node::Global(number) => match arena.names.get(number as usize) {
                Some(info) => Value::Global(Global { info }),
                None => Value::Missing,
            },
            Node::Object {
                made,
                rest_is,
                callable,
                args,
                rest,
            } => Value::Object(Object::new(self, id, made, rest_is, callable, args, rest)),
        }
    }

    pub(super) fn ids(&self, span: Span) -> &[NodeId] {
        self.arena.ids(span)
    }

    pub(super) fn extra(&self, index: u32) -> Extra {
        self.arena.extra(index)
    }

    /// How far a zone of the calendar is ahead of UTC at a second since 1970.
    pub fn zone_offset(&self, zone: &str, second: i64) -> Option<i32> {
        (self.words?.offset)(zone, second)
    }

    // Short ways to what most readers want.

    pub fn as_bool(&self, id: NodeId) -> Option<bool> {
        match self.value(id) {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// An integer of up to 64 bits. A bool is none, although Python thinks it is.
    pub fn as_int(&self, id: NodeId) -> Option<i64> {
        match self.value(id) {
            Value::Int(value) => Some(value),
            _ => None,
        }
    }

    /// A float, or an integer that a float holds exactly.
    pub fn as_float(&self, id: NodeId) -> Option<f64> {
        match self.value(id) {
            Value::Float(value) => Some(value),
            Value::Int(value) if value.unsigned_abs() <= 1 << 53 => Some(value as f64),
            _ => None,
        }
    }

    /// A text without lone surrogates.
    pub fn as_str(&self, id: NodeId) -> Option<&str> {
        match self.value(id) {
            Value::Text(text) => text.as_str(),
            _ => None,
        }
    }

    /// The bytes of a bytes object or a bytearray.
    pub fn as_bytes(&self, id: NodeId) -> Option<&[u8]> {
        match self.value(id) {
            Value::Bytes(bytes) | Value::ByteArray(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The elements of a list or a tuple.
    pub fn as_list(&self, id: NodeId) -> Option<&[NodeId]> {
        match self.value(id) {
            Value::List(items) | Value::Tuple(items) => Some(items),
            _ => None,
        }
    }

    pub fn as_dict(&self, id: NodeId) -> Option<Dict<'_>> {
        match self.value(id) {
            Value::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    pub fn as_object(&self, id: NodeId) -> Option<Object<'_>> {
        match self.value(id) {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    pub fn as_global(&self, id: NodeId) -> Option<Global<'_>> {
        match self.value(id) {
            Value::Global(global) => Some(global),
            _ => None,
        }
    }

    pub fn is_none(&self, id: NodeId) -> bool {
        matches!(self.value(id), Value::None)
    }

    /// The value of a text key. Looks at one entry after the other.
    pub fn get(&self, dict: Dict<'_>, key: &str) -> Option<NodeId> {
        dict.iter()
            .find(|&(found, _)| self.is_text(found, key))
            .map(|(_, value)| value)
    }

    /// `value[key]` for a value that is a dict (or a known kind of dict) with a text key.
    pub fn item(&self, id: NodeId, key: &str) -> Option<NodeId> {
        self.get(super::known::entries(self, id)?, key)
    }

    /// Whether a value is this text, without decoding it.
    pub fn is_text(&self, id: NodeId, text: &str) -> bool {
        match self.arena.node(id) {
            Node::Text(bytes, _) => {
                bytes.len as usize == text.len() && self.arena.bytes_at(bytes) == text.as_bytes()
            }
            _ => false,
        }
    }

    /// The texts of a list or tuple of texts; `None` if there is anything else in it.
    pub fn str_list(&self, id: NodeId) -> Option<Vec<&str>> {
        self.as_list(id)?
            .iter()
            .map(|&item| self.as_str(item))
            .collect()
    }
}

impl fmt::Debug for Pickle {
    /// A line of facts; the values are shown by [`repr`](super::repr()).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pickle")
            .field("bytes", &self.arena.bytes.len())
            .field("nodes", &self.arena.nodes.len())
            .field("outcome", &self.outcome())
            .finish_non_exhaustive()
    }
}
