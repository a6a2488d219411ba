//! What Prefect knows of a task beyond its log and its result: its states, its options, where
//! its arguments came from.

use super::{Extras, Loaded};
use crate::engine::ask::Failure;
use crate::engine::{Engine, Work};
use crate::formats::prefect::edges::inputs;
use crate::formats::prefect::id::{Id, Word};
use crate::formats::prefect::names::Member;
use crate::formats::prefect::options::{self, Facts, Known};
use crate::formats::prefect::records::{AssetEvent, Course, Log, State, TaskRun};
use crate::formats::prefect::result::{Found, lies};
use crate::formats::prefect::state::{Around, StateKind};
use crate::model::run::BODY;
use crate::model::{Moment, Span, Status, TaskPath};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskFactsQuery {
    pub task: TaskPath,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TaskFactsView {
    pub id: String,
    /// Name and value, as they are recorded.
    pub facts: Vec<(String, String)>,
    /// Its place among the runs of its task, by id, from 0; and how many there are. Which item of
    /// a map it is, is not recorded.
    pub ordinal: Option<(u64, u64)>,
    pub times: Vec<(String, Moment)>,
    /// At work, all attempts together.
    pub worked: Option<Span>,
    pub run_count: u64,
    /// Which attempt of the flow it belongs to, from 1.
    pub flow_attempt: Option<u64>,
    pub tags: Vec<String>,
    pub labels: Vec<(String, String)>,
    pub states: Vec<StateRow>,
    pub inputs: Vec<InputRow>,
    pub options: Vec<OptionRow>,
    /// Where its result is, in a sentence; and whether there is one to look at.
    pub result: String,
    pub has_result: bool,
    /// The task whose result was taken: its place and its name.
    pub reused: Option<(TaskPath, String)>,
    /// What came of its transaction.
    pub transaction: Option<String>,
}

/// A state that it was in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StateRow {
    /// As Prefect calls it, and of which type.
    pub name: String,
    pub kind: String,
    /// What it means, in a sentence.
    pub meaning: String,
    pub status: Status,
    pub at: Option<Moment>,
    pub message: String,
    /// When what it announces is due.
    pub due: Option<Moment>,
}

/// An argument, and what went into it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputRow {
    /// Arguments by name, or `wait_for`.
    pub arguments: String,
    pub from: InputFrom,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum InputFrom {
    Task {
        task: TaskPath,
        name: String,
        status: Status,
    },
    /// Of a run that is not among the records.
    Lost {
        id: String,
    },
    Parameter(String),
    /// Nobody knows.
    Unknown,
}

/// An option of `prefect.task`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OptionRow {
    pub name: String,
    pub known: OptionKnown,
    pub value: Option<String>,
    pub meaning: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum OptionKnown {
    Recorded,
    /// From what it follows.
    Inferred(String),
    NotRecorded,
}

impl Engine {
    pub(in crate::engine) async fn prefect_task(
        &self,
        query: TaskFactsQuery,
        work: &Work,
    ) -> Result<TaskFactsView, Box<Failure>> {
        let loaded = self.load_run(&query.task.run_path(), work).await?;
        let Some(run) = loaded.records.prefect() else {
            let place = query.task.to_string();
            return Err(Failure::not_found("task of Prefect", &place, "others"));
        };
        let extras = run.extras(work).await;
        let logs = run.logs(work).await;
        Ok(match query.task.step == BODY {
            true => run.facts_of_flow().await,
            false => run.facts_of_task(&query.task, &extras, &logs.rows).await,
        })
    }
}

impl Loaded {
    async fn facts_of_flow(&self) -> TaskFactsView {
        let told = &self.gathered;
        let run = &told.run;
        TaskFactsView {
            id: run.id.to_string(),
            states: states(&told.history),
            tags: run.tags.iter().map(|tag| tag.to_string()).collect(),
            labels: labels(&run.labels),
            result: self.where_result_lies(&run.id.to_string()).await,
            has_result: self.has_result(&run.id.to_string()),
            ..of_course(&run.course)
        }
    }

    async fn facts_of_task(&self, path: &TaskPath, extras: &Extras, logs: &[Log]) -> TaskFactsView {
        let told = &self.gathered;
        let found = told.task(&path.task);
        let parts = found.and_then(|at| Some((told.tasks.get(at)?, told.attempts.get(at)?)));
        let Some((run, tries)) = parts else {
            return TaskFactsView::default();
        };
        let step = told.steps.iter().find(|step| step.shown == path.step);
        let siblings = step.map(|step| step.tasks.as_slice()).unwrap_or_default();
        let is_it = |member: &&Member| Some(member.at) == found;
        let ordinal = siblings.iter().position(|member| is_it(&member));
        let own: Vec<&Log> = logs
            .iter()
            .filter(|row| row.task_run_id.as_ref() == Some(&run.id))
            .collect();
        let events: Vec<&AssetEvent> = extras
            .events
            .iter()
            .filter(|event| event.task_run_id.as_ref() == Some(&run.id))
            .collect();
        let facts = Facts {
            run,
            attempts: tries,
            logs: &own,
            in_file: None,
            events: &events,
            siblings: siblings.len(),
        };
        let reused = options::reused(run, &told.tasks).and_then(|other| {
            let (step, _) = self.place_of(&other.id)?;
            let path = path.run_path().task(&step, &other.id.to_string());
            Some((path, other.name.to_string()))
        });
        let mut view = TaskFactsView {
            id: run.id.to_string(),
            ordinal: ordinal.map(|at| (at as u64, siblings.len() as u64)),
            flow_attempt: Some(run.flow_run_run_count).filter(|count| *count > 0),
            tags: run.tags.iter().map(|tag| tag.to_string()).collect(),
            labels: labels(&run.labels),
            states: states(told.histories.of(&run.id)),
            inputs: self.inputs_of(path, run),
            options: options::options(&facts).into_iter().map(row).collect(),
            result: self.where_result_lies(&path.task).await,
            has_result: self.has_result(&path.task),
            reused,
            transaction: options::transaction(&facts).map(str::to_owned),
            ..of_course(&run.course)
        };
        view.facts
            .push(("Task key".to_owned(), run.task_key.to_string()));
        if let Some(key) = &run.dynamic_key {
            view.facts.push(("Dynamic key".to_owned(), key.to_string()));
        }
        view
    }

