//! A tar as a source: its headers once, from the first to the last, then only the files
//! that are read.
//!
//! A tar has no directory: each header tells where the next one stands. What lies between
//! them is skipped where it is long, else it comes along. Links by path are never followed;
//! another name for a file of the same archive is that file. Start with [`open_tar`].

use super::joined::join;
use super::parts::PartReader;
use super::tree::{Tree, TreeBuilder};
use super::{
    Blob, Bytes, Listing, OpenError, Pace, Progress, ReadError, Recovered, Source, SourceFacts,
    SourceKind, Unit, Waiting, Want, limits,
};
use crate::archive::tar::{Link, Step, Walk};
use crate::counts::counted;
use crate::model::{Place, Problem};
use futures_util::StreamExt as _;
use std::ops::Range;
use std::rc::Rc;

pub struct TarSource {
    reader: PartReader,
    tree: Tree<Content>,
    /// Bytes of the file that it was unpacked from.
    packed: Option<u64>,
    /// What came of one that ends too early.
    recovered: Option<Recovered>,
}

/// What a tar was unpacked from.
pub(super) struct Packed {
    pub size: u64,
    /// Why not all of it came out, in a sentence.
    pub fault: Option<String>,
}

/// Where the content of a file stands.
#[derive(Clone, Copy, Debug)]
struct Content {
    start: u64,
    end: u64,
}

/// What was found on the way besides files.
#[derive(Default)]
struct Aside {
    /// Other names for files of the same archive, each with the path of the file.
    names: Vec<(String, String)>,
    /// Links by path, and one of them as it is told.
    links: u64,
    example: String,
    /// Where the tar ends too early, and why.
    fault: Option<(u64, String)>,
    files: u64,
    /// The file before the end, and where it ends.
    last: Option<(String, u64)>,
}

/// Reads the headers. `Err` only when no file at all can be had.
pub(super) async fn open_tar(
    blob: Rc<dyn Blob>,
    packed: Option<Packed>,
    pace: Rc<dyn Pace>,
) -> Result<TarSource, OpenError> {
    let reader = PartReader::new(blob);
    let name = reader.blob().name();
    let mut builder = TreeBuilder::new(|content: &Content| content.end - content.start);
    let mut aside = Aside::default();
    walk(&reader, &*pace, &mut builder, &mut aside).await?;
    let mut tree = builder.finish(&name);
    let mut astray = 0;
    let named = std::mem::take(&mut aside.names).into_iter();
    let named = named.filter_map(|(path, target)| match tree.find(&target) {
        Some(content) => Some((path, *content)),
        None => {
            astray += 1;
            None
        }
    });
    let named: Vec<(String, Content)> = named.collect();
    if !named.is_empty() {
        tree = tree.with(&name, named);
    }
    if tree.is_empty() {
        let cut = packed.and_then(|packed| packed.fault).map(|cut| (0, cut));
        return Err(match cut.or(aside.fault) {
            Some((_, detail)) => OpenError::Failed { detail },
            None => OpenError::NoEntries,
        });
    }
    let cut = packed.as_ref().and_then(|packed| packed.fault.clone());
    // Where the packing ends early, so does the tar.
    let place = |at: u64| match &packed {
        Some(_) => Place::file(&name),
        None => Place::at(&name, at),
    };
    let fault = cut.map(|cut| (0, cut)).or(aside.fault);
    let (last, sound) = aside.last.unzip();
    let arrived = reader.blob().size();
    let recovered = fault.as_ref().map(|_| Recovered {
        arrived,
        sound: sound.unwrap_or(0),
        whole: aside.files,
        // No tar ends without two blocks of zeros.
        missing: 1024,
        last,
        ..Recovered::default()
    });
    if let Some((at, fault)) = fault {
        tree.problems.push(Problem::damage(
            place(at),
            fault,
            "What came before that is shown. Copy or download the archive again.",
        ));
    }
    if aside.links > 0 {
        let links = counted(aside.links, "symbolic link is", "symbolic links are");
        tree.problems.push(Problem::warning(
            Place::file(&name),
            format!("{links} not followed: {}.", aside.example),
            "Pack the archive with `tar --dereference` to have what they lead to.",
        ));
    }
    if astray > 0 {
        let links = counted(astray, "name leads", "names lead");
        tree.problems.push(Problem::warning(
            Place::file(&name),
            format!("{links} to a file that is not in the archive."),
            "These names are left out.",
        ));
    }
    Ok(TarSource {
        reader,
        tree,
        packed: packed.map(|packed| packed.size),
        recovered,
    })
}

