//! One decision tree: its nodes, and as many of them as a screen can draw.
//!
//! `Tree(features, classes, outputs)` with the state `max_depth`, `node_count`, `nodes` and
//! `values`; `nodes` are records. Source: `Tree.__reduce__` and `NODE_DTYPE` of
//! scikit-learn 1.2, 1.7 and 1.9 (`sklearn/tree/_tree.pyx`). In the values of a classifier
//! stand how many samples of each class there are, and since 1.3 which part of all.

use crate::libraries::cell::Cell;
use crate::libraries::numpy::{self, Array, Kind};
use crate::pickle::{NodeId, Pickle};

/// A tree that was learned.
#[derive(Clone, Debug)]
pub struct Tree<'a> {
    pub features: usize,
    pub outputs: usize,
    /// The longest way from the root to a leaf, as the file says it.
    pub depth: usize,
    nodes: Array<'a>,
    /// Of each node and output a number for each class.
    values: Array<'a>,
    /// Which field of a record is which.
    fields: Fields,
}

/// The number of each field in a record.
#[derive(Clone, Copy, Debug)]
struct Fields {
    left: usize,
    right: usize,
    feature: usize,
    threshold: usize,
    impurity: usize,
    samples: usize,
    weighted: usize,
    missing_left: Option<usize>,
}

/// A node: a question, or an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where samples go whose feature is at most the threshold, and all others; `None` for
    /// a leaf.
    pub split: Option<Split>,
    pub impurity: f64,
    pub samples: u64,
    pub weighted: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    pub left: usize,
    pub right: usize,
    pub feature: usize,
    pub threshold: f64,
    /// Whether a sample without a value goes to the left, where the release knows of such.
    pub missing_left: Option<bool>,
}

/// A node of a part of the tree, as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// Its number in the tree.
    pub number: usize,
    pub node: Node,
    /// Below the node at which the part begins.
    pub depth: usize,
    /// The place of its parent in the part.
    pub parent: Option<usize>,
    /// Whether its children are in the part: if not, it is a leaf or the part ends there.
    pub open: bool,
}

/// No part has more nodes.
pub const MOST_NODES: usize = 1_000;

/// The tree that an object stands for.
pub fn tree(pickle: &Pickle, id: NodeId) -> Option<Tree<'_>> {
    let object = pickle.as_object(id)?;
    let class = object.class()?;
    if class.name() != "Tree" || !class.module().starts_with("sklearn.tree") {
        return None;
    }
    let number = |id| usize::try_from(pickle.as_int(id)?).ok();
    let &[features, _, outputs] = object.args() else {
        return None;
    };
    let nodes = numpy::array(pickle, object.attribute("nodes")?)?;
    let values = numpy::array(pickle, object.attribute("values")?)?;
    let count = number(object.attribute("node_count")?)?;
    if nodes.shape != [count] || values.shape.first() != Some(&count) || values.shape.len() != 3 {
        return None;
    }
    let fields = fields(&nodes)?;
    Some(Tree {
        features: number(features)?,
        outputs: number(outputs)?,
        depth: number(object.attribute("max_depth")?)?,
        nodes,
        values,
        fields,
    })
}

fn fields(nodes: &Array<'_>) -> Option<Fields> {
    let Kind::Record { fields, .. } = &nodes.dtype.kind else {
        return None;
    };
    let at = |name: &str| fields.iter().position(|field| field.name == name);
    Some(Fields {
        left: at("left_child")?,
        right: at("right_child")?,
        feature: at("feature")?,
        threshold: at("threshold")?,
        impurity: at("impurity")?,
        samples: at("n_node_samples")?,
        weighted: at("weighted_n_node_samples")?,
        missing_left: at("missing_go_to_left"),
    })
}

impl Tree<'_> {
    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// A node by its number; the root is 0. Children that no tree can have (they come
    /// behind their parents) are none.
    pub fn node(&self, number: usize) -> Option<Node> {
        let Some(Cell::Parts(parts, _)) = self.nodes.get(number) else {
            return None;
        };
        let whole = |at: usize| match parts.get(at) {
            Some(Cell::Int(value)) => Some(*value),
            Some(Cell::Uint(value)) => i64::try_from(*value).ok(),
            _ => None,
        };
        let float = |at: usize| match parts.get(at) {
            Some(Cell::Float(value)) => Some(*value),
            _ => None,
        };
        let fields = &self.fields;
        let child = |at| {
            let child = usize::try_from(whole(at)?).ok()?;
            (child > number && child < self.len()).then_some(child)
        };
        let split = match (child(fields.left), child(fields.right)) {
            (Some(left), Some(right)) => Some(Split {
                left,
                right,
                feature: usize::try_from(whole(fields.feature)?).ok()?,
                threshold: float(fields.threshold)?,
                missing_left: fields.missing_left.and_then(whole).map(|left| left != 0),
            }),
            _ => None,
        };
        Some(Node {
            split,
            impurity: float(fields.impurity)?,
            samples: u64::try_from(whole(fields.samples)?).ok()?,
            weighted: float(fields.weighted)?,
        })
    }

    /// What a node answers for one output: a number, or one for each class; at most so
    /// many.
    pub fn value(&self, number: usize, output: usize, most: usize) -> Vec<f64> {
        let classes = self.values.shape.get(2).copied().unwrap_or(0);
        (0..classes.min(most))
            .map(|class| self.values.number_at(&[number, output, class]))
            .collect()
    }

    /// How many numbers [`value`](Self::value) has.
    pub fn classes(&self) -> usize {
        self.values.shape.get(2).copied().unwrap_or(0)
    }

    /// The nodes from one on, so many levels down and at most so many of them, level by
    /// level. Both children of a node are there, or none.
    pub fn part(&self, from: usize, levels: usize, most: usize) -> Vec<Drawn> {
        let most = most.clamp(1, MOST_NODES);
        let mut part: Vec<Drawn> = Vec::new();
        let drawn = |number: usize, depth: usize, parent: Option<usize>| {
            Some(Drawn {
                number,
                node: self.node(number)?,
                depth,
                parent,
                open: false,
            })
        };
        part.extend(drawn(from, 0, None));
        let mut at = 0;
        while let Some(one) = part.get(at) {
            let depth = one.depth + 1;
            if let Some(split) = &one.node.split
                && depth <= levels
                && part.len() + 2 <= most
                && let Some(left) = drawn(split.left, depth, Some(at))
                && let Some(right) = drawn(split.right, depth, Some(at))
            {
                part.extend([left, right]);
                if let Some(one) = part.get_mut(at) {
                    one.open = true;
                }
            }
            at += 1;
        }
        part
    }
}
