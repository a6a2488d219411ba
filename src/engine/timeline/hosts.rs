//! Which task of a run ran where.

use super::facts::{Fact, index};
use crate::model::{Host, Run};
use crate::sorting::sort_by;
use std::collections::HashMap;

/// The machines of a run, as far as they are recorded.
#[derive(Default)]
pub(in crate::engine) struct HostsOfTasks {
    /// In the order in which people count.
    pub hosts: Vec<Host>,
    /// That of each task, by its place in `hosts`; empty where there are none.
    of: Vec<Option<u32>>,
}

impl HostsOfTasks {
    pub fn of(tasks: &[Fact], run: &Run) -> Self {
        let mut met: HashMap<&Host, u32> = HashMap::new();
        let mut of = Vec::new();
        for (at, fact) in tasks.iter().enumerate() {
            let Some(host) = fact.task(run).and_then(|task| task.host()) else {
                continue;
            };
            of.resize(at, None);
            let new = index(met.len());
            of.push(Some(*met.entry(host).or_insert(new)));
        }
        let mut sorted: Vec<(&Host, u32)> = met.into_iter().collect();
        sort_by(&mut sorted, |(one, _), (other, _)| one.in_order(other));
        let mut places = vec![0; sorted.len()];
        for (place, (_, met)) in sorted.iter().enumerate() {
            if let Some(known) = places.get_mut(*met as usize) {
                *known = index(place);
            }
        }
        for host in of.iter_mut().flatten() {
            *host = places.get(*host as usize).copied().unwrap_or(0);
        }
        Self {
            hosts: sorted.into_iter().map(|(host, _)| host.clone()).collect(),
            of,
        }
    }

    /// That of a task, by its place in `hosts`.
    pub fn place(&self, task: u32) -> Option<u32> {
        self.of.get(task as usize).copied().flatten()
    }

    pub fn name(&self, place: u32) -> &str {
        self.hosts.get(place as usize).map_or("", Host::name)
    }
}
