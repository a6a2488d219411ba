//! What is packed into: a folder, which becomes a zip at the end where one is asked for.
//!
//! A file gets its name when it is whole. Names of manifests and records tell what is in
//! them, so nothing that a reader may just be reading is ever written over.

use super::zipped;
use crate::engine::ask::Failure;
use crate::pack::index::{self, Index};
use crate::pack::ranges::RecordsFile;
use crate::pack::run;
use crate::source::{Range64, ReadError, Source, Want};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Clone)]
pub struct Target {
    /// The folder that is written.
    root: PathBuf,
    /// What it becomes.
    zip: Option<PathBuf>,
    /// The folder in whose place it is put.
    folder: Option<PathBuf>,
    written: Arc<AtomicU64>,
}

/// What has been done so far, in the form of an index, until the index itself is written.
const DONE_SO_FAR: &str = "runglass.part.json";

/// Large files are copied in pieces.
const PIECE: u64 = 8 << 20;

impl Target {
    pub fn at(out: &Path) -> Result<Self, Box<Failure>> {
        let is_zip = out
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("zip"));
        let target = Self {
            root: match is_zip {
                true => out.with_extension("zip.part"),
                false => out.to_owned(),
            },
            zip: is_zip.then(|| out.to_owned()),
            folder: None,
            written: Arc::default(),
        };
        let begun = target.root.exists();
        fs::create_dir_all(&target.root).map_err(|error| target.failed("", &error))?;
        match &target.zip {
            // What was packed before is kept, and what was begun is gone on with.
            Some(zip) if zip.exists() && !begun => {
                zipped::unpack(zip, &target.root).map_err(|error| target.failed("", &error))?;
            }
            _ => target.refuse_foreign()?,
        }
        Ok(target)
    }

    /// The same for what is written anew each time: it takes the place of what was packed
    /// before when it is whole.
    pub fn anew(out: &Path) -> Result<Self, Box<Failure>> {
        let is_zip = out
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("zip"));
        let beside = |end: &str| {
            let mut name = out.file_name().unwrap_or_default().to_owned();
            name.push(end);
            out.with_file_name(name)
        };
        let target = Self {
            root: beside(".redacting"),
            zip: is_zip.then(|| out.to_owned()),
            folder: (!is_zip).then(|| out.to_owned()),
            written: Arc::default(),
        };
        let there = Self {
            root: out.to_owned(),
            zip: None,
            folder: None,
            written: Arc::default(),
        };
        if out.is_dir() {
            there.refuse_foreign()?;
            let before = there.index()?;
            let is_empty = before.stores.is_empty();
            if !is_empty && before.redacted.is_none() {
                return Err(there.refuse_mixing(false));
            }
        } else if out.exists() {
            let index = zipped::index(out).map_err(|error| there.failed("", &error))?;
            if index::decode(&index).is_ok_and(|index| index.redacted.is_none()) {
                return Err(there.refuse_mixing(false));
            }
        }
        if target.root.exists() {
            // Of somebody who was stopped.
            target.refuse_foreign()?;
            fs::remove_dir_all(&target.root).map_err(|error| target.failed("", &error))?;
        }
        fs::create_dir_all(&target.root).map_err(|error| target.failed("", &error))?;
        target.note(&index::encode(&Index::default()))?;
        Ok(target)
    }

    /// That runs as they are and redacted ones are not packed into one place.
    pub fn refuse_mixing(&self, is_redacted: bool) -> Box<Failure> {
        let what = match is_redacted {
            true => "What was packed there is redacted, and these runs would not be.",
            false => "What was packed there is not redacted: strangers would see it.",
        };
        Failure::unreadable(
            "Redacted runs are not mixed with others",
            &self.root.display().to_string(),
            what,
            "Name another folder or zip.",
        )
    }

    /// A folder that holds something else is not written into.
    fn refuse_foreign(&self) -> Result<(), Box<Failure>> {
        let is_ours = [index::FILE, DONE_SO_FAR]
            .iter()
            .any(|name| self.root.join(name).exists());
        let mut entries = fs::read_dir(&self.root).map_err(|error| self.failed("", &error))?;
        match is_ours || self.zip.is_some() || entries.next().is_none() {
            true => Ok(()),
            false => Err(Failure::unreadable(
                "This folder holds something else",
                &self.root.display().to_string(),
                "It is not empty, and nothing in it was packed by Runglass.",
                "Name a folder that is empty or not there yet.",
            )),
        }
    }

    fn failed(&self, path: &str, error: &dyn std::fmt::Display) -> Box<Failure> {
        Failure::unreadable(
            "The packed runs cannot be written",
            &self.root.join(path).display().to_string(),
            &format!("{error}."),
            "Check the space and the rights there, and pack again: what is done is kept.",
        )
    }

    /// That nothing of a source was asked for.
    pub fn nothing_chosen(&self) -> Box<Failure> {
        Failure::unreadable(
            "There is nothing to pack",
            &self.root.display().to_string(),
            "No run of the source has all that was asked for.",
            "Ask for less: fewer tags, an earlier time.",
        )
    }

    /// The index of what is there already.
    pub fn index(&self) -> Result<Index, Box<Failure>> {
        for name in [DONE_SO_FAR, index::FILE] {
            let bytes = match fs::read(self.root.join(name)) {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(self.failed(name, &error)),
            };
            return index::decode(&bytes).map_err(|fault| {
                Failure::unreadable(
                    "What was packed before cannot be read",
                    &self.root.join(name).display().to_string(),
                    &fault,
                    "Delete it to pack everything anew.",
                )
            });
        }
        Ok(Index::default())
    }

    pub fn read(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.root.join(path)).ok()
    }

    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// Where a path lies on disk; `None` for one that leads elsewhere.
    fn place(&self, path: &str) -> Option<PathBuf> {
        let mut place = self.root.clone();
        for part in path.split('/') {
            if matches!(part, "" | "." | "..") || part.contains(['\\', '\0']) {
                return None;
            }
            place.push(part);
        }
        Some(place)
    }

    /// A file that gets its name when it is whole.
    fn begin(&self, path: &str) -> io::Result<Unfinished> {
        let place = self.place(path);
        let place = place.ok_or_else(|| io::Error::other("its name leads elsewhere"))?;
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let part = place.with_file_name(format!("{name}.part"));
        let file = fs::File::create(&part)?;
        Ok(Unfinished { file, part, place })
    }

    fn put(&self, path: &str, content: &[u8]) -> Result<(), Box<Failure>> {
        let put = || {
            let mut begun = self.begin(path)?;
            begun.file.write_all(content)?;
            begun.finish()
        };
        put().map_err(|error| self.failed(path, &error))?;
        self.written
            .fetch_add(content.len() as u64, Ordering::Relaxed);
        Ok(())
    }

    /// Writes a file whose name tells what is in it; the name.
    pub fn put_named(
        &self,
        folder: &str,
        stem: &str,
        content: &[u8],
    ) -> Result<String, Box<Failure>> {
        let mut hash = sha1_smol::Sha1::new();
        hash.update(content);
        let hash = hash.digest().to_string();
        let name = format!("{stem}-{}.json", hash.get(..12).unwrap_or_default());
        let path = format!("{folder}/{name}");
        let there = self.place(&path).and_then(|place| fs::metadata(place).ok());
        if there.is_none_or(|there| there.len() != content.len() as u64) {
            self.put(&path, content)?;
        }
        Ok(name)
    }

    /// Copies a file of the source, and says how large it is. The inner error is the source's.
    /// Nothing is done where it is there in that size: what is named by its content is the same
    /// then, and a log only grows.
    pub async fn copy(
        &self,
        source: &dyn Source,
        from: &str,
        to: &str,
        size: Option<u64>,
    ) -> Result<Result<u64, ReadError>, Box<Failure>> {
        let there = self.place(to).and_then(|place| fs::metadata(place).ok());
        let there = there.map(|there| there.len());
        if let Some(size) = size.filter(|size| there == Some(*size)) {
            return Ok(Ok(size));
        }
        let in_pieces = size.filter(|size| *size > PIECE && source.reads_parts(from));
        let starts = (0..in_pieces.unwrap_or(1)).step_by(PIECE as usize);
        let failed = |error: &dyn std::fmt::Display| self.failed(to, error);
        let mut begun = None;
        let mut written = 0;
        for start in starts {
            let range = in_pieces.map(|size| Range64 {
                start,
                end: (start + PIECE).min(size),
            });
            let want = Want {
                path: from.to_owned(),
                range,
            };
            let answer = source.read(&[want]).await.pop();
            let answer = answer.unwrap_or(Err(ReadError::Missing));
            let piece = match answer {
                Ok(piece) => piece,
                Err(error) => return Ok(Err(error)),
            };
            let file = match &mut begun {
                Some(file) => file,
                // Made when there is something to write: what cannot be read leaves no file.
                None => begun.insert(self.begin(to).map_err(|error| failed(&error))?),
            };
            let wrote = file.file.write_all(&piece);
            wrote.map_err(|error| failed(&error))?;
            written += piece.len() as u64;
        }
        if let Some(begun) = begun {
            begun.finish().map_err(|error| failed(&error))?;
        }
        self.written.fetch_add(written, Ordering::Relaxed);
        Ok(Ok(written))
    }

    /// Writes down what is done.
    pub fn note(&self, index: &str) -> Result<(), Box<Failure>> {
        self.put(DONE_SO_FAR, index.as_bytes())
    }

    /// Puts the index in its place, and deletes what only the one before named.
    pub fn finish(&self, before: &Index, index: &Index) -> Result<(), Box<Failure>> {
        self.put(index::FILE, index::encode(index).as_bytes())?;
        let done = self.root.join(DONE_SO_FAR);
        fs::remove_file(&done).map_err(|error| self.failed(DONE_SO_FAR, &error))?;
        let named = self.named_by(index);
        for old in self.named_by(before).difference(&named) {
            // A file that stays is no harm.
            let _deleted = self.place(old).map(fs::remove_file);
        }
        if let Some(zip) = &self.zip {
            let done = zipped::write(&self.root, zip);
            let size = done.map_err(|error| self.failed("", &error))?;
            self.written.store(size, Ordering::Relaxed);
            fs::remove_dir_all(&self.root).map_err(|error| self.failed("", &error))?;
        }
        if let Some(folder) = &self.folder {
            self.replace(folder)
                .map_err(|error| self.failed("", &error))?;
        }
        Ok(())
    }

    /// Puts the folder in the place of another one.
    fn replace(&self, folder: &Path) -> io::Result<()> {
        if !folder.exists() {
            return fs::rename(&self.root, folder);
        }
        let before = self.root.with_extension("before");
        fs::rename(folder, &before)?;
        fs::rename(&self.root, folder)?;
        fs::remove_dir_all(before)
    }

    /// The manifests and files of records that an index leads to.
    fn named_by(&self, index: &Index) -> BTreeSet<String> {
        let mut named = BTreeSet::new();
        let all_in = |folder: &str, files: &[RecordsFile]| -> Vec<String> {
            files
                .iter()
                .map(|file| format!("{folder}/{}", file.file))
                .collect()
        };
        for store in &index.stores {
            for flow in &store.flows {
                let folder = format!("{}/{}", store.folder, flow.name);
                named.extend(all_in(&folder, &flow.records));
                for line in &flow.runs {
                    let folder = format!("{folder}/{}", line.record.id);
                    let manifest = format!("{folder}/{}", line.manifest);
                    let packed = self
                        .read(&manifest)
                        .and_then(|bytes| run::decode(&bytes).ok());
                    let records = packed.map(|run| run.records).unwrap_or_default();
                    named.extend(all_in(&folder, &records));
                    named.insert(manifest);
                }
            }
        }
        named
    }
}

/// A file that is being written.
struct Unfinished {
    file: fs::File,
    part: PathBuf,
    place: PathBuf,
}

impl Unfinished {
    fn finish(self) -> io::Result<()> {
        drop(self.file);
        fs::rename(&self.part, &self.place)
    }
}
