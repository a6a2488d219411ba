//! A file behind a URL whose server gives ranges.
//!
//! What comes is compared with what was asked for: another part, more or fewer bytes, another
//! size or version. A file that changed is not read on. A server whose parts are not those
//! that were asked for is not asked for parts again: the file is fetched whole, once.

use super::super::failure::UnreachableHint;
use super::super::shown::{shown_url, without_secrets};
use super::super::{Blob, Pace, Progress, ReadError, Unit, Waiting};
use super::turn::Turn;
use super::{
    Ask, Http, HttpAnswer, HttpFailure, Line, ask, part_of_range, total_of, unread_status, url_name,
};
use crate::counts::bytes;
use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;

pub struct HttpBlob {
    pub(super) http: Rc<dyn Http>,
    pub(super) pace: Rc<dyn Pace>,
    pub(super) url: String,
    pub(super) size: u64,
    pub(super) version: Option<String>,
    /// The first bytes, which came with the answer that told the size.
    pub(super) head: Vec<u8>,
    /// All of it, once it had to be fetched.
    pub(super) whole: RefCell<Option<Rc<Vec<u8>>>>,
    /// Only one fetches it.
    pub(super) turn: Turn,
    /// The largest file that may be read whole.
    pub(super) most: u64,
    pub(super) line: Line,
    /// Bytes of the parts that are on their way: those that have come, and all.
    pub(super) coming: Cell<(u64, u64)>,
}

/// A part on its way.
struct Coming<'b> {
    blob: &'b HttpBlob,
    done: Cell<u64>,
    size: u64,
}

impl<'b> Coming<'b> {
    fn of(blob: &'b HttpBlob, size: u64) -> Self {
        let (done, all) = blob.coming.get();
        blob.coming.set((done, all.saturating_add(size)));
        Self {
            blob,
            done: Cell::new(0),
            size,
        }
    }

    /// On a slow line it comes bit by bit, and somebody may wait for it.
    fn is_at(&self, now: u64) {
        let now = now.min(self.size);
        let before = self.done.replace(now);
        let (done, all) = self.blob.coming.get();
        let done = done.saturating_sub(before).saturating_add(now);
        self.blob.coming.set((done, all));
        if now < self.size {
            self.blob.pace.progress(Progress {
                what: format!("Reading a part of {}", self.blob.name()),
                done,
                total: Some(all),
                unit: Unit::Bytes,
            });
        }
    }
}

impl Drop for Coming<'_> {
    fn drop(&mut self) {
        let (done, all) = self.blob.coming.get();
        let (before, size) = (self.done.get(), self.size);
        let left = (done.saturating_sub(before), all.saturating_sub(size));
        self.blob.coming.set(left);
    }
}

/// What came where a part was asked for.
enum Came {
    Part(Vec<u8>),
    Whole(Vec<u8>),
    /// Something else: what, in words.
    Other(String),
}

impl Blob for HttpBlob {
    fn name(&self) -> String {
        url_name(&self.url)
    }

    fn size(&self) -> u64 {
        self.size
    }

    fn is_remote(&self) -> bool {
        true
    }

    /// What was given is not refused later, unless a key or a signature has run out.
    fn locked_by(&self) -> Option<u16> {
        Some(self.line.status()).filter(|status| matches!(status, 401 | 403))
    }

    fn read(&self, range: Range<u64>) -> Waiting<'_, Result<Vec<u8>, ReadError>> {
        Box::pin(async move {
            if range.is_empty() {
                return Ok(Vec::new());
            }
            if let Some(known) = slice(&self.head, &range) {
                return Ok(known.to_vec());
            }
            if let Some(known) = self.known(&range) {
                return Ok(known);
            }
            let wanted = range.end - range.start;
            // Room for the whole file, where that may come instead.
            let most = wanted.max(self.size.min(self.most));
            let question = Ask::part(&self.url, range.clone(), most);
            let coming = Coming::of(self, wanted);
            let says = |done: u64, _: Option<u64>| coming.is_at(done);
            let answer = ask(&*self.http, &*self.pace, &self.line, question, &says).await;
            drop(coming);
            let came = match answer {
                Ok(answer) => self.came(answer, &range)?,
                Err(failure) if failure.hint == UnreachableHint::OnlyWhole => {
                    Came::Other("nothing".to_owned())
                }
                Err(failure) => return Err(self.lost(failure)),
            };
            match came {
                Came::Part(bytes) => Ok(bytes),
                Came::Whole(bytes) => {
                    *self.whole.borrow_mut() = Some(Rc::new(bytes));
                    self.known(&range).ok_or_else(|| self.changed())
                }
                Came::Other(told) => self.read_of_whole(&range, told).await,
            }
        })
    }
}

