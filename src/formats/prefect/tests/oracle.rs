//! Everything that Prefect's own client says of the export, and these modules can know.

use super::{Export, expected};
use crate::formats::prefect::artifacts::{self, Shown};
use crate::formats::prefect::attempts::{attempts, rows};
use crate::formats::prefect::edges::{self, Graph, edges, inputs};
use crate::formats::prefect::id::{Id, Words};
use crate::formats::prefect::json::Json;
use crate::formats::prefect::reading::{Record, read_all};
use crate::formats::prefect::records::*;
use crate::formats::prefect::result::{Fault, Files, Found, Step, json_class, open};
use crate::formats::prefect::{lost, names};
use crate::model::{Moment, Span};
use crate::pickle;
use crate::source::{NoPace, inflate::unpack};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// All records of the export.
pub(super) struct Records {
    pub flows: Vec<Flow>,
    pub flow_runs: Vec<FlowRun>,
    pub task_runs: Vec<TaskRun>,
    pub flow_histories: Histories,
    pub task_histories: Histories,
    pub logs: Vec<Log>,
    pub artifacts: Vec<Artifact>,
    pub events: Vec<AssetEvent>,
    pub graphs: Vec<Graph>,
}

impl Records {
    pub(super) fn read(export: &Export) -> Self {
        fn all<R: Record>(export: &Export, file: &str) -> Vec<R> {
            let mut problems = Vec::new();
            let bytes = export.read(file).unwrap();
            let found = read_all(&bytes, file, &mut Words::default(), &mut problems);
            assert_eq!(problems, []);
            found
        }
        let histories = |file| {
            let mut found = Histories::default();
            all(export, file)
                .into_iter()
                .for_each(|states| found.add(states));
            found.finish();
            found
        };
        Self {
            flows: all(export, "flows.json"),
            flow_runs: all(export, "flow_runs.json"),
            task_runs: all(export, "task_runs.json"),
            flow_histories: histories("flow_run_states.json"),
            task_histories: histories("task_run_states.json"),
            logs: all(export, "logs.json"),
            artifacts: all(export, "artifacts.json"),
            events: all(export, "events.json"),
            graphs: all(export, "graphs.json"),
        }
    }

    pub(super) fn named(&self) -> lost::Named<'_> {
        lost::Named {
            flow_runs: &self.flow_runs,
            logs: &self.logs,
            artifacts: &self.artifacts,
            events: &self.events,
        }
    }

    /// Task runs by the flow run that they belong to.
    pub(super) fn by_flow_run(&self) -> BTreeMap<String, Vec<&TaskRun>> {
        let mut found: BTreeMap<String, Vec<&TaskRun>> = BTreeMap::new();
        for run in &self.task_runs {
            found.entry(text(&run.flow_run_id)).or_default().push(run);
        }
        found
    }
}

fn text(id: &Option<Id>) -> String {
    id.as_ref()
        .map_or_else(|| names::FREE.to_owned(), ToString::to_string)
}

fn id(id: &Option<Id>) -> Value {
    json!(id.as_ref().map(ToString::to_string))
}

fn time(at: Option<Moment>) -> Value {
    json!(at.and_then(|at| at.iso(6)))
}

fn seconds(span: Option<Span>) -> Value {
    json!(span.map(|span| span.0 as f64 / 1e6))
}

fn states(history: &[State]) -> Value {
    let states = history.iter();
    states
        .map(|state| json!([state.kind.word(), &*state.name, time(state.at)]))
        .collect()
}

fn tries(course: &Course, history: &[State]) -> Value {
    let found = attempts(course, history);
    assert_eq!((found.by_history, found.not_recorded), (true, 0));
    let tries = found.list.iter();
    tries
        .map(|one| {
            json!({
                "attempt": one.number, "start": time(one.started), "end": time(one.ended),
                "opened_by": &*one.opened_by, "ended_by": one.ended_by.as_deref(),
            })
        })
        .collect()
}

fn parsed(raw: &Option<Box<str>>) -> Value {
    raw.as_deref()
        .map_or_else(|| json!({}), |raw| serde_json::from_str(raw).unwrap())
}

