//! Where the words of the edges stand: each beside its own edge, near its beginning or
//! where it runs alone, and over no box and no other words.
//!
//! The layout knows how wide a box is, but not how long the words are that stand beside an
//! edge. So they get their places when everything else has one. Words that have room
//! nowhere are left out.

use super::groups::{Frame, Rect};
use super::{EdgeNote, LETTER, StepNode};
use crate::engine::Work;
use crate::layout::dag::{Align, Drawing, Edge, EdgeKind, Label, Path, Point, Segment};
use crate::layout::pane::BRIEF;
use crate::source::Pace as _;

/// From an edge to the words beside it: the nearest that is free.
const GAPS: [f32; 3] = [8.0, 20.0, 32.0];
/// By how much words are larger where boxes are small.
const LARGE: f32 = 1.0 / BRIEF as f32;
/// Half of their height.
const HALF: f32 = 7.0;
/// An edge runs alone where no other one is so near.
const ALONE: f32 = 16.0;
/// Beyond these, places are those of the layout, and not looked at: nobody reads them all.
const WORDS: usize = 300;
const EDGES: usize = 5000;

/// A piece of an edge, straight.
#[derive(Clone, Copy)]
struct Piece {
    edge: usize,
    from: Point,
    to: Point,
}

pub(super) async fn place(
    drawing: &mut Drawing,
    notes: &mut [EdgeNote],
    nodes: &[StepNode],
    frames: &[Frame],
    work: &Work,
) {
    let worded = worded(drawing, notes);
    if worded.len() > WORDS || drawing.edges.len() > EDGES {
        return;
    }
    let mut places = Places::new(drawing, nodes, frames);
    for at in worded {
        work.breathe().await;
        places.place_one(at, drawing, notes);
    }
}

#[cfg(test)]
pub(super) fn place_now(
    drawing: &mut Drawing,
    notes: &mut [EdgeNote],
    nodes: &[StepNode],
    frames: &[Frame],
) {
    let mut places = Places::new(drawing, nodes, frames);
    for at in worded(drawing, notes) {
        places.place_one(at, drawing, notes);
    }
}

/// The edges that have words, those from a box to itself first: room was kept for theirs.
fn worded(drawing: &Drawing, notes: &[EdgeNote]) -> Vec<usize> {
    let all = drawing.edges.iter().zip(notes).enumerate();
    let all = all.filter(|(_, (edge, note))| edge.is_drawn() && !note.words.is_empty());
    let (mut loops, others): (Vec<_>, Vec<_>) =
        all.partition(|(_, (edge, _))| edge.kind == EdgeKind::Loop);
    loops.extend(others);
    loops.into_iter().map(|(at, _)| at).collect()
}

/// What is there already.
struct Places {
    /// Boxes, and words that have their places.
    taken: Vec<Rect>,
    pieces: Vec<Piece>,
    /// Lines of frames: words may stand on them, but better do not.
    borders: Vec<Rect>,
}

/// Where words could stand.
struct Choice {
    label: Label,
    is_roomy: bool,
    /// How much speaks against it.
    against: u32,
}

impl Places {
    fn new(drawing: &Drawing, nodes: &[StepNode], frames: &[Frame]) -> Self {
        let boxes = nodes.iter().zip(&drawing.nodes);
        let mut taken: Vec<Rect> = boxes
            .map(|(step, node)| Rect::of_box(step, node).wider(2.0))
            .collect();
        taken.extend(frames.iter().map(Frame::words_rect));
        let mut pieces = Vec::new();
        for (at, edge) in drawing.edges.iter().enumerate() {
            pieces_of(at, &edge.path, &mut pieces);
        }
        Self {
            taken,
            pieces,
            borders: frames.iter().map(Rect::of_frame).collect(),
        }
    }

    fn place_one(&mut self, at: usize, drawing: &mut Drawing, notes: &mut [EdgeNote]) {
        let (Some(edge), Some(note)) = (drawing.edges.get_mut(at), notes.get_mut(at)) else {
            return;
        };
        let wide = note.words.chars().count() as f32 * LETTER;
        if edge.kind == EdgeKind::Loop {
            let large = rect_of(&edge.label, wide, LARGE);
            let rect = rect_of(&edge.label, wide, 1.0);
            note.is_roomy = !self.taken.iter().any(|one| one.meets(&large));
            if self.taken.iter().any(|one| one.meets(&rect)) {
                note.words.clear();
            } else {
                self.taken.push(if note.is_roomy { large } else { rect });
            }
            return;
        }
        match self.best(at, edge, wide) {
            Some(best) => {
                edge.label = best.label;
                note.is_roomy = best.is_roomy;
                let scale = if best.is_roomy { LARGE } else { 1.0 };
                self.taken.push(rect_of(&best.label, wide, scale));
            }
            None => note.words.clear(),
        }
    }

