//! A source as it may be shown: the same files, without what is not to be.
//!
//! Everything that a pack holds is made out of what is read here, its lists and pictures
//! too, so there is one place that has to be right. All is read twice: to learn which names
//! and secrets there are, and then, whenever a file is asked for, to replace them. Values
//! have the name of their content, so those that change get another one, and no SHA-1 of
//! anything that was replaced is left, by which it could be guessed. Start with
//! [`View::of`].

use super::content::{self, LeftOut, text_in};
use super::hits::What;
use super::json::{self, json};
use super::machine::Machine;
use super::names::Names;
use super::words::{Shas, Tally, Words};
use super::{Keep, cards, logs, pickles, secrets};
use crate::cli::pack::named::names_in;
use crate::cli::pack::walk::Walk;
use crate::engine::opened::Opened;
use crate::model::Problem;
use crate::source::folder::part_of;
use crate::source::{Entry, EntryKind, Folder, Listing, ReadError, Source, Waiting, Want, join};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

pub struct View {
    source: Rc<dyn Source>,
    words: Words,
    keep: Keep,
    /// Where the datastores are in the source.
    roots: Vec<String>,
    values: Values,
    /// Paths that have another name here: what they are in the source.
    renamed: RefCell<HashMap<String, String>>,
    /// What was done to each file, by its path here.
    done: RefCell<HashMap<String, Tally>>,
    /// The large file that was told last: it is read in parts.
    last: RefCell<Option<(String, Rc<Vec<u8>>)>>,
}

/// Values and their notes. The names that they have here are known once all are told.
#[derive(Default)]
struct Values {
    /// By their paths here.
    files: BTreeMap<String, Held>,
    /// The names of those that have another one.
    shas: Rc<Shas>,
    /// The same in values themselves, whose own names are not known yet when they are told.
    shas_in_values: Rc<Shas>,
    /// Bytes of what is in a value, where that has changed, by the name that it had.
    sizes: HashMap<String, u64>,
    /// Artifacts whose name says that they are secret.
    secret: BTreeSet<String>,
}

/// A file that has its place among the values.
struct Held {
    /// In the source.
    path: String,
    size: u64,
}

/// A file of the source that lies among values.
struct Stored {
    path: String,
    /// The folder of values that it lies in: of a flow, or of included files.
    area: String,
    /// What is below that.
    name: String,
    is_included: bool,
}

/// Larger files are kept for a moment after they were told.
const LARGE: usize = 4 << 20;

/// Files that are read at once.
const AT_ONCE: usize = 128;

/// Larger values are not looked into.
const MOST: u64 = 1 << 30;

const SECRET: LeftOut = LeftOut("An artifact's name says that it is a secret.");
const TOO_LARGE: LeftOut = LeftOut("It is too large to be looked into.");

impl View {
    /// Learns what there is in a source. `told` hears of each file that was read.
    pub async fn of(
        opened: &Opened,
        keep: Keep,
        machine: &Machine,
        names: Names,
        mut told: impl FnMut(),
    ) -> Self {
        let words = Words::new(names);
        machine.teach(&words);
        let mut view = Self {
            source: opened.source.clone(),
            words,
            keep,
            roots: opened
                .stores
                .iter()
                .map(|store| store.store.root.clone())
                .collect(),
            values: Values::default(),
            renamed: RefCell::default(),
            done: RefCell::default(),
            last: RefCell::default(),
        };
        let mut structure = BTreeSet::new();
        let mut stored = Vec::new();
        for in_store in &opened.stores {
            let root = &in_store.store.root;
            for flow in &in_store.flows {
                for folder in ["{}", "data/{}", "mf.cards/{}"] {
                    let folder = folder.replace("{}", &flow.name);
                    let mut walk = Walk::of(&*view.source, root, &folder);
                    let mut batch = Vec::new();
                    loop {
                        let next = walk.next().await;
                        let is_over = next.is_none();
                        batch.extend(next.map(|found| found.path));
                        if batch.len() < AT_ONCE && !is_over {
                            continue;
                        }
                        for path in &batch {
                            note_structure(path, &mut structure);
                            stored.extend(stored_at(root, path));
                        }
                        let paths: Vec<String> =
                            batch.drain(..).map(|path| join(root, &path)).collect();
                        let secret = view.learn(&paths, &mut told).await;
                        view.values.secret.extend(secret);
                        if is_over {
                            break;
                        }
                    }
                }
            }
        }
        view.learn_secrets(&stored).await;
        view.words.settle(&structure);
        let _of_learning = view.words.take_tally();
        view.place_values(stored, &mut told).await;
        view
    }

