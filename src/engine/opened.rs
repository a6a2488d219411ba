//! A source that is open, and what was read of it so far.

use super::ask::Failure;
use super::briefs::KeptBrief;
use super::loaded::{LoadedRun, Settled};
use super::{Engine, Work};
use crate::formats::metaflow::store::Search;
use crate::formats::metaflow::{Store, record, store as stores};
use crate::model::{Flow, Moment, Problem, RunPath, Span, TaskPath, pathspec::natural};
use crate::sorting::{SortedMap, SortedSet, sort, sort_by};
use crate::source::{Shelf, Source, gather, join};
use crate::text::human::counted;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A source as the user named it, with its datastores.
pub struct Opened {
    /// The `src=` of the address.
    pub key: String,
    pub source: Rc<dyn Source>,
    pub stores: Vec<OpenedStore>,
    /// Which datastore holds which run.
    places: SortedMap<RunPath, usize>,
    /// What was wrong with listing it; what is wrong with a run is found when the run is read.
    pub problems: Vec<Problem>,
    found_while_reading: RefCell<SortedMap<Reading, Vec<Problem>>>,
    /// Folders in which a flow or a run may just be made.
    pub(super) becoming: Vec<String>,
    /// There may be other flows and runs by now.
    pub(super) is_listed_anew: Cell<bool>,
}

/// What was read when problems were found: reading it again finds them anew, or not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reading {
    /// By its folder.
    Flow(String),
    Brief(RunPath),
    Run(RunPath),
    Task(TaskPath),
    /// By its file.
    Value(String),
}

impl Reading {
    fn is_of(&self, run: &RunPath) -> bool {
        match self {
            Reading::Brief(of) | Reading::Run(of) => of == run,
            Reading::Task(task) => task.run_path() == *run,
            Reading::Flow(_) | Reading::Value(_) => false,
        }
    }
}

pub struct OpenedStore {
    pub store: Store,
    pub flows: Vec<Flow>,
    pub(super) briefs: RefCell<SortedMap<RunPath, KeptBrief>>,
    pub(super) runs: RefCell<Vec<Rc<LoadedRun>>>,
    /// Of runs that were forgotten, the tasks that need not be read again.
    pub(super) settled: RefCell<SortedMap<RunPath, Rc<Settled>>>,
}

/// How long what was read can be relied on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Holds {
    UntilClosed,
    /// The source did not answer for some of it, and may do so after a while. Until
    /// then nobody is made to wait for it again.
    Until(Moment),
}

impl Holds {
    /// Long enough for a screen to ask all its questions, short enough for a person
    /// who tries again.
    const WHILE: Span = Span(5_000_000);

    pub(super) fn of(answered: bool, now: Moment) -> Self {
        match answered {
            true => Holds::UntilClosed,
            false => Holds::Until(now.plus(Self::WHILE)),
        }
    }

    pub(super) fn at(self, now: Moment) -> bool {
        match self {
            Holds::UntilClosed => true,
            Holds::Until(end) => now < end,
        }
    }
}

impl Opened {
    /// Lists the datastores and their flows; also says how far they were searched for.
    pub async fn list(key: String, source: Rc<dyn Source>, work: &Work) -> (Self, Search) {
        let mut search = gather(&*source, work, stores::find_stores).await;
        let mut problems = std::mem::take(&mut search.problems);
        let mut opened = Vec::new();
        let mut becoming = Vec::new();
        for mut store in search.stores.clone() {
            let (flows, more, others) = gather(&*source, work, |shelf| {
                let mut problems = Vec::new();
                let flows = stores::list_flows(shelf, &store, &mut problems);
                let others = others(shelf, &store, &flows);
                (flows, problems, others)
            })
            .await;
            problems.extend(more);
            becoming.extend(others);
            let bare = flows.iter().filter(|flow| !flow.has_metadata);
            store.without_metadata = bare.map(|flow| flow.name.clone()).collect();
            opened.push(OpenedStore {
                store,
                flows,
                briefs: RefCell::default(),
                runs: RefCell::default(),
                settled: RefCell::default(),
            });
        }
        // Where two datastores hold the same run, the first counts: it is put in last.
        let places = opened.iter().enumerate().rev().flat_map(|(at, in_store)| {
            let flows = in_store.flows.iter();
            flows.flat_map(move |flow| {
                let runs = flow.runs.iter();
                runs.map(move |run| (RunPath::new(&flow.name, run), at))
            })
        });
        let places = places.collect();
        let opened = Self {
            key,
            source,
            places,
            stores: opened,
            problems,
            found_while_reading: RefCell::default(),
            becoming,
            is_listed_anew: Cell::new(false),
        };
        (opened, search)
    }

