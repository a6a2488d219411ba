//! How much ran when: the curve above a timeline, the strips of its groups, and the small
//! picture of the whole run.

use super::arrange::{Arrangement, Row};
use super::facts::{Facts, Fate, index};
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
    let mut groups: Vec<(Columns<'_>, Vec<u32>, Vec<u32>)> = heads
        .clone()
        .map(|_| (Columns::new(view, count, cuts), Vec::new(), Vec::new()))
        .collect();
    for piece in &facts.work {
        let Some(group) = arranged.group_of(piece.task) else {
            continue;
        };
        running.add(piece.time);
        let seen = place.get(&group);
        let Some((columns, failed, retried)) = seen.and_then(|at| groups.get_mut(*at)) else {
            continue;
        };
        columns.add(piece.time);
        let ended = columns.column(piece.time.to).map(index);
        match piece.fate {
            Fate::Failed => failed.extend(ended),
            Fate::Retried => retried.extend(ended),
            Fate::Well | Fate::Running => {}
        }
    }
    for (at, fact) in facts.tasks.iter().enumerate() {
        if let (Some(created), Some(time)) = (fact.created, fact.time)
            && arranged.group_of(index(at)).is_some()
        {
            queued.add(Stretch::new(created, time.from));
        }
    }
    let groups = heads
        .zip(groups)
        .map(|(group, (columns, failed, retried))| {
            let once = |mut columns: Vec<u32>| {
                sort(&mut columns);
                columns.dedup();
                columns
            };
            let (heights, highest) = quantised(columns.heights());
            GroupShape {
                group,
                heights,
                highest,
                failed: once(failed),
                retried: once(retried),
            }
        });
    let groups = groups.collect();
    let shown = |task: u32| arranged.group_of(task).is_some();
    Shape {
        from: view.from,
        to: view.to,
        most_at_once: facts.most_within(view.stretch(cuts), shown),
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
    let mut add = |step: u32, time: Stretch, fate: Fate| {
        let Some(lane) = lanes.get_mut((step / share) as usize) else {
            return;
        };
        let list = match fate {
            Fate::Failed => &mut lane.failed,
            Fate::Running => &mut lane.running,
            // Of so small a picture the few that were retried would take the most.
            Fate::Well | Fate::Retried => &mut lane.work,
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
        add(step, piece.time, piece.fate);
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
        Some((arranged.group_of(piece.task)?, piece.time))
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