async fn walk(
    reader: &PartReader,
    pace: &dyn Pace,
    builder: &mut TreeBuilder<Content>,
    aside: &mut Aside,
) -> Result<(), OpenError> {
    /// Headers that are read between two breaths.
    const STEPS: u64 = 4096;
    let size = reader.blob().size();
    let mut walk = Walk::new(size);
    let (mut start, mut window) = (0, Bytes::default());
    let mut steps: u64 = 0;
    loop {
        steps += 1;
        if steps.is_multiple_of(STEPS) {
            pace.breathe().await;
        }
        match walk.step(start, &window) {
            Step::Entry(entry) => match entry.link {
                None => {
                    let Range { start, end } = entry.content;
                    aside.files += 1;
                    aside.last = Some((entry.path.clone(), end));
                    builder.add(&entry.path, Content { start, end });
                }
                Some(Link::Hard(target)) => aside.names.push((entry.path, target)),
                Some(Link::Symbolic(target)) => {
                    aside.links += 1;
                    if aside.example.is_empty() {
                        aside.example = format!("{} leads to {target}", entry.path);
                    }
                }
            },
            Step::Refused => builder.refuse(),
            Step::Nothing => {}
            Step::Needs(range) => {
                // What comes behind is most likely needed next.
                let end = range.start.saturating_add(limits::JOIN_MOST);
                let part = range.start..range.end.max(end).min(size);
                let bytes = reader.read(part).await;
                window = bytes.map_err(|error| OpenError::Failed {
                    detail: error.to_string(),
                })?;
                start = range.start;
                pace.progress(Progress {
                    what: "Reading the archive".to_owned(),
                    done: walk.at(),
                    total: Some(size),
                    unit: Unit::Bytes,
                });
                pace.breathe().await;
                if (window.len() as u64) < range.end - range.start {
                    aside.fault = Some((start, "The archive ends before its size.".to_owned()));
                    return Ok(());
                }
            }
            Step::End => return Ok(()),
            Step::Fault(fault) => {
                aside.fault = Some((walk.at(), fault));
                return Ok(());
            }
        }
    }
}

impl TarSource {
    /// The bytes of a file that are wanted.
    fn part_of(&self, want: &Want) -> Result<Range<u64>, ReadError> {
        let content = self.tree.find(&want.path).ok_or(ReadError::Missing)?;
        let size = content.end - content.start;
        let (first, last) = match want.range {
            None => (0, size),
            Some(range) => (range.start.min(size), range.end.min(size)),
        };
        let length = last.saturating_sub(first);
        if length > limits::UNPACKED_FILE {
            return Err(ReadError::TooLarge {
                size: length,
                limit: limits::UNPACKED_FILE,
            });
        }
        Ok(content.start + first..content.start + first + length)
    }
}

impl Source for TarSource {
    fn facts(&self) -> SourceFacts {
        SourceFacts {
            name: self.reader.blob().name(),
            kind: SourceKind::Tar,
            size: Some(self.packed.unwrap_or(self.reader.blob().size())),
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
            let mut parts = Vec::with_capacity(wants.len());
            for (slot, (at, want)) in answers.iter_mut().zip(wants.iter().enumerate()) {
                match self.part_of(want) {
                    Ok(range) => parts.push((range.clone(), (at, range))),
                    Err(error) => *slot = Err(error),
                }
            }
            let reads = join(parts).into_iter().map(|joined| async {
                let bytes = self.reader.read(joined.range.clone()).await;
                (joined, bytes)
            });
            let mut reads = futures_util::stream::iter(reads).buffer_unordered(limits::AT_ONCE);
            while let Some((joined, bytes)) = reads.next().await {
                for (at, range) in joined.members {
                    let own = bytes.as_ref().map_err(Clone::clone).and_then(|bytes| {
                        let place = |at: u64| (at - joined.range.start) as usize;
                        let own = bytes.get(place(range.start)..place(range.end));
                        let own = own.ok_or_else(|| ReadError::Damaged(SHORT.to_owned()))?;
                        Ok(Rc::new(own.to_vec()))
                    });
                    if let Some(slot) = answers.get_mut(at) {
                        *slot = own;
                    }
                }
            }
            answers
        })
    }

    fn reads_parts(&self, _path: &str) -> bool {
        true
    }

    fn bytes_read(&self) -> u64 {
        self.packed.unwrap_or(self.reader.fetched())
    }

    fn recovered(&self) -> Option<&Recovered> {
        self.recovered.as_ref()
    }

    fn problems(&self) -> Vec<Problem> {
        self.tree.problems.clone()
    }
}

const SHORT: &str = "The archive gave fewer bytes than were asked for.";
