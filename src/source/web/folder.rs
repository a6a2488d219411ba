//! A folder behind a URL as a source: each folder is listed when it is looked into, each
//! file is asked for by itself.
//!
//! A server may name a million files, lead in a circle, or name what it does not give. So
//! many names are taken of a folder as a screen can bear, a folder that holds itself is left
//! at the third turn, and all of it is told. Start with [`WebFolder`].

use super::super::folder::part_of;
use super::super::http::{
    Ask, Contact, Http, HttpAnswer, HttpFailure, ask, part_of_range, total_of,
};
use super::super::shown::{shown_url, without_secrets};
use super::super::{
    Bytes, Entry, EntryKind, Listing, Pace, Range64, ReadError, Source, SourceFacts, SourceKind,
    Waiting, Want, join, limits,
};
use super::kept::Kept;
use super::place::Place;
use super::{Found, Listed, NoListing, names, read, s3};
use crate::counts::{count, counted};
use crate::model::{self, Problem};
use crate::sorting::{SortedMap, SortedSet};
use futures_util::StreamExt as _;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Folders in folders that are looked into.
const DEPTH: usize = 40;

/// What pages of a server and what JSON is preferred: Caddy has both, and JSON has sizes.
pub(super) const ACCEPT: &str =
    "application/json, text/html;q=0.9, application/xml;q=0.9, */*;q=0.8";

/// A folder whose name begins with a dot, which servers do not list, and which is what most
/// have come for.
const HIDDEN: &str = ".metaflow";

pub(super) struct WebFolder {
    http: Rc<dyn Http>,
    pace: Rc<dyn Pace>,
    place: Place,
    name: String,
    /// By the path below the place.
    listings: RefCell<SortedMap<String, Listing>>,
    problems: RefCell<SortedSet<Problem>>,
    kept: RefCell<Kept>,
    fetched: Cell<u64>,
    /// The server sent a whole file where a part was asked for.
    sends_whole: Cell<bool>,
}

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
    /// Longer than any list that can be shown.
    TooLong,
}

