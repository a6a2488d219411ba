//! How Python prints the objects of known classes.

use super::out::Out;
use super::printer::{Job, Printer, Style};
use super::scalar;
use crate::pickle::known::{
    Array, ArrayItems, DateTime, Deque, Fraction, Kind, Known, Part, Time, TimeDelta,
};
use crate::pickle::names::Role;
use crate::pickle::node::NodeId;
use crate::pickle::text::{self, Text};
use crate::pickle::value::{Dict, Global, Pickle, Value};
use crate::sorting::sort_by;
use std::fmt::Write as _;

pub(super) fn print_known<'a>(printer: &mut Printer<'a>, id: NodeId, known: Known<'a>) {
    match known {
        Known::DateTime(DateTime { date, time }) => {
            let text = format!(
                "datetime.datetime({}, {}, {}, ",
                date.year, date.month, date.day
            );
            printer.out.put(&text);
            print_time(printer, time, true);
        }
        Known::Date(date) => {
            let text = format!("datetime.date({}, {}, {})", date.year, date.month, date.day);
            printer.out.put(&text);
        }
        Known::Time(time) => {
            printer.out.put("datetime.time(");
            print_time(printer, time, false);
        }
        Known::TimeDelta(delta) => printer.out.put(&time_delta(delta)),
        Known::TimeZone(offset, None) if offset.is_zero() => {
            printer.out.put("datetime.timezone.utc");
        }
        Known::TimeZone(offset, name) => {
            printer.out.put("datetime.timezone(");
            printer.out.put(&time_delta(offset));
            if let Some(name) = name {
                printer.out.put(", ");
                scalar::text(&mut printer.out, name);
            }
            printer.out.put(")");
        }
        Known::ZoneInfo(key) => {
            printer.out.put("zoneinfo.ZoneInfo(key=");
            scalar::text(&mut printer.out, key);
            printer.out.put(")");
        }
        Known::Decimal(text) => printer.out.put(&format!("Decimal('{text}')")),
        Known::Fraction(Fraction {
            numerator,
            denominator,
        }) => {
            printer.out.put("Fraction(");
            let (comma, close) = (Job::Put(", "), Job::Put(")"));
            match (numerator, denominator) {
                (Part::Id(numerator), Part::Id(denominator)) => {
                    printer.queue([Job::Value(numerator), comma, Job::Value(denominator), close]);
                }
                (Part::Digits(numerator), Part::Digits(denominator)) => {
                    printer.out.put(&format!("{numerator}, {denominator})"));
                }
                _ => printer.inexact(")"),
            }
        }
        Known::Complex(real, imaginary) => printer.out.put(&scalar::complex(real, imaginary)),
        Known::Range(range) => {
            printer.out.put("range(");
            let comma = || Job::Put(", ");
            let (start, stop) = (Job::Value(range.start), Job::Value(range.stop));
            if printer.pickle.as_int(range.step) == Some(1) {
                printer.queue([start, comma(), stop, Job::Put(")")]);
            } else {
                let step = Job::Value(range.step);
                printer.queue([start, comma(), stop, comma(), step, Job::Put(")")]);
            }
        }
        Known::Slice([start, stop, step]) => {
            printer.out.put("slice(");
            let comma = || Job::Put(", ");
            let (start, stop, step) = (Job::Value(start), Job::Value(stop), Job::Value(step));
            printer.queue([start, comma(), stop, comma(), step, Job::Put(")")]);
        }
        Known::Ellipsis => printer.out.put("Ellipsis"),
        Known::NotImplemented => printer.out.put("NotImplemented"),
        Known::TypeOf(name) => printer.out.put(&format!("<class '{name}'>")),
        Known::Uuid(number) => {
            let hex = format!("{number:032x}");
            let part = |from: usize, to: usize| hex.get(from..to).unwrap_or("");
            let parts = [
                part(0, 8),
                part(8, 12),
                part(12, 16),
                part(16, 20),
                part(20, 32),
            ];
            printer.out.put(&format!("UUID('{}')", parts.join("-")));
        }
        Known::Path(path) => {
            printer.out.put(path.class.name());
            printer.out.put("(");
            scalar::text(&mut printer.out, path.text());
            printer.out.put(")");
        }
        Known::OrderedDict(dict) if dict.is_empty() => printer.out.put("OrderedDict()"),
        Known::OrderedDict(dict) => {
            printer.dict(id, "OrderedDict([", dict, Style::Pair, "])", "...");
        }
        Known::DefaultDict(factory, dict) => print_default_dict(printer, id, factory, dict),
        Known::Counter(dict) => print_counter(printer, id, dict),
        Known::Deque(Deque {
            items,
            maxlen: None,
        }) => {
            printer.container(id, "deque([", items, "])", "[...]");
        }
        Known::Deque(Deque {
            items,
            maxlen: Some(maxlen),
        }) => {
            if !printer.enter(id) {
                printer.out.put("[...]");
                return;
            }
            printer.out.put("deque([");
            // What follows the items is put as a value: the id of a small number is the
            // number, and a longer one has a node that `maxlen` was read from.
            let maxlen = maxlen_node(printer.pickle, id, maxlen);
            printer.queue([
                Job::Items(items, 0),
                Job::Put("], maxlen="),
                Job::Value(maxlen),
                Job::Put(")"),
                Job::Leave(id),
            ]);
        }
        Known::Namespace(object) => {
            if !printer.enter(id) {
                printer.out.put("namespace(...)");
                return;
            }
            printer.out.put("namespace(");
            let state = object
                .states()
                .first()
                .and_then(|state| printer.pickle.as_dict(state.value));
            let attributes = Job::Entries(state.unwrap_or_default(), 0, Style::Keyword);
            printer.queue([attributes, Job::Put(")"), Job::Leave(id)]);
        }
        Known::Array(array) => print_array(printer, array),
        Known::Pattern(pattern, flags) => print_pattern(printer, id, pattern, flags),
        Known::Ip(class, text) => printer.out.put(&format!("{class}('{text}')")),
        Known::Partial(partial) => {
            if !printer.enter(id) {
                printer.out.put("...");
                return;
            }
            printer.out.put("functools.partial(");
            let comma = |more: bool| Job::Put(if more { ", " } else { "" });
            printer.queue([
                Job::Value(partial.function),
                comma(!partial.args.is_empty()),
                Job::Items(partial.args, 0),
                comma(!partial.kwargs.is_empty()),
                Job::Entries(partial.kwargs, 0, Style::Keyword),
                Job::Put(")"),
                Job::Leave(id),
            ]);
        }
        Known::Exception(raised) => {
            // Python notices a cycle in the tuple of the arguments, and a single argument
            // is printed without its tuple (`BaseException_repr` of Objects/exceptions.c).
            if let &[only] = raised.args {
                return print_raised(printer, id, raised.class, only);
            }
            printer.out.put(raised.class);
            printer.container(id, "(", raised.args, ")", "(...)");
        }
        Known::Class(global) => print_class(printer, global),
        Known::Function(global) => print_function(printer, global),
        Known::ClassByValue(class) => printer.inexact(&format!("<class '{class}'>")),
        Known::FunctionByValue(name) => printer.inexact(&format!("<function {name}>")),
        Known::WrappedException(wrapped) => {
            // Its `repr` is its text, as it is.
            match wrapped.stacktrace.filter(|text| !text.is_empty()) {
                Some(stacktrace) => put_raw(&mut printer.out, stacktrace),
                None => {
                    printer.out.put("[no stacktrace]\n");
                    match wrapped.class {
                        Some(class) => put_raw(&mut printer.out, class),
                        None => printer.out.put("None"),
                    }
                    printer.out.put(": ");
                    match wrapped.exception {
                        Some(exception) => put_raw(&mut printer.out, exception),
                        None => printer.out.put("None"),
                    }
                }
            }
        }
        Known::IncludedFile(_) => printer.object(id),
        Known::ForeachFrame(frame) => {
            let [step, var, num_splits, index, value] = frame.fields().map(|(_, id)| id);
            printer.queue([
                Job::Put("ForeachFrame(step="),
                Job::Value(step),
                Job::Put(", var="),
                Job::Value(var),
                Job::Put(", num_splits="),
                Job::Value(num_splits),
                Job::Put(", index="),
                Job::Value(index),
                Job::Put(", value="),
                Job::Value(value),
                Job::Put(")"),
            ]);
        }
    }
}

