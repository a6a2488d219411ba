//! The type of an array's elements: what its bytes mean.
//!
//! Start with [`Dtype`].

mod names;
mod reading;

pub use names::tuple;
pub(super) use reading::shape_of;

use crate::pickle::{NodeId, Pickle};

/// The type of an element.
#[derive(Clone, Debug, PartialEq)]
pub struct Dtype {
    pub kind: Kind,
    /// Bytes that one element takes.
    pub size: usize,
    /// Most significant byte first.
    pub big_endian: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Bool,
    /// The sizes of numbers are those that some platform has: 1, 2, 4 and 8 bytes for
    /// integers, 2, 4, 8 and 12 or 16 for floats, twice that for complex ones.
    Int,
    Uint,
    Float,
    /// The upper half of a float of four bytes; PyTorch has it, NumPy does not.
    BFloat,
    Complex,
    /// Bytes, filled up with zeros.
    Bytes,
    /// UCS-4, filled up with zeros.
    Text,
    /// Bytes without a meaning.
    Void,
    /// Python objects.
    Object,
    /// Text of any length, as an object (`StringDType`).
    VariableText,
    /// A moment since 1970, in so many units.
    DateTime(Unit, u32),
    TimeDelta(Unit, u32),
    /// Named fields; `record` where elements are of the class `numpy.record`.
    Record {
        fields: Vec<Field>,
        aligned: bool,
        record: bool,
    },
    /// A small array in each element.
    Sub(Box<Dtype>, Vec<usize>),
}

/// A field of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub name: String,
    pub dtype: Dtype,
    /// Bytes from the start of the record.
    pub offset: usize,
}

/// What a moment or a span is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Not said.
    Generic,
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Milli,
    Micro,
    Nano,
    Pico,
    Femto,
    Atto,
}

impl Unit {
    const NAMES: [(Unit, &'static str); 13] = [
        (Unit::Year, "Y"),
        (Unit::Month, "M"),
        (Unit::Week, "W"),
        (Unit::Day, "D"),
        (Unit::Hour, "h"),
        (Unit::Minute, "m"),
        (Unit::Second, "s"),
        (Unit::Milli, "ms"),
        (Unit::Micro, "us"),
        (Unit::Nano, "ns"),
        (Unit::Pico, "ps"),
        (Unit::Femto, "fs"),
        (Unit::Atto, "as"),
    ];

    pub fn named(name: &str) -> Option<Unit> {
        if name == "generic" {
            return Some(Unit::Generic);
        }
        let mut names = Self::NAMES.iter();
        names
            .find(|(_, known)| *known == name)
            .map(|(unit, _)| *unit)
    }

    pub fn name(self) -> &'static str {
        let mut names = Self::NAMES.iter();
        let found = names.find(|(unit, _)| *unit == self);
        found.map_or("generic", |(_, name)| name)
    }
}

/// No element is larger.
const LARGEST: usize = 1 << 31;

impl Dtype {
    /// The type that an object of the pickle stands for.
    pub fn read(pickle: &Pickle, id: NodeId) -> Option<Dtype> {
        reading::read(pickle, id, reading::DEEPEST)
    }

    /// A type of so many bytes in this machine's order.
    pub fn plain(kind: Kind, size: usize) -> Dtype {
        Dtype {
            kind,
            size,
            big_endian: false,
        }
    }

    /// A type by its short name: `<i8`, `b1`, `U2`, `M8`.
    pub fn of_code(code: &str) -> Option<Dtype> {
        let (big_endian, code) = match code.strip_prefix(['<', '=', '|']) {
            Some(rest) => (false, rest),
            None => match code.strip_prefix('>') {
                Some(rest) => (true, rest),
                None => (false, code),
            },
        };
        if let Some((code, unit)) = code.strip_suffix(']').and_then(|code| code.split_once('[')) {
            let kind = moments(code)?;
            let digits = unit.bytes().take_while(u8::is_ascii_digit).count();
            let (multiple, unit) = unit.split_at_checked(digits)?;
            let multiple = if multiple.is_empty() {
                1
            } else {
                multiple.parse().ok()?
            };
            let kind = kind(Unit::named(unit)?, multiple);
            return Some(Dtype {
                kind,
                size: 8,
                big_endian,
            });
        }
        let letter = code.chars().next()?;
        let size: usize = match code.get(1..)? {
            "" => default_size(letter)?,
            digits => digits.parse().ok()?,
        };
        let kind = match (letter, size) {
            ('b', 1) if code.len() > 1 => Kind::Bool,
            ('?', _) => Kind::Bool,
            ('i', 1 | 2 | 4 | 8) | ('b', 1) => Kind::Int,
            ('u', 1 | 2 | 4 | 8) => Kind::Uint,
            ('f', 2 | 4 | 8 | 12 | 16) => Kind::Float,
            ('c', 8 | 16 | 24 | 32) => Kind::Complex,
            ('S' | 'a', _) => Kind::Bytes,
            ('U', _) => Kind::Text,
            ('V', _) => Kind::Void,
            ('O', _) => Kind::Object,
            ('M', 8) => Kind::DateTime(Unit::Generic, 1),
            ('m', 8) => Kind::TimeDelta(Unit::Generic, 1),
            _ => return None,
        };
        let size = match kind {
            Kind::Text => size.checked_mul(4)?,
            // Where it was written; here it is a value of the pickle.
            Kind::Object => 8,
            _ => size,
        };
        (size <= LARGEST).then_some(Dtype {
            kind,
            size,
            big_endian,
        })
    }

    /// Whether the elements are values of the pickle, not bytes.
    pub fn holds_objects(&self) -> bool {
        match &self.kind {
            Kind::Object | Kind::VariableText => true,
            Kind::Record { fields, .. } => fields.iter().any(|field| field.dtype.holds_objects()),
            Kind::Sub(base, _) => base.holds_objects(),
            _ => false,
        }
    }

    pub fn is_number(&self) -> bool {
        matches!(
            self.kind,
            Kind::Int | Kind::Uint | Kind::Float | Kind::BFloat
        )
    }
}

fn moments(code: &str) -> Option<fn(Unit, u32) -> Kind> {
    match code {
        "M8" => Some(Kind::DateTime),
        "m8" => Some(Kind::TimeDelta),
        _ => None,
    }
}

/// The size of what is written by a letter alone, as old pickles have it.
fn default_size(letter: char) -> Option<usize> {
    Some(match letter {
        '?' | 'b' | 'B' => 1,
        'M' | 'm' => 8,
        'O' => 8,
        'S' | 'U' | 'V' | 'a' => 0,
        _ => return None,
    })
}
