//! Containers of the module `collections`.

use crate::pickle::node::NodeId;
use crate::pickle::repr::printer::{Job, Printer, Style};
use crate::pickle::value::{Dict, Pickle, Value};
use crate::sorting::sort_by;

pub(super) fn print_default_dict<'a>(
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
pub(super) fn print_counter<'a>(printer: &mut Printer<'a>, id: NodeId, dict: Dict<'a>) {
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
pub(super) fn maxlen_node(pickle: &Pickle, id: NodeId, maxlen: i64) -> NodeId {
    let args = pickle.as_object(id).map_or(&[][..], |object| object.args());
    NodeId::small(maxlen)
        .or(args.get(1).copied())
        .unwrap_or(NodeId::MISSING)
}
