//! Opens whatever a URL leads to: an archive by ranges, a folder that its server lists, a
//! bucket, or what `runglass.json` says.
//!
//! What answers decides. An archive is known by its first bytes. A URL that ends with `/`, or
//! is answered by a page, JSON or XML, is a folder: `runglass.json` in it comes first, then
//! its listing, then, where a bucket's server has answered or nothing else lists it, the
//! bucket. Start with [`open`].

use super::super::http::open::{blob_of, first_answer, refused, unreachable};
use super::super::http::{Ask, Http, HttpAnswer, Line, ask, open::Whole};
use super::super::shown::shown_url;
use super::super::{FolderSource, OpenError, Pace, ServedFolder, Source, open_anyway, open_blob};
use super::Found;
use super::asking::{Told, Unlisted, told};
use super::folder::WebFolder;
use super::index::{self, Index};
use super::may_list;
use super::place::{Address, Place};
use crate::model::{self, Problem};
use std::cell::Cell;
use std::rc::Rc;

/// A source behind a URL; with `anyway` also what is left of an archive that is not whole.
pub async fn open(
    http: Rc<dyn Http>,
    url: &str,
    pace: Rc<dyn Pace>,
    whole: Whole,
    anyway: bool,
) -> Result<Rc<dyn Source>, OpenError> {
    let mut address = Address::of(url);
    if let Some(folder) = address.path.strip_suffix(index::NAME)
        && folder.ends_with('/')
    {
        address.path = folder.to_owned();
    }
    let opening = Opening {
        http,
        pace,
        whole,
        anyway,
        fetched: Cell::new(0),
        problems: Vec::new(),
    };
    if address.path.ends_with('/') {
        return opening.folder(address, None).await;
    }
    let first = first_answer(&*opening.http, url, &*opening.pace, whole).await?;
    let is_folder = match first.status {
        // Buckets say no in XML, also to the name of a folder without its `/`.
        // With a key nobody is followed: most likely the way leads to the `/`.
        300..400 => true,
        400.. => matches!(super::read(&first.body, url, 0), Ok(Found::Refused(_))),
        _ => may_list(&first.body),
    };
    if !is_folder {
        return opening.file(url, first).await;
    }
    // Servers lead from a folder's name to the name with a `/`.
    if let Some(led) = first.url.as_deref().map(Address::of) {
        address.path = led.path;
    }
    opening.folder(address, Some(first)).await
}

struct Opening {
    http: Rc<dyn Http>,
    pace: Rc<dyn Pace>,
    whole: Whole,
    anyway: bool,
    fetched: Cell<u64>,
    problems: Vec<Problem>,
}

impl Opening {
    async fn file(self, url: &str, first: HttpAnswer) -> Result<Rc<dyn Source>, OpenError> {
        let blob = blob_of(first, self.http, url, self.pace.clone(), self.whole).await?;
        let opened = match self.anyway {
            true => open_anyway(blob.clone(), self.pace).await,
            false => open_blob(blob.clone(), self.pace).await,
        };
        opened.map_err(|error| match blob.locked_by() {
            Some(status) => refused(url, status),
            None => error,
        })
    }