impl Unlisted {
    fn told(self, url: &str) -> ReadError {
        let shown = shown_url(url);
        match self {
            Unlisted::Status(404 | 410) => ReadError::Missing,
            Unlisted::Failed(failure) => ReadError::Unreachable(format!(
                "{shown} did not answer: {}.",
                without_secrets(&failure.detail, url)
            )),
            Unlisted::Status(status) => {
                ReadError::Unreachable(format!("{shown} answered with status {status}."))
            }
            Unlisted::Refused(status, refusal) => ReadError::Unreachable(format!(
                "{shown} answered with status {status} ({}).",
                refusal.told()
            )),
            Unlisted::NoListing(what) => ReadError::Damaged(format!(
                "{shown} should list a folder, and answered with {}.",
                what.told()
            )),
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
    contact: Contact,
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
        let answer = ask(http, pace, contact, question, &|_, _| {}).await;
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

impl WebFolder {
    /// A place whose own listing came already.
    pub fn new(
        http: Rc<dyn Http>,
        pace: Rc<dyn Pace>,
        place: Place,
        fetched: u64,
        problems: Vec<Problem>,
    ) -> Self {
        Self {
            http,
            pace,
            name: place.name(),
            place,
            listings: RefCell::default(),
            problems: RefCell::new(problems.into_iter().collect()),
            kept: RefCell::default(),
            fetched: Cell::new(fetched),
            sends_whole: Cell::new(false),
        }
    }

    /// Takes in the listing of the place itself, and asks for what it may leave out.
    pub async fn take_root(&self, told: Told) {
        let hidden = told.hides_dots
            && told
                .listed
                .entries
                .iter()
                .all(|entry| &*entry.name != HIDDEN);
        let mut listed = told.listed;
        if hidden
            && let Ok(inside) = self.ask_listing(HIDDEN).await
            && !inside.is_empty()
        {
            listed.entries.push(Entry {
                name: HIDDEN.into(),
                kind: EntryKind::Folder,
            });
        }
        self.take("", listed);
    }

    fn note(&self, problem: Problem) {
        self.problems.borrow_mut().insert(problem);
    }

    /// A path of the source as one below the place: its first part is the place's own name.
    fn inside<'a>(&self, path: &'a str) -> Option<&'a str> {
        let rest = path.strip_prefix(self.name.as_str())?;
        match rest.strip_prefix('/') {
            // A record may name any path; none leads out.
            Some(inside) => inside.split('/').all(names::is_name).then_some(inside),
            None => rest.is_empty().then_some(""),
        }
    }

    fn known(&self, folder: &str) -> Option<Listing> {
        self.listings.borrow().get(folder).cloned()
    }

    /// Whether the list of the folder around says that there is such an entry; `None` where
    /// it is not known.
    fn is_listed(&self, path: &str, folder: bool) -> Option<bool> {
        let (around, name) = path.rsplit_once('/').unwrap_or(("", path));
        let listing = self.known(around)?;
        Some(match folder {
            true => listing.has_folder(name),
            false => listing.has_file(name),
        })
    }

    async fn listing(&self, path: &str) -> Result<Listing, ReadError> {
        if path.is_empty() {
            let own = Entry {
                name: self.name.as_str().into(),
                kind: EntryKind::Folder,
            };
            return Ok(Listing::new(vec![own]));
        }
        let folder = self.inside(path).ok_or(ReadError::Missing)?;
        if let Some(known) = self.known(folder) {
            return Ok(known);
        }
        // What no list names is not asked for.
        if self.is_listed(folder, true) == Some(false) {
            return Err(ReadError::Missing);
        }
        if folder.split('/').count() > DEPTH {
            return Err(ReadError::Unsupported(format!(
                "Folders are looked into {DEPTH} deep, and this one lies deeper."
            )));
        }
        self.ask_listing(folder).await
    }

    async fn ask_listing(&self, folder: &str) -> Result<Listing, ReadError> {
        let listed = told(
            &*self.http,
            &*self.pace,
            Contact::Known,
            &self.place,
            folder,
            &self.fetched,
        )
        .await;
        let told = listed.map_err(|why| why.told(&self.place.listing(folder, None)))?;
        Ok(self.take(folder, told.listed))
    }

    fn take(&self, folder: &str, listed: Listed) -> Listing {
        let shown = join(&self.name, folder);
        let (cut, broken_off) = (listed.cut, listed.broken_off);
        let (mut listing, refused, refused_count) = listed.into_listing();
        if cut {
            self.note(Problem::damage(
                model::Place::file(&shown),
                format!(
                    "The folder has more than {} names.",
                    count(limits::LISTED_NAMES as u64)
                ),
                "The others are left out.",
            ));
        }
        if broken_off {
            self.note(Problem::damage(
                model::Place::file(&shown),
                "The list of the folder ends in the middle.",
                "There may be more in it than is shown. Reload the page to read it anew.",
            ));
        }
        if refused_count > 0 {
            let more = match refused_count > refused.len() as u64 {
                true => " and others",
                false => "",
            };
            let names = counted(refused_count, "name", "names");
            self.note(Problem::warning(
                model::Place::file(&shown),
                format!(
                    "The list of the folder has {names} that no file in it can have: {}{more}.",
                    refused.join(", ")
                ),
                "They are left out.",
            ));
        }
        if self.goes_round(folder, &listing) {
            self.note(Problem::warning(
                model::Place::file(&shown),
                "The folder lists the same as the folders around it: it seems to hold itself.",
                "It is not looked into any further.",
            ));
            listing = Listing::default();
        }
        let mut listings = self.listings.borrow_mut();
        listings.insert(folder.to_owned(), listing.clone());
        listing
    }

    /// Whether a folder has the same in it as those around it, and again: a link that leads
    /// back, or a server that answers every address alike.
    fn goes_round(&self, folder: &str, listing: &Listing) -> bool {
        /// Once may be how somebody named things.
        const TURNS: usize = 3;
        let mut around = folder;
        (0..TURNS).all(|_| match around.rsplit_once('/') {
            Some((outer, _)) => {
                around = outer;
                !listing.is_empty() && self.known(outer).as_ref() == Some(listing)
            }
            None => {
                let is_inside = !around.is_empty();
                around = "";
                is_inside && !listing.is_empty() && self.known("").as_ref() == Some(listing)
            }
        })
    }

    async fn content(&self, want: &Want) -> Result<Bytes, ReadError> {
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
        let answer = ask(
            &*self.http,
            &*self.pace,
            Contact::Known,
            question,
            &|_, _| {},
        )
        .await;
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
        let answer = self.answered(path, url, question).await?;
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
    async fn size(&self, path: &str) -> Option<u64> {
        let path = self.inside(path).filter(|path| !path.is_empty())?;
        let (around, name) = path.rsplit_once('/').unwrap_or(("", path));
        if let Some(entry) = self.known(around)?.get(name)
            && let EntryKind::File { size: Some(size) } = entry.kind
        {
            return Some(size);
        }
        let url = self.place.file(path);
        let get = |question| {
            ask(
                &*self.http,
                &*self.pace,
                Contact::Known,
                question,
                &|_, _| {},
            )
        };
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

impl Source for WebFolder {
    fn facts(&self) -> SourceFacts {
        SourceFacts {
            name: self.name.clone(),
            kind: SourceKind::Folder,
            size: None,
            can_grow: true,
        }
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        Box::pin(self.listing(folder))
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Bytes, ReadError>>> {
        let reads = wants.iter().map(|want| self.content(want));
        Box::pin(
            futures_util::stream::iter(reads)
                .buffered(limits::AT_ONCE)
                .collect(),
        )
    }

    fn sizes<'a>(&'a self, paths: &'a [String]) -> Waiting<'a, Vec<Option<u64>>> {
        let sizes = paths.iter().map(|path| self.size(path));
        Box::pin(
            futures_util::stream::iter(sizes)
                .buffered(limits::AT_ONCE)
                .collect(),
        )
    }

    fn reads_parts(&self, _path: &str) -> bool {
        !self.sends_whole.get()
    }

    fn bytes_read(&self) -> u64 {
        self.fetched.get()
    }

    fn problems(&self) -> Vec<Problem> {
        self.problems.borrow().iter().cloned().collect()
    }
}
