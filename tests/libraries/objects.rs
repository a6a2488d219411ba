//! What is told of images, of arrays as pictures, of sparse matrices, models and figures.

use crate::damaged;
use crate::figures::of_figure;
use runglass::cli::zones::offset;
use runglass::inside;
use runglass::libraries::cell::Cell;
use runglass::libraries::numpy::pictures::{self, Along, Layout, Line, View};
use runglass::libraries::numpy::{self, Array, Kind};
use runglass::libraries::pandas::Column;
use runglass::libraries::picture::Window;
use runglass::libraries::place::{Inner, Within, follow, steps_to};
use runglass::libraries::table::table;
use runglass::libraries::{matplotlib, pillow, polars, scipy, sklearn, torch, words};
use runglass::pickle::explore::Path;
use runglass::pickle::known::entries;
use runglass::pickle::{Dict, Limits, NodeId, Pickle, decode};
use serde_json::{Value as Json, json};
use std::ops::Range;

/// The facts of a value of the row's kind, if it is one.
pub fn told(pickle: &Pickle, root: NodeId, row: &Json) -> Option<Json> {
    match row["kind"].as_str().unwrap() {
        "image" => pillow::image(pickle, root).map(|image| of_image(pickle, &image)),
        "picture" => {
            numpy::array(pickle, root).map(|array| of_pictures(&array, row["most"].as_u64()))
        }
        "sparse" => scipy::sparse(pickle, root).map(|sparse| of_sparse(pickle, root, &sparse, row)),
        "estimator" => {
            sklearn::estimator(pickle, root).map(|estimator| of_estimator(pickle, &estimator))
        }
        "estimators" => pickle.as_dict(root).map(|all| of_estimators(pickle, all)),
        "tree" => sklearn::tree(pickle, root).map(|tree| of_tree(&tree)),
        "tensor" => torch::tensor(pickle, root).map(|tensor| of_tensor(pickle, &tensor)),
        "tensors" => entries(pickle, root).map(|all| of_tensors(pickle, all)),
        "module" => torch::module(pickle, root).map(|module| of_module(pickle, &module)),
        "figure" => matplotlib::figure(pickle, root).map(|figure| of_figure(&figure)),
        "polars frame" => polars::frame(pickle, root).map(|frame| {
            let mut told = of_polars(pickle, root, &frame);
            let columns = frame.columns.iter();
            told["columns"] = columns
                .map(|column| json!([column.name, column.class]))
                .collect();
            told
        }),
        "polars series" => polars::series(pickle, root).map(|series| {
            let mut told = of_polars(pickle, root, &series);
            let column = &series.columns[0];
            told["column"] = json!([column.name, column.class]);
            told
        }),
        "arrow bytes" => Some(of_arrow_bytes(pickle, root)),
        "damaged" => Some(damaged::told(pickle, root)),
        other => panic!("{other}"),
    }
}

/// As its table has it.
fn of_polars(pickle: &Pickle, root: NodeId, frame: &polars::Frame<'_>) -> Json {
    let table = table(pickle, root, &Within::default(), &[]).unwrap();
    assert_eq!(table.notes(), [""; 0]);
    assert_eq!(
        (table.rows, table.columns),
        (frame.rows, frame.columns.len())
    );
    let of_column = |at: usize| {
        let named = table.column(at).unwrap();
        assert_eq!(named.name, frame.columns[at].name);
        let column = named.column.unwrap();
        let cells = |range: Range<usize>| {
            let cells = range.map(|at| column.get(pickle, at).unwrap());
            cells.collect::<Vec<_>>()
        };
        let texts = |range| {
            let cells = cells(range).into_iter();
            cells.map(|cell| cell.text(pickle)).collect::<Vec<_>>()
        };
        let all = cells(0..table.rows).into_iter();
        // Python has no floats that are not finite in a sum.
        let sum = column.sum(pickle).and_then(|sum| sum.number(pickle));
        let is_wide = column.dtype != "f16" && column.dtype != "f32";
        let sum = sum.filter(|sum| sum.is_finite() && is_wide);
        let whole = sum.filter(|_| column.dtype != "f64").map(|sum| sum as i64);
        json!({
            "dtype": column.dtype,
            "nulls": all.filter(|cell| matches!(cell, Cell::Null(_))).count(),
            "sum": whole.map_or(json!(sum), |whole| json!(whole)),
            "head": texts(0..table.rows.min(5)),
            "tail": texts(table.rows.saturating_sub(4)..table.rows),
        })
    };
    json!({"rows": frame.rows, "values": (0..table.columns).map(of_column).collect::<Json>()})
}

