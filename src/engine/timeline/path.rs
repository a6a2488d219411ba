//! The critical path of a run: which tasks its end waited for, and what each of them did.

use super::facts::{Fact, Facts, index};
use crate::engine::picture::{Absence, Ways, absences_of};
use crate::engine::runs::went_well;
use crate::layout::timeline::Stretch;
use crate::layout::timeline::critical::{self, Need, Part, Work};
use crate::model::{Run, Span, Status, Task};
use crate::sorting::{SortedMap, SortedSet, sort_by_key};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// The tasks that the end of a run waited for.
pub(in crate::engine) struct CriticalPath {
    /// The first one first; `work` is the place of a task.
    pub parts: Vec<Part>,
    /// What is known of the time before each of them.
    pub before: Vec<Before>,
    /// Which part a task is.
    pub part_of: SortedMap<u32, u32>,
    /// By step, the one first that took longest with its waits.
    pub steps: Vec<OnPath>,
}

/// What is known of the time between a part of the path and the one before it.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct Before {
    /// What was waiting.
    pub waited: Span,
    /// What may have been anything.
    pub unknown: Span,
    pub untold: Option<Untold>,
    /// The steps between them of which no times are known, by their places in
    /// [`Facts::steps`].
    pub missing: Vec<u32>,
}

/// Why it is not known what lies between two parts of the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Untold {
    /// Steps between them left no records.
    Lost,
    /// Steps between them left no times.
    Untimed,
    /// Two clocks disagree.
    Clocks,
    /// It lies in the future.
    Ahead,
}

/// What a step has to do with the path.
#[derive(Clone, Debug, Default)]
pub(in crate::engine) struct OnPath {
    /// By its place in [`Facts::steps`].
    pub step: u32,
    pub tasks: u64,
    /// Its tasks from their begin to their end.
    pub took: Span,
    /// What of that was waiting between attempts.
    pub retrying: Span,
    /// What of that were attempts that left no record, or waiting for them.
    pub unrecorded: Span,
    /// Before its tasks began.
    pub waited: Span,
    /// Before that: nobody knows what it was.
    pub unknown: Span,
    /// Tasks of which it is not known how long they took.
    pub untold: u64,
}

/// Where clocks disagree, what was needed may have ended a little later.
const CLOCKS: i64 = 1_000_000;

/// So many tasks are looked at for what a path needed, in all; then it is told from here on.
const MOST_LOOKED_AT: usize = 4_000_000;

/// Of the tasks that ended after another one began, so many are looked at whether it needed
/// one of them: where clocks disagree, it did.
const LATER: usize = 64;

impl CriticalPath {
    pub fn of(facts: &Facts, run: &Run) -> Self {
        let never = Stretch::new(Span(i64::MAX), Span(i64::MAX));
        let timed = |fact: &Fact| Work {
            created: fact.created,
            time: fact.time.unwrap_or(never),
        };
        let work: Vec<Work> = facts.tasks.iter().map(timed).collect();
        // Of several that ended at once, the one that is last in the flow.
        let last = |of: &dyn Fn(&Fact) -> bool| {
            let is_timed = |at: &usize| {
                let fact = facts.tasks.get(*at);
                fact.is_some_and(|fact| fact.time.is_some() && of(fact))
            };
            let timed = (0..facts.tasks.len()).filter(is_timed);
            timed.max_by_key(|at| work.get(*at).map(|work| work.time.to))
        };
        // A run that came to its end ends there, whatever other records say of later times.
        let end = run.graph.as_ref().map(|graph| graph.end.as_str());
        let end = end.filter(|_| went_well(run.status));
        let last = end
            .and_then(|end| last(&|fact| facts.step_of(fact) == end))
            .or_else(|| last(&|_| true));
        let mut needs = Needs::of(facts, run, &work);
        // Who goes by clocks that disagree cannot tell what was waited for.
        let starting = facts.early().is_none().then(|| starting(facts));
        let path = |last| critical::path(&work, last, starting, |at| needs.of_task(at));
        let parts = last.map(path).unwrap_or_default();
        let before = before(facts, &parts, &mut needs);
        let of = |(part, on): (usize, &Part)| (index(on.work), index(part));
        Self {
            part_of: parts.iter().enumerate().map(of).collect(),
            steps: sums(facts, &parts, &before),
            before,
            parts,
        }
    }
}

/// What a task takes from being handed out to its begin if it waits for nothing: the
/// quickest of each step, of a step in the middle.
fn starting(facts: &Facts) -> Span {
    let mut quickest: Vec<Option<Span>> = vec![None; facts.steps.len()];
    for fact in &facts.tasks {
        if let (Some(created), Some(time), Some(quickest)) = (
            fact.created,
            fact.time,
            quickest.get_mut(fact.step as usize),
        ) {
            let took = Stretch::new(created, time.from).length();
            *quickest = Some(quickest.map_or(took, |known| known.min(took)));
        }
    }
    Span::median(quickest.into_iter().flatten().collect()).unwrap_or_default()
}