/// An exception of one argument. It may be printed inside itself as long as a container
/// stands in between, which then is the one that is not printed twice; without one,
/// Python would never come to an end.
fn print_raised(printer: &mut Printer<'_>, id: NodeId, class: &str, argument: NodeId) {
    let Some(before) = printer.enter_raised(id) else {
        return printer.inexact("...");
    };
    printer.out.put(class);
    printer.out.put("(");
    printer.queue([
        Job::Value(argument),
        Job::Put(")"),
        Job::LeaveRaised(id, before),
    ]);
}

/// Puts a text without quotes; only as much of it as has room.
fn put_raw(out: &mut Out, text: Text<'_>) {
    let head = text.head(out.left().saturating_mul(4).saturating_add(4));
    out.put(&head.escaped());
}

/// The numbers of a time (trailing zero seconds left out), its zone and its fold; a
/// datetime has the fold first.
fn print_time(printer: &mut Printer<'_>, time: Time, fold_first: bool) {
    let mut text = format!("{}, {}", time.hour, time.minute);
    if time.second != 0 || time.microsecond != 0 {
        let _ = write!(text, ", {}", time.second);
    }
    if time.microsecond != 0 {
        let _ = write!(text, ", {}", time.microsecond);
    }
    printer.out.put(&text);
    let fold = Job::Put(if time.fold { ", fold=1" } else { "" });
    let (tzinfo, close) = (Job::Put(", tzinfo="), Job::Put(")"));
    match time.zone {
        None => printer.queue([fold, close]),
        Some(zone) if fold_first => printer.queue([fold, tzinfo, Job::Value(zone), close]),
        Some(zone) => printer.queue([tzinfo, Job::Value(zone), fold, close]),
    }
}

