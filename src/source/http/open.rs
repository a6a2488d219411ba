//! Whether a URL can be read by ranges; if not, it is fetched whole.
//!
//! The first request asks for some bytes: its answer carries the size where the page may see
//! `Content-Range`, which many a bucket forgets to allow; then the size is asked for (`HEAD`),
//! since a page may always see `Content-Length`. A server that tells neither, sends the whole
//! file, another part than was asked for, or packs the bytes on their way (so that there are
//! more of them than were asked for) is read whole, with progress. A large file is so read
//! only when the user has said yes to that.

use super::super::failure::UnreachableHint;
use super::super::shown::{shown_url, without_secrets};
use super::super::{Blob, MemoryBlob, OpenError, Pace, Progress, Unit, limits};
use super::turn::Turn;
use super::{
    Ask, Http, HttpAnswer, HttpBlob, HttpFailure, Line, ask, part_of_range, total_of, url_name,
};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Bytes that are asked for first: enough to tell what the file is.
const HEAD: u64 = 512;

/// How much may be read of a file that cannot be read in parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    /// As much as nobody minds.
    Unasked,
    /// The user said yes.
    Allowed,
}

impl Whole {
    fn most(self) -> u64 {
        match self {
            Whole::Unasked => limits::WHOLE_UNASKED,
            Whole::Allowed => limits::WHOLE_ARCHIVE,
        }
    }
}

/// A file behind a URL.
pub async fn open_url(
    http: Rc<dyn Http>,
    url: &str,
    pace: Rc<dyn Pace>,
    whole: Whole,
) -> Result<Rc<dyn Blob>, OpenError> {
    let first = first_answer(&*http, url, &*pace, whole).await?;
    blob_of(first, http, url, pace, whole).await
}

/// What the server says to a question for the first bytes.
pub(in crate::source) async fn first_answer(
    http: &dyn Http,
    url: &str,
    pace: &dyn Pace,
    whole: Whole,
) -> Result<HttpAnswer, OpenError> {
    let question = Ask::part(url, 0..HEAD, whole.most());
    let says = |done: u64, total: Option<u64>| {
        // The first answer is short where ranges work; what is longer is the file.
        if done > HEAD {
            say(pace, done, total);
        }
    };
    let mut answer = ask(http, pace, &Line::new(), question, &says).await;
    if matches!(&answer, Err(failure) if failure.hint == UnreachableHint::OnlyWhole) {
        let question = Ask::whole(url, whole.most());
        answer = ask(http, pace, &Line::open(), question, &says).await;
    }
    answer.map_err(|failure| unreachable(url, failure))
}

/// The file of which these are the first bytes, or all.
pub(in crate::source) async fn blob_of(
    first: HttpAnswer,
    http: Rc<dyn Http>,
    url: &str,
    pace: Rc<dyn Pace>,
    whole: Whole,
) -> Result<Rc<dyn Blob>, OpenError> {
    let content_range = first.content_range.as_deref().unwrap_or_default();
    let mut size = total_of(content_range);
    match first.status {
        206 => {
            if first.content_range.is_none() {
                size = size_by_head(&*http, url, &*pace).await;
            }
            let sound = |size: &u64| {
                let part = 0..HEAD.min(*size);
                let sent = part_of_range(content_range);
                sent.is_none_or(|sent| sent == part)
                    && first.body.len() as u64 == part.end
                    && !first.encoded
            };
            if let Some(size) = size.filter(sound) {
                return Ok(Rc::new(HttpBlob {
                    http,
                    pace,
                    url: url.to_owned(),
                    size,
                    version: first.version,
                    head: first.body,
                    whole: RefCell::default(),
                    turn: Turn::default(),
                    most: whole.most(),
                    line: Line::open(),
                    coming: Cell::default(),
                }));
            }
        }
        // An empty file has no byte 0 to give.
        416 if size.unwrap_or_default() == 0 => {
            return Ok(Rc::new(MemoryBlob::new(url_name(url), Vec::new())));
        }
        416 => {}
        _ => return whole_file(url, first, whole),
    }
    let question = Ask::whole(url, whole.most());
    let says = |done: u64, total: Option<u64>| say(&*pace, done, total);
    let answer = ask(&*http, &*pace, &Line::open(), question, &says).await;
    let answer = answer.map_err(|failure| unreachable(url, failure))?;
    whole_file(url, answer, whole)
}

