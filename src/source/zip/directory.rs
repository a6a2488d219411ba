//! Reading the directory of a zip: its end first, then as much as that names.

use super::{Fate, ZipEntry, ZipSource};
use crate::archive::zip::{Pieces, Record, decode_name, ends_early};
use crate::model::{Place, Problem};
use crate::source::parts::PartReader;
use crate::source::tree::TreeBuilder;
use crate::source::{Blob, OpenError, Pace, Progress, ReadError, Unit, limits};
use rawzip::{ErrorKind, ZipLocator};
use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

/// The end of a zip: 22 bytes and a comment of up to 65,535, with room for zip64.
const TAIL: u64 = 66 << 10;

/// Reads the directory. `Err` only when no entry at all can be had.
pub async fn open_zip(blob: Rc<dyn Blob>, pace: Rc<dyn Pace>) -> Result<ZipSource, OpenError> {
    let pieces = Pieces::new(blob.size());
    let failed = |error: ReadError| OpenError::Failed {
        detail: error.to_string(),
    };
    let size = blob.size();
    let reader = PartReader::new(blob);
    let blob = reader.blob();
    let fetch = async |range: Range<u64>| {
        let bytes = reader.read(range.clone()).await.map_err(failed)?;
        pieces.add(range.start, Cow::Owned(bytes));
        Ok::<(), OpenError>(())
    };
    fetch(size.saturating_sub(TAIL)..size).await?;

    // The library reads without waiting: what it misses is fetched, and it is asked again.
    let mut buffer = vec![0; rawzip::RECOMMENDED_BUFFER_SIZE.max(TAIL as usize)];
    let archive = loop {
        match ZipLocator::new().locate_in_reader(&pieces, &mut buffer, size) {
            Ok(archive) => break archive,
            Err((_, error)) => match pieces.missed() {
                Some(range) => fetch(range).await?,
                None => return Err(no_directory(blob, &error).await),
            },
        }
    };
    let directory = archive.directory_offset()..archive.eocd_offset().min(size);
    let length = directory.end.saturating_sub(directory.start);
    if length > limits::ZIP_DIRECTORY {
        return Err(OpenError::TooLarge {
            size: length,
            limit: limits::ZIP_DIRECTORY,
        });
    }
    let mut at = directory.start;
    while at < directory.end.min(size.saturating_sub(TAIL)) {
        let end = (at + limits::JOIN_MOST).min(directory.end);
        fetch(at..end).await?;
        at = end;
        pace.progress(Progress {
            what: "Reading the directory".to_owned(),
            done: at - directory.start,
            total: Some(length),
            unit: Unit::Bytes,
        });
        pace.breathe().await;
    }

    let mut builder = TreeBuilder::new(|entry: &ZipEntry| entry.size);
    let (mut records, mut encrypted) = (0, 0);
    let mut entries = archive.entries(&mut buffer);
    let mut fault = None;
    loop {
        match entries.next_entry() {
            Ok(Some(entry)) => {
                let record = Record::of(&entry);
                records += 1;
                encrypted += u64::from(record.encrypted);
                let name = decode_name(record.raw_name);
                if !name.ends_with(['/', '\\']) {
                    builder.add(&name, ZipEntry::of(&record));
                }
                if records % 4096 == 0 {
                    pace.breathe().await;
                }
            }
            Ok(None) => break,
            Err(error) => {
                fault = Some(error.to_string());
                break;
            }
        }
    }
    match &fault {
        Some(detail) if records == 0 => {
            return Err(OpenError::BrokenDirectory {
                detail: detail.clone(),
            });
        }
        None if records == 0 => return Err(OpenError::NoEntries),
        _ if encrypted == records => return Err(OpenError::Encrypted { entries: encrypted }),
        _ => {}
    }
    let name = blob.name();
    let announced = archive.entries_hint();
    let mut tree = builder.finish(&name);
    if let Some(detail) = fault {
        tree.problems.push(Problem::damage(
            Place::at(&name, directory.start),
            ends_early(records, announced, &detail),
            "What the directory named up to there is shown. Copy or download the archive again.",
        ));
    }
    if encrypted > 0 {
        tree.problems
            .push(super::encrypted_problem(&name, encrypted, records));
    }
    Ok(ZipSource {
        reader,
        pace,
        tree,
        damaged: RefCell::default(),
        recovered: None,
    })
}

/// Tells a zip that is cut off from something that never was one.
async fn no_directory(blob: &dyn Blob, error: &rawzip::Error) -> OpenError {
    let start = blob.read(0..blob.size().min(8)).await.unwrap_or_default();
    match error.kind() {
        ErrorKind::MissingEndOfCentralDirectory if start.starts_with(b"PK\x03\x04") => {
            OpenError::CutOff {
                size: blob.size(),
                detail: "the archive has no directory".to_owned(),
            }
        }
        ErrorKind::MissingEndOfCentralDirectory => OpenError::not_an_archive(&start),
        _ => OpenError::BrokenDirectory {
            detail: error.to_string(),
        },
    }
}

impl ZipEntry {
    fn of(record: &Record<'_>) -> Self {
        Self {
            method: record.method,
            encrypted: record.encrypted,
            name_and_extra: record.name_and_extra,
            crc: record.crc,
            header_offset: record.header_offset,
            packed: record.packed,
            size: record.size,
            fate: Fate::Whole,
        }
    }
}
