//! A text without what is not to be shown.
//!
//! All texts are gone through twice. The first time it is learned what there is: a name
//! that stands as a user's in one record is the same person in every log. The second time,
//! after [`Words::settle`], it is replaced. Start with [`Words::text`].

use super::hits::{Hit, What, With, replaced};
use super::left_out::Why;
use super::names::{Names, Needles};
use super::secrets::is_placeholder;
use super::{encoded, environment, hosts, paths, secrets};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

#[derive(Default)]
pub struct Words {
    names: RefCell<Names>,
    needles: Needles,
    /// What was done since that was asked last.
    tally: RefCell<Tally>,
    /// Values whose content has changed, by their SHA-1: the new one.
    pub shas: RefCell<Rc<Shas>>,
}

/// Values by the SHA-1 that they had: the one that they have.
pub type Shas = HashMap<String, String>;

/// What was done to a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// How often something of each kind was replaced.
    pub replaced: [u64; What::ALL.len()],
    /// How often something was left out, by what it is.
    pub left_out: BTreeMap<(&'static str, Why), u64>,
}

/// What a text is, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Prose,
    /// In a program `NAME=value` at the beginning of a line is no environment.
    Program,
}

impl Words {
    pub fn new(names: Names) -> Self {
        Self {
            names: RefCell::new(names),
            ..Self::default()
        }
    }

    /// Ends the learning: from now on what was found is looked for everywhere.
    pub fn settle(&mut self, structure: &BTreeSet<String>) {
        self.needles = Needles::of(&self.names.borrow(), structure);
    }

    /// What was found and stays where it is an ordinary word.
    pub fn ordinary(&self) -> &BTreeSet<(What, String)> {
        &self.needles.ordinary
    }

    pub fn names(&self) -> Names {
        self.names.borrow().clone()
    }

    /// What was done since this was asked last.
    pub fn take_tally(&self) -> Tally {
        self.tally.take()
    }

    fn count(&self, what: What) {
        let mut tally = self.tally.borrow_mut();
        if let Some(count) = tally.replaced.get_mut(what as usize) {
            *count += 1;
        }
    }

    /// Notes what was left out, of many, and why.
    pub fn note_left_out(&self, what: &'static str, why: Why) {
        let mut tally = self.tally.borrow_mut();
        *tally.left_out.entry((what, why)).or_default() += 1;
    }

