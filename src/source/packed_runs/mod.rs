//! Packed runs as the tree of files that they were packed from.
//!
//! The readers of formats see the files that the engine wrote: the small ones are made
//! again out of tables of records, the large ones are read from where they lie beside. What
//! a list or a picture needs of a run is not read that way but taken from its manifest:
//! [`PackedRuns::run`]. Nothing here knows an engine. Start with [`open_packed`].

mod kept;
mod lost;
mod places;

use self::kept::Kept;
use self::places::{Owner, Places};
use super::folder::part_of;
use super::tree::Tree;
use super::{
    Bytes, Entry, EntryKind, Listing, Pace, ReadError, Source, SourceFacts, Waiting, Want, join,
};
use crate::model::{Place, Problem, Severity};
use crate::pack::index::{self, Index};
use crate::pack::ranges::RecordsFile;
use crate::pack::records::{At, Content, LEFT_OUT, Records};
use crate::pack::run::{self, PackedRun};
use crate::sorting::SortedMap;
use std::cell::RefCell;
use std::rc::Rc;

/// A source of packed runs.
pub struct PackedRuns {
    below: Rc<dyn Source>,
    /// The folder of it that holds the index.
    root: String,
    index: Index,
    /// The index could not be read: of the runs it has only the names.
    has_only_names: bool,
    places: Places,
    kept: RefCell<Kept>,
    /// Where each run's records are, as far as its manifest has been read.
    runs: RefCell<SortedMap<Owner, Rc<RunFiles>>>,
    problems: RefCell<SortedMap<String, Problem>>,
    pace: Rc<dyn Pace>,
}

/// Where the files of a run are.
#[derive(Clone)]
struct RunFiles {
    records: Vec<RecordsFile>,
    /// The manifest could not be read: what lies beside is looked for there.
    looks_beside: bool,
}

/// A file of records with the tree of what is in it.
struct Opened {
    records: Records,
    tree: Tree<Leaf>,
}

#[derive(Clone, Copy)]
struct Leaf {
    at: At,
    size: u64,
}

/// Opens the packed runs in a folder of a source; `None` where there is no index. One that
/// cannot be read is made up for by what lies around it; `run_folders` are then the folders of
/// a run's files in a datastore, as an index names them. An error says why even that is not
/// possible: the source may hold the same runs unpacked.
pub async fn open_packed(
    below: Rc<dyn Source>,
    root: &str,
    run_folders: &[&str],
    pace: Rc<dyn Pace>,
) -> Option<Result<PackedRuns, Problem>> {
    let want = Want {
        path: join(root, index::FILE),
        range: None,
    };
    let read = match below.read(&[want]).await.pop()? {
        Err(ReadError::Missing) => return None,
        read => read,
    };
    let problem = match read_index(read, root) {
        Ok(index) => return Some(Ok(PackedRuns::of(index, below, root, pace))),
        Err(problem) => problem,
    };
    let index = lost::made_up(&*below, root, run_folders).await;
    if index.stores.is_empty() {
        return Some(Err(problem));
    }
    let mut opened = PackedRuns::of(index, below, root, pace);
    opened.has_only_names = true;
    opened.note(Problem {
        hint: "The runs are those whose manifests lie beside it. Pack them again.".to_owned(),
        ..problem
    });
    Some(Ok(opened))
}

fn read_index(read: Result<Bytes, ReadError>, root: &str) -> Result<Index, Problem> {
    let path = join(root, index::FILE);
    let unreadable = |fault: String| {
        Problem::damage(
            Place::file(&path),
            format!("The index of the packed runs cannot be read: {fault}"),
            "Pack the runs again, or open the folder that they were packed from.",
        )
    };
    let bytes = read.map_err(|error| unreadable(error.to_string()))?;
    index::decode(&bytes).map_err(unreadable)
}

fn newer(path: &str, version: u32) -> Problem {
    Problem::warning(
        Place::file(path),
        format!(
            "This was packed in version {version} of the form, and version {} is known here.",
            crate::pack::VERSION
        ),
        "What is understood of it is shown. Use a newer Runglass to see all.",
    )
}

