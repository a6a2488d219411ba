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
//! | `OUT.packing` | by it, and by `runglass.packing` in OUT, packs see each other: see [`lock`](super::lock) |
//! | `OUT.scrap` | worth nothing: a zip half unpacked, what is being deleted |
//!
//! Start with [`Target::at`], which locks OUT and writes nothing yet, and [`Target::start`]; [`files`] is
//! what is written then, [`finish`] how OUT becomes what was packed.

mod files;
mod finish;

use super::before::{self, Form};
use super::gate::Gate;
use super::lock::Lock;
use super::zipped;
use crate::engine::ask::Failure;
use crate::pack::index::{self, Index};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

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
    /// Nobody else packs there.
    lock: Arc<Lock>,
    gate: Gate,
    written: Arc<AtomicU64>,
}

/// A name beside OUT.
pub(super) fn beside(out: &Path, end: &str) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(end);
    out.with_file_name(name)
}

impl Target {
    /// Where runs are packed to; what was packed there before is kept. Refused is what is not
    /// ours.
    pub fn at(out: &Path, gate: &Gate) -> Result<Self, Box<Failure>> {
        let form = before::form_of(out)?;
        let root = match form {
            Form::Folder => out.to_owned(),
            Form::Zip => beside(out, ".part"),
        };
        before::refuse_foreign(&root)?;
        Ok(Self {
            lock: Lock::take(out, form, false, gate)?,
            out: out.to_owned(),
            form,
            root,
            is_anew: false,
            is_unpacked: false,
            gate: gate.clone(),
            written: Arc::default(),
        })
    }

    /// The index of what is kept, for runs as they are: redacted ones stay by themselves.
    pub fn before_of_plain(&self) -> Result<Index, Box<Failure>> {
        let before = self.before()?;
        match before.redacted.is_some() {
            true => Err(before::refuse_mixing(&self.out, true)),
            false => Ok(before),
        }
    }

    /// The same for what is written anew each time: it takes the place of what was packed
    /// before when it is whole.
    pub fn anew(out: &Path, gate: &Gate) -> Result<Self, Box<Failure>> {
        let form = before::form_of(out)?;
        if form == Form::Folder {
            before::refuse_foreign(out)?;
        }
        let lock = Lock::take(out, form, true, gate)?;
        let there = match form {
            Form::Folder => before::index_in(out)?,
            Form::Zip if out.exists() => before::index_of_zip(out)?,
            Form::Zip => Index::default(),
        };
        if !there.stores.is_empty() && there.redacted.is_none() {
            return Err(before::refuse_mixing(out, false));
        }
        let root = beside(out, ".redacting");
        before::refuse_foreign(&root)?;
        Ok(Self {
            lock,
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
}
