//! What the parts of a timeline share.

use super::address::{Says, Side, with_side};
use super::look::{Look, Scale, whole_scale};
use super::tip::Pointed;
use crate::engine::timeline::TimelineView;
use crate::layout::timeline::Stretch;
use crate::model::{RunPath, Span};
use crate::route::TimeRange;
use crate::ui::ask::Found;
use crate::ui::dom::focus;
use crate::ui::dom::prelude::*;
use crate::ui::parts::table::Scrolled;
use crate::ui::state::App;
use std::rc::Rc;

/// Made of signals, so it is copied freely.
#[derive(Clone, Copy)]
pub(super) struct Timeline {
    pub app: App,
    pub run: StoredValue<RunPath>,
    pub says: Memo<Says>,
    pub look: Look,
    pub scrolled: Scrolled,
    pub found: Found<TimelineView>,
    /// Of some task it is recorded where it ran.
    pub has_hosts: Memo<bool>,
    pub pointed: RwSignal<Option<Pointed>, LocalStorage>,
    /// The range that is being drawn, in pixels of the lanes.
    pub drawn: RwSignal<Option<(f64, f64)>>,
    /// Where the keyboard is: a row, and which part of its bar.
    pub chosen: RwSignal<Option<(u64, usize)>>,
    /// A range was marked by the keyboard: Enter looks at it, whatever row has the focus.
    pub has_marked: StoredValue<bool>,
    /// Where the lanes begin and how wide they are is read from it.
    pub lanes: Reference,
}

impl Timeline {
    pub fn is_cut(self) -> bool {
        self.says.with_untracked(|says| says.cut)
    }

    /// What was answered and how it is drawn. Follows both.
    pub fn drawing(self) -> Option<(Rc<TimelineView>, Scale)> {
        let view = self.found.value()?;
        let cut = self.says.with(|says| says.cut);
        let scale = self.look.scale(&view, cut)?;
        Some((view, scale))
    }

    /// The same for words alone, also where nothing is drawn.
    pub fn telling(self) -> Option<(Rc<TimelineView>, Scale)> {
        let view = self.found.value()?;
        let cut = self.says.with(|says| says.cut);
        let scale = self.look.scale(&view, cut);
        let scale = scale.unwrap_or_else(|| whole_scale(&view, cut, 1.0));
        Some((view, scale))
    }

    pub fn drawing_untracked(self) -> Option<(Rc<TimelineView>, Scale)> {
        let view = self.found.value_untracked()?;
        let scale = self.look.scale_untracked(&view, self.is_cut())?;
        Some((view, scale))
    }

    /// The selected range: the one that is being drawn, else what the address says.
    pub fn range(self, view: &TimelineView, scale: &Scale) -> Option<Stretch> {
        let of_pixels =
            |(from, to): (f64, f64)| Stretch::new(scale.at(from.min(to)), scale.at(from.max(to)));
        let since = |micros: i64| Span(micros.saturating_sub(view.zero.0));
        let drawn = self.drawn.get().map(of_pixels);
        let said = self.says.with(|says| says.range);
        drawn.or(said.map(|(from, to)| Stretch::new(since(from), since(to))))
    }

    /// The range that the address says.
    pub fn range_untracked(self, view: &TimelineView) -> Option<Stretch> {
        let since = |micros: i64| Span(micros.saturating_sub(view.zero.0));
        let said = self.says.with_untracked(|says| says.range);
        said.map(|(from, to)| Stretch::new(since(from), since(to)))
    }

    pub fn select(self, range: Option<Stretch>) {
        let Some((_, scale)) = self.drawing_untracked() else {
            return;
        };
        let time = range.map(|range| TimeRange {
            from: scale.moment(range.from),
            to: scale.moment(range.to),
        });
        self.app.change(|route| route.with_time(time));
    }

    /// What stands beside the rows.
    pub fn side(self) -> Option<Side> {
        self.says.with(|says| says.side)
    }

    /// Shows something beside the rows, or no longer.
    pub fn toggle_side(self, side: Side) {
        match self.says.with_untracked(|says| says.side) == Some(side) {
            true => {
                self.close_side(false);
            }
            false => self.app.change(|route| with_side(route, Some(side))),
        }
    }

    /// Shows nothing beside the rows any more; whether something was. The focus that `is_in`
    /// it goes to what opened it.
    pub fn close_side(self, is_in: bool) -> bool {
        let Some(side) = self.says.with_untracked(|says| says.side) else {
            return false;
        };
        if is_in {
            let opener = match side {
                Side::Path => ".path-line",
                Side::Steps => ".steps-line",
            };
            focus::wish(opener, 0);
        }
        self.app.change(|route| with_side(route, None));
        true
    }

    /// Looks at the selected range alone, as a step in the history; whether there is one.
    pub fn zoom_to_range(self) -> bool {
        let Some((view, _)) = self.drawing_untracked() else {
            return false;
        };
        let Some(range) = self.range_untracked(&view) else {
            return false;
        };
        self.look.go(&view, self.is_cut(), Some(range));
        true
    }

    /// A part around what is looked at, from and to as moments.
    pub fn back_to(self, (from, to): (i64, i64)) {
        if let Some((view, _)) = self.drawing_untracked() {
            let since = |micros: i64| Span(micros.saturating_sub(view.zero.0));
            let part = Stretch::new(since(from), since(to));
            self.look.go(&view, self.is_cut(), Some(part));
        }
    }

    /// The whole run again.
    pub fn fit(self) {
        if let Some((view, _)) = self.drawing_untracked() {
            self.look.go(&view, self.is_cut(), None);
        }
    }

    pub fn zoom(self, factor: f64, part: f64) {
        if let Some(view) = self.found.value_untracked() {
            self.look.zoomed(&view, self.is_cut(), factor, part);
        }
    }

    pub fn pan(self, part: f64) {
        if let Some(view) = self.found.value_untracked() {
            self.look.panned(&view, self.is_cut(), part);
        }
    }
}