    /// Goes through files for the first time; the values among them that are secret.
    async fn learn(&self, paths: &[String], told: &mut impl FnMut()) -> Vec<String> {
        let mut secret = Vec::new();
        let wants: Vec<Want> = paths.iter().map(|path| whole(path)).collect();
        for (path, answer) in paths.iter().zip(self.source.read(&wants).await) {
            told();
            let Ok(bytes) = answer else { continue };
            let _learned = match sha_of(path) {
                Some(_) => self.value(&bytes, "").map(|_| ()),
                None => self.record(path, &bytes).map(|_| ()),
            };
            secret.extend(secret_values(path, &bytes));
        }
        secret
    }

    /// What is in values that are secret is looked for everywhere.
    async fn learn_secrets(&mut self, stored: &[Stored]) {
        let mut included = BTreeSet::new();
        // Values first: they name the files that were included.
        for of_included in [false, true] {
            for one in stored.iter().filter(|one| one.is_included == of_included) {
                let sha = sha_of(&one.path).unwrap_or_default();
                let is_secret = self.values.secret.contains(sha) || included.contains(sha);
                if !is_secret {
                    continue;
                }
                let Some(Ok(bytes)) = self.source.read(&[whole(&one.path)]).await.pop() else {
                    continue;
                };
                let bytes = content::unpacked(&bytes).unwrap_or_else(|_| bytes.to_vec());
                let texts = match text_in(&bytes) {
                    Some(text) => vec![text.to_owned()],
                    None => pickles::texts(&bytes),
                };
                for text in texts {
                    let names = names_in(text.as_bytes());
                    included.extend(names.map(|name| String::from_utf8_lossy(&name).into_owned()));
                    // Lines, where it is a file of them.
                    for line in text
                        .lines()
                        .map(str::trim)
                        .filter(|line| secrets::is_worth_hiding(line))
                    {
                        self.words.learn(What::Secret, line);
                    }
                }
            }
        }
        self.values.secret.extend(included);
    }

    /// Tells every value, to know the names that they have now.
    async fn place_values(&mut self, stored: Vec<Stored>, told: &mut impl FnMut()) {
        let hidden = |one: &Stored| {
            let sha = sha_of(&one.path)?;
            (!KNOWN.contains(&sha)).then(|| (sha.to_owned(), "0".repeat(sha.len())))
        };
        self.values.shas_in_values = Rc::new(stored.iter().filter_map(hidden).collect());
        let mut shas = Shas::new();
        let mut left_out = 0u64;
        for of_included in [true, false] {
            let mut new = Vec::new();
            for one in stored.iter().filter(|one| one.is_included == of_included) {
                let Some(sha) = sha_of(&one.path) else {
                    continue;
                };
                told();
                let (name, size) = match self.told_value(&one.path, sha).await {
                    Ok(Ok(told)) => {
                        if told.sha != sha {
                            self.values.sizes.insert(sha.to_owned(), told.inside);
                        }
                        (told.sha, told.bytes.len() as u64)
                    }
                    Ok(Err(_)) => {
                        left_out += 1;
                        let name = format!("left out {left_out}");
                        (sha1_smol::Sha1::from(name).digest().to_string(), 1)
                    }
                    // It is read again when it is packed, and its error told then.
                    Err(_) => (sha.to_owned(), 1),
                };
                new.push((sha.to_owned(), name.clone()));
                let path = value_path(&self.renamed_path(&one.area), &name, one.is_included);
                let held = Held {
                    path: one.path.clone(),
                    size,
                };
                self.values.files.insert(path, held);
            }
            shas.extend(new.iter().cloned());
            // Values name included files.
            let mut in_values = (*self.values.shas_in_values).clone();
            in_values.extend(new);
            if of_included {
                self.values.shas_in_values = Rc::new(in_values);
            }
        }
        for one in stored.iter().filter(|one| sha_of(&one.path).is_none()) {
            let area = self.renamed_path(&one.area);
            let note = one.path.strip_suffix("_meta");
            let path = match note.and_then(sha_of).and_then(|sha| shas.get(sha)) {
                Some(sha) => format!("{}_meta", value_path(&area, sha, one.is_included)),
                None => join(&area, &self.renamed_path(&one.name)),
            };
            let held = Held {
                path: one.path.clone(),
                size: 0,
            };
            self.values.files.insert(path, held);
        }
        shas.retain(|old, new| old != new);
        self.values.shas = Rc::new(shas);
    }