    fn inputs_of(&self, path: &TaskPath, run: &TaskRun) -> Vec<InputRow> {
        let given = inputs(run);
        let of_run = |(id, arguments): (Id, Vec<_>)| InputRow {
            arguments: arguments.join(", "),
            from: match self.place_of(&id) {
                Some((step, at)) => {
                    let told = &self.gathered;
                    let task = told.tasks.get(at);
                    let tries = told.attempts.get(at);
                    let status = task
                        .zip(tries)
                        .map(|(task, tries)| tries.status(&task.course, Around::Saved).0);
                    let id = task.map_or(id, |task| task.id.clone());
                    InputFrom::Task {
                        task: path.run_path().task(&step, &id.to_string()),
                        name: task.map(|task| task.name.to_string()).unwrap_or_default(),
                        status: status.unwrap_or(Status::Unknown),
                    }
                }
                None => InputFrom::Lost { id: id.to_string() },
            },
        };
        let upstream = given.upstream.into_iter().map(of_run);
        let parameters = given.parameters.into_iter();
        let parameters = parameters.map(|(argument, parameter)| InputRow {
            arguments: argument.to_string(),
            from: InputFrom::Parameter(parameter.to_string()),
        });
        let unknown = given.unknown.into_iter().map(|argument| InputRow {
            arguments: argument.to_string(),
            from: InputFrom::Unknown,
        });
        upstream.chain(parameters).chain(unknown).collect()
    }

    /// The step of a task run, or of the stand-in for a flow run, and its place among all.
    pub(super) fn place_of(&self, id: &Id) -> Option<(String, usize)> {
        let told = &self.gathered;
        told.steps.iter().find_map(|step| {
            let is_it = |member: &&Member| {
                let task = told.tasks.get(member.at);
                task.is_some_and(|task| task.id == *id) || member.subflow.as_ref() == Some(id)
            };
            let member = step.tasks.iter().find(is_it)?;
            Some((step.shown.clone(), member.at))
        })
    }

    pub fn has_result(&self, id: &str) -> bool {
        self.stored(id)
            .is_some_and(|told| told.storage_key.is_some())
    }

    async fn where_result_lies(&self, id: &str) -> String {
        let told = self.stored(id);
        let files = self.results().await;
        let key = told.and_then(|told| told.storage_key.as_deref());
        let found = key.map_or(Found::Missing, |key| files.find(key));
        lies(told, found)
    }
}

/// What a flow run and a task run have both.
fn of_course(course: &Course) -> TaskFactsView {
    let times = [
        ("Expected", course.expected_start),
        ("Started", course.started),
        ("Ended", course.ended),
        ("Recorded", course.created),
    ];
    let times = times.into_iter();
    TaskFactsView {
        times: times
            .filter_map(|(name, at)| Some((name.to_owned(), at?)))
            .collect(),
        worked: course.total_run_time,
        run_count: course.run_count,
        ..TaskFactsView::default()
    }
}

fn labels(labels: &[(Word, String)]) -> Vec<(String, String)> {
    let labels = labels.iter();
    labels
        .map(|(name, value)| (name.to_string(), value.clone()))
        .collect()
}

fn states(history: &[State]) -> Vec<StateRow> {
    let row = |(at, state): (usize, &State)| {
        let kind = StateKind::of_state(state);
        // What came after has ended it.
        let around = match at + 1 == history.len() {
            true => Around::Saved,
            false => Around::Alive,
        };
        StateRow {
            name: state.name.to_string(),
            kind: state.kind.word().to_owned(),
            meaning: kind.meaning().to_owned(),
            status: kind.status(1, around),
            at: state.at,
            message: state.message.as_deref().unwrap_or_default().to_owned(),
            due: state.due(),
        }
    };
    history.iter().enumerate().map(row).collect()
}

fn row(option: options::TaskOption) -> OptionRow {
    OptionRow {
        name: option.name.to_owned(),
        known: match option.known {
            Known::Recorded => OptionKnown::Recorded,
            Known::Inferred { from } => OptionKnown::Inferred(from.to_owned()),
            Known::NotRecorded => OptionKnown::NotRecorded,
        },
        value: option.value,
        meaning: option.meaning.to_owned(),
    }
}
