//! The place in a value that a question is about: found by its path, through what bytes
//! and texts hold in formats of their own, and into arrays and tables.
//!
//! Start with [`Engine::spot`].

use super::save::extension;
use super::shape::{kind, shape};
use super::stored::{Decoded, Most};
use super::{Holder, Shape, ValueQuery};
use crate::engine::ask::Failure;
use crate::engine::task::TaskPlace;
use crate::engine::{Engine, Work};
use crate::inside::{Contents, Format, Reading};
use crate::libraries::place::{End, Ended, Within, walk, why};
use crate::model::Artifact;
use crate::pickle::explore::{Part, Path, Step};
use crate::pickle::{NodeId, Pickle, Value, type_name};
use crate::source::inflate::{Packing, unpack};
use crate::source::{Pace, ReadError};
use crate::text::human::size;
use std::rc::Rc;

/// A place, found.
pub struct Spot {
    pub(in crate::engine) task: TaskPlace,
    pub artifact: Artifact,
    /// The value, or what was found inside of some bytes in it.
    pub decoded: Rc<Decoded>,
    pub node: NodeId,
    /// The values around it, outermost first.
    pub around: Vec<NodeId>,
    pub within: Within,
    /// Row and column of a cell in the table that is shown.
    pub cell: Option<(usize, usize)>,
    /// A row of that table, where it is not a cell that is meant.
    pub row: Option<usize>,
    /// The way to what is shown, without the steps to the cell or the row.
    pub path: Path,
    /// The bytes or the text that hold it, where it is all of what they hold.
    pub holder: Option<Holder>,
    /// The content of an IncludeFile.
    pub is_included: bool,
    /// A limit ended the way, which may be raised.
    pub is_limited: bool,
    /// Why the way ends before its end.
    pub lost: Option<String>,
}

impl Spot {
    pub fn pickle(&self) -> &Pickle {
        &self.decoded.pickle
    }

    /// Whether it is, or lies in, what some bytes or a text hold.
    pub fn is_inside(&self) -> bool {
        self.path.steps.contains(&Step::Part(Part::Inside))
    }

    /// Goes on to what it holds.
    fn go_inside(&mut self, (decoded, node): (Rc<Decoded>, NodeId)) {
        let pickle = &self.decoded.pickle;
        let found = contents(pickle, self.node).map(|contents| contents.format);
        let found = found.map_or("", Format::name).to_owned();
        let holder = self.holder.take().unwrap_or_else(|| {
            let class = type_name(pickle, self.node);
            Holder {
                at: self.path.to_string(),
                kind: kind(pickle, self.node, &class),
                class,
                is_text: matches!(pickle.value(self.node), Value::Text(_)),
                extension: extension(pickle, self.node).to_owned(),
                formats: Vec::new(),
            }
        });
        let mut formats = holder.formats;
        formats.push(found);
        self.holder = Some(Holder { formats, ..holder });
        (self.decoded, self.node) = (decoded, node);
        self.around.clear();
        self.path.steps.push(Step::Part(Part::Inside));
    }

    /// Whether it is the whole artifact.
    pub fn is_whole(&self) -> bool {
        self.path.steps.is_empty()
    }
}

impl Engine {
    /// The place that a question is about. `None` where nothing of the value could be
    /// decoded.
    pub(crate) async fn spot(
        &self,
        query: &ValueQuery,
        work: &Work,
    ) -> Result<Option<Spot>, Box<Failure>> {
        let (task, artifact) = self.artifact(query, work).await?;
        let most = query.most();
        let mut decoded = self.decode_artifact(&task, &artifact, most, work).await?;
        let mut is_included = false;
        if let Some(content) = self.content_of_included(&task, query, &decoded, work).await {
            is_included = true;
            decoded = content;
        }
        let Some(root) = decoded.pickle.root() else {
            return Ok(None);
        };
        let mut spot = Spot {
            task,
            artifact,
            decoded,
            node: root,
            around: Vec::new(),
            within: Within::default(),
            cell: None,
            row: None,
            path: Path::default(),
            holder: None,
            is_included,
            is_limited: false,
            lost: None,
        };
        match query.at.parse::<Path>() {
            Ok(path) => self.follow(&mut spot, &path.steps, most, work).await,
            Err(error) => spot.lost = Some(format!("“{}” is no path: {error}.", query.at)),
        }
        if query.enter && spot.lost.is_none() && spot.cell.is_none() && spot.row.is_none() {
            self.enter(&mut spot, most, work).await;
        }
        Ok(Some(spot))
    }

    /// The content of an IncludeFile, as a value, kept like any other.
    async fn content_of_included(
        &self,
        task: &TaskPlace,
        query: &ValueQuery,
        note: &Decoded,
        work: &Work,
    ) -> Option<Rc<Decoded>> {
        let url = note.pickle.included_file()?;
        let url = note.pickle.item(url.descriptor, "url");
        let url = url
            .and_then(|url| note.pickle.as_str(url))
            .unwrap_or_default();
        let source = &task.loaded.source;
        let files = task.loaded.metaflow()?.included_files(&query.task.flow);
        let key = format!("{files}\n{url}");
        if let Some(known) = self.values.get(source, &key) {
            return Some(known);
        }
        let included = self
            .included(&task.loaded, &query.task, &note.pickle, work)
            .await?;
        let program = included.program();
        let stored = included.bytes.len() as u64;
        let pickle = self.run(program, stored, query.most(), work).await;
        let content = Rc::new(Decoded::inside(pickle, note.stored, included.problems));
        self.values.put(source, key, content.clone());
        Some(content)
    }

