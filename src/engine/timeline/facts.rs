//! What a timeline needs of every task of a run, side by side: made once for a run that is
//! loaded, so that each question after it only counts.

use super::hosts::HostsOfTasks;
use super::path::CriticalPath;
use crate::engine::rail::step_order;
use crate::engine::tasks::foreach_order;
use crate::layout::timeline::{Stretch, at_once, idle::idle};
use crate::model::{Attempt, AttemptNumber, Moment, Run, Span, Status, Task};
use crate::sorting::{sort_by, sort_by_key};
use std::cell::OnceCell;

/// All tasks of a run in time, in the order of the flow.
pub(in crate::engine) struct Facts {
    /// What times are counted from: the start of the run.
    pub zero: Moment,
    /// When this was looked at: where running tasks are for now.
    pub now: Moment,
    /// From the start of the run, or the first time before it, to the last time.
    pub whole: Stretch,
    /// In the order of the flow; those without tasks too.
    pub steps: Vec<String>,
    pub tasks: Vec<Fact>,
    /// The attempts in the order in which they began.
    pub work: Vec<Piece>,
    /// The places in `work` in the order in which they ended.
    pub by_end: Vec<u32>,
    /// No attempt ran; only what is longer than a part of the run.
    pub idle: Vec<Stretch>,
    pub most_at_once: u64,
    orders: [OnceCell<Vec<u32>>; 4],
    text: OnceCell<Texts>,
    hosts: OnceCell<HostsOfTasks>,
    pub path: OnceCell<CriticalPath>,
}

/// A task in time.
pub(in crate::engine) struct Fact {
    /// Its step, by its place in [`Facts::steps`].
    pub step: u32,
    /// Where it stands in the run: step and task.
    pub place: (u32, u32),
    pub status: Status,
    /// From when on it waited to begin, where that is known.
    pub created: Option<Span>,
    /// From its first begin to its last end; `None` where neither is known.
    pub time: Option<Stretch>,
    /// What of that was waiting between attempts.
    pub retrying: Span,
    /// What of that lies between attempts of which those between left no record.
    pub unrecorded: Span,
    /// Some attempt of it ended before it began: how long it took is not known.
    pub is_backwards: bool,
    /// Its end is not known, and it does not run: it took as long at least.
    pub has_no_end: bool,
}

impl Fact {
    /// Whether it waited or was at work at some time of a stretch.
    pub fn is_within(&self, stretch: Stretch) -> bool {
        let time = match (self.created, self.time) {
            (Some(created), Some(time)) => Some(Stretch::new(created, time.to)),
            (created, time) => time.or(created.map(|at| Stretch::new(at, at))),
        };
        time.is_some_and(|time| time.meets(stretch))
    }
}

/// An attempt at work.
pub(in crate::engine) struct Piece {
    /// By its place in [`Facts::tasks`].
    pub task: u32,
    pub time: Stretch,
    pub fate: Fate,
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Fate {
    Well,
    Running,
    /// It failed, and its task did not in the end.
    Retried,
    Failed,
}

impl Fate {
    fn of(attempt: &Attempt, task: &Task) -> Self {
        match (attempt.status, task.status) {
            (Status::Running, _) => Fate::Running,
            (Status::Failed, Status::Failed) => Fate::Failed,
            (Status::Failed, _) => Fate::Retried,
            _ => Fate::Well,
        }
    }
}

/// In which order tasks are gone through.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Along {
    Flow = 0,
    Start = 1,
    End = 2,
    Duration = 3,
}

/// Clocks that differ by less are taken for one, in microseconds.
pub(super) const CLOCKS: Span = Span(1_000_000);

/// Idle time is cut from this part of a run on.
const IDLE: f64 = 0.05;

