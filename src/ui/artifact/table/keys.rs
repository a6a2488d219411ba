//! The keyboard in a table: the arrows move the cell that is looked at, as a click would.
//!
//! The focus is the table's own; which cell is meant it says by `aria-activedescendant`.
//! Start with [`press`].

use super::{Shown, sorted};
use crate::engine::values::{CellQuery, TableView};
use crate::ui::artifact::place;
use crate::ui::ask::once;
use crate::ui::dom::prelude::*;
use crate::ui::keys::arrive;
use crate::ui::parts::table::Scrolled;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, KeyboardEvent};

/// What the keyboard knows of the rows that are in the page.
#[derive(Clone, Default)]
pub(super) struct Drawn {
    /// Rows and columns in all.
    total: (u64, u64),
    /// The place of the first of these rows, and their numbers: in another order these are
    /// not their places.
    first: u64,
    rows: Vec<u64>,
    /// A cell, by place and column, that is chosen as soon as its row is in the page.
    wanted: Option<(u64, u64)>,
}

impl Drawn {
    fn place_of(&self, row: u64) -> Option<u64> {
        let at = self.rows.iter().position(|one| *one == row)?;
        Some(self.first + at as u64)
    }

    fn row_at(&self, place: u64) -> Option<u64> {
        let at = usize::try_from(place.checked_sub(self.first)?).ok()?;
        self.rows.get(at).copied()
    }
}

/// The id of the cell that is looked at.
pub(super) fn cell_id((row, column): (u64, u64)) -> String {
    format!("cell-{row}-{column}")
}

/// Remembers what is drawn; the cell that waited for it is chosen.
pub(super) fn remember(view: &Shown, table: &TableView) {
    let drawn = view.drawn;
    let mut now = Drawn {
        total: table.total,
        first: table.rows.first,
        rows: table.lines.iter().map(|line| line.row).collect(),
        wanted: drawn.with_value(|before| before.wanted),
    };
    let found = now
        .wanted
        .and_then(|(place, column)| Some((now.row_at(place)?, column)));
    if let Some(cell) = found {
        now.wanted = None;
        let view = view.clone();
        // Not while this is drawn.
        request_animation_frame(move || choose(&view, cell));
    }
    drawn.set_value(now);
}

fn choose(view: &Shown, (row, column): (u64, u64)) {
    let cell = format!("{row},{column}");
    view.app.change(|route| route.with_select(Some(&cell)));
}

/// What a key does in the table.
pub(super) fn press(view: &Shown, event: &KeyboardEvent) {
    let sheet: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
    // The names of the columns have keys of their own.
    let Some(sheet) = sheet.filter(|sheet| sheet.class_list().contains("sheet")) else {
        return;
    };
    let is_plain = !event.ctrl_key() && !event.meta_key();
    if event.alt_key() || event.shift_key() {
        return;
    }
    let done = match event.key().as_str() {
        "Enter" if is_plain => open(view),
        key => step(view, &sheet, key, is_plain),
    };
    if done {
        event.prevent_default();
    }
}

/// Opens what the cell leads to.
fn open(view: &Shown) -> bool {
    let Some((row, column)) = view.cell.get_untracked() else {
        return false;
    };
    let (app, value) = (view.app, view.question.clone());
    let question = CellQuery {
        value: value.clone(),
        records: view.records,
        slice: view.slice.get_untracked(),
        row,
        column,
    };
    once(app, question, move |cell| {
        if cell.opens {
            arrive(&cell.at);
            app.go(place(app, &value, &cell.at));
        }
    });
    true
}

