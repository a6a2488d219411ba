//! What the page says that Metaflow's client would say, against the client.

use crate::host::TestHost;
use crate::{RECORDED, fixtures, oracle, task_path};
use runglass::engine::about::AboutQuery;
use runglass::engine::ask::Window;
use runglass::engine::overview::OverviewQuery;
use runglass::engine::runs::RunsQuery;
use runglass::engine::task::{MetadataQuery, TaskQuery};
use runglass::engine::{Engine, Given};
use runglass::model::RunPath;
use runglass::source::MemoryBlob;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;

#[test]
fn the_client_is_quoted_as_it_speaks() {
    let mut contradicted = 0;
    for (archive, expected) in RECORDED {
        let file = MemoryBlob::new("runs.zip", fixtures::bytes(archive));
        let (engine, opened) = TestHost::given(Given::File(Rc::new(file))).open("runs.zip");
        opened.unwrap();
        let oracle = oracle(expected);
        for (path, said) in oracle["runs"].as_object().unwrap() {
            let (flow, run) = path.split_once('/').unwrap();
            let run = RunPath::new(flow, run);
            let view = pollster::block_on(engine.ask(OverviewQuery::of(run))).unwrap();
            let told = json!([view.client.successful, view.client.finished]);
            assert_eq!(
                told,
                json!([said["successful"], said["finished"]]),
                "{path}"
            );
            contradicted += u32::from(view.client.differs_from(view.status));
        }
        for (flow, said) in oracle["flows"].as_object().unwrap() {
            check_newest(&engine, flow, None, said, &oracle["runs"]);
        }
        for (namespace, flows) in oracle["namespaces"].as_object().unwrap() {
            for (flow, said) in flows.as_object().into_iter().flatten() {
                if said["runs"].as_array().is_some_and(|runs| !runs.is_empty()) {
                    check_newest(&engine, flow, Some(namespace), said, &oracle["runs"]);
                }
            }
        }
        for (path, said) in oracle["tasks"].as_object().unwrap() {
            let task = task_path(path);
            let attempt = None;
            let view = pollster::block_on(engine.ask(TaskQuery { task, attempt })).unwrap();
            check_metadata_dict(&engine, path, &said["metadata_dict"]);
            let raised = |value: &Value| value.get("error").is_some();
            if !raised(&said["successful"]) && !raised(&said["finished"]) {
                let told = json!([view.client.successful, view.client.finished]);
                assert_eq!(
                    told,
                    json!([said["successful"], said["finished"]]),
                    "{path}"
                );
            }
        }
    }
    assert!(
        contradicted > 0,
        "failed runs are not finished for the client"
    );
}

/// The newest runs of a flow, as the client names them; what `spin` left is in a datastore
/// of its own, where the client does not look unless it is told to.
#[track_caller]
fn check_newest(
    engine: &Engine,
    flow: &str,
    namespace: Option<&str>,
    said: &Value,
    of_runs: &Value,
) {
    let list = RunsQuery {
        flow: Some(flow.to_owned()),
        window: Window {
            first: 0,
            count: 100,
        },
        ..RunsQuery::default()
    };
    let rows = pollster::block_on(engine.ask(list)).unwrap().rows;
    let spun = |run: &RunPath| rows.iter().any(|row| row.run == run.run && row.spun);
    let runs = said["runs"].as_array().unwrap().iter();
    let runs = runs.map(|run| RunPath::new(flow, run.as_str().unwrap()));
    let runs: Vec<RunPath> = runs.filter(|run| !spun(run)).collect();
    let is_good = |run: &&RunPath| of_runs[run.to_string()]["successful"] == true;
    let id = |run: &RunPath| run.run.clone();
    let about = AboutQuery {
        run: runs[0].clone(),
        namespace: namespace.map(str::to_owned),
    };
    let newest = pollster::block_on(engine.ask(about)).unwrap().newest;
    let newest = newest.unwrap();
    assert_eq!(newest.client_latest, runs.first().map(id), "{flow}");
    assert_eq!(
        newest.client_last_good,
        runs.iter().find(is_good).map(id),
        "{flow}"
    );
}

/// Of each field the newest, as the client's `Task.metadata_dict` has it.
#[track_caller]
fn check_metadata_dict(engine: &Engine, path: &str, said: &Value) {
    let question = MetadataQuery {
        task: task_path(path),
        attempt: None,
        newest: true,
        text: String::new(),
        window: Window {
            first: 0,
            count: 1000,
        },
    };
    let view = pollster::block_on(engine.ask(question)).unwrap();
    let rows = view.rows.iter();
    let told: BTreeMap<&str, &str> = rows
        .map(|row| (row.field.as_str(), row.value.as_str()))
        .collect();
    let said: BTreeMap<&str, &Value> = said
        .as_object()
        .unwrap()
        .iter()
        .map(|(field, value)| (field.as_str(), value))
        .collect();
    let fields: Vec<&&str> = told.keys().collect();
    assert_eq!(fields, said.keys().collect::<Vec<_>>(), "{path}");
    for (field, value) in said {
        // What is no text in the record, Python prints in a way of its own.
        if let Some(text) = value.as_str() {
            assert_eq!(told[field], text, "{path} {field}");
        }
    }
}
