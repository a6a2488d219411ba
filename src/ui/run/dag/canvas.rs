//! The pane in which the drawing lies: dragged with the pointer, nearer and farther
//! with the wheel or with two fingers.

use super::super::super::state::is_narrow;
use super::legend::legend;
use super::tip::Tips;
use crate::engine::picture::seen::name_letters;
use crate::engine::picture::{Entry, PictureView};
use crate::layout::dag::Node;
use crate::layout::number::number;
use crate::layout::pane::{
    Area, BRIEF, Detail, Extent, Look, NAMED, Point, WHOLE, drawn_area, least_seen, nodes_in,
};
use crate::ui::dom::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{MouseEvent, PointerEvent};

/// The pane and how the drawing lies in it; made of signals, so it is copied freely.
#[derive(Clone, Copy)]
pub(super) struct Canvas {
    look: RwSignal<Option<Look>>,
    extent: RwSignal<Extent>,
    pane: Reference,
    /// Where in the window the pointers are that are down: the first finger or the mouse,
    /// and another finger.
    first: StoredValue<Option<Point>>,
    second: StoredValue<Option<Point>>,
    /// How far it was dragged since a pointer went down.
    dragged: StoredValue<f64>,
    /// The next drawing is another one, and not a newer one of the same.
    afresh: StoredValue<bool>,
    /// Of the drawing, in its own pixels.
    size: StoredValue<Extent>,
}

/// What of a drawing is drawn, and how much is said of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cut {
    pub area: Area,
    pub detail: Detail,
    /// What is in a box is large enough to be hit.
    pub is_near: bool,
    /// No block is drawn narrower than this: it is what can be seen.
    pub least: f32,
}

/// Below this a tile is too small to be hit.
const HIT: f64 = 0.45;

/// So many boxes are drawn wherever they are: nothing changes when they come into view.
pub(super) const FEW: usize = 60;

impl Canvas {
    pub fn new() -> Self {
        let canvas = Self {
            look: RwSignal::new(None),
            extent: RwSignal::new((0.0, 0.0)),
            pane: Reference::new(),
            first: StoredValue::new(None),
            second: StoredValue::new(None),
            dragged: StoredValue::new(0.0),
            afresh: StoredValue::new(true),
            size: StoredValue::new((0.0, 0.0)),
        };
        listen("resize", move |_: web_sys::Event| canvas.measure());
        canvas
    }

    /// Whether there is a pane in which this drawing was not laid out yet. Follows the pane.
    pub fn is_new(self) -> bool {
        let is_new = self.afresh.get_value() || self.look.get_untracked().is_none();
        self.pane.get().is_some() && is_new
    }

    /// Another drawing is to come.
    pub fn forget(self) {
        self.afresh.set_value(true);
    }

    /// The pane may have another size by now.
    pub fn measure(self) {
        if let Some(pane) = self.pane.get_untracked() {
            let extent = (
                f64::from(pane.client_width()),
                f64::from(pane.client_height()),
            );
            if self.extent.get_untracked() != extent {
                self.extent.set(extent);
            }
        }
    }

    /// Shows a drawing for the first time: as a whole, or, where that would be too small to
    /// see anything, around one of its boxes.
    pub fn begin(self, view: &PictureView, around: Option<&Node>) {
        self.measure();
        self.afresh.set_value(false);
        let whole = self.fitted(view);
        let around = around.filter(|_| whole.zoom < NAMED);
        self.look.set(Some(match around {
            Some(node) => {
                Look::centred(middle(node), WHOLE, self.extent.get_untracked()).below_top()
            }
            None => whole,
        }));
    }

    pub fn fit(self, view: &PictureView) {
        self.measure();
        self.look.set(Some(self.fitted(view)));
    }

    /// The drawing as large as fits. On a narrow screen it is as wide as fits, and goes on
    /// below.
    fn fitted(self, view: &PictureView) -> Look {
        let narrow = is_narrow();
        let room = if narrow { 12.0 } else { 24.0 };
        Look::fitted(size_of(view), self.extent.get_untracked(), room, narrow)
    }

    /// Nearer or farther, with the middle staying where it is.
    pub fn zoom(self, factor: f64) {
        let (width, height) = self.extent.get_untracked();
        self.zoom_at(factor, (width / 2.0, height / 2.0));
    }

