//! The code package of a run: fetched, unpacked and kept for a while.
//!
//! Knows where a package lies and how it is packed; what is in it is told by
//! [`formats::metaflow::package`](crate::formats::metaflow::package). Start with
//! [`Engine::package`].

use super::ask::Failure;
use super::values::{Blob, Check, Most, fetch_blob};
use super::{Engine, Work};
use crate::formats::metaflow::Store;
use crate::formats::metaflow::package::{self, CodePackage, PackageNote};
use crate::source::inflate::{Packing, unpack};
use crate::source::{Source, limits};
use std::cell::RefCell;
use std::rc::Rc;

/// A package, unpacked.
pub struct LoadedPackage {
    /// The package as it is stored: what is downloaded.
    pub stored: Vec<u8>,
    /// The tar.
    pub bytes: Vec<u8>,
    pub package: CodePackage,
}

/// The package looked at last, and the one before it.
#[derive(Default)]
pub struct PackageCache {
    kept: RefCell<Vec<Kept>>,
}

struct Kept {
    source: Rc<dyn Source>,
    blob: String,
    package: Rc<LoadedPackage>,
}

impl PackageCache {
    const KEPT: usize = 2;

    fn get(&self, source: &Rc<dyn Source>, blob: &str) -> Option<Rc<LoadedPackage>> {
        let kept = self.kept.borrow();
        let mut here = kept.iter();
        let found = here.find(|known| known.blob == blob && Rc::ptr_eq(&known.source, source))?;
        Some(found.package.clone())
    }

    fn put(&self, new: Kept) {
        let mut kept = self.kept.borrow_mut();
        kept.push(new);
        if kept.len() > Self::KEPT {
            kept.remove(0);
        }
    }

    pub fn clear(&self) {
        self.kept.borrow_mut().clear();
    }

    /// What was cut off or damaged is read again: it may have been on its way.
    pub fn forget_faulty(&self) {
        let mut kept = self.kept.borrow_mut();
        kept.retain(|kept| kept.package.package.problems.is_empty());
    }
}

impl Engine {
    /// Fetches, checks and unpacks a package.
    pub async fn package(
        &self,
        source: &Rc<dyn Source>,
        store: &Store,
        flow: &str,
        note: &PackageNote,
        work: &Work,
    ) -> Result<Rc<LoadedPackage>, Box<Failure>> {
        let blob = store.blob(flow, &note.sha);
        if let Some(known) = self.packages.get(source, &blob) {
            return Ok(known);
        }
        let headline = "The code package cannot be read";
        let stored = Blob {
            source,
            store,
            flow,
            sha: &note.sha,
        };
        let fetched = fetch_blob(stored, Most::Raised, Check::Now, work).await;
        let fetched = fetched.map_err(|failure| {
            Box::new(Failure {
                headline: headline.to_owned(),
                ..*failure
            })
        })?;
        let limit = limits::UNPACKED_FILE;
        let unpacked = unpack(&fetched.bytes, Packing::Gzip, None, limit, work).await;
        let unpacked = unpacked.map_err(|error| {
            let advice = "Copy the datastore again.";
            Failure::unreadable(headline, &blob, &error.to_string(), advice)
        })?;
        let mut package = package::read(&unpacked.bytes);
        // Of a package that is cut off, the end of the tar says nothing new.
        if let Some(fault) = unpacked.fault {
            package.problems.insert(0, fault);
        }
        for problem in fetched.problems {
            package.problems.insert(0, problem);
        }
        if package.files.is_empty() && !package.problems.is_empty() {
            let what = package.problems.join(" ");
            let advice = "Copy the datastore again.";
            return Err(Failure::unreadable(headline, &blob, &what, advice));
        }
        let loaded = Rc::new(LoadedPackage {
            stored: fetched.bytes,
            bytes: unpacked.bytes,
            package,
        });
        self.packages.put(Kept {
            source: source.clone(),
            blob,
            package: loaded.clone(),
        });
        Ok(loaded)
    }
}
