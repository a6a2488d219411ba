//! Tables whose rows are drawn only where they can be seen. [`walk`] is how one goes through
//! them by the keyboard.

mod walk;

use super::super::ask::Found;
use super::marks::icon;
use crate::engine::ask::Window;
use crate::layout::number::number;
use crate::layout::window::{HIGHEST, Place, Rows};
use crate::route::Sort;
use crate::ui::dom::prelude::*;
use crate::ui::state::App;
use std::rc::Rc;
use std::time::Duration;

/// A list that was not scrolled for so long rests, where the browser does not say so.
pub const REST: Duration = Duration::from_millis(300);

/// Whether the browser says when a list rests that was scrolled.
pub fn tells_rest() -> bool {
    js_sys::Reflect::has(&window(), &"onscrollend".into()).unwrap_or(false)
}

/// The height of a row in pixels, until one can be measured: the style sheet has other
/// heights under a finger and on a narrow screen.
const ROW: f64 = 28.0;

/// The same of a line of code.
const LINE: f64 = 19.0;

/// The same of a row with bars in it.
const BAR: f64 = 24.0;

/// Rows kept ready above and below what is visible.
const OVERSCAN: usize = 20;

/// Rows that are asked for at least, however many there are: before the first answer
/// nobody knows, and a filter that is taken away brings back more than were left.
const FEWEST: u64 = 60;

/// The same of columns.
const FEWEST_COLUMNS: u64 = 20;

/// A column: its head, and the word by which the address sorts by it.
pub struct Column {
    pub name: &'static str,
    pub sort: Option<&'static str>,
    pub class: &'static str,
}

pub const fn column(name: &'static str, sort: &'static str) -> Column {
    Column {
        name,
        sort: Some(sort),
        class: "",
    }
}

pub const fn plain(name: &'static str) -> Column {
    Column {
        name,
        sort: None,
        class: "",
    }
}

/// What part of a list is looked at, in rows; follows the scrolling.
#[derive(Clone, Copy)]
pub struct Scrolled {
    pub window: RwSignal<Window>,
    /// The columns that can be seen, of a table that is wider than the screen.
    pub columns: RwSignal<Window>,
    /// How wide each of them is, where that matters, and how many there are.
    column: RwSignal<Option<f64>>,
    all_columns: RwSignal<u64>,
    node: Reference,
    total: RwSignal<u64>,
    row: RwSignal<f64>,
    place: StoredValue<Place>,
    /// How much further the list is than its element, which is shorter than a very long one.
    ahead: RwSignal<f64>,
    /// Counts the steps, so that the last one is known.
    steps: StoredValue<u32>,
    walk: StoredValue<walk::Walk>,
}

impl Scrolled {
    pub fn new() -> Self {
        Self::of_height(ROW)
    }

    /// Lines of code instead of rows of a table.
    pub fn of_lines() -> Self {
        Self::of_height(LINE)
    }

    /// Rows with bars in them.
    pub fn of_bars() -> Self {
        Self::of_height(BAR)
    }

    fn of_height(height: f64) -> Self {
        let window = RwSignal::new(Window {
            first: 0,
            count: FEWEST,
        });
        Self {
            window,
            columns: RwSignal::new(Window {
                first: 0,
                count: FEWEST_COLUMNS,
            }),
            column: RwSignal::new(None),
            all_columns: RwSignal::new(0),
            node: Reference::new(),
            total: RwSignal::new(0),
            row: RwSignal::new(height),
            place: StoredValue::new(Place::default()),
            ahead: RwSignal::new(0.0),
            steps: StoredValue::new(0),
            walk: StoredValue::new(walk::Walk::default()),
        }
    }

    /// The element that scrolls: a stop of the keyboard.
    pub fn pane(self) -> Element {
        self.pane_of_stop().attr("tabindex", "0")
    }

    /// The same where something in it is the stop.
    pub fn pane_of_stop(self) -> Element {
        // Before there is an answer, there is nothing to be measured.
        react(move || {
            self.total.track();
            // With the frame that draws it: measuring at once would lay out the page in
            // the same breath in which it was made.
            request_animation_frame(move || self.measure());
        });
        el::div()
            .reference(self.node)
            .on("scroll", move |_| self.scrolled())
            .on("scrollend", move |_| self.settle())
    }

    /// How many rows there are in all.
    pub fn set_total(self, total: u64) {
        if self.total.get_untracked() != total {
            self.total.set(total);
        }
    }

    /// Columns of one width, so many that not all of them are in the page: how many there
    /// are in all.
    pub fn set_columns(self, columns: u64, width: f64) {
        if self.all_columns.get_untracked() != columns {
            self.all_columns.set(columns);
        }
        if self.column.get_untracked() != Some(width) {
            self.column.set(Some(width));
        }
    }

    /// The room above the first row that is in the page.
    pub fn before(self, first: u64) -> impl Fn() -> String {
        move || format!("{}px", number(self.room(first, 0).0))
    }

