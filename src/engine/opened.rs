//! A source that is open, and what was read of it so far.

use super::ask::Failure;
use super::{Engine, Work, values};
use crate::formats::metaflow::brief::{self, RunBrief};
use crate::formats::metaflow::store::Search;
use crate::formats::metaflow::task::{Depth, TaskDetail};
use crate::formats::metaflow::{
    Store, cards, graph, outcome, paths, record, run as run_reader, store as stores,
    task as task_reader,
};
use crate::model::{
    Card, Evidence, Flow, Graph, MetadataEntry, Moment, Place, Problem, Run, RunPath, Span, Status,
    Step, Task, TaskPath, pathspec::natural,
};
use crate::sorting::{SortedMap, SortedSet, sort, sort_by};
use crate::source::{Pace as _, Progress, Shelf, Source, Unit, gather, join};
use crate::text::human::counted;
use std::cell::RefCell;
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
}

/// What was read when problems were found: reading it again finds them anew, or not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reading {
    /// By its folder.
    Flow(String),
    Brief(RunPath),
    Run(RunPath),
    Task(TaskPath),
    /// By its file.
    Value(String),
}

pub struct OpenedStore {
    pub store: Store,
    pub flows: Vec<Flow>,
    briefs: RefCell<SortedMap<RunPath, KeptBrief>>,
    runs: RefCell<Vec<Rc<LoadedRun>>>,
}

/// A run's line, and until when it may be relied on.
struct KeptBrief {
    brief: Rc<RunBrief>,
    holds: Holds,
}

/// A run with all its tasks, and where it came from.
pub struct LoadedRun {
    pub path: RunPath,
    pub source: Rc<dyn Source>,
    pub store: Store,
    pub run: Run,
    /// Whether the flow's values are there at all; without them that was told already.
    pub has_values: bool,
    holds: Holds,
}

/// How long what was read can be relied on.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Holds {
    UntilClosed,
    /// The source did not answer for some of it, and may do so after a while. Until
    /// then nobody is made to wait for it again.
    Until(Moment),
}

impl Holds {
    /// Long enough for a screen to ask all its questions, short enough for a person
    /// who tries again.
    const WHILE: Span = Span(5_000_000);

    fn of(answered: bool, now: Moment) -> Self {
        match answered {
            true => Holds::UntilClosed,
            false => Holds::Until(now.plus(Self::WHILE)),
        }
    }

    fn at(self, now: Moment) -> bool {
        match self {
            Holds::UntilClosed => true,
            Holds::Until(end) => now < end,
        }
    }
}

/// How many whole runs are kept; the one looked at longest ago goes first.
const RUNS_KEPT: usize = 6;

/// How many tasks are read between two signs of progress.
const TASKS_AT_ONCE: usize = 256;