/// What a result's metadata say, as far as the oracle has it.
fn metadata(course: &Course) -> Value {
    let result = course
        .state
        .as_ref()
        .and_then(|state| state.result.as_ref());
    result.map_or(Value::Null, |result| {
        json!({
            "storage_key": result.storage_key.as_deref(),
            "expiration": time(result.expiration),
            "serializer_type": result.serializer.as_ref().map(|one| &*one.kind),
        })
    })
}

/// Fields that flow runs and task runs have both.
fn course(course: &Course, history: &[State]) -> Map<String, Value> {
    let state = course.state.as_ref().unwrap();
    let fields = json!({
        "state_type": state.kind.word(),
        "state_name": &*state.name,
        "message": state.message.as_deref(),
        "expected_start_time": time(course.expected_start),
        "start_time": time(course.started),
        "end_time": time(course.ended),
        "total_run_time": seconds(course.total_run_time),
        "run_count": course.run_count,
        "states": states(history),
        "attempts": tries(course, history),
        "result_metadata": metadata(course),
    });
    fields.as_object().unwrap().clone()
}

/// Compares all fields of the oracle but those that others compare.
#[track_caller]
fn check(what: &str, found: &Map<String, Value>, expected: &Value, others: &[&str]) {
    for (name, value) in expected.as_object().unwrap() {
        if !others.contains(&name.as_str()) {
            assert_eq!(found.get(name), Some(value), "{what}: {name}");
        }
    }
}

#[test]
fn flow_runs_are_as_the_client_says() {
    let export = Export::open();
    let records = Records::read(&export);
    let expected = expected("basics.expected.json");
    let flows: HashMap<&Id, &str> = records
        .flows
        .iter()
        .map(|flow| (&flow.id, flow.name.as_str()))
        .collect();
    let names: BTreeSet<&str> = flows.values().copied().collect();
    assert_eq!(json!(names), expected["flows"]);
    let by_flow_run = records.by_flow_run();
    let mut seen = 0;
    for run in &records.flow_runs {
        let history = records.flow_histories.of(&run.id);
        let mut found = course(&run.course, history);
        let of_run = |log: &&Log| log.flow_run_id.as_ref() == Some(&run.id);
        let own = json!({
            "flow": flows[run.flow_id.as_ref().unwrap()],
            "name": run.name,
            "parameters": parsed(&run.parameters),
            "tags": run.tags.iter().map(|tag| &**tag).collect::<Vec<_>>(),
            "parent_task_run_id": id(&run.parent_task_run_id),
            "deployment_id": id(&run.deployment_id),
            "flow_version": run.flow_version.as_deref(),
            "logs": records.logs.iter().filter(of_run).count(),
            "task_runs": by_flow_run.get(&run.id.to_string()).map_or(0, Vec::len),
        });
        found.extend(own.as_object().unwrap().clone());
        let said = &expected["flow_runs"][run.id.to_string()];
        check(&run.name, &found, said, &["result", "artifacts"]);
        seen += 1;
    }
    assert_eq!(seen, expected["flow_runs"].as_object().unwrap().len());
}

#[test]
fn task_runs_are_as_the_client_says() {
    let export = Export::open();
    let records = Records::read(&export);
    let expected = expected("basics.expected.json");
    let stand_ins = names::stand_ins(&records.flow_runs);
    let mut seen = 0;
    for runs in records.by_flow_run().values() {
        for step in names::steps(runs, &stand_ins) {
            for (ordinal, task) in step.tasks.iter().enumerate() {
                let run = runs[task.at];
                let history = records.task_histories.of(&run.id);
                let mut found = course(&run.course, history);
                let of_run = |log: &&Log| log.task_run_id.as_ref() == Some(&run.id);
                let given = inputs(run);
                let ids =
                    |ids: Vec<&Id>| json!(ids.iter().map(ToString::to_string).collect::<Vec<_>>());
                let own = json!({
                    "flow_run_id": id(&run.flow_run_id),
                    "name": run.name,
                    "task_key": &*run.task_key,
                    "dynamic_key": run.dynamic_key,
                    "ordinal_in_task": ordinal,
                    "runs_of_task": step.tasks.len(),
                    "flow_run_run_count": run.flow_run_run_count,
                    "tags": run.tags.iter().map(|tag| &**tag).collect::<Vec<_>>(),
                    "retries": run.policy.retries,
                    "retry_delay": delay(&run.policy.delay),
                    "retry_jitter_factor": run.policy.jitter,
                    "task_version": run.task_version.as_deref(),
                    "upstream": ids(given.upstream.iter().map(|(id, _)| id).collect()),
                    "encapsulating": ids(given.inside.iter().collect()),
                    "child_flow_run_id": id(&task.subflow),
                    "logs": records.logs.iter().filter(of_run).count(),
                });
                found.extend(own.as_object().unwrap().clone());
                let said = &expected["task_runs"][run.id.to_string()];
                check(&run.name, &found, said, &["result", "artifacts"]);
                seen += 1;
            }
        }
    }
    assert_eq!(seen, expected["task_runs"].as_object().unwrap().len());
}

