//! The pane in which the drawing lies: dragged with the pointer, nearer and farther
//! with the wheel.

use super::super::super::parts::marks::glyph;
use crate::engine::picture::PictureView;
use crate::layout::number::number;
use crate::model::Status;
use crate::ui::dom::prelude::*;

/// How the drawing lies in its pane.
#[derive(Clone, Copy, PartialEq)]
struct Look {
    x: f64,
    y: f64,
    zoom: f64,
}

/// The pane and how the drawing lies in it; made of signals, so it is copied freely.
#[derive(Clone, Copy)]
pub(super) struct Canvas {
    look: RwSignal<Option<Look>>,
    pane: Reference,
    dragging: StoredValue<Option<(f64, f64)>>,
}

impl Canvas {
    pub fn new() -> Self {
        Self {
            look: RwSignal::new(None),
            pane: Reference::new(),
            dragging: StoredValue::new(None),
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

    fn zoom_at(self, factor: f64, at: (f64, f64)) {
        self.look
            .update(|look| *look = look.map(|look| zoomed(look, factor, at)));
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
            zoom if zoom < 0.5 => Some("far"),
            _ => None,
        }
    }

    /// The pane with a drawing and the legend.
    pub fn show(self, drawing: impl IntoView) -> Element {
        let Canvas { look, dragging, .. } = self;
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
                    dragging.set_value(Some((
                        f64::from(event.client_x()),
                        f64::from(event.client_y()),
                    )));
                }
            })
            .on_mouse("pointermove", move |event| {
                if event.buttons() & 1 == 0 {
                    dragging.set_value(None);
                }
                let Some((x, y)) = dragging.get_value() else {
                    return;
                };
                let now = (f64::from(event.client_x()), f64::from(event.client_y()));
                dragging.set_value(Some(now));
                look.update(|look| {
                    *look = look.map(|look| Look {
                        x: look.x + now.0 - x,
                        y: look.y + now.1 - y,
                        ..look
                    })
                });
            })
            .on_mouse("pointerup", move |_| dragging.set_value(None))
            .child(drawing)
            .child(legend())
    }
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

/// The drawing as large as fits, but not larger than life.
fn fitted(view: &PictureView, width: f64, height: f64) -> Look {
    const ROOM: f64 = 24.0;
    let (w, h) = (
        f64::from(view.drawing.width).max(1.0),
        f64::from(view.drawing.height).max(1.0),
    );
    let zoom = ((width - 2.0 * ROOM) / w)
        .min((height - 2.0 * ROOM - 16.0) / h)
        .clamp(0.05, 1.0);
    Look {
        x: (width - w * zoom) / 2.0,
        y: ((height - h * zoom) / 2.0).clamp(8.0, ROOM),
        zoom,
    }
}

/// The same drawing nearer or farther, with one point staying where it is.
fn zoomed(look: Look, factor: f64, at: (f64, f64)) -> Look {
    let zoom = (look.zoom * factor).clamp(0.05, 3.0);
    let real = zoom / look.zoom;
    Look {
        x: at.0 - (at.0 - look.x) * real,
        y: at.1 - (at.1 - look.y) * real,
        zoom,
    }
}
