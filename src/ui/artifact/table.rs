//! A value with rows and columns: only those that can be seen are in the page, both ways.
//!
//! What it is sorted by stands in the address as `sort=`, the column's place and `-` before
//! it for the other way round; the places in an array of more than two axes as `slice=`.

use crate::engine::values::{
    CellText, ColumnHead, ColumnQuery, ColumnView, TableLine, TableQuery, TableSort, TableView,
    ValueQuery,
};
use crate::layout::number::number;
use crate::route::Sort;
use crate::text::human;
use crate::ui::ask::{answer, shown};
use crate::ui::dom::prelude::*;
use crate::ui::parts;
use crate::ui::parts::marks::icon;
use crate::ui::parts::table::Scrolled;
use crate::ui::state::App;

#[derive(Clone)]
struct Shown {
    app: App,
    question: ValueQuery,
    scrolled: Scrolled,
    /// Of a column in pixels, once there are some.
    width: StoredValue<Option<f64>>,
    /// Whether each column tells what it comes to.
    summaries: Memo<bool>,
    slice: Memo<Vec<u64>>,
}

pub(super) fn table(app: App, question: &ValueQuery, axes: &[u64]) -> View {
    let view = Shown {
        app,
        question: question.clone(),
        scrolled: Scrolled::new(),
        width: StoredValue::new(None),
        summaries: Memo::new(move |_| app.route.with(|route| route.extra("as") == Some("columns"))),
        slice: Memo::new(move |_| app.route.with(|route| places(route.extra("slice")))),
    };
    let asked = view.clone();
    let found = answer(move || {
        Some(TableQuery {
            value: asked.question.clone(),
            slice: asked.slice.get(),
            rows: asked.scrolled.window.get(),
            columns: asked.scrolled.columns.get(),
            sort: asked
                .app
                .route
                .with(|route| sorted(route.filters.sort.as_ref())),
        })
    });
    let told = move || {
        found.value().map(|table| {
            let (rows, columns) = table.total;
            let columns = human::counted(columns, "column", "columns");
            format!("{}, {columns}", human::counted(rows, "row", "rows"))
        })
    };
    let tools = {
        let summaries = view.summaries;
        el::div()
            .class("table-tools")
            .child(el::span().class("faint").child(told))
            .child(axis_fields(&view, axes))
            .child(
                el::button()
                    .class("btn btn-s btn-quiet")
                    .attr("aria-pressed", move || summaries.get().to_string())
                    .on_click(move |_| {
                        let on = !summaries.get_untracked();
                        app.change(|route| route.with_extra("as", on.then_some("columns")));
                    })
                    .child("Summaries"),
            )
    };
    let scrolled = view.scrolled;
    let draw = shown(found, move |table: &TableView| drawn(&view, table));
    group()
        .child(tools)
        .child(scrolled.pane().class("scroll value-table").child(draw))
        .into_view()
}

fn drawn(view: &Shown, table: &TableView) -> View {
    let (rows, columns) = table.total;
    let scrolled = view.scrolled;
    scrolled.set_total(rows);
    let width = view.width.get_value().unwrap_or_else(|| width_for(table));
    view.width.set_value(Some(width));
    scrolled.set_columns(columns, width);
    if rows == 0 || columns == 0 {
        let told = format!(
            "{}, {}.",
            human::counted(rows, "row", "rows"),
            human::counted(columns, "column", "columns")
        );
        return parts::empty("There is nothing in this table", told, None);
    }
    let problems = table
        .problems
        .iter()
        .map(|told| el::p().class("note").child(told.clone()));
    let before = table.rows.first;
    let left = rows.saturating_sub(before + table.lines.len() as u64);
    let ahead = table.first_column;
    let behind = columns.saturating_sub(ahead + table.columns.len() as u64);
    let heads = table.columns.iter().zip(ahead..);
    let heads: Vec<View> = heads.map(|(column, at)| head(view, column, at)).collect();
    let label_names = match table.label_names.as_slice() {
        [] => vec![String::new()],
        names => names.to_vec(),
    };
    let corner = label_names.into_iter().enumerate().map(|(level, name)| {
        el::span()
            .attr("role", "columnheader")
            .class("label")
            .style("--at", level)
            .child(name)
    });
    let lines = table.lines.iter().map(|line| row(table, line));
    let pixels = |columns: u64| format!("{}px", number(columns as f64 * width));
    let grid = el::div()
        .class("sheet")
        .attr("role", "table")
        .attr("aria-label", "Values")
        .attr("aria-rowcount", rows)
        .attr("aria-colcount", columns)
        .style("--column", format!("{}px", number(width)))
        .style("--left", pixels(ahead))
        .style("--right", pixels(behind))
        .child(
            el::div()
                .class("sheet-head")
                .attr("role", "row")
                .child(corner.collect_view())
                .child(heads.collect_view()),
        )
        .child(
            el::div()
                .class("rows")
                .attr("role", "rowgroup")
                .style("--before", scrolled.height_of(before))
                .style("--after", scrolled.height_of(left))
                .child(lines.collect_view()),
        );
    group()
        .child(problems.collect_view())
        .child(grid)
        .into_view()
}

