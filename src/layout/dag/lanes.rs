//! Lanes: an edge over several layers gets a point in each layer that it passes, so
//! that it is ordered and placed like a node and no box stands in its way.
//!
//! From here on a part is made of *vertices* (its nodes first, then the points of
//! lanes) and *segments* (each from one layer to the next).

#![expect(
    clippy::indexing_slicing,
    reason = "vertices and segments are numbered here"
)]

use super::lists::Lists;
use super::part::Part;
use super::routes::LABEL_GAP;
use super::{Budget, Settings};
use crate::sorting::sort_by_key;
use std::ops::Range;

/// How many points the lanes of one drawing may have in all. A graph that needs more
/// is past what anyone can follow with their eyes; a point costs about 100 bytes.
pub(super) const LANE_POINTS: usize = 80_000;

/// A part with lanes and layers.
#[derive(Clone, Debug, Default)]
pub(super) struct Layered {
    /// How many of the vertices are nodes.
    pub nodes: usize,
    /// The vertices of every layer, from the first to the last in their order.
    pub layers: Vec<Vec<usize>>,
    /// The layer of every vertex.
    pub layer: Vec<usize>,
    /// Where a vertex would like to stand among its siblings: a node has its own
    /// number, a point of a lane that of the node that it leads to.
    pub rank: Vec<usize>,
    /// How far a vertex reaches across, to both sides of its middle.
    pub before: Vec<f64>,
    pub after: Vec<f64>,
    /// The ends of every segment.
    pub upper: Vec<usize>,
    pub lower: Vec<usize>,
    /// The segments that leave and reach every vertex. Those that leave a node are
    /// in the preferred order of where they lead.
    pub down: Lists,
    pub up: Lists,
    /// The edges of the part, from the upper to the lower node.
    pub edges: Vec<LayeredEdge>,
    /// The gap between two nodes; a lane keeps half of it.
    pub gap: f64,
    pub crossings: u64,
    pub coarse_order: bool,
}

#[derive(Clone, Debug)]
pub(super) struct LayeredEdge {
    pub upper: usize,
    pub lower: usize,
    /// The edge leads from the lower to the upper node.
    pub reversed: bool,
    /// `None` when there was no room for a lane in memory: the edge runs straight
    /// across the layers.
    pub lane: Option<Lane>,
}

/// How an edge gets from its upper to its lower node.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    /// Its points from above, numbered one after the other; none for an edge from one
    /// layer to the next.
    pub points: Range<usize>,
    /// Its segments from above, one more than points.
    pub segments: Range<usize>,
}

impl LayeredEdge {
    /// The points of its lane; none for an edge without one.
    pub(super) fn points(&self) -> Range<usize> {
        self.lane.as_ref().map_or(0..0, |lane| lane.points.clone())
    }
}

impl Layered {
    pub(super) fn vertices(&self) -> usize {
        self.layer.len()
    }

    pub(super) fn segments(&self) -> usize {
        self.upper.len()
    }

    pub(super) fn is_node(&self, vertex: usize) -> bool {
        vertex < self.nodes
    }

    /// How far apart the middles of two neighbours must be.
    pub(super) fn distance(&self, left: usize, right: usize) -> f64 {
        let gap = if self.is_node(left) && self.is_node(right) {
            self.gap
        } else {
            self.gap / 2.0
        };
        self.after[left] + gap + self.before[right]
    }

    fn add_vertex(&mut self, layer: usize, rank: usize, before: f64, after: f64) -> usize {
        self.layer.push(layer);
        self.rank.push(rank);
        self.before.push(before);
        self.after.push(after);
        self.layer.len() - 1
    }
}

/// Short edges get their lanes first, so that as many as possible have one.
pub(super) fn lay(
    part: &Part,
    edges: &[(usize, usize)],
    reversed: Vec<bool>,
    layer: Vec<usize>,
    settings: Settings,
    budget: &mut Budget,
) -> Layered {
    let gap = f64::from(settings.neighbour_gap);
    let mut layered = Layered {
        nodes: part.nodes.len(),
        gap,
        ..Layered::default()
    };
    for (rank, (node, layer)) in part.nodes.iter().zip(layer).enumerate() {
        let arc = match node.loop_edge {
            Some(_) if node.words > 0.0 => loop_reach(gap) + LABEL_GAP + node.words,
            Some(_) => loop_reach(gap),
            None => 0.0,
        };
        let half = node.across / 2.0;
        layered.add_vertex(layer, rank, half, half + arc);
    }

    let points = |edge: usize| {
        let (upper, lower) = edges[edge];
        layered.layer[lower] - layered.layer[upper] - 1
    };
    let mut by_length: Vec<usize> = (0..edges.len()).collect();
    sort_by_key(&mut by_length, |&edge| points(edge));
    let mut has_lane = vec![false; edges.len()];
    for edge in by_length {
        let points = points(edge);
        if points > budget.lane_points {
            break;
        }
        budget.lane_points -= points;
        has_lane[edge] = true;
    }

    // Segments in the order of their ends, which is the preferred one.
    let mut by_ends: Vec<usize> = (0..edges.len()).collect();
    sort_by_key(&mut by_ends, |&edge| edges[edge]);
    let mut lanes: Vec<Option<Lane>> = vec![None; edges.len()];
    for edge in by_ends {
        if !has_lane[edge] {
            continue;
        }
        let (upper, lower) = edges[edge];
        let (first_point, first_segment) = (layered.vertices(), layered.segments());
        let mut last = upper;
        for layer in layered.layer[upper] + 1..layered.layer[lower] {
            let point = layered.add_vertex(layer, lower, 0.0, 0.0);
            layered.upper.push(last);
            layered.lower.push(point);
            last = point;
        }
        layered.upper.push(last);
        layered.lower.push(lower);
        lanes[edge] = Some(Lane {
            points: first_point..layered.vertices(),
            segments: first_segment..layered.segments(),
        });
    }

    layered.edges = edges
        .iter()
        .zip(reversed)
        .zip(lanes)
        .map(|((&(upper, lower), reversed), lane)| LayeredEdge {
            upper,
            lower,
            reversed,
            lane,
        })
        .collect();
    layered.down = Lists::new(layered.vertices(), layered.upper.iter().copied());
    layered.up = Lists::new(layered.vertices(), layered.lower.iter().copied());
    layered
}

/// How far the arc of a loop reaches out of its node.
pub(super) fn loop_reach(gap: f64) -> f64 {
    (gap / 2.0).max(8.0)
}