impl PackedRuns {
    fn of(index: Index, below: Rc<dyn Source>, root: &str, pace: Rc<dyn Pace>) -> Self {
        let path = join(root, index::FILE);
        let opened = Self {
            below,
            root: root.to_owned(),
            places: Places::of(&index),
            index,
            has_only_names: false,
            kept: RefCell::default(),
            runs: RefCell::default(),
            problems: RefCell::default(),
            pace,
        };
        if let Some(version) = opened.index.newer {
            opened.note(newer(&path, version));
        }
        opened
    }

    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Whether the index tells no more of a run than that it is there.
    pub fn has_only_names(&self) -> bool {
        self.has_only_names
    }

    /// The manifest of a run: all that lists and pictures need. An error says why there is
    /// none, and then the run can be read from its records as if it were not packed.
    pub async fn run(&self, store: usize, flow: &str, run: &str) -> Result<PackedRun, Problem> {
        let owner = Owner {
            store,
            flow: flow.to_owned(),
            run: run.to_owned(),
        };
        let Some((folder, manifest)) = self.manifest_of(&owner) else {
            return Err(Problem::damage(
                Place::file(run),
                "The index does not name the run's manifest.",
                "The run is read from its records.",
            ));
        };
        let path = join(&folder, &manifest);
        let read = match self.read_below(&path).await {
            Ok(bytes) => {
                self.pace.breathe().await;
                run::decode(&bytes)
            }
            Err(error) => Err(error.to_string()),
        };
        match read {
            Ok(run) => {
                if let Some(version) = run.newer {
                    self.note(newer(&path, version));
                }
                let files = RunFiles {
                    records: in_folder(&folder, &run.records),
                    looks_beside: false,
                };
                self.runs.borrow_mut().insert(owner, Rc::new(files));
                Ok(run)
            }
            Err(fault) => {
                let problem = Problem::damage(
                    Place::file(&path),
                    format!("The manifest of the run cannot be read: {fault}"),
                    "The run is read from its records, and from what lies beside them. Pack it again.",
                );
                self.note(problem.clone());
                let files = self.files_beside(&folder).await;
                self.runs.borrow_mut().insert(owner, Rc::new(files));
                Err(problem)
            }
        }
    }

    /// What can be had of a run whose manifest is lost: every file of records that lies in
    /// its folder.
    async fn files_beside(&self, folder: &str) -> RunFiles {
        let listing = self.below.list(folder).await.unwrap_or_default();
        let is_records = |name: &&str| name.starts_with("records-") && name.ends_with(".json");
        let names = listing.files().map(|(name, _)| name).filter(is_records);
        let records: Vec<RecordsFile> = names.map(RecordsFile::named).collect();
        RunFiles {
            records: in_folder(folder, &records),
            looks_beside: true,
        }
    }

    /// The folder of a run's own files and the name of its manifest.
    fn manifest_of(&self, owner: &Owner) -> Option<(String, String)> {
        let store = self.index.stores.get(owner.store)?;
        let mut flows = store.flows.iter();
        let flow = flows.find(|flow| flow.name == owner.flow)?;
        let mut runs = flow.runs.iter();
        let line = runs.find(|line| line.record.id == owner.run)?;
        let folder = format!("{}/{}", owner.flow, owner.run);
        let manifest = line.manifest.clone();
        Some((self.physical(owner.store, &folder), manifest)).filter(|(_, name)| !name.is_empty())
    }

    /// Where something of a store lies in the source below.
    fn physical(&self, store: usize, path: &str) -> String {
        let folder = self.index.stores.get(store);
        let folder = folder.map_or("", |store| store.folder.as_str());
        join(&join(&self.root, folder), path)
    }

    /// That the runs were redacted, and what that means for what is shown.
    pub fn told_redacted(&self) -> Vec<Problem> {
        let Some(redacted) = &self.index.redacted else {
            return Vec::new();
        };
        let place = || Place::file(join(&self.root, index::FILE));
        let replaced = redacted.told_replaced();
        let mut notes = vec![Problem::note(
            place(),
            format!("These runs were redacted when they were packed: {replaced}."),
            "The same word stands for the same name everywhere, such as user-1.",
        )];
        notes.extend(redacted.left_out.iter().map(|one| {
            Problem::note(
                place(),
                one.told(),
                "It might show names or secrets. Ask for it who packed these runs.",
            )
        }));
        notes
    }

    async fn read_below(&self, path: &str) -> Result<Bytes, ReadError> {
        let want = Want {
            path: path.to_owned(),
            range: None,
        };
        let mut answers = self.below.read(&[want]).await;
        answers.pop().unwrap_or(Err(ReadError::Missing))
    }

    fn note(&self, problem: Problem) {
        let mut problems = self.problems.borrow_mut();
        problems.insert(problem.place.file.clone(), problem);
    }