    /// A value as it is here; the outer error is the source's.
    async fn told_value(
        &self,
        path: &str,
        sha: &str,
    ) -> Result<Result<ToldValue, LeftOut>, ReadError> {
        let answer = self.source.read(&[whole(path)]).await.pop();
        let bytes = answer.unwrap_or(Err(ReadError::Missing))?;
        self.words.shas.replace(self.values.shas_in_values.clone());
        Ok(self.value(&bytes, sha))
    }

    /// A value without what is not to be shown. Packages are stored as they are, all else
    /// packed (Metaflow `datastore/content_addressed_store.py`).
    fn value(&self, stored: &[u8], sha: &str) -> Result<ToldValue, LeftOut> {
        if stored.len() as u64 > MOST {
            return Err(TOO_LARGE);
        }
        let is_raw = sha1(stored) == sha || !stored.starts_with(b"\x1f\x8b");
        let inside = match is_raw {
            true => stored.to_vec(),
            false => content::unpacked(stored)?,
        };
        if self.values.secret.contains(sha) && pickles::says_anything(&inside) {
            return Err(SECRET);
        }
        let told = content::content(&self.words, &inside, self.keep, 0)?;
        // Of a member of gzip the fourth byte tells whether its file's name follows.
        let has_a_name = !is_raw && stored.get(3) != Some(&0);
        let is_same = told == inside;
        Ok(ToldValue {
            sha: if is_same { sha.to_owned() } else { sha1(&told) },
            inside: told.len() as u64,
            bytes: match (is_raw, is_same && !has_a_name) {
                (_, true) => stored.to_vec(),
                (true, false) => told,
                (false, false) => content::packed(&told),
            },
        })
    }

    /// Any file that is no value.
    fn record(&self, path: &str, bytes: &[u8]) -> Result<Vec<u8>, LeftOut> {
        let name = path.rsplit('/').next().unwrap_or_default();
        if name.ends_with(".log") {
            return Ok(logs::log(&self.words, bytes, self.keep.logs));
        }
        if name.ends_with(".html") {
            return cards::card(&self.words, bytes, self.keep.cards);
        }
        match text_in(bytes) {
            Some(text) if text.trim_start().starts_with(['{', '[', '"']) => {
                let sizes = self.sizes_in(name, text);
                let known = json::Known {
                    sizes: sizes.as_ref(),
                    ..json::Known::default()
                };
                Ok(json(&self.words, text, known).into_bytes())
            }
            Some(text) => Ok(self.words.text(text).into_owned().into_bytes()),
            None if self.keep.values => Ok(bytes.to_vec()),
            None => Err(LeftOut("It is a record that is no text.")),
        }
    }

    /// The sizes that values have now, by the names that a table of artifacts gives them.
    fn sizes_in(&self, name: &str, text: &str) -> Option<BTreeMap<String, u64>> {
        if !name.ends_with(".data.json") || self.values.sizes.is_empty() {
            return None;
        }
        let table: Value = serde_json::from_str(text).ok()?;
        let objects = table.get("objects")?.as_object()?;
        let sizes = objects.iter().filter_map(|(name, sha)| {
            let size = self.values.sizes.get(sha.as_str()?)?;
            Some((name.clone(), *size))
        });
        Some(sizes.collect())
    }

    /// A path of the source as it is here.
    fn renamed_path(&self, path: &str) -> String {
        let mut here = String::new();
        let mut there = String::new();
        for part in path.split('/') {
            let name = self.words.name(part).replace('/', "-");
            here = join(&here, &name);
            there = join(&there, part);
            if here != there {
                self.renamed
                    .borrow_mut()
                    .insert(here.clone(), there.clone());
            }
        }
        here
    }