/// What is known of the time before each part.
fn before(facts: &Facts, parts: &[Part], needs: &mut Needs<'_>) -> Vec<Before> {
    let with_tasks: SortedSet<u32> = facts.tasks.iter().map(|fact| fact.step).collect();
    let mut all = Vec::with_capacity(parts.len());
    // By a clock that is behind that of the run, this was done when it began.
    let mut early = Span(0);
    for part in parts {
        let at = index(part.work);
        let missing = needs.missing.remove(&at).unwrap_or_default();
        let wait = part.wait;
        let was_early = std::mem::take(&mut early);
        let is_early = part.time.from < Span(-CLOCKS);
        let is_break = was_early > Span(0) && !is_early || needs.is_before_all.contains(&at);
        let length = wait.length();
        let less = |by: Span| Span(length.0.saturating_sub(by.0).max(0));
        let (waited, unknown, untold) = if !facts.is_told(wait) {
            (Span(0), Span(0), Some(Untold::Ahead))
        } else if is_break {
            (Span(0), less(was_early), Some(Untold::Clocks))
        } else if missing.is_empty() {
            (length, Span(0), None)
        } else {
            // Once it was handed out, it waited for itself.
            let fact = facts.tasks.get(part.work);
            let ready = fact.and_then(|fact| fact.created).unwrap_or(wait.to);
            let unknown = wait.common(Stretch::new(wait.from, ready)).length();
            let is_untimed = missing.iter().any(|step| with_tasks.contains(step));
            let untold = match is_untimed {
                true => Untold::Untimed,
                false => Untold::Lost,
            };
            (less(unknown), unknown, Some(untold))
        };
        if is_early {
            let more = part.time.length().0.saturating_add(waited.0);
            early = Span(was_early.0.saturating_add(more).max(1));
        }
        all.push(Before {
            waited,
            unknown,
            untold,
            missing,
        });
    }
    all
}

/// How long a part took, where that is known.
pub(super) fn took(facts: &Facts, part: &Part) -> Option<Span> {
    let length = part.time.length();
    let is_known = length > Span(0) && facts.is_told(part.time);
    is_known.then_some(length)
}

fn sums(facts: &Facts, parts: &[Part], before: &[Before]) -> Vec<OnPath> {
    let mut steps: Vec<OnPath> = (0..index(facts.steps.len()))
        .map(|step| OnPath {
            step,
            ..OnPath::default()
        })
        .collect();
    for (part, before) in parts.iter().zip(before) {
        let Some(fact) = facts.tasks.get(part.work) else {
            continue;
        };
        let took = took(facts, part).unwrap_or_default();
        let Some(on) = steps.get_mut(fact.step as usize) else {
            continue;
        };
        let add = |sum: &mut Span, more: i64| sum.0 = sum.0.saturating_add(more.max(0));
        on.tasks += 1;
        add(&mut on.took, took.0);
        add(&mut on.retrying, fact.retrying.min(took).0);
        add(&mut on.unrecorded, fact.unrecorded.min(took).0);
        on.untold += u64::from(took == Span(0));
        add(&mut on.waited, before.waited.0);
        add(&mut on.unknown, before.unknown.0);
    }
    steps.retain(|step| step.tasks > 0);
    let all = |step: &OnPath| {
        let before = step.waited.0.saturating_add(step.unknown.0);
        step.took.0.saturating_add(before)
    };
    sort_by_key(&mut steps, |step| Reverse(all(step)));
    steps
}

/// Finds what a task needed: of the tasks of the steps before it that are in the same
/// places of every foreach, the one that ended last before it began. Steps that left no times are
/// gone through, to those before them.
struct Needs<'r> {
    facts: &'r Facts,
    run: &'r Run,
    work: &'r [Work],
    /// The steps before each step.
    before: Vec<Vec<u32>>,
    /// The tasks of each step in the order in which they ended.
    ended: Vec<Vec<u32>>,
    /// The steps that the run went through and that left no times.
    is_missing: Vec<bool>,
    /// Of the tasks that were asked for, which of these steps lie before them.
    missing: SortedMap<u32, Vec<u32>>,
    /// Those that began before anything that they needed: clocks disagree.
    is_before_all: SortedSet<u32>,
    looked_at: usize,
}

