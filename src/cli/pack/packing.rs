//! Packing itself: run after run, flow after flow, and what is noted of it in the index.

use super::named::Named;
use super::progress::Shown;
use super::redact::view::View;
use super::redact::{self, Redact, report};
use super::target::Target;
use super::wanted::{Looked, Wanted};
use super::{Asked, Summary, run_files, walk};
use crate::engine::ask::Failure;
use crate::engine::opened::{Opened, OpenedStore};
use crate::engine::{Engine, Work};
use crate::formats::metaflow::paths::RUN_FOLDERS;
use crate::model::{Place, Problem, RunPath};
use crate::pack::index::{Index, PackedFlow, PackedStore, Redacted, RunLine};
use crate::source::{ReadError, Source, join};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Runs whose files are packed, with what all of it needs.
pub(super) struct Packing<'a> {
    pub(super) engine: &'a Engine,
    work: Rc<Work>,
    pub(super) target: &'a Target,
    pub(super) shown: &'a Shown,
    /// What an earlier pack has, which is whole.
    before: Index,
    pub(super) index: Index,
    summary: Summary,
    /// The values that records name, where not all of a flow's are packed.
    pub(super) named: Option<Named>,
    /// What was wrong with the source, as far as it was told.
    told: BTreeSet<Problem>,
    noted: Instant,
    /// Where what is packed is read through, when it is redacted; and what was done to it.
    pub(super) view: Option<Rc<View>>,
    pub(super) done: redact::Sum,
    /// What was done to the runs before they were packed this time.
    redacted: Option<Redacted>,
}

/// A run that is new, or has changed since it was packed.
struct Due<'a> {
    path: &'a RunPath,
    line: &'a RunLine,
    mark: String,
    files: u64,
}

/// How often the list of what is done is written.
const NOTED: Duration = Duration::from_secs(5);

