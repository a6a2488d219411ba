//! What tasks that failed have in common and no other task has, where that is hardly chance: a
//! value of the foreach, the machine, how long they took.

use super::lengths;
use super::order::{Siblings, parts_of};
use crate::model::{Moment, Span, Status, Task};
use crate::sorting::SortedMap;
use crate::text::human;

/// All tasks of a step, counted once.
pub(super) struct Crowd {
    total: usize,
    /// How many have each value, by the place of its name.
    values: Vec<SortedMap<String, usize>>,
    names: Vec<String>,
    /// How many ran on each machine.
    hosts: SortedMap<String, usize>,
    /// Those that ended without failing: how many, the shortest and the longest.
    others: Option<(usize, Span, Span)>,
    now: Moment,
}

/// What would be so in more than one case of so many by chance says nothing.
const ODDS: f64 = 20.0;

impl Crowd {
    /// `None` where none failed.
    pub fn of(siblings: &Siblings) -> Option<Self> {
        siblings
            .tasks()
            .find(|task| task.status == Status::Failed)?;
        let names = siblings.order.parts.clone();
        let mut values = vec![SortedMap::default(); names.len()];
        let mut hosts = SortedMap::default();
        for task in siblings.tasks() {
            for (counts, (_, value)) in values.iter_mut().zip(parts_of(task)) {
                *counts.value_or_insert_with(value, || 0) += 1;
            }
            if let Some(host) = task.host() {
                *hosts.value_or_insert_with(host.name().to_owned(), || 0) += 1;
            }
        }
        let went_well = || {
            let lengths = lengths(siblings.tasks(), siblings.now);
            let lengths = lengths.filter(|(_, failed)| !failed);
            lengths.map(|(length, _)| length)
        };
        let others = went_well().min().zip(went_well().max());
        Some(Self {
            total: siblings.len(),
            values,
            names,
            hosts,
            others: others.map(|(low, high)| (went_well().count(), low, high)),
            now: siblings.now,
        })
    }

    /// What sets some of the tasks that failed apart from all the others, as parts of sentences
    /// that begin with where a failure is.
    pub fn apart(&self, failed: &[&Task]) -> Vec<String> {
        let mut said = Vec::new();
        for (at, (name, counts)) in self.names.iter().zip(&self.values).enumerate() {
            let value = shared(failed, |task| Some(parts_of(task).into_iter().nth(at)?.1));
            let with = value.and_then(|value| Some((*counts.get(&value)?, value)));
            if let Some((with, value)) = with.filter(|(with, _)| self.is_rare(*with, failed.len()))
            {
                let value = value.trim();
                said.push(self.among(failed.len(), with, &format!("with {name}={value}")));
            }
        }
        let host = shared(failed, |task| Some(task.host()?.name().to_owned()));
        let with = host.and_then(|host| Some((*self.hosts.get(&host)?, host)));
        if let Some((with, host)) = with.filter(|(with, _)| self.is_rare(*with, failed.len())) {
            said.push(self.among(failed.len(), with, &format!("on {host}")));
        }
        said.extend(self.length(failed));
        said
    }

    /// Whether it is hardly chance that so many have what so many of all have: the first of
    /// them may have anything, each other one has the same.
    fn is_rare(&self, with: usize, failed: usize) -> bool {
        let part = with as f64 / self.total.max(1) as f64;
        let others = failed.saturating_sub(1);
        others > 0 && part.powf(others as f64) * ODDS <= 1.0
    }

    fn among(&self, failed: usize, with: usize, what: &str) -> String {
        let rest = human::count(self.total.saturating_sub(with) as u64);
        match failed == with {
            true => format!("in all {failed} tasks {what}, in none of the other {rest}"),
            false => {
                let with = human::count(with as u64);
                format!("in {failed} of the {with} tasks {what}, in none of the other {rest}")
            }
        }
    }

    /// Each took longer than any task that did not fail, or each less.
    fn length(&self, failed: &[&Task]) -> Option<String> {
        let lengths: Option<Vec<Span>> = failed.iter().map(|task| task.took(self.now)).collect();
        let lengths = lengths?;
        let (least, most) = (*lengths.iter().min()?, *lengths.iter().max()?);
        let (count, low, high) = self.others?;
        if choices(count.saturating_add(lengths.len()), lengths.len()) < ODDS {
            return None;
        }
        let length = |length: Span| human::span(length.0);
        let tasks = human::counted(lengths.len() as u64, "task", "tasks");
        if least > high {
            let (least, high) = (length(least), length(high));
            let told = format!("in {tasks} of {least} or longer, in no other longer than {high}");
            return (least != high).then_some(told);
        }
        if most < low {
            let (most, low) = (length(most), length(low));
            let told = format!("in {tasks} of {most} or shorter, in no other shorter than {low}");
            return (most != low).then_some(told);
        }
        None
    }
}