impl Opened {
    /// Lists the datastores and their flows; also says how far they were searched for.
    pub async fn list(key: String, source: Rc<dyn Source>, work: &Work) -> (Self, Search) {
        let mut search = gather(&*source, work, stores::find_stores).await;
        let mut problems = std::mem::take(&mut search.problems);
        let mut opened = Vec::new();
        for mut store in search.stores.clone() {
            let (flows, more) = gather(&*source, work, |shelf| {
                let mut problems = Vec::new();
                let flows = stores::list_flows(shelf, &store, &mut problems);
                (flows, problems)
            })
            .await;
            problems.extend(more);
            let bare = flows.iter().filter(|flow| !flow.has_metadata);
            store.without_metadata = bare.map(|flow| flow.name.clone()).collect();
            opened.push(OpenedStore {
                store,
                flows,
                briefs: RefCell::default(),
                runs: RefCell::default(),
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
        };
        (opened, search)
    }

    /// A run that was written to: it is read again when somebody looks at it.
    pub fn forget(&self, run: &RunPath) {
        for in_store in &self.stores {
            let mut briefs = in_store.briefs.borrow_mut();
            let others = std::mem::take(&mut *briefs).into_iter();
            *briefs = others.filter(|(path, _)| path != run).collect();
            in_store.runs.borrow_mut().retain(|kept| kept.path != *run);
        }
    }

    /// What was wrong with a task, when somebody looked at it.
    pub fn note_task(&self, task: &TaskPath, problems: &[Problem]) {
        self.note([(Reading::Task(task.clone()), problems.to_vec())]);
    }

    /// What was wrong with a value, when somebody looked at it.
    pub fn note_value(&self, file: &str, fault: Option<String>) {
        let hint = "What could be read of it is shown. Copy the datastore again.";
        let problem = fault.map(|fault| Problem::damage(Place::file(file), fault, hint));
        self.note([(
            Reading::Value(file.to_owned()),
            problem.into_iter().collect(),
        )]);
    }

    fn note(&self, found: impl IntoIterator<Item = (Reading, Vec<Problem>)>) {
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

impl LoadedRun {
    fn doubted(&self, places: &mut Vec<String>) {
        if self.run.status == Status::Unknown {
            places.push(self.store.run(&self.path));
            let steps = self.run.steps.iter();
            places.extend(steps.map(|step| self.store.step(&self.path, &step.name)));
        }
        for (step, task) in self.run.tasks() {
            if task.status != Status::Unknown {
                continue;
            }
            let folder = self.store.task(&self.path.task(&step.name, &task.id));
            if let Some(Evidence::Unreadable { record }) =
                task.last_attempt().map(|last| &last.evidence)
            {
                places.push(join(&folder, record));
                places.push(join(&paths::meta(&folder), record));
            }
            places.push(folder);
        }
    }
}

impl OpenedStore {
    /// A run's line, if it has been read, even where some of it could not be had.
    pub fn brief(&self, path: &RunPath) -> Option<Rc<RunBrief>> {
        let briefs = self.briefs.borrow();
        briefs.get(path).map(|kept| kept.brief.clone())
    }

    /// Whether a run's line has to be read, for the first time or again.
    pub fn needs_brief(&self, path: &RunPath, work: &Work) -> bool {
        let now = work.host.now();
        let briefs = self.briefs.borrow();
        !briefs.get(path).is_some_and(|kept| kept.holds.at(now))
    }

    /// Reads the lines of several runs at once.
    pub async fn read_briefs(&self, opened: &Opened, paths: &[RunPath], work: &Work) {
        let alive = opened.source.facts().can_grow;
        let now = work.host.now();
        let (briefs, answered) = gather(&*opened.source, work, |shelf| {
            let read = |path| brief::read(shelf, &self.store, path, alive, now);
            let briefs: Vec<_> = paths.iter().map(read).collect();
            (briefs, shelf.is_answered())
        })
        .await;
        let mut found = Vec::new();
        let mut read = Vec::new();
        for (path, (brief, problems)) in paths.iter().zip(briefs) {
            // What is not answered is a problem of the run that asked.
            let holds = Holds::of(answered || problems.is_empty(), work.host.now());
            let brief = Rc::new(brief);
            found.push((Reading::Brief(path.clone()), problems));
            read.push((path.clone(), KeptBrief { brief, holds }));
        }
        opened.note(found);
        self.briefs.borrow_mut().extend(read);
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

    /// A whole run: from what was read before, else from its files.
    pub(crate) async fn load_run(
        &self,
        path: &RunPath,
        work: &Work,
    ) -> Result<Rc<LoadedRun>, Box<Failure>> {
        let (opened, at) = self.find_run(path)?;
        let Some(in_store) = opened.stores.get(at) else {
            return Err(self.no_such_run(path));
        };
        {
            let mut kept = in_store.runs.borrow_mut();
            if let Some(found) = kept.iter().position(|loaded| loaded.path == *path) {
                let loaded = kept.remove(found);
                if loaded.holds.at(work.host.now()) {
                    kept.push(loaded.clone());
                    return Ok(loaded);
                }
            }
        }
        let loaded = Rc::new(self.read_run(&opened, in_store, path, work).await);
        opened.note([(Reading::Run(path.clone()), loaded.run.problems.clone())]);
        let mut kept = in_store.runs.borrow_mut();
        kept.retain(|other| other.path != *path);
        kept.push(loaded.clone());
        if kept.len() > RUNS_KEPT {
            kept.remove(0);
        }
        Ok(loaded)
    }

    async fn read_run(
        &self,
        opened: &Opened,
        in_store: &OpenedStore,
        path: &RunPath,
        work: &Work,
    ) -> LoadedRun {
        let source = &opened.source;
        let store = &in_store.store;
        let mut flows = in_store.flows.iter();
        let has_values = flows.any(|flow| flow.name == path.flow && flow.has_values);
        let ((outline, mut problems), mut answered) = gather(&**source, work, |shelf| {
            let outline = run_reader::outline(shelf, store, path);
            (outline, shelf.is_answered())
        })
        .await;
        let total: usize = outline.steps.iter().map(|step| step.tasks.len()).sum();
        let mut done = 0;
        let mut steps = Vec::new();
        let mut parameters = None;
        let mut origin = None;
        for step in &outline.steps {
            let mut tasks: Vec<Task> = Vec::with_capacity(step.tasks.len());
            for ids in step.tasks.chunks(TASKS_AT_ONCE) {
                let places: Vec<TaskPath> =
                    ids.iter().map(|id| path.task(&step.name, id)).collect();
                let (read, tasks_answered) = gather(&**source, work, |shelf| {
                    let read = |place| run_reader::read_task(shelf, store, place);
                    let read: Vec<_> = places.iter().map(read).collect();
                    (read, shelf.is_answered())
                })
                .await;
                answered &= tasks_answered;
                for (task, more) in read {
                    problems.extend(more);
                    origin = origin.or(task.origin_run);
                    tasks.push(task.task);
                }
                done += ids.len();
                work.progress(Progress {
                    what: "Reading tasks".to_owned(),
                    done: done as u64,
                    total: Some(total as u64),
                    unit: Unit::Things,
                });
            }
            if step.name == paths::PARAMETERS {
                parameters = tasks.into_iter().next();
            } else {
                steps.push(Step {
                    name: step.name.clone(),
                    created: step.created,
                    recorded: step.recorded,
                    tasks,
                });
            }
        }
        let spun = outline.spun().map(str::to_owned);
        let mut run = Run {
            record: outline.record,
            status: Status::Unfinished,
            evidence: Evidence::NoEnd { last_sign: None },
            ended: None,
            graph: None,
            steps,
            parameters,
            origin,
            spun: spun.is_some(),
            problems: Vec::new(),
        };
        if has_values {
            self.frames_from_values(opened, store, path, &mut run.steps, work)
                .await;
        }
        if has_values {
            run.graph = self
                .read_graph(opened, store, path, &run, &mut problems, work)
                .await;
        }
        let end_step = run.graph.as_ref().map(|graph| graph.end.clone());
        let end_step = spun.or(end_step).unwrap_or_else(|| "end".to_owned());
        outcome::judge_run(
            &mut run,
            &end_step,
            outline.unlisted.as_deref(),
            source.facts().can_grow,
            work.host.now(),
        );
        sort(&mut problems);
        problems.dedup();
        run.problems = problems;
        LoadedRun {
            path: path.clone(),
            source: source.clone(),
            store: store.clone(),
            run,
            has_values,
            holds: Holds::of(answered, work.host.now()),
        }
    }

    /// The graph lies in the hidden task from a run's first second, and in every
    /// task that persisted; the hidden one is tried first.
    async fn read_graph(
        &self,
        opened: &Opened,
        store: &Store,
        path: &RunPath,
        run: &Run,
        problems: &mut Vec<Problem>,
        work: &Work,
    ) -> Option<Graph> {
        /// A run of which so many tasks have no graph has none.
        const TRIED: usize = 8;
        let hidden = run.parameters.iter().map(|task| (paths::PARAMETERS, task));
        let others = run.tasks().map(|(step, task)| (step.name.as_str(), task));
        for (step, task) in hidden.chain(others).take(TRIED) {
            let folder = store.task(&path.task(step, &task.id));
            let attempts: Vec<u32> = task
                .attempts
                .iter()
                .rev()
                .map(|attempt| attempt.number)
                .collect();
            let sha = gather(&*opened.source, work, |shelf| {
                let mut ignored = Vec::new();
                attempts.iter().find_map(|attempt| {
                    let listing = shelf.list(&folder)?.ok()?;
                    let there = listing.has_file(&format!("{attempt}.data.json"));
                    let table = there
                        .then(|| record::read_table(shelf, &folder, *attempt, &mut ignored))??;
                    Some(table.rows.get("_graph_info")?.sha.clone())
                })
            })
            .await;
            let Some(sha) = sha else { continue };
            match self
                .decode(
                    &opened.source,
                    store,
                    &path.flow,
                    &sha,
                    values::Most::Default,
                    work,
                )
                .await
            {
                Ok(value) => return graph::read(&value.pickle),
                Err(failure) => problems.push(Problem::damage(
                    Place::file(store.blob(&path.flow, &sha)),
                    format!("The flow's graph cannot be read: {}", failure.explanation),
                    "The steps are shown in the order in which they began.",
                )),
            }
        }
        None
    }

    /// One task in full.
    pub(crate) async fn load_task(
        &self,
        loaded: &LoadedRun,
        path: &TaskPath,
        depth: Depth,
        work: &Work,
    ) -> (TaskDetail, Vec<Problem>) {
        gather(&*loaded.source, work, |shelf| {
            task_reader::read(shelf, &loaded.store, path, depth)
        })
        .await
    }

    /// The cards of a task.
    pub async fn cards(
        &self,
        loaded: &LoadedRun,
        path: &TaskPath,
        metadata: &[MetadataEntry],
        work: &Work,
    ) -> (Vec<Card>, Vec<Problem>) {
        gather(&*loaded.source, work, |shelf| {
            let mut problems = Vec::new();
            let cards = cards::list(shelf, &loaded.store, path, metadata, &mut problems);
            (cards, problems)
        })
        .await
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
