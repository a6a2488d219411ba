//! The storage of a tensor: numbers one after the other, in a small file of their own.
//!
//! `_load_from_bytes(file)`: the file is five pickles (a magic number, a version, what the
//! machine was like, the storage by a persistent id, and the keys of all storages), and
//! behind them of each storage its length and its bytes. There is one in each file.

use crate::libraries::numpy::{Dtype, Kind};
use crate::pickle::{self, Limits, Made, NodeId, Pickle, Value};

/// Numbers of one type.
pub(super) struct Storage<'a> {
    pub dtype: Dtype,
    pub device: String,
    pub bytes: &'a [u8],
}

/// The five pickles are some 300 bytes; no more is looked at.
const HEAD: usize = 4096;

/// What the five pickles may take.
const LIMITS: Limits = Limits {
    steps: 10_000,
    nodes: 1_000,
    memo: 1_000,
    stack: 1_000,
    memory: 1 << 20,
};

/// `0x1950a86a20f9469cfc6c` in two's complement, the low byte first.
const MAGIC: [u8; 10] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/// The storage that an object stands for.
pub(super) fn storage(pickle: &Pickle, id: NodeId) -> Option<Storage<'_>> {
    let object = pickle.as_object(id)?;
    let function = object.class()?;
    if (function.module(), function.name()) != ("torch.storage", "_load_from_bytes") {
        return None;
    }
    let mut rest = pickle.as_bytes(*object.args().first()?)?;
    let magic = next(&mut rest)?;
    match magic.value(magic.root()?) {
        Value::BigInt(pickle::BigInt::Bytes(bytes)) if bytes == MAGIC => {}
        _ => return None,
    }
    let version = next(&mut rest)?;
    if version.as_int(version.root()?) != Some(1001) {
        return None;
    }
    let machine = next(&mut rest)?;
    if machine
        .item(machine.root()?, "little_endian")
        .and_then(|id| machine.as_bool(id))
        != Some(true)
    {
        return None;
    }
    let stored = next(&mut rest)?;
    let (dtype, device, count, key) = told(&stored)?;
    let keys = next(&mut rest)?;
    match keys.as_list(keys.root()?)? {
        &[one] if keys.as_str(one) == Some(&key) => {}
        _ => return None,
    }
    let (length, bytes) = rest.split_first_chunk::<8>()?;
    if u64::from_le_bytes(*length) != u64::try_from(count).ok()? {
        return None;
    }
    let bytes = bytes.get(..count.checked_mul(dtype.size)?)?;
    Some(Storage {
        dtype,
        device,
        bytes,
    })
}

/// One pickle; what is left are the bytes behind it.
fn next(rest: &mut &[u8]) -> Option<Pickle> {
    let head = rest.get(..HEAD).unwrap_or(rest);
    let found = pickle::decode(head.to_vec(), &LIMITS);
    // More pickles come behind it: where it ends is what counts.
    found.root()?;
    *rest = rest.get(usize::try_from(found.used()).ok()?..)?;
    Some(found)
}

/// Type, device, length and key out of `('storage', class, key, device, length, view)`.
fn told(pickle: &Pickle) -> Option<(Dtype, String, usize, String)> {
    let object = pickle.as_object(pickle.root()?)?;
    if object.made() != Made::PersistentId {
        return None;
    }
    let &[_, class, key, device, length, view] = pickle.as_list(object.callable())? else {
        return None;
    };
    // A view of another storage has none of its own.
    if !pickle.is_none(view) {
        return None;
    }
    let class = pickle.as_global(class)?;
    Some((
        dtype_of_class(class.name())?,
        pickle.as_str(device)?.to_owned(),
        usize::try_from(pickle.as_int(length)?).ok()?,
        pickle.as_str(key)?.to_owned(),
    ))
}

/// The type of the numbers in a storage by its class: `FloatStorage`.
fn dtype_of_class(class: &str) -> Option<Dtype> {
    dtype(match class {
        "DoubleStorage" => "float64",
        "FloatStorage" => "float32",
        "HalfStorage" => "float16",
        "BFloat16Storage" => "bfloat16",
        "CharStorage" => "int8",
        "ShortStorage" => "int16",
        "IntStorage" => "int32",
        "LongStorage" => "int64",
        "ByteStorage" | "UntypedStorage" => "uint8",
        "BoolStorage" => "bool",
        "ComplexFloatStorage" => "complex64",
        "ComplexDoubleStorage" => "complex128",
        _ => return None,
    })
}

/// A type by PyTorch's name of it.
pub(super) fn dtype(name: &str) -> Option<Dtype> {
    let (kind, size) = match name {
        "float64" => (Kind::Float, 8),
        "float32" => (Kind::Float, 4),
        "float16" => (Kind::Float, 2),
        "bfloat16" => (Kind::BFloat, 2),
        "int8" => (Kind::Int, 1),
        "int16" => (Kind::Int, 2),
        "int32" => (Kind::Int, 4),
        "int64" => (Kind::Int, 8),
        "uint8" => (Kind::Uint, 1),
        "uint16" => (Kind::Uint, 2),
        "uint32" => (Kind::Uint, 4),
        "uint64" => (Kind::Uint, 8),
        "bool" => (Kind::Bool, 1),
        "complex64" => (Kind::Complex, 8),
        "complex128" => (Kind::Complex, 16),
        _ => return None,
    };
    Some(Dtype::plain(kind, size))
}