/// The oracle has whole numbers without a fraction.
fn delay(delay: &RetryDelay) -> Value {
    let number = |number: &f64| match number.fract() == 0.0 {
        true => json!(*number as i64),
        false => json!(number),
    };
    match delay {
        RetryDelay::NotRecorded => Value::Null,
        RetryDelay::Each(each) => number(each),
        RetryDelay::Listed(list) => list.iter().map(number).collect(),
    }
}

#[test]
fn everything_is_counted_as_the_client_does() {
    let records = Records::read(&Export::open());
    let typed = records
        .artifacts
        .iter()
        .filter(|one| one.kind.is_some())
        .count();
    let found = json!({
        "flows": records.flows.len(),
        "flow_runs": records.flow_runs.len(),
        "task_runs": records.task_runs.len(),
        "logs": records.logs.len(),
        "artifacts": typed,
        "result_artifacts": records.artifacts.len() - typed,
        "asset_events": records.events.len(),
    });
    assert_eq!(found, expected("basics.expected.json")["counts"]);
}

#[test]
fn assets_are_as_the_client_says() {
    let records = Records::read(&Export::open());
    let events = records.events.iter().map(|event| {
        let mut upstream = event.upstream.clone();
        upstream.sort();
        json!({
            "event": event.kind.event(),
            "asset": event.asset,
            "payload": parsed(&event.payload),
            "task_run_id": id(&event.task_run_id),
            "upstream_assets": upstream,
            "by": event.by,
        })
    });
    assert_eq!(
        events.collect::<Value>(),
        expected("basics.expected.json")["asset_events"]
    );
}

/// The server's graph has the edges that the inputs have, and subflows by their own runs.
#[test]
fn the_graph_of_the_server_has_the_same_edges() {
    let records = Records::read(&Export::open());
    let stand_ins = names::stand_ins(&records.flow_runs);
    let by_flow_run = records.by_flow_run();
    let mut seen = 0;
    for graph in &records.graphs {
        let none = Vec::new();
        let runs = by_flow_run.get(&text(&graph.run)).unwrap_or(&none);
        let found = edges(runs, &stand_ins);
        assert_eq!(found.lost, []);
        let shown = |at: usize| {
            let own = names::subflow(runs[at], &stand_ins);
            own.unwrap_or_else(|| runs[at].id.clone())
        };
        let pairs = |pairs: &[(usize, usize)]| -> BTreeSet<(Id, Id)> {
            pairs
                .iter()
                .map(|(from, to)| (shown(*from), shown(*to)))
                .collect()
        };
        let of_nodes = |of: fn(&edges::Node) -> &Vec<Id>| -> BTreeSet<(Id, Id)> {
            let nodes = graph.nodes.iter();
            nodes
                .flat_map(|node| of(node).iter().map(|from| (from.clone(), node.id.clone())))
                .collect()
        };
        assert_eq!(pairs(&found.flow), of_nodes(|node| &node.parents));
        assert_eq!(pairs(&found.inside), of_nodes(|node| &node.inside));
        assert_eq!(graph.nodes.len(), runs.len());
        seen += found.flow.len();
    }
    assert!(seen > 20, "{seen}");
}

