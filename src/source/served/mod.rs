//! A folder that `runglass serve` gives away: thousands of files in a request.
//!
//! A server of files wants a request for each. This one takes lists of folders and of
//! files, and answers with all of them in one body, up to a size; what did not fit is
//! asked for again. [`wire`] has the bytes. What is opened here was named by the user,
//! and nothing else of its server is asked.

pub mod wire;

use super::shown::{shown_url, without_secrets};
use super::{
    Entry, EntryKind, Folder, Http, Listing, Range64, ReadError, Waiting, Want, Watched, limits,
};
use crate::model::{Place, Problem};
use serde_json::{Map, Value};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wire::{Answered, Heard, Listed, ListedKind, Part};

/// A served folder. Its own name is the first part of every path, as in a folder that is
/// dropped on the page.
pub struct ServedFolder {
    http: Rc<dyn Http>,
    /// Ends with `/`.
    url: String,
    name: String,
    heard: Cell<Heard>,
    /// The first links that lead out of the folder: they are not followed.
    led_out: RefCell<Vec<String>>,
}

/// The name in the record of a folder, `runglass.json`, that is served in this way.
pub(super) fn name_in(record: &Map<String, Value>) -> Option<String> {
    let is_known = record.get("runglass").and_then(Value::as_u64) == Some(1);
    let name = record.get("name").and_then(Value::as_str);
    let is_name = |name: &&str| !name.is_empty() && !name.contains('/');
    let name = name.filter(is_name)?;
    is_known.then(|| name.to_owned())
}

/// How often a file that changes while it is read is begun again.
const TRIES: u32 = 4;

impl ServedFolder {
    /// The folder at a URL that ends with `/`.
    pub fn new(http: Rc<dyn Http>, url: &str, name: String) -> Self {
        Self {
            http,
            url: url.to_owned(),
            name,
            heard: Cell::default(),
            led_out: RefCell::default(),
        }
    }

