//! The tasks of a step as rows.

use super::chart::chart;
use super::columns::{bar as column_bar, columns, progress};
use crate::engine::siblings::Chosen;
use crate::engine::siblings::rows::{SiblingRow, SiblingRowsQuery, SiblingRowsView, SiblingSort};
use crate::engine::siblings::scalar::ScalarKind;
use crate::layout::spread::Fences;
use crate::model::pathspec::shown_task;
use crate::model::{Span, Status};
use crate::route::Sort;
use crate::text::human;
use crate::ui::ask::{Found, answer};
use crate::ui::dom::prelude::*;
use crate::ui::parts;
use crate::ui::parts::controls::{choice, nothing_matches};
use crate::ui::parts::lasting::{at_work, lasting};
use crate::ui::parts::marks::{bar, glyph, percent};
use crate::ui::parts::table::{Scrolled, Sorted, TableRows, head, show_with};
use crate::ui::state::App;
use std::rc::Rc;

/// Words of the address that begin like this sort by what tells the tasks apart, and by an
/// artifact.
const BY_PART: &str = "by:";
pub(super) const BY_COLUMN: &str = "col:";

fn sorted(app: App) -> Option<Sort> {
    app.route.with(|route| route.filters.sort.clone())
}

fn sort_of(sort: Option<&Sort>) -> SiblingSort {
    let word = sort.map_or("", |sort| sort.by.as_str());
    if let Some(name) = word.strip_prefix(BY_PART) {
        return SiblingSort::Part(name.to_owned());
    }
    if let Some(name) = word.strip_prefix(BY_COLUMN) {
        return SiblingSort::Column(name.to_owned());
    }
    match word {
        "status" => SiblingSort::Status,
        "task" => SiblingSort::Task,
        "attempts" => SiblingSort::Attempts,
        "duration" => SiblingSort::Duration,
        "started" => SiblingSort::Started,
        _ => SiblingSort::Order,
    }
}

pub(super) fn list(app: App, chosen: Memo<Chosen>, scrolled: Scrolled) -> View {
    let found = answer(move || {
        let sort = sorted(app);
        Some(SiblingRowsQuery {
            of: chosen.get(),
            sort: sort_of(sort.as_ref()),
            descending: sort.is_some_and(|sort| sort.descending),
            window: scrolled.window.get(),
        })
    })
    .while_running(|view| view.rows.iter().any(|row| row.since.is_some()));
    let by: Sorted = Rc::new(move || sorted(app));
    let heads = move || {
        let view = found.value();
        let parts = view
            .as_ref()
            .map(|view| view.parts.clone())
            .unwrap_or_default();
        let named = known_columns(app, found);
        let text = |name: &str, sort: &'static str| head(app, name.to_owned(), Some(sort), "", &by);
        let part =
            |name: &String| head(app, name.clone(), Some(format!("{BY_PART}{name}")), "", &by);
        // Numbers stand below one another, and so does their name.
        let is_right = |name: &String| {
            let at = named.iter().position(|known| known == name);
            let rows = || view.iter().flat_map(|view| &view.rows);
            let value = |row: &SiblingRow| row.values.get(at?).cloned();
            let mut known = rows().filter_map(value);
            known.any(|value| value.kind == ScalarKind::Value && value.number.is_some())
        };
        let column = |name: &String| {
            head(
                app,
                name.clone(),
                Some(format!("{BY_COLUMN}{name}")),
                if is_right(name) { "mono right" } else { "mono" },
                &by,
            )
        };
        let heads = group()
            .child(text("Status", "status"))
            .child(text("Task", "task"))
            .child(parts.iter().map(part).collect_view())
            .child(text("Attempts", "attempts"))
            .child(text("Duration", "duration"))
            .child(named.iter().map(column).collect_view())
            .child(head(app, "Exception", None::<String>, "", &by));
        let widths = format!(
            "148px minmax(96px, .7fr) {}84px 176px {}minmax(140px, 1.4fr)",
            "minmax(84px, .8fr) ".repeat(parts.len()),
            "minmax(92px, .6fr) ".repeat(named.len()),
        );
        (heads.into_view(), Some(widths))
    };
    let rows = move |view: &SiblingRowsView| TableRows {
        total: view.matching,
        first: view.window.first,
        drawn: view
            .rows
            .iter()
            .map(|row| task_row(app, &chosen.get_untracked(), view, row))
            .collect(),
        empty: match view.total {
            0 => parts::empty("No tasks", "No task of this place was recorded.", None),
            total => {
                let all = human::counted(total, "task", "tasks");
                nothing_matches(app, "No task matches", all)
            }
        },
    };
    let of = chosen.get_untracked();
    group()
        .child(column_bar(
            app,
            of.run,
            of.step,
            found,
            sort_choice(app, found),
        ))
        .child(chart(app, chosen, found))
        .child(progress(app, found))
        .child(show_with("siblings", "Tasks", scrolled, heads, found, rows))
        .into_view()
}

