//! Which view suits a value, and what stands in it: by its class, its length, and the
//! first bytes of bytes.
//!
//! Pure: a decoded value in, its [`Shape`] out. Start with [`shape`]; [`child`] is the
//! same for one place in a tree.

use super::{Child, Kind, Shape};
use crate::inside::image::{begins, image};
use crate::inside::magic::magic;
use crate::libraries::numpy;
use crate::libraries::pandas::scalar::scalar;
use crate::libraries::place::Within;
use crate::libraries::records;
use crate::libraries::table::{array_within, table};
use crate::pickle::{self, NodeId, Pickle, Value};

pub(super) fn child(pickle: &Pickle, label: String, at: String, node: NodeId) -> Child {
    let class = pickle::type_name(pickle, node);
    Child {
        label,
        at,
        node: node.to_bits(),
        summary: pickle::summary::summary(pickle, node),
        // A number of NumPy's is no more than its number.
        children: match is_scalar(pickle, node) {
            true => 0,
            false => pickle::explore::child_count(pickle, node) as u64,
        },
        kind: kind(pickle, node, &class),
        class,
    }
}

pub(super) fn kind(pickle: &Pickle, node: NodeId, class: &str) -> Kind {
    match pickle.value(node) {
        Value::Bool(_) | Value::Int(_) | Value::BigInt(_) | Value::Float(_) => Kind::Number,
        Value::Text(_) => Kind::Text,
        Value::Bytes(bytes) | Value::ByteArray(bytes) => {
            if image(bytes).is_some() {
                Kind::Image
            } else {
                Kind::Bytes
            }
        }
        Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::FrozenSet(_) => Kind::List,
        Value::Dict(_) => Kind::Dict,
        Value::Object(_) if table(pickle, node, &Within::default(), &[]).is_some() => Kind::Table,
        Value::Object(_) => kind_of_class(class),
        _ => Kind::Other,
    }
}

/// What the name of a class alone tells: for lists of artifacts that are not decoded.
pub fn kind_of_class(class: &str) -> Kind {
    let bare = class.strip_prefix("builtins.").unwrap_or(class);
    match bare {
        "int" | "float" | "bool" | "complex" | "decimal.Decimal" | "fractions.Fraction" => {
            Kind::Number
        }
        "str" => Kind::Text,
        "bytes" | "bytearray" => Kind::Bytes,
        "list" | "tuple" | "set" | "frozenset" | "collections.deque" | "numpy.ndarray" => {
            Kind::List
        }
        "dict" | "collections.OrderedDict" | "collections.defaultdict" | "collections.Counter" => {
            Kind::Dict
        }
        "NoneType" => Kind::Other,
        _ if (bare.starts_with("pandas.") || bare.starts_with("polars."))
            && (bare.ends_with("DataFrame") || bare.ends_with("Series")) =>
        {
            Kind::Table
        }
        _ if bare.starts_with("scipy.sparse.") => Kind::Table,
        _ if bare.starts_with("datetime.") => Kind::Time,
        _ if bare.starts_with("numpy.") => Kind::Number,
        _ => Kind::Object,
    }
}

pub(super) fn shape(pickle: &Pickle, root: NodeId, within: &Within) -> Shape {
    /// A text that fits one line is shown as one.
    const SHORT: usize = 120;
    if let Some(shape) = of_library(pickle, root, within) {
        return shape;
    }
    match pickle.value(root) {
        Value::Text(text) if image(text.bytes()).is_some() => Shape::Image {
            mime: "image/svg+xml".to_owned(),
            width: 0,
            height: 0,
        },
        Value::Text(text) => {
            let text = text.lossy();
            if text.chars().count() <= SHORT && !text.contains('\n') {
                Shape::Scalar {
                    repr: pickle::repr(pickle, root, 1000).text,
                }
            } else {
                text_shape(&text)
            }
        }
        Value::Bytes(bytes) | Value::ByteArray(bytes) => match image(bytes) {
            Some(image) => Shape::Image {
                mime: image.mime.to_owned(),
                width: image.size.map_or(0, |(width, _)| width),
                height: image.size.map_or(0, |(_, height)| height),
            },
            None => bytes_shape(bytes),
        },
        _ if pickle::explore::child_count(pickle, root) > 0 => Shape::Tree {
            records: records(pickle, root).is_some_and(|records| records.rows.len() > 1),
            call: is_call(pickle, root),
        },
        _ => Shape::Scalar {
            repr: pickle::repr(pickle, root, 4000).text,
        },
    }
}

