//! The tasks of an opened step, as tiles in its frame: links to their pages.

use super::super::super::parts::marks::status_class;
use super::super::super::state::App;
use super::canvas::Canvas;
use super::find::Looks;
use super::node::{bar_class, bars, placed_glyph, rect};
use super::tip::{Said, Tips};
use super::walk::focus_leaf;
use crate::engine::picture::seen::{Part, only_status, short};
use crate::engine::picture::shapes::{cross, outline};
use crate::engine::picture::{Fan, StepNode, Tile};
use crate::layout::dag::Node;
use crate::model::{RunPath, Status};
use crate::ui::dom::prelude::*;

/// How many elements the tiles of a step are.
pub(super) fn weight(fan: &Fan) -> usize {
    fan.tiles.len() * if fan.has_words { 6 } else { 3 }
}

/// Only colours, where there is no room for more.
pub(super) fn colours(
    step: &StepNode,
    fan: &Fan,
    node: &Node,
    looks: impl Fn(&StepNode, &Tile) -> Looks,
) -> View {
    let tiles = fan.tiles.iter().enumerate();
    let parts: Vec<Part> = tiles
        .filter(|(_, tile)| looks(step, tile) != Looks::Faded)
        .map(|(at, tile)| {
            let spot = fan.spot(at);
            Part {
                status: tile.status,
                x: node.x + spot.x,
                y: node.y + spot.y,
                width: spot.width,
                height: spot.height,
            }
        })
        .collect();
    bars(&parts)
}

pub(super) fn tiles(
    app: App,
    run: &RunPath,
    (canvas, tips): (Canvas, Tips),
    step: &StepNode,
    fan: &Fan,
    node: &Node,
    looks: impl Fn(&StepNode, &Tile) -> Looks,
) -> View {
    let leaves = fan.tiles.iter().enumerate();
    let leaves = leaves
        .map(|(at, tile)| {
            let looks = looks(step, tile);
            leaf(app, run, (canvas, tips), step, fan, node, (at, looks))
        })
        .collect_view();
    let more = (fan.left > 0).then(|| {
        let (x, y) = fan.foot();
        let label = format!("Tasks of {}: {}", step.name, fan.told_of_left());
        el::a()
            .class("more-tiles")
            .attr(
                "href",
                app.step_route(run, &step.name, only_status(&fan.left_mix))
                    .to_hash(),
            )
            .attr("aria-label", label)
            .child(
                el::text()
                    .class("sub")
                    .attr("x", node.x + x)
                    .attr("y", node.y + y)
                    .child(fan.foot_words()),
            )
    });
    el::g()
        .class("leaves")
        .attr("role", "group")
        .attr("aria-label", format!("Tasks of {}", step.name))
        .child(leaves)
        .child(more)
        .into_view()
}

fn leaf(
    app: App,
    run: &RunPath,
    (canvas, tips): (Canvas, Tips),
    step: &StepNode,
    fan: &Fan,
    node: &Node,
    (at, looks): (usize, Looks),
) -> View {
    let Some(tile) = fan.tiles.get(at) else {
        return View::Nothing;
    };
    let spot = fan.spot(at);
    let (x, y) = (node.x + spot.x, node.y + spot.y);
    let picture = if fan.has_words {
        group()
            .child(rect("box", x, y, spot.width, spot.height))
            .child(placed_glyph(tile.status, x + 4.0, y + 4.0, 12.0))
            .child(
                el::text()
                    .class("value")
                    .attr("x", x + 20.0)
                    .attr("y", y + 14.0)
                    .child(short(&tile.short, fan.letters as usize)),
            )
            .into_view()
    } else {
        let spot = [x, y, spot.width, spot.height];
        let square = outline(tile.status, spot);
        let cross = (tile.status == Status::Failed)
            .then(|| el::path().class("cross").attr("d", cross(spot)));
        group()
            .child(el::path().class(bar_class(tile.status)).attr("d", square))
            .child(cross)
            .into_view()
    };
    let (frame, name) = (fan.clone(), step.name.clone());
    let (pointed, focused) = (tile.clone(), tile.clone());
    el::a()
        .class(format!("leaf {}", status_class(tile.status)))
        .class_if("faded", looks == Looks::Faded)
        .class_if("reached", looks == Looks::Reached)
        .attr("href", app.task_href(&run.task(&step.name, &tile.id)))
        .attr("data-leaf", format!("{at} {}", step.name))
        .attr("tabindex", if at == 0 { "0" } else { "-1" })
        .attr("aria-label", tile.told())
        .on_click(move |event| {
            if canvas.was_dragged() {
                event.prevent_default();
            }
        })
        .on_key(move |event| {
            if let Some(next) = frame.neighbour(at, &event.key()) {
                event.prevent_default();
                event.stop_propagation();
                focus_leaf(&name, next);
            }
        })
        .on_mouse("pointerenter", move |event| {
            tips.enter(&event, || Said::of_tile(&pointed));
        })
        .on_mouse("pointerleave", move |_| tips.leave())
        .on("focus", move |event| {
            tips.focus(&event, || Said::of_tile(&focused))
        })
        .on("blur", move |_| tips.leave())
        .child(picture)
        .into_view()
}
