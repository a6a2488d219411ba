//! Opening sources, and what can be said about them as a whole.

use super::ask::{Failure, FailureKind};
use super::opened::Opened;
use super::{Engine, Given, Listener, Work};
use crate::formats::search::Search;
use crate::model::{Problem, Severity, System};
use crate::pack::index::DONE_SO_FAR;
use crate::sorting::{SortedSet, sort};
use crate::source::hosts::may_be_a_path;
use crate::source::http::key::{Key, Keyed};
use crate::source::http::signed::signed;
use crate::source::http::{open::Whole, url_name};
use crate::source::inner::{self, open_inside};
use crate::source::{
    FolderSource, Listing, NoRuns, OpenError, Progress, Source, SourceKind, Waiting, join,
    open_anyway, open_blob, web,
};
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::rc::Rc;

/// Opens exactly these sources: those that are open already stay, others are closed. One that
/// cannot be opened does not keep the others from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Open {
    pub sources: Vec<SourceSpec>,
    /// Read anew what is open already.
    pub again: bool,
    /// Open what was asked about: what can still be read of an archive that is not whole, one
    /// that unpacks to more than is read without asking.
    pub anyway: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceSpec {
    /// The `src=` of the address.
    pub key: String,
    /// The name of what the user gave by hand; `None` for an address, which may be
    /// relative.
    pub given: Option<String>,
    /// The user said that it may be fetched whole, however large.
    pub whole: bool,
    /// What the user typed in to open it.
    pub unlock: Option<Key>,
    /// The query of the address, where it has a permission that its `key` does not tell.
    pub signature: Option<String>,
}

impl SourceSpec {
    /// As the user knows it.
    fn name(&self) -> String {
        self.given.clone().unwrap_or_else(|| url_name(&self.key))
    }

