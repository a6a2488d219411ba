//! Everything that a source holds, as JSON, in the words of Metaflow's Client API.
//!
//! Four maps keyed by pathspec (`flows`, `runs`, `steps`, `tasks`) and `namespaces`
//! answer as the client does, its oddities included: what it raises on is null here.
//! What Runglass knows better stands under `extra`. Times are UTC with milliseconds.

use super::host::Terminal;
use crate::engine::ask::Failure;
use crate::engine::opened::LoadedRun;
use crate::engine::sources::{Open, ProblemsQuery, SourceSpec};
use crate::engine::values::Most;
use crate::engine::{Engine, Work};
use crate::formats::metaflow::client::ClientTask;
use crate::formats::metaflow::paths::PARAMETERS;
use crate::formats::metaflow::task::Depth;
use crate::formats::metaflow::{blob, lineage, log};
use crate::model::{
    Artifact, AttemptNumber, Encoding, MetadataValue, Moment, Place, Problem, RunPath, Step,
    Stream, Task, TaskPath,
};
use crate::pickle::{self, Pickle};
use crate::source::{Bytes, Want};
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

/// Opens a source and prints it.
pub async fn dump(source: &str, below: Option<&str>) -> Result<Value, Box<Failure>> {
    let is_url = source.starts_with("http://") || source.starts_with("https://");
    let terminal = if is_url {
        Terminal::new()
    } else {
        Terminal::at(Path::new(source)).map_err(|error| {
            Failure::unreadable(
                "This source cannot be opened",
                source,
                &error.to_string(),
                "Check the path: a zip, a folder that holds .metaflow, or a URL is needed.",
            )
        })?
    };
    let engine = Engine::new(Rc::new(terminal));
    let spec = SourceSpec {
        key: source.to_owned(),
        given: (!is_url).then(|| source.rsplit('/').next().unwrap_or(source).to_owned()),
    };
    engine
        .ask(Open {
            sources: vec![spec],
            again: false,
        })
        .await?;
    dump_engine(&engine, source, below).await
}

/// Prints what an engine has opened.
pub async fn dump_engine(
    engine: &Engine,
    source: &str,
    below: Option<&str>,
) -> Result<Value, Box<Failure>> {
    let below: Vec<&str> = below
        .unwrap_or_default()
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    let wanted = |parts: &[&str]| {
        parts
            .iter()
            .zip(&below)
            .all(|(part, wanted)| part == wanted)
    };
    let work = engine.work_in_silence();
    let found = RefCell::default();
    let mut maps = Maps::default();
    let mut namespaces: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    let mut by_flow: BTreeMap<String, Vec<RunFacts>> = BTreeMap::new();
    for path in engine.run_paths() {
        if !wanted(&[&path.flow, &path.run]) {
            continue;
        }
        let loaded = engine.load_run(&path, &work).await?;
        let mut dumper = Dumper {
            engine,
            work: &work,
            loaded: &loaded,
            origin: None,
            found: &found,
        };
        let facts = dumper.run(&mut maps, &wanted).await?;
        by_flow.entry(path.flow.clone()).or_default().push(facts);
    }
    for (flow, mut runs) in by_flow {
        // The client's order; runs of one millisecond stay in the order of their ids.
        runs.sort_by_key(|run| std::cmp::Reverse(run.created));
        let created = engine.flow_created(&flow, &work).await;
        maps.flows.insert(
            flow.clone(),
            json!({
                "created_at": iso(created),
                "runs": runs.iter().map(|run| &run.id).collect::<Vec<_>>(),
                "latest_run": runs.first().map(|run| &run.id),
                "latest_successful_run": runs.iter().find(|run| run.successful).map(|run| &run.id),
            }),
        );
        for run in &runs {
            for tag in run
                .tags
                .iter()
                .filter(|tag| tag.starts_with("user:") || tag.starts_with("production:"))
            {
                let flows = namespaces.entry(tag.clone()).or_default();
                flows.entry(flow.clone()).or_default().push(run.id.clone());
            }
        }
        for flows in namespaces.values_mut() {
            if let Some(ids) = flows.get_mut(&flow) {
                let order = |id: &String| runs.iter().position(|run| run.id == *id);
                ids.sort_by_key(order);
                ids.dedup();
            }
        }
    }
    let successful = |flow: &str, id: &String| {
        maps.runs
            .get(&format!("{flow}/{id}"))
            .and_then(|run| run.get("successful"))
            .and_then(Value::as_bool)
            == Some(true)
    };
    let namespaces: Map<String, Value> = namespaces
        .iter()
        .map(|(namespace, flows)| {
            let flows: Map<String, Value> = flows
                .iter()
                .map(|(flow, runs)| {
                    let good = runs.iter().find(|id| successful(flow, id));
                    (flow.clone(), json!({ "runs": runs, "latest_run": runs.first(), "latest_successful_run": good }))
                })
                .collect();
            (namespace.clone(), Value::Object(flows))
        })
        .collect();
    let mut problems: BTreeSet<Problem> = found.into_inner();
    problems.extend(engine.all_problems(ProblemsQuery).problems);
    Ok(json!({
        "source": source,
        "flows": maps.flows,
        "runs": maps.runs,
        "steps": maps.steps,
        "tasks": maps.tasks,
        "namespaces": namespaces,
        "problems": problems.iter().map(|problem| json!({
            "severity": format!("{:?}", problem.severity).to_lowercase(),
            "place": problem.place.to_string(),
            "what": problem.what,
            "hint": problem.hint,
        })).collect::<Vec<_>>(),
    }))
}

