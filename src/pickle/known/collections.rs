//! `collections` and `array`.

use super::super::node::NodeId;
use super::super::object::Object;
use super::super::text::Text;
use super::super::value::{Dict, Pickle, Value};
use super::Known;

/// `collections.deque`.
#[derive(Clone, Copy, Debug)]
pub struct Deque<'a> {
    pub items: &'a [NodeId],
    pub maxlen: Option<i64>,
}

/// `array.array`.
#[derive(Clone, Copy, Debug)]
pub struct Array<'a> {
    /// The letter that says what the elements are: `i`, `d`, `u`, ….
    pub typecode: char,
    pub items: ArrayItems<'a>,
}

/// The elements of an `array.array`, as they are stored.
#[derive(Clone, Copy, Debug)]
pub enum ArrayItems<'a> {
    /// Values of the pickle (protocols 0 to 2).
    Ids(&'a [NodeId]),
    /// Characters (typecode `u`, protocols 0 to 2).
    Text(Text<'a>),
    /// The bytes as the machine that wrote it has them.
    Bytes(Layout, &'a [u8]),
}

/// How a machine laid out an element; `machine_format_code` of CPython's
/// `Modules/arraymodule.c`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Layout {
    pub kind: Kind,
    /// 1, 2, 4 or 8.
    pub size: usize,
    pub big_endian: bool,
}

/// What kind of number an element is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Unsigned,
    Signed,
    Float,
    /// UTF-16 or UTF-32.
    Char,
}

impl Layout {
    fn from_code(code: i64) -> Option<Layout> {
        let code = usize::try_from(code).ok().filter(|&code| code <= 21)?;
        let (kind, size) = match code {
            0 => (Kind::Unsigned, 1),
            1 => (Kind::Signed, 1),
            2..=13 => {
                let kind = if (code - 2) % 4 < 2 {
                    Kind::Unsigned
                } else {
                    Kind::Signed
                };
                (kind, 2 << ((code - 2) / 4))
            }
            14 | 15 => (Kind::Float, 4),
            16 | 17 => (Kind::Float, 8),
            18 | 19 => (Kind::Char, 2),
            _ => (Kind::Char, 4),
        };
        Some(Layout {
            kind,
            size,
            big_endian: code >= 2 && code % 2 == 1,
        })
    }

    /// One element as a number: integers and characters by value, floats by their bits.
    pub fn read(self, bytes: &[u8]) -> Option<u64> {
        let mut whole = [0; 8];
        let into = whole.get_mut(..self.size)?;
        into.copy_from_slice(bytes.get(..self.size)?);
        if self.big_endian {
            into.reverse();
        }
        Some(u64::from_le_bytes(whole))
    }
}

impl Array<'_> {
    pub fn len(&self) -> usize {
        match self.items {
            ArrayItems::Ids(ids) => ids.len(),
            ArrayItems::Text(text) => text.chars(),
            ArrayItems::Bytes(layout, bytes) => bytes.len() / layout.size,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

pub(super) fn default_dict(object: Object<'_>) -> Option<Known<'_>> {
    match *object.args() {
        [] => Some(Known::DefaultDict(None, object.entries())),
        [factory] => Some(Known::DefaultDict(Some(factory), object.entries())),
        _ => None,
    }
}

pub(super) fn counter<'a>(pickle: &'a Pickle, object: Object<'a>) -> Option<Dict<'a>> {
    match *object.args() {
        [] => Some(object.entries()),
        [counts] if object.entries().is_empty() => pickle.as_dict(counts),
        _ => None,
    }
}

pub(super) fn deque<'a>(pickle: &'a Pickle, object: Object<'a>) -> Option<Deque<'a>> {
    let (initial, maxlen) = match *object.args() {
        [] => (&[][..], None),
        [initial] => (pickle.as_list(initial)?, None),
        [initial, maxlen] => {
            let maxlen = match pickle.value(maxlen) {
                Value::None => None,
                Value::Int(maxlen) if maxlen >= 0 => Some(maxlen),
                _ => return None,
            };
            (pickle.as_list(initial)?, maxlen)
        }
        _ => return None,
    };
    // Python 2 hands over all items at once, Python 3 appends them.
    let items = match (initial, object.items()) {
        ([], appended) => appended,
        (initial, []) => initial,
        _ => return None,
    };
    let most = maxlen.map_or(items.len(), |most| {
        usize::try_from(most).unwrap_or(usize::MAX)
    });
    let items = items.get(items.len().saturating_sub(most)..)?;
    Some(Deque { items, maxlen })
}

fn typecode(pickle: &Pickle, id: NodeId) -> Option<char> {
    match pickle.value(id) {
        Value::Text(text) if text.bytes().len() == 1 => text.as_str()?.chars().next(),
        _ => None,
    }
}

/// `array(typecode, list)`, the way of protocols 0 to 2.
pub(super) fn array<'a>(pickle: &'a Pickle, args: &[NodeId]) -> Option<Array<'a>> {
    let (&code, rest) = args.split_first()?;
    let typecode = typecode(pickle, code)?;
    let items = match *rest {
        [] => ArrayItems::Ids(&[]),
        [items] => match pickle.value(items) {
            Value::List(items) => ArrayItems::Ids(items),
            Value::Text(text) => ArrayItems::Text(text),
            _ => return None,
        },
        _ => return None,
    };
    Some(Array { typecode, items })
}

/// `_array_reconstructor(class, typecode, machine format, bytes)`.
pub(super) fn array_of_bytes<'a>(pickle: &'a Pickle, args: &[NodeId]) -> Option<Array<'a>> {
    let &[_class, code, format, bytes] = args else {
        return None;
    };
    let layout = Layout::from_code(pickle.as_int(format)?)?;
    let bytes = pickle.as_bytes(bytes)?;
    Some(Array {
        typecode: typecode(pickle, code)?,
        items: ArrayItems::Bytes(layout, bytes),
    })
}
