//! What a timeline needs of every task of a run, side by side: made once for a run that is
//! loaded, so that each question after it only counts.

use super::hosts::HostsOfTasks;
use super::path::CriticalPath;
use crate::engine::rail::step_order;
use crate::engine::tasks::foreach_order;
use crate::layout::timeline::{Stretch, at_once, idle::idle};
use crate::model::{Attempt, Moment, Run, Span, Status, Task};
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
    /// At work, without the waits between attempts.
    pub worked: Option<Span>,
}

/// An attempt at work.
pub(in crate::engine) struct Piece {
    /// By its place in [`Facts::tasks`].
    pub task: u32,
    pub time: Stretch,
    pub failed: bool,
}

/// In which order tasks are gone through.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Along {
    Flow = 0,
    Start = 1,
    End = 2,
    Duration = 3,
}

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
                for attempt in &task.attempts {
                    let Some(stretch) = attempt_time(attempt, zero, now) else {
                        continue;
                    };
                    time = Some(time.map_or(stretch, |time| time.with(stretch)));
                    work.push(Piece {
                        task: index(tasks.len()),
                        time: stretch,
                        failed: attempt.status == Status::Failed,
                    });
                }
                let created = task.created.map(|created| since(created, zero));
                tasks.push(Fact {
                    step: index(at),
                    place: (index(in_run), index(nth)),
                    status: task.status,
                    created: created.filter(|at| time.is_none_or(|time| *at <= time.from)),
                    time,
                    worked: task.worked(),
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
                    Along::Duration => task.and_then(|task| task.worked),
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

/// When an attempt was at work; one that still is has worked until now.
pub(super) fn attempt_time(attempt: &Attempt, zero: Moment, now: Moment) -> Option<Stretch> {
    let from = attempt.started.or(attempt.ended)?;
    let to = match attempt.status {
        Status::Running => Some(now),
        _ => attempt.ended,
    };
    Some(Stretch::new(
        since(from, zero),
        since(to.unwrap_or(from), zero),
    ))
}

fn first_time(run: &Run) -> Option<Moment> {
    let times = run
        .tasks()
        .filter_map(|(_, task)| task.started().or(task.created));
    times.min()
}
