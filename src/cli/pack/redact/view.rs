//! A source as it may be shown: the same files, without what is not to be.
//!
//! Everything that a pack holds is made out of what is read here, its lists and pictures
//! too, so there is one place that has to be right. All is read twice: to learn which names
//! and secrets there are, and then, whenever a file is asked for, to replace them. Values
//! have the name of their content, so those that change get another one, and no SHA-1 of
//! anything that was replaced is left, by which it could be guessed. Start with
//! [`View::of`].

use super::content::{self, text_in};
use super::json::{self, json};
use super::left_out::Why;
use super::places::{below, kind_of, sha_of};
use super::words::{Shas, Tally, Words};
use super::{Keep, cards, logs, pickles};
use crate::model::{Problem, RunPath};
use crate::pack::records::LEFT_OUT;
use crate::source::folder::part_of;
use crate::source::{Entry, EntryKind, Folder, Listing, ReadError, Source, Waiting, Want, join};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

pub struct View {
    pub(super) source: Rc<dyn Source>,
    pub(super) words: Words,
    pub(super) keep: Keep,
    /// Where the datastores are in the source.
    pub(super) roots: Vec<String>,
    pub(super) values: Values,
    /// Paths that have another name here: what they are in the source.
    pub(super) renamed: RefCell<HashMap<String, String>>,
    /// What was done to each file, by its path here.
    pub(super) done: RefCell<HashMap<String, Tally>>,
    /// The large file that was told last: it is read in parts.
    pub(super) last: RefCell<Option<(String, Rc<Vec<u8>>)>>,
}

/// Values and their notes. The names that they have here are known once all are told.
#[derive(Default)]
pub(super) struct Values {
    /// By their paths here.
    pub(super) files: BTreeMap<String, Held>,
    /// The names of those that have another one.
    pub(super) shas: Rc<Shas>,
    /// The same in values themselves, whose own names are not known yet when they are told.
    pub(super) shas_in_values: Rc<Shas>,
    /// Bytes of what is in a value, where that has changed, by the name that it had.
    pub(super) sizes: HashMap<String, u64>,
    /// Artifacts whose name says that they are secret.
    pub(super) secret: BTreeSet<String>,
}

/// A file that has its place among the values.
pub(super) struct Held {
    /// In the source.
    pub(super) path: String,
    pub(super) size: u64,
}

/// Larger files are kept for a moment after they were told.
const LARGE: usize = 4 << 20;

/// Larger values are not looked into.
const MOST: u64 = 1 << 30;

impl View {
    /// A value as it is here; the outer error is the source's.
    pub(super) async fn told_value(
        &self,
        path: &str,
        sha: &str,
    ) -> Result<Result<ToldValue, Why>, ReadError> {
        let answer = self.source.read(&[whole(path)]).await.pop();
        let bytes = answer.unwrap_or(Err(ReadError::Missing))?;
        self.words.shas.replace(self.values.shas_in_values.clone());
        Ok(self.value(&bytes, sha))
    }

    /// A value without what is not to be shown. Packages are stored as they are, all else
    /// packed (Metaflow `datastore/content_addressed_store.py`).
    pub(super) fn value(&self, stored: &[u8], sha: &str) -> Result<ToldValue, Why> {
        if stored.len() as u64 > MOST {
            return Err(Why::TOO_LARGE);
        }
        let is_raw = sha1(stored) == sha || !stored.starts_with(b"\x1f\x8b");
        let inside = match is_raw {
            true => stored.to_vec(),
            false => content::unpacked(stored)?,
        };
        // What is learned is learned of damaged values too.
        let is_checked = sha.is_empty() || self.keep.values;
        if !is_checked && sha1(if is_raw { stored } else { &inside }) != sha {
            return Err(Why::OTHER_SHA);
        }
        if self.values.secret.contains(sha) && pickles::says_anything(&inside) {
            return Err(Why::SECRET);
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
    pub(super) fn record(&self, path: &str, bytes: &[u8]) -> Result<Vec<u8>, Why> {
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
            None => Err(Why::NO_TEXT),
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

    /// A run by the name that it has here.
    pub fn run_here(&self, path: &RunPath) -> RunPath {
        RunPath::new(self.words.name(&path.flow), self.words.name(&path.run))
    }

    /// A path of the source as it is here.
    pub(super) fn renamed_path(&self, path: &str) -> String {
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
        let told = told.map_err(|why| {
            tally = Tally::default();
            tally.left_out.insert((kind_of(&there), why), 1);
            ReadError::LeftOut(format!("{LEFT_OUT} {}", why.sentence()))
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

pub(super) struct ToldValue {
    pub(super) sha: String,
    pub(super) bytes: Vec<u8>,
    /// Bytes of what is in it.
    pub(super) inside: u64,
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

fn sha1(bytes: &[u8]) -> String {
    crate::formats::metaflow::blob::sha1(bytes)
}

pub(super) fn whole(path: &str) -> Want {
    Want {
        path: path.to_owned(),
        range: None,
    }
}
