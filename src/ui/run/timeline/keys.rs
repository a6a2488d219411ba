//! The keys of a timeline: those of the whole picture, and those of a row that has the focus.

use super::hand::place_of;
use super::lane::{Part, parts};
use super::state::Timeline;
use crate::engine::timeline::TimelineRow;
use crate::layout::timeline::Stretch;
use crate::ui::dom::prelude::*;
use crate::ui::keys::is_typing;
use wasm_bindgen::JsCast as _;
use web_sys::{Element as Node, KeyboardEvent};

/// A step of the keyboard.
const ZOOM: f64 = 0.7;
const PAN: f64 = 0.2;
/// Of the range's ends, as a part of what is looked at.
const STEP: f64 = 0.02;

#[derive(Clone, Copy)]
pub(super) struct Keys {
    timeline: Timeline,
}

impl Keys {
    /// Hears them wherever the focus is, but where something is typed.
    pub fn new(timeline: Timeline) -> Self {
        let keys = Self { timeline };
        listen("keydown", move |event: KeyboardEvent| {
            let is_other = event.ctrl_key() || event.meta_key() || event.alt_key();
            if event.default_prevented() || is_other || is_typing(&event) {
                return;
            }
            if keys.press(&event) {
                event.prevent_default();
            }
        });
        keys
    }

    /// What a key does; whether it did something.
    fn press(self, event: &KeyboardEvent) -> bool {
        let timeline = self.timeline;
        match event.key().as_str() {
            "w" | "W" | "+" | "=" => timeline.zoom(ZOOM, self.middle()),
            "s" | "S" | "-" => timeline.zoom(1.0 / ZOOM, self.middle()),
            "a" | "A" => timeline.pan(-PAN),
            "d" | "D" => timeline.pan(PAN),
            "f" | "F" => timeline.fit(),
            "m" | "M" => self.mark(event),
            "ArrowRight" if event.shift_key() => self.stretch(0.0, STEP),
            "ArrowLeft" if event.shift_key() => self.stretch(0.0, -STEP),
            ">" => self.stretch(STEP, 0.0),
            "<" => self.stretch(-STEP, 0.0),
            "Enter" if !is_on_control(event) => return timeline.zoom_to_range(),
            "Escape" => {
                let has_range = timeline.says.with_untracked(|says| says.range.is_some());
                if !has_range {
                    return timeline.close_side(is_in_side(event));
                }
                timeline.select(None);
            }
            _ => return false,
        }
        true
    }

    /// Selects the part of a bar that the keyboard is at, else what the row is that has the
    /// focus, else all that is looked at.
    fn mark(self, event: &KeyboardEvent) {
        let timeline = self.timeline;
        timeline.has_marked.set_value(true);
        let Some((view, scale)) = timeline.drawing_untracked() else {
            return;
        };
        let chosen = timeline.chosen.get_untracked().and_then(|(at, part)| {
            let nth = usize::try_from(at.checked_sub(view.window.first)?).ok()?;
            let TimelineRow::Task(task) = view.rows.get(nth)? else {
                return None;
            };
            Some(parts(task).into_iter().nth(part)?.1)
        });
        let of_row = || match self.row_at(event)?.1 {
            TimelineRow::Group(group) => group.time,
            TimelineRow::Task(task) => {
                let all = parts(&task).into_iter().map(|(_, time)| time);
                all.reduce(|whole, time| whole.with(time))
            }
            TimelineRow::Rest { .. } => None,
        };
        let seen = || scale.view.stretch(&scale.cuts).common(view.whole);
        let range = chosen.or_else(of_row);
        timeline.select(Some(range.unwrap_or_else(seen)));
    }

    /// Moves the ends of the selected range by parts of what is looked at; without one, the
    /// first step selects from the middle on.
    fn stretch(self, from: f64, to: f64) {
        let timeline = self.timeline;
        let Some((view, scale)) = timeline.drawing_untracked() else {
            return;
        };
        let drawn = |at: crate::model::Span| scale.cuts.drawn(at);
        let middle = (scale.view.from + scale.view.to) / 2.0;
        let range = timeline.range_untracked(&view);
        let (begin, end) = range.map_or((middle, middle), |range| {
            (drawn(range.from), drawn(range.to))
        });
        let length = scale.view.length();
        let (begin, end) = (begin + from * length, end + to * length);
        let range = Stretch::new(
            scale.cuts.real(begin.min(end)),
            scale.cuts.real(end.max(begin)),
        );
        timeline.has_marked.set_value(true);
        timeline.select(Some(range.common(view.whole)));
    }