    /// `first` is what answered at the address without a `/`.
    async fn folder(
        mut self,
        address: Address,
        first: Option<HttpAnswer>,
    ) -> Result<Rc<dyn Source>, OpenError> {
        let pages = Place::Pages {
            base: address.folder(),
            query: address.query.clone(),
        };
        if let Some(source) = self.by_index(&pages).await? {
            return Ok(source);
        }
        let failed = match self.told(&pages).await {
            Ok(told) => return Ok(self.opened(pages, told).await),
            Err(failed) => failed,
        };
        // A program may answer with an archive wherever it likes.
        if let Unlisted::NoListing(super::NoListing::Other) = failed {
            let url = pages.listing("", None);
            let first = first_answer(&*self.http, &url, &*self.pace, self.whole).await?;
            return self.file(&url, first).await;
        }
        if let Unlisted::Failed(failure) = failed {
            return Err(unreachable(&pages.listing("", None), failure));
        }
        let key = match &failed {
            Unlisted::Refused(_, refusal) => refusal.key.as_deref(),
            _ => None,
        };
        let mut best = None;
        for place in address.buckets(key) {
            match self.told(&place).await {
                // A bucket has no folders that hold nothing.
                Ok(told) if !told.listed.entries.is_empty() => {
                    return Ok(self.opened(place, told).await);
                }
                Ok(_) => best = Some(Unlisted::Status(404)),
                Err(why @ Unlisted::Refused(..)) if best.is_none() => best = Some(why),
                Err(_) => {}
            }
        }
        // What stands at the address without a `/` may be all that there is.
        let page = match (&failed, first) {
            (Unlisted::Status(404 | 410), Some(first)) if first.status < 300 => {
                super::read(&first.body, &address.path, 0).err()
            }
            _ => None,
        };
        Err(match page {
            Some(page) => not_a_folder(&address, &page),
            None => error_of(best.unwrap_or(failed), &address),
        })
    }

    /// What `runglass.json` in the folder says.
    async fn by_index(&mut self, place: &Place) -> Result<Option<Rc<dyn Source>>, OpenError> {
        let url = place.file(index::NAME);
        let question = Ask::whole(&url, index::LARGEST);
        let answer = ask(&*self.http, &*self.pace, &Line::new(), question, &|_, _| {}).await;
        // Of the folder, which is what the user has named.
        let answer = answer.map_err(|failure| unreachable(&place.listing("", None), failure))?;
        self.fetched
            .set(self.fetched.get() + answer.body.len() as u64);
        if answer.status != 200 || answer.cut {
            return Ok(None);
        }
        match index::read(&answer.body) {
            Index::Served(name) => {
                let base = url.strip_suffix(index::NAME).unwrap_or(&url);
                let folder = ServedFolder::new(self.http.clone(), base, name);
                return Ok(Some(Rc::new(FolderSource::new(Rc::new(folder)))));
            }
            Index::Packed => {
                return Ok(Some(Rc::new(WebFolder::new(
                    self.http.clone(),
                    self.pace.clone(),
                    place.clone(),
                    self.fetched.get(),
                    Vec::new(),
                ))));
            }
            Index::None => {}
            Index::Unusable(why) => self.problems.push(Problem::warning(
                model::Place::file(index::NAME),
                why,
                "The folder's own files are shown. A newer Runglass may show more.",
            )),
        }
        Ok(None)
    }

    async fn told(&self, place: &Place) -> Result<Told, Unlisted> {
        told(
            &*self.http,
            &*self.pace,
            &Line::new(),
            place,
            "",
            &self.fetched,
        )
        .await
    }

    async fn opened(self, place: Place, told: Told) -> Rc<dyn Source> {
        let folder = WebFolder::new(
            self.http,
            self.pace,
            place,
            self.fetched.get(),
            self.problems,
        );
        folder.take_root(told).await;
        Rc::new(folder)
    }
}

fn error_of(why: Unlisted, address: &Address) -> OpenError {
    let url = shown_url(&address.path);
    match why {
        Unlisted::Failed(failure) => unreachable(&address.path, failure),
        Unlisted::Status(status) => refused(&address.path, status),
        Unlisted::Refused(status, refusal) => OpenError::Refused {
            url,
            status: match status {
                200 => refusal.status(),
                _ => status,
            },
            said: Some(refusal.told()),
        },
        Unlisted::NoListing(what) => not_a_folder(address, &what),
        Unlisted::IsBucket => not_a_folder(address, &super::NoListing::Xml),
        Unlisted::TooLong => OpenError::NotAFolder {
            url,
            answered: "a list that is too long to be read".to_owned(),
        },
    }
}

fn not_a_folder(address: &Address, what: &super::NoListing) -> OpenError {
    OpenError::NotAFolder {
        url: shown_url(&address.path),
        answered: what.told(),
    }
}