    fn zoom_at(self, factor: f64, at: Point) {
        let look = self.look.get_untracked();
        self.look
            .set(look.map(|look| self.kept(look.zoomed(factor, at))));
    }

    /// Brings a box into the middle, and so near that its name can be read.
    pub fn centre(self, node: &Node) {
        self.centre_near(middle(node));
    }

    pub fn centre_near(self, point: Point) {
        let zoom = match self.look.get_untracked() {
            Some(look) if look.zoom >= NAMED => look.zoom,
            _ => WHOLE,
        };
        self.centre_at(point, Some(zoom));
    }

    /// Brings a point into the middle.
    pub fn centre_at(self, point: Point, zoom: Option<f64>) {
        let zoom = zoom.or(self.look.get_untracked().map(|look| look.zoom));
        if let Some(zoom) = zoom {
            let look = Look::centred(point, zoom, self.free());
            self.look.set(Some(look));
        }
    }

    /// The part of the pane that no panel lies over, from its upper left corner.
    fn free(self) -> Extent {
        /// With less room than this, as on a phone, the panel lies over all of it.
        const LEAST: f64 = 200.0;
        let (width, height) = self.extent.get_untracked();
        let panel = document()
            .query_selector(".inspector.of-dag")
            .ok()
            .flatten();
        let beside = panel.zip(self.pane.get_untracked()).map(|(panel, pane)| {
            panel.get_bounding_client_rect().left() - pane.get_bounding_client_rect().left()
        });
        let free = beside.filter(|beside| *beside >= LEAST);
        (free.map_or(width, |free| free.min(width)), height)
    }

    /// Moves a box out from under the panel.
    pub fn uncover(self, node: &Node) {
        const ROOM: f64 = 24.0;
        let Some(look) = self.look.get_untracked() else {
            return;
        };
        let end = look.x + f64::from(node.x + node.width) * look.zoom;
        let (all, free) = (self.extent.get_untracked().0, self.free().0);
        if free < all && end > free && look.x + f64::from(node.x) * look.zoom < all {
            let moved = look.moved((free - ROOM - end, 0.0));
            self.look.set(Some(self.kept(moved)));
        }
    }

    /// Brings a box into the middle if it is out of view, or too far away to be told from
    /// others.
    pub fn reveal(self, node: &Node) {
        if self
            .look
            .get_untracked()
            .is_some_and(|look| look.zoom < NAMED)
        {
            self.centre(node);
            return;
        }
        let area = self.area_untracked();
        if area.is_some_and(|area| !area.holds(node)) {
            self.centre_at(middle(node), None);
        }
    }

    fn area_untracked(self) -> Option<Area> {
        let look = self.look.get_untracked()?;
        Some(look.area(self.free()))
    }

    /// What of the drawing is in view.
    pub fn area(self) -> Option<Area> {
        Some(self.look.get()?.area(self.extent.get()))
    }

    pub fn extent(self) -> Extent {
        self.extent.get()
    }

    /// What of a drawing is to be drawn. Changes less often than the view.
    pub fn cut(self, view: &PictureView) -> Option<Cut> {
        let (look, extent) = (self.look.get()?, self.extent.get());
        self.size.set_value(size_of(view));
        let is_near = look.zoom >= HIT;
        let least = least_seen(look);
        if view.nodes.len() <= FEW {
            let detail = Detail::of(look.zoom, view.nodes.len());
            return Some(Cut {
                area: Area::ALL,
                detail,
                is_near,
                least,
            });
        }
        let area = drawn_area(look, extent);
        let detail = Detail::of(look.zoom, nodes_in(&view.drawing, &area).len());
        Some(Cut {
            area,
            detail,
            is_near,
            least,
        })
    }