/// The size of a file, where parts of it come without it.
async fn size_by_head(http: &dyn Http, url: &str, pace: &dyn Pace) -> Option<u64> {
    let question = Ask {
        only_head: true,
        ..Ask::whole(url, 0)
    };
    let answer = ask(http, pace, &Line::open(), question, &|_, _| {}).await;
    let answer = answer.ok().filter(|answer| answer.status == 200)?;
    answer.length.filter(|_| !answer.encoded)
}

fn whole_file(url: &str, answer: HttpAnswer, whole: Whole) -> Result<Rc<dyn Blob>, OpenError> {
    let size = answer.length.filter(|_| !answer.encoded);
    match (answer.status, answer.cut) {
        (200, true) => Err(match whole {
            Whole::Unasked if size.is_none_or(|size| size <= limits::WHOLE_ARCHIVE) => {
                OpenError::AsksFirst {
                    size,
                    limit: limits::WHOLE_UNASKED,
                }
            }
            _ => OpenError::TooLarge {
                size: size.unwrap_or(limits::WHOLE_ARCHIVE + 1),
                limit: limits::WHOLE_ARCHIVE,
            },
        }),
        (200, false) => Ok(Rc::new(MemoryBlob::new(url_name(url), answer.body))),
        (status, _) => Err(refused(url, status)),
    }
}

fn say(pace: &dyn Pace, done: u64, total: Option<u64>) {
    pace.progress(Progress {
        what: "This server sends no ranges, so the whole file is read once".to_owned(),
        done,
        total,
        unit: Unit::Bytes,
    });
}

pub(in crate::source) fn unreachable(url: &str, failure: HttpFailure) -> OpenError {
    OpenError::Unreachable {
        url: shown_url(url),
        detail: without_secrets(&failure.detail, url),
        hint: failure.hint,
    }
}

pub(in crate::source) fn refused(url: &str, status: u16) -> OpenError {
    OpenError::Refused {
        url: shown_url(url),
        status,
        said: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{NoPace, Waiting};
    use super::*;
    use std::cell::Cell;

    /// Gives so many parts, and then the file only as a whole.
    struct Unwilling {
        file: Vec<u8>,
        parts: u32,
        asked: Cell<u32>,
        wholes: Cell<u32>,
    }

    impl Http for Unwilling {
        fn get<'a>(
            &'a self,
            ask: Ask<'a>,
            _: &'a dyn Fn(u64, Option<u64>),
        ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>> {
            let asked = self.asked.replace(self.asked.get() + 1);
            let answer = match ask.range {
                None => {
                    self.wholes.set(self.wholes.get() + 1);
                    Ok(HttpAnswer {
                        status: 200,
                        body: self.file.clone(),
                        ..HttpAnswer::default()
                    })
                }
                Some(range) if asked < self.parts => {
                    let range = range.start as usize..range.end as usize;
                    let (last, size) = (range.end - 1, self.file.len());
                    Ok(HttpAnswer {
                        status: 206,
                        content_range: Some(format!("bytes {}-{last}/{size}", range.start)),
                        body: self.file[range].to_vec(),
                        ..HttpAnswer::default()
                    })
                }
                Some(_) => Err(HttpFailure {
                    detail: "no".to_owned(),
                    hint: UnreachableHint::OnlyWhole,
                }),
            };
            Box::pin(std::future::ready(answer))
        }
    }

    #[test]
    fn a_server_that_gives_no_parts_is_asked_for_all() {
        let file: Vec<u8> = (0..5000_u32).map(|at| (at / 7) as u8).collect();
        for parts in 0..3 {
            let http = Rc::new(Unwilling {
                file: file.clone(),
                parts,
                asked: Cell::new(0),
                wholes: Cell::new(0),
            });
            let opened = open_url(http.clone(), "http://x/y", Rc::new(NoPace), Whole::Unasked);
            let blob = pollster::block_on(opened).unwrap();
            for part in [1000..2000, 4000..5000, 600..700] {
                let bytes = pollster::block_on(blob.read(part.clone())).unwrap();
                assert_eq!(bytes, file[part.start as usize..part.end as usize]);
            }
            assert_eq!(http.wholes.get(), 1, "after {parts} parts");
        }
    }
}
