//! A folder behind a URL as a source: each folder is listed when it is looked into, each
//! file is asked for by itself.
//!
//! A server may name a million files, lead in a circle, or name what it does not give. So
//! many names are taken of a folder as a screen can bear, a folder that holds itself is left
//! at the third turn, and all of it is told. Start with [`WebFolder`].

use super::super::http::{Http, Line};
use super::super::{
    Bytes, Entry, EntryKind, Listing, Pace, ReadError, Source, SourceFacts, SourceKind, Waiting,
    Want, Watched, join, limits,
};
use super::asking::{Told, told};
use super::kept::Kept;
use super::place::Place;
use super::{Listed, names};
use crate::counts::{count, counted};
use crate::model::{self, Problem};
use crate::sorting::{SortedMap, SortedSet};
use futures_util::StreamExt as _;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Folders in folders that are looked into.
const DEPTH: usize = 40;

/// A folder whose name begins with a dot, which servers do not list, and which is what most
/// have come for.
const HIDDEN: &str = ".metaflow";

pub(super) struct WebFolder {
    pub(super) http: Rc<dyn Http>,
    pub(super) pace: Rc<dyn Pace>,
    pub(super) place: Place,
    name: String,
    /// By the path below the place.
    listings: RefCell<SortedMap<String, Listing>>,
    problems: RefCell<SortedSet<Problem>>,
    pub(super) kept: RefCell<Kept>,
    pub(super) fetched: Cell<u64>,
    pub(super) line: Line,
    /// The server sent a whole file where a part was asked for.
    pub(super) sends_whole: Cell<bool>,
    /// How many lists the last look at what is watched has asked for.
    pub(super) lists_of_look: Cell<usize>,
    /// Folders that are not as they were told, which nobody has heard yet.
    pub(super) unheard: RefCell<SortedSet<String>>,
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
            line: Line::open(),
            sends_whole: Cell::new(false),
            lists_of_look: Cell::new(0),
            unheard: RefCell::default(),
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
            && let Ok(inside) = self.told(HIDDEN).await
            && !self.take(HIDDEN, inside.listed).is_empty()
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
    pub(super) fn inside<'a>(&self, path: &'a str) -> Option<&'a str> {
        let rest = path.strip_prefix(self.name.as_str())?;
        match rest.strip_prefix('/') {
            // A record may name any path; none leads out.
            Some(inside) => inside.split('/').all(names::is_name).then_some(inside),
            None => rest.is_empty().then_some(""),
        }
    }

    pub(super) fn known(&self, folder: &str) -> Option<Listing> {
        self.listings.borrow().get(folder).cloned()
    }

    /// Whether the list of the folder around says that there is such an entry; `None` where
    /// it is not known.
    pub(super) fn is_listed(&self, path: &str, folder: bool) -> Option<bool> {
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
        let told = self.told(folder).await?;
        if folder.is_empty() {
            self.take_root(told).await;
            return self.known("").ok_or(ReadError::Missing);
        }
        Ok(self.take(folder, told.listed))
    }

    /// What the server says now of a folder.
    pub(super) async fn told(&self, folder: &str) -> Result<Told, ReadError> {
        let listed = told(
            &*self.http,
            &*self.pace,
            &self.line,
            &self.place,
            folder,
            &self.fetched,
        )
        .await;
        listed.map_err(|why| why.told(&self.place.listing(folder, None)))
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn forget_listing(&self, folder: &str) {
        self.listings.borrow_mut().remove(folder);
    }

    pub(super) fn take(&self, folder: &str, listed: Listed) -> Listing {
        let shown = join(&self.name, folder);
        // What was wrong with an earlier list is not wrong with this one.
        let others = self.problems.take().into_vec().into_iter();
        let others = others.filter(|problem| *problem.place.file != *shown);
        self.problems.borrow_mut().extend(others);
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
                "There may be more in it than is shown. Read it anew.",
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

    fn changes<'a>(
        &'a self,
        watched: &'a [Watched],
    ) -> Waiting<'a, Result<Vec<String>, ReadError>> {
        Box::pin(self.next_changes(watched))
    }

    fn forget(&self) {
        self.listings.take();
        self.kept.take();
    }

    fn is_far(&self) -> bool {
        true
    }

    /// Some answer so to a single file, whatever the key: 403 says nothing of the others.
    fn is_locked(&self) -> bool {
        self.line.status() == 401
    }

    fn bytes_read(&self) -> u64 {
        self.fetched.get()
    }

    fn problems(&self) -> Vec<Problem> {
        self.problems.borrow().iter().cloned().collect()
    }
}
