//! The tasks of one step beside one another: as cells, as rows, as a chart.
//!
//! A step is looked at as a whole first ([`SiblingsQuery`]); then its tasks as [`cells`], one
//! byte each, or as [`rows`] with values of artifacts for [`columns`], which are read for what
//! is shown; and what went wrong among them ([`trouble`]). Which tasks are meant is said by
//! [`Chosen`] everywhere. [`order`] puts them in the order of their foreach, once for all of
//! these questions.

mod apart;
pub mod cells;
pub mod chart;
pub mod columns;
pub mod filter;
pub mod head;
pub mod names;
mod order;
pub mod rows;
pub mod scalar;
pub mod sibling;
pub mod trouble;

pub(super) use order::{Orders, parts_of};

use super::ask::Failure;
use super::conditions::Filter;
use super::tasks::{StripTask, strip_task};
use super::{Engine, Work};
use crate::layout::spread::{Histogram, Spread};
use crate::model::{RunPath, Status};
use head::{StepHead, head};
use order::{Siblings, lengths};
use serde::{Deserialize, Serialize};

/// What of a step does not depend on which of its tasks are looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiblingsQuery {
    pub run: RunPath,
    pub step: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiblingsView {
    pub head: StepHead,
    pub total: u64,
    pub statuses: Vec<(Status, u64)>,
    /// What the foreach is over, outermost first.
    pub foreach: Vec<String>,
    /// It is over two values or more, and nearly each of them meets each.
    pub has_grid: bool,
    /// How long those took that run no more, in microseconds.
    pub spread: Option<Spread>,
    pub histogram: Option<Histogram>,
    /// Each task by itself, where there are only few.
    pub few: Vec<StripTask>,
}

/// Some of the tasks of a step: those that a filter lets through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    pub run: RunPath,
    pub step: String,
    /// Words that all have to be there: in a value, an id, an error; or conditions such as
    /// `country=FI`, `loss>0.5`.
    pub text: String,
    pub statuses: Vec<Status>,
    /// The artifacts that are looked at, by name.
    pub columns: Vec<String>,
}

impl Chosen {
    pub fn all(run: RunPath, step: String) -> Self {
        Self {
            run,
            step,
            text: String::new(),
            statuses: Vec::new(),
            columns: Vec::new(),
        }
    }
}

/// So many tasks are shown by name above their list.
const FEW: usize = 40;

/// Bars of a histogram.
const BARS: u64 = 40;

/// Columns that are read at once.
pub const MOST_COLUMNS: usize = 8;

impl Engine {
    pub(super) async fn siblings(
        &self,
        query: SiblingsQuery,
        work: &Work,
    ) -> Result<SiblingsView, Box<Failure>> {
        let siblings = self.siblings_of(&query.run, &query.step, work).await?;
        let tasks = || siblings.tasks();
        let lengths: Vec<_> = lengths(tasks(), siblings.now).collect();
        let few = siblings.len() <= FEW;
        Ok(SiblingsView {
            head: head(&siblings),
            total: siblings.len() as u64,
            statuses: Status::tally(tasks().map(|task| task.status)),
            foreach: siblings.order.foreach.clone(),
            has_grid: siblings.order.grid.is_some(),
            spread: siblings.order.spread,
            histogram: Histogram::of(&lengths, BARS),
            few: tasks()
                .filter(|_| few)
                .map(|task| strip_task(&query.step, task, siblings.now))
                .collect(),
        })
    }

    /// Which of the tasks are meant. What their errors say is known of those only that were
    /// read, and what their artifacts hold too; both are read before, where that is needed.
    async fn choose(
        &self,
        siblings: &Siblings,
        chosen: &Chosen,
        filter: &Filter,
        work: &Work,
    ) -> Vec<bool> {
        let columns = filter.columns();
        if !columns.is_empty() {
            self.read_all(siblings, &columns, work).await;
        }
        let known = |status| chosen.statuses.is_empty() || chosen.statuses.contains(&status);
        let places = siblings.tasks().enumerate();
        places
            .map(|(place, task)| known(task.status) && filter::holds(filter, siblings, place, task))
            .collect()
    }
}
