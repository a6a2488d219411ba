//! Which tasks led to a task, and which it led to (Metaflow `client/core.py`,
//! `Task.parent_tasks` and `Task.child_tasks`).
//!
//! The client matches the foreach paths of candidate tasks against a pattern; these
//! are the same patterns without regular expressions. Its over-matches are kept:
//! the iterations of a recursive step are all parents and children of each other.
//!
//! Where its pattern finds nobody, because the recorded paths are longer than the graph has
//! foreaches, those count whose path the other one begins with: as in the other direction.

use super::run::foreach_path;
use crate::model::{Graph, GraphStep, Run, StepKind, Task};
use crate::sorting::SortedMap;

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
    fn matches(&self, path: Option<&str>) -> bool {
        match (self, path) {
            (Pattern::Any, _) => true,
            (Pattern::Exact(path), Some(found)) => path == found,
            (Pattern::Below(path), Some(found)) => found
                .strip_prefix(path.as_str())
                .is_some_and(|rest| rest.starts_with(',')),
            (_, None) => false,
        }
    }

    /// The places of the paths that match.
    fn among<'p, P: Iterator<Item = Option<&'p str>>>(&self, paths: impl Fn() -> P) -> Vec<usize> {
        let fitting = |fits: &dyn Fn(Option<&str>) -> bool| -> Vec<usize> {
            let all = paths().enumerate();
            let all = all.filter(|(_, path)| fits(*path));
            all.map(|(at, _)| at).collect()
        };
        let found = fitting(&|path| self.matches(path));
        match self {
            Pattern::Exact(wanted) if found.is_empty() => fitting(&|path| {
                let rest = path.map_or(Some(wanted.as_str()), |path| wanted.strip_prefix(path));
                rest.is_some_and(|rest| path.is_none() || rest.starts_with(','))
            }),
            _ => found,
        }
    }
}

/// A place in a run: `(step, task id)`.
pub type TaskName = (String, String);

pub fn parents(run: &Run, graph: &Graph, step: &str, task: &Task) -> Vec<TaskName> {
    let (steps, pattern) = before(graph, step, task);
    matching(run, &steps, &pattern)
}

pub fn children(run: &Run, graph: &Graph, step: &str, task: &Task) -> Vec<TaskName> {
    let (steps, pattern) = after(graph, step, task);
    matching(run, &steps, &pattern)
}

/// The steps whose tasks may have led to a task, and which of those did.
fn before<'a>(graph: &'a Graph, step: &'a str, task: &Task) -> (Vec<&'a str>, Pattern) {
    let before: Vec<&GraphStep> = graph.before(step).collect();
    let path = foreach_path(&task.foreach);
    let is_join = graph
        .step(step)
        .is_some_and(|step| step.kind == StepKind::Join);
    let pattern = match (before.as_slice(), path) {
        (_, None) => Pattern::Any,
        ([_], Some(path)) if is_join => Pattern::Below(path),
        ([parent], Some(path)) if fans_out(parent) => without_last(&path),
        (_, Some(path)) => Pattern::Exact(path),
    };
    let names = before.iter().map(|step| step.name.as_str());
    (names.collect(), pattern)
}

/// The steps to whose tasks a task may have led, and which of those it did.
fn after<'a>(graph: &'a Graph, step: &str, task: &Task) -> (Vec<&'a str>, Pattern) {
    let Some(here) = graph.step(step) else {
        return (Vec::new(), Pattern::Any);
    };
    let path = foreach_path(&task.foreach);
    let pattern = match (here.next.as_slice(), path) {
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
    (here.next.iter().map(String::as_str).collect(), pattern)
}

/// The same for many tasks of one run: foreach paths are worked out once.
pub struct Kinship<'a> {
    run: &'a Run,
    graph: &'a Graph,
    paths: SortedMap<&'a str, Vec<Option<String>>>,
}

/// A task of a run: the name of its step, and its place among the step's tasks.
pub type Kin<'a> = (&'a str, usize);

impl<'a> Kinship<'a> {
    pub fn new(run: &'a Run, graph: &'a Graph) -> Self {
        Self {
            run,
            graph,
            paths: SortedMap::default(),
        }
    }

    pub fn parents(&mut self, step: &'a str, task: &Task) -> Vec<Kin<'a>> {
        let (steps, pattern) = before(self.graph, step, task);
        self.matching(&steps, &pattern)
    }

    pub fn children(&mut self, step: &str, task: &Task) -> Vec<Kin<'a>> {
        let (steps, pattern) = after(self.graph, step, task);
        self.matching(&steps, &pattern)
    }

    fn matching(&mut self, steps: &[&'a str], pattern: &Pattern) -> Vec<Kin<'a>> {
        let mut found = Vec::new();
        for name in steps {
            let step = self.run.step(name);
            let paths = self.paths.value_or_insert_with(*name, || {
                let tasks = step.map(|step| step.tasks.as_slice()).unwrap_or_default();
                let paths = tasks.iter().map(|task| foreach_path(&task.foreach));
                paths.collect()
            });
            let paths = || paths.iter().map(Option::as_deref);
            let of_step = pattern.among(paths);
            found.extend(of_step.into_iter().map(|at| (*name, at)));
        }
        found
    }
}

fn fans_out(step: &GraphStep) -> bool {
    matches!(step.kind, StepKind::Foreach { .. } | StepKind::Parallel)
}

fn without_last(path: &str) -> Pattern {
    path.rsplit_once(',')
        .map_or(Pattern::Any, |(rest, _)| Pattern::Exact(rest.to_owned()))
}

fn matching(run: &Run, steps: &[&str], pattern: &Pattern) -> Vec<TaskName> {
    let mut found = Vec::new();
    for name in steps {
        let tasks = run
            .step(name)
            .map(|step| step.tasks.as_slice())
            .unwrap_or_default();
        let paths: Vec<Option<String>> = tasks
            .iter()
            .map(|task| foreach_path(&task.foreach))
            .collect();
        let places = pattern.among(|| paths.iter().map(Option::as_deref));
        let tasks = places.into_iter().filter_map(|at| tasks.get(at));
        found.extend(tasks.map(|task| ((*name).to_owned(), task.id.clone())));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn a_path_longer_than_the_graph_has_foreaches_is_found_from_both_ends() {
        let exact = |path: &str| Pattern::Exact(path.to_owned());
        let among =
            |pattern: &Pattern, paths: &[Option<&str>]| pattern.among(|| paths.iter().copied());
        // The step before has no path at all, and the step after neither.
        assert_eq!(among(&exact("work:3"), &[None]), [0]);
        // What matches in full counts alone, and so does what the path begins with.
        let paths = [None, Some("work:3"), Some("work:30")];
        assert_eq!(among(&exact("work:3"), &paths), [1]);
        assert_eq!(among(&exact("work:3,fold:1"), &paths[1..]), [0]);
        assert_eq!(among(&exact("work:30,fold:1"), &paths[..2]), [0]);
        assert!(among(&exact("work:4"), &paths[1..]).is_empty());
        assert!(among(&Pattern::Below("work:4".to_owned()), &[None]).is_empty());
    }
}
