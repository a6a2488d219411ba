//! Which way a switch went: its tasks note it in their artifact `_transition` (Metaflow
//! `flowspec.py`, `next`): the names of the steps that follow.

use super::loaded::LoadedRun;
use super::runs::went_well as well_ended;
use super::values::Most;
use super::{Engine, Work};
use crate::formats::metaflow::blob;
use crate::formats::metaflow::task::Depth;
use crate::model::{GraphStep, StepKind};
use crate::pickle::Pickle;
use crate::sorting::SortedSet;

/// Tasks of one switch that are looked at.
const TASKS: usize = 200;

impl Engine {
    /// The steps that a switch led to, as far as its tasks tell; `None` for another step,
    /// and where no task says anything.
    pub(super) async fn ways_taken(
        &self,
        loaded: &LoadedRun,
        step: &GraphStep,
        work: &Work,
    ) -> Option<SortedSet<String>> {
        if !matches!(step.kind, StepKind::Switch { .. }) {
            return None;
        }
        let tasks = loaded.run.step(&step.name)?.tasks.iter();
        let mut read: SortedSet<String> = SortedSet::default();
        let mut ways = Vec::new();
        for task in tasks.take(TASKS) {
            let path = loaded.path.task(&step.name, &task.id);
            let (detail, _) = self.load_task(loaded, &path, Depth::Tables, work).await;
            let last = detail.artifacts.iter().next_back();
            let transition = last.and_then(|(_, artifacts)| {
                artifacts
                    .iter()
                    .find(|artifact| artifact.name == "_transition")
            });
            let Some(sha) = transition.map(|artifact| artifact.sha.clone()) else {
                continue;
            };
            if read.contains(&sha) {
                continue;
            }
            let decoded = self.decode(loaded.stored(&sha), Most::Default, work).await;
            if let Ok(decoded) = decoded {
                ways.extend(steps_of(&decoded.pickle).unwrap_or_default());
            }
            read.insert(sha);
        }
        (!ways.is_empty()).then(|| ways.into_iter().collect())
    }
}

impl Engine {
    /// Of a run without an end, the task that ended well and led to no other: its code
    /// returned without `self.next`, which leaves None as its transition.
    pub(super) async fn ended_without_next(
        &self,
        loaded: &LoadedRun,
        work: &Work,
    ) -> Option<String> {
        let run = &loaded.run;
        let graph = run.graph.as_ref()?;
        let reached = |name: &String| run.step(name).is_some_and(|step| !step.tasks.is_empty());
        let leads_on = |name: &str| graph.step(name).is_some_and(|step| !step.next.is_empty());
        let stopped = |name: &str| {
            graph
                .step(name)
                .is_some_and(|step| !step.next.iter().any(reached))
        };
        let tasks = run.tasks().filter(|(step, task)| {
            well_ended(task.status) && leads_on(&step.name) && stopped(&step.name)
        });
        for (step, task) in tasks.take(TASKS) {
            let path = loaded.path.task(&step.name, &task.id);
            let (detail, _) = self.load_task(loaded, &path, Depth::Tables, work).await;
            let last = detail.artifacts.values().next_back();
            let mut all = last.into_iter().flatten();
            if all.any(|one| one.name == "_transition" && one.sha == blob::NONE_SHA) {
                return Some(format!("{}/{}", step.name, task.id));
            }
        }
        None
    }
}

/// `(['publish'], None)`
fn steps_of(pickle: &Pickle) -> Option<Vec<String>> {
    let steps = *pickle.as_list(pickle.root()?)?.first()?;
    let names = pickle.str_list(steps)?;
    Some(names.into_iter().map(str::to_owned).collect())
}
