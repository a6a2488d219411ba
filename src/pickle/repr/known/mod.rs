//! How Python prints the objects of known classes.
//!
//! Start with [`print_known`]; what takes more than some lines has a module of its own.

mod array;
mod containers;
mod names;
mod time;

pub(super) use array::element;

use super::out::Out;
use super::printer::{Job, Printer, Style};
use super::scalar;
use crate::pickle::known::{DateTime, Deque, Fraction, Known, Part};
use crate::pickle::node::NodeId;
use crate::pickle::text::Text;
use array::print_array;
use containers::{maxlen_node, print_counter, print_default_dict};
use names::{print_class, print_function, print_pattern};
use time::{print_time, time_delta};

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
