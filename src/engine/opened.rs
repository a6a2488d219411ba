//! A source that is open, and what was read of it so far.

use super::ask::Failure;
use super::briefs::KeptBrief;
use super::history::KeptSteps;
use super::loaded::{LoadedRun, Settled};
use super::prefect::{Kept, Origin};
use super::records::Records;
use super::recovered::RecoveredView;
use super::turns::Readers;
use super::{Engine, Work};
use crate::formats::metaflow::paths::RUN_FOLDERS;
use crate::formats::metaflow::{Store, record, store as stores};
use crate::formats::search::{Found, Search, search};
use crate::model::{Flow, Moment, Problem, RunPath, Span, TaskPath, pathspec::natural};
use crate::pack::index::Redacted;
use crate::sorting::{SortedMap, SortedSet, sort, sort_by};
use crate::source::packed_runs::{PackedRuns, open_packed};
use crate::source::{EntryKind, Shelf, Source, SourceKind, gather, join};
use crate::text::human::counted;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A source as the user named it, with its datastores.
pub struct Opened {
    /// The `src=` of the address.
    pub key: String,
    pub source: Rc<dyn Source>,
    /// What it was, where its runs are those of archives in it.
    pub(super) through: Option<Rc<dyn Source>>,
    /// The same source, where its runs are packed.
    pub(super) pack: Option<Rc<PackedRuns>>,
    pub stores: Vec<OpenedStore>,
    /// Which datastore holds which run.
    places: SortedMap<RunPath, usize>,
    /// What was wrong with listing it; what is wrong with a run is found when the run is read.
    pub problems: Vec<Problem>,
    /// Of an archive that is not whole: the runs of which only a part is there.
    pub in_part: SortedMap<RunPath, Problem>,
    pub recovered: Option<RecoveredView>,
    found_while_reading: RefCell<SortedMap<Reading, Vec<Problem>>>,
    /// Folders in which a flow or a run may just be made.
    pub(super) becoming: Vec<String>,
    /// There may be other flows and runs by now.
    pub(super) is_listed_anew: Cell<bool>,
}

/// What was read when problems were found: reading it again finds them anew, or not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
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

/// What one place of a source holds.
pub struct OpenedStore {
    pub records: Records,
    /// Which store of the packed runs it is.
    pub(super) packed: Option<usize>,
    pub flows: Vec<Flow>,
    pub(super) briefs: RefCell<SortedMap<RunPath, KeptBrief>>,
    pub(super) runs: RefCell<Vec<Rc<LoadedRun>>>,
    pub(super) readers: Readers,
    /// Tasks that were read without their runs.
    pub(super) alone: RefCell<Vec<Rc<LoadedRun>>>,
    /// Of runs that were forgotten, the tasks that need not be read again.
    pub(super) settled: RefCell<SortedMap<RunPath, Rc<Settled>>>,
    /// What the steps of runs took.
    pub(super) steps: RefCell<SortedMap<RunPath, KeptSteps>>,
}

impl OpenedStore {
    fn of(records: Records, flows: Vec<Flow>) -> Self {
        Self {
            records,
            packed: None,
            flows,
            briefs: RefCell::default(),
            runs: RefCell::default(),
            readers: Readers::default(),
            alone: RefCell::default(),
            settled: RefCell::default(),
            steps: RefCell::default(),
        }
    }

    /// The datastore, where it is one of Metaflow.
    pub fn metaflow(&self) -> Option<&Store> {
        self.records.metaflow()
    }