fn time_delta(delta: TimeDelta) -> String {
    let parts = [
        ("days", delta.days),
        ("seconds", i64::from(delta.seconds)),
        ("microseconds", i64::from(delta.microseconds)),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|&(_, number)| number != 0)
        .map(|(name, number)| format!("{name}={number}"))
        .collect();
    let inside = if parts.is_empty() {
        "0".to_owned()
    } else {
        parts.join(", ")
    };
    format!("datetime.timedelta({inside})")
}

fn print_default_dict<'a>(
    printer: &mut Printer<'a>,
    id: NodeId,
    factory: Option<NodeId>,
    dict: Dict<'a>,
) {
    printer.out.put("defaultdict(");
    let factory = factory.map_or(NodeId::NONE, |factory| factory);
    // Python prints the dict inside first, and notices a cycle only there.
    if printer.enter(id) {
        printer.queue([
            Job::Value(factory),
            Job::Put(", {"),
            Job::Entries(dict, 0, Style::Dict),
            Job::Put("})"),
            Job::Leave(id),
        ]);
    } else {
        printer.queue([Job::Value(factory), Job::Put(", {...})")]);
    }
}

/// The most common first, equals in their own order; counts that cannot be compared
/// leave the order as it is.
fn print_counter<'a>(printer: &mut Printer<'a>, id: NodeId, dict: Dict<'a>) {
    if dict.is_empty() {
        printer.out.put("Counter()");
        return;
    }
    let counts: Option<Vec<f64>> = dict
        .iter()
        .map(|(_, count)| match printer.pickle.value(count) {
            Value::Int(count) => Some(count as f64),
            Value::Float(count) if !count.is_nan() => Some(count),
            Value::Bool(count) => Some(f64::from(u8::from(count))),
            _ => None,
        })
        .collect();
    let Some(counts) = counts else {
        printer.out.exact = false;
        printer.dict(id, "Counter({", dict, Style::Dict, "})", "...");
        return;
    };
    if !printer.enter(id) {
        printer.out.put("...");
        return;
    }
    // An entry takes at least four characters: no more than these will be shown, and
    // one more shows that there are more. Which they are is found out in portions.
    let room = printer.out.left() / 4 + 2;
    let mut ranked: Vec<(f64, u32)> = Vec::new();
    for entry in counts.into_iter().zip(0..) {
        ranked.push(entry);
        if ranked.len() >= 2 * room {
            most_common(&mut ranked, room);
        }
    }
    most_common(&mut ranked, room);
    let order = ranked.into_iter().rev().map(|(_, at)| at).collect();
    printer.out.put("Counter({");
    printer.queue([Job::Ranked(dict, order), Job::Put("})"), Job::Leave(id)]);
}

