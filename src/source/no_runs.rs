//! Something that opens and holds no runs: what there is instead, what may have hidden them,
//! and whether they may still come.
//!
//! Start with [`NoRuns::headline`].

use super::of_pages;
use crate::counts::{count, counted};
use crate::model::Problem;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoRuns {
    /// As the source names itself.
    pub name: String,
    /// What most likely hides them, and what else may.
    pub cause: Option<Problem>,
    pub more_causes: Vec<Problem>,
    /// What runs are known by.
    pub sought: String,
    /// Files in all folders that were looked into.
    pub files: u64,
    /// Some folders were not looked into: there may be more files.
    pub more_files: bool,
    /// Folders that were too many or too deep.
    pub unsearched: u64,
    /// Archives in it that hold no runs either.
    pub looked_into: u64,
    /// What is wrong with other archives: most likely they are of no matter.
    pub aside: Vec<Problem>,
    /// How many names lie at the top, and the first of them.
    pub entries: u64,
    pub found: Vec<String>,
    /// What notes how far a pack has come that is not whole.
    pub half_a_pack: Option<String>,
    /// Something may be written into it at any time.
    pub may_come: bool,
}

impl NoRuns {
    pub(super) fn headline(&self) -> &'static str {
        match (&self.half_a_pack, &self.cause, self.may_come) {
            (Some(_), _, true) => "This pack is not whole yet",
            (Some(_), _, false) => "This pack is not whole",
            (None, Some(_), _) => "No runs can be read in here",
            (None, None, true) => "There are no runs in here yet",
            (None, None, false) => "There are no runs in here",
        }
    }

    /// Whether runs may come, so that it is worth looking again.
    pub fn waits(&self) -> bool {
        self.may_come && (self.half_a_pack.is_some() || self.cause.is_none())
    }

    pub(super) fn explanation(&self) -> String {
        let name = &self.name;
        let files = match self.files {
            0 => "no files".to_owned(),
            files => counted(files, "file", "files"),
        };
        let at_least = if self.more_files { "at least " } else { "" };
        if let Some(noted) = &self.half_a_pack {
            return format!(
                "{noted} notes how far a pack has come that is still being written, or was stopped. \
                 {name} holds {at_least}{files} by now; the index, by which runs are opened, comes last."
            );
        }
        let holds = match self.files {
            0 if !self.more_files => format!("{name} holds no files."),
            _ => format!(
                "{name} holds {at_least}{files}, and nothing in it{} is {}.",
                self.nor(),
                self.sought()
            ),
        };
        match &self.cause {
            Some(cause) => format!("{}: {} {holds}", cause.place, cause.what),
            None => holds,
        }
    }

    /// Where else it is not.
    fn nor(&self) -> String {
        match self.looked_into {
            0 => String::new(),
            1 => ", nor in the archive there that was looked into,".to_owned(),
            looked => {
                let looked = counted(looked, "archive", "archives");
                format!(", nor in {looked} there that were looked into,")
            }
        }
    }

    fn sought(&self) -> String {
        match self.unsearched {
            0 => self.sought.clone(),
            folders => {
                let folders = counted(folders, "folder was", "folders were");
                format!(
                    "{}; {folders} too many or too deep to be searched",
                    self.sought
                )
            }
        }
    }

    pub(super) fn advice(&self) -> Vec<String> {
        if self.half_a_pack.is_some() {
            let whole = match self.may_come {
                true => "While it is being packed, wait: its runs are there when it is whole.",
                false => "Copy it again when it is whole.",
            };
            return vec![
                whole.to_owned(),
                "If it was stopped, give the same `runglass pack` command again.".to_owned(),
                "Or open what is being packed.".to_owned(),
            ];
        }
        let cause = self.cause.iter().map(|cause| cause.hint.clone());
        let cause = cause.filter(|hint| !hint.is_empty());
        let aside = self.aside.first().map(|aside| {
            let place = &aside.place;
            format!("If runs are in {place}, open it by itself.")
        });
        cause
            .chain(aside)
            .chain([of_pages::HIDDEN.to_owned(), of_pages::CHOOSE.to_owned()])
            .collect()
    }

    pub(super) fn details(&self) -> Vec<(&'static str, String)> {
        /// As many as can be read in passing.
        const ASIDE: usize = 8;
        let causes = self.cause.iter().chain(&self.more_causes);
        let causes = causes.chain(self.aside.iter().take(ASIDE));
        let cause = |cause: &Problem| ("what", format!("{}: {}", cause.place, cause.what));
        let mut details: Vec<(&'static str, String)> = causes.map(cause).collect();
        if let more @ 1.. = self.aside.len().saturating_sub(ASIDE) {
            let archives = counted(more as u64, "more archive is", "more archives are");
            details.push(("what", format!("{archives} left out.")));
        }
        details.push(("sought", self.sought()));
        let more = self.entries.saturating_sub(self.found.len() as u64);
        let found = self.found.join(", ");
        match (found.is_empty() || self.files == 0, more) {
            // Folders without a file say nothing.
            (true, _) => {}
            (false, 0) => details.push(("found", found)),
            (false, more) => details.push(("found", format!("{found} and {} more", count(more)))),
        }
        details
    }
}
