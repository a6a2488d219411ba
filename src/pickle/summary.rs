//! A value in one short line, for lists of artifacts and for trees.
//!
//! Small values show themselves (`0.8732`, `'gbm'`, `{lr: 0.05, depth: 6, +4}`), large
//! ones their type and size (`dict, 12 keys`, `str, 41 lines`, `TrainingSet, 6 fields`).
//! Start at [`summary`].

use super::known::{self, Known};
use super::node::{Made, NodeId};
use super::object::Object;
use super::repr::repr;
use super::text::Text;
use super::types::type_name;
use super::value::{Dict, Pickle, Value};

/// No summary has more characters.
pub const MOST_CHARS: usize = 80;

/// The room for a container that shows itself.
const CONTAINER: usize = 40;

/// The room for one entry's value in the short form of a dict.
const ENTRY: usize = 20;

/// Where a longer name of a module or a class stands around a name, nothing is printed.
const LONGEST_MODULE: usize = 400;

/// Texts and bytes are not looked through beyond this; longer ones give their size.
const LOOKED_THROUGH: usize = 16 << 20;

/// A value in at most [`MOST_CHARS`] characters: the value itself where it is short,
/// else its type and size.
pub fn summary(pickle: &Pickle, id: NodeId) -> String {
    if let Some(line) = foreign(pickle, id) {
        return line;
    }
    let shown = match pickle.value(id) {
        Value::Text(text) => (text.bytes().len() <= 4 * MOST_CHARS)
            .then(|| printed(pickle, id, MOST_CHARS - 20))
            .flatten(),
        Value::Bytes(bytes) | Value::ByteArray(bytes) => (bytes.len() <= CONTAINER)
            .then(|| printed(pickle, id, MOST_CHARS - 20))
            .flatten(),
        Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::FrozenSet(_) => {
            printed(pickle, id, CONTAINER)
        }
        Value::Dict(dict) => short_dict(pickle, dict),
        Value::Object(object) => short_object(pickle, object),
        _ => printed(pickle, id, MOST_CHARS),
    };
    shown.unwrap_or_else(|| shape(pickle, id))
}

/// Type and size of a value in at most [`MOST_CHARS`] characters: `list, 3 items`.
pub fn shape(pickle: &Pickle, id: NodeId) -> String {
    if let Some(line) = foreign(pickle, id) {
        return line;
    }
    let shape = match pickle.value(id) {
        Value::None => "None".to_owned(),
        Value::Bool(_) => "bool".to_owned(),
        Value::Int(_) => "int".to_owned(),
        Value::BigInt(value) => {
            let digits = value
                .decimal()
                .map(|decimal| decimal.trim_start_matches('-').len());
            digits.map_or("int".to_owned(), |digits| sized("int", digits, "digit"))
        }
        Value::Float(_) => "float".to_owned(),
        Value::Text(text) => text_shape(text),
        Value::Bytes(bytes) => sized("bytes", bytes.len(), "byte"),
        Value::ByteArray(bytes) => sized("bytearray", bytes.len(), "byte"),
        Value::List(items) => sized("list", items.len(), "item"),
        Value::Tuple(items) => sized("tuple", items.len(), "item"),
        Value::Set(items) => sized("set", items.len(), "item"),
        Value::FrozenSet(items) => sized("frozenset", items.len(), "item"),
        Value::Dict(dict) => sized("dict", dict.len(), "key"),
        Value::Global(global) => match known::known(pickle, id) {
            Some(Known::Function(_)) => format!("function {}", global.name()),
            Some(Known::Class(_)) => format!("class {}", global.name()),
            _ => global.name().to_owned(),
        },
        Value::Object(object) => object_shape(pickle, object),
        Value::Buffer { .. } => "bytes outside the pickle".to_owned(),
        Value::Missing => "missing".to_owned(),
    };
    cut(shape)
}

/// What others have to say of an object, and of bytes that are a file.
fn foreign(pickle: &Pickle, id: NodeId) -> Option<String> {
    match pickle.value(id) {
        Value::Object(_) | Value::Global(_) | Value::Bytes(_) | Value::ByteArray(_) => {
            (pickle.words()?.line)(pickle, id).map(cut)
        }
        _ => None,
    }
}

/// The value as `repr` prints it, if that fits.
fn printed(pickle: &Pickle, id: NodeId, room: usize) -> Option<String> {
    let printed = repr(pickle, id, room);
    (!printed.cut).then_some(printed.text)
}

