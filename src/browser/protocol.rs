//! What page and engine say to each other.
//!
//! A message is an array: a word, a number, and what it carries. Requests, answers
//! and listings are bytes whose buffer is handed over, not copied; files go as `File`.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::MessagePort;

/// Page to engine: a request, by number.
pub const ASK: &str = "ask";
/// Page to engine: nobody wants the answer to a request any more.
pub const STOP: &str = "stop";
/// Page to engine: a file that was given by hand, by key.
pub const FILE: &str = "file";
/// Page to engine: all files of a folder by key: its name, then pairs of path and file.
pub const FILES: &str = "files";
/// Page to engine: a folder that the page can walk, by key and name.
pub const FOLDER: &str = "folder";
/// Page to engine: the answer to a question about a folder.
pub const FOLDER_ANSWER: &str = "folder-answer";

/// Engine to page: how far a request is.
pub const PROGRESS: &str = "progress";
/// Engine to page: a part of an answer.
pub const PARTIAL: &str = "partial";
/// Engine to page: an answer.
pub const DONE: &str = "done";
/// Engine to page: why there is no answer.
pub const FAILED: &str = "failed";
/// Engine to page: its memory has grown by so many bytes.
pub const GREW: &str = "grew";
/// Engine to page: a question about a folder.
pub const FOLDER_ASK: &str = "folder-ask";

/// A message that was received.
pub struct Message {
    pub word: String,
    pub number: u32,
    pub load: JsValue,
    pub key: String,
}

impl Message {
    pub fn of(data: &JsValue) -> Option<Message> {
        let parts = data.dyn_ref::<Array>()?;
        Some(Message {
            word: parts.get(0).as_string()?,
            number: parts.get(1).as_f64()? as u32,
            load: parts.get(2),
            key: parts.get(3).as_string().unwrap_or_default(),
        })
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.load
            .dyn_ref::<Uint8Array>()
            .map(Uint8Array::to_vec)
            .unwrap_or_default()
    }
}

/// Sends a message; bytes are handed over with it. Whether it went.
pub fn send(port: &MessagePort, word: &str, number: u32, load: &JsValue, key: &str) -> bool {
    let parts = Array::of4(&word.into(), &number.into(), load, &key.into());
    let handed = Array::new();
    if let Some(bytes) = load.dyn_ref::<Uint8Array>() {
        handed.push(&bytes.buffer());
    }
    port.post_message_with_transferable(&parts, &handed).is_ok()
}

pub fn bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}