    /// Why it cannot be opened, with what only its address and its key tell of that.
    fn failure(&self, error: &OpenError) -> Failure {
        let mut failure = Failure::of_source(error, &self.key, &self.name());
        let sent = match (&self.unlock, &self.signature) {
            (Some(key), _) => Some(format!("{} that you typed in", key.header)),
            (None, Some(_)) => Some("signature of the address that you gave".to_owned()),
            (None, None) => None,
        };
        let nothing_is_there = matches!(
            error,
            OpenError::Refused {
                status: 404 | 410,
                ..
            } | OpenError::NotAFolder { .. }
                | OpenError::NotAnArchive { .. }
        );
        let is_typed = self.given.is_none() && may_be_a_path(&self.key);
        let first = match sent.filter(|_| failure.kind == FailureKind::NeedsKey) {
            Some(sent) => {
                failure.headline = "The server does not take this key".to_owned();
                failure
                    .explanation
                    .push_str(&format!(" The {sent} was sent along."));
                "Check the key: whether all of it is there, with its kind (`Bearer …`), and whether it has run out."
            }
            None if is_typed && nothing_is_there => {
                "No page can open a path of this machine: choose the file or folder here, or serve it by `runglass serve PATH`."
            }
            None => return failure,
        };
        failure.advice.insert(0, first.to_owned());
        failure.advice.truncate(3);
        failure
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourcesView {
    /// In the order of the address: where several hold the same run, the first counts.
    pub sources: Vec<SourceView>,
    /// Of those that cannot be opened.
    pub failed: Vec<Failure>,
    pub runs: u64,
    pub problems: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceView {
    pub key: String,
    pub name: String,
    pub folder: bool,
    pub size: Option<u64>,
    pub runs: u64,
    pub flows: u64,
    /// Whose records it has, each once.
    pub systems: Vec<System>,
    /// New records may appear while it is open.
    pub grows: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProblemsQuery;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProblemsView {
    /// The worst first; never more than a list can show.
    pub problems: Vec<Problem>,
    /// For so many of them, from the first on, a status cannot be told.
    pub doubts: u64,
    pub total: u64,
}

/// How much of the sources has been read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadingQuery {
    /// How often it was asked: each time is a new question.
    pub times: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadingView {
    pub read: u64,
    pub size: Option<u64>,
    pub problems: u64,
    /// So many of them are notes: nothing is lost, but somebody may want to know.
    pub notes: u64,
    /// The first that wants a key by now, by its name.
    pub locked: Option<String>,
}

/// Of several sources that are opened side by side one tells how far it is: the first that is
/// not open.
struct InTurn {
    nth: usize,
    speaker: Rc<Cell<usize>>,
    listener: Rc<dyn Listener>,
}

impl Listener for InTurn {
    fn progress(&self, progress: Progress) {
        if self.speaker.get() == self.nth {
            self.listener.progress(progress);
        }
    }

    fn partial(&self, answer: Vec<u8>) {
        self.listener.partial(answer);
    }
}

impl Engine {
    pub(super) async fn open(
        &self,
        question: Open,
        work: &Rc<Work>,
    ) -> Result<SourcesView, Box<Failure>> {
        /// Sources that are opened side by side.
        const AT_ONCE: usize = 3;
        let known = self.opened();
        let specs = question.sources.iter().enumerate().filter(|(at, spec)| {
            let before = question.sources.get(..*at).unwrap_or_default();
            before.iter().all(|other| other.key != spec.key)
        });
        let speaker = &Rc::new(Cell::new(0));
        let opening = specs.enumerate().map(async |(nth, (_, spec))| {
            let kept = known
                .iter()
                .find(|open| open.key == spec.key && !question.again)
                .filter(|open| question.anyway || !open.is_asked_about());
            if let Some(open) = kept {
                return Ok(open.clone());
            }
            let work = &Rc::new(Work {
                host: work.host.clone(),
                listener: Rc::new(InTurn {
                    nth,
                    speaker: speaker.clone(),
                    listener: work.listener.clone(),
                }),
            });
            match self.open_one(spec, question.anyway, work).await {
                Ok(open) => Ok(Rc::new(open)),
                Err(error) if error.is_of_a_lost_directory() => {
                    Err(self.what_is_left(error, spec, work).await)
                }
                Err(error) => Err(spec.failure(&error)),
            }
        });
        let mut opening = futures_util::stream::iter(opening).buffered(AT_ONCE);
        let mut opened: Vec<Rc<Opened>> = Vec::new();
        let mut failed: Vec<Failure> = Vec::new();
        while let Some(open) = opening.next().await {
            speaker.set(speaker.get() + 1);
            match open {
                Ok(open) => opened.push(open),
                Err(failure) => failed.push(failure),
            }
        }
        drop(opening);
        if opened.is_empty()
            && let Some(failure) = all_failed(failed.clone())
        {
            return Err(failure);
        }
        *self.failed.borrow_mut() = failed;
        let before = self.opened.replace(opened);
        let now = self.opened();
        let mut both = before.iter().zip(&now);
        // Who waits for one of several asks again and again.
        if before.len() != now.len() || !both.all(|(before, now)| Rc::ptr_eq(before, now)) {
            self.values.clear();
            self.orders.clear();
            self.packages.clear();
            self.siblings.clear();
            self.logs.clear();
        }
        Ok(self.sources_view())
    }

    /// The failure to open an archive, with what can still be read of it.
    async fn what_is_left(&self, error: OpenError, spec: &SourceSpec, work: &Rc<Work>) -> Failure {
        let mut failure = spec.failure(&error);
        // Why not even that can be opened is no news to who sees the first error.
        let Ok(opened) = self.open_one(spec, true, work).await else {
            return failure;
        };
        let details = opened.recovered.iter().flat_map(|view| view.details());
        failure.details.extend(details);
        if let Some(source) = &mut failure.source {
            source.recovered = opened.recovered;
        }
        failure
    }

    async fn open_one(
        &self,
        spec: &SourceSpec,
        anyway: bool,
        work: &Rc<Work>,
    ) -> Result<Opened, OpenError> {
        let open = async |blob| match anyway {
            true => open_anyway(blob, work.clone()).await,
            false => open_blob(blob, work.clone()).await,
        };
        let source: Rc<dyn Source> = match &spec.given {
            None => {
                let url =
                    self.host
                        .absolute(&spec.key)
                        .map_err(|detail| OpenError::BadAddress {
                            url: spec.key.clone(),
                            detail,
                        })?;
                let url = match &spec.signature {
                    Some(query) => signed(&url, query),
                    None => url,
                };
                let whole = match spec.whole {
                    true => Whole::Allowed,
                    false => Whole::Unasked,
                };
                let http = self.host.http();
                let http = match &spec.unlock {
                    Some(key) => Rc::new(Keyed::new(http, &url, key.clone())),
                    None => http,
                };
                web::open(http, &url, work.clone(), whole, anyway).await?
            }
            Some(name) => match self.host.given(&spec.key) {
                Some(Given::File(blob)) => open(blob).await?,
                Some(Given::Folder(folder)) => Rc::new(FolderSource::new(folder)),
                None => return Err(OpenError::Forgotten { name: name.clone() }),
            },
        };
        let name = source.facts().name;
        let mut listed = self.list_through(spec.key.clone(), source, work).await;
        if !listed.opened.has_runs() {
            return Err(no_runs(name, listed).await);
        }
        let source = listed.opened.source.clone();
        if let Some(recovered) = source.recovered() {
            self.judge_runs(&mut listed.opened, recovered, work).await;
        }
        Ok(listed.opened)
    }

    /// Lists what a source holds, through archives in it where nothing else does.
    pub(super) async fn list_through(
        &self,
        key: String,
        source: Rc<dyn Source>,
        work: &Rc<Work>,
    ) -> Listed {
        let outer = source.clone();
        let (mut opened, search) = Opened::list(key.clone(), source, "", work).await;
        if opened.has_runs() {
            opened.problems.extend(inner::beside(&*outer).await);
            return Listed::of(opened, search);
        }
        let look = |source: Rc<dyn Source>| -> Waiting<'_, Option<Rc<dyn Source>>> {
            Box::pin(async move {
                let (opened, _) = Opened::list(String::new(), source, "", work).await;
                opened.has_runs().then(|| opened.source.clone())
            })
        };
        let Some(inside) = open_inside(outer.clone(), &look, work.clone()).await else {
            return Listed::of(opened, search);
        };
        // A folder may get runs of its own: it is told, and waited for, as what it is.
        let is_archive = outer.facts().kind != SourceKind::Folder;
        if !inside.has_any && !is_archive {
            let aside = inside.source.problems();
            let mut listed = Listed::of(opened, search);
            match inside.is_mostly {
                true => listed.opened.problems.extend(aside),
                false => listed.aside = aside,
            }
            listed.looked_into = inside.opened;
            return listed;
        }
        let only = inside.only.unwrap_or_default();
        let (mut opened, search) = Opened::list(key, inside.source, &only, work).await;
        opened.through = Some(outer);
        Listed::of(opened, search)
    }

    pub fn sources_view(&self) -> SourcesView {
        let opened = self.opened();
        let sources: Vec<SourceView> = opened
            .iter()
            .map(|open| {
                let facts = open.source.facts();
                let flows = || open.stores.iter().flat_map(|store| &store.flows);
                SourceView {
                    key: open.key.clone(),
                    name: facts.name,
                    folder: facts.kind == SourceKind::Folder,
                    size: facts.size,
                    grows: facts.can_grow,
                    runs: flows().map(|flow| flow.runs.len() as u64).sum(),
                    flows: flows().count() as u64,
                    systems: {
                        let all = open.stores.iter().map(|store| store.records.system());
                        all.collect::<SortedSet<_>>().into_vec()
                    },
                }
            })
            .collect();
        SourcesView {
            runs: self.run_paths().len() as u64,
            problems: opened
                .iter()
                .map(|open| open.all_problems().len() as u64)
                .sum(),
            sources,
            failed: self.failed.borrow().clone(),
        }
    }

    pub fn all_problems(&self, _: ProblemsQuery) -> ProblemsView {
        /// What a screen can show; a damaged archive may have one problem a file.
        const SHOWN: usize = 500;
        let opened = self.opened();
        let several = opened.len() > 1;
        let in_source = |open: &Rc<Opened>| {
            let doubted = open.doubted();
            let clear = move |problem: &Problem| !doubted.contains(&problem.place.file);
            let name = open.source.facts().name;
            let all = open.all_problems().into_iter();
            all.map(move |mut problem| {
                let is_clear = clear(&problem);
                // Where several are open, a path alone does not say where.
                if several && problem.place.file != name {
                    problem.place.file = join(&name, &problem.place.file);
                }
                (is_clear, problem)
            })
        };
        let mut problems: Vec<(bool, Problem)> = opened.iter().flat_map(in_source).collect();
        sort(&mut problems);
        let total = problems.len() as u64;
        problems.truncate(SHOWN);
        ProblemsView {
            doubts: problems.iter().filter(|(clear, _)| !clear).count() as u64,
            problems: problems.into_iter().map(|(_, problem)| problem).collect(),
            total,
        }
    }

    pub fn reading(&self, _: ReadingQuery) -> ReadingView {
        let opened = self.opened();
        let problems = || opened.iter().flat_map(|open| open.all_problems());
        ReadingView {
            read: opened.iter().map(|open| open.source.bytes_read()).sum(),
            size: opened.iter().map(|open| open.source.facts().size).sum(),
            problems: problems().count() as u64,
            notes: problems()
                .filter(|problem| problem.severity == Severity::Note)
                .count() as u64,
            locked: opened
                .iter()
                .find(|open| open.source.is_locked())
                .map(|open| open.source.facts().name),
        }
    }
}

/// What was found in a source.
pub(super) struct Listed {
    pub opened: Opened,
    /// How far it was searched.
    search: Search,
    /// Archives in which no runs were found.
    looked_into: u64,
    /// What is wrong with archives that most likely are of no matter.
    aside: Vec<Problem>,
}

impl Listed {
    fn of(opened: Opened, search: Search) -> Self {
        Self {
            opened,
            search,
            looked_into: 0,
            aside: Vec::new(),
        }
    }
}

/// What there is instead of runs, and what may have hidden them.
async fn no_runs(name: String, listed: Listed) -> OpenError {
    let Listed {
        opened,
        search,
        looked_into,
        aside,
    } = listed;
    let source = &opened.source;
    let listing = source.list("").await.unwrap_or_default();
    let mut problems = opened.problems.clone();
    problems.extend(source.problems());
    problems.retain(|problem| problem.severity != Severity::Note);
    // The worst first.
    sort(&mut problems);
    let mut problems = problems.into_iter();
    OpenError::NoRuns(Box::new(NoRuns {
        name,
        cause: problems.next(),
        more_causes: problems.take(2).collect(),
        sought: "a flow with runs (a folder with _meta/_self.json, as Metaflow writes it, or an export of Prefect with flow_runs.json)"
            .to_owned(),
        files: search.files,
        more_files: search.not_searched + search.skipped + search.found.len() > 0,
        unsearched: search.not_searched as u64,
        looked_into,
        aside,
        entries: listing.len() as u64,
        found: listing
            .iter()
            .take(8)
            .map(|entry| entry.name.to_string())
            .collect(),
        half_a_pack: half_a_pack(&**source, &listing).await,
        may_come: source.facts().can_grow,
    }))
}

/// What notes how far a pack has come, where an index would lie: on top, or in the one folder
/// that is there.
async fn half_a_pack(source: &dyn Source, listing: &Listing) -> Option<String> {
    let notes = |listing: &Listing| listing.files().any(|(name, _)| name == DONE_SO_FAR);
    if notes(listing) {
        return Some(DONE_SO_FAR.to_owned());
    }
    let mut folders = listing.folders();
    let (only, None) = (folders.next()?, folders.next()) else {
        return None;
    };
    let inside = source.list(only).await.ok()?;
    notes(&inside).then(|| join(only, DONE_SO_FAR))
}

/// The failure of the first, with what became of the others. One that asks for a file goes
/// before others: something can be done about it here.
fn all_failed(mut failed: Vec<Failure>) -> Option<Box<Failure>> {
    let mut each = failed.iter();
    let asks = each.position(|failure| failure.kind == FailureKind::NeedsFile);
    failed.rotate_left(asks.unwrap_or(0));
    let mut failed = failed.into_iter();
    let mut first = failed.next()?;
    for other in failed {
        first.details.push(("also".to_owned(), other.explanation));
    }
    Some(Box::new(first))
}
