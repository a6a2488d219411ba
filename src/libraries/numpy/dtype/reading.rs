//! The type that an object of the pickle stands for, with the fields of records.

use super::{Dtype, Field, Kind, LARGEST, Unit};
use crate::pickle::{Dict, NodeId, Pickle, Value};

/// Records in records, deeper than anybody wrote them.
pub(super) const DEEPEST: usize = 16;

/// More fields than this are no record that anybody made.
const MOST_FIELDS: usize = 100_000;

pub(super) fn read(pickle: &Pickle, id: NodeId, deepest: usize) -> Option<Dtype> {
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
pub(in crate::libraries::numpy) fn shape_of(pickle: &Pickle, id: NodeId) -> Option<Vec<usize>> {
    let length = |id| usize::try_from(pickle.as_int(id)?).ok();
    match pickle.as_list(id) {
        // NumPy itself has no more than 64 axes.
        Some(lengths) if lengths.len() <= 64 => lengths.iter().map(|&id| length(id)).collect(),
        Some(_) => None,
        None => Some(vec![length(id)?]),
    }
}
