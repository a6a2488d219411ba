//! What is told of one task, or of those of one cell, when it is pointed at.

use super::cells::{CellsQuery, Places};
use super::scalar::Scalar;
use super::{Chosen, trouble};
use crate::engine::ask::Failure;
use crate::engine::{Engine, Work};
use crate::model::{Moment, Span, Status};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiblingQuery {
    pub spot: Spot,
    /// An artifact of it is told too.
    pub column: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Spot {
    /// A cell, by its number.
    Cell(CellsQuery, u64),
    /// A task, by its place among all.
    Place(Chosen, u64),
}

/// The worst task of a cell, or the only one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiblingView {
    /// The cell or the place that was asked for.
    pub at: u64,
    pub id: String,
    pub label: Option<String>,
    pub status: Status,
    pub attempts: u64,
    pub duration: Option<Span>,
    /// Since when it runs, if it still does.
    pub since: Option<Moment>,
    /// At work, without the waits between attempts, where there are several.
    pub worked: Option<Span>,
    /// The first line of what it raised.
    pub why: Option<String>,
    pub value: Option<Scalar>,
    /// How the tasks of the cell are, where there are several.
    pub statuses: Vec<(Status, u64)>,
    /// The label of the last of them.
    pub last: Option<String>,
}

impl Engine {
    /// `None` where there is no task.
    pub(in crate::engine) async fn sibling(
        &self,
        query: SiblingQuery,
        work: &Work,
    ) -> Result<Option<SiblingView>, Box<Failure>> {
        let of = match &query.spot {
            Spot::Cell(cells, _) => &cells.of,
            Spot::Place(of, _) => of,
        };
        let siblings = self.siblings_of(&of.run, &of.step, work).await?;
        let places: Vec<usize> = match &query.spot {
            Spot::Place(_, place) => usize::try_from(*place).into_iter().collect(),
            Spot::Cell(cells, cell) => {
                let filter = self.filter_of(&siblings, of, work).await;
                let matching = self.choose(&siblings, of, &filter, work).await;
                let laid = Places::of(&siblings, cells);
                let within = |place: &usize| {
                    laid.cell(&siblings, *place)
                        .is_some_and(|found| found as u64 == *cell)
                };
                let all: Vec<usize> = (0..siblings.len()).filter(within).collect();
                let holds = |place: &&usize| matching.get(**place).copied().unwrap_or_default();
                // A cell of which the filter lets nothing through still is what it is.
                let some: Vec<usize> = all.iter().filter(holds).copied().collect();
                if some.is_empty() { all } else { some }
            }
        };
        let status = |place: &usize| siblings.task(*place).map(|task| task.status);
        let Some(worst) = places.iter().copied().min_by_key(status) else {
            return Ok(None);
        };
        let Some(task) = siblings.task(worst) else {
            return Ok(None);
        };
        let is_alone = places.len() < 2;
        let last = places.last().and_then(|place| siblings.task(*place));
        let at = match &query.spot {
            Spot::Cell(_, at) | Spot::Place(_, at) => *at,
        };
        let mut view = SiblingView {
            at,
            id: task.id.clone(),
            label: task.label(),
            status: task.status,
            attempts: task.attempts.len() as u64,
            duration: task.took(siblings.now),
            since: task.running_since(),
            worked: task
                .worked(siblings.now)
                .filter(|_| task.attempts.len() > 1),
            why: None,
            value: None,
            statuses: match is_alone {
                true => Vec::new(),
                false => Status::tally(places.iter().filter_map(status)),
            },
            last: last
                .filter(|_| !is_alone)
                .and_then(crate::model::Task::label),
        };
        if trouble::attempt_that_says(task).is_some() || query.column.is_some() {
            work.partial(&Some(view.clone()));
        }
        view.why = self.error_of(&siblings, worst, work).await;
        if let Some(name) = &query.column {
            self.read_some(&siblings, std::slice::from_ref(name), &[worst], work)
                .await;
            let columns = siblings.order.columns.borrow();
            view.value = columns
                .get(name)
                .and_then(|column| column.get(worst)?.clone());
        }
        Ok(Some(view))
    }
}
