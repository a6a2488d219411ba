//! Tables whose rows are drawn only where they can be seen.

use super::marks::icon;
use crate::engine::ask::Window;
use crate::layout::window::Rows;
use crate::route::Sort;
use crate::ui::state::App;
use leptos::html::Div;
use leptos::prelude::*;

/// The height of a row in pixels, until one can be measured: the style sheet has other
/// heights under a finger and on a narrow screen.
const ROW: f64 = 28.0;

/// Rows kept ready above and below what is visible.
const OVERSCAN: usize = 20;

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
    node: NodeRef<Div>,
    total: RwSignal<u64>,
    row: RwSignal<f64>,
}

impl Scrolled {
    pub fn new() -> Self {
        let window = RwSignal::new(Window {
            first: 0,
            count: 60,
        });
        Self {
            window,
            node: NodeRef::new(),
            total: RwSignal::new(0),
            row: RwSignal::new(ROW),
        }
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
            .query_selector(".row")
            .ok()
            .flatten()
            .map(|row| row.get_bounding_client_rect().height());
        if let Some(height) =
            drawn.filter(|height| *height > 1.0 && *height != self.row.get_untracked())
        {
            self.row.set(height);
        }
        let rows = self.rows(self.total.get_untracked(), f64::from(node.client_height()));
        let seen = rows.window(f64::from(node.scroll_top()));
        // In steps, so that not every pixel asks anew.
        let step = OVERSCAN / 2;
        let first = seen.first / step * step;
        let window = Window {
            first: first as u64,
            count: (seen.end - first + step) as u64,
        };
        if self.window.get_untracked() != window {
            self.window.set(window);
        }
    }
}

impl Default for Scrolled {
    fn default() -> Self {
        Self::new()
    }
}

/// Draws the frame of a table around rows that were asked for by `scrolled.window`.
pub fn table(
    app: App,
    scrolled: Scrolled,
    class: &'static str,
    label: &'static str,
    columns: &'static [Column],
    sorted: impl Fn() -> Option<Sort> + Copy + Send + Sync + 'static,
    rows: impl Fn() -> TableRows + Send + Sync + 'static,
) -> AnyView {
    let heads = columns
        .iter()
        .map(|column| head(app, column, sorted))
        .collect_view();
    let rows = Memo::new_with_compare(move |_| rows(), |_, _| true);
    let total = move || rows.with(|rows| rows.total);
    Effect::new(move || {
        scrolled.total.set(total());
        scrolled.measure();
    });
    let before = move || rows.with(|rows| format!("{}px", rows.first as f64 * scrolled.row.get()));
    let after = move || {
        rows.with(|rows| {
            let left = rows.total.saturating_sub(rows.first + rows.drawn);
            format!("{}px", left as f64 * scrolled.row.get())
        })
    };
    let body = leptos::html::div()
        .class("rows")
        .attr("role", "rowgroup")
        .style(("--before", before))
        .style(("--after", after))
        .child(move || rows.with(|rows| (rows.draw)()));
    view! {
        <div class="scroll" tabindex="0" node_ref=scrolled.node on:scroll=move |_| scrolled.measure()>
            <div class=format!("table {class}") role="table" aria-label=label aria-rowcount=move || total().to_string()>
                <div class="thead" role="row">{heads}</div>
                {body}
            </div>
            {move || rows.with(|rows| rows.empty.as_ref().filter(|_| rows.total == 0).map(|empty| empty()))}
        </div>
    }
    .into_any()
}

/// The rows that are there.
#[derive(Clone)]
pub struct TableRows {
    pub total: u64,
    pub first: u64,
    pub drawn: u64,
    pub draw: std::sync::Arc<dyn Fn() -> AnyView + Send + Sync>,
    pub empty: Option<std::sync::Arc<dyn Fn() -> AnyView + Send + Sync>>,
}

fn head(
    app: App,
    column: &'static Column,
    sorted: impl Fn() -> Option<Sort> + Copy + Send + Sync + 'static,
) -> AnyView {
    let Some(word) = column.sort else {
        return view! { <span role="columnheader" class=column.class>{column.name}</span> }
            .into_any();
    };
    let here = move || sorted().filter(|sort| sort.by == word);
    let direction = move || {
        here().map(|sort| {
            if sort.descending {
                "descending"
            } else {
                "ascending"
            }
        })
    };
    view! {
        <span role="columnheader" class=column.class aria-sort=direction>
            <button on:click=move |_| {
                let descending = here().is_some_and(|sort| !sort.descending);
                app.change(|mut route| {
                    route.filters.sort = Some(Sort { by: word.to_owned(), descending });
                    route
                });
            }>
                {column.name}
                {move || here().map(|sort| icon(if sort.descending { "down" } else { "asc" }, "icon-s"))}
            </button>
        </span>
    }
    .into_any()
}
