//! A stored value: decoded, and kept for a while, because one value is asked for again with
//! every part of it that is opened. How its bytes come is [`fetched`](super::fetched)'s.
//!
//! Knows blobs and pickles, not artifacts: who the value belongs to and how it is
//! shown is no matter here. Start with [`Engine::decode`].

use super::fetched::{Check, OTHER_SHA, Stored, fetch};
use super::text::LineCache;
use crate::engine::ask::Failure;
use crate::engine::{Engine, Work};
use crate::formats::metaflow::blob;
use crate::libraries::words;
use crate::model::{Place, Problem};
use crate::pickle::{self, Limits, Machine, Pickle};
use crate::source::{Pace as _, Source, limits};
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

/// A decoded value.
pub struct Decoded {
    pub pickle: Pickle,
    /// Bytes as stored.
    pub stored: u64,
    /// What was wrong with its bytes, a sentence each.
    pub problems: Vec<String>,
    /// Whether its bytes have the SHA-1 under which they are stored; empty until that was
    /// looked at.
    has_sha: OnceCell<bool>,
    pub(super) lines: LineCache,
}

impl Decoded {
    /// A value that was found inside of another.
    pub(super) fn inside(pickle: Pickle, stored: u64, problems: Vec<String>) -> Self {
        Self {
            pickle,
            stored,
            problems,
            has_sha: OnceCell::from(true),
            lines: LineCache::default(),
        }
    }

    /// Whether its SHA-1 is still to be looked at: see [`Engine::decode_with`].
    pub fn is_unchecked(&self) -> bool {
        self.has_sha.get().is_none()
    }

    /// All that was wrong with its bytes, as far as that was looked at.
    pub fn problems(&self) -> impl Iterator<Item = String> + '_ {
        let other = self.has_sha.get() == Some(&false);
        let other = other.then(|| OTHER_SHA.to_owned());
        self.problems.iter().cloned().chain(other)
    }

    /// Whether a limit ended the decoding, which may be raised.
    pub fn is_limited(&self) -> bool {
        let limited =
            |problem: &pickle::Problem| matches!(problem.what, pickle::What::LimitReached(..));
        self.pickle.problems().iter().any(limited)
    }

    /// What takes something away from the value, in sentences: damaged bytes, a pickle
    /// that ends in the middle. `None` for a value that can be relied on.
    pub fn fault(&self) -> Option<String> {
        // That nothing is no pickle goes without saying.
        let nothing = self.pickle.bytes().is_empty() && !self.problems.is_empty();
        let of_pickle = self.pickle.problems().iter().filter(|_| !nothing);
        let lost = of_pickle.filter(|problem| problem.severity() == pickle::Severity::Damage);
        let faults: Vec<String> = self.problems().chain(lost.map(sentence)).collect();
        (!faults.is_empty()).then(|| faults.join(" "))
    }
}

/// What is wrong with a value, at its blob; at the record that names it where that names
/// none.
pub fn fault_of(
    decoded: &Result<Rc<Decoded>, Box<Failure>>,
    blob: Option<&str>,
    record: &str,
) -> Option<Problem> {
    match decoded {
        Ok(decoded) => {
            let hint = match decoded.pickle.root() {
                Some(_) => "What could be read of it is shown. Copy the datastore again.",
                None => "The value is not shown. Copy the datastore again.",
            };
            let place = Place::file(blob.unwrap_or(record));
            Some(Problem::damage(place, decoded.fault()?, hint))
        }
        Err(failure) => Some(failure.as_problem(match blob {
            Some(_) => None,
            None => Some(record),
        })),
    }
}

/// How large a value is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Most {
    Default,
    Raised,
}

impl Most {
    /// A value of this size is decoded in well under a second; more is asked for first.
    const DEFAULT: u64 = 128 << 20;

    pub(in crate::engine) fn bytes(self) -> u64 {
        match self {
            Most::Default => Self::DEFAULT,
            Most::Raised => limits::UNPACKED_FILE,
        }
    }
}

/// The values looked at last.
#[derive(Default)]
pub struct ValueCache {
    /// The one used longest ago first.
    kept: RefCell<Vec<Kept>>,
}

/// A value, and where it lies: two sources may have blobs of one name, of which one is
/// damaged.
struct Kept {
    source: Rc<dyn Source>,
    blob: String,
    value: Rc<Decoded>,
}

impl ValueCache {
    /// Bytes of pickles and their arenas that are kept.
    const KEPT: u64 = 192 << 20;

    /// Values that are kept, however small: each is looked at to find one.
    const MOST: usize = 256;

