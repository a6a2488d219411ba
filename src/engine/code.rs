//! The code that went with a run: which files, one of them, and their bytes.
//!
//! A package lies behind every task that noted one; all of a run are the same in
//! practice, and where they are not, the task says which. Start with [`Engine::code`].

use super::ask::{Failure, Window};
use super::loaded::LoadedRun;
use super::package::LoadedPackage;
use super::{Engine, Work};
use crate::counts::count;
use crate::formats::metaflow::package::{self, PackageNote, Part};
use crate::formats::metaflow::paths::PARAMETERS;
use crate::formats::metaflow::task::{Depth, TaskDetail};
use crate::model::metadata::newest;
use crate::model::{RunPath, TaskPath};
use crate::sorting::sort_by;
use crate::text::code::CodeRun;
use crate::text::python;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// Whose code is looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeQuery {
    pub run: RunPath,
    /// `(step, id)`: the package that this task noted, else that of the run.
    pub task: Option<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeView {
    /// `None` where no task noted a package.
    pub package: Option<PackageView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PackageView {
    /// The flow's own file first, then the user's, then Metaflow's; each by path.
    pub files: Vec<FileRow>,
    /// The flow's own file.
    pub script: Option<String>,
    /// `INFO`: who packed it, with what.
    pub info: Vec<(String, String)>,
    /// The SHA-1 under which it is stored.
    pub sha: String,
    /// Where it lay on the machine that made it.
    pub location: String,
    /// Bytes as stored, and of the tar inside.
    pub stored: u64,
    pub unpacked: u64,
    /// What the task's environment was resolved to, as JSON; a word for a plain one.
    pub environment: Option<String>,
    pub problems: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileRow {
    pub path: String,
    pub size: u64,
    pub link: Option<String>,
    pub owner: Owner,
}

/// Whose file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Owner {
    User,
    Notes,
    Library,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeFileQuery {
    pub code: CodeQuery,
    pub path: String,
    pub window: Window,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeFileView {
    pub path: String,
    pub size: u64,
    pub window: Window,
    /// Highlighted; empty for what is no text.
    pub lines: Vec<Vec<CodeRun>>,
    pub total: u64,
    /// Why there are no lines, or fewer than there should be.
    pub note: Option<String>,
}

/// A file of a package, or all of it when no path is named.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeBytesQuery {
    pub code: CodeQuery,
    pub path: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeBytesView {
    pub bytes: Vec<u8>,
    pub mime: String,
    /// A name to save it under.
    pub file: String,
}

/// A line longer than this is cut on the screen: it is data, not code.
const LINE: usize = 4000;

impl Engine {
    pub(super) async fn code(
        &self,
        query: CodeQuery,
        work: &Work,
    ) -> Result<CodeView, Box<Failure>> {
        let Some((note, package, prefix)) = self.code_of(&query, work).await? else {
            return Ok(CodeView { package: None });
        };
        let inside = &package.package;
        let script = inside.script().map(str::to_owned);
        let mut files: Vec<FileRow> = inside
            .files
            .iter()
            .map(|file| FileRow {
                path: file.path.clone(),
                size: file.content.len() as u64,
                link: file.link.clone(),
                owner: owner(file.part),
            })
            .collect();
        let place = |file: &FileRow| (Some(&file.path) != script.as_ref(), file.owner);
        sort_by(&mut files, |a, b| {
            place(a).cmp(&place(b)).then_with(|| a.path.cmp(&b.path))
        });
        let environment = inside.environment(&package.bytes, prefix.as_deref());
        Ok(CodeView {
            package: Some(PackageView {
                files,
                script,
                info: inside.info_rows(),
                sha: note.sha,
                location: note.location,
                stored: package.stored.len() as u64,
                unpacked: package.bytes.len() as u64,
                environment: environment.as_ref().map(package::plain),
                problems: inside.problems.clone(),
            }),
        })
    }

    pub(super) async fn code_file(
        &self,
        query: CodeFileQuery,
        work: &Work,
    ) -> Result<CodeFileView, Box<Failure>> {
        let package = self.code_package(&query.code, work).await?;
        let bytes = content(&package, &query.code, &query.path)?;
        let mut view = CodeFileView {
            path: query.path.clone(),
            size: bytes.len() as u64,
            window: query.window,
            lines: Vec::new(),
            total: 0,
            note: None,
        };
        if bytes.contains(&0) {
            view.note = Some("This file is no text; it can be saved.".to_owned());
            return Ok(view);
        }
        let text = String::from_utf8_lossy(bytes);
        if matches!(text, std::borrow::Cow::Owned(_)) {
            let note = "Bytes of this file that are not UTF-8 stand as \u{fffd}.";
            view.note = Some(note.to_owned());
        }
        view.total = text.lines().count() as u64;
        let is_python = query.path.ends_with(".py");
        let mut state = python::State::default();
        let (first, end) = (
            query.window.first,
            query
                .window
                .first
                .saturating_add(query.window.count.min(1000)),
        );
        // A string may have been opened on any line before.
        for (line, number) in text.lines().zip(0u64..end) {
            let (runs, next) = match is_python {
                true => python::line(line, state),
                false => (plain_line(line), state),
            };
            state = next;
            if number >= first {
                view.lines.push(cut(runs));
            }
        }
        Ok(view)
    }

    pub(super) async fn code_bytes(
        &self,
        query: CodeBytesQuery,
        work: &Work,
    ) -> Result<CodeBytesView, Box<Failure>> {
        let package = self.code_package(&query.code, work).await?;
        let run = &query.code.run;
        Ok(match &query.path {
            Some(path) => CodeBytesView {
                bytes: content(&package, &query.code, path)?.to_vec(),
                mime: "application/octet-stream".to_owned(),
                file: path.rsplit('/').next().unwrap_or(path).to_owned(),
            },
            None => CodeBytesView {
                bytes: package.stored.clone(),
                mime: "application/gzip".to_owned(),
                file: format!("{}-{}.tar.gz", run.flow, run.run),
            },
        })
    }

    async fn code_package(
        &self,
        query: &CodeQuery,
        work: &Work,
    ) -> Result<Rc<LoadedPackage>, Box<Failure>> {
        let found = self.code_of(query, work).await?;
        found.map(|(_, package, _)| package).ok_or_else(|| {
            let run = query.run.to_string();
            Failure::not_found("code package", &run, "no code of this run")
        })
    }

    /// The package that a query is about, its note, and the prefix of the environment.
    async fn code_of(
        &self,
        query: &CodeQuery,
        work: &Work,
    ) -> Result<Option<(PackageNote, Rc<LoadedPackage>, Option<String>)>, Box<Failure>> {
        let loaded = self.load_run(&query.run, work).await?;
        let noted = match &query.task {
            Some((step, id)) => {
                let path = query.run.task(step, id);
                let place = self.task_place(&path, None, work).await?;
                noted(&place.detail)
            }
            None => self.noted_by_run(&loaded, work).await,
        };
        let Some(((note, prefix), store)) = noted.zip(loaded.metaflow()) else {
            return Ok(None);
        };
        let flow = &query.run.flow;
        let package = self.package(&loaded.source, store, flow, &note, work);
        let package = package.await;
        if let Ok((opened, _)) = self.find_run(&query.run) {
            let problem = package
                .as_ref()
                .err()
                .map(|failure| failure.as_problem(None));
            opened.note_value(&store.blob(flow, &note.sha), problem);
        }
        Ok(Some((note, package?, prefix)))
    }

    /// The package of the first task that noted one: of the newest step first, as the
    /// client looks for it, and of each step its newest task.
    pub(super) async fn noted_by_run(
        &self,
        loaded: &LoadedRun,
        work: &Work,
    ) -> Option<(PackageNote, Option<String>)> {
        let run = &loaded.run;
        let of_steps = run.steps.iter().rev();
        let newest = of_steps.filter_map(|step| {
            let task = step.tasks.iter().max_by_key(|task| task.created)?;
            Some(loaded.path.task(&step.name, &task.id))
        });
        let hidden = run.parameters.as_ref();
        let hidden = hidden.map(|task| loaded.path.task(PARAMETERS, &task.id));
        let places: Vec<TaskPath> = newest.chain(hidden).collect();
        for place in &places {
            let (detail, _) = self.load_task(loaded, place, Depth::Tables, work).await;
            if let Some(found) = noted(&detail) {
                return Some(found);
            }
        }
        None
    }
}

/// The package that a task noted last, and the prefix of its environment.
pub(super) fn noted(detail: &TaskDetail) -> Option<(PackageNote, Option<String>)> {
    let newest = |field: &str| {
        let own = newest(&detail.metadata, field);
        let entry = own.or_else(|| newest(&detail.origin_metadata, field))?;
        Some(entry.value.text())
    };
    let told = newest("code-package").and_then(|note| PackageNote::parse(&note));
    let note = told.or_else(|| detail.begun_with.clone())?;
    let prefix = newest("conda_env_prefix");
    Some((note, prefix))
}

fn owner(part: Part) -> Owner {
    match part {
        Part::User => Owner::User,
        Part::Record => Owner::Notes,
        Part::Library => Owner::Library,
    }
}

fn content<'a>(
    package: &'a LoadedPackage,
    query: &CodeQuery,
    path: &str,
) -> Result<&'a [u8], Box<Failure>> {
    let found = package.package.content(&package.bytes, path);
    found.ok_or_else(|| {
        let files = count(package.package.files.len() as u64);
        let nearest = format!("{files} others in the code package of {}", query.run);
        Failure::not_found("file", path, &nearest)
    })
}

fn plain_line(line: &str) -> Vec<CodeRun> {
    vec![CodeRun {
        kind: crate::text::code::CodeKind::Plain,
        text: line.to_owned(),
    }]
}

/// A line as long as the screen shows it.
fn cut(runs: Vec<CodeRun>) -> Vec<CodeRun> {
    let mut left = LINE;
    let mut kept = Vec::new();
    for mut run in runs {
        if left == 0 {
            break;
        }
        let end = run.text.char_indices().nth(left).map(|(at, _)| at);
        left = left.saturating_sub(run.text.chars().count());
        if let Some(end) = end {
            run.text.truncate(end);
            run.text.push('…');
        }
        kept.push(run);
    }
    kept
}
