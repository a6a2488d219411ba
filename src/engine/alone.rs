//! A task without its run: a few records, where a large run has a hundred thousand.
//!
//! Who follows a link to a task wants its log, and waits for no other task. What a page says
//! of its neighbours comes with the run, which is read beside it. Only what cannot be told
//! otherwise by the rest of the run is told so: a task that is over. Where more may come, it is
//! read anew each time. Start with [`Engine::load_task_alone`].

use super::ask::Failure;
use super::loaded::LoadedRun;
use super::opened::{Holds, OpenedStore};
use super::records::RunRecords;
use super::{Engine, Work};
use crate::formats::metaflow::folders::TaskFolder;
use crate::formats::metaflow::run::{self as run_reader, ReadTask};
use crate::formats::metaflow::{paths, store};
use crate::model::{Evidence, Run, RunPath, Status, Step, TaskPath};
use crate::source::{Source, gather};
use std::rc::Rc;

/// Up to so many tasks a run is read as fast as one of them.
const FEW: u64 = 64;

/// How many tasks are kept that were read so; the one read longest ago goes first.
const KEPT: usize = 8;

impl Engine {
    /// A run as far as one of its tasks needs it: whole where it is at hand or soon read, else
    /// with that task alone.
    pub(super) async fn load_task_alone(
        &self,
        path: &TaskPath,
        work: &Work,
    ) -> Result<Rc<LoadedRun>, Box<Failure>> {
        let run = path.run_path();
        let (opened, at) = self.find_run(&run)?;
        let Some(in_store) = opened.stores.get(at).filter(|store| store.is_slow(&run)) else {
            return self.load_run(&run, work).await;
        };
        let has_this = |alone: &&Rc<LoadedRun>| {
            alone.path == run && alone.run.task(&path.step, &path.task).is_some()
        };
        let known = in_store.alone.borrow().iter().find(has_this).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let first = self.precedence.first();
        let alone = alone(&opened.source, in_store, path, work).await;
        drop(first);
        match alone {
            Some(alone) => {
                let alone = Rc::new(alone);
                if opened.source.facts().can_grow {
                    return Ok(alone);
                }
                let mut kept = in_store.alone.borrow_mut();
                kept.push(alone.clone());
                if kept.len() > KEPT {
                    kept.remove(0);
                }
                Ok(alone)
            }
            None => self.load_run(&run, work).await,
        }
    }
}

impl OpenedStore {
    /// Whether a run is not at hand, and may take long to be read.
    pub(super) fn is_slow(&self, run: &RunPath) -> bool {
        let is_kept = self.runs.borrow().iter().any(|kept| kept.path == *run);
        // Of one that was read before, little has to be read again.
        let is_known = is_kept || self.settled.borrow().contains_key(run);
        let is_small = self.brief(run).is_some_and(|brief| brief.tasks <= FEW);
        // A packed run is one file, and without metadata a task is not told by itself.
        let store = self.metaflow();
        let has_metadata = store.is_some_and(|store| !store.lacks_metadata(&run.flow));
        !is_known && !is_small && self.packed.is_none() && has_metadata
    }
}

/// The run with one task; none where that is not there, cannot be read, or is not over.
async fn alone(
    source: &Rc<dyn Source>,
    in_store: &OpenedStore,
    path: &TaskPath,
    work: &Work,
) -> Option<LoadedRun> {
    let run = path.run_path();
    let store = in_store.metaflow()?;
    let (record, files) = gather(&**source, work, |shelf| {
        // What is wrong with the run is told on its own page.
        let record = store::read_run_record(shelf, store, &run, &mut Vec::new());
        (record, TaskFolder::of(shelf, store, path))
    })
    .await;
    let ((ReadTask { task, origin_run }, problems), is_answered) =
        gather(&**source, work, |shelf| {
            let read = run_reader::read_task(shelf, store, path, &files, true);
            (read, shelf.is_answered())
        })
        .await;
    let is_over = matches!(
        task.status,
        Status::Succeeded | Status::Retried | Status::Cached | Status::Failed
    );
    if !task.recorded || !is_over || !is_answered || files.doubtful {
        return None;
    }
    let is_hidden = path.step == paths::PARAMETERS;
    let (parameters, steps) = match is_hidden {
        true => (Some(task), Vec::new()),
        false => {
            let step = Step {
                name: path.step.clone(),
                created: None,
                recorded: true,
                tasks: vec![task],
            };
            (None, vec![step])
        }
    };
    let has_values = in_store.has_values(&path.flow);
    Some(LoadedRun {
        path: run,
        source: source.clone(),
        records: RunRecords::Metaflow(store.clone()),
        run: Run {
            record,
            status: Status::Unfinished,
            evidence: Evidence::NoEnd { last_sign: None },
            ended: None,
            graph: None,
            steps,
            parameters,
            origin: origin_run,
            state: None,
            message: None,
            links: None,
            body: None,
            spun: false,
            problems,
        },
        expected: Default::default(),
        has_values,
        is_alone: true,
        holds: Holds::UntilClosed,
        timeline: Default::default(),
    })
}
