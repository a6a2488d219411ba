//! Going from row to row of a table by the keyboard, also to rows that are not drawn yet:
//! the list is scrolled there, and the row has the focus once it has come.
//!
//! Elements of rows are used again for other rows. So that what has the focus stays the
//! row that it was, its number is remembered, and not its element.

use super::Scrolled;
use crate::ui::dom::{focus, prelude::*};
use crate::ui::keys::is_typing;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Where somebody is in a list.
#[derive(Clone, Copy, Default)]
pub(super) struct Walk {
    /// Which of all is the first row that is drawn.
    first: u64,
    /// The row that has the focus, or is to have it.
    at: Option<u64>,
    /// It was gone to and is not drawn yet.
    is_coming: bool,
    /// The rows are others by now than when it took the focus.
    is_moved: bool,
    /// It had the focus when others were drawn: its element may be gone.
    had_focus: bool,
}

impl Scrolled {
    /// A key was pressed in the pane: whether it led to a row.
    pub fn walk(self, event: &KeyboardEvent) -> bool {
        let is_other = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
        let Some(pane) = self.node.get_untracked().filter(|_| !is_other) else {
            return false;
        };
        let Some(last) = self.total.get_untracked().checked_sub(1) else {
            return false;
        };
        // Rows that lead nowhere are only looked at.
        if is_typing(event) || row_links(&pane).is_empty() {
            return false;
        }
        let screenful = self.room_for_rows(&pane) / self.row.get_untracked();
        let screenful = (screenful as u64).saturating_sub(1).max(1);
        let next = match (self.here(event), event.key().as_str()) {
            // The list itself scrolls by its keys; down is into it.
            (None, "ArrowDown") => (self.top() / self.row.get_untracked()).ceil() as u64,
            (Some(here), "ArrowDown") => here.saturating_add(1),
            (Some(here), "ArrowUp") => here.saturating_sub(1),
            (Some(here), "PageDown") => here.saturating_add(screenful),
            (Some(here), "PageUp") => here.saturating_sub(screenful),
            (Some(_), "Home") => 0,
            (Some(_), "End") => last,
            _ => return false,
        };
        self.go(&pane, next.min(last));
        true
    }

    /// The row in which a key was pressed.
    fn here(self, event: &KeyboardEvent) -> Option<u64> {
        let target: Element = event.target()?.dyn_into().ok()?;
        let row = target.closest(".rows > .row").ok()??;
        let walk = self.walk.get_value();
        match walk.at {
            // Keys that come faster than rows go on from where they have led.
            Some(at) if walk.is_coming || walk.is_moved => Some(at),
            _ => Some(walk.first + place_among(&row)?),
        }
    }

    fn go(self, pane: &Element, row: u64) {
        self.walk.update_value(|walk| {
            walk.at = Some(row);
            walk.is_coming = true;
        });
        let height = self.row.get_untracked();
        let (above, room) = (row as f64 * height, self.room_for_rows(pane));
        if above < self.top() {
            self.set_top(above);
        } else if above + height > self.top() + room {
            self.set_top(above + height - room);
        }
        self.hold();
    }

    /// How much of the pane the rows have: its head stays.
    fn room_for_rows(self, pane: &Element) -> f64 {
        let head = pane.query_selector(".thead").ok().flatten();
        let head = head.map_or(0.0, |head| head.get_bounding_client_rect().height());
        f64::from(pane.client_height()) - head
    }

    /// Something in the pane has the focus by now.
    pub fn came(self, target: Option<web_sys::EventTarget>) {
        let row = target.and_then(|target| {
            let target: Element = target.dyn_into().ok()?;
            place_among(&target.closest(".rows > .row").ok()??)
        });
        self.walk.update_value(|walk| {
            walk.at = row.map(|row| walk.first + row);
            walk.is_coming = false;
            walk.is_moved = false;
            walk.had_focus = false;
        });
    }

    /// The rows are drawn again, from this one on.
    pub fn drawn(self, first: u64) {
        let mut walk = self.walk.get_value();
        let is_moved = walk.at.is_some() && walk.first != first;
        let pane = self.node.get_untracked().filter(|_| is_moved);
        walk.is_moved |= is_moved;
        walk.had_focus |= pane.is_some_and(|pane| focused_in(&pane).is_some());
        walk.first = first;
        self.walk.set_value(walk);
        if walk.is_coming || walk.is_moved {
            request_animation_frame(move || self.hold());
        }
    }

    /// Gives the row the focus that somebody is at, as soon as it is there.
    fn hold(self) {
        // The list may be gone by then.
        let (Some(pane), Some(walk)) = (self.node.get_untracked(), self.walk.try_get_value())
        else {
            return;
        };
        let in_rows = focused_in(&pane);
        // Who has left the list meanwhile is not called back.
        let waits = || focus::is_at(&pane) || !focus::is_somewhere();
        let is_here = in_rows.is_some() || (walk.is_coming || walk.had_focus) && waits();
        let (Some(at), true) = (walk.at, is_here) else {
            return;
        };
        let link = at.checked_sub(walk.first).and_then(|place| {
            let place = usize::try_from(place).ok()?;
            row_links(&pane).into_iter().nth(place)
        });
        match link {
            Some(link) => {
                self.walk.update_value(|walk| {
                    walk.is_coming = false;
                    walk.is_moved = false;
                    walk.had_focus = false;
                });
                // Nothing where it is a button of that row that has the focus.
                let holds = link.closest(".row").ok().flatten();
                if !holds.is_some_and(|row| row.contains(in_rows.as_deref())) {
                    focus::take(&link);
                }
            }
            // It was scrolled away from: no other row is to have its focus.
            None if !walk.is_coming => {
                focus::take(pane.unchecked_ref());
            }
            None => {}
        }
    }
}

/// What has the focus among the rows.
fn focused_in(pane: &Element) -> Option<Element> {
    pane.query_selector(".rows :focus").ok().flatten()
}

/// What each drawn row leads to.
fn row_links(pane: &Element) -> Vec<HtmlElement> {
    focus::all(pane, ".rows > .row .whole")
}

/// Which of the rows beside it a row is.
fn place_among(row: &Element) -> Option<u64> {
    let rows = focus::all(&row.parent_element()?, ":scope > .row");
    let at = rows.iter().position(|one| one.is_same_node(Some(row)))?;
    u64::try_from(at).ok()
}