impl Facts {
    pub fn of(run: &Run, now: Moment) -> Self {
        let steps = step_order(run);
        let zero = run.record.started.or_else(|| first_time(run));
        // Without any time at all it does not matter.
        let zero = zero.unwrap_or(now);
        let mut tasks = Vec::new();
        let mut work = Vec::new();
        for (at, name) in steps.iter().enumerate() {
            let Some(in_run) = run.steps.iter().position(|step| step.name == *name) else {
                continue;
            };
            let all = run.steps.get(in_run).map(|step| step.tasks.as_slice());
            let mut all: Vec<(usize, &Task)> = all.unwrap_or_default().iter().enumerate().collect();
            sort_by(&mut all, |(_, one), (_, other)| foreach_order(one, other));
            for (nth, task) in all {
                let mut time: Option<Stretch> = None;
                let (mut retrying, mut unrecorded) = (Span(0), Span(0));
                let mut before: Option<AttemptNumber> = None;
                for attempt in &task.attempts {
                    let Some(stretch) = attempt_time(attempt, zero, now) else {
                        continue;
                    };
                    let gap = time.map_or(0, |time| stretch.from.0.saturating_sub(time.to.0));
                    // Between attempts that are not next to each other, others ran.
                    let next = before
                        .replace(attempt.number)
                        .map(|one| one.saturating_add(1));
                    let sum = match next.is_none_or(|next| attempt.number <= next) {
                        true => &mut retrying,
                        false => &mut unrecorded,
                    };
                    sum.0 = sum.0.saturating_add(gap.max(0));
                    time = Some(time.map_or(stretch, |time| time.with(stretch)));
                    work.push(Piece {
                        task: index(tasks.len()),
                        time: stretch,
                        fate: Fate::of(attempt, task),
                    });
                }
                let created = task.created.map(|created| since(created, zero));
                tasks.push(Fact {
                    step: index(at),
                    place: (index(in_run), index(nth)),
                    status: task.status,
                    created: created.filter(|at| time.is_none_or(|time| *at <= time.from)),
                    time,
                    retrying,
                    unrecorded,
                    is_backwards: task.attempts.iter().any(is_backwards),
                    has_no_end: task
                        .attempts
                        .last()
                        .is_some_and(|last| !last.end_recorded && last.status != Status::Running),
                });
            }
        }
        sort_by_key(&mut work, |piece| piece.time.from);
        let mut by_end: Vec<u32> = (0..index(work.len())).collect();
        let end = |at: &u32| work.get(*at as usize).map(|piece| piece.time.to);
        sort_by_key(&mut by_end, end);
        let moment = |at: Span| Stretch::new(at, at);
        let mut whole = moment(Span(0));
        for piece in &work {
            whole = whole.with(piece.time);
        }
        for created in tasks.iter().filter_map(|task| task.created) {
            whole = whole.with(moment(created));
        }
        if run.is_over() || work.is_empty() {
            whole = run
                .ended
                .map_or(whole, |ended| whole.with(moment(since(ended, zero))));
        }
        let begins = work.iter().map(|piece| piece.time.from);
        let ends = by_end.iter().filter_map(end);
        Self {
            idle: idle(work.iter().map(|piece| piece.time), whole, IDLE),
            most_at_once: at_once::most(begins, ends),
            zero,
            now,
            whole,
            steps,
            tasks,
            work,
            by_end,
            orders: Default::default(),
            text: OnceCell::new(),
            hosts: OnceCell::new(),
            path: OnceCell::new(),
        }
    }