impl<'r> Needs<'r> {
    fn of(facts: &'r Facts, run: &'r Run, work: &'r [Work]) -> Self {
        let place: SortedMap<&str, u32> = facts
            .steps
            .iter()
            .enumerate()
            .map(|(at, step)| (step.as_str(), index(at)))
            .collect();
        let before = |(at, step): (usize, &String)| -> Vec<u32> {
            let Some(graph) = &run.graph else {
                // Nobody knows what needed what: the step before it, as they began.
                return at.checked_sub(1).map(index).into_iter().collect();
            };
            let before = graph.before(step);
            before
                .filter_map(|step| place.get(step.name.as_str()).copied())
                .collect()
        };
        let mut ended: Vec<Vec<u32>> = vec![Vec::new(); facts.steps.len()];
        for (at, fact) in facts.tasks.iter().enumerate() {
            if let (Some(_), Some(step)) = (fact.time, ended.get_mut(fact.step as usize)) {
                step.push(index(at));
            }
        }
        for step in &mut ended {
            sort_by_key(step, |at| work.get(*at as usize).map(|work| work.time.to));
        }
        // What was taken over from another run took no time of this one.
        let begun = facts.tasks.iter().filter(|fact| {
            let task = fact.task(run);
            fact.status != Status::Cached && task.is_some_and(|task| !task.attempts.is_empty())
        });
        let begun: SortedSet<u32> = begun.map(|fact| fact.step).collect();
        let absences = absences_of(run, &Ways::default());
        let is_missing = |(at, step): (usize, &String)| {
            let is_untimed = ended.get(at).is_none_or(Vec::is_empty);
            let is_lost = absences.get(step.as_str()) == Some(&Absence::Lost);
            is_untimed && (is_lost || begun.contains(&index(at)))
        };
        let steps = facts.steps.iter().enumerate();
        Self {
            facts,
            run,
            work,
            before: steps.clone().map(before).collect(),
            is_missing: steps.map(is_missing).collect(),
            ended,
            missing: SortedMap::default(),
            is_before_all: SortedSet::default(),
            looked_at: 0,
        }
    }

    fn of_task(&mut self, at: usize) -> Option<Need> {
        let fact = self.facts.tasks.get(at)?;
        let begin = self.work.get(at)?.time.from;
        let task = self.facts.task(index(at), self.run)?;
        let mut steps = self.before.get(fact.step as usize)?.clone();
        let mut found: Option<(Span, usize)> = None;
        let mut missing: Vec<u32> = Vec::new();
        let mut seen = SortedSet::default();
        let mut is_before = false;
        while let Some(step) = steps.pop() {
            if !seen.insert(step) {
                continue;
            }
            if self.is_missing.get(step as usize) == Some(&true) {
                missing.push(step);
                let before = self.before.get(step as usize);
                steps.extend(before.into_iter().flatten());
                continue;
            }
            let candidate = self.last_of(step, at, task, begin);
            is_before |= candidate.is_none() && self.is_before(step, task, begin);
            found = found.max(candidate);
        }
        if found.is_none() && is_before {
            self.is_before_all.insert(index(at));
        }
        let is_gap = !missing.is_empty();
        if is_gap {
            sort_by_key(&mut missing, |step| *step);
            self.missing.insert(index(at), missing);
        }
        found.map(|(_, work)| Need { work, is_gap })
    }

    /// Whether a task began before the first of a step that led to it did.
    fn is_before(&self, step: u32, task: &Task, begin: Span) -> bool {
        let mut ended = self
            .ended
            .get(step as usize)
            .into_iter()
            .flatten()
            .take(LATER);
        ended.any(|one| {
            let from = self.work.get(*one as usize).map(|work| work.time.from);
            let is_later = from > Some(Span(begin.0.saturating_add(CLOCKS)));
            let other = self.facts.task(*one, self.run);
            is_later && other.is_some_and(|other| is_in_line(other, task))
        })
    }

    /// The task of a step that ended last before another one began, and led to it; where
    /// clocks disagree, one that ended later.
    fn last_of(&mut self, step: u32, at: usize, task: &Task, begin: Span) -> Option<(Span, usize)> {
        let ended = self.ended.get(step as usize)?;
        let latest = Span(begin.0.saturating_add(CLOCKS));
        let work = self.work;
        let time = |at: &u32| {
            work.get(*at as usize)
                .map_or_else(Stretch::default, |work| work.time)
        };
        let until = ended.partition_point(|one| time(one).to <= latest);
        let later = ended.get(until..)?.iter().take(LATER).rev();
        for one in later.chain(ended.get(..until)?.iter().rev()) {
            self.looked_at += 1;
            if self.looked_at > MOST_LOOKED_AT {
                return None;
            }
            let other = self.facts.task(*one, self.run)?;
            if *one as usize != at && time(one).from <= begin && is_in_line(other, task) {
                return Some((time(one).to, *one as usize));
            }
        }
        None
    }
}

/// Whether two tasks are in the same places of the foreach steps that both are in.
fn is_in_line(one: &Task, other: &Task) -> bool {
    let mut frames = one.foreach.iter().zip(&other.foreach);
    frames.all(|(one, other)| one.step == other.step && one.index == other.index)
}
