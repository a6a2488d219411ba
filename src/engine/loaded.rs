//! Runs with all their tasks: read when somebody looks at one, and the last few kept.
//!
//! Start with [`Engine::load_run`].

use super::ask::Failure;
use super::clocks::{odd_times, untimed};
use super::opened::{Holds, Opened, OpenedStore, Reading};
use super::picture::faults;
use super::records::{Records, RunRecords};
use super::turns::Turn;
use super::values::{Blob, Stored};
use super::{Engine, Work, live};
use crate::formats::metaflow::folders::TaskFolder;
use crate::formats::metaflow::task::{Depth, TaskDetail};
use crate::formats::metaflow::{
    Store, cards, outcome, paths, run as run_reader, task as task_reader,
};
use crate::model::{
    Card, Evidence, Hosts, MetadataEntry, Moment, Problem, Run, RunPath, Status, Step, Task,
    TaskPath,
};
use crate::pack::run::PackedRun;
use crate::sorting::{SortedMap, sort};
use crate::source::{Pace as _, Progress, Source, Unit, gather, join};
use futures_util::StreamExt as _;
use std::rc::Rc;

/// A run with all its tasks, and where it came from.
pub struct LoadedRun {
    pub path: RunPath,
    pub source: Rc<dyn Source>,
    pub records: RunRecords,
    pub run: Run,
    /// How many tasks a step is going to have, as far as that is known of a run that has not
    /// ended well ([`Engine::expected_tasks`]).
    pub expected: SortedMap<String, u64>,
    /// Whether the flow's values are there at all; without them that was told already.
    pub has_values: bool,
    /// Only one task was read, and of the run no more than its record.
    pub(super) is_alone: bool,
    pub(super) holds: Holds,
    pub(super) timeline: super::timeline::Kept,
}

/// The tasks of a run that was forgotten which were done for long, and of which nothing was
/// wrong: a run of thousands of tasks is read again for the few that are not.
#[derive(Clone)]
pub(super) struct Settled {
    /// By step and id.
    tasks: SortedMap<(String, String), Task>,
    origin: Option<String>,
}

impl Settled {
    fn of(loaded: &LoadedRun, now: Moment) -> Self {
        let run = &loaded.run;
        let hidden = run.parameters.iter().map(|task| (paths::PARAMETERS, task));
        let others = run.tasks().map(|(step, task)| (step.name.as_str(), task));
        let is_whole = loaded.holds == Holds::UntilClosed;
        let is_settled = |task: &Task| live::is_settled(task.status, task.ended(), now);
        let settled = hidden
            .chain(others)
            .filter(|(_, task)| is_whole && is_settled(task));
        let mut settled = Self {
            tasks: settled
                .map(|(step, task)| ((step.to_owned(), task.id.clone()), task.clone()))
                .collect(),
            origin: run.origin.clone(),
        };
        // What is wrong with a task is found when it is read.
        let places = run.problems.iter().map(|problem| &*problem.place.file);
        if let Some(store) = loaded.metaflow() {
            settled.without(&store.run(&loaded.path), places);
        }
        settled
    }

    /// Without the tasks in whose folders something lies.
    fn without<'p>(&mut self, run: &str, places: impl Iterator<Item = &'p str>) {
        for place in places {
            let inside = place.strip_prefix(run);
            let mut parts = inside.unwrap_or_default().split('/').skip(1);
            if let (Some(step), Some(task)) = (parts.next(), parts.next()) {
                self.tasks.remove(&(step.to_owned(), task.to_owned()));
            }
        }
    }

    fn task(&self, step: &str, id: &str) -> Option<&Task> {
        self.tasks.get(&(step.to_owned(), id.to_owned()))
    }
}

impl OpenedStore {
    /// Forgets a run that was loaded, but for what need not be read again.
    pub(super) fn forget_loaded(&self, run: &RunPath, changed: &[String], now: Moment) {
        let mut kept = self.runs.borrow_mut();
        let at = kept.iter().position(|loaded| loaded.path == *run);
        let loaded = at.map(|at| kept.remove(at));
        // Elsewhere the tasks of a run are not read one by one.
        let Some(store) = self.metaflow() else { return };
        let mut all = self.settled.borrow_mut();
        let known = all.remove(run).map(|known| (*known).clone());
        let settled = loaded.map(|loaded| Settled::of(&loaded, now)).or(known);
        let Some(mut settled) = settled else { return };
        settled.without(&store.run(run), changed.iter().map(String::as_str));
        all.insert(run.clone(), Rc::new(settled));
        while all.len() > RUNS_KEPT {
            let Some(first) = all.keys().next().cloned() else {
                return;
            };
            all.remove(&first);
        }
    }
}

