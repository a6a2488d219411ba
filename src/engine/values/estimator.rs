//! An estimator of scikit-learn as a page: what it was made with, what it learned, what it
//! is put together of; and a tree of decisions as a drawing.
//!
//! A tree knows its features and classes by their number; their names stand in what it is a
//! part of, which is why the way to it is looked back along. Start with [`estimator`], and
//! with [`Engine::value_tree`] for a drawing.

use super::place::Spot;
use super::shape::child;
use super::table::about;
use super::{Child, ValueQuery, wrong_kind};
use crate::counts::{count, counted};
use crate::engine::ask::Failure;
use crate::engine::{Engine, Work};
use crate::layout;
use crate::libraries::cell::Cell;
use crate::libraries::numpy;
use crate::libraries::sklearn::{self, Drawn, Estimator, Split, Tree};
use crate::pickle::{NodeId, Pickle};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EstimatorView {
    /// Its class, and what of it fits behind that.
    pub line: String,
    /// The release of scikit-learn that wrote it.
    pub release: String,
    pub parameters: Vec<Child>,
    pub learned: Vec<Child>,
    /// Attributes that are neither.
    pub others: Vec<Child>,
    /// What it is put together of, in order.
    pub steps: Vec<StepView>,
    /// The estimators that an ensemble learned: some, and how many there are.
    pub members: Vec<Child>,
    pub members_total: u64,
    /// It has a tree to be drawn, or is one.
    pub has_tree: bool,
}

/// A part of a pipeline and its like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepView {
    pub name: String,
    pub value: Child,
    /// The columns that it is given, where it is given some of them.
    pub columns: String,
}

/// A tree of decisions: a part of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TreeQuery {
    /// A tree, or an estimator that has one.
    pub value: ValueQuery,
    /// The node at which the part begins; the root is 0.
    pub from: u64,
    /// Levels below that node.
    pub levels: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TreeView {
    /// The part, level by level.
    pub nodes: Vec<TreeNode>,
    /// Rows that the drawing takes.
    pub rows: f64,
    pub levels: u64,
    /// The way from the root to where the part begins: nodes, and the questions there.
    pub way: Vec<(u64, String)>,
    /// The names of the first classes, where it tells classes.
    pub classes: Vec<String>,
    /// Of the whole tree.
    pub nodes_total: u64,
    pub depth: u64,
    /// What of it is not in the drawing.
    pub note: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TreeNode {
    pub number: u64,
    pub level: u64,
    pub row: f64,
    /// The place of its parent in the part.
    pub parent: Option<u64>,
    /// What is asked there; the first child is where samples go for which it holds.
    pub question: Option<String>,
    /// Which child takes samples without a value.
    pub missing: Option<bool>,
    /// What a sample is told that ends there: a class, a number.
    pub answer: String,
    /// How many of the samples are of that class.
    pub sure: Option<String>,
    /// The part of each of the first classes.
    pub shares: Vec<f64>,
    pub samples: u64,
    pub impurity: String,
    /// It has children that are not in the part.
    pub is_cut: bool,
}

/// Estimators of an ensemble that are named.
const MEMBERS: usize = 200;

/// Nodes that are drawn.
const NODES: usize = 255;

/// Classes whose parts are drawn.
const CLASSES: usize = 8;

/// Names longer than this are cut.
const NAME: usize = 60;

/// The page of an estimator.
pub(super) fn estimator(spot: &Spot) -> Option<EstimatorView> {
    let pickle = spot.pickle();
    let place = spot.path.to_string();
    if sklearn::tree(pickle, spot.node).is_some() {
        let bare = child(pickle, String::new(), place, spot.node);
        return Some(EstimatorView {
            line: bare.summary,
            release: String::new(),
            parameters: Vec::new(),
            learned: Vec::new(),
            others: Vec::new(),
            steps: Vec::new(),
            members: Vec::new(),
            members_total: 0,
            has_tree: true,
        });
    }
    let found = sklearn::estimator(pickle, spot.node)?;
    let part = |(name, id): &(&str, NodeId)| {
        child(pickle, (*name).to_owned(), format!("{place}.{name}"), *id)
    };
    let parts = |parts: &[(&str, NodeId)]| parts.iter().map(part).collect();
    let members = found.members(pickle);
    let step = |step: sklearn::Step<'_>| StepView {
        name: step.name.to_owned(),
        value: {
            let (list, at) = step.listed;
            let at = format!("{place}.{list}[{at}][1]");
            child(pickle, step.name.to_owned(), at, step.value)
        },
        columns: step
            .columns
            .map(|id| crate::pickle::summary::summary(pickle, id))
            .unwrap_or_default(),
    };
    Some(EstimatorView {
        line: found.line(pickle),
        release: found.version.to_owned(),
        parameters: parts(&found.parameters),
        learned: parts(&found.learned),
        others: parts(&found.others),
        steps: found.steps(pickle).into_iter().map(step).collect(),
        members: members_of(pickle, &found, &members, &place),
        members_total: members.len() as u64,
        has_tree: tree_of(pickle, spot.node).is_some(),
    })
}

