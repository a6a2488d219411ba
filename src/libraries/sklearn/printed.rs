//! An estimator as `repr()` prints it with all of its parameters.
//!
//! Source: `_EstimatorPrettyPrinter` of scikit-learn 1.9 (`sklearn/utils/_pprint.py`).
//! Estimators stand in lists in estimators, and a pickle may have one hold itself: how deep
//! and how much is printed is bounded here.

use super::{Estimator, estimator};
use crate::libraries::numpy;
use crate::pickle::{self, NodeId, Pickle, Value};

/// Estimators in lists in estimators, deeper than anybody reads them.
const DEEPEST: usize = 12;

/// The library's own print shows no more of a list.
const ITEMS: usize = 30;

/// More is not printed.
const MOST_CHARS: usize = 4_000;

pub(super) fn printed(pickle: &Pickle, of: &Estimator<'_>) -> String {
    let mut out = String::new();
    put_estimator(pickle, of, DEEPEST, &mut out);
    match out.char_indices().nth(MOST_CHARS) {
        Some((end, _)) => format!("{}…", out.get(..end).unwrap_or_default()),
        None => out,
    }
}

fn put_estimator(pickle: &Pickle, of: &Estimator<'_>, deep: usize, out: &mut String) {
    out.push_str(of.class.name());
    out.push('(');
    for (at, (name, value)) in of.parameters.iter().enumerate() {
        separate(at, out);
        if out.len() > MOST_CHARS {
            out.push('…');
            break;
        }
        out.push_str(name);
        out.push('=');
        put(pickle, *value, deep, out);
    }
    out.push(')');
}

fn put(pickle: &Pickle, id: NodeId, deep: usize, out: &mut String) {
    let Some(deep) = deep.checked_sub(1).filter(|_| out.len() <= MOST_CHARS) else {
        out.push('…');
        return;
    };
    let items = |items: &[NodeId], out: &mut String| {
        for (at, &item) in items.iter().enumerate() {
            separate(at, out);
            if at == ITEMS {
                out.push_str("...");
                break;
            }
            put(pickle, item, deep, out);
        }
    };
    match pickle.value(id) {
        Value::List(list) => {
            out.push('[');
            items(list, out);
            out.push(']');
        }
        Value::Tuple(list) => {
            out.push('(');
            items(list, out);
            out.push_str(if list.len() == 1 { ",)" } else { ")" });
        }
        Value::Dict(dict) => {
            // By key, where the keys are all texts or all numbers.
            let mut pairs: Vec<(NodeId, NodeId)> = dict.iter().take(ITEMS + 1).collect();
            crate::sorting::sort_by_key(&mut pairs, |(key, _)| {
                (pickle.as_int(*key), pickle.as_str(*key))
            });
            out.push('{');
            for (at, (key, value)) in pairs.into_iter().enumerate() {
                separate(at, out);
                if at == ITEMS {
                    out.push_str("...");
                    break;
                }
                put(pickle, key, deep, out);
                out.push_str(": ");
                put(pickle, value, deep, out);
            }
            out.push('}');
        }
        Value::Object(object) => match estimator(pickle, id) {
            Some(inner) => put_estimator(pickle, &inner, deep, out),
            None if numpy::scalar(pickle, id).is_some() => put_plain(pickle, id, out),
            // Nothing else that may hold an estimator again is looked into.
            None => match numpy::array(pickle, id) {
                Some(array) => out.push_str(&format!("<array {}>", numpy::tuple(&array.shape))),
                None => {
                    let class = object.class().map_or("object", |class| class.name());
                    out.push_str(&format!("<{class}>"));
                }
            },
        },
        Value::Set(_) | Value::FrozenSet(_) => out.push_str("<set>"),
        _ => put_plain(pickle, id, out),
    }
}

/// What holds nothing else.
fn put_plain(pickle: &Pickle, id: NodeId, out: &mut String) {
    out.push_str(&pickle::repr(pickle, id, MOST_CHARS).text);
}

fn separate(at: usize, out: &mut String) {
    if at > 0 {
        out.push_str(", ");
    }
}
