//! A row of a log.

use super::super::id::{Id, Word};
use super::super::pages::Item;
use super::super::reading::{Reading, Record};
use crate::model::Moment;

/// One message, of one line or of many. The rows of a task name its flow run too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    pub at: Option<Moment>,
    /// As Python's `logging` counts: 10 debug, 20 info, 30 warning, 40 error, 50 critical.
    pub level: i64,
    /// `prefect.flow_runs` and `prefect.task_runs`, unless somebody added others.
    pub logger: Word,
    pub message: Box<str>,
    pub flow_run_id: Option<Id>,
    pub task_run_id: Option<Id>,
}

/// The name of a level, where it has one of its own.
pub fn level_name(level: i64) -> Option<&'static str> {
    Some(match level {
        10 => "DEBUG",
        20 => "INFO",
        30 => "WARNING",
        40 => "ERROR",
        50 => "CRITICAL",
        _ => return None,
    })
}

impl Record for Log {
    const NOUN: &'static str = "log row";

    fn read(item: &Item<'_>, reading: &mut Reading<'_>) -> Option<Self> {
        let mut id = None;
        let mut message = None;
        let mut log = Self {
            at: None,
            level: 20,
            logger: "".into(),
            message: "".into(),
            flow_run_id: None,
            task_run_id: None,
        };
        for (name, value) in reading.fields(&item.value) {
            match &*name {
                "id" => id = reading.id(&name, &value),
                "name" => log.logger = reading.word(&name, &value).unwrap_or_else(|| "".into()),
                "level" => {
                    let level = reading.number(&name, &value);
                    log.level = level.map_or(20, |level| level as i64);
                }
                "message" => message = reading.text(&name, &value),
                "timestamp" => log.at = reading.moment(&name, &value),
                "flow_run_id" => log.flow_run_id = reading.id(&name, &value),
                "task_run_id" => log.task_run_id = reading.id(&name, &value),
                _ => {}
            }
        }
        // An id tells of two pages that overlap, and nothing else.
        let Some(message) = message else {
            if !item.value.is_null() && id.is_some() {
                let what = "A log row has no message.".to_owned();
                reading.tell(item.value.at(), what, "It is left out.");
            } else {
                reading.lacks_id(&item.value);
            }
            return None;
        };
        log.message = message.into();
        reading.is_new(id).then_some(log)
    }
}
