//! What a foreach repeats, as a frame around it: from its first step to the one before its
//! join.
//!
//! A frame holds exactly its steps. Where the drawing has another box among them, or frames
//! would cut one another, there is none, and words beside the edge say what it is over.

use super::{LETTER, StepNode};
use crate::layout::dag::{Align, Drawing, Edge, Node};
use crate::model::{Graph, GraphStep, StepKind};
use crate::sorting::{SortedMap, SortedSet, sort_by_key};
use crate::text::human::count;
use serde::{Deserialize, Serialize};

/// The steps that a foreach repeats.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    /// `country`: what its tasks are told apart by, or, where that is not known, the list.
    pub over: String,
    /// The box of the step that fans out.
    pub opener: usize,
    /// The boxes that it leads to, and all that are repeated.
    pub first: Vec<usize>,
    pub steps: SortedSet<usize>,
    /// The box of the join that gathers them.
    pub join: Option<usize>,
}

/// A frame around some boxes, with words in its upper corner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
    pub words: String,
    /// Where its words end or begin, and at which height their middle is.
    pub words_x: f32,
    pub words_y: f32,
    pub align: Align,
    /// The room that its words have.
    pub room: f32,
    /// The boxes that it holds, in order.
    pub steps: Vec<u32>,
    /// The box that leads into it.
    pub opener: u32,
}

/// What is free between a frame and what it holds.
const ASIDE: f32 = 8.0;
const BELOW: f32 = 5.0;
/// Above, its words stand.
const ABOVE: f32 = 22.0;
/// More would only be a pattern.
const GROUPS: usize = 100;
/// Steps that are looked at for all of them together.
const STEPS: usize = 60_000;

/// The groups of a graph, whose steps stand for themselves.
pub(super) fn groups_of(graph: &Graph) -> Vec<Group> {
    let named = graph.steps.iter().enumerate();
    let place = named.map(|(at, step)| (step.name.as_str(), at)).collect();
    groups(graph, &place, over)
}

/// What a step is repeated over, as the graph says it.
pub(super) fn over(step: &GraphStep) -> String {
    match &step.kind {
        StepKind::Foreach { over } => over.clone(),
        _ => "node".to_owned(),
    }
}

/// The groups of a graph, whose boxes are in `place`.
pub(super) fn groups(
    graph: &Graph,
    place: &SortedMap<&str, usize>,
    over: impl Fn(&GraphStep) -> String,
) -> Vec<Group> {
    let named = graph.steps.iter().enumerate();
    let known: SortedMap<&str, usize> = named.map(|(at, step)| (step.name.as_str(), at)).collect();
    let mut left = STEPS;
    let mut groups = Vec::new();
    for step in &graph.steps {
        if !matches!(step.kind, StepKind::Foreach { .. } | StepKind::Parallel) {
            continue;
        }
        if groups.len() >= GROUPS || left == 0 {
            break;
        }
        let Some(opener) = place.get(step.name.as_str()).copied() else {
            continue;
        };
        let next = step.next.iter();
        let first = next.clone();
        let first = first.filter_map(|name| known.get(name.as_str()).copied());
        let Some((repeated, join)) = repeated(graph, &known, first.collect(), &mut left) else {
            continue;
        };
        let placed = |at: &usize| place.get(graph.steps.get(*at)?.name.as_str()).copied();
        let steps: SortedSet<usize> = repeated.iter().filter_map(placed).collect();
        if !steps.is_empty() && !steps.contains(&opener) {
            groups.push(Group {
                over: over(step),
                opener,
                first: next
                    .filter_map(|name| place.get(name.as_str()).copied())
                    .collect(),
                steps,
                join: placed(&join),
            });
        }
    }
    groups
}

