//! The columns that a schema tells of, and their types.
//!
//! Source: numbers of fields and of types from `Schema.fbs` of the Arrow columnar format
//! 1.5; integers of 128 bits are those of polars (`crates/polars-arrow/src/io/ipc`).

use super::flat::Table;
use crate::libraries::arrow::DEEPEST;
use crate::libraries::arrow::kind::{self, Kind};
use crate::libraries::numpy::Unit;
use crate::libraries::room::Room;
use std::cell::Cell;
use std::rc::Rc;

/// A column, or a part of one.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    pub name: &'a str,
    /// `None` where the type is not read here.
    pub kind: Option<Rc<Kind>>,
    /// The dictionary that its words stand in.
    pub(super) dictionary: Option<i64>,
    pub(super) children: Vec<Field<'a>>,
    /// The words are those of an enumeration of polars.
    pub is_enum: bool,
}

/// The columns of a schema in so many bytes, and whether numbers are written with their
/// lowest byte first.
pub(super) fn schema<'a>(schema: Table<'a>, bytes: usize) -> Option<(Vec<Field<'a>>, bool)> {
    let little = schema.i16(0).unwrap_or(0) == 0;
    let left = Cell::new(Room::THINGS);
    let reader = Reader {
        texts: Cell::new(bytes),
    };
    let fields = reader.fields(schema, 1, &Room::new(&left, DEEPEST))?;
    Some((fields, little))
}

struct Reader {
    /// Bytes of texts that are still to come: many fields may have one long name.
    texts: Cell<usize>,
}

impl Reader {
    /// A text, empty where there is none.
    fn text<'a>(&self, table: Table<'a>, number: usize) -> &'a str {
        let left = self.texts.get();
        let text = table.text(number, left).unwrap_or_default();
        self.texts.set(left.saturating_sub(text.len()));
        text
    }

    fn fields<'a>(
        &self,
        table: Table<'a>,
        number: usize,
        room: &Room<'_>,
    ) -> Option<Vec<Field<'a>>> {
        let fields = table.tables(number, Room::THINGS)?;
        let field = |one: Table<'a>| self.field(one, &room.enter()?);
        fields.into_iter().map(field).collect()
    }

    fn field<'a>(&self, field: Table<'a>, room: &Room<'_>) -> Option<Field<'a>> {
        let children = self.fields(field, 5, room)?;
        let mut kind = self.kind(field, &children);
        let mut dictionary = None;
        if let Some(words) = field.table(4) {
            dictionary = Some(words.i64(0).unwrap_or(0));
            let index = match words.table(1) {
                Some(index) => int(index),
                None => Some(Kind::Int(4)),
            };
            let ordered = words.byte(2) == Some(1);
            kind = kind
                .zip(index)
                .map(|(words, index)| Kind::Dictionary(Box::new(index), Rc::new(words), ordered));
        }
        Some(Field {
            name: self.text(field, 0),
            kind: kind.map(Rc::new),
            dictionary,
            children,
            is_enum: self.is_enum(field),
        })
    }

    /// What polars puts beside a field of words.
    fn is_enum(&self, field: Table<'_>) -> bool {
        /// Polars itself has one or two.
        const MOST: usize = 16;
        let words = field.tables(6, MOST).unwrap_or_default();
        let is_enum = |word: &str| matches!(word, "_PL_ENUM_VALUES" | "_PL_ENUM_VALUES2");
        let mut names = words.into_iter().map(|word| self.text(word, 0));
        names.any(is_enum)
    }

    /// The type of a field, of whose words where it has a dictionary.
    fn kind(&self, field: Table<'_>, children: &[Field<'_>]) -> Option<Kind> {
        let of = field.table(3);
        let number = |at: usize| of.and_then(|of| of.i32(at));
        let size = |at: usize| usize::try_from(number(at)?).ok();
        // Units have defaults, and these differ.
        let unit = |default: i16| match of.and_then(|of| of.i16(0)).unwrap_or(default) {
            0 => Some(Unit::Second),
            1 => Some(Unit::Milli),
            2 => Some(Unit::Micro),
            3 => Some(Unit::Nano),
            _ => None,
        };
        let child = |at: usize| {
            let child: &Field<'_> = children.get(at)?;
            Some(Box::new(child.as_part()?))
        };
        Some(match field.byte(2)? {
            1 => Kind::Null,
            2 => int(of?)?,
            3 => match of.and_then(|of| of.i16(0)).unwrap_or(0) {
                0 => Kind::Float(2),
                1 => Kind::Float(4),
                2 => Kind::Float(8),
                _ => return None,
            },
            4 => Kind::Bytes,
            5 => Kind::Text,
            6 => Kind::Bool,
            7 => {
                let bits @ (32 | 64 | 128 | 256) = size(2).unwrap_or(128) else {
                    return None;
                };
                Kind::Decimal(
                    u32::try_from(number(0)?).ok()?,
                    number(1).unwrap_or(0),
                    bits / 8,
                )
            }
            8 => match of.and_then(|of| of.i16(0)).unwrap_or(1) {
                0 => Kind::Date32,
                _ => Kind::Date64,
            },
            9 => {
                let bits @ (32 | 64) = number(1).unwrap_or(32) else {
                    return None;
                };
                Kind::Time(unit(1)?, if bits == 32 { 4 } else { 8 })
            }
            10 => {
                let zone = of.map_or("", |of| self.text(of, 1));
                Kind::Timestamp(unit(0)?, kind::zone_of(zone))
            }
            12 => Kind::List(child(0)?),
            13 => {
                let parts = children.iter().map(Field::as_part);
                Kind::Struct(parts.collect::<Option<_>>()?)
            }
            15 => Kind::FixedBytes(size(0)?),
            16 => Kind::FixedList(child(0)?, size(0)?),
            17 => {
                let [entries] = children else { return None };
                let [key, item] = entries.children.as_slice() else {
                    return None;
                };
                Kind::Map(Box::new(key.as_part()?), Box::new(item.as_part()?))
            }
            18 => Kind::Duration(unit(1)?),
            19 => Kind::LargeBytes,
            20 => Kind::LargeText,
            21 => Kind::LargeList(child(0)?),
            23 => Kind::BytesView,
            24 => Kind::TextView,
            _ => return None,
        })
    }
}

/// An integer of up to 128 bits.
fn int(of: Table<'_>) -> Option<Kind> {
    let bytes = match of.i32(0)? {
        8 => 1,
        16 => 2,
        32 => 4,
        64 => 8,
        128 => 16,
        _ => return None,
    };
    Some(match of.byte(1) {
        Some(1) => Kind::Int(bytes),
        _ => Kind::Uint(bytes),
    })
}

impl<'a> Field<'a> {
    /// What it is made of: the items of a list, the parts of a struct.
    pub fn children(&self) -> &[Field<'a>] {
        &self.children
    }

    fn as_part(&self) -> Option<kind::Field> {
        Some(kind::Field {
            name: self.name.to_owned(),
            kind: self.kind.clone()?,
        })
    }

    /// The type of its words, or its own.
    pub(super) fn of_words(&self) -> Option<Rc<Kind>> {
        match &**self.kind.as_ref()? {
            Kind::Dictionary(_, words, _) => Some(words.clone()),
            _ => self.kind.clone(),
        }
    }
}
