//! Which tasks led to a task, and which it led to: as the engine recorded it task by task, or
//! as the graph and the places in the foreach tell it.

use crate::formats::metaflow::lineage::{self, Kinship};
use crate::model::{Graph, Links, Run, Task, TaskAt};
use crate::sorting::SortedMap;

pub(super) use crate::formats::metaflow::lineage::{Kin, TaskName};

/// The tasks that led to one.
pub(super) fn parents(run: &Run, step: &str, task: &Task) -> Vec<TaskName> {
    match (&run.links, &run.graph) {
        (Some(links), _) => linked(run, step, task, |at| links.parents(at).collect()),
        (None, Some(graph)) => lineage::parents(run, graph, step, task),
        (None, None) => Vec::new(),
    }
}

/// The tasks that one led to.
pub(super) fn children(run: &Run, step: &str, task: &Task) -> Vec<TaskName> {
    match (&run.links, &run.graph) {
        (Some(links), _) => linked(run, step, task, |at| links.children(at).collect()),
        (None, Some(graph)) => lineage::children(run, graph, step, task),
        (None, None) => Vec::new(),
    }
}

fn linked(
    run: &Run,
    step: &str,
    task: &Task,
    follow: impl Fn(TaskAt) -> Vec<TaskAt>,
) -> Vec<TaskName> {
    let place = || {
        let at = run.steps.iter().position(|known| known.name == step)?;
        let tasks = &run.steps.get(at)?.tasks;
        let of_step = tasks.iter().position(|known| known.id == task.id)?;
        Some((at as u32, of_step as u32))
    };
    let Some(place) = place() else {
        return Vec::new();
    };
    let name = |(step, at): TaskAt| {
        let step = run.steps.get(step as usize)?;
        let task = step.tasks.get(at as usize)?;
        Some((step.name.clone(), task.id.clone()))
    };
    follow(place).into_iter().filter_map(name).collect()
}

/// The same for many tasks of one run.
pub(super) enum Relatives<'a> {
    Linked {
        run: &'a Run,
        links: &'a Links,
        /// Places of steps by their names.
        places: SortedMap<&'a str, u32>,
    },
    Told(Kinship<'a>),
}

impl<'a> Relatives<'a> {
    pub fn new(run: &'a Run, graph: &'a Graph) -> Self {
        match &run.links {
            Some(links) => {
                let names = run.steps.iter().map(|step| step.name.as_str());
                let places = names.zip(0..).collect();
                Self::Linked { run, links, places }
            }
            None => Self::Told(Kinship::new(run, graph)),
        }
    }

    pub fn parents(&mut self, kin: Kin<'a>, task: &Task) -> Vec<Kin<'a>> {
        match self {
            Self::Linked { run, links, places } => {
                let place = place_of(places, kin);
                let found = place.into_iter().flat_map(|place| links.parents(place));
                found.filter_map(|at| kin_at(run, at)).collect()
            }
            Self::Told(kinship) => kinship.parents(kin.0, task),
        }
    }

    pub fn children(&mut self, kin: Kin<'a>, task: &Task) -> Vec<Kin<'a>> {
        match self {
            Self::Linked { run, links, places } => {
                let place = place_of(places, kin);
                let found = place.into_iter().flat_map(|place| links.children(place));
                found.filter_map(|at| kin_at(run, at)).collect()
            }
            Self::Told(kinship) => kinship.children(kin.0, task),
        }
    }
}

fn place_of(places: &SortedMap<&str, u32>, (step, at): Kin<'_>) -> Option<TaskAt> {
    Some((*places.get(step)?, u32::try_from(at).ok()?))
}

fn kin_at(run: &Run, (step, at): TaskAt) -> Option<Kin<'_>> {
    Some((run.steps.get(step as usize)?.name.as_str(), at as usize))
}
