//! The drawing of a run's graph, at three depths, and what the panel beside it says.
//!
//! | depth | module |
//! |---|---|
//! | steps, and steps with their fans opened | `sketch`, which makes the [`StepNode`]s, and [`fan`] |
//! | what led to one task, and what it led to | `lineage` |
//!
//! Around the steps of a foreach [`groups`] puts a frame, and `words` finds the places of
//! the words beside the edges.
//!
//! `absence` knows why a step has no tasks, `cycles` what leads back, and `faults` what is wrong
//! with a graph itself.
//!
//! [`sought`] is what is typed above the drawing, and finds more than is drawn.
//!
//! `facts` is the panel beside one step, [`seen`] what a box says in words and bars,
//! [`shapes`] how a bar is told apart without its colour, [`entries`] what stands in the legend,
//! and [`file`](mod@file) the drawing as a file of its own.

mod absence;
mod cycles;
mod facts;
pub mod fan;
mod faults;
pub mod file;
mod glyphs;
pub mod groups;
mod legend;
mod lineage;
pub mod seen;
pub mod shapes;
mod sketch;
pub mod sought;
mod svg;
mod words;

pub use absence::Absence;
pub(super) use absence::absences_of;
pub use facts::{StepFactsQuery, StepFactsView};
pub use fan::{Fan, Tile};
pub(super) use faults::faults;
pub use groups::Frame;
pub use legend::{Entry, Mark, entries};
pub(super) use sketch::kind_word;

#[cfg(test)]
mod tests;

use super::ask::Failure;
use super::loaded::LoadedRun;
use super::{Engine, Work};
use crate::layout::dag::{Drawing, Layout, Outline, Progress, Settings, Size};
use crate::model::{RunPath, Span, Status};
use crate::sorting::{SortedMap, SortedSet};
use crate::source::Pace as _;
use serde::{Deserialize, Serialize};
use sketch::{Drawn, Sketch};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureQuery {
    pub run: RunPath,
    pub depth: Depth,
    /// Leave out the steps that the run did not reach.
    pub only_reached: bool,
}

/// How far one looks into the graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Depth {
    /// The small form, for the overview.
    Small,
    Steps,
    /// Steps with their fans opened.
    Tasks,
    /// One task, what led to it and what it led to.
    Lineage {
        step: String,
        task: String,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureView {
    pub drawing: Drawing,
    /// One for each node of the drawing.
    pub nodes: Vec<StepNode>,
    /// One for each edge of the drawing.
    pub edges: Vec<EdgeNote>,
    /// Steps that the run did not reach, shown or not.
    pub not_reached: u64,
    /// Those of them that the run went past: another way was taken.
    pub passed_by: u64,
    /// The graph was not recorded: steps in the order in which they began, without edges.
    pub guessed: bool,
    /// Around what a foreach repeats; those around others first.
    pub frames: Vec<Frame>,
    /// Steps that name a next one which the graph does not have, and that one: the first few.
    pub astray: Vec<(String, String)>,
    /// Steps of which no task is recorded though the run went there: the first few.
    pub lost: Vec<String>,
    /// The steps of a cycle that no switch leads around: the first few.
    pub cycle: Vec<String>,
    /// So many boxes are too many for the small drawing: none of them is in it.
    pub too_many: u64,
}

/// So many boxes are in the small drawing at most: each is a link in the page.
const SMALL: usize = 300;

/// A box of the drawing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepNode {
    /// Of a task `step/id`: no two boxes have the same.
    pub name: String,
    pub stands_for: StandsFor,
    pub status: Status,
    pub tasks: u64,
    /// Those that have not begun, as far as it is known that they will.
    pub coming: u64,
    pub failed: u64,
    /// Those that ended well with an exception that was caught.
    pub caught: u64,
    /// From the first start to the last end, or to now where something still runs.
    pub duration: Option<Span>,
    /// The time at work of all its tasks together, without the waits between attempts.
    pub worked: Option<Span>,
    /// How long the middle one of those took that have ended.
    pub median: Option<Span>,
    /// What it is (`foreach`, `join`), and its decorators.
    pub kind: String,
    pub decorators: Vec<String>,
    pub doc: String,
    /// How many foreach loops it stands in.
    pub depth: u8,
    /// Tasks by status, the worst first; of one task nothing, which its mark says.
    pub mix: Vec<(Status, u64)>,
    /// Its tasks one by one, where it is opened.
    pub fan: Option<Fan>,
    /// Why it has no tasks, if it has none.
    pub absence: Absence,
}

