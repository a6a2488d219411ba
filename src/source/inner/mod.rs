//! Archives in an archive, opened through: what a build leaves is often a zip around a zip. And
//! archives in a folder: what somebody has downloaded.
//!
//! An inner archive is a folder of what it lies in, under its own name. One that lies there as
//! it is, is read by parts, where the outer one can; one that is packed is unpacked into
//! memory. How many are opened, how deep, and how much they take is limited, and what is left
//! out is told. Which of them are worth it, somebody else knows. Start with [`open_inside`].

mod blob;
mod found;
mod nested;

use self::found::Found;
use self::nested::{Mount, Nested};
use super::{Pace, Progress, Source, SourceKind, Unit, Waiting, join, limits};
use crate::counts::{counted, size};
use crate::model::{Place, Problem};
use std::cell::Cell;
use std::rc::Rc;

pub use self::found::{beside, is_archive};

/// Says of a source how it is to be read, if anything worth showing is in it.
pub type Look<'l> = &'l dyn Fn(Rc<dyn Source>) -> Waiting<'l, Option<Rc<dyn Source>>>;

/// A source whose archives have been looked into.
pub struct Inside {
    /// The source, with these archives as folders.
    pub source: Rc<dyn Source>,
    /// How many were opened, in one another as well.
    pub opened: u64,
    /// Whether anything worth showing is in one of them.
    pub has_any: bool,
    /// The only one with something worth showing, by its path.
    pub only: Option<String>,
    /// Most of what lies there is archives.
    pub is_mostly: bool,
}

/// Opens the archives that lie in a source: in an archive all of them, in a folder those near
/// the top. In a folder of other things only those that cost little are opened: what lies
/// beside a program and its notes is mostly somebody's data. `None` where there is none.
pub async fn open_inside(
    outer: Rc<dyn Source>,
    look: Look<'_>,
    pace: Rc<dyn Pace>,
) -> Option<Inside> {
    let found = found::archives(&*outer, &*pace).await;
    if found.is_empty() {
        return None;
    }
    let mut walk = Walk {
        look,
        pace,
        room: Cell::new(limits::INNER_ARCHIVES),
        mounts: Vec::new(),
        problems: Vec::new(),
    };
    let is_mostly = found.is_mostly;
    walk.through_all(&outer, "", found, limits::INNER_DEPTH)
        .await;
    let opened = walk.mounts.len() as u64;
    let only = walk.keep_what_is_worth_it();
    Some(Inside {
        opened,
        has_any: walk.mounts.iter().any(|mount| mount.read.is_some()),
        only,
        is_mostly,
        source: Rc::new(Nested {
            outer,
            mounts: walk.mounts,
            problems: walk.problems,
        }),
    })
}

/// On the way through archives in one another.
struct Walk<'w> {
    look: Look<'w>,
    pace: Rc<dyn Pace>,
    /// Bytes that may still be taken into memory.
    room: Cell<u64>,
    /// Each before those that lie in it.
    mounts: Vec<Mount>,
    problems: Vec<Problem>,
}

impl Walk<'_> {
    /// Opens what was found in a source, and so on as long as nothing worth showing is in it.
    fn through_all<'a>(
        &'a mut self,
        outer: &'a Rc<dyn Source>,
        at: &'a str,
        found: Found,
        depth: usize,
    ) -> Waiting<'a, ()> {
        Box::pin(async move {
            let in_what = match outer.facts().kind {
                SourceKind::Folder => "folder",
                SourceKind::Zip | SourceKind::Tar => "archive",
            };
            let closed = found.closed.iter();
            self.problems.extend(closed.map(|(path, bytes)| {
                let why = format!(
                    "Other files lie beside it, and it would have to be read whole: {}.",
                    size(*bytes)
                );
                left_out(&join(at, path), in_what, &why)
            }));
            let total = found.near.len() as u64;
            let mut more = found.more;
            for (nth, (path, bytes)) in found.near.iter().enumerate() {
                if self.mounts.len() >= limits::INNER_AT_MOST {
                    more += total.saturating_sub(nth as u64);
                    break;
                }
                let here = join(at, path);
                self.pace.progress(Progress {
                    what: format!("Opening {here}"),
                    done: nth as u64,
                    total: Some(total),
                    unit: Unit::Things,
                });
                self.pace.breathe().await;
                match blob::open(outer, path, *bytes, &self.room, &self.pace).await {
                    Ok(source) => self.mount(source, path, here, depth).await,
                    Err(why) => self.problems.push(left_out(&here, in_what, &why)),
                }
            }
            if more > 0 {
                let archives = counted(more, "more archive or folder", "more archives and folders");
                let name = match at {
                    "" => outer.facts().name,
                    at => at.to_owned(),
                };
                self.problems.push(Problem::warning(
                    Place::file(name),
                    format!(
                        "{archives} in the {in_what} were not looked into: there are too many."
                    ),
                    match in_what {
                        "folder" => "Open what is in it one by one.",
                        _ => "Unpack the archive, and open what is in it one by one.",
                    },
                ));
            }
        })
    }

    async fn mount(&mut self, source: Rc<dyn Source>, name: &str, path: String, depth: usize) {
        let read = (self.look)(source.clone()).await;
        self.mounts.push(Mount {
            name: name.to_owned(),
            path: path.clone(),
            source: source.clone(),
            read: read.clone(),
        });
        if read.is_some() {
            return;
        }
        let found = found::archives(&*source, &*self.pace).await;
        if depth > 1 {
            self.through_all(&source, &path, found, depth - 1).await;
        } else if let Some((deeper, _)) = found.near.first() {
            let depth = limits::INNER_DEPTH;
            let why = format!("Archives in one another are opened {depth} deep.");
            let deeper = join(&path, deeper);
            self.problems.push(left_out(&deeper, "archive", &why));
        }
    }

    /// Forgets the others, where there are any; names the only one.
    fn keep_what_is_worth_it(&mut self) -> Option<String> {
        let worth = self.mounts.iter().filter(|mount| mount.read.is_some());
        let worth: Vec<String> = worth.map(|mount| mount.path.clone()).collect();
        if worth.is_empty() {
            return None;
        }
        let leads = |mount: &Mount| worth.iter().any(|path| mount.inside(path).is_some());
        for mount in self.mounts.iter().filter(|mount| !leads(mount)) {
            self.problems.extend(mount.problems());
        }
        self.mounts.retain(leads);
        if let [only] = worth.as_slice() {
            return Some(only.clone());
        }
        for mount in &mut self.mounts {
            if let Some(read) = &mount.read {
                mount.source = read.clone();
            }
        }
        None
    }
}

fn left_out(path: &str, in_what: &str, why: &str) -> Problem {
    Problem::warning(
        Place::file(path),
        format!("This archive in the {in_what} is left out. {why}"),
        match in_what {
            "folder" => "Open it by itself.",
            _ => "Unpack the outer archive, and open this one.",
        },
    )
}