    pub(super) fn has(&self, run: &RunPath) -> bool {
        self.places.contains_key(run)
    }

    /// Takes over what was read of the same source before it was listed anew.
    pub(super) fn take_over(&self, before: &Self) {
        for (at, in_store) in self.stores.iter().enumerate() {
            let same = |other: &&OpenedStore| other.store == in_store.store;
            let Some(known) = before.stores.iter().find(same) else {
                continue;
            };
            let is_here = |run: &RunPath| self.places.get(run) == Some(&at);
            let briefs = std::mem::take(&mut *known.briefs.borrow_mut());
            let briefs = briefs.into_iter().filter(|(run, _)| is_here(run));
            *in_store.briefs.borrow_mut() = briefs.collect();
            let mut runs = std::mem::take(&mut *known.runs.borrow_mut());
            runs.retain(|run| is_here(&run.path));
            *in_store.runs.borrow_mut() = runs;
            *in_store.settled.borrow_mut() = known.settled.take();
        }
        let found = std::mem::take(&mut *before.found_while_reading.borrow_mut());
        *self.found_while_reading.borrow_mut() = found;
    }

    /// A run that was written to, in these folders: it is read again when somebody looks at
    /// it, but for tasks that were done for long and to which nothing was written.
    pub fn forget(&self, run: &RunPath, changed: &[String], now: Moment) {
        for in_store in &self.stores {
            let mut briefs = in_store.briefs.borrow_mut();
            let others = std::mem::take(&mut *briefs).into_iter();
            *briefs = others.filter(|(path, _)| path != run).collect();
            in_store.forget_loaded(run, changed, now);
        }
        // What was wrong with it may be mended.
        let mut found = self.found_while_reading.borrow_mut();
        let all = std::mem::take(&mut *found).into_iter();
        *found = all.filter(|(reading, _)| !reading.is_of(run)).collect();
    }

    /// What was wrong with a task, when somebody looked at it.
    pub fn note_task(&self, task: &TaskPath, problems: &[Problem]) {
        self.note([(Reading::Task(task.clone()), problems.to_vec())]);
    }

    /// What was wrong with a value, when somebody looked at it.
    pub fn note_value(&self, file: &str, problem: Option<Problem>) {
        self.note([(
            Reading::Value(file.to_owned()),
            problem.into_iter().collect(),
        )]);
    }

    pub(super) fn note(&self, found: impl IntoIterator<Item = (Reading, Vec<Problem>)>) {
        self.found_while_reading.borrow_mut().extend(found);
    }

    /// Everything that is wrong as far as it was read, the worst first, each once.
    pub fn all_problems(&self) -> Vec<Problem> {
        let found = self.found_while_reading.borrow();
        let found = found.values().flatten().chain(&self.problems).cloned();
        let all: SortedSet<Problem> = found.chain(self.source.problems()).collect();
        all.into_vec()
    }

    /// The files and folders that keep a status from being told, in the runs that have been
    /// read: a problem with one of them is a worse one.
    pub fn doubted(&self) -> SortedSet<String> {
        let mut places = Vec::new();
        for store in &self.stores {
            for loaded in store.runs.borrow().iter() {
                loaded.doubted(&mut places);
            }
        }
        places.into_iter().collect()
    }
}

impl Engine {
    /// The source and the datastore that hold a run: the first, when several do.
    pub(super) fn find_run(&self, path: &RunPath) -> Result<(Rc<Opened>, usize), Box<Failure>> {
        for opened in self.opened.borrow().iter() {
            if let Some(at) = opened.places.get(path) {
                return Ok((opened.clone(), *at));
            }
        }
        Err(self.no_such_run(path))
    }

