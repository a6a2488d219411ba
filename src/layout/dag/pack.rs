//! The parts of a graph side by side, in shelves like books, and the finished
//! drawing made of them.

#![expect(
    clippy::indexing_slicing,
    reason = "sketches hold places in the input that `part` has checked"
)]

use super::drawing::{Align, Drawing, Edge, EdgeKind, Label, Node, Path, Point, Segment, Tip};
use super::part::{box_side, repetitions};
use super::routes::{Kind, Line, Side, Sketch, SketchEdge, Spot};
use super::{Direction, Outline};

/// How much wider than high many parts are packed, before what shelves leave empty.
const ASPECT: f64 = 2.0;

pub(super) fn pack(sketches: Vec<Sketch>, outline: &Outline) -> Drawing {
    let settings = outline.settings;
    let gap = f64::from(settings.neighbour_gap.max(settings.layer_gap));
    let (corners, across, along) = shelves(&sketches, gap, settings.direction);

    let frame = Frame {
        direction: settings.direction,
        corner: Spot::default(),
    };
    let size = frame.point(Spot { across, along });
    let mut drawing = Drawing {
        width: size.x,
        height: size.y,
        nodes: vec![Node::default(); outline.nodes.len()],
        edges: outline
            .edges
            .iter()
            .map(|&(from, to)| missing(from, to))
            .collect(),
        ..Drawing::default()
    };
    for (sketch, corner) in sketches.into_iter().zip(corners) {
        drawing.crossings += sketch.crossings;
        drawing.coarse_order |= sketch.coarse_order;
        let frame = Frame { corner, ..frame };
        for node in &sketch.nodes {
            let at = frame.point(node.at);
            let size = outline.nodes[node.index];
            drawing.nodes[node.index] = Node {
                x: at.x,
                y: at.y,
                width: box_side(size.width),
                height: box_side(size.height),
                layer: u32::try_from(node.layer).unwrap_or(u32::MAX),
            };
        }
        for edge in sketch.edges {
            drawing.without_lanes |= edge.direct;
            frame.edge(&edge, &mut drawing.edges[edge.index]);
        }
    }
    for (edge, first) in repetitions(outline) {
        if drawing.edges[first].kind != EdgeKind::Missing {
            let tip = drawing.edges[first].tip;
            let label = drawing.edges[first].label;
            let edge = &mut drawing.edges[edge];
            edge.kind = EdgeKind::Same(u32::try_from(first).unwrap_or(u32::MAX));
            (edge.tip, edge.label) = (tip, label);
        }
    }
    drawing
}

fn missing(from: usize, to: usize) -> Edge {
    Edge {
        from: u32::try_from(from).unwrap_or(u32::MAX),
        to: u32::try_from(to).unwrap_or(u32::MAX),
        kind: EdgeKind::Missing,
        direct: false,
        path: Path::default(),
        tip: Tip::default(),
        label: Label::default(),
    }
}

/// The corner of every part, and how far all of them reach.
fn shelves(sketches: &[Sketch], gap: f64, direction: Direction) -> (Vec<Spot>, f64, f64) {
    let area: f64 = sketches
        .iter()
        .map(|sketch| (sketch.across + gap) * (sketch.along + gap))
        .sum();
    let widest = sketches.iter().map(|sketch| sketch.across);
    let widest = widest.max_by(f64::total_cmp).unwrap_or(0.0);
    let aspect = match direction {
        Direction::Down => ASPECT,
        Direction::Right => 1.0 / ASPECT,
    };
    let limit = widest.max((area * aspect).sqrt());

    let mut corners = Vec::with_capacity(sketches.len());
    let (mut across, mut along) = (0.0_f64, 0.0_f64);
    let mut corner = Spot::default();
    for sketch in sketches {
        if corner.across > 0.0 && corner.across + sketch.across > limit {
            corner = Spot {
                across: 0.0,
                along: along + gap,
            };
        }
        corners.push(corner);
        across = across.max(corner.across + sketch.across);
        along = along.max(corner.along + sketch.along);
        corner.across += sketch.across + gap;
    }
    (corners, across, along)
}

/// From across and along, in a part, to x and y in the drawing.
#[derive(Clone, Copy)]
struct Frame {
    direction: Direction,
    corner: Spot,
}

impl Frame {
    fn point(&self, spot: Spot) -> Point {
        let half = |value: f64| ((value * 2.0).round() / 2.0) as f32;
        let across = half(self.corner.across + spot.across);
        let along = half(self.corner.along + spot.along);
        match self.direction {
            Direction::Down => Point {
                x: across,
                y: along,
            },
            Direction::Right => Point {
                x: along,
                y: across,
            },
        }
    }

    fn edge(&self, sketch: &SketchEdge, edge: &mut Edge) {
        edge.kind = match sketch.kind {
            Kind::Forward => EdgeKind::Forward,
            Kind::Reversed => EdgeKind::Reversed,
            Kind::Loop => EdgeKind::Loop,
        };
        edge.direct = sketch.direct;
        edge.path = Path {
            start: self.point(sketch.start),
            segments: sketch
                .lines
                .iter()
                .map(|line| match *line {
                    Line::Straight(end) => Segment::Line(self.point(end)),
                    Line::Curve(first, second, end) => {
                        Segment::Cubic(self.point(first), self.point(second), self.point(end))
                    }
                })
                .collect(),
        };
        let (across, along) = match sketch.kind {
            Kind::Forward => (0.0, 1.0),
            Kind::Reversed => (0.0, -1.0),
            Kind::Loop => (-1.0, 0.0),
        };
        edge.tip = Tip {
            at: edge.path.end(),
            towards: match self.direction {
                Direction::Down => Point {
                    x: across,
                    y: along,
                },
                Direction::Right => Point {
                    x: along,
                    y: across,
                },
            },
        };
        edge.label = Label {
            at: self.point(sketch.label),
            align: match (self.direction, sketch.side) {
                (Direction::Right, _) => Align::Middle,
                (Direction::Down, Side::Before) => Align::End,
                (Direction::Down, Side::After) => Align::Start,
            },
        };
    }
}
