//! Flow runs and task runs of Prefect, in the words of its own client: maps by id.

use crate::engine::Work;
use crate::engine::prefect::Loaded;
use crate::formats::prefect::attempts::Attempts;
use crate::formats::prefect::edges::inputs;
use crate::formats::prefect::id::Id;
use crate::formats::prefect::records::{Course, RetryDelay, State, TaskRun};
use crate::formats::prefect::run::NO_FLOW;
use crate::model::{Moment, Problem, RunPath, Span};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What was told so far.
#[derive(Default)]
pub(super) struct Prefect {
    flows: BTreeSet<String>,
    flow_runs: Map<String, Value>,
    task_runs: Map<String, Value>,
    /// What was wrong with what only some screens read.
    pub(super) problems: BTreeSet<Problem>,
}

impl Prefect {
    /// Everything, if there was anything.
    pub(super) fn told(self) -> Option<Value> {
        let any = !self.flow_runs.is_empty() || !self.task_runs.is_empty();
        any.then(|| {
            json!({
                "flows": self.flows,
                "flow_runs": self.flow_runs,
                "task_runs": self.task_runs,
            })
        })
    }

    /// Tells a run and its tasks.
    pub(super) async fn run(&mut self, path: &RunPath, loaded: &Loaded, work: &Work) {
        let logs = loaded.logs(work).await;
        let extras = loaded.extras(work).await;
        self.problems
            .extend(logs.problems.iter().chain(&extras.problems).cloned());
        let told = &loaded.gathered;
        if path.flow != NO_FLOW {
            self.flows.insert(path.flow.clone());
            let run = &told.run;
            let mut fields = course(&run.course, &told.history, &told.own);
            fields.extend(object(json!({
                "flow": path.flow,
                "name": run.name,
                "parameters": parsed(run.parameters.as_deref()),
                "tags": run.tags.iter().map(|tag| &**tag).collect::<Vec<_>>(),
                "parent_task_run_id": id(run.parent_task_run_id.as_ref()),
                "deployment_id": id(run.deployment_id.as_ref()),
                "flow_version": run.flow_version.as_deref(),
                "logs": logs.rows.len(),
                "task_runs": told.tasks.len(),
            })));
            self.flow_runs
                .insert(run.id.to_string(), Value::Object(fields));
        }
        for step in &told.steps {
            for (ordinal, member) in step.tasks.iter().enumerate() {
                let (Some(run), Some(tries)) =
                    (told.tasks.get(member.at), told.attempts.get(member.at))
                else {
                    continue;
                };
                let of_it = logs.rows.iter();
                let of_it = of_it.filter(|log| log.task_run_id.as_ref() == Some(&run.id));
                let mut fields = course(&run.course, told.histories.of(&run.id), tries);
                fields.extend(object(json!({
                    "flow_run_id": id(run.flow_run_id.as_ref()),
                    "ordinal_in_task": ordinal,
                    "runs_of_task": step.tasks.len(),
                    "child_flow_run_id": id(member.subflow.as_ref()),
                    "logs": of_it.count(),
                })));
                fields.extend(task(run));
                self.task_runs
                    .insert(run.id.to_string(), Value::Object(fields));
            }
        }
    }
}

/// What a task run says of itself alone.
fn task(run: &TaskRun) -> Map<String, Value> {
    let given = inputs(run);
    let ids = |ids: Vec<&Id>| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    object(json!({
        "name": run.name,
        "task_key": &*run.task_key,
        "dynamic_key": run.dynamic_key,
        "flow_run_run_count": run.flow_run_run_count,
        "tags": run.tags.iter().map(|tag| &**tag).collect::<Vec<_>>(),
        "retries": run.policy.retries,
        "retry_delay": delay(&run.policy.delay),
        "retry_jitter_factor": run.policy.jitter,
        "task_version": run.task_version.as_deref(),
        "upstream": ids(given.upstream.iter().map(|(id, _)| id).collect()),
        "encapsulating": ids(given.inside.iter().collect()),
    }))
}

/// Fields that flow runs and task runs have both.
fn course(course: &Course, history: &[State], tries: &Attempts) -> Map<String, Value> {
    let state = course.state.as_ref();
    let states = history.iter();
    let states = states.map(|state| json!([state.kind.word(), &*state.name, time(state.at)]));
    let tries = tries.list.iter().map(|one| {
        json!({
            "attempt": one.number,
            "start": time(one.started),
            "end": time(one.ended),
            "opened_by": &*one.opened_by,
            "ended_by": one.ended_by.as_deref(),
        })
    });
    object(json!({
        "state_type": state.map(|state| state.kind.word()),
        "state_name": state.map(|state| &*state.name),
        "message": state.and_then(|state| state.message.as_deref()),
        "expected_start_time": time(course.expected_start),
        "start_time": time(course.started),
        "end_time": time(course.ended),
        "total_run_time": seconds(course.total_run_time),
        "run_count": course.run_count,
        "states": states.collect::<Vec<_>>(),
        "attempts": tries.collect::<Vec<_>>(),
        "result_metadata": state.and_then(|state| state.result.as_ref()).map(|result| {
            json!({
                "storage_key": result.storage_key.as_deref(),
                "expiration": time(result.expiration),
                "serializer_type": result.serializer.as_ref().map(|one| &*one.kind),
            })
        }),
    }))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn id(id: Option<&Id>) -> Option<String> {
    id.map(ToString::to_string)
}

fn time(at: Option<Moment>) -> Option<String> {
    at?.iso(6)
}

fn seconds(span: Option<Span>) -> Option<f64> {
    span.map(|span| span.0 as f64 / 1e6)
}

fn parsed(raw: Option<&str>) -> Value {
    let parsed = raw.and_then(|raw| serde_json::from_str(raw).ok());
    parsed.unwrap_or_else(|| json!({}))
}

/// Whole numbers without a fraction, as the client has them.
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
