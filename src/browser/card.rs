//! The page `card.html`, which locks a card in: a frame in this page, or a tab of its own.
//!
//! It asks for the card when it is there, and is given the bytes. What the card itself
//! says reaches nobody.

use js_sys::{Array, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Element, HtmlIFrameElement, MessageEvent, Window};

/// Beside the app.
pub const PAGE: &str = "card.html";

/// A card and the windows that show it.
#[derive(Clone, Default)]
pub struct Shown {
    bytes: Rc<RefCell<Vec<u8>>>,
    alone: Rc<RefCell<Vec<Window>>>,
}

impl Shown {
    /// What is shown from now on, by those who have not asked yet.
    pub fn is(&self, bytes: &[u8]) {
        *self.bytes.borrow_mut() = bytes.to_vec();
    }

    /// Opens a tab for the card alone; whether the browser did.
    pub fn open_alone(&self) -> bool {
        let opened = web_sys::window().and_then(|window| window.open_with_url(PAGE).ok().flatten());
        match opened {
            Some(window) => {
                self.alone.borrow_mut().push(window);
                true
            }
            None => false,
        }
    }

    /// Answers a window that asks for the card, if it is one of ours.
    pub fn hear(&self, event: &MessageEvent, frame: Option<&Element>) {
        let Some(from) = event.source() else { return };
        let from: JsValue = from.into();
        let frame = frame.and_then(|frame| frame.dyn_ref::<HtmlIFrameElement>());
        let inside = frame.and_then(HtmlIFrameElement::content_window);
        let alone = self.alone.borrow();
        let ours = |window: &&Window| *AsRef::<JsValue>::as_ref(*window) == from;
        if let Some(window) = inside.iter().chain(alone.iter()).find(ours) {
            let bytes = Uint8Array::from(self.bytes.borrow().as_slice());
            let handed = Array::of1(&bytes.buffer());
            // Its origin is nobody's, and cannot be named.
            let _sent = window.post_message_with_transfer(&bytes, "*", &handed);
        }
    }
}
