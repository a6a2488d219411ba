//! Whatever the graph: words overlap nothing, and a frame holds exactly its steps.

use super::super::groups::{Frame, Rect, frames};
use super::super::sketch::Sketch;
use super::super::words::{place_now, rect_of};
use super::super::{Depth, EdgeNote, LETTER, Ways};
use super::{run, sketch_of};
use crate::layout::dag::{Drawing, layout};
use crate::layout::pane::BRIEF;
use crate::model::{GraphStep, StepKind};
use proptest::prelude::*;

/// A part of a flow as somebody writes it: what is opened is closed again.
#[derive(Clone, Debug)]
enum Block {
    Step,
    Foreach(Vec<Block>),
    Split(Vec<Vec<Block>>),
    Switch(Vec<Vec<Block>>),
}

fn block() -> impl Strategy<Value = Block> {
    Just(Block::Step).prop_recursive(4, 24, 3, |inner| {
        let row = move || proptest::collection::vec(inner.clone(), 1..3);
        let rows = proptest::collection::vec(row(), 2..4);
        prop_oneof![
            2 => row().prop_map(Block::Foreach),
            1 => rows.clone().prop_map(Block::Split),
            1 => rows.prop_map(Block::Switch),
        ]
    })
}

#[derive(Default)]
struct Flow {
    steps: Vec<GraphStep>,
    /// Of each foreach the places of the steps that it repeats.
    repeated: Vec<Vec<u32>>,
}

impl Flow {
    fn add(&mut self, kind: StepKind) -> usize {
        let at = self.steps.len();
        let name = match at {
            0 => "start".to_owned(),
            at => format!("s{at}"),
        };
        self.steps.push(GraphStep {
            name,
            kind,
            doc: String::new(),
            line: None,
            next: Vec::new(),
            decorators: Vec::new(),
        });
        at
    }

    fn lead(&mut self, from: usize, to: usize) {
        let name = self.steps[to].name.clone();
        self.steps[from].next.push(name);
    }

    /// Blocks in a row: the first step and the last.
    fn row(&mut self, blocks: &[Block]) -> (usize, usize) {
        let (first, mut last) = self.block(&blocks[0]);
        for block in &blocks[1..] {
            let (begin, end) = self.block(block);
            self.lead(last, begin);
            last = end;
        }
        (first, last)
    }

    fn block(&mut self, block: &Block) -> (usize, usize) {
        match block {
            Block::Step => {
                let at = self.add(StepKind::Linear);
                (at, at)
            }
            Block::Foreach(inner) => {
                let over = "countries".to_owned();
                let opener = self.add(StepKind::Foreach { over });
                let (first, last) = self.row(inner);
                let join = self.add(StepKind::Join);
                self.repeated.push((first as u32..join as u32).collect());
                self.lead(opener, first);
                self.lead(last, join);
                (opener, join)
            }
            Block::Split(rows) => self.branches(rows, StepKind::Split, StepKind::Join),
            Block::Switch(rows) => {
                let switch = StepKind::Switch {
                    on: "the way that it goes".to_owned(),
                    cases: Vec::new(),
                };
                self.branches(rows, switch, StepKind::Linear)
            }
        }
    }

    fn branches(
        &mut self,
        rows: &[Vec<Block>],
        opens: StepKind,
        closes: StepKind,
    ) -> (usize, usize) {
        let opener = self.add(opens);
        let ends: Vec<_> = rows.iter().map(|row| self.row(row)).collect();
        let join = self.add(closes);
        for (first, last) in ends {
            self.lead(opener, first);
            self.lead(last, join);
        }
        (opener, join)
    }
}

fn drawn(steps: Vec<GraphStep>) -> (Sketch, Drawing) {
    let run = run(steps, Vec::new());
    let sketch = sketch_of(&run, &Ways::default(), false);
    let drawing = layout(sketch.outline(&Depth::Steps));
    (sketch, drawing)
}

fn boxes(sketch: &Sketch, drawing: &Drawing) -> Vec<Rect> {
    let both = sketch.nodes.iter().zip(&drawing.nodes);
    both.map(|(step, node)| Rect::of_box(step, node)).collect()
}

fn is_within(inner: &Rect, outer: &Rect) -> bool {
    outer.around(inner) == *outer
}

