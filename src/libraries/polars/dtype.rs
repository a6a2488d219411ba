//! The types of columns, in the words of polars.
//!
//! Source: what polars 0.19, 1.31 and 2.1 print of a series of each type.

use crate::libraries::arrow::Kind;
use crate::libraries::arrow::ipc::Field;
use crate::libraries::numpy::Unit;

/// The name of the class: `Int64`, `Datetime`; empty where the type is not read.
pub(super) fn class(field: &Field<'_>) -> &'static str {
    let Some(kind) = &field.kind else { return "" };
    match &**kind {
        Kind::Null => "Null",
        Kind::Bool => "Boolean",
        Kind::Int(1) => "Int8",
        Kind::Int(2) => "Int16",
        Kind::Int(4) => "Int32",
        Kind::Int(8) => "Int64",
        Kind::Int(_) => "Int128",
        Kind::Uint(1) => "UInt8",
        Kind::Uint(2) => "UInt16",
        Kind::Uint(4) => "UInt32",
        Kind::Uint(8) => "UInt64",
        Kind::Uint(_) => "UInt128",
        Kind::Float(2) => "Float16",
        Kind::Float(4) => "Float32",
        Kind::Float(_) => "Float64",
        Kind::Text | Kind::LargeText | Kind::TextView => "String",
        Kind::Bytes | Kind::LargeBytes | Kind::BytesView | Kind::FixedBytes(_) => "Binary",
        Kind::Date32 | Kind::Date64 => "Date",
        Kind::Timestamp(..) => "Datetime",
        Kind::Time(..) => "Time",
        Kind::Duration(_) => "Duration",
        Kind::Decimal(..) => "Decimal",
        Kind::List(_) | Kind::LargeList(_) | Kind::Map(..) => "List",
        Kind::FixedList(..) => "Array",
        Kind::Struct(_) => "Struct",
        Kind::Dictionary(..) if field.is_enum => "Enum",
        Kind::Dictionary(..) => "Categorical",
    }
}

/// As it stands below the name in a frame that is printed.
pub(super) fn printed(field: &Field<'_>) -> String {
    let Some(kind) = &field.kind else {
        return String::new();
    };
    let bits = |bytes: &u8| u32::from(*bytes) * 8;
    let item = || field.children().first().map(printed).unwrap_or_default();
    match &**kind {
        Kind::Null => "null".to_owned(),
        Kind::Bool => "bool".to_owned(),
        Kind::Int(bytes) => format!("i{}", bits(bytes)),
        Kind::Uint(bytes) => format!("u{}", bits(bytes)),
        Kind::Float(bytes) => format!("f{}", bits(bytes)),
        Kind::Text | Kind::LargeText | Kind::TextView => "str".to_owned(),
        Kind::Bytes | Kind::LargeBytes | Kind::BytesView | Kind::FixedBytes(_) => {
            "binary".to_owned()
        }
        Kind::Date32 | Kind::Date64 => "date".to_owned(),
        Kind::Timestamp(unit, None) => format!("datetime[{}]", name(*unit)),
        Kind::Timestamp(unit, Some(zone)) => format!("datetime[{}, {zone}]", name(*unit)),
        Kind::Time(..) => "time".to_owned(),
        Kind::Duration(unit) => format!("duration[{}]", name(*unit)),
        Kind::Decimal(precision, scale, _) => format!("decimal[{precision},{scale}]"),
        Kind::List(_) | Kind::LargeList(_) | Kind::Map(..) => format!("list[{}]", item()),
        Kind::FixedList(..) => array(field),
        Kind::Struct(fields) => format!("struct[{}]", fields.len()),
        Kind::Dictionary(..) if field.is_enum => "enum".to_owned(),
        Kind::Dictionary(..) => "cat".to_owned(),
    }
}

/// Arrays in arrays are one, of several axes.
fn array(field: &Field<'_>) -> String {
    let (mut sizes, mut inner) = (Vec::new(), Some(field));
    while let Some(one) = inner
        && let Some(Kind::FixedList(_, size)) = one.kind.as_deref()
    {
        sizes.push(size.to_string());
        inner = one.children().first();
    }
    let of = inner.map(printed).unwrap_or_default();
    match sizes.as_slice() {
        [size] => format!("array[{of}, {size}]"),
        _ => format!("array[{of}, ({})]", sizes.join(", ")),
    }
}

fn name(unit: Unit) -> &'static str {
    match unit {
        Unit::Micro => "μs",
        other => other.name(),
    }
}
