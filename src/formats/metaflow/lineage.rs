//! Which tasks led to a task, and which it led to (Metaflow `client/core.py`,
//! `Task.parent_tasks` and `Task.child_tasks`).
//!
//! The client matches the foreach paths of candidate tasks against a pattern; these
//! are the same patterns without regular expressions. Its over-matches are kept:
//! the iterations of a recursive step are all parents and children of each other.

use super::run::foreach_path;
use crate::model::{Graph, GraphStep, Run, StepKind, Task};

/// Which foreach paths match.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Pattern {
    /// Any task, with or without a path.
    Any,
    /// Exactly this path.
    Exact(String),
    /// This path and at least one more frame.
    Below(String),
}

impl Pattern {
    fn matches(&self, task: &Task) -> bool {
        match (self, foreach_path(&task.foreach)) {
            (Pattern::Any, _) => true,
            (Pattern::Exact(path), Some(found)) => *path == found,
            (Pattern::Below(path), Some(found)) => found
                .strip_prefix(path.as_str())
                .is_some_and(|rest| rest.starts_with(',')),
            (_, None) => false,
        }
    }
}

/// A place in a run: `(step, task id)`.
pub type TaskName = (String, String);

pub fn parents(run: &Run, graph: &Graph, step: &str, task: &Task) -> Vec<TaskName> {
    let before: Vec<&GraphStep> = graph.before(step).collect();
    let path = foreach_path(&task.foreach);
    let is_join = graph
        .step(step)
        .is_some_and(|step| step.kind == StepKind::Join);
    let pattern = match (before.as_slice(), path) {
        ([], _) => return Vec::new(),
        (_, None) => Pattern::Any,
        ([_], Some(path)) if is_join => Pattern::Below(path),
        ([parent], Some(path)) if fans_out(parent) => without_last(&path),
        (_, Some(path)) => Pattern::Exact(path),
    };
    matching(run, before.iter().map(|step| step.name.as_str()), &pattern)
}

pub fn children(run: &Run, graph: &Graph, step: &str, task: &Task) -> Vec<TaskName> {
    let Some(here) = graph.step(step) else {
        return Vec::new();
    };
    let path = foreach_path(&task.foreach);
    let pattern = match (here.next.as_slice(), path) {
        ([], _) => return Vec::new(),
        (_, None) => Pattern::Any,
        ([_], Some(path)) if fans_out(here) => Pattern::Below(path),
        ([child], Some(path)) => {
            let joins = graph
                .step(child)
                .is_some_and(|child| child.kind == StepKind::Join);
            if joins && graph.before(child).count() == 1 {
                without_last(&path)
            } else {
                Pattern::Exact(path)
            }
        }
        (_, Some(path)) => Pattern::Exact(path),
    };
    matching(run, here.next.iter().map(String::as_str), &pattern)
}

fn fans_out(step: &GraphStep) -> bool {
    matches!(step.kind, StepKind::Foreach { .. } | StepKind::Parallel)
}

fn without_last(path: &str) -> Pattern {
    path.rsplit_once(',')
        .map_or(Pattern::Any, |(rest, _)| Pattern::Exact(rest.to_owned()))
}

fn matching<'a>(
    run: &Run,
    steps: impl Iterator<Item = &'a str>,
    pattern: &Pattern,
) -> Vec<TaskName> {
    let mut found = Vec::new();
    for name in steps {
        let tasks = run
            .step(name)
            .map(|step| step.tasks.as_slice())
            .unwrap_or_default();
        found.extend(
            tasks
                .iter()
                .filter(|task| pattern.matches(task))
                .map(|task| (name.to_owned(), task.id.clone())),
        );
    }
    found
}
