//! pandas: frames, series and indexes, of every release since 1.0.
//!
//! A frame keeps its columns in blocks of one type, each with the places of its columns
//! in the frame. Source of the forms: `BlockManager.__reduce__` and `__setstate__`
//! (`pandas/_libs/internals.pyx`), `Index.__reduce__` (`core/indexes/base.py`) and
//! `NDArrayBacked` (`pandas/_libs/arrays.pyx`) of pandas 1.5, 2.3 and 3.1.
//!
//! [`frame`], [`series`] and [`index`] tell what an object is, [`column`] what one array
//! of values is; [`scalar`] has the single values.

pub mod column;
mod frame;
mod index;
mod period;
pub mod scalar;
mod sums;
mod zone;

pub use column::Column;
pub use frame::{Frame, Series, axis, frame, series};
pub use index::{Index, index};

use crate::pickle::{NodeId, Object, Pickle};

/// The name of the class that an object is of, or of the function that made it, where
/// that belongs to pandas.
fn made_by<'a>(pickle: &'a Pickle, id: NodeId) -> Option<(&'a str, Object<'a>)> {
    let object = pickle.as_object(id)?;
    let class = object.class()?;
    let module = class.module();
    (module == "pandas" || module.starts_with("pandas.")).then(|| (class.name(), object))
}

/// The name of a class of pandas that stands as a value.
fn class_name(pickle: &Pickle, id: NodeId) -> Option<&str> {
    let class = pickle.as_global(id)?;
    class.module().starts_with("pandas").then(|| class.name())
}
