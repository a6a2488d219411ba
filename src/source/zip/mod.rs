//! A zip as a source: its directory once, then only the entries that are read.
//!
//! Reads that lie side by side are made as one, and at most six run at once, so
//! that a zip behind a URL costs few requests and a picked one few turns. Start with
//! [`open_zip`], and with [`recover_zip`] for a zip whose directory never came.

mod directory;
mod overlaps;
mod recover;

pub use directory::open_zip;
pub use recover::recover_zip;

use super::inflate::{Packing, Unpacked, unpack};
use super::joined::{Joined, join};
use super::parts::PartReader;
use super::recovered::Recovered;
use super::tree::Tree;
use super::{
    Bytes, Listing, Pace, Range64, ReadError, Source, SourceFacts, SourceKind, Waiting, Want,
    folder::part_of, limits,
};
use crate::counts::{bytes, count, counted};
use crate::model::{Place, Problem};
use crate::sorting::SortedMap;
use futures_util::StreamExt as _;
use overlaps::Overlaps;
use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

/// One file of the archive.
#[derive(Clone, Copy, Debug)]
struct ZipEntry {
    /// Compression method as in the zip format: 0 stored, 8 deflate.
    method: u16,
    encrypted: bool,
    /// Bytes of the name and extra fields in the directory: a guess for the local ones.
    name_and_extra: u32,
    crc: u32,
    header_offset: u64,
    packed: u64,
    size: u64,
    fate: Fate,
}

/// How much of a file is in the archive, as far as that is known before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Whole,
    /// The archive ends in it.
    Cut,
    /// It is damaged, and where it ends is not known.
    Lost,
}

pub struct ZipSource {
    reader: PartReader,
    pace: Rc<dyn Pace>,
    tree: Tree<ZipEntry>,
    /// Entries that turned out to be damaged while they were read, by path.
    damaged: RefCell<SortedMap<String, Problem>>,
    overlaps: Overlaps,
    /// The directory is lost: what was found without it.
    recovered: Option<Recovered>,
}

