//! What is told of arrays, scalars, series, frames, indexes and Arrow's tables.

use runglass::libraries::arrow;
use runglass::libraries::cell::Cell;
use runglass::libraries::numpy::{self, Array, Order};
use runglass::libraries::pandas::{self, Column, Index};
use runglass::pickle::{NodeId, Pickle};
use serde_json::{Value as Json, json};

/// The facts of a value of this kind, if it is one.
pub fn told(pickle: &Pickle, root: NodeId, kind: &str) -> Option<Json> {
    match kind {
        "array" => numpy::array(pickle, root).map(|array| of_array(pickle, &array)),
        "scalar" => numpy::scalar(pickle, root).map(|scalar| {
            json!({
                "dtype": scalar.dtype.name(),
                "str": scalar.get(0).unwrap().text(pickle),
            })
        }),
        "frame" => pandas::frame(pickle, root).map(|frame| {
            assert_eq!(frame.problems, [""; 0]);
            let (rows, columns) = frame.shape();
            json!({
                "shape": [rows, columns],
                "columns": (0..columns).map(|at| frame.columns.label(pickle, at)).collect::<Vec<_>>(),
                "index": of_index(pickle, &frame.rows),
                "column_facts": (0..columns).map(|at| of_column(pickle, &frame.column(pickle, at).unwrap())).collect::<Vec<_>>(),
            })
        }),
        "series" => pandas::series(pickle, root).map(|series| {
            let mut told = of_column(pickle, &series.column);
            told["named"] = json!(series.name.map(|name| Cell::Value(name).text(pickle)));
            told["index"] = of_index(pickle, &series.index);
            told
        }),
        "index" => pandas::index(pickle, root).map(|index| of_index(pickle, &index)),
        "single" => pandas::scalar::scalar(pickle, root).map(|cell| json!({"str": cell.text(pickle)})),
        "column" => arrow::array(pickle, root).map(|chunked| {
            json!({
                "dtype": chunked.kind.name(),
                "len": chunked.len(),
                "values": (0..chunked.len()).map(|at| chunked.get(at).unwrap().text(pickle)).collect::<Vec<_>>(),
            })
        }),
        "table" => arrow::table(pickle, root).map(|table| {
            let head = |column: &arrow::Chunked<'_>| {
                let some = (0..table.rows.min(3)).map(|at| column.get(at).unwrap().text(pickle));
                some.collect::<Vec<_>>()
            };
            let nulls = |column: &arrow::Chunked<'_>| {
                (0..table.rows).filter(|&at| column.get(at).unwrap().is_null(pickle)).count()
            };
            let schema = table.names.iter().zip(&table.columns);
            json!({
                "shape": [table.rows, table.columns.len()],
                "schema": schema.map(|(name, column)| json!([name, column.kind.name()])).collect::<Vec<_>>(),
                "nulls": table.columns.iter().map(nulls).collect::<Vec<_>>(),
                "head3": table.columns.iter().map(head).collect::<Vec<_>>(),
            })
        }),
        _ => None,
    }
}

fn of_array(pickle: &Pickle, array: &Array<'_>) -> Json {
    let text = |at: usize| array.get(at).unwrap().text(pickle);
    let len = array.len();
    let summary = numpy::summary(array);
    let part = |cell: &Option<Cell<'_>>| json!(cell.as_ref().map(|cell| cell.text(pickle)));
    json!({
        "dtype": array.dtype.name(),
        "dtype_str": array.dtype.code(),
        "shape": array.shape,
        "size": len,
        "order": match array.order { Order::C => "C", Order::Fortran => "F" },
        "first5": (0..len.min(5)).map(text).collect::<Vec<_>>(),
        "last5": (len.saturating_sub(5)..len).map(text).collect::<Vec<_>>(),
        "sum": part(&summary.sum),
        "min": part(&summary.min),
        "max": part(&summary.max),
    })
}

fn of_column(pickle: &Pickle, column: &Column<'_>) -> Json {
    let cells: Vec<Cell<'_>> = (0..column.len())
        .map(|at| column.get(pickle, at).unwrap())
        .collect();
    let texts: Vec<String> = cells.iter().map(|cell| cell.text(pickle)).collect();
    json!({
        "dtype": column.dtype,
        "nulls": cells.iter().filter(|cell| cell.is_null(pickle)).count(),
        "sum": column.sum(pickle).map(|sum| sum.text(pickle)),
        "values": texts.iter().take(3).collect::<Vec<_>>(),
        "last": texts.iter().skip(texts.len().saturating_sub(3)).collect::<Vec<_>>(),
    })
}

fn of_index(pickle: &Pickle, index: &Index<'_>) -> Json {
    let label = |at: usize| index.label(pickle, at).unwrap();
    let len = index.len();
    json!({
        "class": index.class,
        "names": index.names.iter().map(|name| name.map(|name| Cell::Value(name).text(pickle))).collect::<Vec<_>>(),
        "len": len,
        "first5": (0..len.min(5)).map(label).collect::<Vec<_>>(),
        "last5": (len.saturating_sub(5)..len).map(label).collect::<Vec<_>>(),
    })
}
