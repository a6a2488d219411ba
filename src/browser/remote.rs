//! A folder that the page can read, as the engine sees it: every listing and every
//! read is a question to the page.
//!
//! Entries of a dropped folder cannot be handed to another thread in every browser, so the
//! page keeps them and answers. Reads are asked for many at a time.

use super::protocol;
use crate::source::listing::{Entry, EntryKind, Listing};
use crate::source::{Folder, Range64, ReadError, Waiting, Want};
use futures_channel::oneshot;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use web_sys::MessagePort;

/// A question about a folder.
#[derive(Serialize, Deserialize)]
pub enum FolderAsk {
    List(String),
    Read(Vec<(String, Option<(u64, u64)>)>),
}

/// Its answer. A failure is a text; a missing file is none.
#[derive(Serialize, Deserialize)]
pub enum FolderAnswer {
    /// Name, whether it is a folder, and the size of a file where it is known.
    Listed(Result<Vec<(String, bool, Option<u64>)>, Option<String>>),
    Read(Vec<Result<Vec<u8>, Option<String>>>),
}

/// Answers a question from a folder that can be read here.
pub async fn answer(folder: &dyn Folder, ask: FolderAsk) -> FolderAnswer {
    let told = |error: ReadError| match error {
        ReadError::Missing => None,
        other => Some(other.to_string()),
    };
    match ask {
        FolderAsk::List(path) => {
            let listing = folder.list(&path).await;
            let entries = listing.map(|listing| listing.iter().map(plain).collect());
            FolderAnswer::Listed(entries.map_err(told))
        }
        FolderAsk::Read(files) => {
            let wants: Vec<Want> = files
                .into_iter()
                .map(|(path, range)| Want {
                    path,
                    range: range.map(|(start, end)| Range64 { start, end }),
                })
                .collect();
            let read = folder.read(&wants).await;
            FolderAnswer::Read(read.into_iter().map(|file| file.map_err(told)).collect())
        }
    }
}

fn plain(entry: &Entry) -> (String, bool, Option<u64>) {
    match entry.kind {
        EntryKind::Folder => (entry.name.to_string(), true, None),
        EntryKind::File { size } => (entry.name.to_string(), false, size),
    }
}

/// Questions that the page has not answered yet.
#[derive(Default)]
pub struct Waiters {
    next: Cell<u32>,
    open: RefCell<BTreeMap<u32, oneshot::Sender<Vec<u8>>>>,
}

impl Waiters {
    pub fn answered(&self, number: u32, bytes: Vec<u8>) {
        if let Some(waiter) = self.open.borrow_mut().remove(&number) {
            // The one who asked may have been stopped in the meantime.
            let _heard = waiter.send(bytes);
        }
    }
}

pub struct RemoteFolder {
    pub port: MessagePort,
    pub waiters: Rc<Waiters>,
    pub key: String,
    pub name: String,
}

impl RemoteFolder {
    async fn ask(&self, ask: FolderAsk) -> Result<FolderAnswer, ReadError> {
        let lost = |what: &str| ReadError::Unreachable(format!("The page did not answer: {what}."));
        let bytes = postcard::to_stdvec(&ask).map_err(|error| lost(&error.to_string()))?;
        let number = self.waiters.next.get().wrapping_add(1);
        self.waiters.next.set(number);
        let (sender, receiver) = oneshot::channel();
        self.waiters.open.borrow_mut().insert(number, sender);
        let load = protocol::bytes(&bytes);
        if !protocol::send(&self.port, protocol::FOLDER_ASK, number, &load, &self.key) {
            return Err(lost("the message could not be sent"));
        }
        let answer = receiver
            .await
            .map_err(|_| lost("the question was dropped"))?;
        postcard::from_bytes(&answer).map_err(|error| lost(&error.to_string()))
    }
}

fn failure(told: Option<String>) -> ReadError {
    told.map_or(ReadError::Missing, ReadError::Unreachable)
}

impl Folder for RemoteFolder {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        Box::pin(async move {
            let FolderAnswer::Listed(entries) =
                self.ask(FolderAsk::List(folder.to_owned())).await?
            else {
                return Err(ReadError::Missing);
            };
            let entry = |(name, is_folder, size): (String, bool, Option<u64>)| Entry {
                name: name.into(),
                kind: if is_folder {
                    EntryKind::Folder
                } else {
                    EntryKind::File { size }
                },
            };
            Ok(Listing::new(
                entries.map_err(failure)?.into_iter().map(entry).collect(),
            ))
        })
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Vec<u8>, ReadError>>> {
        /// Files in one message: enough to be quick, few enough to show progress.
        const AT_ONCE: usize = 200;
        Box::pin(async move {
            let mut answers = Vec::with_capacity(wants.len());
            for some in wants.chunks(AT_ONCE) {
                let files = some
                    .iter()
                    .map(|want| {
                        (
                            want.path.clone(),
                            want.range.map(|range| (range.start, range.end)),
                        )
                    })
                    .collect();
                match self.ask(FolderAsk::Read(files)).await {
                    Ok(FolderAnswer::Read(read)) if read.len() == some.len() => {
                        answers.extend(read.into_iter().map(|file| file.map_err(failure)));
                    }
                    Ok(_) => answers.extend(some.iter().map(|_| Err(ReadError::Missing))),
                    Err(error) => answers.extend(some.iter().map(|_| Err(error.clone()))),
                }
            }
            answers
        })
    }

    fn can_grow(&self) -> bool {
        true
    }
}