    pub fn percent(self) -> Option<String> {
        let percent = self.look.get()?.zoom * 100.0;
        Some(match percent < 1.0 {
            true => format!("{}%", number((percent * 10.0).round() / 10.0)),
            false => format!("{}%", percent.round() as u64),
        })
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
            zoom if zoom < NAMED => Some("block"),
            zoom if zoom < BRIEF => Some("far"),
            zoom if zoom < WHOLE => Some("brief"),
            _ => None,
        }
    }

    /// By how much the drawing is smaller than life; the style sheet keeps its names large.
    pub fn shrunk(self) -> Option<String> {
        self.look.get().map(|look| number(look.zoom))
    }

    /// How many letters of a name fit a box that is so wide, beside its duration.
    pub fn letters(self, width: f32, took: &str) -> usize {
        let zoom = self.look.get().map_or(1.0, |look| look.zoom);
        name_letters(width, took, zoom as f32)
    }

    /// By how much the words of a frame are larger than life; nothing where they could not be
    /// read, because there is no room for them.
    pub fn frame_scale(self) -> Option<f32> {
        /// As large as there is room for above the boxes in a frame, of what is 11 px high.
        const LARGEST: f64 = 17.0 / 11.0;
        /// In parts of the usual size: 8 px.
        const LEGIBLE: f64 = 8.0 / 11.0;
        let zoom = self.look.get()?.zoom;
        let scale = (1.0 / zoom).clamp(1.0, LARGEST);
        (scale * zoom >= LEGIBLE).then_some(scale as f32)
    }

    /// Whether a drawing that is fitted still goes on beyond the pane: it would be too thin.
    pub fn goes_beyond(self, view: &PictureView) -> bool {
        let (width, height) = size_of(view);
        let zoom = self.fitted(view).zoom;
        let extent = self.extent.get();
        width * zoom > extent.0 + 1.0 || height * zoom > extent.1 + 1.0
    }

    /// Whether what looks like a click was the end of a move.
    pub fn was_dragged(self) -> bool {
        self.dragged.get_value() > 4.0
    }

    /// The point of the drawing that an event is at.
    pub fn under(self, event: &MouseEvent) -> Option<Point> {
        let rect = self.pane.get_untracked()?.get_bounding_client_rect();
        let (x, y) = place(event);
        let look = self.look.get_untracked()?;
        Some(look.under((x - rect.left(), y - rect.top())))
    }

    /// The pane with a drawing and the legend.
    pub fn show(
        self,
        drawing: impl IntoView,
        drawn: Memo<Option<Vec<Entry>>>,
        tips: Tips,
        let_go: impl Fn() + 'static,
    ) -> Element {
        /// What a click is for by itself.
        const OTHERS: &str = ".node, .leaf, .block, .more-tiles, .minimap";
        let lifted = move |event: MouseEvent| self.pointers(&event).0.set_value(None);
        el::div()
            .class("canvas")
            .reference(self.pane)
            .on_wheel(move |event| {
                event.prevent_default();
                tips.leave();
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
                tips.leave();
                if event.button() == 0 {
                    self.dragged.set_value(0.0);
                    self.pointers(&event).0.set_value(Some(place(&event)));
                }
            })
            .on_mouse("pointermove", move |event| self.drag(&event))
            .on_mouse("pointerup", lifted)
            .on_mouse("pointercancel", lifted)
            .on("transitionend", move |_| tips.follow())
            .on_click(move |event| {
                let on = event.target();
                let on = on.and_then(|on| on.dyn_into::<web_sys::Element>().ok());
                let is_free = on.is_some_and(|on| !matches!(on.closest(OTHERS), Ok(Some(_))));
                if is_free && !self.was_dragged() {
                    let_go();
                }
            })
            .child(drawing)
            .child(legend(drawn))
            .child(tips.show())
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
        self.dragged.update_value(|way| *way += distance(from, to));
        let moved = match other.get_value() {
            None => look.moved((to.0 - from.0, to.1 - from.1)),
            Some(other) => {
                let rect = pane.get_bounding_client_rect();
                let factor = distance(to, other) / distance(from, other).max(1.0);
                look.zoomed(factor, (other.0 - rect.left(), other.1 - rect.top()))
            }
        };
        self.look.set(Some(self.kept(moved)));
    }

    /// Nobody loses sight of the drawing.
    fn kept(self, look: Look) -> Look {
        look.kept(self.size.get_value(), self.extent.get_untracked())
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

pub(super) fn size_of(view: &PictureView) -> Extent {
    (
        f64::from(view.drawing.width),
        f64::from(view.drawing.height),
    )
}

fn middle(node: &Node) -> Point {
    let (x, y) = (f64::from(node.x), f64::from(node.y));
    (
        x + f64::from(node.width) / 2.0,
        y + f64::from(node.height) / 2.0,
    )
}

fn place(event: &MouseEvent) -> Point {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

fn distance(one: Point, other: Point) -> f64 {
    let (x, y) = (one.0 - other.0, one.1 - other.1);
    (x * x + y * y).sqrt()
}
