//! A URL as a blob: by ranges where the server gives them, else whole.

use super::failure::UnreachableHint;
use super::shown::{shown_url, without_secrets};
use super::{Blob, OpenError, Pace, Progress, ReadError, Unit, Waiting, limits};
use crate::counts::bytes;
use std::ops::Range;
use std::rc::Rc;

/// Fetches. The browser implements it by fetch, the command line by an HTTP crate.
pub trait Http {
    /// Fetches a URL or a range of it. `arrived` is called with the bytes so far and,
    /// where the server announced it, their number in all.
    fn get<'a>(
        &'a self,
        url: &'a str,
        range: Option<Range<u64>>,
        arrived: &'a dyn Fn(u64, Option<u64>),
    ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>>;

    /// Asks by a question in bytes: what only `runglass serve` answers.
    fn post<'a>(
        &'a self,
        url: &'a str,
        question: Vec<u8>,
    ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>>;
}

/// What a server answered. Any status is an answer.
#[derive(Clone, Debug, Default)]
pub struct HttpAnswer {
    pub status: u16,
    /// `Content-Range`, where the server lets the page see it.
    pub content_range: Option<String>,
    /// `ETag`, else `Last-Modified`: what tells one version from the next.
    pub version: Option<String>,
    pub body: Vec<u8>,
}

/// No answer that can be read.
#[derive(Clone, Debug)]
pub struct HttpFailure {
    pub detail: String,
    pub hint: UnreachableHint,
}

/// A file behind a URL whose server gives ranges.
pub struct HttpBlob {
    http: Rc<dyn Http>,
    url: String,
    size: u64,
    version: Option<String>,
    /// The first bytes, which came with the answer that told the size.
    head: Vec<u8>,
}

/// Bytes that are asked for first: enough to tell what the file is.
const HEAD: u64 = 512;

/// The name of a URL for the reader: its last part, without query.
pub fn url_name(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    path.trim_end_matches('/')
        .rsplit('/')
        .next()
        .filter(|name| !name.is_empty())
        .unwrap_or(path)
        .to_owned()
}

/// Finds out whether a URL can be read by ranges; if not, it is fetched whole.
///
/// The first request asks for some bytes: its answer carries the size where the page
/// may see `Content-Range`. A server that hides the header, or sends the whole
/// file, is read whole, with progress.
pub async fn open_url(
    http: Rc<dyn Http>,
    url: &str,
    pace: &dyn Pace,
) -> Result<Rc<dyn Blob>, OpenError> {
    let unreachable = |failure: HttpFailure| OpenError::Unreachable {
        url: shown_url(url),
        detail: without_secrets(&failure.detail, url),
        hint: failure.hint,
    };
    let says = |done: u64, total: Option<u64>| {
        // The first answer is short where ranges work; what is longer is the file.
        if done > HEAD {
            pace.progress(Progress {
                what: "This server sends no ranges, so the whole file is read once".to_owned(),
                done,
                total,
                unit: Unit::Bytes,
            });
        }
    };
    let first = http
        .get(url, Some(0..HEAD), &says)
        .await
        .map_err(unreachable)?;
    match first.status {
        206 => {
            let size = first.content_range.as_deref().and_then(total_of);
            if let Some(size) = size.filter(|size| first.body.len() as u64 == HEAD.min(*size)) {
                return Ok(Rc::new(HttpBlob {
                    http,
                    url: url.to_owned(),
                    size,
                    version: first.version,
                    head: first.body,
                }));
            }
            let whole = http.get(url, None, &says).await.map_err(unreachable)?;
            whole_file(url, whole)
        }
        200 => whole_file(url, first),
        // An empty file has no byte 0 to give.
        416 => Ok(Rc::new(super::MemoryBlob::new(url_name(url), Vec::new()))),
        status => Err(OpenError::Refused {
            url: shown_url(url),
            status,
        }),
    }
}

fn whole_file(url: &str, answer: HttpAnswer) -> Result<Rc<dyn Blob>, OpenError> {
    match answer.status {
        200 if answer.body.len() as u64 > limits::WHOLE_ARCHIVE => Err(OpenError::TooLarge {
            size: answer.body.len() as u64,
            limit: limits::WHOLE_ARCHIVE,
        }),
        200 => Ok(Rc::new(super::MemoryBlob::new(url_name(url), answer.body))),
        status => Err(OpenError::Refused {
            url: shown_url(url),
            status,
        }),
    }
}

