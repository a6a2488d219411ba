//! Reading the directory of a zip: its end first, then as much as that names.

use super::overlaps::Overlaps;
use super::{Fate, ZipEntry, ZipSource};
use crate::archive::zip::{Pieces, Record, decode_name, ends_early};
use crate::counts::{count, counted};
use crate::model::{Place, Problem};
use crate::source::parts::PartReader;
use crate::source::tree::TreeBuilder;
use crate::source::{Blob, OpenError, Pace, Progress, ReadError, Unit, limits};
use futures_util::StreamExt as _;
use rawzip::{ErrorKind, ReaderAt as _, ZipLocator};
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
        pieces.add(range.start, bytes);
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
    if is_of_another(&pieces, archive.eocd_offset(), directory.start)
        && blob
            .read(0..size.min(4))
            .await
            .is_ok_and(|head| head == LOCAL)
    {
        return Err(OpenError::CutOff {
            size,
            detail: "the only directory is that of an archive in this one".to_owned(),
        });
    }
    let length_of_all = directory.end.saturating_sub(directory.start);
    if length_of_all > limits::ZIP_DIRECTORY {
        return Err(OpenError::TooLarge {
            size: length_of_all,
            limit: limits::ZIP_DIRECTORY,
        });
    }
    let mut at = directory.start;
    let before_tail = directory.end.min(size.saturating_sub(TAIL));
    let parts = std::iter::from_fn(|| {
        let part = at..(at + limits::JOIN_MOST).min(directory.end);
        at = part.end;
        (part.start < before_tail).then_some(part)
    });
    let reads = parts.map(|part| async {
        let length = part.end - part.start;
        fetch(part).await.map(|()| length)
    });
    let mut reads = futures_util::stream::iter(reads).buffered(limits::AT_ONCE);
    /// Bytes of the header before each file, and of a record of the directory, but for names.
    const HEADER: u64 = 30;
    const RECORD: u64 = 46;
    // The directory may say what it likes: no more files are in it than there is room for.
    let announced = archive.entries_hint();
    let most = announced.min(length_of_all / RECORD);
    let names = length_of_all - most * RECORD;
    let mut builder = TreeBuilder::new(|entry: &ZipEntry| entry.size);
    builder.expect(most as usize, names as usize);
    /// No record of the directory is longer, nor what the library reads ahead of it.
    const MOST: u64 = 512 << 10;
    let (mut records, mut encrypted) = (0, 0);
    let mut stretches = Vec::new();
    let _made = stretches.try_reserve_exact(most as usize);
    let (mut links, mut link) = (0, String::new());
    let mut entries = archive.entries(&mut buffer);
    let mut fault = None;
    let (mut done, mut at) = (0, directory.start);
    // What has come is looked at while the rest is on its way.
    'directory: loop {
        let read = reads.next().await.transpose()?;
        let known = match read {
            Some(length) => {
                done += length;
                pace.progress(Progress {
                    what: "Reading the directory".to_owned(),
                    done,
                    total: Some(length_of_all),
                    unit: Unit::Bytes,
                });
                directory.start + done
            }
            None => u64::MAX,
        };
        pace.breathe().await;
        while at.saturating_add(MOST) <= known {
            let entry = match entries.next_entry() {
                Ok(Some(entry)) => entry,
                Ok(None) => break 'directory,
                Err(error) => {
                    fault = Some(error.to_string());
                    break 'directory;
                }
            };
            at = entry.central_directory_offset();
            let record = Record::of(&entry);
            records += 1;
            encrypted += u64::from(record.encrypted);
            let name = decode_name(record.raw_name);
            let end = record
                .header_offset
                .saturating_add(HEADER + record.raw_name.len() as u64)
                .saturating_add(record.packed);
            // What leads out of the archive is not read anyhow.
            if end <= size {
                stretches.push((record.header_offset..end, record.size));
            }
            if record.is_link {
                links += 1;
                if links == 1 {
                    link = name.into_owned();
                }
                continue;
            }
            if !name.ends_with(['/', '\\']) {
                builder.add(&name, ZipEntry::of(&record));
            }
            if records % 4096 == 0 {
                pieces.forget(at);
                pace.breathe().await;
            }
        }
    }
    drop(reads);
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
    let mut tree = builder.finish(&name);
    let overlaps = Overlaps::of(stretches);
    tree.problems.extend(overlaps.problem(&name));
    if links > 0 {
        let links = counted(links, "symbolic link is", "symbolic links are");
        tree.problems.push(Problem::warning(
            Place::file(&name),
            format!("{links} not followed: the first is {link}."),
            "Pack the archive without `zip --symlinks` to have what they lead to.",
        ));
    }
    // Where 16 bits are too few, some packers write what is left of the number.
    let is_right = announced == records || announced == records & 0xffff;
    if fault.is_none() && !is_right {
        tree.problems.push(Problem::warning(
            Place::at(&name, directory.end),
            format!(
                "The archive says that it has {}; in its directory there are {}.",
                counted(announced, "entry", "entries"),
                count(records)
            ),
            "All that are in the directory are shown.",
        ));
    }
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
        overlaps,
        recovered: None,
    })
}

/// What a zip begins with.
const LOCAL: &[u8] = b"PK\x03\x04";

/// Whether the last record of a directory counts offsets from somewhere behind the first
/// byte. Of a zip behind a program that is right; one that begins as a zip, and ends so,
/// ends behind a whole zip that was stored in it.
fn is_of_another(pieces: &Pieces<'_>, end: u64, directory: u64) -> bool {
    let mut last = [0; 20];
    let is_read = pieces
        .read_at(&mut last, end)
        .is_ok_and(|read| read == last.len());
    let [b'P', b'K', 5, 6, .., a, b, c, d] = last else {
        return false;
    };
    let told = u32::from_le_bytes([a, b, c, d]);
    // Where it is too large, it stands elsewhere.
    is_read && told != u32::MAX && u64::from(told) < directory
}

/// Tells a zip that is cut off from something that never was one.
async fn no_directory(blob: &dyn Blob, error: &rawzip::Error) -> OpenError {
    let start = blob.read(0..blob.size().min(8)).await.unwrap_or_default();
    match error.kind() {
        ErrorKind::MissingEndOfCentralDirectory if start.starts_with(LOCAL) => OpenError::CutOff {
            size: blob.size(),
            detail: "the archive has no directory".to_owned(),
        },
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
