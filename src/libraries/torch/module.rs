//! Modules: networks and their parts, of whatever class.
//!
//! A module keeps what it holds in dicts of its own: `Module.__init__` of PyTorch 2.6
//! (`torch/nn/modules/module.py`).

use super::tensor;
use crate::pickle::known::entries;
use crate::pickle::{Global, NodeId, Object, Pickle};

/// A module, with its own parameters and the modules inside.
#[derive(Clone, Debug)]
pub struct Module<'a> {
    pub class: Global<'a>,
    pub training: bool,
    /// Names and tensors.
    pub parameters: Vec<(&'a str, NodeId)>,
    pub buffers: Vec<(&'a str, NodeId)>,
    /// Names and modules.
    pub modules: Vec<(&'a str, NodeId)>,
}

/// More modules than this are not counted through.
const MOST_MODULES: usize = 10_000;

/// The module that an object stands for.
pub fn module(pickle: &Pickle, id: NodeId) -> Option<Module<'_>> {
    let object = pickle.as_object(id)?;
    let named = |name| named(pickle, object, name);
    Some(Module {
        class: object.class()?,
        training: pickle.as_bool(object.attribute("training")?)?,
        parameters: named("_parameters")?,
        buffers: named("_buffers")?,
        modules: named("_modules")?,
    })
}

/// The entries of a dict; a bias that there is not is left out.
fn named<'a>(
    pickle: &'a Pickle,
    object: Object<'a>,
    attribute: &str,
) -> Option<Vec<(&'a str, NodeId)>> {
    let dict = entries(pickle, object.attribute(attribute)?)?;
    let there = dict.iter().filter(|(_, value)| !pickle.is_none(*value));
    there
        .take(MOST_MODULES)
        .map(|(name, value)| Some((pickle.as_str(name)?, value)))
        .collect()
}

impl<'a> Module<'a> {
    /// How many numbers its parameters and those of all modules inside have. Each module
    /// and each parameter counts once, however often it stands there; `None` for more
    /// modules than are counted.
    pub fn numbers(&self, pickle: &'a Pickle) -> Option<u64> {
        let mut seen: Vec<NodeId> = Vec::new();
        let mut left: Vec<(&str, NodeId)> = self.modules.clone();
        let mut parameters: Vec<NodeId> = self.parameters.iter().map(|(_, id)| *id).collect();
        while let Some((_, id)) = left.pop() {
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            let most = [seen.len(), left.len(), parameters.len() / 100];
            if most.iter().any(|count| *count > MOST_MODULES) {
                return None;
            }
            let inner = module(pickle, id)?;
            parameters.extend(inner.parameters.iter().map(|(_, id)| *id));
            left.extend(inner.modules);
        }
        crate::sorting::sort(&mut parameters);
        parameters.dedup();
        let numbers = |id: NodeId| {
            let lengths = tensor(pickle, id)?.shape.into_iter();
            lengths
                .map(|length| length as u64)
                .try_fold(1, u64::checked_mul)
        };
        let mut all = parameters.into_iter().map(numbers);
        all.try_fold(0u64, |sum, numbers| sum.checked_add(numbers?))
    }
}
