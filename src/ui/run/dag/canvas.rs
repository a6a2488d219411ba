//! The pane in which the drawing lies: dragged with the pointer, nearer and farther
//! with the wheel or with two fingers.

use super::super::super::parts::marks::glyph;
use super::super::super::state::is_narrow;
use crate::engine::picture::PictureView;
use crate::layout::number::number;
use crate::model::Status;
use crate::ui::dom::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{MouseEvent, PointerEvent};

/// How the drawing lies in its pane.
#[derive(Clone, Copy, PartialEq)]
struct Look {
    x: f64,
    y: f64,
    zoom: f64,
}

/// Below this the words of a step would be too small to be read, but for its name.
const WHOLE: f64 = 0.85;

/// The pane and how the drawing lies in it; made of signals, so it is copied freely.
#[derive(Clone, Copy)]
pub(super) struct Canvas {
    look: RwSignal<Option<Look>>,
    pane: Reference,
    /// Where in the window the pointers are that are down: the first finger or the mouse,
    /// and another finger.
    first: StoredValue<Option<Point>>,
    second: StoredValue<Option<Point>>,
}

type Point = (f64, f64);

impl Canvas {
    pub fn new() -> Self {
        Self {
            look: RwSignal::new(None),
            pane: Reference::new(),
            first: StoredValue::new(None),
            second: StoredValue::new(None),
        }
    }

    /// Whether there is a pane in which nothing was laid out yet. Follows the pane.
    pub fn is_new(self) -> bool {
        self.pane.get().is_some() && self.look.get_untracked().is_none()
    }

    pub fn forget(self) {
        self.look.set(None);
    }

    pub fn fit(self, view: &PictureView) {
        if let Some((width, height)) = self.size() {
            self.look.set(Some(fitted(view, width, height)));
        }
    }

    /// Nearer or farther, with the middle staying where it is.
    pub fn zoom(self, factor: f64) {
        if let Some((width, height)) = self.size() {
            self.zoom_at(factor, (width / 2.0, height / 2.0));
        }
    }

    fn zoom_at(self, factor: f64, at: Point) {
        let look = self.look.get_untracked();
        self.look.set(look.map(|look| zoomed(look, factor, at)));
    }

    fn size(self) -> Option<(f64, f64)> {
        let pane = self.pane.get_untracked()?;
        Some((
            f64::from(pane.client_width()),
            f64::from(pane.client_height()),
        ))
    }

    pub fn percent(self) -> Option<String> {
        self.look
            .get()
            .map(|look| format!("{}%", (look.zoom * 100.0).round() as u64))
    }

    /// The value of `transform`.
    pub fn transform(self) -> Option<String> {
        let look = self.look.get()?;
        Some(format!(
            "translate({} {}) scale({})",
            number(look.x),
            number(look.y),
            number(look.zoom)
        ))
    }

