//! The name of a value's type, as Python's `type(value)` has it:
//! `module.qualname`.

use super::known::{self, Known, Member};
use super::names::Role;
use super::node::NodeId;
use super::object::Object;
use super::value::{Pickle, Value};

/// `module.qualname` of the value's class: `builtins.int`, `datetime.date`,
/// `zootypes.Custom`.
///
/// Where a function made the object, only running it would show the class; the
/// answer is then the function's own name. Whether a bare name is a class or a
/// function is told by its capital letter.
pub fn type_name(pickle: &Pickle, id: NodeId) -> String {
    // The only one of its class, by its name.
    if matches!(pickle.value(id), Value::Global(_))
        && let Some(class) = pickle.words().and_then(|words| (words.class)(pickle, id))
    {
        return class;
    }
    let plain = match pickle.value(id) {
        Value::None => "NoneType",
        Value::Bool(_) => "bool",
        Value::Int(_) | Value::BigInt(_) => "int",
        Value::Float(_) => "float",
        Value::Text(_) => "str",
        Value::Bytes(_) => "bytes",
        Value::ByteArray(_) => "bytearray",
        Value::List(_) => "list",
        Value::Tuple(_) => "tuple",
        Value::Set(_) => "set",
        Value::FrozenSet(_) => "frozenset",
        Value::Dict(_) => "dict",
        Value::Buffer { readonly: true, .. } => "memoryview",
        Value::Buffer {
            readonly: false, ..
        }
        | Value::Missing => "object",
        Value::Global(_) => match known::known(pickle, id) {
            Some(Known::Ellipsis) => "ellipsis",
            Some(Known::NotImplemented) => "NotImplementedType",
            Some(Known::Function(global)) if global.module() == "builtins" => {
                "builtin_function_or_method"
            }
            Some(Known::Function(_)) => "function",
            // The numbers' base classes have a metaclass.
            Some(Known::Class(class)) if class.role() == Role::Fraction => {
                return "abc.ABCMeta".to_owned();
            }
            _ => "type",
        },
        Value::Object(object) => return object_type(pickle, object),
    };
    format!("builtins.{plain}")
}

fn object_type(pickle: &Pickle, object: Object<'_>) -> String {
    match known::known(pickle, object.id()) {
        Some(Known::ZoneInfo(_)) => return "zoneinfo.ZoneInfo".to_owned(),
        Some(Known::Pattern(..)) => return "re.Pattern".to_owned(),
        Some(Known::Array(_)) => return "array.array".to_owned(),
        Some(Known::TypeOf(_) | Known::ClassByValue(_)) => return "builtins.type".to_owned(),
        Some(Known::FunctionByValue(_)) => return "builtins.function".to_owned(),
        Some(Known::Exception(raised)) => return format!("builtins.{}", raised.class),
        _ => {}
    }
    let words = pickle.words();
    if let Some(class) = words.and_then(|words| (words.class)(pickle, object.id())) {
        return class;
    }
    // `_reconstruct(cls, …)` makes an array of that class, be it ndarray or one of its own.
    if object
        .class()
        .is_some_and(|class| class.role() == Role::NumpyReconstruct)
        && let Some(class) = object
            .args()
            .first()
            .and_then(|&class| pickle.as_global(class))
    {
        return class.to_string();
    }
    if let Some(member) = known::member(pickle, object).filter(Member::is_of_enum) {
        return format!("{}.{}", member.module, member.class);
    }
    match known::class_name(pickle, object) {
        Some(class) => class.to_string(),
        None => "builtins.object".to_owned(),
    }
}
