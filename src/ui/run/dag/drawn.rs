//! The drawing itself: of all that there is, what is in view. What is below the boxes does
//! not depend on what is chosen or sought, and is not made again for that.

use super::super::super::parts::marks::status_class;
use super::super::super::state::App;
use super::canvas::{Canvas, Cut};
use super::edges::{Lines, edges, words};
use super::find::{Having, Sought};
use super::frames::frames;
use super::node::{Acts, Shown, big_node};
use super::tiles;
use super::tip::Tips;
use crate::engine::picture::shapes::{cross, outline};
use crate::engine::picture::{PictureView, StepNode, Tile};
use crate::layout::pane::{Detail, nodes_in, slots};
use crate::model::{RunPath, Status};
use crate::ui::dom::prelude::*;

/// What the drawing shows beside itself.
#[derive(Clone, Copy)]
pub(super) struct Marked {
    /// The chosen box.
    pub selected: Memo<Option<String>>,
    pub sought: Sought,
    /// The task that the drawing is around.
    pub asked: Memo<Option<String>>,
    pub tips: Tips,
    /// Which box each element of the page is: it stays that while it is in view.
    pub kept: StoredValue<Vec<Option<usize>>>,
}

/// Elements of tiles: more of them are colours only.
const TILES: usize = 600;
/// Lines between blocks.
const LINES: usize = 3000;

/// Frames, lines, and blocks of very many boxes.
pub(super) fn below(view: &PictureView, cut: Cut, canvas: Canvas, acts: &Acts) -> View {
    let blocks = (cut.detail == Detail::Blocks).then(|| blocks(view, cut, canvas, acts));
    let framed = cut.detail > Detail::Plain;
    group()
        .child(framed.then(|| frames(view, canvas)))
        .child(has_lines(view, cut).then(|| edges(view, &cut.area, Lines::Between)))
        .child(blocks)
        .into_view()
}

/// What is not to be hidden by a box or by what is around it.
pub(super) fn above(view: &PictureView, cut: Cut) -> View {
    group()
        .child(has_lines(view, cut).then(|| edges(view, &cut.area, Lines::Loops)))
        .child(says(cut).then(|| words(view, &cut.area)))
        .into_view()
}

fn says(cut: Cut) -> bool {
    cut.detail >= Detail::Brief
}

/// Of very many boxes the lines would be a grey, and finer than can be seen.
pub(super) fn has_lines(view: &PictureView, cut: Cut) -> bool {
    cut.detail > Detail::Blocks || view.edges.len() <= LINES
}

pub(super) fn boxes(
    app: App,
    run: &RunPath,
    view: &PictureView,
    cut: Cut,
    canvas: Canvas,
    marked: Marked,
    acts: &Acts,
) -> View {
    let having = marked.sought.having();
    let selected = marked.selected.get();
    let asked = place_of(view, marked.asked.get().as_deref());
    let chosen = place_of(view, selected.as_deref());
    let first = chosen.or((!view.nodes.is_empty()).then_some(0));
    let mut wanted = match cut.detail {
        Detail::Blocks => Vec::new(),
        _ => nodes_in(&view.drawing, &cut.area),
    };
    // The keyboard comes in somewhere, in view or not.
    if let Some(first) = first
        && let Err(at) = wanted.binary_search(&first)
    {
        wanted.insert(at, first);
    }
    let kept = marked.kept.with_value(|kept| slots(kept, &wanted));
    let one = |at: usize| {
        let (step, node) = (view.nodes.get(at)?, view.drawing.nodes.get(at)?);
        let shown = Shown {
            at,
            detail: cut.detail.max(Detail::Plain),
            selected: chosen == Some(at),
            faded: having.fades(step),
            first: first == Some(at),
            asked: asked == Some(at),
        };
        Some(big_node(
            step,
            node,
            shown,
            canvas,
            marked.tips,
            acts.clone(),
        ))
    };
    let nodes: Vec<Option<View>> = kept.iter().map(|at| at.and_then(one)).collect();
    marked.kept.set_value(kept);
    group()
        .child(nodes)
        .child(leaves(
            app,
            run,
            view,
            cut,
            (canvas, marked.tips),
            &wanted,
            &having,
        ))
        .into_view()
}

