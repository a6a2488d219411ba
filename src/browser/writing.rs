//! Writing a file into a folder that was dropped, where the browser allows it.
//!
//! A file is replaced whole: the browser writes beside it and puts the new one in its
//! place when all of it is there. Nothing is written over what somebody else has changed
//! in the meantime.

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransferItem, File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemHandle,
    FileSystemWritableFileStream,
};

/// What may later be written to of something that is dropped, as a promise; asked while
/// the event is being handled. Browsers without such a thing have no promise.
pub fn handle_of(item: &DataTransferItem) -> Option<Promise> {
    let ask = Reflect::get(item, &"getAsFileSystemHandle".into()).ok()?;
    let handle = ask.dyn_into::<Function>().ok()?.call0(item).ok()?;
    let handle: Promise = handle.dyn_into().ok()?;
    // What cannot be written to can still be read: nobody waits for this yet.
    let nothing = Closure::once_into_js(|_: JsValue| JsValue::NULL);
    let caught = Reflect::get(&handle, &"catch".into()).ok()?;
    let caught = caught.dyn_into::<Function>().ok()?;
    caught.call1(&handle, &nothing).ok()?.dyn_into().ok()
}

/// Asks the user whether the page may write into what holds a file, where that was not
/// asked before. Must be called while a click is being handled.
pub async fn permit(roots: &Array, path: &str) -> Result<(), String> {
    let name = path.split('/').next().unwrap_or_default();
    let folder = root(roots, name).await.ok_or(NO_WAY)?;
    match allowed(&folder).await {
        true => Ok(()),
        false => Err("The browser was not allowed to write into the folder.".to_owned()),
    }
}

const NO_WAY: &str = "This browser gave no way to write into the folder.";

/// Replaces a file, by its path from what was dropped. The error is for people.
pub async fn replace(roots: &Array, path: &str, before: &[u8], after: &[u8]) -> Result<(), String> {
    let lost = |what: &str| {
        let what = what.to_owned();
        move |why: JsValue| format!("{what}: {}", reason(&why))
    };
    let mut parts = path.split('/');
    let name = parts.next().unwrap_or_default();
    let mut folder = root(roots, name).await.ok_or(NO_WAY)?;
    let mut rest: Vec<&str> = parts.collect();
    let file = rest.pop().unwrap_or_default();
    for part in rest {
        let inside = JsFuture::from(folder.get_directory_handle(part)).await;
        folder = inside.map_err(lost(part))?.unchecked_into();
    }
    let handle = JsFuture::from(folder.get_file_handle(file)).await;
    let handle: FileSystemFileHandle = handle.map_err(lost(file))?.unchecked_into();
    if read(&handle).await? != before {
        return Err(format!(
            "{file} was changed by somebody else. Open the folder again to see how."
        ));
    }
    let stream = JsFuture::from(handle.create_writable()).await;
    let stream: FileSystemWritableFileStream = stream.map_err(lost(file))?.unchecked_into();
    let written = stream
        .write_with_js_u8_array(&Uint8Array::from(after))
        .map_err(lost(file))?;
    JsFuture::from(written).await.map_err(lost(file))?;
    JsFuture::from(stream.close()).await.map_err(lost(file))?;
    // As the client does: another may have written in the same moment.
    match read(&handle).await? == after {
        true => Ok(()),
        false => Err(format!(
            "{file} was changed by somebody else while it was written."
        )),
    }
}

async fn root(roots: &Array, name: &str) -> Option<FileSystemDirectoryHandle> {
    for promise in roots.iter() {
        let handle = JsFuture::from(promise.dyn_into::<Promise>().ok()?).await;
        let Some(handle) = handle.ok().and_then(|handle| handle.dyn_into().ok()) else {
            continue;
        };
        let handle: FileSystemHandle = handle;
        if handle.name() == name {
            return handle.dyn_into().ok();
        }
    }
    None
}

/// Asks the user where that was not asked before.
async fn allowed(folder: &FileSystemDirectoryHandle) -> bool {
    let ask = || {
        let ask: Function = Reflect::get(folder, &"requestPermission".into())
            .ok()?
            .dyn_into()
            .ok()?;
        let options = js_sys::Object::new();
        Reflect::set(&options, &"mode".into(), &"readwrite".into()).ok()?;
        ask.call1(folder, &options).ok()?.dyn_into::<Promise>().ok()
    };
    match ask() {
        Some(answer) => {
            JsFuture::from(answer)
                .await
                .ok()
                .and_then(|answer| answer.as_string())
                == Some("granted".to_owned())
        }
        None => false,
    }
}

async fn read(handle: &FileSystemFileHandle) -> Result<Vec<u8>, String> {
    let lost = |why: JsValue| reason(&why);
    let file = JsFuture::from(handle.get_file()).await.map_err(lost)?;
    let file: File = file.unchecked_into();
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(lost)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

fn reason(why: &JsValue) -> String {
    let told = Reflect::get(why, &"message".into()).ok();
    told.and_then(|told| told.as_string())
        .unwrap_or_else(|| "the browser did not say why".to_owned())
}
