//! The lines of runs, as lists need them: read once, and kept as long as they hold.
//!
//! Start with [`Engine::read_briefs`].

use super::ask::Failure;
use super::opened::{Holds, Opened, OpenedStore, Reading};
use super::records::Records;
use super::{Engine, Work};
use crate::formats::metaflow::brief::{self, Line, RunNames, Width};
use crate::formats::metaflow::folders::TaskFolder;
use crate::formats::metaflow::paths::Store;
use crate::formats::metaflow::run;
use crate::model::{Moment, RunBrief, RunPath, TaskPath};
use crate::pack::index::RunLine;
use crate::source::gather;
use std::rc::Rc;

/// A run's line, and until when it may be relied on.
pub(super) struct KeptBrief {
    brief: Rc<RunBrief>,
    holds: Holds,
}

impl KeptBrief {
    /// One that holds as long as its source is open.
    fn of(brief: RunBrief) -> Self {
        Self {
            brief: Rc::new(brief),
            holds: Holds::UntilClosed,
        }
    }

    /// As the index of packed runs has it.
    pub(super) fn of_line(line: &RunLine) -> Self {
        let brief = RunBrief {
            record: line.record.clone(),
            status: line.status,
            state: None,
            ended: line.ended,
            only_seen: line.only_seen,
            goes_on: false,
            failed_step: line.failed_step.clone(),
            failed: line.failed,
            last_step: line.last_step.clone(),
            tasks: line.tasks,
            unseen: 0,
            retried: line.retried,
            spun: line.spun,
            proof: line.proof.clone(),
        };
        Self::of(brief)
    }

    pub fn brief(&self) -> &RunBrief {
        &self.brief
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
}

/// How many tasks are looked into at once.
const TASKS_AT_ONCE: usize = 1024;

/// A run of which only the narrow steps have been looked into.
pub(super) struct FirstLine {
    path: RunPath,
    names: RunNames,
    is_answered: bool,
    /// What had been heard of the sources before any of it was read ([`Engine`]'s `news`).
    news: u64,
}

impl Engine {
    /// Reads the lines of several runs of one datastore at once.
    pub(super) async fn read_briefs(
        &self,
        opened: &Opened,
        in_store: &OpenedStore,
        paths: &[RunPath],
        work: &Work,
    ) {
        let in_part = self.read_first_lines(opened, in_store, paths, work).await;
        for line in in_part {
            self.read_rest(opened, in_store, line, work).await;
        }
    }

    /// Reads the lines of several runs of one datastore as far as their narrow steps tell
    /// them; gives those of which that is not all.
    pub(super) async fn read_first_lines(
        &self,
        opened: &Opened,
        in_store: &OpenedStore,
        paths: &[RunPath],
        work: &Work,
    ) -> Vec<FirstLine> {
        let store = match &in_store.records {
            Records::Metaflow(store) => store,
            Records::Prefect(kept) => {
                let now = work.host.now();
                let line = |path: &RunPath| (path.clone(), KeptBrief::of(kept.brief(path, now)));
                let lines: Vec<_> = paths.iter().map(line).collect();
                in_store.briefs.borrow_mut().extend(lines);
                return Vec::new();
            }
        };
        let news = self.news.get();
        let (outlines, is_answered) = gather(&*opened.source, work, |shelf| {
            let outlines = paths.iter().map(|path| run::outline(shelf, store, path));
            (outlines.collect::<Vec<_>>(), shelf.is_answered())
        })
        .await;
        let lines = paths.iter().zip(outlines);
        let mut lines: Vec<FirstLine> = lines
            .map(|(path, outline)| FirstLine {
                path: path.clone(),
                names: RunNames::of(outline),
                is_answered,
                news,
            })
            .collect();
        self.look_into(opened, store, &mut lines, Width::Narrow, work)
            .await;
        self.keep_lines(opened, in_store, store, &lines, work).await;
        lines.retain(|line| line.names.unseen() > 0);
        lines
    }

    /// Reads what is left of a line.
    pub(super) async fn read_rest(
        &self,
        opened: &Opened,
        in_store: &OpenedStore,
        line: FirstLine,
        work: &Work,
    ) {
        let Some(store) = in_store.metaflow() else {
            return;
        };
        let mut line = [line];
        self.look_into(opened, store, &mut line, Width::Wide, work)
            .await;
        self.keep_lines(opened, in_store, store, &line, work).await;
    }