/// Frames hold their steps and no other, and are in one another or apart.
fn check_frames(frames: &[Frame], sketch: &Sketch, drawing: &Drawing) -> Result<(), TestCaseError> {
    let boxes = boxes(sketch, drawing);
    for (at, frame) in frames.iter().enumerate() {
        let rect = Rect::of_frame(frame);
        for (node, one) in boxes.iter().enumerate() {
            if frame.steps.contains(&(node as u32)) {
                prop_assert!(is_within(one, &rect), "{node} is not in {frame:?}");
            } else {
                prop_assert!(!one.meets(&rect), "{node} is in {frame:?}");
            }
        }
        for other in &frames[at + 1..] {
            let other = Rect::of_frame(other);
            prop_assert!(!rect.meets(&other) || is_within(&other, &rect));
        }
        let words = frame.words_rect();
        prop_assert!(is_within(&words, &rect), "{frame:?}");
        prop_assert!(!boxes.iter().any(|one| one.meets(&words)), "{frame:?}");
    }
    Ok(())
}

/// Words are over no box and over no other words, also as they are drawn where boxes are
/// small.
fn check_words(drawing: &Drawing, notes: &[EdgeNote], boxes: &[Rect]) -> Result<(), TestCaseError> {
    for scale in [1.0, 1.0 / BRIEF as f32] {
        let worded = drawing.edges.iter().zip(notes);
        let worded = worded.filter(|(edge, note)| {
            let is_shown = scale == 1.0 || note.is_roomy;
            edge.is_drawn() && !note.words.is_empty() && is_shown
        });
        let places: Vec<Rect> = worded
            .map(|(edge, note)| {
                let wide = note.words.chars().count() as f32 * LETTER;
                rect_of(&edge.label, wide, scale)
            })
            .collect();
        for (at, one) in places.iter().enumerate() {
            prop_assert!(!boxes.iter().any(|other| other.meets(one)), "{one:?}");
            prop_assert!(!places[at + 1..].iter().any(|other| other.meets(one)));
        }
    }
    Ok(())
}

/// Steps that lead anywhere.
fn any_graph() -> impl Strategy<Value = Vec<GraphStep>> {
    let kind = prop_oneof![
        Just(StepKind::Linear),
        Just(StepKind::Split),
        Just(StepKind::Join),
        Just(StepKind::Foreach {
            over: "countries".to_owned()
        }),
        "[a-z ]{0,30}".prop_map(|on| StepKind::Switch {
            on,
            cases: Vec::new()
        }),
    ];
    let step = (kind, proptest::collection::vec(0..16_usize, 0..4));
    proptest::collection::vec(step, 1..16).prop_map(|steps| {
        let mut flow = Flow::default();
        for (kind, next) in steps {
            let at = flow.add(kind);
            let name = |to| {
                if to == 0 {
                    "start".to_owned()
                } else {
                    format!("s{to}")
                }
            };
            flow.steps[at].next = next.into_iter().map(name).collect();
        }
        flow.steps
    })
}

proptest! {
    #[test]
    fn a_frame_holds_exactly_what_its_foreach_repeats(
        blocks in proptest::collection::vec(block(), 1..4),
    ) {
        let mut flow = Flow::default();
        let first = flow.add(StepKind::Linear);
        let (begin, last) = flow.row(&blocks);
        let end = flow.add(StepKind::End);
        flow.lead(first, begin);
        flow.lead(last, end);
        let (sketch, drawing) = drawn(flow.steps);
        prop_assert_eq!(sketch.groups.len(), flow.repeated.len());
        let frames = frames(&sketch.groups, &sketch.nodes, &drawing);
        for frame in &frames {
            prop_assert!(flow.repeated.contains(&frame.steps), "{:?}", frame);
        }
        // Where nothing stands beside it, there is one.
        if flow.repeated.len() == 1 && drawing.width <= 216.0 {
            prop_assert_eq!(frames.len(), 1);
        }
        check_frames(&frames, &sketch, &drawing)?;
    }

    #[test]
    fn words_and_frames_of_any_graph_overlap_nothing(steps in any_graph()) {
        let (mut sketch, mut drawing) = drawn(steps);
        let frames = frames(&sketch.groups, &sketch.nodes, &drawing);
        check_frames(&frames, &sketch, &drawing)?;
        place_now(&mut drawing, &mut sketch.edges, &sketch.nodes, &frames);
        let mut taken = boxes(&sketch, &drawing);
        check_words(&drawing, &sketch.edges, &taken)?;
        taken.extend(frames.iter().map(Frame::words_rect));
        check_words(&drawing, &sketch.edges, &taken)?;
    }
}
