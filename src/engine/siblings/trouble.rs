//! What did not go as planned in a step: its tasks that failed, or worked only after a retry,
//! by what they raised.

use super::apart::Crowd;
use super::order::Siblings;
use super::rows::{SiblingRow, row};
use crate::engine::ask::Failure;
use crate::engine::{Engine, Work};
use crate::model::{AttemptNumber, RunPath, Status, Task};
use crate::sorting::{SortedMap, sort_by_key};
use crate::source::{Pace as _, Progress, Unit};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TroubleQuery {
    pub run: RunPath,
    pub step: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TroubleView {
    /// Of all tasks of the step, whatever is filtered.
    pub total: u64,
    pub failed: u64,
    pub retried: u64,
    /// Those whose last attempt raised what @catch took.
    pub caught: u64,
    /// Those that failed first, then by how many they are.
    pub groups: Vec<TroubleGroup>,
    /// Tasks whose errors were not read, because they are so many, or not yet.
    pub unread: u64,
    /// They are being read.
    pub is_reading: bool,
    /// Groups that are not shown, because there are so many, and the tasks in them.
    pub left_out: (u64, u64),
    /// Where the failures are and where none is, if that is hardly chance.
    pub apart: Vec<String>,
}

/// Tasks that raised the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TroubleGroup {
    pub status: Status,
    /// Each raised it on the last attempt too, and went on.
    pub caught: bool,
    /// The first line of it; `None` where nothing was recorded.
    pub why: Option<String>,
    pub count: u64,
    /// The first of them.
    pub rows: Vec<SiblingRow>,
    /// The same as of all that failed, where it is so of these only.
    pub apart: Vec<String>,
}

/// Tasks whose errors are read, at most: each costs several files.
pub const MOST_ERRORS: usize = 120;

/// Rows of a group, and groups.
const ROWS: usize = 5;
const GROUPS: usize = 40;

/// The attempt whose error says what went wrong with a task.
pub(super) fn attempt_that_says(task: &Task) -> Option<AttemptNumber> {
    let last = task.attempts.last();
    match task.status {
        _ if last.is_some_and(|last| last.caught) => last.map(|last| last.number),
        Status::Failed => last.map(|last| last.number),
        Status::Retried => task
            .attempts
            .iter()
            .find(|attempt| attempt.status == Status::Failed)
            .map(|attempt| attempt.number),
        _ => None,
    }
}

/// The places of the tasks whose errors are read, those that failed first.
fn errors(siblings: &Siblings) -> (Vec<usize>, usize) {
    let of = |status: Status| {
        let places = siblings.tasks().enumerate();
        let places = places.filter(move |(_, task)| task.status == status);
        places.map(|(place, _)| place)
    };
    let went_on = siblings.tasks().enumerate();
    let went_on = went_on.filter(|(_, task)| task.is_caught() && task.status != Status::Retried);
    let went_on = went_on.map(|(place, _)| place);
    let not_planned = of(Status::Failed).chain(of(Status::Retried)).chain(went_on);
    let mut all: Vec<usize> = not_planned.collect();
    let left_out = all.len().saturating_sub(MOST_ERRORS);
    all.truncate(MOST_ERRORS);
    (all, left_out)
}

/// Whether the errors of all that are read are known.
pub(super) fn all_read(siblings: &Siblings) -> bool {
    let raised = siblings.order.raised.borrow();
    errors(siblings)
        .0
        .iter()
        .all(|place| raised.contains_key(place))
}

impl Engine {
    pub(in crate::engine) async fn trouble(
        &self,
        query: TroubleQuery,
        work: &Work,
    ) -> Result<TroubleView, Box<Failure>> {
        let siblings = self.siblings_of(&query.run, &query.step, work).await?;
        let crowd = Crowd::of(&siblings);
        work.partial(&view(&siblings, crowd.as_ref(), true));
        self.read_errors(&siblings, work, |siblings| {
            work.partial(&view(siblings, crowd.as_ref(), true))
        })
        .await;
        Ok(view(&siblings, crowd.as_ref(), false))
    }

