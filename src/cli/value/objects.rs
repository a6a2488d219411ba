//! Images, sparse matrices, models, tensors and figures as JSON.

use super::{PARTS, REPR};
use crate::libraries::matplotlib::{Axis, Figure, Series, Shape};
use crate::libraries::{matplotlib, pillow, polars, scipy, sklearn, torch};
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
    if let Some(tree) = sklearn::tree(pickle, id) {
        let told = json!({
            "features": tree.features,
            "outputs": tree.outputs,
            "depth": tree.depth,
            "nodes": tree.len(),
        });
        return Some(("tree", told));
    }
    if let Some(tensor) = torch::tensor(pickle, id) {
        return Some(("tensor", of_tensor(pickle, &tensor)));
    }
    if let Some(figure) = matplotlib::figure(pickle, id) {
        return Some(("figure", of_figure(&figure)));
    }
    if let Some(frame) = polars::frame(pickle, id) {
        return Some(("polars", of_polars(pickle, &frame)));
    }
    if let Some(series) = polars::series(pickle, id) {
        return Some(("polars", of_polars(pickle, &series)));
    }
    let module = torch::module(pickle, id)?;
    let names = |list: &[(&str, NodeId)]| list.iter().map(|(name, _)| *name).collect::<Json>();
    let told = json!({
        "class": module.class.to_string(),
        "training": module.training,
        "parameters": names(&module.parameters),
        "buffers": names(&module.buffers),
        "modules": names(&module.modules),
        "numbers": module.numbers(pickle),
    });
    Some(("module", told))
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

fn of_polars(pickle: &Pickle, frame: &polars::Frame<'_>) -> Json {
    let columns = frame.columns.iter();
    let columns = columns.map(|column| json!([column.name, column.class]));
    let heads = frame.columns.iter().take(PARTS).map(|column| {
        let values = column.values.as_ref()?;
        let some = (0..values.len().min(3)).filter_map(|at| values.get(at));
        Some(some.map(|cell| cell.text(pickle)).collect::<Vec<_>>())
    });
    json!({
        "rows": frame.rows,
        "columns": columns.collect::<Json>(),
        "head3": heads.collect::<Json>(),
        "problems": frame.problems,
    })
}

fn of_tensor(pickle: &Pickle, tensor: &torch::Tensor<'_>) -> Json {
    let some = tensor
        .values
        .iter()
        .flat_map(|values| values.iter().take(5));
    let some: Vec<String> = some.map(|cell| cell.text(pickle)).collect();
    json!({
        "class": tensor.class,
        "form": tensor.form.word().trim_end(),
        "dtype": tensor.dtype,
        "shape": tensor.shape,
        "strides": tensor.strides,
        "requires_grad": tensor.requires_grad,
        "device": tensor.device,
        "first5": some,
    })
}

fn of_figure(figure: &Figure<'_>) -> Json {
    let axis = |axis: &Axis| {
        json!({
            "label": axis.label,
            "limits": [axis.from, axis.to],
            "scale": axis.scale,
            "worked_out": axis.worked_out,
        })
    };
    let series = |series: &Series<'_>| {
        let (kind, count) = match &series.shape {
            Shape::Line { points, .. } => ("line", points.count),
            Shape::Scatter { points, .. } => ("scatter", points.count),
            Shape::Bars(bars) => ("bars", bars.len()),
            Shape::Areas(pieces) => ("areas", pieces.len()),
            Shape::Segments(pieces) => ("segments", pieces.len()),
            Shape::Image { array, .. } => ("image", array.len()),
            Shape::Text { .. } => ("text", 1),
        };
        json!([kind, series.label, count])
    };
    let axes = figure.axes.iter().map(|axes| {
        json!({
            "title": axes.title,
            "x": axis(&axes.x),
            "y": axis(&axes.y),
            "series": axes.series.iter().map(series).collect::<Json>(),
            "left_out": axes.left_out,
        })
    });
    json!({
        "size": [figure.width, figure.height],
        "title": figure.title,
        "version": figure.version,
        "axes": axes.collect::<Json>(),
    })
}
