//! `runglass pack --redact`: runs that can be shown to a stranger.
//!
//! What is recognised as the name of a user or of a machine, as an absolute path, as the
//! value of an environment variable or as a secret is replaced by other words, the same for
//! the same, wherever it stands: in records, logs, values, code. What cannot be looked into is
//! left out, and told. `docs/pack.md` says it for who relies on it.
//!
//! It guards against what is in a run by accident. Who hides something on purpose, in the
//! order of numbers or in a cipher, is not found out.
//!
//! [`view`] is a source made out of another one, and all that is packed is read from it;
//! [`learning`] goes through it first.
//! [`words`] is a text; [`json`], [`logs`], [`pickles`], [`packages`] and [`cards`] are the
//! forms in which texts stand; [`secrets`], [`paths`], [`hosts`], [`environment`] and
//! [`encoded`] find what is not to be shown; [`names`] gives the words in their place.

mod assigned;
mod cards;
mod content;
mod encoded;
mod environment;
mod hits;
mod hosts;
mod json;
mod learning;
mod left_out;
mod logs;
mod machine;
mod names;
mod opcodes;
mod packages;
mod paths;
mod pickles;
mod places;
pub(super) mod report;
mod secrets;
pub(super) mod view;
mod words;

pub use machine::Machine;
pub(super) use names::Names;

use self::hits::What;
use self::left_out::Why;
use self::words::Tally;
use crate::pack::index::{LeftOut, Redacted, Replaced};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// How runs are redacted.
#[derive(Clone, Debug, Default)]
pub struct Redact {
    pub keep: Keep,
    /// Where to write what was replaced by what.
    pub report: Option<PathBuf>,
    pub machine: Machine,
}

/// What is taken along though it cannot be looked into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// Values that hold bytes of forms that are not known.
    pub values: bool,
    /// Files of code packages that are no texts.
    pub code: bool,
    /// Cards with programs and pictures in them.
    pub cards: bool,
    /// Lines of logs that are no text.
    pub logs: bool,
}

/// What was done to the files that were packed.
#[derive(Default)]
pub(super) struct Sum {
    /// By kind: how often, and in how many files.
    replaced: [(u64, u64); What::ALL.len()],
    left_out: BTreeMap<(&'static str, Why), u64>,
}

impl Sum {
    pub fn add(&mut self, tally: &Tally) {
        for (sum, times) in self.replaced.iter_mut().zip(tally.replaced) {
            sum.0 += times;
            sum.1 += u64::from(times > 0);
        }
        for (what, times) in &tally.left_out {
            *self.left_out.entry(*what).or_default() += times;
        }
    }

    /// As the index of a pack has it.
    pub fn told(&self) -> Redacted {
        let replaced = What::ALL.iter().zip(self.replaced);
        let replaced = replaced.filter(|(_, (times, _))| *times > 0);
        let left_out = self.left_out.iter();
        Redacted {
            replaced: replaced
                .map(|(what, (times, files))| Replaced {
                    what: what.words().to_owned(),
                    times,
                    files,
                })
                .collect(),
            left_out: left_out
                .map(|((what, why), count)| LeftOut {
                    what: (*what).to_owned(),
                    why: why.of(*count).to_owned(),
                    count: *count,
                })
                .collect(),
        }
    }
}