/// Every row of a task's log belongs to one of its tries, but where it was never tried.
#[test]
fn rows_of_tasks_belong_to_tries() {
    let records = Records::read(&Export::open());
    for (name, expected) in [
        ("flaky-4d4", &[0, 0, 1, 1, 2, 2][..]),
        ("flaky_nodelay-41a", &[0, 0, 1, 1]),
        ("always_fails-bec", &[0, 1, 2, 2]),
        ("write_file-0d7", &[0, 0, 0]),
    ] {
        let run = records
            .task_runs
            .iter()
            .find(|run| &*run.name == name)
            .unwrap();
        let mut logs: Vec<&Log> = records
            .logs
            .iter()
            .filter(|log| log.task_run_id.as_ref() == Some(&run.id))
            .collect();
        logs.sort_by_key(|log| log.at);
        let tries = attempts(&run.course, records.task_histories.of(&run.id)).list;
        let found: Vec<u32> = rows(logs, &tries).into_iter().map(Option::unwrap).collect();
        assert_eq!(found, expected, "{name}");
    }
}

/// A value behind its packings, and how many there were.
fn unpacked(mut next: Result<Step, Fault>) -> Result<Step, Fault> {
    for so_far in 0.. {
        let Ok(Step::Packed {
            bytes,
            packing,
            inner,
        }) = next
        else {
            break;
        };
        let unpacked = unpack(&bytes, packing, None, 1 << 20, &NoPace);
        let unpacked = pollster::block_on(unpacked).unwrap();
        assert_eq!(unpacked.fault, None);
        next = Step::unpacked(unpacked.bytes, inner.as_ref(), so_far);
    }
    next
}

/// The class of a result, as far as it can be told, or why there is none.
fn value(export: &Export, files: &Files, course: &Course) -> Result<String, &'static str> {
    let stored = course
        .state
        .as_ref()
        .and_then(|state| state.result.as_deref());
    let stored = stored.ok_or("state has no data")?;
    // The client raises it for a file that is not there.
    let Found::File(path) = files.find(stored.storage_key.as_deref().unwrap()) else {
        return Err("ValueError");
    };
    let mut problems = Vec::new();
    let bytes = export.read(path).unwrap();
    let opened = open(
        &bytes,
        path,
        Some(stored),
        &mut Words::default(),
        &mut problems,
    );
    assert_eq!((problems, opened.guessed), (Vec::new(), false));
    Ok(match unpacked(opened.next).unwrap() {
        Step::Json(bytes) => json_class(&Json::whole(&bytes).unwrap()),
        Step::Pickle(bytes) => {
            let decoded = pickle::decode(bytes, &pickle::Limits::default());
            pickle::type_name(&decoded, decoded.root().unwrap())
        }
        Step::Packed { .. } => panic!("packed for ever"),
    })
}

#[test]
fn results_are_as_the_client_says() {
    let export = Export::open();
    let records = Records::read(&export);
    let expected = expected("basics.expected.json");
    let manifest: Value = serde_json::from_slice(&export.read("manifest.json").unwrap()).unwrap();
    let paths = export.files("storage");
    let flow_runs = records
        .flow_runs
        .iter()
        .map(|run| ("flow_runs", &run.id, &run.course));
    let task_runs = records
        .task_runs
        .iter()
        .map(|run| ("task_runs", &run.id, &run.course));
    let runs: Vec<_> = flow_runs.chain(task_runs).collect();
    let mut seen = 0;
    // With and without a manifest.
    for base in [manifest["storage_base"].as_str(), None] {
        let files = Files::of("storage", paths.iter().cloned(), base);
        for (kind, id, course) in &runs {
            let said = &expected[kind][id.to_string()]["result"];
            match value(&export, &files, course) {
                Ok(class) => {
                    // The client makes no object of a class that it cannot import.
                    let class = match class.starts_with("__main__.")
                        && said["repr"].to_string().contains("__class__")
                    {
                        true => "builtins.dict",
                        false => &class,
                    };
                    assert_eq!(said["python_type"], class, "{id}");
                    seen += 1;
                }
                Err(why) => assert_eq!(said["why"], why, "{id}"),
            }
        }
    }
    assert_eq!(seen, 2 * 70);
}

