//! Values of libraries that are not Python's own: what an object of a pickle holds when
//! it is an array, a table, an image, a model or a figure.
//!
//! A pickle says of such an object by which call it was made and which state it was
//! given; here that is read as the library itself would read it, without the library.
//! Nothing is copied: numbers are taken out of the pickle's own bytes when they are
//! looked at, whatever the size of the array.
//!
//! Refuses to know where a pickle came from and how anything is drawn. An object that
//! does not have the expected form is not known here: it stays an object, which
//! [`pickle`](crate::pickle) shows as its class and state.
//!
//! [`numpy`] has arrays and scalars, [`arrow`] columns of another memory, [`pandas`] frames
//! that stand on both, [`polars`] frames that stand on the second; [`pillow`] has images,
//! [`scipy`] matrices that are mostly zeros, [`sklearn`] models, [`torch`] tensors and
//! networks, [`matplotlib`] figures, [`tblib`] exceptions with their tracebacks. [`table`] is
//! whatever has rows and columns, [`picture`] what is drawn of images and arrays; [`cell`] is
//! what stands in one place of any of them, [`place`] the way there, and [`words`] what the
//! printer of pickles calls them.

pub mod arrow;
pub mod cell;
pub mod matplotlib;
pub mod numpy;
pub mod pandas;
pub mod picture;
pub mod pillow;
pub mod polars;
pub mod place;
mod records;
mod room;
pub mod scipy;
pub mod sklearn;
pub mod table;
pub mod tblib;
pub mod torch;
mod words;

pub use records::records;
pub use words::words;
