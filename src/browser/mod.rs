//! What only a browser has: fetch, files, storage, the worker that runs the engine,
//! and the address bar.
//!
//! Three programs start here. [`start_page`] hands over to the screens, which use
//! [`door`], [`address`], [`files`] and [`storage`] and little else of this folder: to
//! those of the first page, or to all of them ([`programs`] tells how the one follows the
//! other). [`start_engine`] waits for questions, in [`worker`]. They are several so that a
//! page is there before what opens a run is; [`protocol`] is what page and engine say to
//! each other.

pub mod address;
pub mod card;
pub mod clipboard;
pub mod clock;
pub mod crash;
pub mod door;
pub mod example;
pub mod fetch;
pub mod files;
pub mod given;
mod global;
pub mod handles;
pub mod host;
pub mod kept;
pub mod letters;
pub mod live_folder;
pub mod of_site;
pub mod private;
pub mod programs;
pub mod protocol;
pub mod raster;
pub mod size;
pub mod spawn;
pub mod storage;
pub mod worker;
pub mod writing;
mod zones;

/// The entry of a page: `screens` draws.
pub fn start_page(screens: fn()) {
    crash::install();
    screens();
}

/// The entry of the engine: it listens.
pub fn start_engine() {
    crash::install();
    worker::run();
}
