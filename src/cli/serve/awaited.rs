//! Whether there are runs yet, for who serves a folder before the first one.
//!
//! A page without runs looks like one that is broken, and so does the program behind it:
//! what is being waited for is said once, at the start. It is looked for in the way of the
//! engine, but nobody waits for it, and no large tree is walked to the end for one line:
//! who has so many folders is told nothing.

use super::runs::Runs;
use crate::cli::disk::Disk;
use crate::cli::host;
use crate::formats::metaflow::store::list_flows;
use crate::formats::search::{Found, search};
use crate::pack::index;
use crate::source::inner::is_archive;
use crate::source::{Folder, FolderSource, Listing, NoPace, ReadError, Waiting, Want, gather};
use std::cell::Cell;
use std::rc::Rc;
use tokio::sync::watch as signal;

/// So many folders are listed.
const LISTED: u32 = 10_000;

/// Looks for runs, and says it where there are none. It takes as long as the disk does;
/// when all is over nobody wants to know.
pub fn tell(runs: &Runs, is_over: &signal::Receiver<bool>) {
    let told = runs.folder().and_then(|disk| what_is_awaited(disk, LISTED));
    if let Some(told) = told
        && !*is_over.borrow()
    {
        eprintln!("{told}");
    }
}

fn what_is_awaited(disk: &Disk, most: u32) -> Option<&'static str> {
    let at_top = disk.list("").ok()?;
    let holds = |name: &str| at_top.iter().any(|found| found.name == name);
    match (holds(index::FILE), holds(index::DONE_SO_FAR)) {
        // Packed runs are as they are: none is written into them while the page looks.
        (true, _) => None,
        (false, true) => Some(
            "It holds a pack that is not whole yet: the page shows its runs when it is. \
             If it was stopped, give the same `runglass pack` command again.",
        ),
        (false, false) if has_runs(disk, most) == Some(false) => {
            Some("There are no runs in it yet: the page shows the first as soon as it is written.")
        }
        (false, false) => None,
    }
}

/// Whether runs are in a folder; `None` where they were not looked for to the end.
fn has_runs(disk: &Disk, most: u32) -> Option<bool> {
    let bounded = Rc::new(Bounded {
        folder: host::lent(disk.clone()),
        left: Cell::new(most),
        is_whole: Cell::new(true),
    });
    let source = FolderSource::new(bounded.clone());
    let has_runs = pollster::block_on(async {
        let search = gather(&source, &NoPace, search).await;
        bounded.note(search.not_searched == 0);
        for found in &search.found {
            let Found::Metaflow(store) = found else {
                return true;
            };
            let flows = gather(&source, &NoPace, |shelf| {
                list_flows(shelf, store, &mut Vec::new())
            });
            if flows.await.iter().any(|flow| !flow.runs.is_empty()) {
                return true;
            }
        }
        false
    });
    (has_runs || bounded.is_whole.get()).then_some(has_runs)
}

/// A folder of which so much can be listed.
struct Bounded {
    folder: Rc<dyn Folder>,
    left: Cell<u32>,
    /// Whatever was asked for was listed, and could be looked into.
    is_whole: Cell<bool>,
}

impl Bounded {
    fn note(&self, is_whole: bool) {
        self.is_whole.set(self.is_whole.get() && is_whole);
    }
}

impl Folder for Bounded {
    fn name(&self) -> String {
        self.folder.name()
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        Box::pin(async move {
            let Some(left) = self.left.get().checked_sub(1) else {
                self.note(false);
                return Err(ReadError::Missing);
            };
            self.left.set(left);
            let listing = self.folder.list(folder).await;
            // What the disk does not give may be a run, and in an archive may be some.
            self.note(match &listing {
                Ok(listing) => !listing.files().any(|(name, _)| is_archive(name)),
                Err(error) => *error == ReadError::Missing,
            });
            listing
        })
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Vec<u8>, ReadError>>> {
        self.folder.read(wants)
    }

    fn can_grow(&self) -> bool {
        self.folder.can_grow()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    fn file(lab: &Path, path: &str) {
        let place = lab.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, "{}").unwrap();
    }

    #[test]
    fn a_folder_has_runs_or_not_or_it_is_not_known() {
        let lab = std::env::temp_dir().join(format!("runglass-awaited-{}", std::process::id()));
        fs::create_dir_all(&lab).unwrap();
        let lab = &*lab;
        let disk = Disk::at(lab).unwrap();
        let told = |most| has_runs(&disk, most);
        assert_eq!(told(LISTED), Some(false));
        // A flow whose first run is just about to begin.
        file(lab, "deep/project/.metaflow/F/_meta/_self.json");
        file(lab, "deep/project/.metaflow/F/data/ab/abc");
        assert_eq!(told(LISTED), Some(false));
        // Who stops on the way knows nothing.
        for most in 0..5 {
            assert_eq!(told(most), None, "{most}");
        }
        file(lab, "deep/project/.metaflow/F/1/_meta/_self.json");
        file(lab, "deep/project/.metaflow/F/1/_parameters/1/x");
        assert_eq!(told(LISTED), Some(true));
        fs::remove_dir_all(lab.join("deep")).unwrap();
        file(lab, "nightly.tar.gz");
        assert_eq!(told(LISTED), None);
        fs::remove_file(lab.join("nightly.tar.gz")).unwrap();
        let told = || what_is_awaited(&disk, LISTED).unwrap_or_default();
        assert!(
            told().starts_with("There are no runs in it yet"),
            "{}",
            told()
        );
        file(lab, index::DONE_SO_FAR);
        assert!(
            told().starts_with("It holds a pack that is not whole yet"),
            "{}",
            told()
        );
        file(lab, index::FILE);
        assert_eq!(told(), "");
        fs::remove_dir_all(lab).unwrap();
    }
}
