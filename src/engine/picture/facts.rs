//! What the panel beside the drawing says of one step.

use super::StepNode;
use super::absence::absences;
use super::groups::groups_of;
use super::sketch::{Known, foreach_depths, step_node};
use crate::engine::ask::Failure;
use crate::engine::tasks::{StripTask, strip_task};
use crate::engine::{Engine, Work};
use crate::model::{Moment, RunPath, Status, Task};
use crate::sorting::sort_by_key;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepFactsQuery {
    pub run: RunPath,
    pub step: String,
}

/// What the panel beside the drawing says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepFactsView {
    pub node: StepNode,
    /// Where it stands in the script: file and line.
    pub place: Option<(String, u64)>,
    /// Lengths of its tasks, at most some hundreds of them, the worst first: failed,
    /// then without an end, then retried, then the rest.
    pub dots: Vec<StripTask>,
    pub not_shown: u64,
    /// Some waited between their attempts, so that together they took longer than they worked.
    pub waited: bool,
    /// The first task that failed.
    pub first_failure: Option<StripTask>,
    /// What that task raised, in a line.
    pub why: Option<String>,
    pub before: Vec<String>,
    pub next: Vec<String>,
}

impl Engine {
    pub(in crate::engine) async fn step_facts(
        &self,
        query: StepFactsQuery,
        work: &Work,
    ) -> Result<StepFactsView, Box<Failure>> {
        /// Dots on one line; more would only be a smear.
        const DOTS: usize = 300;
        let now = work.host.now();
        let loaded = self.load_run(&query.run, work).await?;
        let run = &loaded.run;
        let step = run.step(&query.step);
        let graph = run.graph.as_ref();
        let in_graph = graph.and_then(|graph| graph.step(&query.step));
        if step.is_none() && in_graph.is_none() {
            let place = format!("{}/{}", query.run, query.step);
            return Err(Failure::not_found(
                "step",
                &place,
                "other steps of this run",
            ));
        }
        let depth = graph.and_then(|graph| {
            let at = graph.steps.iter().position(|one| one.name == query.step)?;
            foreach_depths(graph).get(at).copied()
        });
        let tasks = step.map(|step| step.tasks.as_slice()).unwrap_or_default();
        let is_bad = |task: &&Task| task.status == Status::Failed;
        // Stable: of equal ones, the order in which they were recorded.
        let mut worst_first: Vec<&Task> = tasks.iter().collect();
        sort_by_key(&mut worst_first, |task| task.status);
        let dots: Vec<StripTask> = worst_first
            .into_iter()
            .take(DOTS)
            .map(|task| strip_task(&query.step, task, now))
            .collect();
        let first_failure = tasks.iter().find(is_bad);
        let exception = match first_failure.and_then(|task| Some((task, task.last_attempt()?))) {
            Some((task, attempt)) => {
                let path = query.run.task(&query.step, &task.id);
                self.exception_of(&path, attempt.number, work).await?
            }
            None => None,
        };
        let known = Known {
            name: &query.step,
            in_graph,
            step,
            expected: loaded.expected.get(&query.step).copied().unwrap_or(0),
            depth: depth.unwrap_or(0),
        };
        let mut node = step_node(&known, now);
        if node.tasks == 0 {
            let ways = self.all_ways(&loaded, work).await;
            let groups = graph.map(groups_of).unwrap_or_default();
            let absences = absences(run, &ways, &groups);
            let absence = absences.get(query.step.as_str()).copied();
            node.absence = absence.unwrap_or_default();
        }
        Ok(StepFactsView {
            node,
            place: in_graph.and_then(|step| Some((run.graph.as_ref()?.file.clone(), step.line?))),
            not_shown: (tasks.len() - dots.len()) as u64,
            dots,
            waited: tasks.iter().any(|task| has_waited(task, now)),
            first_failure: first_failure.map(|task| strip_task(&query.step, task, now)),
            why: exception.map(|exception| exception.line()),
            before: run
                .graph
                .iter()
                .flat_map(|graph| graph.before(&query.step))
                .map(|step| step.name.clone())
                .collect(),
            next: in_graph.map(|step| step.next.clone()).unwrap_or_default(),
        })
    }
}

fn has_waited(task: &Task, now: Moment) -> bool {
    let both = task.took(now).zip(task.worked(now));
    task.attempts.len() > 1 && both.is_some_and(|(took, worked)| took > worked)
}
