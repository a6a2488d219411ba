//! What is in a source, learned before anything of it is shown: the names and secrets that
//! its files tell, and the names that its values will have.

use super::content::{self, text_in};
use super::hits::What;
use super::machine::Machine;
use super::names::Names;
use super::places::{KNOWN, Stored, note_structure, secret_values, sha_of, stored_at, value_path};
use super::view::{Held, Values, View, whole};
use super::words::{Shas, Words};
use super::{Keep, assigned, pickles};
use crate::cli::pack::named::names_in;
use crate::cli::pack::walk::Walk;
use crate::engine::opened::Opened;
use crate::source::{Want, join};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Files that are read at once.
const AT_ONCE: usize = 128;

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
                .map(|store| store.records.root().to_owned())
                .collect(),
            values: Values::default(),
            renamed: RefCell::default(),
            done: RefCell::default(),
            last: RefCell::default(),
        };
        let mut structure = BTreeSet::new();
        let mut stored = Vec::new();
        for in_store in &opened.stores {
            let root = in_store.records.root();
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
                        .filter(|line| assigned::is_worth_hiding(line))
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
}
