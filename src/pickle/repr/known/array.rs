//! Arrays of the module `array`.

use crate::pickle::known::{Array, ArrayItems, Kind};
use crate::pickle::repr::printer::{Job, Printer};
use crate::pickle::repr::scalar;
use crate::pickle::text::{self, Text};
use crate::pickle::value::Value;

pub(super) fn print_array<'a>(printer: &mut Printer<'a>, array: Array<'a>) {
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
pub(in crate::pickle::repr) fn element<'a>(printer: &mut Printer<'a>, array: Array<'a>, at: usize) {
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
