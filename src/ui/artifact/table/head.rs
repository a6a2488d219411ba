//! The names of columns, which sort, and what a column comes to.

use super::{Shown, sorted};
use crate::engine::values::{AboveView, ColumnHead, ColumnQuery, ColumnView, DISTINCT, TableView};
use crate::layout::number::number;
use crate::route::Sort;
use crate::text::human;
use crate::ui::ask::answer;
use crate::ui::dom::prelude::*;
use crate::ui::parts::marks::icon;

/// The name of a column, which sorts by it, with its type and what it comes to.
pub(super) fn head(view: &Shown, column: &ColumnHead, at: u64) -> View {
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
    let shown = column.last.as_ref().unwrap_or(&column.name).clone();
    el::div()
        .attr("role", "columnheader")
        .class_if("num", column.number)
        .attr("aria-colindex", at + 1)
        .attr("aria-sort", direction)
        .child(
            el::button()
                .attr("title", format!("{}, {dtype}", column.name))
                .attr(
                    "aria-label",
                    column.last.is_some().then(|| column.name.clone()),
                )
                .on_click(act)
                .child(el::span().class("cut-end").child(shown))
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

/// A level of names above those of the columns: each once, over all that it is the name of.
pub(super) fn above(table: &TableView, level: &AboveView, labels: usize) -> View {
    let corner = (0..labels).map(|at| {
        // What the level is called stands next to its names.
        let called = (at + 1 == labels).then(|| level.called.clone());
        el::span()
            .attr("role", "columnheader")
            .class("label")
            .style("--at", at)
            .child(called)
    });
    let mut first = table.first_column;
    let names = level.names.iter().map(|(name, columns)| {
        let at = first;
        first += columns;
        el::span()
            .attr("role", "columnheader")
            .attr("aria-colindex", at + 1)
            .attr("aria-colspan", *columns)
            .attr("title", name.clone())
            .style("--of", *columns)
            .child(name.clone())
    });
    el::div()
        .class("sheet-above")
        .attr("role", "row")
        .child(corner.collect_view())
        .child(names.collect_view())
        .into_view()
}

/// What a column comes to: a small histogram, or the values that stand there most often.
fn summary(view: &Shown, at: u64) -> View {
    let view = view.clone();
    let found = answer(move || {
        Some(ColumnQuery {
            value: view.question.clone(),
            records: view.records,
            slice: view.slice.get(),
            column: at,
        })
    });
    let draw = move || found.value().map(|column| sums(&column));
    el::div().class("sums").child(draw).into_view()
}

fn sums(column: &ColumnView) -> View {
    if column.too_long {
        return el::span()
            .class("cut-end")
            .child(format!(
                "{} values, not looked at",
                human::count(column.count)
            ))
            .into_view();
    }
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
        None => format!("over {} values", human::count(DISTINCT as u64)),
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
