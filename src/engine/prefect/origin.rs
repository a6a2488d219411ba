//! Where the records of a server are, and reading them one after the other with a breath in
//! between: from the files of an export, from the tables of its database.

use super::database::Tables;
use crate::engine::Work;
use crate::formats::prefect::export::{File, Manifest, Place, STORAGE};
use crate::formats::prefect::id::{Id, Words};
use crate::formats::prefect::reading::{Reader, Record};
use crate::model::{self, Problem};
use crate::source::{Bytes, Pace as _, Progress, ReadError, Source, Unit, Want, gather, join};
use std::rc::Rc;

/// Records that are read between two breaths.
pub(super) const AT_ONCE: usize = 256;

/// The records of a server in a source.
pub struct Origin {
    pub(super) source: Rc<dyn Source>,
    at: At,
    /// The folder with the results of its tasks, if it lies beside the records.
    storage: Option<String>,
}

enum At {
    Export(Place),
    Database(Box<Tables>),
}

/// Which records of a file are asked for. An export is read as a whole whatever is asked for:
/// who asks looks at each all the same.
#[derive(Clone, Copy)]
pub(super) enum Which<'a> {
    All,
    /// Those that name a flow run, or a task run without one that has this id.
    OfRun(&'a Id),
    /// States of these runs.
    Of(&'a [Id]),
}

impl Origin {
    pub fn of_export(source: &Rc<dyn Source>, place: Place) -> Self {
        Self {
            source: source.clone(),
            storage: place.has_storage.then(|| join(&place.folder, STORAGE)),
            at: At::Export(place),
        }
    }

    /// Opens the database `name` in a folder; nothing where it is none of Prefect.
    pub async fn open(
        source: &Rc<dyn Source>,
        folder: &str,
        name: &str,
        problems: &mut Vec<Problem>,
        work: &Work,
    ) -> Option<Self> {
        let listing = source.list(folder).await.ok()?;
        let tables = Tables::open(&**source, folder, name, &listing, problems, work).await?;
        if !tables.is_of_prefect() {
            let what = "The database has no flow_run and no task_run: it is none of Prefect's.";
            let hint = "If it should be, check whether all of it was copied.";
            problems.push(Problem::damage(
                model::Place::file(tables.path()),
                what,
                hint,
            ));
            return None;
        }
        Some(Self {
            source: source.clone(),
            storage: listing.has_folder(STORAGE).then(|| join(folder, STORAGE)),
            at: At::Database(Box::new(tables)),
        })
    }

    /// What tells it from others of its source: a folder, or the path of a database.
    pub(super) fn root(&self) -> &str {
        match &self.at {
            At::Export(place) => &place.folder,
            At::Database(tables) => tables.path(),
        }
    }

    pub(super) fn storage(&self) -> Option<&str> {
        self.storage.as_deref()
    }

    pub(super) fn has(&self, file: File) -> bool {
        match &self.at {
            At::Export(place) => place.has(file),
            At::Database(tables) => tables.has(file),
        }
    }

    /// The file that holds such records.
    pub(super) fn path(&self, file: File) -> String {
        match &self.at {
            At::Export(place) => place.path(file),
            At::Database(tables) => tables.path().to_owned(),
        }
    }

    /// Gives every record of a kind to `take`. Where there are none it gives none.
    pub(super) async fn each<R: Record>(
        &self,
        file: File,
        which: Which<'_>,
        words: &mut Words,
        problems: &mut Vec<Problem>,
        work: &Work,
        take: impl FnMut(R),
    ) {
        match &self.at {
            At::Export(place) => {
                of_file(&*self.source, place, file, words, problems, work, take).await;
            }
            At::Database(tables) => {
                let source = &*self.source;
                tables
                    .each(source, file, which, words, problems, work, take)
                    .await;
            }
        }
    }

    /// What an export says of itself.
    pub(super) async fn manifest(&self, problems: &mut Vec<Problem>, work: &Work) -> Manifest {
        let At::Export(place) = &self.at else {
            return Manifest::default();
        };
        if !place.has(File::Manifest) {
            return Manifest::default();
        }
        let path = place.path(File::Manifest);
        let (manifest, more) = gather(&*self.source, work, |shelf| {
            let mut problems = Vec::new();
            let manifest = match shelf.read(&path) {
                Some(Ok(bytes)) => Manifest::read(bytes, &path, &mut problems),
                Some(Err(error)) => {
                    let hint = "It is read as an export without one.";
                    let at = model::Place::file(&path);
                    problems.push(Problem::warning(at, error.to_string(), hint));
                    Manifest::default()
                }
                None => Manifest::default(),
            };
            (manifest, problems)
        })
        .await;
        problems.extend(more);
        manifest
    }

    /// What an export does not have, and what is not known for that.
    pub(super) fn lacks(&self) -> Vec<Problem> {
        let missing = File::ALL.into_iter().filter(|file| !self.has(*file));
        let told = missing.filter_map(|file| {
            let what = match &self.at {
                At::Export(_) => format!("The export has no {}.", file.name()),
                At::Database(_) => format!(
                    "The database has no table {}.",
                    crate::formats::prefect::rows::table(file)?
                ),
            };
            let at = model::Place::file(self.path(file));
            let lack = file.lack()?;
            Some(match file.is_needed() {
                true => Problem::damage(at, what, lack),
                false => Problem::note(at, what, lack),
            })
        });
        told.collect()
    }
}

async fn of_file<R: Record>(
    source: &dyn Source,
    place: &Place,
    file: File,
    words: &mut Words,
    problems: &mut Vec<Problem>,
    work: &Work,
    mut take: impl FnMut(R),
) {
    if !place.has(file) {
        return;
    }
    let path = place.path(file);
    let bytes = match whole(source, &path).await {
        Ok(bytes) => bytes,
        Err(error) => {
            let lack = file.lack().unwrap_or("Nothing else is lost.");
            problems.push(Problem::damage(
                model::Place::file(&path),
                error.to_string(),
                lack,
            ));
            return;
        }
    };
    let mut reader: Reader<'_, R> = Reader::of(&bytes, &path, words, problems);
    let mut done = 0;
    loop {
        for _ in 0..AT_ONCE {
            let Some(record) = reader.next() else {
                return;
            };
            take(record);
            done += 1;
        }
        work.progress(Progress {
            what: format!("Reading {}", file.name()),
            done,
            total: None,
            unit: Unit::Things,
        });
        work.breathe().await;
    }
}

/// A file as a whole.
pub(super) async fn whole(source: &dyn Source, path: &str) -> Result<Bytes, ReadError> {
    let want = Want {
        path: path.to_owned(),
        range: None,
    };
    let answer = source.read(std::slice::from_ref(&want)).await.pop();
    answer.unwrap_or(Err(ReadError::Missing))
}
