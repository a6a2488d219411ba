//! Everything that a source holds, as JSON, in the words of Metaflow's Client API.
//!
//! Four maps keyed by pathspec (`flows`, `runs`, `steps`, `tasks`) and `namespaces`
//! answer as the client does, its oddities included: what it raises on is null here.
//! What Runglass knows better stands under `extra`. Times are UTC with milliseconds.
//!
//! What Prefect has recorded stands under `prefect`, in the words of its own client.
//!
//! Here a source is opened and its flows and namespaces are put together; [`run`]
//! tells of a run and its steps, [`task`] of a task, [`artifact`] of a value, [`code`] of
//! a package, [`cards`] of what a task drew, [`prefect`](mod@prefect) of a flow run of Prefect. What the client would say of one task is known by
//! [`formats::metaflow::client`](crate::formats::metaflow::client), not here. Start
//! with [`dump_engine`].

mod artifact;
mod cards;
mod code;
mod prefect;
mod run;
mod task;

use self::prefect::Prefect;
use self::run::{Dumper, RunFacts};
use super::host::Terminal;
use crate::engine::Engine;
use crate::engine::ask::Failure;
use crate::engine::records::RunRecords;
use crate::engine::sources::{Open, ProblemsQuery, SourceSpec};
use crate::model::{Moment, Problem};
use crate::source::http::key::Key;
use crate::source::shown::shown_url;
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

/// What is asked for.
#[derive(Default)]
pub struct Asked<'a> {
    pub source: &'a str,
    /// Only what lies there.
    pub below: Option<&'a str>,
    /// What the page asks about is said yes to.
    pub recover: bool,
    /// What the source's host wants.
    pub key: Option<Key>,
}

/// Opens a source and prints it.
pub async fn dump(source: &str, below: Option<&str>) -> Result<Value, Box<Failure>> {
    let asked = Asked {
        source,
        below,
        ..Asked::default()
    };
    dump_asked(&asked).await
}

/// The same of an archive that is not whole, as far as it can be read.
pub async fn dump_recovered(source: &str, below: Option<&str>) -> Result<Value, Box<Failure>> {
    let asked = Asked {
        source,
        below,
        recover: true,
        ..Asked::default()
    };
    dump_asked(&asked).await
}

pub async fn dump_asked(asked: &Asked<'_>) -> Result<Value, Box<Failure>> {
    let (engine, shown) = opened(asked.source, asked.key.as_ref(), asked.recover).await?;
    dump_engine(&engine, &shown, asked.below).await
}

/// Opens a source, or what can still be read of one that is not whole; also says how it may
/// be shown.
pub(super) async fn opened(
    source: &str,
    key: Option<&Key>,
    recover: bool,
) -> Result<(Engine, String), Box<Failure>> {
    opened_by(source, key, recover, Terminal::at).await
}

/// The same, where what is on disk is lent by `at`.
pub(super) async fn opened_by(
    source: &str,
    key: Option<&Key>,
    recover: bool,
    at: fn(&Path) -> std::io::Result<Terminal>,
) -> Result<(Engine, String), Box<Failure>> {
    let is_url = source.starts_with("http://") || source.starts_with("https://");
    if key.is_some() && !is_url {
        return Err(Failure::unreadable(
            "A header is sent to a host",
            source,
            "--header is for a source that is a URL, and this is none.",
            "Leave it away.",
        ));
    }
    let terminal = if is_url {
        Terminal::new()
    } else {
        at(Path::new(source)).map_err(|error| {
            Failure::unreadable(
                "This source cannot be opened",
                source,
                &error.to_string(),
                "Check the path: a zip, a folder that holds .metaflow, or a URL is needed.",
            )
        })?
    };
    let given = (!is_url).then(|| source.rsplit('/').next().unwrap_or(source).to_owned());
    let spec = SourceSpec {
        key: source.to_owned(),
        given,
        whole: true,
        unlock: key.cloned(),
        signature: None,
    };
    let engine = opened_on(terminal, spec, recover).await?;
    let shown = match is_url {
        true => shown_url(source),
        false => source.to_owned(),
    };
    Ok((engine, shown))
}

/// The same of what a terminal lends.
pub(super) async fn opened_on(
    terminal: Terminal,
    spec: SourceSpec,
    recover: bool,
) -> Result<Engine, Box<Failure>> {
    let engine = Engine::new(Rc::new(terminal));
    engine
        .ask(Open {
            sources: vec![spec],
            again: false,
            anyway: recover,
        })
        .await?;
    Ok(engine)
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
    let mut prefect = Prefect::default();
    for path in engine.run_paths() {
        if !wanted(&[&path.flow, &path.run]) {
            continue;
        }
        let loaded = engine.load_run(&path, &work).await?;
        let store = match &loaded.records {
            RunRecords::Metaflow(store) => store,
            RunRecords::Prefect(run) => {
                prefect.run(&path, run, &work).await;
                continue;
            }
        };
        let mut dumper = Dumper {
            engine,
            work: &work,
            loaded: &loaded,
            store,
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
    problems.extend(std::mem::take(&mut prefect.problems));
    problems.extend(engine.all_problems(ProblemsQuery).problems);
    let mut told = json!({
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
    });
    if let (Some(told), Some(of_prefect)) = (told.as_object_mut(), prefect.told()) {
        told.insert("prefect".to_owned(), of_prefect);
    }
    Ok(told)
}

#[derive(Default)]
struct Maps {
    flows: Map<String, Value>,
    runs: Map<String, Value>,
    steps: Map<String, Value>,
    tasks: Map<String, Value>,
}

fn iso(moment: Option<Moment>) -> Option<String> {
    moment?.iso(3)
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