    /// Whether the values of a flow are there.
    pub(super) fn has_values(&self, flow: &str) -> bool {
        let mut flows = self.flows.iter();
        flows.any(|one| one.name == flow && one.has_values)
    }
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
    /// Lists the datastores and their flows; also says how far they were searched for. An
    /// index of packed runs is looked for in a `place`, and in the only folder that is there.
    pub async fn list(
        key: String,
        source: Rc<dyn Source>,
        place: &str,
        work: &Rc<Work>,
    ) -> (Self, Search) {
        let mut lost = None;
        match packed_in(&source, place, work).await {
            Some(Ok(pack)) => return (Self::of_pack(key, Rc::new(pack)), Search::default()),
            Some(Err(problem)) => lost = Some(problem),
            None => {}
        }
        let work = &**work;
        let mut search = gather(&*source, work, search).await;
        let mut problems = std::mem::take(&mut search.problems);
        problems.extend(lost);
        let mut opened = Vec::new();
        let mut becoming = Vec::new();
        for found in &search.found {
            match found {
                Found::Metaflow(store) => {
                    let mut store = store.clone();
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
                    opened.push(OpenedStore::of(Records::Metaflow(store), flows));
                }
                Found::Prefect(place) => {
                    let origin = Origin::of_export(&source, place.clone());
                    let kept = Kept::read(origin, work, &mut problems).await;
                    let flows = kept.flows();
                    opened.push(OpenedStore::of(Records::Prefect(Rc::new(kept)), flows));
                }
                Found::PrefectDatabase(folder, name) => {
                    let origin = Origin::open(&source, folder, name, &mut problems, work).await;
                    if let Some(origin) = origin {
                        let kept = Kept::read(origin, work, &mut problems).await;
                        let flows = kept.flows();
                        opened.push(OpenedStore::of(Records::Prefect(Rc::new(kept)), flows));
                    }
                }
            }
        }
        let opened = Self {
            becoming,
            ..Self::of_stores(key, source, None, opened, problems)
        };
        (opened, search)
    }

    /// What was done to the runs so that they can be shown, where something was.
    pub fn redacted(&self) -> Option<&Redacted> {
        self.pack.as_ref()?.index().redacted.as_ref()
    }

    /// The same, as it is told among the problems.
    pub fn told_redacted(&self) -> Vec<Problem> {
        let pack = self.pack.as_ref();
        pack.map(|pack| pack.told_redacted()).unwrap_or_default()
    }

    /// What an index of packed runs lists.
    fn of_pack(key: String, pack: Rc<PackedRuns>) -> Self {
        let mut stores = Vec::new();
        let mut found = Vec::new();
        for (at, packed) in pack.index().stores.iter().enumerate() {
            let mut briefs = Vec::new();
            let mut store = Store::at(packed.root.clone());
            let mut flows = Vec::new();
            for flow in &packed.flows {
                if !flow.has_metadata {
                    store.without_metadata.push(flow.name.clone());
                }
                for line in &flow.runs {
                    let path = RunPath::new(&flow.name, &line.record.id);
                    if pack.has_only_names() {
                        // It is read as if it were not packed.
                        continue;
                    }
                    found.push((Reading::Brief(path.clone()), line.problems.clone()));
                    briefs.push((path, KeptBrief::of_line(line)));
                }
                let runs = flow.runs.iter().map(|line| line.record.id.clone());
                flows.push(Flow {
                    name: flow.name.clone(),
                    runs: runs.collect(),
                    has_values: flow.has_values,
                    has_metadata: flow.has_metadata,
                });
            }
            stores.push(OpenedStore {
                packed: Some(at),
                briefs: RefCell::new(briefs.into_iter().collect()),
                ..OpenedStore::of(Records::Metaflow(store), flows)
            });
        }
        let source: Rc<dyn Source> = pack.clone();
        let opened = Self::of_stores(key, source, Some(pack), stores, Vec::new());
        opened.note(found);
        opened
    }

    fn of_stores(
        key: String,
        source: Rc<dyn Source>,
        pack: Option<Rc<PackedRuns>>,
        opened: Vec<OpenedStore>,
        problems: Vec<Problem>,
    ) -> Self {
        // Where two datastores hold the same run, the first counts: it is put in last.
        let places = opened.iter().enumerate().rev().flat_map(|(at, in_store)| {
            let flows = in_store.flows.iter();
            flows.flat_map(move |flow| {
                let runs = flow.runs.iter();
                runs.map(move |run| (RunPath::new(&flow.name, run), at))
            })
        });
        let places = places.collect();
        Self {
            key,
            source,
            through: None,
            pack,
            places,
            stores: opened,
            problems,
            in_part: SortedMap::default(),
            recovered: None,
            found_while_reading: RefCell::default(),
            becoming: Vec::new(),
            is_listed_anew: Cell::new(false),
        }
    }

