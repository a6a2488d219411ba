//! The head of a step's page: how the step went, what it is in the flow, what is around it.

use super::order::Siblings;
use crate::engine::picture::{Absence, Ways, absences_of, kind_word};
use crate::model::{GraphStep, Moment, Run, Span, Status, Step, Task};
use serde::{Deserialize, Serialize};

/// What the head of a step's page says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepHead {
    pub name: String,
    pub status: Status,
    pub tasks: u64,
    /// Why it has none, if it has none.
    pub absence: Absence,
    /// Tasks that have not begun, as far as it is known that there will be some.
    pub coming: u64,
    pub failed: u64,
    pub duration: Option<Span>,
    /// Since when it runs, if it still does.
    pub since: Option<Moment>,
    pub doc: String,
    pub decorators: Vec<String>,
    pub kind: String,
    /// The steps that lead here, and those that this one leads to.
    pub before: Vec<String>,
    pub after: Vec<String>,
    /// The end of its last task, once all of them have ended.
    pub finished: Option<Moment>,
    /// Its newest task.
    pub newest: Option<String>,
}

/// The steps whose next one this is, in the order of the flow.
fn steps_before(run: &Run, name: &str) -> Vec<String> {
    let steps = run.graph.iter().flat_map(|graph| &graph.steps);
    let leads_here = |step: &&GraphStep| step.next.iter().any(|next| next == name);
    steps
        .filter(leads_here)
        .map(|step| step.name.clone())
        .collect()
}

/// When the last task of a step ended, if all of them have.
fn finished(step: &Step) -> Option<Moment> {
    let ended = |task: &Task| {
        let last = task.last_attempt()?;
        last.ended.filter(|_| last.end_recorded)
    };
    let ends: Option<Vec<Moment>> = step.tasks.iter().map(ended).collect();
    ends?.into_iter().max()
}

pub(super) fn head(siblings: &Siblings) -> StepHead {
    let (run, name) = (&siblings.loaded.run, &siblings.order.step);
    let step = run.step(name);
    let in_graph = run.graph.as_ref().and_then(|graph| graph.step(name));
    StepHead {
        name: name.clone(),
        status: step.map_or(Status::Skipped, Step::status),
        tasks: siblings.len() as u64,
        absence: match siblings.len() {
            0 => absences_of(run, &Ways::default())
                .get(name.as_str())
                .copied(),
            _ => None,
        }
        .unwrap_or_default(),
        coming: siblings.loaded.coming(name),
        failed: step.map_or(0, Step::failed),
        duration: step.and_then(|step| step.took(siblings.now)),
        since: step.and_then(Step::running_since),
        doc: in_graph.map(|step| step.doc.clone()).unwrap_or_default(),
        decorators: in_graph
            .map(|step| step.decorators.iter().map(|one| one.line()).collect())
            .unwrap_or_default(),
        kind: in_graph.map(kind_word).unwrap_or_default(),
        before: steps_before(run, name),
        after: in_graph.map(|step| step.next.clone()).unwrap_or_default(),
        // Not while some are still to begin.
        finished: step
            .filter(|_| siblings.loaded.coming(name) == 0)
            .and_then(finished),
        newest: step
            .and_then(|step| step.tasks.iter().max_by_key(|task| task.created))
            .map(|task| task.id.clone()),
    }
}
