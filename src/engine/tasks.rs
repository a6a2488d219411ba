//! The tasks of a run or of one step, as rows.

use super::ask::{Failure, Window};
use super::conditions::{Filter, Known, Looked, parts_in};
use super::rail::step_order;
use super::{Engine, Work};
use crate::model::{Moment, RunPath, Span, Status, Task, pathspec::natural};
use crate::sorting::{sort_by, sort_by_key};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TasksQuery {
    pub run: RunPath,
    /// One step, or all.
    pub step: Option<String>,
    /// Words in the step, the id or a foreach value, in any case, and conditions
    /// ([`conditions`](super::conditions)).
    pub text: String,
    pub statuses: Vec<Status>,
    pub sort: TasksSort,
    pub descending: bool,
    pub window: Window,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TasksSort {
    /// As the flow runs: by step, then by place in the foreach.
    #[default]
    Order,
    Status,
    Step,
    Started,
    Duration,
    Attempts,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TasksView {
    pub total: u64,
    pub matching: u64,
    pub statuses: Vec<(Status, u64)>,
    pub rows: Vec<TaskRow>,
    pub window: Window,
    /// The longest duration among all, to draw the bars against.
    pub longest: Option<Span>,
    pub median: Option<Span>,
    /// What of the text is not as it may have been meant: sentences without their full stops.
    pub said: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskRow {
    pub step: String,
    pub id: String,
    pub status: Status,
    pub label: Option<String>,
    /// The values alone.
    pub values: Option<String>,
    pub attempts: Vec<(u32, Status)>,
    pub created: Option<Moment>,
    pub started: Option<Moment>,
    pub queued: Option<Span>,
    /// From the first start to the last end, waits between attempts included.
    pub duration: Option<Span>,
    /// Since when it runs, if it still does.
    pub since: Option<Moment>,
    /// At work, without those waits, where there are several attempts.
    pub worked: Option<Span>,
    pub caught: bool,
    /// Of tasks that run together, it leads the others.
    pub control: bool,
    /// What a failed task raised, or the first attempt of one that was retried; read
    /// for the rows that are shown.
    pub why: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StripTask {
    pub step: String,
    pub id: String,
    pub status: Status,
    pub label: String,
    /// The values alone, else its id.
    pub short: String,
    /// From the first start to the last end, waits between attempts included.
    pub duration: Option<Span>,
    /// Since when it runs, if it still does.
    pub since: Option<Moment>,
}

impl Engine {
    pub(super) async fn tasks(
        &self,
        query: TasksQuery,
        work: &Work,
    ) -> Result<TasksView, Box<Failure>> {
        let loaded = self.load_run(&query.run, work).await?;
        let run = &loaded.run;
        let now = work.host.now();
        let steps = step_order(run);
        if let Some(step) = &query.step
            && !steps.contains(step)
        {
            let place = format!("{}/{step}", query.run);
            return Err(Failure::not_found(
                "step",
                &place,
                &format!("the steps {}", steps.join(", ")),
            ));
        }
        let in_scope = |step: &&String| query.step.as_ref().is_none_or(|wanted| wanted == *step);
        let mut all: Vec<(&str, &Task)> = Vec::new();
        for step in steps.iter().filter(in_scope) {
            let tasks = run.step(step).map(|step| step.tasks.as_slice());
            let mut tasks: Vec<&Task> = tasks.unwrap_or_default().iter().collect();
            sort_by(&mut tasks, |a, b| foreach_order(a, b));
            all.extend(tasks.into_iter().map(|task| (step.as_str(), task)));
        }
        let text = query.text.trim().to_lowercase();
        let tasks = || all.iter().map(|(_, task)| *task);
        let parts = parts_in(&text, tasks());
        let known = Known {
            parts: &parts,
            artifacts: &[],
            errors: false,
        };
        let mut filter = Filter::of(&query.text, known);
        filter.settle(tasks);
        let is_wanted = |(step, task): &(&str, &Task)| {
            let looked = Looked {
                step,
                task,
                now,
                raised: None,
                held: &|_| None,
            };
            let statuses = &query.statuses;
            (statuses.is_empty() || statuses.contains(&task.status)) && filter.holds(&looked)
        };
        let mut matching: Vec<(&str, &Task)> = all.iter().copied().filter(is_wanted).collect();
        // Stable: what the chosen column does not part stays in the order of the flow.
        sort_by(&mut matching, |a, b| {
            let order = compare(query.sort, now, a, b);
            if query.descending {
                order.reverse()
            } else {
                order
            }
        });
        if query.sort == TasksSort::Order && !text.is_empty() {
            sort_by_key(&mut matching, |(step, task)| !is_called(step, task, &text));
        }
        let lengths = all.iter().filter_map(|(_, task)| task.took(now));
        let ended = |(_, task): &&(&str, &Task)| task.status != Status::Running;
        let durations = all.iter().filter(ended);
        let durations = durations.filter_map(|(_, task)| task.took(now)).collect();
        let mut view = TasksView {
            total: all.len() as u64,
            matching: matching.len() as u64,
            statuses: Status::tally(all.iter().map(|(_, task)| task.status)),
            rows: query
                .window
                .of(&matching)
                .iter()
                .map(|(step, task)| row(step, task, now))
                .collect(),
            window: query.window,
            longest: lengths.max(),
            median: Span::median(durations),
            said: said(&filter, &parts),
        };
        if view.rows.iter().any(|row| told_by_exception(row).is_some()) {
            work.partial(&view);
        }
        for row in &mut view.rows {
            let Some(attempt) = told_by_exception(row) else {
                continue;
            };
            let path = query.run.task(&row.step, &row.id);
            let Ok(Some(raised)) = self.exception_of(&path, attempt, work).await else {
                continue;
            };
            row.why = Some(match row.status {
                Status::Retried if !row.caught => format!("attempt {attempt}: {}", raised.line()),
                _ => raised.line(),
            });
        }
        Ok(view)
    }
}

/// The attempt whose exception says what went wrong with a task.
fn told_by_exception(row: &TaskRow) -> Option<u32> {
    match row.status {
        _ if row.caught => row.attempts.last().map(|(number, _)| *number),
        Status::Failed => row.attempts.last().map(|(number, _)| *number),
        Status::Retried => row
            .attempts
            .iter()
            .find(|(_, status)| *status == Status::Failed)
            .map(|(number, _)| *number),
        _ => None,
    }
}

/// By place in the foreach, outermost first, then by id.
pub(super) fn foreach_order(a: &Task, b: &Task) -> Ordering {
    let place = |task: &Task| {
        task.foreach
            .iter()
            .map(|frame| frame.index)
            .collect::<Vec<_>>()
    };
    place(a).cmp(&place(b)).then_with(|| natural(&a.id, &b.id))
}

fn said(filter: &Filter, parts: &[String]) -> Vec<String> {
    /// Names of values that are said.
    const NAMED: usize = 4;
    let parts = parts.iter().take(NAMED).map(String::as_str);
    let others = ["duration", "attempts", "status", "id"];
    let known: Vec<&str> = parts.chain(others).collect();
    let as_text = filter.strange.iter().map(|(word, _)| {
        format!(
            "“{word}” is looked for as text: here conditions are on {} or host, and on artifacts on the page of a step",
            known.join(", ")
        )
    });
    filter.said().chain(as_text).collect()
}

/// Whether the step, the id or a foreach value of a task has a text, which is in lower case.
pub(super) fn has_text(step: &str, task: &Task, text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    let (path, label) = names(step, task);
    have_text(&path, &label, text)
}

/// What a task can be found by, in lower case: its path in the run, and its label.
pub(super) fn names(step: &str, task: &Task) -> (String, String) {
    let path = format!("{step}/{}", task.id).to_lowercase();
    (path, task.label().unwrap_or_default().to_lowercase())
}

/// Whether the names of a task have a text, all of them in lower case: as it is, or each of its
/// words, or as values alone are shown, with blanks or without (`r39 / w046`, `r39/w046`).
pub fn have_text(path: &str, label: &str, text: &str) -> bool {
    let has = |text: &str| path.contains(text) || label.contains(text);
    let mut values = text.split('/').map(str::trim);
    has(text)
        || text.contains(' ') && words(text).all(has)
        || text.contains('/') && !label.is_empty() && values.all(|value| label.contains(value))
}

/// What is typed, word by word: between values a stroke is none.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().filter(|word| *word != "/")
}

/// Whether a text, which is in lower case, is what a task is called, and not a part of it.
pub(super) fn is_called(step: &str, task: &Task, text: &str) -> bool {
    let tight = |name: &str| name.split('/').map(str::trim).collect::<Vec<_>>().join("/");
    let text = tight(text);
    let is = |name: &str| tight(&name.to_lowercase()) == text;
    is(&task.id)
        || is(&format!("{step}/{}", task.id))
        || task.values_alone().is_some_and(|values| is(&values))
        || task.label().is_some_and(|label| is(&label))
}

fn compare(sort: TasksSort, now: Moment, a: &(&str, &Task), b: &(&str, &Task)) -> Ordering {
    match sort {
        TasksSort::Order => Ordering::Equal,
        TasksSort::Status => a.1.status.cmp(&b.1.status),
        TasksSort::Step => a.0.cmp(b.0),
        TasksSort::Started => a.1.started().cmp(&b.1.started()),
        TasksSort::Duration => a.1.took(now).cmp(&b.1.took(now)),
        TasksSort::Attempts => a.1.attempts.len().cmp(&b.1.attempts.len()),
    }
}

fn row(step: &str, task: &Task, now: Moment) -> TaskRow {
    TaskRow {
        step: step.to_owned(),
        id: task.id.clone(),
        status: task.status,
        label: task.label(),
        values: task.values_alone().filter(|_| task.iteration.is_none()),
        attempts: task
            .attempts
            .iter()
            .map(|attempt| (attempt.number, attempt.status))
            .collect(),
        created: task.created,
        started: task.started(),
        queued: task
            .started()
            .zip(task.created)
            .and_then(|(started, created)| started.checked_since(created)),
        duration: task.took(now),
        since: task.running_since(),
        worked: task.worked(now).filter(|_| task.attempts.len() > 1),
        caught: task.attempts.last().is_some_and(|attempt| attempt.caught),
        control: task.control,
        why: None,
    }
}

pub(super) fn strip_task(step: &str, task: &Task, now: Moment) -> StripTask {
    StripTask {
        step: step.to_owned(),
        id: task.id.clone(),
        status: task.status,
        label: task.label().unwrap_or_else(|| task.id.clone()),
        short: task.values_alone().unwrap_or_else(|| task.id.clone()),
        duration: task.took(now),
        since: task.running_since(),
    }
}