    /// The best place beside an edge for words so wide.
    fn best(&self, at: usize, edge: &Edge, wide: f32) -> Option<Choice> {
        let spots = spots(&edge.path);
        let reach = spots.iter().map(|spot| Rect {
            left: spot.x,
            top: spot.y,
            right: spot.x,
            bottom: spot.y,
        });
        let reach = reach.reduce(|all, one| all.around(&one))?;
        let reach = reach.wider(wide * LARGE + GAPS[2] + ALONE);
        // Most of all is far away.
        let taken: Vec<&Rect> = self.taken.iter().filter(|one| one.meets(&reach)).collect();
        let pieces: Vec<&Piece> = self
            .pieces
            .iter()
            .filter(|piece| piece.rect().meets(&reach))
            .collect();
        let mut best: Option<Choice> = None;
        let mut consider = |label: Label, penalty: u32| {
            let rect = rect_of(&label, wide, 1.0);
            if taken.iter().any(|one| one.meets(&rect)) {
                return;
            }
            let large = rect_of(&label, wide, LARGE);
            let is_roomy = !taken.iter().any(|one| one.meets(&large));
            let clear = rect.wider(1.5);
            let crossed = pieces.iter().filter(|piece| piece.crosses(&clear));
            let crossed = crossed.count().min(50) as u32;
            let on_border = self.borders.iter().any(|frame| {
                let inside = frame.left <= rect.left
                    && frame.right >= rect.right
                    && frame.top <= rect.top
                    && frame.bottom >= rect.bottom;
                frame.meets(&rect) && !inside
            });
            let against =
                crossed * 16 + penalty + u32::from(!is_roomy) * 2 + u32::from(on_border) * 3;
            if best.as_ref().is_none_or(|best| against < best.against) {
                best = Some(Choice {
                    label,
                    is_roomy,
                    against,
                });
            }
        };
        for spot in &spots {
            let near = |piece: &&&Piece| piece.edge != at && piece.distance(*spot) < ALONE;
            let is_alone = !pieces.iter().any(|piece| near(&piece));
            for (far, gap) in GAPS.into_iter().enumerate() {
                for (align, way) in [(Align::Start, gap), (Align::End, -gap)] {
                    let label = Label {
                        at: Point {
                            x: spot.x + way,
                            y: spot.y,
                        },
                        align,
                    };
                    consider(label, u32::from(!is_alone) * 6 + 2 * far as u32);
                }
            }
        }
        // Where the layout wanted them: beside the place of arrival, or of a lane.
        consider(edge.label, 3);
        best
    }
}

/// The room that words take.
pub(super) fn rect_of(label: &Label, wide: f32, scale: f32) -> Rect {
    let (wide, half) = (wide * scale, HALF * scale);
    let left = match label.align {
        Align::Start => label.at.x,
        Align::Middle => label.at.x - wide / 2.0,
        Align::End => label.at.x - wide,
    };
    Rect {
        left,
        top: label.at.y - half,
        right: left + wide,
        bottom: label.at.y + half,
    }
}

impl Piece {
    fn rect(&self) -> Rect {
        Rect {
            left: self.from.x.min(self.to.x) - 0.5,
            top: self.from.y.min(self.to.y) - 0.5,
            right: self.from.x.max(self.to.x) + 0.5,
            bottom: self.from.y.max(self.to.y) + 0.5,
        }
    }

    /// How far a point is from it.
    fn distance(&self, point: Point) -> f32 {
        let (dx, dy) = (self.to.x - self.from.x, self.to.y - self.from.y);
        let length = dx * dx + dy * dy;
        let share = match length > 0.0 {
            true => ((point.x - self.from.x) * dx + (point.y - self.from.y) * dy) / length,
            false => 0.0,
        };
        let share = share.clamp(0.0, 1.0);
        let (x, y) = (
            point.x - self.from.x - share * dx,
            point.y - self.from.y - share * dy,
        );
        (x * x + y * y).sqrt()
    }

    /// Whether it goes through a rectangle.
    fn crosses(&self, rect: &Rect) -> bool {
        let (dx, dy) = (self.to.x - self.from.x, self.to.y - self.from.y);
        let (mut enters, mut leaves) = (0.0_f32, 1.0_f32);
        let sides = [
            (-dx, self.from.x - rect.left),
            (dx, rect.right - self.from.x),
            (-dy, self.from.y - rect.top),
            (dy, rect.bottom - self.from.y),
        ];
        for (way, room) in sides {
            if way == 0.0 {
                if room < 0.0 {
                    return false;
                }
                continue;
            }
            let share = room / way;
            if way < 0.0 {
                enters = enters.max(share);
            } else {
                leaves = leaves.min(share);
            }
        }
        enters <= leaves
    }
}

fn pieces_of(edge: usize, path: &Path, pieces: &mut Vec<Piece>) {
    let mut from = path.start;
    for segment in &path.segments {
        let parts = match segment {
            Segment::Line(_) => 1,
            Segment::Cubic(..) => 12,
        };
        let start = from;
        for part in 1..=parts {
            let to = point_on(start, segment, part as f32 / parts as f32);
            pieces.push(Piece { edge, from, to });
            from = to;
        }
    }
}

/// Points along a path, where words might stand beside it, from its beginning on.
fn spots(path: &Path) -> Vec<Point> {
    /// Of one piece of it.
    const MOST: usize = 40;
    let mut spots = Vec::new();
    let mut start = path.start;
    for segment in &path.segments {
        let end = segment.end();
        let length = (end.x - start.x).abs() + (end.y - start.y).abs();
        let parts = ((length / 4.0) as usize).clamp(2, MOST);
        // Not beside the very point at which it leaves a box or comes to one.
        for part in 1..parts {
            spots.push(point_on(start, segment, part as f32 / parts as f32));
        }
        start = end;
    }
    for spot in &mut spots {
        *spot = Point {
            x: (spot.x * 2.0).round() / 2.0,
            y: (spot.y * 2.0).round() / 2.0,
        };
    }
    spots
}

fn point_on(start: Point, segment: &Segment, share: f32) -> Point {
    let mix = |a: f32, b: f32| a + (b - a) * share;
    match *segment {
        Segment::Line(end) => Point {
            x: mix(start.x, end.x),
            y: mix(start.y, end.y),
        },
        Segment::Cubic(first, second, end) => {
            let one = |a: f32, b: f32, c: f32, d: f32| {
                let (ab, bc, cd) = (mix(a, b), mix(b, c), mix(c, d));
                mix(mix(ab, bc), mix(bc, cd))
            };
            Point {
                x: one(start.x, first.x, second.x, end.x),
                y: one(start.y, first.y, second.y, end.y),
            }
        }
    }
}
