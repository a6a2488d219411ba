//! The whole of a large drawing, small, with a frame around what is in view.

use super::canvas::{Canvas, size_of};
use super::node::bar_class;
use crate::engine::picture::PictureView;
use crate::engine::picture::shapes::block;
use crate::layout::number::number;
use crate::layout::pane::{Extent, Point, wants_map};
use crate::model::Status;
use crate::ui::ask::Found;
use crate::ui::dom::prelude::*;
use web_sys::MouseEvent;

/// Its own size, and what is free at its edges.
const WIDTH: f64 = 160.0;
const HEIGHT: f64 = 126.0;
const EDGE: f64 = 6.0;
/// More lines are one grey.
const LINES: usize = 1500;

/// From the drawing to the map.
#[derive(Clone, Copy)]
struct Scale {
    zoom: f64,
    x: f64,
    y: f64,
}

impl Scale {
    fn of((width, height): Extent) -> Self {
        let (width, height) = (width.max(1.0), height.max(1.0));
        let zoom = ((WIDTH - 2.0 * EDGE) / width).min((HEIGHT - 2.0 * EDGE) / height);
        Self {
            zoom,
            x: (WIDTH - width * zoom) / 2.0,
            y: (HEIGHT - height * zoom) / 2.0,
        }
    }

    fn back(self, (x, y): Point) -> Point {
        ((x - self.x) / self.zoom, (y - self.y) / self.zoom)
    }
}

/// Nothing where the drawing fits well enough.
pub(super) fn minimap(canvas: Canvas, found: Found<PictureView>) -> View {
    let wanted = Memo::new(move |_| {
        let view = found.value();
        view.is_some_and(|view| wants_map(size_of(&view), canvas.extent()))
    });
    let draw = move || {
        let view = found.value().filter(|_| wanted.get())?;
        let scale = Scale::of(size_of(&view));
        let map = Reference::new();
        let go = move |event: &MouseEvent| {
            let Some(map) = map.get_untracked() else {
                return;
            };
            let rect = map.get_bounding_client_rect();
            let x = f64::from(event.client_x()) - rect.left();
            let y = f64::from(event.client_y()) - rect.top();
            canvas.centre_at(scale.back((x, y)), None);
        };
        let map = el::svg()
            .class("minimap")
            // It can be done by the keyboard without it: by the boxes, and by finding one.
            .attr("aria-hidden", "true")
            .attr("viewBox", format!("0 0 {WIDTH} {HEIGHT}"))
            .reference(map)
            .on_mouse("pointerdown", move |event| {
                event.stop_propagation();
                event.prevent_default();
                if event.button() == 0 {
                    go(&event);
                }
            })
            .on_mouse("pointermove", move |event| {
                event.stop_propagation();
                if event.buttons() & 1 == 1 {
                    go(&event);
                }
            })
            .child(lines(&view, scale))
            .child(blocks(&view, scale))
            .child(frame(canvas, scale));
        Some(map)
    };
    draw.into_view()
}

fn lines(view: &PictureView, scale: Scale) -> View {
    if view.drawing.edges.len() > LINES {
        return View::Nothing;
    }
    let mut d = String::new();
    for edge in &view.drawing.edges {
        if edge.is_drawn() {
            d.push_str(&edge.path.d());
        }
    }
    let (x, y) = (number(scale.x), number(scale.y));
    let transform = format!("translate({x} {y}) scale({})", scale.zoom);
    el::path()
        .class("edge")
        .attr("transform", transform)
        .attr("d", d)
        .into_view()
}

/// Blocks in the colours of bars: all of one status are one shape, and those that fall on
/// the same place are there once.
fn blocks(view: &PictureView, scale: Scale) -> View {
    let mut shapes: Vec<(Status, Vec<[i32; 4]>)> = Status::ALL.map(|one| (one, vec![])).to_vec();
    for (node, place) in view.nodes.iter().zip(&view.drawing.nodes) {
        let halves = |value: f64| (value * 2.0).round() as i32;
        let shape = shapes
            .iter_mut()
            .find(|(status, _)| *status == node.colour());
        if let Some((_, shape)) = shape {
            shape.push([
                halves(f64::from(place.y) * scale.zoom + scale.y),
                halves(f64::from(place.x) * scale.zoom + scale.x),
                halves(f64::from(place.width) * scale.zoom).max(2),
                halves(f64::from(place.height) * scale.zoom).max(2),
            ]);
        }
    }
    // What failed comes last: nothing hides it.
    let shapes = shapes.into_iter().rev();
    let shapes = shapes.filter(|(_, shape)| !shape.is_empty());
    shapes
        .map(|(status, mut shape)| {
            crate::sorting::sort(&mut shape);
            shape.dedup();
            let d: String = shape
                .into_iter()
                .map(|of| of.map(|halves| halves as f32 / 2.0))
                .map(|[y, x, width, height]| block([x, y, width, height]))
                .collect();
            el::path().class(bar_class(status)).attr("d", d)
        })
        .collect_view()
}

/// What is in view, as far as it is on the map.
fn frame(canvas: Canvas, scale: Scale) -> View {
    let spot = Memo::new(move |_| {
        let area = canvas.area()?;
        let on_map =
            |value: f64, shift: f64, most: f64| (value * scale.zoom + shift).clamp(1.0, most - 1.0);
        let (left, right) = (
            on_map(area.left, scale.x, WIDTH),
            on_map(area.right, scale.x, WIDTH),
        );
        let (top, bottom) = (
            on_map(area.top, scale.y, HEIGHT),
            on_map(area.bottom, scale.y, HEIGHT),
        );
        Some([left, top, (right - left).max(2.0), (bottom - top).max(2.0)])
    });
    let side = move |at: usize| move || spot.get().and_then(|spot| spot.get(at).copied());
    el::rect()
        .class("frame")
        .attr("x", side(0))
        .attr("y", side(1))
        .attr("width", side(2))
        .attr("height", side(3))
        .attr("rx", "2")
        .into_view()
}