const ENDS_IN_FILE: &str = "The archive ends in the middle of this file.";

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
        self.reader.read(range).await
    }

    /// The packed bytes of an entry out of a part of the archive that begins at `start`.
    async fn packed_bytes<'p>(
        &self,
        entry: &ZipEntry,
        part: &'p [u8],
        start: u64,
    ) -> Result<Cow<'p, [u8]>, ReadError> {
        let from = usize::try_from(entry.header_offset.saturating_sub(start)).unwrap_or(usize::MAX);
        let data = data_of(entry, part.get(from..).unwrap_or_default())?;
        let end = data.saturating_add(entry.packed);
        if end > self.reader.blob().size() {
            return Err(ReadError::Damaged(ENDS_IN_FILE.to_owned()));
        }
        let within = |at: u64| usize::try_from(at - start).unwrap_or(usize::MAX);
        match part.get(within(data)..within(end)) {
            Some(bytes) => Ok(Cow::Borrowed(bytes)),
            None => {
                let bytes = self.reader.read(data..end).await?;
                Ok(Cow::Owned(Rc::unwrap_or_clone(bytes)))
            }
        }
    }

    async fn unpack(
        &self,
        path: &str,
        entry: &ZipEntry,
        packed: Cow<'_, [u8]>,
    ) -> Result<Vec<u8>, ReadError> {
        if entry.encrypted {
            return Err(ReadError::Unsupported("The file is encrypted.".to_owned()));
        }
        let size = entry.size;
        let most = self.overlaps.allow(entry.header_offset, size)?;
        let unpacked = match (entry.method, Packing::of_method(entry.method, size)) {
            (0, _) => Unpacked {
                bytes: packed.into_owned(),
                fault: None,
            },
            (_, Some(packing)) => unpack(&packed, packing, Some(size), most, &*self.pace).await?,
            (method, None) => {
                return Err(ReadError::Unsupported(format!(
                    "The file is packed by method {method}, which is not known here."
                )));
            }
        };
        let came = || bytes(unpacked.bytes.len() as u64);
        let fault = match entry.fate {
            Fate::Whole => unpacked.fault,
            Fate::Cut => Some(format!(
                "The archive ends in this file, after {} of content.",
                came()
            )),
            Fate::Lost => Some(format!("The file is damaged after {} of content.", came())),
        };
        let fault = fault.or_else(|| {
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
        group: Joined<(usize, ZipEntry)>,
        wants: &[Want],
    ) -> Vec<(usize, Result<Bytes, ReadError>)> {
        /// So many small files are unpacked between two breaths: while nothing breathes, the
        /// next parts do not come in.
        const BREATH: usize = 64;
        let part = self.reader.read(group.range.clone()).await;
        let mut answers = Vec::with_capacity(group.members.len());
        for (count, (want, entry)) in group.members.into_iter().enumerate() {
            if count % BREATH == 0 {
                self.pace.breathe().await;
            }
            let Some(Want { path, range }) = wants.get(want) else {
                continue;
            };
            let range = *range;
            let bytes = match &part {
                Ok(part) => match self.packed_bytes(&entry, part, group.range.start).await {
                    Ok(packed) => self.unpack(path, &entry, packed).await,
                    Err(error) => Err(error),
                },
                Err(error) => Err(error.clone()),
            };
            answers.push((want, bytes.map(|bytes| Rc::new(part_of(bytes, range)))));
        }
        answers
    }
}

/// That some files need a password.
fn encrypted_problem(archive: &str, encrypted: u64, files: u64) -> Problem {
    Problem::damage(
        Place::file(archive),
        format!(
            "{} of {} in the archive {} encrypted.",
            count(encrypted),
            counted(files, "file", "files"),
            if encrypted == 1 { "is" } else { "are" }
        ),
        "What is encrypted is left out. Unpack the archive with its password and open the folder.",
    )
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
        Box::pin(std::future::ready(Ok(self.tree.list(folder))))
    }

    fn read<'a>(&'a self, wants: &'a [Want]) -> Waiting<'a, Vec<Result<Bytes, ReadError>>> {
        Box::pin(async move {
            let mut answers: Vec<Result<Bytes, ReadError>> =
                vec![Err(ReadError::Missing); wants.len()];
            let mut members = Vec::with_capacity(wants.len());
            let mut parts = Vec::new();
            for (at, want) in wants.iter().enumerate() {
                let Some(entry) = self.tree.find(&want.path) else {
                    continue;
                };
                match (self.refusal(entry), answers.get_mut(at), want.range) {
                    (Some(refusal), Some(answer), _) => *answer = Err(refusal),
                    (_, _, Some(part)) if Self::has_parts(entry) => parts.push((at, *entry, part)),
                    _ => members.push((self.guess(entry), (at, *entry))),
                }
            }
            let groups = join(members).into_iter();
            let reads = groups.map(|group| self.read_group(group, wants));
            let mut reads = futures_util::stream::iter(reads).buffer_unordered(limits::AT_ONCE);
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
            let mut parts = futures_util::stream::iter(parts).buffer_unordered(limits::AT_ONCE);
            while let Some((at, answer)) = parts.next().await {
                if let Some(slot) = answers.get_mut(at) {
                    *slot = answer;
                }
            }
            answers
        })
    }

    fn reads_parts(&self, path: &str) -> bool {
        self.tree.find(path).is_some_and(Self::has_parts)
    }

    fn is_locked(&self) -> bool {
        self.reader.blob().locked_by().is_some()
    }

    fn bytes_read(&self) -> u64 {
        self.reader.fetched()
    }

    fn recovered(&self) -> Option<&Recovered> {
        self.recovered.as_ref()
    }

    fn problems(&self) -> Vec<Problem> {
        self.tree
            .problems
            .iter()
            .cloned()
            .chain(self.damaged.borrow().values().cloned())
            .collect()
    }
}
