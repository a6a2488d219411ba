//! What a web server says to a request, as data: the same answers are given in
//! memory ([`Double`]) and over a real socket (`server.rs`).

use runglass::source::failure::UnreachableHint;
use runglass::source::{Ask, Http, HttpAnswer, HttpFailure, Waiting};
use std::cell::RefCell;
use std::future::ready;
use std::ops::Range;
use std::sync::Arc;

pub struct Reply {
    pub status: u16,
    pub content_range: Option<String>,
    pub etag: Option<String>,
    pub body: Vec<u8>,
    /// The connection ends after so many bytes of the body.
    pub cut: Option<usize>,
    /// `Content-Length`, where it is not that of the body: without a socket only.
    pub announced: Option<u64>,
}

/// Answers the nth request (from 0) for a range, or for the whole file.
pub type Site = Arc<dyn Fn(usize, Option<Range<u64>>) -> Reply + Send + Sync>;

impl Reply {
    pub fn status(status: u16) -> Self {
        Self {
            status,
            content_range: None,
            etag: None,
            body: b"<h1>no</h1>".to_vec(),
            cut: None,
            announced: None,
        }
    }

    pub fn whole(file: &[u8]) -> Self {
        Self {
            body: file.to_vec(),
            ..Self::status(200)
        }
    }

    /// The part of a file that was asked for, as RFC 9110 §14 has it.
    pub fn part(file: &[u8], range: Option<Range<u64>>) -> Self {
        let Some(range) = range else {
            return Self::whole(file);
        };
        let size = file.len();
        let (start, end) = (range.start as usize, size.min(range.end as usize));
        if start >= end {
            return Self::status(416);
        }
        Self {
            content_range: Some(format!("bytes {start}-{}/{size}", end - 1)),
            body: file[start..end].to_vec(),
            ..Self::status(206)
        }
    }
}

/// A server with ranges.
pub fn with_ranges(file: Arc<Vec<u8>>) -> Site {
    Arc::new(move |_, range| Reply::part(&file, range))
}

/// A site without a socket. It counts what it was asked and what it sent.
pub struct Double {
    site: Site,
    pub asked: RefCell<Vec<Option<Range<u64>>>>,
    pub sent: RefCell<u64>,
}

impl Double {
    pub fn new(site: Site) -> Self {
        Self {
            site,
            asked: RefCell::default(),
            sent: RefCell::default(),
        }
    }
}

impl Http for Double {
    fn get<'a>(
        &'a self,
        ask: Ask<'a>,
        arrived: &'a dyn Fn(u64, Option<u64>),
    ) -> Waiting<'a, Result<HttpAnswer, HttpFailure>> {
        let nth = self.asked.borrow().len();
        self.asked.borrow_mut().push(ask.range.clone());
        let mut reply = (self.site)(nth, ask.range.clone());
        if reply.cut.is_some() {
            return Box::pin(ready(Err(HttpFailure {
                detail: "the connection was closed".to_owned(),
                hint: UnreachableHint::NoAnswer,
            })));
        }
        let announced = reply.announced.unwrap_or(reply.body.len() as u64);
        let most = ask.most_of(reply.status);
        let cut = announced > most;
        if cut {
            reply.body.clear();
        }
        let length = reply.body.len() as u64;
        *self.sent.borrow_mut() += length;
        arrived(length / 2, Some(length));
        arrived(length, Some(length));
        Box::pin(ready(Ok(HttpAnswer {
            status: reply.status,
            content_range: reply.content_range,
            version: reply.etag,
            length: Some(announced),
            body: reply.body,
            cut,
            ..HttpAnswer::default()
        })))
    }
    /// A site of files takes no questions.
    fn post<'a>(&'a self, _: &'a str, _: Vec<u8>) -> Waiting<'a, Result<HttpAnswer, HttpFailure>> {
        Box::pin(ready(Ok(HttpAnswer {
            status: 405,
            ..HttpAnswer::default()
        })))
    }
}