/// The steps from these on up to the join that gathers them, and that; nothing where there is none.
fn repeated(
    graph: &Graph,
    known: &SortedMap<&str, usize>,
    first: Vec<usize>,
    left: &mut usize,
) -> Option<(Vec<usize>, usize)> {
    /// Fans in one another.
    const DEEP: u32 = 64;
    let mut levels: SortedMap<usize, u32> = SortedMap::default();
    let mut join: Option<usize> = None;
    let mut todo: Vec<(usize, u32)> = first.into_iter().map(|at| (at, 1)).collect();
    while let Some((at, level)) = todo.pop() {
        *left = left.checked_sub(1)?;
        let step = graph.steps.get(at)?;
        let here = match step.kind {
            StepKind::Join => level.checked_sub(1)?,
            // Without a join.
            StepKind::End => return None,
            _ => level,
        };
        if here == 0 {
            if join.is_some_and(|join| join != at) {
                return None;
            }
            join = Some(at);
            continue;
        }
        match levels.get(&at) {
            Some(known) if *known == here => continue,
            Some(_) => return None,
            None => {
                levels.insert(at, here);
            }
        }
        let opens = matches!(
            step.kind,
            StepKind::Split | StepKind::Foreach { .. } | StepKind::Parallel
        );
        let below = if opens { here.checked_add(1)? } else { here };
        if below > DEEP {
            return None;
        }
        let next = step.next.iter();
        let next = next.filter_map(|name| known.get(name.as_str()).copied());
        todo.extend(next.map(|next| (next, below)));
    }
    let join = join?;
    let steps = levels.iter().map(|(at, _)| *at);
    let steps: Vec<usize> = steps.collect();
    (!steps.contains(&join)).then_some((steps, join))
}

/// From left, above, to right, below.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub left: f32,
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
}

impl Rect {
    /// A box with the sheets behind it.
    pub fn of_box(step: &StepNode, node: &Node) -> Self {
        let beyond = 4.0 * f32::from(step.sheets());
        Self {
            left: node.x,
            top: node.y,
            right: node.x + node.width + beyond,
            bottom: node.y + node.height + beyond,
        }
    }

    pub fn of_frame(frame: &Frame) -> Self {
        Self {
            left: frame.x,
            top: frame.y,
            right: frame.x + frame.width,
            bottom: frame.y + frame.height,
        }
    }

