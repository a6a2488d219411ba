//! What only a browser has: fetch, files, storage, the worker that runs the engine,
//! and the address bar.
//!
//! Two programs start here. [`start_page`] hands over to the screens, which use
//! [`door`], [`address`], [`files`] and [`storage`] and nothing else of this folder;
//! [`start_engine`] waits for questions, in [`worker`]. They are two so that the page is
//! there before the engine is; [`protocol`] is what they say to each other.

pub mod address;
pub mod clipboard;
pub mod clock;
pub mod crash;
pub mod door;
pub mod example;
pub mod fetch;
pub mod files;
pub mod given;
pub mod host;
pub mod letters;
pub mod protocol;
pub mod spawn;
pub mod storage;
pub mod worker;

/// The entry of the page: `screens` draws.
pub fn start_page(screens: fn()) {
    crash::install();
    screens();
}

/// The entry of the engine: it listens.
pub fn start_engine() {
    crash::install();
    worker::run();
}
