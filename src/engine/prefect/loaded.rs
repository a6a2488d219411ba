//! One run of Prefect, loaded: its tasks, their states, and on request their logs and results.

use super::Kept;
use super::origin::Which;
use crate::counts::counted;
use crate::engine::loaded::LoadedRun;
use crate::engine::opened::{Holds, Opened};
use crate::engine::records::RunRecords;
use crate::engine::{Engine, Work};
use crate::formats::metaflow::task::TaskDetail;
use crate::formats::prefect::export::File;
use crate::formats::prefect::id::Id;
use crate::formats::prefect::reading;
use crate::formats::prefect::records::{
    self, AssetEvent, FlowRun, Histories, Log, StatesOfRun, StoredResult, TaskRun,
};
use crate::formats::prefect::result::Files;
use crate::formats::prefect::run::Gathered;
use crate::model::{Artifact, Encoding, Moment, Place, Problem, RunPath};
use crate::sorting::{SortedMap, sort_by_key};
use crate::source::{Source, join};
use std::cell::OnceCell;
use std::collections::HashSet;
use std::rc::Rc;

/// What the value that a task returned is called.
pub const RESULT: &str = "result";

/// A flow run with all that its screens need.
pub struct Loaded {
    pub kept: Rc<Kept>,
    pub gathered: Gathered,
    logs: OnceCell<Rc<Logs>>,
    results: OnceCell<Rc<Files>>,
    extras: OnceCell<Rc<Extras>>,
}

/// What else is recorded of a run and its tasks.
#[derive(Default)]
pub struct Extras {
    pub artifacts: Vec<records::Artifact>,
    /// What was done to assets, in the order in which it came.
    pub events: Vec<AssetEvent>,
    pub problems: Vec<Problem>,
}

/// The rows of the log of a run, those of its tasks among them, in the order of their times.
#[derive(Default)]
pub struct Logs {
    pub rows: Vec<Log>,
    pub problems: Vec<Problem>,
    /// There is a log at all: an empty one is not a missing one.
    pub is_recorded: bool,
}

impl Engine {
    /// A run out of the records of a server.
    pub(in crate::engine) async fn read_flow_run(
        &self,
        opened: &Opened,
        kept: &Rc<Kept>,
        path: &RunPath,
        work: &Work,
    ) -> LoadedRun {
        let mut problems = Vec::new();
        let gathered = kept.gather(path, &mut problems, work).await;
        let mut run = gathered.to_model(&path.flow, |id| kept.path_of(id), false);
        problems.extend(told(kept, &gathered));
        run.problems = problems;
        LoadedRun {
            path: path.clone(),
            source: opened.source.clone(),
            records: RunRecords::Prefect(Rc::new(Loaded {
                kept: kept.clone(),
                gathered,
                logs: OnceCell::new(),
                results: OnceCell::new(),
                extras: OnceCell::new(),
            })),
            run,
            expected: SortedMap::default(),
            has_values: true,
            is_alone: false,
            holds: Holds::UntilClosed,
            timeline: Default::default(),
        }
    }
}

