//! SciPy: sparse matrices and arrays.
//!
//! Their attributes are pickled as they are, in arrays of NumPy. Source of the forms:
//! `_compressed.py`, `_coo.py`, `_bsr.py`, `_dia.py`, `_lil.py` and `_dok.py` in
//! `scipy/sparse` of SciPy 1.10, 1.16 and 1.17. Places come from the file: what lies
//! outside of the shape is no element. Start with [`sparse`] for what is stored, and with
//! [`grid`](grid()) for the rows and columns that it stands for.

mod grid;
mod index;
mod stored;

pub use grid::{Grid, GridColumn, grid};
pub use stored::Stored;

use super::numpy::{self, Array, Dtype};
use crate::pickle::{Dict, NodeId, Object, Pickle};

/// A sparse matrix, or a sparse array of one axis or more.
#[derive(Clone, Debug)]
pub struct Sparse<'a> {
    /// `csr_matrix`, `coo_array`.
    pub class: &'a str,
    pub format: Format,
    pub shape: Vec<usize>,
    pub dtype: Dtype,
    /// How many elements are stored, zeros among them too: SciPy's `nnz`.
    pub stored: usize,
    parts: Parts<'a>,
}

/// How the elements are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Compressed rows, compressed columns.
    Csr,
    Csc,
    /// A place for each element.
    Coo,
    /// Compressed rows of blocks.
    Bsr,
    /// Diagonals.
    Dia,
    /// A list for each row.
    Lil,
    /// A dict by place.
    Dok,
}

#[cfg_attr(
    not(target_arch = "wasm32"),
    expect(
        clippy::large_enum_variant,
        reason = "there is one of them for a value that is looked at"
    )
)]
/// Where the elements are. Of the counts in here is made sure that the arrays have them.
#[derive(Clone, Debug)]
enum Parts<'a> {
    /// Line `n` has the elements from `starts[n]` to `starts[n + 1]`, where these are in
    /// order and not behind the last one. A block has so many rows and columns; elements
    /// alone are blocks of one.
    Compressed {
        data: Array<'a>,
        indices: Array<'a>,
        starts: Array<'a>,
        block: (usize, usize),
    },
    Coordinates {
        data: Array<'a>,
        axes: Vec<Array<'a>>,
    },
    /// The element of column `x` in diagonal `k` stands in row `x - offsets[k]`.
    /// `before[k]` elements stand in the diagonals before it.
    Diagonals {
        data: Array<'a>,
        offsets: Vec<i64>,
        before: Vec<usize>,
    },
    /// Of each row the columns and the numbers, both lists of the pickle, and how many
    /// are in the rows before.
    Lists {
        rows: Vec<(&'a [NodeId], &'a [NodeId])>,
        before: Vec<usize>,
    },
    Keys(Dict<'a>),
}

const FORMATS: [(&str, Format); 7] = [
    ("csr", Format::Csr),
    ("csc", Format::Csc),
    ("coo", Format::Coo),
    ("bsr", Format::Bsr),
    ("dia", Format::Dia),
    ("lil", Format::Lil),
    ("dok", Format::Dok),
];

impl Format {
    /// As SciPy calls it: `csr`.
    pub fn name(self) -> &'static str {
        let mut formats = FORMATS.iter();
        let found = formats.find(|(_, format)| *format == self);
        found.map_or("", |(name, _)| name)
    }
}

/// More axes than any array of SciPy has.
const MOST_AXES: usize = 64;

/// The sparse matrix or array that an object stands for.
pub fn sparse(pickle: &Pickle, id: NodeId) -> Option<Sparse<'_>> {
    let object = pickle.as_object(id)?;
    let class = object.class()?;
    if !class.module().starts_with("scipy.sparse") {
        return None;
    }
    let class = class.name();
    let (format, kind) = class.split_once('_')?;
    let (_, format) = *FORMATS.iter().find(|(name, _)| *name == format)?;
    if !matches!(kind, "matrix" | "array") {
        return None;
    }
    let shape = pickle.as_list(object.attribute("_shape")?)?;
    if shape.len() > MOST_AXES {
        return None;
    }
    let shape: Option<Vec<usize>> = shape
        .iter()
        .map(|&length| usize::try_from(pickle.as_int(length)?).ok())
        .collect();
    let shape = shape?;
    let (parts, dtype) = match format {
        Format::Csr | Format::Csc | Format::Bsr => compressed(pickle, object, format, &shape)?,
        Format::Coo => coordinates(pickle, object, &shape)?,
        Format::Dia => diagonals(pickle, object, &shape)?,
        Format::Lil => lists(pickle, object, &shape)?,
        Format::Dok => keys(pickle, object)?,
    };
    let stored = parts.count();
    Some(Sparse {
        class,
        format,
        shape,
        dtype,
        stored,
        parts,
    })
}

fn array_of<'a>(pickle: &'a Pickle, object: Object<'a>, name: &str) -> Option<Array<'a>> {
    numpy::array(pickle, object.attribute(name)?)
}