/// The first members of an ensemble, by their places: a list of them has one number,
/// boosting has rows.
fn members_of(
    pickle: &Pickle,
    found: &Estimator<'_>,
    members: &[NodeId],
    place: &str,
) -> Vec<Child> {
    let list = found.learned("estimators_");
    let array = list.and_then(|list| numpy::array(pickle, list));
    let width = array.and_then(|array| array.shape.get(1).copied());
    let some = members.iter().take(MEMBERS).enumerate();
    let named = some.map(|(at, id)| {
        let step = match width {
            Some(width) => format!("[{}][{}]", at / width.max(1), at % width.max(1)),
            None => format!("[{at}]"),
        };
        let at = format!("{place}.estimators_{step}");
        child(pickle, step, at, *id)
    });
    named.collect()
}

/// The tree that an object is or has.
fn tree_of(pickle: &Pickle, id: NodeId) -> Option<Tree<'_>> {
    sklearn::tree(pickle, id).or_else(|| {
        let owner = sklearn::estimator(pickle, id)?;
        sklearn::tree(pickle, owner.learned("tree_")?)
    })
}

/// What the numbers in a tree stand for.
struct Names {
    features: Vec<String>,
    /// Empty for a tree that tells numbers.
    classes: Vec<String>,
    /// The measure that a split makes less.
    impurity: &'static str,
}

impl Names {
    /// Out of the estimator that has the tree, and those around it: the nearest that names
    /// the features, and the outermost that names as many classes, for members of an
    /// ensemble know theirs by number.
    fn of(spot: &Spot, tree: &Tree<'_>) -> Self {
        let pickle = spot.pickle();
        let around = std::iter::once(spot.node).chain(spot.around.iter().rev().copied());
        let mut names = Self {
            features: Vec::new(),
            classes: Vec::new(),
            impurity: "impurity",
        };
        for found in around.filter_map(|id| sklearn::estimator(pickle, id)) {
            if names.features.is_empty() {
                names.features = texts(pickle, found.learned("feature_names_in_"), tree.features);
            }
            let classes = texts(pickle, found.learned("classes_"), tree.classes());
            if !classes.is_empty() {
                names.classes = classes;
            }
            let criterion = found.parameter("criterion");
            if let Some(criterion) = criterion.and_then(|id| pickle.as_str(id))
                && names.impurity == "impurity"
            {
                names.impurity = measure(criterion);
            }
        }
        names
    }

    fn feature(&self, number: usize) -> String {
        match self.features.get(number) {
            Some(name) => name.clone(),
            None => format!("feature {number}"),
        }
    }
}

/// How the measure of a criterion is called on a node.
fn measure(criterion: &str) -> &'static str {
    match criterion {
        "gini" => "gini",
        "entropy" | "log_loss" => "entropy",
        "squared_error" | "mse" | "friedman_mse" => "squared error",
        "absolute_error" | "mae" => "absolute error",
        "poisson" => "deviance",
        _ => "impurity",
    }
}

/// The texts in an array of one axis, if there are so many.
fn texts(pickle: &Pickle, id: Option<NodeId>, expected: usize) -> Vec<String> {
    let array = id.and_then(|id| numpy::array(pickle, id));
    let Some(array) = array.filter(|array| array.shape == [expected]) else {
        return Vec::new();
    };
    let name = |cell: Cell<'_>| cell.text(pickle).chars().take(NAME).collect();
    array.iter().map(name).collect()
}

/// What a split asks.
fn question(split: &Split, names: &Names) -> String {
    let feature = names.feature(split.feature);
    format!("{feature} ≤ {}", about(split.threshold))
}

