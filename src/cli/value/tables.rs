//! Arrays, frames and their like as JSON: shape, types, labels and the ends of them.

use super::{PARTS, may_go_through};
use crate::libraries::arrow;
use crate::libraries::cell::Cell;
use crate::libraries::numpy::{self, Array, Order};
use crate::libraries::pandas::{self, Column, Index};
use crate::libraries::table::{Named, Table};
use crate::pickle::{NodeId, Pickle};
use serde_json::{Value as Json, json};

/// Under which name, and what.
pub(super) fn told(pickle: &Pickle, id: NodeId) -> Option<(&'static str, Json)> {
    if let Some(array) = numpy::array(pickle, id) {
        return Some(("array", of_array(pickle, &array)));
    }
    if let Some(scalar) = numpy::scalar(pickle, id) {
        let text = scalar.get(0).map(|cell| cell.text(pickle));
        return Some(("scalar", json!({"dtype": scalar.dtype.name(), "str": text})));
    }
    if let Some(frame) = pandas::frame(pickle, id) {
        return Some(("frame", of_frame(pickle, &frame)));
    }
    if let Some(series) = pandas::series(pickle, id) {
        let counted = may_go_through(pickle, series.column.len(), 1);
        let mut told = of_column(pickle, &series.column, counted);
        let name = series.name.map(|name| Cell::Value(name).text(pickle));
        put_in(&mut told, "name", json!(name));
        put_in(&mut told, "shape", json!([series.column.len()]));
        put_in(&mut told, "index", of_index(pickle, &series.index));
        put_ends(&mut told, pickle, &series.column);
        return Some(("series", told));
    }
    if let Some(index) = pandas::index(pickle, id) {
        return Some(("index", of_index(pickle, &index)));
    }
    if let Some(table) = arrow::table(pickle, id) {
        return Some(("table", of_table(pickle, &table)));
    }
    None
}

fn put_in(told: &mut Json, name: &str, value: Json) {
    if let Some(map) = told.as_object_mut() {
        map.insert(name.to_owned(), value);
    }
}

/// The first values of a column, and the last.
fn put_ends(told: &mut Json, pickle: &Pickle, column: &Column<'_>) {
    let (head, tail) = ends(column.len(), 3);
    let text = |at| column.get(pickle, at).map(|cell| cell.text(pickle));
    put_in(told, "head3", json!(head.map(text).collect::<Vec<_>>()));
    put_in(told, "tail3", json!(tail.map(text).collect::<Vec<_>>()));
}

/// The first so many places, and the last.
fn ends(len: usize, some: usize) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
    (0..len.min(some), len.saturating_sub(some)..len)
}

pub(super) fn of_array(pickle: &Pickle, array: &Array<'_>) -> Json {
    let (head, tail) = ends(array.len(), 5);
    let text = |at| array.get(at).map(|cell| cell.text(pickle));
    let summary = may_go_through(pickle, array.len(), 1).then(|| numpy::summary(array));
    let summary = summary.unwrap_or_default();
    let part = |cell: &Option<Cell<'_>>| cell.as_ref().map(|cell| cell.text(pickle));
    json!({
        "dtype": array.dtype.name(),
        "dtype_str": array.dtype.code(),
        "shape": array.shape,
        "size": array.len(),
        "order": match array.order { Order::C => "C", Order::Fortran => "F" },
        "first5": head.map(text).collect::<Vec<_>>(),
        "last5": tail.map(text).collect::<Vec<_>>(),
        "sum": part(&summary.sum),
        "min": part(&summary.min),
        "max": part(&summary.max),
    })
}

