//! Asking a server what lies in a folder, and why it does not say so.
//!
//! A page of HTML or JSON comes as one, the keys of a bucket page by page. Start with [`told`].

use super::super::failure::UnreachableHint;
use super::super::http::{Ask, Http, HttpAnswer, HttpFailure, Line, ask, unread_status};
use super::super::shown::{shown_url, without_secrets};
use super::super::{Pace, ReadError, limits};
use super::place::Place;
use super::{Found, Listed, NoListing, read, s3};
use crate::sorting::SortedSet;
use std::cell::Cell;

/// What pages of a server and what JSON is preferred: Caddy has both, and JSON has sizes.
const ACCEPT: &str = "application/json, text/html;q=0.9, application/xml;q=0.9, */*;q=0.8";

/// One folder as the server told it.
pub(super) struct Told {
    pub listed: Listed,
    pub hides_dots: bool,
}

/// Why a folder cannot be listed.
pub(super) enum Unlisted {
    Failed(HttpFailure),
    Status(u16),
    Refused(u16, s3::Refusal),
    NoListing(NoListing),
    /// A bucket, which is to be asked otherwise.
    IsBucket,
    /// Longer than any list that can be shown.
    TooLong,
}

impl Unlisted {
    pub fn told(self, url: &str) -> ReadError {
        let shown = shown_url(url);
        match self {
            Unlisted::Status(404 | 410) => ReadError::Missing,
            Unlisted::Failed(failure) if failure.hint == UnreachableHint::OnlyWhole => {
                ReadError::Unsupported(format!("{shown} gives no parts of its files."))
            }
            Unlisted::Failed(failure) => ReadError::Unreachable(format!(
                "{shown} did not answer: {}.",
                without_secrets(&failure.detail, url)
            )),
            Unlisted::Status(status) => unread_status(url, status),
            Unlisted::Refused(status, refusal) => ReadError::Unreachable(format!(
                "{shown} answered with status {status} ({}).",
                refusal.told()
            )),
            Unlisted::NoListing(what) => ReadError::Damaged(format!(
                "{shown} should list a folder, and answered with {}.",
                what.told()
            )),
            Unlisted::IsBucket => ReadError::Unsupported(format!("{shown} is a bucket.")),
            Unlisted::TooLong => ReadError::TooLarge {
                size: limits::LISTING,
                limit: limits::LISTING,
            },
        }
    }
}

/// Asks for the listing of a folder, in as many pages as it has.
pub(super) async fn told(
    http: &dyn Http,
    pace: &dyn Pace,
    line: &Line,
    place: &Place,
    folder: &str,
    fetched: &Cell<u64>,
) -> Result<Told, Unlisted> {
    let mut all = Listed::default();
    let mut after: Option<String> = None;
    let mut seen = SortedSet::default();
    loop {
        let url = place.listing(folder, after.as_deref());
        let question = Ask {
            accept: Some(ACCEPT),
            ..Ask::whole(&url, limits::LISTING)
        };
        let answer = ask(http, pace, line, question, &|_, _| {}).await;
        let answer = answer.map_err(Unlisted::Failed)?;
        fetched.set(fetched.get() + answer.body.len() as u64);
        if answer.cut {
            return Err(Unlisted::TooLong);
        }
        let most = limits::LISTED_NAMES.saturating_sub(all.entries.len());
        let page = match understood(&answer, &url, most)? {
            // Not what is asked of a bucket: the server is another one.
            Found::Listing { .. } if matches!(place, Place::Bucket { .. }) => {
                return Err(Unlisted::NoListing(NoListing::Other));
            }
            Found::Listing { listed, hides_dots } => return Ok(Told { listed, hides_dots }),
            Found::Refused(refusal) => return Err(Unlisted::Refused(answer.status, refusal)),
            // Not what was asked for: all keys at once, whatever folders they make.
            Found::Bucket(_) if matches!(place, Place::Pages { .. }) => {
                return Err(Unlisted::IsBucket);
            }
            Found::Bucket(page) => page,
        };
        all.append(page.listed);
        let Some(next) = page.next.filter(|_| !all.cut) else {
            break;
        };
        // A page that leads back to one before it would never end.
        if !seen.insert(next.clone()) {
            all.broken_off = true;
            break;
        }
        all.cut = all.entries.len() >= limits::LISTED_NAMES;
        if all.cut {
            break;
        }
        after = Some(next);
        pace.breathe().await;
    }
    Ok(Told {
        listed: all,
        hides_dots: false,
    })
}

/// What an answer lists, of whatever status: buckets say why not in XML.
fn understood(answer: &HttpAnswer, url: &str, most: usize) -> Result<Found, Unlisted> {
    let came_from = answer.url.as_deref().unwrap_or(url);
    let folder = came_from.split(['?', '#']).next().unwrap_or(came_from);
    let found = read(&answer.body, folder, most);
    match (answer.status, found) {
        (200, Ok(found)) => Ok(found),
        (200, Err(why)) => Err(Unlisted::NoListing(why)),
        (status, Ok(Found::Refused(refusal))) => Err(Unlisted::Refused(status, refusal)),
        (status, _) => Err(Unlisted::Status(status)),
    }
}
