//! What is still written: hearing of it, and forgetting what was read before.
//!
//! A page that looks at a source that can grow asks [`Watch`] again and again. The
//! answer comes when something has changed; by then nothing is kept that was read of
//! it, so that what is asked anew is read anew, and nothing else is. What is watched is
//! what can change: the folders in which runs appear, and of runs that may go on the
//! folders in which steps and tasks appear, and tasks that are not done. A task that has
//! ended is watched a while longer, since its last records come after its end.
//!
//! Nothing is lost between two questions: a source names a folder that was not watched
//! before as one that has changed, and what was being read while something changed is
//! not kept. Start with [`Engine::watch`].

use super::ask::Failure;
use super::opened::{Opened, OpenedStore};
use super::sources::SourcesView;
use super::{Engine, Work};
use crate::formats::metaflow::Store;
use crate::formats::metaflow::outcome::SIGN_OF_LIFE;
use crate::formats::metaflow::paths::{self, PARAMETERS};
use crate::model::{Moment, RunPath, RunRecord, Span, Status, Task, time::later};
use crate::sorting::SortedSet;
use crate::source::{ReadError, Watched};
use futures_util::future::{Either, select, select_all};
use serde::{Deserialize, Serialize};
use std::pin::pin;
use std::rc::Rc;

/// Waits until there is something to ask anew, but not for ever.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    /// What the last answer said.
    pub heard: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WatchView {
    /// Counts changes: another number than before says that there was one.
    pub heard: u64,
    /// There may be more runs than before.
    pub sources: SourcesView,
    /// Why nothing can be heard at the moment.
    pub silent: Option<String>,
}

/// Forgets what was read of the sources that can grow, because somebody asks for that.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reread;

/// How long after its end something may still be written of a task or a run: the engine
/// saves its own log last (Metaflow `runtime.py`, `Worker.terminate`).
const AFTERWARDS: Span = Span::from_minutes(2);

/// Runs without a good end that are watched, the newest of each flow: older ones have
/// died long ago.
const UNFINISHED: usize = 20;

/// The same where each list costs somebody a request.
const UNFINISHED_FAR: usize = 3;

/// Folders that one question watches.
const WATCHED: usize = 4000;

impl Engine {
    pub(super) async fn watch(
        &self,
        query: Watch,
        work: &Rc<Work>,
    ) -> Result<WatchView, Box<Failure>> {
        let mut silent = None;
        if query.heard == self.news.get()
            && let Some((opened, changes)) = self.changes().await
        {
            silent = self.heard_of(&opened, changes, work).await;
        }
        Ok(WatchView {
            heard: self.news.get(),
            sources: self.sources_view(),
            silent,
        })
    }

    /// Waits for the next change in a source that can grow. What is looked at while it
    /// waits is watched from then on; `None` where nothing can grow.
    async fn changes(&self) -> Option<(Rc<Opened>, Result<Vec<String>, ReadError>)> {
        loop {
            let mut rung = self.looked_at.rung();
            let growing = self.growing();
            if growing.is_empty() {
                return None;
            }
            let waits = growing.iter().map(|(opened, watched)| {
                Box::pin(async move { (opened, opened.source.changes(watched).await) })
            });
            // The others tell the same again when they are asked again.
            let mut waits = select_all(waits);
            loop {
                let looked_at = pin!(self.looked_at.after(rung));
                match select(waits, looked_at).await {
                    Either::Left((((opened, changes), _, _), _)) => {
                        return Some((opened.clone(), changes));
                    }
                    Either::Right(((), left)) => waits = left,
                }
                rung = self.looked_at.rung();
                let now = self.growing();
                let mut both = now.iter().zip(&growing);
                let same = now.len() == growing.len();
                if !same || !both.all(|((_, now), (_, before))| now == before) {
                    break;
                }
            }
        }
    }

    /// The sources that can grow, and what is to be watched of them.
    fn growing(&self) -> Vec<(Rc<Opened>, Vec<Watched>)> {
        let now = self.host.now();
        let opened = self.opened().into_iter();
        let growing = opened.filter(|opened| opened.source.facts().can_grow);
        growing
            .map(|opened| {
                let watched = opened.watched(now);
                (opened, watched)
            })
            .collect()
    }

