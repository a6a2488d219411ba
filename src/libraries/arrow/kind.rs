//! The types of Arrow's columns, as `pyarrow` writes and names them.

use crate::libraries::numpy::Unit;
use crate::libraries::room::Room;
use crate::pickle::{NodeId, Object, Pickle};
use std::rc::Rc;

/// The type of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Null,
    Bool,
    Int(u8),
    Uint(u8),
    /// Bytes of one.
    Float(u8),
    Text,
    LargeText,
    Bytes,
    LargeBytes,
    /// Each by its length and where it is.
    TextView,
    BytesView,
    FixedBytes(usize),
    /// Days since 1970.
    Date32,
    /// Milliseconds since 1970.
    Date64,
    Timestamp(Unit, Option<String>),
    Time(Unit, u8),
    Duration(Unit),
    /// Digits behind the point, and bytes of one.
    Decimal(u32, i32, usize),
    List(Box<Field>),
    LargeList(Box<Field>),
    FixedList(Box<Field>, usize),
    Struct(Vec<Field>),
    Dictionary(Box<Kind>, Rc<Kind>, bool),
    Map(Box<Field>, Box<Field>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub name: String,
    pub kind: Rc<Kind>,
}

/// The type that an object stands for.
pub(super) fn kind_of(pickle: &Pickle, id: NodeId, room: &Room<'_>) -> Option<Kind> {
    let room = &room.enter()?;
    let (function, object) = call(pickle, id)?;
    let args = object.args();
    let unit = |id| Unit::named(pickle.as_str(id)?);
    Some(match (function, args) {
        ("type_for_alias", &[name]) => alias(pickle.as_str(name)?)?,
        ("timestamp", &[in_units, zone]) => {
            Kind::Timestamp(unit(in_units)?, pickle.as_str(zone).and_then(zone_of))
        }
        ("time32", &[in_units]) => Kind::Time(unit(in_units)?, 4),
        ("time64", &[in_units]) => Kind::Time(unit(in_units)?, 8),
        ("duration", &[in_units]) => Kind::Duration(unit(in_units)?),
        ("binary", &[size]) => Kind::FixedBytes(usize::try_from(pickle.as_int(size)?).ok()?),
        (decimal, &[precision, scale]) if decimal.starts_with("decimal") => {
            let bits: usize = decimal.strip_prefix("decimal")?.parse().ok()?;
            let number = |id| i32::try_from(pickle.as_int(id)?).ok();
            Kind::Decimal(
                u32::try_from(number(precision)?).ok()?,
                number(scale)?,
                bits / 8,
            )
        }
        ("list_", &[item]) => Kind::List(Box::new(field(pickle, item, room)?)),
        ("list_", &[item, size]) => match pickle.as_int(size) {
            Some(size @ 0..) => Kind::FixedList(
                Box::new(field(pickle, item, room)?),
                usize::try_from(size).ok()?,
            ),
            _ => Kind::List(Box::new(field(pickle, item, room)?)),
        },
        ("large_list", &[item]) => Kind::LargeList(Box::new(field(pickle, item, room)?)),
        ("struct", &[fields]) => {
            let fields = pickle.as_list(fields)?.iter();
            let fields: Option<Vec<Field>> = fields.map(|&one| field(pickle, one, room)).collect();
            Kind::Struct(fields?)
        }
        ("map_", &[key, item, ..]) => Kind::Map(
            Box::new(field(pickle, key, room)?),
            Box::new(field(pickle, item, room)?),
        ),
        ("dictionary", &[index, value, ordered]) => Kind::Dictionary(
            Box::new(kind_of(pickle, index, room)?),
            Rc::new(kind_of(pickle, value, room)?),
            pickle.as_bool(ordered).unwrap_or(false),
        ),
        _ => return None,
    })
}

/// `field(name, type, nullable, metadata)`, or a type alone.
pub(super) fn field(pickle: &Pickle, id: NodeId, room: &Room<'_>) -> Option<Field> {
    let (function, object) = call(pickle, id)?;
    match (function, object.args()) {
        ("field", &[name, kind, ..]) => Some(Field {
            name: pickle.as_str(name)?.to_owned(),
            kind: Rc::new(kind_of(pickle, kind, room)?),
        }),
        _ => Some(Field {
            name: "item".to_owned(),
            kind: Rc::new(kind_of(pickle, id, room)?),
        }),
    }
}

/// A time zone by its name; each moment is told with it, so that a long one is none.
pub(super) fn zone_of(name: &str) -> Option<String> {
    const LONGEST: usize = 100;
    let fits = !name.is_empty() && name.len() <= LONGEST;
    fits.then(|| name.to_owned())
}

