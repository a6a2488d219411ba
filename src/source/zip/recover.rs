//! A zip without a directory as a source: its files are found by the headers before them.
//!
//! Content is skipped where a header says how long it is, so that of a zip behind a URL
//! little more than the headers is fetched. Nothing is opened so unless somebody asked for
//! it: what is found may not be all. Start with [`recover_zip`].

use super::overlaps::Overlaps;
use super::{Fate, ZipEntry, ZipSource};
use crate::archive::locals::{End, Local, State, Step, Walk};
use crate::archive::push_clean_path;
use crate::archive::zip::decode_name;
use crate::source::parts::PartReader;
use crate::source::recovered::{PartOfFile, Recovered};
use crate::source::tree::TreeBuilder;
use crate::source::{Blob, Bytes, OpenError, Pace, Progress, Unit, limits};
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

/// Finds the files. `Err` only when there is none.
pub async fn recover_zip(blob: Rc<dyn Blob>, pace: Rc<dyn Pace>) -> Result<ZipSource, OpenError> {
    let reader = PartReader::new(blob);
    let mut found = Found::new(reader.blob().size());
    walk(&reader, &*pace, &mut found).await?;
    let Found {
        builder,
        recovered,
        files,
        encrypted,
        ..
    } = found;
    match files {
        0 => return Err(OpenError::NoEntries),
        _ if encrypted == files => return Err(OpenError::Encrypted { entries: files }),
        _ => {}
    }
    let name = reader.blob().name();
    let mut tree = builder.finish(&name);
    tree.problems.splice(0..0, recovered.problems(&name));
    if encrypted > 0 {
        tree.problems
            .push(super::encrypted_problem(&name, encrypted, files));
    }
    // Reading a file tells more of what is wrong with it.
    let damaged = recovered.parts.iter();
    let damaged = damaged.map(|part| (part.path.clone(), part.problem()));
    let damaged = RefCell::new(damaged.collect());
    Ok(ZipSource {
        reader,
        pace,
        tree,
        damaged,
        // One file follows the other.
        overlaps: Overlaps::of(Vec::new()),
        recovered: Some(recovered),
    })
}

async fn walk(reader: &PartReader, pace: &dyn Pace, found: &mut Found) -> Result<(), OpenError> {
    /// Headers that are read between two breaths.
    const STEPS: u64 = 4096;
    let size = reader.blob().size();
    let mut walk = Walk::new(size, limits::UNPACKED_FILE);
    let (mut start, mut window) = (0, Bytes::default());
    let mut ahead = Ahead::default();
    let mut steps: u64 = 0;
    loop {
        steps += 1;
        if steps.is_multiple_of(STEPS) {
            pace.breathe().await;
        }
        match walk.step(start, &window) {
            Step::Entry(local) => found.take(&local),
            Step::Skipped(range) => found.recovered.skipped += range.end - range.start,
            // What takes long is cut into such steps.
            Step::Nothing => pace.breathe().await,
            Step::Needs(needed) => {
                let part = ahead.of(&needed, size);
                let bytes = reader.read(part.clone()).await;
                window = bytes.map_err(|error| OpenError::Failed {
                    detail: error.to_string(),
                })?;
                start = part.start;
                pace.progress(Progress {
                    what: "Looking for files in the archive".to_owned(),
                    done: walk.at(),
                    total: Some(size),
                    unit: Unit::Bytes,
                });
                pace.breathe().await;
                if (window.len() as u64) < part.end - part.start {
                    let detail = "The archive gave fewer bytes than were asked for.";
                    return Err(OpenError::Failed {
                        detail: detail.to_owned(),
                    });
                }
            }
            Step::End(end) => {
                found.end(end);
                return Ok(());
            }
        }
    }
}

/// How much is read beyond what is asked for: more each time where one part follows the
/// other, little behind content that was skipped.
#[derive(Default)]
struct Ahead {
    end: u64,
    more: u64,
}

impl Ahead {
    fn of(&mut self, needed: &Range<u64>, size: u64) -> Range<u64> {
        const LEAST: u64 = 4 * limits::JOIN_GAP;
        self.more = match needed.start <= self.end {
            true => (2 * self.more).clamp(LEAST, limits::JOIN_MOST),
            false => LEAST,
        };
        self.end = needed.end.saturating_add(self.more).min(size);
        needed.start..self.end
    }
}

struct Found {
    builder: TreeBuilder<ZipEntry>,
    recovered: Recovered,
    files: u64,
    encrypted: u64,
    /// Bytes that the records of the directory take, whatever else stands in them.
    records: u64,
    entries: u64,
}

/// Files in part that are named: but for the last one they are damaged, too.
const NAMED: usize = 100;

impl Found {
    fn new(size: u64) -> Self {
        Self {
            builder: TreeBuilder::new(|entry: &ZipEntry| entry.size),
            recovered: Recovered {
                arrived: size,
                ..Recovered::default()
            },
            files: 0,
            encrypted: 0,
            records: 0,
            entries: 0,
        }
    }

    fn take(&mut self, local: &Local) {
        const RECORD: u64 = 46;
        self.entries += 1;
        self.records += RECORD + local.raw_name.len() as u64;
        let name = decode_name(&local.raw_name);
        let here = local.content.end - local.content.start;
        if local.state == State::Whole {
            self.recovered.sound = local.content.end;
        }
        if name.ends_with(['/', '\\']) {
            return;
        }
        // As it is called in the tree.
        let mut path = String::new();
        if !push_clean_path(&mut path, &name) {
            path = name.to_string();
        }
        self.files += 1;
        self.encrypted += u64::from(local.encrypted);
        match local.state {
            State::Whole => {
                self.recovered.whole += 1;
                self.recovered.last = Some(path);
            }
            State::Cut | State::Lost => {
                let damaged = local.state == State::Lost;
                let announced = local.packed.filter(|_| !damaged);
                self.recovered.in_part += 1;
                let rest = announced.unwrap_or(here).saturating_sub(here);
                self.recovered.missing = self.recovered.missing.saturating_add(rest);
                if self.recovered.parts.len() < NAMED {
                    self.recovered.parts.push(PartOfFile {
                        path,
                        at: local.header,
                        here,
                        announced,
                        damaged,
                    });
                }
            }
        }
        self.builder.add(&name, ZipEntry::found(local));
    }

    fn end(&mut self, end: End) {
        /// What ends a directory.
        const LAST: u64 = 22;
        let (known, missing) = match end {
            End::InFile | End::InHeader(_) | End::Between => (None, self.records + LAST),
            End::InDirectory { start, records } => {
                let here = self.recovered.arrived - start;
                let whole = self.records.saturating_sub(here) + LAST;
                (Some((start, records)), whole)
            }
            End::BehindDirectory { start, records } => (Some((start, records)), 0),
        };
        self.recovered.directory = known;
        self.recovered.missing = self.recovered.missing.saturating_add(missing);
    }
}

impl ZipEntry {
    fn found(local: &Local) -> Self {
        const HEADER: u64 = 30;
        let packed = local.content.end - local.content.start;
        let before = local.content.start - local.header;
        Self {
            method: local.method,
            encrypted: local.encrypted,
            name_and_extra: before.saturating_sub(HEADER) as u32,
            crc: local.crc.unwrap_or_default(),
            header_offset: local.header,
            packed,
            size: local.size.unwrap_or(packed),
            fate: match local.state {
                State::Whole => Fate::Whole,
                State::Cut => Fate::Cut,
                State::Lost => Fate::Lost,
            },
        }
    }
}