    /// What is left out because it could not be read.
    pub fn distance(self) -> Option<&'static str> {
        match self.look.get()?.zoom {
            zoom if zoom < 0.3 => Some("block"),
            zoom if zoom < WHOLE => Some("far"),
            _ => None,
        }
    }

    /// By how much the drawing is smaller than life; the style sheet keeps its names large.
    pub fn shrunk(self) -> Option<String> {
        self.look.get().map(|look| number(look.zoom))
    }

    /// How many letters of a name fit a step.
    pub fn letters(self) -> usize {
        /// The room for a name that has a line to itself, by the width of a letter.
        const ALONE: f64 = 174.0 / 7.5;
        /// Beside a duration.
        const MOST: usize = 20;
        match self.look.get().map(|look| look.zoom) {
            Some(zoom) if zoom < WHOLE => ((ALONE * zoom) as usize).min(MOST),
            _ => MOST,
        }
    }

    /// The pane with a drawing and the legend.
    pub fn show(self, drawing: impl IntoView) -> Element {
        let lifted = move |event: MouseEvent| self.pointers(&event).0.set_value(None);
        el::div()
            .class("canvas")
            .reference(self.pane)
            .on_wheel(move |event| {
                event.prevent_default();
                let Some(pane) = self.pane.get_untracked() else {
                    return;
                };
                let rect = pane.get_bounding_client_rect();
                let at = (
                    f64::from(event.client_x()) - rect.left(),
                    f64::from(event.client_y()) - rect.top(),
                );
                self.zoom_at((-event.delta_y() * 0.0015).exp(), at);
            })
            .on_mouse("pointerdown", move |event| {
                if event.button() == 0 {
                    self.pointers(&event).0.set_value(Some(place(&event)));
                }
            })
            .on_mouse("pointermove", move |event| self.drag(&event))
            .on_mouse("pointerup", lifted)
            .on_mouse("pointercancel", lifted)
            .child(drawing)
            .child(legend())
    }

    /// What is below a finger stays below it, and what is below another one too.
    fn drag(self, event: &MouseEvent) {
        let (own, other) = self.pointers(event);
        let to = place(event);
        let from = own.get_value().filter(|_| event.buttons() & 1 == 1);
        own.set_value(from.map(|_| to));
        let (Some(from), Some(look), Some(pane)) =
            (from, self.look.get_untracked(), self.pane.get_untracked())
        else {
            return;
        };
        self.look.set(Some(match other.get_value() {
            None => Look {
                x: look.x + to.0 - from.0,
                y: look.y + to.1 - from.1,
                ..look
            },
            Some(other) => {
                let rect = pane.get_bounding_client_rect();
                let factor = distance(to, other) / distance(from, other).max(1.0);
                zoomed(look, factor, (other.0 - rect.left(), other.1 - rect.top()))
            }
        }));
    }

    /// Where the pointer of an event was, and where the other one is.
    fn pointers(
        self,
        event: &MouseEvent,
    ) -> (StoredValue<Option<Point>>, StoredValue<Option<Point>>) {
        match event.unchecked_ref::<PointerEvent>().is_primary() {
            true => (self.first, self.second),
            false => (self.second, self.first),
        }
    }
}

fn place(event: &MouseEvent) -> Point {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

fn distance(one: Point, other: Point) -> f64 {
    let (x, y) = (one.0 - other.0, one.1 - other.1);
    (x * x + y * y).sqrt()
}

fn legend() -> Element {
    let status =
        |status: Status, word: &'static str| el::span().child(glyph(status, "glyph-s")).child(word);
    let line = |class: &'static str, word: &'static str| {
        el::span()
            .child(
                el::svg()
                    .class("swatch")
                    .attr("viewBox", "0 0 14 9")
                    .child(el::path().class(class).attr("d", "M0 4.5h14")),
            )
            .child(word)
    };
    el::div()
        .class("legend")
        .child(status(Status::Succeeded, "succeeded"))
        .child(status(Status::Failed, "failed"))
        .child(status(Status::Retried, "retried"))
        .child(line("edge", "path taken"))
        .child(line("edge skip", "not reached"))
}

/// The drawing as large as fits, but not larger than life. On a narrow screen it is as
/// wide as fits, and goes on below.
fn fitted(view: &PictureView, width: f64, height: f64) -> Look {
    let narrow = is_narrow();
    let room = if narrow { 12.0 } else { 24.0 };
    let (w, h) = (
        f64::from(view.drawing.width).max(1.0),
        f64::from(view.drawing.height).max(1.0),
    );
    let wide = (width - 2.0 * room) / w;
    let high = (height - 2.0 * room - 16.0) / h;
    let zoom = if narrow { wide } else { wide.min(high) }.clamp(0.05, 1.0);
    Look {
        x: (width - w * zoom) / 2.0,
        y: ((height - h * zoom) / 2.0).clamp(8.0, 24.0),
        zoom,
    }
}

/// The same drawing nearer or farther, with one point staying where it is.
fn zoomed(look: Look, factor: f64, at: Point) -> Look {
    let zoom = (look.zoom * factor).clamp(0.05, 3.0);
    let real = zoom / look.zoom;
    Look {
        x: at.0 - (at.0 - look.x) * real,
        y: at.1 - (at.1 - look.y) * real,
        zoom,
    }
}