    pub(super) fn get(&self, source: &Rc<dyn Source>, blob: &str) -> Option<Rc<Decoded>> {
        let mut kept = self.kept.borrow_mut();
        let here = |known: &Kept| known.blob == blob && Rc::ptr_eq(&known.source, source);
        let at = kept.iter().position(here)?;
        let found = kept.remove(at);
        let value = found.value.clone();
        kept.push(found);
        Some(value)
    }

    /// In the place of what was decoded of it before.
    pub(super) fn put(&self, source: &Rc<dyn Source>, blob: String, value: Rc<Decoded>) {
        let weight = |kept: &Kept| {
            let pickle = &kept.value.pickle;
            pickle.bytes().len() as u64 + pickle.memory()
        };
        let mut kept = self.kept.borrow_mut();
        kept.retain(|known| known.blob != blob || !Rc::ptr_eq(&known.source, source));
        kept.push(Kept {
            source: source.clone(),
            blob,
            value,
        });
        if kept.len() > Self::MOST {
            kept.remove(0);
        }
        let mut size: u64 = kept.iter().map(weight).sum();
        while kept.len() > 1 && size > Self::KEPT {
            size -= weight(&kept.remove(0));
        }
    }

    pub fn clear(&self) {
        self.kept.borrow_mut().clear();
    }

    /// What was cut off or damaged is read again: it may have been on its way.
    pub fn forget_faulty(&self) {
        let mut kept = self.kept.borrow_mut();
        kept.retain(|kept| kept.value.fault().is_none());
    }
}

impl Engine {
    /// Fetches, unpacks, checks and decodes a stored value.
    pub(crate) async fn decode(
        &self,
        stored: Stored<'_>,
        most: Most,
        work: &Work,
    ) -> Result<Rc<Decoded>, Box<Failure>> {
        let decoded = self.decode_with(stored, most, Check::Now, work).await?;
        if let Stored::Blob(blob) = stored
            && decoded.is_unchecked()
        {
            let has_sha = has_sha(decoded.pickle.bytes(), blob.sha, work).await;
            // Two who waited found the same.
            let _known = decoded.has_sha.set(has_sha);
        }
        Ok(decoded)
    }

    /// The same with the SHA-1 of a large one looked at now or later: who shows it before asks
    /// [`decode`](Self::decode) for it afterwards.
    pub(super) async fn decode_with(
        &self,
        stored: Stored<'_>,
        most: Most,
        check: Check,
        work: &Work,
    ) -> Result<Rc<Decoded>, Box<Failure>> {
        let (source, name) = (stored.source(), stored.name());
        let known = self.values.get(source, &name);
        if let Some(known) = known.filter(|known| most == Most::Default || !known.is_limited()) {
            return Ok(known);
        }
        let fetched = fetch(stored, most, check, work).await?;
        let decoded = Rc::new(Decoded {
            pickle: self.run(fetched.bytes, fetched.stored, most, work).await,
            stored: fetched.stored,
            has_sha: match fetched.is_checked {
                // What was found is among the problems.
                true => OnceCell::from(true),
                false => OnceCell::new(),
            },
            problems: fetched.problems,
            lines: LineCache::default(),
        });
        self.values.put(source, name, decoded.clone());
        Ok(decoded)
    }
}

impl Engine {
    /// Decodes a pickle of which so many bytes are stored, wherever it was found.
    pub(super) async fn run(&self, bytes: Vec<u8>, stored: u64, most: Most, work: &Work) -> Pickle {
        let limits = match most {
            Most::Default => self.host.limits(stored),
            Most::Raised => Limits::default(),
        };
        let mut machine = Machine::new(bytes, limits);
        while machine.advance(STEPS_AT_ONCE) == pickle::Progress::More {
            work.breathe().await;
        }
        machine.finish().with_words(words(self.host.zone_offset()))
    }
}

/// A few milliseconds of decoding.
const STEPS_AT_ONCE: u64 = 200_000;

pub(super) fn sentence(problem: &pickle::Problem) -> String {
    let text = problem.to_string();
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + chars.as_str() + ".")
        .unwrap_or_default()
}

/// Whether bytes have a SHA-1, looked at in steps of a few milliseconds.
async fn has_sha(bytes: &[u8], sha: &str, work: &Work) -> bool {
    const STEP: usize = 1 << 20;
    let mut hash = blob::Sha::default();
    for some in bytes.chunks(STEP) {
        hash.update(some);
        work.breathe().await;
    }
    hash.hex() == sha.to_lowercase()
}
