//! The tasks of a step as rows of a table: what tells them apart, how they went, and what
//! some of their artifacts hold.

use super::columns::MOST_TASKS;
use super::order::{Siblings, parts_of};
use super::scalar::{Scalar, ScalarKind};
use super::{Chosen, MOST_COLUMNS, trouble};
use crate::engine::ask::{Failure, Window};
use crate::engine::values::about;
use crate::engine::{Engine, Work};
use crate::layout::spread::{self, Spread};
use crate::model::{Moment, Span, Status, Task};
use crate::sorting::sort_by;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiblingRowsQuery {
    pub of: Chosen,
    pub sort: SiblingSort,
    pub descending: bool,
    pub window: Window,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum SiblingSort {
    /// By place in the foreach.
    #[default]
    Order,
    Status,
    Task,
    Attempts,
    Duration,
    Started,
    /// What tells the tasks apart, by its name.
    Part(String),
    /// An artifact.
    Column(String),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiblingRowsView {
    pub total: u64,
    pub matching: u64,
    /// The names of what tells the tasks apart.
    pub parts: Vec<String>,
    pub rows: Vec<SiblingRow>,
    pub window: Window,
    pub longest: Option<Span>,
    /// The ends of the usual durations, in microseconds.
    pub durations: spread::Fences,
    pub columns: Vec<ColumnFacts>,
    /// What was to be a column and is no artifact, and why it is none.
    pub strangers: Vec<(String, String)>,
}

/// An artifact as a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnFacts {
    pub name: String,
    /// What is usual among its numbers, once all are read.
    pub fences: Option<Fences>,
    /// Tasks of which it was read, of so many that are read at all.
    pub read: u64,
    pub most: u64,
}

/// The ends of what is usual, each with how it is written: what lies outside is an outlier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fences {
    pub low: Option<(f64, String)>,
    pub high: Option<(f64, String)>,
}

impl Fences {
    pub(super) fn of(spread: &Spread) -> Option<Self> {
        let written = |end: Option<f64>| Some((end?, few_digits(end?)));
        let (low, high) = (written(spread.fences.low), written(spread.fences.high));
        (low.is_some() || high.is_some()).then_some(Self { low, high })
    }
}

