//! Objects of classes whose meaning is known, as values to show: the standard
//! library's dates, numbers, paths and containers, exceptions, and what Metaflow
//! itself leaves in a run.
//!
//! Recognising an object runs nothing: the class's name selects how the stored
//! arguments and state are read, by the rules of the class's own `__reduce__`. What
//! does not have the expected shape is simply not known and stays an object. Start
//! at [`Known`] and [`known`].

mod collections;
mod exceptions;
mod members;
mod metaflow;
mod net;
mod numbers;
mod paths;
mod time;

pub use self::collections::{Array, ArrayItems, Deque, Kind, Layout};
pub use self::exceptions::Raised;
pub use self::members::{Member, member};
pub use self::metaflow::{ForeachFrame, IncludedFile, WrappedException};
pub use self::numbers::{Fraction, Part, Range};
pub use self::paths::Path;
pub use self::time::{Date, DateTime, Time, TimeDelta};

use super::names::Role;
use super::node::{Made, NodeId};
use super::object::Object;
use super::text::Text;
use super::value::{Dict, Global, Pickle, Value};
use std::fmt;

/// An object as the value that it stands for.
#[derive(Clone, Debug)]
pub enum Known<'a> {
    DateTime(DateTime),
    Date(Date),
    Time(Time),
    TimeDelta(TimeDelta),
    /// `datetime.timezone`: the offset from UTC, and the name if it has one.
    TimeZone(TimeDelta, Option<Text<'a>>),
    /// `zoneinfo.ZoneInfo`, by key.
    ZoneInfo(Text<'a>),
    /// `decimal.Decimal`, as `str()` gives it.
    Decimal(&'a str),
    Fraction(Fraction<'a>),
    Complex(f64, f64),
    Range(Range),
    /// `slice`: start, stop, step.
    Slice([NodeId; 3]),
    Ellipsis,
    NotImplemented,
    /// The type of `None`, `NotImplemented` or `Ellipsis`, which have no name.
    TypeOf(&'static str),
    Uuid(u128),
    Path(Path<'a>),
    OrderedDict(Dict<'a>),
    /// `collections.defaultdict`: the factory if it has one, and the entries.
    DefaultDict(Option<NodeId>, Dict<'a>),
    Counter(Dict<'a>),
    Deque(Deque<'a>),
    /// `types.SimpleNamespace`; its attributes are the object's.
    Namespace(Object<'a>),
    Array(Array<'a>),
    /// `re.Pattern`: the pattern's text or bytes, and the flags as they were given.
    Pattern(NodeId, i64),
    /// An address, network or interface of `ipaddress`: class and text.
    Ip(&'static str, String),
    /// `functools.partial`.
    Partial(Partial<'a>),
    /// A built-in exception.
    Exception(Raised<'a>),
    /// A class by its name.
    Class(Global<'a>),
    /// A function by its name.
    Function(Global<'a>),
    /// A class whose whole definition is in the pickle (cloudpickle): its name.
    ClassByValue(ClassName<'a>),
    /// A function whose code is in the pickle (cloudpickle): its name.
    FunctionByValue(ClassName<'a>),
    WrappedException(WrappedException<'a>),
    IncludedFile(IncludedFile),
    ForeachFrame(ForeachFrame),
}

/// What `id` stands for, if it is an object of a known class or a bare name. Plain
/// values (numbers, texts, lists, dicts, …) are not objects: the answer is `None`.
pub fn known(pickle: &Pickle, id: NodeId) -> Option<Known<'_>> {
    match pickle.value(id) {
        Value::Object(object) => known_object(pickle, object),
        Value::Global(global) => Some(known_name(global)),
        _ => None,
    }
}

fn known_name(global: Global<'_>) -> Known<'_> {
    match global.role() {
        Role::Ellipsis => Known::Ellipsis,
        Role::NotImplemented => Known::NotImplemented,
        Role::BuiltinFunction
        | Role::GetAttr
        | Role::Encode
        | Role::RegexCompile
        | Role::Reconstructor
        | Role::NewObject
        | Role::NewObjectEx
        | Role::ArrayReconstructor
        | Role::NumpyReconstruct => Known::Function(global),
        Role::Unknown if !global.is_class() => Known::Function(global),
        _ => Known::Class(global),
    }
}

fn known_object<'a>(pickle: &'a Pickle, object: Object<'a>) -> Option<Known<'a>> {
    let Some(class) = object.class() else {
        return known_call_result(pickle, object);
    };
    let args = object.args();
    if !matches!(object.made(), Made::Called | Made::New | Made::Instance) {
        return None;
    }
    if has_odd_parts(object, class.role()) {
        return None;
    }
    match class.role() {
        Role::DateTime => time::date_time(pickle, args).map(Known::DateTime),
        Role::Date => time::date(pickle, args).map(Known::Date),
        Role::Time => time::time(pickle, args).map(Known::Time),
        Role::TimeDelta => time::time_delta(pickle, args).map(Known::TimeDelta),
        Role::TimeZone => time::time_zone(pickle, args),
        Role::Decimal => numbers::decimal(pickle, args).map(Known::Decimal),
        Role::Fraction => numbers::fraction(pickle, args).map(Known::Fraction),
        Role::Complex => numbers::complex(pickle, args),
        Role::Range => numbers::range(pickle, args).map(Known::Range),
        Role::Slice => <[NodeId; 3]>::try_from(args).ok().map(Known::Slice),
        Role::Partial => partial(pickle, object).map(Known::Partial),
        Role::TypeOf => type_of(pickle, args).map(Known::TypeOf),
        Role::Uuid => numbers::uuid(pickle, object).map(Known::Uuid),
        Role::PosixPath => paths::posix(pickle, class, args).map(Known::Path),
        Role::WindowsPath => paths::windows(pickle, class, args).map(Known::Path),
        Role::OrderedDict if args.is_empty() => Some(Known::OrderedDict(object.entries())),
        Role::DefaultDict => collections::default_dict(object),
        Role::Counter => collections::counter(pickle, object).map(Known::Counter),
        Role::Deque => collections::deque(pickle, object).map(Known::Deque),
        Role::Namespace if args.is_empty() => Some(Known::Namespace(object)),
        Role::Array => collections::array(pickle, args).map(Known::Array),
        Role::ArrayReconstructor => collections::array_of_bytes(pickle, args).map(Known::Array),
        Role::RegexCompile => match *args {
            [pattern, flags] => Some(Known::Pattern(pattern, pickle.as_int(flags)?)),
            _ => None,
        },
        Role::Ipv4 | Role::Ipv6 | Role::IpText => net::address(pickle, class, args),
        Role::Exception | Role::OsError => {
            exceptions::raised(pickle, object, class).map(Known::Exception)
        }
        Role::MetaflowException => {
            metaflow::wrapped_exception(pickle, object).map(Known::WrappedException)
        }
        Role::IncludedFile => metaflow::included_file(pickle, object).map(Known::IncludedFile),
        Role::SkeletonClass | Role::SkeletonEnum => {
            class_by_value(pickle, object).map(Known::ClassByValue)
        }
        Role::MakeFunction => {
            let text = |name| object.attribute(name).and_then(|id| pickle.as_str(id));
            let name = text("__qualname__").or(text("__name__"))?;
            let module = text("__module__").unwrap_or("__main__");
            Some(Known::FunctionByValue(ClassName { module, name }))
        }
        Role::ForeachFrame => metaflow::foreach_frame(pickle, object).map(Known::ForeachFrame),
        _ => None,
    }
}

/// Whether an object was given what its class is never given: shown as the value that it
/// stands for, it would hide that.
fn has_odd_parts(object: Object<'_>, role: Role) -> bool {
    let takes_items = role == Role::Deque;
    let takes_entries = matches!(role, Role::OrderedDict | Role::DefaultDict | Role::Counter);
    (!takes_items && !object.items().is_empty())
        || (!takes_entries && !object.entries().is_empty())
        || !object.added().is_empty()
}

/// `getattr(ZoneInfo, "_unpickle")(key, from_cache)`: this form and no other. A call
/// of anything else that `getattr` would find stays a call.
fn known_call_result<'a>(pickle: &'a Pickle, object: Object<'a>) -> Option<Known<'a>> {
    let getattr = pickle.as_object(object.callable())?;
    let is_getattr = getattr.class()?.role() == Role::GetAttr && getattr.made() == Made::Called;
    let &[owner, attribute] = getattr.args() else {
        return None;
    };
    let owner = pickle.as_global(owner)?;
    if !is_getattr || owner.role() != Role::ZoneInfo || !pickle.is_text(attribute, "_unpickle") {
        return None;
    }
    let &[key, _from_cache] = object.args() else {
        return None;
    };
    match pickle.value(key) {
        Value::Text(key) if key.bytes().len() < 256 => Some(Known::ZoneInfo(key)),
        _ => None,
    }
}

/// A function with some of its arguments: the function, a tuple and a dict.
#[derive(Clone, Copy, Debug)]
pub struct Partial<'a> {
    pub function: NodeId,
    pub args_node: NodeId,
    pub args: &'a [NodeId],
    pub kwargs_node: NodeId,
    pub kwargs: Dict<'a>,
}

/// The state of a partial: function, arguments, keywords, and the instance's dict.
fn partial<'a>(pickle: &'a Pickle, object: Object<'a>) -> Option<Partial<'a>> {
    let state = object.states().last()?.value;
    let &[function, args_node, kwargs_node, _dict] = pickle.as_list(state)? else {
        return None;
    };
    let args = pickle.as_list(args_node)?;
    let kwargs = pickle.as_dict(kwargs_node)?;
    Some(Partial {
        function,
        args_node,
        args,
        kwargs_node,
        kwargs,
    })
}

/// `type(None)` and its two relatives, which `pickle` writes as calls.
fn type_of(pickle: &Pickle, args: &[NodeId]) -> Option<&'static str> {
    let &[of] = args else { return None };
    // Only names are looked at: what `of` is known as may be another type, and so on.
    match pickle.value(of) {
        Value::None => Some("NoneType"),
        Value::Global(global) => match global.role() {
            Role::Ellipsis => Some("ellipsis"),
            Role::NotImplemented => Some("NotImplementedType"),
            _ => None,
        },
        _ => None,
    }
}

/// Module and qualified name of a class or function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClassName<'a> {
    pub module: &'a str,
    pub name: &'a str,
}

impl fmt::Display for ClassName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.module, self.name)
    }
}

/// `_make_skeleton_class(metaclass, name, bases, {"__module__": …}, …)` and
/// `_make_skeleton_enum(bases, name, qualname, members, module, …)` of cloudpickle,
/// which stores classes of scripts and notebooks by value.
fn class_by_value<'a>(pickle: &'a Pickle, object: Object<'a>) -> Option<ClassName<'a>> {
    match (object.class()?.role(), object.args()) {
        (Role::SkeletonClass, &[_metaclass, name, _bases, kwargs, ..]) => {
            let module = pickle
                .item(kwargs, "__module__")
                .and_then(|id| pickle.as_str(id));
            Some(ClassName {
                module: module.unwrap_or("__main__"),
                name: pickle.as_str(name)?,
            })
        }
        (Role::SkeletonEnum, &[_bases, _name, qualname, _members, module, ..]) => Some(ClassName {
            module: pickle.as_str(module)?,
            name: pickle.as_str(qualname)?,
        }),
        _ => None,
    }
}

/// The class (or function) that an object comes from, by name: one that the pickle
/// names, or one that it defines.
pub fn class_name<'a>(pickle: &'a Pickle, object: Object<'a>) -> Option<ClassName<'a>> {
    if let Some(global) = object.class() {
        return Some(ClassName {
            module: global.module(),
            name: global.name(),
        });
    }
    match object.made() {
        Made::PersistentId | Made::Extension => None,
        _ => class_by_value(pickle, pickle.as_object(object.callable())?),
    }
}

/// The entries of anything that is a dict: a dict, a known kind of dict, or an object
/// whose entries were set by key.
pub fn entries(pickle: &Pickle, id: NodeId) -> Option<Dict<'_>> {
    match pickle.value(id) {
        Value::Dict(dict) => Some(dict),
        Value::Object(object) => match known_object(pickle, object) {
            Some(
                Known::OrderedDict(entries)
                | Known::DefaultDict(_, entries)
                | Known::Counter(entries),
            ) => Some(entries),
            Some(_) => None,
            None => Some(object.entries()).filter(|entries| !entries.is_empty()),
        },
        _ => None,
    }
}

/// The elements of anything that has them by position: a list, a tuple, a deque, or
/// an object to which items were appended.
pub fn items(pickle: &Pickle, id: NodeId) -> Option<&[NodeId]> {
    match pickle.value(id) {
        Value::List(items) | Value::Tuple(items) => Some(items),
        Value::Object(object) => match known_object(pickle, object) {
            Some(Known::Deque(deque)) => Some(deque.items),
            Some(_) => None,
            None => Some(object.items()).filter(|items| !items.is_empty()),
        },
        _ => None,
    }
}

/// What Python's `len()` gives, where it gives anything and no class is needed for it.
pub fn len(pickle: &Pickle, id: NodeId) -> Option<u64> {
    let len = match pickle.value(id) {
        Value::Text(text) => text.chars(),
        Value::Bytes(bytes) | Value::ByteArray(bytes) => bytes.len(),
        Value::List(items) | Value::Tuple(items) | Value::Set(items) | Value::FrozenSet(items) => {
            items.len()
        }
        Value::Dict(dict) => dict.len(),
        Value::Object(object) => match known_object(pickle, object)? {
            Known::OrderedDict(dict) | Known::DefaultDict(_, dict) | Known::Counter(dict) => {
                dict.len()
            }
            Known::Deque(deque) => deque.items.len(),
            Known::Array(array) => array.len(),
            Known::Range(range) => return range.len(pickle),
            _ => return None,
        },
        _ => return None,
    };
    Some(len as u64)
}
