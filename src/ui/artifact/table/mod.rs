//! A value with rows and columns: only those that can be seen are in the page, both ways.
//!
//! What it is sorted by stands in the address as `sort=`, the column's place and `-` before
//! it for the other way round; the places in an array of more than two axes as `slice=`, and
//! the cell that is looked at as `select=`. Start with [`table`]; [`head`] has the names of
//! the columns and what they come to, [`cell`] the one that is looked at, [`keys`] what
//! the keyboard does.

mod cell;
mod head;
mod keys;

use super::axes::{axes, slice};
use crate::engine::values::{
    AxisAs, CellText, ColumnHead, TableLine, TableQuery, TableSort, TableView, ValueQuery,
};
use crate::layout::number::number;
use crate::route::Sort;
use crate::text::human;
use crate::ui::ask::{answer, shown};
use crate::ui::dom::prelude::*;
use crate::ui::parts;
use crate::ui::parts::table::Scrolled;
use crate::ui::state::App;
use cell::{cell_strip, choose, chosen_cell};
use head::{above, head};
use keys::Drawn;

#[derive(Clone)]
struct Shown {
    app: App,
    question: ValueQuery,
    scrolled: Scrolled,
    /// Of a column in pixels, once there are some.
    width: StoredValue<Option<f64>>,
    /// Of the labels of rows in pixels, the widest that were met.
    label: StoredValue<f64>,
    /// Whether each column tells what it comes to.
    summaries: Memo<bool>,
    slice: Memo<Vec<AxisAs>>,
    /// A list of rows that are alike.
    records: bool,
    /// The cell that is looked at, by row and column.
    cell: Memo<Option<(u64, u64)>>,
    /// The row that the address names.
    row: Option<u64>,
    drawn: StoredValue<Drawn>,
}

/// What of a table the address names by a path.
#[derive(Clone, Copy, Default)]
pub(super) struct Chosen {
    pub cell: Option<(u64, u64)>,
    /// A whole row.
    pub row: Option<u64>,
}

/// A table, and the cell of it that the address names; `records` where it is a list.
pub(super) fn table(
    app: App,
    question: &ValueQuery,
    lengths: &[u64],
    records: bool,
    named: Chosen,
    choice: View,
) -> View {
    let view = Shown {
        records,
        cell: Memo::new(move |_| {
            let chosen = app.route.with(|route| chosen_cell(route.select.as_deref()));
            chosen.or(named.cell)
        }),
        row: named.row,
        app,
        question: question.clone(),
        scrolled: Scrolled::new(),
        width: StoredValue::new(None),
        label: StoredValue::new(0.0),
        drawn: StoredValue::new(Drawn::default()),
        summaries: Memo::new(move |_| app.route.with(|route| route.extra("as") == Some("columns"))),
        slice: Memo::new(move |_| app.route.with(slice)),
    };
    let asked = view.clone();
    let found = answer(move || {
        Some(TableQuery {
            value: asked.question.clone(),
            records: asked.records,
            slice: asked.slice.get(),
            rows: asked.scrolled.window.get(),
            columns: asked.scrolled.columns.get(),
            sort: asked
                .app
                .route
                .with(|route| sorted(route.filters.sort.as_ref())),
        })
    });
    // Beside the fields for its axes there is less room.
    let is_short = lengths.len() > 2;
    let counts = move |is_short: bool| {
        found.value().map(|table| {
            let (rows, columns) = table.total;
            if is_short {
                return format!("{} × {}", human::count(rows), human::count(columns));
            }
            let columns = human::counted(columns, "column", "columns");
            format!("{}, {columns}", human::counted(rows, "row", "rows"))
        })
    };
    let tools = {
        let summaries = view.summaries;
        el::div()
            .class("table-tools")
            .child(
                el::span()
                    .class("faint")
                    .attr("title", move || counts(false))
                    .child(move || counts(is_short)),
            )
            .child(axes(app, lengths))
            .child(
                el::button()
                    .class("btn btn-s btn-quiet")
                    .attr("aria-pressed", move || summaries.get().to_string())
                    .on_click(move |_| {
                        let on = !summaries.get_untracked();
                        app.change(|route| {
                            route.with_extra("as", Some(if on { "columns" } else { "table" }))
                        });
                    })
                    .child("Summaries"),
            )
            .child(choice)
    };
    let scrolled = view.scrolled;
    // The cell that the address names comes into view once; where it stands in another
    // order nobody knows.
    let sorted = app
        .route
        .with_untracked(|route| route.filters.sort.is_some());
    let row = view.cell.get_untracked().map(|(row, _)| row).or(view.row);
    let named = StoredValue::new(row.filter(|_| !sorted));
    react(move || {
        if let (Some(table), Some(row)) = (found.value(), named.get_value()) {
            named.set_value(None);
            scrolled.show_row(row, table.total.0);
        }
    });
    let whole = view.clone();
    let strip = move || whole.cell.get().map(|cell| cell_strip(&whole, cell));
    let draw = shown(found, move |table: &TableView| drawn(&view, table));
    group()
        .child(tools)
        .child(
            scrolled
                .pane_of_stop()
                .class("scroll value-table")
                .child(draw),
        )
        .child(strip)
        .into_view()
}

