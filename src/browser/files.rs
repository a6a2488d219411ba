//! Files and folders that the user gives by hand: picked, or dropped on the page.
//!
//! Files can be handed to the engine as they are, which then reads them itself. The
//! entries of a dropped folder cannot leave the page in every browser: it keeps them,
//! walks them only as far as the engine looks, and answers by names and files.
//! [`given`](super::given) is the other side.

use super::handles::HandleFolder;
use super::writing;
use futures_util::future::join_all;
use js_sys::{Array, Function, JsString, Map, Promise, Reflect};
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, File, FileList, FileSystemDirectoryEntry, FileSystemDirectoryHandle,
    FileSystemEntry, FileSystemFileEntry, FileSystemFileHandle, FileSystemFlags, Window,
};

/// What was given, before it is opened.
pub enum Gift {
    /// With the promise of a handle, where the browser has such a thing.
    File(File, Option<Promise>),
    /// All files of a folder, as pairs of a path and a file.
    Files {
        name: String,
        files: Array,
    },
    Folder(Rc<DroppedFolder>),
}

impl Gift {
    pub fn name(&self) -> String {
        match self {
            Gift::File(file, _) => file.name(),
            Gift::Files { name, .. } => name.clone(),
            Gift::Folder(folder) => folder.name.clone(),
        }
    }
}

/// Asks for a file or a folder in the browser's own way that also leads back to it later;
/// must be called while a click is handled. `None` where there is no such way.
pub fn ask(folder: bool) -> Option<Promise> {
    let window: Window = web_sys::window()?;
    let word = match folder {
        true => "showDirectoryPicker",
        false => "showOpenFilePicker",
    };
    let ask: Function = Reflect::get(&window, &word.into()).ok()?.dyn_into().ok()?;
    ask.call0(&window).ok()?.dyn_into().ok()
}

/// Whether there is such a way.
pub fn asks() -> bool {
    let window = web_sys::window().map(JsValue::from).unwrap_or_default();
    Reflect::has(&window, &"showDirectoryPicker".into()).unwrap_or(false)
}

/// What was chosen; `None` where nothing was.
pub async fn chosen(asked: Promise) -> Option<Gift> {
    let chosen = JsFuture::from(asked).await.ok()?;
    if let Some(folder) = chosen.dyn_ref::<FileSystemDirectoryHandle>() {
        return Some(Gift::Folder(Rc::new(DroppedFolder::of_handle(folder))));
    }
    let handle: FileSystemFileHandle = chosen.dyn_into::<Array>().ok()?.get(0).dyn_into().ok()?;
    let file = JsFuture::from(handle.get_file()).await.ok()?;
    Some(Gift::File(
        file.dyn_into().ok()?,
        Some(Promise::resolve(&handle).unchecked_into()),
    ))
}

/// The files of a picker: a single one as it is, more as a folder.
pub fn picked(files: &FileList) -> Option<Gift> {
    let first = files.get(0)?;
    let path = |file: &File| {
        let path = Reflect::get(file, &"webkitRelativePath".into()).ok();
        path.and_then(|path| path.as_string())
            .filter(|path| !path.is_empty())
            .unwrap_or_else(|| file.name())
    };
    let first_path = path(&first);
    if files.length() == 1 && !first_path.contains('/') {
        return Some(Gift::File(first, None));
    }
    let all = Array::new();
    for at in 0..files.length() {
        if let Some(file) = files.get(at) {
            all.push(&Array::of2(&path(&file).into(), &file));
        }
    }
    let name = first_path.split('/').next().unwrap_or("folder").to_owned();
    Some(Gift::Files { name, files: all })
}

/// What was dropped. Must be called while the event is being handled: afterwards the
/// browser takes the list back.
pub fn dropped(data: &DataTransfer) -> Option<Gift> {
    let items = data.items();
    let mut entries: Vec<FileSystemEntry> = Vec::new();
    let handles = Array::new();
    for at in 0..items.length() {
        let Some(item) = items.get(at) else { continue };
        entries.extend(item.webkit_get_as_entry().ok().flatten());
        if let Some(handle) = writing::handle_of(&item) {
            handles.push(&handle);
        }
    }
    match entries.as_slice() {
        [] => data.files().as_ref().and_then(picked),
        [entry] if entry.is_file() => {
            let file = data.files().and_then(|files| files.get(0));
            file.map(|file| Gift::File(file, handles.get(0).dyn_into().ok()))
        }
        [entry, ..] => {
            let name = if entries.len() == 1 {
                entry.name()
            } else {
                format!("{} dropped things", entries.len())
            };
            let roots = entries.iter().collect();
            Some(Gift::Folder(Rc::new(DroppedFolder::new(
                name, roots, handles,
            ))))
        }
    }
}

/// A folder that was dropped: entries are asked for when they are looked at.
pub struct DroppedFolder {
    pub name: String,
    roots: Array,
    handles: Array,
    /// Entries by path, those that were looked at.
    known: Map<JsString, JsValue>,
    /// The same folder, where its handle is all that there is.
    by_handle: Option<HandleFolder>,
}

impl DroppedFolder {
    /// From the entries that were dropped themselves.
    pub fn new(name: String, roots: Array, handles: Array) -> Self {
        let root = roots.get(0).dyn_into::<FileSystemDirectoryHandle>();
        let folder = Self {
            name,
            by_handle: root.ok().map(HandleFolder::new),
            roots,
            handles,
            known: Map::new_typed(),
        };
        if folder.by_handle.is_none() {
            folder.know("", &folder.roots);
        }
        folder
    }