/// The view of an array, a frame, a number of NumPy's.
fn of_library(pickle: &Pickle, root: NodeId, within: &Within) -> Option<Shape> {
    if let Some(table) = table(pickle, root, within, &[]) {
        let axes = array_within(pickle, root, within).map(|array| array.shape);
        let axes = axes.unwrap_or_default().into_iter();
        return Some(Shape::Table {
            rows: table.rows as u64,
            columns: table.columns as u64,
            axes: axes.map(|length| length as u64).collect(),
        });
    }
    is_scalar(pickle, root).then(|| Shape::Scalar {
        repr: pickle::repr(pickle, root, 4000).text,
    })
}

/// Whether all that there is of an object is how it was to be made.
fn is_call(pickle: &Pickle, node: NodeId) -> bool {
    let object = pickle.as_object(node);
    object.is_some_and(|object| object.is_bare_call() && pickle::known(pickle, node).is_none())
}

fn is_scalar(pickle: &Pickle, node: NodeId) -> bool {
    numpy::scalar(pickle, node).is_some() || scalar(pickle, node).is_some()
}

pub(super) fn text_shape(text: &str) -> Shape {
    Shape::Text {
        chars: text.chars().count() as u64,
        total_lines: text.lines().count() as u64,
    }
}

pub(super) fn bytes_shape(bytes: &[u8]) -> Shape {
    Shape::Bytes {
        total: bytes.len() as u64,
        kind: magic(bytes).map_or("", |magic| magic.kind).to_owned(),
    }
}

/// Whether a text, or bytes that are one, is a page of HTML.
pub(super) fn is_page(pickle: &Pickle, node: NodeId) -> bool {
    let bytes = match pickle.value(node) {
        Value::Text(text) => text.bytes(),
        Value::Bytes(bytes) | Value::ByteArray(bytes) => bytes,
        _ => return false,
    };
    begins(bytes, "<!doctype html") || begins(bytes, "<html")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inside::{program_of_bytes, program_of_text};
    use crate::pickle::{Limits, decode};

    #[track_caller]
    fn check(program: Vec<u8>, expected: &str, page: bool) {
        let pickle = decode(program, &Limits::default());
        let root = pickle.root().unwrap_or(NodeId::from_bits(0));
        let told = match shape(&pickle, root, &Within::default()) {
            Shape::Image { mime, .. } => mime,
            Shape::Text { .. } => "text".to_owned(),
            Shape::Scalar { .. } => "scalar".to_owned(),
            Shape::Bytes { kind, .. } => format!("bytes {kind}"),
            _ => "another".to_owned(),
        };
        assert_eq!((told.as_str(), is_page(&pickle, root)), (expected, page));
    }

    #[test]
    fn what_is_only_a_call_is_told_from_what_has_parts() {
        let is_call = |program: &str| {
            let pickle = decode(program.into(), &Limits::default());
            let root = pickle.root().unwrap_or(NodeId::from_bits(0));
            match shape(&pickle, root, &Within::default()) {
                Shape::Tree { call, records } => Some((call, records)),
                _ => None,
            }
        };
        assert_eq!(is_call("cos\nsystem\n(Vecho x\ntR."), Some((true, false)));
        // With a state it is more than its call, and a known class is what it is.
        assert_eq!(
            is_call("czoo\nmade\n(I1\ntR(dVa\nI1\nsb."),
            Some((false, false))
        );
        assert_eq!(
            is_call("cbuiltins\nValueError\n(Vno\ntR."),
            Some((false, false))
        );
        assert_eq!(is_call("(I1\nl."), Some((false, false)));
        assert_eq!(is_call("czoo\nmade\n."), None);
    }

    #[test]
    fn texts_and_bytes_are_told_by_how_they_begin() {
        let long = "a\nb";
        check(program_of_text("short"), "scalar", false);
        check(program_of_text(long), "text", false);
        check(program_of_text(" <!DOCTYPE HTML>\n<p>x"), "text", true);
        check(program_of_bytes(b"<html>\n"), "bytes ", true);
        check(program_of_text("<svg xmlns='x'/>"), "image/svg+xml", false);
        check(
            program_of_bytes(b"<?xml version='1.0'?>\n<svg \n/>"),
            "image/svg+xml",
            false,
        );
        check(
            program_of_text("<?xml version='1.0'?>\n<notes/>"),
            "text",
            false,
        );
        check(program_of_bytes(b"%PDF-1.7"), "bytes PDF document", false);
        check(
            program_of_bytes(b"\x89PNG\r\n\x1a\n0000IHDR\0\0\0\x02\0\0\0\x03"),
            "image/png",
            false,
        );
    }
}