/// What a box is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StandsFor {
    Step,
    Task {
        step: String,
        id: String,
        label: Option<String>,
        attempts: u64,
    },
    /// Tasks of a step that are not drawn one by one.
    More {
        step: String,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EdgeNote {
    /// The run went along it.
    pub taken: bool,
    /// Words beside it; may be empty.
    pub words: String,
    /// There is room for them as they are drawn where boxes are small.
    pub is_roomy: bool,
}

/// A letter of the words beside an edge, in pixels, rather too wide than too narrow.
const LETTER: f32 = 6.5;

impl Engine {
    pub(super) async fn picture(
        &self,
        query: PictureQuery,
        work: &Work,
    ) -> Result<PictureView, Box<Failure>> {
        self.drawn(&query, work).await
    }

    async fn drawn(&self, query: &PictureQuery, work: &Work) -> Result<PictureView, Box<Failure>> {
        let loaded = self.load_run(&query.run, work).await?;
        let run = &loaded.run;
        let sketch = match &query.depth {
            Depth::Lineage { step, task } => lineage::sketch(&loaded, step, task, work).await?,
            _ => {
                let ways = self.all_ways(&loaded, work).await;
                let drawn = Drawn {
                    run,
                    ways: &ways,
                    expected: &loaded.expected,
                    now: work.host.now(),
                };
                sketch::of_steps(&drawn, query.only_reached, query.depth == Depth::Tasks)
            }
        };
        let (sketch, too_many) = with_room(sketch, &query.depth);
        let view = lay_out(sketch, &query.depth, work).await;
        Ok(PictureView { too_many, ..view })
    }

    /// The ways that the switches of a run went, as far as that is known.
    async fn all_ways(&self, loaded: &LoadedRun, work: &Work) -> Ways {
        let mut ways = Ways::default();
        for step in loaded.run.graph.iter().flat_map(|graph| &graph.steps) {
            if let Some(taken) = self.ways_taken(loaded, step, work).await {
                ways.insert(step.name.clone(), taken);
            }
        }
        ways
    }
}

/// Of a switch the steps that it led to.
pub(super) type Ways = SortedMap<String, SortedSet<String>>;

/// A sketch as far as there is room for it, and how many boxes are too many.
fn with_room(sketch: Sketch, depth: &Depth) -> (Sketch, u64) {
    match sketch.nodes.len() {
        many if many > SMALL && *depth == Depth::Small => (Sketch::default(), many as u64),
        _ => (sketch, 0),
    }
}

async fn lay_out(sketch: Sketch, depth: &Depth, work: &Work) -> PictureView {
    let mut layout = Layout::new(sketch.outline(depth));
    while layout.advance() != Progress::Done {
        work.breathe().await;
    }
    let mut drawing = layout.finish();
    let Sketch {
        nodes,
        mut edges,
        not_reached,
        passed_by,
        guessed,
        groups,
        astray,
        lost,
        cycle,
        ..
    } = sketch;
    let is_small = *depth == Depth::Small;
    let frames = match is_small {
        true => Vec::new(),
        false => groups::frames(&groups, &nodes, &drawing),
    };
    for (edge, note) in drawing.edges.iter().zip(&mut edges) {
        // The frame says it.
        let leads_in = |frame: &Frame| {
            frame.opener == edge.from && frame.steps.binary_search(&edge.to).is_ok()
        };
        if note.words.starts_with("foreach ") && frames.iter().any(leads_in) {
            note.words.clear();
        }
    }
    if !is_small {
        words::place(&mut drawing, &mut edges, &nodes, &frames, work).await;
    }
    PictureView {
        drawing,
        nodes,
        edges,
        not_reached,
        passed_by,
        guessed,
        frames,
        astray,
        lost,
        cycle,
        too_many: 0,
    }
}

impl Sketch {
    /// How large everything is, and what is linked to what.
    fn outline(&self, depth: &Depth) -> Outline {
        let is_small = *depth == Depth::Small;
        let (size, settings) = match depth {
            Depth::Small => (Size::SMALL, Settings::SMALL),
            Depth::Steps | Depth::Tasks => (Size::STEP, Settings::STEPS),
            // Many stand side by side, and nothing is written between them.
            Depth::Lineage { .. } => {
                let neighbour_gap = 20.0;
                let settings = Settings::STEPS;
                (
                    Size::STEP,
                    Settings {
                        neighbour_gap,
                        ..settings
                    },
                )
            }
        };
        let mut words = vec![0.0; self.nodes.len()];
        for ((from, to), note) in self.pairs.iter().zip(&self.edges) {
            if from == to
                && !is_small
                && let Some(words) = words.get_mut(*from)
            {
                *words = note.words.chars().count() as f32 * LETTER;
            }
        }
        let nodes = self.nodes.iter().zip(&self.orders).zip(words);
        let nodes = nodes.map(|((node, order), words)| {
            let opened = node.fan.as_ref().map(Fan::frame);
            let (width, height) = opened.unwrap_or((size.width, size.height));
            Size {
                width,
                height,
                order: Some(*order),
                words,
            }
        });
        Outline {
            nodes: nodes.collect(),
            edges: self.pairs.clone(),
            settings,
        }
    }
}
