//! What the page says that Metaflow's client would say, against the client.

use crate::host::TestHost;
use crate::{RECORDED, fixtures, oracle, task_path};
use runglass::engine::Given;
use runglass::engine::overview::OverviewQuery;
use runglass::engine::task::TaskQuery;
use runglass::model::RunPath;
use runglass::source::MemoryBlob;
use serde_json::{Value, json};
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
            let view = pollster::block_on(engine.ask(OverviewQuery { run })).unwrap();
            let told = json!([view.client.successful, view.client.finished]);
            assert_eq!(
                told,
                json!([said["successful"], said["finished"]]),
                "{path}"
            );
            contradicted += u32::from(view.client.differs_from(view.status));
        }
        for (path, said) in oracle["tasks"].as_object().unwrap() {
            let task = task_path(path);
            let attempt = None;
            let view = pollster::block_on(engine.ask(TaskQuery { task, attempt })).unwrap();
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
