//! What a server answers, and a file behind a URL as a blob.
//!
//! [`Http`] is what the outside lends: one request, one answer. [`ask`] is how it is used
//! here: patient with what passes. [`open_url`] finds out whether a file can be read by
//! ranges, and reads it whole where it cannot; how large a file may be for that, and what
//! no server may do, stands in [`open`]. Knows nothing of what the bytes mean.

mod blob;
pub mod key;
pub mod open;
mod patience;
mod ranges;
pub mod signed;
mod turn;

pub use blob::HttpBlob;
pub use open::open_url;
pub(super) use patience::{Line, ask};
pub(super) use ranges::{part_of_range, total_of};

use super::failure::UnreachableHint;
use super::shown::shown_url;
use super::{ReadError, Waiting};
use std::ops::Range;

/// Fetches. The browser implements it by fetch, the command line by an HTTP crate.
pub trait Http {
    /// Asks once. `arrived` is called with the bytes so far and, where the server
    /// announced it, their number in all.
    fn get<'a>(
        &'a self,
        ask: Ask<'a>,
        arrived: &'a dyn Fn(u64, Option<u64>),
    ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>>;

    /// Asks by a question in bytes: what only `runglass serve` answers.
    fn post<'a>(
        &'a self,
        _url: &'a str,
        _question: Vec<u8>,
    ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>> {
        Box::pin(std::future::ready(Err(HttpFailure {
            detail: "nothing is sent here".to_owned(),
            hint: UnreachableHint::NoAnswer,
        })))
    }
}

/// One request.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    pub url: &'a str,
    pub range: Option<Range<u64>>,
    /// Only what would be said of the file, not its bytes (`HEAD`).
    pub only_head: bool,
    /// The media types that are understood, where it matters.
    pub accept: Option<&'static str>,
    /// The body is not read beyond so many bytes.
    pub most: u64,
    /// What opens it, where it is for this URL. With it nobody is followed elsewhere.
    pub key: Option<&'a key::Key>,
}

impl<'a> Ask<'a> {
    /// For a file as a whole.
    pub fn whole(url: &'a str, most: u64) -> Self {
        Self {
            url,
            range: None,
            only_head: false,
            accept: None,
            most,
            key: None,
        }
    }

    /// For a part, or what the server sends instead, up to so many bytes.
    pub fn part(url: &'a str, range: Range<u64>, most: u64) -> Self {
        Self {
            range: Some(range),
            ..Self::whole(url, most)
        }
    }
}

impl Ask<'_> {
    /// How much of an answer is read. That of a refusal is words, and only some of them.
    pub fn most_of(&self, status: u16) -> u64 {
        const WORDS: u64 = 64 << 10;
        match status {
            0..400 => self.most,
            _ => WORDS,
        }
    }
}

/// What a server answered. Any status is an answer.
#[derive(Clone, Debug, Default)]
pub struct HttpAnswer {
    pub status: u16,
    /// Where the answer came from, when the request was led elsewhere.
    pub url: Option<String>,
    /// `Content-Range`, where the server lets the page see it.
    pub content_range: Option<String>,
    /// `Content-Length`: of the body as it was sent, packed or not.
    pub length: Option<u64>,
    /// `Content-Encoding` says that the body was packed on its way, where it can be seen.
    pub encoded: bool,
    /// `ETag`, else `Last-Modified`: what tells one version from the next.
    pub version: Option<String>,
    /// Seconds in `Retry-After`.
    pub retry_after: Option<u64>,
    pub body: Vec<u8>,
    /// There is more than was to be read: the body is a beginning, or nothing.
    pub cut: bool,
}

/// No answer that can be read.
#[derive(Clone, Debug)]
pub struct HttpFailure {
    pub detail: String,
    pub hint: UnreachableHint,
}

/// That a server answered with a status that is no answer.
pub(super) fn unread_status(url: &str, status: u16) -> ReadError {
    let shown = shown_url(url);
    match status {
        401 | 403 => ReadError::Locked(format!(
            "{shown} answered with status {status}: it wants a key, or the one that was given has run out."
        )),
        _ => ReadError::Unreachable(format!("{shown} answered with status {status}.")),
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_named_by_its_last_part() {
        assert_eq!(
            url_name("https://example.org/runs/nightly.zip?sig=secret"),
            "nightly.zip"
        );
        assert_eq!(url_name("https://example.org/runs/"), "runs");
    }
}
