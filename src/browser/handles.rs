//! A folder by its handle, as one is picked or kept: listed and read as it is looked at.
//!
//! The engine has the handle and asks the browser itself: no frame of the page waits for the
//! half million names of a large run. The answers are those of a folder that was dropped
//! ([`files`](super::files)).

use futures_util::future::join_all;
use js_sys::{Array, JsString, Map, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FileSystemDirectoryHandle, FileSystemFileHandle};

/// A folder whose handle is there.
pub struct HandleFolder {
    root: FileSystemDirectoryHandle,
    /// Folders by path, those that were looked at last.
    known: Map<JsString, JsValue>,
}

/// So many folders are known at a time: for each the browser holds something open.
const KNOWN: u32 = 4096;

impl HandleFolder {
    pub fn new(root: FileSystemDirectoryHandle) -> Self {
        let known = Map::new_typed();
        Self { root, known }
    }

    fn know(&self, path: &str, folder: &JsValue) {
        if self.known.size() >= KNOWN {
            self.known.clear();
        }
        self.known.set(&path.into(), folder);
    }

    /// What is in folders: pairs of a name and whether it is a folder.
    pub async fn list_all(&self, paths: &[String]) -> Array {
        let lists = join_all(paths.iter().map(|path| self.list(path))).await;
        lists.iter().collect()
    }

    /// The files at these paths.
    pub async fn files(&self, paths: &[String]) -> Array {
        let places = paths.iter().map(|path| path.rsplit_once('/'));
        let places: Vec<(&str, &str)> = places.map(Option::unwrap_or_default).collect();
        // What lies side by side comes one after the other: its folder is asked for once.
        let groups: Vec<&[(&str, &str)]> = places.chunk_by(|a, b| a.0 == b.0).collect();
        let files = join_all(groups.iter().map(|group| self.files_beside(group))).await;
        files.into_iter().flatten().collect()
    }

    /// Files of one folder.
    async fn files_beside(&self, places: &[(&str, &str)]) -> Vec<JsValue> {
        let folder = places.first().map_or("", |(folder, _)| folder);
        let folder = self.folder(folder).await;
        let files = places.iter().map(async |(_, name)| {
            let handle = folder
                .as_ref()
                .map_err(JsValue::clone)?
                .get_file_handle(name);
            let handle: FileSystemFileHandle = JsFuture::from(handle).await?.dyn_into()?;
            JsFuture::from(handle.get_file()).await
        });
        let files = join_all(files).await.into_iter();
        files.map(|file| file.unwrap_or_else(told)).collect()
    }

    async fn list(&self, path: &str) -> JsValue {
        if path.is_empty() {
            let root = Array::of2(&self.root.name().into(), &JsValue::TRUE);
            return Array::of1(&root).into();
        }
        self.entries(path).await.unwrap_or_else(told)
    }

    async fn entries(&self, path: &str) -> Result<JsValue, JsValue> {
        let folder = self.folder(path).await?;
        let entries = folder.values();
        let names = Array::new();
        loop {
            let next = JsFuture::from(entries.next()?).await?;
            if Reflect::get(&next, &"done".into())?.is_truthy() {
                return Ok(names.into());
            }
            let entry = Reflect::get(&next, &"value".into())?;
            let name = Reflect::get(&entry, &"name".into())?;
            let is_folder = entry.is_instance_of::<FileSystemDirectoryHandle>();
            if is_folder && let Some(name) = name.as_string() {
                self.know(&format!("{path}/{name}"), &entry);
            }
            names.push(&Array::of2(&name, &is_folder.into()));
        }
    }

    /// A folder, also in one that nobody has listed yet: from the nearest one that is known.
    async fn folder(&self, path: &str) -> Result<FileSystemDirectoryHandle, JsValue> {
        let mut above = path;
        let mut rest = Vec::new();
        let mut folder = loop {
            let known = self.known.get(&above.into());
            if !known.is_undefined() {
                break known.dyn_into()?;
            }
            match above.rsplit_once('/') {
                Some((more, part)) => {
                    rest.push(part);
                    above = more;
                }
                None if above == self.root.name() => break self.root.clone(),
                None => return Err(JsValue::NULL),
            }
        };
        if rest.is_empty() {
            return Ok(folder);
        }
        while let Some(part) = rest.pop() {
            let inside = JsFuture::from(folder.get_directory_handle(part)).await?;
            folder = inside.dyn_into()?;
        }
        self.know(path, &folder);
        Ok(folder)
    }
}

/// Nothing for what is not there, else a text that says why it cannot be had.
fn told(why: JsValue) -> JsValue {
    let field = |name: &str| {
        let field = Reflect::get(&why, &name.into()).ok();
        field.and_then(|field| field.as_string())
    };
    let is_missing = |name: String| matches!(&*name, "NotFoundError" | "TypeMismatchError");
    if !why.is_object() || field("name").is_none_or(is_missing) {
        return JsValue::NULL;
    }
    let told = field("message");
    let told = told.unwrap_or_else(|| "The browser did not give the file.".to_owned());
    told.into()
}