/// What all of them have, if all have the same.
fn shared(tasks: &[&Task], of: impl Fn(&Task) -> Option<String>) -> Option<String> {
    let (first, others) = tasks.split_first()?;
    let first = of(first)?;
    let same = |task: &&Task| of(task).as_ref() == Some(&first);
    others.iter().all(same).then_some(first)
}

/// In how many ways so many can be chosen of all.
fn choices(all: usize, some: usize) -> f64 {
    (0..some).fold(1.0, |ways, at| {
        ways * all.saturating_sub(at) as f64 / (at + 1) as f64
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Attempt, Host, sample};

    const NOW: Moment = Moment(3_600_000_000);

    fn task(id: usize, country: &str, host: &str, seconds: i64, status: Status) -> Task {
        let attempt = Attempt {
            started: Some(Moment(0)),
            ended: Some(Moment(seconds * 1_000_000)),
            host: Host::named(host),
            ..sample::attempt(status)
        };
        Task {
            attempts: vec![attempt],
            foreach: vec![sample::frame("country", id as u64, country)],
            ..sample::task(id, status)
        }
    }

    fn crowd(tasks: &[Task]) -> Crowd {
        let mut values = SortedMap::default();
        let mut hosts = SortedMap::default();
        for task in tasks {
            *values.value_or_insert_with(parts_of(task)[0].1.clone(), || 0) += 1;
            *hosts.value_or_insert_with(task.host().unwrap().name().to_owned(), || 0) += 1;
        }
        let good = || {
            let good = tasks.iter().filter(|task| task.status != Status::Failed);
            good.filter_map(|task| task.took(NOW))
        };
        Crowd {
            total: tasks.len(),
            values: vec![values],
            names: vec!["country".to_owned()],
            hosts,
            others: good()
                .min()
                .zip(good().max())
                .map(|(low, high)| (good().count(), low, high)),
            now: NOW,
        }
    }

    fn apart(tasks: &[Task]) -> Vec<String> {
        let failed = tasks.iter().filter(|task| task.status == Status::Failed);
        crowd(tasks).apart(&failed.collect::<Vec<_>>())
    }

    /// Twenty tasks: of each it is said where it ran and how it ended.
    fn tasks(of: impl Fn(usize) -> (&'static str, &'static str, i64, Status)) -> Vec<Task> {
        let one = |at: usize| {
            let (country, host, seconds, status) = of(at);
            task(at, country, host, seconds, status)
        };
        (0..20).map(one).collect()
    }

    const GOOD: Status = Status::Succeeded;
    const BAD: Status = Status::Failed;

    #[test]
    fn a_value_that_only_failed_tasks_share_sets_them_apart() {
        let all = tasks(|at| match at {
            0..=2 => ("FI", "one", 10 + at as i64, BAD),
            3 => ("FI", "two", 11, GOOD),
            _ => ("SE", "one", 12, GOOD),
        });
        assert_eq!(
            apart(&all),
            ["in 3 of the 4 tasks with country=FI, in none of the other 16"]
        );
        let all = tasks(|at| match at {
            0..=2 => ("FI", "one", 10, BAD),
            _ => ("SE", "one", 10, GOOD),
        });
        assert_eq!(
            apart(&all),
            ["in all 3 tasks with country=FI, in none of the other 17"]
        );
    }

    #[test]
    fn so_do_a_machine_and_a_length() {
        let all = tasks(|at| match at {
            0..=3 => ("FI", "bad", 300, BAD),
            4 => ("FI", "bad", 20, GOOD),
            _ => ("FI", "good", 40, GOOD),
        });
        assert_eq!(
            apart(&all),
            [
                "in 4 of the 5 tasks on bad, in none of the other 15",
                "in 4 tasks of 5m 00s or longer, in no other longer than 40 s"
            ]
        );
    }

    #[test]
    fn what_may_be_chance_says_nothing() {
        // One alone shares everything with itself.
        let all = tasks(|at| match at {
            0 => ("FI", "one", 10, BAD),
            _ => ("SE", "two", 10, GOOD),
        });
        assert_eq!(apart(&all), [""; 0]);
        // Two of twenty, of which half have the same.
        let all = tasks(|at| match at {
            0 | 1 => ("FI", "one", 10, BAD),
            2..=9 => ("FI", "one", 10, GOOD),
            _ => ("SE", "two", 10, GOOD),
        });
        assert_eq!(apart(&all), [""; 0]);
        // They differ.
        let all = tasks(|at| match at {
            0 => ("FI", "one", 10, BAD),
            1 => ("SE", "two", 10, BAD),
            _ => ("NO", "one", 10, GOOD),
        });
        assert_eq!(apart(&all), [""; 0]);
    }
}
