//! What is said beside a box while the pointer rests on it, or the focus of the keyboard.
//! It stands beside the box and not at the pointer, so that it stays where it is.

use super::super::super::parts::marks::glyph;
use super::node::several;
use crate::engine::picture::{StepNode, Tile};
use crate::model::Status;
use crate::text::human::span;
use crate::ui::dom::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element as Page, Event, MouseEvent, PointerEvent};

/// What is said.
#[derive(Clone, PartialEq)]
pub(super) struct Said {
    pub name: String,
    /// None of several tasks, which fared differently.
    pub status: Option<Status>,
    pub facts: Vec<(&'static str, String)>,
    pub doc: String,
}

impl Said {
    pub fn of_step(step: &StepNode) -> Self {
        Self {
            name: step.name.clone(),
            status: step.mark(),
            facts: step.facts(),
            doc: step.doc.clone(),
        }
    }

    pub fn of_tile(tile: &Tile) -> Self {
        let status = tile.status.word_with(tile.caught);
        let mut facts = vec![("Status", status.to_owned())];
        facts.extend(tile.duration.map(|length| ("Took", span(length.0))));
        Self {
            name: tile.label.clone(),
            status: Some(tile.status),
            facts,
            doc: String::new(),
        }
    }
}

/// Where it stands: from here to the right and below, or to where there is room.
#[derive(Clone, Copy, PartialEq)]
struct Place {
    x: f64,
    y: f64,
    left: bool,
    up: bool,
}

/// The one that is shown; made of a signal, so it is copied freely.
#[derive(Clone, Copy)]
pub(super) struct Tips(RwSignal<Option<(Said, Place)>>);

impl Tips {
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// The pointer has come to a box; a finger says nothing by that.
    pub fn enter(self, event: &MouseEvent, said: impl FnOnce() -> Said) {
        let is_touch = event.unchecked_ref::<PointerEvent>().pointer_type() == "touch";
        if is_touch || event.buttons() != 0 {
            return;
        }
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        let page = event.current_target().map(JsCast::unchecked_into::<Page>);
        if let Some(page) = page {
            self.show_beside(page, Some(at), said());
        }
    }

    /// The focus has come to a box, by a key.
    pub fn focus(self, event: &Event, said: impl FnOnce() -> Said) {
        let page = event.current_target().map(JsCast::unchecked_into::<Page>);
        let by_key = page.filter(|page| page.matches(":focus-visible").unwrap_or(false));
        if let Some(page) = by_key {
            self.show_beside(page, None, said());
        }
    }

    /// The drawing glided to where the box with the focus is in view.
    pub fn follow(self) {
        let shown = self.0.try_get_untracked().flatten();
        let page = document().query_selector(".canvas .dag :focus-visible");
        if let (Some((said, _)), Ok(Some(page))) = (shown, page) {
            self.show_beside(page, None, said);
        }
    }

    fn show_beside(self, page: Page, at: Option<(f64, f64)>, said: Said) {
        /// As wide as it becomes, and what is free beside it.
        const WIDE: f64 = 390.0;
        let frame = page.query_selector(".box, .mk").ok().flatten();
        let rect = frame.unwrap_or(page).get_bounding_client_rect();
        let (wide, high) = window_size();
        let left = rect.right() + WIDE > wide;
        let is_large = rect.width() > wide * 0.5 || (left && rect.left() < WIDE);
        let place = match at.filter(|_| is_large) {
            Some((x, y)) => Place {
                x,
                y,
                left: x > wide * 0.6,
                up: y > high * 0.7,
            },
            None => {
                let up = rect.top() > high * 0.7;
                Place {
                    x: if left { rect.left() } else { rect.right() },
                    // Its edge is level with that of the box.
                    y: if up {
                        rect.bottom() + 12.0
                    } else {
                        rect.top() - 16.0
                    },
                    left,
                    up,
                }
            }
        };
        let _none_left = self.0.try_set(Some((said, place)));
    }

    pub fn leave(self) {
        // A box that goes with its screen loses the focus after the signal is gone.
        if self.0.try_with_untracked(Option::is_some) == Some(true) {
            let _none_left = self.0.try_set(None);
        }
    }

    pub fn show(self) -> View {
        (move || {
            let (said, place) = self.0.get()?;
            let facts = said.facts.iter().map(|(label, value)| {
                group()
                    .child(el::dt().child(*label))
                    .child(el::dd().child(value.clone()))
            });
            let tip = el::div()
                .key(said.name.clone())
                .class("tip dag-tip")
                .class_if("left", place.left)
                .class_if("up", place.up)
                .attr("role", "tooltip")
                .style("--x", format!("{}px", place.x.round()))
                .style("--y", format!("{}px", place.y.round()))
                .child(
                    el::b()
                        .child(said.status.map_or_else(several, |status| glyph(status, "")))
                        .child(said.name.clone()),
                )
                .child(el::dl().child(facts.collect_view()));
            let doc = (!said.doc.is_empty()).then(|| el::p().child(said.doc.clone()));
            Some(tip.child(doc))
        })
        .into_view()
    }
}

fn window_size() -> (f64, f64) {
    let side =
        |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64());
    (
        side(window().inner_width()).unwrap_or_default(),
        side(window().inner_height()).unwrap_or_default(),
    )
}