    /// The path below the folder, of one that begins with its name.
    fn within<'p>(&self, path: &'p str) -> Option<&'p str> {
        let rest = path.strip_prefix(&*self.name)?;
        match rest {
            "" => Some(""),
            rest => rest.strip_prefix('/'),
        }
    }

    fn outer(&self, path: &str) -> String {
        super::join(&self.name, path)
    }

    async fn ask<T>(
        &self,
        what: &str,
        question: Vec<u8>,
        read: fn(&[u8]) -> Option<T>,
    ) -> Result<T, ReadError> {
        let url = format!("{}{what}", self.url);
        let shown = shown_url(&self.url);
        let answer = self.http.post(&url, question).await.map_err(|failure| {
            let detail = without_secrets(&failure.detail, &url);
            ReadError::Unreachable(format!("{shown} did not answer: {detail}."))
        })?;
        if answer.status != 200 {
            let status = answer.status;
            let told = format!("{shown} answered with status {status}.");
            return Err(ReadError::Unreachable(told));
        }
        read(&answer.body).ok_or_else(|| {
            let told = "sent an answer that is none: page and server may be of two versions";
            ReadError::Damaged(format!("{shown} {told}."))
        })
    }

    /// One round for some folders; what comes later stays `None`.
    async fn list_some(
        &self,
        asked: &[(usize, String)],
        answers: &mut [Option<Result<Listing, ReadError>>],
    ) -> Result<(), ReadError> {
        let folders: Vec<String> = asked.iter().map(|(_, folder)| folder.clone()).collect();
        let question = wire::write_folders(&folders);
        let listings = self.ask(wire::LIST, question, wire::read_listings).await?;
        let mut some = false;
        for ((at, folder), answer) in asked.iter().zip(listings) {
            let answer = match answer {
                Answered::Later => continue,
                Answered::There(listed) => Ok(self.listing(folder, listed)),
                Answered::Missing => Err(ReadError::Missing),
                Answered::Failed(why) => Err(ReadError::Unreachable(why)),
            };
            some = true;
            if let Some(place) = answers.get_mut(*at) {
                *place = Some(answer);
            }
        }
        self.progress(some)
    }

    /// A server that answers nothing at all would be asked for ever.
    fn progress(&self, some: bool) -> Result<(), ReadError> {
        let told = || format!("{} answers nothing.", shown_url(&self.url));
        match some {
            true => Ok(()),
            false => Err(ReadError::Unreachable(told())),
        }
    }

    fn listing(&self, folder: &str, listed: Vec<Listed>) -> Listing {
        /// As many as anybody looks at.
        const TOLD: usize = 20;
        let entry = |listed: Listed| {
            let kind = match listed.kind {
                ListedKind::Folder => EntryKind::Folder,
                ListedKind::File { size } => EntryKind::File { size: Some(size) },
                ListedKind::LeadsOut => {
                    let path = self.outer(&super::join(folder, &listed.name));
                    let mut led_out = self.led_out.borrow_mut();
                    if led_out.len() < TOLD && !led_out.contains(&path) {
                        led_out.push(path);
                    }
                    return None;
                }
            };
            // Names are those of one folder, whatever a server says.
            let name = listed.name;
            let fits = !name.is_empty() && !name.contains('/') && name != "." && name != "..";
            fits.then(|| Entry {
                name: name.into(),
                kind,
            })
        };
        Listing::new(listed.into_iter().filter_map(entry).collect())
    }

    async fn read_some(
        &self,
        asked: &mut Vec<Reading>,
        answers: &mut [Option<Result<Vec<u8>, ReadError>>],
    ) -> Result<(), ReadError> {
        let some: Vec<Reading> = asked.drain(..asked.len().min(wire::ASKED)).collect();
        let wants: Vec<Want> = some.iter().map(Reading::want).collect();
        let question = wire::write_wants(&wants);
        let parts = self.ask(wire::READ, question, wire::read_parts).await?;
        let mut moved = false;
        let mut again = Vec::new();
        let mut parts = parts.into_iter();
        for mut reading in some {
            let answer = match parts.next().unwrap_or(Answered::Later) {
                Answered::Later => {
                    again.push(reading);
                    continue;
                }
                Answered::Missing => Err(ReadError::Missing),
                Answered::Failed(why) => Err(ReadError::Unreachable(why)),
                Answered::There(part) => match reading.take(part) {
                    Ok(true) => Ok(std::mem::take(&mut reading.bytes)),
                    Ok(false) => {
                        moved = true;
                        again.push(reading);
                        continue;
                    }
                    Err(error) => Err(error),
                },
            };
            moved = true;
            if let Some(place) = answers.get_mut(reading.at) {
                *place = Some(answer);
            }
        }
        asked.extend(again);
        self.progress(moved)
    }
}

/// What is said of a link out of a folder.
pub fn leads_out(path: &str) -> Problem {
    Problem::warning(
        Place::file(path),
        "This is a link that leads out of the folder that is open. It is not followed.",
        "Open the folder that it leads to, or copy what lies there in the place of the link.",
    )
}

/// A file on its way, in as many parts as it needs.
struct Reading {
    /// Among the answers.
    at: usize,
    path: String,
    range: Range64,
    bytes: Vec<u8>,
    version: Option<u64>,
    tries: u32,
}

impl Reading {
    fn want(&self) -> Want {
        Want {
            path: self.path.clone(),
            range: Some(Range64 {
                start: self.range.start.saturating_add(self.bytes.len() as u64),
                end: self.range.end,
            }),
        }
    }

