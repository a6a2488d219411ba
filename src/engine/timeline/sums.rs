//! What happened in a part of a run, in numbers.

use super::facts::{Facts, index};
use super::{Busy, StepSum, Sums};
use crate::layout::timeline::{Stretch, at_once};
use crate::model::{Run, Span};
use crate::sorting::sort_by_key;
use std::cmp::Reverse;

/// So many of the busiest tasks are named.
const NAMED: usize = 3;

/// Of the tasks that `is_shown`, by their places.
pub(super) fn sums(
    facts: &Facts,
    run: &Run,
    range: Stretch,
    is_shown: impl Fn(u32) -> bool,
) -> Sums {
    let mut steps: Vec<StepSum> = (facts.steps.iter())
        .map(|step| StepSum {
            step: step.clone(),
            ..StepSum::default()
        })
        .collect();
    // Each task at work within the range; a task is the sum of its attempts.
    let mut worked = vec![None; facts.tasks.len()];
    let pieces = facts.work.iter().filter(|piece| is_shown(piece.task));
    for piece in pieces.clone().filter(|piece| piece.time.meets(range)) {
        let within = match facts.is_told(piece.time) {
            // How long it was at work is not known.
            false => Span(0),
            true => piece.time.common(range).length(),
        };
        if let Some(sum) = worked.get_mut(piece.task as usize) {
            let so_far: Span = sum.unwrap_or_default();
            *sum = Some(Span(so_far.0.saturating_add(within.0)));
        }
    }
    let mut tasks = 0;
    let mut queued: Option<Span> = None;
    let mut busiest: Vec<(Reverse<Span>, u32)> = Vec::new();
    for (at, (fact, worked)) in facts.tasks.iter().zip(&worked).enumerate() {
        if let (Some(created), Some(time), true) = (fact.created, fact.time, is_shown(index(at)))
            && facts.is_told(Stretch::new(created, time.from))
        {
            let waited = Stretch::new(created, time.from).common(range).length();
            let so_far = queued.unwrap_or_default();
            queued = Some(Span(so_far.0.saturating_add(waited.0)));
        }
        let Some(worked) = *worked else { continue };
        tasks += 1;
        if let Some(step) = steps.get_mut(fact.step as usize) {
            step.tasks += 1;
            step.worked.0 = step.worked.0.saturating_add(worked.0);
            step.longest = step.longest.max(worked);
        }
        let one = (Reverse(worked), index(at));
        let place = busiest.partition_point(|other| *other < one);
        if place < NAMED {
            busiest.insert(place, one);
            busiest.truncate(NAMED);
        }
    }
    steps.retain(|step| step.tasks > 0);
    sort_by_key(&mut steps, |step| Reverse(step.worked));
    let busiest = busiest.into_iter().filter_map(|(Reverse(worked), at)| {
        let fact = facts.tasks.get(at as usize)?;
        let task = facts.task(at, run)?;
        Some(Busy {
            step: facts.step_of(fact).to_owned(),
            id: task.id.clone(),
            name: match task.values().as_slice() {
                [] => facts.step_of(fact).to_owned(),
                // Which time it went round says nothing without what went round.
                [(variable, value)] if variable == "iteration" => {
                    format!("{} {value}", facts.step_of(fact))
                }
                values => {
                    let values = values.iter().map(|(_, value)| value.as_str());
                    values.collect::<Vec<_>>().join(" / ")
                }
            },
            worked,
        })
    });
    Sums {
        range,
        tasks,
        most_at_once: facts.most_within(range, &is_shown),
        at_once: at_once::mean(pieces.map(|piece| piece.time), range) as f32,
        queued,
        busiest: busiest.collect(),
        steps,
    }
}
