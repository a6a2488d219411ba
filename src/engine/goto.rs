//! *Go to*: places whose names match what somebody types.

use super::ask::Failure;
use super::data::TaskDataQuery;
use super::rail::step_order;
use super::tasks::is_called;
use super::{Engine, Work};
use crate::model::{RunPath, Status, Step, TaskPath};
use crate::sorting::sort_by;
use crate::text::fuzzy;
use crate::text::human::counted;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GoToQuery {
    pub text: String,
    /// The run and the task that are on the screen: their parts are searched too.
    pub run: Option<RunPath>,
    pub task: Option<TaskPath>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GoToView {
    /// What was looked for.
    pub text: String,
    /// It begins with the name of a flow that is here, and so says by itself where it leads.
    pub names_flow: bool,
    /// The best first within each kind; kinds in the order of the screen.
    pub found: Vec<Found>,
    /// The run whose steps and tasks are still being read: they are not among those yet.
    pub reading: Option<RunPath>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    pub kind: FoundKind,
    /// A pathspec: `Flow`, `Flow/run`, … down to an artifact.
    pub path: String,
    /// What is shown, and which of its characters match.
    pub text: String,
    pub marks: Vec<u32>,
    pub note: String,
    pub status: Option<Status>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FoundKind {
    Flow,
    Run,
    Step,
    Task,
    Artifact,
}

/// Results of one kind.
const OF_A_KIND: usize = 5;

/// Candidates of one kind that are looked through.
const CANDIDATES: usize = 50_000;

impl Engine {
    pub(super) async fn go_to(
        &self,
        query: GoToQuery,
        work: &Work,
    ) -> Result<GoToView, Box<Failure>> {
        let runs = self.run_paths();
        let mut candidates = self.flows_and_runs(&runs);
        let view = |candidates, reading| GoToView {
            names_flow: names_flow(&query.text, &runs),
            found: best(candidates, query.text.trim()),
            text: query.text.clone(),
            reading,
        };
        // A typed pathspec may lead into a run that is not on the screen.
        let typed = typed_run(&query.text, &runs);
        let run = typed.or_else(|| query.run.clone());
        if let Some(run) = &run
            && self.is_to_be_read(run, work)
        {
            // What is known is there while somebody waits for the rest.
            work.partial(&view(candidates.clone(), Some(run.clone())));
        }
        let mut add = |kind, path, text, note, status, is_called| {
            let found = Found::new(kind, path, text, note, status);
            candidates.push(Candidate { found, is_called });
        };
        let lower = query.text.trim().to_lowercase();
        // A place that is not there hides none of those that are.
        if let Some(run) = run
            && let Ok(loaded) = self.load_run(&run, work).await
        {
            // Steps that were not reached too: they have a place on the screen.
            for name in step_order(&loaded.run) {
                let step = loaded.run.step(&name);
                let tasks = step.map_or(0, |step| step.tasks.len());
                add(
                    FoundKind::Step,
                    format!("{run}/{name}"),
                    name,
                    counted(tasks as u64, "task", "tasks"),
                    Some(step.map_or(Status::Skipped, Step::status)),
                    false,
                );
            }
            for (step, task) in loaded.run.tasks().take(CANDIDATES) {
                let path = format!("{run}/{}/{}", step.name, task.id);
                let label = task.label().unwrap_or_default();
                let text = if label.is_empty() {
                    format!("{}/{}", step.name, task.id)
                } else {
                    format!("{}/{} {label}", step.name, task.id)
                };
                let note = match task.attempts.len() {
                    0 | 1 => String::new(),
                    count => format!("{count} attempts"),
                };
                let is_called = is_called(&step.name, task, &lower);
                add(
                    FoundKind::Task,
                    path,
                    text,
                    note,
                    Some(task.status),
                    is_called,
                );
            }
        }
        if let Some(task) = &query.task {
            let artifacts = TaskDataQuery {
                task: task.clone(),
                attempt: None,
                hidden: false,
                text: String::new(),
            };
            let data = self.task_data(artifacts, &self.work_in_silence()).await;
            for row in data.map(|data| data.rows).unwrap_or_default() {
                let note = row.value.unwrap_or(row.class);
                add(
                    FoundKind::Artifact,
                    format!("{task}/{}", row.name),
                    row.name.clone(),
                    note,
                    None,
                    false,
                );
            }
        }
        Ok(view(candidates, None))
    }

    fn flows_and_runs(&self, runs: &[RunPath]) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut add = |kind, path, text, note, status| {
            candidates.push(Candidate {
                found: Found::new(kind, path, text, note, status),
                is_called: false,
            });
        };
        let mut flow_before = "";
        for path in runs.iter().take(CANDIDATES) {
            if path.flow != flow_before {
                let count = runs.iter().filter(|other| other.flow == path.flow).count();
                let note = counted(count as u64, "run", "runs");
                add(
                    FoundKind::Flow,
                    path.flow.clone(),
                    path.flow.clone(),
                    note,
                    None,
                );
                flow_before = &path.flow;
            }
            let brief = self
                .find_run(path)
                .ok()
                .and_then(|(opened, at)| opened.stores.get(at)?.brief(path));
            let status = brief.as_ref().and_then(|brief| brief.status);
            let user = brief
                .and_then(|brief| brief.record.user.clone())
                .unwrap_or_default();
            add(
                FoundKind::Run,
                path.to_string(),
                path.to_string(),
                user,
                status,
            );
        }
        candidates
    }
}

impl Found {
    fn new(
        kind: FoundKind,
        path: String,
        text: String,
        note: String,
        status: Option<Status>,
    ) -> Self {
        Self {
            kind,
            path,
            text,
            marks: Vec::new(),
            note,
            status,
        }
    }
}

fn typed_parts(text: &str) -> std::str::Split<'_, char> {
    text.trim().trim_start_matches("#/").split('/')
}

