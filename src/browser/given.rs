//! What the user gave by hand, as the engine reads it.
//!
//! [`files`](super::files) is the page's side of it.

use super::{clock, protocol};
use crate::sorting::SortedMap;
use crate::source::listing::{Entry, EntryKind, Listing};
use crate::source::tree::{Tree, TreeBuilder};
use crate::source::{Blob as SourceBlob, Folder, Range64, ReadError, Waiting, Want, Watched, join};
use futures_channel::oneshot;
use futures_util::StreamExt as _;
use js_sys::{Array, Uint8Array};
use std::cell::{Cell, RefCell};
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

/// A folder of which all files are known: the browser has listed it.
pub struct PickedFolder {
    name: String,
    /// As they came: a large folder has half a million of them.
    files: Array,
    tree: Tree<Picked>,
}

/// A file by its place in the list.
#[derive(Clone, Copy)]
struct Picked {
    at: u32,
    size: u64,
}

impl PickedFolder {
    /// From pairs of a path and a file.
    pub fn new(name: String, pairs: &Array) -> Self {
        let files = Array::new();
        let mut tree = TreeBuilder::new(|picked: &Picked| picked.size);
        for pair in pairs.iter() {
            let pair: Array = pair.unchecked_into();
            if let (Some(path), Ok(file)) = (pair.get(0).as_string(), pair.get(1).dyn_into()) {
                let file: File = file;
                let size = file.size() as u64;
                let at = files.push(&file) - 1;
                tree.add(&path, Picked { at, size });
            }
        }
        let tree = tree.finish(&name);
        Self { name, files, tree }
    }
}

impl Folder for PickedFolder {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        Box::pin(std::future::ready(Ok(self.tree.list(folder))))
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Vec<u8>, ReadError>>> {
        let file = |want: &Want| {
            let picked = self.tree.find(&want.path).ok_or(ReadError::Missing)?;
            let file = self.files.get(picked.at).dyn_into().ok();
            file.ok_or(ReadError::Missing)
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
    pub told: RefCell<Told>,
}

/// What was in the folders that are watched, when it was told last: a number for each
/// folder in them. What is not asked for any more is kept for a while: it may be asked for
/// again, and then nobody wants to hear of it as if it were new.
#[derive(Default)]
pub struct Told {
    looks: u32,
    folders: SortedMap<Watched, Looked>,
}

struct Looked {
    at: u32,
    stamps: SortedMap<String, u64>,
}

impl Told {
    /// Looks after which something that nobody asked for is forgotten.
    const KEPT: u32 = 60;

    /// The folders in which something has changed.
    fn changed(&mut self, found: Vec<(Watched, SortedMap<String, u64>)>) -> Vec<String> {
        self.looks = self.looks.wrapping_add(1);
        let at = self.looks;
        let mut changed = Vec::new();
        for (watched, stamps) in found {
            match self.folders.get(&watched) {
                // Nobody knows what was there before.
                None => changed.push(watched.folder.clone()),
                Some(before) => {
                    let others = stamps.iter();
                    let others =
                        others.filter(|(folder, stamp)| before.stamps.get(*folder) != Some(*stamp));
                    changed.extend(others.map(|(folder, _)| folder.clone()));
                }
            }
            self.folders.insert(watched, Looked { at, stamps });
        }
        let all = std::mem::take(&mut self.folders).into_iter();
        let kept = all.filter(|(_, looked)| at.wrapping_sub(looked.at) < Self::KEPT);
        self.folders = kept.collect();
        changed
    }
}

/// Between two looks at what is watched.
const PAUSE: u32 = 2000;

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

impl RemoteFolder {
    /// What is in a watched folder: names, and of files when they were written.
    async fn look(&self, watched: &Watched) -> SortedMap<String, u64> {
        let mut found = SortedMap::default();
        let mut level = vec![watched.folder.clone()];
        while !level.is_empty() {
            let listings = self.list_all(&level).await;
            let mut next = Vec::new();
            let mut files = Vec::new();
            for (folder, listing) in level.iter().zip(listings) {
                let listing = listing.unwrap_or_default();
                let mut stamp = Stamp::default();
                for name in listing.folders() {
                    stamp.take(name.as_bytes());
                    if watched.deep {
                        next.push(join(folder, name));
                    }
                }
                files.extend(listing.files().map(|(name, _)| join(folder, name)));
                found.insert(folder.clone(), stamp.0);
            }
            let versions = self.versions(&files).await;
            for (file, version) in files.iter().zip(versions) {
                let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
                if let Some(stamp) = found.get_mut(folder) {
                    let mut more = Stamp(*stamp);
                    more.take(file.as_bytes());
                    more.take(&version.to_le_bytes());
                    *stamp = more.0;
                }
            }
            level = next;
        }
        found
    }

    /// What differs between two versions of a file, for each of several.
    async fn versions(&self, paths: &[String]) -> Vec<u64> {
        let mut versions = Vec::with_capacity(paths.len());
        for some in paths.chunks(ASKED_AT_ONCE) {
            let asked: Array = some.iter().map(JsValue::from).collect();
            let files = self.ask(asked.into()).await.unwrap_or_default();
            let version = |file: JsValue| {
                let file = file.dyn_into::<File>().ok();
                file.map_or(0, |file| {
                    let mut stamp = Stamp::default();
                    stamp.take(&file.size().to_le_bytes());
                    stamp.take(&file.last_modified().to_le_bytes());
                    stamp.0
                })
            };
            let found = files.iter().map(version).chain(std::iter::repeat(0));
            versions.extend(found.take(some.len()));
        }
        versions
    }
}

/// A number for what was taken in (FNV-1a).
struct Stamp(u64);

impl Default for Stamp {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Stamp {
    fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

fn listing_of(pairs: &Array) -> Listing {
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
    Listing::new(pairs.iter().map(entry).collect())
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
            let folders = [folder.to_owned()];
            let mut listings = self.list_all(&folders).await;
            listings.pop().unwrap_or(Err(ReadError::Missing))
        })
    }

    fn list_all<'a>(
        &'a self,
        folders: &'a [String],
    ) -> Waiting<'a, Vec<Result<Listing, ReadError>>> {
        Box::pin(async move {
            let mut listings = Vec::with_capacity(folders.len());
            for some in folders.chunks(ASKED_AT_ONCE) {
                // Nothing in front of the paths says that they are folders.
                let asked: Array = some.iter().map(JsValue::from).collect();
                asked.unshift(&JsValue::NULL);
                let answers = self.ask(asked.into()).await;
                for at in 0..some.len() {
                    listings.push(match &answers {
                        Ok(answers) => match answers.get(at as u32).dyn_into::<Array>() {
                            Ok(pairs) => Ok(listing_of(&pairs)),
                            Err(why) => Err(failure(&why)),
                        },
                        Err(error) => Err(error.clone()),
                    });
                }
            }
            listings
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
    fn changes<'a>(
        &'a self,
        watched: &'a [Watched],
    ) -> Waiting<'a, Result<Vec<String>, ReadError>> {
        Box::pin(async move {
            loop {
                let mut found = Vec::with_capacity(watched.len());
                for one in watched {
                    found.push((one.clone(), self.look(one).await));
                }
                // From here to the answer nobody can stop it.
                let changed = self.told.borrow_mut().changed(found);
                if !changed.is_empty() {
                    return Ok(changed);
                }
                clock::pause(PAUSE).await;
            }
        })
    }
}
