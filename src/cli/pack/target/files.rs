//! The files of what is being packed: each gets its name when it is whole.

use super::Target;
use crate::cli::pack::gate::{Gate, Pass};
use crate::engine::ask::Failure;
use crate::pack::index::{self, DONE_SO_FAR, Index};
use crate::source::{Range64, ReadError, Source, Want};
use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::atomic::Ordering;

/// Large files are copied in pieces.
const PIECE: u64 = 8 << 20;

impl Target {
    pub fn read(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.root.join(path)).ok()
    }

    /// While this is held, something may be written beside OUT.
    pub fn pass(&self) -> Pass<'_> {
        self.gate.pass()
    }

    /// Why others were not kept from packing there, where that could not be done.
    pub fn unlocked(&self) -> Option<String> {
        self.lock.missing().map(str::to_owned)
    }

    /// Bytes that are there now and were not before.
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    pub(super) fn count(&self, bytes: u64) {
        self.written.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Where a path lies on disk; `None` for one that leads elsewhere.
    pub(super) fn place(&self, path: &str) -> Option<PathBuf> {
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
    pub(super) fn begin(&self, path: &str) -> io::Result<Unfinished> {
        let _pass = self.gate.pass();
        let place = self.place(path);
        let place = place.ok_or_else(|| io::Error::other("its name leads elsewhere"))?;
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let part = place.with_file_name(format!("{name}.part"));
        self.gate.is_unfinished(&part);
        let file = fs::File::create(&part);
        Ok(Unfinished {
            file: file.inspect_err(|_| self.gate.is_finished(&part))?,
            gate: self.gate.clone(),
            part,
            place,
        })
    }

    fn put(&self, path: &str, content: &[u8]) -> Result<(), Box<Failure>> {
        let put = || {
            let mut begun = self.begin(path)?;
            begun.write(content)?;
            let _pass = self.gate.pass();
            begun.finish()
        };
        put().map_err(|error| self.failed(path, &error))
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
            self.count(content.len() as u64);
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
            let wrote = file.write(&piece);
            wrote.map_err(|error| failed(&error))?;
            written += piece.len() as u64;
        }
        if let Some(begun) = begun {
            let _pass = self.gate.pass();
            begun.finish().map_err(|error| failed(&error))?;
        }
        self.count(written);
        Ok(Ok(written))
    }

    /// Writes down what is done. It is deleted in the end, and counts for nothing.
    pub fn note(&self, index: &Index) -> Result<(), Box<Failure>> {
        self.put(DONE_SO_FAR, index::encode(index).as_bytes())
    }
}

/// A file that is being written; what is left of it in the end is deleted.
pub(super) struct Unfinished {
    file: fs::File,
    gate: Gate,
    part: PathBuf,
    place: PathBuf,
}

impl Unfinished {
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let _pass = self.gate.pass();
        self.file.write_all(bytes)
    }

    /// Gives it its name. Whoever calls this may write.
    pub(super) fn finish(self) -> io::Result<()> {
        fs::rename(&self.part, &self.place)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // It has another name by now, if all went well.
        let _deleted = fs::remove_file(&self.part);
        self.gate.is_finished(&self.part);
    }
}
