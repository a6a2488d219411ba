//! A flow and its runs.

use super::super::id::{Id, Word};
use super::super::json::Json;
use super::super::pages::Item;
use super::super::reading::{Reading, Record};
use super::{Course, Policy, read_labels, read_policy, read_tags};
use crate::model::Moment;

/// A flow. Its description is not stored; that of a deployment is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    pub id: Id,
    /// No two flows of a server have one name.
    pub name: String,
    pub created: Option<Moment>,
    pub updated: Option<Moment>,
    pub tags: Vec<Word>,
    pub labels: Vec<(Word, String)>,
}

impl Record for Flow {
    const NOUN: &'static str = "flow";

    fn read(item: &Item<'_>, reading: &mut Reading<'_>) -> Option<Self> {
        let mut id = None;
        let mut name_of = None;
        let (mut created, mut updated) = (None, None);
        let (mut tags, mut labels) = (Vec::new(), Vec::new());
        for (name, value) in reading.fields(&item.value) {
            match &*name {
                "id" => id = reading.id(&name, &value),
                "name" => name_of = reading.text(&name, &value),
                "created" => created = reading.moment(&name, &value),
                "updated" => updated = reading.moment(&name, &value),
                "tags" => tags = read_tags(&name, &value, reading),
                "labels" => labels = read_labels(&value, reading),
                _ => {}
            }
        }
        let Some(id) = id else {
            reading.lacks_id(&item.value);
            return None;
        };
        Some(Self {
            name: name_of.unwrap_or_else(|| id.to_string()),
            id,
            created,
            updated,
            tags,
            labels,
        })
    }

    fn id(&self) -> Option<&Id> {
        Some(&self.id)
    }

    fn updated(&self) -> Option<Moment> {
        self.updated
    }
}

/// A run of a flow.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowRun {
    pub id: Id,
    pub name: String,
    pub flow_id: Option<Id>,
    /// Given by the author, or a hash of the file in 32 hex digits.
    pub flow_version: Option<Word>,
    /// A JSON object as it is written; `None` where there are none.
    pub parameters: Option<Box<str>>,
    pub tags: Vec<Word>,
    pub labels: Vec<(Word, String)>,
    /// The stand-in for this run in the run that called its flow.
    pub parent_task_run_id: Option<Id>,
    pub deployment_id: Option<Id>,
    pub deployment_version: Option<Word>,
    pub work_pool_name: Option<Word>,
    pub work_queue_name: Option<Word>,
    pub infrastructure_pid: Option<Box<str>>,
    pub created_by: Option<CreatedBy>,
    pub auto_scheduled: bool,
    pub idempotency_key: Option<Box<str>>,
    /// JSON objects as they are written.
    pub context: Option<Box<str>>,
    pub job_variables: Option<Box<str>>,
    pub policy: Policy,
    pub course: Course,
}

/// Who had the run made: `SCHEDULE`, `DEPLOYMENT`, `AUTOMATION`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreatedBy {
    pub kind: Option<Word>,
    pub id: Option<Id>,
    pub display: Option<String>,
}

/// Reads the column or field `created_by`.
pub fn read_created_by(value: &Json<'_>, reading: &mut Reading<'_>) -> Option<CreatedBy> {
    if value.is_null() {
        return None;
    }
    let mut found = CreatedBy::default();
    for (name, value) in reading.object("created_by", value) {
        match &*name {
            "type" => found.kind = reading.word(&name, &value),
            "id" => found.id = reading.id(&name, &value),
            "display_value" => found.display = reading.text(&name, &value),
            _ => {}
        }
    }
    Some(found).filter(|found| *found != CreatedBy::default())
}

impl FlowRun {
    /// Of which nothing is known but its id.
    pub fn bare(id: Id) -> Self {
        Self {
            name: String::new(),
            id,
            flow_id: None,
            flow_version: None,
            parameters: None,
            tags: Vec::new(),
            labels: Vec::new(),
            parent_task_run_id: None,
            deployment_id: None,
            deployment_version: None,
            work_pool_name: None,
            work_queue_name: None,
            infrastructure_pid: None,
            created_by: None,
            auto_scheduled: false,
            idempotency_key: None,
            context: None,
            job_variables: None,
            policy: Policy::default(),
            course: Course::default(),
        }
    }
}

impl Record for FlowRun {
    const NOUN: &'static str = "flow run";

    fn read(item: &Item<'_>, reading: &mut Reading<'_>) -> Option<Self> {
        let mut id = None;
        // Its place is taken once the id is known.
        let mut run = Self::bare(Id::Other("".into()));
        for (name, value) in reading.fields(&item.value) {
            match &*name {
                "id" => id = reading.id(&name, &value),
                "name" => run.name = reading.text(&name, &value).unwrap_or_default(),
                "flow_id" => run.flow_id = reading.id(&name, &value),
                "flow_version" => run.flow_version = reading.word(&name, &value),
                "parameters" => run.parameters = reading.raw(&value),
                "tags" => run.tags = read_tags(&name, &value, reading),
                "labels" => run.labels = read_labels(&value, reading),
                "parent_task_run_id" => run.parent_task_run_id = reading.id(&name, &value),
                "deployment_id" => run.deployment_id = reading.id(&name, &value),
                "deployment_version" => run.deployment_version = reading.word(&name, &value),
                "work_pool_name" => run.work_pool_name = reading.word(&name, &value),
                "work_queue_name" => run.work_queue_name = reading.word(&name, &value),
                "infrastructure_pid" => {
                    run.infrastructure_pid = reading.text(&name, &value).map(Into::into);
                }
                "created_by" => run.created_by = read_created_by(&value, reading),
                "auto_scheduled" => {
                    run.auto_scheduled = reading.truth(&name, &value).unwrap_or_default();
                }
                "idempotency_key" => {
                    run.idempotency_key = reading.text(&name, &value).map(Into::into);
                }
                "context" => run.context = reading.raw(&value),
                "job_variables" => run.job_variables = reading.raw(&value),
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
            run.name = run.id.to_string();
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