#[derive(Default)]
struct Maps {
    flows: Map<String, Value>,
    runs: Map<String, Value>,
    steps: Map<String, Value>,
    tasks: Map<String, Value>,
}

struct RunFacts {
    id: String,
    created: Option<Moment>,
    successful: bool,
    tags: Vec<String>,
}

struct Dumper<'a> {
    engine: &'a Engine,
    work: &'a Work,
    loaded: &'a LoadedRun,
    /// The run that this one resumes, as the newest step's task tells it: the text
    /// `None` in an ordinary run.
    origin: Option<String>,
    /// What could not be read of tasks, logs and values: a page says it where it shows
    /// them, a dump has read them all.
    found: &'a RefCell<BTreeSet<Problem>>,
}

/// What the client says of a task, kept for its step and its run.
struct TaskFacts {
    id: String,
    created: Option<Moment>,
    finished_at: Option<Moment>,
    successful: bool,
    finished: Option<bool>,
    origin_run: Option<String>,
    visible: Vec<String>,
    is_control: bool,
    has_artifacts: bool,
}

impl Dumper<'_> {
    async fn run(
        &mut self,
        maps: &mut Maps,
        wanted: &dyn Fn(&[&str]) -> bool,
    ) -> Result<RunFacts, Box<Failure>> {
        let run = &self.loaded.run;
        let path = &self.loaded.path;
        let record = &run.record;
        let tags = Tags::of(&record.tags, &record.system_tags);
        let mut steps: Vec<&Step> = run.steps.iter().filter(|step| step.recorded).collect();
        // The client's order: the newest first.
        steps.sort_by_key(|step| std::cmp::Reverse(step.created));
        let mut facts: BTreeMap<&str, Vec<TaskFacts>> = BTreeMap::new();
        for step in &run.steps {
            let mut tasks = Vec::new();
            for task in step.tasks.iter().filter(|task| task.recorded) {
                let place = path.task(&step.name, &task.id);
                let (told, found) = self.task(&place, task, &tags).await?;
                if wanted(&[&path.flow, &path.run, &step.name, &task.id]) {
                    maps.tasks.insert(place.to_string(), told);
                }
                tasks.push(found);
            }
            tasks.sort_by_key(|task| std::cmp::Reverse(task.created));
            facts.insert(&step.name, tasks);
        }
        let mut end_noted = None;
        if let Some(task) = &run.parameters {
            let place = path.task(PARAMETERS, &task.id);
            let (told, found) = self.task(&place, task, &tags).await?;
            if wanted(&[&path.flow, &path.run, PARAMETERS, &task.id]) {
                maps.tasks.insert(place.to_string(), told);
            }
            let (detail, _) = self
                .engine
                .load_task(self.loaded, &place, Depth::Tables, self.work)
                .await;
            let newest = |field: &str| {
                detail
                    .metadata
                    .iter()
                    .rev()
                    .find(|entry| entry.field == field)
                    .map(|entry| entry.value.text())
            };
            end_noted = Some((newest("start_step"), newest("end_step")));
            facts.insert(PARAMETERS, vec![found]);
        }
        let newest = steps
            .first()
            .and_then(|step| facts.get(step.name.as_str())?.first());
        let origin = newest.and_then(|task| task.origin_run.clone());
        self.origin.clone_from(&origin);
        for step in &steps {
            if wanted(&[&path.flow, &path.run, &step.name]) {
                let told = self.step(
                    step,
                    facts
                        .get(step.name.as_str())
                        .map(Vec::as_slice)
                        .unwrap_or_default(),
                    &tags,
                );
                maps.steps.insert(format!("{path}/{}", step.name), told);
            }
        }
        if run.parameters.is_some() && wanted(&[&path.flow, &path.run, PARAMETERS]) {
            let tasks = facts.get(PARAMETERS).map(Vec::as_slice).unwrap_or_default();
            let (created, problems) = self
                .engine
                .step_created(self.loaded, PARAMETERS, self.work)
                .await;
            self.found.borrow_mut().extend(problems);
            maps.steps.insert(
                format!("{path}/{PARAMETERS}"),
                self.hidden_step(tasks, created, &tags),
            );
        }
        let (start, end) = end_noted.unwrap_or_default();
        let (start, end) = (
            start.unwrap_or_else(|| "start".to_owned()),
            end.unwrap_or_else(|| "end".to_owned()),
        );
        let end_task = facts.get(end.as_str()).and_then(|tasks| tasks.first());
        let successful = end_task.is_some_and(|task| task.successful);
        let mut told = json!({
            "created_at": iso(record.recorded),
            "steps": steps.iter().map(|step| &step.name).collect::<Vec<_>>(),
            "successful": successful,
            "finished": end_task.map_or(Some(false), |task| task.finished),
            "finished_at": end_task.and_then(|task| iso(task.finished_at)),
            "end_task": end_task.map(|task| format!("{path}/{end}/{}", task.id)),
            "data": end_task.map(|task| &task.visible),
            "origin_pathspec": origin.map(|origin| format!("{}/{origin}", path.flow)),
            "graph_endpoints": [start, end],
            "trigger": null,
            "extra": {
                "status": run.status.key(),
                "started": iso(record.started),
                "ended": iso(run.ended),
            },
        });
        tags.add_to(&mut told);
        if wanted(&[&path.flow, &path.run]) {
            maps.runs.insert(path.to_string(), told);
        }
        let tags = record
            .tags
            .iter()
            .chain(&record.system_tags)
            .cloned()
            .collect();
        Ok(RunFacts {
            id: path.run.clone(),
            created: record.recorded,
            successful,
            tags,
        })
    }

    fn step(&self, step: &Step, tasks: &[TaskFacts], tags: &Tags) -> Value {
        let path = &self.loaded.path;
        let run = &self.loaded.run;
        // The client asks the graph of the step's newest task, which needs its artifacts.
        let has_graph = tasks.first().is_some_and(|task| task.has_artifacts);
        let graph = run.graph.as_ref().filter(|_| has_graph);
        let before = graph.map(|graph| {
            graph
                .before(&step.name)
                .map(|step| step.name.clone())
                .collect::<Vec<_>>()
        });
        let next = graph
            .and_then(|graph| graph.step(&step.name))
            .map(|step| step.next.clone());
        self.step_value(
            &step.name,
            false,
            step.created,
            tasks,
            before,
            next,
            path,
            tags,
        )
    }

    fn hidden_step(&self, tasks: &[TaskFacts], created: Option<Moment>, tags: &Tags) -> Value {
        self.step_value(
            PARAMETERS,
            true,
            created,
            tasks,
            Some(Vec::new()),
            Some(Vec::new()),
            &self.loaded.path,
            tags,
        )
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "one call for two kinds of steps; each argument is a property"
    )]
    fn step_value(
        &self,
        name: &str,
        hidden: bool,
        created: Option<Moment>,
        tasks: &[TaskFacts],
        before: Option<Vec<String>>,
        next: Option<Vec<String>>,
        path: &RunPath,
        tags: &Tags,
    ) -> Value {
        let ended: Option<Vec<Moment>> = tasks.iter().map(|task| task.finished_at).collect();
        let newest = tasks.first();
        let mut told = json!({
            "hidden": hidden,
            "created_at": iso(created),
            "tasks": tasks.iter().map(|task| &task.id).collect::<BTreeSet<_>>(),
            "task_count": tasks.len(),
            "task": newest.map(|task| format!("{path}/{name}/{}", task.id)),
            "finished_at": iso(ended.and_then(|ended| ended.into_iter().max())),
            "parent_steps": before,
            "child_steps": next,
            "control_tasks": tasks.iter().filter(|task| task.is_control).map(|task| &task.id).collect::<Vec<_>>(),
            "origin_pathspec": self.origin.as_ref().map(|run| format!("{}/{run}/{name}", path.flow)),
        });
        tags.add_to(&mut told);
        told
    }

    async fn task(
        &self,
        path: &TaskPath,
        task: &Task,
        tags: &Tags,
    ) -> Result<(Value, TaskFacts), Box<Failure>> {
        let (detail, problems) = self
            .engine
            .load_task(self.loaded, path, Depth::Records, self.work)
            .await;
        self.found.borrow_mut().extend(problems);
        let whole = ClientTask {
            detail: &detail,
            attempt: None,
        };
        let mut told = self.seen(&whole, path, task, tags).await?;
        let mut attempts = Map::new();
        let numbers: Vec<AttemptNumber> =
            task.attempts.iter().map(|attempt| attempt.number).collect();
        for number in &numbers {
            let one = ClientTask {
                detail: &detail,
                attempt: Some(*number),
            };
            let seen = self.seen(&one, path, task, tags).await?;
            let entry = if numbers.len() == 1 {
                json!({ "same_as_task_except": difference(&told, &seen) })
            } else {
                Value::Object(seen)
            };
            attempts.insert(number.to_string(), entry);
        }
        told.insert("attempts".to_owned(), Value::Object(attempts));
        told.insert(
            "extra".to_owned(),
            json!({
                "status": task.status.key(),
                "foreach": task.foreach_label(),
                "attempts": task.attempts.iter().map(|attempt| json!({
                    "number": attempt.number,
                    "status": attempt.status.key(),
                    "started": iso(attempt.started),
                    "ended": iso(attempt.ended),
                    "exit_code": attempt.exit.as_ref().map(|exit| exit.code),
                })).collect::<Vec<_>>(),
            }),
        );
        let is_control = detail.metadata.iter().any(|entry| {
            entry.field == "internal_task_type" && entry.value.text() == "control_task"
        });
        let facts = TaskFacts {
            id: path.task.clone(),
            created: detail.record.as_ref().and_then(|record| record.at),
            finished_at: whole.finished_at(),
            successful: whole.successful(),
            finished: whole.finished(),
            origin_run: whole.origin_run(),
            visible: visible(whole.artifacts()),
            is_control,
            has_artifacts: !whole.artifacts().is_empty(),
        };
        Ok((Value::Object(told), facts))
    }

    /// The properties of one view on a task.
    async fn seen(
        &self,
        client: &ClientTask<'_>,
        path: &TaskPath,
        task: &Task,
        tags: &Tags,
    ) -> Result<Map<String, Value>, Box<Failure>> {
        let detail = client.detail;
        let run = &self.loaded.run;
        let metadata: Vec<Value> = sorted_metadata(client);
        let dict: Map<String, Value> = client
            .metadata_dict()
            .into_iter()
            .map(|(field, entry)| (field.to_owned(), json_value(&entry.value)))
            .collect();
        let mut artifacts = Map::new();
        let mut index = Value::Null;
        let mut exception = Value::Null;
        for artifact in client.artifacts() {
            let shown = self.artifact(client, artifact, path).await;
            if artifact.name == "_foreach_stack" {
                index = shown.index.into();
            }
            if artifact.name == "_exception" {
                exception = shown.exception.into();
            }
            artifacts.insert(artifact.name.clone(), shown.told);
        }
        // The client asks the graph among the task's own artifacts.
        let graph = run
            .graph
            .as_ref()
            .filter(|_| client.artifact("_graph_info").is_some());
        let places = |names: Vec<lineage::TaskName>| {
            let run = path.run_path();
            let mut places: Vec<String> = names
                .iter()
                .map(|(step, id)| format!("{run}/{step}/{id}"))
                .collect();
            places.sort();
            places
        };
        let parents = graph.map(|graph| places(lineage::parents(run, graph, &path.step, task)));
        let children = graph.map(|graph| places(lineage::children(run, graph, &path.step, task)));
        let origin = client.origin_run().zip(client.origin_task());
        let origin = origin.map(|(run, task)| format!("{}/{run}/{}/{task}", path.flow, path.step));
        let mut told = json!({
            "created_at": iso(detail.record.as_ref().and_then(|record| record.at)),
            "successful": client.successful(),
            "finished": client.finished(),
            "finished_at": iso(client.finished_at()),
            "exception_repr": exception,
            "runtime_name": ClientTask::runtime_name(&tags.system),
            "stdout": self.log(client, Stream::Stdout).await,
            "stderr": self.log(client, Stream::Stderr).await,
            "stdout_size": client.log_size(Stream::Stdout),
            "stderr_size": client.log_size(Stream::Stderr),
            "current_attempt": client.current_attempt(),
            "index": index,
            "parent_task_pathspecs": parents,
            "child_task_pathspecs": children,
            "origin_pathspec": origin,
            "metadata": metadata,
            "metadata_dict": dict,
            "visible_artifacts": visible(client.artifacts()),
            "artifacts": artifacts,
        });
        tags.add_to(&mut told);
        match told {
            Value::Object(map) => Ok(map),
            _ => Ok(Map::new()),
        }
    }

    /// A log as the client gives it: null where the client would raise, because a byte
    /// of it is not UTF-8.
    async fn log(&self, client: &ClientTask<'_>, stream: Stream) -> Value {
        if !client.has_logs() {
            return Value::String("\n".to_owned());
        }
        let detail = client.detail;
        let files: Vec<Want> = detail
            .log_files(client.current_attempt(), stream)
            .map(|file| Want {
                path: format!("{}/{}", detail.folder, file.name),
                range: None,
            })
            .collect();
        let mut read: Vec<Bytes> = Vec::new();
        for (file, answer) in files.iter().zip(self.loaded.source.read(&files).await) {
            match answer {
                Ok(bytes) => read.push(bytes),
                Err(error) => self.note(Problem::damage(
                    Place::file(&file.path),
                    error.to_string(),
                    format!("What this file holds of {} is left out.", stream.word()),
                )),
            }
        }
        let parts: Vec<&[u8]> = read.iter().map(|file| file.as_slice()).collect();
        String::from_utf8(log::client_text(&parts)).map_or(Value::Null, Value::String)
    }

    fn note(&self, problem: Problem) {
        self.found.borrow_mut().insert(problem);
    }

    async fn artifact(
        &self,
        client: &ClientTask<'_>,
        artifact: &Artifact,
        path: &TaskPath,
    ) -> Shown {
        let mut shown = Shown {
            told: Value::Null,
            index: None,
            exception: None,
        };
        let mut size = client.size_of(&artifact.name);
        let mut class = artifact.class.clone();
        let mut text = None;
        if matches!(artifact.encoding, Encoding::Pickle(_)) {
            let loaded = self.loaded;
            let decoded = self
                .engine
                .decode(
                    &*loaded.source,
                    &loaded.store,
                    &path.flow,
                    &artifact.sha,
                    Most::Raised,
                    self.work,
                )
                .await;
            match &decoded {
                Ok(decoded) => {
                    if let Some(fault) = decoded.fault() {
                        let place = loaded.store.blob(&path.flow, &artifact.sha);
                        let hint = match decoded.pickle.root() {
                            Some(_) => {
                                "What could be read of it is shown. Copy the datastore again."
                            }
                            None => "The value is not shown. Copy the datastore again.",
                        };
                        self.note(Problem::damage(Place::file(place), fault, hint));
                    }
                }
                Err(failure) => {
                    let attempt = client.artifacts_attempt().unwrap_or_default();
                    let record = format!(
                        "{}/_meta/{attempt}_artifact_{}.json",
                        client.detail.folder, artifact.name
                    );
                    let blob = blob::place(&loaded.store, &path.flow, &artifact.sha);
                    self.note(of_failure(failure, blob.is_none().then_some(record)));
                }
            }
            if let Ok(decoded) = decoded
                && let Some(root) = decoded.pickle.root()
            {
                let value = &decoded.pickle;
                // What was recorded is right even where only running the pickle would show it;
                // without a module (an enum) the pickle knows more.
                if !class.as_ref().is_some_and(|class| class.contains('.')) {
                    class = Some(pickle::type_name(value, root));
                }
                text = Some(pickle::repr(value, root, REPR).text);
                shown.index = innermost_index(value);
                shown.exception = exception_text(value);
                if let Some(included) = self.engine.included(loaded, path, value, self.work).await {
                    class = Some(
                        if included.text.is_some() {
                            "builtins.str"
                        } else {
                            "builtins.bytes"
                        }
                        .to_owned(),
                    );
                    size = size.and(included_size(value));
                    text = Some(repr_of_bytes(&included.bytes, included.text.is_some()));
                }
            }
        }
        shown.told = json!({
            "sha": artifact.sha,
            "size": size,
            "content_type": artifact.encoding.name(),
            "data_type": class,
            "finished_at": iso(artifact.created),
            "repr": text,
            "hidden": artifact.hidden(),
        });
        shown
    }
}