/// The artifacts that are columns: those of the address, as soon as it is known that they are
/// some.
pub(super) fn known_columns(app: App, found: Found<SiblingRowsView>) -> Vec<String> {
    match found.value() {
        Some(view) => view.columns.iter().map(|one| one.name.clone()).collect(),
        None => columns(app),
    }
}

/// Where a list has no heads to sort by, for want of room.
fn sort_choice(app: App, found: Found<SiblingRowsView>) -> View {
    let parts = Memo::new(move |_| {
        found
            .value()
            .map(|view| view.parts.clone())
            .unwrap_or_default()
    });
    let inside = move || {
        let mut by: Vec<(String, String)> = Vec::new();
        let mut add = |word: String, name: String| by.push((word, name));
        add("duration".to_owned(), "duration".to_owned());
        add("status".to_owned(), "status".to_owned());
        for name in parts.get() {
            add(format!("{BY_PART}{name}"), name);
        }
        add("task".to_owned(), "task".to_owned());
        add("attempts".to_owned(), "attempts".to_owned());
        for name in known_columns(app, found) {
            add(format!("{BY_COLUMN}{name}"), name);
        }
        let mut options = vec![(String::new(), "In order".to_owned())];
        for (word, name) in by {
            options.push((format!("-{word}"), format!("By {name}, falling")));
            options.push((word, format!("By {name}, rising")));
        }
        let now = sorted(app).map(|sort| sort.to_string());
        choice("Sort", options, &now.unwrap_or_default(), move |word| {
            app.change(|mut route| {
                let by = word.trim_start_matches('-').to_owned();
                route.filters.sort = Some(Sort {
                    descending: word.starts_with('-'),
                    by,
                })
                .filter(|sort| !sort.by.is_empty());
                route
            });
        })
    };
    el::span()
        .class("only-narrow sort-choice")
        .child(inside)
        .into_view()
}

