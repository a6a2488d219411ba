//! The finished drawing: plain numbers that can cross a thread, and how a path is
//! written for SVG. All coordinates are pixels from the top left corner, rounded to
//! halves; text and colour are the screen's affair.

use crate::layout::number;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Drawing {
    pub width: f32,
    pub height: f32,
    /// One for each node of the input, in its order.
    pub nodes: Vec<Node>,
    /// One for each edge of the input, in its order.
    pub edges: Vec<Edge>,
    /// How often edges cross between layers.
    pub crossings: u64,
    /// The graph was too large to give every long edge a lane: the edges marked
    /// [`Edge::direct`] run straight across whatever is in between.
    pub without_lanes: bool,
    /// The graph was too large to search for the best order: the drawing holds, but
    /// has more crossings than it needs.
    pub coarse_order: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// The box's top left corner.
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
    /// From 0, counted in each connected part alone.
    pub layer: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edge {
    pub from: u32,
    pub to: u32,
    pub kind: EdgeKind,
    /// Long, but without a lane; see [`Drawing::without_lanes`].
    pub direct: bool,
    /// From the one node's edge to the other's, in the direction of the edge. Empty
    /// for [`EdgeKind::Same`] and [`EdgeKind::Missing`].
    pub path: Path,
    pub tip: Tip,
    pub label: Label,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EdgeKind {
    /// Leads to a later layer.
    Forward,
    /// Leads back to an earlier layer: it closes a cycle.
    Reversed,
    /// Leads from a node to itself.
    Loop,
    /// Repeats the edge at the given place in the list, and is drawn with it.
    Same(u32),
    /// Names a node that does not exist, and is not drawn.
    Missing,
}

/// Where the arrowhead's point is, and where it points to: a unit vector along an axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tip {
    pub at: Point,
    pub towards: Point,
}

/// Where a word on an edge stands: `at` is its vertical middle, and the end of it
/// that `align` names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Label {
    pub at: Point,
    pub align: Align,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Align {
    #[default]
    Start,
    Middle,
    End,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub x: f32,
    pub y: f32,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Path {
    pub start: Point,
    pub segments: Vec<Segment>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Segment {
    Line(Point),
    /// A cubic Bézier curve: two control points and the end.
    Cubic(Point, Point, Point),
}

impl Segment {
    pub fn end(self) -> Point {
        match self {
            Self::Line(end) | Self::Cubic(_, _, end) => end,
        }
    }
}

impl Path {
    pub fn end(&self) -> Point {
        self.segments
            .last()
            .map_or(self.start, |segment| segment.end())
    }

    /// The `d` attribute of an SVG path, such as `M108 52C108 79,240 59,240 86`; empty
    /// for a path without segments.
    pub fn d(&self) -> String {
        if self.segments.is_empty() {
            return String::new();
        }
        let mut d = String::new();
        let mut put = |before: char, point: Point| {
            d.push(before);
            number::write(f64::from(point.x), &mut d);
            d.push(' ');
            number::write(f64::from(point.y), &mut d);
        };
        put('M', self.start);
        for segment in &self.segments {
            match *segment {
                Segment::Line(end) => put('L', end),
                Segment::Cubic(first, second, end) => {
                    put('C', first);
                    put(',', second);
                    put(',', end);
                }
            }
        }
        d
    }
}

impl Drawing {
    /// The path that an edge is drawn with, its own or that of the edge it repeats.
    pub fn path(&self, edge: usize) -> Option<&Path> {
        let edge = self.edges.get(edge)?;
        match edge.kind {
            EdgeKind::Same(first) => self.edges.get(first as usize).map(|edge| &edge.path),
            EdgeKind::Missing => None,
            EdgeKind::Forward | EdgeKind::Reversed | EdgeKind::Loop => Some(&edge.path),
        }
    }
}

impl Edge {
    /// Whether it has a line of its own.
    pub fn is_drawn(&self) -> bool {
        !self.path.segments.is_empty()
    }

    /// Whether it is so long that dashes of it would be thousands: a browser takes seconds
    /// for very many of those.
    pub fn is_long(&self) -> bool {
        const LONG: f32 = 3000.0;
        let (start, end) = (self.path.start, self.path.end());
        (start.x - end.x).abs().max((start.y - end.y).abs()) > LONG
    }
}

impl Tip {
    /// A triangle 8 wide and 5 long with its point at the tip, as the `d` of a path.
    pub fn head(&self) -> String {
        let (tip, to) = (self.at, self.towards);
        let (x, y) = (tip.x - to.x * 5.0, tip.y - to.y * 5.0);
        let corners = [
            (x - to.y * 4.0, y + to.x * 4.0),
            (x + to.y * 4.0, y - to.x * 4.0),
            (tip.x, tip.y),
        ];
        let mut d = String::new();
        for ((x, y), before) in corners.into_iter().zip(['M', 'L', 'L']) {
            d.push(before);
            number::write(f64::from(x), &mut d);
            d.push(' ');
            number::write(f64::from(y), &mut d);
        }
        d.push('Z');
        d
    }
}
