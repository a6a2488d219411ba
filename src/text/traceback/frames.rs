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
    /// The package whose code this is, `None` for the reader's own: see [`package_of`].
    pub package: Option<String>,
    /// How many bytes of `file` only say where packages lie: see [`before_package`].
    pub skipped: usize,
}

impl Frame {
    /// The file as far as it says something: in a package, from the package on.
    pub fn shown_file(&self) -> &str {
        self.file.get(self.skipped..).unwrap_or(&self.file)
    }
}

/// A line of source with Python's marks below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceLine {
    pub text: String,
    /// `^` and `~` under what was running, blanks before and between.
    pub marks: Option<String>,
}

/// The frames in rows: one of the reader's own code for itself, neighbouring ones in
/// libraries together.
pub fn fold(frames: &[Frame]) -> impl Iterator<Item = &[Frame]> {
    frames.chunk_by(|one, next| one.package.is_some() && next.package.is_some())
}

/// The libraries of some frames, in the order in which they are entered, each once.
pub fn libraries(frames: &[Frame]) -> Vec<&str> {
    let mut names = Vec::new();
    for name in frames.iter().filter_map(|frame| frame.package.as_deref()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Whose code a file is: the package of a path through `site-packages` or
/// `dist-packages`, `Python` for its own library and for what is frozen into it;
/// `None` for everything else, which is the reader's own.
///
/// Compiled Cython names its frames by a relative path (`pandas/_libs/index.pyx`)
/// that is nowhere on the reader's disk: that is a library too.
pub fn package_of(file: &str) -> Option<String> {
    let path = file.replace('\\', "/");
    if path.starts_with("<frozen") {
        return Some("Python".to_owned());
    }
    match before_package(file) {
        0 => {}
        begins => return path.get(begins..).map(first_part),
    }
    if path.ends_with(".pyx") && !path.starts_with('/') && path.contains('/') {
        return Some(first_part(&path));
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

/// Where in a path the package begins that is a folder of `site-packages` or
/// `dist-packages`; 0 where it leads through neither.
pub fn before_package(file: &str) -> usize {
    let path = file.replace('\\', "/");
    let begins = |folder: &str| Some(path.rfind(folder)? + folder.len());
    let begins = begins("site-packages/").or_else(|| begins("dist-packages/"));
    begins.unwrap_or_default()
}

/// The first part of a path inside of a folder of packages, without the suffix of
/// a module that is a single file.
fn first_part(path: &str) -> String {
    let first = path.split('/').next().unwrap_or_default();
    first.strip_suffix(".py").unwrap_or(first).to_owned()
}
