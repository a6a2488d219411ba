//! Edges as curves. An edge leaves at the middle of its node, bends only in the gaps
//! between layers, passes layers in a straight line, and arrives with the others at
//! the middle third of its node. Here also stand the arrowheads and the places for
//! labels.

#![expect(
    clippy::indexing_slicing,
    reason = "vertices, layers and edges are numbered by `lanes` and `part`"
)]

use super::Settings;
use super::lanes::{Layered, LayeredEdge, loop_reach};
use super::lists::Lists;
use super::part::Part;
use crate::sorting::sort_by;

/// Arrivals spread to both sides by this share of the node.
const SPREAD: f64 = 0.16;
/// How far a curve goes straight on before it turns, as a share of the gap.
const STRAIGHT_ON: f64 = 0.8;
/// From an edge to the words beside it.
pub(super) const LABEL_GAP: f64 = 10.0;
/// From a node up to the middle of the words on an edge that arrives there, as a
/// share of the gap: below the height at which curves to other nodes run across.
const LABEL_RISE: f64 = 0.4;

/// A part, drawn: sizes and places still as across and along.
#[derive(Clone, Debug, Default)]
pub(super) struct Sketch {
    pub across: f64,
    pub along: f64,
    pub nodes: Vec<SketchNode>,
    pub edges: Vec<SketchEdge>,
    pub crossings: u64,
    pub coarse_order: bool,
}

#[derive(Clone, Debug)]
pub(super) struct SketchNode {
    /// Place in the input.
    pub index: usize,
    /// Where the box begins.
    pub at: Spot,
    pub layer: usize,
}

#[derive(Clone, Debug)]
pub(super) struct SketchEdge {
    /// Place in the input.
    pub index: usize,
    pub kind: Kind,
    pub direct: bool,
    pub start: Spot,
    pub lines: Vec<Line>,
    pub label: Spot,
    pub side: Side,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Forward,
    Reversed,
    Loop,
}

/// On which side of an edge its label stands: nearer to the beginning of the layer
/// (left, or above) or to its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Side {
    Before,
    After,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Spot {
    pub across: f64,
    pub along: f64,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Line {
    Straight(Spot),
    Curve(Spot, Spot, Spot),
}

impl Line {
    pub(super) fn end(self) -> Spot {
        match self {
            Self::Straight(end) | Self::Curve(_, _, end) => end,
        }
    }
}

fn spot(across: f64, along: f64) -> Spot {
    Spot { across, along }
}

pub(super) fn sketch(part: &Part, graph: &Layered, across: &[f64], settings: Settings) -> Sketch {
    let plan = Plan::new(part, graph, across, settings);
    let mut sketch = Sketch {
        crossings: graph.crossings,
        coarse_order: graph.coarse_order,
        ..Sketch::default()
    };
    for (vertex, node) in part.nodes.iter().enumerate() {
        sketch.nodes.push(SketchNode {
            index: node.index,
            at: spot(across[vertex] - node.across / 2.0, plan.begin(vertex)),
            layer: graph.layer[vertex],
        });
        if let Some(index) = node.loop_edge {
            sketch.edges.push(plan.arc(vertex, index));
        }
    }
    for (index, edge) in graph.edges.iter().enumerate() {
        let input = part.edges[index].index;
        sketch.edges.push(plan.edge(index, edge, input));
    }
    let reach = (0..graph.vertices()).map(|vertex| across[vertex] + graph.after[vertex]);
    sketch.across = reach.max_by(f64::total_cmp).unwrap_or(0.0);
    sketch.along = plan.ends.last().copied().unwrap_or(0.0);
    sketch
}

/// What all routes of a part go by.
struct Plan<'a> {
    part: &'a Part,
    graph: &'a Layered,
    across: &'a [f64],
    gap: f64,
    arc_reach: f64,
    /// Where each layer begins and ends.
    begins: Vec<f64>,
    ends: Vec<f64>,
    /// Where each edge arrives at its lower node, from the node's middle.
    arrivals: Vec<f64>,
    /// How many edges share the upper node of each edge, counted by node.
    leaving: Vec<usize>,
    /// The position of every vertex in its layer.
    place: Vec<usize>,
}