/// What the bytes hold, opened.
fn of_arrow_bytes(pickle: &Pickle, root: NodeId) -> Json {
    let contents = inside::of_bytes(pickle.as_bytes(root).unwrap()).unwrap();
    let opened = decode(contents.read().unwrap().program, &Limits::default());
    let opened = opened.with_words(words(offset));
    let root = opened.root().unwrap();
    let table = table(&opened, root, &Within::default(), &[]).unwrap();
    let columns: Vec<_> = (0..table.columns)
        .map(|at| table.column(at).unwrap())
        .collect();
    let read = columns.iter().filter_map(|named| named.column.as_ref());
    let texts = |rows: Range<usize>| {
        let text = |column: &Column<'_>| {
            let cells = rows.clone().map(|at| column.get(&opened, at).unwrap());
            cells.map(|cell| cell.text(&opened)).collect::<Vec<_>>()
        };
        read.clone().map(text).collect::<Json>()
    };
    let nulls = |column: &Column<'_>| {
        let cells = (0..table.rows).map(|at| column.get(&opened, at).unwrap());
        cells.filter(|cell| matches!(cell, Cell::Null(_))).count()
    };
    json!({
        "format": contents.format.name(),
        "names": columns.iter().map(|named| &named.name).collect::<Vec<_>>(),
        "rows": table.rows,
        "types": columns.iter().map(|named| Some(&named.column.as_ref()?.dtype)).collect::<Vec<_>>(),
        "nulls": read.clone().map(nulls).collect::<Json>(),
        "head": texts(0..table.rows.min(5)),
        "last": texts(table.rows.saturating_sub(2)..table.rows),
        "problems": table.notes(),
    })
}

fn crc(bytes: &[u8]) -> u32 {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum()
}

fn of_image(pickle: &Pickle, image: &pillow::Image<'_>) -> Json {
    let drawn = image.rgba(Window::WHOLE, usize::MAX);
    let pixels = drawn.as_ref().map(|drawn| &drawn.pixels);
    let hex = |bytes: &Vec<u8>| {
        let first = bytes.iter().take(64).map(|byte| format!("{byte:02x}"));
        first.collect::<String>()
    };
    let mut info: Vec<&str> = image
        .info
        .iter()
        .filter_map(|(name, _)| pickle.as_str(name))
        .collect();
    info.sort_unstable();
    json!({
        "class": image.class,
        "mode": image.mode,
        "size": [image.width, image.height],
        "range": image.range().map(|(low, high)| [low, high]),
        "pixels": pixels.map(|pixels| crc(pixels)),
        "first": pixels.map(hex),
        "info": info,
    })
}

fn of_pictures(array: &Array<'_>, most: Option<u64>) -> Json {
    let most = most.unwrap() as usize;
    let lines = |along| {
        let lines = pictures::lines(array, along, most).unwrap();
        let of = |line: &Line| {
            let buckets = line
                .buckets
                .iter()
                .map(|one| one.map(|(low, high)| [low, high]));
            json!({
                "step": lines.step,
                "buckets": buckets.collect::<Vec<_>>(),
                "nan": line.nan,
                "infinite": line.infinite,
            })
        };
        lines.lines.iter().map(of).collect::<Json>()
    };
    let mut told = json!({});
    for view in pictures::views(array) {
        let (name, found) = match view {
            View::Heat => {
                let heat = pictures::heat(array, most).unwrap();
                let cells = heat
                    .cells
                    .iter()
                    .map(|cell| cell.is_finite().then_some(cell));
                let found = json!({
                    "step": [heat.step.0, heat.step.1],
                    "cells": cells.collect::<Vec<_>>(),
                    "min": heat.min,
                    "max": heat.max,
                    "nan": heat.nan,
                    "infinite": heat.infinite,
                });
                ("heat", found)
            }
            View::Lines(Along::Whole) => ("line", lines(Along::Whole)),
            View::Lines(Along::Rows) => ("rows", lines(Along::Rows)),
            View::Lines(Along::Columns) => ("columns", lines(Along::Columns)),
            View::Image(layout) => {
                let name = match layout {
                    Layout::Grey => "grey",
                    Layout::ChannelsLast => "channels last",
                    Layout::ChannelsFirst => "channels first",
                };
                let drawn = pictures::rgba(array, layout, Window::WHOLE, usize::MAX).unwrap();
                let found = json!({
                    "size": [drawn.width, drawn.height],
                    "range": drawn.range.map(|(low, high)| [low, high]),
                    "pixels": crc(&drawn.pixels),
                });
                (name, found)
            }
        };
        told[name] = found;
    }
    told
}