/// The value as `repr` prints it, or the beginning of that.
fn printed_or_cut(pickle: &Pickle, id: NodeId) -> String {
    let printed = repr(pickle, id, MOST_CHARS - 1);
    if printed.cut {
        printed.text + "…"
    } else {
        printed.text
    }
}

/// A time zone behind a time: `+05:30`, ` Europe/Paris`.
fn zone(pickle: &Pickle, zone: Option<NodeId>) -> String {
    match zone.map(|zone| known::known(pickle, zone)) {
        None => String::new(),
        Some(Some(Known::ZoneInfo(key))) => format!(" {}", key.head(40).escaped()),
        Some(Some(Known::TimeZone(offset, _))) => {
            let seconds = offset.as_microseconds() / 1_000_000;
            let (sign, ahead) = if seconds < 0 {
                ('-', -seconds)
            } else {
                ('+', seconds)
            };
            format!("{sign}{:02}:{:02}", ahead / 3600, ahead / 60 % 60)
        }
        Some(_) => " in a time zone of its own".to_owned(),
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(MOST_CHARS) {
        None => text,
        Some(_) => text.chars().take(MOST_CHARS - 1).chain(['…']).collect(),
    }
}

/// `list, 1,234 items`
fn sized(name: &str, count: usize, unit: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{name}, {} {unit}{plural}", grouped(count))
}

fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn text_shape(text: Text<'_>) -> String {
    let bytes = text.bytes();
    if bytes.len() > LOOKED_THROUGH {
        return sized("str", bytes.len(), "byte");
    }
    let ends = bytes.iter().filter(|&&byte| byte == b'\n').count();
    let unfinished = usize::from(!bytes.is_empty() && bytes.last() != Some(&b'\n'));
    match ends + unfinished {
        0 | 1 => sized("str", text.chars(), "character"),
        lines => sized("str", lines, "line"),
    }
}

/// `{lr: 0.05, depth: 6, +4}`: the first entries, if their keys are short names and
/// their values short.
fn short_dict(pickle: &Pickle, dict: Dict<'_>) -> Option<String> {
    if dict.is_empty() {
        return Some("{}".to_owned());
    }
    let mut out = String::from("{");
    let mut shown = 0;
    let mut chars = 0;
    for (key, value) in dict.iter().take(4) {
        let (Value::Text(key), false) = (pickle.value(key), is_large(pickle, value)) else {
            break;
        };
        let Some(key) = Some(key)
            .filter(|key| key.bytes().len() <= ENTRY)
            .and_then(Text::as_str)
        else {
            break;
        };
        let Some(value) = printed(pickle, value, ENTRY) else {
            break;
        };
        let entry = format!("{key}: {value}");
        chars += entry.chars().count() + 2;
        if key.is_empty() || key.chars().any(char::is_control) || chars > CONTAINER {
            break;
        }
        if shown > 0 {
            out.push_str(", ");
        }
        out.push_str(&entry);
        shown += 1;
    }
    let left = dict.len() - shown;
    // One entry of many says little.
    if shown == 0 || (shown == 1 && left > 0) {
        return None;
    }
    if left > 0 {
        out.push_str(&format!(", +{}", grouped(left)));
    }
    out.push('}');
    Some(out)
}

/// Whether printing even a little of a value would mean reading much of it.
fn is_large(pickle: &Pickle, id: NodeId) -> bool {
    match pickle.value(id) {
        Value::Text(text) => text.bytes().len() > 4 * ENTRY,
        Value::Bytes(bytes) | Value::ByteArray(bytes) => bytes.len() > ENTRY,
        _ => false,
    }
}

fn short_object(pickle: &Pickle, object: Object<'_>) -> Option<String> {
    let id = object.id();
    match known::known(pickle, id) {
        Some(Known::OrderedDict(_) | Known::DefaultDict(..) | Known::Counter(_))
        | Some(Known::Deque(_) | Known::Array(_) | Known::Namespace(_)) => {
            printed(pickle, id, CONTAINER)
        }
        Some(Known::WrappedException(wrapped)) => {
            let text = |text: Option<Text<'_>>| {
                text.map_or(String::new(), |text| {
                    text.head(4 * MOST_CHARS).escaped().into_owned()
                })
            };
            let class = text(wrapped.class);
            let class = class.rsplit('.').next().unwrap_or(&class);
            let exception = text(wrapped.exception);
            let line = exception.lines().next().unwrap_or("");
            Some(cut(if line.is_empty() {
                class.to_owned()
            } else {
                format!("{class}: {line}")
            }))
        }
        Some(Known::Exception(_) | Known::ForeachFrame(_)) => Some(printed_or_cut(pickle, id)),
        Some(Known::IncludedFile(_) | Known::ClassByValue(_) | Known::FunctionByValue(_)) => None,
        Some(Known::Date(date)) => Some(date.to_string()),
        Some(Known::TimeDelta(delta)) => Some(delta.to_string()),
        Some(Known::Time(time)) => Some(format!("{time}{}", zone(pickle, time.zone))),
        Some(Known::DateTime(moment)) => Some(format!(
            "{} {}{}",
            moment.date,
            moment.time,
            zone(pickle, moment.time.zone)
        )),
        Some(_) => Some(printed_or_cut(pickle, id)),
        None => short_call(pickle, object),
    }
}

