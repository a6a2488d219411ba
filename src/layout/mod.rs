//! Pictures without pixels: where things stand, computed as plain numbers.
//!
//! Everything here is a pure function of sizes, counts and times. Nothing knows a
//! browser, a colour, a font or what a node means; the screen asks for numbers and
//! draws them. Everything is safe for hostile input: sizes and counts are clamped,
//! work and memory are bounded.
//!
//! Start with [`dag`], the largest, and [`pane`], in which it lies, or with [`timeline`];
//! [`tree`], [`folders`], [`window`], [`axis`], [`cells`], [`spread`] and [`number`] stand
//! alone.

pub mod dag;
pub mod folders;
pub mod number;
pub mod pane;
pub mod timeline;
pub mod tree;
pub mod window;
pub mod axis;
pub mod cells;
pub mod spread;
