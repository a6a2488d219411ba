//! Rows of 1.x out of bytes.

use super::super::id::{Id, Words};
use super::super::json::{Fault, Fields, Items, Json, Kind, blank};
use super::super::reading::{Problems, Reading, cut};
use super::{
    FlowRunView, FlowView, Legacy, LegacyEdge, LegacyLog, LegacyResult, LegacyState, TaskRunView,
};
use crate::counts;
use crate::model::{Place, Problem};
use crate::sorting::{sort, sort_by_key};

#[derive(Clone, Copy, PartialEq)]
enum Table {
    TaskRun,
    FlowRun,
    Flow,
}

impl Table {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "task_run" => Self::TaskRun,
            "flow_run" => Self::FlowRun,
            "flow" => Self::Flow,
            _ => return None,
        })
    }

    /// Of a row in a list that is alone.
    fn of_row(row: &Json<'_>) -> Self {
        let has = |name: &str| row.field(name).is_some();
        if has("map_index") || has("task") {
            Self::TaskRun
        } else if has("serialized_flow") || has("core_version") {
            Self::Flow
        } else if has("flow_id") || has("states") {
            Self::FlowRun
        } else {
            Self::TaskRun
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::TaskRun => "task run",
            Self::FlowRun => "flow run",
            Self::Flow => "flow",
        }
    }
}

/// Reads a whole answer `{"data": {"task_run": […], …}}`, its inner object, or a list of
/// rows; of a file that is cut what comes before.
pub fn read(bytes: &[u8], file: &str, words: &mut Words, problems: &mut Problems) -> Legacy {
    let mut legacy = Legacy::default();
    let mut reading = Reading::of(file, "task run", words, problems);
    let begin = blank(bytes, 0);
    let rest = bytes.get(begin..).unwrap_or_default();
    let outcome = match rest.first() {
        Some(b'[') => rows(
            &mut Items::within(rest, begin, b'['),
            None,
            &mut legacy,
            &mut reading,
        ),
        Some(b'{') => tables(
            &mut Fields::open(rest, begin),
            rest,
            begin,
            1,
            &mut legacy,
            &mut reading,
        ),
        _ => Err(Fault {
            at: begin,
            is_cut: rest.is_empty(),
        }),
    };
    reading.finish();
    if let Err(Fault { at, is_cut }) = outcome {
        let what = match is_cut {
            true if bytes.is_empty() => "The file is empty (0 bytes).".to_owned(),
            true => format!(
                "The file ends in the middle, after {}.",
                counts::bytes(bytes.len() as u64)
            ),
            false => "The file is not JSON from here on.".to_owned(),
        };
        problems.push(Problem::damage(
            Place::at(file, at as u64),
            what,
            "What comes before is shown.",
        ));
    }
    legacy.index();
    legacy
}

/// The tables of an object, and of the `data` in it.
fn tables(
    fields: &mut Fields<'_>,
    bytes: &[u8],
    base: usize,
    deeper: usize,
    legacy: &mut Legacy,
    reading: &mut Reading<'_>,
) -> Result<(), Fault> {
    while let Some(name) = fields.name() {
        let (name, at) = name?;
        let rest = bytes.get(at..).unwrap_or_default();
        match (rest.first(), Table::of(&name)) {
            (Some(b'['), Some(table)) => {
                let mut items = Items::within(rest, base + at, b'[');
                rows(&mut items, Some(table), legacy, reading)?;
                fields.go_on(at + items.end().unwrap_or_default());
            }
            (Some(b'{'), _) if &*name == "data" && deeper > 0 => {
                let mut inner = Fields::open(rest, base + at);
                tables(&mut inner, rest, base + at, deeper - 1, legacy, reading)?;
                fields.go_on(at + inner.end().unwrap_or_default());
            }
            _ => {
                let value = fields.value(at)?;
                if &*name == "errors" {
                    let first = value.items().next().and_then(Result::ok);
                    let message = first.and_then(|first| first.field("message")?.text());
                    let what = format!(
                        "The answer is an error: {}",
                        cut(&message.unwrap_or_default())
                    );
                    reading.tell(
                        value.at(),
                        what,
                        "Ask the server again and save its answer.",
                    );
                }
            }
        }
    }
    Ok(())
}