/// Puts counts in order, the highest first, and keeps so many of them.
fn most_common(ranked: &mut Vec<(f64, u32)>, room: usize) {
    sort_by(ranked, |one, other| other.0.total_cmp(&one.0));
    ranked.truncate(room);
}

/// The node that a deque's `maxlen` was read from.
fn maxlen_node(pickle: &Pickle, id: NodeId, maxlen: i64) -> NodeId {
    let args = pickle.as_object(id).map_or(&[][..], |object| object.args());
    NodeId::small(maxlen)
        .or(args.get(1).copied())
        .unwrap_or(NodeId::MISSING)
}

fn print_array<'a>(printer: &mut Printer<'a>, array: Array<'a>) {
    printer.out.put(&format!("array('{}'", array.typecode));
    match array.items {
        _ if array.is_empty() => printer.out.put(")"),
        ArrayItems::Text(text) => {
            printer.out.put(", ");
            scalar::text(&mut printer.out, text);
            printer.out.put(")");
        }
        ArrayItems::Ids(ids) if array.typecode == 'u' => {
            printer.out.put(", ");
            let most = printer.out.left().saturating_add(1);
            let mut utf8 = Vec::new();
            for &id in ids.iter().take(most) {
                match printer.pickle.value(id) {
                    Value::Text(char) => utf8.extend_from_slice(char.head(4).bytes()),
                    _ => printer.out.exact = false,
                }
            }
            scalar::text(&mut printer.out, Text::new(&utf8, text::kind(&utf8)));
            printer.out.put(")");
        }
        ArrayItems::Bytes(layout, bytes) if layout.kind == Kind::Char => {
            printer.out.put(", ");
            let most = printer.out.left().saturating_add(1);
            let codes = bytes
                .chunks_exact(layout.size)
                .filter_map(|one| layout.read(one));
            let mut utf8 = Vec::new();
            for code in codes.take(most) {
                // What is no character is shown as one that is missing.
                let code = u32::try_from(code).unwrap_or(u32::MAX);
                if text::push_code_point(&mut utf8, code).is_none() {
                    printer.out.exact = false;
                    utf8.extend_from_slice("\u{fffd}".as_bytes());
                }
            }
            scalar::text(&mut printer.out, Text::new(&utf8, text::kind(&utf8)));
            printer.out.put(")");
        }
        ArrayItems::Ids(_) | ArrayItems::Bytes(..) => {
            printer.out.put(", [");
            printer.queue([Job::Elements(array, 0), Job::Put("])")]);
        }
    }
}