impl Kept {
    /// All that is recorded of a run, but for its log.
    async fn gather(&self, path: &RunPath, problems: &mut Vec<Problem>, work: &Work) -> Gathered {
        let Some(id) = Id::of(&path.run) else {
            let nothing = FlowRun::bare(Id::Other("".into()));
            let none = Histories::default();
            return Gathered::of(nothing, Vec::new(), Vec::new(), none, &self.stand_ins);
        };
        let run = self.run(path).cloned();
        let mut run = run.unwrap_or_else(|| FlowRun::bare(id.clone()));
        // They are only met again, so that nobody else writes meanwhile.
        let mut words = self.words.take();
        let mut tasks = reading::Kept::<TaskRun>::default();
        let take = |task: TaskRun| {
            let is_of_it = match &task.flow_run_id {
                Some(flow_run) => *flow_run == id,
                None => task.id == id,
            };
            if is_of_it {
                tasks.add(task);
            }
        };
        let of_run = Which::OfRun(&id);
        // What is wrong with them was told when they were counted.
        let mut ignored = Vec::new();
        self.origin
            .each(File::TaskRuns, of_run, &mut words, &mut ignored, work, take)
            .await;
        let mut tasks = tasks.records;
        let ids: Vec<Id> = tasks.iter().map(|task| task.id.clone()).collect();
        let known: HashSet<&Id> = ids.iter().collect();
        let mut histories = Histories::default();
        let take = |of: StatesOfRun| {
            if known.contains(&of.run) {
                histories.add(of);
            }
        };
        let of_tasks = Which::Of(&ids);
        self.origin
            .each(
                File::TaskRunStates,
                of_tasks,
                &mut words,
                problems,
                work,
                take,
            )
            .await;
        histories.finish();
        let mut own = Histories::default();
        let take = |of: StatesOfRun| {
            if of.run == id {
                own.add(of);
            }
        };
        self.origin
            .each(
                File::FlowRunStates,
                of_run,
                &mut words,
                problems,
                work,
                take,
            )
            .await;
        own.finish();
        self.words.replace(words);
        // A database has the state of a run among all of them.
        run.course.complete(own.of(&id));
        for task in &mut tasks {
            task.course.complete(histories.of(&task.id));
        }
        let history = match own.of(&id) {
            // A task run without a flow run has its own.
            [] => histories.of(&id).to_vec(),
            own => own.to_vec(),
        };
        Gathered::of(run, tasks, history, histories, &self.stand_ins)
    }
}

impl Loaded {
    /// The rows of its log, read when they are asked for the first time.
    pub async fn logs(&self, work: &Work) -> Rc<Logs> {
        if let Some(known) = self.logs.get() {
            return known.clone();
        }
        let kept = &self.kept;
        let mut logs = Logs {
            is_recorded: kept.origin.has(File::Logs),
            ..Logs::default()
        };
        let id = &self.gathered.run.id;
        let mut words = kept.words.take();
        let mut rows = Vec::new();
        let problems = &mut logs.problems;
        let take = |row: Log| {
            let of_task = || row.task_run_id.as_ref() == Some(id);
            if row.flow_run_id.as_ref() == Some(id) || row.flow_run_id.is_none() && of_task() {
                rows.push(row);
            }
        };
        let of_run = Which::OfRun(id);
        kept.origin
            .each(File::Logs, of_run, &mut words, problems, work, take)
            .await;
        kept.words.replace(words);
        sort_by_key(&mut rows, |row| row.at.unwrap_or(Moment(i64::MAX)));
        logs.rows = rows;
        // Two may have asked at once, and both read the same.
        self.logs.get_or_init(|| Rc::new(logs)).clone()
    }

    /// Its artifacts, and what was done to assets.
    pub async fn extras(&self, work: &Work) -> Rc<Extras> {
        if let Some(known) = self.extras.get() {
            return known.clone();
        }
        let kept = &self.kept;
        let run = &self.gathered.run.id;
        let of_run = Which::OfRun(run);
        let is_of_it = |flow_run: Option<&Id>, task_run: Option<&Id>| {
            flow_run == Some(run) || flow_run.is_none() && task_run == Some(run)
        };
        let mut extras = Extras::default();
        let mut words = kept.words.take();
        let mut artifacts = reading::Kept::<records::Artifact>::default();
        let problems = &mut extras.problems;
        let take = |one: records::Artifact| {
            if is_of_it(one.flow_run_id.as_ref(), one.task_run_id.as_ref()) {
                artifacts.add(one);
            }
        };
        kept.origin
            .each(File::Artifacts, of_run, &mut words, problems, work, take)
            .await;
        extras.artifacts = artifacts.records;
        let mut events = reading::Kept::<AssetEvent>::default();
        let problems = &mut extras.problems;
        let take = |one: AssetEvent| {
            if is_of_it(one.flow_run_id.as_ref(), one.task_run_id.as_ref()) {
                events.add(one);
            }
        };
        kept.origin
            .each(File::Events, of_run, &mut words, problems, work, take)
            .await;
        extras.events = events.records;
        // Rows of a table may come in any order.
        sort_by_key(&mut extras.events, |event| event.occurred);
        kept.words.replace(words);
        self.extras.get_or_init(|| Rc::new(extras)).clone()
    }

