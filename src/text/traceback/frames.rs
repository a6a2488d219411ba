//! The frames of a traceback, and whose code each of them is.

use serde::{Deserialize, Serialize};

/// One call on the way to where an exception was raised.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    pub file: String,
    /// From 1. `None` where Python did not know it.
    pub line: Option<u32>,
    /// `None` for the place of a syntax error, which is in no function.
    pub function: Option<String>,
    /// Without its indentation. Empty where the file was not at hand; several lines
    /// since Python 3.13, which may leave some out (`...<3 lines>...`).
    pub source: Vec<SourceLine>,
    /// How many more times the same frame follows.
    pub repeated: u32,
    /// The library whose code this is, `None` for the reader's own: see [`library`].
    pub library: Option<String>,
}

/// A line of source with Python's marks below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceLine {
    pub text: String,
    /// `^` and `~` under what was running, blanks before and between.
    pub marks: Option<String>,
}

/// What one row of a folded traceback shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FrameRow {
    /// A frame of the reader's own code.
    Own { frame: usize },
    /// Frames side by side in libraries.
    Library {
        first: usize,
        count: usize,
        /// Their names, in the order in which they are entered, each once.
        names: Vec<String>,
    },
}

/// Folds neighbouring library frames into one row.
pub fn fold(frames: &[Frame]) -> Vec<FrameRow> {
    let mut rows: Vec<FrameRow> = Vec::new();
    for (at, frame) in frames.iter().enumerate() {
        let repeated = usize::try_from(frame.repeated).unwrap_or(usize::MAX);
        match (&frame.library, rows.last_mut()) {
            (None, _) => rows.push(FrameRow::Own { frame: at }),
            (Some(library), Some(FrameRow::Library { count, names, .. })) => {
                *count = count.saturating_add(1).saturating_add(repeated);
                if !names.contains(library) {
                    names.push(library.clone());
                }
            }
            (Some(library), _) => rows.push(FrameRow::Library {
                first: at,
                count: repeated.saturating_add(1),
                names: vec![library.clone()],
            }),
        }
    }
    rows
}

/// Whose code a file is: the package of a path through `site-packages` or
/// `dist-packages`, `Python` for its own library and for what is frozen into it;
/// `None` for everything else, which is the reader's own.
///
/// Compiled Cython names its frames by a relative path (`pandas/_libs/index.pyx`)
/// that is nowhere on the reader's disk: that is a library too.
pub fn library(file: &str) -> Option<String> {
    let path = file.replace('\\', "/");
    if path.starts_with("<frozen") {
        return Some("Python".to_owned());
    }
    for folder in ["site-packages/", "dist-packages/"] {
        if let Some((_, inside)) = path.rsplit_once(folder) {
            return Some(package(inside));
        }
    }
    if path.ends_with(".pyx") && !path.starts_with('/') && path.contains('/') {
        return Some(package(&path));
    }
    let lower = path.to_lowercase();
    // Windows has `Python312\Lib`, everything else `lib/python3.12`.
    let windows = lower.split_once("/python3").is_some_and(|(_, rest)| {
        rest.trim_start_matches(|c: char| c.is_ascii_digit())
            .starts_with("/lib/")
    });
    (windows || lower.contains("lib/python3") || lower.contains("lib64/python3"))
        .then(|| "Python".to_owned())
}

/// The first part of a path inside of a folder of packages, without the suffix of
/// a module that is a single file.
fn package(path: &str) -> String {
    let first = path.split('/').next().unwrap_or_default();
    first.strip_suffix(".py").unwrap_or(first).to_owned()
}
