//! One value as JSON: the facts that its preview shows.
//!
//! Of a pickle in a file of its own, or of an artifact in a source. Elements are given as
//! Python's `str()` of them. Start with [`value`]; [`facts`] is what is told of a value
//! that was decoded; what it is to its library stands in [`tables`] and [`objects`], and
//! [`place`] leads to a part of it.

mod objects;
mod place;
mod tables;

use super::{dump, zones};
use crate::engine::ask::Failure;
use crate::engine::values::ValueQuery;
use crate::libraries::cell::Cell;
use crate::libraries::place::Within;
use crate::libraries::{numpy, scipy, words};
use crate::model::TaskPath;
use crate::pickle::{self, Known, Limits, NodeId, Pickle, Value, known};
use crate::source::http::key::Key;
use place::{facts_at, follow, no_place};
use serde_json::{Map, Value as Json, json};

/// How much of a value is printed.
const REPR: usize = 10_000;

/// What a file of up to a megabyte may take unless more is asked for. With an artifact's
/// bytes, which may be 64 MiB when they are unpacked, it is less than 200 MB in all.
pub const LIMITS: Limits = Limits {
    steps: 100_000_000,
    nodes: 64 << 20,
    memo: 64 << 20,
    stack: 64 << 20,
    memory: 80 << 20,
};

/// What a file of so many bytes may take: each byte beyond the first megabyte allows for
/// the most that is decoded from a byte, as far as the default goes.
pub fn limits(bytes: u64) -> Limits {
    let more = bytes.saturating_sub(1 << 20);
    let most = Limits::default();
    let within = |least: u64, each: u64, most: u64| {
        least.saturating_add(more.saturating_mul(each)).min(most)
    };
    Limits {
        steps: within(LIMITS.steps, 100, most.steps),
        memory: within(LIMITS.memory, 32, most.memory),
        ..LIMITS
    }
}

/// How many parts of a value (arguments, attributes, columns) are told, and how many
/// characters of them in all: each part may hold the same long text.
const PARTS: usize = 1000;
const CHARS: usize = 500_000;

/// Cells are gone through where there are no more of them than this, or than a file of
/// that size can hold: a range of any length is a few bytes, and a thousand columns may
/// be the same one.
const CELLS: usize = 10_000_000;

fn may_go_through(pickle: &Pickle, rows: usize, columns: usize) -> bool {
    let most = pickle.bytes().len().saturating_mul(16).max(CELLS);
    rows.checked_mul(columns).is_some_and(|cells| cells <= most)
}

/// Which value, and how much of it.
pub struct Asked<'a> {
    /// A pickle's file, or a source.
    pub source: &'a str,
    /// In a source: `Flow/run/step/task/artifact`.
    pub pathspec: Option<&'a str>,
    pub attempt: Option<u32>,
    /// A place inside the value: `model.coef_[0]`.
    pub at: Option<&'a str>,
    /// Without the limits for files that nobody knows.
    pub large: bool,
    /// What the source's host wants.
    pub key: Option<Key>,
}

/// The facts of a value; the error says what there is not.
pub async fn value(asked: &Asked<'_>) -> Result<Json, Box<Failure>> {
    let Some(pathspec) = asked.pathspec else {
        let bytes = std::fs::read(asked.source).map_err(|error| {
            Failure::unreadable(
                "This file cannot be read",
                asked.source,
                &error.to_string(),
                "Check the path: a file that holds a pickle is needed.",
            )
        })?;
        let limits = match asked.large {
            true => Limits::default(),
            false => limits(bytes.len() as u64),
        };
        let decoded = pickle::decode(bytes, &limits).with_words(words(zones::offset));
        let (Some(at), Some(root)) = (asked.at, decoded.root()) else {
            return Ok(facts(&decoded, decoded.root()));
        };
        let found = follow(decoded, root, at, asked.large).await?;
        let mut facts = facts_at(
            &found.pickle,
            found.node,
            &found.within,
            found.cell,
            found.row,
        );
        put_problems(&mut facts, &found.problems);
        return Ok(facts);
    };
    let parts: Vec<&str> = pathspec
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    let &[flow, run, step, task, name] = parts.as_slice() else {
        return Err(Failure::unreadable(
            "This is no artifact",
            pathspec,
            "An artifact has five names: Flow/run/step/task/artifact.",
            "Run `runglass dump` to see what there is.",
        ));
    };
    let (engine, _) = dump::opened(asked.source, asked.key.as_ref(), false).await?;
    let work = engine.work_in_silence();
    let path = TaskPath {
        flow: flow.to_owned(),
        run: run.to_owned(),
        step: step.to_owned(),
        task: task.to_owned(),
    };
    let query = ValueQuery {
        at: asked.at.unwrap_or_default().to_owned(),
        task: path,
        attempt: asked.attempt,
        name: name.to_owned(),
        large: asked.large,
        enter: false,
    };
    let decoded = engine.artifact_value(&query, &work).await?;
    let spot = match asked.at {
        Some(_) => engine.spot(&query, &work).await?,
        None => None,
    };
    let Some(spot) = spot else {
        let mut facts = facts(&decoded.pickle, decoded.pickle.root());
        put_problems(&mut facts, &decoded.problems);
        return Ok(facts);
    };
    if let Some(lost) = &spot.lost {
        return Err(no_place(&query.at, lost));
    }
    let mut facts = facts_at(spot.pickle(), spot.node, &spot.within, spot.cell, spot.row);
    put_problems(&mut facts, &decoded.problems);
    if spot.is_included || spot.is_inside() {
        put_problems(&mut facts, &spot.decoded.problems);
    }
    Ok(facts)
}

