//! What set a deployed run off (Metaflow `events.py`): other runs that ended, and events by
//! name, noted in the metadata of the start step's task.

use crate::model::Moment;
use crate::sorting::sort_by_key;
use serde_json::Value;

/// The metadata that holds the events.
pub const FIELD: &str = "execution-triggers";

#[derive(Clone, Debug, PartialEq)]
pub struct TriggerEvent {
    pub name: Option<String>,
    /// Of a run that ended: the path of its last task.
    pub id: Option<String>,
    /// Whole seconds; other events than Metaflow's own need not have one.
    pub at: Option<Moment>,
    /// `run` or `event`.
    pub kind: Option<String>,
}

/// The events, the latest first; `None` for what is no list of them.
pub fn read(text: &str) -> Option<Vec<TriggerEvent>> {
    let Value::Array(noted) = serde_json::from_str(text).ok()? else {
        return None;
    };
    let event = |noted: &Value| {
        let text = |key: &str| noted.get(key).and_then(Value::as_str).map(str::to_owned);
        let seconds = noted.get("timestamp").and_then(Value::as_i64);
        TriggerEvent {
            name: text("name"),
            id: text("id"),
            at: seconds.map(|seconds| Moment(seconds.saturating_mul(1_000_000))),
            kind: text("type"),
        }
    };
    let mut events: Vec<TriggerEvent> = noted.iter().map(event).collect();
    sort_by_key(&mut events, |event| std::cmp::Reverse(event.at));
    Some(events)
}

impl TriggerEvent {
    /// The run that ended: `flow/run`.
    pub fn run(&self) -> Option<String> {
        let id = self
            .id
            .as_deref()
            .filter(|_| self.kind.as_deref() == Some("run"))?;
        let mut parts = id.split('/');
        Some(format!("{}/{}", parts.next()?, parts.next()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_event_is_the_first() {
        let events = read(
            r#"[{"timestamp": null, "id": null, "name": "unsigned", "type": "event"},
                {"timestamp": 5, "id": "F/1/end/3", "name": "metaflow.F.end", "type": "run"},
                {"timestamp": 7, "id": "x", "name": "shelf_empty", "type": "event"}]"#,
        );
        let events = events.unwrap_or_default();
        let names: Vec<Option<&str>> = events.iter().map(|event| event.name.as_deref()).collect();
        assert_eq!(
            names,
            [
                Some("shelf_empty"),
                Some("metaflow.F.end"),
                Some("unsigned")
            ]
        );
        let runs: Vec<Option<String>> = events.iter().map(TriggerEvent::run).collect();
        assert_eq!(runs, [None, Some("F/1".to_owned()), None]);
        assert_eq!(events[0].at, Some(Moment(7_000_000)));
    }

    #[test]
    fn what_is_no_list_has_no_events() {
        assert_eq!(read("null"), None);
        assert_eq!(read("[{\"timestamp\""), None);
        assert_eq!(read("[]"), Some(Vec::new()));
    }
}
