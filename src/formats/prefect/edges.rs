//! What followed what: out of the inputs of task runs, or of the graph that the server made.
//!
//! `task_inputs` names, for every argument, the runs whose results went into it, the same run
//! under several arguments and under `wait_for`; `__parents__` is the task that one was
//! called in, which is no flow of data (`prefect/utilities/engine/__init__.py`,
//! `collect_task_run_inputs`, 3.9.1). A plain value is followed by its identity alone, so that
//! small numbers, short texts, None, True and False leave no trace: an edge that is not there
//! proves nothing. Ids may name runs that are lost. Start with [`inputs`] for one task run,
//! [`edges`] for all of a run; [`Graph`] is the server's own answer.

use super::id::{Id, Word};
use super::json::{Json, Kind};
use super::names;
use super::pages::Item;
use super::reading::{Reading, Record};
use super::records::{Source, StateType, TaskRun};
use crate::model::Moment;
use crate::sorting::{SortedSet, sort};
use std::collections::HashMap;

/// What a task run was given, each upstream run once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// By id; the arguments through which each came, `wait_for` among them.
    pub upstream: Vec<(Id, Vec<Word>)>,
    /// Tasks that it was called in, by id.
    pub inside: Vec<Id>,
    /// Arguments that are parameters of the flow: argument, parameter.
    pub parameters: Vec<(Word, Word)>,
    /// Arguments of which nobody knows where they came from.
    pub unknown: Vec<Word>,
}

/// The names under which no argument stands.
const WAIT_FOR: &str = "wait_for";
const PARENTS: &str = "__parents__";

pub fn inputs(run: &TaskRun) -> Inputs {
    let mut found = Inputs::default();
    for input in &run.inputs {
        let is_argument = &*input.name != WAIT_FOR && &*input.name != PARENTS;
        if input.from.is_empty() && is_argument {
            found.unknown.push(input.name.clone());
        }
        for source in &input.from {
            match source {
                Source::TaskRun(id) | Source::FlowRun(id) if &*input.name == PARENTS => {
                    found.inside.push(id.clone());
                }
                Source::TaskRun(id) | Source::FlowRun(id) => {
                    found.upstream.push((id.clone(), vec![input.name.clone()]));
                }
                Source::Parameter(name) => {
                    found.parameters.push((input.name.clone(), name.clone()));
                }
                Source::Constant(_) | Source::Other(_) => {}
            }
        }
    }
    sort(&mut found.inside);
    found.inside.dedup();
    sort(&mut found.upstream);
    found.upstream.dedup_by(|later, kept| {
        let is_same = later.0 == kept.0;
        if is_same && !kept.1.ends_with(&later.1) {
            kept.1.append(&mut later.1);
        }
        is_same
    });
    found
}

/// Whether where its result went cannot be followed: its state says so.
pub fn is_untrackable(run: &TaskRun) -> bool {
    let state = run.course.state.as_ref();
    let details = state.and_then(|state| state.details.as_ref());
    details.is_some_and(|details| details.untrackable_result)
}

/// What followed what among task runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edges {
    /// Places of task runs: upstream, downstream; by these numbers, each pair once.
    pub flow: Vec<(usize, usize)>,
    /// Places: the task that one was called in, and that one.
    pub inside: Vec<(usize, usize)>,
    /// Upstream ids that no run here has, and the places of those that name them.
    pub lost: Vec<(Id, Vec<usize>)>,
    /// So many results cannot be followed: there may be edges that nobody recorded.
    pub untrackable: u64,
}

/// Edges between task runs of one run. A subflow may be named by its own run:
/// [`names::subflow`] tells which task run stands in for it.
pub fn edges(runs: &[&TaskRun], stand_ins: &HashMap<Id, Id>) -> Edges {
    let mut places: HashMap<Id, usize> = HashMap::new();
    for (at, run) in runs.iter().enumerate() {
        places.insert(run.id.clone(), at);
        if let Some(child) = names::subflow(run, stand_ins) {
            places.insert(child, at);
        }
    }
    let mut edges = Edges::default();
    let mut lost: Vec<(Id, usize)> = Vec::new();
    for (at, run) in runs.iter().enumerate() {
        edges.untrackable += u64::from(is_untrackable(run));
        let found = inputs(run);
        for (id, _) in found.upstream {
            match places.get(&id) {
                Some(from) => edges.flow.push((*from, at)),
                None => lost.push((id, at)),
            }
        }
        for id in found.inside {
            if let Some(from) = places.get(&id) {
                edges.inside.push((*from, at));
            }
        }
    }
    for pairs in [&mut edges.flow, &mut edges.inside] {
        // Nothing follows itself.
        pairs.retain(|(from, to)| from != to);
        sort(pairs);
        pairs.dedup();
    }
    sort(&mut lost);
    for (id, at) in lost {
        match edges.lost.last_mut() {
            Some((known, places)) if *known == id => places.push(at),
            _ => edges.lost.push((id, vec![at])),
        }
    }
    edges
}

