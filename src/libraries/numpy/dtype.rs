//! The type of an array's elements: what its bytes mean.

use crate::pickle::{Dict, NodeId, Pickle, Value};
use std::fmt::Write as _;

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

/// Records in records, deeper than anybody wrote them.
const DEEPEST: usize = 16;

/// More fields than this are no record that anybody made.
const MOST_FIELDS: usize = 100_000;

/// No element is larger.
const LARGEST: usize = 1 << 31;

impl Dtype {
    /// The type that an object of the pickle stands for.
    pub fn read(pickle: &Pickle, id: NodeId) -> Option<Dtype> {
        read(pickle, id, DEEPEST)
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

    /// As `str(dtype)` gives it: `int64`, `<U2`, `datetime64[ns]`.
    pub fn name(&self) -> String {
        let bits = self.size * 8;
        match &self.kind {
            Kind::Int | Kind::Uint | Kind::Float | Kind::Complex
                if self.big_endian && self.size > 1 =>
            {
                self.code()
            }
            Kind::Bool => "bool".to_owned(),
            Kind::Int => format!("int{bits}"),
            Kind::Uint => format!("uint{bits}"),
            Kind::Float => format!("float{bits}"),
            Kind::BFloat => "bfloat16".to_owned(),
            Kind::Complex => format!("complex{bits}"),
            Kind::Object => "object".to_owned(),
            Kind::VariableText => "StringDType()".to_owned(),
            Kind::DateTime(..) | Kind::TimeDelta(..) if self.big_endian => self.code(),
            Kind::DateTime(unit, count) => format!("datetime64{}", in_units(*unit, *count)),
            Kind::TimeDelta(unit, count) => format!("timedelta64{}", in_units(*unit, *count)),
            Kind::Bytes | Kind::Text | Kind::Void => self.code(),
            Kind::Record { record: true, .. } => format!("(numpy.record, {})", self.printed()),
            Kind::Record { .. } => self.printed(),
            Kind::Sub(base, shape) => format!("({}, {})", base.printed(), tuple(shape)),
        }
    }

    /// As `dtype.str` gives it: `<i8`, `|V23`.
    pub fn code(&self) -> String {
        let order = match self.kind {
            Kind::Bool | Kind::Bytes | Kind::Void | Kind::Object | Kind::VariableText => '|',
            Kind::Record { .. } | Kind::Sub(..) => '|',
            Kind::Int | Kind::Uint if self.size == 1 => '|',
            _ if self.big_endian => '>',
            _ => '<',
        };
        let size = self.size;
        match &self.kind {
            Kind::Bool => "|b1".to_owned(),
            Kind::Int => format!("{order}i{size}"),
            Kind::Uint => format!("{order}u{size}"),
            Kind::Float => format!("{order}f{size}"),
            Kind::Complex => format!("{order}c{size}"),
            Kind::Bytes => format!("{order}S{size}"),
            Kind::Text => format!("{order}U{}", size / 4),
            Kind::Object => "|O".to_owned(),
            Kind::VariableText => "StringDType()".to_owned(),
            Kind::DateTime(unit, count) => format!("{order}M8{}", in_units(*unit, *count)),
            Kind::TimeDelta(unit, count) => format!("{order}m8{}", in_units(*unit, *count)),
            Kind::BFloat => "bfloat16".to_owned(),
            Kind::Void | Kind::Record { .. } | Kind::Sub(..) => format!("|V{size}"),
        }
    }

    /// As it stands inside the print of a record: `'<i4'`, `'i1'`, `[('x', '<f8')]`.
    fn printed(&self) -> String {
        match &self.kind {
            Kind::Bool => "'?'".to_owned(),
            Kind::Object => "'O'".to_owned(),
            Kind::Record {
                fields, aligned, ..
            } => self.printed_record(fields, *aligned),
            Kind::Sub(base, shape) => format!("({}, {})", base.printed(), tuple(shape)),
            _ => format!("'{}'", self.code().trim_start_matches('|')),
        }
    }

    fn printed_record(&self, fields: &[Field], aligned: bool) -> String {
        let mut end = 0;
        let packed = fields.iter().all(|field| {
            let follows = field.offset == end;
            end += field.dtype.size;
            follows
        });
        if packed && end == self.size && !aligned {
            let each = fields.iter().map(|field| match &field.dtype.kind {
                Kind::Sub(base, shape) => {
                    format!("('{}', {}, {})", field.name, base.printed(), tuple(shape))
                }
                _ => format!("('{}', {})", field.name, field.dtype.printed()),
            });
            return format!("[{}]", each.collect::<Vec<_>>().join(", "));
        }
        let list = |part: &dyn Fn(&Field) -> String| {
            let parts: Vec<String> = fields.iter().map(part).collect();
            parts.join(", ")
        };
        let mut text = format!(
            "{{'names': [{}], 'formats': [{}], 'offsets': [{}], 'itemsize': {}",
            list(&|field| format!("'{}'", field.name)),
            list(&|field| field.dtype.printed()),
            list(&|field| field.offset.to_string()),
            self.size
        );
        if aligned {
            text.push_str(", 'aligned': True");
        }
        text.push('}');
        text
    }
}

/// As Python prints a tuple of numbers: `(3,)`.
pub fn tuple(shape: &[usize]) -> String {
    let mut text = String::from("(");
    for length in shape {
        let _written = write!(text, "{length},{}", if shape.len() > 1 { " " } else { "" });
    }
    match shape.len() {
        0 | 1 => text + ")",
        _ => text.trim_end_matches(", ").to_owned() + ")",
    }
}

fn in_units(unit: Unit, count: u32) -> String {
    match (unit, count) {
        (Unit::Generic, _) => String::new(),
        (unit, 1) => format!("[{}]", unit.name()),
        (unit, count) => format!("[{count}{}]", unit.name()),
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

fn read(pickle: &Pickle, id: NodeId, deepest: usize) -> Option<Dtype> {
    let deepest = deepest.checked_sub(1)?;
    let object = pickle.as_object(id)?;
    let class = object.class()?;
    match (class.module(), class.name()) {
        ("numpy", "dtype") => {}
        // Several layers of the library make the same type under other names.
        (module, "dtype") if module.starts_with("numpy.") => {}
        (module, "_convert_to_stringdtype_kwargs") if module.starts_with("numpy.") => {
            return Some(Dtype::plain(Kind::VariableText, 0));
        }
        _ => return None,
    }
    let code = *object.args().first()?;
    let mut dtype = match pickle.value(code) {
        Value::Text(code) => Dtype::of_code(code.as_str()?)?,
        Value::Bytes(code) => Dtype::of_code(std::str::from_utf8(code).ok()?)?,
        // `numpy.record`: the state tells the rest.
        Value::Global(class) if class.name() == "record" => Dtype::plain(Kind::Void, 0),
        _ => return None,
    };
    let Some(state) = object.states().first().map(|state| state.value) else {
        return Some(dtype);
    };
    let state = pickle.as_list(state)?;
    // (version, order, sub-array, names, fields, size, alignment, flags[, metadata])
    let &[_, order, sub, names, fields, size, _, flags, ref rest @ ..] = state else {
        return None;
    };
    dtype.big_endian = pickle.as_str(order) == Some(">") || pickle.as_bytes(order) == Some(b">");
    let stored = pickle
        .as_int(size)
        .and_then(|size| usize::try_from(size).ok());
    let stored = stored.filter(|size| *size <= LARGEST);
    if let (Kind::DateTime(..) | Kind::TimeDelta(..), Some(&metadata)) = (&dtype.kind, rest.first())
    {
        let (unit, count) = units(pickle, metadata)?;
        dtype.kind = match dtype.kind {
            Kind::DateTime(..) => Kind::DateTime(unit, count),
            _ => Kind::TimeDelta(unit, count),
        };
    }
    if let Some(&[base, shape]) = pickle.as_list(sub) {
        let base = read(pickle, base, deepest)?;
        let shape = shape_of(pickle, shape)?;
        let count = shape
            .iter()
            .try_fold(1usize, |count, length| count.checked_mul(*length))?;
        let size = base
            .size
            .checked_mul(count)
            .filter(|size| *size <= LARGEST)?;
        return Some(Dtype::plain(Kind::Sub(Box::new(base), shape), size));
    }
    if let (Some(names), Value::Dict(fields)) = (pickle.as_list(names), pickle.value(fields)) {
        let size = stored.unwrap_or(dtype.size);
        let fields = self::fields(pickle, names, fields, size, deepest)?;
        let aligned = pickle.as_int(flags).is_some_and(|flags| flags & 0x80 != 0);
        let record = pickle.as_global(code).is_some();
        let kind = Kind::Record {
            fields,
            aligned,
            record,
        };
        return Some(Dtype::plain(kind, size));
    }
    if let (Kind::Bytes | Kind::Text | Kind::Void, Some(size)) = (&dtype.kind, stored) {
        dtype.size = size;
    }
    Some(dtype)
}

fn fields(
    pickle: &Pickle,
    names: &[NodeId],
    fields: Dict<'_>,
    size: usize,
    deepest: usize,
) -> Option<Vec<Field>> {
    if names.len() > MOST_FIELDS {
        return None;
    }
    let mut found = Vec::new();
    let mut all = 0usize;
    for &name in names {
        let name = pickle.as_str(name)?;
        let field = pickle.as_list(pickle.get(fields, name)?)?;
        let &[dtype, offset, ..] = field else {
            return None;
        };
        let dtype = read(pickle, dtype, deepest)?;
        let offset = usize::try_from(pickle.as_int(offset)?).ok()?;
        // Objects have no place among bytes.
        if offset.checked_add(dtype.size)? > size {
            return None;
        }
        // Records of records of the same record may name more than a pickle can hold.
        all = all.checked_add(1 + names_in(&dtype))?;
        if all > MOST_FIELDS {
            return None;
        }
        found.push(Field {
            name: name.to_owned(),
            dtype,
            offset,
        });
    }
    Some(found)
}

fn names_in(dtype: &Dtype) -> usize {
    match &dtype.kind {
        Kind::Record { fields, .. } => fields.iter().map(|field| 1 + names_in(&field.dtype)).sum(),
        Kind::Sub(base, _) => names_in(base),
        _ => 0,
    }
}

/// `(…, (b'ns', 1, 1, 1))`: the unit and how many of it.
fn units(pickle: &Pickle, metadata: NodeId) -> Option<(Unit, u32)> {
    let &[_, units] = pickle.as_list(metadata)? else {
        return None;
    };
    let &[unit, count, ..] = pickle.as_list(units)? else {
        return None;
    };
    let name = match pickle.value(unit) {
        Value::Text(name) => name.as_str()?,
        Value::Bytes(name) => std::str::from_utf8(name).ok()?,
        _ => return None,
    };
    let count = u32::try_from(pickle.as_int(count)?).ok()?;
    Some((Unit::named(name)?, count))
}

/// Lengths of axes: a tuple of integers, or one alone.
pub(super) fn shape_of(pickle: &Pickle, id: NodeId) -> Option<Vec<usize>> {
    let length = |id| usize::try_from(pickle.as_int(id)?).ok();
    match pickle.as_list(id) {
        // NumPy itself has no more than 64 axes.
        Some(lengths) if lengths.len() <= 64 => lengths.iter().map(|&id| length(id)).collect(),
        Some(_) => None,
        None => Some(vec![length(id)?]),
    }
}
