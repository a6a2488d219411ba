//! One file of a package, line by line; only the lines that can be seen are in the page.

use super::{back, save_button};
use crate::engine::code::{CodeFileQuery, CodeFileView, CodeQuery};
use crate::route::{Lines, Route};
use crate::text::human;
use crate::ui::ask::{answer, shown};
use crate::ui::dom::prelude::*;
use crate::ui::parts;
use crate::ui::parts::lines;
use crate::ui::parts::table::Scrolled;
use crate::ui::state::App;

/// The name of the lines of code in an address.
const STREAM: &str = "code";

pub fn at_line(route: Route, line: Option<u64>) -> Route {
    route.with_lines(line.map(|line| Lines {
        stream: STREAM.to_owned(),
        first: line,
        last: line,
    }))
}

pub fn pane(app: App, query: CodeQuery, path: String) -> View {
    let scrolled = Scrolled::of_lines();
    let asked = (query.clone(), path.clone());
    let found = answer(move || {
        let (code, path) = asked.clone();
        Some(CodeFileQuery {
            code,
            path,
            window: scrolled.window.get(),
        })
    });
    let selected = Memo::new(move |_| {
        app.route
            .with(|route| route.lines.clone().filter(|lines| lines.stream == STREAM))
    });
    // The lines that the address names come into view once.
    let jumped = StoredValue::new(false);
    react(move || {
        let Some(view) = found.value().filter(|_| !jumped.get_value()) else {
            return;
        };
        jumped.set_value(true);
        if let Some(lines) = selected.get_untracked() {
            scrolled.show_row(lines.first.saturating_sub(1), view.total);
        }
    });
    let facts = move || {
        found.value().map(|view| {
            let size = human::size(view.size);
            match view.total {
                0 => size,
                total => format!("{}, {size}", human::counted(total, "line", "lines")),
            }
        })
    };
    let chosen = move || {
        selected
            .get()
            .map(|lines| lines::chosen(app, &lines, None::<fn(Lines)>))
    };
    let draw = shown(found, move |view: &CodeFileView| {
        drawn(app, view, scrolled, selected)
    });
    group()
        .child(
            el::div()
                .class("pane-head")
                .child(back(app))
                .child(
                    el::h2()
                        .class("mono cut-start")
                        .attr("title", path.clone())
                        .child(el::bdi().child(path.clone())),
                )
                .child(el::span().class("n").child(facts))
                .child(el::span().class("push"))
                .child(chosen)
                .child(save_button(app, query, Some(path), "Save file")),
        )
        .child(draw)
        .into_view()
}

fn drawn(app: App, view: &CodeFileView, scrolled: Scrolled, selected: Memo<Option<Lines>>) -> View {
    let note = view
        .note
        .clone()
        .map(|note| el::p().class("note").child(note));
    if view.total == 0 && view.note.is_none() {
        return parts::empty("An empty file", "It was packed without a line in it.", None);
    }
    let chosen = selected.get();
    let rows = view.lines.iter().zip(view.window.first + 1..);
    let rows = rows.map(|(runs, number)| {
        let is_chosen = chosen
            .as_ref()
            .is_some_and(|lines| (lines.first..=lines.last).contains(&number));
        lines::numbered(number, runs, false)
            .attr("data-line", number)
            .attr("data-selected", is_chosen.then_some(""))
    });
    let before = view.window.first;
    let digits = view.total.max(1).ilog10() + 1;
    let lines = el::div()
        .class("lines")
        .style("--no", digits)
        .style("--before", scrolled.before(before))
        .style("--after", scrolled.after(before, view.lines.len()))
        .child(rows.collect_view());
    scrolled.set_total(view.total);
    group()
        .child(note)
        .child(
            scrolled
                .pane()
                .class("scroll code")
                .attr("role", "region")
                .attr("aria-label", "Source")
                .on_click(move |event| {
                    if let Some((line, extend)) = lines::clicked(&event) {
                        lines::select(app, STREAM, line, extend);
                    }
                })
                .child(lines),
        )
        .into_view()
}
