//! What is printed by its name: patterns with their flags, classes, functions.

use crate::pickle::names::Role;
use crate::pickle::node::NodeId;
use crate::pickle::repr::out::Out;
use crate::pickle::repr::printer::Printer;
use crate::pickle::repr::scalar;
use crate::pickle::value::{Global, Value};

/// `re.compile('…', re.IGNORECASE)`: flags by name, the rest of them in hexadecimal;
/// `re.UNICODE` is what texts have anyway.
pub(super) fn print_pattern(printer: &mut Printer<'_>, id: NodeId, pattern: NodeId, flags: i64) {
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

pub(super) fn print_class(printer: &mut Printer<'_>, global: Global<'_>) {
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

pub(super) fn print_function(printer: &mut Printer<'_>, global: Global<'_>) {
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