/// A value that cannot be read, as a line among the problems: at its blob, else at
/// the record that names none.
fn of_failure(failure: &Failure, record: Option<String>) -> Problem {
    let place = failure.details.iter().find(|(label, _)| label == "where");
    let place = record.or_else(|| place.map(|(_, file)| file.clone()));
    let advice = failure.advice.first().cloned().unwrap_or_default();
    Problem::damage(
        Place::file(place.unwrap_or_default()),
        &failure.explanation,
        advice,
    )
}

/// An artifact's entry, and what else its value tells of the task.
struct Shown {
    told: Value,
    index: Option<i64>,
    exception: Option<String>,
}

/// How much of a value is printed.
const REPR: usize = 300;

/// `Task.index`: that of the last frame of `_foreach_stack`.
fn innermost_index(value: &Pickle) -> Option<i64> {
    value.as_int(value.foreach_frames()?.last()?.index)
}

/// What the client's exception prints as.
fn exception_text(value: &Pickle) -> Option<String> {
    let wrapped = value.wrapped_exception()?;
    let text = |text: Option<pickle::Text<'_>>| text.map(|text| text.lossy().into_owned());
    match text(wrapped.stacktrace) {
        Some(stacktrace) => Some(stacktrace),
        None => Some(format!(
            "[no stacktrace]\n{}: {}",
            text(wrapped.class).unwrap_or_default(),
            text(wrapped.exception).unwrap_or_default()
        )),
    }
}

