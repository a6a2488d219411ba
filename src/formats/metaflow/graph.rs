//! The flow's graph out of the artifact `_graph_info` (Metaflow `flowspec.py`,
//! `_set_constants`; the shape is that of `graph.py`, `output_steps`).

use crate::model::{Decorator, Graph, GraphStep, StepKind};
use crate::pickle::{NodeId, Pickle, repr::repr};
use crate::sorting::sort_by;

/// Reads the artifact; `None` when it does not hold steps.
pub fn read(pickle: &Pickle) -> Option<Graph> {
    let root = pickle.root()?;
    let text = |id: NodeId, key: &str| {
        pickle
            .item(id, key)
            .and_then(|value| pickle.as_str(value))
            .map(str::to_owned)
    };
    let list = |id: NodeId, key: &str| {
        pickle
            .item(id, key)
            .and_then(|list| pickle.as_list(list))
            .unwrap_or_default()
    };
    let mut steps = Vec::new();
    for (key, step) in pickle.as_dict(pickle.item(root, "steps")?)?.iter() {
        let Some(name) = pickle.as_str(key) else {
            continue;
        };
        steps.push(GraphStep {
            name: name.to_owned(),
            kind: kind(pickle, step),
            doc: text(step, "doc").unwrap_or_default(),
            line: pickle
                .item(step, "line")
                .and_then(|line| pickle.as_int(line))
                .and_then(|line| line.try_into().ok()),
            next: pickle
                .item(step, "next")
                .and_then(|next| pickle.str_list(next))
                .unwrap_or_default()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            decorators: decorators(pickle, list(step, "decorators")),
        });
    }
    sort_by(&mut steps, |a, b| {
        a.line.cmp(&b.line).then_with(|| a.name.cmp(&b.name))
    });
    let named = |key: &str| {
        list(root, key).iter().filter_map(|item| {
            Some((
                text(*item, "name")?,
                text(*item, "type").unwrap_or_default(),
            ))
        })
    };
    Some(Graph {
        file: text(root, "file").unwrap_or_default(),
        doc: text(root, "doc").unwrap_or_default(),
        // Older releases know no other names.
        start: text(root, "start_step").unwrap_or_else(|| "start".to_owned()),
        end: text(root, "end_step").unwrap_or_else(|| "end".to_owned()),
        parameters: named("parameters").collect(),
        constants: named("constants").map(|(name, _)| name).collect(),
        decorators: decorators(pickle, list(root, "decorators")),
        steps,
    })
}

fn kind(pickle: &Pickle, step: NodeId) -> StepKind {
    let text = |key: &str| {
        pickle
            .item(step, key)
            .and_then(|value| pickle.as_str(value))
            .unwrap_or_default()
    };
    match text("type") {
        "split-foreach" => StepKind::Foreach {
            over: text("foreach_artifact").to_owned(),
        },
        "split-parallel" => StepKind::Parallel,
        "split-switch" => StepKind::Switch {
            on: text("condition").to_owned(),
            cases: cases(pickle, step),
        },
        // What releases up to 2.15 wrote.
        "split-and" | "split-static" => StepKind::Split,
        "join" => StepKind::Join,
        "end" => StepKind::End,
        _ => StepKind::Linear,
    }
}

fn cases(pickle: &Pickle, step: NodeId) -> Vec<(String, String)> {
    let cases = pickle
        .item(step, "switch_cases")
        .and_then(|cases| pickle.as_dict(cases))
        .unwrap_or_default();
    let case =
        |(value, to): (NodeId, NodeId)| Some((plain(pickle, value), pickle.as_str(to)?.to_owned()));
    cases.iter().filter_map(case).collect()
}

fn decorators(pickle: &Pickle, list: &[NodeId]) -> Vec<Decorator> {
    list.iter()
        .filter_map(|item| {
            let name = pickle.as_str(pickle.item(*item, "name")?)?.to_owned();
            let attributes = pickle
                .item(*item, "attributes")
                .and_then(|attributes| pickle.as_dict(attributes));
            let attributes = attributes.unwrap_or_default().iter();
            let attributes = attributes
                .map(|(key, value)| (plain(pickle, key), plain(pickle, value)))
                .collect();
            Some(Decorator { name, attributes })
        })
        .collect()
}

/// A text without its quotes, anything else as Python prints it, cut to a line.
fn plain(pickle: &Pickle, id: NodeId) -> String {
    const LINE: usize = 120;
    match pickle.as_str(id) {
        Some(text) => text.chars().take(LINE).collect(),
        None => repr(pickle, id, LINE).text,
    }
}