    /// The room below so many rows that are in the page, from that one on.
    pub fn after(self, first: u64, drawn: usize) -> impl Fn() -> String {
        move || format!("{}px", number(self.room(first, drawn).1))
    }

    fn room(self, first: u64, drawn: usize) -> (f64, f64) {
        let row = self.row.get();
        let element = (self.total.get() as f64 * row).min(HIGHEST);
        // Rows that are seen no longer, until others come, are somewhere in the element.
        let before = (first as f64 * row - self.ahead.get()).clamp(0.0, element);
        (before, (element - before - drawn as f64 * row).max(0.0))
    }

    /// Brings a row of so many into view, a third from the top.
    pub fn show_row(self, row: u64, total: u64) {
        self.set_total(total);
        request_animation_frame(move || {
            if let Some(node) = self.node.get_untracked() {
                let third = f64::from(node.client_height()) / 3.0;
                self.set_top(row as f64 * self.row.get_untracked() - third);
            }
        });
    }

    /// How high a row is. Follows what is measured.
    pub fn row_height(self) -> f64 {
        self.row.get()
    }

    /// The first pixel of the list that is seen.
    pub fn top(self) -> f64 {
        self.place.get_value().top()
    }

    /// Scrolls to a pixel of the list.
    pub fn set_top(self, top: f64) {
        if let Some(node) = self.node.get_untracked() {
            let place = self.seen(&node).place_at(top);
            self.set_place(&node, place);
            self.measure();
        }
    }

    fn set_place(self, node: &web_sys::Element, place: Place) {
        self.place.set_value(place);
        node.set_scroll_top(place.scroll as i32);
    }

    /// Other rows are drawn by now, which may have another height.
    pub fn measure_anew(self) {
        // Not before they are there, and laid out.
        request_animation_frame(move || request_animation_frame(move || self.measure()));
    }

    /// The list was scrolled.
    fn scrolled(self) {
        self.measure();
        self.steps
            .update_value(|steps| *steps = steps.wrapping_add(1));
        let step = self.steps.get_value();
        let rests = move || {
            // The list may be gone by then.
            if self.steps.try_get_value() == Some(step) {
                self.settle();
            }
        };
        if self.ahead.get_untracked() > 0.0 && !tells_rest() {
            set_timeout(rests, REST);
        }
    }

    fn settle(self) {
        let Some(node) = self.node.get_untracked() else {
            return;
        };
        self.measure();
        let place = self.place.get_value();
        let settled = self.seen(&node).settled(place);
        if settled != place {
            self.set_place(&node, settled);
            self.measure();
        }
    }

    /// The rows as they are seen through an element.
    fn seen(self, node: &web_sys::Element) -> Rows {
        self.rows(self.total.get_untracked(), f64::from(node.client_height()))
    }

    fn rows(self, count: u64, viewport: f64) -> Rows {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        Rows {
            count,
            height: self.row.get_untracked(),
            viewport,
            overscan: OVERSCAN,
        }
    }

    fn measure(self) {
        let Some(node) = self.node.get_untracked() else {
            return;
        };
        let drawn = node
            .query_selector(".row, .line, .sheet-row")
            .ok()
            .flatten()
            .map(|row| row.get_bounding_client_rect().height());
        if let Some(height) =
            drawn.filter(|height| *height > 1.0 && *height != self.row.get_untracked())
        {
            self.row.set(height);
        }
        let rows = self.seen(&node);
        let mut place = rows.moved(self.place.get_value(), f64::from(node.scroll_top()));
        self.place.set_value(place);
        if rows.is_stuck(place) {
            place = rows.settled(place);
            self.set_place(&node, place);
        }
        if self.ahead.get_untracked() != place.ahead {
            self.ahead.set(place.ahead);
        }
        let seen = rows.window_at(place);
        // In steps, so that not every pixel asks anew.
        let step = OVERSCAN / 2;
        let first = seen.first / step * step;
        let window = Window {
            first: first as u64,
            count: FEWEST.max((seen.end - first + step) as u64),
        };
        if self.window.get_untracked() != window {
            self.window.set(window);
        }
        if let Some(width) = self.column.get_untracked() {
            self.measure_columns(&node, width);
        }
    }

    fn measure_columns(self, node: &web_sys::Element, width: f64) {
        const STEP: usize = 4;
        let columns = Rows {
            count: usize::try_from(self.all_columns.get_untracked()).unwrap_or(usize::MAX),
            height: width,
            viewport: f64::from(node.client_width()),
            overscan: STEP,
        };
        let seen = columns.window(f64::from(node.scroll_left()));
        let first = seen.first / STEP * STEP;
        let window = Window {
            first: first as u64,
            count: FEWEST_COLUMNS.max((seen.end - first + STEP) as u64),
        };
        if self.columns.get_untracked() != window {
            self.columns.set(window);
        }
    }
}

impl Default for Scrolled {
    fn default() -> Self {
        Self::new()
    }
}

/// What a table is, before it has rows.
pub struct Table {
    pub class: &'static str,
    pub label: &'static str,
    pub columns: &'static [Column],
}