    /// Takes the next part; whether it was the last.
    fn take(&mut self, part: Part) -> Result<bool, ReadError> {
        if self.version.is_some_and(|version| version != part.version) {
            // What was read so far is of another file.
            self.bytes.clear();
            self.version = None;
            self.tries += 1;
            return match self.tries < TRIES {
                true => Ok(false),
                false => Err(ReadError::Unreachable(format!(
                    "{} changes faster than it can be read.",
                    self.path
                ))),
            };
        }
        let end = self.range.end.min(part.size);
        let wanted = end.saturating_sub(self.range.start);
        if wanted > limits::WHOLE_ARCHIVE {
            return Err(ReadError::TooLarge {
                size: part.size,
                limit: limits::WHOLE_ARCHIVE,
            });
        }
        let is_empty = part.bytes.is_empty();
        self.version = Some(part.version);
        self.bytes.extend_from_slice(&part.bytes);
        let got = self.bytes.len() as u64;
        if got > wanted || (is_empty && got < wanted) {
            let told = format!("{} came in another length than it has.", self.path);
            return Err(ReadError::Damaged(told));
        }
        Ok(got == wanted)
    }
}

impl Folder for ServedFolder {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        Box::pin(async move {
            let folders = [folder.to_owned()];
            let mut answers = self.list_all(&folders).await;
            answers.pop().unwrap_or(Err(ReadError::Missing))
        })
    }

    fn list_all<'a>(
        &'a self,
        folders: &'a [String],
    ) -> Waiting<'a, Vec<Result<Listing, ReadError>>> {
        Box::pin(async move {
            let mut answers: Vec<Option<Result<Listing, ReadError>>> = vec![None; folders.len()];
            let mut asked = Vec::new();
            for ((at, folder), answer) in folders.iter().enumerate().zip(&mut answers) {
                match self.within(folder) {
                    Some(within) => asked.push((at, within.to_owned())),
                    None if folder.is_empty() => {
                        let entry = Entry {
                            name: self.name.as_str().into(),
                            kind: EntryKind::Folder,
                        };
                        *answer = Some(Ok(Listing::new(vec![entry])));
                    }
                    None => *answer = Some(Err(ReadError::Missing)),
                }
            }
            let mut fault = None;
            while !asked.is_empty() && fault.is_none() {
                let some = asked.get(..asked.len().min(wire::ASKED)).unwrap_or(&asked);
                fault = self.list_some(some, &mut answers).await.err();
                let waits = |at: usize| answers.get(at).is_some_and(Option::is_none);
                asked.retain(|(at, _)| waits(*at));
            }
            let left = fault.unwrap_or(ReadError::Missing);
            let answer = |answer: Option<_>| answer.unwrap_or_else(|| Err(left.clone()));
            answers.into_iter().map(answer).collect()
        })
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Vec<u8>, ReadError>>> {
        Box::pin(async move {
            let mut answers: Vec<Option<Result<Vec<u8>, ReadError>>> = vec![None; wants.len()];
            let mut asked = Vec::new();
            for ((at, want), answer) in wants.iter().enumerate().zip(&mut answers) {
                match self.within(&want.path) {
                    Some(within) => asked.push(Reading {
                        at,
                        path: within.to_owned(),
                        range: want.range.unwrap_or(Range64 {
                            start: 0,
                            end: u64::MAX,
                        }),
                        bytes: Vec::new(),
                        version: None,
                        tries: 0,
                    }),
                    None => *answer = Some(Err(ReadError::Missing)),
                }
            }
            let mut fault = None;
            while !asked.is_empty() && fault.is_none() {
                fault = self.read_some(&mut asked, &mut answers).await.err();
            }
            let left = fault.unwrap_or(ReadError::Missing);
            let answer = |answer: Option<_>| answer.unwrap_or_else(|| Err(left.clone()));
            answers.into_iter().map(answer).collect()
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
            let within = |one: &Watched| {
                Some(Watched {
                    folder: self.within(&one.folder)?.to_owned(),
                    deep: one.deep,
                })
            };
            let watched: Vec<Watched> = watched.iter().filter_map(within).collect();
            let question = wire::write_watched(self.heard.get(), &watched);
            let answer = self.ask(wire::CHANGES, question, wire::read_changes).await;
            let (heard, folders) = answer?;
            self.heard.set(heard);
            Ok(folders.iter().map(|folder| self.outer(folder)).collect())
        })
    }

    fn problems(&self) -> Vec<Problem> {
        let led_out = self.led_out.borrow();
        led_out.iter().map(|path| leads_out(path)).collect()
    }
}