    pub fn meets(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    pub fn around(&self, other: &Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    pub fn wider(&self, by: f32) -> Self {
        Self {
            left: self.left - by,
            top: self.top - by,
            right: self.right + by,
            bottom: self.bottom + by,
        }
    }
}

/// The frames of the groups that can have one, those around others first.
pub(super) fn frames(groups: &[Group], nodes: &[StepNode], drawing: &Drawing) -> Vec<Frame> {
    let places = nodes.iter().zip(&drawing.nodes);
    let boxes: Vec<Rect> = places
        .map(|(step, node)| Rect::of_box(step, node))
        .collect();
    let mut order: Vec<&Group> = groups.iter().collect();
    // Those within others come first: what is around them is around their frames too.
    sort_by_key(&mut order, |group| (group.steps.len(), group.opener));
    let mut framed: Vec<(&Group, Rect)> = Vec::new();
    for group in order {
        if let Some(rect) = around(group, &boxes, &framed, drawing) {
            framed.push((group, rect));
        }
    }
    framed.reverse();
    let counted: Vec<u64> = framed
        .iter()
        .map(|(group, _)| tasks(group, nodes))
        .collect();
    let around_it = |group: &Group| {
        // Of those around it the innermost, which comes last.
        let around = framed.iter().zip(&counted).rev();
        let mut around = around.filter(|((other, _), _)| holds(other, group));
        around.next().map(|(_, count)| *count)
    };
    let framed = framed.iter().zip(&counted);
    framed
        .map(|((group, rect), count)| frame(group, rect, *count, around_it(group), drawing))
        .collect()
}

/// Whether all of a group is in another one.
fn holds(outer: &Group, inner: &Group) -> bool {
    outer.steps.len() > inner.steps.len() && inner.steps.iter().all(|at| outer.steps.contains(at))
}

fn tasks(group: &Group, nodes: &[StepNode]) -> u64 {
    let steps = group.first.iter().filter_map(|at| nodes.get(*at));
    let counts = steps.map(|step| step.tasks);
    counts.max().unwrap_or(0)
}

fn around(
    group: &Group,
    boxes: &[Rect],
    framed: &[(&Group, Rect)],
    drawing: &Drawing,
) -> Option<Rect> {
    let own = group.steps.iter().filter_map(|at| boxes.get(*at));
    let mut rect = own.copied().reduce(|all, one| all.around(&one))?;
    rect = Rect {
        left: rect.left - ASIDE,
        top: rect.top - ABOVE,
        right: rect.right + ASIDE,
        bottom: rect.bottom + BELOW,
    };
    for (_, inner) in framed.iter().filter(|(inner, _)| holds(group, inner)) {
        rect = rect.around(&Rect {
            top: inner.top - ABOVE + 4.0,
            ..inner.wider(ASIDE)
        });
    }
    let mut others = boxes.iter().enumerate();
    let is_foreign = others.any(|(at, one)| one.meets(&rect) && !group.steps.contains(&at));
    let mut frames = framed.iter();
    let cuts = frames.any(|(other, frame)| !holds(group, other) && frame.meets(&rect));
    if is_foreign || cuts {
        return None;
    }
    // Lines between its boxes are in it too, where nothing else is.
    let is_inner = |edge: &&Edge| {
        let ends = [edge.from, edge.to];
        edge.is_drawn() && ends.iter().all(|at| group.steps.contains(&(*at as usize)))
    };
    let mut with_lines = rect;
    for edge in drawing.edges.iter().filter(is_inner) {
        for segment in &edge.path.segments {
            let end = segment.end();
            with_lines = with_lines.around(&Rect {
                left: end.x - ASIDE,
                top: end.y,
                right: end.x + ASIDE,
                bottom: end.y,
            });
        }
    }
    let mut others = boxes.iter().enumerate();
    let is_foreign = others.any(|(at, one)| one.meets(&with_lines) && !group.steps.contains(&at));
    let mut frames = framed.iter();
    let cuts = frames.any(|(other, frame)| !holds(group, other) && frame.meets(&with_lines));
    Some(if is_foreign || cuts { rect } else { with_lines })
}

fn frame(
    group: &Group,
    rect: &Rect,
    tasks: u64,
    tasks_around: Option<u64>,
    drawing: &Drawing,
) -> Frame {
    const EDGE: f32 = 9.0;
    let many = match tasks_around.filter(|around| *around > 0) {
        _ if tasks == 0 => String::new(),
        None => format!(" × {}", count(tasks)),
        Some(around) if tasks.is_multiple_of(around) => {
            format!(" × {} each", count(tasks / around))
        }
        Some(_) => format!(" × {} in all", count(tasks)),
    };
    let words = format!("{}{many}", super::seen::short(&group.over, 24));
    // The line that leads into it is not to be cut by its words.
    let into = drawing.edges.iter().find(|edge| {
        let leads_in = edge.from as usize == group.opener;
        leads_in && edge.is_drawn() && group.steps.contains(&(edge.to as usize))
    });
    let into = into.map_or(rect.right, |edge| edge.tip.at.x);
    let wide = words.chars().count() as f32 * LETTER;
    let (before, after) = (
        into - 8.0 - rect.left - EDGE,
        rect.right - EDGE - into - 8.0,
    );
    let (align, room) = match wide > before && wide <= after {
        true => (Align::End, after),
        false => (Align::Start, before),
    };
    let words = cut(&words, (room / LETTER).max(1.0) as usize);
    Frame {
        x: rect.left,
        y: rect.top,
        width: rect.right - rect.left,
        height: rect.bottom - rect.top,
        words,
        words_x: match align {
            Align::End => rect.right - EDGE,
            _ => rect.left + EDGE,
        },
        words_y: rect.top + 11.0,
        align,
        room,
        steps: group.steps.iter().map(|at| *at as u32).collect(),
        opener: group.opener as u32,
    }
}

/// `country × 12` in so many letters: the name is cut, and not how many there are.
fn cut(words: &str, letters: usize) -> String {
    match words.rsplit_once(" × ") {
        Some((name, many)) if super::seen::letters(words) > letters => {
            let after = super::seen::letters(many) + 3;
            match letters.checked_sub(after) {
                Some(room @ 3..) => format!("{} × {many}", super::seen::short(name, room)),
                _ => super::seen::short(words, letters),
            }
        }
        _ => super::seen::short(words, letters),
    }
}

impl Frame {
    /// Its words as they are drawn with letters so many times as large.
    pub fn words_at(&self, scale: f32) -> String {
        cut(
            &self.words,
            (self.room / (LETTER * scale)).max(1.0) as usize,
        )
    }

    /// The place of its words.
    pub(super) fn words_rect(&self) -> Rect {
        let wide = self.words.chars().count() as f32 * LETTER;
        let left = match self.align {
            Align::End => self.words_x - wide,
            _ => self.words_x,
        };
        Rect {
            left,
            top: self.words_y - 8.0,
            right: left + wide,
            bottom: self.words_y + 8.0,
        }
    }
}
