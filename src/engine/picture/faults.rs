//! What is wrong with a graph itself: it leads nowhere, or in a circle.

use super::cycles::{Cycles, cycles};
use crate::counts::{count, counted};
use crate::model::{Graph, Place, Problem, Run, StepKind};
use crate::sorting::{SortedMap, SortedSet};

/// The same for the list of what is wrong with a run, whose folder this is.
pub(in crate::engine) fn faults(run: &Run, folder: &str) -> Vec<Problem> {
    let Some(graph) = &run.graph else {
        return Vec::new();
    };
    let place = || Place::file(folder);
    let astray: Vec<(String, String)> = astray(run).collect();
    let astray = astray.first().map(|(step, next)| {
        let more = match astray.len() - 1 {
            0 => String::new(),
            more => format!(", and {} like it", count(more as u64)),
        };
        Problem::warning(
            place(),
            format!(
                "The graph leads from “{step}” to “{next}”, a step that it does not have{more}."
            ),
            "What leads nowhere is not drawn: the record of the graph may be damaged.",
        )
    });
    let cycle = cycle_without_switch(graph);
    let cycle = (!cycle.is_empty()).then(|| {
        let what = match cycle.as_slice() {
            [one] => format!("The graph leads from “{one}” back to itself, without a switch."),
            [first, .., last] => format!(
                "The graph has a cycle of {}, from “{first}” to “{last}” and back, without a switch.",
                counted(cycle.len() as u64, "step", "steps")
            ),
            [] => String::new(),
        };
        Problem::warning(
            place(),
            what,
            "No run can go along it: the record of the graph may be damaged.",
        )
    });
    astray.into_iter().chain(cycle).collect()
}

/// Steps that name a next one which neither the graph nor the run has, and that one.
pub(super) fn astray(run: &Run) -> impl Iterator<Item = (String, String)> {
    let steps = || run.graph.iter().flat_map(|graph| &graph.steps);
    let in_graph = steps().map(|step| step.name.as_str());
    let recorded = run.steps.iter().map(|step| step.name.as_str());
    let known: SortedSet<&str> = in_graph.chain(recorded).collect();
    let ways = steps().flat_map(|step| step.next.iter().map(move |next| (&step.name, next)));
    let astray = ways.filter(move |(_, next)| !known.contains(next.as_str()));
    astray.map(|(step, next)| (step.clone(), next.clone()))
}

/// A run goes back only where a switch leads back: a cycle without one is a fault of the
/// graph.
pub(super) fn cycle_without_switch(graph: &Graph) -> Vec<String> {
    let named = graph.steps.iter().enumerate();
    let place: SortedMap<&str, usize> = named.map(|(at, step)| (step.name.as_str(), at)).collect();
    let next = graph.steps.iter().map(|step| match step.kind {
        StepKind::Switch { .. } => Vec::new(),
        _ => {
            let next = step.next.iter();
            next.filter_map(|name| place.get(name.as_str()).copied())
                .collect()
        }
    });
    let next: Vec<Vec<usize>> = next.collect();
    let Cycles { longest, .. } = cycles(&next);
    let names = longest.iter().filter_map(|at| graph.steps.get(*at));
    names.map(|step| step.name.clone()).collect()
}
