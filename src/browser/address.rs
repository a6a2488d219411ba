//! The address bar: the part behind `#`, read and written.

use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::Window;

fn window() -> Option<Window> {
    web_sys::window()
}

/// What stands behind `#`, with it; empty when there is none.
pub fn hash() -> String {
    window()
        .and_then(|window| window.location().hash().ok())
        .unwrap_or_default()
}

/// Goes to a place: a new step in the history.
pub fn push(hash: &str) {
    if let Some(window) = window() {
        // The browser tells the listeners itself.
        let _went = window.location().set_hash(hash);
    }
}

/// Changes the place without a step in the history. Listeners are not told by the
/// browser, so the caller must tell its own.
pub fn replace(hash: &str) {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        let _replaced =
            history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(hash));
    }
}

/// Calls `heard` whenever the part behind `#` changes, by a link, by hand, back or forward.
pub fn on_change(heard: impl Fn(String) + 'static) {
    let Some(window) = window() else { return };
    let heard = Closure::<dyn FnMut()>::new(move || heard(hash()));
    // It listens as long as the page lives.
    let _listening =
        window.add_event_listener_with_callback("hashchange", heard.as_ref().unchecked_ref());
    heard.forget();
}

/// The whole address of this page with another part behind `#`.
pub fn link(hash: &str) -> String {
    let href = window()
        .and_then(|window| window.location().href().ok())
        .unwrap_or_default();
    let page = href.split('#').next().unwrap_or_default();
    format!("{page}{hash}")
}
