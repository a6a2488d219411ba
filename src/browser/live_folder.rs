//! A folder that is looked into as far as somebody asks, and followed while it grows.
//!
//! It may hold half a million files: nothing of it is listed beforehand. What the page cannot
//! hand over is asked of it ([`files`](super::files)); what has a handle is read here
//! ([`handles`](super::handles)). Start with [`LiveFolder::ask`].

use super::given::read_all;
use super::handles::HandleFolder;
use super::{clock, protocol};
use crate::sorting::SortedMap;
use crate::source::listing::{Entry, EntryKind, Listing};
use crate::source::{Folder, ReadError, Waiting, Want, Watched, join};
use futures_channel::oneshot;
use futures_util::StreamExt as _;
use js_sys::Array;
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{File, MessagePort};

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

/// A folder that is looked into as far as somebody asks: its files by its handle, where there
/// is one, and its lists by asking the page, where that keeps its entries.
pub struct LiveFolder {
    port: MessagePort,
    waiters: Rc<Waiters>,
    key: String,
    name: String,
    told: RefCell<Told>,
    /// Not known before the page has been asked for them.
    ways: OnceCell<Ways>,
}

/// How a folder can be looked into.
struct Ways {
    by_handle: Option<HandleFolder>,
    page_lists: bool,
}

/// What is asked for of each of some paths.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Lists,
    Files,
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

/// Between two looks at what is watched, in milliseconds.
const PAUSE: u32 = 2000;

/// And so many times as long as the look took: at what is large it is looked less often.
const REST: u32 = 9;

/// Of more files than these side by side the names have to do: what is new is among them, and
/// a file that grows there is noticed when its task is looked at.
const DATED: usize = 4000;

/// Folders below one that is watched: beyond them none is looked into.
const FOLDERS: usize = 100_000;

impl LiveFolder {
    pub fn new(port: MessagePort, waiters: Rc<Waiters>, key: String, name: String) -> Self {
        Self {
            port,
            waiters,
            key,
            name,
            told: RefCell::default(),
            ways: OnceCell::new(),
        }
    }

    /// What is wanted of each path: a list of pairs or a `File`; nothing where there is none,
    /// and a text where it cannot be had.
    async fn ask(&self, wanted: Wanted, paths: &[String]) -> Result<Array, ReadError> {
        if self.ways.get().is_none() {
            let told: Array = self.ask_page(&Array::new()).await?.unchecked_into();
            let handle = told.get(0).dyn_into().ok();
            // Several may have asked at once.
            let _known = self.ways.set(Ways {
                by_handle: handle.map(HandleFolder::new),
                page_lists: told.get(1).is_truthy(),
            });
        }
        let ways = self.ways.get();
        if let Some((ways, folder)) = ways.and_then(|ways| Some((ways, ways.by_handle.as_ref()?))) {
            match wanted {
                Wanted::Files => return Ok(folder.files(paths).await),
                Wanted::Lists if !ways.page_lists => return Ok(folder.list_all(paths).await),
                Wanted::Lists => {}
            }
        }
        let asked: Array = paths.iter().map(JsValue::from).collect();
        if wanted == Wanted::Lists {
            // Nothing in front of the paths says that they are folders.
            asked.unshift(&JsValue::NULL);
        }
        let answer = self.ask_page(&asked).await?;
        answer.dyn_into().map_err(|why| failure(&why))
    }

    async fn ask_page(&self, ask: &JsValue) -> Result<JsValue, ReadError> {
        let lost = |what: &str| ReadError::Unreachable(format!("The page did not answer: {what}."));
        let number = self.waiters.next.get().wrapping_add(1);
        self.waiters.next.set(number);
        let (sender, receiver) = oneshot::channel();
        self.waiters.open.borrow_mut().push((number, sender));
        if !protocol::send(&self.port, protocol::FOLDER_ASK, number, ask, &self.key) {
            return Err(lost("the message could not be sent"));
        }
        let answer = receiver.await.ok();
        answer.ok_or_else(|| lost("the question was dropped"))
    }
}

