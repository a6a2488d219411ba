//! Where tasks stand, as far as only their values tell it.
//!
//! In a copy of a bucket no metadata say which item of a foreach a task is, nor do those of
//! a task that `resume` has copied; its artifact `_foreach_stack` does, at the price of a
//! value for each task. Which iteration of a step that leads to itself a task is, no
//! metadata say at all. Start with [`Engine::frames_from_values`] and
//! [`Engine::iterations_from_values`].
//!
//! How many tasks a foreach is going to have is known as soon as the task before it is done,
//! long before all of them have begun: [`Engine::expected_tasks`].

use super::graph::newest_sha;
use super::opened::Opened;
use super::rail::step_order;
use super::values::{Blob, Most, Stored};
use super::{Engine, Work};
use crate::formats::metaflow::{Store, run as run_reader};
use crate::model::{Graph, Run, RunPath, Step, StepKind, Task};
use crate::pickle::Pickle;
use crate::sorting::SortedMap;
use crate::source::{Pace as _, Progress, Unit};

/// Tasks whose values are read: a larger foreach is told by ids only.
const TASKS: usize = 5000;

/// The SHA-1 of a pickled `[]` (protocol 4): a task outside of any foreach.
const EMPTY_LIST: &str = "c5cf38908fc549f499ade5b17ce221ff0ced377f";

impl Engine {
    /// Finds out where in its foreach each task stands: of a flow without metadata, and of
    /// tasks that are copies.
    pub(super) async fn frames_from_values(
        &self,
        opened: &Opened,
        store: &Store,
        path: &RunPath,
        steps: &mut [Step],
        work: &Work,
    ) {
        let bare = store.lacks_metadata(&path.flow);
        let tasks = steps.iter_mut().flat_map(|step| {
            let name = step.name.clone();
            let tasks = step.tasks.iter_mut();
            let without =
                move |task: &&mut Task| bare || task.origin.is_some() && task.foreach.is_empty();
            tasks.filter(without).map(move |task| (name.clone(), task))
        });
        let set = |task: &mut Task, stack: &Pickle| {
            task.foreach = run_reader::frames_of_stack(stack);
        };
        self.stacks(opened, store, path, tasks, "_foreach_stack", set, work)
            .await;
    }

    /// How many tasks the steps of a run are going to have that has not ended well: those of
    /// each foreach as its own task has noted it (Metaflow `flowspec.py`, `_foreach_num_splits`),
    /// and those of the steps behind them up to the join. Of a step that is not among them
    /// it is not known, or it is no more than one.
    pub(super) async fn expected_tasks(
        &self,
        opened: &Opened,
        store: &Store,
        path: &RunPath,
        run: &Run,
        work: &Work,
    ) -> SortedMap<String, u64> {
        let mut expected: SortedMap<String, u64> = SortedMap::default();
        let Some(graph) = &run.graph else {
            return expected;
        };
        for name in step_order(run) {
            let Some(step) = graph.step(&name) else {
                continue;
            };
            let before: Vec<_> = graph.before(&name).collect();
            let (
                StepKind::Linear
                | StepKind::Split
                | StepKind::Foreach { .. }
                | StepKind::Parallel
                | StepKind::End,
                [before],
            ) = (&step.kind, before.as_slice())
            else {
                continue;
            };
            let tasks = run.step(&before.name).map(|step| step.tasks.as_slice());
            let tasks = tasks.unwrap_or_default();
            let of_before = expected.get(&before.name).copied();
            let is_all = of_before.is_none_or(|count| count == tasks.len() as u64);
            let count = match &before.kind {
                StepKind::Linear | StepKind::Split => of_before,
                StepKind::Foreach { .. } | StepKind::Parallel if is_all => {
                    self.splits(opened, store, path, &before.name, tasks, work)
                        .await
                }
                _ => None,
            };
            if let Some(count) = count {
                expected.insert(name, count);
            }
        }
        expected
    }

    /// How many tasks some tasks lead to, which all begin a foreach; `None` unless all of them
    /// are done and say so.
    async fn splits(
        &self,
        opened: &Opened,
        store: &Store,
        path: &RunPath,
        step: &str,
        tasks: &[Task],
        work: &Work,
    ) -> Option<u64> {
        /// Of more tasks this is not asked: each costs a value.
        const MOST: usize = 100;
        if tasks.is_empty() || tasks.len() > MOST {
            return None;
        }
        let mut all: u64 = 0;
        for task in tasks {
            let folder = store.task(&path.task(step, &task.id));
            let attempts: Vec<u32> = task.attempts.iter().map(|one| one.number).collect();
            let name = "_foreach_num_splits";
            let sha = newest_sha(&*opened.source, &folder, &attempts, name, work).await?;
            let stored = Stored::Blob(Blob {
                source: &opened.source,
                store,
                flow: &path.flow,
                sha: &sha,
            });
            let decoded = self.decode(stored, Most::Default, work).await.ok()?;
            let pickle = &decoded.pickle;
            let count = pickle.as_int(pickle.root()?)?;
            all = all.checked_add(u64::try_from(count).ok()?)?;
        }
        Some(all)
    }

    /// Finds out which iteration each task of a step is that leads to itself.
    pub(super) async fn iterations_from_values(
        &self,
        opened: &Opened,
        store: &Store,
        path: &RunPath,
        graph: &Graph,
        steps: &mut [Step],
        work: &Work,
    ) {
        let recursive = steps.iter_mut().filter(|step| {
            let in_graph = graph.step(&step.name);
            in_graph.is_some_and(|found| found.next.contains(&step.name))
        });
        let tasks = recursive.flat_map(|step| {
            let name = step.name.clone();
            let tasks = step.tasks.iter_mut();
            tasks.map(move |task| (name.clone(), task))
        });
        let set = |task: &mut Task, stack: &Pickle| {
            task.iteration = run_reader::iteration_of_stack(stack);
        };
        self.stacks(opened, store, path, tasks, "_iteration_stack", set, work)
            .await;
    }

    /// Reads one value of each task, unless it is an empty list. What is wrong with it is
    /// told where it is looked at.
    #[expect(
        clippy::too_many_arguments,
        reason = "a place, what is looked for in it, and what becomes of it"
    )]
    async fn stacks<'a>(
        &self,
        opened: &Opened,
        store: &Store,
        path: &RunPath,
        tasks: impl Iterator<Item = (String, &'a mut Task)>,
        name: &str,
        set: impl Fn(&mut Task, &Pickle),
        work: &Work,
    ) {
        for ((step, task), done) in tasks.take(TASKS).zip(0..) {
            let folder = store.task(&path.task(&step, &task.id));
            let attempts = task.attempts.iter().map(|attempt| attempt.number);
            let attempts: Vec<u32> = attempts.collect();
            let sha = newest_sha(&*opened.source, &folder, &attempts, name, work).await;
            let Some(sha) = sha.filter(|sha| sha != EMPTY_LIST) else {
                continue;
            };
            let stored = Stored::Blob(Blob {
                source: &opened.source,
                store,
                flow: &path.flow,
                sha: &sha,
            });
            let decoded = self.decode(stored, Most::Default, work).await;
            if let Ok(decoded) = decoded {
                set(task, &decoded.pickle);
            }
            work.progress(Progress {
                what: "Reading where tasks stand".to_owned(),
                done,
                total: None,
                unit: Unit::Things,
            });
        }
    }
}