fn included_size(value: &Pickle) -> Option<u64> {
    let descriptor = value.included_file()?.descriptor;
    value
        .as_int(value.item(descriptor, "size")?)?
        .try_into()
        .ok()
}

/// Python's text of a file's content: by a pickle of it, so that there is one printer.
fn repr_of_bytes(bytes: &[u8], is_text: bool) -> String {
    // PROTO 4, then BINUNICODE8 or BINBYTES8, eight bytes of length, the content, STOP.
    let mut made = vec![0x80, 4, if is_text { 0x8d } else { 0x8e }];
    made.extend((bytes.len() as u64).to_le_bytes());
    made.extend(bytes);
    made.push(b'.');
    let value = pickle::decode(made, &pickle::Limits::default());
    value
        .root()
        .map(|root| pickle::repr(&value, root, REPR).text)
        .unwrap_or_default()
}

fn visible(artifacts: &[Artifact]) -> Vec<String> {
    artifacts
        .iter()
        .filter(|artifact| !artifact.hidden())
        .map(|artifact| artifact.name.clone())
        .collect()
}

/// Name, value, time in milliseconds and type of every event, ordered by time, name and value.
fn sorted_metadata(client: &ClientTask<'_>) -> Vec<Value> {
    let mut entries = client.metadata();
    entries.sort_by_key(|entry| (entry.at, entry.field.clone(), entry.value.text()));
    let told = entries.iter().map(|entry| {
        json!([
            entry.field,
            json_value(&entry.value),
            entry.at.map(|at| at.0 / 1000),
            entry.kind
        ])
    });
    told.collect()
}