fn of_sparse(pickle: &Pickle, root: NodeId, sparse: &scipy::Sparse<'_>, row: &Json) -> Json {
    let cells: Vec<_> = sparse.iter(pickle).collect();
    assert_eq!(cells.len(), sparse.stored);
    let sum: f64 = cells
        .iter()
        .filter_map(|cell| cell.value.number(pickle))
        .sum();
    let first = cells.iter().take(40);
    let mut told = json!({
        "class": sparse.class,
        "format": sparse.format.name(),
        "shape": sparse.shape,
        "dtype": sparse.dtype.name(),
        "stored": sparse.stored,
        "cells": first.map(|cell| json!([cell.place, cell.value.text(pickle)])).collect::<Json>(),
        "sum": sum,
    });
    let Some(table) = table(pickle, root, &Within::default(), &[]) else {
        assert!(sparse.shape.len() > 2);
        return told;
    };
    let text = |row: usize, column: usize| {
        let column = table.column(column).unwrap().column.unwrap();
        column.get(pickle, row).unwrap().text(pickle)
    };
    // An array of one axis is shown as a column, and told as a row.
    let is_row = sparse.shape.len() == 1;
    let (height, width) = match is_row {
        true => (1, table.rows),
        false => (table.rows, table.columns),
    };
    let part = |rows: Range<usize>, columns: Range<usize>| {
        let line = |y: usize| {
            let cells = columns.clone().map(|x| match is_row {
                true => text(x, y),
                false => text(y, x),
            });
            cells.collect::<Vec<_>>()
        };
        rows.map(line).collect::<Json>()
    };
    told["corner"] = part(0..height.min(8), 0..width.min(9));
    told["far"] = part(
        height.saturating_sub(3)..height,
        width.saturating_sub(4)..width,
    );
    if row["sums"].is_array() {
        let sum = |at: usize| {
            let column = table.column(at).unwrap().column.unwrap();
            column.sum(pickle).unwrap().number(pickle)
        };
        told["sums"] = (0..table.columns.min(9)).map(sum).collect();
    }
    if let Some(places) = row["at"].as_array() {
        let at = |place: &Json| {
            let place = &place[0];
            let step = format!("[{}, {}]", place[0], place[1]);
            let steps = step.parse::<Path>().unwrap().steps;
            let (inner, used) = follow(pickle, root, &steps).unwrap();
            let Inner::Cell { row, column, .. } = inner else {
                panic!("{inner:?}");
            };
            assert_eq!(used, 1);
            assert_eq!(
                steps_to(pickle, root, &Within::default(), &[], (row, column)),
                steps
            );
            json!([place, text(row, column)])
        };
        told["at"] = places.iter().map(at).collect();
    }
    told
}

fn of_estimator(pickle: &Pickle, estimator: &sklearn::Estimator<'_>) -> Json {
    let names = |list: &[(&str, NodeId)]| list.iter().map(|(name, _)| *name).collect::<Json>();
    let step = |step: &sklearn::Step<'_>| {
        let inner = sklearn::estimator(pickle, step.value);
        let class = inner.map(|inner| inner.class.name().to_owned());
        json!([
            step.name,
            class.or(pickle.as_str(step.value).map(str::to_owned))
        ])
    };
    json!({
        "class": estimator.class.to_string(),
        "version": estimator.version,
        "parameters": names(&estimator.parameters),
        "learned": names(&estimator.learned),
        "printed": estimator.printed(pickle),
        "steps": estimator.steps(pickle).iter().map(step).collect::<Json>(),
    })
}

/// Of each of many the names of its parameters.
fn of_estimators(pickle: &Pickle, all: Dict<'_>) -> Json {
    let mut told = json!({});
    for (name, value) in all.iter() {
        let found = sklearn::estimator(pickle, value);
        let names = found.map(|found| found.parameters.iter().map(|(name, _)| *name).collect());
        told[pickle.as_str(name).unwrap()] = names.unwrap_or(Json::Null);
    }
    json!({ "parameters": told })
}