    /// Reads what the tasks raised, as many as are read at all, and says when some are known.
    pub(super) async fn read_errors(
        &self,
        siblings: &Siblings,
        work: &Work,
        some: impl Fn(&Siblings),
    ) {
        const AT_ONCE: usize = 24;
        let (places, _) = errors(siblings);
        let mut done = 0;
        for part in places.chunks(AT_ONCE) {
            for place in part {
                self.error_of(siblings, *place, work).await;
                work.breathe().await;
            }
            done += part.len();
            work.progress(Progress {
                what: "Reading errors".to_owned(),
                done: done as u64,
                total: Some(places.len() as u64),
                unit: Unit::Things,
            });
            if done < places.len() {
                some(siblings);
            }
        }
    }

    /// The first line of what a task raised: from what was read before, else from its files.
    pub(super) async fn error_of(
        &self,
        siblings: &Siblings,
        place: usize,
        work: &Work,
    ) -> Option<String> {
        if let Some(known) = siblings.order.raised.borrow().get(&place) {
            return known.clone();
        }
        let task = siblings.task(place)?;
        let attempt = attempt_that_says(task)?;
        let path = siblings.path(task);
        let raised = self.exception_of(&path, attempt, work).await;
        let line = raised.ok().flatten().map(|raised| raised.line());
        siblings
            .order
            .raised
            .borrow_mut()
            .insert(place, line.clone());
        line
    }
}

fn view(siblings: &Siblings, crowd: Option<&Crowd>, is_reading: bool) -> TroubleView {
    let (places, left_out) = errors(siblings);
    let raised = siblings.order.raised.borrow();
    type Raised<'a> = (TroubleGroup, Vec<&'a Task>);
    let mut groups: SortedMap<(Status, bool, Option<String>), Raised<'_>> = SortedMap::default();
    let mut unread = left_out as u64;
    for place in places {
        let (Some(task), Some(why)) = (siblings.task(place), raised.get(&place)) else {
            unread += 1;
            continue;
        };
        let caught = task.is_caught();
        let key = (task.status, caught, why.clone());
        let group = || TroubleGroup {
            status: task.status,
            caught,
            why: why.clone(),
            count: 0,
            rows: Vec::new(),
            apart: Vec::new(),
        };
        let (group, tasks) = groups.value_or_insert_with(key, || (group(), Vec::new()));
        group.count += 1;
        tasks.push(task);
        if group.rows.len() < ROWS {
            group.rows.push(row(siblings, task));
        }
    }
    let failed: Vec<&Task> = siblings
        .tasks()
        .filter(|task| task.status == Status::Failed)
        .collect();
    let apart = crowd.map_or_else(Vec::new, |crowd| crowd.apart(&failed));
    // Of some of those that raised the same nobody can say where all of them are.
    let is_whole = |group: &TroubleGroup| group.status == Status::Failed && unread == 0;
    let groups = groups.into_values().map(|(mut group, tasks)| {
        if let Some(crowd) = crowd.filter(|_| is_whole(&group) && tasks.len() < failed.len()) {
            group.apart = crowd.apart(&tasks);
        }
        group
    });
    let mut groups: Vec<TroubleGroup> = groups.collect();
    sort_by_key(&mut groups, |group| (group.status, Reverse(group.count)));
    let count =
        |is: &dyn Fn(&Task) -> bool| siblings.tasks().filter(|task| is(task)).count() as u64;
    let left_out = groups.get(GROUPS..).unwrap_or_default();
    let left_out = (
        left_out.len() as u64,
        left_out.iter().map(|group| group.count).sum(),
    );
    groups.truncate(GROUPS);
    TroubleView {
        total: siblings.len() as u64,
        failed: count(&|task| task.status == Status::Failed),
        retried: count(&|task| task.status == Status::Retried && !task.is_caught()),
        caught: count(&Task::is_caught),
        groups,
        unread,
        is_reading,
        left_out,
        apart,
    }
}