fn json_value(value: &MetadataValue) -> Value {
    match value {
        MetadataValue::Text(text) => Value::String(text.clone()),
        MetadataValue::List(items) => json!(items),
        MetadataValue::Json(text) => serde_json::from_str(text).unwrap_or(Value::Null),
    }
}

fn iso(moment: Option<Moment>) -> Option<String> {
    moment?.iso(3)
}

/// What differs between two views on a task.
fn difference(whole: &Map<String, Value>, one: &Map<String, Value>) -> Map<String, Value> {
    let differs = one
        .iter()
        .filter(|(key, value)| whole.get(*key) != Some(value));
    differs
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// The tags of a run, which all that is in it shares.
struct Tags {
    user: Vec<String>,
    system: Vec<String>,
}

impl Tags {
    fn of(user: &[String], system: &[String]) -> Self {
        Self {
            user: user.to_vec(),
            system: system.to_vec(),
        }
    }

    fn add_to(&self, told: &mut Value) {
        let all: BTreeSet<&String> = self.user.iter().chain(&self.system).collect();
        if let Value::Object(map) = told {
            map.insert("tags".to_owned(), json!(all));
            map.insert("user_tags".to_owned(), json!(self.user));
            map.insert("system_tags".to_owned(), json!(self.system));
        }
    }
}
