//! Files and folders that the user gives by hand: picked, or dropped on the page.
//!
//! Files can be handed to the engine as they are, which then reads them itself, and so can
//! the handle of a folder, where the browser has such a thing. The entries of a dropped folder
//! cannot leave the page: it keeps them, walks them only as far as the engine looks, and
//! answers by names and files. They are half again as fast as handles to list, and half as
//! fast to read. [`live_folder`](super::live_folder) is the other side.

use super::writing;
use futures_util::future::join_all;
use js_sys::{Array, Function, JsString, Map, Object, Promise, Reflect};
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

/// Asks for files or a folder in the browser's own way that also leads back to it later;
/// must be called while a click is handled. `None` where there is no such way.
pub fn ask(folder: bool) -> Option<Promise> {
    let window: Window = web_sys::window()?;
    let word = match folder {
        true => "showDirectoryPicker",
        false => "showOpenFilePicker",
    };
    let ask: Function = Reflect::get(&window, &word.into()).ok()?.dyn_into().ok()?;
    let several = Object::new();
    // An object of one's own takes every name.
    let _set = Reflect::set(&several, &"multiple".into(), &JsValue::TRUE);
    ask.call1(&window, &several).ok()?.dyn_into().ok()
}

/// Whether there is such a way.
pub fn asks() -> bool {
    let window = web_sys::window().map(JsValue::from).unwrap_or_default();
    Reflect::has(&window, &"showDirectoryPicker".into()).unwrap_or(false)
}

/// What was chosen; empty where nothing was.
pub async fn chosen(asked: Promise) -> Vec<Gift> {
    let Ok(chosen) = JsFuture::from(asked).await else {
        return Vec::new();
    };
    if let Some(folder) = chosen.dyn_ref::<FileSystemDirectoryHandle>() {
        return vec![Gift::Folder(Rc::new(DroppedFolder::of_handle(folder)))];
    }
    let mut files = Vec::new();
    for handle in chosen.dyn_into::<Array>().unwrap_or_default().iter() {
        let handle: FileSystemFileHandle = handle.unchecked_into();
        if let Ok(file) = JsFuture::from(handle.get_file()).await {
            let way: Promise = Promise::resolve(&handle).unchecked_into();
            files.push((file.unchecked_into(), Some(way)));
        }
    }
    each_or_together(files)
}

/// What a field was given: each file by itself, or all files of a folder.
pub fn picked(files: &FileList) -> Vec<Gift> {
    let files = || (0..files.length()).filter_map(|at| files.get(at));
    let path = |file: &File| {
        let path = Reflect::get(file, &"webkitRelativePath".into()).ok();
        path.and_then(|path| path.as_string())
            .filter(|path| !path.is_empty())
    };
    let Some(first) = files().find_map(|file| path(&file)) else {
        return each_or_together(files().map(|file| (file, None)).collect());
    };
    let pair = |file: File| Array::of2(&path(&file).unwrap_or_else(|| file.name()).into(), &file);
    let name = first.split('/').next().unwrap_or("folder").to_owned();
    let files = files().map(pair).collect();
    vec![Gift::Files { name, files }]
}

/// Something dropped: its entry, its handle, and itself, where it is a file.
struct Dropped {
    entry: FileSystemEntry,
    handle: Option<Promise>,
    file: Option<File>,
}

/// What was dropped: each thing by itself, as it was seen side by side, and as one folder what
/// belongs together. Must be called while the event is being handled: afterwards the browser
/// takes the list back.
pub fn dropped(data: &DataTransfer) -> Vec<Gift> {
    let items = data.items();
    let dropped = (0..items.length()).filter_map(|at| {
        let item = items.get(at)?;
        Some(Dropped {
            entry: item.webkit_get_as_entry().ok().flatten()?,
            handle: writing::handle_of(&item),
            file: item.get_as_file().ok().flatten(),
        })
    });
    let dropped: Vec<Dropped> = dropped.collect();
    if dropped.is_empty() {
        return data.files().as_ref().map(picked).unwrap_or_default();
    }
    let folder = |name: String, of: &[Dropped]| {
        let roots = of.iter().map(|one| &one.entry).collect();
        let handles = of.iter().filter_map(|one| one.handle.as_ref()).collect();
        Gift::Folder(Rc::new(DroppedFolder::new(name, roots, handles)))
    };
    if dropped.len() > BY_THEMSELVES || dropped.iter().any(|one| is_a_part(&one.entry.name())) {
        let name = format!("{} dropped things", dropped.len());
        return vec![folder(name, &dropped)];
    }
    let gift = |one: &Dropped| match (&one.file, one.entry.is_file()) {
        (Some(file), true) => Gift::File(file.clone(), one.handle.clone()),
        _ => folder(one.entry.name(), std::slice::from_ref(one)),
    };
    dropped.iter().map(gift).collect()
}

/// More things at once are one folder: nobody wants to see a source for each.
const BY_THEMSELVES: usize = 32;