/// Where the box of this name is.
pub(super) fn place_of(view: &PictureView, name: Option<&str>) -> Option<usize> {
    let name = name?;
    view.nodes.iter().position(|node| node.name == name)
}

/// The tasks of opened steps.
fn leaves(
    app: App,
    run: &RunPath,
    view: &PictureView,
    cut: Cut,
    (canvas, tips): (Canvas, Tips),
    wanted: &[usize],
    having: &Having,
) -> View {
    let looks = |step: &StepNode, tile: &Tile| having.looks(step, tile);
    let opened = wanted.iter().filter_map(|at| {
        let (step, node) = (view.nodes.get(*at)?, view.drawing.nodes.get(*at)?);
        Some((step, step.fan.as_ref()?, node))
    });
    let opened: Vec<_> = opened.collect();
    let weight: usize = opened.iter().map(|(_, fan, _)| tiles::weight(fan)).sum();
    let near = cut.detail >= Detail::Named && cut.is_near;
    let one_by_one = near && weight <= TILES;
    opened
        .into_iter()
        .map(|(step, fan, node)| match one_by_one {
            true => tiles::tiles(app, run, (canvas, tips), step, fan, node, looks),
            false => tiles::colours(step, fan, node, looks),
        })
        .collect_view()
}

/// Very many boxes: those of one status are one shape, and a click looks which one it is.
fn blocks(view: &PictureView, cut: Cut, canvas: Canvas, acts: &Acts) -> View {
    /// So many times as wide as what can just be seen, there is room for a cross in it.
    const MARKED: f32 = 12.0;
    let mut crosses = String::new();
    let mut shapes: Vec<(Status, String)> = Status::ALL.map(|one| (one, String::new())).to_vec();
    for at in nodes_in(&view.drawing, &cut.area) {
        let both = view.nodes.get(at).zip(view.drawing.nodes.get(at));
        let Some((node, place)) = both else { continue };
        let shape = shapes
            .iter_mut()
            .find(|(status, _)| *status == node.colour());
        if let Some((_, shape)) = shape {
            // However far away, it can be seen.
            let (wide, high) = (
                place.width.max(cut.least),
                place.height.max(cut.least / 2.0),
            );
            let (x, y) = (
                place.x - (wide - place.width) / 2.0,
                place.y - (high - place.height) / 2.0,
            );
            let status = node.colour();
            shape.push_str(&outline(status, [x, y, wide, high]));
            if status == Status::Failed && wide >= MARKED * cut.least {
                crosses.push_str(&cross([x, y, wide, high]));
            }
        }
    }
    let places: std::rc::Rc<Vec<_>> = std::rc::Rc::new(view.drawing.nodes.clone());
    let least = f64::from(cut.least);
    let shapes = shapes.into_iter().filter(|(_, d)| !d.is_empty());
    let crosses = (!crosses.is_empty()).then(|| el::path().class("crosses").attr("d", crosses));
    let shapes: View = shapes
        .map(|(status, d)| {
            let (places, choose) = (places.clone(), acts.choose.clone());
            el::path()
                .class(format!("block {}", status_class(status)))
                .attr("d", d)
                .on_click(move |event| {
                    let Some((x, y)) = canvas.under(&event).filter(|_| !canvas.was_dragged())
                    else {
                        return;
                    };
                    let hit = places.iter().position(|node| {
                        let (left, top) = (f64::from(node.x), f64::from(node.y));
                        let (wide, high) = (f64::from(node.width), f64::from(node.height));
                        let (aside, over) = (
                            ((least - wide) / 2.0).max(0.0),
                            ((least / 2.0 - high) / 2.0).max(0.0),
                        );
                        (left - aside..=left + wide + aside).contains(&x)
                            && (top - over..=top + high + over).contains(&y)
                    });
                    (choose)(hit);
                })
        })
        .collect_view();
    group().child(shapes).child(crosses).into_view()
}
