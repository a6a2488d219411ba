//! Runglass opens what workflow engines leave behind.
//!
//! The modules stand here in the order in which they build on one another; each
//! may use those that its own line names, and none below it. `tests/layers.rs`
//! reads the imports and holds the code to this table.
//!
//! | module | what it is | may use |
//! |---|---|---|
//! | [`counts`] | numbers of things, as people read them | |
//! | [`sorting`] | lists in order, with little program | |
//! | [`model`] | what a run is, in words that hold for every engine | `sorting` |
//! | [`pack`] | the packed form of runs: indexes, manifests, records as tables | `counts`, `sorting`, `model` |
//! | [`pickle`] | Python values, safely: bytes in, an arena of values out | `counts`, `sorting` |
//! | [`archive`] | what lies where in a zip or a tar | `counts` |
//! | [`inside`] | what bytes and texts hold in formats of their own, as pickles | `counts`, `pickle`, `archive` |
//! | [`libraries`] | arrays, tables, images, models and figures out of the objects of a pickle | `counts`, `sorting`, `pickle`, `inside` |
//! | [`source`] | where bytes come from | `counts`, `sorting`, `model`, `pack`, `archive` |
//! | [`formats`] | one folder per engine: from files to the model | `counts`, `sorting`, `model`, `pickle`, `archive`, `source` |
//! | [`layout`] | pictures without pixels | `sorting`, `model` |
//! | [`text`] | previews as data | `counts`, `sorting`, `model` |
//! | [`route`] | an address in the app as the `#/…` part of a URL, and back | `model` |
//! | [`engine`] | the one door: typed requests in, typed replies out | all above |
//! | `browser` | fetch, files, storage, and the programs that start here: first page, whole page and engine (wasm only) | `engine` and what it speaks in |
//! | `ui` | the screens (wasm only) | all above |
//! | `cli` | the same engine at a terminal, and the page from one program (native only) | `engine` and what it speaks in |
//!
//! # What always holds
//!
//! 1. Nothing but `browser` and `ui` knows the browser, nothing but `cli` knows a terminal.
//! 2. Parsers are pure functions of bytes. Only a source and the engine wait, and
//!    no parser knows which source it reads.
//! 3. The screen talks to the engine only by requests and replies that can cross a
//!    thread; a reply holds what a screen shows, never a whole run as objects.
//! 4. Work can be stopped: long work is cut into steps with a breath between them,
//!    and a stopped request is dropped at its next breath.
//! 5. Opening never fails half-way: a reader returns what it could read and a list
//!    of problems. `Err` only when nothing at all can be shown.
//! 6. A pickle is data: no name in a pickle is ever looked up to be run.
//! 7. Everything that comes from a run is hostile: every count, size, offset and
//!    depth is checked, and text reaches the screen as text.
//! 8. Every list has an order that we chose; the clock and the time zone are arguments.
//! 9. What is not looked at is not read.

// Unit tests are never loaded by a browser.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

pub mod counts;
pub mod sorting;
pub mod model;
pub mod pack;
pub mod pickle;
pub mod archive;
pub mod inside;
pub mod libraries;
pub mod source;
pub mod formats;
pub mod layout;
pub mod text;
pub mod route;
pub mod engine;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod ui;

#[cfg(not(target_arch = "wasm32"))]
#[allow(
    clippy::disallowed_methods,
    reason = "no browser loads it: it need not be small"
)]
pub mod cli;