/// Prints one element of an array and lines up the next.
pub(super) fn element<'a>(printer: &mut Printer<'a>, array: Array<'a>, at: usize) {
    let comma = if at == 0 { "" } else { ", " };
    let more = Job::Elements(array, at + 1);
    match array.items {
        ArrayItems::Ids(ids) => {
            if let Some(&id) = ids.get(at) {
                printer.queue([Job::Put(comma), Job::Value(id), more]);
            }
        }
        ArrayItems::Bytes(layout, bytes) => {
            let Some(bits) = bytes
                .get(at.saturating_mul(layout.size)..)
                .filter(|rest| rest.len() >= layout.size)
                .and_then(|rest| layout.read(rest))
            else {
                return;
            };
            printer.out.put(comma);
            let unused = 64 - 8 * layout.size as u32;
            let text = match (layout.kind, layout.size) {
                // Shifting up and down again spreads the sign.
                (Kind::Signed, _) => (((bits << unused) as i64) >> unused).to_string(),
                (Kind::Float, 4) => scalar::float(f64::from(f32::from_bits(bits as u32))),
                (Kind::Float, _) => scalar::float(f64::from_bits(bits)),
                _ => bits.to_string(),
            };
            printer.out.put(&text);
            printer.queue([more]);
        }
        ArrayItems::Text(_) => {}
    }
}

/// `re.compile('…', re.IGNORECASE)`: flags by name, the rest of them in hexadecimal;
/// `re.UNICODE` is what texts have anyway.
fn print_pattern(printer: &mut Printer<'_>, id: NodeId, pattern: NodeId, flags: i64) {
    const FLAGS: [(i64, &str); 9] = [
        (0x01, "re.TEMPLATE"),
        (0x02, "re.IGNORECASE"),
        (0x04, "re.LOCALE"),
        (0x08, "re.MULTILINE"),
        (0x10, "re.DOTALL"),
        (0x20, "re.UNICODE"),
        (0x40, "re.VERBOSE"),
        (0x80, "re.DEBUG"),
        (0x100, "re.ASCII"),
    ];
    let mut shown = Out::new(200);
    let is_text = match printer.pickle.value(pattern) {
        Value::Text(text) => {
            scalar::text(&mut shown, text);
            true
        }
        Value::Bytes(bytes) => {
            scalar::bytes(&mut shown, bytes);
            false
        }
        // Nothing else was ever compiled.
        _ => return printer.object(id),
    };
    printer.out.exact &= shown.exact;
    printer.out.put("re.compile(");
    printer.out.put(&shown.text);
    let mut left = flags;
    if is_text && flags & 0x124 == 0x20 {
        left &= !0x20;
    }
    let mut names = Vec::new();
    for (bit, name) in FLAGS {
        if left & bit != 0 {
            names.push(name.to_owned());
            left &= !bit;
        }
    }
    if left != 0 {
        names.push(format!("0x{left:x}"));
    }
    if !names.is_empty() {
        printer.out.put(", ");
        printer.out.put(&names.join("|"));
    }
    printer.out.put(")");
}

fn print_class(printer: &mut Printer<'_>, global: Global<'_>) {
    if global.role() == Role::Unknown {
        // It may be anything that the module has under this name.
        printer.out.exact = false;
    }
    printer.out.put("<class '");
    if global.module() != "builtins" {
        printer.out.put(global.module());
        printer.out.put(".");
    }
    printer.out.put(global.name());
    printer.out.put("'>");
}

fn print_function(printer: &mut Printer<'_>, global: Global<'_>) {
    if global.module() == "builtins" {
        // A method of a class in there prints otherwise.
        printer.out.exact &= global.role() != Role::Unknown;
        printer.out.put("<built-in function ");
        printer.out.put(global.name());
        printer.out.put(">");
        return;
    }
    printer.out.exact = false;
    printer.out.put("<function ");
    printer.out.put(global.module());
    printer.out.put(".");
    printer.out.put(global.name());
    printer.out.put(">");
}