/// The size in `Content-Range: bytes 0-0/12345` (RFC 9110 §14.4).
fn total_of(content_range: &str) -> Option<u64> {
    content_range
        .strip_prefix("bytes ")?
        .rsplit_once('/')?
        .1
        .trim()
        .parse()
        .ok()
}

/// The part in `Content-Range: bytes 100-199/12345`.
fn part_of_range(content_range: &str) -> Option<Range<u64>> {
    let (part, _) = content_range.strip_prefix("bytes ")?.rsplit_once('/')?;
    let (first, last) = part.trim().split_once('-')?;
    Some(first.parse().ok()?..last.parse::<u64>().ok()?.checked_add(1)?)
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

    fn read(&self, range: Range<u64>) -> Waiting<'_, Result<Vec<u8>, ReadError>> {
        Box::pin(async move {
            if range.is_empty() {
                return Ok(Vec::new());
            }
            let known = usize::try_from(range.start)
                .ok()
                .zip(usize::try_from(range.end).ok())
                .and_then(|(start, end)| self.head.get(start..end));
            if let Some(known) = known {
                return Ok(known.to_vec());
            }
            let answer = self
                .http
                .get(&self.url, Some(range.clone()), &|_, _| {})
                .await
                .map_err(|failure| {
                    ReadError::Unreachable(format!(
                        "{} did not answer: {}.",
                        shown_url(&self.url),
                        without_secrets(&failure.detail, &self.url)
                    ))
                })?;
            self.part_in(answer, range)
        })
    }
}

impl HttpBlob {
    /// The bytes of an answer, when they are those that were asked for, of the file
    /// that was opened.
    fn part_in(&self, answer: HttpAnswer, asked: Range<u64>) -> Result<Vec<u8>, ReadError> {
        let size = answer.body.len() as u64;
        let content_range = answer.content_range.as_deref().unwrap_or_default();
        let other_version = matches!(
            (&self.version, &answer.version),
            (Some(before), Some(now)) if before != now
        );
        let other_size = match answer.status {
            206 => total_of(content_range).is_some_and(|total| total != self.size),
            // A server may stop giving ranges in between; the whole file holds the part.
            200 => size != self.size,
            _ => false,
        };
        if other_version || other_size {
            return Err(ReadError::Unreachable(format!(
                "{} has changed since it was opened. Reload the page to read it anew.",
                shown_url(&self.url)
            )));
        }
        let sent = |what: String| {
            let (first, last) = (asked.start, asked.end.saturating_sub(1));
            ReadError::Damaged(format!(
                "{} sent {what} where bytes {first} to {last} were asked for.",
                shown_url(&self.url)
            ))
        };
        match answer.status {
            200 => Ok(super::folder::part_of(answer.body, Some(asked.into()))),
            206 => match part_of_range(content_range) {
                // A cache in between may answer with another part, which it has.
                Some(other) if other != asked => {
                    let last = other.end.saturating_sub(1);
                    Err(sent(format!("bytes {} to {last}", other.start)))
                }
                _ if size != asked.end - asked.start => Err(sent(bytes(size))),
                _ => Ok(answer.body),
            },
            status => Err(ReadError::Unreachable(format!(
                "{} answered with status {status}.",
                shown_url(&self.url)
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_is_read_from_the_range() {
        assert_eq!(total_of("bytes 0-0/12345"), Some(12345));
        assert_eq!(total_of("bytes 0-0/*"), None);
        assert_eq!(total_of("lines 0-0/5"), None);
        assert_eq!(part_of_range("bytes 100-199/*"), Some(100..200));
        assert_eq!(part_of_range("bytes */12345"), None);
    }

    #[test]
    fn a_url_is_named_by_its_last_part() {
        assert_eq!(
            url_name("https://example.org/runs/nightly.zip?sig=secret"),
            "nightly.zip"
        );
        assert_eq!(url_name("https://example.org/runs/"), "runs");
    }
}