/// The width of all columns, for what stands in the first of them: with one width, which
/// ones can be seen is known without looking at any.
fn width_for(table: &TableView) -> f64 {
    /// Of a letter, in pixels.
    const LETTER: f64 = 7.25;
    let cells = table.lines.iter().flat_map(|line| &line.cells);
    let texts = cells.map(|cell| &cell.text);
    let texts = texts.chain(table.columns.iter().map(|column| &column.name));
    let widest = texts.map(|text| text.chars().count()).max().unwrap_or(0);
    (widest.clamp(9, 22) as f64 * LETTER + 18.0).round()
}

/// The name of a column, which sorts by it, with its type and what it comes to.
fn head(view: &Shown, column: &ColumnHead, at: u64) -> View {
    let app = view.app;
    let sort = Memo::new(move |_| {
        let now = app.route.with(|route| sorted(route.filters.sort.as_ref()));
        now.filter(|sort| sort.column == at)
    });
    let direction = move || {
        sort.get().map(|sort| match sort.descending {
            true => "descending",
            false => "ascending",
        })
    };
    // Up, down, and as it was.
    let act = move |_| {
        let next = match sort.get_untracked() {
            None => Some(false),
            Some(sort) if !sort.descending => Some(true),
            Some(_) => None,
        };
        app.change(|mut route| {
            route.filters.sort = next.map(|descending| Sort {
                by: at.to_string(),
                descending,
            });
            route
        });
    };
    let summaries = view.summaries;
    let summary = {
        let view = view.clone();
        move || summaries.get().then(|| summary(&view, at))
    };
    let dtype = match column.readable {
        true => column.dtype.clone(),
        false => "cannot be read".to_owned(),
    };
    el::div()
        .attr("role", "columnheader")
        .class_if("num", column.number)
        .attr("aria-colindex", at + 1)
        .attr("aria-sort", direction)
        .child(
            el::button()
                .attr("title", format!("{}, {dtype}", column.name))
                .on_click(act)
                .child(el::span().class("cut-end").child(column.name.clone()))
                .child(move || {
                    let sort = sort.get();
                    sort.map(|sort| icon(if sort.descending { "down" } else { "asc" }, "icon-s"))
                }),
        )
        .child(
            el::span()
                .class("dtype cut-end")
                .class_if("fail", !column.readable)
                .child(dtype),
        )
        .child(summary)
        .into_view()
}

/// What a column comes to: a small histogram, or the values that stand there most often.
fn summary(view: &Shown, at: u64) -> View {
    let view = view.clone();
    let found = answer(move || {
        Some(ColumnQuery {
            value: view.question.clone(),
            slice: view.slice.get(),
            column: at,
        })
    });
    let draw = move || found.value().map(|column| sums(&column));
    el::div().class("sums").child(draw).into_view()
}

