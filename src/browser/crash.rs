//! What happens when the program itself fails: a readable screen, drawn without it.
//!
//! After a panic this program cannot be relied on to draw anything, so `boot.js` does:
//! the hook hands it the message. A trap or a failed allocation reaches no hook at
//! all; `boot.js` listens for those itself.

use js_sys::{Function, Reflect};
use std::panic;
use wasm_bindgen::{JsCast as _, JsValue};

/// The name of the function that `boot.js` and `worker.js` leave in the global scope.
const SCREEN: &str = "runglassCrash";

pub fn install() {
    panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        report(&info.to_string());
    }));
}

fn report(details: &str) {
    let screen = Reflect::get(&js_sys::global(), &JsValue::from_str(SCREEN));
    if let Ok(screen) = screen.and_then(JsValue::dyn_into::<Function>) {
        // Nothing is left to be done if even this fails.
        let _shown = screen.call1(&JsValue::NULL, &JsValue::from_str(details));
    }
}