fn rows(
    items: &mut Items<'_>,
    table: Option<Table>,
    legacy: &mut Legacy,
    reading: &mut Reading<'_>,
) -> Result<(), Fault> {
    for row in items {
        let row = row?;
        let table = table.unwrap_or_else(|| Table::of_row(&row));
        reading.go_on_with(table.noun());
        match table {
            Table::TaskRun => legacy.task_runs.extend(task_run(&row, reading)),
            Table::FlowRun => legacy.flow_runs.extend(flow_run(&row, reading)),
            Table::Flow => legacy.flows.extend(flow(&row, reading)),
        }
    }
    Ok(())
}

fn task_run(row: &Json<'_>, reading: &mut Reading<'_>) -> Option<TaskRunView> {
    let mut id = None;
    let mut view = TaskRunView {
        id: Id::Other("".into()),
        task_id: None,
        slug: "".into(),
        name: None,
        map_index: -1,
        flow_run_id: None,
        state: LegacyState::named(reading.words_of("Scheduled")),
    };
    for (name, value) in reading.fields(row) {
        match &*name {
            "id" => id = reading.id(&name, &value),
            "name" => view.name = reading.text(&name, &value),
            "map_index" => {
                let index = reading.number(&name, &value);
                view.map_index = index.map_or(-1, |index| index as i64);
            }
            "flow_run_id" => view.flow_run_id = reading.id(&name, &value),
            "serialized_state" => view.state = state(&value, reading),
            "task" => {
                for (name, value) in reading.object("task", &value) {
                    match &*name {
                        "id" => view.task_id = reading.id(&name, &value),
                        "slug" => {
                            view.slug = reading.word(&name, &value).unwrap_or_else(|| "".into());
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    view.id = id.or_else(|| {
        reading.lacks_id(row);
        None
    })?;
    Some(view)
}

fn state(value: &Json<'_>, reading: &mut Reading<'_>) -> LegacyState {
    let mut found = LegacyState::named(reading.words_of("Scheduled"));
    if value.is_null() {
        return found;
    }
    for (name, value) in reading.object("serialized_state", value) {
        match &*name {
            "type" => {
                if let Some(kind) = reading.word(&name, &value) {
                    found.kind = kind;
                }
            }
            "message" => found.message = reading.text(&name, &value),
            "_result" => found.result = result(&value, reading),
            "start_time" if !value.is_null() => found.start_time = reading.moment(&name, &value),
            "run_count" => found.run_count = reading.count(&name, &value),
            "loop_count" => found.loop_count = reading.count(&name, &value),
            "n_map_states" => found.n_map_states = reading.count(&name, &value),
            "context" => {
                if let Some(tags) = value.field("tags").filter(|tags| tags.kind() == Kind::List) {
                    found.tags = reading.words("tags", &tags);
                    sort(&mut found.tags);
                }
            }
            "__version__" => found.version = reading.word(&name, &value),
            _ => {}
        }
    }
    found
}

fn result(value: &Json<'_>, reading: &mut Reading<'_>) -> Option<LegacyResult> {
    if value.is_null() {
        return None;
    }
    let mut found = LegacyResult::default();
    for (name, value) in reading.object("_result", value) {
        match &*name {
            "type" => found.kind = reading.word(&name, &value).unwrap_or_else(|| "".into()),
            "location" => found.location = reading.text(&name, &value),
            "dir" | "bucket" | "container" | "secret_type" => {
                found.within = reading.text(&name, &value);
            }
            _ => {}
        }
    }
    Some(found)
}

fn flow_run(row: &Json<'_>, reading: &mut Reading<'_>) -> Option<FlowRunView> {
    let mut id = None;
    let mut view = FlowRunView {
        id: Id::Other("".into()),
        name: None,
        flow_id: None,
        state: LegacyState::named(reading.words_of("Scheduled")),
        states: Vec::new(),
        labels: Vec::new(),
        parameters: None,
        context: None,
        run_config: None,
        updated: None,
        logs: None,
    };
    for (name, value) in reading.fields(row) {
        match &*name {
            "id" => id = reading.id(&name, &value),
            "name" => view.name = reading.text(&name, &value),
            "flow_id" => view.flow_id = reading.id(&name, &value),
            "serialized_state" => view.state = state(&value, reading),
            "states" => {
                for item in reading.list(&name, &value) {
                    let at = item
                        .field("timestamp")
                        .and_then(|at| reading.moment("timestamp", &at));
                    let of = item
                        .field("serialized_state")
                        .map(|one| state(&one, reading));
                    view.states.extend(of.map(|of| (at, of)));
                }
                sort_by_key(&mut view.states, |(at, _)| *at);
            }
            "labels" => view.labels = reading.words(&name, &value),
            "parameters" => view.parameters = reading.raw(&value),
            "context" => view.context = reading.raw(&value),
            "run_config" => view.run_config = reading.raw(&value),
            "updated" => view.updated = reading.moment(&name, &value),
            "logs" => {
                let items = reading.list(&name, &value);
                view.logs = Some(items.iter().filter_map(|item| log(item, reading)).collect());
            }
            _ => {}
        }
    }
    view.id = id.or_else(|| {
        reading.lacks_id(row);
        None
    })?;
    Some(view)
}

fn log(item: &Json<'_>, reading: &mut Reading<'_>) -> Option<LegacyLog> {
    let (mut at, mut message) = (None, None);
    let mut level = reading.words_of("INFO");
    for (name, value) in reading.object("logs", item) {
        match &*name {
            "timestamp" => at = reading.moment(&name, &value),
            "message" => message = reading.text(&name, &value),
            "level" => level = reading.word(&name, &value).unwrap_or(level),
            _ => {}
        }
    }
    Some(LegacyLog {
        at,
        level,
        message: message?,
    })
}

fn flow(row: &Json<'_>, reading: &mut Reading<'_>) -> Option<FlowView> {
    let mut id = None;
    let mut view = FlowView {
        id: Id::Other("".into()),
        name: None,
        project: None,
        core_version: None,
        archived: false,
        tasks: Vec::new(),
        edges: Vec::new(),
    };
    for (name, value) in reading.fields(row) {
        match &*name {
            "id" => id = reading.id(&name, &value),
            "name" => view.name = reading.text(&name, &value),
            "archived" => view.archived = reading.truth(&name, &value).unwrap_or_default(),
            "core_version" => view.core_version = reading.word(&name, &value),
            "project" => {
                let name = value.field("name");
                view.project = name.and_then(|name| reading.text("project", &name));
            }
            "serialized_flow" if !value.is_null() => {
                for (name, value) in reading.object("serialized_flow", &value) {
                    match &*name {
                        "tasks" => {
                            for task in reading.list(&name, &value) {
                                let slug = task
                                    .field("slug")
                                    .and_then(|one| reading.word("slug", &one));
                                let name = task
                                    .field("name")
                                    .and_then(|one| reading.text("name", &one));
                                view.tasks.extend(slug.map(|slug| (slug, name)));
                            }
                        }
                        "edges" => {
                            let items = reading.list(&name, &value);
                            view.edges = items
                                .iter()
                                .filter_map(|item| edge(item, reading))
                                .collect();
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    view.id = id.or_else(|| {
        reading.lacks_id(row);
        None
    })?;
    Some(view)
}

fn edge(item: &Json<'_>, reading: &mut Reading<'_>) -> Option<LegacyEdge> {
    let slug = |name: &str, reading: &mut Reading<'_>| {
        let slug = item.field(name)?.field("slug")?;
        reading.word("slug", &slug)
    };
    let truth = |name: &str| {
        item.field(name)
            .and_then(|one| one.truth())
            .unwrap_or_default()
    };
    let key = item.field("key").filter(|key| !key.is_null());
    Some(LegacyEdge {
        from: slug("upstream_task", reading)?,
        to: slug("downstream_task", reading)?,
        key: key.and_then(|key| reading.word("key", &key)),
        mapped: truth("mapped"),
        flattened: truth("flattened"),
    })
}
