//! The globals of a pickle: `module.name` pairs, each kept once.
//!
//! A name is never looked up to be run. All that happens with one is a comparison
//! with three tables: what it was called before Python 3 ([`renames`]),
//! whether running it would do harm ([`danger`]), and whether it is
//! one of the few whose meaning is known ([`Role`]).

use super::danger;
use super::renames;
use std::collections::HashMap;

/// What a name is to the decoder and to the views; [`Role::Unknown`] for all but a
/// few names of the standard library and of Metaflow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    Unknown,
    // Constructors that are carried out while decoding, because they only build
    // what an opcode could have built.
    Set,
    FrozenSet,
    List,
    Tuple,
    Dict,
    Bytes,
    ByteArray,
    /// `_codecs.encode`, the way of protocols 0 to 2 to write bytes.
    Encode,
    /// `copyreg._reconstructor`, the way of protocols 0 and 1 to write objects.
    Reconstructor,
    NewObject,
    NewObjectEx,
    // Names whose objects the views show as what they are.
    Partial,
    GetAttr,
    TypeOf,
    Complex,
    Range,
    Slice,
    Ellipsis,
    NotImplemented,
    DateTime,
    Date,
    Time,
    TimeDelta,
    TimeZone,
    ZoneInfo,
    Decimal,
    Fraction,
    Uuid,
    PosixPath,
    WindowsPath,
    OrderedDict,
    DefaultDict,
    Counter,
    Deque,
    Namespace,
    Array,
    ArrayReconstructor,
    RegexCompile,
    Ipv4,
    Ipv6,
    /// Networks and interfaces, which are written as text.
    IpText,
    Exception,
    OsError,
    BuiltinType,
    BuiltinFunction,
    /// `numpy`'s maker of empty arrays, whose first argument is the class.
    NumpyReconstruct,
    /// cloudpickle's makers of classes that are stored by value.
    SkeletonClass,
    SkeletonEnum,
    /// cloudpickle's maker of functions that are stored by value.
    MakeFunction,
    MetaflowException,
    IncludedFile,
    ForeachFrame,
}

/// The names that have a role. Where a module moved, each of its names stands here.
fn role(module: &str, name: &str) -> Role {
    match (module, name) {
        ("builtins", _) => builtin(name),
        ("_codecs", "encode") => Role::Encode,
        ("copyreg", "_reconstructor") => Role::Reconstructor,
        ("copyreg", "__newobj__") => Role::NewObject,
        ("copyreg", "__newobj_ex__") => Role::NewObjectEx,
        ("functools", "partial") => Role::Partial,
        ("datetime" | "_datetime" | "_pydatetime", _) => match name {
            "datetime" => Role::DateTime,
            "date" => Role::Date,
            "time" => Role::Time,
            "timedelta" => Role::TimeDelta,
            "timezone" => Role::TimeZone,
            _ => Role::Unknown,
        },
        ("zoneinfo" | "_zoneinfo" | "backports.zoneinfo", "ZoneInfo") => Role::ZoneInfo,
        ("decimal" | "_decimal" | "_pydecimal", "Decimal") => Role::Decimal,
        ("fractions", "Fraction") => Role::Fraction,
        ("uuid", "UUID") => Role::Uuid,
        // 3.13 alone says `pathlib._local`.
        ("pathlib" | "pathlib._local", "PosixPath" | "PurePosixPath") => Role::PosixPath,
        ("pathlib" | "pathlib._local", "WindowsPath" | "PureWindowsPath") => Role::WindowsPath,
        ("collections", "OrderedDict") => Role::OrderedDict,
        ("collections", "defaultdict") => Role::DefaultDict,
        ("collections", "Counter") => Role::Counter,
        ("collections", "deque") => Role::Deque,
        ("types", "SimpleNamespace") => Role::Namespace,
        ("array", "array") => Role::Array,
        ("array", "_array_reconstructor") => Role::ArrayReconstructor,
        ("re", "_compile") => Role::RegexCompile,
        ("ipaddress", "IPv4Address") => Role::Ipv4,
        ("ipaddress", "IPv6Address") => Role::Ipv6,
        ("ipaddress", "IPv4Network" | "IPv6Network" | "IPv4Interface" | "IPv6Interface") => {
            Role::IpText
        }
        ("numpy._core.multiarray" | "numpy.core.multiarray", "_reconstruct") => {
            Role::NumpyReconstruct
        }
        ("cloudpickle.cloudpickle" | "cloudpickle.cloudpickle_fast", "_make_skeleton_class") => {
            Role::SkeletonClass
        }
        ("cloudpickle.cloudpickle" | "cloudpickle.cloudpickle_fast", "_make_skeleton_enum") => {
            Role::SkeletonEnum
        }
        ("cloudpickle.cloudpickle" | "cloudpickle.cloudpickle_fast", "_make_function") => {
            Role::MakeFunction
        }
        ("metaflow.exception", "MetaflowExceptionWrapper") => Role::MetaflowException,
        ("metaflow.includefile", "IncludedFile") => Role::IncludedFile,
        // The class is made inside a function; the module is `__main__` or
        // `metaflow.task`, as the release has it.
        (_, "ForeachFrame") if module == "__main__" || module.starts_with("metaflow") => {
            Role::ForeachFrame
        }
        _ => Role::Unknown,
    }
}