/// A bound, as exact as somebody has to know it.
fn few_digits(number: f64) -> String {
    let text = format!("{number:.3e}");
    let text = about(text.parse().unwrap_or(number));
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiblingRow {
    pub id: String,
    pub status: Status,
    pub label: Option<String>,
    /// The values of what tells it apart, in the order of their names.
    pub parts: Vec<String>,
    pub attempts: u64,
    /// From the first start to the last end, waits between attempts included.
    pub duration: Option<Span>,
    /// Since when it runs, if it still does.
    pub since: Option<Moment>,
    /// At work, without those waits, where there are several attempts.
    pub worked: Option<Span>,
    pub caught: bool,
    pub control: bool,
    pub why: Option<String>,
    /// One for each column.
    pub values: Vec<Scalar>,
}

/// So many tasks are read at once for a new column, so that it is known which of its values
/// are unusual.
const EAGER: usize = 200;

impl Engine {
    pub(in crate::engine) async fn sibling_rows(
        &self,
        mut query: SiblingRowsQuery,
        work: &Work,
    ) -> Result<SiblingRowsView, Box<Failure>> {
        query.of.columns.truncate(MOST_COLUMNS);
        let siblings = self
            .siblings_of(&query.of.run, &query.of.step, work)
            .await?;
        let strangers = self.part(&siblings, &mut query.of.columns, work).await;
        if let SiblingSort::Column(name) = &query.sort {
            match self.has_artifact(&siblings, name, work).await {
                true => {
                    let name = std::slice::from_ref(name);
                    self.read_all(&siblings, name, work).await;
                }
                false => query.sort = SiblingSort::Order,
            }
        }
        let of = &query.of;
        let page = |matching: &[bool]| {
            let (places, view) = page(&siblings, &query, matching);
            let strangers = strangers.clone();
            (places, SiblingRowsView { strangers, ..view })
        };
        let filter = self.filter_of(&siblings, of, work).await;
        let matching = self.choose(&siblings, of, &filter, work).await;
        let mut view = page(&matching).1;
        work.partial(&view);
        if filter.has_errors() && !trouble::all_read(&siblings) {
            self.read_errors(&siblings, work, |_| {}).await;
        }
        let matching = self.choose(&siblings, of, &filter, work).await;
        let (places, again) = page(&matching);
        view = again;
        if !of.columns.is_empty() {
            match siblings.len() <= EAGER {
                true => self.read_all(&siblings, &of.columns, work).await,
                false => self.read_some(&siblings, &of.columns, &places, work).await,
            }
            view = page(&matching).1;
            work.partial(&view);
        }
        for (row, place) in view.rows.iter_mut().zip(places) {
            let line = self.error_of(&siblings, place, work).await;
            row.why = told(row.status, row.caught, line, siblings.task(place));
        }
        Ok(view)
    }

    /// Leaves those of some names that are artifacts, and says of the others that they are none.
    async fn part(
        &self,
        siblings: &Siblings,
        names: &mut Vec<String>,
        work: &Work,
    ) -> Vec<(String, String)> {
        let mut strangers = Vec::new();
        for name in std::mem::take(names) {
            if self.has_artifact(siblings, &name, work).await {
                names.push(name);
            } else {
                let why = siblings.order.names.borrow().none(&name, siblings);
                strangers.push((name, why));
            }
        }
        strangers
    }
}

/// Of a task that worked in the end it is said which attempt raised that.
fn told(status: Status, caught: bool, line: Option<String>, task: Option<&Task>) -> Option<String> {
    let attempt = task.and_then(trouble::attempt_that_says);
    match (status, attempt) {
        (Status::Retried, Some(attempt)) if !caught => {
            Some(format!("attempt {attempt}: {}", line?))
        }
        _ => line,
    }
}

/// The rows that are shown, with their places.
fn page(
    siblings: &Siblings,
    query: &SiblingRowsQuery,
    matching: &[bool],
) -> (Vec<usize>, SiblingRowsView) {
    let mut places: Vec<usize> = (0..siblings.len())
        .filter(|place| matching.get(*place).copied().unwrap_or_default())
        .collect();
    sort(siblings, query, &mut places);
    let shown = query.window.of(&places).to_vec();
    let columns = siblings.order.columns.borrow();
    let value = |name: &String, place: usize| {
        let column = columns
            .get(name)
            .and_then(|column| column.get(place)?.clone());
        column.unwrap_or_default()
    };
    let rows = shown.iter().filter_map(|place| {
        let task = siblings.task(*place)?;
        let raised = siblings.order.raised.borrow().get(place).cloned().flatten();
        let mut row = row(siblings, task);
        row.why = told(row.status, row.caught, raised, Some(task));
        row.values = query
            .of
            .columns
            .iter()
            .map(|name| value(name, *place))
            .collect();
        Some(row)
    });
    let facts = query.of.columns.iter().map(|name| {
        let most = siblings.len().min(MOST_TASKS);
        let column = columns.get(name).map(Vec::as_slice).unwrap_or_default();
        let read = || column.iter().flatten();
        let count = read().count();
        let spread = Spread::of(read().filter_map(|scalar| scalar.number));
        ColumnFacts {
            name: name.clone(),
            fences: spread
                .filter(|_| count >= most)
                .and_then(|spread| Fences::of(&spread)),
            read: count as u64,
            most: most as u64,
        }
    });
    let view = SiblingRowsView {
        total: siblings.len() as u64,
        matching: places.len() as u64,
        parts: siblings.order.parts.clone(),
        rows: rows.collect(),
        window: query.window,
        longest: siblings.longest(),
        durations: siblings
            .order
            .spread
            .map(|spread| spread.fences)
            .unwrap_or_default(),
        columns: facts.collect(),
        strangers: Vec::new(),
    };
    (shown, view)
}

fn sort(siblings: &Siblings, query: &SiblingRowsQuery, places: &mut [usize]) {
    let turned = |order: Ordering| match query.descending {
        true => order.reverse(),
        false => order,
    };
    let by = |places: &mut [usize], compare: &dyn Fn(&Task, &Task) -> Ordering| {
        sort_by(places, |a, b| {
            match (siblings.task(*a), siblings.task(*b)) {
                (Some(a), Some(b)) => turned(compare(a, b)),
                _ => Ordering::Equal,
            }
        });
    };
    match &query.sort {
        SiblingSort::Order if query.descending => places.reverse(),
        SiblingSort::Order => {}
        SiblingSort::Status => by(places, &|a, b| a.status.cmp(&b.status)),
        SiblingSort::Task => by(places, &|a, b| {
            crate::model::pathspec::natural(&a.id, &b.id)
        }),
        SiblingSort::Attempts => by(places, &|a, b| a.attempts.len().cmp(&b.attempts.len())),
        SiblingSort::Duration => by(places, &|a, b| {
            a.took(siblings.now).cmp(&b.took(siblings.now))
        }),
        SiblingSort::Started => by(places, &|a, b| a.started().cmp(&b.started())),
        SiblingSort::Part(name) => {
            let Some(at) = siblings.order.parts.iter().position(|part| part == name) else {
                return;
            };
            // Once for each, not for each comparison.
            let values: Vec<Scalar> = siblings.tasks().map(|task| part_of(task, at)).collect();
            sort_by(places, |a, b| {
                compare(values.get(*a), values.get(*b), query.descending)
            });
        }
        SiblingSort::Column(name) => {
            let columns = siblings.order.columns.borrow();
            let column = columns.get(name).map(Vec::as_slice).unwrap_or_default();
            let value = |place: usize| column.get(place).and_then(Option::as_ref);
            sort_by(places, |a, b| {
                compare(value(*a), value(*b), query.descending)
            });
        }
    }
}

fn part_of(task: &Task, at: usize) -> Scalar {
    let value = parts_of(task).into_iter().nth(at).map(|(_, value)| value);
    let text = value.unwrap_or_default();
    Scalar {
        kind: ScalarKind::Value,
        number: text
            .trim()
            .parse()
            .ok()
            .filter(|number: &f64| !number.is_nan()),
        text,
    }
}

/// Numbers before texts, and what there is nothing of at the end, whichever way.
fn compare(a: Option<&Scalar>, b: Option<&Scalar>, descending: bool) -> Ordering {
    let there = |scalar: Option<&Scalar>| {
        scalar.is_none_or(|scalar| !matches!(scalar.kind, ScalarKind::Value | ScalarKind::Large))
    };
    let at_the_end = there(a).cmp(&there(b));
    let (Some(a), Some(b), Ordering::Equal) = (a, b, at_the_end) else {
        return at_the_end;
    };
    let order = match (a.number, b.number) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.text.cmp(&b.text),
    };
    if descending { order.reverse() } else { order }
}

/// A task without what has to be read for it.
pub(super) fn row(siblings: &Siblings, task: &Task) -> SiblingRow {
    let mut parts: Vec<String> = parts_of(task).into_iter().map(|(_, value)| value).collect();
    parts.resize(siblings.order.parts.len(), String::new());
    SiblingRow {
        id: task.id.clone(),
        status: task.status,
        label: task.label(),
        parts,
        attempts: task.attempts.len() as u64,
        duration: task.took(siblings.now),
        since: task.running_since(),
        worked: task
            .worked(siblings.now)
            .filter(|_| task.attempts.len() > 1),
        caught: task.attempts.last().is_some_and(|attempt| attempt.caught),
        control: task.control,
        why: None,
        values: Vec::new(),
    }
}