impl<'a> Plan<'a> {
    fn new(part: &'a Part, graph: &'a Layered, across: &'a [f64], settings: Settings) -> Self {
        let gap = f64::from(settings.layer_gap);
        let mut thickness = vec![0.0_f64; graph.layers.len()];
        for (vertex, node) in part.nodes.iter().enumerate() {
            let layer = &mut thickness[graph.layer[vertex]];
            *layer = layer.max(node.along);
        }
        let mut begins = Vec::with_capacity(thickness.len());
        let mut ends = Vec::with_capacity(thickness.len());
        let mut along = 0.0;
        for thickness in thickness {
            begins.push(along);
            ends.push(along + thickness);
            along += thickness + gap;
        }
        let mut leaving = vec![0; graph.nodes];
        for edge in &graph.edges {
            leaving[edge.upper] += 1;
        }
        let mut place = vec![0; graph.vertices()];
        for layer in &graph.layers {
            for (at, &vertex) in layer.iter().enumerate() {
                place[vertex] = at;
            }
        }
        let mut plan = Self {
            part,
            graph,
            across,
            gap,
            arc_reach: loop_reach(f64::from(settings.neighbour_gap)),
            begins,
            ends,
            arrivals: Vec::new(),
            leaving,
            place,
        };
        plan.arrivals = plan.spread();
        plan
    }

    fn begin(&self, vertex: usize) -> f64 {
        self.begins[self.graph.layer[vertex]]
    }

    /// Where an edge leaves its upper node. One that is drawn against its direction
    /// arrives there and keeps clear of those that leave.
    fn port(&self, edge: &LayeredEdge) -> f64 {
        let middle = self.across[edge.upper];
        if !edge.reversed {
            return middle;
        }
        let aside = SPREAD * self.part.nodes[edge.upper].across;
        let points = edge.points();
        let next = if points.is_empty() {
            edge.lower
        } else {
            points.start
        };
        if self.across[next] < middle {
            middle - aside
        } else {
            middle + aside
        }
    }

    /// Across, in the layer above its lower node.
    fn comes_from(&self, edge: &LayeredEdge) -> f64 {
        let points = edge.points();
        if points.is_empty() {
            self.port(edge)
        } else {
            self.across[points.end - 1]
        }
    }

