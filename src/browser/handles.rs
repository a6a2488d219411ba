//! A folder by its handle, as one is picked or kept: listed and read as it is looked at.
//!
//! It answers the same questions as a folder that was dropped ([`files`](super::files)), and
//! follows what is written into it.

use futures_util::future::join_all;
use js_sys::{Array, JsString, Map, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FileSystemDirectoryHandle, FileSystemFileHandle};

/// A folder whose handle is there.
pub struct HandleFolder {
    pub root: FileSystemDirectoryHandle,
    /// Folders by path, those that were looked at.
    known: Map<JsString, JsValue>,
}

impl HandleFolder {
    pub fn new(root: FileSystemDirectoryHandle) -> Self {
        let known: Map<JsString, JsValue> = Map::new_typed();
        known.set(&root.name().as_str().into(), &root);
        Self { root, known }
    }

    /// What is in folders: pairs of a name and whether it is a folder.
    pub async fn list_all(&self, paths: &[String]) -> JsValue {
        let lists = join_all(paths.iter().map(|path| self.list(path))).await;
        lists.iter().collect::<Array>().into()
    }

    /// The files at these paths.
    pub async fn files(&self, paths: &[String]) -> JsValue {
        let files = join_all(paths.iter().map(|path| self.file(path))).await;
        let files = files.into_iter().map(|file| file.unwrap_or_else(told));
        files.collect::<Array>().into()
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
                self.known
                    .set(&format!("{path}/{name}").as_str().into(), &entry);
            }
            names.push(&Array::of2(&name, &is_folder.into()));
        }
    }

    /// A folder, also in one that nobody has listed yet.
    async fn folder(&self, path: &str) -> Result<FileSystemDirectoryHandle, JsValue> {
        let known = self.known.get(&path.into());
        if !known.is_undefined() {
            return known.dyn_into();
        }
        let mut parts = path.split('/');
        if parts.next() != Some(self.root.name().as_str()) {
            return Err(JsValue::NULL);
        }
        let mut folder = self.root.clone();
        for part in parts {
            let inside = JsFuture::from(folder.get_directory_handle(part)).await?;
            folder = inside.dyn_into()?;
        }
        self.known.set(&path.into(), &folder);
        Ok(folder)
    }

    async fn file(&self, path: &str) -> Result<JsValue, JsValue> {
        let (folder, name) = path.rsplit_once('/').ok_or(JsValue::NULL)?;
        let folder = self.folder(folder).await?;
        let handle = JsFuture::from(folder.get_file_handle(name)).await?;
        let handle: FileSystemFileHandle = handle.dyn_into()?;
        JsFuture::from(handle.get_file()).await
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