    /// Around the pointer, where it is over the lanes.
    fn middle(self) -> f64 {
        let width = self.timeline.look.width.get_untracked().max(1.0);
        let pointed = self.timeline.pointed.get_untracked();
        pointed.map_or(0.5, |at| (at.in_lane / width).clamp(0.0, 1.0))
    }

    /// Left and right go over the parts of a bar, Enter opens the attempt; on a group they
    /// close and open it. Whether the key was for that.
    pub fn walk(self, event: &KeyboardEvent) -> bool {
        let timeline = self.timeline;
        if event.shift_key() {
            return false;
        }
        let has_marked = timeline.has_marked.get_value();
        if matches!(
            event.key().as_str(),
            "ArrowRight" | "ArrowLeft" | "ArrowDown" | "ArrowUp" | "Enter"
        ) {
            timeline.has_marked.set_value(false);
        }
        let step: isize = match event.key().as_str() {
            "ArrowRight" => 1,
            "ArrowLeft" => -1,
            // What was just marked is what is meant.
            "Enter" if has_marked && timeline.zoom_to_range() => return true,
            "Enter" => return self.open_chosen(event),
            _ => {
                if matches!(event.key().as_str(), "ArrowDown" | "ArrowUp") {
                    timeline.chosen.set(None);
                }
                return false;
            }
        };
        let Some((at, row)) = self.row_at(event) else {
            return false;
        };
        match row {
            TimelineRow::Group(group) if group.tasks > 0 => {
                if group.is_open != (step > 0) {
                    timeline
                        .app
                        .change(|route| super::address::with_flipped(route, &group.key));
                }
                true
            }
            TimelineRow::Task(task) => {
                let Some(last) = parts(&task).len().checked_sub(1) else {
                    return false;
                };
                let now = timeline
                    .chosen
                    .get_untracked()
                    .filter(|(row, _)| *row == at);
                let next = match (now, step > 0) {
                    (None, true) => 0,
                    (None, false) => last,
                    (Some((_, part)), true) => (part + 1).min(last),
                    (Some((_, part)), false) => part.saturating_sub(1),
                };
                timeline.chosen.set(Some((at, next)));
                true
            }
            _ => false,
        }
    }

    fn open_chosen(self, event: &KeyboardEvent) -> bool {
        let timeline = self.timeline;
        let Some((at, TimelineRow::Task(task))) = self.row_at(event) else {
            return false;
        };
        let chosen = timeline
            .chosen
            .get_untracked()
            .filter(|(row, _)| *row == at);
        let part = chosen.and_then(|(_, part)| parts(&task).into_iter().nth(part));
        let Some((Part::Attempt(nth), _)) = part else {
            return false;
        };
        let Some(attempt) = task.attempts.get(nth) else {
            return false;
        };
        let path = timeline
            .run
            .with_value(|run| run.task(&task.step, &task.id));
        let route = timeline.app.task_route(&path);
        timeline.app.go(route.with_attempt(Some(attempt.number)));
        true
    }

    fn row_at(self, event: &KeyboardEvent) -> Option<(u64, TimelineRow)> {
        let at = place_of(&node_of(event)?)?;
        let view = self.timeline.found.value_untracked()?;
        let nth = usize::try_from(at.checked_sub(view.window.first)?).ok()?;
        Some((at, view.rows.get(nth)?.clone()))
    }
}

fn node_of(event: &KeyboardEvent) -> Option<Node> {
    event.target()?.dyn_into().ok()
}

/// The focus is in what stands beside the rows.
fn is_in_side(event: &KeyboardEvent) -> bool {
    let side = node_of(event).and_then(|node| node.closest(".time-side").ok());
    side.flatten().is_some()
}

/// What has the focus has its own Enter.
fn is_on_control(event: &KeyboardEvent) -> bool {
    let target = node_of(event);
    target.is_some_and(|target| matches!(target.tag_name().as_str(), "A" | "BUTTON" | "SELECT"))
}