    /// A path here as it is in the source.
    fn path_there(&self, path: &str) -> String {
        let renamed = self.renamed.borrow();
        let mut here = String::new();
        let mut there = String::new();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            here = join(&here, part);
            let known = renamed.get(&here).cloned();
            there = known.unwrap_or_else(|| join(&there, part));
        }
        there
    }

    async fn listed(&self, folder: &str) -> Result<Listing, ReadError> {
        if let Some(listing) = self.values.listed(folder) {
            return Ok(listing);
        }
        let there = self.path_there(folder);
        let above = self.roots.iter().filter_map(|root| below(&there, root));
        let above: BTreeSet<&str> = above.collect();
        let is_in_store = self
            .roots
            .iter()
            .any(|root| root.is_empty() || *root == there || below(root, &there).is_some());
        let entries: Vec<(String, EntryKind)> = match is_in_store {
            true => {
                let listing = self.source.list(&there).await?;
                let all = listing
                    .iter()
                    .map(|entry| (entry.name.to_string(), entry.kind));
                all.collect()
            }
            // What lies beside the datastores is nobody's business.
            false => above
                .iter()
                .map(|name| ((*name).to_owned(), EntryKind::Folder))
                .collect(),
        };
        if entries.is_empty() && !is_in_store {
            return Err(ReadError::Missing);
        }
        let entries = entries.into_iter().map(|(name, kind)| {
            let here = self.renamed_path(&join(&there, &name));
            let name = here.rsplit('/').next().unwrap_or_default();
            let kind = match kind {
                EntryKind::File { size: Some(0) } => kind,
                EntryKind::File { .. } => EntryKind::File { size: None },
                EntryKind::Folder => kind,
            };
            Entry {
                name: name.into(),
                kind,
            }
        });
        Ok(Listing::new(entries.collect()))
    }

    async fn told(&self, path: &str) -> Result<Rc<Vec<u8>>, ReadError> {
        if let Some((last, bytes)) = &*self.last.borrow()
            && last == path
        {
            return Ok(bytes.clone());
        }
        let held = self.values.files.get(path).map(|held| held.path.clone());
        let there = held.unwrap_or_else(|| self.path_there(path));
        let told = match sha_of(&there).filter(|_| self.values.files.contains_key(path)) {
            Some(sha) => self.told_value(&there, sha).await?.map(|told| told.bytes),
            None => {
                let answer = self.source.read(&[whole(&there)]).await.pop();
                let bytes = answer.unwrap_or(Err(ReadError::Missing))?;
                self.words.shas.replace(self.values.shas.clone());
                self.record(&there, &bytes)
            }
        };
        let mut tally = self.words.take_tally();
        let told = told.map_err(|LeftOut(why)| {
            tally = Tally::default();
            tally.left_out.insert((kind_of(&there), why), 1);
            ReadError::LeftOut(format!("Left out when these runs were redacted. {why}"))
        });
        if tally != Tally::default() {
            self.done.borrow_mut().insert(path.to_owned(), tally);
        }
        let told = Rc::new(told?);
        if told.len() > LARGE {
            self.last.replace(Some((path.to_owned(), told.clone())));
        }
        Ok(told)
    }

    /// What was done to a file, if anything.
    pub fn done_to(&self, path: &str) -> Option<Tally> {
        self.done.borrow().get(path).cloned()
    }

    pub fn words(&self) -> &Words {
        &self.words
    }
}

impl Values {
    fn listed(&self, folder: &str) -> Option<Listing> {
        let prefix = format!("{folder}/");
        let mut entries: BTreeMap<&str, EntryKind> = BTreeMap::new();
        let below = self.files.range(prefix.clone()..);
        let below = below.map_while(|(path, held)| Some((path.strip_prefix(&prefix)?, held)));
        let mut is_area = false;
        for (rest, held) in below {
            let last = rest.rsplit('/').next().unwrap_or_default();
            let sha = last.strip_suffix("_meta").unwrap_or(last);
            // The folder of values itself, or one of those that they are spread over.
            is_area |= rest == last
                || rest.len() == last.len() + 3 && rest.starts_with(sha.get(..2).unwrap_or("/"));
            match rest.split_once('/') {
                Some((name, _)) => entries.insert(name, EntryKind::Folder),
                None => {
                    let size = Some(held.size).filter(|size| *size > 0);
                    entries.insert(rest, EntryKind::File { size })
                }
            };
        }
        let entry = |(name, kind): (&str, EntryKind)| Entry {
            name: name.into(),
            kind,
        };
        is_area.then(|| Listing::new(entries.into_iter().map(entry).collect()))
    }
}

struct ToldValue {
    sha: String,
    bytes: Vec<u8>,
    /// Bytes of what is in it.
    inside: u64,
}