fn builtin(name: &str) -> Role {
    match name {
        "set" => Role::Set,
        "frozenset" => Role::FrozenSet,
        "list" => Role::List,
        "tuple" => Role::Tuple,
        "dict" => Role::Dict,
        "bytes" => Role::Bytes,
        "bytearray" => Role::ByteArray,
        "getattr" => Role::GetAttr,
        "type" => Role::TypeOf,
        "complex" => Role::Complex,
        "range" => Role::Range,
        "slice" => Role::Slice,
        "Ellipsis" => Role::Ellipsis,
        "NotImplemented" => Role::NotImplemented,
        "OSError"
        | "FileNotFoundError"
        | "PermissionError"
        | "FileExistsError"
        | "IsADirectoryError"
        | "NotADirectoryError"
        | "BlockingIOError"
        | "BrokenPipeError"
        | "ChildProcessError"
        | "ConnectionError"
        | "ConnectionAbortedError"
        | "ConnectionRefusedError"
        | "ConnectionResetError"
        | "InterruptedError"
        | "ProcessLookupError"
        | "TimeoutError"
        | "IOError"
        | "EnvironmentError" => Role::OsError,
        "int" | "float" | "str" | "bool" | "object" | "memoryview" | "property"
        | "staticmethod" | "classmethod" | "super" | "enumerate" | "filter" | "map"
        | "reversed" | "zip" => Role::BuiltinType,
        "BaseException" | "Exception" | "GeneratorExit" | "KeyboardInterrupt" | "SystemExit"
        | "StopIteration" | "StopAsyncIteration" | "Warning" | "BaseExceptionGroup"
        | "ExceptionGroup" => Role::Exception,
        _ if name.ends_with("Error") || name.ends_with("Warning") => Role::Exception,
        // An attribute of something in there, which prints as what it is.
        _ if name.contains('.') => Role::Unknown,
        _ if name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_') => {
            Role::BuiltinFunction
        }
        _ => Role::Unknown,
    }
}

/// One name of the pickle.
#[derive(Debug)]
pub(super) struct Name {
    /// Module and name as Python 3 knows them.
    pub module: Box<str>,
    pub name: Box<str>,
    /// `module.name` as it stands in the pickle.
    pub written: Box<str>,
    pub role: Role,
    /// The pickle makes instances of it, so it is a class.
    pub is_class: bool,
    /// Calling it would do harm.
    pub dangerous: bool,
    /// Where it stands first.
    pub offset: usize,
    /// How often it was to be called, and not carried out while decoding.
    pub calls: u32,
    /// Where the first of these calls stands.
    pub call_offset: usize,
}

/// By Python's convention, classes begin with a capital letter; numpy's do not. Only
/// the name's module itself could say for sure.
fn looks_like_a_class(module: &str, name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let first = last.trim_start_matches('_').chars().next();
    first.is_some_and(char::is_uppercase) || matches!(module, "numpy" | "numpy.rec")
}

/// Gives each pair of module and name its number.
#[derive(Debug, Default)]
pub(super) struct Interner {
    numbers: HashMap<Box<str>, u32>,
    key: String,
}

impl Interner {
    /// The number of `module.name` among `names`, where it is added when it is new.
    /// Names of protocols 0 to 2 are those of Python 2, as `pickle.loads` takes them
    /// by default.
    pub fn number(
        &mut self,
        names: &mut Vec<Name>,
        module: &str,
        name: &str,
        protocol: u8,
        offset: usize,
    ) -> u32 {
        // A PROTO in between changes what the same name means.
        let is_old = protocol < 3;
        self.key.clear();
        self.key.push(if is_old { '2' } else { '3' });
        self.key.push_str(module);
        // A NUL keeps ("a.b", "c") and ("a", "b.c") apart.
        self.key.push('\0');
        self.key.push_str(name);
        if let Some(&number) = self.numbers.get(self.key.as_str()) {
            return number;
        }
        let number = names.len() as u32;
        self.numbers.insert(self.key.as_str().into(), number);
        let (new_module, new_name) = if is_old {
            renames::python3(module, name)
        } else {
            (module, name)
        };
        names.push(Name {
            role: role(new_module, new_name),
            dangerous: danger::is_dangerous(new_module, new_name),
            is_class: looks_like_a_class(new_module, new_name),
            module: new_module.into(),
            name: new_name.into(),
            written: format!("{module}.{name}").into(),
            offset,
            calls: 0,
            call_offset: 0,
        });
        number
    }
}
