//! A directed graph as a layered drawing (Sugiyama's method): boxes in rows, edges
//! between them, few crossings, long edges straight in lanes of their own.
//!
//! It knows boxes and pairs of numbers, not steps or tasks, and nothing of SVG but
//! how a path is written. Any graph will do: loops, cycles, repeated edges, edges to
//! nowhere and thousands of separate parts all come out as a drawing.
//!
//! Call [`layout`] where waiting does not matter. In a worker that must hear a
//! cancel message, call [`Layout::advance`] until it says [`Progress::Done`], with a
//! breath between the calls, and then [`Layout::finish`].
//!
//! The way through the code, in the order in which a drawing is made:
//!
//! | step | module |
//! |---|---|
//! | the input is cleaned and cut into connected parts | `part` |
//! | edges that close a cycle are turned round | `cycles` |
//! | every node gets a layer | `layers` |
//! | long edges get a point in every layer they pass | `lanes` |
//! | the order within each layer | `order`, which starts from `first_order` and counts with `crossings` |
//! | which long edges stay under their node | `spines` |
//! | places across the drawing | `coordinates`, and `straighten` for what is still bent |
//! | edges as curves, labels, arrowheads | `routes` |
//! | the parts side by side | `pack` |
//!
//! Inside, a drawing has no x and y but `across` (along a layer) and `along` (from
//! layer to layer), so that top-down and left-right are one computation.
//!
//! # Why not Graphviz's network simplex?
//!
//! Its running time has no useful bound, and what is drawn here comes from strangers.
//! The steps above are linear or nearly so, and the one that is not, the order, works
//! until a fixed amount of work is spent.

mod drawing;
mod lists;
mod part;
mod cycles;
mod layers;
mod lanes;
mod first_order;
mod crossings;
mod order;
mod spines;
mod coordinates;
mod straighten;
mod routes;
mod pack;

pub use drawing::{Align, Drawing, Edge, EdgeKind, Label, Node, Path, Point, Segment, Tip};

use lanes::LANE_POINTS;
use order::ORDER_WORK;
use part::{Part, PartWork};
use routes::Sketch;
use serde::{Deserialize, Serialize};

/// What is to be drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outline {
    pub nodes: Vec<Size>,
    /// From and to, as places in `nodes`. Edges to places that do not exist are
    /// returned as [`EdgeKind::Missing`].
    pub edges: Vec<(usize, usize)>,
    pub settings: Settings,
}

/// The box of one node, in pixels. Sizes are rounded up to whole pixels and held
/// between 1 and 4096.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    pub width: f32,
    pub height: f32,
    /// Where the node stands in its flow's code. Neighbours whose order makes no
    /// difference to the crossings are drawn in this order; nodes without one come
    /// after those that have one, in the order of the list.
    pub order: Option<u32>,
    /// How wide the words are that stand beside its loop, if it has one: held between 0
    /// and 1024.
    pub words: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub direction: Direction,
    /// Pixels between one layer and the next. Both gaps are rounded up to whole pixels
    /// and held between 8, which an arrowhead needs, and 1024.
    pub layer_gap: f32,
    /// Pixels between two boxes of a layer; a lane keeps half of it.
    pub neighbour_gap: f32,
}

/// Where edges lead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    #[default]
    Down,
    Right,
}

impl Settings {
    /// The gaps around full nodes, 216 × 52.
    pub const STEPS: Self = Self {
        direction: Direction::Down,
        layer_gap: 34.0,
        neighbour_gap: 48.0,
    };

    /// The gaps around the small form, 128 × 24.
    pub const SMALL: Self = Self {
        direction: Direction::Down,
        layer_gap: 16.0,
        neighbour_gap: 20.0,
    };

    fn cleaned(self) -> Self {
        Self {
            layer_gap: whole(self.layer_gap, 8.0, 1024.0),
            neighbour_gap: whole(self.neighbour_gap, 8.0, 1024.0),
            ..self
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::STEPS
    }
}

impl Size {
    pub const STEP: Self = Self {
        width: 216.0,
        height: 52.0,
        order: None,
        words: 0.0,
    };

    pub const SMALL: Self = Self {
        width: 128.0,
        height: 24.0,
        order: None,
        words: 0.0,
    };
}

/// Rounded up, so that whole gaps and halves of them stay on the grid of half pixels.
fn whole(value: f32, least: f32, most: f32) -> f32 {
    if value.is_nan() {
        return least;
    }
    value.ceil().clamp(least, most)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    More,
    Done,
}

/// The whole drawing in one go.
pub fn layout(outline: Outline) -> Drawing {
    Layout::new(outline).finish()
}

/// A drawing in the making.
pub struct Layout {
    outline: Outline,
    stage: Stage,
    /// Finished parts.
    sketches: Vec<Sketch>,
    budget: Budget,
}

/// What may still be spent on the whole drawing, so that many parts cost no more
/// than one large part.
#[derive(Clone, Copy, Debug)]
struct Budget {
    /// Points that lanes may still take.
    lane_points: usize,
    /// Work that ordering may still take, in neighbours looked at.
    order_work: u64,
}

enum Stage {
    Begin,
    /// Parts still to be drawn, the next one last, and the one in work.
    Parts(Vec<Part>, Option<Box<PartWork>>),
    Finished(Drawing),
}

/// About how many vertices and edges are looked at before [`Layout::advance`]
/// returns: a few milliseconds' worth.
const SLICE: u64 = 400_000;

/// What is left of one slice.
struct Fuel(u64);

impl Fuel {
    fn spend(&mut self, work: usize) {
        self.0 = self.0.saturating_sub(work as u64);
    }

    fn is_spent(&self) -> bool {
        self.0 == 0
    }
}

impl Layout {
    /// Takes the graph; no work is done yet.
    pub fn new(outline: Outline) -> Self {
        Self {
            outline,
            stage: Stage::Begin,
            sketches: Vec::new(),
            budget: Budget {
                lane_points: LANE_POINTS,
                order_work: ORDER_WORK,
            },
        }
    }

    /// Works for a few milliseconds. May be called after [`Progress::Done`]; it then
    /// does nothing.
    pub fn advance(&mut self) -> Progress {
        let mut fuel = Fuel(SLICE);
        while !fuel.is_spent() {
            match &mut self.stage {
                Stage::Begin => {
                    self.outline.settings = self.outline.settings.cleaned();
                    let parts = part::split(&self.outline);
                    fuel.spend(self.outline.nodes.len() + self.outline.edges.len());
                    self.stage = Stage::Parts(parts, None);
                }
                Stage::Parts(parts, work) => {
                    if let Some(mut running) = work.take() {
                        match running.advance(&mut self.budget, &mut fuel) {
                            Some(sketch) => self.sketches.push(sketch),
                            None => *work = Some(running),
                        }
                    } else if let Some(part) = parts.pop() {
                        *work = Some(Box::new(PartWork::new(part, self.outline.settings)));
                    } else {
                        let drawing = pack::pack(std::mem::take(&mut self.sketches), &self.outline);
                        self.stage = Stage::Finished(drawing);
                    }
                }
                Stage::Finished(_) => return Progress::Done,
            }
        }
        match self.stage {
            Stage::Finished(_) => Progress::Done,
            Stage::Begin | Stage::Parts(..) => Progress::More,
        }
    }

    /// The drawing. Does at once whatever work is left.
    pub fn finish(mut self) -> Drawing {
        loop {
            self.advance();
            if let Stage::Finished(drawing) = self.stage {
                return drawing;
            }
        }
    }
}
