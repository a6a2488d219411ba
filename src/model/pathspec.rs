//! Names of places: `Flow/run/step/task`, as the engines print them.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// The number of an attempt, counted from 0.
pub type AttemptNumber = u32;

/// A run's place: `Flow/run`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RunPath {
    pub flow: String,
    pub run: String,
}

/// A task's place: `Flow/run/step/task`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TaskPath {
    pub flow: String,
    pub run: String,
    pub step: String,
    pub task: String,
}

impl RunPath {
    pub fn new(flow: impl Into<String>, run: impl Into<String>) -> Self {
        Self {
            flow: flow.into(),
            run: run.into(),
        }
    }

    pub fn task(&self, step: &str, task: &str) -> TaskPath {
        TaskPath {
            flow: self.flow.clone(),
            run: self.run.clone(),
            step: step.to_owned(),
            task: task.to_owned(),
        }
    }
}

impl TaskPath {
    /// Flow, run, step and task.
    pub fn into_parts(self) -> [String; 4] {
        [self.flow, self.run, self.step, self.task]
    }

    pub fn run_path(&self) -> RunPath {
        RunPath::new(self.flow.clone(), self.run.clone())
    }
}

impl fmt::Display for RunPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.flow, self.run)
    }
}

impl fmt::Display for TaskPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}/{}", self.flow, self.run, self.step, self.task)
    }
}

/// An id as it is shown: of a UUID, which nobody can read, its end. Those that are made in order
/// have the same beginning.
pub fn shown_id(id: &str) -> Cow<'_, str> {
    const SHOWN: usize = 8;
    let hyphens = [8, 13, 18, 23];
    let mut letters = id.bytes().enumerate();
    let is_uuid = id.len() == 36
        && letters.all(|(at, letter)| match hyphens.contains(&at) {
            true => letter == b'-',
            false => letter.is_ascii_hexdigit(),
        });
    match id.get(id.len().saturating_sub(SHOWN)..).filter(|_| is_uuid) {
        Some(end) => Cow::Owned(format!("…{end}")),
        None => Cow::Borrowed(id),
    }
}

/// What a run is called: by the name that its engine gave it, else by its id.
pub fn shown_run(run: &str, name: Option<&str>) -> String {
    name.map_or_else(|| shown_id(run).into_owned(), str::to_owned)
}

/// A task in its run: `features/10`.
pub fn shown_task(step: &str, task: &str) -> String {
    match step {
        super::run::BODY => "the flow's own code".to_owned(),
        step => format!("{step}/{}", shown_id(task)),
    }
}

/// Orders ids as people count: by number where both are numbers, else as text,
/// numbers first. Task ids need not be numbers (`1_node_2` under @parallel).
pub fn natural(a: &str, b: &str) -> std::cmp::Ordering {
    let mut left = a.split('_');
    let mut right = b.split('_');
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return a.cmp(b),
            (None, Some(_)) => return std::cmp::Ordering::Less,
            (Some(_), None) => return std::cmp::Ordering::Greater,
            (Some(x), Some(y)) => match (x.parse::<u128>(), y.parse::<u128>()) {
                (Ok(x), Ok(y)) => x.cmp(&y),
                (Ok(_), Err(_)) => std::cmp::Ordering::Less,
                (Err(_), Ok(_)) => std::cmp::Ordering::Greater,
                (Err(_), Err(_)) => x.cmp(y),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_shown_by_its_end() {
        assert_eq!(
            shown_id("01a1faf6-6d84-7938-aacf-ba2b047210bd"),
            "…047210bd"
        );
        assert_eq!(
            shown_id("01a1faf6-6d84-7938-aacf_ba2b047210bd"),
            "01a1faf6-6d84-7938-aacf_ba2b047210bd"
        );
        assert_eq!(shown_id("1795211261502114"), "1795211261502114");
        assert_eq!(shown_id(""), "");
        assert_eq!(shown_task("load", "3"), "load/3");
        assert_eq!(shown_run("7", Some("amber-fox")), "amber-fox");
        assert_eq!(shown_run("7", None), "7");
    }

    #[test]
    fn ids_are_ordered_as_people_count() {
        let mut ids = vec!["10", "2", "1_node_10", "1_node_2", "1", "argo-7", "007"];
        ids.sort_by(|a, b| natural(a, b));
        assert_eq!(
            ids,
            ["1", "1_node_2", "1_node_10", "2", "007", "10", "argo-7"]
        );
    }
}