fn drawn(view: &Shown, table: &TableView) -> View {
    let (rows, columns) = table.total;
    let (app, scrolled) = (view.app, view.scrolled);
    keys::remember(view, table);
    scrolled.set_total(rows);
    let own = view.width.get_value().unwrap_or_else(|| width_for(table));
    view.width.set_value(Some(own));
    // What a column comes to has more words than most cells.
    let width = match view.summaries.get() {
        true => own.max(WITH_SUMMARY),
        false => own,
    };
    scrolled.set_columns(columns, width);
    let label = view.label.get_value().max(label_width(table));
    view.label.set_value(label);
    if rows == 0 || columns == 0 {
        let told = format!(
            "{}, {}.",
            human::counted(rows, "row", "rows"),
            human::counted(columns, "column", "columns")
        );
        return parts::empty("There is nothing in this table", told, None);
    }
    let notes = table
        .notes
        .iter()
        .map(|told| el::p().class("note").child(told.clone()));
    let before = table.rows.first;
    let ahead = table.first_column;
    let behind = columns.saturating_sub(ahead + table.columns.len() as u64);
    let heads = table.columns.iter().zip(ahead..);
    let heads: Vec<View> = heads.map(|(column, at)| head(view, column, at)).collect();
    let label_names = match table.label_names.as_slice() {
        [] => vec![String::new()],
        names => names.to_vec(),
    };
    let levels = table.above.iter();
    let levels = levels.map(|level| above(table, level, label_names.len()));
    let levels = levels.collect_view();
    let corner = label_names.into_iter().enumerate().map(|(level, name)| {
        el::span()
            .attr("role", "columnheader")
            .class("label")
            .style("--at", level)
            .child(name)
    });
    let chosen = view.cell.get();
    let lines = table
        .lines
        .iter()
        .map(|line| row(table, line, chosen, view.row));
    let of_keys = view.clone();
    let pixels = |columns: u64| format!("{}px", number(columns as f64 * width));
    let grid = el::div()
        .class("sheet")
        .attr("role", "grid")
        .attr("tabindex", "0")
        .attr("aria-label", "Values")
        .attr("aria-activedescendant", chosen.map(keys::cell_id))
        .attr("aria-rowcount", rows)
        .attr("aria-colcount", columns)
        .on_click(move |event| choose(app, &event))
        .on_key(move |event| keys::press(&of_keys, &event))
        .style("--column", format!("{}px", number(width)))
        .style("--label", format!("min({}px, 40vw)", number(label)))
        .style("--left", pixels(ahead))
        .style("--right", pixels(behind))
        .child(
            el::div()
                .class("sheet-top")
                .attr("role", "rowgroup")
                .child(levels)
                .child(
                    el::div()
                        .class("sheet-head")
                        .attr("role", "row")
                        .child(corner.collect_view())
                        .child(heads.collect_view()),
                ),
        )
        .child(
            el::div()
                .class("rows")
                .attr("role", "rowgroup")
                .style("--before", scrolled.before(before))
                .style("--after", scrolled.after(before, table.lines.len()))
                .child(lines.collect_view()),
        );
    group().child(notes.collect_view()).child(grid).into_view()
}

