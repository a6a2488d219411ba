//! The mouse and the finger over a timeline; [`keys`](super::keys) has the keys.

use super::head::STRIP;
use super::look::whole_scale;
use super::state::Timeline;
use super::tip::Pointed;
use crate::layout::timeline::{Stretch, View as TimeView};
use crate::ui::dom::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element as Node, MouseEvent, PointerEvent, WheelEvent};

/// A hand that moves less has clicked.
const CLICK: f64 = 4.0;

/// So close to a handle of the frame it is taken by it.
const HANDLE: f64 = 7.0;

/// What a hand does that is down.
#[derive(Clone, Copy)]
enum Grasp {
    /// Draws a range from a pixel of the lanes.
    Range(f64),
    /// Moves the view, which was this one, from a pixel.
    Move(f64, TimeView),
    /// Moves one end of the frame in the small picture.
    From(TimeView),
    To(TimeView),
    /// Moves that frame from a pixel.
    Frame(f64, TimeView),
}

#[derive(Clone, Copy)]
pub(super) struct Hand {
    timeline: Timeline,
    grasp: StoredValue<Option<Grasp>, LocalStorage>,
    /// It has moved since it went down: what follows is no click.
    has_moved: StoredValue<bool>,
    /// The fingers that are down, and where in the lanes.
    fingers: StoredValue<Vec<(i32, f64)>>,
}

impl Hand {
    pub fn new(timeline: Timeline) -> Self {
        Self {
            timeline,
            grasp: StoredValue::new_local(None),
            has_moved: StoredValue::new(false),
            fingers: StoredValue::new(Vec::new()),
        }
    }

    /// The pixel of the lanes that an event is at.
    fn in_lane(self, event: &MouseEvent) -> f64 {
        let lanes = self.timeline.lanes.get_untracked();
        let left = lanes.map_or(0.0, |lanes| lanes.get_bounding_client_rect().left());
        f64::from(event.client_x()) - left
    }

    /// Lets an area be worked by hand: the lanes, and what stands above them.
    pub fn holds(self, area: Element, wheel_zooms: bool) -> Element {
        area.on_wheel(move |event| {
            if self.wheel(&event, wheel_zooms) {
                event.prevent_default();
            }
        })
        .on_mouse("pointerdown", move |event| self.down(&event))
        .on_mouse("pointermove", move |event| self.moved(&event))
        .on_mouse("pointerup", move |event| self.up(&event))
        .on_mouse("pointercancel", move |_| self.let_go())
        .on_mouse("pointerleave", move |_| self.timeline.pointed.set(None))
        .on_mouse("click", move |event| {
            // The end of a drag is no click on what lies there.
            if self.has_moved.get_value() {
                event.prevent_default();
                event.stop_propagation();
            }
        })
        .on("dragstart", |event| event.prevent_default())
        .on_mouse("mousedown", |event| {
            // A bar is no stop of the keyboard: what has the focus keeps it.
            if is_in_lane(event.as_ref()) {
                event.prevent_default();
            }
        })
    }

    fn wheel(self, event: &WheelEvent, wheel_zooms: bool) -> bool {
        let width = self.timeline.look.width.get_untracked().max(1.0);
        let part = self.in_lane(event) / width;
        let sideways = match event.shift_key() {
            true => event.delta_y() + event.delta_x(),
            false => event.delta_x(),
        };
        let zooms = wheel_zooms || !scrolls(event);
        if event.ctrl_key() || event.meta_key() || (zooms && sideways == 0.0) {
            let factor = (event.delta_y() * 0.0025).clamp(-1.0, 1.0).exp();
            self.timeline.zoom(factor, part.clamp(0.0, 1.0));
            return true;
        }
        if sideways != 0.0 && sideways.abs() >= event.delta_y().abs() {
            self.timeline.pan(sideways / width);
            return true;
        }
        false
    }

