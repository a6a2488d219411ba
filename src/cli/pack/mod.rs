//! `runglass pack`: runs in few files, for any web server.
//!
//! What is written is told in [`crate::pack`]. Each run's files are read once for its
//! manifest and once for its records, which are made into tables as they come: memory does
//! not grow with the run. Every file is complete when it gets its name, and the index comes
//! last, so that a reader never sees half; a list of what is done already is kept meanwhile,
//! and who packs again goes on from there. Start with [`pack`].

mod chosen;
mod flow_files;
mod named;
pub mod redact;
mod run_files;
mod summary;
mod target;
mod walk;
mod zipped;

pub use chosen::Chosen;
pub use summary::Summary;

use self::named::Named;
use self::redact::view::View;
use self::redact::{Redact, report};
use self::target::Target;
use super::host::Terminal;
use crate::engine::ask::Failure;
use crate::engine::opened::{Opened, OpenedStore};
use crate::engine::sources::SourceSpec;
use crate::engine::{Engine, Work};
use crate::model::{Place, Problem, RunPath};
use crate::pack::index::{self, Index, PackedFlow, PackedStore, RunLine};
use crate::source::http::key::Key;
use crate::source::{ReadError, Source, join};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// What is asked for.
pub struct Asked<'a> {
    pub source: &'a str,
    pub out: &'a Path,
    pub chosen: Chosen,
    /// What the source's host wants.
    pub key: Option<Key>,
    /// So that it can be shown to strangers.
    pub redact: Option<Redact>,
}

/// Runs whose files are packed, with what all of it needs.
struct Packing<'a> {
    engine: &'a Engine,
    work: &'a Rc<Work>,
    target: &'a Target,
    bar: ProgressBar,
    /// What an earlier pack has, which is whole.
    before: Index,
    index: Index,
    summary: Summary,
    /// The values that records name, where not all of a flow's are packed.
    named: Option<Named>,
    /// What was wrong with the source, as far as it was told.
    told: BTreeSet<Problem>,
    noted: Instant,
    /// Where what is packed is read through, when it is redacted; and what was done to it.
    view: Option<Rc<View>>,
    done: redact::Sum,
}

/// Where the files of a run of Metaflow lie in its datastore
/// (Metaflow `plugins/datastores/local_storage.py`, `plugins/cards/card_datastore.py`).
const RUN_FOLDERS: [&str; 2] = ["{flow}/{run}", "mf.cards/{flow}/runs/{run}"];

/// How often the list of what is done is written.
const NOTED: Duration = Duration::from_secs(5);

/// Packs runs, and says what came of it.
pub async fn pack(asked: &Asked<'_>) -> Result<Summary, Box<Failure>> {
    let key = asked.key.as_ref();
    let (engine, _) = super::dump::opened_by(asked.source, key, false, Terminal::still).await?;
    match &asked.redact {
        None => {
            let target = Target::at(asked.out)?;
            let before = target.index()?;
            if before.redacted.is_some() {
                return Err(target.refuse_mixing(true));
            }
            pack_opened(&engine, asked, &target, before, None).await
        }
        Some(how) => pack_redacted(&engine, asked, how).await,
    }
}

/// Packs what may be shown of what is open. It is all written anew and then put in the place
/// of what was packed before: an earlier time may have known fewer names.
async fn pack_redacted(
    engine: &Engine,
    asked: &Asked<'_>,
    how: &Redact,
) -> Result<Summary, Box<Failure>> {
    let target = Target::anew(asked.out)?;
    let names = match &how.report {
        None => redact::Names::default(),
        Some(report) => {
            report::refuse_inside(report, asked.out)?;
            report::before(report)?
        }
    };
    let [opened] = &*engine.opened() else {
        return Err(target.nothing_chosen());
    };
    let bar = ProgressBar::new_spinner();
    let style =
        ProgressStyle::with_template("{spinner} Looking for names and secrets: {human_pos} files");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    let view = View::of(opened, how.keep, &how.machine, names, || bar.inc(1)).await;
    bar.finish_and_clear();
    let view = Rc::new(view);
    let lent = Terminal::lending(view.clone());
    let spec = SourceSpec {
        key: "redacted".to_owned(),
        given: Some("redacted".to_owned()),
        whole: true,
        unlock: None,
        signature: None,
    };
    let shown = super::dump::opened_on(lent, spec, false).await?;
    pack_opened(&shown, asked, &target, Index::default(), Some((view, how))).await
}