#[test]
fn artifacts_are_as_the_client_says() {
    let records = Records::read(&Export::open());
    let expected = expected("basics.expected.json");
    let mut seen = 0;
    for artifact in &records.artifacts {
        let said = &expected["artifacts"][artifact.id.to_string()];
        let Some(shown) = artifacts::shown(artifact, 1000) else {
            assert_eq!(*said, Value::Null);
            continue;
        };
        seen += 1;
        let found = match &shown {
            Shown::Markdown(text) | Shown::Image(text) => json!(text),
            Shown::Link { text, to } => json!(format!("[{text}]({to})")),
            Shown::Progress(hundredths) => json!(hundredths),
            Shown::Table(table) => {
                let cell = |cell: &Option<Box<str>>| -> Value {
                    serde_json::from_str(cell.as_deref().unwrap()).unwrap()
                };
                match (&said["data"], table.columns.as_slice()) {
                    (Value::Array(_), []) => table
                        .rows
                        .iter()
                        .map(|row| row.iter().map(cell).collect::<Value>())
                        .collect(),
                    (Value::Array(_), columns) => table
                        .rows
                        .iter()
                        .map(|row| {
                            columns
                                .iter()
                                .cloned()
                                .zip(row.iter().map(cell))
                                .collect::<Value>()
                        })
                        .collect(),
                    (_, columns) => (0..columns.len())
                        .map(|at| {
                            (
                                columns[at].clone(),
                                table
                                    .rows
                                    .iter()
                                    .map(|row| cell(&row[at]))
                                    .collect::<Value>(),
                            )
                        })
                        .collect(),
                }
            }
            other => panic!("{other:?}"),
        };
        let found = json!({
            "key": artifact.key.as_deref(), "type": artifact.kind.as_deref(), "description": artifact.description,
            "data": found, "flow_run_id": id(&artifact.flow_run_id), "task_run_id": id(&artifact.task_run_id),
        });
        assert_eq!(found, *said);
    }
    assert_eq!(seen, expected["artifacts"].as_object().unwrap().len());
    // Those of a flow run and of its tasks, in any order.
    for run in &records.flow_runs {
        let own = records
            .artifacts
            .iter()
            .filter(|one| one.kind.is_some() && one.flow_run_id.as_ref() == Some(&run.id));
        let ids: BTreeSet<String> = own.map(|one| one.id.to_string()).collect();
        assert_eq!(
            json!(ids),
            expected["flow_runs"][run.id.to_string()]["artifacts"]
        );
    }
    for run in &records.task_runs {
        let own = records
            .artifacts
            .iter()
            .filter(|one| one.kind.is_some() && one.task_run_id.as_ref() == Some(&run.id));
        let ids: BTreeSet<String> = own.map(|one| one.id.to_string()).collect();
        assert_eq!(
            json!(ids),
            expected["task_runs"][run.id.to_string()]["artifacts"]
        );
    }
    let versions = artifacts::versions(&records.artifacts);
    let keys = versions
        .iter()
        .filter_map(|one| Some((one.key.as_deref()?, one.at.len())));
    let keys: Vec<(&str, usize)> = keys.collect();
    assert_eq!(
        keys,
        [
            ("daily-report", 4),
            ("download", 2),
            ("highs-columns", 2),
            ("highs-lists", 2),
            ("highs-rows", 2),
            ("satellite", 2),
            ("stations", 2)
        ]
    );
}

#[test]
fn nothing_of_the_export_is_lost_but_what_still_runs() {
    let records = Records::read(&Export::open());
    assert_eq!(lost::lost(&records.task_runs, &records.named()), []);
    let frozen = |run: &FlowRun| {
        let own = records
            .task_runs
            .iter()
            .filter(|task| task.flow_run_id.as_ref() == Some(&run.id));
        lost::frozen(run, own)
    };
    assert_eq!(records.flow_runs.iter().map(frozen).sum::<u64>(), 0);
    // Every other task run taken out is named by something that is left.
    let named = records.named();
    let kept: Vec<TaskRun> = records.task_runs.iter().step_by(2).cloned().collect();
    let taken = records.task_runs.len() - kept.len();
    let found = lost::lost(&kept, &named).len();
    assert!(found > taken / 2 && found <= taken, "{found} of {taken}");
    let retried = records
        .flow_runs
        .iter()
        .find(|run| run.name == "positive-crane")
        .unwrap();
    let of_run = records
        .task_runs
        .iter()
        .filter(|task| task.flow_run_id.as_ref() == Some(&retried.id));
    assert_eq!(names::flow_attempts(of_run), [1, 2]);
}