    async fn files_of(&self, owner: &Owner) -> Rc<RunFiles> {
        let known = self.runs.borrow().get(owner).cloned();
        if let Some(known) = known {
            return known;
        }
        // It notes where the files are, whether it can be read or not.
        let _run = self.run(owner.store, &owner.flow, &owner.run).await;
        let known = self.runs.borrow().get(owner).cloned();
        known.unwrap_or_else(|| {
            Rc::new(RunFiles {
                records: Vec::new(),
                looks_beside: true,
            })
        })
    }

    /// The files of records that may hold a path of a store, or something in it; and whether
    /// more may lie beside them.
    async fn records_for(&self, store: usize, path: &str) -> (Vec<String>, bool) {
        let named = |files: &[RecordsFile]| -> Vec<String> {
            let there = files.iter().filter(|file| file.may_hold(path));
            there.map(|file| file.file.clone()).collect()
        };
        if let Some(owner) = self.places.owner(store, path) {
            let files = self.files_of(&owner).await;
            return (named(&files.records), files.looks_beside);
        }
        let flows = self.index.stores.get(store).map(|store| &store.flows);
        let mut found = Vec::new();
        for flow in flows.into_iter().flatten() {
            let folder = self.physical(store, &flow.name);
            let in_flow = in_folder(&folder, &flow.records);
            found.extend(named(&in_flow));
        }
        (found, false)
    }

    /// A file of records, read and indexed, from what is kept or from below.
    async fn opened(&self, file: &str) -> Option<Rc<Opened>> {
        let kept = self.kept.borrow_mut().get(file);
        if kept.is_some() {
            return kept;
        }
        let told = |fault: String| {
            self.note(Problem::damage(
                Place::file(file),
                format!("A file of packed records cannot be read: {fault}"),
                "The records in it are lost here. Pack the run again.",
            ));
        };
        let bytes = match self.read_below(file).await {
            Ok(bytes) => bytes,
            Err(error) => {
                told(error.to_string());
                return None;
            }
        };
        self.pace.breathe().await;
        let records = match Records::parse(&bytes) {
            Ok(records) => records,
            Err(fault) => {
                told(fault);
                return None;
            }
        };
        if let Some(version) = records.newer {
            self.note(newer(file, version));
        }
        self.pace.breathe().await;
        let opened = match Opened::of(records, file) {
            Ok(opened) => Rc::new(opened),
            Err(fault) => {
                told(fault);
                return None;
            }
        };
        // What was only odd about names was told when they were packed.
        let all = opened.tree.problems.iter();
        for problem in all.filter(|problem| problem.severity != Severity::Note) {
            self.note(problem.clone());
        }
        let mut kept = self.kept.borrow_mut();
        kept.put(file, opened.clone(), bytes.len());
        Some(opened)
    }

    async fn list_in_store(&self, store: usize, folder: &str) -> Vec<Entry> {
        let mut found: Vec<Entry> = Vec::new();
        let mut names: SortedMap<Box<str>, ()> = SortedMap::default();
        let mut add = |entry: Entry| {
            if !names.contains_key(&*entry.name) {
                names.insert(entry.name.clone(), ());
                found.push(entry);
            }
        };
        for name in self.places.folders_in(store, folder) {
            add(Entry {
                name: name.into(),
                kind: EntryKind::Folder,
            });
        }
        let (files, looks_beside) = self.records_for(store, folder).await;
        for file in files {
            if let Some(opened) = self.opened(&file).await {
                opened.tree.list(folder).iter().cloned().for_each(&mut add);
            }
        }
        if looks_beside {
            let beside = self.below.list(&self.physical(store, folder)).await;
            let beside = beside.unwrap_or_default();
            let is_ours = |name: &str| {
                name.ends_with(".json")
                    && (name.starts_with("records-") || name.starts_with("run-"))
            };
            let others = beside.iter().filter(|entry| !is_ours(&entry.name));
            others.cloned().for_each(&mut add);
        }
        found
    }

