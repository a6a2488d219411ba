//! What the user gave by hand, as the engine reads it.
//!
//! [`files`](super::files) is the page's side of it.

use super::protocol;
use crate::source::listing::{Entry, EntryKind, Listing};
use crate::source::{Blob as SourceBlob, Folder, Range64, ReadError, Waiting, Want};
use futures_channel::oneshot;
use futures_util::StreamExt as _;
use js_sys::{Array, Uint8Array};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, MessagePort};

/// How many files are read at a time.
const AT_ONCE: usize = 32;

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
            let name = self.file.name();
            let bytes = read_blob(&self.file, Some(range.clone().into()), &name).await?;
            if bytes.len() as u64 != range.end - range.start {
                return Err(ReadError::Damaged(format!("{name} has become shorter.")));
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

/// A folder of which all files are known.
pub struct PickedFolder {
    name: String,
    files: BTreeMap<String, File>,
}

impl PickedFolder {
    /// From pairs of a path and a file.
    pub fn new(name: String, pairs: &Array) -> Self {
        let mut files = BTreeMap::new();
        for pair in pairs.iter() {
            let pair: Array = pair.unchecked_into();
            if let (Some(path), Ok(file)) = (pair.get(0).as_string(), pair.get(1).dyn_into()) {
                files.insert(path, file);
            }
        }
        Self { name, files }
    }

    fn listing(&self, folder: &str) -> Listing {
        let prefix = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        // In the order of the paths, so what is in one folder stands together.
        let mut entries: Vec<Entry> = Vec::new();
        for (path, file) in self.files.range(prefix.clone()..) {
            let Some(rest) = path.strip_prefix(&prefix) else {
                break;
            };
            let (name, kind) = match rest.split_once('/') {
                Some((name, _)) => (name, EntryKind::Folder),
                None => {
                    let size = Some(file.size() as u64);
                    (rest, EntryKind::File { size })
                }
            };
            if entries.last().is_none_or(|last| *last.name != *name) {
                entries.push(Entry {
                    name: name.into(),
                    kind,
                });
            }
        }
        Listing::new(entries)
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
        let file = |want: &Want| {
            self.files
                .get(&want.path)
                .cloned()
                .ok_or(ReadError::Missing)
        };
        Box::pin(read_all(wants, wants.iter().map(file).collect()))
    }

    fn can_grow(&self) -> bool {
        // The browser made the list when the folder was picked; it does not change.
        false
    }
}

/// Reads what is wanted of each file, some at a time.
async fn read_all(
    wants: &[Want],
    files: Vec<Result<File, ReadError>>,
) -> Vec<Result<Vec<u8>, ReadError>> {
    let reads = wants
        .iter()
        .zip(files)
        .map(|(want, file)| async move { read_blob(&*file?, want.range, &want.path).await });
    futures_util::stream::iter(reads)
        .buffered(AT_ONCE)
        .collect()
        .await
}

/// Questions that the page has not answered yet.
#[derive(Default)]
pub struct Waiters {
    next: Cell<u32>,
    open: RefCell<Vec<(u32, oneshot::Sender<JsValue>)>>,
}

impl Waiters {
    pub fn answered(&self, number: u32, answer: JsValue) {
        let mut open = self.open.borrow_mut();
        if let Some(at) = open.iter().position(|(other, _)| *other == number) {
            // The one who asked may have been stopped in the meantime.
            let _heard = open.swap_remove(at).1.send(answer);
        }
    }
}

/// A folder whose entries the page keeps: every listing and every file is asked for.
pub struct RemoteFolder {
    pub port: MessagePort,
    pub waiters: Rc<Waiters>,
    pub key: String,
    pub name: String,
}

impl RemoteFolder {
    /// The list that the page answers with.
    async fn ask(&self, ask: JsValue) -> Result<Array, ReadError> {
        let lost = |what: &str| ReadError::Unreachable(format!("The page did not answer: {what}."));
        let number = self.waiters.next.get().wrapping_add(1);
        self.waiters.next.set(number);
        let (sender, receiver) = oneshot::channel();
        self.waiters.open.borrow_mut().push((number, sender));
        if !protocol::send(&self.port, protocol::FOLDER_ASK, number, &ask, &self.key) {
            return Err(lost("the message could not be sent"));
        }
        let Ok(answer) = receiver.await else {
            return Err(lost("the question was dropped"));
        };
        answer.dyn_into().map_err(|why| failure(&why))
    }
}

fn failure(why: &JsValue) -> ReadError {
    why.as_string()
        .map_or(ReadError::Missing, ReadError::Unreachable)
}

/// Files in one message: enough to be quick, few enough to show progress.
const ASKED_AT_ONCE: usize = 200;

impl Folder for RemoteFolder {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        Box::pin(async move {
            let pairs = self.ask(folder.into()).await?;
            let entry = |pair: JsValue| {
                let pair: Array = pair.unchecked_into();
                let kind = match pair.get(1).is_truthy() {
                    true => EntryKind::Folder,
                    false => EntryKind::File { size: None },
                };
                Entry {
                    name: pair.get(0).as_string().unwrap_or_default().into(),
                    kind,
                }
            };
            Ok(Listing::new(pairs.iter().map(entry).collect()))
        })
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Vec<u8>, ReadError>>> {
        Box::pin(async move {
            let mut answers = Vec::with_capacity(wants.len());
            for some in wants.chunks(ASKED_AT_ONCE) {
                let paths: Array = some.iter().map(|want| JsValue::from(&want.path)).collect();
                let files = match self.ask(paths.into()).await {
                    Ok(files) => files
                        .iter()
                        .map(|file| file.dyn_into().map_err(|why| failure(&why)))
                        .collect(),
                    Err(error) => vec![Err(error); some.len()],
                };
                answers.extend(read_all(some, files).await);
            }
            answers
        })
    }

    fn sizes<'a>(&'a self, paths: &'a [String]) -> Waiting<'a, Vec<Option<u64>>> {
        Box::pin(async move {
            let mut sizes = Vec::with_capacity(paths.len());
            for some in paths.chunks(ASKED_AT_ONCE) {
                let asked: Array = some.iter().map(JsValue::from).collect();
                let files = self.ask(asked.into()).await.unwrap_or_default();
                let size = |file: JsValue| Some(file.dyn_into::<File>().ok()?.size() as u64);
                let found = files.iter().map(size).chain(std::iter::repeat(None));
                sizes.extend(found.take(some.len()));
            }
            sizes
        })
    }

    fn can_grow(&self) -> bool {
        true
    }
}