fn node(tree: &Tree<'_>, drawn: &Drawn, row: f64, names: &Names) -> TreeNode {
    let values = tree.value(drawn.number, 0, NODES);
    let (answer, sure, shares) = match names.classes.is_empty() && values.len() < 2 {
        true => (numbers(tree, drawn.number), None, Vec::new()),
        false => classes(&values, names),
    };
    let split = drawn.node.split.as_ref();
    TreeNode {
        number: drawn.number as u64,
        level: drawn.depth as u64,
        row,
        parent: drawn.parent.map(|parent| parent as u64),
        question: split.map(|split| question(split, names)),
        missing: split.and_then(|split| split.missing_left),
        answer,
        sure,
        shares,
        samples: drawn.node.samples,
        impurity: format!("{} {}", names.impurity, about(drawn.node.impurity)),
        is_cut: split.is_some() && !drawn.open,
    }
}

/// The class that most samples are of, how many are, and the parts of the first classes.
fn classes(values: &[f64], names: &Names) -> (String, Option<String>, Vec<f64>) {
    let sum: f64 = values.iter().filter(|value| value.is_finite()).sum();
    let mut most: Option<(usize, f64)> = None;
    for (at, value) in values.iter().enumerate() {
        if most.is_none_or(|(_, known)| *value > known) {
            most = Some((at, *value));
        }
    }
    let (at, value) = most.unwrap_or((0, 0.0));
    let name = match names.classes.get(at) {
        Some(name) => name.clone(),
        None => format!("class {at}"),
    };
    let part = |value: f64| match sum > 0.0 && value.is_finite() {
        true => (value / sum).clamp(0.0, 1.0),
        false => 0.0,
    };
    let shares = values.iter().take(CLASSES).map(|value| part(*value));
    let percent = (part(value) * 100.0).round();
    (name, Some(format!("{percent} %")), shares.collect())
}

/// The numbers that a leaf tells, one for each output.
fn numbers(tree: &Tree<'_>, number: usize) -> String {
    const SHOWN: usize = 3;
    let outputs = (0..tree.outputs.min(SHOWN)).flat_map(|output| tree.value(number, output, 1));
    let mut told: Vec<String> = outputs.map(about).collect();
    if tree.outputs > SHOWN {
        told.push("…".to_owned());
    }
    told.join(", ")
}

/// The way from the root to a node. Children stand behind their parents, so that one look
/// back along the nodes finds it.
fn way(tree: &Tree<'_>, to: usize, names: &Names) -> Vec<(u64, String)> {
    let mut way = Vec::new();
    let mut below = to;
    for number in (0..to).rev() {
        let split = tree.node(number).and_then(|node| node.split);
        if let Some(split) = split.filter(|split| split.left == below || split.right == below) {
            let holds = if split.left == below { "" } else { "not " };
            way.push((number as u64, format!("{holds}{}", question(&split, names))));
            below = number;
        }
    }
    way.reverse();
    way
}

fn view(tree: &Tree<'_>, names: &Names, from: usize, levels: usize) -> TreeView {
    let part = tree.part(from, levels, NODES);
    let parents: Vec<Option<usize>> = part.iter().map(|drawn| drawn.parent).collect();
    let rows = layout::tree::rows(&parents);
    let nodes: Vec<TreeNode> = part
        .iter()
        .zip(&rows)
        .map(|(drawn, row)| node(tree, drawn, *row, names))
        .collect();
    let mut note = Vec::new();
    if tree.outputs > 1 && !names.classes.is_empty() {
        note.push(format!(
            "the first of {}",
            counted(tree.outputs as u64, "output", "outputs")
        ));
    }
    if names.classes.len() > CLASSES {
        note.push(format!(
            "bars show the first {CLASSES} of {} classes",
            count(names.classes.len() as u64)
        ));
    }
    TreeView {
        rows: rows.iter().fold(0.0, |most: f64, row| most.max(row + 1.0)),
        levels: nodes.iter().fold(0, |most, node| most.max(node.level + 1)),
        nodes,
        way: way(tree, from, names),
        classes: names.classes.iter().take(CLASSES).cloned().collect(),
        nodes_total: tree.len() as u64,
        depth: tree.depth as u64,
        note: note.join("; "),
    }
}

impl Engine {
    pub(in crate::engine) async fn value_tree(
        &self,
        query: TreeQuery,
        work: &Work,
    ) -> Result<TreeView, Box<Failure>> {
        let spot = self.spot_of_value(&query.value, work).await?;
        let Some(tree) = tree_of(spot.pickle(), spot.node) else {
            return Err(wrong_kind("tree", &query.value));
        };
        let names = Names::of(&spot, &tree);
        let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let from = number(query.from).min(tree.len().saturating_sub(1));
        Ok(view(&tree, &names, from, number(query.levels)))
    }
}
