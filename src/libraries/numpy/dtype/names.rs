//! How types of elements are written: `int64`, `<i8`, `[('x', '<f8')]`.

use super::{Dtype, Field, Kind, Unit};
use std::fmt::Write as _;

impl Dtype {
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