impl Folder for View {
    fn name(&self) -> String {
        "redacted".to_owned()
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        Box::pin(self.listed(folder))
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Vec<u8>, ReadError>>> {
        Box::pin(async move {
            let mut answers = Vec::with_capacity(wants.len());
            for want in wants {
                let told = self.told(&want.path).await;
                answers.push(told.map(|told| match want.range {
                    None => Rc::unwrap_or_clone(told),
                    range => part_of(told.to_vec(), range),
                }));
            }
            answers
        })
    }

    fn sizes<'a>(&'a self, paths: &'a [String]) -> Waiting<'a, Vec<Option<u64>>> {
        Box::pin(async move {
            let mut sizes = Vec::with_capacity(paths.len());
            for path in paths {
                sizes.push(self.told(path).await.ok().map(|told| told.len() as u64));
            }
            sizes
        })
    }

    fn can_grow(&self) -> bool {
        false
    }

    fn problems(&self) -> Vec<Problem> {
        let text = |text: &str| self.words.text(text).into_owned();
        let told = self.source.problems().into_iter().map(|mut problem| {
            problem.place.file = text(&problem.place.file);
            problem.what = text(&problem.what);
            problem.hint = text(&problem.hint);
            problem
        });
        told.collect()
    }
}

/// Values that everybody has: `True`, `False`, `None` and an empty list.
const KNOWN: [&str; 4] = [
    crate::formats::metaflow::blob::TRUE_SHA,
    crate::formats::metaflow::blob::FALSE_SHA,
    crate::formats::metaflow::blob::NONE_SHA,
    "c5cf38908fc549f499ade5b17ce221ff0ced377f",
];

fn sha1(bytes: &[u8]) -> String {
    crate::formats::metaflow::blob::sha1(bytes)
}

fn whole(path: &str) -> Want {
    Want {
        path: path.to_owned(),
        range: None,
    }
}

/// The first part of `path` below `folder`.
fn below<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    let rest = match folder {
        "" => path,
        folder => path.strip_prefix(folder)?.strip_prefix('/')?,
    };
    rest.split('/').next().filter(|part| !part.is_empty())
}

/// What a file is, of many.
fn kind_of(path: &str) -> &'static str {
    match path {
        path if path.ends_with(".html") => "cards",
        path if sha_of(path).is_some() => "values",
        _ => "records",
    }
}

/// The SHA-1 that a file is named by, where it lies among values.
fn sha_of(path: &str) -> Option<&str> {
    let mut parts = path.rsplit('/');
    let sha = parts
        .next()
        .filter(|name| names_in(name.as_bytes()).next().is_some())?;
    let is_sha = sha.len() == 40;
    let (one, two) = (parts.next()?, parts.next()?);
    let is_value = sha.starts_with(one) && one.len() == 2 && two == "data";
    (is_sha && (is_value || two == "data")).then_some(sha)
}

fn value_path(area: &str, sha: &str, is_included: bool) -> String {
    match is_included {
        true => join(area, sha),
        false => join(area, &format!("{}/{sha}", sha.get(..2).unwrap_or_default())),
    }
}

/// A file of a store that lies among values: in `Flow/data` or in `data/Flow`.
fn stored_at(root: &str, path: &str) -> Option<Stored> {
    let mut parts = path.splitn(3, '/');
    let (one, two, name) = (parts.next()?, parts.next()?, parts.next()?);
    let is_included = one == "data";
    if !is_included && two != "data" {
        return None;
    }
    Some(Stored {
        path: join(root, path),
        area: join(root, &format!("{one}/{two}")),
        name: name.to_owned(),
        is_included,
    })
}

/// The names of flows, steps and artifacts: who has the name of one keeps it as a word.
fn note_structure(path: &str, structure: &mut BTreeSet<String>) {
    let mut parts = path.split('/').collect::<Vec<_>>();
    let file = parts.pop().unwrap_or_default();
    let artifact = file
        .split_once("_artifact_")
        .map(|(_, name)| name.trim_end_matches(".json"));
    let is_step = |part: &&str| part.bytes().any(|byte| !byte.is_ascii_digit()) && part.len() > 2;
    for name in parts.into_iter().chain(artifact).filter(is_step) {
        if !structure.contains(name) {
            structure.insert(name.to_lowercase());
        }
    }
}

/// The values that a record gives the name of a secret.
fn secret_values(path: &str, bytes: &[u8]) -> Vec<String> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_table = name.ends_with(".data.json") && !path.contains("mf.cards");
    if !is_table && !name.contains("_artifact_") {
        return Vec::new();
    }
    let Ok(record) = serde_json::from_slice::<Value>(bytes) else {
        return Vec::new();
    };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let objects = record.get("objects").and_then(Value::as_object);
    let objects = objects.into_iter().flatten();
    let named = objects.filter(|(name, _)| secrets::is_secret_name(name));
    let mut secret: Vec<String> = named.filter_map(|(_, sha)| text(sha)).collect();
    let name = record.get("name").and_then(text);
    if name.is_some_and(|name| secrets::is_secret_name(&name)) {
        secret.extend(record.get("sha").and_then(text));
    }
    secret
}