    /// A straight arrival keeps the middle of the node, and the others spread to the
    /// sides they come from; without one they share the width evenly.
    fn spread(&self) -> Vec<f64> {
        let edges = &self.graph.edges;
        let mut arrivals = vec![0.0; edges.len()];
        let arriving = Lists::new(self.graph.nodes, edges.iter().map(|edge| edge.lower));
        let mut order: Vec<(f64, usize)> = Vec::new();
        for node in 0..self.graph.nodes {
            if arriving.len(node) < 2 {
                continue;
            }
            order.clear();
            order.extend(
                arriving
                    .of(node)
                    .iter()
                    .map(|&edge| (self.comes_from(&edges[edge]) - self.across[node], edge)),
            );
            sort_by(&mut order, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let width = SPREAD * self.part.nodes[node].across;
            let count = order.len();
            let straight = order.iter().position(|&(from, _)| from == 0.0);
            for (at, &(_, edge)) in order.iter().enumerate() {
                let share = match straight {
                    None => 2.0 * at as f64 / (count - 1) as f64 - 1.0,
                    Some(middle) if at < middle => at as f64 / middle as f64 - 1.0,
                    Some(middle) if at > middle => {
                        (at - middle) as f64 / (count - 1 - middle) as f64
                    }
                    Some(_) => 0.0,
                };
                arrivals[edge] = (share * width * 2.0).round() / 2.0;
            }
        }
        arrivals
    }

    fn edge(&self, number: usize, edge: &LayeredEdge, index: usize) -> SketchEdge {
        let graph = self.graph;
        let (upper, lower) = (edge.upper, edge.lower);
        let start = spot(
            self.port(edge),
            self.begin(upper) + self.part.nodes[upper].along,
        );
        let end = spot(
            self.across[lower] + self.arrivals[number],
            self.begin(lower),
        );
        let mut pen = Pen {
            at: start,
            lines: Vec::new(),
        };
        pen.straight_to(self.ends[graph.layer[upper]]);
        let points = edge.points();
        for point in points.clone() {
            pen.bend_to(spot(self.across[point], self.begin(point)), self.gap);
            pen.straight_to(self.ends[graph.layer[point]]);
        }
        pen.bend_to(end, self.gap);

        let (label, side) = self.label(edge, points, start, end);
        let mut sketch = SketchEdge {
            index,
            kind: Kind::Forward,
            direct: edge.lane.is_none(),
            start,
            lines: pen.lines,
            label,
            side,
        };
        if edge.reversed {
            sketch.kind = Kind::Reversed;
            turn_round(&mut sketch);
        }
        sketch
    }

    /// Beside the middle of the lane, on its freer side; without one beside the place
    /// of arrival, on the side away from the edge's own curve.
    fn label(
        &self,
        edge: &LayeredEdge,
        points: std::ops::Range<usize>,
        start: Spot,
        end: Spot,
    ) -> (Spot, Side) {
        if points.is_empty() {
            let bent = start.across != end.across;
            let alone = self.leaving[edge.upper] == 1;
            let share = if bent || !alone { LABEL_RISE } else { 0.5 };
            let side = if end.across < start.across {
                Side::Before
            } else {
                Side::After
            };
            return (beside(end.across, end.along - share * self.gap, side), side);
        }
        let middle = points.start + points.len() / 2;
        let along = (self.begin(points.start) + self.ends[self.graph.layer[points.end - 1]]) / 2.0;
        let side = if self.room(middle, Side::Before) > self.room(middle, Side::After) {
            Side::Before
        } else {
            Side::After
        };
        (beside(self.across[middle], along, side), side)
    }

    /// How much is free between a vertex and its neighbour.
    fn room(&self, vertex: usize, side: Side) -> f64 {
        let layer = &self.graph.layers[self.graph.layer[vertex]];
        let place = self.place[vertex];
        let neighbour = match side {
            Side::Before => place.checked_sub(1),
            Side::After => Some(place + 1),
        };
        let Some(&other) = neighbour.and_then(|place| layer.get(place)) else {
            return f64::INFINITY;
        };
        match side {
            Side::Before => self.across[vertex] - self.across[other] - self.graph.after[other],
            Side::After => self.across[other] - self.graph.before[other] - self.across[vertex],
        }
    }

    /// The edge from a node to itself: out at a third of its side, in at two thirds.
    fn arc(&self, vertex: usize, index: usize) -> SketchEdge {
        let node = &self.part.nodes[vertex];
        let side = self.across[vertex] + node.across / 2.0;
        let out = spot(side, self.begin(vertex) + node.along * 0.3);
        let back = spot(side, self.begin(vertex) + node.along * 0.7);
        // A cubic curve reaches three quarters as far as its two control points.
        let control = side + self.arc_reach * 4.0 / 3.0;
        let middle = (out.along + back.along) / 2.0;
        SketchEdge {
            index,
            kind: Kind::Loop,
            direct: false,
            start: out,
            lines: vec![Line::Curve(
                spot(control, out.along),
                spot(control, back.along),
                back,
            )],
            label: beside(side + self.arc_reach, middle, Side::After),
            side: Side::After,
        }
    }
}

fn beside(across: f64, along: f64, side: Side) -> Spot {
    match side {
        Side::Before => spot(across - LABEL_GAP, along),
        Side::After => spot(across + LABEL_GAP, along),
    }
}

/// Draws one edge.
struct Pen {
    at: Spot,
    lines: Vec<Line>,
}

impl Pen {
    fn straight_to(&mut self, along: f64) {
        if along <= self.at.along {
            return;
        }
        self.at.along = along;
        match self.lines.last_mut() {
            Some(Line::Straight(end)) => *end = self.at,
            Some(Line::Curve(..)) | None => self.lines.push(Line::Straight(self.at)),
        }
    }

    fn bend_to(&mut self, to: Spot, gap: f64) {
        if self.at.across == to.across {
            self.straight_to(to.along);
            return;
        }
        let on = STRAIGHT_ON * gap;
        self.lines.push(Line::Curve(
            spot(self.at.across, self.at.along + on),
            spot(to.across, to.along - on),
            to,
        ));
        self.at = to;
    }
}

/// Draws an edge from its other end.
fn turn_round(edge: &mut SketchEdge) {
    let mut start = edge.start;
    for line in &mut edge.lines {
        let end = line.end();
        *line = match *line {
            Line::Straight(_) => Line::Straight(start),
            Line::Curve(first, second, _) => Line::Curve(second, first, start),
        };
        start = end;
    }
    edge.start = start;
    edge.lines.reverse();
}