/// Of a letter in a table, in pixels.
const LETTER: f64 = 7.25;

/// A column that tells what it comes to is at least so wide.
const WITH_SUMMARY: f64 = 144.0;

/// The width of a column of labels: numbers need little, moments much.
fn label_width(table: &TableView) -> f64 {
    let labels = table.lines.iter().flat_map(|line| &line.labels);
    let called = table.above.iter().map(|level| &level.called);
    let names = table.label_names.iter().chain(called);
    let longest = labels.chain(names).map(|text| text.chars().count()).max();
    let rows = table.total.0.to_string().len() * 4 / 3;
    (longest.unwrap_or(rows).clamp(5, 32) as f64 * LETTER + 18.0).round()
}

/// The width of all columns, for what stands in the first of them: with one width, which
/// ones can be seen is known without looking at any.
fn width_for(table: &TableView) -> f64 {
    let cells = table.lines.iter().flat_map(|line| &line.cells);
    let texts = cells.map(|cell| &cell.text);
    let heads = table.columns.iter();
    let texts = texts.chain(heads.map(|column| column.last.as_ref().unwrap_or(&column.name)));
    let widest = texts.map(|text| text.chars().count()).max().unwrap_or(0);
    (widest.clamp(9, 22) as f64 * LETTER + 18.0).round()
}

fn row(
    table: &TableView,
    line: &TableLine,
    chosen: Option<(u64, u64)>,
    named: Option<u64>,
) -> View {
    let is_named = named == Some(line.row);
    let labels = match line.labels.as_slice() {
        [] => vec![human::count(line.row)],
        labels => labels.to_vec(),
    };
    let labels = labels.into_iter().enumerate().map(|(level, label)| {
        el::span()
            .attr("role", "rowheader")
            .class("label cut-end")
            .style("--at", level)
            .attr("title", label.clone())
            .child(label)
    });
    let cells = line
        .cells
        .iter()
        .zip(&table.columns)
        .zip(table.first_column..);
    let cells = cells.map(|((cell, column), at)| {
        let place = (line.row, at);
        one(cell, column, place, chosen == Some(place))
    });
    el::div()
        .class("sheet-row")
        .class_if("chosen", is_named)
        .attr("aria-selected", is_named.then_some("true"))
        .key(line.row.to_string())
        .attr("role", "row")
        .attr("aria-rowindex", line.row + 1)
        .child(labels.collect_view())
        .child(cells.collect_view())
        .into_view()
}

fn one(cell: &CellText, column: &ColumnHead, (row, at): (u64, u64), chosen: bool) -> View {
    /// Shorter texts are not cut by the column.
    const SHORT: usize = 14;
    let long = cell.text.chars().nth(SHORT).is_some();
    el::span()
        .attr("role", "gridcell")
        .attr("id", chosen.then(|| keys::cell_id((row, at))))
        .attr("aria-selected", chosen.then_some("true"))
        .class_if("num", column.number)
        .class_if("faint", cell.faint)
        .attr("data-cell", format!("{row},{at}"))
        .attr("data-selected", chosen.then_some(""))
        .attr("title", long.then(|| cell.text.clone()))
        .child(cell.text.clone())
        .into_view()
}

fn sorted(sort: Option<&Sort>) -> Option<TableSort> {
    let sort = sort?;
    Some(TableSort {
        column: sort.by.parse().ok()?,
        descending: sort.descending,
    })
}
