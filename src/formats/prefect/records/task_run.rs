//! A run of a task.

use super::super::id::{Id, Word};
use super::super::json::Json;
use super::super::pages::Item;
use super::super::reading::{Reading, Record};
use super::{Course, Policy, read_labels, read_policy, read_tags};
use crate::model::Moment;

/// A run of a task. Which of the runs of a map it is, is recorded nowhere.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskRun {
    pub id: Id,
    pub name: Box<str>,
    /// None of a task that was called outside of a flow, or deferred.
    pub flow_run_id: Option<Id>,
    /// The name of the function, `-`, and a hash of its code.
    pub task_key: Word,
    pub dynamic_key: Option<Box<str>>,
    pub task_version: Option<Word>,
    /// Null in all that 3.9.1 writes.
    pub cache_key: Option<Box<str>>,
    pub cache_expiration: Option<Moment>,
    pub tags: Vec<Word>,
    pub labels: Vec<(Word, String)>,
    /// Where the values of its arguments came from. The values are stored nowhere.
    pub inputs: Vec<Input>,
    /// Which attempt of its flow run it belongs to, from 1; 0 for stand-ins and for tasks
    /// outside of flows.
    pub flow_run_run_count: u64,
    pub policy: Policy,
    pub course: Course,
}

/// An argument, or `wait_for`, or `__parents__`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    pub name: Word,
    /// None where nothing is known of where it came from.
    pub from: Box<[Source]>,
}

/// Where a value came from (`prefect/client/schemas/objects.py`, `RunInput`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    TaskRun(Id),
    /// A subflow, where its run is named instead of its stand-in.
    FlowRun(Id),
    /// A parameter of the flow.
    Parameter(Word),
    /// A value of this type.
    Constant(Word),
    /// Of a kind that a newer release may have.
    Other(Word),
}

/// Reads the column or field `task_inputs`.
pub fn read_inputs(value: &Json<'_>, reading: &mut Reading<'_>) -> Vec<Input> {
    let mut inputs = Vec::new();
    for (name, value) in reading.object("task_inputs", value) {
        let items = reading.list("task_inputs", &value);
        let from = items.iter().filter_map(|item| read_source(item, reading));
        inputs.push(Input {
            from: from.collect(),
            name: reading.words_of(&name),
        });
    }
    inputs
}

fn read_source(value: &Json<'_>, reading: &mut Reading<'_>) -> Option<Source> {
    let (mut kind, mut id, mut named) = (None, None, None);
    for (name, value) in reading.object("task_inputs", value) {
        match &*name {
            "input_type" => kind = reading.word(&name, &value),
            "id" => id = reading.id(&name, &value),
            "name" | "type" => named = reading.word(&name, &value),
            _ => {}
        }
    }
    let kind = kind?;
    let named = named.unwrap_or_else(|| "".into());
    match (&*kind, id) {
        ("task_run", Some(id)) => Some(Source::TaskRun(id)),
        ("flow_run", Some(id)) => Some(Source::FlowRun(id)),
        ("task_run" | "flow_run", None) => {
            let what = "An input of a task run names no run.".to_owned();
            reading.tell(value.at(), what, "It is left out.");
            None
        }
        ("parameter", _) => Some(Source::Parameter(named)),
        ("constant", _) => Some(Source::Constant(named)),
        _ => Some(Source::Other(kind)),
    }
}

impl TaskRun {
    /// Of which nothing is known but its id.
    pub fn bare(id: Id) -> Self {
        Self {
            id,
            name: "".into(),
            flow_run_id: None,
            task_key: "".into(),
            dynamic_key: None,
            task_version: None,
            cache_key: None,
            cache_expiration: None,
            tags: Vec::new(),
            labels: Vec::new(),
            inputs: Vec::new(),
            flow_run_run_count: 0,
            policy: Policy::default(),
            course: Course::default(),
        }
    }
}

impl Record for TaskRun {
    const NOUN: &'static str = "task run";

    fn read(item: &Item<'_>, reading: &mut Reading<'_>) -> Option<Self> {
        let mut id = None;
        // Its place is taken once the id is known.
        let mut run = Self::bare(Id::Other("".into()));
        for (name, value) in reading.fields(&item.value) {
            match &*name {
                "id" => id = reading.id(&name, &value),
                "name" => run.name = reading.text(&name, &value).unwrap_or_default().into(),
                "flow_run_id" => run.flow_run_id = reading.id(&name, &value),
                "task_key" => {
                    run.task_key = reading.word(&name, &value).unwrap_or_else(|| "".into());
                }
                "dynamic_key" => run.dynamic_key = reading.text(&name, &value).map(Into::into),
                "task_version" => run.task_version = reading.word(&name, &value),
                "cache_key" => run.cache_key = reading.text(&name, &value).map(Into::into),
                "cache_expiration" => run.cache_expiration = reading.moment(&name, &value),
                "tags" => run.tags = read_tags(&name, &value, reading),
                "labels" => run.labels = read_labels(&value, reading),
                "task_inputs" => run.inputs = read_inputs(&value, reading),
                "flow_run_run_count" => {
                    run.flow_run_run_count = reading.count(&name, &value).unwrap_or_default();
                }
                "empirical_policy" => run.policy = read_policy(&value, reading),
                name => {
                    run.course.read(name, &value, reading);
                }
            }
        }
        let Some(id) = id else {
            reading.lacks_id(&item.value);
            return None;
        };
        run.id = id;
        if run.name.is_empty() {
            run.name = run.id.to_string().into();
        }
        Some(run)
    }

    fn id(&self) -> Option<&Id> {
        Some(&self.id)
    }

    fn updated(&self) -> Option<Moment> {
        self.course.updated
    }
}