/// Whether a typed text begins with a flow.
fn names_flow(text: &str, runs: &[RunPath]) -> bool {
    let flow = typed_parts(text).next().unwrap_or_default();
    runs.iter().any(|path| path.flow == flow)
}

/// The run that a typed pathspec begins with.
fn typed_run(text: &str, runs: &[RunPath]) -> Option<RunPath> {
    let mut parts = typed_parts(text);
    let (flow, run) = (parts.next()?, parts.next()?);
    runs.iter()
        .find(|path| path.flow == flow && path.run == run)
        .cloned()
}

/// A place, and whether what is typed is what it is called, and not a part of it.
#[derive(Clone)]
struct Candidate {
    found: Found,
    is_called: bool,
}

/// What is looked for: `r39 / w046`, as values are shown, are two words. Alone, a stroke is meant.
fn looked_for(text: &str) -> String {
    let is_spaced = text.contains(" /") || text.contains("/ ");
    let parts = text.split('/').filter(|_| is_spaced);
    let words: Vec<&str> = parts.flat_map(str::split_whitespace).collect();
    match words.is_empty() {
        true => text.to_owned(),
        false => words.join(" "),
    }
}

fn best(candidates: Vec<Candidate>, text: &str) -> Vec<Found> {
    let text = looked_for(text);
    // A whole pathspec is matched against whole pathspecs, unless it is the place of a task
    // among others: `country=FI / fold=3`.
    let is_pathspec = text.contains('/') && !text.contains('=');
    let fit = |found: &mut Found| {
        let by_name = || fuzzy::fit(&text, &found.text);
        if !is_pathspec {
            return by_name();
        }
        let by_path = fuzzy::fit(&text, &found.path);
        // Values without blanks between them look like one: `r39/w046`.
        let by_name = by_name().filter(|_| found.kind == FoundKind::Task);
        let score = |hit: &Option<fuzzy::Fit>| hit.as_ref().map(|hit| hit.score);
        if score(&by_name) > score(&by_path) {
            return by_name;
        }
        found.text.clone_from(&found.path);
        by_path
    };
    let mut scored: Vec<(Candidate, i32)> = candidates
        .into_iter()
        .filter_map(|mut candidate| {
            if text.is_empty() {
                return Some((candidate, 0));
            }
            let hit = fit(&mut candidate.found)?;
            candidate.found.marks = hit.positions;
            Some((candidate, hit.score))
        })
        .collect();
    // Stable: of equal scores, the order in which they were found, newest runs first.
    sort_by(&mut scored, |(a, a_score), (b, b_score)| {
        let kinds = a.found.kind.cmp(&b.found.kind);
        let called = kinds.then(b.is_called.cmp(&a.is_called));
        called.then(b_score.cmp(a_score))
    });
    let mut shown: Vec<Found> = Vec::new();
    for (Candidate { found, .. }, _) in scored {
        let of_its_kind = shown.iter().filter(|other| other.kind == found.kind);
        if of_its_kind.count() < OF_A_KIND {
            shown.push(found);
        }
    }
    shown
}