/// Edges between steps: pairs of places in the list of steps, each once. What follows a run
/// of its own step is left out.
pub fn step_edges(steps: &[names::Step], edges: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut step_of: HashMap<usize, usize> = HashMap::new();
    for (step, of) in steps.iter().enumerate() {
        step_of.extend(of.tasks.iter().map(|task| (task.at, step)));
    }
    let pairs = edges.iter().filter_map(|(from, to)| {
        let pair = (*step_of.get(from)?, *step_of.get(to)?);
        (pair.0 != pair.1).then_some(pair)
    });
    pairs.collect::<SortedSet<_>>().into_vec()
}

/// The answer of `GET /flow_runs/{id}/graph-v2` (`prefect/server/schemas/graph.py`): the same
/// edges, and a node for what has no inputs recorded. Ids stand in it once here; a server on
/// SQLite repeats them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// The flow run, where the file says which.
    pub run: Option<Id>,
    pub nodes: Vec<Node>,
}

/// A task run, or the run of a subflow in the place of its stand-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub id: Id,
    pub is_flow_run: bool,
    pub label: String,
    pub state_type: Option<StateType>,
    /// Or when it was to start.
    pub started: Option<Moment>,
    pub ended: Option<Moment>,
    /// By id, each once.
    pub parents: Vec<Id>,
    pub children: Vec<Id>,
    pub inside: Vec<Id>,
}

/// The fields of a graph that is alone in its file.
const OF_GRAPH: [&str; 5] = [
    "start_time",
    "end_time",
    "root_node_ids",
    "artifacts",
    "states",
];

impl Record for Graph {
    const NOUN: &'static str = "graph";
    const BY_RUN: bool = true;

    fn read(item: &Item<'_>, reading: &mut Reading<'_>) -> Option<Self> {
        let (run, nodes) = match item.of.as_deref() {
            Some("nodes") => (None, Some(item.value)),
            Some(name) if OF_GRAPH.contains(&name) => return None,
            name => {
                reading.fields(&item.value);
                (name.and_then(Id::of), item.value.field("nodes"))
            }
        };
        let mut graph = Self {
            run,
            nodes: Vec::new(),
        };
        for entry in reading.list("nodes", &nodes?) {
            // Each node stands behind its id.
            let node = match entry.kind() {
                Kind::List => entry.items().filter_map(Result::ok).nth(1),
                _ => Some(entry),
            };
            graph
                .nodes
                .extend(node.and_then(|node| read_node(&node, reading)));
        }
        Some(graph)
    }
}

fn read_node(value: &Json<'_>, reading: &mut Reading<'_>) -> Option<Node> {
    let mut id = None;
    let mut node = Node {
        id: Id::Other("".into()),
        is_flow_run: false,
        label: String::new(),
        state_type: None,
        started: None,
        ended: None,
        parents: Vec::new(),
        children: Vec::new(),
        inside: Vec::new(),
    };
    for (name, value) in reading.fields(value) {
        match &*name {
            "id" => id = reading.id(&name, &value),
            "kind" => node.is_flow_run = value.text().as_deref() == Some("flow-run"),
            "label" => node.label = reading.text(&name, &value).unwrap_or_default(),
            "state_type" => node.state_type = reading.word(&name, &value).map(StateType::of),
            "start_time" => node.started = reading.moment(&name, &value),
            "end_time" => node.ended = reading.moment(&name, &value),
            "parents" => node.parents = ids(&name, &value, reading),
            "children" => node.children = ids(&name, &value, reading),
            "encapsulating" => node.inside = ids(&name, &value, reading),
            _ => {}
        }
    }
    let Some(id) = id else {
        reading.lacks_id(value);
        return None;
    };
    node.id = id;
    Some(node)
}

