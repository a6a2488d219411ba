//! Text with a meaning for each piece, as an editor colours it.
//!
//! Shared by [`python`](super::python) and [`markdown`](super::markdown), so that one
//! part of the screen draws both.

use serde::{Deserialize, Serialize};

/// What a piece of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeKind {
    /// Names, operators, brackets, blanks.
    Plain,
    /// Words of the language, `True` and `null` among them.
    Keyword,
    String,
    Comment,
    Number,
    /// `@retry`, with its dots, without its arguments.
    Decorator,
    /// The name behind `def` and `class`.
    Definition,
    Builtin,
    /// The name of a member of an object.
    Key,
    /// Ours, not the text's: what was left out and why.
    Note,
}

/// Some text of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeRun {
    pub kind: CodeKind,
    pub text: String,
}

/// Appends text to a line, to the last run where that is of the same kind.
pub(super) fn push(line: &mut Vec<CodeRun>, kind: CodeKind, text: &str) {
    if text.is_empty() {
        return;
    }
    match line.last_mut() {
        Some(last) if last.kind == kind => last.text.push_str(text),
        _ => line.push(CodeRun {
            kind,
            text: text.to_owned(),
        }),
    }
}
