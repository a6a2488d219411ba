//! scikit-learn: estimators, and the trees in them.
//!
//! An estimator is pickled as its attributes, with the release that wrote it:
//! `BaseEstimator.__getstate__` of scikit-learn 1.2, 1.7 and 1.9 (`sklearn/base.py`). Its
//! parameters are attributes of the same name; what it learned has a name with an
//! underscore behind it. Start with [`estimator`], or [`tree`] for one tree.

mod parameters;
mod printed;
mod tree;

pub use tree::{Drawn, MOST_NODES, Node, Split, Tree, tree};

use super::numpy;
use crate::counts::counted;
use crate::pickle::{Global, NodeId, Pickle, Value};

/// An estimator: a model, a transformer, or what puts several of them together.
#[derive(Clone, Debug)]
pub struct Estimator<'a> {
    pub class: Global<'a>,
    /// The release of scikit-learn that wrote it.
    pub version: &'a str,
    /// What it was made with, as `get_params(deep=False)` has it: names and values, by
    /// name. Which of them are not the defaults is known to the library alone.
    pub parameters: Vec<(&'a str, NodeId)>,
    /// What it learned: names and values, in the order in which they were set. Empty for
    /// one that was not fitted, and for one that has nothing to learn.
    pub learned: Vec<(&'a str, NodeId)>,
    /// Attributes that are neither.
    pub others: Vec<(&'a str, NodeId)>,
}

/// A part of an estimator that has others in it.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    pub name: &'a str,
    /// The attribute that lists it, and its place there.
    pub listed: (&'static str, usize),
    /// An estimator, or a word: `passthrough`, `drop`.
    pub value: NodeId,
    /// The columns that it is given, where it is given some of them.
    pub columns: Option<NodeId>,
}

/// More attributes than this are no estimator that anybody made.
const MOST_ATTRIBUTES: usize = 1_000;

/// The estimator that an object stands for.
pub fn estimator(pickle: &Pickle, id: NodeId) -> Option<Estimator<'_>> {
    let object = pickle.as_object(id)?;
    let class = object.class()?;
    if !class.module().starts_with("sklearn.") {
        return None;
    }
    let version = pickle.as_str(object.attribute("_sklearn_version")?)?;
    let mut found = Estimator {
        class,
        version,
        parameters: Vec::new(),
        learned: Vec::new(),
        others: Vec::new(),
    };
    for (name, value) in object.attributes().take(MOST_ATTRIBUTES) {
        let name = match pickle.as_str(name) {
            Some("_sklearn_version") | None => continue,
            Some(name) => name,
        };
        let list = match () {
            () if name.starts_with('_') => &mut found.others,
            () if name.ends_with('_') => &mut found.learned,
            () if parameters::is_other(class.name(), name, version) => &mut found.others,
            () => &mut found.parameters,
        };
        list.push((name, value));
    }
    crate::sorting::sort_by_key(&mut found.parameters, |(name, _)| *name);
    Some(found)
}

impl<'a> Estimator<'a> {
    /// One of its parameters.
    pub fn parameter(&self, name: &str) -> Option<NodeId> {
        let mut parameters = self.parameters.iter();
        let found = parameters.find(|(known, _)| *known == name);
        found.map(|(_, value)| *value)
    }

    /// One of the attributes that it learned, by its name with the underscore.
    pub fn learned(&self, name: &str) -> Option<NodeId> {
        let mut learned = self.learned.iter();
        let found = learned.find(|(known, _)| *known == name);
        found.map(|(_, value)| *value)
    }

    /// The estimators that it was put together of, by their names: the steps of a
    /// pipeline, the transformers of columns, the voters. As they were learned, where they
    /// were.
    pub fn steps(&self, pickle: &'a Pickle) -> Vec<Step<'a>> {
        const LISTS: [&str; 4] = ["steps", "transformers", "transformer_list", "estimators"];
        let learned = self.learned("transformers_");
        let learned = learned.map(|list| ("transformers_", list));
        let mut lists = LISTS.into_iter();
        let found = learned.or_else(|| lists.find_map(|name| Some((name, self.parameter(name)?))));
        let Some((list, steps)) = found else {
            return Vec::new();
        };
        let steps = pickle.as_list(steps).unwrap_or(&[]).iter().enumerate();
        let step = |(at, &step): (usize, &NodeId)| {
            let &[name, value, ref rest @ ..] = pickle.as_list(step)? else {
                return None;
            };
            Some(Step {
                name: pickle.as_str(name)?,
                listed: (list, at),
                value,
                columns: rest.first().copied(),
            })
        };
        steps.filter_map(step).collect()
    }

    /// The one estimator that it is about: of a search, of a calibration, of bagging.
    pub fn inner(&self, pickle: &'a Pickle) -> Option<Estimator<'a>> {
        let names = ["estimator", "base_estimator"];
        let mut found = names.iter().filter_map(|name| self.parameter(name));
        found.find_map(|id| estimator(pickle, id))
    }

    /// The estimators that an ensemble learned, in order. Those of boosting stand in rows,
    /// one for each round.
    pub fn members(&self, pickle: &'a Pickle) -> Vec<NodeId> {
        let Some(members) = self.learned("estimators_") else {
            return Vec::new();
        };
        match pickle.value(members) {
            Value::List(members) | Value::Tuple(members) => members.to_vec(),
            _ => numpy::array(pickle, members)
                .map(|array| array.iter().filter_map(|cell| cell.value()).collect())
                .unwrap_or_default(),
        }
    }

    /// Its class, and what of it fits behind that: `RandomForestClassifier, 100 trees`.
    pub fn line(&self, pickle: &'a Pickle) -> String {
        let class = self.class.name();
        let count = |number: usize, one, many| counted(number as u64, one, many);
        let members = self.members(pickle);
        if !members.is_empty() {
            let first = members
                .first()
                .and_then(|&member| estimator(pickle, member));
            let trees = first.is_some_and(|first| first.learned("tree_").is_some());
            let words = match trees {
                true => ("tree", "trees"),
                false => ("estimator", "estimators"),
            };
            return format!("{class}, {}", count(members.len(), words.0, words.1));
        }
        let steps = self.steps(pickle);
        if !steps.is_empty() {
            let words = match class {
                "ColumnTransformer" | "FeatureUnion" => ("transformer", "transformers"),
                "Pipeline" => ("step", "steps"),
                _ => ("estimator", "estimators"),
            };
            return format!("{class}, {}", count(steps.len(), words.0, words.1));
        }
        if let Some(tree) = self.learned("tree_").and_then(|id| tree(pickle, id)) {
            return format!("{class}, {}", count(tree.len(), "node", "nodes"));
        }
        match self.inner(pickle) {
            Some(inner) => format!("{class} of {}", inner.class.name()),
            // One that has nothing to learn never looks fitted, so that nothing is said
            // of one that does not.
            None if self.learned.is_empty() => class.to_owned(),
            None => format!("{class}, fitted"),
        }
    }

    /// With all of its parameters, as `repr()` prints it where scikit-learn is set to
    /// `print_changed_only=False`: without that it would leave out those that are the
    /// defaults, which the pickle does not tell. On one line, and cut where it is long.
    pub fn printed(&self, pickle: &'a Pickle) -> String {
        printed::printed(pickle, self)
    }
}