    /// Goes as far as the steps lead.
    async fn follow(&self, spot: &mut Spot, steps: &[Step], most: Most, work: &Work) {
        let mut steps = steps;
        loop {
            let walk = walk(spot.pickle(), spot.node, steps);
            spot.node = walk.node;
            spot.within = walk.within;
            spot.cell = walk.cell;
            spot.row = walk.row;
            if !walk.way.is_empty() {
                spot.holder = None;
            }
            spot.path.steps.extend(walk.way);
            spot.around.extend(walk.around);
            let place = || format!("{}{}", spot.artifact.name, spot.path);
            match walk.end {
                End::There => return,
                End::Lost(steps) => {
                    let ended = Ended {
                        node: spot.node,
                        within: &spot.within,
                        is_cell: spot.cell.is_some(),
                        is_row: spot.row.is_some(),
                        place: &place(),
                    };
                    spot.lost = Some(why(spot.pickle(), &ended, steps));
                    return;
                }
                End::Inside(rest) => {
                    match self.look_inside(spot, most, work).await {
                        Ok(found) => spot.go_inside(found),
                        Err(Unread::Nothing) => {
                            spot.lost = Some(format!(
                                "There is nothing inside of {} that can be read.",
                                place()
                            ));
                            return;
                        }
                        Err(Unread::TooLarge(limit)) => {
                            spot.is_limited = most.bytes() <= limit;
                            spot.lost = Some(too_large(&place(), limit));
                            return;
                        }
                    }
                    steps = rest;
                }
            }
        }
    }

    /// Goes on to what bytes and texts hold, for as long as each is all that the one before
    /// it held, and short enough to be read without being asked for.
    async fn enter(&self, spot: &mut Spot, most: Most, work: &Work) {
        /// A pickle in gzip in a pickle is seen; a packer's joke is not.
        const DEEP: usize = 4;
        const LONGEST: usize = 16 << 20;
        for _ in 0..DEEP {
            let is_long = match shape(spot.pickle(), spot.node, &spot.within) {
                Shape::Text { .. } | Shape::Bytes { .. } => contents(spot.pickle(), spot.node)
                    .is_none_or(|contents| contents.bytes.len() > LONGEST),
                _ => true,
            };
            if is_long {
                return;
            }
            match self.look_inside(spot, most, work).await {
                Ok(found) => spot.go_inside(found),
                // It is shown as the bytes that it is, with a way to ask for more.
                Err(_) => return,
            }
        }
    }

    /// What the bytes or the text at a place hold.
    async fn look_inside(
        &self,
        spot: &Spot,
        most: Most,
        work: &Work,
    ) -> Result<(Rc<Decoded>, NodeId), Unread> {
        let key = format!(
            "{} {} {}",
            spot.task.loaded.stored(&spot.artifact.sha).name(),
            spot.is_included,
            spot.path
        );
        let source = &spot.task.loaded.source;
        let known = self.values.get(source, &key);
        let decoded = match known.filter(|known| most == Most::Default || !known.is_limited()) {
            Some(known) => known,
            None => {
                let contents = contents(spot.pickle(), spot.node).ok_or(Unread::Nothing)?;
                let stored = contents.bytes.len() as u64;
                let read = read_inside(&contents, most, work).await?;
                let pickle = self.run(read.program, stored, most, work).await;
                let stored = spot.decoded.stored;
                let decoded = Rc::new(Decoded::inside(pickle, stored, read.problems));
                self.values.put(source, key, decoded.clone());
                decoded
            }
        };
        let root = decoded.pickle.root().ok_or(Unread::Nothing)?;
        Ok((decoded, root))
    }
}

/// Why nothing is read of what some bytes hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    Nothing,
    /// Unpacked it is larger than so many bytes.
    TooLarge(u64),
}

/// That a limit was met, in a sentence.
pub fn too_large(place: &str, limit: u64) -> String {
    let limit = size(limit);
    format!(
        "What is inside of {place} is larger than {limit} when it is unpacked, which is the limit here."
    )
}

/// A pickle of what some bytes hold, unpacked where they are packed.
pub async fn read_inside(
    contents: &Contents<'_>,
    most: Most,
    pace: &dyn Pace,
) -> Result<Reading, Unread> {
    if contents.format != Format::Gzip {
        return contents.read().ok_or(Unread::Nothing);
    }
    let unpacked = unpack(contents.bytes, Packing::Gzip, None, most.bytes(), pace);
    let unpacked = unpacked.await.map_err(|error| match error {
        ReadError::TooLarge { limit, .. } => Unread::TooLarge(limit),
        _ => Unread::Nothing,
    })?;
    Ok(Reading {
        program: crate::inside::program_of_bytes(&unpacked.bytes),
        problems: unpacked.fault.into_iter().collect(),
    })
}

/// What the bytes or the text at a place hold, if that is known.
pub fn contents(pickle: &Pickle, node: NodeId) -> Option<Contents<'_>> {
    match pickle.value(node) {
        Value::Text(text) => crate::inside::of_text(text.as_str()?),
        Value::Bytes(bytes) | Value::ByteArray(bytes) => crate::inside::of_bytes(bytes),
        _ => None,
    }
}
