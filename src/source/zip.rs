//! A zip as a source: its directory once, then only the entries that are read.
//!
//! Reads that lie side by side are made as one, and at most six run at once, so
//! that a zip behind a URL costs few requests and a picked one few turns.

use super::inflate::{Packing, unpack};
use super::parts::PartReader;
use super::zip_index::{IndexBuilder, ZipEntry, ZipIndex};
use super::{
    Blob, Bytes, Listing, OpenError, Pace, Progress, Range64, ReadError, Source, SourceFacts,
    SourceKind, Unit, Waiting, Want, folder::part_of, limits,
};
use crate::archive::zip::{Pieces, Record, ends_early, method_name};
use crate::counts::{bytes, count, counted};
use crate::model::{Place, Problem};
use crate::sorting::{SortedMap, sort_by_key};
use futures_util::StreamExt as _;
use rawzip::{ErrorKind, ZipLocator};
use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

pub struct ZipSource {
    reader: PartReader,
    pace: Rc<dyn Pace>,
    index: ZipIndex,
    /// Entries that turned out to be damaged while they were read, by path.
    damaged: RefCell<SortedMap<String, Problem>>,
}

const ENDS_IN_FILE: &str = "The archive ends in the middle of this file.";

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

    let mut builder = IndexBuilder::default();
    let mut entries = archive.entries(&mut buffer);
    let mut fault = None;
    loop {
        match entries.next_entry() {
            Ok(Some(entry)) => {
                builder.add(&Record::of(&entry));
                if builder.records % 4096 == 0 {
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
    let (records, encrypted) = (builder.records, builder.encrypted);
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
    let mut index = builder.finish(&name);
    if let Some(detail) = fault {
        index.problems.push(Problem::damage(
            Place::at(&name, directory.start),
            ends_early(records, announced, &detail),
            "What the directory named up to there is shown. Copy or download the archive again.",
        ));
    }
    if encrypted > 0 {
        index.problems.push(Problem::damage(
            Place::file(&name),
            format!(
                "{} of {} in the archive {} encrypted.",
                count(encrypted),
                counted(records, "file", "files"),
                if encrypted == 1 { "is" } else { "are" }
            ),
            "What is encrypted is left out. Unpack the archive with its password and open the folder.",
        ));
    }
    Ok(ZipSource {
        reader,
        pace,
        index,
        damaged: RefCell::default(),
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
        ErrorKind::MissingEndOfCentralDirectory => {
            let hex: Vec<String> = start.iter().map(|byte| format!("{byte:02x}")).collect();
            let printable = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
            let mut first_bytes = hex.join(" ");
            if start.iter().all(printable) {
                first_bytes.push_str(&format!(" ({})", String::from_utf8_lossy(&start)));
            }
            OpenError::NotAnArchive { first_bytes }
        }
        _ => OpenError::BrokenDirectory {
            detail: error.to_string(),
        },
    }
}

/// Entries whose bytes lie close together and are read as one.
struct Group {
    range: Range<u64>,
    /// Which want each entry answers.
    members: Vec<(usize, ZipEntry)>,
}

impl ZipSource {
    /// How far from its header an entry's data may reach: the local extra fields
    /// are not in the directory, and differ from those that are by some bytes.
    fn guess(&self, entry: &ZipEntry) -> Range<u64> {
        const HEADER: u64 = 30;
        const SLACK: u64 = 64;
        let length = HEADER + u64::from(entry.name_and_extra) + SLACK;
        let end = entry
            .header_offset
            .saturating_add(length)
            .saturating_add(entry.packed);
        entry.header_offset.min(self.reader.blob().size())..end.min(self.reader.blob().size())
    }

    /// Why an entry is not even fetched: what is packed in so much unpacks to no less.
    fn refusal(&self, entry: &ZipEntry) -> Option<ReadError> {
        if entry.packed <= limits::UNPACKED_FILE {
            return None;
        }
        let end = entry.header_offset.saturating_add(entry.packed);
        Some(if end > self.reader.blob().size() {
            ReadError::Damaged(ENDS_IN_FILE.to_owned())
        } else {
            ReadError::TooLarge {
                size: entry.packed,
                limit: limits::UNPACKED_FILE,
            }
        })
    }

    fn groups(&self, mut members: Vec<(usize, ZipEntry)>) -> Vec<Group> {
        sort_by_key(&mut members, |(_, entry)| entry.header_offset);
        let mut groups: Vec<Group> = Vec::new();
        for (want, entry) in members {
            let range = self.guess(&entry);
            match groups.last_mut() {
                Some(group)
                    if range.start <= group.range.end.saturating_add(limits::JOIN_GAP)
                        && range.end.saturating_sub(group.range.start) <= limits::JOIN_MOST =>
                {
                    group.range.end = group.range.end.max(range.end);
                    group.members.push((want, entry));
                }
                _ => groups.push(Group {
                    range,
                    members: vec![(want, entry)],
                }),
            }
        }
        groups
    }

    /// Whether a part of an entry can be read by itself: it is as it was packed, and large
    /// enough that it matters.
    fn has_parts(entry: &ZipEntry) -> bool {
        const LARGE: u64 = 64 << 10;
        entry.method == 0 && !entry.encrypted && entry.packed == entry.size && entry.size > LARGE
    }

    /// A part of an entry that is not packed. The checksum is of the whole entry, and not
    /// looked at.
    async fn read_part(&self, entry: &ZipEntry, part: Range64) -> Result<Bytes, ReadError> {
        let header = self.guess(entry).start;
        let header = self.reader.read(header..header.saturating_add(30)).await?;
        let data = data_of(entry, &header)?;
        let start = part.start.min(entry.size);
        let end = part.end.clamp(start, entry.size);
        let range = data.saturating_add(start)..data.saturating_add(end);
        if range.end > self.reader.blob().size() {
            return Err(ReadError::Damaged(ENDS_IN_FILE.to_owned()));
        }
        self.reader.read(range).await.map(Rc::new)
    }

    /// The packed bytes of an entry out of a part of the archive that begins at `start`.
    async fn packed_bytes(
        &self,
        entry: &ZipEntry,
        part: &[u8],
        start: u64,
    ) -> Result<Vec<u8>, ReadError> {
        let from = usize::try_from(entry.header_offset.saturating_sub(start)).unwrap_or(usize::MAX);
        let data = data_of(entry, part.get(from..).unwrap_or_default())?;
        let end = data.saturating_add(entry.packed);
        if end > self.reader.blob().size() {
            return Err(ReadError::Damaged(ENDS_IN_FILE.to_owned()));
        }
        let within = |at: u64| usize::try_from(at - start).unwrap_or(usize::MAX);
        match part.get(within(data)..within(end)) {
            Some(bytes) => Ok(bytes.to_vec()),
            None => self.reader.read(data..end).await,
        }
    }

    async fn unpack(&self, entry: &ZipEntry, packed: Vec<u8>) -> Result<Vec<u8>, ReadError> {
        let path = self.index.path(entry);
        if entry.encrypted {
            return Err(ReadError::Unsupported("The file is encrypted.".to_owned()));
        }
        let unpacked = match entry.method {
            0 => super::inflate::Unpacked {
                bytes: packed,
                fault: None,
            },
            8 => {
                unpack(
                    &packed,
                    Packing::Deflate,
                    Some(entry.size),
                    limits::UNPACKED_FILE,
                    &*self.pace,
                )
                .await?
            }
            method => {
                let name = method_name(method).map(|name| format!(" ({name})"));
                return Err(ReadError::Unsupported(format!(
                    "The file is packed by method {method}{}; stored and deflated files can be read.",
                    name.unwrap_or_default()
                )));
            }
        };
        let fault = unpacked.fault.or_else(|| {
            let mut crc = flate2::Crc::new();
            crc.update(&unpacked.bytes);
            if unpacked.bytes.len() as u64 != entry.size {
                Some(format!(
                    "{} came out, {} were announced.",
                    bytes(unpacked.bytes.len() as u64),
                    count(entry.size)
                ))
            } else if crc.sum() != entry.crc {
                Some("Its content does not match the archive's checksum.".to_owned())
            } else {
                None
            }
        });
        if let Some(fault) = fault {
            self.damaged.borrow_mut().insert(
                path.to_owned(),
                Problem::damage(
                    Place::file(path),
                    fault,
                    "What could be unpacked is shown. Copy the archive again.",
                ),
            );
        }
        Ok(unpacked.bytes)
    }

    async fn read_group(
        &self,
        group: Group,
        wants: &[Want],
    ) -> Vec<(usize, Result<Bytes, ReadError>)> {
        let part = self.reader.read(group.range.clone()).await;
        let mut answers = Vec::with_capacity(group.members.len());
        for (want, entry) in group.members {
            let bytes = match &part {
                Ok(part) => match self.packed_bytes(&entry, part, group.range.start).await {
                    Ok(packed) => self.unpack(&entry, packed).await,
                    Err(error) => Err(error),
                },
                Err(error) => Err(error.clone()),
            };
            let range = wants.get(want).and_then(|want| want.range);
            answers.push((want, bytes.map(|bytes| Rc::new(part_of(bytes, range)))));
        }
        answers
    }
}

/// Where an entry's data begin, by what stands at its header.
fn data_of(entry: &ZipEntry, header: &[u8]) -> Result<u64, ReadError> {
    let lies = |what: &str| ReadError::Damaged(what.to_owned());
    let header = header
        .get(..30)
        .ok_or_else(|| lies("The archive's directory points outside of it for this file."))?;
    let number = |at: usize| {
        header
            .get(at..at + 2)
            .and_then(|two| two.try_into().ok())
            .map_or(0, |two| u64::from(u16::from_le_bytes(two)))
    };
    if !header.starts_with(b"PK\x03\x04") {
        return Err(lies(
            "The archive's directory points at something that is no file.",
        ));
    }
    Ok(entry
        .header_offset
        .saturating_add(30 + number(26) + number(28)))
}

impl Source for ZipSource {
    fn facts(&self) -> SourceFacts {
        SourceFacts {
            name: self.reader.blob().name(),
            kind: SourceKind::Zip,
            size: Some(self.reader.blob().size()),
            can_grow: false,
        }
    }

    fn list<'a>(&'a self, folder: &'a str) -> Waiting<'a, Result<Listing, ReadError>> {
        Box::pin(std::future::ready(Ok(self.index.list(folder))))
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Bytes, ReadError>>> {
        Box::pin(async move {
            let mut answers: Vec<Result<Bytes, ReadError>> =
                vec![Err(ReadError::Missing); wants.len()];
            let mut members = Vec::with_capacity(wants.len());
            let mut parts = Vec::new();
            for (at, want) in wants.iter().enumerate() {
                let Some(entry) = self.index.find(&want.path) else {
                    continue;
                };
                match (self.refusal(entry), answers.get_mut(at), want.range) {
                    (Some(refusal), Some(answer), _) => *answer = Err(refusal),
                    (_, _, Some(part)) if Self::has_parts(entry) => parts.push((at, *entry, part)),
                    _ => members.push((at, *entry)),
                }
            }
            let reads = self
                .groups(members)
                .into_iter()
                .map(|group| self.read_group(group, wants));
            let mut reads = futures_util::stream::iter(reads).buffer_unordered(6);
            while let Some(group) = reads.next().await {
                for (at, answer) in group {
                    if let Some(slot) = answers.get_mut(at) {
                        *slot = answer;
                    }
                }
            }
            let parts = parts
                .into_iter()
                .map(|(at, entry, part)| async move { (at, self.read_part(&entry, part).await) });
            let mut parts = futures_util::stream::iter(parts).buffer_unordered(6);
            while let Some((at, answer)) = parts.next().await {
                if let Some(slot) = answers.get_mut(at) {
                    *slot = answer;
                }
            }
            answers
        })
    }

    fn reads_parts(&self, path: &str) -> bool {
        self.index.find(path).is_some_and(Self::has_parts)
    }

    fn bytes_read(&self) -> u64 {
        self.reader.fetched()
    }

    fn problems(&self) -> Vec<Problem> {
        self.index
            .problems
            .iter()
            .cloned()
            .chain(self.damaged.borrow().values().cloned())
            .collect()
    }
}
