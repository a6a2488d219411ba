//! tblib: exceptions that are pickled with their tracebacks and their causes.
//!
//! Source of the forms: `pickle_exception` and `pickle_traceback` of tblib 1.7, 3.0 and 3.2
//! (`tblib/pickling_support.py`), `Traceback`, `Frame` and `Code` of `tblib/__init__.py`.
//! Since 3.2 an exception whose class makes itself in the ordinary way is told by its
//! attributes. Start with [`carried`].

use crate::pickle::{Global, NodeId, Pickle, Value};

/// An exception, and what came before it.
#[derive(Clone, Copy, Debug)]
pub struct Carried<'a> {
    pub class: Global<'a>,
    pub args: &'a [NodeId],
    /// A list of texts.
    pub notes: Option<NodeId>,
    /// What it was raised from, or while what was handled, and whether that was its cause.
    pub before: Option<(NodeId, bool)>,
    /// Its traceback, for [`frames`].
    pub traceback: NodeId,
}

/// A call on the way to where an exception was raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    pub file: &'a str,
    pub function: &'a str,
    /// From 1.
    pub line: Option<u32>,
}

/// No program calls deeper.
const MOST_FRAMES: usize = 2_000;

/// The exception that an object stands for.
pub fn carried(pickle: &Pickle, id: NodeId) -> Option<Carried<'_>> {
    let object = pickle.as_object(id)?;
    let made = pickle.as_global(object.callable())?;
    if made.module() != "tblib.pickling_support" {
        return None;
    }
    let &[class, given, cause, traceback, ref rest @ ..] = object.args() else {
        return None;
    };
    let args = match made.name() {
        "unpickle_exception" => given,
        "unpickle_exception_with_attrs" => pickle.item(given, "args")?,
        _ => return None,
    };
    let there = |id: NodeId| (!pickle.is_none(id)).then_some(id);
    let suppressed = rest.get(1).and_then(|id| pickle.as_bool(*id)) == Some(true);
    let context = rest.first().filter(|_| !suppressed);
    let before = match there(cause) {
        Some(cause) => Some((cause, true)),
        None => context.and_then(|id| there(*id)).map(|id| (id, false)),
    };
    Some(Carried {
        class: pickle.as_global(class)?,
        args: match pickle.value(args) {
            Value::Tuple(args) | Value::List(args) => args,
            _ => &[],
        },
        notes: rest.get(2).copied(),
        before,
        traceback,
    })
}

/// The frames of a traceback, outermost first.
pub fn frames(pickle: &Pickle, traceback: NodeId) -> Vec<Frame<'_>> {
    let mut frames = Vec::new();
    let mut next = Some(traceback);
    while let Some((at, line, behind)) = next.and_then(|id| link(pickle, id)) {
        if frames.len() == MOST_FRAMES {
            break;
        }
        frames.extend(frame(pickle, at, line));
        next = behind;
    }
    frames
}

/// A frame, its line, and the traceback behind it: called for the first, an object after.
fn link(pickle: &Pickle, id: NodeId) -> Option<(NodeId, NodeId, Option<NodeId>)> {
    let object = pickle.as_object(id)?;
    let called = pickle.as_global(object.callable());
    match object.args() {
        &[frame, line, next] if called.is_some_and(|name| name.name() == "unpickle_traceback") => {
            Some((frame, line, Some(next)))
        }
        _ => Some((
            object.attribute("tb_frame")?,
            object.attribute("tb_lineno")?,
            object.attribute("tb_next"),
        )),
    }
}

fn frame(pickle: &Pickle, frame: NodeId, line: NodeId) -> Option<Frame<'_>> {
    let code = pickle.as_object(frame)?.attribute("f_code")?;
    let code = pickle.as_object(code)?;
    let text = |name| pickle.as_str(code.attribute(name)?);
    Some(Frame {
        file: text("co_filename")?,
        function: text("co_name").unwrap_or_default(),
        line: pickle
            .as_int(line)
            .and_then(|line| u32::try_from(line).ok()),
    })
}
