//! The files of a run: the small ones into tables, the large ones beside.
//!
//! Reading and writing share the two cores: tables are made and written by a thread of its
//! own, while the next records are read.

use super::packing::Packing;
use super::target::Target;
use super::walk::{Found, Walk};
use crate::engine::ask::Failure;
use crate::model::RunPath;
use crate::pack::ranges::RecordsFile;
use crate::pack::records::{Content, encode};
use crate::source::{Source, Want, join};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// Files that are larger are no records; nor are values that are no texts and larger than
/// a few integers, because a table writes them at twice their size.
const SMALL: u64 = 64 << 10;
const SMALL_VALUE: usize = 4 << 10;

/// One file of records holds no more files and no more bytes than this: who opens a task
/// reads one of them.
const FILES: usize = 16_384;
const BYTES: usize = 8 << 20;

/// What is no text has nothing in common with others, and counts for so many bytes each.
const FOREIGN: usize = 16;

/// Files that are read at once.
const AT_ONCE: usize = 512;

/// Packs the files of a run, and says where its records are.
pub(super) async fn write(
    packing: &mut Packing<'_>,
    source: &dyn Source,
    root: &str,
    folder: &str,
    path: &RunPath,
) -> Result<Vec<RecordsFile>, Box<Failure>> {
    let mut press = Press::start(packing.target, format!("{folder}/{path}"));
    for of_run in super::packing::run_folders(path) {
        let walk = Walk::of(source, root, &of_run);
        write_walk(packing, source, root, folder, walk, &mut press).await?;
    }
    press.finish()
}

/// Packs all that a walk finds.
async fn write_walk(
    packing: &mut Packing<'_>,
    source: &dyn Source,
    root: &str,
    folder: &str,
    mut walk: Walk<'_>,
    press: &mut Press,
) -> Result<(), Box<Failure>> {
    let mut batch: Vec<Found> = Vec::new();
    loop {
        let found = walk.next().await;
        let is_over = found.is_none();
        batch.extend(found);
        if batch.len() < AT_ONCE && !is_over {
            continue;
        }
        let taken = std::mem::take(&mut batch);
        packing.shown.inc(taken.len() as u64);
        take(packing, source, root, folder, taken, press).await?;
        if is_over {
            packing.note_unlisted(root, walk.unlisted);
            return Ok(());
        }
    }
}

/// Whether a file is a record, as far as its name and size tell. Logs grow, and stay as
/// they are; empty ones need no file.
pub(super) fn is_record(found: &Found) -> bool {
    let beside = [".log", ".html"]
        .iter()
        .any(|end| found.path.ends_with(end));
    match found.size {
        Some(0) => true,
        Some(size) => size <= SMALL && !beside,
        None => !beside,
    }
}

fn fits_in_a_table(bytes: &[u8]) -> bool {
    bytes.len() <= SMALL_VALUE || bytes.len() as u64 <= SMALL && std::str::from_utf8(bytes).is_ok()
}

pub(super) async fn take(
    packing: &mut Packing<'_>,
    source: &dyn Source,
    root: &str,
    folder: &str,
    batch: Vec<Found>,
    press: &mut Press,
) -> Result<(), Box<Failure>> {
    let records: Vec<Want> = batch
        .iter()
        .filter(|found| is_record(found))
        .map(|found| Want {
            path: join(root, &found.path),
            range: None,
        })
        .collect();
    let mut contents = source.read(&records).await.into_iter();
    for found in batch {
        let content = match is_record(&found) {
            true => contents.next(),
            false => None,
        };
        let content = match content {
            Some(Ok(bytes)) if fits_in_a_table(&bytes) => {
                Content::Here(std::rc::Rc::unwrap_or_clone(bytes))
            }
            Some(Err(error)) => Content::Lost(error.to_string()),
            _ => {
                let from = join(root, &found.path);
                let to = join(folder, &found.path);
                let copied = packing.target.copy(source, &from, &to, found.size).await?;
                match copied {
                    Ok(size) => Content::Beside(size),
                    Err(error) => Content::Lost(error.to_string()),
                }
            }
        };
        if let (Some(named), Content::Here(bytes)) = (&mut packing.named, &content) {
            named.add(bytes);
        }
        if let Some(view) = &packing.view
            && let Some(tally) = view.done_to(&join(root, &found.path))
        {
            packing.done.add(&tally);
        }
        press.add(found.path, content);
    }
    Ok(())
}

/// Makes files of records, in a thread of its own.
pub(super) struct Press {
    next: Vec<(String, Content)>,
    bytes: usize,
    to: SyncSender<Vec<(String, Content)>>,
    done: JoinHandle<Result<Vec<RecordsFile>, Box<Failure>>>,
}

impl Press {
    /// Into a folder of the target.
    pub(super) fn start(target: &Target, folder: String) -> Self {
        let (to, from) = sync_channel(1);
        let target = target.clone();
        let done = std::thread::spawn(move || work(&target, &folder, from));
        Self {
            next: Vec::new(),
            bytes: 0,
            to,
            done,
        }
    }

    pub(super) fn add(&mut self, path: String, content: Content) {
        self.bytes += match &content {
            Content::Here(bytes) if std::str::from_utf8(bytes).is_err() => bytes.len() * FOREIGN,
            Content::Here(bytes) => bytes.len() + path.len(),
            Content::Beside(_) | Content::Lost(_) => path.len(),
        };
        self.next.push((path, content));
        if self.next.len() >= FILES || self.bytes >= BYTES {
            self.send();
        }
    }

    fn send(&mut self) {
        self.bytes = 0;
        let files = std::mem::take(&mut self.next);
        // Whoever does not take it any more has failed, and says so at the end.
        let _sent = self.to.send(files);
    }

    pub(super) fn finish(mut self) -> Result<Vec<RecordsFile>, Box<Failure>> {
        if !self.next.is_empty() {
            self.send();
        }
        drop(self.to);
        match self.done.join() {
            Ok(written) => written,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

fn work(
    target: &Target,
    folder: &str,
    from: Receiver<Vec<(String, Content)>>,
) -> Result<Vec<RecordsFile>, Box<Failure>> {
    let mut written = Vec::new();
    for files in from {
        let text = encode(&files);
        written.push(RecordsFile {
            file: target.put_named(folder, "records", text.as_bytes())?,
            first: files
                .first()
                .map(|(path, _)| path.clone())
                .unwrap_or_default(),
            last: files
                .last()
                .map(|(path, _)| path.clone())
                .unwrap_or_default(),
            files: files.len() as u64,
        });
    }
    Ok(written)
}
