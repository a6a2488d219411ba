//! What of the tasks of one step is asked for by what is typed above them
//! ([`conditions`](crate::engine::conditions)): which of its names are artifacts, that are read
//! for it, and what is not as it may have been meant ([`FilterSaidQuery`]).

use super::Chosen;
use super::columns::MOST_TASKS;
use super::order::Siblings;
use super::scalar::ScalarKind;
use crate::engine::ask::Failure;
use crate::engine::conditions::{Filter, Known, Looked, strangers};
use crate::engine::{Engine, Work};
use crate::model::Task;
use crate::text::human;
use serde::{Deserialize, Serialize};

/// What of a filter is not as it may have been meant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FilterSaidQuery {
    pub of: Chosen,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FilterSaidView {
    /// Sentences without their full stops.
    pub said: Vec<String>,
}

/// Artifacts that one filter is about, at most: all tasks are read for each.
const MOST_ARTIFACTS: usize = 8;

impl Engine {
    /// What is typed, once it is known which of its names are artifacts.
    pub(super) async fn filter_of(&self, siblings: &Siblings, of: &Chosen, work: &Work) -> Filter {
        let known = |artifacts| Known {
            parts: &siblings.order.parts,
            artifacts,
            errors: true,
        };
        let mut artifacts = Vec::new();
        for name in strangers(&of.text, known(&[])) {
            let has_room = artifacts.len() < MOST_ARTIFACTS;
            if has_room && self.has_artifact(siblings, &name, work).await {
                artifacts.push(name);
            }
        }
        let mut filter = Filter::of(&of.text, known(&artifacts));
        filter.settle(|| siblings.tasks());
        filter
    }

    pub(in crate::engine) async fn filter_said(
        &self,
        query: FilterSaidQuery,
        work: &Work,
    ) -> Result<FilterSaidView, Box<Failure>> {
        let of = &query.of;
        let siblings = self.siblings_of(&of.run, &of.step, work).await?;
        let filter = self.filter_of(&siblings, of, work).await;
        let names = siblings.order.names.borrow();
        let as_text = filter.strange.iter().map(|(word, name)| {
            let none = names.none(name, &siblings);
            format!("“{word}” is looked for as text: {none}")
        });
        let in_part = (siblings.len() > MOST_TASKS && !filter.columns().is_empty()).then(|| {
            format!(
                "{} is known of the first {} only",
                filter.columns().join(", "),
                human::counted(MOST_TASKS as u64, "task", "tasks")
            )
        });
        Ok(FilterSaidView {
            said: filter.said().chain(as_text).chain(in_part).collect(),
        })
    }
}

/// Whether a filter lets the task at a place through, as far as what is asked of it was read.
pub(super) fn holds(filter: &Filter, siblings: &Siblings, place: usize, task: &Task) -> bool {
    let raised = siblings.order.raised.borrow();
    let columns = siblings.order.columns.borrow();
    let held = |name: &str| {
        let value = columns.get(name)?.get(place)?.as_ref()?;
        let is_there = matches!(value.kind, ScalarKind::Value | ScalarKind::Large);
        is_there.then(|| (value.text.clone(), value.number))
    };
    filter.holds(&Looked {
        step: &siblings.order.step,
        task,
        now: siblings.now,
        raised: raised.get(&place).and_then(|line| line.as_deref()),
        held: &held,
    })
}