/// Behind the problems of the pickle.
fn put_problems(facts: &mut Json, more: &[String]) {
    if let Some(problems) = facts.get_mut("problems").and_then(Json::as_array_mut) {
        problems.extend(more.iter().map(|problem| json!(problem)));
    }
}

/// Everything that is told of a value.
pub fn facts(pickle: &Pickle, id: Option<NodeId>) -> Json {
    let mut facts = Map::new();
    let mut put = |name: &str, value: Json| {
        facts.insert(name.to_owned(), value);
    };
    put("outcome", json!(pickle.outcome().word()));
    let problems = pickle.problems().iter().map(ToString::to_string);
    let misfit = id.and_then(|id| numpy::misfit(pickle, id));
    let problems = problems.chain(misfit.map(|misfit| misfit.problem));
    put("problems", problems.collect());
    let globals = pickle.globals().map(|global| global.to_string());
    put("globals", globals.collect());
    if let Some(id) = id {
        put("type", json!(pickle::type_name(pickle, id)));
        let printed = pickle::repr(pickle, id, REPR);
        let exact = printed.exact && !printed.cut;
        put("repr", json!(exact.then_some(printed.text)));
        put("summary", json!(pickle::summary::summary(pickle, id)));
        put("len", json!(len(pickle, id)));
        for (name, value) in by_kind(pickle, id) {
            put(name, value);
        }
    }
    Json::Object(facts)
}

/// `len(value)`, where Python has one.
fn len(pickle: &Pickle, id: NodeId) -> Option<u64> {
    if let Some(len) = pickle::known::len(pickle, id) {
        return Some(len);
    }
    // A sparse matrix has none in Python, unless it is a dict.
    if let Some(sparse) = scipy::sparse(pickle, id) {
        return (sparse.format == scipy::Format::Dok).then_some(sparse.stored as u64);
    }
    let len = match numpy::array(pickle, id) {
        Some(array) => *array.shape.first()?,
        None => crate::libraries::table::table(pickle, id, &Within::default(), &[])?.rows,
    };
    Some(len as u64)
}

fn by_kind(pickle: &Pickle, id: NodeId) -> Vec<(&'static str, Json)> {
    if let Some(found) = tables::told(pickle, id) {
        return vec![found];
    }
    let mut told: Vec<(&'static str, Json)> = objects::told(pickle, id).into_iter().collect();
    let Value::Object(object) = pickle.value(id) else {
        return told;
    };
    if let Some(Known::Exception(raised)) = known(pickle, id) {
        let mut left = CHARS;
        let args = raised.args.iter().take(PARTS).map(|&arg| {
            let text = pickle::repr(pickle, arg, REPR.min(left)).text;
            left = left.saturating_sub(text.len());
            text
        });
        let args: Vec<String> = args.collect();
        let text = match raised.args {
            [one] => Cell::Value(*one).text(pickle),
            [] => String::new(),
            _ => format!("({})", args.join(", ")),
        };
        let class = raised.class.to_string();
        return vec![(
            "exception",
            json!({"class": class, "args": args, "str": text}),
        )];
    }
    let mut state = Map::new();
    let mut left = CHARS;
    for (name, value) in object.attributes().take(PARTS) {
        let name = Cell::Value(name).text(pickle);
        let text = pickle::repr(pickle, value, 1000.min(left)).text;
        left = left.saturating_sub(name.len() + text.len());
        state.insert(name, json!(text));
        if left == 0 {
            break;
        }
    }
    if !state.is_empty() {
        told.push(("dict", Json::Object(state)));
    }
    told
}