    /// Forgets what has changed. From the answer of the source to the end of forgetting
    /// there is no breath: who stops the question loses nothing.
    async fn heard_of(
        &self,
        opened: &Rc<Opened>,
        changes: Result<Vec<String>, ReadError>,
        work: &Rc<Work>,
    ) -> Option<String> {
        let folders = match changes {
            Ok(folders) => folders,
            Err(error) => return Some(error.to_string()),
        };
        let mut changed = opened.overdue(self.host.now());
        for folder in &folders {
            let run = opened.run_of(folder);
            // Whether a run or a flow is there at all is told by what lies in it, and by its
            // own record.
            if run.as_ref().is_none_or(|(_, lists)| *lists) {
                opened.is_listed_anew.set(true);
            }
            changed.extend(run.map(|(run, _)| run));
        }
        if !changed.is_empty() || opened.is_listed_anew.get() {
            self.forget(opened, &changed, &folders);
        }
        if opened.is_listed_anew.get() {
            self.list_anew(opened, work).await;
        }
        None
    }

    /// Nothing of these runs is kept, and nothing that is being read at this moment.
    fn forget(&self, opened: &Opened, runs: &SortedSet<RunPath>, folders: &[String]) {
        self.news.set(self.news.get().wrapping_add(1));
        for run in runs.iter() {
            opened.forget(run, folders, self.host.now());
        }
        self.logs.forget(runs);
        // What was cut off may be whole by now; what is whole stays as it is.
        self.values.forget_faulty();
        self.packages.forget_faulty();
    }

    /// Lists the datastores again, and keeps what was read of the runs.
    async fn list_anew(&self, before: &Rc<Opened>, work: &Rc<Work>) {
        let (key, source) = (before.key.clone(), before.source.clone());
        // Other archives may lie there by now, or runs beside them.
        let source = before.through.clone().unwrap_or(source);
        let opened = self.list_through(key, source, work).await.opened;
        let runs = opened.stores.iter().flat_map(|store| &store.flows);
        if runs.map(|flow| flow.runs.len()).sum::<usize>() == 0 {
            // Nothing at all is there for a moment, or the source does not answer: it is
            // listed again when something is heard.
            return;
        }
        match (&before.through, &opened.through) {
            (None, None) => opened.take_over(before),
            _ => self.forget(before, &self.run_paths().into_iter().collect(), &[]),
        }
        let opened = Rc::new(opened);
        for known in self.opened.borrow_mut().iter_mut() {
            if Rc::ptr_eq(known, before) {
                *known = opened.clone();
            }
        }
        self.news.set(self.news.get().wrapping_add(1));
    }

    pub(super) async fn reread(
        &self,
        _: Reread,
        work: &Rc<Work>,
    ) -> Result<SourcesView, Box<Failure>> {
        for opened in self.opened() {
            if opened.source.facts().can_grow {
                opened.source.forget();
                let all = self.run_paths().into_iter().collect();
                self.forget(&opened, &all, &[]);
                for in_store in &opened.stores {
                    in_store.settled.take();
                }
                opened.is_listed_anew.set(true);
                self.list_anew(&opened, work).await;
            }
        }
        Ok(self.sources_view())
    }
}

impl Opened {
    /// What can change, as far as it has been looked at.
    fn watched(&self, now: Moment) -> Vec<Watched> {
        let mut all = Watching::default();
        // Where a datastore may appear.
        all.shallow(self.source.facts().name);
        for in_store in &self.stores {
            let Some(store) = in_store.metaflow() else {
                continue;
            };
            all.shallow(store.root.clone());
            for flow in &in_store.flows {
                all.shallow(store.flow(&flow.name));
            }
            in_store.watched(store, now, self.source.is_far(), &mut all);
        }
        // What is no flow or no run yet may be one in a moment.
        for folder in &self.becoming {
            all.shallow(folder.clone());
            all.shallow(paths::meta(folder));
        }
        all.found.into_vec()
    }

    /// The run in whose folders a folder lies; also whether it is the run's own, or that of
    /// its record.
    fn run_of(&self, folder: &str) -> Option<(RunPath, bool)> {
        let in_store = |in_store: &OpenedStore| {
            let store = in_store.metaflow()?;
            let root = &store.root;
            let rest = match root.is_empty() {
                true => folder,
                false => folder.strip_prefix(root.as_str())?.strip_prefix('/')?,
            };
            let cards = store.card_root();
            let (flow, run, inside) = match folder.strip_prefix(&cards) {
                // `/Flow/runs/run/…`
                Some(rest) => {
                    let mut parts = rest.split('/').skip(1);
                    (parts.next()?, parts.nth(1)?, Some("cards"))
                }
                None => {
                    let mut parts = rest.split('/');
                    (parts.next()?, parts.next()?, parts.next())
                }
            };
            let run = RunPath::new(flow, run);
            let lists = inside.is_none_or(|inside| inside == "_meta");
            self.has(&run).then_some((run, lists))
        };
        self.stores.iter().find_map(in_store)
    }