fn of_tree(tree: &sklearn::Tree<'_>) -> Json {
    let node = |at: usize| {
        let node = tree.node(at).unwrap();
        let split = node
            .split
            .map(|split| json!([split.left, split.right, split.feature, split.threshold]));
        let values = (0..tree.outputs).map(|output| tree.value(at, output, usize::MAX));
        let values: Vec<Vec<f64>> = values.collect();
        json!([split, node.impurity, node.samples, node.weighted, values])
    };
    let part = tree.part(0, usize::MAX, usize::MAX);
    let open = part.iter().filter(|one| one.open).count();
    assert_eq!((part.len(), open), (tree.len(), tree.len() / 2));
    json!({
        "features": tree.features,
        "outputs": tree.outputs,
        "depth": tree.depth,
        "len": tree.len(),
        "nodes": (0..tree.len()).map(node).collect::<Json>(),
    })
}

fn of_tensor(pickle: &Pickle, tensor: &torch::Tensor<'_>) -> Json {
    let texts = |places: std::ops::Range<usize>| {
        let values = tensor.values.as_ref()?;
        let text = |at| values.get(at).unwrap().text(pickle);
        Some(places.map(text).collect::<Vec<_>>())
    };
    let len = tensor.values.as_ref().map_or(0, Array::len);
    json!({
        "class": tensor.class,
        "dtype": tensor.dtype,
        "shape": tensor.shape,
        "strides": tensor.strides,
        "grad": tensor.requires_grad,
        "device": tensor.device,
        "sum": tensor.values.as_ref().and_then(|values| sum_of(pickle, values)),
        "values": texts(0..len.min(20)),
        "last": texts(len.saturating_sub(3)..len),
    })
}

/// As the whole numbers and floats of eight bytes are summed up.
fn sum_of(pickle: &Pickle, values: &Array<'_>) -> Option<f64> {
    let whole = matches!(values.dtype.kind, Kind::Int | Kind::Uint);
    let wide = whole || (values.dtype.kind == Kind::Float && values.dtype.size == 8);
    numpy::summary(values).sum.filter(|_| wide)?.number(pickle)
}

fn of_tensors(pickle: &Pickle, all: Dict<'_>) -> Json {
    let mut told = json!({});
    for (name, value) in all.iter() {
        let tensor = torch::tensor(pickle, value).unwrap();
        told[pickle.as_str(name).unwrap()] = of_tensor(pickle, &tensor);
    }
    json!({ "tensors": told })
}

fn of_module(pickle: &Pickle, module: &torch::Module<'_>) -> Json {
    let names = |list: &[(&str, NodeId)]| list.iter().map(|(name, _)| *name).collect::<Json>();
    let inner = module.modules.iter().map(|&(name, id)| {
        let class = torch::module(pickle, id).unwrap().class.name();
        json!([name, class])
    });
    json!({
        "class": module.class.to_string(),
        "training": module.training,
        "parameters": names(&module.parameters),
        "buffers": names(&module.buffers),
        "modules": inner.collect::<Json>(),
        "numbers": module.numbers(pickle),
    })
}

/// A value as a screen asks for it, without any claim to be whole.
pub fn asked(pickle: &Pickle, root: NodeId) {
    let all = Window::WHOLE;
    if let Some(image) = pillow::image(pickle, root) {
        image.rgba(all, 1_000);
    }
    if let Some(array) = numpy::array(pickle, root).filter(|array| array.len() < 100_000) {
        for view in pictures::views(&array) {
            match view {
                View::Heat => drop(pictures::heat(&array, 100)),
                View::Lines(along) => drop(pictures::lines(&array, along, 100)),
                View::Image(layout) => drop(pictures::rgba(&array, layout, all, 1_000)),
            }
        }
    }
    if let Some(sparse) = scipy::sparse(pickle, root) {
        (0..sparse.stored.min(100)).for_each(|at| drop(sparse.get(pickle, at)));
    }
    if let Some(estimator) = sklearn::estimator(pickle, root) {
        estimator.printed(pickle);
        estimator.line(pickle);
    }
    if let Some(tree) = sklearn::tree(pickle, root) {
        tree.part(0, 10, 100);
        tree.value(0, 0, 10);
    }
    if let Some(tensor) = torch::tensor(pickle, root) {
        tensor
            .values
            .iter()
            .flat_map(|values| values.iter())
            .take(100)
            .for_each(drop);
    }
    matplotlib::figure(pickle, root);
    polars::frame(pickle, root);
    polars::series(pickle, root);
    if let Some(module) = torch::module(pickle, root) {
        module.numbers(pickle);
    }
}