/// How many whole runs are kept; the one looked at longest ago goes first.
const RUNS_KEPT: usize = 6;

/// How many tasks are read between two signs of progress: few at first, since where each costs
/// requests, many would be long without a sign.
const TASKS_AT_FIRST: usize = 16;
const TASKS_AT_ONCE: usize = 512;

/// How many such groups are read at once.
const CHUNKS_AT_ONCE: usize = 3;

/// Parts of a list, each twice as long as the one before, up to a length.
fn growing(tasks: &[String]) -> impl Iterator<Item = &[String]> {
    let lengths = std::iter::successors(Some(TASKS_AT_FIRST), |length| {
        Some(length.saturating_mul(2))
    });
    let mut lengths = lengths.map(|length| length.min(TASKS_AT_ONCE));
    let mut left = tasks;
    std::iter::from_fn(move || {
        let length = lengths.next()?.min(left.len());
        let (part, rest) = left.split_at(length);
        left = rest;
        (!part.is_empty()).then_some(part)
    })
}

impl LoadedRun {
    /// Tasks of a step that have not begun yet, as far as it is known that there will be some.
    pub fn coming(&self, step: &str) -> u64 {
        let begun = self
            .run
            .step(step)
            .map_or(0, |step| step.tasks.len() as u64);
        let expected = self.expected.get(step).copied();
        expected.map_or(0, |count| count.saturating_sub(begun))
    }

    /// Whether the source answered for all of it.
    pub(super) fn is_answered(&self) -> bool {
        self.holds == Holds::UntilClosed
    }

    /// Where a value of its flow is stored.
    pub fn stored<'a>(&'a self, key: &'a str) -> Stored<'a> {
        match &self.records {
            RunRecords::Metaflow(store) => Stored::Blob(Blob {
                source: &self.source,
                store,
                flow: &self.path.flow,
                sha: key,
            }),
            RunRecords::Prefect(run) => Stored::Result {
                source: &self.source,
                run,
                key,
            },
        }
    }

    /// The datastore, where the run is one of Metaflow.
    pub fn metaflow(&self) -> Option<&Store> {
        self.records.metaflow()
    }

