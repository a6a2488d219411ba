//! What can still be read of an archive that is not whole.
//!
//! Facts only: of the runs in it the engine tells, which knows what a run is.

use super::failure::cut_words;
use crate::counts::{bytes, count, counted};
use crate::model::{Place, Problem};
use serde::{Deserialize, Serialize};

/// What came of an archive that ends too early, or whose directory is lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovered {
    /// Bytes of the archive that are here.
    pub arrived: u64,
    /// Bytes up to the end of the last file that is whole.
    pub sound: u64,
    /// Files that are here from their first byte to their last, as far as that can be told
    /// without reading them.
    pub whole: u64,
    /// Files that are here in part, the first ones.
    pub parts: Vec<PartOfFile>,
    pub in_part: u64,
    /// Bytes that belong to no file.
    pub skipped: u64,
    /// Where the directory begins and how many records of it are here, where any is.
    pub directory: Option<(u64, u64)>,
    /// At least so many bytes never came: the rest of the last file, where its header says
    /// how long it is, and the shortest directory of what is here.
    pub missing: u64,
    /// The last file that is whole, and that the archive went on from.
    pub last: Option<String>,
}

/// A file of which not all is here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartOfFile {
    pub path: String,
    /// Where its header stands.
    pub at: u64,
    /// Its packed bytes that are here.
    pub here: u64,
    /// How many there should be, where that is known.
    pub announced: Option<u64>,
    /// It is damaged, and not cut off.
    pub damaged: bool,
}

impl PartOfFile {
    /// What of it is here, as half a sentence.
    pub fn amounts(&self) -> String {
        let here = count(self.here);
        match self.announced {
            Some(announced) => format!("{here} of its {} are there", counted_packed(announced)),
            None => format!(
                "{} of it are there, its length is not",
                counted_packed(self.here)
            ),
        }
    }

    pub(super) fn problem(&self) -> Problem {
        let what = match self.damaged {
            true => format!(
                "The file is damaged: where it ends in the archive, at byte {} or later, cannot be told.",
                self.at
            ),
            false => format!(
                "The archive ends in the middle of this file: {}.",
                self.amounts()
            ),
        };
        Problem::damage(
            Place::file(&self.path),
            what,
            "What can be unpacked of it is shown. Copy or download the archive again.",
        )
    }
}

fn counted_packed(number: u64) -> String {
    counted(number, "packed byte", "packed bytes")
}

impl Recovered {
    /// What is missing in the archive as a whole.
    pub(super) fn problems(&self, archive: &str) -> Vec<Problem> {
        let mut found = format!("{} whole", counted(self.whole, "file is", "files are"));
        if self.in_part > 0 {
            found.push_str(&format!(", {} in part", count(self.in_part)));
        }
        let shown = match self.missing {
            0 => "What was found is shown.",
            _ => "What came before that is shown.",
        };
        let mut problems = vec![Problem::damage(
            Place::at(archive, self.arrived),
            format!("{} {found}.", cut_words(self)),
            format!("{shown} Copy or download the archive again."),
        )];
        if self.skipped > 0 {
            problems.push(Problem::warning(
                Place::file(archive),
                format!(
                    "{} between the files of the archive {} to none of them.",
                    bytes(self.skipped),
                    if self.skipped == 1 {
                        "belongs"
                    } else {
                        "belong"
                    }
                ),
                "Files may have stood there. Copy or download the archive again.",
            ));
        }
        problems
    }
}
