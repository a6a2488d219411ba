//! Built-in exceptions.

use super::super::names::Role;
use super::super::node::NodeId;
use super::super::object::Object;
use super::super::value::{Global, Pickle};

/// A built-in exception: the class that Python would make, and `args`.
#[derive(Clone, Copy, Debug)]
pub struct Raised<'a> {
    /// Its name in `builtins`.
    pub class: &'a str,
    pub args: &'a [NodeId],
}

pub(super) fn raised<'a>(
    pickle: &Pickle,
    object: Object<'a>,
    class: Global<'a>,
) -> Option<Raised<'a>> {
    let args = object.args();
    if class.role() != Role::OsError {
        return Some(Raised {
            class: class.name(),
            args,
        });
    }
    let name = match class.name() {
        // The old names are the same class.
        "OSError" | "IOError" | "EnvironmentError" => {
            let number = args.first().filter(|_| args.len() >= 2);
            number
                .and_then(|&number| pickle.as_int(number))
                .map_or("OSError", os_error)
        }
        other => other,
    };
    // File names are attributes, not `args`.
    let kept = if (3..=5).contains(&args.len()) {
        args.get(..2)?
    } else {
        args
    };
    Some(Raised {
        class: name,
        args: kept,
    })
}

/// `OSError(number, …)` makes the class that stands for the number (PEP 3151); the
/// numbers are Linux's.
fn os_error(number: i64) -> &'static str {
    match number {
        1 | 13 => "PermissionError",
        2 => "FileNotFoundError",
        3 => "ProcessLookupError",
        4 => "InterruptedError",
        10 => "ChildProcessError",
        11 | 114 | 115 => "BlockingIOError",
        17 => "FileExistsError",
        20 => "NotADirectoryError",
        21 => "IsADirectoryError",
        32 | 108 => "BrokenPipeError",
        103 => "ConnectionAbortedError",
        104 => "ConnectionResetError",
        110 => "TimeoutError",
        111 => "ConnectionRefusedError",
        _ => "OSError",
    }
}