    /// Looks into the folders of the tasks of the narrow or of the wide steps.
    async fn look_into(
        &self,
        opened: &Opened,
        store: &Store,
        lines: &mut [FirstLine],
        width: Width,
        work: &Work,
    ) {
        let runs = lines.iter().enumerate();
        let places = runs.flat_map(|(at, line)| {
            let places = line.names.places(&line.path, width).into_iter();
            places.map(move |place| (at, place))
        });
        let mut places = places.collect::<Vec<_>>().into_iter();
        loop {
            // The listings of a large run take more room than what is kept of them.
            let some: Vec<(usize, (usize, TaskPath))> =
                places.by_ref().take(TASKS_AT_ONCE).collect();
            if some.is_empty() {
                break;
            }
            if width == Width::Wide {
                self.precedence.let_pass(&*work.host).await;
            }
            let (files, answered) = gather(&*opened.source, work, |shelf| {
                let tasks = some.iter().map(|(_, (_, task))| task);
                let files = tasks.map(|task| TaskFolder::of(shelf, store, task));
                (files.collect::<Vec<_>>(), shelf.is_answered())
            })
            .await;
            for ((run, place), files) in some.into_iter().zip(files) {
                if let Some(line) = lines.get_mut(run) {
                    line.is_answered &= answered;
                    line.names.take(place, files);
                }
            }
        }
    }

    /// Keeps what the names of some runs and their records tell.
    async fn keep_lines(
        &self,
        opened: &Opened,
        in_store: &OpenedStore,
        store: &Store,
        lines: &[FirstLine],
        work: &Work,
    ) {
        let alive = opened.source.facts().can_grow;
        let now = work.host.now();
        let (mut briefs, answered) = gather(&*opened.source, work, |shelf| {
            let read = |line: &FirstLine| {
                brief::read(shelf, store, &line.path, &line.names, None, alive, now)
            };
            let briefs: Vec<_> = lines.iter().map(read).collect();
            (briefs, shelf.is_answered())
        })
        .await;
        for (line, read) in lines.iter().zip(&mut briefs) {
            let asked = std::mem::take(&mut read.graph_among);
            if asked.is_empty() {
                continue;
            }
            let tasks = asked.into_iter();
            // The run's page says what is wrong with the graph.
            let mut ignored = Vec::new();
            let graph = self.graph_among(opened, store, tasks, &mut ignored, work);
            if let Some(graph) = graph.await {
                let end = Some(graph.end.as_str());
                *read = gather(&*opened.source, work, |shelf| {
                    brief::read(shelf, store, &line.path, &line.names, end, alive, now)
                })
                .await;
            }
        }
        let mut found = Vec::new();
        let mut kept = Vec::new();
        for (line, read) in lines.iter().zip(briefs) {
            let Line {
                brief, problems, ..
            } = read;
            let is_answered = answered && line.is_answered;
            // What is not answered is a problem of the run that asked.
            let holds = match self.news.get() == line.news && brief.unseen == 0 {
                true => Holds::of(is_answered || problems.is_empty(), work.host.now()),
                // Something has changed meanwhile, and this may be what was before; or it is
                // not all.
                false => Holds::Until(Moment(i64::MIN)),
            };
            let brief = Rc::new(brief);
            found.push((Reading::Brief(line.path.clone()), problems));
            kept.push((line.path.clone(), KeptBrief { brief, holds }));
        }
        opened.note(found);
        in_store.briefs.borrow_mut().extend(kept);
        self.looked_at.ring();
    }

    /// The line of one run, read if it has not been.
    pub(super) async fn brief_of(
        &self,
        path: &RunPath,
        work: &Work,
    ) -> Result<Rc<RunBrief>, Box<Failure>> {
        let (opened, at) = self.find_run(path)?;
        let Some(store) = opened.stores.get(at) else {
            return Ok(Rc::default());
        };
        if store.needs_brief(path, work) {
            self.read_briefs(&opened, store, std::slice::from_ref(path), work)
                .await;
        }
        Ok(store.brief(path).unwrap_or_default())
    }
}