fn of_frame(pickle: &Pickle, frame: &pandas::Frame<'_>) -> Json {
    let (rows, columns) = frame.shape();
    let told = columns.min(PARTS);
    let all: Vec<Option<Column<'_>>> = (0..told).map(|at| frame.column(pickle, at)).collect();
    let row = |at: usize| {
        let cell =
            |column: &Option<Column<'_>>| Some(column.as_ref()?.get(pickle, at)?.text(pickle));
        all.iter().map(cell).collect::<Vec<_>>()
    };
    let (head, tail) = ends(rows, 3);
    let counted = may_go_through(pickle, rows, columns);
    let of = |column: &Option<Column<'_>>| Some(of_column(pickle, column.as_ref()?, counted));
    json!({
        "shape": [rows, columns],
        "columns": (0..told).map(|at| frame.columns.label(pickle, at)).collect::<Vec<_>>(),
        "index": of_index(pickle, &frame.rows),
        "dtypes": all.iter().map(|column| column.as_ref().map(|column| &column.dtype)).collect::<Vec<_>>(),
        "head3": head.map(row).collect::<Vec<_>>(),
        "tail3": tail.map(row).collect::<Vec<_>>(),
        "column_facts": all.iter().map(of).collect::<Vec<_>>(),
        "problems": frame.problems,
    })
}

fn of_column(pickle: &Pickle, column: &Column<'_>, counted: bool) -> Json {
    let cells = (0..column.len()).filter_map(|at| column.get(pickle, at));
    let nulls = || cells.filter(|cell| cell.is_null(pickle)).count();
    let sum = || column.sum(pickle).map(|sum| sum.text(pickle));
    json!({
        "dtype": column.dtype,
        "nulls": counted.then(nulls),
        "sum": counted.then(sum),
    })
}

/// A column of any table, with the labels of its ends.
pub(super) fn column_facts(pickle: &Pickle, table: &Table<'_>, named: &Named<'_>) -> Json {
    let Some(column) = &named.column else {
        return json!({"name": named.name, "dtype": null});
    };
    let counted = may_go_through(pickle, column.len(), 1);
    let mut told = of_column(pickle, column, counted);
    put_in(&mut told, "name", json!(named.name));
    put_ends(&mut told, pickle, column);
    let (head, tail) = ends(table.rows, 3);
    let labels = head.chain(tail).map(|row| table.labels(row));
    put_in(&mut told, "labels", labels.collect());
    told
}

fn of_index(pickle: &Pickle, index: &Index<'_>) -> Json {
    let (head, tail) = ends(index.len(), 5);
    let label = |at| index.label(pickle, at);
    let name = |name: &Option<NodeId>| name.map(|name| Cell::Value(name).text(pickle));
    json!({
        "class": index.class,
        "names": index.names.iter().map(name).collect::<Vec<_>>(),
        "dtypes": index.levels.iter().map(|level| &level.dtype).collect::<Vec<_>>(),
        "len": index.len(),
        "first5": head.map(label).collect::<Vec<_>>(),
        "last5": tail.map(label).collect::<Vec<_>>(),
    })
}

fn of_table(pickle: &Pickle, table: &arrow::Table<'_>) -> Json {
    let text = |column: &arrow::Chunked<'_>, at| column.get(at).map(|cell| cell.text(pickle));
    let head = |column: &arrow::Chunked<'_>| {
        let some = 0..table.rows.min(3);
        some.map(|at| text(column, at)).collect::<Vec<_>>()
    };
    let counted = may_go_through(pickle, table.rows, table.columns.len());
    let nulls = |column: &arrow::Chunked<'_>| {
        let cells = (0..table.rows).filter_map(|at| column.get(at));
        let nulls = || cells.filter(|cell| cell.is_null(pickle)).count();
        counted.then(nulls)
    };
    let schema = table.names.iter().zip(&table.columns);
    json!({
        "shape": [table.rows, table.columns.len()],
        "schema": schema.map(|(name, column)| json!([name, column.kind.name()])).collect::<Vec<_>>(),
        "head3": table.columns.iter().map(head).collect::<Vec<_>>(),
        "nulls": table.columns.iter().map(nulls).collect::<Vec<_>>(),
    })
}