/// Moves the cell that is looked at; of none, the first that can be seen is.
fn step(view: &Shown, sheet: &Element, key: &str, is_plain: bool) -> bool {
    let Some(seen) = Seen::of(view, sheet) else {
        return false;
    };
    let drawn = view.drawn.get_value();
    let last = |total: u64| total.saturating_sub(1);
    let (rows, columns) = (last(drawn.total.0), last(drawn.total.1));
    let is_sorted = view
        .app
        .route
        .with_untracked(|route| sorted(route.filters.sort.as_ref()).is_some());
    let cell = view.cell.get_untracked();
    let at = cell.and_then(|(row, column)| match is_sorted {
        true => Some((drawn.place_of(row)?, column)),
        false => Some((row, column)),
    });
    // A cell that was asked for a moment ago counts already.
    let at = drawn.wanted.or(at);
    let (row, column) = at.unwrap_or_else(|| seen.first());
    let to = match key {
        "Home" if is_plain => (row, 0),
        "End" if is_plain => (row, columns),
        "Home" => (0, 0),
        "End" => (rows, columns),
        "PageUp" if is_plain => (row.saturating_sub(seen.screenful()), column),
        "PageDown" if is_plain => (row.saturating_add(seen.screenful()), column),
        "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight" if is_plain && at.is_none() => {
            (row, column)
        }
        "ArrowUp" if is_plain => (row.saturating_sub(1), column),
        "ArrowDown" if is_plain => (row.saturating_add(1), column),
        "ArrowLeft" if is_plain => (row, column.saturating_sub(1)),
        "ArrowRight" if is_plain => (row, column.saturating_add(1)),
        _ => return false,
    };
    let to = (to.0.min(rows), to.1.min(columns));
    seen.show(to);
    let row = match is_sorted {
        true => drawn.row_at(to.0),
        false => Some(to.0),
    };
    view.drawn
        .update_value(|drawn| drawn.wanted = row.is_none().then_some(to));
    if let Some(row) = row {
        choose(view, (row, to.1));
    }
    true
}

/// What of a table can be seen, in pixels.
struct Seen {
    scrolled: Scrolled,
    pane: Element,
    /// Where the first cell of all begins, from the top and the left of what scrolls: so
    /// much is hidden too by the names, which stay.
    names: (f64, f64),
    /// What stands above the table, and goes when it is scrolled.
    above: f64,
    row: f64,
    column: f64,
}

impl Seen {
    fn of(view: &Shown, sheet: &Element) -> Option<Self> {
        let pane = sheet.closest(".value-table").ok()??;
        let head = sheet.query_selector(".sheet-top").ok()??;
        let row = sheet.query_selector(".sheet-row").ok()??;
        let labels = row.query_selector_all(".label").ok()?;
        let labels = (0..labels.length()).filter_map(|at| labels.get(at)?.dyn_into().ok());
        let width = labels.map(|label: Element| label.get_bounding_client_rect().width());
        let top = sheet.get_bounding_client_rect().top() - pane.get_bounding_client_rect().top();
        let seen = Self {
            names: (head.get_bounding_client_rect().height(), width.sum()),
            above: top + f64::from(pane.scroll_top()),
            scrolled: view.scrolled,
            row: row.get_bounding_client_rect().height(),
            column: view.width.get_value()?,
            pane,
        };
        (seen.row > 0.0 && seen.column > 0.0).then_some(seen)
    }

    fn first(&self) -> (u64, u64) {
        let down = self.scrolled.top() - self.above;
        let right = f64::from(self.pane.scroll_left());
        let whole = |pixels: f64, one: f64| (pixels / one).ceil().max(0.0) as u64;
        (whole(down, self.row), whole(right, self.column))
    }

    fn screenful(&self) -> u64 {
        let height = f64::from(self.pane.client_height()) - self.names.0;
        ((height / self.row).floor() - 1.0).max(1.0) as u64
    }

    /// Scrolls as little as brings a cell into view.
    fn show(&self, (row, column): (u64, u64)) {
        let to = |at: f64, size: f64, names: f64, now: f64, seen: i32| {
            let until = (at + names + size - f64::from(seen)).ceil();
            // The names hide what stands behind them.
            now.max(until).min(at).max(0.0)
        };
        let pane = &self.pane;
        let (down, right) = (row as f64 * self.row, column as f64 * self.column);
        let down = match row {
            0 => 0.0,
            _ => down + self.above,
        };
        let (top, left) = (self.scrolled.top(), f64::from(pane.scroll_left()));
        let now = to(down, self.row, self.names.0, top, pane.client_height());
        if now != top {
            self.scrolled.set_top(now);
        }
        let wide = pane.client_width();
        pane.set_scroll_left(to(right, self.column, self.names.1, left, wide) as i32);
    }
}
