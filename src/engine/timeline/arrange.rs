//! Which rows a timeline has, and in which order: groups, their tasks, and what is not
//! shown of them.

use super::facts::{Along, Fact, Facts, index};
use super::hosts::HostsOfTasks;
use super::{Grouping, Order, RowsQuery};
use crate::layout::timeline::Stretch;
use crate::model::{Run, Status, Task};
use crate::sorting::sort_by_key;
use std::collections::HashMap;

/// The rows of a timeline.
pub(in crate::engine) struct Arrangement {
    pub by: Grouping,
    pub groups: Vec<Group>,
    pub rows: Vec<Row>,
    /// Tasks that are in a row or in a group.
    pub matching: u64,
    /// The group of each task; of one that does not match none.
    group_of: Vec<Option<u32>>,
}

/// Tasks that have something in common.
pub(in crate::engine) struct Group {
    pub which: Which,
    pub status: Status,
    pub failed: u64,
    /// Those that ended before they began.
    pub backwards: usize,
    /// From the first begin to the last end.
    pub time: Option<Stretch>,
    pub is_open: bool,
    /// In the order that was asked for.
    pub tasks: Vec<u32>,
}

/// What the tasks of a group have in common. It may be one of a hundred thousand, so its
/// words are made only where they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Which {
    All,
    /// By its place in [`Facts::steps`].
    Step(u32),
    Status(Status),
    /// By its place in [`HostsOfTasks::hosts`].
    Host(u32),
    /// Of none of their attempts it is recorded where it ran.
    NoHost,
    /// The value of the foreach variable that this task has.
    Value(u32),
    /// They are not over that variable.
    NoValue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Row {
    /// The head of a group.
    Group(u32),
    /// A task in an open group, or of no group.
    Task(u32),
    /// A task that is all of its group.
    Alone { group: u32, task: u32 },
    /// Tasks of a closed group that are not shown, below those of it that failed.
    Rest { group: u32, left: u64 },
}

/// Groups of more tasks are closed at first.
const OPEN: usize = 50;

/// So many of those that failed are shown of a closed group.
const FAILED: usize = 50;

impl Arrangement {
    /// `within` leaves only what waited or was at work then.
    pub fn new(facts: &Facts, run: &Run, query: &RowsQuery, within: Option<Stretch>) -> Self {
        let text = query.text.trim().to_lowercase();
        let wanted = |at: u32, fact: &Fact| {
            let length = fact.time.map(|time| time.length());
            (query.statuses.is_empty() || query.statuses.contains(&fact.status))
                && query.least.is_none_or(|least| length >= Some(least))
                && query.most.is_none_or(|most| {
                    // What nobody knows is not short.
                    let is_ahead = fact.time.is_some_and(|time| !facts.is_told(time));
                    let is_known = !fact.is_backwards && !fact.has_no_end && !is_ahead;
                    is_known && length.is_some_and(|length| length <= most)
                })
                && within.is_none_or(|within| fact.is_within(within))
                && (text.is_empty() || facts.has_text(at, &text, run))
        };
        let mut sorter = Sorter::new(&query.group, facts, run);
        let mut groups: Vec<Group> = sorter.known(facts);
        let mut group_of = vec![None; facts.tasks.len()];
        let mut matching = 0;
        let along = facts.along(match query.order {
            Order::Flow => Along::Flow,
            Order::Start => Along::Start,
            Order::End => Along::End,
            Order::Duration => Along::Duration,
        });
        let backwards = query.descending.then(|| along.iter().rev());
        let forwards = (!query.descending).then(|| along.iter());
        for at in backwards
            .into_iter()
            .flatten()
            .chain(forwards.into_iter().flatten())
        {
            let Some(fact) = facts.tasks.get(*at as usize) else {
                continue;
            };
            if !wanted(*at, fact) {
                continue;
            }
            matching += 1;
            let group = sorter.group(*at, fact, facts.task(*at, run), &mut groups);
            if let Some(place) = group_of.get_mut(*at as usize) {
                *place = Some(group);
            }
            if let Some(group) = groups.get_mut(group as usize) {
                group.add(*at, fact);
            }
        }
        let is_filtered = matching < facts.tasks.len() as u64;
        let order = order_of(&groups, query);
        let mut rows = Vec::new();
        for at in order {
            let Some(group) = groups.get_mut(at as usize) else {
                continue;
            };
            let is_flipped = !query.flipped.is_empty()
                && query.flipped.contains(&group.key(&query.group, facts, run));
            group.is_open = (group.tasks.len() <= OPEN) != is_flipped;
            lay(group, at, facts, &query.group, is_filtered, &mut rows);
        }
        Self {
            by: query.group.clone(),
            groups,
            rows,
            matching,
            group_of,
        }
    }
}