fn task_row(app: App, of: &Chosen, view: &SiblingRowsView, row: &SiblingRow) -> View {
    let path = of.run.task(&of.step, &row.id);
    let word = match row.status {
        Status::Retried => "Retried",
        status => status.word(),
    };
    let noted = |is: bool, word: &'static str, title: Option<&'static str>| {
        is.then(|| el::span().class("faint").attr("title", title).child(word))
    };
    const LEADS: &str = "The control task, which leads the others of its step";
    let failed = row.status == Status::Failed;
    let part = |length: Option<Span>| {
        let both = length.zip(view.longest);
        both.map_or(0.0, |(length, longest)| percent(length.0, longest.0))
    };
    let cell = || el::span().attr("role", "cell");
    let parts = row.parts.iter().map(|value| {
        cell()
            .class("k2 part")
            .attr("title", value.clone())
            .child(value.clone())
    });
    let attempts = cell().class("dim").child(row.attempts);
    el::div()
        .class("row")
        .attr("role", "row")
        .child(
            cell()
                .class("flex k1")
                .child(glyph(row.status, ""))
                .child(el::span().class_if("fail", failed).child(word))
                .child(noted(row.caught, "caught", None))
                .child(noted(row.control, "control", Some(LEADS))),
        )
        .child(
            cell().class("k1 grow").child(
                el::a()
                    .class("whole mono")
                    .attr("href", app.task_href(&path))
                    .child(shown_task(&of.step, &row.id)),
            ),
        )
        .child(parts.collect_view())
        .child(attempts)
        .child(
            cell()
                .class("flex k1")
                .child(
                    el::span()
                        .class("span")
                        .child(bar(Some(row.status), part(row.duration))),
                )
                .child(
                    el::span()
                        .class("dim")
                        .attr("title", at_work(row.worked))
                        .child(lasting(row.status, row.duration, row.since)),
                )
                .child(duration_mark(view, row)),
        )
        .child(values(view, row))
        .child(
            cell()
                .class("why mono cut-end k2")
                .class_if("fail", failed)
                .class_if("dim", !failed)
                .attr("title", row.why.clone())
                .child(row.why.clone()),
        )
        .into_view()
}

/// What the artifacts of a row hold.
fn values(view: &SiblingRowsView, row: &SiblingRow) -> View {
    let cells = row.values.iter().zip(&view.columns).map(|(value, column)| {
        let is_number = value.kind == ScalarKind::Value && value.number.is_some();
        let cell = el::span()
            .attr("role", "cell")
            .class("value k2")
            .class_if("right", is_number);
        let faint = |text: &str, why: String| {
            el::span()
                .class("faint")
                .attr("title", why)
                .child(text.to_owned())
        };
        let inside = match value.kind {
            ScalarKind::Value => {
                let both = value.number.zip(column.fences.as_ref());
                let mark = both.and_then(|(number, fences)| {
                    outlier(number, fences.low.clone(), fences.high.clone())
                });
                group()
                    .child(
                        el::span()
                            .class("mono cut-end")
                            .attr("title", value.text.clone())
                            .child(value.text.clone()),
                    )
                    .child(mark)
            }
            ScalarKind::Unread => faint("…", "Not read yet".to_owned()),
            ScalarKind::Missing => faint(
                "not set",
                "The last attempt left no such artifact".to_owned(),
            ),
            ScalarKind::Large => faint(
                &value.text,
                "Too large for a table: the task's page shows it".to_owned(),
            ),
            ScalarKind::Faulty => faint("cannot be read", value.text.clone()),
        };
        cell.child(inside)
    });
    cells.collect_view()
}

fn duration_mark(view: &SiblingRowsView, row: &SiblingRow) -> Option<View> {
    let written = |end: Option<f64>| {
        let micros = end?;
        Some((micros, human::span(micros.max(0.0) as i64)))
    };
    let Fences { low, high } = view.durations;
    outlier(row.duration?.0 as f64, written(low), written(high))
}

/// The mark of what is unusual: it points to where it lies. Each end of what is usual comes
/// with how it is written.
fn outlier(number: f64, low: Option<(f64, String)>, high: Option<(f64, String)>) -> Option<View> {
    const RULE: &str = "more than three times the distance of the quartiles away from them \
                        (at least three tenths of the median), as at most one task in twenty";
    let above = high.filter(|(high, _)| number > *high);
    let below = low.filter(|(low, _)| number < *low);
    let (class, why) = match (above, below) {
        (Some((_, high)), _) => ("outlier up", format!("Unusually high: above {high}")),
        (None, Some((_, low))) => ("outlier", format!("Unusually low: below {low}")),
        (None, None) => return None,
    };
    let mark = el::span()
        .class(class)
        .attr("role", "img")
        .attr("aria-label", why.clone())
        .attr("title", format!("{why}, {RULE}"));
    Some(mark.into_view())
}
