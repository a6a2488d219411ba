//! What is made of values that contradict themselves.

use runglass::libraries::numpy;
use runglass::libraries::place::Within;
use runglass::libraries::table::table;
use runglass::libraries::{pillow, scipy, sklearn};
use runglass::pickle::{NodeId, Pickle};
use serde_json::{Value as Json, json};

/// The word `object` for a value that no library knows, or what is sound in it.
pub fn told(pickle: &Pickle, root: NodeId) -> Json {
    let found = match (sparse(pickle, root), tree(pickle, root)) {
        (Some(told), _) | (None, Some(told)) => told,
        (None, None) => cells(pickle, root),
    };
    json!({ "found": found })
}

/// Problems, labels that are not counted, and the cells of each column.
fn cells(pickle: &Pickle, root: NodeId) -> Json {
    let known = numpy::array(pickle, root).is_some() || pillow::image(pickle, root).is_some();
    let Some(table) = table(pickle, root, &Within::default(), &[]).filter(|_| !known) else {
        return json!("object");
    };
    let columns = (0..table.columns).map(|at| {
        let column = table.column(at)?.column?;
        let text = |row| column.get(pickle, row).map(|cell| cell.text(pickle));
        Some((0..table.rows).map(text).collect::<Vec<_>>())
    });
    let columns: Vec<_> = columns.collect();
    let is_frame = runglass::libraries::pandas::frame(pickle, root).is_some();
    let mut told = json!({ "cells": columns });
    if is_frame || !table.notes().is_empty() {
        told["problems"] = json!(table.notes());
    }
    if !is_frame && columns.contains(&None) {
        told["rows"] = json!(table.rows);
    }
    if table.label_names().len() > 1 {
        told["labels"] = (0..table.rows).map(|row| table.labels(row)).collect();
    }
    told
}

fn sparse(pickle: &Pickle, root: NodeId) -> Option<Json> {
    let sparse = scipy::sparse(pickle, root)?;
    let place = |at| sparse.get(pickle, at).map(|stored| stored.place);
    let table = table(pickle, root, &Within::default(), &[])?;
    let columns = (0..table.columns).map(|at| {
        let column = table.column(at)?.column?;
        let text = |row| column.get(pickle, row).map(|cell| cell.text(pickle));
        Some((0..table.rows).map(text).collect::<Vec<_>>())
    });
    Some(json!({
        "stored": (0..sparse.stored).map(place).collect::<Json>(),
        "cells": columns.collect::<Json>(),
        "notes": table.notes(),
    }))
}

fn tree(pickle: &Pickle, root: NodeId) -> Option<Json> {
    let tree = sklearn::tree(pickle, root)?;
    Some(json!({"nodes": tree.len(), "drawn": tree.part(0, 100, 100).len()}))
}
