//! Why a step has no tasks.

use super::Ways;
use super::groups::{Group, groups_of};
use crate::engine::rail::step_order;
use crate::engine::runs::went_well;
use crate::model::{Graph, Run, Status, StepKind};
use crate::sorting::{SortedMap, SortedSet};
use serde::{Deserialize, Serialize};

/// Why a step has no tasks, as far as that can be known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Absence {
    /// The run did not get there, or nobody knows.
    #[default]
    NotReached,
    /// The run goes on, and may get there.
    NotYet,
    /// Every way there begins at a switch that took another one.
    NotTaken,
    /// It stands in a foreach that has no task at all, and whose join has one: a foreach
    /// over nothing.
    NoTasks,
    /// The run went past it to its end, and no switch leads past it: its records are lost.
    Lost,
}

impl Absence {
    /// In the middle of a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotReached => "not reached",
            Self::NotYet => "not yet",
            Self::NotTaken => "not taken",
            Self::NoTasks => "no tasks",
            Self::Lost => "records missing",
        }
    }

    /// On its own.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotReached => "Not reached",
            Self::NotYet => "Not yet",
            Self::NotTaken => "Not taken",
            Self::NoTasks => "No tasks",
            Self::Lost => "Records missing",
        }
    }
}

/// How many tasks the steps of a run have, by their names.
struct Counts<'a>(SortedMap<&'a str, usize>);

impl<'a> Counts<'a> {
    fn of(run: &'a Run) -> Self {
        let steps = run.steps.iter();
        Self(
            steps
                .map(|step| (step.name.as_str(), step.tasks.len()))
                .collect(),
        )
    }

    fn tasks(&self, name: &str) -> usize {
        self.0.get(name).copied().unwrap_or(0)
    }
}

/// A run that ended well: where something of it is missing, the run still went there.
fn is_through(run: &Run, graph: &Graph, counts: &Counts<'_>) -> bool {
    went_well(run.status) && counts.tasks(&graph.end) > 0
}

/// The steps without tasks that the run went past: every way to them begins at a switch that
/// took another one.
fn passed_by<'a>(run: &'a Run, ways: &Ways) -> SortedSet<&'a str> {
    let Some(graph) = &run.graph else {
        return SortedSet::default();
    };
    let counts = Counts::of(run);
    let is_through = is_through(run, graph, &counts);
    let named = graph.steps.iter().enumerate();
    let place: SortedMap<&str, usize> = named.map(|(at, step)| (step.name.as_str(), at)).collect();
    let order = step_order(run);
    let order: SortedMap<&str, usize> = order.iter().map(String::as_str).zip(0..).collect();
    // A way back to a step before it, or to itself, leads to the switch again.
    let is_on = |step: &str, next: &str| order.get(next) > order.get(step);
    // One task takes one way; of several each may take another one, but what a run that ended
    // well has no task of was taken by none.
    let is_left = |at: usize, next: &str| {
        let Some(step) = graph.steps.get(at) else {
            return false;
        };
        let many = counts.tasks(&step.name);
        if !matches!(step.kind, StepKind::Switch { .. }) || many == 0 {
            return false;
        }
        match ways.get(&step.name) {
            Some(ways) => !ways.contains(next),
            None => {
                let mut next_on = step.next.iter().filter(|next| is_on(&step.name, next));
                let went_on = next_on.any(|next| counts.tasks(next) > 0);
                went_on && (many == 1 || is_through) && counts.tasks(next) == 0
            }
        }
    };
    let reached = |with_left: bool| {
        let mut reached = vec![false; graph.steps.len()];
        let mut todo: Vec<usize> = place
            .get(graph.start.as_str())
            .copied()
            .into_iter()
            .collect();
        while let Some(at) = todo.pop() {
            match reached.get_mut(at) {
                Some(known) if !*known => *known = true,
                _ => continue,
            }
            let next = graph.steps.get(at).into_iter().flat_map(|step| &step.next);
            let next = next.filter(|next| with_left || !is_left(at, next));
            todo.extend(next.filter_map(|next| place.get(next.as_str()).copied()));
        }
        reached
    };
    let ways = reached(true).into_iter().zip(reached(false));
    let steps = graph.steps.iter().zip(ways);
    steps
        .filter(|(step, (could_be, is))| *could_be && !is && counts.tasks(&step.name) == 0)
        .map(|(step, _)| step.name.as_str())
        .collect()
}

/// Of every step without tasks why it has none.
pub(super) fn absences<'a>(
    run: &'a Run,
    ways: &Ways,
    groups: &[Group],
) -> SortedMap<&'a str, Absence> {
    let Some(graph) = &run.graph else {
        return SortedMap::default();
    };
    let passed = passed_by(run, ways);
    let counts = Counts::of(run);
    let is_through = is_through(run, graph, &counts);
    let tasks = |at: &usize| {
        let step = graph.steps.get(*at);
        step.map_or(0, |step| counts.tasks(&step.name))
    };
    let empty = groups.iter().filter(|group| {
        let has_none = group.steps.iter().all(|at| tasks(at) == 0);
        has_none && tasks(&group.opener) > 0 && group.join.as_ref().is_some_and(|at| tasks(at) > 0)
    });
    let empty: SortedSet<usize> = empty
        .flat_map(|group| group.steps.iter().copied())
        .collect();
    let next = graph.steps.iter().flat_map(|step| &step.next);
    let led_to: SortedSet<&str> = next.map(String::as_str).collect();
    let absence = |(at, name): (usize, &'a str)| {
        let has_way = led_to.contains(name) || name == graph.start;
        match counts.tasks(name) {
            0 if passed.contains(name) => Some((name, Absence::NotTaken)),
            0 if run.status == Status::Running && has_way => Some((name, Absence::NotYet)),
            0 if !is_through || !has_way => None,
            0 if empty.contains(&at) => Some((name, Absence::NoTasks)),
            0 => Some((name, Absence::Lost)),
            _ => None,
        }
    };
    let steps = graph.steps.iter().map(|step| step.name.as_str());
    steps.enumerate().filter_map(absence).collect()
}

/// The same for who draws no picture.
pub(in crate::engine) fn absences_of<'a>(run: &'a Run, ways: &Ways) -> SortedMap<&'a str, Absence> {
    let groups = run.graph.as_ref().map(groups_of).unwrap_or_default();
    absences(run, ways, &groups)
}