    fn down(self, event: &MouseEvent) {
        self.has_moved.set_value(false);
        let x = self.in_lane(event);
        let pointer: &PointerEvent = event.unchecked_ref();
        let is_finger = pointer.pointer_type() == "touch";
        if is_finger {
            self.fingers.update_value(|fingers| {
                // The first of a hand: what was down before is gone.
                if pointer.is_primary() {
                    fingers.clear();
                }
                fingers.push((pointer.pointer_id(), x));
            });
        }
        let Some((_, scale)) = self.timeline.drawing_untracked() else {
            return;
        };
        if x < 0.0 || x > scale.width || event.button() > 1 {
            return;
        }
        // A finger scrolls and pans in the rows; above them it selects as the mouse does.
        let pans = is_finger && !is_in_curve(event) || event.button() == 1 || event.shift_key();
        self.grasp.set_value(Some(match pans {
            true => Grasp::Move(x, scale.view),
            false => Grasp::Range(x),
        }));
    }

    fn moved(self, event: &MouseEvent) {
        let x = self.in_lane(event);
        let timeline = self.timeline;
        if self.pinched(event, x) {
            return;
        }
        if let Some(grasp) = self.grasp.get_value().filter(|_| event.buttons() != 0) {
            self.drag(grasp, x, event);
        } else {
            self.grasp.set_value(None);
        }
        let width = timeline.look.width.get_untracked();
        let is_inside = x >= 0.0 && x <= width;
        let pointed = is_inside.then(|| Pointed {
            x: f64::from(event.client_x()),
            y: f64::from(event.client_y()),
            in_lane: x,
            row: row_of(event),
            in_curve: is_in_curve(event),
        });
        timeline.pointed.set(pointed);
    }

    /// Two fingers zoom around the middle between them; whether there are two.
    fn pinched(self, event: &MouseEvent, x: f64) -> bool {
        let id = event.unchecked_ref::<PointerEvent>().pointer_id();
        let before = self.fingers.get_value();
        let [(one, from), (other, to)] = before.as_slice() else {
            return false;
        };
        let now = match (id == *one, id == *other) {
            (true, _) => (x, *to),
            (_, true) => (*from, x),
            _ => return false,
        };
        self.has_moved.set_value(true);
        self.timeline.drawn.set(None);
        self.grasp.set_value(None);
        self.fingers.set_value(vec![(*one, now.0), (*other, now.1)]);
        let width = self.timeline.look.width.get_untracked().max(1.0);
        let apart = |(from, to): (f64, f64)| (to - from).abs().max(24.0);
        let middle = |(from, to): (f64, f64)| (from + to) / 2.0 / width;
        self.timeline.zoom(
            apart((*from, *to)) / apart(now),
            middle(now).clamp(0.0, 1.0),
        );
        self.timeline.pan(middle((*from, *to)) - middle(now));
        true
    }

    fn drag(self, grasp: Grasp, x: f64, event: &MouseEvent) {
        let timeline = self.timeline;
        let Some((view, scale)) = timeline.drawing_untracked() else {
            return;
        };
        let begin = match grasp {
            Grasp::Range(begin) | Grasp::Move(begin, _) | Grasp::Frame(begin, _) => begin,
            Grasp::From(_) | Grasp::To(_) => f64::INFINITY,
        };
        if !self.has_moved.get_value() {
            if (x - begin).abs() < CLICK {
                return;
            }
            self.has_moved.set_value(true);
            capture(event);
        }
        let cut = timeline.is_cut();
        let whole = whole_scale(&view, cut, scale.width);
        let drawn = |x: f64| whole.view.from + x / whole.width * whole.view.length();
        // The other end stays, at least a pixel away.
        let least = whole.view.length() / whole.width;
        let held = x.clamp(0.0, scale.width);
        match grasp {
            Grasp::Range(begin) => timeline.drawn.set(Some((begin, held))),
            Grasp::Move(begin, from) => {
                let part = (begin - x) / scale.width;
                timeline.look.set(&view, cut, from.panned(part, whole.view));
            }
            Grasp::Frame(begin, from) => {
                let by = drawn(x) - drawn(begin);
                let part = by / from.length();
                timeline.look.set(&view, cut, from.panned(part, whole.view));
            }
            Grasp::From(from) => {
                let begin = drawn(held).min(from.to - least);
                timeline.look.set(
                    &view,
                    cut,
                    TimeView {
                        from: begin,
                        ..from
                    },
                );
            }
            Grasp::To(from) => {
                let end = drawn(held).max(from.from + least);
                timeline.look.set(&view, cut, TimeView { to: end, ..from });
            }
        }
    }

