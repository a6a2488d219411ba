//! How much ran when: the curve above a timeline, the strips of its groups, and the small
//! picture of the whole run.

use super::arrange::{Arrangement, Row};
use super::facts::{Facts, index};
use super::{GroupShape, Lane, Shape};
use crate::layout::timeline::columns::Columns;
use crate::layout::timeline::{Cuts, Stretch, View};
use crate::model::Span;
use crate::sorting::{SortedMap, sort};

/// What is seen of a view in so many columns: the curve of the run, and of each group of
/// some rows.
pub(super) fn shape(
    facts: &Facts,
    arranged: &Arrangement,
    rows: &[Row],
    (view, columns): (View, u32),
    cuts: &Cuts,
) -> Shape {
    let count = columns as usize;
    let mut running = Columns::new(view, count, cuts);
    let mut queued = Columns::new(view, count, cuts);
    // The groups of which a head can be seen.
    let heads = rows.iter().filter_map(|row| match row {
        Row::Group(group) => Some(*group),
        _ => None,
    });
    let place: SortedMap<u32, usize> = heads
        .clone()
        .enumerate()
        .map(|(at, group)| (group, at))
        .collect();
    let mut groups: Vec<(Columns<'_>, Vec<u32>)> = heads
        .clone()
        .map(|_| (Columns::new(view, count, cuts), Vec::new()))
        .collect();
    for piece in &facts.work {
        running.add(piece.time);
        let group = arranged
            .group_of
            .get(piece.task as usize)
            .copied()
            .flatten();
        let seen = group.and_then(|group| place.get(&group));
        let Some((columns, failed)) = seen.and_then(|at| groups.get_mut(*at)) else {
            continue;
        };
        columns.add(piece.time);
        if let (true, Some(column)) = (piece.failed, columns.column(piece.time.to)) {
            failed.push(index(column));
        }
    }
    for fact in &facts.tasks {
        if let (Some(created), Some(time)) = (fact.created, fact.time) {
            queued.add(Stretch::new(created, time.from));
        }
    }
    let groups = heads.zip(groups).map(|(group, (columns, mut failed))| {
        sort(&mut failed);
        failed.dedup();
        let (heights, highest) = quantised(columns.heights());
        GroupShape {
            group,
            heights,
            highest,
            failed,
        }
    });
    let groups = groups.collect();
    Shape {
        from: view.from,
        to: view.to,
        running: running.heights(),
        queued: queued.heights(),
        groups,
    }
}

/// As parts of the highest, in 255ths; what is there at all is never nothing.
fn quantised(heights: Vec<f32>) -> (Vec<u8>, f32) {
    let highest = heights.iter().copied().fold(0.0, f32::max);
    let part = |height: f32| match height > 0.0 {
        true => (height / highest * 255.0).round().max(1.0) as u8,
        false => 0,
    };
    (heights.into_iter().map(part).collect(), highest)
}

/// A lane of the small picture is one step; beyond so many they share one.
const LANES: u32 = 24;

/// Finer than any screen shows the whole run.
const FINE: usize = 1500;

/// The small picture of a whole run: for each step when its tasks were at work.
pub(super) fn lanes(facts: &Facts, cuts: &Cuts) -> Vec<Lane> {
    let view = View::of_whole(facts.whole, cuts);
    let steps = index(facts.steps.len()).max(1);
    let share = steps.div_ceil(LANES);
    let count = steps.div_ceil(share);
    let mut lanes: Vec<Lane> = (0..count).map(|_| Lane::default()).collect();
    let least = view.length() / FINE as f64;
    let mut add = |step: u32, time: Stretch, failed: bool| {
        let Some(lane) = lanes.get_mut((step / share) as usize) else {
            return;
        };
        let list = if failed {
            &mut lane.failed
        } else {
            &mut lane.work
        };
        let (from, to) = (cuts.drawn(time.from), cuts.drawn(time.to));
        // In the order of time: what touches the one before belongs to it.
        match list.last_mut() {
            Some((_, end)) if from - *end <= least => *end = end.max(to),
            _ => list.push((from, to)),
        }
    };
    for piece in &facts.work {
        let step = facts
            .tasks
            .get(piece.task as usize)
            .map_or(0, |task| task.step);
        add(step, piece.time, piece.failed);
    }
    lanes
}

/// The most of each group at any moment, of the groups of some rows.
pub(super) fn most(facts: &Facts, arranged: &Arrangement, rows: &[Row]) -> SortedMap<u32, u64> {
    let heads = rows.iter().filter_map(|row| match row {
        Row::Group(group) => Some((*group, (0_u64, 0_u64))),
        _ => None,
    });
    let mut counts: SortedMap<u32, (u64, u64)> = heads.collect();
    let piece = |at: u32| {
        let piece = facts.work.get(at as usize)?;
        let group = arranged
            .group_of
            .get(piece.task as usize)
            .copied()
            .flatten();
        Some((group?, piece.time))
    };
    let mut ends = facts.by_end.iter().copied().filter_map(piece).peekable();
    for (group, time) in (0..index(facts.work.len())).filter_map(piece) {
        while let Some((other, _)) = ends.next_if(|(_, other)| other.to <= time.from) {
            if let Some((now, _)) = counts.get_mut(&other) {
                *now = now.saturating_sub(1);
            }
        }
        if let Some((now, most)) = counts.get_mut(&group) {
            *now += 1;
            *most = (*most).max(*now);
        }
    }
    counts
        .iter()
        .map(|(group, (_, most))| (*group, *most))
        .collect()
}

/// Where time is cut, if it is.
pub(super) fn cuts(facts: &Facts, cut: bool) -> Cuts {
    match cut {
        true => Cuts::new(facts.idle.clone(), facts.whole),
        false => Cuts::default(),
    }
}

/// A moment of the calendar, counted as the facts count.
pub(super) fn counted(facts: &Facts, micros: i64) -> Span {
    Span(micros.saturating_sub(facts.zero.0))
}