impl Arrangement {
    /// The group that a task is in; one that does not match is in none.
    pub fn group_of(&self, task: u32) -> Option<u32> {
        self.group_of.get(task as usize).copied().flatten()
    }
}

/// The rows of one group.
fn lay(
    group: &Group,
    at: u32,
    facts: &Facts,
    by: &Grouping,
    is_filtered: bool,
    rows: &mut Vec<Row>,
) {
    match (by, group.tasks.as_slice()) {
        (Grouping::None, tasks) => {
            rows.extend(tasks.iter().map(|task| Row::Task(*task)));
            return;
        }
        // A step that was not reached says so; of a filter, nothing is left of it.
        (Grouping::Step, []) if !is_filtered => {}
        (_, []) => return,
        (Grouping::Step | Grouping::Foreach(_), [task]) => {
            rows.push(Row::Alone {
                group: at,
                task: *task,
            });
            return;
        }
        _ => {}
    }
    rows.push(Row::Group(at));
    if group.is_open {
        rows.extend(group.tasks.iter().map(|task| Row::Task(*task)));
        return;
    }
    let failed = |task: &&u32| {
        let fact = facts.tasks.get(**task as usize);
        fact.is_some_and(|fact| fact.status == Status::Failed)
    };
    // Where all have failed, or all are asked for by their status, none stands out.
    let stand_out = group.failed > 0 && group.failed < group.tasks.len() as u64;
    if stand_out && *by != Grouping::Status {
        let shown: Vec<Row> = (group.tasks.iter().filter(failed))
            .take(FAILED)
            .map(|task| Row::Task(*task))
            .collect();
        let left = (group.tasks.len() - shown.len()) as u64;
        rows.extend(shown);
        rows.push(Row::Rest { group: at, left });
    }
}

impl Group {
    fn new(which: Which) -> Self {
        Self {
            which,
            status: Status::Skipped,
            failed: 0,
            backwards: 0,
            time: None,
            is_open: false,
            tasks: Vec::new(),
        }
    }

    /// What the address calls it.
    pub fn key(&self, by: &Grouping, facts: &Facts, run: &Run) -> String {
        match self.which {
            Which::All => String::new(),
            // Others begin with `=`.
            Which::NoValue | Which::NoHost => "none".to_owned(),
            Which::Host(host) => format!("={}", facts.hosts(run).name(host)),
            Which::Step(at) => facts.steps.get(at as usize).cloned().unwrap_or_default(),
            Which::Status(status) => status.key().to_owned(),
            Which::Value(task) => {
                let value = facts.task(task, run).and_then(|task| value_of(task, by));
                format!("={}", value.unwrap_or_default())
            }
        }
    }

    pub fn name(&self, by: &Grouping, facts: &Facts, run: &Run) -> String {
        match (self.which, by) {
            (Which::Status(status), _) => status.word().to_owned(),
            (Which::Value(_), Grouping::Foreach(name)) => {
                format!("{name}{}", self.key(by, facts, run))
            }
            (Which::NoValue, Grouping::Foreach(name)) => format!("not over {name}"),
            (Which::Host(host), _) => facts.hosts(run).name(host).to_owned(),
            (Which::NoHost, _) => "no host recorded".to_owned(),
            _ => self.key(by, facts, run),
        }
    }

    fn add(&mut self, at: u32, fact: &Fact) {
        self.status = match self.tasks.is_empty() {
            true => fact.status,
            false => self.status.min(fact.status),
        };
        self.failed += u64::from(fact.status == Status::Failed);
        self.backwards += usize::from(fact.is_backwards);
        self.time = match (self.time, fact.time) {
            (Some(one), Some(other)) => Some(one.with(other)),
            (one, other) => one.or(other),
        };
        self.tasks.push(at);
    }
}

