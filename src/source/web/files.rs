//! Files of a folder behind a URL: whole or in parts, and how large they are.
//!
//! Whoever sends something else than the part that was asked for is asked for the whole file.
//! What no list names is not asked for.

use super::super::folder::part_of;
use super::super::http::{Ask, HttpAnswer, ask, part_of_range, total_of};
use super::super::shown::shown_url;
use super::super::{Bytes, EntryKind, Range64, ReadError, Want, limits};
use super::asking::Unlisted;
use super::folder::WebFolder;
use std::rc::Rc;

impl WebFolder {
    pub(super) async fn content(&self, want: &Want) -> Result<Bytes, ReadError> {
        let path = self.inside(&want.path).filter(|path| !path.is_empty());
        let path = path.ok_or(ReadError::Missing)?;
        if self.is_listed(path, false) == Some(false) {
            return Err(ReadError::Missing);
        }
        if let Some(known) = self.kept.borrow_mut().get(path) {
            return Ok(match want.range {
                None => known,
                range => Rc::new(part_of(known.to_vec(), range)),
            });
        }
        let url = self.place.file(path);
        match want.range {
            Some(range) => self.part(path, &url, range).await,
            None => {
                let answer = self
                    .answered(path, &url, Ask::whole(&url, limits::UNPACKED_FILE))
                    .await?;
                self.whole(path, answer)
            }
        }
    }

    /// An answer with bytes of a file.
    async fn answered(
        &self,
        path: &str,
        url: &str,
        question: Ask<'_>,
    ) -> Result<HttpAnswer, ReadError> {
        let answer = ask(&*self.http, &*self.pace, &self.line, question, &|_, _| {}).await;
        let answer = answer.map_err(|failure| Unlisted::Failed(failure).told(url))?;
        self.fetched
            .set(self.fetched.get() + answer.body.len() as u64);
        match answer.status {
            200 | 206 | 416 => Ok(answer),
            404 | 410 if self.is_listed(path, false) == Some(true) => {
                Err(ReadError::Damaged(format!(
                    "The folder's list names it, but {} answered with status {}.",
                    shown_url(url),
                    answer.status
                )))
            }
            status => Err(Unlisted::Status(status).told(url)),
        }
    }

    fn whole(&self, path: &str, answer: HttpAnswer) -> Result<Bytes, ReadError> {
        if answer.cut {
            return Err(ReadError::TooLarge {
                size: answer.length.unwrap_or(limits::UNPACKED_FILE + 1),
                limit: limits::UNPACKED_FILE,
            });
        }
        let bytes = Rc::new(answer.body);
        self.kept.borrow_mut().put(path, &bytes);
        Ok(bytes)
    }

    /// A part, cut at the file's end.
    async fn part(&self, path: &str, url: &str, range: Range64) -> Result<Bytes, ReadError> {
        if range.start >= range.end {
            return Ok(Bytes::default());
        }
        let asked = range.start..range.end;
        let question = Ask::part(url, asked.clone(), limits::UNPACKED_FILE);
        let answer = match self.answered(path, url, question).await {
            Err(ReadError::Unsupported(_)) => {
                let whole = Ask::whole(url, limits::UNPACKED_FILE);
                self.answered(path, url, whole).await?
            }
            answer => answer?,
        };
        match answer.status {
            // There is nothing there: beyond the end.
            416 => return Ok(Bytes::default()),
            206 => {}
            _ => {
                let more = answer.body.len() as u64 > range.end - range.start;
                self.sends_whole.set(more || self.sends_whole.get());
                let whole = self.whole(path, answer)?;
                return Ok(Rc::new(part_of(whole.to_vec(), Some(range))));
            }
        }
        let content_range = answer.content_range.as_deref().unwrap_or_default();
        let sent = part_of_range(content_range);
        let length = answer.body.len() as u64;
        let fits = match &sent {
            Some(sent) => {
                let end = total_of(content_range).map_or(asked.end, |total| total.min(asked.end));
                sent.start == asked.start && sent.end == end && length == end - asked.start
            }
            None => length <= asked.end - asked.start,
        };
        if fits && !answer.encoded && !answer.cut {
            return Ok(Rc::new(answer.body));
        }
        // Not what was asked for: the whole file holds it.
        self.sends_whole.set(true);
        let answer = self
            .answered(path, url, Ask::whole(url, limits::UNPACKED_FILE))
            .await?;
        let whole = self.whole(path, answer)?;
        Ok(Rc::new(part_of(whole.to_vec(), Some(range))))
    }

    /// How large a file is whose list does not say so: by a range of one byte, which no server
    /// packs, or by what it says of the whole.
    pub(super) async fn size(&self, path: &str) -> Option<u64> {
        let path = self.inside(path).filter(|path| !path.is_empty())?;
        let (around, name) = path.rsplit_once('/').unwrap_or(("", path));
        if let Some(entry) = self.known(around)?.get(name)
            && let EntryKind::File { size: Some(size) } = entry.kind
        {
            return Some(size);
        }
        let url = self.place.file(path);
        let get = |question| ask(&*self.http, &*self.pace, &self.line, question, &|_, _| {});
        if !self.sends_whole.get() {
            let answer = get(Ask::part(&url, 0..1, 1)).await.ok()?;
            let size = total_of(answer.content_range.as_deref().unwrap_or_default());
            if matches!(answer.status, 206 | 416) && size.is_some() {
                return size;
            }
            // Of a file without bytes some send all.
            if answer.status == 200 && !answer.cut {
                return Some(answer.body.len() as u64);
            }
            self.sends_whole.set(answer.status == 200);
        }
        let question = Ask {
            only_head: true,
            ..Ask::whole(&url, 0)
        };
        let answer = get(question).await.ok()?;
        answer
            .length
            .filter(|_| answer.status == 200 && !answer.encoded)
    }
}