impl<'a> Packing<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        target: &'a Target,
        shown: &'a Shown,
        before: Index,
    ) -> Self {
        Self {
            engine,
            work: engine.work_in_silence(),
            target,
            shown,
            index: before.clone(),
            before,
            summary: Summary::default(),
            named: None,
            told: BTreeSet::new(),
            noted: Instant::now(),
            view: None,
            done: redact::Sum::default(),
            redacted: None,
        }
    }

    /// The same, of what may have been redacted before: what it is made into is, too.
    pub(super) fn redacted_before(mut self, opened: &[Rc<Opened>]) -> Self {
        self.redacted = opened.iter().find_map(|opened| opened.redacted()).cloned();
        self.index.redacted = self.redacted.clone();
        // Every reader makes these notes anew out of the index.
        self.told
            .extend(opened.iter().flat_map(|opened| opened.told_redacted()));
        self
    }

    /// The same, of what is redacted: the index says so from the beginning.
    pub(super) fn through(mut self, view: Rc<View>) -> Self {
        self.view = Some(view);
        self.index.redacted = Some(self.done.told());
        self
    }

    /// Packs all that was looked for.
    pub(super) async fn all_of(&mut self, looked: &Looked<'_>) -> Result<(), Box<Failure>> {
        for opened in looked.sources {
            self.index.problems.extend(opened.problems.clone());
            let begun = self.found_since(&*opened.source);
            self.index.problems.extend(begun);
        }
        self.shown.comparing(looked.wanted().count() as u64);
        let mut due = Vec::new();
        for wanted in &looked.flows {
            due.push(self.due_of(wanted).await);
        }
        for (wanted, due) in looked.flows.iter().zip(due) {
            self.flow_of(wanted, due).await?;
        }
        self.index.problems.sort();
        self.index.problems.dedup();
        Ok(())
    }

    /// The runs of a flow that are not packed already, as they are.
    async fn due_of<'w>(&mut self, wanted: &'w Wanted<'_>) -> Vec<Due<'w>> {
        let root = wanted.in_store.records.root();
        let source = &*wanted.opened.source;
        let store = self.place_of(root);
        let mut due = Vec::new();
        for (path, line) in &wanted.runs {
            let (mark, files) = walk::mark(source, root, &run_folders(path)).await;
            self.shown.inc(1);
            match self.known(store, path) {
                Some(known) if !mark.is_empty() && known.mark == mark => {
                    self.summary.kept += 1;
                    continue;
                }
                Some(_) => self.summary.changed += 1,
                None => self.summary.new += 1,
            }
            due.push(Due {
                path,
                line,
                mark,
                files,
            });
        }
        due
    }

    async fn flow_of(
        &mut self,
        wanted: &Wanted<'_>,
        due: Vec<Due<'_>>,
    ) -> Result<(), Box<Failure>> {
        let Wanted {
            opened,
            in_store,
            flow,
            ..
        } = *wanted;
        let store = self.place_of(in_store.records.root());
        let is_all = wanted.runs.len() == flow.runs.len();
        self.named = (!is_all).then(Named::default);
        self.shown.expect(due.iter().map(|due| due.files).sum());
        for due in due {
            self.run(opened, in_store, store, due).await?;
        }
        let named = self.named.take();
        self.shown.name(format!("{}:", flow.name));
        self.flow(opened, in_store, store, flow, named).await?;
        let found = self.found_since(&*opened.source);
        self.index.problems.extend(found);
        self.note_what_is_done(true)
    }

    /// Packs a run.
    async fn run(
        &mut self,
        opened: &Opened,
        in_store: &OpenedStore,
        store: usize,
        due: Due<'_>,
    ) -> Result<(), Box<Failure>> {
        let path = due.path;
        let root = in_store.records.root();
        let source: &dyn Source = &*opened.source;
        self.shown.name(format!("{path}:"));
        let mut run = self.engine.run_to_pack(path, &self.work).await?;
        let folder = self.folder_of(store).to_owned();
        run.records = run_files::write(self, source, root, &folder, path).await?;
        // What was found while its files were read is told with the run.
        run.problems.extend(self.found_since(source));
        run.problems.sort();
        run.problems.dedup();
        let manifest = self.target.put_named(
            &format!("{folder}/{path}"),
            "run",
            crate::pack::run::encode(&run).as_bytes(),
        )?;
        let line = RunLine {
            manifest,
            mark: due.mark,
            // All its tasks have been read.
            failed: Some(run.failed()),
            ..due.line.clone()
        };
        self.take_in(store, path, line);
        self.note_what_is_done(false)
    }

    /// What is wrong with a source and was not told yet.
    fn found_since(&mut self, source: &dyn Source) -> Vec<Problem> {
        let all = source.problems().into_iter();
        all.filter(|problem| self.told.insert(problem.clone()))
            .collect()
    }

    /// Notes folders that could not be listed; one that is not there is none.
    pub(super) fn note_unlisted(&mut self, root: &str, folders: Vec<(String, ReadError)>) {
        let there = folders
            .into_iter()
            .filter(|(_, error)| *error != ReadError::Missing);
        self.index.problems.extend(there.map(|(folder, error)| {
            Problem::damage(
                Place::file(join(root, &folder)),
                format!("The folder could not be packed: {error}"),
                "What lies in it is missing from what was packed.",
            )
        }));
    }

    /// What the index has of a run.
    fn known(&self, store: usize, path: &RunPath) -> Option<&RunLine> {
        let flow = self.index.stores.get(store)?;
        let flow = flow.flows.iter().find(|flow| flow.name == path.flow)?;
        flow.runs.iter().find(|line| line.record.id == path.run)
    }

    fn take_in(&mut self, store: usize, path: &RunPath, line: RunLine) {
        let flow = self.flow_entry(store, &path.flow);
        flow.runs.retain(|known| known.record.id != path.run);
        flow.runs.push(line);
        // Newest first, as everywhere.
        flow.runs
            .sort_by(|a, b| crate::model::pathspec::natural(&b.record.id, &a.record.id));
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "a store's number is that of `place_of`"
    )]
    pub(super) fn flow_entry(&mut self, store: usize, name: &str) -> &mut PackedFlow {
        let flows = &mut self.index.stores[store].flows;
        let at = flows.iter().position(|flow| flow.name == name);
        let at = at.unwrap_or_else(|| {
            flows.push(PackedFlow {
                name: name.to_owned(),
                ..PackedFlow::default()
            });
            flows.len() - 1
        });
        &mut flows[at]
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "a store's number is that of `place_of`"
    )]
    pub(super) fn folder_of(&self, store: usize) -> &str {
        &self.index.stores[store].folder
    }

    /// The number of a store by its root, new where there is none.
    fn place_of(&mut self, root: &str) -> usize {
        let stores = &mut self.index.stores;
        let known = stores.iter().position(|store| store.root == root);
        known.unwrap_or_else(|| {
            // Web servers and packers like to leave out what begins with a dot.
            let last = root.rsplit('/').next().unwrap_or_default();
            let name = last.trim_start_matches('.');
            let name = if name.is_empty() { "runs" } else { name };
            let taken = |folder: &str| stores.iter().any(|store| store.folder == folder);
            let numbered = (2..).map(|number| format!("{name}-{number}"));
            let mut names = std::iter::once(name.to_owned()).chain(numbered);
            let folder = names.find(|folder| !taken(folder)).unwrap_or_default();
            stores.push(PackedStore {
                root: root.to_owned(),
                folder,
                run_folders: RUN_FOLDERS.map(str::to_owned).to_vec(),
                flows: Vec::new(),
            });
            stores.len() - 1
        })
    }

    /// Writes down what is done, for who has to begin again.
    fn note_what_is_done(&mut self, at_once: bool) -> Result<(), Box<Failure>> {
        let is_due = at_once || self.noted.elapsed() >= NOTED;
        if is_due && self.index != self.before {
            self.target.note(&self.index)?;
            self.noted = Instant::now();
        }
        Ok(())
    }

    pub(super) fn finish(
        mut self,
        asked: &Asked<'_>,
        looked: &Looked<'_>,
        redacted: Option<(&View, &Redact)>,
    ) -> Result<Summary, Box<Failure>> {
        let mut done = self.redacted.take();
        if let Some((view, how)) = redacted {
            let told = self.done.told();
            if let Some(report) = &how.report {
                let _pass = self.target.pass();
                report::write(report, view.words(), &told)?;
            }
            done = Some(match done {
                Some(before) => before.and(told),
                None => told,
            });
        }
        self.summary.redacted = done.clone();
        self.index.redacted = done;
        let stores = &mut self.index.stores;
        stores.retain(|store| !store.flows.is_empty());
        let flows = || stores.iter().flat_map(|store| &store.flows);
        let runs = flows().flat_map(|flow| {
            let path = |line: &RunLine| RunPath::new(&flow.name, &line.record.id);
            flow.runs.iter().map(path)
        });
        let others: Vec<RunPath> = runs.filter(|path| !looked.wants(path)).collect();
        self.summary.gone = others.iter().filter(|path| !looked.holds(path)).count() as u64;
        self.summary.others = others.len() as u64 - self.summary.gone;
        self.summary.flows = flows().count();
        self.summary.runs = flows().map(|flow| flow.runs.len()).sum();
        self.target.finish(&self.before, &self.index)?;
        self.summary.out = asked.out.display().to_string();
        self.summary.source = asked.source_shown();
        self.summary.unlocked = self.target.unlocked();
        self.summary.no_flows = looked.no_flows(&asked.chosen);
        self.summary.written = self.target.written();
        Ok(self.summary)
    }
}

/// The folders of a run's files in its store.
pub(super) fn run_folders(path: &RunPath) -> Vec<String> {
    let filled = |pattern: &&str| {
        pattern
            .replace("{flow}", &path.flow)
            .replace("{run}", &path.run)
    };
    RUN_FOLDERS.iter().map(filled).collect()
}
