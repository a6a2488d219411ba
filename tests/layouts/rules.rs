//! What holds for the drawing of every graph.

use runglass::layout::dag::{
    Direction, Drawing, EdgeKind, Node, Outline, Path, Point, Segment, layout,
};

/// Across and along of a point: x and y for a drawing that leads down.
fn turned(direction: Direction, point: Point) -> (f32, f32) {
    match direction {
        Direction::Down => (point.x, point.y),
        Direction::Right => (point.y, point.x),
    }
}

/// A box as its ends across and its ends along.
#[derive(Clone, Copy, Debug)]
struct Block {
    across: (f32, f32),
    along: (f32, f32),
}

impl Block {
    fn of(direction: Direction, node: &Node) -> Self {
        let near = Point {
            x: node.x,
            y: node.y,
        };
        let far = Point {
            x: node.x + node.width,
            y: node.y + node.height,
        };
        let (near, far) = (turned(direction, near), turned(direction, far));
        Self {
            across: (near.0, far.0),
            along: (near.1, far.1),
        }
    }

    fn around(direction: Direction, points: &[Point]) -> Self {
        let turned = points.iter().map(|point| turned(direction, *point));
        let ends = |values: Vec<f32>| {
            let least = values.iter().copied().fold(f32::MAX, f32::min);
            (least, values.iter().copied().fold(f32::MIN, f32::max))
        };
        Self {
            across: ends(turned.clone().map(|point| point.0).collect()),
            along: ends(turned.map(|point| point.1).collect()),
        }
    }

    fn distance(a: (f32, f32), b: (f32, f32)) -> f32 {
        (b.0 - a.1).max(a.0 - b.1)
    }

    fn across_to(&self, other: &Self) -> f32 {
        Self::distance(self.across, other.across)
    }

    fn along_to(&self, other: &Self) -> f32 {
        Self::distance(self.along, other.along)
    }

    fn middle(&self) -> f32 {
        (self.across.0 + self.across.1) / 2.0
    }
}

/// What holds for the drawing of every graph.
#[track_caller]
pub fn check(outline: &Outline) -> Drawing {
    let drawing = layout(outline.clone());
    let direction = outline.settings.direction;
    let cleaned = |gap: f32| {
        if gap.is_nan() {
            8.0
        } else {
            gap.ceil().clamp(8.0, 1024.0)
        }
    };
    let layer_gap = cleaned(outline.settings.layer_gap);
    let neighbour_gap = cleaned(outline.settings.neighbour_gap);
    assert_eq!(drawing.nodes.len(), outline.nodes.len());
    assert_eq!(drawing.edges.len(), outline.edges.len());

    let page = Block::around(
        direction,
        &[
            Point::default(),
            Point {
                x: drawing.width,
                y: drawing.height,
            },
        ],
    );
    let inside = |point: Point| {
        let (across, along) = turned(direction, point);
        (page.across.0..=page.across.1).contains(&across)
            && (page.along.0..=page.along.1).contains(&along)
            && [across, along]
                .iter()
                .all(|value| (value * 2.0).fract() == 0.0)
    };
    let blocks: Vec<Block> = drawing
        .nodes
        .iter()
        .map(|node| Block::of(direction, node))
        .collect();
    for (index, block) in blocks.iter().enumerate() {
        let node = drawing.nodes[index];
        assert!(
            inside(Point {
                x: node.x,
                y: node.y
            }),
            "{node:?}"
        );
        assert!(node.x + node.width <= drawing.width && node.y + node.height <= drawing.height);
        for (other_index, other) in blocks.iter().enumerate().skip(index + 1) {
            assert!(
                block.across_to(other) >= neighbour_gap || block.along_to(other) >= layer_gap,
                "{index} {block:?} is too close to {other_index} {other:?}"
            );
        }
    }

    for (edge, &(from, to)) in drawing.edges.iter().zip(&outline.edges) {
        assert_eq!((edge.from as usize, edge.to as usize), (from, to));
        let path = &edge.path;
        if let EdgeKind::Same(first) = edge.kind {
            assert_eq!(outline.edges[first as usize], (from, to));
            continue;
        }
        let (Some(source), Some(target)) = (blocks.get(from), blocks.get(to)) else {
            assert_eq!(edge.kind, EdgeKind::Missing);
            continue;
        };
        let layers = (drawing.nodes[from].layer, drawing.nodes[to].layer);
        let (start, end) = (turned(direction, path.start), turned(direction, path.end()));
        assert_eq!(edge.tip.at, path.end());
        let near_middle = |block: &Block, at: f32| {
            (at - block.middle()).abs() <= 0.16 * (block.across.1 - block.across.0) + 0.5
        };
        match edge.kind {
            EdgeKind::Forward => {
                assert!(layers.0 < layers.1);
                assert_eq!(start, (source.middle(), source.along.1));
                assert_eq!(end.1, target.along.0);
                assert!(near_middle(target, end.0));
                assert_eq!(turned(direction, edge.tip.towards), (0.0, 1.0));
            }
            EdgeKind::Reversed => {
                assert!(layers.0 > layers.1);
                assert_eq!((start.1, end.1), (source.along.0, target.along.1));
                assert!(near_middle(source, start.0) && near_middle(target, end.0));
                assert_eq!(turned(direction, edge.tip.towards), (0.0, -1.0));
            }
            EdgeKind::Loop => {
                assert_eq!(from, to);
                assert_eq!((start.0, end.0), (source.across.1, source.across.1));
                assert!(source.along.0 <= start.1 && start.1 <= end.1);
                assert!(end.1 <= source.along.1);
                assert_eq!(turned(direction, edge.tip.towards), (-1.0, 0.0));
            }
            EdgeKind::Same(_) | EdgeKind::Missing => panic!("{edge:?}"),
        }
        if edge.kind != EdgeKind::Loop && !edge.direct {
            check_route(path, &blocks, (from, to), direction, neighbour_gap);
        }
    }
    drawing
}

/// Lines run along, at half the gap from every box that is not at their ends; curves
/// stay clear of all boxes.
#[track_caller]
fn check_route(
    path: &Path,
    blocks: &[Block],
    ends: (usize, usize),
    direction: Direction,
    gap: f32,
) {
    let mut at = path.start;
    for segment in &path.segments {
        let (hull, room) = match *segment {
            Segment::Line(end) => {
                let line = Block::around(direction, &[at, end]);
                assert_eq!(line.across.0, line.across.1, "a line runs straight along");
                (line, gap / 2.0)
            }
            Segment::Cubic(first, second, end) => {
                (Block::around(direction, &[at, first, second, end]), 0.0)
            }
        };
        for (index, block) in blocks.iter().enumerate() {
            let beside = hull.along_to(block) >= 0.0;
            let own = [ends.0, ends.1].contains(&index);
            assert!(
                beside || (!own && hull.across_to(block) >= room),
                "{segment:?} of {ends:?} passes {index} {block:?}"
            );
        }
        at = segment.end();
    }
}
