//! The end: OUT becomes what was packed, at once and as a whole, and what only an earlier
//! index named goes.

use super::{Target, beside};
use crate::cli::pack::before::Form;
use crate::cli::pack::zipped;
use crate::engine::ask::Failure;
use crate::pack::index::{self, DONE_SO_FAR, Index};
use crate::pack::ranges::RecordsFile;
use crate::pack::run;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::sync::atomic::Ordering;

impl Target {
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