    /// A text of which nothing else is known.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.text_of(text, Kind::Prose)
    }

    pub fn text_of<'t>(&self, text: &'t str, kind: Kind) -> Cow<'t, str> {
        let mut hits = Vec::new();
        paths::find(text, &mut hits);
        if kind == Kind::Prose {
            environment::find(text, &mut hits);
        }
        self.rest(text, hits, 0)
    }

    /// A text in which there is no path and no environment: a name.
    pub fn name<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.rest(text, Vec::new(), 0)
    }

    fn rest<'t>(&self, text: &'t str, mut hits: Vec<Hit>, depth: usize) -> Cow<'t, str> {
        secrets::find(text, &mut hits);
        hosts::find(text, &mut hits);
        encoded::find(text, depth, &mut hits, |inside, depth| {
            let mut hits = Vec::new();
            paths::find(inside, &mut hits);
            environment::find(inside, &mut hits);
            matches!(self.rest(inside, hits, depth), Cow::Owned(_))
        });
        self.note_shas(text, &mut hits);
        let mut originals: BTreeMap<(usize, usize), String> = BTreeMap::new();
        let mut found = Vec::new();
        self.needles.find(text, &mut found);
        for (hit, original) in found {
            originals.insert((hit.range.start, hit.range.end), original);
            hits.push(hit);
        }
        let told = replaced(text, hits, |hit, found| match &hit.with {
            With::Path => self.path(found),
            With::Sha(sha) => sha.clone(),
            With::Name(what) => {
                self.learn_in(*what, found);
                let original = originals.get(&(hit.range.start, hit.range.end));
                self.word(*what, original.map_or(found, String::as_str))
            }
        });
        match told {
            None => Cow::Borrowed(text),
            Some(told) => Cow::Owned(told),
        }
    }

    /// The word for something that is known to be that.
    pub fn word(&self, what: What, original: &str) -> String {
        if is_placeholder(original) {
            return original.to_owned();
        }
        self.count(what);
        self.names.borrow_mut().word(what, original)
    }

    /// What stands in a text that is replaced whole is looked for elsewhere too.
    fn learn_in(&self, what: What, text: &str) {
        if !matches!(what, What::Environment | What::Secret) {
            return;
        }
        let mut hits = Vec::new();
        hosts::find(text, &mut hits);
        for hit in &hits {
            if let (With::Name(what), Some(found)) = (&hit.with, text.get(hit.range.clone())) {
                self.learn(*what, found);
            }
        }
        let mut hits = Vec::new();
        paths::find(text, &mut hits);
        for path in hits.into_iter().filter_map(|hit| text.get(hit.range)) {
            self.learn(What::User, paths::owner(path).unwrap_or_default());
        }
    }

    fn path(&self, path: &str) -> String {
        if let Some(owner) = paths::owner(path) {
            // Learned, not shown.
            let _word = self.names.borrow_mut().word(What::User, owner);
        }
        self.count(What::Path);
        let (folder, rest) = paths::split(path);
        let folder = self.names.borrow_mut().word(What::Path, folder);
        let is_owner = paths::owner(path) == Some(rest.trim_end_matches(['/', '\\']));
        let rest = match is_owner {
            true => Cow::Owned(self.word(What::User, rest.trim_end_matches(['/', '\\']))),
            false => self.rest(rest, Vec::new(), 0),
        };
        format!("/{folder}/{rest}")
    }

    fn note_shas(&self, text: &str, hits: &mut Vec<Hit>) {
        /// Digits of a SHA-1.
        const LENGTH: usize = 40;
        let shas = self.shas.borrow();
        if shas.is_empty() || text.len() < LENGTH {
            return;
        }
        let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let mut at = 0;
        for run in text.as_bytes().split(|byte| !is_digit(byte)) {
            let range = at..at + run.len();
            at += run.len() + 1;
            if run.len() != LENGTH {
                continue;
            }
            let Some(sha) = text.get(range.clone()) else {
                continue;
            };
            let Some(new) = shas.get(sha) else { continue };
            // A value lies in a folder named by the beginning: `60/6024c85d…`.
            let folder = |sha: &str| format!("{}/", sha.get(..2).unwrap_or_default());
            let before = text.get(..range.start).unwrap_or_default();
            let hit = match before.ends_with(&folder(sha)) {
                true => Hit {
                    range: range.start - folder(sha).len()..range.end,
                    with: With::Sha(format!("{}{new}", folder(new))),
                },
                false => Hit {
                    range,
                    with: With::Sha(new.clone()),
                },
            };
            hits.push(hit);
        }
    }

    /// Whether bytes that are no text hold anything that was found.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        self.needles.is_in(bytes)
    }

    /// Names of one time, to be looked for from the beginning: those of this machine.
    pub fn learn(&self, what: What, original: &str) {
        if !original.is_empty() {
            let _word = self.names.borrow_mut().word(what, original);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_learned_in_one_text_is_replaced_in_all() {
        let mut words = Words::default();
        let texts = [
            "File \"/home/ana/lab/flow.py\", line 3",
            "Hello Ana, password=hunter2!x",
            "got hunter2!x from db7.acme.io",
            "https://db7.acme.io/ana",
        ];
        for text in texts {
            let _learned = words.text(text);
        }
        words.settle(&BTreeSet::new());
        let told = texts.map(|text| words.text(text).into_owned());
        assert_eq!(
            told,
            [
                "File \"/path-1/flow.py\", line 3",
                "Hello user-1, password=secret-1",
                "got secret-1 from host-1",
                "https://host-1/user-1",
            ]
        );
        // And once more, nothing changes.
        for text in &told {
            let again = words.text(text);
            let again = again.replace("/path-2/", "/path-1/");
            assert_eq!(again, *text);
        }
    }

    #[test]
    fn values_that_changed_have_other_names() {
        let words = Words::default();
        let (old, new) = ("a".repeat(40), "b".repeat(40));
        let shas = Shas::from([(old.clone(), new.clone())]);
        words.shas.replace(Rc::new(shas));
        assert_eq!(words.text(&format!("x/{old}")), format!("x/{new}"));
        assert_eq!(words.text(&format!("aa/{old}")), format!("bb/{new}"));
        let longer = format!("{old}0");
        assert_eq!(words.text(&longer), longer);
    }
}