fn sums(column: &ColumnView) -> View {
    let most = column.histogram.iter().copied().max().unwrap_or(0).max(1);
    let bars = column.histogram.iter().map(|count| {
        let part = *count as f64 / most as f64 * 100.0;
        el::i().style("--h", format!("{}%", number(part)))
    });
    let picture = match (column.histogram.is_empty(), column.common.first()) {
        (false, _) => el::span()
            .class("hist")
            .attr("aria-hidden", "true")
            .child(bars.collect_view())
            .into_view(),
        (true, Some(_)) => {
            let common = column.common.iter().take(2).map(|(value, count)| {
                el::span()
                    .class("common")
                    .child(el::span().class("cut-end").child(value.clone()))
                    .child(el::span().class("n").child(human::count(*count)))
            });
            group().child(common.collect_view()).into_view()
        }
        (true, None) => View::Nothing,
    };
    let range = match (&column.min, &column.max) {
        (Some(min), Some(max)) => Some(format!("{min} … {max}")),
        _ => None,
    };
    let mean = column.mean.as_ref().map(|mean| format!("mean {mean}"));
    let distinct = match column.distinct {
        Some(count) => human::counted(count, "value", "values"),
        None => "very many values".to_owned(),
    };
    let missing = (column.missing > 0).then(|| format!("{} missing", human::count(column.missing)));
    let line = |text: String| {
        el::span()
            .class("cut-end")
            .attr("title", text.clone())
            .child(text)
    };
    group()
        .child(picture)
        .child(range.map(line))
        .child(mean.map(line))
        .child(line(distinct))
        .child(missing.map(|text| line(text).class("warn")))
        .into_view()
}

fn row(table: &TableView, line: &TableLine) -> View {
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
    let cells = line.cells.iter().zip(&table.columns);
    let cells = cells.map(|(cell, column)| one(cell, column));
    el::div()
        .class("sheet-row")
        .key(line.row.to_string())
        .attr("role", "row")
        .attr("aria-rowindex", line.row + 1)
        .child(labels.collect_view())
        .child(cells.collect_view())
        .into_view()
}

fn one(cell: &CellText, column: &ColumnHead) -> View {
    /// Shorter texts are not cut by the column.
    const SHORT: usize = 14;
    let long = cell.text.chars().nth(SHORT).is_some();
    el::span()
        .attr("role", "cell")
        .class_if("num", column.number)
        .class_if("faint", cell.missing)
        .attr("title", long.then(|| cell.text.clone()))
        .child(cell.text.clone())
        .into_view()
}

/// Of an array with more than two axes: at which place of each of the others.
fn axis_fields(view: &Shown, axes: &[u64]) -> View {
    let outer = axes.len().saturating_sub(2);
    let app = view.app;
    let slice = view.slice;
    let fields = axes.iter().take(outer).enumerate().map(|(axis, length)| {
        let last = length.saturating_sub(1);
        let change = move |event: web_sys::Event| {
            let place = event_target_value(&event).parse().unwrap_or(0u64).min(last);
            let mut places = slice.get_untracked();
            places.resize(outer.max(axis + 1), 0);
            if let Some(slot) = places.get_mut(axis) {
                *slot = place;
            }
            let text: Vec<String> = places.iter().map(u64::to_string).collect();
            app.change(|route| route.with_extra("slice", Some(&text.join(","))));
        };
        el::label()
            .class("field s axis")
            .child(format!("axis {axis}"))
            .child(
                el::input()
                    .attr("type", "number")
                    .attr("min", "0")
                    .attr("max", last)
                    .property("value", move || {
                        let place = slice.with(|places| places.get(axis).copied());
                        place.unwrap_or(0).to_string()
                    })
                    .on("change", change),
            )
    });
    fields.collect_view()
}

fn places(text: Option<&str>) -> Vec<u64> {
    /// NumPy itself has no more axes.
    const AXES: usize = 64;
    let places = text.unwrap_or_default().split(',').take(AXES);
    places.filter_map(|place| place.parse().ok()).collect()
}

fn sorted(sort: Option<&Sort>) -> Option<TableSort> {
    let sort = sort?;
    Some(TableSort {
        column: sort.by.parse().ok()?,
        descending: sort.descending,
    })
}