fn ids(name: &str, value: &Json<'_>, reading: &mut Reading<'_>) -> Vec<Id> {
    let items = reading.list(name, value);
    let ids = items.iter().filter_map(|item| match item.field("id") {
        Some(id) => reading.id(name, &id),
        None => reading.id(name, item),
    });
    ids.collect::<SortedSet<_>>().into_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::prefect::id::Words;
    use crate::formats::prefect::reading::read_all;
    use proptest::prelude::*;

    fn read<R: Record>(text: &str) -> (Vec<R>, Vec<String>) {
        let mut problems = Vec::new();
        let found = read_all(
            text.as_bytes(),
            "x.json",
            &mut Words::default(),
            &mut problems,
        );
        (found, problems.iter().map(ToString::to_string).collect())
    }

    /// Task runs as `id: inputs`.
    fn runs(told: &[(&str, &str)]) -> Vec<TaskRun> {
        let items = told.iter().map(|(id, inputs)| {
            format!(r#"{{"id": "{id}", "task_key": "{id}", "task_inputs": {{{inputs}}}}}"#)
        });
        let (runs, problems) = read(&format!("[{}]", items.collect::<Vec<_>>().join(",")));
        assert_eq!(problems, Vec::<String>::new());
        runs
    }

    fn from(ids: &str) -> String {
        let inputs = ids
            .split_whitespace()
            .map(|id| format!(r#"{{"input_type": "task_run", "id": "{id}"}}"#));
        format!("[{}]", inputs.collect::<Vec<_>>().join(","))
    }

    #[test]
    fn an_upstream_run_counts_once() {
        let told = format!(
            r#""x": {}, "wait_for": {}, "__parents__": {}, "y": [], "z": [{{"input_type": "parameter", "name": "days"}}], "c": [{{"input_type": "constant", "type": "int"}}], "n": [{{"input_type": "wish"}}]"#,
            from("b a b"),
            from("a"),
            from("p p")
        );
        let found = inputs(&runs(&[("t", &told)])[0]);
        let upstream: Vec<(String, Vec<&str>)> = found
            .upstream
            .iter()
            .map(|(id, names)| (id.to_string(), names.iter().map(|name| &**name).collect()))
            .collect();
        assert_eq!(
            upstream,
            [
                ("a".to_owned(), vec!["wait_for", "x"]),
                ("b".to_owned(), vec!["x"])
            ]
        );
        assert_eq!(found.inside, [Id::of("p").unwrap()]);
        assert_eq!(found.parameters, [("z".into(), "days".into())]);
        assert_eq!(found.unknown, ["y".into()]);
    }

    #[track_caller]
    fn check(
        told: &[(&str, &str)],
        flow: &[(usize, usize)],
        inside: &[(usize, usize)],
        lost: &[(&str, &[usize])],
    ) {
        let runs = runs(told);
        let runs: Vec<&TaskRun> = runs.iter().collect();
        let found = edges(
            &runs,
            &HashMap::from([(Id::of("s").unwrap(), Id::of("child").unwrap())]),
        );
        let told: Vec<(String, Vec<usize>)> = found
            .lost
            .iter()
            .map(|(id, places)| (id.to_string(), places.clone()))
            .collect();
        let lost: Vec<(String, Vec<usize>)> = lost
            .iter()
            .map(|(id, places)| ((*id).to_owned(), places.to_vec()))
            .collect();
        assert_eq!(
            (found.flow.as_slice(), found.inside.as_slice(), told),
            (flow, inside, lost)
        );
    }

    #[test]
    fn edges_join_what_is_there() {
        check(
            &[
                ("a", ""),
                ("b", &format!(r#""x": {}"#, from("a"))),
                (
                    "c",
                    &format!(r#""x": {}, "y": {}"#, from("a b"), from("gone")),
                ),
            ],
            &[(0, 1), (0, 2), (1, 2)],
            &[],
            &[("gone", &[2])],
        );
        check(&[("a", &format!(r#""x": {}"#, from("a")))], &[], &[], &[]);
        check(
            &[
                ("a", ""),
                ("b", &format!(r#""__parents__": {}"#, from("a gone"))),
            ],
            &[],
            &[(0, 1)],
            &[],
        );
        check(
            &[
                ("s", ""),
                ("b", r#""x": [{"input_type": "flow_run", "id": "child"}]"#),
            ],
            &[(0, 1)],
            &[],
            &[],
        );
    }

    #[test]
    fn a_graph_names_each_edge_once() {
        let node = r#"["b", {"kind": "task-run", "id": "b", "label": "b-1", "state_type": "COMPLETED", "start_time": null, "end_time": null, "parents": [{"id": "a"}, {"id": "a"}], "children": [], "encapsulating": [], "artifacts": []}]"#;
        let bare = format!(
            r#"{{"start_time": "2026-11-20T21:48:51Z", "root_node_ids": ["a"], "nodes": [{node}], "artifacts": [], "states": []}}"#
        );
        for (text, run) in [(format!(r#"{{"r": {bare}}}"#), Id::of("r")), (bare, None)] {
            let (graphs, problems) = read::<Graph>(&text);
            assert_eq!(problems, Vec::<String>::new());
            assert_eq!((graphs.len(), &graphs[0].run), (1, &run));
            assert_eq!(graphs[0].nodes[0].parents, [Id::of("a").unwrap()]);
        }
    }

    proptest! {
        #[test]
        fn steps_of_any_edges_have_edges(pairs in prop::collection::vec((0usize..4, 0usize..6), 0..20)) {
            let step = |tasks: &[usize]| names::Step {
                key: "k".into(), name: String::new(), shown: String::new(), first: None,
                tasks: tasks.iter().map(|at| names::Member { at: *at, subflow: None }).collect(),
            };
            let found = step_edges(&[step(&[0, 1]), step(&[2, 3])], &pairs);
            prop_assert!(found.is_sorted() && found.iter().all(|(from, to)| from != to && *from < 2 && *to < 2));
        }
    }
}
