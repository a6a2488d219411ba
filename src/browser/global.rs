//! The global scope of the page: where `boot.js` and the programs of a tab, which cannot reach
//! each other's memory, leave things for each other.

use js_sys::{Function, Map, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

/// What lies there under a name; `undefined` where nothing does.
pub fn global(name: &str) -> JsValue {
    Reflect::get(&js_sys::global(), &name.into()).unwrap_or_default()
}

pub fn set_global(name: &str, value: &JsValue) {
    // The global scope of a page takes new names.
    let _set = Reflect::set(&js_sys::global(), &name.into(), value);
}

/// Calls the function of a name, if one is there.
pub fn call(name: &str) {
    if let Ok(function) = global(name).dyn_into::<Function>() {
        // What goes wrong in there is told by a screen of its own.
        let _called = function.call0(&JsValue::NULL);
    }
}

/// The map of a name, made where none is there yet.
pub fn map_of(name: &str) -> Map {
    global(name).dyn_into::<Map>().unwrap_or_else(|_| {
        let map = Map::new();
        set_global(name, &map);
        map
    })
}
