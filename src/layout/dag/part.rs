//! One connected part of a graph, and its way from nodes and edges to a sketch.
//!
//! Nodes of a part are numbered in their preferred order, so that everywhere below a
//! smaller number also means *earlier in the flow's code*.

#![expect(
    clippy::indexing_slicing,
    reason = "`split` admits only edges between nodes that exist; all other numbers are made here"
)]

use super::coordinates::Coordinates;
use super::lanes::Layered;
use super::lists::Lists;
use super::order::Order;
use super::routes::{self, Sketch};
use super::straighten::Straighten;
use super::{Budget, Direction, Fuel, Outline, Settings, cycles, lanes, layers, whole};
use crate::sorting::{sort, sort_by_key};

/// A connected part of the input.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub nodes: Vec<PartNode>,
    /// Without loops and repetitions, ordered by `from`, then `to`.
    pub edges: Vec<PartEdge>,
}

#[derive(Clone, Debug)]
pub(super) struct PartNode {
    /// Place in the input.
    pub index: usize,
    pub across: f64,
    pub along: f64,
    /// The edge that leads from this node to itself, as its place in the input.
    pub loop_edge: Option<usize>,
    /// What the words beside its loop take of the layer.
    pub words: f64,
}

#[derive(Clone, Debug)]
pub(super) struct PartEdge {
    /// Place in the input.
    pub index: usize,
    /// Places in the part's nodes.
    pub from: usize,
    pub to: usize,
}

/// What a line of words takes where layers are columns.
const WORDS_HEIGHT: f32 = 16.0;

/// For each edge of the input that repeats an earlier one, that earlier one.
pub(super) fn repetitions(outline: &Outline) -> Vec<(usize, usize)> {
    let edges = &outline.edges;
    let mut same = Vec::new();
    let mut by_ends: Vec<usize> = (0..edges.len()).collect();
    sort_by_key(&mut by_ends, |&index| edges[index]);
    let mut first = 0;
    for pair in 0..by_ends.len() {
        if edges[by_ends[pair]] == edges[by_ends[first]] {
            if pair != first {
                same.push((by_ends[pair], by_ends[first]));
            }
        } else {
            first = pair;
        }
    }
    same
}

/// The parts in reverse, so that the first is at the end: parts with edges in the
/// order of their first nodes, then single nodes.
pub(super) fn split(outline: &Outline) -> Vec<Part> {
    let count = outline.nodes.len();
    let mut ranked: Vec<usize> = (0..count).collect();
    sort_by_key(&mut ranked, |&index| {
        let order = outline.nodes[index].order;
        (order.is_none(), order)
    });
    let mut rank = vec![0; count];
    for (place, &index) in ranked.iter().enumerate() {
        rank[index] = place;
    }

    let mut edges: Vec<(usize, usize, usize)> = outline
        .edges
        .iter()
        .enumerate()
        .filter(|&(_, &(from, to))| from < count && to < count)
        .map(|(index, &(from, to))| (rank[from], rank[to], index))
        .collect();
    sort(&mut edges);
    edges.dedup_by_key(|&mut (from, to, _)| (from, to));

    let part_of_rank = connect(count, &edges);
    let parts_count = part_of_rank.iter().max().map_or(0, |last| last + 1);
    let mut parts = vec![Part::default(); parts_count];
    let mut local = vec![0; count];
    for (place, &index) in ranked.iter().enumerate() {
        let part = &mut parts[part_of_rank[place]];
        local[place] = part.nodes.len();
        let size = outline.nodes[index];
        let (width, height) = (box_side(size.width), box_side(size.height));
        let (across, along) = match outline.settings.direction {
            Direction::Down => (width, height),
            Direction::Right => (height, width),
        };
        let words = match outline.settings.direction {
            _ if size.words.is_nan() || size.words <= 0.0 => 0.0,
            Direction::Down => size.words.min(1024.0).ceil(),
            Direction::Right => WORDS_HEIGHT,
        };
        part.nodes.push(PartNode {
            index,
            words: f64::from(words),
            across: f64::from(across),
            along: f64::from(along),
            loop_edge: None,
        });
    }
    for (from, to, index) in edges {
        let part = &mut parts[part_of_rank[from]];
        if from == to {
            part.nodes[local[from]].loop_edge = Some(index);
        } else {
            part.edges.push(PartEdge {
                index,
                from: local[from],
                to: local[to],
            });
        }
    }

    let (connected, mut reversed): (Vec<Part>, Vec<Part>) =
        parts.into_iter().partition(|part| part.nodes.len() > 1);
    reversed.reverse();
    reversed.extend(connected.into_iter().rev());
    reversed
}

