//! NumPy: arrays, scalars and the types of their elements.
//!
//! Source of the forms: `array_reduce`, `array_setstate` and `arraydescr_reduce` of
//! NumPy 1.26 and 2.4 (`numpy/_core/src/multiarray/methods.c`, `descriptor.c`).
//! Start with [`array`](array()); [`pictures`] draws what one holds.

mod array;
mod dtype;
mod element;
mod file;
mod misfit;
pub mod pictures;
mod reduce;

pub use array::{
    Array, Data, FieldOf, Head, Order, Shown, array, dtype_of, head, place_on, rows_and_columns,
    scalar,
};
pub use dtype::{Dtype, Field, Kind, Unit, tuple};
pub use file::{can_be_file, npy};
pub use misfit::{Misfit, misfit};
pub use reduce::{Summary, pairwise_sum, summary};

use crate::pickle::Pickle;

/// Whether a pickle comes from NumPy 2, which prints its numbers in a way of its own.
pub fn is_second(pickle: &Pickle) -> bool {
    /// More names than this are not looked through.
    const NAMES: usize = 200;
    let mut names = pickle.globals().take(NAMES);
    names.any(|global| global.module().starts_with("numpy._core"))
}
