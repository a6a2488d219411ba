//! The place in a value that a question is about: found by its path, through what bytes
//! and texts hold in formats of their own, and into arrays and tables.
//!
//! Start with [`Engine::spot`].

use super::ValueQuery;
use super::stored::{Decoded, Most};
use crate::engine::ask::Failure;
use crate::engine::task::TaskPlace;
use crate::engine::{Engine, Work};
use crate::inside::{Contents, Format};
use crate::libraries::place::{Inner, Within, follow, is_single};
use crate::model::Artifact;
use crate::pickle::explore::{Part, Path, Step};
use crate::pickle::{NodeId, Pickle, Value};
use std::rc::Rc;

/// A place, found.
pub(super) struct Spot {
    pub task: TaskPlace,
    pub artifact: Artifact,
    /// The value, or what was found inside of some bytes in it.
    pub decoded: Rc<Decoded>,
    pub node: NodeId,
    /// The values around it, outermost first.
    pub around: Vec<NodeId>,
    pub within: Within,
    /// Row and column of a cell in the table that is shown.
    pub cell: Option<(usize, usize)>,
    /// The way to what is shown, without the steps to the cell.
    pub path: Path,
    /// The content of an IncludeFile.
    pub is_included: bool,
    /// Why the way ends before its end.
    pub lost: Option<String>,
}

impl Spot {
    pub fn pickle(&self) -> &Pickle {
        &self.decoded.pickle
    }

    /// Steps of the path that lead into an array or a table.
    pub fn inner_steps(&self) -> usize {
        self.within.axes.len() + usize::from(self.within.column.is_some())
    }

    /// Whether it is the whole artifact.
    pub fn is_whole(&self) -> bool {
        self.path.steps.is_empty()
    }
}

impl Engine {
    /// The place that a question is about. `None` where nothing of the value could be
    /// decoded.
    pub(super) async fn spot(
        &self,
        query: &ValueQuery,
        work: &Work,
    ) -> Result<Option<Spot>, Box<Failure>> {
        let (task, artifact) = self.artifact(query, work).await?;
        let most = query.most();
        let mut decoded = self
            .decode_artifact(&task, &query.task, &artifact, most, work)
            .await?;
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
            path: Path::default(),
            is_included,
            lost: None,
        };
        match query.at.parse::<Path>() {
            Ok(path) => self.follow(&mut spot, &path.steps, most, work).await,
            Err(error) => spot.lost = Some(format!("“{}” is no path: {error}.", query.at)),
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
        let key = format!(
            "{}\n{url}",
            task.loaded.store.included_files(&query.task.flow)
        );
        if let Some(known) = self.values.get(source, &key) {
            return Some(known);
        }
        let included = self
            .included(&task.loaded, &query.task, &note.pickle, work)
            .await?;
        let program = included.program();
        let stored = included.bytes.len() as u64;
        let content = Rc::new(Decoded {
            pickle: self.run(program, stored, query.most(), work).await,
            stored: note.stored,
            problems: included.problems,
        });
        self.values.put(source, key, content.clone());
        Some(content)
    }

    /// Goes as far as the steps lead.
    async fn follow(&self, spot: &mut Spot, steps: &[Step], most: Most, work: &Work) {
        let mut steps = steps;
        while let Some((step, rest)) = steps.split_first() {
            let pickle = &spot.decoded.pickle;
            if let Ok(node) = pickle.resolve(spot.node, std::slice::from_ref(step)) {
                spot.around.push(spot.node);
                (spot.node, steps) = (node, rest);
                spot.path.steps.push(step.clone());
                continue;
            }
            if *step == Step::Part(Part::Inside) {
                let Some(found) = self.look_inside(spot, most, work).await else {
                    spot.lost = Some(format!(
                        "There is nothing inside of {}{} that can be read.",
                        spot.artifact.name, spot.path
                    ));
                    return;
                };
                (spot.decoded, spot.node) = found;
                spot.around.clear();
                steps = rest;
                spot.path.steps.push(step.clone());
                continue;
            }
            let Some((inner, used)) = follow(pickle, spot.node, steps) else {
                spot.lost = Some(format!(
                    "There is no {step} in {}{}.",
                    spot.artifact.name, spot.path
                ));
                return;
            };
            let (ahead, behind) = steps.split_at(used.min(steps.len()));
            match inner {
                Inner::Cell {
                    value: Some(node), ..
                } if !behind.is_empty() || !is_single(pickle, node) => {
                    spot.around.push(spot.node);
                    spot.node = node;
                    spot.path.steps.extend_from_slice(ahead);
                    steps = behind;
                }
                Inner::Cell {
                    part, row, column, ..
                } => {
                    // A cell is shown where it stands.
                    spot.within = part;
                    spot.cell = Some((row, column));
                    let shown = ahead.iter().take(spot.inner_steps()).cloned();
                    spot.path.steps.extend(shown);
                    if let Some(step) = behind.first() {
                        spot.lost = Some(format!("There is no {step} in a single value."));
                    }
                    return;
                }
                Inner::Part(part) => {
                    spot.path.steps.extend_from_slice(ahead);
                    spot.within = part;
                    if let Some(step) = behind.first() {
                        spot.lost = Some(format!(
                            "There is no {step} in {}{}.",
                            spot.artifact.name, spot.path
                        ));
                    }
                    return;
                }
            }
        }
    }

    /// What the bytes or the text at a place hold.
    async fn look_inside(
        &self,
        spot: &Spot,
        most: Most,
        work: &Work,
    ) -> Option<(Rc<Decoded>, NodeId)> {
        let key = format!(
            "{} {} {}",
            spot.task
                .loaded
                .store
                .blob(&spot.task.loaded.path.flow, &spot.artifact.sha),
            spot.is_included,
            spot.path
        );
        let source = &spot.task.loaded.source;
        let decoded = match self.values.get(source, &key) {
            Some(known) => known,
            None => {
                let contents = contents(spot.pickle(), spot.node)?;
                let stored = contents.bytes.len() as u64;
                let program = match contents.format {
                    Format::Gzip => {
                        let packing = crate::source::inflate::Packing::Gzip;
                        let bytes = contents.bytes;
                        let unpacked = crate::source::inflate::unpack(
                            bytes,
                            packing,
                            None,
                            most.bytes(),
                            work,
                        );
                        crate::inside::program_of_bytes(&unpacked.await.ok()?.bytes)
                    }
                    _ => contents.program()?,
                };
                let decoded = Rc::new(Decoded {
                    pickle: self.run(program, stored, most, work).await,
                    stored: spot.decoded.stored,
                    problems: Vec::new(),
                });
                self.values.put(source, key, decoded.clone());
                decoded
            }
        };
        let root = decoded.pickle.root()?;
        Some((decoded, root))
    }
}

/// What the bytes or the text at a place hold, if that is known.
pub(super) fn contents(pickle: &Pickle, node: NodeId) -> Option<Contents<'_>> {
    match pickle.value(node) {
        Value::Text(text) => crate::inside::of_text(text.as_str()?),
        Value::Bytes(bytes) | Value::ByteArray(bytes) => crate::inside::of_bytes(bytes),
        _ => None,
    }
}
