//! PyTorch: tensors, parameters and modules.
//!
//! A tensor is a window on a storage, which `torch.save` wrote in its older form:
//! `Tensor.__reduce_ex__` (`torch/_tensor.py`), `UntypedStorage.__reduce__`
//! (`torch/storage.py`) and `_legacy_save` (`torch/serialization.py`) of PyTorch 2.6.
//! Quantized and sparse tensors are told by what they are; their numbers are not read.
//! Start with [`tensor`], or [`module`] for a network.

mod module;
mod storage;

pub use module::{Module, module};

use super::numpy::{self, Array, Dtype, Kind};
use crate::pickle::{NodeId, Object, Pickle};
use storage::{Storage, storage};

/// A tensor, or a parameter of a module.
#[derive(Clone, Debug)]
pub struct Tensor<'a> {
    /// `Tensor` or `Parameter`.
    pub class: &'static str,
    pub form: Form,
    /// `float32`, `bfloat16`; of a tensor that is not read nothing.
    pub dtype: String,
    pub shape: Vec<usize>,
    /// How many elements further the next one along each axis is.
    pub strides: Vec<usize>,
    pub requires_grad: bool,
    /// Where its storage was: `cpu`, `cuda:0`.
    pub device: String,
    /// The elements; `None` for a form that is not read.
    pub values: Option<Array<'a>>,
}

/// How the elements of a tensor are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Dense,
    Quantized,
    Sparse,
}

impl Form {
    /// What stands before its class in a line.
    pub fn word(self) -> &'static str {
        match self {
            Form::Dense => "",
            Form::Quantized => "quantized ",
            Form::Sparse => "sparse ",
        }
    }
}

/// The tensor that an object stands for.
pub fn tensor(pickle: &Pickle, id: NodeId) -> Option<Tensor<'_>> {
    let (function, object) = made_by(pickle, id)?;
    if !matches!(
        function,
        "_rebuild_parameter" | "_rebuild_parameter_with_state"
    ) {
        return plain(pickle, function, object);
    }
    let &[data, requires_grad, ..] = object.args() else {
        return None;
    };
    // A parameter of a parameter is none.
    let (function, object) = made_by(pickle, data)?;
    Some(Tensor {
        class: "Parameter",
        requires_grad: pickle.as_bool(requires_grad)?,
        ..plain(pickle, function, object)?
    })
}

/// The function of `torch._utils` that made an object.
fn made_by<'a>(pickle: &'a Pickle, id: NodeId) -> Option<(&'a str, Object<'a>)> {
    let object = pickle.as_object(id)?;
    let function = object.class()?;
    (function.module() == "torch._utils").then(|| (function.name(), object))
}

fn plain<'a>(pickle: &'a Pickle, function: &str, object: Object<'a>) -> Option<Tensor<'a>> {
    let lengths = |id| {
        // A tuple, or `torch.Size` of one.
        let tuple = match pickle.as_object(id) {
            Some(size) if size.class()?.name() == "Size" => *size.args().first()?,
            _ => id,
        };
        let lengths = pickle.as_list(tuple)?.iter();
        let length = |&id: &NodeId| usize::try_from(pickle.as_int(id)?).ok();
        lengths.map(length).collect::<Option<Vec<usize>>>()
    };
    let untold = |form, shape| Tensor {
        class: "Tensor",
        form,
        dtype: String::new(),
        shape,
        strides: Vec::new(),
        requires_grad: false,
        device: String::new(),
        values: None,
    };
    let (parts, dtype) = match (function, object.args()) {
        // (storage, offset, size, stride, requires_grad, hooks[, metadata])
        ("_rebuild_tensor_v2", &[storage, offset, size, stride, grad, ..]) => {
            ([storage, offset, size, stride, grad], None)
        }
        // (storage, offset, size, stride, requires_grad, hooks, dtype[, metadata])
        ("_rebuild_tensor_v3", &[storage, offset, size, stride, grad, _, dtype, ..]) => {
            let dtype = pickle.as_global(dtype)?;
            (
                [storage, offset, size, stride, grad],
                Some(storage::dtype(dtype.name())?),
            )
        }
        ("_rebuild_qtensor", &[_, _, size, ..]) => {
            return Some(untold(Form::Quantized, lengths(size)?));
        }
        // (layout, (indices, values, size[, is_coalesced]))
        ("_rebuild_sparse_tensor", &[_, parts]) => {
            let &[_, _, size, ..] = pickle.as_list(parts)? else {
                return None;
            };
            return Some(untold(Form::Sparse, lengths(size)?));
        }
        _ => return None,
    };
    let [stored, offset, size, stride, grad] = parts;
    let Storage {
        dtype: stored_as,
        device,
        bytes,
    } = storage(pickle, stored)?;
    let dtype = dtype.unwrap_or(stored_as);
    let shape = lengths(size)?;
    let strides = lengths(stride)?;
    let offset = usize::try_from(pickle.as_int(offset)?).ok()?;
    let name = name(&dtype);
    let values = Array::with_strides(bytes, dtype, shape.clone(), &strides, offset)?;
    Some(Tensor {
        class: "Tensor",
        form: Form::Dense,
        dtype: name,
        shape,
        strides,
        requires_grad: pickle.as_bool(grad)?,
        device,
        values: Some(values),
    })
}

/// As PyTorch calls a type, which is as NumPy does.
fn name(dtype: &Dtype) -> String {
    match dtype.kind {
        Kind::Bool => "bool".to_owned(),
        _ => dtype.name(),
    }
}

impl Tensor<'_> {
    /// `Tensor float32 (3, 224, 224)`
    pub fn line(&self) -> String {
        let shape = numpy::tuple(&self.shape);
        let form = self.form.word();
        match self.form {
            Form::Dense => format!("{} {} {shape}", self.class, self.dtype),
            Form::Quantized | Form::Sparse => format!("{} {form}{shape}", self.class),
        }
    }
}