    pub fn task<'r>(&self, at: u32, run: &'r Run) -> Option<&'r Task> {
        self.tasks.get(at as usize)?.task(run)
    }

    pub fn hosts(&self, run: &Run) -> &HostsOfTasks {
        self.hosts
            .get_or_init(|| HostsOfTasks::of(&self.tasks, run))
    }

    pub fn step_of(&self, fact: &Fact) -> &str {
        self.steps
            .get(fact.step as usize)
            .map_or("", String::as_str)
    }

    /// How many tasks began before the run did, and how long before it the first of them.
    pub fn early(&self) -> Option<(u64, Span)> {
        let begins = self.tasks.iter().filter_map(|task| task.time);
        let early = begins.filter(|time| time.from.0 < -CLOCKS.0);
        let first = early.clone().map(|time| time.from).min()?;
        Some((early.count() as u64, Span(first.0.saturating_neg())))
    }

    /// How far its last time lies in the future, where that is more than clocks differ.
    pub fn ahead(&self) -> Option<Span> {
        let ahead = self.whole.to.0.saturating_sub(since(self.now, self.zero).0);
        Some(Span(ahead)).filter(|ahead| *ahead > Moment::AHEAD)
    }

    /// Whether the length of a stretch can be believed: not where only its end lies in the future.
    pub fn is_told(&self, time: Stretch) -> bool {
        let moment = |at: Span| Moment(self.zero.0.saturating_add(at.0));
        moment(time.to).is_told_since(moment(time.from), self.now)
    }

    /// The most attempts at any moment of a stretch, of the tasks that `is_shown`.
    ///
    /// Of stretches that all meet another one and each other, some moment is in all of them:
    /// so only those are counted that meet it.
    pub fn most_within(&self, stretch: Stretch, is_shown: impl Fn(u32) -> bool) -> u64 {
        let is_in = |piece: &&Piece| piece.time.meets(stretch) && is_shown(piece.task);
        let ends = self.by_end.iter();
        let ends = ends.filter_map(|at| self.work.get(*at as usize));
        at_once::most(
            self.work.iter().filter(is_in).map(|piece| piece.time.from),
            ends.filter(is_in).map(|piece| piece.time.to),
        )
    }

    /// All tasks in an order; those of which its key is not known come last.
    pub fn along(&self, order: Along) -> &[u32] {
        let Some(cell) = self.orders.get(order as usize) else {
            return &[];
        };
        cell.get_or_init(|| {
            let mut all: Vec<u32> = (0..index(self.tasks.len())).collect();
            let key = |at: &u32| {
                let task = self.tasks.get(*at as usize);
                let time = task.and_then(|task| task.time);
                let key = match order {
                    Along::Flow => Some(Span(i64::from(*at))),
                    Along::Start => time.map(|time| time.from),
                    Along::End => time.map(|time| time.to),
                    Along::Duration => time.map(|time| time.length()),
                };
                (key.is_none(), key)
            };
            sort_by_key(&mut all, key);
            all
        })
    }

    /// Whether a task's place, its foreach values or its hosts have a text, which is in lower
    /// case.
    pub fn has_text(&self, at: u32, text: &str, run: &Run) -> bool {
        let texts = self.text.get_or_init(|| Texts::of(self, run));
        texts.get(at).is_some_and(|known| known.contains(text))
    }
}

impl Fact {
    pub fn task<'r>(&self, run: &'r Run) -> Option<&'r Task> {
        let (step, task) = self.place;
        run.steps.get(step as usize)?.tasks.get(task as usize)
    }
}

/// What can be found of each task: one text for all, in lower case.
struct Texts {
    all: String,
    /// Where the text of each task ends.
    ends: Vec<u32>,
}

impl Texts {
    fn of(facts: &Facts, run: &Run) -> Self {
        let mut all = String::new();
        let mut ends = Vec::with_capacity(facts.tasks.len());
        for (at, fact) in facts.tasks.iter().enumerate() {
            if let Some(task) = facts.task(index(at), run) {
                let mut text = format!("{}/{}", facts.step_of(fact), task.id);
                if let Some(label) = task.label() {
                    text.push('\n');
                    text.push_str(&label);
                }
                let hosts = task.attempts.iter().map(|attempt| attempt.host.as_ref());
                for host in hosts.flatten() {
                    text.push('\n');
                    text.push_str(host.name());
                }
                all.push_str(&text.to_lowercase());
            }
            ends.push(index(all.len()));
        }
        Self { all, ends }
    }

    fn get(&self, at: u32) -> Option<&str> {
        let at = at as usize;
        let begin = match at.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.all.get(begin as usize..*self.ends.get(at)? as usize)
    }
}

/// A place in a list that is never longer than this: a run has fewer tasks.
pub(super) fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

pub(super) fn since(at: Moment, zero: Moment) -> Span {
    Span(at.0.saturating_sub(zero.0))
}

/// When an attempt was at work; one that still is has worked until now. One of which only its
/// end was recorded stands there; a last sign of life is neither a begin nor an end.
pub(super) fn attempt_time(attempt: &Attempt, zero: Moment, now: Moment) -> Option<Stretch> {
    let end = attempt.ended.filter(|_| attempt.end_recorded);
    let from = attempt.started.or(end)?;
    let to = match attempt.status {
        Status::Running => Some(now),
        _ => attempt.ended,
    };
    Some(Stretch::new(
        since(from, zero),
        since(to.unwrap_or(from), zero),
    ))
}

/// Its end is recorded before its begin.
pub(super) fn is_backwards(attempt: &Attempt) -> bool {
    attempt.ended.is_some() && attempt.ended < attempt.started
}

fn first_time(run: &Run) -> Option<Moment> {
    let times = run
        .tasks()
        .filter_map(|(_, task)| task.started().or(task.created));
    times.min()
}