/// Whether something says nothing without what lies beside it: who drops it has gone into a
/// folder of records and chosen everything.
fn is_a_part(name: &str) -> bool {
    const OF_EXPORTS: [&str; 3] = ["flows.json", "flow_runs.json", "task_runs.json"];
    // A database, its log and its journal.
    const OF_DATABASES: [&str; 3] = [".db", ".db-wal", ".db-journal"];
    matches!(name, "runglass.json" | "_meta" | "_self.json")
        || OF_EXPORTS.contains(&name)
        || OF_DATABASES.iter().any(|ending| name.ends_with(ending))
}

/// Files as they were picked: each by itself, or all of them together where one says nothing
/// without the others.
fn each_or_together(files: Vec<(File, Option<Promise>)>) -> Vec<Gift> {
    let Some((first, _)) = files.iter().find(|(file, _)| is_a_part(&file.name())) else {
        let gift = |(file, way)| Gift::File(file, way);
        return files.into_iter().map(gift).collect();
    };
    let name = match files.len() {
        1 => first.name(),
        many => format!("{} and {} more", first.name(), many - 1),
    };
    let pair = |(file, _): &(File, _)| Array::of2(&file.name().into(), file);
    let files = files.iter().map(pair).collect();
    vec![Gift::Files { name, files }]
}

/// A folder that was dropped: entries are asked for when they are looked at.
pub struct DroppedFolder {
    pub name: String,
    roots: Array,
    handles: Array,
    /// Entries by path: those that were dropped, and folders that were looked at. Of half a
    /// million files nobody keeps the entries.
    known: Map<JsString, JsValue>,
}

impl DroppedFolder {
    /// From the entries that were dropped themselves.
    pub fn new(name: String, roots: Array, handles: Array) -> Self {
        let folder = Self {
            name,
            roots,
            handles,
            known: Map::new_typed(),
        };
        if folder.has_entries() {
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
    /// there stands nothing, in that of what cannot be had a text that says why. No path at
    /// all asks for the folder's handle, and whether the page can list it.
    pub async fn answer(&self, ask: JsValue) -> JsValue {
        let asked: Array = ask.unchecked_into();
        // Side by side: the browser asks another process for each.
        let paths: Vec<String> = asked.iter().filter_map(|path| path.as_string()).collect();
        if asked.length() == 0 {
            let handle = self.handle().await.unwrap_or(JsValue::NULL);
            Array::of2(&handle, &self.has_entries().into()).into()
        } else if asked.get(0).is_null() {
            let lists = join_all(paths.iter().map(|path| self.list(path))).await;
            lists.iter().collect::<Array>().into()
        } else {
            let files = join_all(paths.iter().map(|path| self.file(path))).await;
            files.iter().collect::<Array>().into()
        }
    }

    fn has_entries(&self) -> bool {
        // Chromium has no name for the class of entries.
        !self
            .roots
            .get(0)
            .is_instance_of::<FileSystemDirectoryHandle>()
    }

    /// By it the engine reads the folder itself. Several things at once have none together.
    async fn handle(&self) -> Option<JsValue> {
        if self.handles.length() != 1 || self.roots.length() != 1 {
            return None;
        }
        let handle: Promise = self.handles.get(0).dyn_into().ok()?;
        let handle = JsFuture::from(handle).await.ok()?;
        handle
            .is_instance_of::<FileSystemDirectoryHandle>()
            .then_some(handle)
    }

    fn know(&self, folder: &str, entries: &Array) {
        for entry in entries.iter() {
            let entry: FileSystemEntry = entry.unchecked_into();
            if entry.is_file() && !folder.is_empty() {
                continue;
            }
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
        // From the nearest folder that is known, else from the one that was dropped.
        let of = |split: Option<(&str, &str)>| {
            let (above, rest) = split?;
            let above = self.known.get(&above.into());
            (!above.is_undefined()).then(|| (above, rest.to_owned()))
        };
        let above = || of(path.rsplit_once('/')).or_else(|| of(path.split_once('/')));
        let entry = match known.is_undefined() {
            false => known,
            true => {
                let (above, rest) = above()?;
                let above: FileSystemDirectoryEntry = above.unchecked_into();
                let flags = FileSystemFlags::new();
                let found = promise(|found, failed| match folder {
                    true => above.get_directory_with_path_and_options_and_callback_and_callback(
                        Some(&rest),
                        &flags,
                        found,
                        failed,
                    ),
                    false => above.get_file_with_path_and_options_and_callback_and_callback(
                        Some(&rest),
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
                if folder {
                    self.known.set(&path.into(), &found);
                }
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

    async fn file(&self, path: &str) -> JsValue {
        let Some(entry) = self.entry(path, false).await else {
            return JsValue::NULL;
        };
        let entry: FileSystemFileEntry = entry.unchecked_into();
        let file = promise(|found, failed| entry.file_with_callback_and_callback(found, failed));
        match JsFuture::from(file).await {
            Ok(file) | Err(file) => file,
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