    /// Runs that were running, and of which nothing was heard for so long that they are
    /// not taken for running any more.
    fn overdue(&self, now: Moment) -> SortedSet<RunPath> {
        let mut runs = Vec::new();
        for in_store in &self.stores {
            let briefs = in_store.briefs.borrow();
            let late = briefs.iter().filter(|(_, kept)| {
                let running = kept.brief().status == Some(Status::Running);
                running && is_silent(kept.brief().ended, &kept.brief().record, now)
            });
            runs.extend(late.map(|(run, _)| run.clone()));
            let loaded = in_store.runs.borrow();
            let late = loaded.iter().filter(|loaded| {
                let running = loaded.run.status == Status::Running;
                running && is_silent(loaded.run.ended, &loaded.run.record, now)
            });
            runs.extend(late.map(|loaded| loaded.path.clone()));
        }
        runs.into_iter().collect()
    }
}

fn is_silent(ended: Option<Moment>, record: &RunRecord, now: Moment) -> bool {
    let last = later(ended, record.started);
    last.is_none_or(|last| now.since(last) >= SIGN_OF_LIFE)
}

/// Whether nothing is written any more of what ended so.
pub(super) fn is_settled(status: Status, ended: Option<Moment>, now: Moment) -> bool {
    let good = matches!(status, Status::Succeeded | Status::Retried | Status::Cached);
    good && ended.is_some_and(|ended| now.since(ended) >= AFTERWARDS)
}

impl OpenedStore {
    /// Where each list costs somebody a request, only what still runs is looked into.
    fn watched(&self, store: &Store, now: Moment, is_far: bool, all: &mut Watching) {
        let may_go_on = |status: Status| match is_far {
            true => matches!(
                status,
                Status::Running | Status::Unfinished | Status::Unknown
            ),
            false => true,
        };
        let unfinished = if is_far { UNFINISHED_FAR } else { UNFINISHED };
        let loaded = self.runs.borrow();
        let briefs = self.briefs.borrow();
        for one in loaded.iter() {
            let run = store.run(&one.path);
            // Tags may be changed whenever somebody likes.
            all.shallow(paths::meta(&run));
            let status = one.run.status;
            if is_settled(status, one.run.ended, now) || !may_go_on(status) {
                continue;
            }
            all.shallow(run.clone());
            all.deep(store.run_cards(&one.path));
            let open = |task: &&Task| !is_settled(task.status, task.ended(), now);
            let steps = one.run.steps.iter();
            let steps = steps.map(|step| (step.name.as_str(), step.tasks.as_slice()));
            let hidden = (PARAMETERS, one.run.parameters.as_slice());
            for (step, tasks) in steps.chain([hidden]) {
                let folder = store.step(&one.path, step);
                all.shallow(folder.clone());
                all.shallow(paths::meta(&folder));
                for task in tasks.iter().filter(open) {
                    all.deep(format!("{folder}/{}", task.id));
                }
            }
        }
        for flow in &self.flows {
            let runs = flow.runs.iter().map(|run| RunPath::new(&flow.name, run));
            let runs = runs.filter(|run| loaded.iter().all(|one| one.path != *run));
            let open = runs.filter(|run| {
                let brief = briefs.get(run).map(|kept| kept.brief());
                brief.is_some_and(|brief| {
                    let status = brief.status.unwrap_or(Status::Unknown);
                    !is_settled(status, brief.ended, now) && may_go_on(status)
                })
            });
            for run in open.take(unfinished) {
                all.deep(store.run(&run));
            }
        }
    }
}

/// What is to be watched, as far as there is room.
#[derive(Default)]
struct Watching {
    found: SortedSet<Watched>,
}

impl Watching {
    fn shallow(&mut self, folder: String) {
        self.add(folder, false);
    }

    fn deep(&mut self, folder: String) {
        self.add(folder, true);
    }

    fn add(&mut self, folder: String, deep: bool) {
        if self.found.len() < WATCHED {
            self.found.insert(Watched { folder, deep });
        }
    }
}
