//! The rows of a window in words and times, and what of the critical path is among them.

use super::arrange::{Arrangement, Row, Which};
use super::facts::{CLOCKS, Facts, attempt_time, index, is_backwards, since};
use super::path::{Before, took};
use super::{
    AttemptBar, GroupRow, OnPath, PathLink, PathPart, PathStep, PathView, TaskBar, TimelineRow,
    shape,
};
use crate::engine::ask::Window;
use crate::engine::picture::{Absence, Ways, absences_of};
use crate::layout::timeline::Stretch;
use crate::layout::timeline::critical::Part;
use crate::model::{Run, Span, Status};
use crate::sorting::SortedMap;

pub(super) fn rows(
    facts: &Facts,
    run: &Run,
    arranged: &Arrangement,
    window: &[Row],
) -> Vec<TimelineRow> {
    let most = shape::most(facts, arranged, window);
    let on_path = path_in_groups(facts, arranged, window);
    let absences = absences_in(run, arranged, window);
    let row = |row: &Row| {
        Some(match *row {
            Row::Group(at) => {
                let group = arranged.groups.get(at as usize)?;
                let key = group.key(&arranged.by, facts, run);
                let is_step = matches!(group.which, Which::Step(_));
                let absence = absences.get(key.as_str()).copied();
                TimelineRow::Group(GroupRow {
                    group: at,
                    name: group.name(&arranged.by, facts, run),
                    step: is_step.then(|| key.clone()),
                    key,
                    status: group.status,
                    tasks: group.tasks.len() as u64,
                    absence: (absence.filter(|_| group.tasks.is_empty())).unwrap_or_default(),
                    failed: group.failed,
                    time: group.time,
                    most_at_once: most.get(&at).copied().unwrap_or(0),
                    is_open: group.is_open,
                    is_backwards: group.backwards == group.tasks.len() && group.backwards > 0,
                    is_ahead: group.time.is_some_and(|time| !facts.is_told(time)),
                    on_path: on_path.get(&at).cloned().unwrap_or_default(),
                })
            }
            Row::Task(at) => TimelineRow::Task(bar(facts, run, at, None)?),
            Row::Alone { task, group } => {
                let group = arranged.groups.get(group as usize)?;
                let name = group.name(&arranged.by, facts, run);
                TimelineRow::Task(bar(facts, run, task, Some(&name))?)
            }
            Row::Rest { group, left } => TimelineRow::Rest {
                key: arranged
                    .groups
                    .get(group as usize)?
                    .key(&arranged.by, facts, run),
                left,
            },
        })
    };
    window.iter().filter_map(row).collect()
}

/// Why steps have no tasks, where a window shows one that has none.
fn absences_in<'r>(
    run: &'r Run,
    arranged: &Arrangement,
    window: &[Row],
) -> SortedMap<&'r str, Absence> {
    let is_empty = |row: &Row| match row {
        Row::Group(at) => {
            let group = arranged.groups.get(*at as usize);
            group.is_some_and(|group| {
                matches!(group.which, Which::Step(_)) && group.tasks.is_empty()
            })
        }
        _ => false,
    };
    match window.iter().any(is_empty) {
        true => absences_of(run, &Ways::default()),
        false => SortedMap::default(),
    }
}

/// When closed groups of a window were on the critical path; what touches is one.
fn path_in_groups(
    facts: &Facts,
    arranged: &Arrangement,
    window: &[Row],
) -> SortedMap<u32, Vec<Stretch>> {
    let closed = window.iter().filter_map(|row| match row {
        Row::Group(at) => {
            let is_closed = |at: u32| {
                !arranged
                    .groups
                    .get(at as usize)
                    .is_some_and(|one| one.is_open)
            };
            is_closed(*at).then(|| (*at, Vec::new()))
        }
        _ => None,
    });
    let mut found: SortedMap<u32, Vec<Stretch>> = closed.collect();
    let parts = facts.path.get().map(|path| path.parts.as_slice());
    for part in parts.unwrap_or_default() {
        let group = arranged.group_of(index(part.work));
        if let Some(stretches) = group.and_then(|group| found.get_mut(&group)) {
            match stretches.last_mut() {
                Some(last) if last.meets(part.time) => *last = last.with(part.time),
                _ => stretches.push(part.time),
            }
        }
    }
    found
}

/// A task's bar; one that is all of its group has that one's name.
fn bar(facts: &Facts, run: &Run, at: u32, alone: Option<&str>) -> Option<TaskBar> {
    let fact = facts.tasks.get(at as usize)?;
    let task = facts.task(at, run)?;
    let step = facts.step_of(fact);
    let attempts = task.attempts.iter().map(|attempt| AttemptBar {
        number: attempt.number,
        status: attempt.status,
        time: attempt_time(attempt, facts.zero, facts.now),
        is_begun: attempt.started.is_some(),
        is_ended: attempt.end_recorded,
        is_backwards: is_backwards(attempt),
        is_ahead: attempt_time(attempt, facts.zero, facts.now)
            .is_some_and(|time| !facts.is_told(time)),
        host: attempt.host.clone(),
    });
    let begin = fact.time.map(|time| time.from);
    let until = match (begin, task.attempts.is_empty()) {
        (Some(begin), _) => Some(begin),
        // What was never begun waits to this day, or did until the run was left.
        (None, true) => Some(match task.status {
            Status::Running => since(facts.now, facts.zero),
            _ => facts.whole.to,
        }),
        // It has begun, and nobody knows when.
        (None, false) => None,
    };
    let on_path = facts.path.get().and_then(|path| {
        let place = *path.part_of.get(&at)? as usize;
        let part = path.parts.get(place)?;
        let before = place.checked_sub(1).and_then(|at| path.parts.get(at));
        let known = path.before.get(place)?;
        Some(OnPath {
            reason: part.reason,
            wait: part.wait,
            unknown: known.unknown,
            untold: known.untold,
            until: part.time.to,
            before: before.and_then(|before| full_name(facts, run, before)),
            before_over: before.map_or(Span(0), |before| notable(before.over)),
        })
    });
    Some(TaskBar {
        step: step.to_owned(),
        id: task.id.clone(),
        name: match (alone, task.label()) {
            (Some(group), _) => group.to_owned(),
            (None, Some(label)) => label,
            (None, None) => format!("{step}/{}", task.id),
        },
        values: task.values(),
        is_inside: alone.is_none(),
        status: task.status,
        caught: task.is_caught(),
        queued: (fact.created.zip(until)).map(|(created, until)| Stretch::new(created, until)),
        attempts: attempts.collect(),
        on_path,
    })
}

