//! Which runs are to be packed: looked for before anything is written.

use super::progress::Shown;
use super::{Asked, Chosen};
use crate::engine::Engine;
use crate::engine::ask::Failure;
use crate::engine::opened::{Opened, OpenedStore};
use crate::model::{Flow, RunPath, RunRecord};
use crate::pack::index::RunLine;
use std::collections::HashSet;
use std::rc::Rc;

/// The runs of one flow that are wanted.
pub(super) struct Wanted<'o> {
    pub(super) opened: &'o Opened,
    pub(super) in_store: &'o OpenedStore,
    pub(super) flow: &'o Flow,
    pub(super) runs: Vec<(RunPath, RunLine)>,
}

/// What there is, and what is wanted of it.
pub(super) struct Looked<'o> {
    pub(super) sources: &'o [Rc<Opened>],
    /// Flows of which some runs are wanted.
    pub(super) flows: Vec<Wanted<'o>>,
    wanted: HashSet<RunPath>,
    held: HashSet<RunPath>,
    /// The runs that are not wanted, where none is.
    others: Vec<RunRecord>,
}

/// Looks for the runs that `takes` takes, in what an engine has opened.
pub(super) async fn look<'o>(
    engine: &Engine,
    sources: &'o [Rc<Opened>],
    shown: &Shown,
    takes: impl Fn(&RunPath, &RunRecord) -> bool,
) -> Result<Looked<'o>, Box<Failure>> {
    let work = engine.work_in_silence();
    let mut looked = Looked {
        sources,
        flows: Vec::new(),
        wanted: HashSet::new(),
        held: HashSet::new(),
        others: Vec::new(),
    };
    for opened in sources {
        for in_store in &opened.stores {
            for flow in &in_store.flows {
                let mut runs = Vec::new();
                for run in &flow.runs {
                    let path = RunPath::new(&flow.name, run);
                    // Of a run that two datastores hold, the first is shown, and packed.
                    if !engine.is_held_by(&path, in_store) {
                        continue;
                    }
                    looked.held.insert(path.clone());
                    let line = engine.line_to_pack(&path, &work).await?;
                    if takes(&path, &line.record) {
                        shown.inc(1);
                        looked.wanted.insert(path.clone());
                        looked.others.clear();
                        runs.push((path, line));
                    } else if looked.wanted.is_empty() {
                        looked.others.push(line.record);
                    }
                }
                if !runs.is_empty() {
                    looked.flows.push(Wanted {
                        opened,
                        in_store,
                        flow,
                        runs,
                    });
                }
            }
        }
    }
    Ok(looked)
}

impl Looked<'_> {
    pub(super) fn wanted(&self) -> impl Iterator<Item = &RunPath> {
        let runs = self.flows.iter().flat_map(|wanted| &wanted.runs);
        runs.map(|(path, _)| path)
    }

    pub(super) fn wants(&self, path: &RunPath) -> bool {
        self.wanted.contains(path)
    }

    /// Whether a run is in the source at all.
    pub(super) fn holds(&self, path: &RunPath) -> bool {
        self.held.contains(path)
    }

    /// Flows that were asked for by name and are not in the source.
    pub(super) fn no_flows(&self, chosen: &Chosen) -> Vec<String> {
        let is_there = |name: &&String| self.held.iter().any(|path| path.flow == **name);
        let missing = chosen.flows.iter().filter(|name| !is_there(name));
        missing.cloned().collect()
    }

    pub(super) fn refuse_nothing(&self, asked: &Asked<'_>) -> Result<(), Box<Failure>> {
        match self.wanted.is_empty() {
            false => Ok(()),
            true => Err(self.nothing(asked)),
        }
    }

    /// That there is nothing to pack: what was asked for, and what there is.
    pub(super) fn nothing(&self, asked: &Asked<'_>) -> Box<Failure> {
        let source = asked.source_shown();
        let (what, advice) = asked.chosen.why_none(&self.others);
        Failure::unreadable("There is nothing to pack", &source, &what, &advice)
    }
}