    /// What a path stands for: bytes that are here, or a file below.
    async fn find(&self, path: &str) -> Found {
        let Some((store, inside)) = self.places.in_store(path) else {
            return Found::Nothing;
        };
        let (files, looks_beside) = self.records_for(store, inside).await;
        for file in files {
            let Some(opened) = self.opened(&file).await else {
                continue;
            };
            let Some(leaf) = opened.tree.find(inside) else {
                continue;
            };
            return match opened.records.content(leaf.at) {
                Some(Content::Here(bytes)) => Found::Here(bytes),
                Some(Content::Beside(_)) => Found::Below(self.physical(store, inside)),
                Some(Content::Lost(why)) => Found::Lost(why),
                None => Found::Nothing,
            };
        }
        match looks_beside {
            true => Found::Below(self.physical(store, inside)),
            false => Found::Nothing,
        }
    }
}

enum Found {
    Here(Vec<u8>),
    Lost(String),
    Below(String),
    Nothing,
}

fn in_folder(folder: &str, records: &[RecordsFile]) -> Vec<RecordsFile> {
    let placed = records.iter().map(|file| RecordsFile {
        file: join(folder, &file.file),
        ..file.clone()
    });
    placed.collect()
}

impl Opened {
    fn of(records: Records, file: &str) -> Result<Self, String> {
        /// Paths are made out of patterns: a small file could ask for any length.
        const PATHS: usize = 512 << 20;
        let mut builder = super::tree::TreeBuilder::new(|leaf: &Leaf| leaf.size);
        let mut length = 0usize;
        for (path, at, size) in records.files() {
            length = length.saturating_add(path.len());
            if length > PATHS {
                return Err("its paths are longer than is read".to_owned());
            }
            builder.add(&path, Leaf { at, size });
        }
        let tree = builder.finish(file);
        Ok(Self { records, tree })
    }
}

impl Source for PackedRuns {
    fn facts(&self) -> SourceFacts {
        SourceFacts {
            can_grow: false,
            ..self.below.facts()
        }
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        Box::pin(async move {
            let mut entries: Vec<Entry> = Vec::new();
            for name in self.places.above(folder) {
                entries.push(Entry {
                    name: name.into(),
                    kind: EntryKind::Folder,
                });
            }
            if let Some((store, inside)) = self.places.in_store(folder) {
                entries.extend(self.list_in_store(store, inside).await);
            }
            match entries.is_empty() {
                true => Err(ReadError::Missing),
                false => Ok(Listing::new(entries)),
            }
        })
    }

    /// One after the other: those that lie side by side are in one file of records.
    fn list_all<'a>(
        &'a self,
        folders: &'a [String],
    ) -> Waiting<'a, Vec<Result<Listing, ReadError>>> {
        Box::pin(async move {
            let mut listings = Vec::with_capacity(folders.len());
            for folder in folders {
                listings.push(self.list(folder).await);
            }
            listings
        })
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Bytes, ReadError>>> {
        Box::pin(async move {
            let mut answers: Vec<Result<Bytes, ReadError>> =
                vec![Err(ReadError::Missing); wants.len()];
            let mut below = Vec::new();
            let mut slots = Vec::new();
            for (at, want) in wants.iter().enumerate() {
                match (self.find(&want.path).await, answers.get_mut(at)) {
                    (Found::Here(bytes), Some(answer)) => {
                        *answer = Ok(Rc::new(part_of(bytes, want.range)));
                    }
                    (Found::Lost(why), Some(answer)) => {
                        *answer = Err(match why.starts_with(LEFT_OUT) {
                            true => ReadError::LeftOut(why),
                            false => ReadError::Damaged(why),
                        });
                    }
                    (Found::Below(path), _) => {
                        slots.push(at);
                        below.push(Want {
                            path,
                            range: want.range,
                        });
                    }
                    _ => {}
                }
            }
            if !below.is_empty() {
                let read = self.below.read(&below).await;
                for (at, answer) in slots.into_iter().zip(read) {
                    if let Some(slot) = answers.get_mut(at) {
                        *slot = answer;
                    }
                }
            }
            answers
        })
    }

    fn reads_parts(&self, path: &str) -> bool {
        let place = self.places.in_store(path);
        place.is_some_and(|(store, inside)| self.below.reads_parts(&self.physical(store, inside)))
    }

    fn is_redacted(&self) -> bool {
        self.index.redacted.is_some()
    }

    fn is_locked(&self) -> bool {
        self.below.is_locked()
    }

    fn bytes_read(&self) -> u64 {
        self.below.bytes_read()
    }

    fn problems(&self) -> Vec<Problem> {
        let mut all = self.below.problems();
        all.extend(self.problems.borrow().values().cloned());
        all.extend(self.index.problems.iter().cloned());
        all.extend(self.told_redacted());
        all
    }
}