impl LiveFolder {
    /// What is in a watched folder: names, and of files when they were written.
    async fn look(&self, watched: &Watched) -> SortedMap<String, u64> {
        let mut found = SortedMap::default();
        let mut level = vec![watched.folder.clone()];
        while !level.is_empty() && found.len() < FOLDERS {
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
            let versions = match files.len() <= DATED {
                true => self.versions(&files).await,
                false => vec![0; files.len()],
            };
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
        let version = |file: JsValue| {
            let file = file.dyn_into::<File>().ok();
            file.map_or(0, |file| {
                let mut stamp = Stamp::default();
                stamp.take(&file.size().to_le_bytes());
                stamp.take(&file.last_modified().to_le_bytes());
                stamp.0
            })
        };
        self.of_files(paths, version).await
    }

    /// Something of each of several files, or of nothing where there is none.
    async fn of_files<A>(&self, paths: &[String], told: impl Fn(JsValue) -> A) -> Vec<A> {
        let told = &told;
        let asks = paths.chunks(ASKED_AT_ONCE).map(async |some| {
            let files = self.ask(Wanted::Files, some).await.unwrap_or_default();
            (0..some.len() as u32)
                .map(|at| told(files.get(at)))
                .collect()
        });
        in_turn(asks).await
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

/// Files in one message, and folders, of which each names some 25 more: few enough to hold up
/// no frame of the page, which asks the browser for them.
const ASKED_AT_ONCE: usize = 16;
const LISTED_AT_ONCE: usize = 8;

/// Messages that are on their way at a time.
const MESSAGES: usize = 6;

/// What comes of several questions, in their order.
async fn in_turn<A>(asks: impl Iterator<Item = impl Future<Output = Vec<A>>>) -> Vec<A> {
    let answers = futures_util::stream::iter(asks).buffered(MESSAGES);
    answers
        .collect::<Vec<_>>()
        .await
        .into_iter()
        .flatten()
        .collect()
}

impl Folder for LiveFolder {
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
            let ask = |some: &'a [String]| async move {
                let answers = self.ask(Wanted::Lists, some).await;
                let list = |at: usize| {
                    let answers = answers.as_ref().map_err(ReadError::clone)?;
                    let pairs = answers.get(at as u32).dyn_into::<Array>();
                    Ok(listing_of(&pairs.map_err(|why| failure(&why))?))
                };
                (0..some.len()).map(list).collect::<Vec<_>>()
            };
            in_turn(folders.chunks(LISTED_AT_ONCE).map(ask)).await
        })
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Vec<u8>, ReadError>>> {
        Box::pin(async move {
            let ask = |some: &'a [Want]| async move {
                let paths: Vec<String> = some.iter().map(|want| want.path.clone()).collect();
                let files = match self.ask(Wanted::Files, &paths).await {
                    Ok(files) => files
                        .iter()
                        .map(|file| file.dyn_into().map_err(|why| failure(&why)))
                        .collect(),
                    Err(error) => vec![Err(error); some.len()],
                };
                read_all(some, files).await
            };
            in_turn(wants.chunks(ASKED_AT_ONCE).map(ask)).await
        })
    }

    fn sizes<'a>(&'a self, paths: &'a [String]) -> Waiting<'a, Vec<Option<u64>>> {
        Box::pin(async move {
            let size = |file: JsValue| Some(file.dyn_into::<File>().ok()?.size() as u64);
            self.of_files(paths, size).await
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
                let began = clock::now();
                let mut found = Vec::with_capacity(watched.len());
                for one in watched {
                    found.push((one.clone(), self.look(one).await));
                }
                // From here to the answer nobody can stop it.
                let changed = self.told.borrow_mut().changed(found);
                if !changed.is_empty() {
                    return Ok(changed);
                }
                let took = (clock::now().since(began).0 / 1000).clamp(0, 60_000) as u32;
                clock::pause(PAUSE.max(took.saturating_mul(REST))).await;
            }
        })
    }
}
