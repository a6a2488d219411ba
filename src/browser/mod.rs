//! What only a browser has: fetch, files, storage, the worker that runs the engine,
//! and the address bar.
//!
//! [`start`] runs in both lives of the program. On the page it opens the [`door`] and
//! hands over to the screens; in the worker it waits for requests. Screens use
//! [`door`], [`address`], [`files`] and [`storage`] and nothing else of this folder.

pub mod address;
pub mod clipboard;
pub mod clock;
pub mod crash;
pub mod door;
pub mod example;
pub mod fetch;
pub mod files;
pub mod host;
pub mod protocol;
pub mod remote;
pub mod spawn;
pub mod storage;
pub mod worker;

use wasm_bindgen::JsCast as _;

/// The entry of the program. In the worker the engine listens; on the page `screens`
/// draws.
pub fn start(screens: fn()) {
    crash::install();
    let global = js_sys::global();
    if let Ok(scope) = global
        .clone()
        .dyn_into::<web_sys::DedicatedWorkerGlobalScope>()
    {
        worker::run(&scope);
    } else {
        screens();
    }
}