fn compressed<'a>(
    pickle: &'a Pickle,
    object: Object<'a>,
    format: Format,
    shape: &[usize],
) -> Option<(Parts<'a>, Dtype)> {
    let data = array_of(pickle, object, "data")?;
    let indices = array_of(pickle, object, "indices")?;
    let starts = array_of(pickle, object, "indptr")?;
    let (block, blocks) = match (format, data.shape.as_slice()) {
        (Format::Bsr, &[blocks, down, across]) => ((down, across), blocks),
        (Format::Csr | Format::Csc, &[blocks]) => ((1, 1), blocks),
        _ => return None,
    };
    let lines = match (format, shape) {
        (Format::Csr, &[_]) => 1,
        (Format::Csr, &[rows, _]) => rows,
        (Format::Csc, &[_, columns]) => columns,
        (Format::Bsr, &[rows, _]) => rows.checked_div(block.0)?,
        _ => return None,
    };
    if starts.shape != [lines.checked_add(1)?] || indices.shape.len() != 1 {
        return None;
    }
    // What lies between is checked where it is looked at: there may be millions of lines.
    let last = stored::index(&starts, lines)?;
    if stored::index(&starts, 0) != Some(0) || last > blocks || last > indices.len() {
        return None;
    }
    let dtype = data.dtype.clone();
    let parts = Parts::Compressed {
        data,
        indices,
        starts,
        block,
    };
    Some((parts, dtype))
}

/// `coords`, a tuple of an array for each axis; before SciPy 1.13 `row` and `col`.
fn coordinates<'a>(
    pickle: &'a Pickle,
    object: Object<'a>,
    shape: &[usize],
) -> Option<(Parts<'a>, Dtype)> {
    let data = array_of(pickle, object, "data")?;
    let axes: Option<Vec<Array<'a>>> = match object.attribute("coords") {
        Some(axes) => {
            let axes = pickle.as_list(axes)?.iter().take(MOST_AXES);
            axes.map(|&axis| numpy::array(pickle, axis)).collect()
        }
        None => ["row", "col"]
            .iter()
            .map(|name| array_of(pickle, object, name))
            .collect(),
    };
    let axes = axes?;
    let fit = axes.iter().all(|axis| axis.shape == data.shape);
    if axes.len() != shape.len() || data.shape.len() != 1 || !fit {
        return None;
    }
    let dtype = data.dtype.clone();
    Some((Parts::Coordinates { data, axes }, dtype))
}

fn diagonals<'a>(
    pickle: &'a Pickle,
    object: Object<'a>,
    shape: &[usize],
) -> Option<(Parts<'a>, Dtype)> {
    let data = array_of(pickle, object, "data")?;
    let all = array_of(pickle, object, "offsets")?;
    let (&[height, width], &[count, length]) = (shape, data.shape.as_slice()) else {
        return None;
    };
    if all.shape != [count] {
        return None;
    }
    let (mut offsets, mut before) = (Vec::new(), Vec::new());
    let mut total = 0usize;
    for at in 0..count {
        let offset = stored::signed(&all, at)?;
        offsets.push(offset);
        before.push(total);
        let columns = stored::columns(offset, height, width.min(length));
        total = total.checked_add(columns.len())?;
    }
    before.push(total);
    let dtype = data.dtype.clone();
    let parts = Parts::Diagonals {
        data,
        offsets,
        before,
    };
    Some((parts, dtype))
}

fn lists<'a>(
    pickle: &'a Pickle,
    object: Object<'a>,
    shape: &[usize],
) -> Option<(Parts<'a>, Dtype)> {
    let columns = array_of(pickle, object, "rows")?;
    let data = array_of(pickle, object, "data")?;
    if shape.len() != 2 || columns.shape != [*shape.first()?] || data.shape != columns.shape {
        return None;
    }
    let (mut rows, mut before) = (Vec::new(), Vec::new());
    let mut total = 0usize;
    for at in 0..columns.len() {
        let row = pickle.as_list(columns.get(at)?.value()?)?;
        let numbers = pickle.as_list(data.get(at)?.value()?)?;
        if row.len() != numbers.len() {
            return None;
        }
        before.push(total);
        total = total.checked_add(row.len())?;
        rows.push((row, numbers));
    }
    before.push(total);
    let dtype = numpy::dtype_of(pickle, object.attribute("dtype")?)?;
    Some((Parts::Lists { rows, before }, dtype))
}

/// The entries are those of the dict that it is (`copyreg._reconstructor(class, dict,
/// entries)`); since SciPy 1.11 they stand in `_dict` as well.
fn keys<'a>(pickle: &'a Pickle, object: Object<'a>) -> Option<(Parts<'a>, Dtype)> {
    let entries = object.attribute("_dict").or(object.args().first().copied());
    let entries = pickle.as_dict(entries?)?;
    let dtype = numpy::dtype_of(pickle, object.attribute("dtype")?)?;
    Some((Parts::Keys(entries), dtype))
}
