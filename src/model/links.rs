//! What followed what among the tasks of a run, where an engine has recorded it task by task
//! (Prefect: the inputs of task runs; TaPS: parents of tasks).

use crate::sorting::{sort, sort_by_key};

/// A task by the places of its step in the run, and of itself in the step.
pub type TaskAt = (u32, u32);

/// Edges between the tasks of a run, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// From and to, by the first.
    down: Vec<(TaskAt, TaskAt)>,
    /// The same by the second.
    up: Vec<(TaskAt, TaskAt)>,
}

impl Links {
    pub fn of(mut pairs: Vec<(TaskAt, TaskAt)>) -> Self {
        sort(&mut pairs);
        pairs.dedup();
        let mut up = pairs.clone();
        sort_by_key(&mut up, |(from, to)| (*to, *from));
        Self { down: pairs, up }
    }

    /// The tasks that led to one, in the order of their places.
    pub fn parents(&self, of: TaskAt) -> impl Iterator<Item = TaskAt> {
        let first = self.up.partition_point(|(_, to)| *to < of);
        let from_here = self.up.get(first..).unwrap_or_default().iter();
        from_here
            .take_while(move |(_, to)| *to == of)
            .map(|(from, _)| *from)
    }

    /// The tasks that one led to, in the order of their places.
    pub fn children(&self, of: TaskAt) -> impl Iterator<Item = TaskAt> {
        let first = self.down.partition_point(|(from, _)| *from < of);
        let from_here = self.down.get(first..).unwrap_or_default().iter();
        from_here
            .take_while(move |(from, _)| *from == of)
            .map(|(_, to)| *to)
    }

    pub fn len(&self) -> usize {
        self.down.len()
    }

    pub fn is_empty(&self) -> bool {
        self.down.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_found_from_both_its_ends() {
        let links = Links::of(vec![
            ((1, 0), (2, 0)),
            ((0, 0), (1, 1)),
            ((0, 0), (1, 0)),
            ((0, 0), (1, 0)),
        ]);
        let children = |of| links.children(of).collect::<Vec<_>>();
        let parents = |of| links.parents(of).collect::<Vec<_>>();
        assert_eq!(links.len(), 3);
        assert_eq!(children((0, 0)), [(1, 0), (1, 1)]);
        assert_eq!(children((2, 0)), []);
        assert_eq!(parents((2, 0)), [(1, 0)]);
        assert_eq!(parents((1, 1)), [(0, 0)]);
        assert_eq!(parents((0, 0)), []);
    }
}