    /// A folder that was picked or kept.
    pub fn of_handle(handle: &FileSystemDirectoryHandle) -> Self {
        let promised = Promise::resolve(handle);
        Self::new(handle.name(), Array::of1(handle), Array::of1(&promised))
    }

    /// What was dropped itself: entries to read.
    pub fn roots(&self) -> &Array {
        &self.roots
    }

    /// Promises of what can be written to; none where the browser has no such thing.
    pub fn handles(&self) -> &Array {
        &self.handles
    }

    /// Answers the engine. Paths ask for files; with nothing in front of them, for what is
    /// in folders: pairs of a name and whether it is a folder. In the place of what is not
    /// there stands nothing, in that of what cannot be had a text that says why.
    pub async fn answer(&self, ask: JsValue) -> JsValue {
        let paths: Array = ask.unchecked_into();
        let asks_for_files = !paths.get(0).is_null();
        if asks_for_files && self.by_handle.is_none() {
            return self.files(&paths).await;
        }
        // Side by side: the browser asks another process for each.
        let paths: Vec<String> = paths.iter().filter_map(|path| path.as_string()).collect();
        if let Some(folder) = &self.by_handle {
            return match asks_for_files {
                true => folder.files(&paths).await,
                false => folder.list_all(&paths).await,
            };
        }
        let lists = join_all(paths.iter().map(|path| self.list(path))).await;
        lists.iter().collect::<Array>().into()
    }

    fn know(&self, folder: &str, entries: &Array) {
        for entry in entries.iter() {
            let entry: FileSystemEntry = entry.unchecked_into();
            let name = entry.name();
            let path = match folder {
                "" => name,
                folder => format!("{folder}/{name}"),
            };
            self.known.set(&path.as_str().into(), &entry);
        }
    }

    /// A folder or a file, also in a folder that nobody has listed yet.
    async fn entry(&self, path: &str, folder: bool) -> Option<FileSystemEntry> {
        let known = self.known.get(&path.into());
        let entry = match (known.is_undefined(), path.split_once('/')) {
            (false, _) => known,
            (true, None) => return None,
            (true, Some((root, rest))) => {
                let root = self.known.get(&root.into());
                if root.is_undefined() {
                    return None;
                }
                let root: FileSystemDirectoryEntry = root.unchecked_into();
                let flags = FileSystemFlags::new();
                let found = promise(|found, failed| match folder {
                    true => root.get_directory_with_path_and_options_and_callback_and_callback(
                        Some(rest),
                        &flags,
                        found,
                        failed,
                    ),
                    false => root.get_file_with_path_and_options_and_callback_and_callback(
                        Some(rest),
                        &flags,
                        found,
                        failed,
                    ),
                });
                // A text says why there is none.
                let found = JsFuture::from(found).await.ok()?;
                if !found.is_object() {
                    return None;
                }
                self.known.set(&path.into(), &found);
                found
            }
        };
        let entry: FileSystemEntry = entry.unchecked_into();
        (entry.is_directory() == folder).then_some(entry)
    }

    async fn list(&self, folder: &str) -> JsValue {
        let names = Array::new();
        let add = |entries: &Array| {
            for entry in entries.iter() {
                let entry: FileSystemEntry = entry.unchecked_into();
                names.push(&Array::of2(
                    &entry.name().into(),
                    &entry.is_directory().into(),
                ));
            }
        };
        if folder.is_empty() {
            add(&self.roots);
            return names.into();
        }
        let Some(entry) = self.entry(folder, true).await else {
            return JsValue::NULL;
        };
        let entry: FileSystemDirectoryEntry = entry.unchecked_into();
        let reader = entry.create_reader();
        // A reader gives some entries at a time, and none when there are no more.
        loop {
            let some = JsFuture::from(promise(|found, failed| {
                // The error is told by the promise.
                let _asked = reader.read_entries_with_callback_and_callback(found, failed);
            }));
            let some = match some.await.map(JsValue::dyn_into::<Array>) {
                Ok(Ok(some)) => some,
                Ok(Err(why)) | Err(why) => return why,
            };
            if some.length() == 0 {
                return names.into();
            }
            add(&some);
            self.know(folder, &some);
        }
    }

    async fn files(&self, paths: &Array) -> JsValue {
        let files = Array::new();
        for path in paths.iter() {
            let path = path.as_string().unwrap_or_default();
            let Some(entry) = self.entry(&path, false).await else {
                files.push(&JsValue::NULL);
                continue;
            };
            let entry: FileSystemFileEntry = entry.unchecked_into();
            files.push(&promise(|found, failed| {
                entry.file_with_callback_and_callback(found, failed);
            }));
        }
        let all: Promise = Promise::all_iterable(&files).unchecked_into();
        match JsFuture::from(all).await {
            Ok(files) | Err(files) => files,
        }
    }
}

/// What the first of two callbacks is given, or a text that says why there is nothing.
fn promise(start: impl FnOnce(&Function, &Function)) -> Promise {
    let mut start = Some(start);
    Promise::new(&mut |resolve, _| {
        if let Some(start) = start.take() {
            let why = resolve.clone();
            let failed = Closure::once_into_js(move |error: JsValue| {
                let told = Reflect::get(&error, &"message".into()).unwrap_or(JsValue::NULL);
                let told = match told.is_string() {
                    true => told,
                    false => "The browser did not give the file.".into(),
                };
                let _resolved = why.call1(&JsValue::NULL, &told);
            });
            start(&resolve, failed.unchecked_ref());
        }
    })
}
