//! Copying and saving.

use super::spawn::spawn;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlTextAreaElement, Url};

/// Copies a text; `done` hears whether it worked.
pub fn copy(text: String, done: impl FnOnce(bool) + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    if window.is_secure_context() {
        let copied = window.navigator().clipboard().write_text(&text);
        spawn(async move { done(JsFuture::from(copied).await.is_ok()) }).detach();
    } else {
        // Pages served by plain http have no clipboard of their own.
        done(copy_by_selection(&text).is_some());
    }
}

fn copy_by_selection(text: &str) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let field: HtmlTextAreaElement = document.create_element("textarea").ok()?.unchecked_into();
    field.set_class_name("offscreen");
    field.set_value(text);
    let body = document.body()?;
    body.append_child(&field).ok()?;
    field.select();
    let document: web_sys::HtmlDocument = document.unchecked_into();
    let copied = document.exec_command("copy").unwrap_or(false);
    field.remove();
    copied.then_some(())
}

/// An address for some bytes, for an image or a download. It is given back by [`forget`].
pub fn object_url(bytes: &[u8], mime: &str) -> Option<String> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

pub fn forget(url: &str) {
    // An address that is not known any more needs no forgetting.
    let _forgotten = Url::revoke_object_url(url);
}

/// Saves bytes under a name.
pub fn save(bytes: &[u8], mime: &str, name: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    let (Some(url), Some(document)) = (object_url(bytes, mime), document) else {
        return;
    };
    if let Ok(link) = document.create_element("a") {
        let link: HtmlAnchorElement = link.unchecked_into();
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    forget(&url);
}