/// The value of the foreach variable that tasks are put together by.
fn value_of<'r>(task: &'r Task, by: &Grouping) -> Option<&'r str> {
    let Grouping::Foreach(name) = by else {
        return None;
    };
    let mut labels = task.foreach.iter().filter_map(|frame| frame.label.as_ref());
    let found = labels.find(|(variable, _)| variable == name);
    found.map(|(_, value)| value.as_str())
}

/// Which group a task belongs to.
enum Sorter<'r> {
    One,
    Step,
    Status,
    Host(&'r HostsOfTasks),
    Foreach {
        by: &'r Grouping,
        known: HashMap<&'r str, u32>,
        none: Option<u32>,
    },
}

impl<'r> Sorter<'r> {
    fn new(by: &'r Grouping, facts: &'r Facts, run: &Run) -> Self {
        match by {
            Grouping::None => Sorter::One,
            Grouping::Step => Sorter::Step,
            Grouping::Status => Sorter::Status,
            Grouping::Host => Sorter::Host(facts.hosts(run)),
            Grouping::Foreach(_) => Sorter::Foreach {
                by,
                known: HashMap::with_capacity(facts.tasks.len()),
                none: None,
            },
        }
    }

    /// The groups that are there whoever is in them.
    fn known(&self, facts: &Facts) -> Vec<Group> {
        match self {
            Sorter::One => vec![Group::new(Which::All)],
            Sorter::Step => (0..index(facts.steps.len()))
                .map(|step| Group::new(Which::Step(step)))
                .collect(),
            Sorter::Status => Status::ALL
                .iter()
                .map(|status| Group::new(Which::Status(*status)))
                .collect(),
            Sorter::Host(known) => (0..index(known.hosts.len()))
                .map(Which::Host)
                .chain([Which::NoHost])
                .map(Group::new)
                .collect(),
            Sorter::Foreach { .. } => Vec::new(),
        }
    }

    fn group(
        &mut self,
        at: u32,
        fact: &Fact,
        task: Option<&'r Task>,
        groups: &mut Vec<Group>,
    ) -> u32 {
        match self {
            Sorter::One => 0,
            Sorter::Step => fact.step,
            Sorter::Status => {
                let at = Status::ALL.iter().position(|status| *status == fact.status);
                index(at.unwrap_or(0))
            }
            Sorter::Host(known) => known.place(at).unwrap_or(index(known.hosts.len())),
            Sorter::Foreach { by, known, none } => {
                let new = index(groups.len());
                let value = task.and_then(|task| value_of(task, by));
                let (found, which) = match value {
                    Some(value) => (*known.entry(value).or_insert(new), Which::Value(at)),
                    None => (*none.get_or_insert(new), Which::NoValue),
                };
                if found == new {
                    groups.push(Group::new(which));
                }
                found
            }
        }
    }
}

/// The groups in the order of their tasks: by their first begin, their last end, or what lies
/// between; those by status stay as they are, the worst first.
fn order_of(groups: &[Group], query: &RowsQuery) -> Vec<u32> {
    let mut order: Vec<u32> = (0..index(groups.len())).collect();
    let is_timed = query.order != Order::Flow && query.group != Grouping::Status;
    if is_timed {
        let key = |at: &u32| {
            let time = groups.get(*at as usize).and_then(|group| group.time);
            let key = time.map(|time| match query.order {
                Order::End => time.to.0,
                Order::Duration => time.length().0,
                Order::Flow | Order::Start => time.from.0,
            });
            let key = key.map(|key| match query.descending {
                true => key.saturating_neg(),
                false => key,
            });
            (key.is_none(), key)
        };
        sort_by_key(&mut order, key);
    } else if let Grouping::Foreach(_) = query.group {
        // By value in the order in which the foreach has them; what is in none comes last.
        let first = |at: &u32| {
            let group = groups.get(*at as usize);
            let is_none = group.is_none_or(|group| group.which == Which::NoValue);
            let tasks = group
                .map(|group| group.tasks.as_slice())
                .unwrap_or_default();
            (is_none, tasks.iter().min().copied())
        };
        let mut keyed: Vec<_> = order.into_iter().map(|at| (first(&at), at)).collect();
        crate::sorting::sort(&mut keyed);
        order = keyed.into_iter().map(|(_, at)| at).collect();
    }
    order
}
