//! Reading the files of an export, one record after the other, with a breath in between.

use crate::engine::Work;
use crate::formats::prefect::export::{File, Place};
use crate::formats::prefect::id::Words;
use crate::formats::prefect::reading::{Reader, Record};
use crate::model::{self, Problem};
use crate::source::{Bytes, Pace as _, Progress, ReadError, Source, Unit, Want};

/// Records that are read between two breaths.
const AT_ONCE: usize = 256;

/// Gives every record of a file to `take`. A file that is not there has none.
pub(super) async fn each<R: Record>(
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
