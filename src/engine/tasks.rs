//! The tasks of a run or of one step, as rows.

use super::ask::{Failure, Window};
use super::rail::step_order;
use super::{Engine, Work};
use crate::model::{GraphStep, Moment, Run, RunPath, Span, Status, Step, Task, pathspec::natural};
use crate::sorting::sort_by;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TasksQuery {
    pub run: RunPath,
    /// One step, or all.
    pub step: Option<String>,
    /// Text in the step, the id or a foreach value, in any case.
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
    /// For the strip: status and length of each matching task in the order of the
    /// flow, while they are few enough to be drawn one by one.
    pub strip: Vec<StripTask>,
    pub foreach: Vec<String>,
    pub step_facts: Option<StepHead>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskRow {
    pub step: String,
    pub id: String,
    pub status: Status,
    pub label: Option<String>,
    pub attempts: Vec<(u32, Status)>,
    pub created: Option<Moment>,
    pub started: Option<Moment>,
    pub queued: Option<Span>,
    /// At work, without the waits between attempts.
    pub duration: Option<Span>,
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
    /// At work, without the waits between attempts.
    pub duration: Option<Span>,
}

impl StripTask {
    /// The innermost value alone.
    pub fn short(&self) -> &str {
        let innermost = self.label.rsplit(" / ").next().unwrap_or_default();
        // A value may have the sign in it too.
        innermost
            .split_once('=')
            .map_or(innermost, |(_, value)| value)
    }
}

/// What the head of a step's page says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepHead {
    pub name: String,
    pub status: Status,
    pub tasks: u64,
    pub failed: u64,
    pub duration: Option<Span>,
    pub doc: String,
    pub decorators: Vec<String>,
    pub kind: String,
    /// The steps that lead here, and those that this one leads to.
    pub before: Vec<String>,
    pub after: Vec<String>,
    /// The end of its last task, once all of them have ended.
    pub finished: Option<Moment>,
    /// Its newest task.
    pub newest: Option<String>,
}

/// The steps whose next one this is, in the order of the flow.
pub(super) fn steps_before(run: &Run, name: &str) -> Vec<String> {
    let steps = run.graph.iter().flat_map(|graph| &graph.steps);
    let leads_here = |step: &&GraphStep| step.next.iter().any(|next| next == name);
    steps
        .filter(leads_here)
        .map(|step| step.name.clone())
        .collect()
}

/// When the last task of a step ended, if all of them have.
pub(super) fn finished(step: &Step) -> Option<Moment> {
    let ended = |task: &Task| {
        let last = task.last_attempt()?;
        last.ended.filter(|_| last.end_recorded)
    };
    let ends: Option<Vec<Moment>> = step.tasks.iter().map(ended).collect();
    ends?.into_iter().max()
}

/// More cells than this are not drawn one by one.
const STRIP: usize = 2000;

impl Engine {
    pub(super) async fn tasks(
        &self,
        query: TasksQuery,
        work: &Work,
    ) -> Result<TasksView, Box<Failure>> {
        let loaded = self.load_run(&query.run, work).await?;
        let run = &loaded.run;
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
        let mut matching: Vec<(&str, &Task)> = all
            .iter()
            .copied()
            .filter(|(step, task)| {
                (query.statuses.is_empty() || query.statuses.contains(&task.status))
                    && has_text(step, task, &text)
            })
            .collect();
        let strip = if matching.len() <= STRIP && query.step.is_some() {
            matching
                .iter()
                .map(|(step, task)| strip_task(step, task))
                .collect()
        } else {
            Vec::new()
        };
        // Stable: what the chosen column does not part stays in the order of the flow.
        sort_by(&mut matching, |a, b| {
            let order = compare(query.sort, a, b);
            if query.descending {
                order.reverse()
            } else {
                order
            }
        });
        let durations: Vec<Span> = all.iter().filter_map(|(_, task)| task.worked()).collect();
        let mut view = TasksView {
            total: all.len() as u64,
            matching: matching.len() as u64,
            statuses: Status::tally(all.iter().map(|(_, task)| task.status)),
            rows: query
                .window
                .of(&matching)
                .iter()
                .map(|(step, task)| row(step, task))
                .collect(),
            window: query.window,
            longest: durations.iter().max().copied(),
            median: Span::median(durations),
            strip,
            foreach: all
                .first()
                .map(|(_, task)| variables(task))
                .unwrap_or_default(),
            step_facts: query.step.as_ref().map(|name| {
                let step = run.step(name);
                let in_graph = run.graph.as_ref().and_then(|graph| graph.step(name));
                StepHead {
                    name: name.clone(),
                    status: step.map_or(Status::Skipped, crate::model::Step::status),
                    tasks: all.len() as u64,
                    failed: all
                        .iter()
                        .filter(|(_, task)| task.status == Status::Failed)
                        .count() as u64,
                    duration: step.and_then(crate::model::Step::duration),
                    doc: in_graph.map(|step| step.doc.clone()).unwrap_or_default(),
                    decorators: in_graph
                        .map(|step| step.decorators.iter().map(|one| one.line()).collect())
                        .unwrap_or_default(),
                    kind: in_graph.map(super::picture::kind_word).unwrap_or_default(),
                    before: steps_before(run, name),
                    after: in_graph.map(|step| step.next.clone()).unwrap_or_default(),
                    finished: step.and_then(finished),
                    newest: step
                        .and_then(|step| step.tasks.iter().max_by_key(|task| task.created))
                        .map(|task| task.id.clone()),
                }
            }),
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
fn foreach_order(a: &Task, b: &Task) -> Ordering {
    let place = |task: &Task| {
        task.foreach
            .iter()
            .map(|frame| frame.index)
            .collect::<Vec<_>>()
    };
    place(a).cmp(&place(b)).then_with(|| natural(&a.id, &b.id))
}

fn has_text(step: &str, task: &Task, text: &str) -> bool {
    text.is_empty()
        || format!("{step}/{}", task.id).to_lowercase().contains(text)
        || task
            .label()
            .is_some_and(|label| label.to_lowercase().contains(text))
}

fn compare(sort: TasksSort, a: &(&str, &Task), b: &(&str, &Task)) -> Ordering {
    match sort {
        TasksSort::Order => Ordering::Equal,
        TasksSort::Status => a.1.status.cmp(&b.1.status),
        TasksSort::Step => a.0.cmp(b.0),
        TasksSort::Started => a.1.started().cmp(&b.1.started()),
        TasksSort::Duration => a.1.worked().cmp(&b.1.worked()),
        TasksSort::Attempts => a.1.attempts.len().cmp(&b.1.attempts.len()),
    }
}

fn row(step: &str, task: &Task) -> TaskRow {
    TaskRow {
        step: step.to_owned(),
        id: task.id.clone(),
        status: task.status,
        label: task.label(),
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
            .map(|(started, created)| started.since(created)),
        duration: task.worked(),
        caught: task.attempts.last().is_some_and(|attempt| attempt.caught),
        control: task.control,
        why: None,
    }
}

pub(super) fn strip_task(step: &str, task: &Task) -> StripTask {
    StripTask {
        step: step.to_owned(),
        id: task.id.clone(),
        status: task.status,
        label: task.label().unwrap_or_else(|| task.id.clone()),
        duration: task.worked(),
    }
}

fn variables(task: &Task) -> Vec<String> {
    // Tasks of @parallel stand in a frame too, but there is nothing that they are over.
    let frames = task.foreach.iter();
    frames
        .filter_map(|frame| Some(frame.label.as_ref()?.0.clone()))
        .collect()
}