    /// Whether it opens only when somebody says so: a zip whose directory is lost. A tar that
    /// ends early has lost what came after, and nothing before.
    pub(super) fn is_asked_about(&self) -> bool {
        self.recovered.is_some() && self.source.facts().kind == SourceKind::Zip
    }

    /// Whether only a part of a run is in an archive that is not whole.
    pub fn is_in_part(&self, run: &RunPath) -> bool {
        self.in_part.contains_key(run)
    }

    pub fn has_runs(&self) -> bool {
        let mut flows = self.stores.iter().flat_map(|store| &store.flows);
        flows.any(|flow| !flow.runs.is_empty())
    }

    pub(super) fn has(&self, run: &RunPath) -> bool {
        self.places.contains_key(run)
    }

    /// Takes over what was read of the same source before it was listed anew.
    pub(super) fn take_over(&self, before: &Self) {
        for (at, in_store) in self.stores.iter().enumerate() {
            let same = |other: &&OpenedStore| other.records.is_same(&in_store.records);
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
            *in_store.steps.borrow_mut() = known.steps.take();
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
            in_store.steps.borrow_mut().remove(run);
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

    /// What was wrong when something was read.
    pub fn noted(&self, reading: &Reading) -> Vec<Problem> {
        let found = self.found_while_reading.borrow();
        found.get(reading).cloned().unwrap_or_default()
    }

    pub(super) fn note(&self, found: impl IntoIterator<Item = (Reading, Vec<Problem>)>) {
        self.found_while_reading.borrow_mut().extend(found);
    }

    /// Everything that is wrong as far as it was read, the worst first, each once.
    pub fn all_problems(&self) -> Vec<Problem> {
        let found = self.found_while_reading.borrow();
        let found = found.values().flatten().chain(&self.problems);
        let found = found.chain(self.in_part.values()).cloned();
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

/// The packed runs of a source: their index lies on top, or in the one folder that is there.
/// `None` where there is no index.
async fn packed_in(
    source: &Rc<dyn Source>,
    place: &str,
    work: &Rc<Work>,
) -> Option<Result<PackedRuns, Problem>> {
    if let Some(packed) = open_packed(source.clone(), place, &RUN_FOLDERS, work.clone()).await {
        return Some(packed);
    }
    let listing = source.list(place).await.ok()?;
    let mut entries = listing.iter();
    let (only, None) = (entries.next()?, entries.next()) else {
        return None;
    };
    if only.kind != EntryKind::Folder {
        return None;
    }
    let inside = join(place, &only.name);
    open_packed(source.clone(), &inside, &RUN_FOLDERS, work.clone()).await
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
        let paths = stores.flat_map(|store| {
            let flows = store.flows.iter();
            let paths = flows.flat_map(|flow| {
                let runs = flow.runs.iter();
                runs.map(|run| RunPath::new(&flow.name, run))
            });
            paths.map(|path| (store.records.begins(&path), path))
        });
        let mut paths: Vec<(Option<Moment>, RunPath)> = paths.collect();
        sort_by(&mut paths, |(began, a), (other, b)| {
            let flows = a.flow.cmp(&b.flow);
            // An id may be anything: where it says nothing of the time, the record does.
            let times = || other.cmp(began);
            flows.then_with(times).then_with(|| natural(&b.run, &a.run))
        });
        let mut paths: Vec<RunPath> = paths.into_iter().map(|(_, path)| path).collect();
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
                let store = in_store.metaflow();
                let Some(store) = store.filter(|store| !store.lacks_metadata(flow)) else {
                    continue;
                };
                let folder = store.flow(flow);
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
        let store = loaded.metaflow();
        let Some(store) = store.filter(|store| !store.lacks_metadata(&loaded.path.flow)) else {
            return (None, Vec::new());
        };
        let folder = store.step(&loaded.path, step);
        read_created(&loaded.source, &folder, work).await
    }

    /// What an engine calls a run for people, where it has such names.
    pub(super) fn name_of_run(&self, path: &RunPath) -> Option<String> {
        let (opened, at) = self.find_run(path).ok()?;
        opened.stores.get(at)?.records.name_of(path)
    }

    pub(crate) fn opened(&self) -> Vec<Rc<Opened>> {
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
