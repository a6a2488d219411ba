//! A source in which archives are folders. Start with [`Nested`].

use super::super::{
    Bytes, Entry, EntryKind, Listing, ReadError, Recovered, Source, SourceFacts, SourceKind,
    Waiting, Want, Watched, join,
};
use crate::model::Problem;
use std::rc::Rc;

/// An archive in the place of the file that it is.
pub(super) struct Mount {
    /// As it is called where it lies, and where that is.
    pub name: String,
    pub path: String,
    /// What is seen in it.
    pub source: Rc<dyn Source>,
    /// The same, as it is read where something worth showing is in it.
    pub read: Option<Rc<dyn Source>>,
}

impl Mount {
    /// A path inside of it; empty for itself.
    pub(super) fn inside<'p>(&self, path: &'p str) -> Option<&'p str> {
        match path.strip_prefix(self.path.as_str())? {
            "" => Some(""),
            rest => rest.strip_prefix('/'),
        }
    }

    /// What is wrong with it, with its places as seen from outside.
    pub(super) fn problems(&self) -> impl Iterator<Item = Problem> {
        let problems = self.source.problems().into_iter();
        problems.map(|mut problem| {
            let file = &problem.place.file;
            problem.place.file = match *file == self.name {
                true => self.path.clone(),
                false => join(&self.path, file),
            };
            problem
        })
    }
}

pub(super) struct Nested {
    pub outer: Rc<dyn Source>,
    /// Each before those that lie in it.
    pub mounts: Vec<Mount>,
    pub problems: Vec<Problem>,
}

impl Nested {
    fn mount<'p>(&self, path: &'p str) -> Option<(&Mount, &'p str)> {
        let mut mounts = self.mounts.iter().rev();
        mounts.find_map(|mount| Some((mount, mount.inside(path)?)))
    }

    /// Who has a file, and what it is called there.
    fn holder<'s>(&'s self, path: &'s str) -> (&'s dyn Source, &'s str) {
        match self.mount(path) {
            Some((mount, inside)) => (&*mount.source, inside),
            None => (&*self.outer, path),
        }
    }

    /// Whether each archive lies in the one before.
    fn is_one_in_another(&self) -> bool {
        let mut pairs = self.mounts.iter().zip(self.mounts.iter().skip(1));
        pairs.all(|(outer, inner)| outer.inside(&inner.path).is_some())
    }
}

impl Source for Nested {
    /// A folder may get other files, and stays what it is; an archive is read as it is now.
    fn facts(&self) -> SourceFacts {
        let mut facts = self.outer.facts();
        // With several, each is named by its folder.
        if facts.kind != SourceKind::Folder && self.is_one_in_another() {
            for mount in &self.mounts {
                let name = mount.path.rsplit('/').next().unwrap_or_default();
                facts.name = format!("{} › {name}", facts.name);
            }
        }
        facts
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        Box::pin(async move {
            let (source, inside) = self.holder(folder);
            let listing = source.list(inside).await?;
            let entries = listing.iter().cloned().map(|entry| {
                let path = join(folder, &entry.name);
                match self.mounts.iter().any(|mount| mount.path == path) {
                    true => Entry {
                        kind: EntryKind::Folder,
                        ..entry
                    },
                    false => entry,
                }
            });
            Ok(Listing::new(entries.collect()))
        })
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Bytes, ReadError>>> {
        Box::pin(async move {
            let mut answers: Vec<Result<Bytes, ReadError>> =
                vec![Err(ReadError::Missing); wants.len()];
            let all = [&*self.outer].into_iter();
            let all = all.chain(self.mounts.iter().map(|mount| &*mount.source));
            for source in all {
                let mut places = Vec::new();
                let mut own = Vec::new();
                for (at, want) in wants.iter().enumerate() {
                    let (holder, path) = self.holder(&want.path);
                    if std::ptr::addr_eq(holder, source) {
                        places.push(at);
                        own.push(Want {
                            path: path.to_owned(),
                            range: want.range,
                        });
                    }
                }
                if own.is_empty() {
                    continue;
                }
                for (at, answer) in places.into_iter().zip(source.read(&own).await) {
                    if let Some(slot) = answers.get_mut(at) {
                        *slot = answer;
                    }
                }
            }
            answers
        })
    }

    fn sizes<'a>(&'a self, paths: &'a [String]) -> Waiting<'a, Vec<Option<u64>>> {
        Box::pin(async move {
            let mut sizes = Vec::with_capacity(paths.len());
            for path in paths {
                let (source, path) = self.holder(path);
                let own = [path.to_owned()];
                sizes.push(source.sizes(&own).await.into_iter().next().flatten());
            }
            sizes
        })
    }

    fn reads_parts(&self, path: &str) -> bool {
        let (source, path) = self.holder(path);
        source.reads_parts(path)
    }

    /// In the folder, not in what is in its archives.
    fn changes<'a>(
        &'a self,
        watched: &'a [Watched],
    ) -> Waiting<'a, Result<Vec<String>, ReadError>> {
        Box::pin(async move {
            let outside = watched
                .iter()
                .filter(|one| self.mount(&one.folder).is_none());
            let outside: Vec<Watched> = outside.cloned().collect();
            self.outer.changes(&outside).await
        })
    }

    fn forget(&self) {
        self.outer.forget();
    }

    fn is_far(&self) -> bool {
        self.outer.is_far()
    }

    fn is_redacted(&self) -> bool {
        let mut mounts = self.mounts.iter();
        mounts.any(|mount| mount.source.is_redacted())
    }

    fn is_locked(&self) -> bool {
        self.outer.is_locked()
    }

    /// Of the outer source alone: all that is inside comes out of it.
    fn bytes_read(&self) -> u64 {
        self.outer.bytes_read()
    }

    fn recovered(&self) -> Option<&Recovered> {
        self.outer.recovered()
    }

    fn problems(&self) -> Vec<Problem> {
        let mut problems = self.outer.problems();
        problems.extend(self.problems.iter().cloned());
        problems.extend(self.mounts.iter().flat_map(Mount::problems));
        problems
    }
}