    fn up(self, event: &MouseEvent) {
        let timeline = self.timeline;
        let drawn = timeline.drawn.get_untracked();
        if let (Some((from, to)), Some((_, scale))) = (drawn, timeline.drawing_untracked()) {
            let range = Stretch::new(scale.at(from.min(to)), scale.at(from.max(to)));
            timeline.select(Some(range));
        } else if !self.has_moved.get_value()
            && self.grasp.get_value().is_some()
            && is_ground(event)
        {
            // A click beside all bars drops the range.
            timeline.select(None);
        }
        self.let_go();
    }

    fn let_go(self) {
        self.grasp.set_value(None);
        self.fingers.set_value(Vec::new());
        self.timeline.drawn.set(None);
    }

    /// Lets the small picture of the whole run be worked by hand.
    pub fn holds_strip(self, strip: Element) -> Element {
        strip
            .on_wheel(move |event| {
                if self.wheel(&event, true) {
                    event.prevent_default();
                }
            })
            .on_mouse("pointerdown", move |event| self.strip_down(&event))
            .on_mouse("pointermove", move |event| {
                let grasp = self.grasp.get_value().filter(|_| event.buttons() != 0);
                if let Some(grasp) = grasp {
                    self.drag(grasp, self.in_lane(&event), &event);
                }
            })
            .on_mouse("pointerup", move |_| self.let_go())
            .on_mouse("pointercancel", move |_| self.let_go())
            .style("--h", format!("{STRIP}px"))
    }

    fn strip_down(self, event: &MouseEvent) {
        self.has_moved.set_value(false);
        let Some((view, scale)) = self.timeline.drawing_untracked() else {
            return;
        };
        let x = self.in_lane(event);
        let cut = self.timeline.is_cut();
        let whole = whole_scale(&view, cut, scale.width);
        let (from, to) = (whole.x_of(scale.view.from), whole.x_of(scale.view.to));
        let grasp = if (x - from).abs() <= HANDLE {
            Grasp::From(scale.view)
        } else if (x - to).abs() <= HANDLE {
            Grasp::To(scale.view)
        } else if x > from && x < to {
            Grasp::Frame(x, scale.view)
        } else {
            // Goes there, and is moved on from there.
            let part = (x - (from + to) / 2.0) / (to - from).max(1.0);
            let moved = scale.view.panned(part, whole.view);
            self.timeline.look.set(&view, cut, moved);
            Grasp::Frame(x, moved)
        };
        self.grasp.set_value(Some(grasp));
    }
}

fn capture(event: &MouseEvent) {
    let pointer: &PointerEvent = event.unchecked_ref();
    let target = event
        .current_target()
        .and_then(|target| target.dyn_into::<Node>().ok());
    if let Some(target) = target {
        // A pointer that is gone by now cannot be held.
        let _held = target.set_pointer_capture(pointer.pointer_id());
    }
}

/// Whether nothing lies there that can be clicked.
fn is_ground(event: &MouseEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Node>().ok());
    target.is_some_and(|target| target.closest("a, button").ok().flatten().is_none())
}

fn is_in_lane(event: &web_sys::Event) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Node>().ok());
    target.is_some_and(|target| target.closest(".lane-of").ok().flatten().is_some())
}

fn is_in_curve(event: &MouseEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Node>().ok());
    target.is_some_and(|target| target.closest(".time-curve").ok().flatten().is_some())
}

fn row_of(event: &MouseEvent) -> Option<u64> {
    place_of(&event.target()?.dyn_into().ok()?)
}

/// Whether the rows below the wheel, or the page, have anywhere to go.
fn scrolls(event: &WheelEvent) -> bool {
    let is_longer = |node: &Node| node.scroll_height() > node.client_height();
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Node>().ok());
    let pane = target.and_then(|target| target.closest(".scroll").ok().flatten());
    let page = document().document_element();
    pane.as_ref().is_none_or(is_longer) || page.as_ref().is_none_or(is_longer)
}

pub(super) fn place_of(node: &Node) -> Option<u64> {
    let row = node.closest("[data-at]").ok()??;
    row.get_attribute("data-at")?.parse().ok()
}
