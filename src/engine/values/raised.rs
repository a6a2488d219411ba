//! An exception as a value: its class, its message, its notes, and the traceback where the
//! pickle has one.
//!
//! An exception is pickled without its traceback and its cause
//! (`BaseException___reduce___impl` in `Objects/exceptions.c` of CPython 3.13); Metaflow's
//! wrapper brings a text along, and tblib the frames. Start with [`raised`].

use super::place::Spot;
use crate::engine::excerpt::Packaged;
use crate::engine::{Engine, Work};
use crate::libraries::tblib;
use crate::pickle::{self, Known, Made, NodeId, Pickle, Text, Value, known};
use crate::text::traceback::frames::{before_package, package_of};
use crate::text::traceback::{self, Exception, Frame, Raised, Relation, Traceback};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RaisedView {
    /// The class, with its module where it is not built in.
    pub kind: String,
    pub message: String,
    /// What was noted on it since (PEP 678).
    pub notes: Vec<String>,
    /// Taken apart, where it has the usual shape.
    pub traceback: Option<Traceback>,
    /// As it was recorded; empty where there is none.
    pub text: String,
    pub packaged: Packaged,
}

/// Longer messages are cut: the parts have the whole of it.
const CHARS: usize = 20_000;

/// Notes, and arguments, that are shown.
const SHOWN: usize = 50;

/// Exceptions of one chain that are shown, from the last.
const CHAIN: usize = 20;

/// The exception that a value is.
pub(super) fn raised(pickle: &Pickle, id: NodeId) -> Option<RaisedView> {
    if let Some(last) = tblib::carried(pickle, id) {
        return Some(RaisedView {
            traceback: Some(chain(pickle, last)),
            notes: texts(pickle, last.notes),
            ..bare(
                last.class.name(),
                message(pickle, last.class.name(), last.args),
            )
        });
    }
    match known(pickle, id) {
        Some(Known::Exception(raised)) => {
            // The name of a file is no argument of the exception, and stands in its message.
            let args = pickle.as_object(id)?.args();
            Some(RaisedView {
                notes: notes(pickle, id),
                ..bare(raised.class, message(pickle, raised.class, args))
            })
        }
        Some(Known::WrappedException(wrapped)) => {
            let text = |text: Option<Text<'_>>| {
                text.map(|text| text.lossy().into_owned())
                    .unwrap_or_default()
            };
            let stacktrace = text(wrapped.stacktrace);
            Some(RaisedView {
                traceback: traceback::parse(&stacktrace),
                text: stacktrace,
                ..bare(&text(wrapped.class), text(wrapped.exception))
            })
        }
        _ => by_its_name(pickle, id),
    }
}

fn bare(kind: &str, message: String) -> RaisedView {
    RaisedView {
        kind: kind.to_owned(),
        message,
        notes: Vec::new(),
        traceback: None,
        text: String::new(),
        packaged: Packaged::default(),
    }
}

/// What looks like an exception of somebody's own: its bases are not in the pickle, but
/// its name tells, and it is made as exceptions are.
fn by_its_name(pickle: &Pickle, id: NodeId) -> Option<RaisedView> {
    let object = pickle.as_object(id)?;
    let class = object.class()?;
    let endings = ["Error", "Exception", "Warning", "Interrupt"];
    let is_named = endings.iter().any(|ending| class.name().ends_with(ending));
    // Its `__reduce__` gives arguments and perhaps attributes, never items.
    let is_made = matches!(object.made(), Made::Called) && object.added().is_empty();
    (is_named && is_made).then(|| RaisedView {
        notes: notes(pickle, id),
        ..bare(
            &class.to_string(),
            message(pickle, class.name(), object.args()),
        )
    })
}

