//! Which runs of an archive that is not whole are.
//!
//! A run is told to be whole where four things hold: its end is recorded; none of its files
//! and cards is among those that are cut or damaged; the archive does not end among its files
//! (packers go folder by folder, so that the run at which one ends may go on); and its
//! records can be read, with every value and package that they name. Anything else is a run
//! in part, and the first of these that does not hold is said. What a packer left out, and
//! what lies of a run behind all others, nobody can tell. Start with [`Engine::judge_runs`].

use super::opened::Opened;
use super::storage::{refers, stored_values};
use super::{Engine, Work};
use crate::counts::{bytes, count, counted};
use crate::model::{Place, Problem, RunPath, Status};
use crate::sorting::SortedSet;
use crate::source::recovered::PartOfFile;
use crate::source::{Pace as _, Progress, Recovered, Unit};
use serde::{Deserialize, Serialize};

/// What can still be read of an archive, for the screen that says that it is not whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecoveredView {
    pub archive: Recovered,
    pub whole: RunsTold,
    pub in_part: RunsTold,
    /// Runs that were not looked at: there are too many.
    pub unseen: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunsTold {
    pub runs: u64,
    pub tasks: u64,
    /// The newest of each flow first; no more than a screen can show.
    pub named: Vec<RunTold>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunTold {
    pub path: RunPath,
    /// Why it is one in part.
    pub lacks: Option<String>,
}

/// A run, and why it is one in part.
struct Judged {
    path: RunPath,
    tasks: u64,
    lacks: Option<String>,
}

impl Judged {
    fn told(&self) -> RunTold {
        RunTold {
            path: self.path.clone(),
            lacks: self.lacks.clone(),
        }
    }
}

/// What is said of it where somebody asks.
const RULE: &str = "a run is whole where its end is recorded, none of its files is cut or damaged, the archive does not end among them, and every value that it names is there";

/// Runs that are looked at: each costs the tables of all its tasks.
const LOOKED_AT: usize = 300;

/// Names on the screen, and files that are told beside the last one.
const SHOWN: usize = 8;

impl RecoveredView {
    fn of(archive: &Recovered, judged: &[Judged], runs: usize) -> Self {
        let told = |in_part: bool| {
            let those = || judged.iter().filter(|run| run.lacks.is_some() == in_part);
            RunsTold {
                runs: those().count() as u64,
                tasks: those().map(|run| run.tasks).sum(),
                named: those().take(SHOWN).map(Judged::told).collect(),
            }
        };
        let mut archive = archive.clone();
        let others = archive.parts.len().saturating_sub(SHOWN);
        archive.parts.drain(..others);
        Self {
            archive,
            whole: told(false),
            in_part: told(true),
            unseen: runs.saturating_sub(judged.len()) as u64,
        }
    }

    /// Whether there is anything to be opened.
    pub fn has_runs(&self) -> bool {
        self.whole.runs + self.in_part.runs + self.unseen > 0
    }

    /// The same for the details, `label → value`.
    pub(super) fn details(&self) -> Vec<(String, String)> {
        let mut details = Vec::new();
        let mut tell = |label: &str, value: String| details.push((label.to_owned(), value));
        if let Some(part) = self.archive.parts.last() {
            tell("where", format!("{}, byte {}", part.path, part.at));
            tell("there", part.amounts());
        }
        let files = counted(self.archive.whole, "file", "files");
        tell(
            "files",
            format!("{files} whole, {} in part", count(self.archive.in_part)),
        );
        if self.archive.skipped > 0 {
            tell(
                "skipped",
                format!("{} of no file", bytes(self.archive.skipped)),
            );
        }
        for (label, told) in [("whole", &self.whole), ("partly", &self.in_part)] {
            if told.runs > 0 {
                tell(label, told.words());
            }
        }
        if self.has_runs() {
            tell("rule", RULE.to_owned());
        }
        if self.unseen > 0 {
            let runs = counted(self.unseen, "more run", "more runs");
            tell("unseen", format!("{runs}, not looked at"));
        }
        details
    }
}

impl RunsTold {
    /// The runs by name, as far as they are named.
    fn words(&self) -> String {
        let name = |run: &RunTold| match &run.lacks {
            Some(lacks) => format!("{} ({lacks})", run.path),
            None => run.path.to_string(),
        };
        let names: Vec<String> = self.named.iter().map(name).collect();
        let more = match self.runs.saturating_sub(names.len() as u64) {
            0 => String::new(),
            more => format!(" and {} more", count(more)),
        };
        format!("{}{more}", names.join(", "))
    }
}

impl Engine {
    /// Looks which runs of what was recovered are whole, and notes it.
    pub(super) async fn judge_runs(&self, opened: &mut Opened, recovered: &Recovered, work: &Work) {
        let all = opened.stores.iter().flat_map(|store| &store.flows);
        let total: usize = all.map(|flow| flow.runs.len()).sum();
        let cut = Cut::of(recovered);
        let mut judged: Vec<Judged> = Vec::new();
        let mut in_part = Vec::new();
        for in_store in &opened.stores {
            let Some(store) = in_store.metaflow() else {
                continue;
            };
            for flow in &in_store.flows {
                let runs = flow.runs.iter().map(|run| RunPath::new(&flow.name, run));
                let runs: Vec<RunPath> = runs.take(LOOKED_AT - judged.len()).collect();
                if runs.is_empty() {
                    continue;
                }
                self.read_briefs(opened, in_store, &runs, work).await;
                let stored = stored_values(opened, store, &flow.name, work).await;
                for path in runs {
                    let brief = in_store.brief(&path).unwrap_or_default();
                    let lacks = cut.among(&store.run(&path));
                    let cards = || cut.among(&store.run_cards(&path));
                    let mut lacks = lacks.or_else(cards);
                    if lacks.is_none() && !has_ended(brief.status) {
                        lacks = Some("no end of it is recorded".to_owned());
                    }
                    if lacks.is_none() {
                        let refers = refers(opened, store, &path, work).await;
                        let is_lost =
                            |sha: &&String| !stored.sizes.contains_key(*sha) || cut.has_value(sha);
                        let lost = refers.shas.iter().filter(is_lost).count() as u64;
                        lacks = lacking(lost, refers.shas.len() as u64, refers.unread);
                    }
                    if let Some(lacks) = &lacks {
                        let place = store.run(&path);
                        in_part.push((path.clone(), problem(place, lacks)));
                    }
                    let tasks = brief.tasks;
                    judged.push(Judged { path, tasks, lacks });
                    work.progress(Progress {
                        what: "Looking which runs are whole".to_owned(),
                        done: judged.len() as u64,
                        total: Some(total as u64),
                        unit: Unit::Things,
                    });
                    work.breathe().await;
                }
            }
        }
        opened.recovered = Some(RecoveredView::of(recovered, &judged, total));
        opened.in_part = in_part.into_iter().collect();
    }
}

fn problem(run: String, lacks: &str) -> Problem {
    Problem::damage(
        Place::file(run),
        format!("Only a part of this run is in the archive: {lacks}."),
        "What is there is shown. Copy or download the archive again.",
    )
}

fn has_ended(status: Option<Status>) -> bool {
    use Status::{Cached, Failed, Retried, Succeeded};
    matches!(status, Some(Succeeded | Retried | Cached | Failed))
}

fn lacking(lost: u64, values: u64, unread: u64) -> Option<String> {
    if lost > 0 {
        let values = counted(values, "value", "values");
        return Some(format!("{} of its {values} are not there", count(lost)));
    }
    (unread > 0).then(|| {
        let records = counted(unread, "of its records", "of its records");
        format!("{records} cannot be read")
    })
}

/// What of an archive is cut or damaged.
struct Cut<'a> {
    parts: &'a [PartOfFile],
    /// Not all of them are named.
    has_more: bool,
    /// The last file before the end; `None` where all files came.
    last: Option<&'a str>,
    values: SortedSet<String>,
}

impl<'a> Cut<'a> {
    fn of(recovered: &'a Recovered) -> Self {
        let values = recovered.parts.iter().filter_map(|part| {
            let name = part.path.rsplit('/').next()?;
            Some(name.strip_suffix("_meta").unwrap_or(name).to_owned())
        });
        Self {
            parts: &recovered.parts,
            has_more: recovered.in_part > recovered.parts.len() as u64,
            last: match recovered.directory {
                Some(_) => None,
                None => recovered.last.as_deref(),
            },
            values: values.collect(),
        }
    }

    /// Why a run in this folder is one in part.
    fn among(&self, folder: &str) -> Option<String> {
        let inside = |path: &str| {
            let rest = path.strip_prefix(folder)?;
            rest.strip_prefix('/').map(str::to_owned)
        };
        let first = self.parts.iter().find_map(|part| inside(&part.path));
        if let Some(file) = first {
            return Some(format!("{file} is cut off or damaged"));
        }
        if self.has_more {
            return Some("too many files of the archive are damaged".to_owned());
        }
        let last = self.last.and_then(inside)?;
        Some(format!("the archive ends behind its {last}"))
    }

    fn has_value(&self, sha: &str) -> bool {
        self.values.contains(sha)
    }
}
