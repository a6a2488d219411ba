//! A text by its lines: only those that can be seen are in the page.

use crate::engine::values::{TextLine, TextQuery, TextView, ValueQuery};
use crate::text::human;
use crate::ui::ask::{answer, shown};
use crate::ui::dom::prelude::*;
use crate::ui::parts::lines;
use crate::ui::parts::table::Scrolled;

pub(super) fn text(question: &ValueQuery, chars: u64, total: u64) -> View {
    let scrolled = Scrolled::of_lines();
    let value = question.clone();
    let found = answer(move || {
        let window = scrolled.window.get();
        Some(TextQuery {
            value: value.clone(),
            from: window.first,
            count: window.count,
        })
    });
    let all = human::counted(total, "line", "lines");
    let chars = human::counted(chars, "character", "characters");
    let told = format!("{all}, {chars}");
    let draw = shown(found, move |view: &TextView| drawn(scrolled, view, total));
    lines::told_pane(scrolled, told, "Text", draw)
}

fn drawn(scrolled: Scrolled, view: &TextView, total: u64) -> View {
    scrolled.set_total(total);
    let first = view.from;
    let shown = view.lines.iter().zip(first..);
    let lines = shown.map(|(line, at)| one(line, at)).collect_view();
    lines::frame_of(total)
        .style("--before", scrolled.before(first))
        .style("--after", scrolled.after(first, view.lines.len()))
        .child(lines)
        .into_view()
}

fn one(line: &TextLine, at: u64) -> View {
    let cut = (line.left_out > 0).then(|| {
        el::span()
            .class("folded")
            .child(format!("… {} more characters", human::count(line.left_out)))
    });
    el::div()
        .class("line")
        .key(at.to_string())
        .child(el::span().class("no").child(at + 1))
        .child(el::span().class("txt").child(line.text.clone()).child(cut))
        .into_view()
}