fn alias(name: &str) -> Option<Kind> {
    Some(match name {
        "null" => Kind::Null,
        "bool" => Kind::Bool,
        "int8" => Kind::Int(1),
        "int16" => Kind::Int(2),
        "int32" => Kind::Int(4),
        "int64" => Kind::Int(8),
        "uint8" => Kind::Uint(1),
        "uint16" => Kind::Uint(2),
        "uint32" => Kind::Uint(4),
        "uint64" => Kind::Uint(8),
        "halffloat" | "float16" => Kind::Float(2),
        "float" | "float32" => Kind::Float(4),
        "double" | "float64" => Kind::Float(8),
        "string" | "utf8" => Kind::Text,
        "large_string" | "large_utf8" => Kind::LargeText,
        "binary" => Kind::Bytes,
        "large_binary" => Kind::LargeBytes,
        "string_view" | "utf8_view" => Kind::TextView,
        "binary_view" => Kind::BytesView,
        "date32" | "date32[day]" => Kind::Date32,
        "date64" | "date64[ms]" => Kind::Date64,
        "time32[s]" => Kind::Time(Unit::Second, 4),
        "time32[ms]" => Kind::Time(Unit::Milli, 4),
        "time64[us]" => Kind::Time(Unit::Micro, 8),
        "time64[ns]" => Kind::Time(Unit::Nano, 8),
        "duration[s]" => Kind::Duration(Unit::Second),
        "duration[ms]" => Kind::Duration(Unit::Milli),
        "duration[us]" => Kind::Duration(Unit::Micro),
        "duration[ns]" => Kind::Duration(Unit::Nano),
        "timestamp[s]" => Kind::Timestamp(Unit::Second, None),
        "timestamp[ms]" => Kind::Timestamp(Unit::Milli, None),
        "timestamp[us]" => Kind::Timestamp(Unit::Micro, None),
        "timestamp[ns]" => Kind::Timestamp(Unit::Nano, None),
        _ => return None,
    })
}

impl Kind {
    /// As `str(type)` gives it: `int64`, `list<item: string>`.
    pub fn name(&self) -> String {
        match self {
            Kind::Null => "null".to_owned(),
            Kind::Bool => "bool".to_owned(),
            Kind::Int(bytes) => format!("int{}", u32::from(*bytes) * 8),
            Kind::Uint(bytes) => format!("uint{}", u32::from(*bytes) * 8),
            Kind::Float(2) => "halffloat".to_owned(),
            Kind::Float(4) => "float".to_owned(),
            Kind::Float(_) => "double".to_owned(),
            Kind::Text => "string".to_owned(),
            Kind::LargeText => "large_string".to_owned(),
            Kind::Bytes => "binary".to_owned(),
            Kind::LargeBytes => "large_binary".to_owned(),
            Kind::TextView => "string_view".to_owned(),
            Kind::BytesView => "binary_view".to_owned(),
            Kind::FixedBytes(size) => format!("fixed_size_binary[{size}]"),
            Kind::Date32 => "date32[day]".to_owned(),
            Kind::Date64 => "date64[ms]".to_owned(),
            Kind::Timestamp(unit, None) => format!("timestamp[{}]", unit.name()),
            Kind::Timestamp(unit, Some(zone)) => format!("timestamp[{}, tz={zone}]", unit.name()),
            Kind::Time(unit, bytes) => format!("time{}[{}]", u32::from(*bytes) * 8, unit.name()),
            Kind::Duration(unit) => format!("duration[{}]", unit.name()),
            Kind::Decimal(precision, scale, bytes) => {
                format!("decimal{}({precision}, {scale})", bytes * 8)
            }
            Kind::List(item) => format!("list<{}>", item.name()),
            Kind::LargeList(item) => format!("large_list<{}>", item.name()),
            Kind::FixedList(item, size) => format!("fixed_size_list<{}>[{size}]", item.name()),
            Kind::Struct(fields) => {
                let fields: Vec<String> = fields.iter().map(Field::name).collect();
                format!("struct<{}>", fields.join(", "))
            }
            Kind::Dictionary(index, value, ordered) => format!(
                "dictionary<values={}, indices={}, ordered={}>",
                value.name(),
                index.name(),
                u8::from(*ordered)
            ),
            Kind::Map(key, item) => format!("map<{}, {}>", key.kind.name(), item.kind.name()),
        }
    }

    /// Bytes of one element, where all take as many.
    pub(super) fn width(&self) -> Option<usize> {
        Some(match self {
            Kind::Int(bytes) | Kind::Uint(bytes) | Kind::Float(bytes) | Kind::Time(_, bytes) => {
                usize::from(*bytes)
            }
            Kind::Date32 => 4,
            Kind::Date64 | Kind::Timestamp(..) | Kind::Duration(_) => 8,
            Kind::FixedBytes(size) => *size,
            Kind::Decimal(_, _, bytes) => *bytes,
            Kind::Dictionary(index, ..) => index.width()?,
            _ => return None,
        })
    }
}

impl Field {
    fn name(&self) -> String {
        format!("{}: {}", self.name, self.kind.name())
    }
}

/// The function of `pyarrow.lib` that made an object, and what it was given.
pub(super) fn call<'a>(pickle: &'a Pickle, id: NodeId) -> Option<(&'a str, Object<'a>)> {
    let object = pickle.as_object(id)?;
    let function = object.class()?;
    (function.module() == "pyarrow.lib").then(|| (function.name(), object))
}
