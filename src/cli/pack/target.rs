//! What is packed into: a folder, which becomes a zip at the end where one is asked for.
//!
//! A file gets its name when it is whole. Names of manifests and records tell what is in
//! them, so nothing that a reader may just be reading is ever written over. All that is
//! written passes the [`Gate`], so that it can end at any moment. Folders beside OUT:
//!
//! | name | what it is |
//! |---|---|
//! | `OUT.part` | what will be a zip; it is gone on with |
//! | `OUT.redacting` | what will be redacted runs; it is begun anew |
//! | `OUT.scrap` | worth nothing: a zip half unpacked, what is being deleted |
//!
//! Start with [`Target::at`], which writes nothing yet, and [`Target::start`].

use super::before::{self, DONE_SO_FAR, Form};
use super::gate::{Gate, Pass};
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
    /// What was named.
    out: PathBuf,
    form: Form,
    /// The folder that is written: OUT itself, or one that becomes it.
    root: PathBuf,
    /// Nothing of what was there before is taken over.
    is_anew: bool,
    /// It holds what OUT held a moment ago, and nothing else.
    is_unpacked: bool,
    gate: Gate,
    written: Arc<AtomicU64>,
}

/// Large files are copied in pieces.
const PIECE: u64 = 8 << 20;

/// A name beside OUT.
fn beside(out: &Path, end: &str) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(end);
    out.with_file_name(name)
}

impl Target {
    /// Where runs are packed to; what was packed there before is kept. Refused is what is not
    /// ours.
    pub fn at(out: &Path, gate: &Gate) -> Result<Self, Box<Failure>> {
        let form = before::form_of(out)?;
        let target = Self {
            out: out.to_owned(),
            form,
            root: match form {
                Form::Folder => out.to_owned(),
                Form::Zip => beside(out, ".part"),
            },
            is_anew: false,
            is_unpacked: false,
            gate: gate.clone(),
            written: Arc::default(),
        };
        before::refuse_foreign(&target.root)?;
        let is_redacted = target.before()?.redacted.is_some();
        match is_redacted {
            true => Err(before::refuse_mixing(out, true)),
            false => Ok(target),
        }
    }

    /// The same for what is written anew each time: it takes the place of what was packed
    /// before when it is whole.
    pub fn anew(out: &Path, gate: &Gate) -> Result<Self, Box<Failure>> {
        let form = before::form_of(out)?;
        let there = match form {
            Form::Folder => {
                before::refuse_foreign(out)?;
                before::index_in(out)?
            }
            Form::Zip if out.exists() => before::index_of_zip(out)?,
            Form::Zip => Index::default(),
        };
        if !there.stores.is_empty() && there.redacted.is_none() {
            return Err(before::refuse_mixing(out, false));
        }
        let root = beside(out, ".redacting");
        before::refuse_foreign(&root)?;
        Ok(Self {
            out: out.to_owned(),
            form,
            root,
            is_anew: true,
            is_unpacked: false,
            gate: gate.clone(),
            written: Arc::default(),
        })
    }

    /// The index of what is kept.
    pub fn before(&self) -> Result<Index, Box<Failure>> {
        if self.is_anew {
            return Ok(Index::default());
        }
        // A zip that is not ours is not written over, whatever lies beside it.
        let in_zip = match self.form {
            Form::Zip if self.out.exists() => Some(before::index_of_zip(&self.out)?),
            _ => None,
        };
        match in_zip {
            Some(index) if !before::is_ours(&self.root) => Ok(index),
            _ => before::index_in(&self.root),
        }
    }

    /// From here on something is written.
    pub fn start(mut self) -> Result<Self, Box<Failure>> {
        let is_begun = before::is_ours(&self.root);
        self.gate.begin(self.told_when_stopped());
        let result = match (self.is_anew, self.form) {
            (true, _) => self.start_anew(),
            (false, Form::Zip) if self.out.exists() && !is_begun => {
                self.is_unpacked = true;
                self.unpack()
            }
            _ => fs::create_dir_all(&self.root),
        };
        result.map_err(|error| self.failed("", &error))?;
        if !before::is_ours(&self.root) {
            // By it what is written from now on is known to be ours.
            self.note(&Index::default())?;
        }
        Ok(self)
    }

    /// Deletes what somebody left who was stopped.
    fn start_anew(&self) -> io::Result<()> {
        self.scrap(&self.root)?;
        self.gate.is_unfinished(&self.root);
        fs::create_dir_all(&self.root)
    }

    /// What OUT holds, in the folder that will take its place: there at once, or not at all.
    fn unpack(&self) -> io::Result<()> {
        let scrap = self.clean_scrap()?;
        self.gate.is_unfinished(&scrap);
        zipped::unpack(&self.out, &scrap, &self.gate)?;
        let _pass = self.gate.pass();
        // It may be there, and empty.
        let _removed = fs::remove_dir(&self.root);
        fs::rename(&scrap, &self.root)?;
        self.gate.is_finished(&scrap);
        Ok(())
    }