/// `Colour(1)`, `system('echo x')`, `Colour.RED`: an object that is nothing but its class or
/// a function with arguments, or the beginning of that.
fn short_call(pickle: &Pickle, object: Object<'_>) -> Option<String> {
    if !object.is_bare_call() {
        return None;
    }
    if let Some(member) = known::member(pickle, object) {
        return Some(cut(member.within()));
    }
    // An object without arguments is its class; a function without any is called all the same.
    let is_empty = object.args().is_empty() && object.kwargs().is_empty();
    if is_empty && object.made() != Made::Called {
        return None;
    }
    // Printed with its module, which is left out.
    let ahead = known::class_name(pickle, object).map_or(0, |class| {
        let outer = class.name.rfind('.').map_or(0, |point| point + 1);
        class.module.len() + 1 + outer
    });
    if ahead > LONGEST_MODULE {
        return None;
    }
    let printed = repr(pickle, object.id(), ahead + MOST_CHARS + 1);
    Some(cut(printed.text.get(ahead..)?.to_owned()))
}

/// The type's name without its module.
fn short_name(pickle: &Pickle, object: Object<'_>) -> String {
    let name = type_name(pickle, object.id());
    name.rsplit('.').next().unwrap_or(&name).to_owned()
}

/// How many values there are in a state that only the class can read.
fn opaque_len(pickle: &Pickle, object: Object<'_>) -> Option<usize> {
    let state = object.opaque_states().first()?.value;
    match pickle.value(state) {
        Value::List(values) | Value::Tuple(values) => Some(values.len()),
        Value::Dict(dict) => Some(dict.len()),
        _ => None,
    }
}

fn object_shape(pickle: &Pickle, object: Object<'_>) -> String {
    let name = match object.made() {
        Made::PersistentId => "value outside the pickle".to_owned(),
        Made::Extension => "extension".to_owned(),
        _ => short_name(pickle, object),
    };
    match known::known(pickle, object.id()) {
        Some(Known::OrderedDict(dict) | Known::DefaultDict(_, dict) | Known::Counter(dict)) => {
            return sized(&name, dict.len(), "key");
        }
        Some(Known::Deque(deque)) => return sized(&name, deque.items.len(), "item"),
        Some(Known::Array(array)) => return sized("array", array.len(), "item"),
        Some(Known::ClassByValue(class)) => return format!("class {}", class.name),
        Some(Known::FunctionByValue(function)) => return format!("function {}", function.name),
        Some(Known::Pattern(..)) => return "re.Pattern".to_owned(),
        Some(Known::IncludedFile(file)) => {
            let size = pickle
                .item(file.descriptor, "size")
                .and_then(|id| pickle.as_int(id));
            return match size.and_then(|size| usize::try_from(size).ok()) {
                Some(size) => sized(&name, size, "byte"),
                None => name,
            };
        }
        Some(Known::Exception(_) | Known::WrappedException(_) | Known::Namespace(_)) | None => {}
        // What shows all of itself has no size worth telling.
        Some(_) => return name,
    }
    let fields = object.attribute_count();
    if !object.entries().is_empty() {
        sized(&name, object.entries().len(), "key")
    } else if !object.items().is_empty() {
        sized(&name, object.items().len(), "item")
    } else if !object.added().is_empty() {
        sized(&name, object.added().len(), "item")
    } else if fields > 0 {
        sized(&name, fields, "field")
    } else if let Some(values) = opaque_len(pickle, object) {
        sized(&name, values, "value")
    } else if !object.args().is_empty() {
        sized(&name, object.args().len(), "argument")
    } else {
        name
    }
}
