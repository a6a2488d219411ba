//! The source around a line of a traceback, out of the code package that went with the
//! run.
//!
//! A traceback names files of the machine that ran it; a package has the same files under
//! other folders. Which is which is told by the ends of their paths, and believed only
//! where the line reads as in the traceback. Start with [`Engine::packaged`].

use super::code::noted;
use super::package::LoadedPackage;
use super::task::TaskPlace;
use super::{Engine, Work};
use crate::formats::metaflow::package::{CodePackage, PackagedFile, Part};
use crate::source::Pace as _;
use crate::text::traceback::{Frame, Traceback};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// Some lines of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// The file's path in the package.
    pub file: String,
    /// The number of the first line, from 1.
    pub first: u64,
    /// Of the line that was running.
    pub at: u64,
    pub lines: Vec<String>,
}

/// What of a traceback's files went with the run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Packaged {
    /// The files as the traceback names them, and their paths in the package.
    pub files: Vec<(String, String)>,
    /// What stands around the lines of the user's own frames.
    pub around: Vec<Excerpt>,
}

impl Packaged {
    /// What stands around a frame's line.
    pub fn around(&self, frame: &Frame) -> Option<&Excerpt> {
        let (_, path) = self.files.iter().find(|(file, _)| *file == frame.file)?;
        let line = u64::from(frame.line?);
        let mut all = self.around.iter();
        all.find(|excerpt| excerpt.file == *path && excerpt.at == line)
    }
}

/// Frames of a traceback that are looked for in the package, from the last.
const FRAMES: usize = 64;

/// Files that are larger are no code that somebody wrote.
const LARGEST: usize = 4_000_000;

/// Lines before and after the one that was running.
const BEFORE: usize = 5;
const AFTER: usize = 2;

impl Engine {
    /// What of the files that a traceback names went with the run.
    pub(super) async fn packaged(
        &self,
        place: &TaskPlace,
        traceback: &Traceback,
        work: &Work,
    ) -> Packaged {
        let mut found = Packaged::default();
        let Some(package) = self.package_of(place, work).await else {
            return found;
        };
        // From the last to the first: where it was raised is found whatever the depth.
        let raised = traceback.raised.iter().rev();
        let frames = raised.flat_map(|raised| raised.frames.iter().rev());
        for frame in frames.take(FRAMES) {
            let is_own = frame.package.is_none();
            let is_known = |(file, _): &(String, String)| *file == frame.file;
            if !is_own && found.files.iter().any(is_known) {
                continue;
            }
            // Each try reads a whole file.
            if let Some(excerpt) = excerpt_of(&package, frame) {
                if !found.files.iter().any(is_known) {
                    found.files.push((frame.file.clone(), excerpt.file.clone()));
                }
                if is_own && !found.around.contains(&excerpt) {
                    found.around.push(excerpt);
                }
            }
            work.breathe().await;
        }
        found
    }

    /// The package that an attempt's task noted.
    async fn package_of(&self, place: &TaskPlace, work: &Work) -> Option<Rc<LoadedPackage>> {
        let (note, _) = noted(&place.detail)?;
        let loaded = &place.loaded;
        let flow = &loaded.path.flow;
        self.package(&loaded.source, loaded.metaflow()?, flow, &note, work)
            .await
            .ok()
    }
}

fn excerpt_of(package: &LoadedPackage, frame: &Frame) -> Option<Excerpt> {
    let file = file_of(&package.package, &frame.file)?;
    let bytes = package.bytes.get(file.content.clone())?;
    let text = String::from_utf8_lossy(bytes.get(..LARGEST).unwrap_or(bytes));
    around(&text, frame).map(|(first, lines)| Excerpt {
        file: file.path.clone(),
        at: u64::from(frame.line.unwrap_or_default()),
        first,
        lines,
    })
}

/// The file of a package that a traceback names by a path of another machine: of all
/// whose own path is the end of that one, the longest.
pub fn file_of<'a>(package: &'a CodePackage, path: &str) -> Option<&'a PackagedFile> {
    let path = path.replace('\\', "/");
    let ends = |own: &str| {
        path.strip_suffix(own)
            .is_some_and(|before| before.is_empty() || before.ends_with('/'))
    };
    let files = package.files.iter().filter(|file| file.link.is_none());
    let own = |file: &&PackagedFile| match file.part {
        Part::User => ends(&file.path),
        Part::Library => ends(file.path.strip_prefix(".mf_code/").unwrap_or(&file.path)),
        Part::Record => false,
    };
    files.filter(own).max_by_key(|file| file.path.len())
}

/// The lines around a frame, and the number of the first.
fn around(text: &str, frame: &Frame) -> Option<(u64, Vec<String>)> {
    let at = usize::try_from(frame.line?).ok()?.checked_sub(1)?;
    let lines: Vec<&str> = text.lines().collect();
    // Some tracebacks bring no source along.
    let told = frame.source.first();
    let running = lines.get(at)?.trim();
    if told.is_some_and(|told| told.text.trim() != running) {
        return None;
    }
    let first = at.saturating_sub(BEFORE);
    let shown = lines.iter().skip(first).take(at - first + 1 + AFTER);
    Some((
        first as u64 + 1,
        shown.map(|line| (*line).to_owned()).collect(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::traceback::SourceLine;

    fn package(paths: &[(&str, Part)]) -> CodePackage {
        let file = |(path, part): &(&str, Part)| PackagedFile {
            path: (*path).to_owned(),
            content: 0..0,
            link: None,
            part: *part,
        };
        CodePackage {
            files: paths.iter().map(file).collect(),
            ..CodePackage::default()
        }
    }

    #[track_caller]
    fn check_file(path: &str, expected: Option<&str>) {
        let package = package(&[
            ("flow.py", Part::User),
            ("lib/flow.py", Part::User),
            (".mf_code/metaflow/task.py", Part::Library),
            (".mf_meta/INFO", Part::Record),
        ]);
        let found = file_of(&package, path).map(|file| file.path.as_str());
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn a_file_is_known_by_the_end_of_its_path() {
        check_file("/home/ana/flow.py", Some("flow.py"));
        check_file("/home/ana/lib/flow.py", Some("lib/flow.py"));
        check_file(r"C:\ana\flow.py", Some("flow.py"));
        check_file("flow.py", Some("flow.py"));
        check_file("/home/ana/workflow.py", None);
        check_file(
            "/venv/site-packages/metaflow/task.py",
            Some(".mf_code/metaflow/task.py"),
        );
        check_file("/x/.mf_meta/INFO", None);
    }

    #[test]
    fn lines_are_shown_only_where_they_read_as_in_the_traceback() {
        let text = (1..=20)
            .map(|n| format!("    line {n}\n"))
            .collect::<String>();
        let frame = |line, source: &str| Frame {
            line: Some(line),
            source: vec![SourceLine {
                text: source.to_owned(),
                marks: None,
            }],
            ..Frame::default()
        };
        let (first, lines) = around(&text, &frame(9, "line 9")).unwrap();
        assert_eq!((first, lines.len()), (4, 8));
        let (first, lines) = around(&text, &frame(1, "line 1")).unwrap();
        assert_eq!((first, lines.len()), (1, 3));
        assert_eq!(around(&text, &frame(9, "line 10")), None);
        assert_eq!(around(&text, &frame(0, "line 1")), None);
        assert_eq!(around(&text, &frame(900, "line 1")), None);
    }
}
