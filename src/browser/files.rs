//! Files and folders that the user gives by hand: picked, or dropped on the page.
//!
//! A single file becomes a blob. A folder becomes a [`Folder`]: either all its files
//! at once, as a picker gives them, or its entries, which are walked only as far as
//! somebody looks. Several things dropped together become one folder.

use crate::source::listing::{Entry, EntryKind, Listing};
use crate::source::{Blob as SourceBlob, Folder, Range64, ReadError, Waiting, Want};
use futures_util::StreamExt as _;
use js_sys::{Array, Function, Promise, Uint8Array};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, DataTransfer, File, FileList, FileSystemDirectoryEntry, FileSystemDirectoryReader,
    FileSystemEntry, FileSystemFileEntry,
};

/// What was given, before it is opened.
pub enum Gift {
    File(File),
    Folder(Rc<dyn Folder>),
}

impl Gift {
    pub fn name(&self) -> String {
        match self {
            Gift::File(file) => file.name(),
            Gift::Folder(folder) => folder.name(),
        }
    }
}

/// One `File` as bytes that can be read in pieces.
pub struct FileBlob {
    file: File,
}

impl FileBlob {
    pub fn new(file: File) -> Self {
        Self { file }
    }
}

impl SourceBlob for FileBlob {
    fn name(&self) -> String {
        self.file.name()
    }

    fn size(&self) -> u64 {
        self.file.size() as u64
    }

    fn read(&self, range: Range<u64>) -> Waiting<'_, Result<Vec<u8>, ReadError>> {
        Box::pin(async move {
            let bytes =
                read_blob(&self.file, Some(range.clone().into()), &self.file.name()).await?;
            if bytes.len() as u64 != range.end - range.start {
                return Err(ReadError::Damaged(format!(
                    "{} has become shorter.",
                    self.file.name()
                )));
            }
            Ok(bytes)
        })
    }
}

