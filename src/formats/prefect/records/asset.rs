//! What became of an asset: an event (`prefect/context.py`, `AssetContext.emit_events`,
//! 3.9.1), which the server forgets after a week.

use super::super::id::{Id, Word};
use super::super::json::{Json, Kind};
use super::super::pages::Item;
use super::super::reading::{Reading, Record};
use crate::model::Moment;

/// An event of an asset. Events of other things are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetEvent {
    pub id: Option<Id>,
    pub occurred: Option<Moment>,
    pub kind: AssetEventKind,
    /// Its URI.
    pub asset: String,
    pub name: Option<String>,
    pub description: Option<String>,
    pub url: Option<String>,
    pub owners: Vec<String>,
    /// What the task added: a JSON object as it is written.
    pub payload: Option<Box<str>>,
    pub task_run_id: Option<Id>,
    pub flow_run_id: Option<Id>,
    /// Assets that it was made of.
    pub upstream: Vec<String>,
    /// The tool that made it.
    pub by: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssetEventKind {
    Materialized,
    /// The task that was to make it failed.
    Failed,
    Referenced,
    Other(Word),
}

impl AssetEventKind {
    /// The name of the event.
    pub fn event(&self) -> &str {
        match self {
            Self::Materialized => "prefect.asset.materialization.succeeded",
            Self::Failed => "prefect.asset.materialization.failed",
            Self::Referenced => "prefect.asset.referenced",
            Self::Other(name) => name,
        }
    }

    fn of(name: Word) -> Self {
        let known = [Self::Materialized, Self::Failed, Self::Referenced];
        let known = known.into_iter().find(|kind| kind.event() == &*name);
        known.unwrap_or(Self::Other(name))
    }
}

impl Record for AssetEvent {
    const NOUN: &'static str = "event";

    fn read(item: &Item<'_>, reading: &mut Reading<'_>) -> Option<Self> {
        let mut name_of = None;
        let mut found = Self {
            id: None,
            occurred: None,
            kind: AssetEventKind::Referenced,
            asset: String::new(),
            name: None,
            description: None,
            url: None,
            owners: Vec::new(),
            payload: None,
            task_run_id: None,
            flow_run_id: None,
            upstream: Vec::new(),
            by: None,
        };
        for (name, value) in reading.fields(&item.value) {
            match &*name {
                "id" => found.id = reading.id(&name, &value),
                "occurred" => found.occurred = reading.moment(&name, &value),
                "event" => name_of = reading.word(&name, &value),
                "resource" => found.read_resource(&value, reading),
                "related" => {
                    for related in reading.list(&name, &value) {
                        found.read_related(&related, reading);
                    }
                }
                "payload" => found.payload = reading.raw(&value),
                _ => {}
            }
        }
        found.kind = AssetEventKind::of(name_of.filter(|name| name.starts_with("prefect.asset."))?);
        if found.asset.is_empty() {
            let what = "An event of an asset names none.".to_owned();
            reading.tell(item.value.at(), what, "It is left out.");
            return None;
        }
        Some(found)
    }

    fn id(&self) -> Option<&Id> {
        self.id.as_ref()
    }
}

impl AssetEvent {
    fn read_resource(&mut self, value: &Json<'_>, reading: &mut Reading<'_>) {
        for (name, value) in reading.object("resource", value) {
            match &*name {
                "prefect.resource.id" => {
                    self.asset = reading.text(&name, &value).unwrap_or_default();
                }
                "prefect.resource.name" => self.name = reading.text(&name, &value),
                "prefect.asset.description" => self.description = reading.text(&name, &value),
                "prefect.asset.url" => self.url = reading.text(&name, &value),
                // A list, written as a text.
                "prefect.asset.owners" => {
                    let text = reading.text(&name, &value).unwrap_or_default();
                    self.owners = owners(&text);
                }
                _ => {}
            }
        }
    }

    fn read_related(&mut self, value: &Json<'_>, reading: &mut Reading<'_>) {
        let mut text = |name: &str| {
            let value = value.field(name)?;
            reading.text(name, &value)
        };
        let (Some(id), Some(role)) = (text("prefect.resource.id"), text("prefect.resource.role"))
        else {
            return;
        };
        let of_run = |id: &str| Id::of(id.rsplit('.').next().unwrap_or(id));
        match &*role {
            "asset" if !self.upstream.contains(&id) => self.upstream.push(id),
            "asset-materialized-by" => self.by = Some(id),
            "task-run" => self.task_run_id = of_run(&id),
            "flow-run" => self.flow_run_id = of_run(&id),
            _ => {}
        }
    }
}

fn owners(text: &str) -> Vec<String> {
    match Json::whole(text.as_bytes()) {
        Ok(list) if list.kind() == Kind::List => list
            .items()
            .filter_map(|item| item.ok()?.text().map(std::borrow::Cow::into_owned))
            .collect(),
        _ if text.is_empty() => Vec::new(),
        _ => vec![text.to_owned()],
    }
}