async fn pack_opened(
    engine: &Engine,
    asked: &Asked<'_>,
    target: &Target,
    before: Index,
    redacted: Option<(Rc<View>, &Redact)>,
) -> Result<Summary, Box<Failure>> {
    let work = engine.work_in_silence();
    let style = ProgressStyle::with_template(
        "{spinner} {msg} {human_pos} of {human_len} files {wide_bar} {eta}",
    );
    let bar = ProgressBar::new(0);
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let mut packing = Packing {
        engine,
        work: &work,
        target,
        bar,
        index: before.clone(),
        before,
        summary: Summary::default(),
        named: None,
        told: BTreeSet::new(),
        noted: Instant::now(),
        view: redacted.as_ref().map(|(view, _)| view.clone()),
        done: redact::Sum::default(),
    };
    // It says so from the beginning.
    packing.index.redacted = redacted.as_ref().map(|_| packing.done.told());
    for opened in engine.opened() {
        packing.source(&opened, &asked.chosen).await?;
    }
    packing.bar.finish_and_clear();
    if let Some((view, how)) = redacted {
        let told = packing.done.told();
        if let Some(report) = &how.report {
            report::write(report, view.words(), &told)?;
        }
        packing.summary.redacted = Some(told.clone());
        packing.index.redacted = Some(told);
    }
    packing.finish(asked.out)
}

impl Packing<'_> {
    async fn source(&mut self, opened: &Opened, chosen: &Chosen) -> Result<(), Box<Failure>> {
        let source = &*opened.source;
        let begun = opened.problems.clone();
        self.index.problems.extend(begun);
        let begun = self.found_since(source);
        self.index.problems.extend(begun);
        for in_store in &opened.stores {
            let at = self.place_of(&in_store.store.root);
            for flow in &in_store.flows {
                let mut lines = Vec::new();
                for run in &flow.runs {
                    let path = RunPath::new(&flow.name, run);
                    // Of a run that two datastores hold, the first is shown, and packed.
                    if !self.engine.is_held_by(&path, in_store) {
                        continue;
                    }
                    let line = self.engine.line_to_pack(&path, self.work).await?;
                    if chosen.takes(&line.record) {
                        lines.push((path, line));
                    }
                }
                if lines.is_empty() {
                    continue;
                }
                let all = lines.len() == flow.runs.len();
                self.named = (!all).then(Named::default);
                for (path, line) in lines {
                    self.run(opened, in_store, at, &path, line).await?;
                }
                let named = self.named.take();
                self.flow(opened, in_store, at, flow, named).await?;
                let found = self.found_since(source);
                self.index.problems.extend(found);
                self.note_what_is_done(true)?;
            }
        }
        self.index.problems.sort();
        self.index.problems.dedup();
        Ok(())
    }

    /// Packs a run, unless that has been done and nothing of it has changed since.
    async fn run(
        &mut self,
        opened: &Opened,
        in_store: &OpenedStore,
        store: usize,
        path: &RunPath,
        line: RunLine,
    ) -> Result<(), Box<Failure>> {
        let root = &in_store.store.root;
        let source: &dyn Source = &*opened.source;
        self.bar.set_message(format!("{path}:"));
        let (mark, files) = walk::mark(source, root, &run_folders(path)).await;
        let known = self.known(store, path);
        if known.is_some_and(|known| !mark.is_empty() && known.mark == mark) {
            self.summary.kept += 1;
            return Ok(());
        }
        match known {
            Some(_) => self.summary.changed += 1,
            None => self.summary.new += 1,
        }
        self.bar.inc_length(files);
        let mut run = self.engine.run_to_pack(path, self.work).await?;
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
            mark,
            ..line
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
    fn note_unlisted(&mut self, root: &str, folders: Vec<(String, ReadError)>) {
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
    fn flow_entry(&mut self, store: usize, name: &str) -> &mut PackedFlow {
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
    fn folder_of(&self, store: usize) -> &str {
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
        if at_once || self.noted.elapsed() >= NOTED {
            self.target.note(&index::encode(&self.index))?;
            self.noted = Instant::now();
        }
        Ok(())
    }

    fn finish(mut self, out: &Path) -> Result<Summary, Box<Failure>> {
        let stores = &mut self.index.stores;
        stores.retain(|store| !store.flows.is_empty());
        if stores.is_empty() {
            return Err(self.target.nothing_chosen());
        }
        let flows = stores.iter().flat_map(|store| &store.flows);
        self.summary.flows = flows.clone().count();
        self.summary.runs = flows.map(|flow| flow.runs.len()).sum();
        self.target.finish(&self.before, &self.index)?;
        self.summary.out = out.display().to_string();
        self.summary.written = self.target.written();
        Ok(self.summary)
    }
}

/// The folders of a run's files in its store.
fn run_folders(path: &RunPath) -> Vec<String> {
    let filled = |pattern: &&str| {
        pattern
            .replace("{flow}", &path.flow)
            .replace("{run}", &path.run)
    };
    RUN_FOLDERS.iter().map(filled).collect()
}
