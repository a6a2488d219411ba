//! A value of a library in one line: what it is, and how much of it.

use crate::counts::{self, count, counted};
use crate::inside::image::image;
use crate::inside::magic::magic;
use crate::libraries::cell::Cell;
use crate::libraries::numpy::{self, Array, Kind};
use crate::libraries::{arrow, matplotlib, pandas, pillow, polars, scipy, sklearn, tblib, torch};
use crate::pickle::{NodeId, Pickle, Value, repr};

/// `DataFrame 1,204 × 7`, `ndarray float32 (3, 224, 224)`, `Image RGB 640 × 480`
pub(super) fn line(pickle: &Pickle, id: NodeId) -> Option<String> {
    if let Some(bytes) = pickle.as_bytes(id) {
        return of_bytes(bytes);
    }
    of_tables(pickle, id).or_else(|| of_objects(pickle, id))
}

/// Arguments of an exception that are printed, and the room for each.
const SHOWN: usize = 4;
const ROOM: usize = 60;

/// Bytes that are a file: `PNG 24 × 16, 306 bytes`.
fn of_bytes(bytes: &[u8]) -> Option<String> {
    /// Fewer are shown themselves.
    const FEW: usize = 40;
    let kind = match image(bytes) {
        Some(image) => {
            let size = image
                .size
                .map(|(width, height)| format!(" {width} × {height}"));
            format!("{}{}", image.name, size.unwrap_or_default())
        }
        None => magic(bytes)?.kind.to_owned(),
    };
    (bytes.len() > FEW).then(|| format!("{kind}, {}", counts::bytes(bytes.len() as u64)))
}

/// What holds nothing else, as `repr()` prints it.
fn plain(pickle: &Pickle, id: NodeId) -> String {
    match pickle.value(id) {
        Value::Text(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::None => {
            let printed = repr(pickle, id, ROOM);
            let more = if printed.cut { "…" } else { "" };
            format!("{}{more}", printed.text)
        }
        _ => "…".to_owned(),
    }
}

/// Arrays, frames and their like.
fn of_tables(pickle: &Pickle, id: NodeId) -> Option<String> {
    if let Some(array) = numpy::array(pickle, id) {
        let name = match (&array.class, array.is_masked()) {
            (_, true) => "MaskedArray",
            (Some(class), false) => class.name(),
            (None, false) => "ndarray",
        };
        let dtype = match array.dtype.kind {
            Kind::Record { ref fields, .. } => counted(fields.len() as u64, "field", "fields"),
            _ => array.dtype.name(),
        };
        return Some(format!("{name} {dtype} {}", numpy::tuple(&array.shape)));
    }
    if let Some(misfit) = numpy::misfit(pickle, id) {
        return Some(misfit.line);
    }
    if let Some(scalar) = numpy::scalar(pickle, id) {
        return Some(plain_scalar(pickle, &scalar));
    }
    if let Some(frame) = pandas::frame(pickle, id) {
        let (rows, columns) = frame.shape();
        return Some(format!("DataFrame {}", by(rows, columns)));
    }
    if let Some(series) = pandas::series(pickle, id) {
        let values = counted(series.column.len() as u64, "value", "values");
        return Some(format!("Series {}, {values}", series.column.dtype));
    }
    if let Some(index) = pandas::index(pickle, id) {
        let labels = counted(index.len() as u64, "label", "labels");
        return Some(format!("{}, {labels}", index.class));
    }
    if let Some(cell) = pandas::scalar::scalar(pickle, id) {
        return Some(cell.text(pickle));
    }
    if let Some(table) = arrow::table(pickle, id) {
        return Some(format!("Table {}", by(table.rows, table.columns.len())));
    }
    if let Some(stream) = arrow::ipc::opened(pickle, id) {
        return Some(format!("Table {}", by(stream.rows, stream.columns.len())));
    }
    if let Some(array) = arrow::array(pickle, id) {
        let values = counted(array.len() as u64, "value", "values");
        return Some(format!("Array {}, {values}", array.kind.name()));
    }
    let dtype = numpy::dtype_of(pickle, id)?;
    Some(format!("dtype {}", dtype.name()))
}

/// Images, sparse matrices, models, tensors, figures.
fn of_objects(pickle: &Pickle, id: NodeId) -> Option<String> {
    if let Some(image) = pillow::image(pickle, id) {
        let size = by(image.width, image.height);
        return Some(format!("{} {} {size}", image.class, image.mode));
    }
    if let Some(sparse) = scipy::sparse(pickle, id) {
        let dtype = sparse.dtype.name();
        let shape = numpy::tuple(&sparse.shape);
        let stored = count(sparse.stored as u64);
        return Some(format!("{} {dtype} {shape}, {stored} stored", sparse.class));
    }
    if let Some(raised) = tblib::carried(pickle, id) {
        let args = raised
            .args
            .iter()
            .take(SHOWN)
            .map(|arg| plain(pickle, *arg));
        let args: Vec<String> = args.collect();
        return Some(format!("{}({})", raised.class.name(), args.join(", ")));
    }
    if let Some(estimator) = sklearn::estimator(pickle, id) {
        return Some(estimator.line(pickle));
    }
    if let Some(tree) = sklearn::tree(pickle, id) {
        let nodes = counted(tree.len() as u64, "node", "nodes");
        return Some(format!("Tree, {nodes}"));
    }
    if let Some(tensor) = torch::tensor(pickle, id) {
        return Some(tensor.line());
    }
    if let Some(line) = matplotlib::line(pickle, id) {
        return Some(line);
    }
    if let Some(frame) = polars::frame(pickle, id) {
        let by = by(frame.rows, frame.columns.len());
        return Some(format!("DataFrame {by} of polars"));
    }
    if let Some(series) = polars::series(pickle, id) {
        let class = series.columns.first()?.class;
        let values = counted(series.rows as u64, "value", "values");
        return Some(format!("Series {class} of polars, {values}"));
    }
    let module = torch::module(pickle, id)?;
    let class = module.class.name();
    Some(match module.numbers(pickle) {
        Some(numbers) => format!("{class}, {}", counted(numbers, "parameter", "parameters")),
        None => class.to_owned(),
    })
}

/// The number alone.
fn plain_scalar(pickle: &Pickle, scalar: &Array<'_>) -> String {
    match scalar.get(0) {
        Some(Cell::Value(_) | Cell::Parts(..)) | None => {
            format!("scalar {}", scalar.dtype.name())
        }
        Some(cell) => cell.text(pickle),
    }
}

fn by(rows: usize, columns: usize) -> String {
    format!("{} × {}", count(rows as u64), count(columns as u64))
}
