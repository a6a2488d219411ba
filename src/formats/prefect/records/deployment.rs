//! A deployment: how a flow is run by others than its author.

use super::super::id::{Id, Word};
use super::super::json::{Json, Kind};
use super::super::pages::Item;
use super::super::reading::{Reading, Record};
use super::read_tags;
use crate::model::Moment;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    pub id: Id,
    pub name: String,
    pub flow_id: Option<Id>,
    pub created: Option<Moment>,
    pub updated: Option<Moment>,
    pub version: Option<Word>,
    pub description: Option<String>,
    pub tags: Vec<Word>,
    pub paused: bool,
    /// `READY` or `NOT_READY`, as it was when it was asked for.
    pub status: Option<Word>,
    pub schedules: Vec<Schedule>,
    /// A JSON object as it is written.
    pub parameters: Option<Box<str>>,
    pub job_variables: Option<Box<str>>,
    pub work_pool_name: Option<Word>,
    pub work_queue_name: Option<Word>,
    /// `file:function`, and the folder that it is in, on another machine.
    pub entrypoint: Option<String>,
    pub path: Option<String>,
    pub last_polled: Option<Moment>,
    pub concurrency_limit: Option<u64>,
}

/// When it is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub active: bool,
    /// An interval, a cron line or a recurrence rule, in words.
    pub rule: String,
    pub timezone: Option<Word>,
}

impl Schedule {
    fn of(value: &Json<'_>, reading: &mut Reading<'_>) -> Option<Self> {
        let schedule = value.field("schedule")?;
        let rule = if let Some(seconds) = schedule.field("interval").and_then(|one| one.number()) {
            format!("every {seconds} s")
        } else if let Some(cron) = schedule.field("cron").and_then(|one| one.text()) {
            format!("cron {cron}")
        } else if let Some(rule) = schedule.field("rrule").and_then(|one| one.text()) {
            format!("rrule {rule}")
        } else {
            schedule.raw().into_owned()
        };
        let zone = schedule.field("timezone").filter(|zone| !zone.is_null());
        Some(Self {
            active: value.field("active").and_then(|one| one.truth()) != Some(false),
            rule,
            timezone: zone.and_then(|zone| reading.word("timezone", &zone)),
        })
    }
}

impl Record for Deployment {
    const NOUN: &'static str = "deployment";

    fn read(item: &Item<'_>, reading: &mut Reading<'_>) -> Option<Self> {
        let mut id = None;
        let mut found = Self {
            id: Id::Other("".into()),
            name: String::new(),
            flow_id: None,
            created: None,
            updated: None,
            version: None,
            description: None,
            tags: Vec::new(),
            paused: false,
            status: None,
            schedules: Vec::new(),
            parameters: None,
            job_variables: None,
            work_pool_name: None,
            work_queue_name: None,
            entrypoint: None,
            path: None,
            last_polled: None,
            concurrency_limit: None,
        };
        for (name, value) in reading.fields(&item.value) {
            match &*name {
                "id" => id = reading.id(&name, &value),
                "name" => found.name = reading.text(&name, &value).unwrap_or_default(),
                "flow_id" => found.flow_id = reading.id(&name, &value),
                "created" => found.created = reading.moment(&name, &value),
                "updated" => found.updated = reading.moment(&name, &value),
                "version" => found.version = reading.word(&name, &value),
                "description" => found.description = reading.text(&name, &value),
                "tags" => found.tags = read_tags(&name, &value, reading),
                "paused" => found.paused = reading.truth(&name, &value).unwrap_or_default(),
                "status" => found.status = reading.word(&name, &value),
                "schedules" if value.kind() == Kind::List => {
                    let items = reading.list(&name, &value);
                    let schedules = items.iter().filter_map(|item| Schedule::of(item, reading));
                    found.schedules = schedules.collect();
                }
                "parameters" => found.parameters = reading.raw(&value),
                "job_variables" => found.job_variables = reading.raw(&value),
                "work_pool_name" => found.work_pool_name = reading.word(&name, &value),
                "work_queue_name" => found.work_queue_name = reading.word(&name, &value),
                "entrypoint" => found.entrypoint = reading.text(&name, &value),
                "path" => found.path = reading.text(&name, &value),
                "last_polled" => found.last_polled = reading.moment(&name, &value),
                "concurrency_limit" => found.concurrency_limit = reading.count(&name, &value),
                _ => {}
            }
        }
        let Some(id) = id else {
            reading.lacks_id(&item.value);
            return None;
        };
        found.id = id;
        if found.name.is_empty() {
            found.name = found.id.to_string();
        }
        Some(found)
    }

    fn id(&self) -> Option<&Id> {
        Some(&self.id)
    }

    fn updated(&self) -> Option<Moment> {
        self.updated
    }
}