    /// The files and folders that keep a status from being told.
    pub(super) fn doubted(&self, places: &mut Vec<String>) {
        let Some(store) = self.metaflow() else {
            return;
        };
        if self.run.status == Status::Unknown {
            places.push(store.run(&self.path));
            let steps = self.run.steps.iter();
            places.extend(steps.map(|step| store.step(&self.path, &step.name)));
        }
        for (step, task) in self.run.tasks() {
            if task.status != Status::Unknown {
                continue;
            }
            let folder = store.task(&self.path.task(&step.name, &task.id));
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
    /// How many tasks of a run failed for good, if all of it is there.
    pub(super) fn failed_tasks(&self, path: &RunPath, now: Moment) -> Option<u64> {
        let kept = self.runs.borrow();
        let is_it = |loaded: &&Rc<LoadedRun>| {
            loaded.path == *path && !loaded.is_alone && loaded.holds.at(now)
        };
        let run = &kept.iter().find(is_it)?.run;
        Some(run.steps.iter().map(Step::failed).sum())
    }

    /// A run that was read before.
    fn kept(&self, path: &RunPath, now: Moment) -> Option<Rc<LoadedRun>> {
        let mut kept = self.runs.borrow_mut();
        let found = kept.iter().position(|loaded| loaded.path == *path)?;
        let loaded = kept.remove(found);
        if !loaded.holds.at(now) {
            return None;
        }
        kept.push(loaded.clone());
        Some(loaded)
    }
}

impl Engine {
    /// Whether a run is here and its files have to be read before anything of it is known.
    pub(super) fn is_to_be_read(&self, path: &RunPath, work: &Work) -> bool {
        self.find_run(path).is_ok_and(|(opened, at)| {
            let in_store = opened.stores.get(at);
            in_store.is_some_and(|store| store.kept(path, work.host.now()).is_none())
        })
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
        let mine = loop {
            if let Some(kept) = in_store.kept(path, work.host.now()) {
                return Ok(kept);
            }
            let turn = in_store.readers.turn(path, self.news.get(), work);
            match turn.await {
                Turn::Mine(reading) => break reading,
                Turn::Read(loaded) => return Ok(loaded),
                Turn::Again => {}
            }
        };
        let work = &mine.work(work);
        if in_store.is_slow(path) {
            // Lets the other questions of the same screen be heard.
            work.pause(0).await;
        }
        let news = self.news.get();
        let loaded = Rc::new(self.read_run(&opened, in_store, path, work).await);
        mine.has_read(loaded.clone());
        if self.news.get() != news {
            // Something has changed meanwhile: for this answer it will do.
            return Ok(loaded);
        }
        opened.note([(Reading::Run(path.clone()), loaded.run.problems.clone())]);
        let mut kept = in_store.runs.borrow_mut();
        kept.retain(|other| other.path != *path);
        kept.push(loaded.clone());
        if kept.len() > RUNS_KEPT {
            kept.remove(0);
        }
        drop(kept);
        in_store.settled.borrow_mut().remove(path);
        self.looked_at.ring();
        Ok(loaded)
    }

    async fn read_run(
        &self,
        opened: &Opened,
        in_store: &OpenedStore,
        path: &RunPath,
        work: &Work,
    ) -> LoadedRun {
        let store = match &in_store.records {
            Records::Metaflow(store) => store,
            Records::Prefect(kept) => return self.read_flow_run(opened, kept, path, work).await,
        };
        let source = &opened.source;
        let has_values = in_store.has_values(&path.flow);
        let packed = match (&opened.pack, in_store.packed) {
            (Some(pack), Some(at)) => pack.run(at, &path.flow, &path.run).await.ok(),
            _ => None,
        };
        let (found, answered) = match packed {
            Some(packed) => (packed, true),
            None => {
                self.read_records(opened, in_store, store, path, has_values, work)
                    .await
            }
        };
        let mut run = Run {
            record: found.record,
            status: Status::Unfinished,
            evidence: Evidence::NoEnd { last_sign: None },
            ended: None,
            graph: found.graph,
            steps: found.steps,
            parameters: found.parameters.map(|(_, task)| task),
            origin: found.origin,
            state: None,
            message: None,
            links: None,
            body: None,
            spun: found.spun,
            problems: found.problems,
        };
        let only = run.steps.first().filter(|_| run.spun);
        let spun = only.map(|step| step.name.clone());
        let end_step = run.graph.as_ref().map(|graph| graph.end.clone());
        let end_step = spun.or(end_step).unwrap_or_else(|| "end".to_owned());
        outcome::judge_run(
            &mut run,
            &end_step,
            found.unlisted.as_deref(),
            source.facts().can_grow,
            work.host.now(),
        );
        let folder = store.run(path);
        // Behind all others: what is missing is worth more words than what is odd.
        let odd = faults(&run, &folder).into_iter();
        let mut odd: Vec<Problem> = odd
            .chain(odd_times(&run, &folder, work.host.now()))
            .collect();
        // What has not come may have been recorded all the same.
        if answered {
            odd.extend(untimed(&run, &folder));
        }
        run.problems.extend(odd);
        // What went well has all of its tasks.
        let expected = match has_values && (!run.is_over() || run.status == Status::Failed) {
            true => self.expected_tasks(opened, store, path, &run, work).await,
            false => SortedMap::default(),
        };
        LoadedRun {
            expected,
            path: path.clone(),
            source: source.clone(),
            records: RunRecords::Metaflow(store.clone()),
            run,
            has_values,
            is_alone: false,
            holds: Holds::of(answered, work.host.now()),
            timeline: Default::default(),
        }
    }

    /// Everything that lists and pictures of a run need, out of its records; and whether the
    /// source answered for all of them.
    pub(super) async fn read_records(
        &self,
        opened: &Opened,
        in_store: &OpenedStore,
        store: &Store,
        path: &RunPath,
        has_values: bool,
        work: &Work,
    ) -> (PackedRun, bool) {
        let source = &opened.source;
        let ((outline, mut problems), mut answered) = gather(&**source, work, |shelf| {
            let outline = run_reader::outline(shelf, store, path);
            (outline, shelf.is_answered())
        })
        .await;
        problems.extend(opened.in_part.get(path).cloned());
        let total: usize = outline.steps.iter().map(|step| step.tasks.len()).sum();
        let settled = in_store.settled.borrow().get(path).cloned();
        let origin = settled.as_ref().and_then(|settled| settled.origin.clone());
        let settled = |step: &str, id: &str| settled.as_ref()?.task(step, id).cloned();
        let mut done = 0;
        let mut hosts = Hosts::default();
        let mut found = PackedRun {
            spun: outline.spun().is_some(),
            origin,
            ..PackedRun::default()
        };
        for step in &outline.steps {
            let mut tasks: Vec<Task> = Vec::with_capacity(step.tasks.len());
            let reads = growing(&step.tasks).map(async |ids| {
                let known: Vec<Option<Task>> =
                    ids.iter().map(|id| settled(&step.name, id)).collect();
                let unknown = ids.iter().zip(&known).filter(|(_, known)| known.is_none());
                let places: Vec<TaskPath> =
                    unknown.map(|(id, _)| path.task(&step.name, id)).collect();
                self.precedence.let_pass(&*work.host).await;
                let (files, are_listed) = gather(&**source, work, |shelf| {
                    let of = |place| TaskFolder::of(shelf, store, place);
                    let files: Vec<TaskFolder> = places.iter().map(of).collect();
                    (files, shelf.is_answered())
                })
                .await;
                let mut read: Vec<_> = places.iter().map(|_| None).collect();
                let answered = gather(&**source, work, |shelf| {
                    let each = places.iter().zip(&files).zip(&mut read);
                    for ((place, files), read) in each {
                        // What lacked nothing is not read once more.
                        if matches!(read, Some((_, true))) {
                            continue;
                        }
                        let missed = shelf.missed();
                        let is_first = step.tasks.first() == Some(&place.task);
                        let task = run_reader::read_task(shelf, store, place, files, is_first);
                        *read = Some((task, shelf.missed() == missed));
                    }
                    shelf.is_answered()
                })
                .await;
                let answered = answered && are_listed;
                (known, read, answered)
            });
            // While some are looked at, the records of the next ones are on their way.
            let mut reads = futures_util::stream::iter(reads).buffered(CHUNKS_AT_ONCE);
            while let Some((known, read, tasks_answered)) = reads.next().await {
                answered &= tasks_answered;
                done += known.len();
                let mut read = read.into_iter().flatten();
                for known in known {
                    if let Some(task) = known {
                        tasks.push(task);
                    } else if let Some(((task, more), _)) = read.next() {
                        problems.extend(more);
                        found.origin = found.origin.or(task.origin_run);
                        tasks.push(task.task);
                    }
                    let newest = tasks.last_mut().into_iter();
                    for attempt in newest.flat_map(|task| &mut task.attempts) {
                        attempt.host = attempt.host.take().map(|host| hosts.shared(host));
                    }
                }
                work.progress(Progress {
                    what: "Reading tasks".to_owned(),
                    done: done as u64,
                    total: Some(total as u64),
                    unit: Unit::Things,
                });
            }
            if step.name == paths::PARAMETERS {
                let hidden = tasks.into_iter().next();
                found.parameters = hidden.map(|task| (step.name.clone(), task));
            } else {
                found.steps.push(Step {
                    name: step.name.clone(),
                    created: step.created,
                    recorded: step.recorded,
                    tasks,
                });
            }
        }
        if has_values {
            self.frames_from_values(opened, store, path, &mut found.steps, work)
                .await;
            let hidden = found.parameters.iter();
            let hidden = hidden.map(|(step, task)| (step.as_str(), task));
            let others = found.steps.iter();
            let others =
                others.flat_map(|step| step.tasks.iter().map(|task| (step.name.as_str(), task)));
            let tasks = hidden.chain(others).map(|(step, task)| {
                let attempts = task.attempts.iter().map(|attempt| attempt.number);
                (path.task(step, &task.id), attempts.collect())
            });
            found.graph = self
                .graph_among(opened, store, tasks, &mut problems, work)
                .await;
            if let Some(graph) = &found.graph {
                self.iterations_from_values(opened, store, path, graph, &mut found.steps, work)
                    .await;
            }
        }
        sort(&mut problems);
        problems.dedup();
        found.record = outline.record;
        found.unlisted = outline.unlisted;
        found.problems = problems;
        (found, answered)
    }

    /// One task in full.
    pub(crate) async fn load_task(
        &self,
        loaded: &LoadedRun,
        path: &TaskPath,
        depth: Depth,
        work: &Work,
    ) -> (TaskDetail, Vec<Problem>) {
        let store = match &loaded.records {
            RunRecords::Metaflow(store) => store,
            RunRecords::Prefect(run) => return (run.detail(&path.step, &path.task), Vec::new()),
        };
        gather(&*loaded.source, work, |shelf| {
            task_reader::read(shelf, store, path, depth)
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
        let Some(store) = loaded.metaflow() else {
            return Default::default();
        };
        gather(&*loaded.source, work, |shelf| {
            let mut problems = Vec::new();
            let cards = cards::list(shelf, store, path, metadata, &mut problems);
            (cards, problems)
        })
        .await
    }
}
