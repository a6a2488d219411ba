//! The three classes that Metaflow itself pickles into every run.
//!
//! Seen in Metaflow 2.19: `metaflow/exception.py`, `metaflow/includefile.py` and
//! `ForeachFrame` of `metaflow/task.py`.

use super::super::node::NodeId;
use super::super::object::Object;
use super::super::text::Text;
use super::super::value::{Pickle, Value};

/// `metaflow.exception.MetaflowExceptionWrapper`: an exception that ended a step, as
/// three texts. Each may be missing.
#[derive(Clone, Copy, Debug)]
pub struct WrappedException<'a> {
    /// The exception's `str()`.
    pub exception: Option<Text<'a>>,
    /// `module.Class`.
    pub class: Option<Text<'a>>,
    pub stacktrace: Option<Text<'a>>,
}

/// `metaflow.includefile.IncludedFile`: where the file's content lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IncludedFile {
    /// A dict: `type`, `url`, `is_text`, `encoding`, `size`, ….
    pub descriptor: NodeId,
}

/// One level of `_foreach_stack`: where in a foreach a task stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ForeachFrame {
    /// The step that is run for each item: text.
    pub step: NodeId,
    /// The name of the list: text.
    pub var: NodeId,
    /// How many items there are: an integer, or None for `@parallel`.
    pub num_splits: NodeId,
    /// The item's place: an integer.
    pub index: NodeId,
    /// The item's text, cut to 30 characters; None for `@parallel`.
    pub value: NodeId,
}

impl ForeachFrame {
    /// The fields with their names, in order.
    pub fn fields(self) -> [(&'static str, NodeId); 5] {
        [
            ("step", self.step),
            ("var", self.var),
            ("num_splits", self.num_splits),
            ("index", self.index),
            ("value", self.value),
        ]
    }
}

pub(super) fn wrapped_exception<'a>(
    pickle: &'a Pickle,
    object: Object<'a>,
) -> Option<WrappedException<'a>> {
    let text = |name: &str| match pickle.value(object.attribute(name)?) {
        Value::Text(text) => Some(text),
        _ => None,
    };
    let wrapped = WrappedException {
        exception: text("exception"),
        class: text("type"),
        stacktrace: text("stacktrace"),
    };
    (wrapped.exception.is_some() || wrapped.class.is_some() || wrapped.stacktrace.is_some())
        .then_some(wrapped)
}

pub(super) fn included_file(pickle: &Pickle, object: Object<'_>) -> Option<IncludedFile> {
    let descriptor = object.attribute("_descriptor")?;
    pickle.as_dict(descriptor)?;
    Some(IncludedFile { descriptor })
}

/// The frame is a named tuple. One without the last field is taken too: the item's
/// text came later than the rest.
pub(super) fn foreach_frame(pickle: &Pickle, object: Object<'_>) -> Option<ForeachFrame> {
    let fields = match *object.args() {
        // Protocols 0 and 1 hand over the tuple as one argument.
        [tuple] => pickle.as_list(tuple)?,
        _ => object.args(),
    };
    match *fields {
        [step, var, num_splits, index, value] => Some(ForeachFrame {
            step,
            var,
            num_splits,
            index,
            value,
        }),
        [step, var, num_splits, index] => Some(ForeachFrame {
            step,
            var,
            num_splits,
            index,
            value: NodeId::NONE,
        }),
        _ => None,
    }
}

impl Pickle {
    /// The root as the exception that ended a step.
    pub fn wrapped_exception(&self) -> Option<WrappedException<'_>> {
        match super::known(self, self.root()?)? {
            super::Known::WrappedException(wrapped) => Some(wrapped),
            _ => None,
        }
    }

    /// The root as the descriptor of an included file.
    pub fn included_file(&self) -> Option<IncludedFile> {
        match super::known(self, self.root()?)? {
            super::Known::IncludedFile(file) => Some(file),
            _ => None,
        }
    }

    /// The root as a foreach stack, outermost first. Elements that are no frames are
    /// left out.
    pub fn foreach_frames(&self) -> Option<Vec<ForeachFrame>> {
        let frames = self.as_list(self.root()?)?.iter();
        Some(
            frames
                .filter_map(|&frame| match super::known(self, frame) {
                    Some(super::Known::ForeachFrame(frame)) => Some(frame),
                    _ => None,
                })
                .collect(),
        )
    }
}
