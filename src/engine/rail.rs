//! The tree at the left: the steps of a run, and of each the tasks worth naming.
//!
//! What failed or was retried is listed by name; of the rest only a count, which
//! opens into the tasks themselves when somebody asks for them ([`tasks`](super::tasks)).
//! What is typed above the tree is looked for among all of them ([`find`]).

pub mod find;

use super::ask::Failure;
use super::picture::{Absence, Ways, absences_of};
use super::{Engine, Work};
use crate::model::{Graph, Moment, Run, RunPath, Span, Status, Step, Task};
use crate::sorting::{SortedMap, SortedSet};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RailQuery {
    pub run: RunPath,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RailView {
    pub run: RunPath,
    /// What its engine calls the run for people.
    pub name: Option<String>,
    pub status: Status,
    pub steps: Vec<RailStep>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RailStep {
    pub name: String,
    pub status: Status,
    pub duration: Option<Span>,
    /// Since when it runs, if it still does.
    pub since: Option<Moment>,
    pub tasks: u64,
    /// Tasks that have not begun, as far as it is known that there will be some.
    pub coming: u64,
    pub failed: u64,
    /// Why it has no tasks, if it has none, as far as that is known without a look into
    /// values.
    pub absence: Absence,
    /// The tasks of a step with several, or one that was tried more than once.
    pub groups: Vec<RailGroup>,
}

/// Tasks of one status. Few are named here, many are only counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RailGroup {
    pub status: Status,
    pub count: u64,
    pub named: Vec<RailTask>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RailTask {
    pub id: String,
    pub status: Status,
    /// Its foreach values with their names, else its id.
    pub label: String,
    /// What it is called in a row: the values alone where not all labels beside it fit.
    pub short: String,
    pub attempts: u64,
    pub duration: Option<Span>,
    /// Since when it runs, if it still does.
    pub since: Option<Moment>,
}

/// More tasks of one status than this become one row.
const NAMED: u64 = 12;

impl Engine {
    pub(super) async fn rail(
        &self,
        query: RailQuery,
        work: &Work,
    ) -> Result<RailView, Box<Failure>> {
        let loaded = self.load_run(&query.run, work).await?;
        let run = &loaded.run;
        let now = work.host.now();
        let nothing = Ways::default();
        let absences = absences_of(run, &nothing);
        let recorded = run.steps.iter().map(|step| (step.name.as_str(), step));
        let recorded: SortedMap<&str, &Step> = recorded.collect();
        let steps = step_order(run)
            .iter()
            .map(|name| RailStep {
                coming: loaded.coming(name),
                absence: absences.get(name.as_str()).copied().unwrap_or_default(),
                ..rail_step(name, recorded.get(name.as_str()).copied(), now)
            })
            .collect();
        Ok(RailView {
            run: query.run,
            name: run.record.name.clone(),
            status: run.status,
            steps,
        })
    }
}

/// What stands for a task where there is little room. A number alone would say nothing of a
/// step that leads to itself.
pub(super) fn short(task: &Task) -> String {
    let values = match task.iteration {
        Some(_) => task.label(),
        None => task.values_alone(),
    };
    values.unwrap_or_else(|| task.id.clone())
}

/// With their whole labels, where there is room for each: `country=FI`, and not `FI`.
pub fn in_full(mut tasks: Vec<RailTask>) -> Vec<RailTask> {
    /// Letters that stand beside a duration.
    const ROOM: usize = 18;
    if tasks.iter().all(|task| task.label.chars().count() <= ROOM) {
        for task in &mut tasks {
            task.short.clone_from(&task.label);
        }
    }
    tasks
}

fn rail_step(name: &str, step: Option<&Step>, now: Moment) -> RailStep {
    let tasks = step.map(|step| step.tasks.as_slice()).unwrap_or_default();
    let by_status = Status::tally(tasks.iter().map(|task| task.status));
    let worth_listing = tasks.len() > 1 || tasks.iter().any(|task| task.attempts.len() > 1);
    let groups = by_status.into_iter().map(|(status, count)| RailGroup {
        status,
        count,
        named: if count <= NAMED {
            let of_status = tasks.iter().filter(|task| task.status == status);
            let named: Vec<RailTask> = of_status.map(|task| rail_task(task, now)).collect();
            in_full(named)
        } else {
            Vec::new()
        },
    });
    RailStep {
        name: name.to_owned(),
        status: step.map_or(Status::Skipped, Step::status),
        duration: step.and_then(|step| step.took(now)),
        since: step.and_then(Step::running_since),
        tasks: tasks.len() as u64,
        coming: 0,
        absence: Absence::default(),
        failed: step.map_or(0, Step::failed),
        groups: if worth_listing {
            groups.collect()
        } else {
            Vec::new()
        },
    }
}

pub(super) fn rail_task(task: &Task, now: Moment) -> RailTask {
    RailTask {
        id: task.id.clone(),
        status: task.status,
        label: task.label().unwrap_or_else(|| task.id.clone()),
        short: short(task),
        attempts: task.attempts.len() as u64,
        duration: task.took(now),
        since: task.running_since(),
    }
}

/// The steps in the order of a reader: along the graph from its start, a step after
/// all that lead into it; what the graph does not know comes last, as it was created.
pub(super) fn step_order(run: &Run) -> Vec<String> {
    let mut order = run.graph.as_ref().map(along_graph).unwrap_or_default();
    let known: SortedSet<&str> = order.iter().map(String::as_str).collect();
    let recorded = run.steps.iter().map(|step| &step.name);
    let more: Vec<String> = recorded
        .filter(|name| !known.contains(name.as_str()))
        .cloned()
        .collect();
    order.extend(more);
    order
}

fn along_graph(graph: &Graph) -> Vec<String> {
    let mut waiting: SortedMap<&str, usize> = graph
        .steps
        .iter()
        .map(|step| (step.name.as_str(), 0))
        .collect();
    for step in &graph.steps {
        for next in step.next.iter().filter(|next| **next != step.name) {
            if let Some(count) = waiting.get_mut(next.as_str()) {
                *count += 1;
            }
        }
    }
    let mut order: Vec<String> = Vec::new();
    let mut left: Vec<&crate::model::GraphStep> = graph.steps.iter().collect();
    while !left.is_empty() {
        // The first in the order of the source that waits for nothing; in a cycle, the first.
        let free = left
            .iter()
            .position(|step| waiting.get(step.name.as_str()) == Some(&0))
            .unwrap_or(0);
        let step = left.remove(free);
        for next in step.next.iter().filter(|next| **next != step.name) {
            if let Some(count) = waiting.get_mut(next.as_str()) {
                *count = count.saturating_sub(1);
            }
        }
        order.push(step.name.clone());
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{GraphStep, StepKind};

    fn step(name: &str, next: &[&str]) -> GraphStep {
        GraphStep {
            name: name.to_owned(),
            kind: StepKind::Linear,
            doc: String::new(),
            line: None,
            next: next.iter().map(|name| (*name).to_owned()).collect(),
            decorators: Vec::new(),
        }
    }

    #[test]
    fn a_step_comes_after_all_that_lead_into_it() {
        let graph = Graph {
            steps: vec![
                step("end", &[]),
                step("start", &["right", "left"]),
                step("left", &["join"]),
                step("join", &["end"]),
                step("right", &["right", "join"]),
            ],
            ..Graph::default()
        };
        assert_eq!(
            along_graph(&graph),
            ["start", "left", "right", "join", "end"]
        );
    }

    #[test]
    fn a_cycle_ends() {
        let graph = Graph {
            steps: vec![step("a", &["b"]), step("b", &["a"])],
            ..Graph::default()
        };
        assert_eq!(along_graph(&graph).len(), 2);
    }
}