/// By less clocks differ.
fn notable(over: Span) -> Span {
    match over > CLOCKS {
        true => over,
        false => Span(0),
    }
}

/// `features, country=FI`, or `features/12`.
fn full_name(facts: &Facts, run: &Run, part: &Part) -> Option<String> {
    let fact = facts.tasks.get(part.work)?;
    let task = facts.task(index(part.work), run)?;
    let step = facts.step_of(fact);
    Some(match task.label() {
        Some(label) => format!("{step}, {label}"),
        None => format!("{step}/{}", task.id),
    })
}

/// The variables of all foreach steps of a run, in the order of the flow.
pub(super) fn variables(run: &Run) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    // The tasks of a step are over the same variables.
    let firsts = run.steps.iter().filter_map(|step| step.tasks.first());
    for frame in firsts.flat_map(|task| &task.foreach) {
        if let Some((name, _)) = &frame.label
            && !found.contains(name)
        {
            found.push(name.clone());
        }
    }
    found
}

/// So many lines between rows are drawn at most.
const LINKS: usize = 300;

/// So many parts are listed at most; of a longer path its beginning and its end.
const PARTS: usize = 200;

pub(super) fn path(facts: &Facts, run: &Run, arranged: &Arrangement, window: Window) -> PathView {
    let Some(path) = facts.path.get() else {
        return PathView::default();
    };
    let steps = path.steps.iter().map(|on| PathStep {
        step: facts
            .steps
            .get(on.step as usize)
            .cloned()
            .unwrap_or_default(),
        tasks: on.tasks,
        took: on.took,
        retrying: on.retrying,
        unrecorded: on.unrecorded,
        waited: on.waited,
        unknown: on.unknown,
        untold: on.untold,
    });
    let part = |part: &Part, before: &Before| {
        let fact = facts.tasks.get(part.work)?;
        let task = facts.task(index(part.work), run)?;
        Some(PathPart {
            step: facts.step_of(fact).to_owned(),
            id: task.id.clone(),
            name: task.label().unwrap_or_default(),
            status: task.status,
            time: part.time,
            took: took(facts, part),
            over: notable(part.over),
            retrying: fact.retrying.min(part.time.length()),
            unrecorded: fact.unrecorded.min(part.time.length()),
            reason: part.reason,
            wait: part.wait,
            handed_out: fact
                .created
                .filter(|at| part.wait.from < *at && *at < part.wait.to),
            unknown: before.unknown,
            untold: before.untold,
            missing: (before.missing.iter())
                .filter_map(|step| facts.steps.get(*step as usize).cloned())
                .collect(),
        })
    };
    let count = path.parts.len();
    let left_out = count.saturating_sub(PARTS);
    let listed = path.parts.iter().zip(&path.before).enumerate();
    let listed =
        listed.filter(|(at, _)| left_out == 0 || *at < PARTS / 2 || *at >= PARTS / 2 + left_out);
    PathView {
        tasks: count as u64,
        steps: steps.collect(),
        links: links(facts, arranged, &path.parts, window),
        parts: listed
            .filter_map(|(_, (one, before))| part(one, before))
            .collect(),
        left_out: left_out as u64,
    }
}

/// The lines between rows that can be seen in a window of them.
fn links(facts: &Facts, arranged: &Arrangement, parts: &[Part], window: Window) -> Vec<PathLink> {
    let last = window.first.saturating_add(window.count);
    // A task that has no row of its own is in that of its group.
    let mut of_task: SortedMap<u32, u64> = SortedMap::default();
    let mut of_group: SortedMap<u32, u64> = SortedMap::default();
    let mut tasks = Vec::new();
    let mut groups = Vec::new();
    let path = facts.path.get();
    let is_on_path = |task: &u32| path.is_some_and(|path| path.part_of.contains_key(task));
    for (at, row) in arranged.rows.iter().enumerate() {
        match row {
            Row::Group(group) => groups.push((*group, at as u64)),
            Row::Task(task) | Row::Alone { task, .. } if is_on_path(task) => {
                tasks.push((*task, at as u64));
            }
            _ => {}
        }
    }
    of_task.extend(tasks);
    of_group.extend(groups);
    let row = |work: usize| {
        let task = index(work);
        of_task.get(&task).copied().or_else(|| {
            let group = arranged.group_of(task)?;
            of_group.get(&group).copied()
        })
    };
    let link = |pair: &[Part]| {
        let [before, part] = pair else { return None };
        let (from, to) = (row(before.work)?, row(part.work)?);
        let is_seen = from.min(to) < last && from.max(to) >= window.first;
        (from != to && is_seen).then_some(PathLink {
            from,
            to,
            ended: part.wait.from,
            began: part.wait.to,
        })
    };
    parts.windows(2).filter_map(link).take(LINKS).collect()
}