    /// The files of stored results, listed when one is asked for the first time.
    pub async fn results(&self) -> Rc<Files> {
        if let Some(known) = self.results.get() {
            return known.clone();
        }
        let kept = &self.kept;
        let folder = kept.origin.storage();
        let paths = match folder {
            Some(folder) => files_in(&*kept.origin.source, folder).await,
            None => Vec::new(),
        };
        let base = kept.manifest.storage_base.as_deref();
        let files = Rc::new(Files::of(folder.unwrap_or_default(), paths, base));
        self.results.get_or_init(|| files).clone()
    }

    /// What the state of a task, or of the flow itself, says of its result.
    pub fn stored(&self, id: &str) -> Option<&StoredResult> {
        let course = match self.gathered.task(id) {
            Some(at) => &self.gathered.tasks.get(at)?.course,
            None => &self.gathered.run.course,
        };
        course.state.as_ref()?.result.as_deref()
    }

    /// A task, or the flow itself, as its page asks for it: with its result as the one value
    /// that it left.
    pub fn detail(&self, step: &str, id: &str) -> TaskDetail {
        let mut detail = TaskDetail::default();
        let tries = self.tries(step, id).map(|tries| tries.list.as_slice());
        let last = tries.and_then(<[_]>::last).map_or(0, |last| last.number);
        if let Some(stored) = self.stored(id).filter(|told| told.storage_key.is_some()) {
            let written = stored.serializer.as_ref().map(|one| one.kind.to_string());
            let result = Artifact {
                name: RESULT.to_owned(),
                sha: id.to_owned(),
                size: None,
                class: None,
                encoding: Encoding::Pickle(written.unwrap_or_default()),
                created: None,
            };
            detail.artifacts.insert(last, vec![result]);
        }
        detail
    }
}

/// All files below a folder.
async fn files_in(source: &dyn Source, folder: &str) -> Vec<String> {
    /// Results lie in one folder, or in some that somebody made.
    const FOLDERS: usize = 1000;
    let mut found = Vec::new();
    let mut todo = vec![folder.to_owned()];
    let mut seen = 0;
    while let Some(folder) = todo.pop() {
        seen += 1;
        if seen > FOLDERS {
            break;
        }
        let Ok(listing) = source.list(&folder).await else {
            continue;
        };
        found.extend(listing.files().map(|(name, _)| join(&folder, name)));
        todo.extend(listing.folders().map(|name| join(&folder, name)));
    }
    found
}

/// What is odd about a run as a whole.
fn told(kept: &Kept, gathered: &Gathered) -> Vec<Problem> {
    let at = || Place::file(kept.origin.path(File::TaskRuns));
    let mut told = Vec::new();
    if let lost @ 1.. = gathered.edges.lost.len() as u64 {
        let runs = counted(lost, "task run is", "task runs are");
        let what = format!("{runs} named as the source of a value and not among the records.");
        let hint = "A server drops states of tasks when too many come at once. What can be known without them is shown.";
        told.push(Problem::warning(at(), what, hint));
    }
    if let frozen @ 1.. = gathered.frozen() {
        let runs = counted(frozen, "task run is", "task runs are");
        let what = format!("The flow run is over, and {runs} still in a state that is not final.");
        let hint = "The server has lost how it ended, or the process was killed.";
        told.push(Problem::warning(at(), what, hint));
    }
    told
}
