//! NumPy: arrays, scalars and the types of their elements.
//!
//! Source of the forms: `array_reduce`, `array_setstate` and `arraydescr_reduce` of
//! NumPy 1.26 and 2.4 (`numpy/_core/src/multiarray/methods.c`, `descriptor.c`).
//! Start with [`array`](array()).

mod array;
mod dtype;
mod element;
mod reduce;

pub use array::{Array, Data, Order, array, dtype_of, scalar};
pub use dtype::{Dtype, Field, Kind, Unit};
pub use reduce::{Summary, pairwise_sum, summary};
