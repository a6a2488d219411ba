//! The names of the artifacts that the tasks of a step have. Each task that is asked costs a
//! file, so some of them speak for all: a few for what is offered ([`ColumnNamesQuery`]), and
//! more only for a name that none of these has ([`IsColumnQuery`]). What they said is kept with
//! the order of the step.

use super::columns::{AT_ONCE, Named, SMALL};
use super::order::Siblings;
use crate::counts::count;
use crate::engine::ask::Failure;
use crate::engine::{Engine, Work};
use crate::model::{RunPath, Status};
use crate::sorting::{SortedMap, SortedSet};
use crate::source::Pace as _;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnNamesQuery {
    pub run: RunPath,
    pub step: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnNamesView {
    /// Each with its class, those that are likely numbers or short first.
    pub names: Vec<(String, String)>,
}

/// Whether an artifact of this name can be a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IsColumnQuery {
    pub run: RunPath,
    pub step: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IsColumnView {
    pub is_there: bool,
    /// Why it is none.
    pub told: String,
}

/// What was found so far.
#[derive(Default)]
pub(in crate::engine) struct Names {
    /// Whether all of it is large, and its class, by name.
    found: SortedMap<String, (bool, String)>,
    /// The places of the tasks that were asked.
    asked: SortedSet<usize>,
}

/// Tasks that are asked at once: some that went well, and some others, which may have left less.
const GOOD: usize = 3;
const OTHERS: usize = 2;

/// Tasks that are asked for a name that those do not have.
const MOST: usize = 200;

/// Names that are offered.
const OFFERED: usize = 300;

impl Engine {
    pub(in crate::engine) async fn column_names(
        &self,
        query: ColumnNamesQuery,
        work: &Work,
    ) -> Result<ColumnNamesView, Box<Failure>> {
        let siblings = self.siblings_of(&query.run, &query.step, work).await?;
        self.ask_some(&siblings, work).await;
        let names = siblings.order.names.borrow();
        let all = || {
            let found = names.found.iter();
            // What the engine itself keeps beside is nobody's column.
            found.filter(|(name, _)| !name.starts_with('_'))
        };
        let small = all().filter(|(_, (is_large, _))| !is_large);
        let large = all().filter(|(_, (is_large, _))| *is_large);
        let offered = small.chain(large).take(OFFERED);
        Ok(ColumnNamesView {
            names: offered
                .map(|(name, (_, class))| (name.clone(), class.clone()))
                .collect(),
        })
    }

    pub(in crate::engine) async fn is_column(
        &self,
        query: IsColumnQuery,
        work: &Work,
    ) -> Result<IsColumnView, Box<Failure>> {
        let siblings = self.siblings_of(&query.run, &query.step, work).await?;
        let is_there = self.has_artifact(&siblings, &query.name, work).await;
        let told = match is_there {
            true => String::new(),
            false => siblings.order.names.borrow().none(&query.name, &siblings),
        };
        Ok(IsColumnView { is_there, told })
    }

    /// Whether a task has an artifact of this name, as far as so many are asked.
    pub(super) async fn has_artifact(&self, siblings: &Siblings, name: &str, work: &Work) -> bool {
        let is_known = || siblings.order.names.borrow().found.contains_key(name);
        if !is_known() {
            self.ask_some(siblings, work).await;
        }
        if !is_known() {
            let all: Vec<usize> = (0..siblings.len()).collect();
            let more: Vec<usize> = spread(&all, MOST).collect();
            self.ask_names(siblings, &more, work).await;
        }
        is_known()
    }

    async fn ask_some(&self, siblings: &Siblings, work: &Work) {
        let (good, others): (Vec<usize>, Vec<usize>) = (0..siblings.len()).partition(|place| {
            let task = siblings.task(*place);
            task.is_some_and(|task| task.status == Status::Succeeded)
        });
        let some: Vec<usize> = spread(&good, GOOD).chain(spread(&others, OTHERS)).collect();
        self.ask_names(siblings, &some, work).await;
    }

    async fn ask_names(&self, siblings: &Siblings, places: &[usize], work: &Work) {
        let names = &siblings.order.names;
        let is_new = |place: &&usize| !names.borrow().asked.contains(*place);
        let new: Vec<usize> = places.iter().filter(is_new).copied().collect();
        for some in new.chunks(AT_ONCE) {
            let tables = self.tables(siblings, some, work).await;
            names.borrow_mut().take(some, tables);
            work.breathe().await;
        }
    }
}

impl Names {
    fn take(&mut self, asked: &[usize], tables: Vec<SortedMap<String, Named>>) {
        for (name, named) in tables.into_iter().flatten() {
            let is_large = named.size.is_none_or(|size| size > SMALL);
            let known = self
                .found
                .value_or_insert_with(name, || (true, named.class));
            known.0 &= is_large;
        }
        self.asked.extend(asked.iter().copied());
    }

    /// That none of the tasks has such an artifact, or none of those that were asked.
    pub fn none(&self, name: &str, siblings: &Siblings) -> String {
        match (self.asked.len(), siblings.len()) {
            (asked, all) if asked < all => {
                let asked = count(asked as u64);
                format!(
                    "no task of this step has an artifact “{name}”, as far as {asked} of them tell"
                )
            }
            _ => format!("no task of this step has an artifact “{name}”"),
        }
    }
}

/// So many of these, from the first to the last.
fn spread(places: &[usize], count: usize) -> impl Iterator<Item = usize> {
    let count = count.min(places.len());
    let last = places.len().saturating_sub(1);
    let at = move |nth: usize| nth * last / count.saturating_sub(1).max(1);
    (0..count).filter_map(move |nth| places.get(at(nth)).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_are_asked_stand_apart() {
        let some = |places: &[usize], count| spread(places, count).collect::<Vec<_>>();
        assert_eq!(some(&[4, 5, 6, 7, 8, 9], 3), [4, 6, 9]);
        assert_eq!(some(&[4, 5], 3), [4, 5]);
        assert_eq!(some(&[4, 5, 6], 1), [4]);
        assert!(some(&[], 3).is_empty());
    }
}