    pub(super) fn no_such_run(&self, path: &RunPath) -> Box<Failure> {
        let opened = self.opened.borrow();
        let flows = || {
            opened
                .iter()
                .flat_map(|opened| &opened.stores)
                .flat_map(|store| &store.flows)
        };
        match flows().find(|flow| flow.name == path.flow) {
            Some(flow) => {
                let runs = counted(flow.runs.len() as u64, "run", "runs");
                let newest = flow
                    .runs
                    .first()
                    .map(|run| format!(", the newest is {run}"))
                    .unwrap_or_default();
                let mut failure = Failure::not_found(
                    "run",
                    &path.to_string(),
                    &format!("{runs} of {}{newest}", path.flow),
                );
                let newest = flow.runs.first();
                failure.newest = newest.map(|run| Box::new(RunPath::new(&path.flow, run)));
                failure
            }
            None => {
                /// More would be no help.
                const NAMED: usize = 12;
                let mut names: Vec<&str> = flows().map(|flow| flow.name.as_str()).collect();
                sort(&mut names);
                names.dedup();
                let more = match names.len().saturating_sub(NAMED) {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                names.truncate(NAMED);
                let nearest = format!("the flows {}{more}", names.join(", "));
                Failure::not_found("flow", &path.flow, &nearest)
            }
        }
    }

    /// Every run of every source: by flow, of each the newest first. One that several
    /// sources hold stands here once.
    pub fn run_paths(&self) -> Vec<RunPath> {
        let opened = self.opened.borrow();
        let stores = opened.iter().flat_map(|opened| &opened.stores);
        let flows = stores.flat_map(|store| &store.flows);
        let paths = flows.flat_map(|flow| {
            let runs = flow.runs.iter();
            runs.map(|run| RunPath::new(&flow.name, run))
        });
        let mut paths: Vec<RunPath> = paths.collect();
        sort_by(&mut paths, |a, b| {
            a.flow.cmp(&b.flow).then_with(|| natural(&b.run, &a.run))
        });
        paths.dedup();
        paths
    }

    /// When a flow's record was written: by its first run.
    pub async fn flow_created(&self, flow: &str, work: &Work) -> Option<Moment> {
        for opened in self.opened() {
            for in_store in opened
                .stores
                .iter()
                .filter(|store| store.flows.iter().any(|known| known.name == flow))
            {
                if in_store.store.lacks_metadata(flow) {
                    continue;
                }
                let folder = in_store.store.flow(flow);
                let (found, problems) = read_created(&opened.source, &folder, work).await;
                opened.note([(Reading::Flow(folder), problems)]);
                if found.is_some() {
                    return found;
                }
            }
        }
        None
    }

    /// When a step's record was written, and what is wrong with it.
    pub async fn step_created(
        &self,
        loaded: &LoadedRun,
        step: &str,
        work: &Work,
    ) -> (Option<Moment>, Vec<Problem>) {
        if loaded.store.lacks_metadata(&loaded.path.flow) {
            return (None, Vec::new());
        }
        let folder = loaded.store.step(&loaded.path, step);
        read_created(&loaded.source, &folder, work).await
    }

    pub(super) fn opened(&self) -> Vec<Rc<Opened>> {
        self.opened.borrow().clone()
    }
}

/// Folders of a datastore that are no flows, and folders of flows that are no runs.
fn others(shelf: &Shelf, store: &Store, flows: &[Flow]) -> Vec<String> {
    /// As many as may be made at one time.
    const OTHERS: usize = 200;
    let listed = |folder: &str| {
        let listing = shelf.list(folder).and_then(Result::ok);
        let names = listing.map(|listing| listing.folders().map(str::to_owned).collect::<Vec<_>>());
        names.unwrap_or_default()
    };
    let known = |name: &String| flows.iter().any(|flow| flow.name == *name);
    let cards = store.card_root();
    let top = listed(&store.root).into_iter();
    let top = top.filter(|name| !known(name) && name != "data");
    let top = top.map(|name| join(&store.root, &name));
    let mut found: Vec<String> = top.filter(|folder| *folder != cards).collect();
    for flow in flows {
        let folder = store.flow(&flow.name);
        let inside = listed(&folder).into_iter();
        let runs: SortedSet<&str> = flow.runs.iter().map(String::as_str).collect();
        let inside = inside.filter(|name| !runs.contains(name.as_str()));
        let inside = inside.filter(|name| name != "_meta" && name != "data");
        found.extend(inside.map(|name| join(&folder, &name)));
    }
    found.truncate(OTHERS);
    found
}

async fn read_created(
    source: &Rc<dyn Source>,
    folder: &str,
    work: &Work,
) -> (Option<Moment>, Vec<Problem>) {
    let read = |shelf: &Shelf| {
        let mut problems = Vec::new();
        let loses = "When it was created is not known.";
        let found = record::read_self(shelf, folder, loses, &mut problems);
        (found.and_then(|found| found.at), problems)
    };
    gather(&**source, work, read).await
}