/// As `str()` of an exception: nothing, its only argument, or all of them; for a few
/// classes in a form of their own.
fn message(pickle: &Pickle, class: &str, args: &[NodeId]) -> String {
    let repr = |id: NodeId, most: usize| pickle::repr(pickle, id, most).text;
    let is_of_system = || class == "OSError" || class == "IOError" || system(class);
    let text = match *args {
        [] => String::new(),
        // `BaseExceptionGroup_str` in the same file.
        [text, raised] if matches!(class, "ExceptionGroup" | "BaseExceptionGroup") => {
            let count = pickle.as_list(raised).map_or(0, <[NodeId]>::len);
            let text = pickle
                .as_str(text)
                .map_or_else(|| repr(text, CHARS), str::to_owned);
            let s = if count == 1 { "" } else { "s" };
            format!("{text} ({count} sub-exception{s})")
        }
        [only] => match pickle.value(only) {
            Value::Text(text) if class != "KeyError" => text.lossy().into_owned(),
            _ => repr(only, CHARS),
        },
        [number, text, ref files @ ..] if is_of_system() && files.len() < 4 => {
            let text = pickle
                .as_str(text)
                .map_or_else(|| repr(text, CHARS), str::to_owned);
            let start = format!("[Errno {}] {text}", repr(number, CHARS));
            // The second of these is a number of Windows.
            let named = |at: usize| files.get(at).filter(|id| !pickle.is_none(**id));
            match (named(0), named(2)) {
                (Some(from), Some(to)) => {
                    format!("{start}: {} -> {}", repr(*from, CHARS), repr(*to, CHARS))
                }
                (Some(file), None) => format!("{start}: {}", repr(*file, CHARS)),
                _ => start,
            }
        }
        ref several => {
            let each = several.iter().take(SHOWN);
            let each: Vec<String> = each.map(|arg| repr(*arg, CHARS / SHOWN)).collect();
            format!("({})", each.join(", "))
        }
    };
    match text.char_indices().nth(CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// Whether a class is one that stands for a number of the system's (PEP 3151).
fn system(class: &str) -> bool {
    const CLASSES: &[&str] = &[
        "BlockingIOError",
        "ChildProcessError",
        "BrokenPipeError",
        "ConnectionAbortedError",
        "ConnectionRefusedError",
        "ConnectionResetError",
        "FileExistsError",
        "FileNotFoundError",
        "InterruptedError",
        "IsADirectoryError",
        "NotADirectoryError",
        "PermissionError",
        "ProcessLookupError",
        "TimeoutError",
    ];
    CLASSES.contains(&class)
}

fn notes(pickle: &Pickle, id: NodeId) -> Vec<String> {
    let object = pickle.as_object(id);
    texts(
        pickle,
        object.and_then(|object| object.attribute("__notes__")),
    )
}

fn texts(pickle: &Pickle, list: Option<NodeId>) -> Vec<String> {
    let list = list.and_then(|list| pickle.as_list(list)).unwrap_or(&[]);
    let texts = list.iter().take(SHOWN);
    texts
        .filter_map(|text| pickle.as_str(*text).map(str::to_owned))
        .collect()
}

/// An exception with those before it, the first of them first.
fn chain(pickle: &Pickle, last: tblib::Carried<'_>) -> Traceback {
    let mut raised = Vec::new();
    let mut next = Some(last);
    while let Some(one) = next.take().filter(|_| raised.len() < CHAIN) {
        let relation = one.before.map(|(_, is_cause)| match is_cause {
            true => Relation::Cause,
            false => Relation::During,
        });
        next = one.before.and_then(|(id, _)| tblib::carried(pickle, id));
        let all: Vec<Frame> = tblib::frames(pickle, one.traceback)
            .into_iter()
            .map(frame)
            .collect();
        raised.push(Raised {
            // Where the one before it is no exception, there is nothing to relate it to.
            relation: relation.filter(|_| next.is_some()),
            frames: all,
            exception: Some(Exception {
                kind: one.class.name().to_owned(),
                message: message(pickle, one.class.name(), one.args),
            }),
            ..Raised::default()
        });
    }
    raised.reverse();
    Traceback {
        raised,
        first_line: 0,
        end_line: 0,
    }
}

fn frame(found: tblib::Frame<'_>) -> Frame {
    Frame {
        file: found.file.to_owned(),
        line: found.line,
        function: Some(found.function.to_owned()).filter(|name| !name.is_empty()),
        package: package_of(found.file),
        skipped: before_package(found.file),
        ..Frame::default()
    }
}

impl Engine {
    /// What of the files of its traceback went with the run.
    pub(super) async fn with_source(&self, spot: &Spot, view: &mut RaisedView, work: &Work) {
        if let Some(traceback) = &view.traceback {
            view.packaged = self.packaged(&spot.task, traceback, work).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pickle::{Limits, decode};

    #[track_caller]
    fn check(program: &[u8], kind: &str, message: &str) {
        let pickle = decode(program.to_vec(), &Limits::default());
        let view = raised(&pickle, pickle.root().unwrap()).unwrap();
        assert_eq!((view.kind.as_str(), view.message.as_str()), (kind, message));
    }

    #[test]
    fn messages_are_those_of_python() {
        check(b"cbuiltins\nValueError\n(tR.", "ValueError", "");
        check(b"cbuiltins\nValueError\n(S'no'\ntR.", "ValueError", "no");
        check(b"cbuiltins\nKeyError\n(S'no'\ntR.", "KeyError", "'no'");
        check(
            b"cbuiltins\nValueError\n(S'no'\nI7\ntR.",
            "ValueError",
            "('no', 7)",
        );
        check(
            b"cbuiltins\nFileNotFoundError\n(I2\nS'No such file or directory'\nS'a/b'\ntR.",
            "FileNotFoundError",
            "[Errno 2] No such file or directory: 'a/b'",
        );
        check(
            b"cbuiltins\nExceptionGroup\n(S'many'\n(lS'a'\naS'b'\natR.",
            "ExceptionGroup",
            "many (2 sub-exceptions)",
        );
        check(
            b"cbuiltins\nOSError\n(I18\nS'far'\nS'a'\nNS'b'\ntR.",
            "OSError",
            "[Errno 18] far: 'a' -> 'b'",
        );
    }

    #[test]
    fn a_class_of_somebodys_own_is_told_by_its_name() {
        let milk = b"cshop.milk\nMilkError\n(S'none left'\ntR.";
        check(milk, "shop.milk.MilkError", "none left");
        let other = decode(b"cshop.milk\nMilk\n(tR.".to_vec(), &Limits::default());
        assert_eq!(raised(&other, other.root().unwrap()), None);
    }
}