impl HttpBlob {
    fn known(&self, range: &Range<u64>) -> Option<Vec<u8>> {
        let whole = self.whole.borrow();
        slice(whole.as_ref()?, range).map(<[u8]>::to_vec)
    }

    fn changed(&self) -> ReadError {
        ReadError::Unreachable(format!(
            "{} has changed since it was opened. Reload the page to read it anew.",
            shown_url(&self.url)
        ))
    }

    fn lost(&self, failure: HttpFailure) -> ReadError {
        ReadError::Unreachable(format!(
            "{} did not answer: {}.",
            shown_url(&self.url),
            without_secrets(&failure.detail, &self.url)
        ))
    }

    fn refused(&self, status: u16) -> ReadError {
        unread_status(&self.url, status)
    }

    /// What an answer is, when it is of the file that was opened.
    fn came(&self, answer: HttpAnswer, asked: &Range<u64>) -> Result<Came, ReadError> {
        let content_range = answer.content_range.as_deref().unwrap_or_default();
        let other_size = match answer.status {
            206 => total_of(content_range).is_some_and(|total| total != self.size),
            _ => false,
        };
        if self.is_other_version(&answer) || other_size {
            return Err(self.changed());
        }
        let size = answer.body.len() as u64;
        match answer.status {
            // A server may stop giving ranges in between.
            200 if answer.cut => Err(ReadError::TooLarge {
                size: self.size,
                limit: self.most,
            }),
            200 if size != self.size => Err(self.changed()),
            200 => Ok(Came::Whole(answer.body)),
            206 => match part_of_range(content_range) {
                // A cache in between may answer with another part, which it has.
                Some(other) if other != *asked => {
                    let last = other.end.saturating_sub(1);
                    Ok(Came::Other(format!("bytes {} to {last}", other.start)))
                }
                _ if answer.encoded => Ok(Came::Other("packed bytes".to_owned())),
                _ if answer.cut || size != asked.end - asked.start => Ok(Came::Other(bytes(size))),
                _ => Ok(Came::Part(answer.body)),
            },
            status => Err(self.refused(status)),
        }
    }

    fn is_other_version(&self, answer: &HttpAnswer) -> bool {
        matches!(
            (&self.version, &answer.version),
            (Some(before), Some(now)) if before != now
        )
    }

    /// A part out of the whole file, because the server sent `instead` of that part.
    async fn read_of_whole(
        &self,
        range: &Range<u64>,
        instead: String,
    ) -> Result<Vec<u8>, ReadError> {
        let _mine = self.turn.take().await;
        // Somebody else may have fetched it in the meantime.
        if let Some(known) = self.known(range) {
            return Ok(known);
        }
        if self.size > self.most {
            let (first, last) = (range.start, range.end.saturating_sub(1));
            return Err(ReadError::Damaged(format!(
                "{} sent {instead} where bytes {first} to {last} were asked for, and is too large to be read whole ({}).",
                shown_url(&self.url),
                bytes(self.size)
            )));
        }
        let says = |done: u64, total: Option<u64>| {
            self.pace.progress(Progress {
                what: format!(
                    "This server sent {instead} instead of a part, so the whole file is read once"
                ),
                done,
                total: total.or(Some(self.size)),
                unit: Unit::Bytes,
            });
        };
        let question = Ask::whole(&self.url, self.size);
        let answer = ask(&*self.http, &*self.pace, &self.line, question, &says).await;
        let answer = answer.map_err(|failure| self.lost(failure))?;
        match answer.status {
            200 if self.is_other_version(&answer)
                || answer.cut
                || answer.body.len() as u64 != self.size =>
            {
                Err(self.changed())
            }
            200 => {
                *self.whole.borrow_mut() = Some(Rc::new(answer.body));
                self.known(range).ok_or_else(|| self.changed())
            }
            status => Err(self.refused(status)),
        }
    }
}

fn slice<'a>(bytes: &'a [u8], range: &Range<u64>) -> Option<&'a [u8]> {
    let start = usize::try_from(range.start).ok()?;
    bytes.get(start..usize::try_from(range.end).ok()?)
}
