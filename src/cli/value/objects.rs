//! Images, sparse matrices and models as JSON.

use super::REPR;
use crate::libraries::{pillow, scipy, sklearn};
use crate::pickle::{self, NodeId, Pickle};
use serde_json::{Map, Value as Json, json};

/// Under which name, and what.
pub(super) fn told(pickle: &Pickle, id: NodeId) -> Option<(&'static str, Json)> {
    if let Some(image) = pillow::image(pickle, id) {
        let info = image.info.iter();
        let info: Vec<&str> = info.filter_map(|(name, _)| pickle.as_str(name)).collect();
        let told = json!({
            "class": image.class,
            "mode": image.mode,
            "size": [image.width, image.height],
            "colours": image.palette.len(),
            "range": image.range().map(|(low, high)| [low, high]),
            "info": info,
        });
        return Some(("image", told));
    }
    if let Some(sparse) = scipy::sparse(pickle, id) {
        let told = json!({
            "class": sparse.class,
            "format": sparse.format.name(),
            "shape": sparse.shape,
            "dtype": sparse.dtype.name(),
            "stored": sparse.stored,
        });
        return Some(("sparse", told));
    }
    if let Some(estimator) = sklearn::estimator(pickle, id) {
        return Some(("estimator", of_estimator(pickle, &estimator)));
    }
    let tree = sklearn::tree(pickle, id)?;
    let told = json!({
        "features": tree.features,
        "outputs": tree.outputs,
        "depth": tree.depth,
        "nodes": tree.len(),
    });
    Some(("tree", told))
}

fn of_estimator(pickle: &Pickle, estimator: &sklearn::Estimator<'_>) -> Json {
    let printed = |id| json!(pickle::repr(pickle, id, REPR).text);
    let parameters = estimator.parameters.iter();
    let parameters: Map<String, Json> = parameters
        .map(|&(name, value)| (name.to_owned(), printed(value)))
        .collect();
    let learned: Vec<&str> = estimator.learned.iter().map(|(name, _)| *name).collect();
    let steps = estimator.steps(pickle).into_iter();
    let steps: Vec<Json> = steps
        .map(|step| json!([step.name, pickle::summary::summary(pickle, step.value)]))
        .collect();
    json!({
        "class": estimator.class.to_string(),
        "version": estimator.version,
        "parameters": parameters,
        "learned": learned,
        "steps": steps,
        "members": estimator.members(pickle).len(),
        "line": estimator.line(pickle),
    })
}
