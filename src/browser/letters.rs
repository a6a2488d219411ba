//! Small letters, by the browser: its tables of all scripts need not be loaded again.

use js_sys::JsString;

pub fn lower(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}