    fn clean_scrap(&self) -> io::Result<PathBuf> {
        let scrap = beside(&self.out, ".scrap");
        match fs::remove_dir_all(&scrap) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(scrap),
        }
    }

    /// Deletes a folder, which is not there any more from the first moment on.
    fn scrap(&self, folder: &Path) -> io::Result<()> {
        if !folder.exists() {
            return Ok(());
        }
        let scrap = self.clean_scrap()?;
        fs::rename(folder, &scrap)?;
        fs::remove_dir_all(scrap)
    }

    /// What is there when it ends on the way, and what comes next.
    fn told_when_stopped(&self) -> String {
        let (out, root) = (self.out.display(), self.root.display());
        let is_there = match self.form {
            Form::Folder => self.out.join(index::FILE).exists(),
            Form::Zip => self.out.exists(),
        };
        let there = match is_there {
            true => format!("{out} is as it was before"),
            false => format!("there is no {out} yet"),
        };
        match (self.is_anew, self.form, is_there) {
            (true, ..) => format!(
                "Stopped: {there}. Redacted runs are always packed anew, so the same command begins again."
            ),
            (false, Form::Zip, _) => format!(
                "Stopped: {there}. What is done is kept in {root}, and the same command goes on from there."
            ),
            (false, Form::Folder, true) => format!(
                "Stopped: {out} opens with the runs that it had before, and the same command goes on where it stopped."
            ),
            (false, Form::Folder, false) => format!(
                "Stopped: {out} is not whole and cannot be opened yet, and the same command goes on where it stopped."
            ),
        }
    }

    fn failed(&self, path: &str, error: &dyn std::fmt::Display) -> Box<Failure> {
        let advice = match self.is_anew {
            true => "Check the space and the rights there, and pack again.",
            false => "Check the space and the rights there, and pack again: what is done is kept.",
        };
        Failure::unreadable(
            "The packed runs cannot be written",
            &self.root.join(path).display().to_string(),
            &format!("{error}."),
            advice,
        )
    }

    pub fn read(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.root.join(path)).ok()
    }

    /// While this is held, something may be written beside OUT.
    pub fn pass(&self) -> Pass<'_> {
        self.gate.pass()
    }

    /// Bytes that are there now and were not before.
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    fn count(&self, bytes: u64) {
        self.written.fetch_add(bytes, Ordering::Relaxed);
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

    /// Lets OUT be what was packed. Where nothing has changed, nothing is written.
    pub fn finish(&self, before: &Index, index: &Index) -> Result<(), Box<Failure>> {
        let text = index::encode(index);
        let published = self.read(index::FILE);
        let is_same = self.written() == 0 && published.as_deref() == Some(text.as_bytes());
        let finish = || match (is_same, self.is_anew, self.form) {
            (true, false, Form::Folder) => {
                self.gate.publish(|| Ok::<_, io::Error>(()))?;
                self.forget_what_is_done()
            }
            (true, false, Form::Zip) if self.is_unpacked => {
                self.gate.publish(|| Ok::<_, io::Error>(()))?;
                self.scrap(&self.root)
            }
            (_, is_anew, form) => {
                self.write_index(&text, form == Form::Folder && !is_anew)?;
                self.delete_old(before, published.as_deref(), index);
                match form {
                    Form::Zip => self.become_zip(),
                    Form::Folder if is_anew => self.become_folder(),
                    Form::Folder => Ok(()),
                }
            }
        };
        finish().map_err(|error| self.failed("", &error))
    }

    /// By the index all else is found.
    fn write_index(&self, text: &str, is_all: bool) -> io::Result<()> {
        let mut begun = self.begin(index::FILE)?;
        begun.write(text.as_bytes())?;
        match is_all {
            true => self.gate.publish(|| begun.finish())?,
            false => {
                let _pass = self.gate.pass();
                begun.finish()?;
            }
        }
        self.count(text.len() as u64);
        self.forget_what_is_done()
    }

    fn forget_what_is_done(&self) -> io::Result<()> {
        match fs::remove_file(self.root.join(DONE_SO_FAR)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Deletes what only an index named that is not there any more.
    fn delete_old(&self, before: &Index, published: Option<&[u8]>, index: &Index) {
        let published = published.and_then(|bytes| index::decode(bytes).ok());
        let mut old = self.named_by(before);
        old.extend(published.iter().flat_map(|index| self.named_by(index)));
        let named = self.named_by(index);
        for old in old.difference(&named) {
            // A file that stays is no harm.
            let _deleted = self.place(old).map(fs::remove_file);
        }
    }

    fn become_zip(&self) -> io::Result<()> {
        let unfinished = beside(&self.out, ".unfinished");
        self.gate.is_unfinished(&unfinished);
        let size = zipped::write(&self.root, &unfinished, &self.gate)?;
        self.gate.publish(|| fs::rename(&unfinished, &self.out))?;
        self.written.store(size, Ordering::Relaxed);
        self.scrap(&self.root)
    }

    fn become_folder(&self) -> io::Result<()> {
        let scrap = self.clean_scrap()?;
        self.gate.publish(|| {
            if self.out.exists() {
                fs::rename(&self.out, &scrap)?;
            }
            fs::rename(&self.root, &self.out)
        })?;
        self.clean_scrap().map(|_| ())
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

/// A file that is being written; what is left of it in the end is deleted.
struct Unfinished {
    file: fs::File,
    gate: Gate,
    part: PathBuf,
    place: PathBuf,
}

impl Unfinished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let _pass = self.gate.pass();
        self.file.write_all(bytes)
    }

    /// Gives it its name. Whoever calls this may write.
    fn finish(self) -> io::Result<()> {
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