/// The rows that are there: some of all.
#[derive(Default)]
pub struct TableRows {
    pub total: u64,
    /// Which of all is the first of `drawn`.
    pub first: u64,
    pub drawn: Vec<View>,
    /// What stands there when there are none at all.
    pub empty: View,
}

impl Table {
    /// Draws an answer whose window is `scrolled.window`: as rows, as a failure, or as
    /// the shape of what is to come.
    pub fn show<A: 'static>(
        &'static self,
        app: App,
        scrolled: Scrolled,
        sorted: impl Fn() -> Option<Sort> + 'static,
        found: Found<A>,
        rows: impl Fn(&A) -> TableRows + 'static,
    ) -> View {
        let sorted: Sorted = Rc::new(sorted);
        let heads = move || {
            let each = self.columns.iter();
            let heads =
                each.map(|column| head(app, column.name, column.sort, column.class, &sorted));
            (heads.collect_view(), None)
        };
        show_with(self.class, self.label, scrolled, heads, found, rows)
    }
}

/// The same where the columns are known only with the answer: their heads, and how wide they
/// are, as `grid-template-columns`.
pub fn show_with<A: 'static>(
    class: &'static str,
    label: &'static str,
    scrolled: Scrolled,
    heads: impl Fn() -> (View, Option<String>) + 'static,
    found: Found<A>,
    rows: impl Fn(&A) -> TableRows + 'static,
) -> View {
    let rows = move || found.value().map(|value| rows(&value));
    let frame = Frame {
        class,
        label,
        heads: Box::new(heads),
        rows: Box::new(rows),
    };
    group()
        .child(super::failed(found))
        .child(frame.view(scrolled, super::waiting(found)))
        .into_view()
}

/// What is compiled once for all tables.
struct Frame {
    class: &'static str,
    label: &'static str,
    heads: Box<dyn Fn() -> (View, Option<String>)>,
    rows: Box<dyn Fn() -> Option<TableRows>>,
}

impl Frame {
    fn view(self, scrolled: Scrolled, waiting: View) -> View {
        let inside = move || {
            let rows = &self.rows;
            let rows = rows();
            let there = rows.is_some();
            let TableRows {
                total,
                first,
                drawn,
                empty,
            } = rows.unwrap_or_default();
            scrolled.set_total(total);
            scrolled.drawn(first);
            let (heads, columns) = (self.heads)();
            let rows = el::div()
                .class("rows")
                .attr("role", "rowgroup")
                .style("--before", scrolled.before(first))
                .style("--after", scrolled.after(first, drawn.len()))
                .child(drawn);
            let table = el::div()
                .class(format!("table {}", self.class))
                .attr("role", "table")
                .attr("aria-label", self.label)
                .attr("aria-rowcount", total)
                .style("--cols", columns)
                .child(el::div().class("thead").attr("role", "row").child(heads))
                .child(rows);
            let empty = (there && total == 0).then_some(empty);
            group().child(table).child(empty)
        };
        let pane = scrolled
            .pane()
            .class("scroll")
            .on("focusin", move |event| scrolled.came(event.target()))
            .on_key(move |event| {
                if scrolled.walk(&event) {
                    event.prevent_default();
                }
            });
        pane.child(inside).child(waiting).into_view()
    }
}

/// By which column the address sorts.
pub type Sorted = Rc<dyn Fn() -> Option<Sort>>;

/// The head of a column, with the word by which the address sorts by it.
pub fn head(
    app: App,
    name: impl Into<std::borrow::Cow<'static, str>>,
    sort: Option<impl Into<std::borrow::Cow<'static, str>>>,
    class: &'static str,
    sorted: &Sorted,
) -> View {
    head_of(app, name.into(), sort.map(Into::into), class, sorted)
}

fn head_of(
    app: App,
    name: std::borrow::Cow<'static, str>,
    sort: Option<std::borrow::Cow<'static, str>>,
    class: &'static str,
    sorted: &Sorted,
) -> View {
    let name = View::Text(name);
    let cell = el::span().attr("role", "columnheader").class(class);
    let Some(word) = sort else {
        return cell.child(name).into_view();
    };
    let here = {
        let (sorted, word) = (sorted.clone(), word.clone());
        move || sorted().filter(|sort| sort.by == word)
    };
    let (shown, told) = (here.clone(), here.clone());
    let direction = move || {
        told().map(|sort| match sort.descending {
            true => "descending",
            false => "ascending",
        })
    };
    let button = el::button()
        .on_click(move |_| {
            let descending = here().is_some_and(|sort| !sort.descending);
            app.change(|mut route| {
                route.filters.sort = Some(Sort {
                    by: word.clone().into_owned(),
                    descending,
                });
                route
            });
        })
        .child(name)
        .child(move || {
            shown().map(|sort| icon(if sort.descending { "down" } else { "asc" }, "icon-s"))
        });
    cell.attr("aria-sort", direction).child(button).into_view()
}
