//! Results, held against what Prefect's own client reads of them.

use super::{archive, expected};
use runglass::engine::Engine;
use runglass::engine::values::{BytesQuery, Save, ValueQuery};
use runglass::model::RunPath;
use runglass::model::run::BODY;
use serde_json::{Value, json};

/// A number beyond what a double holds stands as a text of its own in the oracle.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(fields) if fields.len() == 1 && fields.contains_key("bigint") => {
            serde_json::from_str(fields["bigint"].as_str().unwrap()).unwrap()
        }
        Value::Object(fields) => {
            let fields = fields.iter();
            fields
                .map(|(name, value)| (name.clone(), plain(value)))
                .collect()
        }
        Value::Array(items) => items.iter().map(plain).collect(),
        value => value.clone(),
    }
}

#[test]
fn results_are_what_the_client_reads() {
    check(&archive());
}

#[track_caller]
pub fn check(engine: &Engine) {
    let expected = expected();
    let (mut compared, mut missing) = (0, 0);
    for kind in ["flow_runs", "task_runs"] {
        for (id, run) in expected[kind].as_object().unwrap() {
            let flow_run = match kind {
                "flow_runs" => id.as_str(),
                _ => run["flow_run_id"].as_str().unwrap_or(id),
            };
            let flow = expected["flow_runs"][flow_run]["flow"].as_str();
            let path = RunPath::new(flow.unwrap_or("<no flow>"), flow_run);
            let step = match kind {
                "flow_runs" => BODY.to_owned(),
                _ => {
                    let key = run["task_key"].as_str().unwrap();
                    key.rsplit_once('-')
                        .map_or(key, |(name, _)| name)
                        .to_owned()
                }
            };
            let value = ValueQuery {
                task: path.task(&step, id),
                attempt: None,
                name: "result".to_owned(),
                at: String::new(),
                large: false,
                enter: false,
            };
            let question = BytesQuery::new(value, Save::Json);
            let said = &run["result"];
            let found = pollster::block_on(engine.ask(question));
            if said["available"] == json!(false) {
                missing += 1;
                assert!(found.is_err(), "{kind} {id}: there is no such result");
                continue;
            }
            let found = found.unwrap_or_else(|failure| panic!("{kind} {id}: {failure:?}"));
            if let Some(value) = said.get("json") {
                let text = String::from_utf8(found.bytes).unwrap();
                let read: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(read, plain(value), "{kind} {id}: {}", run["name"]);
                compared += 1;
            }
        }
    }
    assert!(
        compared > 20 && missing > 20,
        "{compared} compared, {missing} missing"
    );
}