async fn read_blob(file: &Blob, range: Option<Range64>, name: &str) -> Result<Vec<u8>, ReadError> {
    // A file that was changed after it was given cannot be read any more.
    let lost = |_: JsValue| {
        ReadError::Unreachable(format!(
            "{name} was moved or changed since it was opened. Open it again."
        ))
    };
    let part = match range {
        Some(range) => file
            .slice_with_f64_and_f64(range.start as f64, range.end as f64)
            .map_err(lost)?,
        None => file.clone(),
    };
    let buffer = JsFuture::from(part.array_buffer()).await.map_err(lost)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// The files of a picker: a single one as it is, more as a folder.
pub fn picked(files: &FileList) -> Option<Gift> {
    let all: Vec<File> = (0..files.length()).filter_map(|at| files.get(at)).collect();
    let path = |file: &File| {
        let path = js_sys::Reflect::get(file, &"webkitRelativePath".into())
            .ok()
            .and_then(|path| path.as_string());
        path.filter(|path| !path.is_empty())
            .unwrap_or_else(|| file.name())
    };
    match all.as_slice() {
        [] => None,
        [file] if !path(file).contains('/') => Some(Gift::File(file.clone())),
        _ => {
            let files: BTreeMap<String, File> =
                all.iter().map(|file| (path(file), file.clone())).collect();
            let name = files
                .keys()
                .next()
                .and_then(|path| path.split('/').next())
                .unwrap_or("folder")
                .to_owned();
            Some(Gift::Folder(Rc::new(PickedFolder { name, files })))
        }
    }
}

/// What was dropped. Must be called while the event is being handled: afterwards the
/// browser takes the list back.
pub fn dropped(data: &DataTransfer) -> Option<Gift> {
    let items = data.items();
    let entries: Vec<FileSystemEntry> = (0..items.length())
        .filter_map(|at| items.get(at))
        .filter_map(|item| item.webkit_get_as_entry().ok().flatten())
        .collect();
    match entries.as_slice() {
        [] => data.files().as_ref().and_then(picked),
        [entry] if entry.is_file() => data.files().and_then(|files| files.get(0)).map(Gift::File),
        [entry, ..] => {
            let name = if entries.len() == 1 {
                entry.name()
            } else {
                format!("{} dropped things", entries.len())
            };
            let known = entries
                .iter()
                .map(|entry| (entry.name(), entry.clone()))
                .collect();
            Some(Gift::Folder(Rc::new(DroppedFolder {
                name,
                known: RefCell::new(known),
            })))
        }
    }
}

/// How many files are read at a time.
const AT_ONCE: usize = 32;

/// A folder of which all files are known.
struct PickedFolder {
    name: String,
    files: BTreeMap<String, File>,
}

impl PickedFolder {
    fn listing(&self, folder: &str) -> Listing {
        let prefix = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let mut entries: BTreeMap<&str, EntryKind> = BTreeMap::new();
        for (path, file) in self.files.range(prefix.clone()..) {
            let Some(rest) = path.strip_prefix(&prefix) else {
                break;
            };
            match rest.split_once('/') {
                Some((name, _)) => entries.insert(name, EntryKind::Folder),
                None => entries.insert(
                    rest,
                    EntryKind::File {
                        size: Some(file.size() as u64),
                    },
                ),
            };
        }
        Listing::new(
            entries
                .into_iter()
                .map(|(name, kind)| Entry {
                    name: name.into(),
                    kind,
                })
                .collect(),
        )
    }
}

impl Folder for PickedFolder {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        Box::pin(std::future::ready(Ok(self.listing(folder))))
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Vec<u8>, ReadError>>> {
        Box::pin(async move {
            let reads = wants.iter().map(|want| async {
                let file = self.files.get(&want.path).ok_or(ReadError::Missing)?;
                read_blob(file, want.range, &want.path).await
            });
            futures_util::stream::iter(reads)
                .buffered(AT_ONCE)
                .collect()
                .await
        })
    }

    fn can_grow(&self) -> bool {
        // The browser made the list when the folder was picked; it does not change.
        false
    }
}

/// A folder that was dropped: entries are asked for when they are looked at.
struct DroppedFolder {
    name: String,
    /// Entries by path, those of listed folders.
    known: RefCell<BTreeMap<String, FileSystemEntry>>,
}

impl DroppedFolder {
    async fn listing(&self, folder: &str) -> Result<Listing, ReadError> {
        if folder.is_empty() {
            let known = self.known.borrow();
            let roots = known.iter().filter(|(path, _)| !path.contains('/'));
            return Ok(Listing::new(
                roots.map(|(path, entry)| listed(path, entry)).collect(),
            ));
        }
        let entry = self
            .known
            .borrow()
            .get(folder)
            .cloned()
            .ok_or(ReadError::Missing)?;
        if !entry.is_directory() {
            return Err(ReadError::Missing);
        }
        let directory: FileSystemDirectoryEntry = entry.unchecked_into();
        let reader = directory.create_reader();
        let mut entries = Vec::new();
        // A reader gives some entries at a time, and none when there are no more.
        loop {
            let some = read_entries(&reader)
                .await
                .map_err(|error| ReadError::Unreachable(text(&error)))?;
            if some.is_empty() {
                return Ok(Listing::new(entries));
            }
            for entry in some {
                let name = entry.name();
                entries.push(listed(&name, &entry));
                self.known
                    .borrow_mut()
                    .insert(format!("{folder}/{name}"), entry);
            }
        }
    }

    async fn content(&self, want: &Want) -> Result<Vec<u8>, ReadError> {
        let entry = self
            .known
            .borrow()
            .get(&want.path)
            .cloned()
            .ok_or(ReadError::Missing)?;
        if !entry.is_file() {
            return Err(ReadError::Missing);
        }
        let entry: FileSystemFileEntry = entry.unchecked_into();
        let file =
            promised(|found, failed| entry.file_with_callback_and_callback(found, failed)).await;
        let file: File = file
            .map_err(|error| ReadError::Unreachable(text(&error)))?
            .unchecked_into();
        read_blob(&file, want.range, &want.path).await
    }
}

fn listed(name: &str, entry: &FileSystemEntry) -> Entry {
    let kind = if entry.is_directory() {
        EntryKind::Folder
    } else {
        EntryKind::File { size: None }
    };
    Entry {
        name: name.into(),
        kind,
    }
}

impl Folder for DroppedFolder {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        Box::pin(self.listing(folder))
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Vec<u8>, ReadError>>> {
        Box::pin(async move {
            let reads = wants.iter().map(|want| self.content(want));
            futures_util::stream::iter(reads)
                .buffered(AT_ONCE)
                .collect()
                .await
        })
    }

    fn can_grow(&self) -> bool {
        true
    }
}

async fn read_entries(reader: &FileSystemDirectoryReader) -> Result<Vec<FileSystemEntry>, JsValue> {
    let some = promised(|found, failed| {
        // The error is told by the promise.
        let _asked = reader.read_entries_with_callback_and_callback(found, failed);
    })
    .await?;
    Ok(some
        .unchecked_into::<Array>()
        .iter()
        .map(JsValue::unchecked_into)
        .collect())
}

/// Waits for one of two callbacks.
async fn promised(start: impl FnOnce(&Function, &Function)) -> Result<JsValue, JsValue> {
    let mut start = Some(start);
    let promise = Promise::new(&mut |resolve, reject| {
        if let Some(start) = start.take() {
            let found = Closure::once_into_js(move |value: JsValue| {
                let _resolved = resolve.call1(&JsValue::NULL, &value);
            });
            let failed = Closure::once_into_js(move |error: JsValue| {
                let _rejected = reject.call1(&JsValue::NULL, &error);
            });
            start(found.unchecked_ref(), failed.unchecked_ref());
        }
    });
    JsFuture::from(promise).await
}

fn text(error: &JsValue) -> String {
    let message = js_sys::Reflect::get(error, &"message".into())
        .ok()
        .and_then(|message| message.as_string());
    message.unwrap_or_else(|| "The browser did not give the file.".to_owned())
}