pub(super) fn box_side(side: f32) -> f32 {
    whole(side, 1.0, 4096.0)
}

/// The number of its part for each node; parts are numbered by their first nodes.
fn connect(count: usize, edges: &[(usize, usize, usize)]) -> Vec<usize> {
    let from = Lists::new(count, edges.iter().map(|edge| edge.0));
    let to = Lists::new(count, edges.iter().map(|edge| edge.1));
    let mut part_of = vec![usize::MAX; count];
    let mut parts = 0;
    let mut open = Vec::new();
    for start in 0..count {
        if part_of[start] != usize::MAX {
            continue;
        }
        part_of[start] = parts;
        open.push(start);
        while let Some(node) = open.pop() {
            let after = from.of(node).iter().map(|&edge| edges[edge].1);
            let before = to.of(node).iter().map(|&edge| edges[edge].0);
            for other in after.chain(before) {
                if part_of[other] == usize::MAX {
                    part_of[other] = parts;
                    open.push(other);
                }
            }
        }
        parts += 1;
    }
    part_of
}

/// A part on its way to a sketch.
pub(super) struct PartWork {
    part: Part,
    settings: Settings,
    stage: Stage,
}

/// What a part costs besides its vertices and segments.
const PART: usize = 300;

enum Stage {
    Begin,
    Order(Layered, Order),
    Coordinates(Layered, Coordinates),
    Straighten(Layered, Straighten),
}

impl PartWork {
    pub(super) fn new(part: Part, settings: Settings) -> Self {
        Self {
            part,
            settings,
            stage: Stage::Begin,
        }
    }

    /// Works until the fuel is spent or the sketch is finished.
    pub(super) fn advance(&mut self, budget: &mut Budget, fuel: &mut Fuel) -> Option<Sketch> {
        while !fuel.is_spent() {
            // A stage is taken out and put back, because the next one is made of it.
            self.stage = match std::mem::replace(&mut self.stage, Stage::Begin) {
                Stage::Begin => {
                    let layered = self.layered(budget);
                    fuel.spend(PART + 2 * (layered.vertices() + layered.segments()));
                    let order = Order::new(&layered);
                    Stage::Order(layered, order)
                }
                Stage::Order(mut layered, mut order) => {
                    if order.advance(&mut layered, &mut budget.order_work, fuel) {
                        let coordinates = Coordinates::new(&layered);
                        fuel.spend(2 * (layered.vertices() + layered.segments()));
                        Stage::Coordinates(layered, coordinates)
                    } else {
                        Stage::Order(layered, order)
                    }
                }
                Stage::Coordinates(layered, mut coordinates) => {
                    fuel.spend(3 * (layered.vertices() + layered.segments()));
                    match coordinates.advance(&layered) {
                        Some(straighten) => Stage::Straighten(layered, straighten),
                        None => Stage::Coordinates(layered, coordinates),
                    }
                }
                Stage::Straighten(layered, mut straighten) => {
                    fuel.spend(3 * (layered.vertices() + layered.segments()));
                    if let Some(across) = straighten.advance(&layered) {
                        return Some(routes::sketch(&self.part, &layered, &across, self.settings));
                    }
                    Stage::Straighten(layered, straighten)
                }
            };
        }
        None
    }

    fn layered(&self, budget: &mut Budget) -> Layered {
        let count = self.part.nodes.len();
        let mut edges: Vec<(usize, usize)> = self
            .part
            .edges
            .iter()
            .map(|edge| (edge.from, edge.to))
            .collect();
        let reversed = cycles::closing(count, &edges);
        for (edge, &reversed) in edges.iter_mut().zip(&reversed) {
            if reversed {
                *edge = (edge.1, edge.0);
            }
        }
        let layer = layers::assign(count, &edges);
        lanes::lay(&self.part, &edges, reversed, layer, self.settings, budget)
    }
}
